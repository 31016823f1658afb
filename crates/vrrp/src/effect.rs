//! Everything that the virtual routers of a machine can want: the closed list of what `Router::step` gives.
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::holdings::{AddressKey, Holdings};
use model::net::{Advert, Announcement, Endpoint};
use model::state::vrrp::RouterState;
use model::{InterfaceName, Name};

/// Orders of one turn, in the order in which they arose. The hands carry them out lane by lane (`Effect::lane`), and
/// within a lane in this order, so that with a thousand instances all adverts leave before the first address moves.
pub type Effects = Vec<Effect>;

/// An order, imperative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Have sockets open on exactly these endpoints.
    Listen(BTreeSet<Endpoint>),
    /// Send this advert.
    Send(Advert),
    /// Let the kernel contain this on behalf of the instance. Level-triggered: the last one said holds, also over
    /// repairs; an equal one changes nothing.
    Hold(Hold),
    /// Keep `promote_secondaries` set on exactly these links, which exist; as it was on all others.
    Promote(BTreeSet<InterfaceName>),
    /// Tell the link where this address lives now (gratuitous ARP).
    Announce(Announcement),
    /// Let the world know.
    Report(Report),
}

impl Effect {
    /// The lane: 0 sockets, 1 adverts, 2 kernel, 3 announcements, 4 reports.
    #[must_use]
    pub const fn lane(&self) -> u8 {
        match self {
            Self::Listen(_) => 0,
            Self::Send(_) => 1,
            Self::Hold(_) | Self::Promote(_) => 2,
            Self::Announce(_) => 3,
            Self::Report(_) => 4,
        }
    }
}

/// What the kernel shall contain for one instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The instance.
    pub owner: Name,
    /// What shall be there.
    pub target: Holdings,
    /// What may be removed when no instance's target wants it: every address that is or was configured for this one.
    pub owned: BTreeSet<AddressKey>,
}

/// Something that happened and that others may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// An instance moved. `notify` tells whether hooks and FIFOs hear of it: a move to INIT is only logged.
    Moved {
        /// The instance.
        instance: Name,
        /// From where.
        from: RouterState,
        /// To where.
        to: RouterState,
        /// Effective priority.
        priority: u8,
        /// Why, in words for an operator.
        reason: String,
    },
    /// A group moved.
    GroupMoved {
        /// The group.
        group: Name,
        /// To where.
        to: RouterState,
    },
    /// The effective priority changed.
    PriorityChanged {
        /// The instance.
        instance: Name,
        /// Its state.
        state: RouterState,
        /// Effective priority now.
        priority: u8,
        /// Whether the FIFOs are to hear of it (`notify_priority_changes`).
        notify: bool,
    },
    /// A master heard a router of lower priority.
    HeardLowerPriority {
        /// The instance.
        instance: Name,
        /// Its effective priority.
        priority: u8,
    },
    /// Where an instance stands, because somebody asked; nothing happened.
    Stands {
        /// The instance.
        instance: Name,
        /// BACKUP, MASTER or FAULT.
        state: RouterState,
        /// Effective priority.
        priority: u8,
    },
    /// Where a group stands, because somebody asked; nothing happened.
    GroupStands {
        /// The group.
        group: Name,
        /// BACKUP, MASTER or FAULT.
        state: RouterState,
    },
    /// A reload removed the instance; it held nothing any more when this was said.
    Removed {
        /// The instance.
        instance: Name,
        /// Effective priority at the end.
        priority: u8,
    },
    /// An order to switch over has come to its end for one instance.
    SwitchoverEnded {
        /// The instance; the subject of the order where that is not known.
        instance: Name,
        /// Who is master now; or why it came to nothing, in words.
        outcome: Result<Option<IpAddr>, String>,
    },
    /// Something for the log, about one instance, script or group.
    Note {
        /// How bad.
        severity: Severity,
        /// `(VI_1)` and the like, without brackets.
        subject: Name,
        /// The message, without final stop.
        text: String,
    },
    /// After `StopRequested`: every instance has let go of its target (its `Hold` is empty).
    AllReleased,
}

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something is broken and somebody should look.
    Error,
    /// Something is odd.
    Warning,
    /// Good to know.
    Info,
    /// For `-D`.
    Detail,
}
