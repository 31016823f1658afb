//! Virtual routers, their groups, and the daemon that copies connections.
use super::finding::{At, Finding, Findings, What};
use crate::diagnostic::{Diagnostic, Severity};
use model::config::global::SyncDaemon;
use model::config::vrrp::{HmacMode, Instance, SyncGroup, Version};
use model::diff::{InstanceKey, identify};
use model::{Config, Name};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::net::IpAddr;

const TWO_MASTERS: &str = "each refuses the adverts of the other: both become master and hold the addresses at once";

pub(super) fn compare(findings: &mut Findings<'_>, a: &Config, b: &Config) {
    let pairs = matched(a, b);
    for (one, other) in &pairs {
        router(findings, one, other);
    }
    for (instance, is_first) in alone(&a.instances, &b.instances, &pairs) {
        lonely(findings, instance, is_first);
    }
    groups(findings, a, b, &pairs);
    sync_daemons(findings, a.global.lvs.sync_daemon.as_ref(), b.global.lvs.sync_daemon.as_ref());
}

type Pairs<'c> = Vec<(&'c Instance, &'c Instance)>;

/// Who belongs together: the same link, id and family, where there are several of them the same name too; else the same
/// name.
fn matched<'c>(a: &'c Config, b: &'c Config) -> Pairs<'c> {
    let ours = identify(&[], &a.instances);
    let theirs = identify(&ours, &b.instances);
    let keys: BTreeMap<_, _> = theirs.iter().map(|(key, instance)| (key, *instance)).collect();
    let known: BTreeSet<_> = ours.iter().map(|(key, _)| key).collect();
    let names: BTreeMap<_, _> = theirs
        .iter()
        .filter(|(key, _)| !known.contains(key))
        .map(|(_, instance)| (&instance.name, *instance))
        .collect();
    let partner = |(key, instance): &(InstanceKey, &'c Instance)| {
        let other = keys.get(key).or_else(|| names.get(&instance.name))?;
        Some((*instance, *other))
    };
    ours.iter().filter_map(partner).collect()
}

/// Instances that the other director has nothing for, with whether they are of the first.
fn alone<'c>(a: &'c [Instance], b: &'c [Instance], pairs: &Pairs<'c>) -> Vec<(&'c Instance, bool)> {
    let is_alone = |instance: &&Instance| !pairs.iter().any(|(one, other)| *one == *instance || *other == *instance);
    let one = a.iter().filter(is_alone).map(|instance| (instance, true));
    one.chain(b.iter().filter(is_alone).map(|instance| (instance, false))).collect()
}

fn at(instance: &Instance) -> At {
    At::new("vrrp_instance", instance.name.as_str())
}

fn lonely(findings: &mut Findings<'_>, instance: &Instance, is_first: bool) {
    let (a, b) = findings.titles();
    let (here, there) = if is_first { (a, b) } else { (b, a) };
    let id = format!("virtual router {} on {}", instance.vrid, instance.interface);
    let message = format!("{}: {here} has {id}, {there} has no such", instance.name);
    let diagnostic = Diagnostic::new("pair-router-missing", Severity::Warning, message)
        .meanwhile(format!("when {here} fails, nobody takes over its addresses"))
        .help("give both directors the same virtual_router_id on the same link");
    let place = Some((at(instance), id));
    let (a, b) = if is_first { (place, None) } else { (None, place) };
    findings.push(Finding { diagnostic, a, b });
}

/// One keyword that both sides have.
struct Pair<'f, 't> {
    findings: &'f mut Findings<'t>,
    places: (At, At),
    name: String,
}

impl Pair<'_, '_> {
    /// Reports what is not the same, pointing at these keywords.
    fn same<T: PartialEq + Display>(
        &mut self,
        code: &'static str,
        severity: Severity,
        inside: &[&str],
        a: T,
        b: T,
        then: &str,
    ) {
        if a != b {
            self.report(code, severity, inside, (a.to_string(), b.to_string()), then);
        }
    }

    fn report(
        &mut self,
        code: &'static str,
        severity: Severity,
        inside: &[&str],
        values: (String, String),
        then: &str,
    ) {
        let subject = format!("{}: {}", self.name, inside.last().copied().unwrap_or_default());
        let what = What { code, subject: &subject, then };
        let a = (self.places.0.keyword(inside), values.0);
        let b = (self.places.1.keyword(inside), values.1);
        self.findings.differs(severity, what, a, b);
    }
}

fn router(findings: &mut Findings<'_>, a: &Instance, b: &Instance) {
    let name = if a.name == b.name { a.name.to_string() } else { format!("{} and {}", a.name, b.name) };
    let mut pair = Pair { findings, places: (at(a), at(b)), name };
    identity(&mut pair, a, b);
    election(&mut pair, a, b);
    believing(&mut pair, a, b);
    transport(&mut pair, a, b);
    addresses(&mut pair, a, b);
}

