//! Diagnostics for people, for logs, and for programs; no wording of a problem is here.
mod concise;
mod excerpt;
mod full;
mod json;
mod sarif;

pub use concise::concise;
pub use full::{Style, full};
pub use json::json;
pub use sarif::sarif;

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Expansion, ExpansionKind, Sources};

/// Characters of one message before it is cut: a word of a file can be as long as a line.
const MESSAGE: usize = 600;

/// `2 errors, 1 warning and 3 notes`, with what is not shown; empty when there is nothing.
#[must_use]
pub fn summary(diagnostics: &[Diagnostic], more: usize) -> String {
    let count = |wanted: &[Severity]| diagnostics.iter().filter(|one| wanted.contains(&one.severity)).count();
    let counts = [
        (count(&[Severity::Error, Severity::Fatal]), "error"),
        (count(&[Severity::Security]), "security finding"),
        (count(&[Severity::Warning]), "warning"),
        (count(&[Severity::Note]), "note"),
    ];
    let mut parts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| format!("{count} {noun}{}", if count == 1 { "" } else { "s" }))
        .collect();
    if more > 0 {
        parts.push(format!("{more} more, not shown"));
    }
    let last = parts.pop().unwrap_or_default();
    if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) }
}

/// What a severity is called in front of a message.
const fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Security => "security",
        Severity::Error | Severity::Fatal => "error",
    }
}

/// One step of the way from where a text was written to where it was read.
fn step(expansion: Expansion<'_>, sources: &Sources) -> String {
    let place = sources.place(expansion.used.span);
    match expansion.kind {
        ExpansionKind::Parameter { name, .. } => format!("this is the value of ${name}, used at {place}"),
        ExpansionKind::Turn(values) => format!("in the turn {values} of the sequence at {place}"),
        ExpansionKind::Include => format!("in a file that is included at {place}"),
    }
}

/// Text that does nothing to a terminal: control characters are spelled out, and what is very long is cut in the middle.
fn plain(text: &str) -> String {
    let count = text.chars().count();
    let mut out = String::with_capacity(text.len().min(2 * MESSAGE));
    for (index, c) in text.chars().enumerate() {
        if count > MESSAGE && index == MESSAGE / 2 {
            out.push_str(" [...] ");
        }
        if count > MESSAGE && (MESSAGE / 2..count - MESSAGE / 2).contains(&index) {
            continue;
        }
        if is_unprintable(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// Control characters, and characters that change the direction of writing or take no room.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests;
