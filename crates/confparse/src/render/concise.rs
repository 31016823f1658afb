//! One line for one problem, for logs: `FILE:LINE:COLUMN: severity[code]: message (PLACE: what is there); meanwhile; help`.
use super::{name, plain};
use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use std::fmt::Write;

/// One problem on one line, without line end.
#[must_use]
pub fn concise(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut line = String::new();
    if let Some(label) = &diagnostic.primary {
        line.push_str(&plain(&sources.place(label.origin.span)));
        line.push_str(": ");
    }
    // Writing to a String cannot fail.
    let _ = write!(line, "{}[{}]: {}", name(diagnostic.severity), diagnostic.code, plain(&diagnostic.message));
    for label in diagnostic.related.iter().filter(|label| !label.text.is_empty()) {
        let place = plain(&sources.place(label.origin.span));
        let _ = write!(line, " ({place}: {})", plain(&label.text));
    }
    for part in [&diagnostic.meanwhile, &diagnostic.help].into_iter().flatten() {
        line.push_str("; ");
        line.push_str(&plain(part));
    }
    line
}
