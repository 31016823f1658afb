//! Attributes to types. The bytes come from the kernel, but are believed no further than they reach.
use super::fields::{dest, family, info, refusal, stats, svc, sync, top};
use crate::attribute::{Field, Fields, GENERIC_HEADER, MESSAGE_HEADER, Malformed};
use crate::table::{DestinationEntry, ServiceEntry};
use crate::types::{
    Connections, Counters, Destination, DestinationKey, Family, Flags, Forwarding, Info, Name, Netmask, Protocol,
    Rates, Service, ServiceKey, Stats, SyncDaemon, SyncRole, Timeouts, Tunnel, TunnelFlags,
};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;

/// A service, from a message's payload.
pub(crate) fn service(payload: &[u8]) -> Result<ServiceEntry, Malformed> {
    let fields: Fields<'_, { svc::COUNT }> = nested(payload, top::SERVICE)?;
    let family = read_family(fields.u16(svc::FAMILY)?, svc::FAMILY)?;
    let service = Service {
        key: service_key(&fields, family)?,
        scheduler: name(fields.text(svc::SCHEDULER)?, svc::SCHEDULER)?,
        flags: flags(fields.bytes(svc::FLAGS)?)?,
        timeout: fields.u32(svc::TIMEOUT)?,
        netmask: netmask(&fields, family)?,
        engine: match fields.find(svc::ENGINE) {
            Some(_) => Some(name(fields.text(svc::ENGINE)?, svc::ENGINE)?),
            None => None,
        },
    };
    let stats = read_stats(fields.find(svc::STATS64).or_else(|| fields.find(svc::STATS)))?;
    Ok(ServiceEntry { service, stats, destinations: BTreeMap::new() })
}

fn service_key(fields: &Fields<'_, { svc::COUNT }>, family: Family) -> Result<ServiceKey, Malformed> {
    if fields.find(svc::FWMARK).is_some() {
        let mark = NonZeroU32::new(fields.u32(svc::FWMARK)?).ok_or(Malformed::Value(svc::FWMARK.name, 0))?;
        return Ok(ServiceKey::Fwmark { mark, family });
    }
    Ok(ServiceKey::Address {
        protocol: Protocol(fields.u16(svc::PROTOCOL)?),
        address: address(fields.bytes(svc::ADDRESS)?, family, svc::ADDRESS)?,
        port: fields.port(svc::PORT)?,
    })
}

/// `struct ip_vs_flags`; a kernel need not send the mask.
fn flags(bytes: &[u8]) -> Result<Flags, Malformed> {
    let (flags, _) = bytes.split_first_chunk::<4>().ok_or(Malformed::Length(svc::FLAGS.name, bytes.len()))?;
    Ok(Flags::from_bits(u32::from_ne_bytes(*flags)))
}

fn netmask(fields: &Fields<'_, { svc::COUNT }>, family: Family) -> Result<Netmask, Malformed> {
    if family == Family::V4 {
        return Ok(Netmask::V4(Ipv4Addr::from(fields.four(svc::NETMASK)?)));
    }
    let length = fields.u32(svc::NETMASK)?;
    match u8::try_from(length) {
        Ok(length @ 1..=128) => Ok(Netmask::V6(length)),
        _ => Err(Malformed::Value(svc::NETMASK.name, u64::from(length))),
    }
}

/// A destination of a service of this family, from a message's payload.
pub(crate) fn destination(payload: &[u8], service_family: Family) -> Result<DestinationEntry, Malformed> {
    let fields: Fields<'_, { dest::COUNT }> = nested(payload, top::DESTINATION)?;
    let family = match fields.find(dest::FAMILY) {
        Some(_) => read_family(fields.u16(dest::FAMILY)?, dest::FAMILY)?,
        // Before 3.18 it was always the service's.
        None => service_family,
    };
    let destination = Destination {
        key: DestinationKey {
            address: address(fields.bytes(dest::ADDRESS)?, family, dest::ADDRESS)?,
            port: fields.port(dest::PORT)?,
        },
        forwarding: forwarding(&fields)?,
        weight: fields.u32(dest::WEIGHT)?,
        upper_threshold: fields.u32(dest::UPPER)?,
        lower_threshold: fields.u32(dest::LOWER)?,
    };
    let connections = Connections {
        active: fields.u32(dest::ACTIVE)?,
        inactive: fields.u32(dest::INACTIVE)?,
        persistent: fields.u32(dest::PERSISTENT)?,
    };
    let stats = read_stats(fields.find(dest::STATS64).or_else(|| fields.find(dest::STATS)))?;
    Ok(DestinationEntry { destination, connections, stats })
}

