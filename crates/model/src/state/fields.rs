//! One row for each field that readers show: status text, JSON and, later, metrics and SNMP are made from these rows.
use super::notify::Delivery;
use super::process::Process;
use super::server::{Checker, RealServer, VirtualServer};
use super::vrrp::{Group, Instance, Script};
use crate::Instant;
use crate::config::server::Service;
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A field's value, ready to be rendered.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Words.
    Text(Cow<'a, str>),
    /// A number that may go up and down.
    Gauge(i64),
    /// A number that only grows.
    Counter(u64),
    /// On or off.
    Switch(bool),
    /// A point on the daemon's clock, shown as how long ago.
    Time(Instant),
    /// Several words.
    List(Vec<Cow<'a, str>>),
    /// Nothing known.
    Absent,
}

/// One field of `T`.
pub struct Field<T> {
    /// Name in JSON and, with the part's prefix, in metrics.
    pub name: &'static str,
    /// What it tells, with its unit.
    pub help: &'static str,
    /// Reads it.
    pub value: fn(&T) -> Value<'_>,
}

const fn field<T>(name: &'static str, help: &'static str, value: fn(&T) -> Value<'_>) -> Field<T> {
    Field { name, help, value }
}

fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

fn shown(value: impl ToString) -> Value<'static> {
    Value::Text(Cow::Owned(value.to_string()))
}

fn optional<T: ToString>(value: Option<T>) -> Value<'static> {
    value.map_or(Value::Absent, |value| shown(value))
}

/// A service so that it can be told from every other one.
fn told(service: Service) -> String {
    match service {
        Service::Address { .. } => service.to_string(),
        Service::Fwmark { family, .. } => format!("{service} {family}"),
    }
}

fn gauge(number: impl Into<i64>) -> Value<'static> {
    Value::Gauge(number.into())
}

/// Fields of the daemon itself.
pub const PROCESS: &[Field<Process>] = &[
    field("version", "version of the program", |p| text(&p.version)),
    field("router_id", "name of this director", |p| text(&p.router_id)),
    field("pid", "process id", |p| gauge(p.pid)),
    field("started", "how long ago the daemon started, in seconds", |p| Value::Time(p.started_at)),
    field("config_file", "configuration file", |p| text(&p.config_file)),
    field("reloads", "reloads applied", |p| Value::Counter(p.reloads)),
    field("reloads_refused", "reloads refused because the file was bad", |p| Value::Counter(p.reloads_refused)),
    field("last_reload_problem", "why the last reload was refused", |p| text(&p.last_reload_problem)),
    field("config_problems", "errors and warnings in the running configuration", |p| Value::Counter(p.config_problems)),
    field("maintenance", "what an operator has taken out of service", |p| {
        Value::List(p.maintenance.iter().map(|line| Cow::Borrowed(line.as_str())).collect())
    }),
    field("ipvs_problem", "why IPVS is not programmed", |p| text(&p.ipvs_problem)),
    field("packets_too_short", "adverts shorter than their header", |p| Value::Counter(p.packets_too_short)),
    field("packets_unknown_router", "adverts of virtual routers that are not configured here", |p| {
        Value::Counter(p.packets_unknown_router)
    }),
    field("checkers_restarts", "restarts of the checkers thread", |p| Value::Counter(p.checkers_restarts)),
];

