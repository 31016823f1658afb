//! A virtual router from what was said of it: family, version, priority, interval, authentication, addresses.
use super::{Placed, problem};
use crate::lower::AddressLine;
use crate::lower::global::Defaults;
use crate::lower::reader::Reader;
use crate::lower::vrrp::InstanceDraft;
use crate::span::Origin;
use model::config::vrrp::{Authentication, Instance, Version, VirtualAddress};
use model::{Family, InterfaceName, Interval, Priority, limits};
use std::collections::HashMap;
use std::net::IpAddr;

/// Finishes one instance; `None`, with a report, when it cannot run.
pub(crate) fn finish(
    reader: &mut Reader<'_>,
    mut draft: InstanceDraft,
    defaults: &Defaults,
) -> Option<Placed<Instance>> {
    let place = draft.place;
    let (interface, vrid) = essentials(reader, &draft)?;
    let family = family(&draft);
    let version = version(reader, &draft, family, defaults);
    let priority = priority(&draft);
    preemption(reader, &mut draft, priority);
    let (addresses, excluded) = holdings(reader, &mut draft, &interface, family, version, defaults);
    trackers(reader, &mut draft, &interface, priority);
    unicast(reader, &draft);
    strictness(reader, &mut draft, priority, defaults);
    if let Some(place) = draft.promote_secondaries.filter(|_| draft.virtual_link) {
        reader.report(
            problem("promote-secondaries-ignored", "use_vmac promotes secondaries anyway", place, "of no use here")
                .meanwhile("the line is ignored"),
        );
    }
    let thing = Instance {
        family,
        version,
        priority,
        wants_master: draft.master.is_some(),
        advert_interval: advert_interval(reader, &draft, version),
        preempt: draft.nopreempt.is_none(),
        preempt_delay: draft.preempt_delay.map_or(Interval::ZERO, |(delay, _)| delay),
        down_timer_adverts: draft.down_timer_adverts.unwrap_or(defaults.down_timer_adverts),
        authentication: authentication(reader, &draft, version),
        addresses,
        excluded,
        source: of_family(reader, &draft, draft.source, family, "source address"),
        group: of_family(reader, &draft, draft.group, family, "multicast group").unwrap_or(match family {
            Family::V4 => defaults.group4,
            Family::V6 => defaults.group6,
        }),
        track_interfaces: draft.track_interfaces.into_iter().map(|(line, _)| line).collect(),
        track_scripts: draft.track_scripts.into_iter().map(|(line, _)| line).collect(),
        ignore_own_link: draft.ignore_own_link,
        announce: draft.announce.over(&defaults.announce),
        lower_prio_no_advert: draft.lower_prio_no_advert.unwrap_or(defaults.lower_prio_no_advert),
        higher_prio_send_advert: draft.higher_prio_send_advert.unwrap_or(defaults.higher_prio_send_advert),
        skip_check_adv_addr: draft.skip_check_adv_addr.unwrap_or(defaults.skip_check_adv_addr),
        notify_priority_changes: draft.notify_priority_changes.unwrap_or(defaults.notify_priority_changes),
        notify: draft.hooks.judged(reader),
        ..Instance::plain(draft.name, interface, vrid)
    };
    Some(Placed { thing, place })
}

/// Link and identifier, without which nothing can be sent.
fn essentials(reader: &mut Reader<'_>, draft: &InstanceDraft) -> Option<(InterfaceName, model::Vrid)> {
    let skipped = format!("instance {} is skipped", draft.name);
    if draft.vrid.is_none() {
        reader.report(
            problem(
                "vrid-missing",
                format!("{} has no usable virtual_router_id", draft.name),
                draft.place,
                "needs a number",
            )
            .meanwhile(skipped.clone())
            .help("write virtual_router_id NUMBER, 1 to 255, the same on all directors of this virtual router"),
        );
    }
    if draft.interface.is_none() {
        reader.report(
            problem(
                "interface-missing",
                format!("{} has no usable interface", draft.name),
                draft.place,
                "needs a link",
            )
            .meanwhile(skipped),
        );
    }
    Some((draft.interface.as_ref()?.0.clone(), draft.vrid?.0))
}

