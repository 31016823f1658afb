//! Everything that can happen to the pools: the closed list of what `Pool::step` takes.
use crate::overlay::Overlay;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::config::server::Service;
use model::{Config, Name};

/// A fact, past tense. Times are given beside it.
#[derive(Clone, Debug)]
pub enum Fact {
    /// This is the configuration to run; said at start and for each reload. Only what belongs to virtual servers is looked at. A
    /// checker that did not change keeps its timer, its counts and its running probe.
    Configured(Arc<Config>),
    /// A probe ended.
    ProbeEnded {
        /// Which; one that is not known any more is ignored.
        probe: ProbeId,
        /// How.
        verdict: Verdict,
    },
    /// Several probes ended, in this order. Each service gets one `Hold` for all of them together, so a turn that drains
    /// its queue should say this once: when a thousand servers of a service fail, the table is built once, not a
    /// thousand times.
    ProbesEnded(Vec<(ProbeId, Verdict)>),
    /// A number was read from a tracked file.
    FileRead {
        /// The `track_file`.
        file: Name,
        /// The number; a file that is not there, or holds none, says 0.
        number: i64,
    },
    /// A BFD session came up or went down.
    SessionMoved {
        /// The `bfd_instance`.
        session: Name,
        /// Whether it is up.
        up: bool,
    },
    /// An operator changed something over the file; this is everything that is changed now.
    Overlaid(Overlay),
    /// These addresses are on this host now; virtual servers with `ha_suspend` are checked only while theirs is.
    /// Until this is said for the first time they are checked.
    AddressesHere(BTreeSet<IpAddr>),
    /// The kernel refused something of this service.
    ServiceRefused {
        /// The service.
        service: Service,
        /// What the kernel said, in words.
        problem: String,
    },
    /// The daemon is to stop: every service leaves the table.
    StopRequested,
    /// Time has passed; given whenever `deadline()` is not in the future.
    DeadlineReached,
}

/// One run of one checker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProbeId {
    /// The checker, numbered as they came; never reused.
    pub checker: u64,
    /// Its run.
    pub run: u64,
}

/// How a probe ended, with what it found in words for an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All is as it should be.
    Pass(String),
    /// All is as it should be, and the weight shifts by so much.
    Weighted {
        /// What was found.
        text: String,
        /// Added to the configured weight.
        shift: i64,
    },
    /// It is not: `connection refused`, `status 503 from /health`.
    Fail(String),
}

impl Verdict {
    /// Whether it passed.
    #[must_use]
    pub const fn passed(&self) -> bool {
        matches!(self, Self::Pass(_) | Self::Weighted { .. })
    }

    /// What it found.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Pass(text) | Self::Fail(text) | Self::Weighted { text, .. } => text,
        }
    }

    /// What it adds to the configured weight.
    #[must_use]
    pub const fn shift(&self) -> i64 {
        match self {
            Self::Weighted { shift, .. } => *shift,
            Self::Pass(_) | Self::Fail(_) => 0,
        }
    }
}