/// Fields of a virtual router.
pub const INSTANCE: &[Field<Instance>] = &[
    field("name", "name in the configuration", |i| text(i.name.as_str())),
    field("state", "INIT, BACKUP, MASTER, FAULT or STOP", |i| shown(i.state)),
    field("since", "how long in this state, in seconds", |i| Value::Time(i.since)),
    field("reason", "why it is in this state", |i| text(&i.reason)),
    field("interface", "link of the adverts", |i| text(i.interface.as_str())),
    field("vrid", "virtual router identifier", |i| gauge(i.vrid.get())),
    field("version", "protocol version", |i| gauge(i.version)),
    field("base_priority", "configured priority", |i| gauge(i.base_priority)),
    field("effective_priority", "priority after trackers", |i| gauge(i.effective_priority)),
    field("master", "address of the current master when it is another router", |i| optional(i.master)),
    field("master_priority", "priority of that master", |i| i.master_priority.map_or(Value::Absent, gauge)),
    field("advert_interval_ms", "interval between adverts in force, in milliseconds", |i| {
        Value::Gauge(i64::try_from(i.advert_interval.as_millis()).unwrap_or(i64::MAX))
    }),
    field("addresses", "virtual addresses", |i| {
        Value::List(i.addresses.iter().map(|a| Cow::Owned(a.to_string())).collect())
    }),
    field("holds_addresses", "whether this router holds the addresses now", |i| Value::Switch(i.holds_addresses)),
    field("faults", "everything that keeps it in FAULT", |i| {
        Value::List(i.faults.iter().map(|f| Cow::Borrowed(f.reason.as_str())).collect())
    }),
    field("adverts_sent", "adverts sent", |i| Value::Counter(i.counters.adverts_sent)),
    field("adverts_received", "adverts accepted", |i| Value::Counter(i.counters.adverts_received)),
    field("became_master", "times it became master", |i| Value::Counter(i.counters.became_master)),
    field("released_master", "times it stopped being master", |i| Value::Counter(i.counters.released_master)),
    field("priority_zero_sent", "adverts of priority zero sent", |i| Value::Counter(i.counters.priority_zero_sent)),
    field("priority_zero_received", "adverts of priority zero received", |i| {
        Value::Counter(i.counters.priority_zero_received)
    }),
    field("length_errors", "packets refused for their length", |i| Value::Counter(i.counters.length_errors)),
    field("ttl_errors", "packets refused for their TTL", |i| Value::Counter(i.counters.ttl_errors)),
    field("version_errors", "packets refused for their version", |i| Value::Counter(i.counters.version_errors)),
    field("type_errors", "packets refused for their type", |i| Value::Counter(i.counters.type_errors)),
    field("checksum_errors", "packets refused for their checksum", |i| Value::Counter(i.counters.checksum_errors)),
    field("interval_errors", "adverts with another interval", |i| Value::Counter(i.counters.interval_errors)),
    field("address_list_errors", "adverts with other addresses", |i| Value::Counter(i.counters.address_list_errors)),
    field("auth_type_errors", "packets with an unknown authentication", |i| {
        Value::Counter(i.counters.auth_type_errors)
    }),
    field("auth_mismatches", "packets with another authentication", |i| Value::Counter(i.counters.auth_mismatches)),
    field("auth_failures", "packets with a wrong password", |i| Value::Counter(i.counters.auth_failures)),
    field("auth_missing", "adverts without the signature that is demanded", |i| {
        Value::Counter(i.counters.auth_missing)
    }),
    field("auth_malformed", "adverts with something that is no signature", |i| {
        Value::Counter(i.counters.auth_malformed)
    }),
    field("auth_unknown_keys", "adverts signed with an unknown key", |i| Value::Counter(i.counters.auth_unknown_keys)),
    field("auth_invalid", "adverts with a wrong signature", |i| Value::Counter(i.counters.auth_invalid)),
    field("auth_stale", "adverts signed at a time too far from ours", |i| Value::Counter(i.counters.auth_stale)),
    field("auth_replayed", "signed adverts that were heard before", |i| Value::Counter(i.counters.auth_replayed)),
    field("source_errors", "unicast adverts of others than the peers", |i| Value::Counter(i.counters.source_errors)),
    field("announcements_sent", "announcements of addresses sent", |i| Value::Counter(i.counters.announcements_sent)),
    field("addresses_repaired", "addresses put back after somebody removed them", |i| {
        Value::Counter(i.counters.addresses_repaired)
    }),
    field("kernel_refusals", "orders that the kernel refused", |i| Value::Counter(i.counters.kernel_refusals)),
    field("double_masters", "adverts of another master heard while master", |i| {
        Value::Counter(i.counters.double_masters)
    }),
    field("late_wakeups", "own wake-ups later than an advert interval", |i| Value::Counter(i.counters.late_wakeups)),
    field("lateness_us", "how late the latest wake-up was, in microseconds", |i| {
        Value::Gauge(i64::try_from(i.lateness.as_micros()).unwrap_or(i64::MAX))
    }),
];

/// Fields of a sync group.
pub const GROUP: &[Field<Group>] = &[
    field("name", "name in the configuration", |g| text(g.name.as_str())),
    field("state", "state of its members", |g| shown(g.state)),
    field("members", "member instances", |g| {
        Value::List(g.members.iter().map(|m| Cow::Borrowed(m.as_str())).collect())
    }),
];

/// Fields of a track script.
pub const SCRIPT: &[Field<Script>] = &[
    field("name", "name in the configuration", |s| text(s.name.as_str())),
    field("good", "whether it counts as good", |s| s.good.map_or(Value::Absent, Value::Switch)),
    field("since", "how long so, in seconds", |s| Value::Time(s.since)),
    field("last", "what its last run did", |s| text(&s.last)),
    field("runs", "runs so far", |s| Value::Counter(s.runs)),
    field("failures", "runs that failed", |s| Value::Counter(s.failures)),
];

