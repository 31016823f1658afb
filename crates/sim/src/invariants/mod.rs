//! What must hold in every world, after everything that happens: of what a daemon orders, of a router, of all together.
mod network;
mod orders;
mod router;

pub(crate) use network::network;
pub(crate) use orders::orders;
pub(crate) use router::{came, left, reported, router};

use crate::node::Node;
use crate::trace::Seconds;
use crate::world::{KERNEL_GRACE, RETRY_GRACE};
use model::{Instant, Interval, limits};
use std::fmt;

/// The rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// An address is held only by a master, one that hands over, or one that resumes.
    Held,
    /// The kernel contains what is published.
    Published,
    /// A master's advert is never late.
    OnTime,
    /// A master that lets go says so.
    Farewell,
    /// A backup that hears its master waits.
    NoFalseClaim,
    /// A backup that may not preempt, or not yet, lets a worse master be.
    Preemption,
    /// Once all is quiet, every connected set of routers has exactly one master.
    OneMaster,
    /// Only a master announces, and only what its kernel has.
    Announced,
    /// Reports follow each other, and the last one tells the state.
    Reported,
    /// A daemon that is asked to stop leaves.
    Leaves,
    /// Queues and rates stay within bounds.
    Bounded,
    /// Time goes on.
    Progress,
    /// Nothing panics.
    Panic,
    /// What the scenario expects.
    Expectation,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Held => "an address is held only by a master, one that hands over, or one that resumes",
            Self::Published => "the kernel contains what is published",
            Self::OnTime => "a master's advert is never late",
            Self::Farewell => "a master that lets go says so",
            Self::NoFalseClaim => "a backup that hears its master waits",
            Self::Preemption => "a backup that may not preempt, or not yet, lets a worse master be",
            Self::OneMaster => "once all is quiet, every connected set of routers has exactly one master",
            Self::Announced => "only a master announces, and only what its kernel has",
            Self::Reported => "reports follow each other, and the last one tells the state",
            Self::Leaves => "a daemon that is asked to stop leaves",
            Self::Bounded => "queues and rates stay within bounds",
            Self::Progress => "time goes on",
            Self::Panic => "nothing panics",
            Self::Expectation => "what the scenario expects",
        })
    }
}

/// A rule that does not hold.
#[derive(Clone, Debug)]
pub struct Violation {
    /// When it was seen.
    pub at: Instant,
    /// Which.
    pub rule: Rule,
    /// What was found.
    pub text: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}\n  rule: {}", Seconds(self.at), self.text, self.rule)
    }
}

/// What a check gives.
type Checked = Result<(), Violation>;
/// What is wrong, if anything is.
type Found = Option<(Rule, String)>;

/// A timer may be early by this much, and the next one seems late by as much.
const EARLY: Interval = limits::COALESCE;

/// Whether somebody interferes with the kernel, so that it may differ from what the daemon can know.
fn unsteady(node: &Node, now: Instant) -> bool {
    let recent = |at: Option<Instant>, time: Interval| at.is_some_and(|at| now.since(at) <= time);
    node.machine().refuses()
        || node.overrun_until.is_some()
        || recent(node.watch.refused_at, RETRY_GRACE)
        || recent(node.watch.meddled_at, KERNEL_GRACE)
}
