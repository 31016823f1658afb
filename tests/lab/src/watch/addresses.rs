//! Who holds an address, as the kernel tells it over netlink: no change is so short that it is missed.
use super::recorder::Recorder;
use crate::error::{Error, Result};
use crate::room::Room;
use crate::wait;
use netlink_packet_core::{NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::address::{AddressAttribute, AddressMessage};
use nix::sys::socket::{AddressFamily, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, socket};
use std::net::IpAddr;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// `RTMGRP_IPV4_IFADDR` and `RTMGRP_IPV6_IFADDR` of rtnetlink(7).
const GROUPS: u32 = 0x10 | 0x100;

/// One change of a room's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// When it was heard of.
    pub at: Instant,
    /// Which address.
    pub address: IpAddr,
    /// Added, or else removed.
    pub added: bool,
}

/// The changes of one room's addresses.
#[derive(Debug)]
pub struct Addresses {
    room: Arc<Room>,
    recorder: Recorder<Change>,
}

impl Addresses {
    /// Starts to watch.
    pub fn watch(room: &Arc<Room>) -> Result<Self> {
        Ok(Self { room: Arc::clone(room), recorder: Recorder::start(room, open, decode)? })
    }

    /// Does the kernel hold this address now?
    pub fn holds(&self, address: impl Into<IpAddr>) -> Result<bool> {
        Ok(self.room.addresses()?.contains(&address.into()))
    }

    /// The changes of one address since a time.
    pub fn changes(&self, address: impl Into<IpAddr>, since: Instant) -> Vec<Change> {
        let address = address.into();
        let of_interest = |change: &Change| change.address == address && change.at >= since;
        self.recorder.seen().into_iter().filter(of_interest).collect()
    }

    /// The changes of all addresses since a time.
    pub fn all(&self, since: Instant) -> Vec<Change> {
        self.recorder.seen().into_iter().filter(|change| change.at >= since).collect()
    }

    /// Waits until the address has been added after `since`, and returns when that was.
    pub fn wait_added(&self, address: impl Into<IpAddr>, since: Instant, within: Duration) -> Result<Instant> {
        self.wait_for(address.into(), since, within, true)
    }

    /// Waits until the address has been removed after `since`, and returns when that was.
    pub fn wait_removed(&self, address: impl Into<IpAddr>, since: Instant, within: Duration) -> Result<Instant> {
        self.wait_for(address.into(), since, within, false)
    }

    fn wait_for(&self, address: IpAddr, since: Instant, within: Duration, added: bool) -> Result<Instant> {
        let found = || self.changes(address, since).into_iter().find(|change| change.added == added);
        let what = if added { "did not take" } else { "did not give up" };
        wait::until(within, found)
            .map(|change| change.at)
            .ok_or_else(|| Error::new(format!("{} {what} {address} within {within:?}", self.room.name())))
    }
}

fn open() -> nix::Result<OwnedFd> {
    let socket = socket(AddressFamily::Netlink, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::NetlinkRoute)?;
    bind(socket.as_raw_fd(), &NetlinkAddr::new(0, GROUPS))?;
    Ok(socket)
}

/// A datagram may hold several messages, each padded to four bytes.
fn decode(at: Instant, mut bytes: &[u8]) -> Vec<Change> {
    let mut changes = Vec::new();
    while let Ok(message) = NetlinkMessage::<RouteNetlinkMessage>::deserialize(bytes) {
        let length = usize::try_from(message.header.length).unwrap_or(usize::MAX).next_multiple_of(4).max(16);
        changes.extend(change(at, message.payload));
        bytes = bytes.get(length..).unwrap_or_default();
    }
    changes
}

fn change(at: Instant, payload: NetlinkPayload<RouteNetlinkMessage>) -> Option<Change> {
    let (message, added) = match payload {
        NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewAddress(message)) => (message, true),
        NetlinkPayload::InnerMessage(RouteNetlinkMessage::DelAddress(message)) => (message, false),
        _ => return None,
    };
    Some(Change { at, address: local(&message)?, added })
}

fn local(message: &AddressMessage) -> Option<IpAddr> {
    message.attributes.iter().find_map(|attribute| match attribute {
        AddressAttribute::Local(address) | AddressAttribute::Address(address) => Some(*address),
        _ => None,
    })
}
