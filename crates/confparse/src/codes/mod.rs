//! The register of problems: one row per code, with the page that `evenkeel explain CODE` prints; no reader of text here.
pub mod lexical;
pub mod semantic;

/// What can be said of one kind of problem, wherever it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable name, as in `error[NAME]`: lower case, words joined by hyphens.
    pub name: &'static str,
    /// One line: what is wrong.
    pub title: &'static str,
    /// A page of text: what it is, why it matters, what the daemon does meanwhile, how to put it right.
    pub explanation: &'static str,
    /// A small configuration that has the problem; a test reads it.
    pub example: &'static str,
    /// The same, put right; a test reads it.
    pub fixed: &'static str,
    /// What `-t` answers when the problem is [`Fatal`](crate::diagnostic::Severity::Fatal), a number of keepalived's:
    /// 2, 4 or 6; 0 for a code that never is.
    pub fatal_status: u8,
}

/// Every code that a diagnostic can have.
pub fn all() -> impl Iterator<Item = &'static Code> {
    lexical::CODES.iter().chain(semantic::codes())
}

/// The code of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Code> {
    all().find(|code| code.name == name)
}

#[cfg(test)]
mod tests;