fn forwarding(fields: &Fields<'_, { dest::COUNT }>) -> Result<Forwarding, Malformed> {
    match fields.u32(dest::FORWARDING)? {
        0 => Ok(Forwarding::Masquerade),
        1 => Ok(Forwarding::Local),
        2 => tunnel(fields).map(Forwarding::Tunnel),
        3 => Ok(Forwarding::DirectRoute),
        4 => Ok(Forwarding::Bypass),
        other => Err(Malformed::Value(dest::FORWARDING.name, u64::from(other))),
    }
}

fn tunnel(fields: &Fields<'_, { dest::COUNT }>) -> Result<Tunnel, Malformed> {
    let kind = match fields.find(dest::TUNNEL_TYPE) {
        Some(_) => fields.u8(dest::TUNNEL_TYPE)?,
        None => 0,
    };
    let flags = || fields.u16(dest::TUNNEL_FLAGS).map(TunnelFlags);
    match kind {
        0 => Ok(Tunnel::Ipip),
        1 => Ok(Tunnel::Gue { port: fields.port(dest::TUNNEL_PORT)?, flags: flags()? }),
        2 => Ok(Tunnel::Gre { flags: flags()? }),
        other => Err(Malformed::Value(dest::TUNNEL_TYPE.name, u64::from(other))),
    }
}

/// Counters; a kernel that sends none has none.
fn read_stats(bytes: Option<&[u8]>) -> Result<Stats, Malformed> {
    let Some(bytes) = bytes else { return Ok(Stats::default()) };
    let fields = Fields::<{ stats::COUNT }>::read(bytes)?;
    Ok(Stats {
        total: Counters {
            connections: fields.u64(stats::CONNECTIONS)?,
            packets_in: fields.u64(stats::PACKETS_IN)?,
            packets_out: fields.u64(stats::PACKETS_OUT)?,
            bytes_in: fields.u64(stats::BYTES_IN)?,
            bytes_out: fields.u64(stats::BYTES_OUT)?,
        },
        rates: Rates {
            connections: fields.u64(stats::CONNECTION_RATE)?,
            packets_in: fields.u64(stats::PACKET_RATE_IN)?,
            packets_out: fields.u64(stats::PACKET_RATE_OUT)?,
            bytes_in: fields.u64(stats::BYTE_RATE_IN)?,
            bytes_out: fields.u64(stats::BYTE_RATE_OUT)?,
        },
    })
}

/// A sync daemon, from a message's payload.
pub(crate) fn sync_daemon(payload: &[u8]) -> Result<SyncDaemon, Malformed> {
    let fields: Fields<'_, { sync::COUNT }> = nested(payload, top::DAEMON)?;
    let role = match fields.u32(sync::ROLE)? {
        1 => SyncRole::Master,
        2 => SyncRole::Backup,
        other => return Err(Malformed::Value(sync::ROLE.name, u64::from(other))),
    };
    let id = fields.u32(sync::ID)?;
    let present = |field: Field| fields.find(field).is_some();
    let group = if present(sync::GROUP_V6) {
        Some(IpAddr::V6(Ipv6Addr::from(fields.sixteen(sync::GROUP_V6)?)))
    } else if present(sync::GROUP_V4) {
        Some(IpAddr::V4(Ipv4Addr::from(fields.four(sync::GROUP_V4)?)))
    } else {
        None
    };
    Ok(SyncDaemon {
        role,
        interface: name(fields.text(sync::INTERFACE)?, sync::INTERFACE)?,
        id: u8::try_from(id).map_err(|_| Malformed::Value(sync::ID.name, u64::from(id)))?,
        max_length: present(sync::MAX_LENGTH).then(|| fields.u16(sync::MAX_LENGTH)).transpose()?,
        group,
        port: present(sync::PORT).then(|| fields.u16(sync::PORT)).transpose()?,
        ttl: present(sync::TTL).then(|| fields.u8(sync::TTL)).transpose()?,
    })
}

