//! The register of problems: one row per code, with the page that `evenkeel explain CODE` prints; no reader of text here.
pub mod lexical;
pub mod pair;
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

/// Errors under which nothing that was written is lost: a default stands in, or old words mean what they always meant.
const HARMLESS: &[&str] = &[
    "byte-order-mark",
    "deprecated-keyword",
    "duplicate-real-server",
    "empty-block",
    "extra-words",
    "flag-without-hashing",
    "group-with-one-member",
    "ha-suspend-without-address",
    "hysteresis-too-high",
    "member-twice",
    "method-missing",
    "no-addresses",
    "nopreempt-ignored",
    "ops-without-udp",
    "owner-with-weight",
    "password-too-long",
    "persistence-missing",
    "port-mismatch",
    "preempt-delay-ignored",
    "promote-secondaries-ignored",
    "protocol-missing",
    "quorum-too-high",
    "reply-lengths",
    "rule-without-preference",
    "scheduler-missing",
    "stray-continuation",
    "too-many-decimals",
    "tracked-in-group",
    "tracked-twice",
    "tracks-own-interface",
    "unknown-interface",
];

/// Whether a configuration with this problem still means all that was written: a reload goes ahead under it.
#[must_use]
pub fn is_harmless(code: &str) -> bool {
    HARMLESS.contains(&code)
}

/// Every code that a diagnostic can have.
pub fn all() -> impl Iterator<Item = &'static Code> {
    lexical::CODES.iter().chain(semantic::codes()).chain(pair::CODES)
}

/// The code of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Code> {
    all().find(|code| code.name == name)
}

#[cfg(test)]
mod tests;
