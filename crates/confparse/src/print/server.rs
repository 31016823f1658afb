//! `SSL`, groups of addresses, virtual servers and their real servers.
mod check;
#[cfg(test)]
mod tests;

use super::node::Nodes;
use model::Config;
use model::config::server::{
    Forwarding, Group, GroupEntry, Persistence, RealServer, Service, SorryServer, Tunnel, TunnelChecksum, TunnelKind,
    VirtualServer,
};
use model::{Family, Interval};
use std::net::Ipv4Addr;

/// `SSL`.
pub(super) fn ssl(config: &Config, nodes: &mut Nodes) {
    let Some(ssl) = &config.global.lvs.ssl else { return };
    nodes.block(["SSL"], |nodes| {
        nodes.maybe("password", ssl.password.as_ref());
        nodes.maybe("ca", ssl.ca.as_ref());
        nodes.maybe("certificate", ssl.certificate.as_ref());
        nodes.maybe("key", ssl.key.as_ref());
    });
}

/// `virtual_server_group`.
pub(super) fn groups(config: &Config, nodes: &mut Nodes) {
    for Group { name, entries } in &config.server_groups {
        nodes.block(["virtual_server_group", name.as_str()], |nodes| {
            entries.iter().for_each(|entry| nodes.line(group_entry(entry)));
        });
    }
}

fn group_entry(entry: &GroupEntry) -> Vec<String> {
    match entry {
        GroupEntry::Addresses { first, last, port } if first == last => vec![first.to_string(), port.to_string()],
        GroupEntry::Addresses { first, last, port } => vec![format!("{first}-{last}"), port.to_string()],
        GroupEntry::Fwmark { mark, family } => {
            let family = family.map(|family| family_word(family).to_owned());
            ["fwmark".to_owned(), mark.to_string()].into_iter().chain(family).collect()
        }
    }
}

const fn family_word(family: Family) -> &'static str {
    match family {
        Family::V4 => "inet",
        Family::V6 => "inet6",
    }
}

/// `virtual_server`.
pub(super) fn virtual_servers(config: &Config, nodes: &mut Nodes) {
    for server in &config.virtual_servers {
        let head = head(server);
        nodes.block(head.iter().map(String::as_str), |nodes| virtual_server(server, nodes));
    }
}

fn head(server: &VirtualServer) -> Vec<String> {
    let head = match (&server.group, server.service) {
        (Some(group), _) => ["group".to_owned(), group.to_string()],
        (None, Service::Address { address, port, .. }) => [address.to_string(), port.to_string()],
        (None, Service::Fwmark { mark, .. }) => ["fwmark".to_owned(), mark.to_string()],
    };
    ["virtual_server".to_owned()].into_iter().chain(head).collect()
}

fn virtual_server(server: &VirtualServer, nodes: &mut Nodes) {
    if let Service::Fwmark { family, .. } = server.service {
        nodes.word("ip_family", family_word(family));
    }
    nodes.word("lvs_sched", &server.scheduler);
    nodes.flag("ops", server.one_packet);
    flags(server, nodes);
    // Each real server says its own; without any here, keepalived complains.
    let method = server.real_servers.first().map(|first| first.forwarding).unwrap_or_default();
    forwarding("lvs_method", method, nodes);
    nodes.maybe("persistence_engine", server.persistence_engine.as_ref());
    persistence(server, nodes);
    if let Service::Address { protocol, .. } = server.service {
        nodes.word("protocol", protocol.to_string().to_ascii_uppercase());
    }
    nodes.flag("ha_suspend", server.ha_suspend);
    nodes.switch("smtp_alert", server.smtp_alert);
    nodes.maybe("snmp_name", server.snmp_name.as_ref());
    nodes.flag("alpha", server.alpha);
    nodes.flag("omega", server.omega);
    nodes.command("quorum_up", server.quorum_up.as_deref());
    nodes.command("quorum_down", server.quorum_down.as_deref());
    nodes.word("quorum", server.quorum);
    nodes.word("hysteresis", server.hysteresis);
    server.sorry_server.iter().for_each(|sorry| sorry_server(sorry, nodes));
    for real in &server.real_servers {
        let (address, port) = (real.address.to_string(), real.port.to_string());
        nodes.block(["real_server", &address, &port], |nodes| real_server(real, nodes));
    }
}

