//! Options to a real server.
use super::endpoint;
use super::mistake::Mistake;
use super::names::Names;
use super::rows::Opt;
use super::scan::Written;
use evenkeel_ipvs::{Destination, DestinationKey, Family, Forwarding, Protocol, ServiceKey, Tunnel, TunnelFlags};

/// The kernel's limit on weights, and ours on thresholds, as ipvsadm's.
const MOST: u32 = i32::MAX.unsigned_abs();

/// Which server of a service is meant, as written.
pub(super) fn key(written: &Written, service: ServiceKey, names: &dyn Names) -> Result<DestinationKey, Mistake> {
    let text = written.value(Opt::Server).ok_or(Mistake::NoServer(written.verb))?;
    // Under a mark any protocol is possible; ports have the names of TCP.
    let (protocol, service_port) = match service {
        ServiceKey::Address { protocol, port, .. } => (protocol, port),
        ServiceKey::Fwmark { .. } => (Protocol::TCP, 0),
    };
    let (address, port) = endpoint::read(text, protocol, names)?;
    Ok(DestinationKey { address, port: if port == 0 { service_port } else { port } })
}

/// The server with its settings. The port is the service's where packets are not rewritten, whatever was written; the
/// second value says whether that made a difference.
pub(super) fn destination(
    written: &Written,
    service: ServiceKey,
    names: &dyn Names,
) -> Result<(Destination, bool), Mistake> {
    let written_key = key(written, service, names)?;
    let forwarding = forwarding(written)?;
    let tunnelled = matches!(forwarding, Forwarding::Tunnel(_));
    if Family::of(written_key.address) != service.family() && !tunnelled {
        return Err(Mistake::FamilyNeedsTunnel);
    }
    let port = match (forwarding, service) {
        (Forwarding::DirectRoute | Forwarding::Tunnel(_), ServiceKey::Address { port, .. }) => port,
        _ => written_key.port,
    };
    let destination = Destination {
        weight: number(written, Opt::Weight, 1)?,
        upper_threshold: number(written, Opt::Upper, 0)?,
        lower_threshold: number(written, Opt::Lower, 0)?,
        ..Destination::new(written_key.address, port, forwarding)
    };
    Ok((destination, port != written_key.port))
}

fn number(written: &Written, opt: Opt, default: u32) -> Result<u32, Mistake> {
    let Some(text) = written.value(opt) else { return Ok(default) };
    let number = text.parse().ok().filter(|number| *number <= MOST);
    number.ok_or_else(|| Mistake::Number(opt, text.to_owned(), 0, MOST))
}

const TUNNEL_OPTIONS: [Opt; 5] =
    [Opt::TunnelType, Opt::TunnelPort, Opt::TunnelNoChecksum, Opt::TunnelChecksum, Opt::TunnelRemoteChecksum];

fn forwarding(written: &Written) -> Result<Forwarding, Mistake> {
    if written.has(Opt::Tunnel) {
        return tunnel(written).map(Forwarding::Tunnel);
    }
    match TUNNEL_OPTIONS.into_iter().find(|opt| written.has(*opt)) {
        Some(opt) => Err(Mistake::TunnelOptionNeedsTunnel(opt)),
        None if written.has(Opt::Masquerade) => Ok(Forwarding::Masquerade),
        None => Ok(Forwarding::DirectRoute),
    }
}

fn tunnel(written: &Written) -> Result<Tunnel, Mistake> {
    let refuse = |kind, options: &[Opt]| match options.iter().find(|opt| written.has(**opt)) {
        Some(opt) => Err(Mistake::NotInTunnel(*opt, kind)),
        None => Ok(()),
    };
    let flags = if written.has(Opt::TunnelChecksum) {
        TunnelFlags::CHECKSUM
    } else if written.has(Opt::TunnelRemoteChecksum) {
        TunnelFlags::REMOTE_CHECKSUM
    } else {
        TunnelFlags::NONE
    };
    match written.value(Opt::TunnelType).unwrap_or("ipip") {
        "ipip" => {
            let [_, others @ ..] = &TUNNEL_OPTIONS;
            refuse("ipip", others).map(|()| Tunnel::Ipip)
        }
        "gre" => refuse("gre", &[Opt::TunnelPort, Opt::TunnelRemoteChecksum]).map(|()| Tunnel::Gre { flags }),
        "gue" => Ok(Tunnel::Gue { port: tunnel_port(written)?, flags }),
        other => Err(Mistake::Choice(Opt::TunnelType, other.to_owned(), "ipip, gue or gre")),
    }
}

fn tunnel_port(written: &Written) -> Result<u16, Mistake> {
    let text = written.value(Opt::TunnelPort).ok_or(Mistake::GueNeedsPort)?;
    let port = text.parse().ok().filter(|port| *port != 0);
    port.ok_or_else(|| Mistake::Number(Opt::TunnelPort, text.to_owned(), 1, u32::from(u16::MAX)))
}
