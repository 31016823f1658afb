//! The table as text, in ipvsadm's columns.
use super::endpoint::Printer;
use super::order::{Columns, TableView};
use super::owned::Owned;
use super::service::{flag_names, has_flags};
use evenkeel_ipvs::{
    Destination, DestinationEntry, Family, Flags, Forwarding, Info, Netmask, Protocol, Service, ServiceEntry,
    ServiceKey, Stats, Timeouts, Tunnel, TunnelFlags,
};
use std::fmt::Write;
use std::net::IpAddr;

/// Columns of a name of an IPv4 host with its port; a longer one is cut.
const NAME_COLUMNS: usize = 28;

/// A service with its destinations, in the order to be printed.
pub(super) struct Block {
    pub(super) entry: ServiceEntry,
    pub(super) destinations: Vec<DestinationEntry>,
}

/// The listing. `info` is there for the whole table; with `owned`, lines of the running daemon's entries end with ` *`.
pub(super) fn table(
    info: Option<Info>,
    blocks: &[Block],
    view: TableView,
    printer: Printer<'_>,
    owned: Option<&Owned>,
) -> String {
    let mut text = String::new();
    if let Some(info) = info {
        let [_, major, minor, patch] = info.version.to_be_bytes();
        line(&mut text, &format!("IP Virtual Server version {major}.{minor}.{patch} (size={})", info.table_size));
    }
    let (first, second) = heading(view.columns);
    line(&mut text, first);
    line(&mut text, second);
    let mut any = false;
    for Block { entry, destinations } in blocks {
        let ours = owned.is_some_and(|owned| owned.has(entry.service.key()));
        any |= ours;
        let mark = if ours { " *" } else { "" };
        line(&mut text, &format!("{}{mark}", service(entry, view, printer)));
        for destination in destinations {
            line(&mut text, &format!("{}{mark}", server(destination, &entry.service, view, printer)));
        }
    }
    if any {
        line(&mut text, "* belongs to the running daemon");
    }
    text
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

const fn heading(columns: Columns) -> (&'static str, &'static str) {
    const REMOTE: &str = "  -> RemoteAddress:Port";
    match columns {
        Columns::Plain => (
            "Prot LocalAddress:Port Scheduler Flags",
            "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn",
        ),
        Columns::Tunnel => (
            "Prot LocalAddress:Port Scheduler Flags",
            "  -> RemoteAddress:Port           Forward TunnelInfo    Weight ActiveConn InActConn",
        ),
        Columns::Stats => ("Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes", REMOTE),
        Columns::Rate => ("Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS", REMOTE),
        Columns::Thresholds => {
            ("Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn ", REMOTE)
        }
        Columns::Persistent => {
            ("Prot LocalAddress:Port            Weight    PersistConn ActiveConn InActConn ", REMOTE)
        }
    }
}

fn service(entry: &ServiceEntry, view: TableView, printer: Printer<'_>) -> String {
    let place = place(entry.service.key(), printer);
    match numbers(&entry.stats, view.columns) {
        Some(numbers) => format!("{place:<33}{}", counters(numbers, view.exact)),
        None => format!("{place} {}", settings(&entry.service)),
    }
}

/// `TCP  10.0.0.1:80`, `FWM  7 IPv6`.
fn place(key: ServiceKey, printer: Printer<'_>) -> String {
    match key {
        ServiceKey::Address { protocol, address, port } => {
            format!("{:<4} {}", protocol_name(protocol), cut(printer.endpoint(address, port, Some(protocol)), address))
        }
        ServiceKey::Fwmark { mark, family } => {
            let family = if family == Family::V6 { " IPv6" } else { "" };
            format!("FWM  {}{family}", mark.get().cast_signed())
        }
    }
}

/// In capitals, as listings have it.
pub(super) fn protocol_name(protocol: Protocol) -> String {
    match protocol {
        Protocol(0) => "IP".to_owned(),
        Protocol(1) => "ICMP".to_owned(),
        Protocol(58) => "ICMPv6".to_owned(),
        Protocol::TCP => "TCP".to_owned(),
        Protocol::UDP => "UDP".to_owned(),
        Protocol::SCTP => "SCTP".to_owned(),
        Protocol(number) => format!("IP_{number}"),
    }
}

fn cut(text: String, address: IpAddr) -> String {
    match address {
        IpAddr::V4(_) => text.chars().take(NAME_COLUMNS).collect(),
        IpAddr::V6(_) => text,
    }
}

/// Scheduler, its flags, persistence, engine, one-packet.
fn settings(service: &Service) -> String {
    let mut text = service.scheduler().to_string();
    let mut add = |part: String| text.push_str(&part);
    if has_flags(service.flags()) {
        add(format!(" ({})", flag_names(service.scheduler().as_str(), service.flags()).join(",")));
    }
    if service.flags().contains(Flags::PERSISTENT) {
        add(format!(" persistent {}", service.timeout()));
        if let Some(mask) = mask(service) {
            add(format!(" mask {mask}"));
        }
    }
    if let Some(engine) = service.engine() {
        add(format!(" pe {engine}"));
    }
    if service.flags().contains(Flags::ONE_PACKET) {
        add(" ops".to_owned());
    }
    text
}

/// The netmask, where it is not that of a single host.
pub(super) fn mask(service: &Service) -> Option<String> {
    match service.netmask() {
        mask if mask == Netmask::host(service.key().family()) => None,
        Netmask::V4(mask) => Some(mask.to_string()),
        Netmask::V6(length) => Some(length.to_string()),
    }
}

fn server(entry: &DestinationEntry, service: &Service, view: TableView, printer: Printer<'_>) -> String {
    let Destination { key, weight, upper_threshold, lower_threshold, forwarding } = entry.destination;
    let place = cut(printer.endpoint(key.address, key.port, protocol_of(service.key())), key.address);
    let place = format!("  -> {place:<28}");
    if let Some(numbers) = numbers(&entry.stats, view.columns) {
        return format!("{place}{}", counters(numbers, view.exact));
    }
    let connections = entry.connections;
    let (active, inactive) = (connections.active, connections.inactive);
    let way = way(forwarding);
    match view.columns {
        Columns::Thresholds => {
            format!("{place} {upper_threshold:<10} {lower_threshold:<10} {active:<10} {inactive:<10}")
        }
        Columns::Persistent => {
            format!("{place} {weight:<9} {:<11} {active:<10} {inactive:<10}", connections.persistent)
        }
        Columns::Tunnel => {
            format!("{place} {way:<7} {:<13} {weight:<6} {active:<10} {inactive:<10}", tunnel(forwarding))
        }
        Columns::Plain | Columns::Stats | Columns::Rate => {
            format!("{place} {way:<7} {weight:<6} {active:<10} {inactive:<10}")
        }
    }
}

/// The protocol by which ports have names.
pub(super) const fn protocol_of(key: ServiceKey) -> Option<Protocol> {
    match key {
        ServiceKey::Address { protocol, .. } => Some(protocol),
        ServiceKey::Fwmark { .. } => None,
    }
}

const fn way(forwarding: Forwarding) -> &'static str {
    match forwarding {
        Forwarding::Masquerade => "Masq",
        Forwarding::Local => "Local",
        Forwarding::Tunnel(_) => "Tunnel",
        Forwarding::DirectRoute => "Route",
        Forwarding::Bypass => "Bypass",
    }
}

