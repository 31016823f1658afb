//! Everything that can happen to one instance: the closed list of what `Instance::step` takes.
use crate::fact::Packet;
use crate::wire::View;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;
use model::config::vrrp;
use model::holdings::AddressKey;
use model::{Family, InterfaceName, Name};

/// An input, past tense.
#[derive(Clone, Debug)]
pub(crate) enum Input<'a> {
    /// Trackers, links and addresses now amount to this.
    ConditionsChanged(Conditions),
    /// All that a start needs is known.
    Started(Start),
    /// A packet for this virtual router arrived; its header is whole, nothing else is checked.
    PacketArrived(Packet<'a>, View<'a>),
    /// Nothing is left to do for the last `Hold`.
    HoldSettled,
    /// The kernel refused to add or remove an address.
    HoldRefused(AddressKey, String),
    /// Somebody else removed an address.
    AddressVanished(AddressKey),
    /// A link came up, or its hardware address changed: what lives there has to be announced again.
    LinkRefreshed(InterfaceName),
    /// A member of the group cannot take part, for this reason.
    MemberFaulted(String),
    /// No member of the group has a fault of its own any more.
    MembersRecovered,
    /// A member of the group is not master and will not be soon, for this reason.
    MemberYielded(String),
    /// No member of the group hears a master any more.
    MembersExpired,
    /// A member of the group cannot resume where it was before a restart.
    MemberGaveUpResuming,
    /// A member of the group heard another master and stays master.
    MemberChallenged,
    /// A reload changed this instance, its conditions, or its being in a group.
    Reconfigured(Arc<vrrp::Instance>, Conditions, bool),
    /// A reload removed this instance.
    Removed,
    /// The daemon stops.
    StopRequested,
    /// Time has passed.
    DeadlineReached,
}

/// How an instance begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// As BACKUP with the full timer; the address owner as MASTER.
    Plain,
    /// As a member of a group of owners: as BACKUP, with one interval and skew.
    OwnersGroup,
    /// Its addresses are in place from before a restart: as BACKUP that leaves them there, with one interval and skew.
    Resume,
}

/// What trackers, links and addresses amount to for one instance; a pure function of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    /// Effective priority, 1 to 255.
    pub(crate) priority: u8,
    /// All that keeps the instance from taking part.
    pub(crate) faults: Vec<Fault>,
    /// Source address of adverts.
    pub(crate) source: Option<IpAddr>,
    /// How many addresses an advert can carry on the link.
    pub(crate) capacity: usize,
    /// Every link and every script that matters was heard of.
    pub(crate) ready: bool,
    /// All configured addresses are on their links.
    pub(crate) in_place: bool,
}

/// One reason why an instance cannot take part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Adverts of this family are not supported.
    Unsupported(Family),
    /// A link does not exist.
    LinkMissing(InterfaceName),
    /// A link is down.
    LinkDown(InterfaceName),
    /// The link has no address of this family to send from.
    NoSource(InterfaceName, Family),
    /// A script of weight 0 is bad; with what its last run did.
    Script(Name, String),
    /// A script of weight 0 is good, which `reverse` makes bad.
    ScriptReversed(Name),
    /// A link is up, which `reverse` makes bad.
    LinkReversed(InterfaceName),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(family) => write!(f, "{family} adverts are not supported yet"),
            Self::LinkMissing(link) => write!(f, "link {link} does not exist"),
            Self::LinkDown(link) => write!(f, "link {link} is down"),
            Self::NoSource(link, family) => write!(f, "link {link} has no {family} address of its own to send from"),
            Self::Script(script, last) => write!(f, "script {script} failed ({last})"),
            Self::ScriptReversed(script) => write!(f, "script {script} succeeded and is tracked in reverse"),
            Self::LinkReversed(link) => write!(f, "link {link} is up and is tracked in reverse"),
        }
    }
}
