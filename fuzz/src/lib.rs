//! What the targets share: one input as several files, and what must hold of whatever is read.
#![forbid(unsafe_code)]
pub mod probes;

use confparse::diagnostic::Diagnostic;
use confparse::source::{Context, MemoryLoader, Sources};
use confparse::span::{Origin, Span};
use confparse::tree::Statement;
use model::limits;

/// Names that an input can include; the first is the main file.
pub const NAMES: [&str; 4] = ["k.conf", "a.conf", "d/b.conf", "d/c.conf"];

/// The input cut at bytes of 0xff, which no UTF-8 text has: each part is a file.
#[must_use]
pub fn files(input: &[u8]) -> MemoryLoader {
    let parts = input.splitn(NAMES.len(), |byte| *byte == 0xff);
    NAMES
        .iter()
        .zip(parts)
        .fold(MemoryLoader::new().variable("SITE", "blue"), |loader, (name, part)| loader.file(name, part))
}

/// A director with the config id that the seeds use.
#[must_use]
pub fn context() -> Context {
    Context { config_id: "main".into(), host_name: "main".into(), all_include_checks: false }
}

/// Whether an input is read again and compared: one in eight, because it takes as long again.
#[must_use]
pub const fn is_read_twice(input: &[u8]) -> bool {
    input.len().is_multiple_of(8)
}

/// Every statement has words, every place is inside its file, no block is deeper than allowed.
///
/// # Panics
/// When it is not so.
pub fn visit(statements: &[Statement<'_>], sources: &Sources, depth: usize) -> usize {
    assert!(depth <= limits::BLOCK_DEPTH + 1, "blocks {depth} deep");
    let mut count = statements.len();
    for statement in statements {
        assert!(!statement.words.is_empty(), "a statement without words");
        place(statement.origin, sources);
        statement.words.iter().for_each(|word| place(word.origin(), sources));
        if let Some(block) = statement.block {
            place(block.open, sources);
            block.close.into_iter().for_each(|close| place(close, sources));
            count += visit(block.statements, sources, depth + 1);
        }
    }
    count
}

/// Every message has its page, and points into files that were read.
///
/// # Panics
/// When it is not so.
pub fn judge(diagnostics: &[Diagnostic], sources: &Sources) {
    assert!(diagnostics.len() <= limits::DIAGNOSTICS, "{} diagnostics", diagnostics.len());
    for diagnostic in diagnostics {
        assert!(confparse::codes::find(diagnostic.code).is_some(), "{} has no page", diagnostic.code);
        assert!(!diagnostic.message.is_empty(), "{} says nothing", diagnostic.code);
        diagnostic.primary.iter().chain(&diagnostic.related).for_each(|label| place(label.origin, sources));
        diagnostic.edit.iter().for_each(|edit| span(edit.span, sources));
    }
}

fn place(origin: Origin, sources: &Sources) {
    span(origin.span, sources);
    sources.chain(origin).for_each(|step| span(step.used.span, sources));
}

fn span(span: Span, sources: &Sources) {
    let length = sources.file(span.file).map(|file| file.bytes().len());
    let inside = length.is_some_and(|length| span.start <= span.end && span.end as usize <= length);
    assert!(inside, "{span:?} is not in a file of {length:?} bytes");
}
