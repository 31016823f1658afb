//! Nouns that pass between those who decide and those who do: links, adverts, announcements, and how a script ended.
use crate::holdings::AddressKey;
use crate::{InterfaceName, Name};
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

/// How a link is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Administratively up and with carrier (`IFF_UP` and `IFF_RUNNING`).
    pub running: bool,
    /// Hardware address; empty where the link has none.
    pub hardware: Vec<u8>,
    /// Largest IP packet, in bytes.
    pub mtu: u32,
    /// Speaks ARP (no `IFF_NOARP`).
    pub arp: bool,
    /// Its addresses, in the kernel's order, virtual ones included.
    pub addresses: Vec<AddressKey>,
    /// Those of them that may not be used yet, because duplicate address detection runs or has failed (RFC 4862).
    pub tentative: Vec<IpAddr>,
}

impl Link {
    /// Whether the other differs, if at all, only in its addresses.
    #[must_use]
    pub fn is_but_for_addresses(&self, other: &Self) -> bool {
        self.running == other.running
            && self.mtu == other.mtu
            && self.arp == other.arp
            && self.hardware == other.hardware
            && self.tentative == other.tentative
    }
}

/// IP protocol of adverts (RFC 9568 section 5.1.1.4).
pub const PROTOCOL_VRRP: u8 = 112;
/// IP protocol of adverts behind an authentication header (RFC 2402).
pub const PROTOCOL_AH: u8 = 51;

/// A place where adverts arrive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// Link.
    pub interface: InterfaceName,
    /// Multicast group; the unspecified address of the family where adverts come to an address of this host, and nothing
    /// has to be joined.
    pub group: IpAddr,
    /// `PROTOCOL_VRRP` or `PROTOCOL_AH`.
    pub protocol: u8,
    /// Bytes that may wait here while the daemon is busy (`SO_RCVBUF`); 0 is as many as the hand thinks fit. Where
    /// endpoints share a socket, the largest counts.
    pub receive_bytes: u32,
}

/// An advert ready to be sent; the hand adds the IP header (TOS or traffic class 0xc0, no DF).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advert {
    /// The sending instance.
    pub owner: Name,
    /// Link to send on.
    pub interface: InterfaceName,
    /// Source address.
    pub source: IpAddr,
    /// The group, or a peer.
    pub destination: IpAddr,
    /// TTL or hop limit.
    pub ttl: u8,
    /// `PROTOCOL_VRRP` or `PROTOCOL_AH`.
    pub protocol: u8,
    /// Identification of the IPv4 header, not 0, which the kernel would replace; an authentication header covers it.
    pub identification: u16,
    /// All that follows the IP header: the VRRP packet, checksum and trailer included, behind its authentication header
    /// if it has one.
    pub payload: Vec<u8>,
}

/// One gratuitous ARP or unsolicited neighbour advertisement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Link to send on.
    pub interface: InterfaceName,
    /// Our hardware address on it.
    pub hardware: Vec<u8>,
    /// The address that lives here.
    pub address: IpAddr,
}

/// How a run of a script ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It left with this exit status.
    Exited(i32),
    /// It was killed by a signal that was not ours.
    Signalled(i32),
    /// It overran its timeout and was killed with its group.
    TimedOut,
    /// It could not be started.
    NotStarted(String),
}
