//! One mistake, one message: what a brace too many or too few makes of the text behind it is told with the brace.
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema;
use crate::source::Sources;
use crate::span::Span;
use crate::value::shown;

/// Blocks and lines that a message names; the others are counted.
const NAMED: usize = 4;

/// What says that something is missing: with a brace in the wrong place, it may well be there.
const ABSENT: &[&str] = &[
    "no-addresses",
    "vrid-missing",
    "interface-missing",
    "script-without-command",
    "unknown-script",
    "unknown-tracker",
    "unknown-member",
    "unknown-track-group",
    "unknown-server-group",
    "group-with-one-member",
    "group-without-members",
    "method-missing",
    "scheduler-missing",
    "protocol-missing",
    "no-real-servers",
    "empty-block",
];

/// Puts the words that only stand in the wrong block because of a brace into the message about it; makes notes of what is
/// missing because of it.
pub(super) fn fold(diagnostics: Vec<Diagnostic>, sources: &Sources) -> Vec<Diagnostic> {
    let mut damages: Vec<Damage> = diagnostics.iter().filter_map(Damage::of).collect();
    if damages.is_empty() {
        return diagnostics;
    }
    let mut kept = Vec::with_capacity(diagnostics.len());
    for mut diagnostic in diagnostics {
        match damages.iter_mut().find(|damage| damage.explains(&diagnostic, sources)) {
            Some(damage) => damage.lost.extend(diagnostic.primary.map(|label| label.origin.span)),
            None if diagnostic.code == "unused-script" => {}
            None => {
                if ABSENT.contains(&diagnostic.code) && diagnostic.severity == Severity::Error {
                    (diagnostic.severity, diagnostic.help) = (Severity::Note, None);
                }
                kept.push(diagnostic);
            }
        }
    }
    for damage in damages.iter().filter(|damage| !damage.lost.is_empty()) {
        let brace = |one: &&mut Diagnostic| one.code == damage.code && place(one) == Some(damage.at);
        if let Some(diagnostic) = kept.iter_mut().find(brace) {
            let before = diagnostic.meanwhile.take().unwrap_or_default();
            diagnostic.meanwhile = Some(format!("{before}; not read because of it: {}", damage.list(sources)));
        }
    }
    kept
}

/// A brace in the wrong place, and the text that is read wrongly because of it.
struct Damage {
    code: &'static str,
    at: Span,
    /// From here on, in the same file.
    start: u32,
    /// Up to here; without an end other files are damaged too.
    end: Option<u32>,
    lost: Vec<Span>,
}

impl Damage {
    fn of(diagnostic: &Diagnostic) -> Option<Self> {
        let (code, at) = (diagnostic.code, place(diagnostic)?);
        let (start, end) = match code {
            "missing-close-brace" => (at.start, None),
            "extra-close-brace" => {
                let earlier = diagnostic.related.get(1)?.origin.span;
                (earlier.file == at.file).then_some((earlier.start, Some(at.start)))?
            }
            _ => return None,
        };
        Some(Self { code, at, start, end, lost: Vec::new() })
    }

    /// Whether a problem is only that a known word stands in the wrong block, here.
    fn explains(&self, diagnostic: &Diagnostic, sources: &Sources) -> bool {
        // In a list of addresses, a keyword is an address that is none.
        let of_word = matches!(diagnostic.code, "unknown-keyword" | "not-an-address");
        let Some(span) = place(diagnostic).filter(|_| of_word) else { return false };
        let here = match self.end {
            Some(end) => span.file == self.at.file && (self.start..end).contains(&span.start),
            None => span.file != self.at.file || span.start > self.start,
        };
        here && !schema::places(&sources.text(span)).is_empty()
    }

    fn list(&self, sources: &Sources) -> String {
        let mut text: Vec<String> = self.lost.iter().take(NAMED).map(|span| self.one(*span, sources)).collect();
        if let Some(more) = self.lost.len().checked_sub(NAMED).filter(|more| *more > 0) {
            text.push(format!("and {more} more"));
        }
        text.join(", ")
    }

    /// A statement up to its brace, with its line.
    fn one(&self, span: Span, sources: &Sources) -> String {
        let Some(file) = sources.file(span.file) else { return sources.text(span) };
        let bytes = usize::try_from(span.start).ok().and_then(|start| file.bytes().get(start..)).unwrap_or_default();
        let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'{' | b'#' | b'!')).unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default());
        let line = file.line_of(span.start);
        let head = shown(head.trim());
        if span.file == self.at.file {
            format!("{head} (line {line})")
        } else {
            format!("{head} ({}:{line})", file.path())
        }
    }
}

fn place(diagnostic: &Diagnostic) -> Option<Span> {
    diagnostic.primary.as_ref().map(|label| label.origin.span)
}
