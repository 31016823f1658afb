//! Everything that can happen to one instance: the closed list of what `Instance::step` takes.
pub(crate) use super::fault::Fault;
use crate::fact::Packet;
use crate::wire::checksum::Route;
use crate::wire::{View, ah};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::InterfaceName;
use model::config::vrrp;
use model::holdings::AddressKey;
use model::net::PROTOCOL_AH;

/// An input, past tense.
#[derive(Clone, Debug)]
pub(crate) enum Input<'a> {
    /// Trackers, links and addresses now amount to this.
    ConditionsChanged(Conditions),
    /// All that a start needs is known.
    Started(Start),
    /// A packet for this virtual router arrived; its header is whole, nothing else is checked.
    PacketArrived(Letter<'a>),
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
    /// Nobody took over from any member of the group as an operator wanted.
    MembersUnclaimed,
    /// A member of the group cannot resume where it was before a restart.
    MemberGaveUpResuming,
    /// A member of the group heard another master and stays master.
    MemberChallenged,
    /// A reload changed this instance, its conditions, or its being in a group.
    Reconfigured(Arc<vrrp::Instance>, Conditions, bool),
    /// A reload removed this instance.
    Removed,
    /// An operator wants a peer to be master, in any case if it is forced.
    SwitchoverRequested {
        /// Let go even if nobody takes over.
        forced: bool,
    },
    /// The daemon stops.
    StopRequested,
    /// Time has passed.
    DeadlineReached,
}

/// A packet for a virtual router. Its VRRP header is whole, nothing else is checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Letter<'a> {
    /// As it came, less an authentication header.
    pub(crate) packet: Packet<'a>,
    /// Its fields.
    pub(crate) view: View<'a>,
    /// The authentication header that stood before it.
    pub(crate) ah: Option<ah::Header>,
}

impl<'a> Letter<'a> {
    /// Opens a packet; `None` when it is too short to be one.
    pub(crate) fn open(packet: Packet<'a>) -> Option<Self> {
        if packet.protocol != PROTOCOL_AH {
            let view = View::read(packet.payload)?;
            return Some(Self { packet, view, ah: None });
        }
        let (header, payload) = ah::Header::split(packet.payload)?;
        let stated_length = packet.stated_length.saturating_sub(ah::HEADER_BYTES);
        let packet = Packet { payload, stated_length, ..packet };
        Some(Self { packet, view: View::read(payload)?, ah: Some(header) })
    }

    /// From where to where.
    pub(crate) const fn route(&self) -> Route {
        Route { source: self.packet.source, destination: self.packet.destination }
    }
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
