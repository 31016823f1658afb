//! Virtual servers and their real servers.
use super::finding::{At, Finding, Findings, What};
use super::routers::listed;
use crate::diagnostic::{Diagnostic, Severity};
use model::config::server::{Forwarding, RealServer, Service, VirtualServer};
use model::{Config, Name};
use std::collections::BTreeMap;
use std::net::IpAddr;

type Key = (Service, Option<Name>);
type Place = (IpAddr, u16);

pub(super) fn compare(findings: &mut Findings<'_>, a: &Config, b: &Config) {
    let (one, other) = (by_key(a), by_key(b));
    for service in &a.virtual_servers {
        match other.get(&key(service)) {
            Some(partner) => services(findings, service, partner),
            None => lonely(findings, service, true),
        }
    }
    b.virtual_servers.iter().filter(|service| !one.contains_key(&key(service))).for_each(|service| {
        lonely(findings, service, false);
    });
}

fn key(server: &VirtualServer) -> Key {
    (server.service, server.group.clone())
}

fn by_key(config: &Config) -> BTreeMap<Key, &VirtualServer> {
    let mut known = BTreeMap::new();
    for server in &config.virtual_servers {
        known.entry(key(server)).or_insert(server);
    }
    known
}

/// As the configuration says it.
const fn method(forwarding: Forwarding) -> &'static str {
    match forwarding {
        Forwarding::Nat => "NAT",
        Forwarding::DirectRoute => "DR",
        Forwarding::Tunnel(_) => "TUN",
        Forwarding::FullNat => "FULLNAT",
    }
}

/// As the configuration heads it.
fn head(server: &VirtualServer) -> String {
    match (&server.group, server.service) {
        (Some(group), _) => format!("group {group}"),
        (None, Service::Address { address, port, .. }) => format!("{address} {port}"),
        (None, Service::Fwmark { mark, .. }) => format!("fwmark {mark}"),
    }
}

fn at(server: &VirtualServer) -> At {
    At::new("virtual_server", &head(server))
}

fn lonely(findings: &mut Findings<'_>, server: &VirtualServer, is_first: bool) {
    let (a, b) = findings.titles();
    let (here, there) = if is_first { (a, b) } else { (b, a) };
    let message = format!("virtual_server {}: {here} has it, {there} has not", head(server));
    let diagnostic = Diagnostic::new("pair-service-missing", Severity::Warning, message)
        .meanwhile(format!("while {there} is master, connections to it are refused"));
    let place = Some((at(server), "only here".to_owned()));
    let (a, b) = if is_first { (place, None) } else { (None, place) };
    findings.push(Finding { diagnostic, a, b });
}

fn services(findings: &mut Findings<'_>, a: &VirtualServer, b: &VirtualServer) {
    let name = format!("virtual_server {}", head(a));
    let mut differ = |keyword: &str, one: String, other: String, then: &str| {
        if one != other {
            let subject = format!("{name}: {keyword}");
            let what = What { code: "pair-service-differs", subject: &subject, then };
            let names = if keyword == "lvs_sched" { "lvs_sched|lb_algo" } else { keyword };
            let places = (at(a).keyword(&[names]), at(b).keyword(&[names]));
            findings.differs(Severity::Warning, what, (places.0, one), (places.1, other));
        }
    };
    let then = "clients are shared out in another way after a takeover";
    differ("lvs_sched", a.scheduler.clone(), b.scheduler.clone(), then);
    let time =
        |v: &VirtualServer| v.persistence.map_or("none".to_owned(), |persistence| persistence.timeout.to_string());
    differ(
        "persistence_timeout",
        time(a),
        time(b),
        "clients lose their server after a takeover, or keep it for another time",
    );
    let quorum = |v: &VirtualServer| v.quorum.to_string();
    differ("quorum", quorum(a), quorum(b), "one side serves where the other would not");
    real_servers(findings, a, b);
}

fn real_servers(findings: &mut Findings<'_>, a: &VirtualServer, b: &VirtualServer) {
    let name = format!("virtual_server {}", head(a));
    let reals = |v: &'_ VirtualServer| {
        v.real_servers.iter().map(|r| ((r.address, r.port), r.clone())).collect::<BTreeMap<Place, RealServer>>()
    };
    let (one, other) = (reals(a), reals(b));
    let only = |one: &BTreeMap<Place, RealServer>, other: &BTreeMap<Place, RealServer>| {
        let missing = one.keys().filter(|place| !other.contains_key(place));
        match listed(missing.map(|(address, port)| format!("{address} {port}"))) {
            text if text.is_empty() => "nothing more".to_owned(),
            text => format!("also {text}"),
        }
    };
    if !one.keys().eq(other.keys()) {
        let subject = format!("{name}: real_server");
        let then = "a server that one side lacks gets nothing while that side is master, and its connections break";
        let what = What { code: "pair-real-servers-differ", subject: &subject, then };
        findings.differs(Severity::Warning, what, (at(a), only(&one, &other)), (at(b), only(&other, &one)));
    }
    for (place, first) in &one {
        let Some(second) = other.get(place) else { continue };
        let words = |real: &RealServer| format!("weight {}, {}", real.weight, method(real.forwarding));
        if (first.weight, first.forwarding) != (second.weight, second.forwarding) {
            let subject = format!("{name}: real_server {} {}", place.0, place.1);
            let then =
                "the load is shared out in another way after a takeover, or packets reach the server in another way";
            let what = What { code: "pair-real-servers-differ", subject: &subject, then };
            let inside = format!("real_server {} {}", place.0, place.1);
            let places = (at(a).keyword(&[&inside]), at(b).keyword(&[&inside]));
            findings.differs(Severity::Warning, what, (places.0, words(first)), (places.1, words(second)));
        }
    }
}
