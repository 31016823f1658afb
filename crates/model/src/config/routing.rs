//! Addresses, routes and rules that stay, and the routes and rules that follow a master.
use super::vrrp::VirtualAddress;
use crate::{Family, InterfaceName, Interval, Name, Prefix};
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What is set at the start and kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statics {
    /// `static_ipaddress`.
    pub addresses: Vec<Static<VirtualAddress>>,
    /// `static_routes`.
    pub routes: Vec<Static<Route>>,
    /// `static_rules`.
    pub rules: Vec<Static<Rule>>,
    /// `track_group` blocks.
    pub groups: Vec<TrackGroup>,
}

/// A thing that stays, and who suffers when it is gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Static<T> {
    /// The thing.
    pub thing: T,
    /// `track_group`: these instances are in FAULT while it is absent.
    pub track_group: Option<Name>,
}

/// A `track_group`: instances that watch static things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackGroup {
    /// Name, unique in the file.
    pub name: Name,
    /// `group`: instances, by name.
    pub members: Vec<Name>,
}

/// One line of `virtual_routes` or `static_routes`; numbers are those of linux/rtnetlink.h.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Family.
    pub family: Family,
    /// `RTN_*`: 1 unicast, 6 blackhole, 7 unreachable, 8 prohibit, 9 throw ...
    pub kind: u8,
    /// Destination; length 0 is the default route.
    pub destination: Prefix,
    /// `from`: source prefix (IPv6).
    pub from: Option<Prefix>,
    /// `src`: preferred source.
    pub source: Option<IpAddr>,
    /// `tos`.
    pub tos: u8,
    /// `table`, or that of `vrf`; 254 is main.
    pub table: u32,
    /// `vrf`: the link whose table it is.
    pub vrf: Option<InterfaceName>,
    /// `protocol`: 18 keepalived unless written.
    pub protocol: u8,
    /// `scope`; the kernel's rule for the kind when `None`.
    pub scope: Option<u8>,
    /// `metric`: smaller is better; 0 leaves it to the kernel, which takes 1024 for IPv6.
    pub metric: u32,
    /// The one next hop of a plain route; empty where the route has a list or none.
    pub hop: NextHop,
    /// `nexthop`: paths of a multipath route.
    pub hops: Vec<NextHop>,
    /// `expires` (IPv6).
    pub expires: Option<Interval>,
    /// `mtu` to `congctl`: what goes to `RTA_METRICS`.
    pub metrics: Metrics,
    /// `pref` (IPv6): 0 medium, 1 high, 3 low (RFC 4191).
    pub preference: Option<u8>,
    /// `ttl-propagate`.
    pub ttl_propagate: Option<bool>,
    /// `add`, `prepend`, `append`.
    pub placing: Placing,
    /// `no_track`: do not react when somebody else removes it.
    pub no_track: bool,
}

/// Where a packet goes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextHop {
    /// `via`.
    pub gateway: Option<IpAddr>,
    /// `dev`.
    pub interface: Option<InterfaceName>,
    /// `weight`, 1 to 256, among the paths of a multipath route.
    pub weight: u16,
    /// `onlink`.
    pub on_link: bool,
    /// `encap`.
    pub encap: Option<Encap>,
    /// `realms` as from << 16 | to (IPv4).
    pub realms: Option<u32>,
}

/// `encap`: a light-weight tunnel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encap {
    /// `ip`.
    Ip {
        /// Key.
        id: Option<u64>,
        /// Outer destination.
        destination: Option<Ipv4Addr>,
        /// Outer source.
        source: Option<Ipv4Addr>,
        /// Outer type of service.
        tos: Option<u8>,
        /// Outer time to live.
        ttl: Option<u8>,
        /// Flags.
        flags: Option<u16>,
    },
    /// `ip6`.
    Ip6 {
        /// Key.
        id: Option<u64>,
        /// Outer destination.
        destination: Option<Ipv6Addr>,
        /// Outer source.
        source: Option<Ipv6Addr>,
        /// Outer traffic class.
        class: Option<u8>,
        /// Outer hop limit.
        hop_limit: Option<u8>,
        /// Flags.
        flags: Option<u16>,
    },
    /// `mpls`: labels of 20 bits, outermost first, at most 2.
    Mpls(Vec<u32>),
    /// `ila`: locator of 64 bits.
    Ila(u64),
}

