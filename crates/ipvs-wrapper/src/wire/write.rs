//! Types to attributes.
use super::fields::{dest, family, op, svc, sync, top};
use crate::attribute::Attributes;
use crate::command::Command;
use crate::types::{
    Destination, DestinationKey, Family, Flags, Forwarding, Netmask, Protocol, Service, ServiceKey, SyncDaemon,
    SyncRole, Timeouts, Tunnel, TunnelFlags,
};
use std::net::IpAddr;

/// The number of a command, and what writes its attributes.
pub(crate) fn put_command(command: &Command) -> (u8, impl FnOnce(&mut Attributes<'_>)) {
    let op = match command {
        Command::AddService(_) => op::NEW_SERVICE,
        Command::EditService(_) => op::SET_SERVICE,
        Command::RemoveService(_) => op::DEL_SERVICE,
        Command::AddDestination(..) => op::NEW_DEST,
        Command::EditDestination(..) => op::SET_DEST,
        Command::RemoveDestination(..) => op::DEL_DEST,
        Command::Zero(_) => op::ZERO,
        Command::Flush => op::FLUSH,
        Command::SetTimeouts(_) => op::SET_CONFIG,
        Command::StartSync(_) => op::NEW_DAEMON,
        Command::StopSync(_) => op::DEL_DAEMON,
    };
    (op, move |out: &mut Attributes<'_>| put_attributes(out, command))
}

fn put_attributes(out: &mut Attributes<'_>, command: &Command) {
    match command {
        Command::AddService(service) | Command::EditService(service) => put_service(out, service),
        Command::RemoveService(key) | Command::Zero(Some(key)) => put_key(out, key),
        Command::AddDestination(key, destination) | Command::EditDestination(key, destination) => {
            put_key(out, key);
            put_destination(out, destination);
        }
        Command::RemoveDestination(key, destination) => {
            put_key(out, key);
            out.nest(top::DESTINATION, |out| put_destination_key(out, destination));
        }
        Command::Zero(None) | Command::Flush => {}
        Command::SetTimeouts(timeouts) => put_timeouts(out, timeouts),
        Command::StartSync(daemon) => out.nest(top::DAEMON, |out| put_sync_daemon(out, daemon)),
        Command::StopSync(role) => out.nest(top::DAEMON, |out| out.u32(sync::ROLE, role_number(*role))),
    }
}

/// Which service is meant: all that removing it or asking for its destinations needs.
pub(crate) fn put_key(out: &mut Attributes<'_>, key: &ServiceKey) {
    out.nest(top::SERVICE, |out| put_service_key(out, key));
}

/// The question for the family's number.
pub(crate) fn ask_family(out: &mut Attributes<'_>) {
    out.text(family::NAME, super::FAMILY_NAME);
}

fn put_service(out: &mut Attributes<'_>, service: &Service) {
    out.nest(top::SERVICE, |out| {
        put_service_key(out, &service.key);
        out.text(svc::SCHEDULER, service.scheduler.as_str());
        if let Some(engine) = &service.engine {
            out.text(svc::ENGINE, engine.as_str());
        }
        put_flags(out, service.flags.settable());
        out.u32(svc::TIMEOUT, service.timeout);
        match service.netmask {
            Netmask::V4(mask) => out.bytes(svc::NETMASK, &mask.octets()),
            Netmask::V6(length) => out.u32(svc::NETMASK, u32::from(length)),
        }
    });
}

fn put_service_key(out: &mut Attributes<'_>, key: &ServiceKey) {
    out.u16(svc::FAMILY, family_number(key.family()));
    match *key {
        ServiceKey::Fwmark { mark, .. } => out.u32(svc::FWMARK, mark.get()),
        ServiceKey::Address { protocol: Protocol(number), address, port } => {
            out.u16(svc::PROTOCOL, number);
            out.address(svc::ADDRESS, address);
            out.port(svc::PORT, port);
        }
    }
}

/// `struct ip_vs_flags`: the flags, and which of all flags they are about; here always all.
fn put_flags(out: &mut Attributes<'_>, flags: Flags) {
    let [a, b, c, d] = flags.bits().to_ne_bytes();
    let [e, f, g, h] = u32::MAX.to_ne_bytes();
    out.bytes(svc::FLAGS, &[a, b, c, d, e, f, g, h]);
}

fn put_destination(out: &mut Attributes<'_>, destination: &Destination) {
    out.nest(top::DESTINATION, |out| put_destination_fields(out, destination));
}

pub(super) fn put_destination_fields(out: &mut Attributes<'_>, destination: &Destination) {
    put_destination_key(out, &destination.key);
    out.u32(dest::FORWARDING, forwarding_number(destination.forwarding));
    out.u32(dest::WEIGHT, destination.weight);
    out.u32(dest::UPPER, destination.upper_threshold);
    out.u32(dest::LOWER, destination.lower_threshold);
    match destination.forwarding {
        Forwarding::Tunnel(Tunnel::Gue { port, flags }) => put_tunnel(out, 1, port, flags),
        Forwarding::Tunnel(Tunnel::Gre { flags }) => put_tunnel(out, 2, 0, flags),
        // The kernel's default; kernels before 5.3 know no tunnel types.
        _ => {}
    }
}

fn put_destination_key(out: &mut Attributes<'_>, key: &DestinationKey) {
    out.address(dest::ADDRESS, key.address);
    out.port(dest::PORT, key.port);
    out.u16(dest::FAMILY, family_number(Family::of(key.address)));
}

fn put_tunnel(out: &mut Attributes<'_>, kind: u8, port: u16, flags: TunnelFlags) {
    out.u8(dest::TUNNEL_TYPE, kind);
    out.port(dest::TUNNEL_PORT, port);
    out.u16(dest::TUNNEL_FLAGS, flags.0);
}

fn put_timeouts(out: &mut Attributes<'_>, timeouts: &Timeouts) {
    out.u32(top::TIMEOUT_TCP, timeouts.tcp);
    out.u32(top::TIMEOUT_TCP_FIN, timeouts.tcp_fin);
    out.u32(top::TIMEOUT_UDP, timeouts.udp);
}

fn put_sync_daemon(out: &mut Attributes<'_>, daemon: &SyncDaemon) {
    out.u32(sync::ROLE, role_number(daemon.role));
    out.text(sync::INTERFACE, daemon.interface.as_str());
    out.u32(sync::ID, u32::from(daemon.id));
    if let Some(length) = daemon.max_length {
        out.u16(sync::MAX_LENGTH, length);
    }
    match daemon.group {
        Some(IpAddr::V4(group)) => out.bytes(sync::GROUP_V4, &group.octets()),
        Some(IpAddr::V6(group)) => out.bytes(sync::GROUP_V6, &group.octets()),
        None => {}
    }
    if let Some(port) = daemon.port {
        out.u16(sync::PORT, port);
    }
    if let Some(ttl) = daemon.ttl {
        out.u8(sync::TTL, ttl);
    }
}

/// `AF_INET` and `AF_INET6`.
const fn family_number(family: Family) -> u16 {
    match family {
        Family::V4 => 2,
        Family::V6 => 10,
    }
}

/// `IP_VS_STATE_*`.
const fn role_number(role: SyncRole) -> u32 {
    match role {
        SyncRole::Master => 1,
        SyncRole::Backup => 2,
    }
}

/// `IP_VS_CONN_F_*` under `IP_VS_CONN_F_FWD_MASK`.
const fn forwarding_number(forwarding: Forwarding) -> u32 {
    match forwarding {
        Forwarding::Masquerade => 0,
        Forwarding::Local => 1,
        Forwarding::Tunnel(_) => 2,
        Forwarding::DirectRoute => 3,
        Forwarding::Bypass => 4,
    }
}
