//! The table, timeouts and sync daemons as JSON.
use super::listing::{Block, mask};
use super::owned::Owned;
use super::service::flag_names;
use evenkeel_ipvs::{
    Counters, Destination, DestinationEntry, Family, Flags, Forwarding, Info, Protocol, Rates, Service, ServiceKey,
    Stats, SyncDaemon, Timeouts, Tunnel, TunnelFlags,
};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// The whole table, or a part of it; a service on a line, so that no more than one is in memory as JSON.
pub(super) fn table(info: Info, blocks: &[Block], owned: &Owned, out: &mut dyn Write) -> io::Result<()> {
    let [_, major, minor, patch] = info.version.to_be_bytes();
    let size = info.table_size;
    write!(out, "{{\"version\":\"{major}.{minor}.{patch}\",\"connection_table_size\":{size},\"services\":[")?;
    for (index, block) in blocks.iter().enumerate() {
        let separator = if index == 0 { "\n" } else { ",\n" };
        write!(out, "{separator}{}", service(block, owned))?;
    }
    out.write_all(b"\n]}\n")
}

fn service(block: &Block, owned: &Owned) -> Value {
    let service = &block.entry.service;
    let mut object = key(service.key());
    object.extend(map(json!({
        "scheduler": service.scheduler().as_str(),
        "scheduler_flags": flag_names(service.scheduler().as_str(), service.flags()),
        "one_packet": service.flags().contains(Flags::ONE_PACKET),
        "persistence": persistence(service),
        "engine": service.engine().map(evenkeel_ipvs::Name::as_str),
        "owned": owned.has(service.key()),
        "servers": block.destinations.iter().map(server).collect::<Vec<_>>(),
    })));
    object.extend(stats(&block.entry.stats));
    Value::Object(object)
}

fn key(key: ServiceKey) -> Map<String, Value> {
    map(match key {
        ServiceKey::Address { protocol, address, port } => {
            json!({ "protocol": protocol_word(protocol), "address": address.to_string(), "port": port })
        }
        ServiceKey::Fwmark { mark, family } => {
            json!({ "fwmark": mark.get(), "family": if family == Family::V6 { "ipv6" } else { "ipv4" } })
        }
    })
}

fn protocol_word(protocol: Protocol) -> String {
    super::listing::protocol_name(protocol).to_lowercase()
}

fn persistence(service: &Service) -> Value {
    if !service.flags().contains(Flags::PERSISTENT) {
        return Value::Null;
    }
    json!({ "timeout_seconds": service.timeout(), "netmask": mask(service) })
}

fn server(entry: &DestinationEntry) -> Value {
    let Destination { key, forwarding, weight, upper_threshold, lower_threshold } = entry.destination;
    let mut object = map(json!({
        "address": key.address.to_string(),
        "port": key.port,
        "forwarding": way(forwarding),
        "weight": weight,
        "upper_threshold": upper_threshold,
        "lower_threshold": lower_threshold,
        "active_connections": entry.connections.active,
        "inactive_connections": entry.connections.inactive,
        "persistent_connections": entry.connections.persistent,
    }));
    if let Forwarding::Tunnel(kind) = forwarding {
        object.insert("tunnel".to_owned(), tunnel(kind));
    }
    object.extend(stats(&entry.stats));
    Value::Object(object)
}

const fn way(forwarding: Forwarding) -> &'static str {
    match forwarding {
        Forwarding::Masquerade => "nat",
        Forwarding::Local => "local",
        Forwarding::Tunnel(_) => "tunnel",
        Forwarding::DirectRoute => "dr",
        Forwarding::Bypass => "bypass",
    }
}

fn tunnel(kind: Tunnel) -> Value {
    let checksum = |flags| match flags {
        TunnelFlags::CHECKSUM => "yes",
        TunnelFlags::REMOTE_CHECKSUM => "remote",
        _ => "no",
    };
    match kind {
        Tunnel::Ipip => json!({ "type": "ipip" }),
        Tunnel::Gue { port, flags } => json!({ "type": "gue", "port": port, "checksum": checksum(flags) }),
        Tunnel::Gre { flags } => json!({ "type": "gre", "checksum": checksum(flags) }),
    }
}

fn stats(stats: &Stats) -> Map<String, Value> {
    let Counters { connections, packets_in, packets_out, bytes_in, bytes_out } = stats.total;
    let total = json!({
        "connections": connections,
        "packets_in": packets_in,
        "packets_out": packets_out,
        "bytes_in": bytes_in,
        "bytes_out": bytes_out,
    });
    let Rates { connections, packets_in, packets_out, bytes_in, bytes_out } = stats.rates;
    let rates = json!({
        "connections": connections,
        "packets_in": packets_in,
        "packets_out": packets_out,
        "bytes_in": bytes_in,
        "bytes_out": bytes_out,
    });
    map(json!({ "total": total, "per_second": rates }))
}

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Connection timeouts.
pub(super) fn timeouts(timeouts: Timeouts) -> Value {
    json!({
        "tcp_seconds": timeouts.tcp,
        "tcp_fin_seconds": timeouts.tcp_fin,
        "udp_seconds": timeouts.udp,
    })
}

/// Synchronisation daemons.
pub(super) fn daemons(daemons: &[SyncDaemon]) -> Value {
    let daemon = |daemon: &SyncDaemon| {
        json!({
            "role": daemon.role.to_string(),
            "interface": daemon.interface.as_str(),
            "id": daemon.id,
            "max_length": daemon.max_length,
            "group": daemon.group.map(|group| group.to_string()),
            "port": daemon.port,
            "ttl": daemon.ttl,
        })
    };
    daemons.iter().map(daemon).collect()
}