/// The hashing schedulers have names of their own for the first two flags.
fn flags(server: &VirtualServer, nodes: &mut Nodes) {
    let names = match server.scheduler.as_str() {
        "sh" => ["sh-fallback", "sh-port", "flag-3"],
        "mh" => ["mh-fallback", "mh-port", "flag-3"],
        _ => ["flag-1", "flag-2", "flag-3"],
    };
    for (bit, name) in names.into_iter().enumerate() {
        nodes.flag(name, server.scheduler_flags & (1 << bit) != 0);
    }
}

fn forwarding(keyword: &str, forwarding: Forwarding, nodes: &mut Nodes) {
    let words: &[&str] = match forwarding {
        Forwarding::Nat => &["NAT"],
        Forwarding::DirectRoute => &["DR"],
        Forwarding::FullNat => &["FULLNAT"],
        Forwarding::Tunnel(tunnel) => return tunnelled(keyword, tunnel, nodes),
    };
    nodes.line([keyword].iter().chain(words).map(|word| (*word).to_owned()));
}

fn tunnelled(keyword: &str, tunnel: Tunnel, nodes: &mut Nodes) {
    let mut words = vec![keyword, "TUN", "type"];
    let port;
    match tunnel.kind {
        TunnelKind::Ipip => words.push("ipip"),
        TunnelKind::Gre => words.push("gre"),
        TunnelKind::Gue(number) => {
            port = number.to_string();
            words.extend(["gue", "port", &port]);
        }
    }
    words.push(match tunnel.checksum {
        TunnelChecksum::None => "nocsum",
        TunnelChecksum::Checksum => "csum",
        TunnelChecksum::Remote => "remcsum",
    });
    nodes.line(words.into_iter().map(str::to_owned));
}

fn persistence(server: &VirtualServer, nodes: &mut Nodes) {
    let Some(Persistence { timeout, granularity }) = server.persistence else { return };
    nodes.word("persistence_timeout", timeout.as_secs());
    match server.service.family() {
        Family::V4 => {
            let mask = u32::MAX.checked_shl(32 - u32::from(granularity.min(32))).unwrap_or(0);
            nodes.word("persistence_granularity", Ipv4Addr::from_bits(mask));
        }
        Family::V6 => nodes.word("persistence_granularity", granularity),
    }
}

fn sorry_server(sorry: &SorryServer, nodes: &mut Nodes) {
    nodes.line(["sorry_server".to_owned(), sorry.address.to_string(), sorry.port.to_string()]);
    forwarding("sorry_server_lvs_method", sorry.forwarding, nodes);
    nodes.flag("sorry_server_inhibit", sorry.inhibit);
}

fn real_server(real: &RealServer, nodes: &mut Nodes) {
    forwarding("lvs_method", real.forwarding, nodes);
    nodes.word("weight", real.weight);
    nodes.word("uthreshold", real.upper_threshold);
    nodes.word("lthreshold", real.lower_threshold);
    nodes.switch("inhibit_on_failure", real.inhibit_on_failure);
    nodes.command("notify_up", real.notify_up.as_deref());
    nodes.command("notify_down", real.notify_down.as_deref());
    nodes.switch("alpha", real.alpha);
    nodes.switch("smtp_alert", real.smtp_alert);
    nodes.maybe("drain", real.drain.map(Interval::as_secs));
    nodes.maybe("virtualhost", real.virtual_host.as_ref());
    nodes.maybe("snmp_name", real.snmp_name.as_ref());
    real.checkers.iter().for_each(|checker| check::checker(checker, nodes));
}