fn identity(pair: &mut Pair<'_, '_>, a: &Instance, b: &Instance) {
    let then = "they do not know each other: both become master and hold the addresses at once";
    pair.same("pair-vrid-differs", Severity::Error, &["virtual_router_id"], a.vrid, b.vrid, then);
    pair.same(
        "pair-version-differs",
        Severity::Error,
        &["version"],
        a.version.number(),
        b.version.number(),
        TWO_MASTERS,
    );
    let then = "nothing, if these are the same network; else both become master";
    pair.same("pair-interface-differs", Severity::Note, &["interface"], &a.interface, &b.interface, then);
}

fn election(pair: &mut Pair<'_, '_>, a: &Instance, b: &Instance) {
    if a.priority == b.priority && a.priority.is_owner() {
        let values = ("255".to_owned(), "255".to_owned());
        let then = "each claims to own the addresses: both become master at once, and the lower source address gives way again";
        pair.report("pair-both-owners", Severity::Error, &["priority"], values, then);
    } else if a.priority == b.priority {
        let values = (a.priority.to_string(), b.priority.to_string());
        let then = "both may become master at the same time, and the one with the lower source address gives way again";
        pair.report("pair-priority-equal", Severity::Warning, &["priority"], values, then);
    }
    if !a.preempt && !b.preempt && a.priority != b.priority {
        let values = ("nopreempt".to_owned(), "nopreempt".to_owned());
        let then =
            "who is master stays master, whatever the priorities say: after a failure nobody goes back by himself";
        pair.report("pair-both-nopreempt", Severity::Note, &["nopreempt"], values, then);
    }
    let (severity, then) = match a.version {
        Version::V2 => (Severity::Error, TWO_MASTERS),
        Version::V3 => (
            Severity::Warning,
            "a backup follows the interval of the master: how fast a failure is noticed depends on who is master",
        ),
    };
    pair.same("pair-interval-differs", severity, &["advert_int"], a.advert_interval, b.advert_interval, then);
}

/// What makes one believe the other's adverts.
fn believing(pair: &mut Pair<'_, '_>, a: &Instance, b: &Instance) {
    if a.version == Version::V2 && b.version == Version::V2 && a.authentication != b.authentication {
        let kind = |i: &Instance| format!("{:?}", i.authentication);
        let (one, other) = (kind(a), kind(b));
        let values = if one == other { (one, format!("{other} with another password")) } else { (one, other) };
        pair.report("pair-authentication-differs", Severity::Error, &["authentication"], values, TWO_MASTERS);
    }
    if let Some(then) = signing(a, b).or_else(|| signing(b, a)) {
        let state =
            |i: &Instance| i.hmac.as_ref().map_or("no keys".to_owned(), |hmac| format!("key {} in use", hmac.active));
        pair.report("pair-hmac-differs", Severity::Error, &["auth_hmac"], (state(a), state(b)), &then);
    }
}

/// Why the second refuses what the first sends, if it does.
fn signing(from: &Instance, to: &Instance) -> Option<String> {
    let verifying = to.hmac.as_ref().filter(|hmac| hmac.mode == HmacMode::Enforce);
    let signed = from.hmac.as_ref().filter(|hmac| hmac.mode != HmacMode::ReceiveOnly);
    match (signed, &to.hmac, verifying) {
        (None, _, Some(_)) => Some("adverts without a signature are refused: both become master".to_owned()),
        (Some(_), None, _) => {
            Some("signed adverts are refused where no key is configured: both become master".to_owned())
        }
        (Some(signed), Some(known), _) => {
            let key = signed.keys.iter().find(|key| key.id == signed.active)?;
            let same = known.keys.iter().find(|other| other.id == key.id)?.secret == key.secret;
            (!same).then(|| {
                format!("key {} is another on the other side, its signatures are refused: both become master", key.id)
            })
        }
        (None, _, None) => None,
    }
}

fn transport(pair: &mut Pair<'_, '_>, a: &Instance, b: &Instance) {
    match (&a.unicast, &b.unicast) {
        (None, None) => {
            pair.same("pair-group-differs", Severity::Error, &["mcast_dst_ip"], a.group, b.group, TWO_MASTERS);
        }
        (Some(_), Some(_)) => {
            peer(pair, a, b, true);
            peer(pair, b, a, false);
        }
        (one, other) => {
            let word = |unicast: bool| if unicast { "unicast" } else { "multicast" }.to_owned();
            let values = (word(one.is_some()), word(other.is_some()));
            pair.report("pair-transport-differs", Severity::Error, &["unicast_peer"], values, TWO_MASTERS);
        }
    }
    if let (Some(one), Some(other)) = (a.source, b.source)
        && one == other
    {
        let keyword = if a.unicast.is_some() { "unicast_src_ip" } else { "mcast_src_ip" };
        let then = "each takes the adverts of the other for its own and ignores them: both become master";
        pair.report("pair-source-equal", Severity::Error, &[keyword], (one.to_string(), other.to_string()), then);
    }
}

