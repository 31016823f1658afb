//! Virtual servers, their real servers and the checks on them.
use super::global::Command;
use crate::{Family, InterfaceName, Interval};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

/// A `virtual_server`: one IPVS service with its pool.
#[derive(Clone, Debug, PartialEq)]
pub struct VirtualServer {
    /// What traffic it takes.
    pub service: Service,
    /// `lvs_sched`: scheduler by its kernel name.
    pub scheduler: String,
    /// `persistence_timeout` and `persistence_granularity`.
    pub persistence: Option<Persistence>,
    /// `ops`: one-packet scheduling.
    pub one_packet: bool,
    /// Scheduler flags as the kernel has them: bit 0 flag-1 (sh-fallback, mh-fallback), 1 flag-2 (sh-port, mh-port), 2.
    pub scheduler_flags: u8,
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
    pub quorum_up: Option<Command>,
    /// Hook when quorum is lost.
    pub quorum_down: Option<Command>,
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
    /// `TUN`: IP-in-IP tunnel.
    Tunnel,
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
    /// Configured weight, 0 to 65535.
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
    pub notify_up: Option<Command>,
    /// Hook when it goes down.
    pub notify_down: Option<Command>,
    /// Its checks; none means always up.
    pub checkers: Vec<Checker>,
}

/// One check of one real server, every inherited value filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Checker {
    /// What is asked and what is a good answer.
    pub kind: CheckKind,
    /// Where the probe connects, and from where.
    pub connect: Connect,
    /// Time between checks.
    pub delay_loop: Interval,
    /// Repeats before a failure counts.
    pub retry: u32,
    /// Wait before a repeat.
    pub delay_before_retry: Interval,
    /// Upper bound of the random part of the first wait (1 s is always added).
    pub warmup: Interval,
    /// Start in the failed state.
    pub alpha: bool,
    /// Log every failing repeat.
    pub log_all_failures: bool,
}

/// Where a probe connects.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Connect {
    /// `connect_ip`, else the real server.
    pub address: IpAddr,
    /// `connect_port`, else the real server's.
    pub port: u16,
    /// `bindto`: source address.
    pub bind_address: Option<IpAddr>,
    /// `bind_port`: source port.
    pub bind_port: Option<u16>,
    /// `bind_if`: source interface.
    pub bind_interface: Option<InterfaceName>,
    /// `fwmark` on packets sent; 0 is none.
    pub fwmark: u32,
    /// `connect_timeout`: for the connection, and again for each silence in the answer.
    pub timeout: Interval,
}

/// What a check asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CheckKind {
    /// `TCP_CHECK`: the connection opens.
    Tcp,
    /// `HTTP_GET`: pages are as they should be.
    Http(Http),
}

/// `HTTP_GET`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Http {
    /// `http_protocol`.
    pub version: HttpVersion,
    /// `fast_recovery`: no wait between urls while starting or recovering.
    pub fast_recovery: bool,
    /// Pages, at least one; all must pass.
    pub urls: Vec<Url>,
}

/// Request version of an HTTP check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HttpVersion {
    /// `1.0`: HTTP/1.0.
    #[default]
    V1_0,
    /// `1.0C`: HTTP/1.0 with `Connection: close`.
    V1_0Close,
    /// `1.1`: HTTP/1.1 with `Connection: close`.
    V1_1,
}

/// One page of an HTTP check.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Url {
    /// Request target.
    pub path: String,
    /// Host header: of the url, the check, the real server or the virtual server; the connect address when `None`.
    pub virtual_host: Option<String>,
    /// Expected MD5 of the body.
    pub digest: Option<[u8; 16]>,
    /// Accepted status codes as inclusive ranges; 200 to 299 unless written.
    pub status: Vec<(u16, u16)>,
}