/// Connection timeouts, from a message's payload. A kernel without TCP or UDP balancing leaves theirs out: 0.
pub(crate) fn timeouts(payload: &[u8]) -> Result<Timeouts, Malformed> {
    let fields = Fields::<{ top::COUNT }>::read(body(payload)?)?;
    let seconds = |field: Field| fields.find(field).map_or(Ok(0), |_| fields.u32(field));
    Ok(Timeouts {
        tcp: seconds(top::TIMEOUT_TCP)?,
        tcp_fin: seconds(top::TIMEOUT_TCP_FIN)?,
        udp: seconds(top::TIMEOUT_UDP)?,
    })
}

/// Version and table size, from a message's payload.
pub(crate) fn info(payload: &[u8]) -> Result<Info, Malformed> {
    let fields = Fields::<{ info::COUNT }>::read(body(payload)?)?;
    Ok(Info { version: fields.u32(info::VERSION)?, table_size: fields.u32(info::TABLE_SIZE)? })
}

/// The number of a generic netlink family, from the payload of the controller's answer.
pub(crate) fn read_family_id(payload: &[u8]) -> Result<u16, Malformed> {
    Fields::<{ family::COUNT }>::read(body(payload)?)?.u16(family::ID)
}

/// Error number (0 is success) and the kernel's words, from the payload of an error or end-of-dump message.
/// `capped` is whether the request is left out of it, `attributes` whether something stands behind it.
pub(crate) fn refusal(payload: &[u8], capped: bool, attributes: bool) -> Result<(i32, Option<String>), Malformed> {
    let (code, rest) = payload.split_first_chunk::<4>().ok_or(Malformed::Truncated)?;
    let errno = i32::from_ne_bytes(*code).saturating_neg();
    let text = || {
        let request = rest.first_chunk::<4>().map(|length| u32::from_ne_bytes(*length))?;
        let skip = if capped { MESSAGE_HEADER } else { usize::try_from(request).ok()?.next_multiple_of(4) };
        let fields = Fields::<{ refusal::COUNT }>::read(rest.get(skip..)?).ok()?;
        fields.text(refusal::TEXT).ok().map(str::to_owned)
    };
    Ok((errno, if attributes && errno != 0 { text() } else { None }))
}

/// The attributes inside one of the first level.
fn nested<const N: usize>(payload: &[u8], field: Field) -> Result<Fields<'_, N>, Malformed> {
    Fields::read(Fields::<{ top::COUNT }>::read(body(payload)?)?.bytes(field)?)
}

/// What follows the generic netlink header.
fn body(payload: &[u8]) -> Result<&[u8], Malformed> {
    payload.get(GENERIC_HEADER..).ok_or(Malformed::Truncated)
}

fn read_family(number: u16, field: Field) -> Result<Family, Malformed> {
    match number {
        2 => Ok(Family::V4),
        10 => Ok(Family::V6),
        other => Err(Malformed::Value(field.name, u64::from(other))),
    }
}

/// An address at the start of `union nf_inet_addr`.
fn address(bytes: &[u8], family: Family, field: Field) -> Result<IpAddr, Malformed> {
    let address = match family {
        Family::V4 => bytes.first_chunk::<4>().map(|octets| IpAddr::from(*octets)),
        Family::V6 => bytes.first_chunk::<16>().map(|octets| IpAddr::from(*octets)),
    };
    address.ok_or(Malformed::Length(field.name, bytes.len()))
}

fn name(text: &str, field: Field) -> Result<Name, Malformed> {
    Name::new(text).map_err(|_| Malformed::Text(field.name))
}