/// `gue:6080:+c`; `-c` without checksum, `r+c` with remote checksum offload.
fn tunnel(forwarding: Forwarding) -> String {
    let sign = |flags| match flags {
        TunnelFlags::CHECKSUM => "+c",
        TunnelFlags::REMOTE_CHECKSUM => "r+c",
        _ => "-c",
    };
    match forwarding {
        Forwarding::Tunnel(Tunnel::Ipip) => "ipip".to_owned(),
        Forwarding::Tunnel(Tunnel::Gue { port, flags }) => format!("gue:{port}:{}", sign(flags)),
        Forwarding::Tunnel(Tunnel::Gre { flags }) => format!("gre:{}", sign(flags)),
        _ => "n/a".to_owned(),
    }
}

/// The five numbers of a line, where the columns are numbers.
const fn numbers(stats: &Stats, columns: Columns) -> Option<[u64; 5]> {
    let (total, rates) = (&stats.total, &stats.rates);
    match columns {
        Columns::Stats => {
            Some([total.connections, total.packets_in, total.packets_out, total.bytes_in, total.bytes_out])
        }
        Columns::Rate => {
            Some([rates.connections, rates.packets_in, rates.packets_out, rates.bytes_in, rates.bytes_out])
        }
        _ => None,
    }
}

fn counters(numbers: [u64; 5], exact: bool) -> String {
    let mut text = String::new();
    for number in numbers {
        // Writing to a string does not fail.
        let _ = if exact { write!(text, " {number:>8}") } else { write!(text, "{}", rounded(number)) };
    }
    text
}

/// Nine columns: eight digits as they are, more in thousands, millions, ….
fn rounded(number: u64) -> String {
    match number {
        0..100_000_000 => format!("{number:>9}"),
        100_000_000..1_000_000_000 => format!("{:>8}K", number / 1_000),
        1_000_000_000..100_000_000_000 => format!("{:>8}M", number / 1_000_000),
        100_000_000_000..100_000_000_000_000 => format!("{:>8}G", number / 1_000_000_000),
        _ => format!("{:>8}T", number / 1_000_000_000_000),
    }
}

/// `--timeout`.
pub(super) fn timeouts(timeouts: Timeouts) -> String {
    format!("Timeout (tcp tcpfin udp): {} {} {}\n", timeouts.tcp, timeouts.tcp_fin, timeouts.udp)
}

/// `--daemon`.
pub(super) fn daemons(daemons: &[evenkeel_ipvs::SyncDaemon]) -> String {
    let mut text = String::new();
    for daemon in daemons {
        let _ = write!(text, "{} sync daemon (mcast={}, syncid={}", daemon.role, daemon.interface, daemon.id);
        for (name, value) in [
            ("maxlen", daemon.max_length.map(|length| length.to_string())),
            ("group", daemon.group.map(|group| group.to_string())),
            ("port", daemon.port.map(|port| port.to_string())),
            ("ttl", daemon.ttl.map(|ttl| ttl.to_string())),
        ] {
            if let Some(value) = value {
                let _ = write!(text, ", {name}={value}");
            }
        }
        text.push_str(")\n");
    }
    text
}

#[cfg(test)]
mod tests;
