//! Addresses as netlink messages: on links and off them.
use super::commands::Order;
use super::links::{Index, Table};
use super::netlink::Message;
use super::refusal;
use crate::ports::Refusal;
use model::config::vrrp::VirtualAddress;
use model::holdings::Change;
use model::{Family, Interval};
use netlink_packet_core::{NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::address::{
    AddressAttribute, AddressFlags, AddressHeaderFlags, AddressMessage, AddressScope, CacheInfo,
};
use rtnetlink::AddressMessageBuilder;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

impl Order for Change {
    type World = Table;

    fn message(&self, table: &Table) -> Result<Message, i32> {
        let link = self.key().interface;
        let index = table.index(&link).or_else(|| super::index_of(&link).ok()).ok_or(libc::ENODEV)?;
        Ok(message(self, index, table))
    }

    fn judge(&self, errno: i32, table: &Table) -> Result<(), Refusal> {
        judge(self, errno, table)
    }
}

/// Something that nobody without permission may ask for, and that changes nothing: take an address off a link that cannot
/// exist. [`permission`] understands the answer.
pub(super) fn question_of_permission() -> Message {
    let mut message = NetlinkMessage::from(RouteNetlinkMessage::DelAddress(bare(Ipv4Addr::UNSPECIFIED.into(), 32, 0)));
    message.header.flags = NLM_F_REQUEST | NLM_F_ACK;
    message
}

/// What the answer to [`question_of_permission`] means.
///
/// # Errors
/// Without `CAP_NET_ADMIN`.
pub(super) fn permission(answer: &Message) -> io::Result<()> {
    match &answer.payload {
        NetlinkPayload::Error(error) => match error.code.map(|code| code.get().saturating_abs()) {
            Some(errno @ (libc::EPERM | libc::EACCES)) => {
                Err(refusal::explained(io::Error::from_raw_os_error(errno), "CAP_NET_ADMIN"))
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// What is already as it should be is no refusal.
fn judge(change: &Change, errno: i32, table: &Table) -> Result<(), Refusal> {
    match (change, errno) {
        // IPv4 knows an address with another prefix length as another one, IPv6 does not.
        (Change::AddAddress(a), libc::EEXIST)
            if a.prefix.family() == Family::V6 && table.holds_otherwise(&change.key()) =>
        {
            Err(refusal::other_length())
        }
        (Change::AddAddress(_), libc::EEXIST) | (Change::RemoveAddress(_), libc::EADDRNOTAVAIL | libc::ENODEV) => {
            Ok(())
        }
        _ => Err(refusal::of(errno)),
    }
}

fn message(change: &Change, index: Index, table: &Table) -> Message {
    let (request, flags) = match change {
        Change::AddAddress(address) => {
            (RouteNetlinkMessage::NewAddress(addition(address, index)), NLM_F_CREATE | NLM_F_EXCL)
        }
        Change::RemoveAddress(key) => {
            let mut message = bare(key.prefix.address(), key.prefix.length(), index);
            if let Some(peer) = table.peer_of(key) {
                point_to(&mut message, key.prefix.address(), peer);
            }
            (RouteNetlinkMessage::DelAddress(message), 0)
        }
    };
    let mut message = NetlinkMessage::from(request);
    message.header.flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    message
}

/// Address and prefix length alone. The builder adds a broadcast address, which nobody asked for.
fn bare(address: IpAddr, length: u8, index: Index) -> AddressMessage {
    let mut message = match address {
        IpAddr::V4(address) => AddressMessageBuilder::<Ipv4Addr>::new().index(index).address(address, length).build(),
        IpAddr::V6(address) => AddressMessageBuilder::<Ipv6Addr>::new().index(index).address(address, length).build(),
    };
    message.attributes.retain(|a| !matches!(a, AddressAttribute::Broadcast(_)));
    message
}

fn addition(address: &VirtualAddress, index: Index) -> AddressMessage {
    let mut message = bare(address.prefix.address(), address.prefix.length(), index);
    message.header.scope = AddressScope::from(address.scope);
    if let Some(peer) = address.peer {
        message.header.prefix_len = peer.length();
        point_to(&mut message, address.prefix.address(), peer.address());
    }
    if address.prefix.family() == Family::V4 {
        message.attributes.extend(address.broadcast.map(AddressAttribute::Broadcast));
        message.attributes.extend(address.label.clone().map(AddressAttribute::Label));
    }
    let flags = flags_of(address);
    message.header.flags = AddressHeaderFlags::from_bits_truncate(u8::try_from(flags.bits() & 0xff).unwrap_or(0));
    // Those that do not fit in the header; old kernels know only those that do.
    if flags.bits() > 0xff {
        message.attributes.push(AddressAttribute::Flags(flags));
    }
    message.attributes.extend(address.preferred_lifetime.map(lifetime));
    message
}

/// `Address` is the other end, `Local` ours; the length is that of the other end's network.
fn point_to(message: &mut AddressMessage, own: IpAddr, peer: IpAddr) {
    message.attributes.retain(|a| !matches!(a, AddressAttribute::Address(_) | AddressAttribute::Local(_)));
    message.attributes.push(AddressAttribute::Address(peer));
    message.attributes.push(AddressAttribute::Local(own));
}

fn flags_of(address: &VirtualAddress) -> AddressFlags {
    let six = address.prefix.family() == Family::V6;
    let flag = |on: bool, flag: AddressFlags| if on { flag } else { AddressFlags::empty() };
    // Duplicate detection would keep the address from use for a second, and fail against a master that lets go.
    flag(six && address.nodad, AddressFlags::Nodad)
        | flag(six && address.home, AddressFlags::Homeaddress)
        | flag(six && address.manage_temporary, AddressFlags::Managetempaddr)
        | flag(address.no_prefix_route, AddressFlags::Noprefixroute)
        | flag(address.autojoin, AddressFlags::Mcautojoin)
}

/// Valid for ever; preferred for so long, zero makes it deprecated from the start.
fn lifetime(preferred: Interval) -> AddressAttribute {
    let mut info = CacheInfo::default();
    info.ifa_valid = u32::MAX;
    // The largest number is "for ever".
    info.ifa_preferred = u32::try_from(preferred.as_secs()).unwrap_or(u32::MAX);
    AddressAttribute::CacheInfo(info)
}

#[cfg(test)]
mod tests;
