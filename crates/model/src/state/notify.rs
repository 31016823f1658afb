//! What left for the outside: hooks, FIFOs, mail and webhooks, and how they fared.
use crate::Instant;
use alloc::string::String;

/// One way out for one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// `hook`, `fifo`, `mail` or `webhook`.
    pub channel: &'static str,
    /// Whose change it tells, `INSTANCE VI_1`; empty where one way serves all.
    pub subject: String,
    /// Command, path, relay or address.
    pub target: String,
    /// How the last one ended.
    pub last: String,
    /// Whether that was well.
    pub good: bool,
    /// When.
    pub at: Instant,
    /// Ended so far.
    pub done: u64,
    /// Of these, ended badly.
    pub failures: u64,
    /// Given up because nobody took them.
    pub lost: u64,
    /// Waiting now.
    pub waiting: u64,
}