/// Whether one sends to the other; known when the other says from where it sends.
fn peer(pair: &mut Pair<'_, '_>, from: &Instance, to: &Instance, is_first: bool) {
    let (Some(unicast), Some(source)) = (&from.unicast, to.source) else { return };
    if unicast.peers.iter().any(|peer| peer.address == source) {
        return;
    }
    let peers = listed(unicast.peers.iter().map(|peer| peer.address));
    let (sends, is) = (format!("sends to {peers}"), format!("is {source}"));
    let values = if is_first { (sends, is) } else { (is, sends) };
    let then = "it hears nothing from there: both become master";
    pair.report("pair-peer-missing", Severity::Error, &["unicast_peer"], values, then);
}

fn addresses(pair: &mut Pair<'_, '_>, a: &Instance, b: &Instance) {
    let list = |i: &Instance| i.addresses.iter().map(|address| address.prefix.address()).collect::<BTreeSet<IpAddr>>();
    let rest = |i: &Instance| i.excluded.iter().map(|address| address.prefix.address()).collect::<BTreeSet<IpAddr>>();
    for (keyword, one, other) in
        [("virtual_ipaddress", list(a), list(b)), ("virtual_ipaddress_excluded", rest(a), rest(b))]
    {
        if one == other {
            continue;
        }
        let only = |one: &BTreeSet<IpAddr>, other: &BTreeSet<IpAddr>| match listed(one.difference(other)) {
            text if text.is_empty() => "nothing more".to_owned(),
            text => format!("also {text}"),
        };
        let values = (only(&one, &other), only(&other, &one));
        let then = "an address that one side lacks is gone while that side is master";
        pair.report("pair-addresses-differ", Severity::Warning, &[keyword], values, then);
    }
}

fn groups(findings: &mut Findings<'_>, a: &Config, b: &Config, pairs: &Pairs<'_>) {
    let partner: BTreeMap<&Name, &Name> = pairs.iter().map(|(one, other)| (&other.name, &one.name)).collect();
    for one in &a.groups {
        let members: BTreeSet<&Name> = one.members.iter().collect();
        let in_words = |group: &SyncGroup| {
            group
                .members
                .iter()
                .map(|member| partner.get(member).copied().unwrap_or(member).clone())
                .collect::<BTreeSet<Name>>()
        };
        let other = b.groups.iter().find(|group| group.name == one.name);
        let other =
            other.or_else(|| b.groups.iter().find(|group| in_words(group).iter().any(|name| members.contains(name))));
        let theirs = other.map(&in_words).unwrap_or_default();
        if theirs.iter().collect::<BTreeSet<_>>() == members {
            continue;
        }
        let subject = format!("vrrp_sync_group {}: group", one.name);
        let then = "after a failure half of the group may be master here and half there";
        let place = |group: &SyncGroup| At::new("vrrp_sync_group", group.name.as_str()).keyword(&["group"]);
        let here = (place(one), listed(&members));
        match other {
            Some(group) => {
                let what = What { code: "pair-group-members-differ", subject: &subject, then };
                findings.differs(Severity::Warning, what, here, (place(group), listed(&theirs)));
            }
            None => {
                let message = format!("vrrp_sync_group {}: {} has no such group", one.name, findings.titles().1);
                let diagnostic =
                    Diagnostic::new("pair-group-members-differ", Severity::Warning, message).meanwhile(then);
                findings.push(Finding { diagnostic, a: Some(here), b: None });
            }
        }
    }
}

fn sync_daemons(findings: &mut Findings<'_>, a: Option<&SyncDaemon>, b: Option<&SyncDaemon>) {
    let words = |daemon: Option<&SyncDaemon>| match daemon {
        None => "no sync daemon".to_owned(),
        Some(daemon) => format!("id {}", daemon.id),
    };
    let same = match (a, b) {
        (Some(a), Some(b)) => (a.id, a.port, a.group) == (b.id, b.port, b.group),
        (a, b) => a.is_none() && b.is_none(),
    };
    if same {
        return;
    }
    let place = |daemon| (At::new("global_defs", "").keyword(&["lvs_sync_daemon"]), words(daemon));
    let then = "connections are not copied to the other side, and break when it takes over";
    let what = What { code: "pair-sync-daemon-differs", subject: "lvs_sync_daemon", then };
    findings.differs(Severity::Warning, what, place(a), place(b));
}

pub(super) fn listed<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}
