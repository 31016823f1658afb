//! Routes as netlink messages (rtnetlink(7), linux/rtnetlink.h, linux/lwtunnel.h).
use super::World;
use model::Family;
use model::config::routing::{Encap, Metric, Metrics, NextHop, Placing, Route};
use model::holdings::RouteKey;
use model::{InterfaceName, Prefix};
use netlink_packet_core::{DefaultNla, NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::AddressFamily;
use netlink_packet_route::route::{
    MplsLabel, RouteAddress, RouteAttribute, RouteFlags, RouteHeader, RouteIp6Tunnel, RouteIp6TunnelFlags,
    RouteIpTunnel, RouteIpTunnelFlags, RouteLwEnCapType, RouteLwTunnelEncap, RouteMessage, RouteMetric,
    RouteMplsIpTunnel, RouteMplsTtlPropagation, RouteNextHop, RouteNextHopFlags, RoutePreference, RouteProtocol,
    RouteRealm, RouteScope, RouteType,
};
use std::net::IpAddr;

/// Flags of the request, which say how it stands to routes that are there.
pub(super) const fn flags(route: &Route) -> u16 {
    match route.placing {
        Placing::Prepend => NLM_F_CREATE,
        Placing::Append => NLM_F_CREATE | NLM_F_APPEND,
        Placing::Alone => NLM_F_CREATE | NLM_F_EXCL,
    }
}

/// Whether it may have no equal.
pub(super) fn is_alone(route: &Route) -> bool {
    route.placing == Placing::Alone
}

/// The whole route: with all of it, a removal takes this one and no other.
///
/// # Errors
/// `ENODEV` when a link is not there, `EOPNOTSUPP` when `vrf` is no routing domain.
pub(super) fn message(route: &Route, world: &World) -> Result<RouteMessage, i32> {
    let mut message = RouteMessage::default();
    message.header = header(route);
    let attributes = &mut message.attributes;
    let table = route.vrf.as_ref().map_or(Ok(route.table), |name| world.vrf(name))?;
    // In the header there is room for 255 tables.
    message.header.table = u8::try_from(table).unwrap_or(RouteHeader::RT_TABLE_UNSPEC);
    attributes.push(RouteAttribute::Table(table));
    if route.destination.length() > 0 {
        attributes.push(RouteAttribute::Destination(address(route.destination.address())));
    }
    attributes.extend(route.from.map(|from| RouteAttribute::Source(address(from.address()))));
    attributes.extend(route.source.map(|source| RouteAttribute::PrefSource(address(source))));
    if route.metric > 0 {
        attributes.push(RouteAttribute::Priority(route.metric));
    }
    way(&route.hop, world, attributes)?;
    if let Some(index) = link(route.hop.interface.as_ref(), world)? {
        attributes.push(RouteAttribute::Oif(index));
    }
    if !route.hops.is_empty() {
        let hops: Result<Vec<RouteNextHop>, i32> = route.hops.iter().map(|hop| next_hop(hop, world)).collect();
        attributes.push(RouteAttribute::MultiPath(hops?));
    }
    let metrics = metrics(&route.metrics);
    if !metrics.is_empty() {
        attributes.push(RouteAttribute::Metrics(metrics));
    }
    let expires = route.expires.map(|time| u32::try_from(time.as_secs()).unwrap_or(u32::MAX));
    attributes.extend(expires.map(RouteAttribute::Expires));
    attributes.extend(route.preference.map(|preference| RouteAttribute::Preference(RoutePreference::from(preference))));
    attributes.extend(route.ttl_propagate.map(|on| {
        RouteAttribute::TtlPropagate(if on {
            RouteMplsTtlPropagation::Enabled
        } else {
            RouteMplsTtlPropagation::Disabled
        })
    }));
    Ok(message)
}

fn header(route: &Route) -> RouteHeader {
    let mut header = RouteHeader {
        address_family: match route.family {
            Family::V4 => AddressFamily::Inet,
            Family::V6 => AddressFamily::Inet6,
        },
        destination_prefix_length: route.destination.length(),
        source_prefix_length: route.from.map_or(0, Prefix::length),
        tos: route.tos,
        protocol: RouteProtocol::from(route.protocol),
        scope: route.scope.map_or_else(|| scope(route), RouteScope::from),
        kind: RouteType::from(route.kind),
        ..RouteHeader::default()
    };
    if route.hop.on_link {
        header.flags |= RouteFlags::Onlink;
    }
    header
}

/// How far the destination is, where nobody says: on this host, on the link, or anywhere.
fn scope(route: &Route) -> RouteScope {
    let direct = route.hop.gateway.is_none() && route.hops.is_empty() && route.hop.interface.is_some();
    match RouteType::from(route.kind) {
        _ if route.family == Family::V6 => RouteScope::Universe,
        RouteType::Local | RouteType::Nat => RouteScope::Host,
        RouteType::Broadcast | RouteType::Multicast | RouteType::Anycast => RouteScope::Link,
        RouteType::Unicast if direct => RouteScope::Link,
        _ => RouteScope::Universe,
    }
}

fn address(address: IpAddr) -> RouteAddress {
    match address {
        IpAddr::V4(address) => RouteAddress::Inet(address),
        IpAddr::V6(address) => RouteAddress::Inet6(address),
    }
}

fn link(name: Option<&InterfaceName>, world: &World) -> Result<Option<u32>, i32> {
    name.map(|name| world.index(name)).transpose()
}

/// What a route and one of several ways have in common, but for the link.
fn way(hop: &NextHop, world: &World, attributes: &mut Vec<RouteAttribute>) -> Result<(), i32> {
    link(hop.interface.as_ref(), world)?;
    attributes.extend(hop.gateway.map(|gateway| RouteAttribute::Gateway(address(gateway))));
    if let Some(encap) = &hop.encap {
        let (kind, words) = encapsulation(encap);
        attributes.push(RouteAttribute::EncapType(kind));
        attributes.push(RouteAttribute::Encap(words));
    }
    attributes.extend(hop.realms.map(realm));
    Ok(())
}

/// Where one comes from in the upper half, where it goes to in the lower.
fn realm(realms: u32) -> RouteAttribute {
    let half = |bits: u32| u16::try_from(bits & 0xffff).unwrap_or(0);
    RouteAttribute::Realm(RouteRealm { source: half(realms >> 16), destination: half(realms) })
}

fn next_hop(hop: &NextHop, world: &World) -> Result<RouteNextHop, i32> {
    let mut found = RouteNextHop::default();
    found.interface_index = link(hop.interface.as_ref(), world)?.unwrap_or(0);
    // The kernel counts from none.
    found.hops = u8::try_from(hop.weight.saturating_sub(1)).unwrap_or(u8::MAX);
    if hop.on_link {
        found.flags |= RouteNextHopFlags::Onlink;
    }
    way(hop, world, &mut found.attributes)?;
    Ok(found)
}

/// `ILA_ATTR_LOCATOR` (linux/ila.h).
const ILA_LOCATOR: u16 = 1;
/// Time to live of a label that says none.
const LABEL_TTL: u8 = 0;

fn encapsulation(encap: &Encap) -> (RouteLwEnCapType, Vec<RouteLwTunnelEncap>) {
    match encap {
        Encap::Ip { id, destination, source, tos, ttl, flags } => {
            let words = [
                id.map(RouteIpTunnel::Id),
                destination.map(RouteIpTunnel::Destination),
                source.map(RouteIpTunnel::Source),
                tos.map(RouteIpTunnel::Tos),
                ttl.map(RouteIpTunnel::Ttl),
                flags.map(|flags| RouteIpTunnel::Flags(RouteIpTunnelFlags::from_bits_retain(flags))),
            ];
            (RouteLwEnCapType::Ip, words.into_iter().flatten().map(RouteLwTunnelEncap::Ip).collect())
        }
        Encap::Ip6 { id, destination, source, class, hop_limit, flags } => {
            let words = [
                id.map(RouteIp6Tunnel::Id),
                destination.map(RouteIp6Tunnel::Destination),
                source.map(RouteIp6Tunnel::Source),
                class.map(RouteIp6Tunnel::Tc),
                hop_limit.map(RouteIp6Tunnel::Hoplimit),
                flags.map(|flags| RouteIp6Tunnel::Flags(RouteIp6TunnelFlags::from_bits_retain(flags))),
            ];
            (RouteLwEnCapType::Ip6, words.into_iter().flatten().map(RouteLwTunnelEncap::Ip6).collect())
        }
        Encap::Mpls(labels) => {
            let last = labels.len().saturating_sub(1);
            let label = |(position, label): (usize, &u32)| MplsLabel {
                label: *label,
                traffic_class: 0,
                bottom_of_stack: position == last,
                ttl: LABEL_TTL,
            };
            let labels = labels.iter().enumerate().map(label).collect();
            (RouteLwEnCapType::Mpls, vec![RouteLwTunnelEncap::Mpls(RouteMplsIpTunnel::Destination(labels))])
        }
        Encap::Ila(locator) => {
            let locator = DefaultNla::new(ILA_LOCATOR, locator.to_be_bytes().to_vec());
            (RouteLwEnCapType::Ila, vec![RouteLwTunnelEncap::Other(locator)])
        }
    }
}

/// Bits of the lock, by the numbers of `RTAX_*` (linux/rtnetlink.h).
mod lock {
    pub(super) const MTU: u32 = 1 << 2;
    pub(super) const RTT: u32 = 1 << 4;
    pub(super) const RTTVAR: u32 = 1 << 5;
    pub(super) const SSTHRESH: u32 = 1 << 6;
    pub(super) const CWND: u32 = 1 << 7;
    pub(super) const ADVMSS: u32 = 1 << 8;
    pub(super) const REORDERING: u32 = 1 << 9;
    pub(super) const RTO_MIN: u32 = 1 << 13;
    pub(super) const CC_ALGO: u32 = 1 << 16;
}

/// `RTAX_FEATURE_ECN` (linux/rtnetlink.h).
const ECN: u32 = 1;

fn metrics(metrics: &Metrics) -> Vec<RouteMetric> {
    let mut locked = 0;
    let mut list = Vec::new();
    let mut lockable = |metric: Option<Metric>, bit: u32, make: fn(u32) -> RouteMetric| {
        let Some(metric) = metric else { return };
        locked |= if metric.lock { bit } else { 0 };
        list.push(make(metric.value));
    };
    lockable(metrics.mtu, lock::MTU, RouteMetric::Mtu);
    lockable(metrics.advmss, lock::ADVMSS, RouteMetric::Advmss);
    lockable(metrics.rtt, lock::RTT, RouteMetric::Rtt);
    lockable(metrics.rttvar, lock::RTTVAR, RouteMetric::RttVar);
    lockable(metrics.rto_min, lock::RTO_MIN, RouteMetric::RtoMin);
    lockable(metrics.reordering, lock::REORDERING, RouteMetric::Reordering);
    lockable(metrics.cwnd, lock::CWND, RouteMetric::Cwnd);
    lockable(metrics.ssthresh, lock::SSTHRESH, RouteMetric::SsThresh);
    list.extend(metrics.hop_limit.map(|limit| RouteMetric::Hoplimit(limit.into())));
    list.extend(metrics.window.map(RouteMetric::Window));
    list.extend(metrics.initcwnd.map(RouteMetric::InitCwnd));
    list.extend(metrics.initrwnd.map(RouteMetric::InitRwnd));
    list.extend(metrics.ecn.then_some(RouteMetric::Features(ECN)));
    list.extend(metrics.quickack.map(|on| RouteMetric::QuickAck(on.into())));
    list.extend(metrics.fastopen_no_cookie.map(|on| RouteMetric::FastopenNoCookie(on.into())));
    if let Some(name) = &metrics.congestion_control {
        locked |= if metrics.lock_congestion_control { lock::CC_ALGO } else { 0 };
        list.push(RouteMetric::CcAlgo(name.clone()));
    }
    list.extend((locked != 0).then_some(RouteMetric::Lock(locked)));
    list
}

/// The key of a route that the kernel lists; `None` for one of somebody else, or of its own making.
pub(super) fn key(message: &RouteMessage) -> Option<RouteKey> {
    let header = &message.header;
    if header.protocol != RouteProtocol::KeepAlived || header.flags.contains(RouteFlags::Cloned) {
        return None;
    }
    let mut destination = match header.address_family {
        AddressFamily::Inet => IpAddr::from([0; 4]),
        AddressFamily::Inet6 => IpAddr::from([0_u16; 8]),
        _ => return None,
    };
    let (mut table, mut metric) = (u32::from(header.table), 0);
    for attribute in &message.attributes {
        match attribute {
            RouteAttribute::Destination(RouteAddress::Inet(address)) => destination = IpAddr::V4(*address),
            RouteAttribute::Destination(RouteAddress::Inet6(address)) => destination = IpAddr::V6(*address),
            RouteAttribute::Table(number) => table = *number,
            RouteAttribute::Priority(rank) => metric = *rank,
            _ => {}
        }
    }
    let destination = Prefix::new(destination, header.destination_prefix_length).ok()?;
    Some(RouteKey { destination, table, tos: header.tos, metric })
}