/// `RTA_METRICS` of a route.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// `mtu`, bytes.
    pub mtu: Option<Metric>,
    /// `hoplimit`.
    pub hop_limit: Option<u8>,
    /// `advmss`, bytes.
    pub advmss: Option<Metric>,
    /// `rtt`, in 1/8 ms.
    pub rtt: Option<Metric>,
    /// `rttvar`, in 1/4 ms.
    pub rttvar: Option<Metric>,
    /// `rto_min`, in ms.
    pub rto_min: Option<Metric>,
    /// `reordering`.
    pub reordering: Option<Metric>,
    /// `window`, bytes.
    pub window: Option<u32>,
    /// `cwnd`.
    pub cwnd: Option<Metric>,
    /// `ssthresh`.
    pub ssthresh: Option<Metric>,
    /// `initcwnd`.
    pub initcwnd: Option<u32>,
    /// `initrwnd`.
    pub initrwnd: Option<u32>,
    /// `features ecn`.
    pub ecn: bool,
    /// `quickack`.
    pub quickack: Option<bool>,
    /// `fastopen_no_cookie`.
    pub fastopen_no_cookie: Option<bool>,
    /// `congctl`.
    pub congestion_control: Option<String>,
    /// `congctl lock`.
    pub lock_congestion_control: bool,
}

/// A metric that may be locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its value in the unit of the field.
    pub value: u32,
    /// `lock`: the kernel may not change it.
    pub lock: bool,
}

/// How a route stands to others of the same destination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placing {
    /// `prepend`: before them.
    #[default]
    Prepend,
    /// `append`: after them.
    Append,
    /// `add`: there may be none.
    Alone,
}

/// One line of `virtual_rules` or `static_rules`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// Family.
    pub family: Family,
    /// `not`: the match is turned round.
    pub invert: bool,
    /// `from`; `None` is any.
    pub from: Option<Prefix>,
    /// `to`; `None` is any.
    pub to: Option<Prefix>,
    /// `preference`, or the one assigned.
    pub preference: u32,
    /// `tos`.
    pub tos: u8,
    /// `fwmark VALUE[/MASK]`.
    pub mark: Option<(u32, Option<u32>)>,
    /// `dev`, `iif`.
    pub input: Option<InterfaceName>,
    /// `oif`.
    pub output: Option<InterfaceName>,
    /// `tunnel-id`.
    pub tunnel_id: Option<u64>,
    /// `uidrange`, both inclusive.
    pub uids: Option<(u32, u32)>,
    /// `ipproto`.
    pub ip_protocol: Option<u8>,
    /// `sport`, both inclusive.
    pub source_ports: Option<(u16, u16)>,
    /// `dport`, both inclusive.
    pub destination_ports: Option<(u16, u16)>,
    /// `realms` as from << 16 | to (IPv4).
    pub realms: Option<u32>,
    /// `suppress_prefixlength`.
    pub suppress_prefix_length: Option<u32>,
    /// `suppress_ifgroup`.
    pub suppress_group: Option<u32>,
    /// `protocol`: 18 keepalived unless written.
    pub protocol: u8,
    /// What is done with a packet that matches.
    pub action: Action,
    /// `no_track`: do not react when somebody else removes it.
    pub no_track: bool,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// `table`: look it up there.
    Table(u32),
    /// `l3mdev`: look it up in the table of the master device.
    MasterDevice,
    /// `goto`: go on at the rule with this preference.
    Goto(u32),
    /// `nop`.
    Nop,
    /// `blackhole`: drop silently.
    Blackhole,
    /// `prohibit`: refuse as forbidden.
    Prohibit,
    /// `unreachable`: refuse as unreachable.
    Unreachable,
}
