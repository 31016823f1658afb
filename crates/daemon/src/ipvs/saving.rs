//! The table as commands that make it again, in ipvsadm's save format.
use super::endpoint::Printer;
use super::listing::{Block, mask, protocol_of};
use super::service::{flag_names, has_flags};
use evenkeel_ipvs::{Destination, Family, Flags, Forwarding, Protocol, Service, ServiceKey, Tunnel, TunnelFlags};
use std::fmt::Write;

/// The commands; `complete` adds what ipvsadm leaves out: thresholds, and ports of local delivery.
pub(super) fn save(blocks: &[Block], printer: Printer<'_>, complete: bool) -> String {
    let mut text = String::new();
    for Block { entry, destinations } in blocks {
        let key = entry.service.key();
        let place = place(key, printer);
        // Writing to a string does not fail.
        let _ = writeln!(text, "-A {place} {}", settings(&entry.service));
        for destination in destinations.iter().map(|entry| &entry.destination) {
            let server = printer.endpoint(destination.key.address, destination.key.port, protocol_of(key));
            let _ = writeln!(text, "-a {place} -r {server} {}", way(destination, complete));
        }
    }
    text
}

fn place(key: ServiceKey, printer: Printer<'_>) -> String {
    match key {
        ServiceKey::Address { protocol, address, port } => {
            let option = match protocol {
                Protocol::UDP => "-u",
                Protocol::SCTP => "--sctp-service",
                _ => "-t",
            };
            format!("{option} {}", printer.endpoint(address, port, Some(protocol)))
        }
        // Signed, as ipvsadm prints it.
        ServiceKey::Fwmark { mark, family: Family::V4 } => format!("-f {}", mark.get().cast_signed()),
        ServiceKey::Fwmark { mark, family: Family::V6 } => format!("-f {} -6", mark.get().cast_signed()),
    }
}

fn settings(service: &Service) -> String {
    let scheduler = service.scheduler().as_str();
    let mut text = format!("-s {scheduler}");
    let mut add = |part: String| text.push_str(&part);
    if service.flags().contains(Flags::PERSISTENT) {
        add(format!(" -p {}", service.timeout()));
        if let Some(mask) = mask(service) {
            add(format!(" -M {mask}"));
        }
    }
    if let Some(engine) = service.engine() {
        add(format!(" --pe {engine}"));
    }
    if service.flags().contains(Flags::ONE_PACKET) {
        add(" -o".to_owned());
    }
    if has_flags(service.flags()) {
        add(format!(" -b {}", flag_names(scheduler, service.flags()).join(",")));
    }
    text
}

fn way(destination: &Destination, complete: bool) -> String {
    let letter = match destination.forwarding {
        Forwarding::Masquerade => "-m",
        // Masquerading to one of this machine's addresses is local delivery, and keeps the port. ipvsadm writes `-g`.
        Forwarding::Local if complete => "-m",
        Forwarding::Tunnel(_) => "-i",
        Forwarding::DirectRoute | Forwarding::Local | Forwarding::Bypass => "-g",
    };
    let mut text = format!("{letter} -w {}", destination.weight);
    let flags = |flags| match flags {
        TunnelFlags::CHECKSUM => "--tun-csum",
        TunnelFlags::REMOTE_CHECKSUM => "--tun-remcsum",
        _ => "--tun-nocsum",
    };
    // Writing to a string does not fail.
    let _ = match destination.forwarding {
        Forwarding::Tunnel(Tunnel::Ipip) => write!(text, " --tun-type ipip"),
        Forwarding::Tunnel(Tunnel::Gue { port, flags: f }) => {
            write!(text, " --tun-type gue --tun-port {port} {}", flags(f))
        }
        Forwarding::Tunnel(Tunnel::Gre { flags: f }) => write!(text, " --tun-type gre {}", flags(f)),
        _ => Ok(()),
    };
    if complete && destination.upper_threshold != 0 {
        let _ = write!(text, " -x {}", destination.upper_threshold);
    }
    if complete && destination.lower_threshold != 0 {
        let _ = write!(text, " -y {}", destination.lower_threshold);
    }
    text
}