/// The family of the first advertised address, else of the first excluded one, else IPv4.
fn family(draft: &InstanceDraft) -> Family {
    if draft.native_ipv6 {
        return Family::V6;
    }
    let first = draft.addresses.first().or(draft.excluded.first());
    first.map_or(Family::V4, |line| line.prefix.family())
}

fn version(reader: &mut Reader<'_>, draft: &InstanceDraft, family: Family, defaults: &Defaults) -> Version {
    match (draft.version, family) {
        (Some((Version::V2, place)), Family::V6) => {
            reader.report(
                problem("version-2-with-ipv6", "version 2 cannot carry IPv6 addresses", place, "this is version 2")
                    .meanwhile(format!("{} uses version 3", draft.name)),
            );
            Version::V3
        }
        (Some((version, _)), _) => version,
        (None, Family::V6) => Version::V3,
        (None, Family::V4) => defaults.version,
    }
}

const fn priority(draft: &InstanceDraft) -> Priority {
    match (draft.priority, draft.master) {
        (Some((priority, _)), _) => priority,
        (None, Some(_)) => Priority::OWNER,
        (None, None) => Priority::DEFAULT,
    }
}

/// `state MASTER` and priority 255 contradict waiting for another master.
fn preemption(reader: &mut Reader<'_>, draft: &mut InstanceDraft, priority: Priority) {
    let reason = match draft.master {
        Some(place) => Some((place, "state MASTER")),
        None if priority.is_owner() => draft.priority.map(|(_, place)| (place, "priority 255")),
        None => None,
    };
    if let (Some(place), Some((because, what))) = (draft.nopreempt, reason) {
        reader.report(
            problem("nopreempt-ignored", format!("nopreempt contradicts {what}"), place, "cannot be both")
                .with(because, "")
                .meanwhile(format!("{} takes over from a weaker master", draft.name)),
        );
        draft.nopreempt = None;
    }
    let waits = draft.preempt_delay.filter(|(delay, _)| !delay.is_zero());
    let reason = match (draft.master, draft.nopreempt) {
        (Some(place), _) => Some((place, "state MASTER")),
        (None, Some(place)) => Some((place, "nopreempt")),
        (None, None) => None,
    };
    if let (Some((_, place)), Some((because, what))) = (waits, reason) {
        reader.report(
            problem("preempt-delay-ignored", format!("preempt_delay contradicts {what}"), place, "cannot be both")
                .with(because, "")
                .meanwhile("preempt_delay is ignored"),
        );
        draft.preempt_delay = None;
    }
}

/// Whole seconds in version 2, hundredths up to 40.95 s in version 3 (RFC 9568 section 5.2.7).
fn advert_interval(reader: &mut Reader<'_>, draft: &InstanceDraft, version: Version) -> Interval {
    let Some((centis, place)) = draft.advert_interval else { return Interval::from_secs(1) };
    let (used, expected) = match version {
        Version::V2 => ((centis.saturating_add(50) / 100).clamp(1, 255) * 100, "whole seconds, 1 to 255, in version 2"),
        Version::V3 => (centis.min(4095), "0.01 to 40.95 s in version 3"),
    };
    let interval = Interval::from_centis(used);
    if used != centis {
        let said = format!("this is {}", Interval::from_centis(centis));
        let mut found = problem("advert-interval-for-version", format!("advert_int is {expected}"), place, &said)
            .meanwhile(format!("{} sends adverts every {interval}", draft.name));
        if version == Version::V2 {
            found = found.help("all directors must agree; use version 3 for shorter intervals");
        }
        reader.report(found);
    }
    interval
}

