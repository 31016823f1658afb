//! Routes and rules.
use super::node::Nodes;
use model::config::routing::{Action, Encap, Metric, Metrics, NextHop, Placing, Route, Rule, Static};
use model::{Config, Family, Prefix};
use std::fmt::Display;

/// `static_routes`.
pub(super) fn static_routes(config: &Config, nodes: &mut Nodes) {
    statics("static_routes", &config.statics.routes, route, nodes);
}

/// `static_rules`.
pub(super) fn static_rules(config: &Config, nodes: &mut Nodes) {
    statics("static_rules", &config.statics.rules, rule, nodes);
}

/// `virtual_routes` of an instance.
pub(super) fn virtual_routes(routes: &[Route], nodes: &mut Nodes) {
    nodes.block_unless_empty(["virtual_routes"], |nodes| {
        routes.iter().for_each(|one| nodes.line(route(one, None).0));
    });
}

/// `virtual_rules` of an instance.
pub(super) fn virtual_rules(rules: &[Rule], nodes: &mut Nodes) {
    nodes.block_unless_empty(["virtual_rules"], |nodes| {
        rules.iter().for_each(|one| nodes.line(rule(one, None).0));
    });
}

fn statics<T>(keyword: &str, things: &[Static<T>], words: fn(&T, Option<&str>) -> Words, nodes: &mut Nodes) {
    nodes.block_unless_empty([keyword], |nodes| {
        for one in things {
            nodes.line(words(&one.thing, one.track_group.as_ref().map(model::Name::as_str)).0);
        }
    });
}

/// The words of a line.
#[derive(Default)]
struct Words(Vec<String>);

impl Words {
    fn flag(&mut self, word: &str, on: bool) {
        if on {
            self.0.push(word.to_owned());
        }
    }

    fn word(&mut self, word: &str, value: impl Display) {
        self.0.extend([word.to_owned(), value.to_string()]);
    }

    fn maybe(&mut self, word: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.word(word, value);
        }
    }

    fn metric(&mut self, word: &str, metric: Option<Metric>) {
        let Some(metric) = metric else { return };
        self.0.push(word.to_owned());
        self.flag("lock", metric.lock);
        self.0.push(metric.value.to_string());
    }

    fn realms(&mut self, realms: Option<u32>) {
        self.maybe("realms", realms.map(|realms| format!("{}/{}", realms >> 16, realms & 0xffff)));
    }

    /// The type of service.
    fn service(&mut self, word: &str, value: Option<u8>) {
        self.maybe(word, value.map(|value| format!("{value:#04x}")));
    }
}

fn route(route: &Route, track_group: Option<&str>) -> Words {
    let mut words = Words::default();
    words.word(&kind(route.kind), route.destination);
    words.maybe("src", route.source);
    words.maybe("via", route.hop.gateway);
    words.maybe("from", route.from);
    words.service("tos", Some(route.tos));
    words.word("table", route.table);
    words.word("protocol", route.protocol);
    words.maybe("scope", route.scope);
    words.word("metric", route.metric);
    words.maybe("dev", route.hop.interface.as_ref());
    words.flag("onlink", route.hop.on_link);
    words.maybe("expires", route.expires.map(model::Interval::as_secs));
    metrics(&route.metrics, route.hop.realms, &mut words);
    words.maybe("pref", route.preference);
    words.maybe("ttl-propagate", route.ttl_propagate.map(|on| if on { "enabled" } else { "disabled" }));
    words.maybe("fastopen_no_cookie", route.metrics.fastopen_no_cookie.map(u8::from));
    let placing = match route.placing {
        Placing::Prepend => "prepend",
        Placing::Append => "append",
        Placing::Alone => "add",
    };
    words.flag(placing, true);
    words.flag("no_track", route.no_track);
    words.maybe("vrf", route.vrf.as_ref());
    words.maybe("track_group", track_group);
    // Behind all other words, of which it would take those that it has too.
    encapsulation(route.hop.encap.as_ref(), &mut words);
    route.hops.iter().for_each(|one| hop(one, &mut words));
    words
}

/// The name of a kind of route.
fn kind(number: u8) -> String {
    let known = crate::lower::route::KINDS.iter().find(|(_, kind)| *kind == number);
    known.map_or_else(|| number.to_string(), |(name, _)| (*name).to_owned())
}

