//! Virtual servers, their real servers, and groups of addresses that they share.
pub use super::check::{CheckKind, Checker, Connect, Http, HttpVersion, Misc, Regex, Tls, Udp, Url};
use super::global::Command;
use crate::{Family, Interval, Name};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

/// A `virtual_server`: one IPVS service with its pool.
#[derive(Clone, Debug, PartialEq)]
pub struct VirtualServer {
    /// What traffic it takes. Of a group the first address stands here, or the first mark of one that lists no address;
    /// the protocol is that of all its addresses.
    pub service: Service,
    /// `virtual_server group NAME`: every entry of that group is a service with this pool.
    pub group: Option<Name>,
    /// `lvs_sched`: scheduler by its kernel name.
    pub scheduler: String,
    /// `persistence_timeout` and `persistence_granularity`.
    pub persistence: Option<Persistence>,
    /// `persistence_engine`: `sip`, at most 16 bytes.
    pub persistence_engine: Option<String>,
    /// `ops`: one-packet scheduling.
    pub one_packet: bool,
    /// Scheduler flags as the kernel has them: bit 0 flag-1 (sh-fallback, mh-fallback), 1 flag-2 (sh-port, mh-port), 2.
    pub scheduler_flags: u8,
    /// `ha_suspend`: check only while the virtual address is here.
    pub ha_suspend: bool,
    /// `smtp_alert`: mail on quorum changes.
    pub smtp_alert: bool,
    /// `snmp_name`.
    pub snmp_name: Option<String>,
    /// Live weight needed to be up, at least 1.
    pub quorum: u32,
    /// Distance from `quorum` at which it is lost or gained.
    pub hysteresis: u32,
    /// `alpha`: servers start failed and join after their first success.
    pub alpha: bool,
    /// `omega`: notify on the way out.
    pub omega: bool,
    /// Takes the traffic while there is no quorum.
    pub sorry_server: Option<SorryServer>,
    /// Hook when quorum is gained.
    pub quorum_up: Option<Box<Command>>,
    /// Hook when quorum is lost.
    pub quorum_down: Option<Box<Command>>,
    /// The pool, file order.
    pub real_servers: Vec<RealServer>,
}

/// What traffic a service takes; the identity of a virtual server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Packets to an address and port; port 0 is every port.
    Address {
        /// Virtual address.
        address: IpAddr,
        /// Port, 0 for all (needs persistence).
        port: u16,
        /// Transport protocol.
        protocol: Protocol,
    },
    /// Packets that carry a firewall mark.
    Fwmark {
        /// The mark, 1 to 4294967295.
        mark: u32,
        /// Family of the packets.
        family: Family,
    },
}

impl Service {
    /// The transport protocol; `None` for a mark, which is on packets of every one.
    #[must_use]
    pub const fn protocol(self) -> Option<Protocol> {
        match self {
            Self::Address { protocol, .. } => Some(protocol),
            Self::Fwmark { .. } => None,
        }
    }

    /// The family of the traffic.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::Address { address, .. } => Family::of(address),
            Self::Fwmark { family, .. } => family,
        }
    }
}

/// As in keepalived's FIFO lines: `[10.0.0.1]:tcp:80`, `FWM 7`.
impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address { address, port, protocol } => write!(f, "[{address}]:{protocol}:{port}"),
            Self::Fwmark { mark, .. } => write!(f, "FWM {mark}"),
        }
    }
}

/// Transport protocol of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
        })
    }
}

/// Clients stay with their server for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Persistence {
    /// How long, 1 to 2678400 seconds.
    pub timeout: Interval,
    /// Prefix length under which clients count as one: 32 (IPv4) or 128 (IPv6) unless written.
    pub granularity: u8,
}

/// How packets reach a real server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Forwarding {
    /// `NAT`: masquerading.
    #[default]
    Nat,
    /// `DR`: direct routing.
    DirectRoute,
    /// `TUN`: a tunnel.
    Tunnel(Tunnel),
    /// `FULLNAT` (ours alone): masquerading of both addresses, so that replies need no route through the director.
    FullNat,
}

/// `lvs_method TUN [type TYPE] [port PORT] [nocsum|csum|remcsum]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tunnel {
    /// `type`.
    pub kind: TunnelKind,
    /// Checksums.
    pub checksum: TunnelChecksum,
}

/// What a tunnelled packet is wrapped in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TunnelKind {
    /// `ipip`.
    #[default]
    Ipip,
    /// `gue`, with its `port`.
    Gue(u16),
    /// `gre`.
    Gre,
}

/// Checksum of a tunnelled packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TunnelChecksum {
    /// `nocsum`.
    #[default]
    None,
    /// `csum`.
    Checksum,
    /// `remcsum`: remote checksum offload.
    Remote,
}

/// The server of last resort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SorryServer {
    /// Its address.
    pub address: IpAddr,
    /// Its port.
    pub port: u16,
    /// How packets reach it.
    pub forwarding: Forwarding,
    /// `sorry_server_inhibit`: stays in the table with weight 0 while unused.
    pub inhibit: bool,
}

/// A `real_server`.
#[derive(Clone, Debug, PartialEq)]
pub struct RealServer {
    /// Its address.
    pub address: IpAddr,
    /// Its port; the service's unless written, 0 under a mark.
    pub port: u16,
    /// Configured weight, 0 to 2147483647.
    pub weight: u32,
    /// How packets reach it.
    pub forwarding: Forwarding,
    /// `inhibit_on_failure`: weight 0 instead of removal.
    pub inhibit_on_failure: bool,
    /// `uthreshold`: no new connections above this many; 0 is no limit.
    pub upper_threshold: u32,
    /// `lthreshold`: new connections again below this many; 0 is none.
    pub lower_threshold: u32,
    /// Hook when it comes up.
    pub notify_up: Option<Box<Command>>,
    /// Hook when it goes down.
    pub notify_down: Option<Box<Command>>,
    /// `alpha`: starts down.
    pub alpha: bool,
    /// `smtp_alert`: mail when it changes.
    pub smtp_alert: bool,
    /// `snmp_name`.
    pub snmp_name: Option<String>,
    /// `virtualhost`: default Host header of its checks.
    pub virtual_host: Option<String>,
    /// `drain` (ours alone): a server that a reload removes keeps weight 0 for this long before it is deleted.
    pub drain: Option<Interval>,
    /// Its checks; none means always up.
    pub checkers: Vec<Checker>,
}

/// A `virtual_server_group`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Name, unique in the file.
    pub name: Name,
    /// What it lists, file order.
    pub entries: Vec<GroupEntry>,
}

/// One line of a `virtual_server_group`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupEntry {
    /// Addresses from `first` to `last`, both included, on one port.
    Addresses {
        /// First address.
        first: IpAddr,
        /// Last address, of the same family; the first one for a single address.
        last: IpAddr,
        /// Port, 0 for all (needs persistence).
        port: u16,
    },
    /// `fwmark MARK [inet|inet6]`.
    Fwmark {
        /// The mark, 1 to 4294967295.
        mark: u32,
        /// Family, where it was written; that of the servers otherwise.
        family: Option<Family>,
    },
}