fn authentication(reader: &mut Reader<'_>, draft: &InstanceDraft, version: Version) -> Authentication {
    let said = &draft.authentication;
    let Some((kind, place)) = said.kind else { return Authentication::None };
    if version == Version::V3 {
        let message = "version 3 has no authentication";
        reader.report(
            problem("authentication-in-version-3", message, said.place.unwrap_or(place), "version 2 only")
                .meanwhile(format!("{} sends adverts without it", draft.name)),
        );
        return Authentication::None;
    }
    let Some((password, _)) = &said.password else {
        reader.report(
            problem("password-missing", "authentication has no auth_pass", place, "needs a password")
                .meanwhile(format!("{} sends adverts without authentication", draft.name)),
        );
        return Authentication::None;
    };
    if kind == "AH" {
        if let Some(because) = draft.master.filter(|_| !priority(draft).is_owner()) {
            let message = "AH authentication needs a start as backup";
            let found = problem("state-with-ah", message, because, "state MASTER contradicts it");
            reader.report(found.with(place, "AH is chosen here").meanwhile(format!("{} starts as backup", draft.name)));
        }
        reader.without_effect("auth_type AH", place);
        return Authentication::None;
    }
    let mut padded = [0; 8];
    for (to, from) in padded.iter_mut().zip(password) {
        *to = *from;
    }
    Authentication::Password(padded)
}

/// An address that agrees with the family of the instance.
fn of_family(
    reader: &mut Reader<'_>,
    draft: &InstanceDraft,
    said: Option<(IpAddr, Origin)>,
    family: Family,
    what: &str,
) -> Option<IpAddr> {
    let (address, place) = said?;
    if Family::of(address) == family {
        return Some(address);
    }
    let message = format!("{} is {family}, so its {what} is too", draft.name);
    reader.report(
        problem("mixed-families", message, place, &format!("this is {}", Family::of(address)))
            .meanwhile("the line is ignored"),
    );
    None
}

/// Advertised and excluded addresses, with links filled in and what cannot be held taken out.
fn holdings(
    reader: &mut Reader<'_>,
    draft: &mut InstanceDraft,
    interface: &InterfaceName,
    family: Family,
    version: Version,
    defaults: &Defaults,
) -> (Vec<VirtualAddress>, Vec<VirtualAddress>) {
    let mut seen: HashMap<IpAddr, Origin> = HashMap::new();
    let mut addresses = Vec::new();
    let mut excluded = Vec::new();
    for line in std::mem::take(&mut draft.addresses) {
        if line.prefix.family() != family {
            wrong_family(reader, draft, &line, family);
        } else if !duplicate(reader, draft, &mut seen, &line) {
            addresses.push(virtual_address(line, interface));
        }
    }
    for line in std::mem::take(&mut draft.excluded) {
        if !duplicate(reader, draft, &mut seen, &line) {
            excluded.push(virtual_address(line, interface));
        }
    }
    if addresses.len() > limits::ADVERT_ADDRESSES {
        too_many(reader, draft, addresses.len());
        let surplus = addresses.split_off(limits::ADVERT_ADDRESSES);
        excluded.splice(0..0, surplus);
    }
    if addresses.is_empty() {
        without_addresses(reader, draft, family, version, defaults);
    }
    (addresses, excluded)
}

fn virtual_address(line: AddressLine, own: &InterfaceName) -> VirtualAddress {
    VirtualAddress {
        broadcast: line.broadcast,
        scope: line.scope,
        label: line.label,
        no_track: line.no_track,
        ..VirtualAddress::plain(line.prefix, line.interface.unwrap_or_else(|| own.clone()))
    }
}

fn wrong_family(reader: &mut Reader<'_>, draft: &InstanceDraft, line: &AddressLine, family: Family) {
    let message = format!("{} is {family}, so its addresses are too", draft.name);
    reader.report(
        problem("mixed-families", message, line.place, &format!("this is {}", line.prefix.family()))
            .meanwhile("the address is ignored")
            .help("put it into virtual_ipaddress_excluded, or into an instance of its own"),
    );
}