fn metrics(metrics: &Metrics, realms: Option<u32>, words: &mut Words) {
    words.metric("mtu", metrics.mtu);
    words.maybe("hoplimit", metrics.hop_limit);
    words.metric("advmss", metrics.advmss);
    words.metric("rtt", metrics.rtt);
    words.metric("rttvar", metrics.rttvar);
    words.metric("rto_min", metrics.rto_min);
    words.metric("reordering", metrics.reordering);
    words.maybe("window", metrics.window);
    words.metric("cwnd", metrics.cwnd);
    words.metric("ssthresh", metrics.ssthresh);
    words.realms(realms);
    words.maybe("initcwnd", metrics.initcwnd);
    words.maybe("initrwnd", metrics.initrwnd);
    words.maybe("features", metrics.ecn.then_some("ecn"));
    words.maybe("quickack", metrics.quickack.map(u8::from));
    if let Some(name) = &metrics.congestion_control {
        words.0.push("congctl".to_owned());
        words.flag("lock", metrics.lock_congestion_control);
        words.0.push(name.clone());
    }
}

fn hop(hop: &NextHop, words: &mut Words) {
    words.0.push("nexthop".to_owned());
    words.maybe("via", hop.gateway);
    words.maybe("dev", hop.interface.as_ref());
    words.word("weight", hop.weight);
    words.flag("onlink", hop.on_link);
    encapsulation(hop.encap.as_ref(), words);
    words.realms(hop.realms);
}

fn encapsulation(encap: Option<&Encap>, words: &mut Words) {
    match encap {
        None => {}
        Some(Encap::Ip { id, destination, source, tos, ttl, flags }) => {
            words.word("encap", "ip");
            words.maybe("id", *id);
            words.maybe("dst", *destination);
            words.maybe("src", *source);
            words.service("tos", *tos);
            words.maybe("ttl", *ttl);
            words.maybe("flags", *flags);
        }
        Some(Encap::Ip6 { id, destination, source, class, hop_limit, flags }) => {
            words.word("encap", "ip6");
            words.maybe("id", *id);
            words.maybe("dst", *destination);
            words.maybe("src", *source);
            words.service("tc", *class);
            words.maybe("hoplimit", *hop_limit);
            words.maybe("flags", *flags);
        }
        Some(Encap::Mpls(labels)) => {
            words.word("encap", "mpls");
            words.0.push(labels.iter().map(u32::to_string).collect::<Vec<_>>().join("/"));
        }
        Some(Encap::Ila(locator)) => {
            words.word("encap", "ila");
            let groups = [48, 32, 16, 0].map(|shift| format!("{:x}", locator >> shift & 0xffff));
            words.0.push(groups.join(":"));
        }
    }
}

fn rule(rule: &Rule, track_group: Option<&str>) -> Words {
    let mut words = Words::default();
    let network = |prefix: Option<Prefix>| prefix.map_or_else(|| "all".to_owned(), |prefix| prefix.to_string());
    words.word("from", network(rule.from));
    words.word("to", network(rule.to));
    let table = match rule.action {
        Action::Table(table) => Some(table),
        _ => None,
    };
    words.maybe("table", table);
    words.flag("not", rule.invert);
    words.word("preference", rule.preference);
    words.service("tos", Some(rule.tos));
    words.maybe("fwmark", rule.mark.map(|mark| marked(mark.0, mark.1)));
    words.realms(rule.realms);
    words.maybe("suppress_prefixlength", rule.suppress_prefix_length);
    words.maybe("suppress_ifgroup", rule.suppress_group);
    words.maybe("dev", rule.input.as_ref());
    words.maybe("oif", rule.output.as_ref());
    words.maybe("tunnel-id", rule.tunnel_id);
    words.maybe("uidrange", range(rule.uids));
    words.flag("l3mdev", rule.action == Action::MasterDevice);
    words.word("protocol", rule.protocol);
    words.maybe("ipproto", rule.ip_protocol);
    words.maybe("sport", range(rule.source_ports));
    words.maybe("dport", range(rule.destination_ports));
    words.flag("no_track", rule.no_track);
    words.maybe("track_group", track_group);
    match rule.action {
        Action::Table(_) | Action::MasterDevice => {}
        Action::Goto(target) => words.word("goto", target),
        Action::Nop => words.flag("nop", true),
        Action::Blackhole => words.flag("blackhole", true),
        Action::Prohibit => words.flag("prohibit", true),
        Action::Unreachable => words.flag("unreachable", true),
    }
    // Where no address says it; last, because keepalived 2.4.3 passes over the word behind it.
    words.flag("inet6", rule.family == Family::V6 && rule.from.or(rule.to).is_none());
    words
}

fn marked(mark: u32, mask: Option<u32>) -> String {
    mask.map_or_else(|| format!("{mark:#x}"), |mask| format!("{mark:#x}/{mask:#x}"))
}

fn range<T: Display>(range: Option<(T, T)>) -> Option<String> {
    range.map(|(first, last)| format!("{first}-{last}"))
}

#[cfg(test)]
mod tests;
