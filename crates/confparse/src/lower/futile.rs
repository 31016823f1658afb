//! What stands in a block of keywords that came to nothing, so that "it is missing" can say why.
use crate::codes::is_harmless;
use crate::diagnostic::{Diagnostic, Severity};
use crate::span::Origin;
use crate::tree::Statement;

/// Where keywords stand that came to nothing.
#[derive(Default)]
pub(crate) struct Futile(Vec<(&'static str, How)>);

#[derive(Clone, Copy)]
enum How {
    /// In a line that was refused, which has been reported.
    Refused(Origin),
    /// Behind another keyword, where it is only a word too many.
    Behind(Origin),
}

impl Futile {
    /// Looks for keywords among the statements of a block.
    pub(crate) fn of(statements: &[Statement<'_>], keywords: &[&'static str]) -> Self {
        let mut found = Vec::new();
        for words in statements.iter().map(|statement| statement.words) {
            for (index, word) in words.iter().enumerate() {
                let Some(keyword) = keywords.iter().find(|keyword| **keyword == word.text()) else { continue };
                let how = if index == 0 { How::Refused } else { How::Behind };
                found.push((*keyword, how(word.origin())));
            }
        }
        Self(found)
    }

    /// Ties the finding that one of these is missing to the mistake that it comes of. Where a default
    /// stands in, it becomes a note: the error has been told at its place.
    pub(crate) fn explain(&self, keywords: &[&str], missing: Diagnostic) -> Diagnostic {
        let hows = || self.0.iter().filter(|(keyword, _)| keywords.contains(keyword)).map(|(_, how)| *how);
        let refused = hows().find(|how| matches!(how, How::Refused(_)));
        match refused.or(hows().next()) {
            Some(How::Refused(place)) => {
                // What is written is lost unless a default stands in: a reload must be refused for that whatever is wrong
                // with the line, so it remains an error.
                let severity = if is_harmless(missing.code) { Severity::Note } else { missing.severity };
                Diagnostic { severity, help: None, ..missing }.with(place, "this line is refused")
            }
            Some(How::Behind(place)) => {
                let missing = missing.with(place, "behind another keyword this is only a word too many");
                missing.help("begin a new line with it")
            }
            None => missing,
        }
    }
}