fn duplicate(
    reader: &mut Reader<'_>,
    draft: &InstanceDraft,
    seen: &mut HashMap<IpAddr, Origin>,
    line: &AddressLine,
) -> bool {
    let address = line.prefix.address();
    let Some(before) = seen.get(&address).copied() else {
        seen.insert(address, line.place);
        return false;
    };
    reader.report(
        problem("duplicate-address", format!("{} lists {address} twice", draft.name), line.place, "second time")
            .with(before, "first time")
            .meanwhile("the second line is ignored"),
    );
    true
}

fn too_many(reader: &mut Reader<'_>, draft: &InstanceDraft, count: usize) {
    let most = limits::ADVERT_ADDRESSES;
    let message = format!("{} has {count} addresses, and an advert carries {most}", draft.name);
    reader.report(
        problem("too-many-addresses", message, draft.place, "too many addresses")
            .meanwhile("the rest is held and not advertised")
            .help("put most of them into virtual_ipaddress_excluded"),
    );
}

fn without_addresses(
    reader: &mut Reader<'_>,
    draft: &InstanceDraft,
    family: Family,
    version: Version,
    defaults: &Defaults,
) {
    let needed = version == Version::V3 || family == Family::V6 || draft.strict.unwrap_or(defaults.strict);
    if draft.no_addresses && !needed {
        return;
    }
    let found = problem("no-addresses", format!("{} has no address", draft.name), draft.place, "nothing to hold")
        .meanwhile("it takes part in elections and holds nothing advertised");
    reader.report(if needed {
        found.help("version 3 and strict mode demand an address; keepalived does not start without one")
    } else {
        found.help("say no_virtual_ipaddress if that is intended")
    });
}

fn trackers(reader: &mut Reader<'_>, draft: &mut InstanceDraft, interface: &InterfaceName, priority: Priority) {
    let name = draft.name.clone();
    draft.track_interfaces.retain(|(line, place)| {
        if line.interface != *interface {
            return true;
        }
        reader.report(
            problem("tracks-own-interface", format!("{name} tracks its own interface"), *place, "followed anyway")
                .meanwhile("the line is ignored"),
        );
        false
    });
    if !priority.is_owner() {
        return;
    }
    let mut weighted = |what: &str, points: i16, place: Origin| {
        if points == 0 {
            return true;
        }
        let message = format!("{name} has priority 255, which no weight can change");
        reader.report(
            problem("owner-with-weight", message, place, "has a weight").meanwhile(format!("{what} is not tracked")),
        );
        false
    };
    draft.track_scripts.retain(|(line, place)| weighted(line.script.as_str(), line.weight.points, *place));
    draft.track_interfaces.retain(|(line, place)| weighted(line.interface.as_str(), line.weight.points, *place));
}

fn unicast(reader: &mut Reader<'_>, draft: &InstanceDraft) {
    let Some(place) = draft.unicast.filter(|_| !draft.peers) else { return };
    reader.report(
        problem("unicast-without-peers", format!("{} has no unicast peer", draft.name), place, "a word of unicast")
            .meanwhile("adverts go to the multicast group")
            .help("list the other directors in unicast_peer { }"),
    );
}

/// What strict mode refuses, as far as it can be seen in the text.
fn strictness(reader: &mut Reader<'_>, draft: &mut InstanceDraft, priority: Priority, defaults: &Defaults) {
    if !draft.strict.unwrap_or(defaults.strict) {
        return;
    }
    let strict = |message: &str, place| problem("not-strict", message, place, "against the letter of the RFC");
    if let Some(place) = draft.master.filter(|_| !priority.is_owner()) {
        reader.report(
            strict("strict mode: state MASTER belongs to priority 255", place).meanwhile("it starts as backup"),
        );
    }
    if let Some((_, place)) = draft.authentication.kind.take() {
        reader.report(strict("strict mode: there is no authentication", place).meanwhile("adverts carry none"));
    }
    if let Some((_, place)) = draft.preempt_delay.take() {
        reader.report(strict("strict mode: there is no preempt_delay", place).meanwhile("preempt_delay is ignored"));
    }
}