/// Fields of a way to the outside.
pub const DELIVERY: &[Field<Delivery>] = &[
    field("channel", "hook, fifo, mail or webhook", |d| text(d.channel)),
    field("subject", "whose change it tells", |d| text(&d.subject)),
    field("target", "command, path, relay or address", |d| text(&d.target)),
    field("last", "how the last one ended", |d| text(&d.last)),
    field("good", "whether that was well", |d| Value::Switch(d.good)),
    field("at", "how long ago, in seconds", |d| Value::Time(d.at)),
    field("done", "ended so far", |d| Value::Counter(d.done)),
    field("failures", "of these, ended badly", |d| Value::Counter(d.failures)),
    field("lost", "given up because nobody took them", |d| Value::Counter(d.lost)),
    field("waiting", "waiting now", |d| Value::Gauge(i64::try_from(d.waiting).unwrap_or(i64::MAX))),
];

/// Fields of a virtual server.
pub const VIRTUAL_SERVER: &[Field<VirtualServer>] = &[
    field("service", "address, protocol and port, or firewall mark", |v| shown(v.service)),
    field("family", "family of the traffic, which a firewall mark does not tell", |v| shown(v.service.family())),
    field("name", "name in FIFO lines", |v| text(v.name.as_str())),
    field("services", "every service in the kernel; a firewall mark ends with its family", |v| {
        Value::List(v.services.iter().map(|service| Cow::Owned(told(*service))).collect())
    }),
    field("suspended", "whether its checks sleep because its address is elsewhere", |v| Value::Switch(v.suspended)),
    field("scheduler", "IPVS scheduler", |v| text(&v.scheduler)),
    field("up", "whether it has quorum", |v| Value::Switch(v.up)),
    field("since", "how long so, in seconds", |v| Value::Time(v.since)),
    field("quorum", "live weight needed", |v| gauge(v.quorum)),
    field("live_weight", "live weight now", |v| Value::Gauge(i64::try_from(v.live_weight).unwrap_or(i64::MAX))),
    field("sorry_in_use", "whether the sorry server takes the traffic", |v| Value::Switch(v.sorry_in_use)),
    field("kernel_refusals", "orders that the kernel refused", |v| Value::Counter(v.kernel_refusals)),
];

/// Fields of a real server.
pub const REAL_SERVER: &[Field<RealServer>] = &[
    field("address", "address and port", |r| shown(format!("[{}]:{}", r.address, r.port))),
    field("forwarding", "how packets reach it", |r| {
        use crate::config::server::Forwarding;
        text(match r.forwarding {
            Forwarding::Nat => "NAT",
            Forwarding::DirectRoute => "DR",
            Forwarding::Tunnel(_) => "TUN",
            Forwarding::FullNat => "FULLNAT",
        })
    }),
    field("weight", "configured weight", |r| gauge(r.weight)),
    field("effective_weight", "weight towards IPVS", |r| gauge(r.effective_weight)),
    field("alive", "whether no check is failed", |r| Value::Switch(r.alive)),
    field("since", "how long so, in seconds", |r| Value::Time(r.since)),
    field("in_table", "whether it is in the IPVS table", |r| Value::Switch(r.in_table)),
    field("draining", "whether it keeps its connections and gets no new ones", |r| Value::Switch(r.draining)),
    field("overlay", "what an operator changed over the file", |r| text(&r.overlay)),
];

/// Fields of a check.
pub const CHECKER: &[Field<Checker>] = &[
    field("kind", "keyword of the check", |c| text(c.kind)),
    field("up", "whether it passes", |c| c.up.map_or(Value::Absent, Value::Switch)),
    field("last", "what the last probe found", |c| text(&c.last)),
    field("failures_in_row", "failures in a row now", |c| gauge(c.failures_in_row)),
    field("probes", "probes that ended", |c| Value::Counter(c.probes)),
    field("failures", "probes that failed", |c| Value::Counter(c.failures)),
];

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    fn unique<T>(fields: &[Field<T>]) {
        let names: BTreeSet<_> = fields.iter().map(|f| f.name).collect();
        assert_eq!(names.len(), fields.len());
        assert!(fields.iter().all(|f| !f.help.is_empty()));
    }

    #[test]
    fn names_are_unique_and_explained() {
        unique(PROCESS);
        unique(INSTANCE);
        unique(GROUP);
        unique(SCRIPT);
        unique(DELIVERY);
        unique(VIRTUAL_SERVER);
        unique(REAL_SERVER);
        unique(CHECKER);
    }
}
