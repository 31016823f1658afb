//! Every queue between the threads: its type, its depth, and what happens when it is full.
use arc_swap::ArcSwap;
use checkers::overlay::Overlay;
use model::state::server::VirtualServer;
use model::state::vrrp::RouterState;
use model::{Config, InterfaceName, limits};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::mpsc;
use vrrp::router::Snapshot;

/// Control to vrrp. Full: control waits; it sends only configurations, script results and one stop.
#[derive(Debug)]
pub enum VrrpOrder {
    /// Run this configuration.
    Configure(Arc<Config>),
    /// Something that the control thread learned: the end of a script, a reading, an operator's wish.
    Fact(vrrp::Fact<'static>),
    /// Hand over and let go.
    Stop,
}

/// Control to checkers. Full: control waits; it sends only configurations, what trackers learn, and one stop.
#[derive(Debug)]
pub enum CheckersOrder {
    /// Run this configuration, with what an operator changed over it.
    Configure(Arc<Config>, Overlay),
    /// Something that the control thread learned: a number in a file, the state of a session.
    Fact(checkers::Fact),
    /// The router that the connection synchronisation follows is in this state.
    Follow(RouterState),
    /// Empty the table of what is ours and end.
    Stop,
}

/// Which thread something is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The vrrp thread.
    Vrrp,
    /// The checkers thread.
    Checkers,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Vrrp => "vrrp",
            Self::Checkers => "checkers",
        })
    }
}

/// Why a thread ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was told to, and has let go of everything.
    AsOrdered,
    /// The machine does not let us: a capability is missing.
    NoPermission(String),
    /// Something that it needs could not be set up.
    CannotStart(String),
    /// A fault of our own; the vrrp thread has released its addresses before it said this.
    Failed(String),
}

/// The threads to control. Full: the sender drops the report and counts it; states are read from the snapshots, so that
/// a final state is never lost to a reader that asks.
#[derive(Debug)]
pub enum Report {
    /// From the virtual routers.
    Vrrp(vrrp::effect::Report),
    /// `promote_secondaries` is wanted on exactly these links.
    Promote(BTreeSet<InterfaceName>),
    /// From the pools.
    Checkers(checkers::effect::Report),
    /// IPVS cannot be programmed, with the reason; or can again, with an empty text.
    Ipvs(String),
    /// A thread ended: it was told to, or could not start, or failed.
    Ended(Part, Ended),
}

/// What the threads publish for readers, each by swapping a pointer.
#[derive(Debug, Default)]
pub struct Published {
    /// Virtual routers, groups, scripts.
    pub vrrp: ArcSwap<Snapshot>,
    /// Virtual servers.
    pub checkers: ArcSwap<Vec<VirtualServer>>,
    /// Reports dropped because control did not keep up.
    pub dropped_reports: std::sync::atomic::AtomicU64,
    /// The IPVS table was emptied at the start of the daemon (`lvs_flush`), or did not have to be.
    pub table_flushed: std::sync::atomic::AtomicBool,
}

/// Sends reports to control.
#[derive(Clone, Debug)]
pub struct Reporter {
    queue: mpsc::Sender<Report>,
    ends: mpsc::Sender<Report>,
    published: Arc<Published>,
}

/// Control's end of the reports.
#[derive(Debug)]
pub struct Reports {
    queue: mpsc::Receiver<Report>,
    ends: mpsc::Receiver<Report>,
}

impl Reports {
    /// The next report; that a thread ended is heard after all that it had said before.
    pub async fn next(&mut self) -> Option<Report> {
        tokio::select! {
            biased;
            Some(report) = self.queue.recv() => Some(report),
            end = self.ends.recv() => end,
        }
    }

    /// The next report that is there already.
    pub fn try_next(&mut self) -> Option<Report> {
        self.queue.try_recv().or_else(|_| self.ends.try_recv()).ok()
    }
}

impl Reporter {
    /// A reporter and the other end.
    #[must_use]
    pub fn new(published: Arc<Published>) -> (Self, Reports) {
        let (queue, reports) = mpsc::channel(limits::REPORT_QUEUE);
        let (ends, ended) = mpsc::channel(limits::END_QUEUE);
        (Self { queue, ends, published }, Reports { queue: reports, ends: ended })
    }

    /// Never waits. The end of a thread has a queue of its own, because control must not miss it.
    pub fn say(&self, report: Report) {
        let queue = if matches!(report, Report::Ended(..)) { &self.ends } else { &self.queue };
        if queue.try_send(report).is_err() {
            self.published.dropped_reports.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    }
}
