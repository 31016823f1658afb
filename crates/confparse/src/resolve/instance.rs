//! A virtual router from what was said of it: family, version, priority, interval, preemption; the rest has files of its own.
use super::addresses::{self, Around};
use super::{Placed, link, problem, secret, strict, trackers, unicast};
use crate::lower::global::Defaults;
use crate::lower::reader::Reader;
use crate::lower::vrrp::{Hooks, InstanceDraft};
use crate::span::Origin;
use model::config::plain::{GROUP_V4, GROUP_V6};
use model::config::vrrp::{Instance, Version, VirtualLinkKind};
use model::{Family, InterfaceName, Interval, Priority};
use std::net::IpAddr;

/// Finishes one instance; `None`, with a report, when it cannot run. `default_interface` holds what names no link.
pub(super) fn finish(
    reader: &mut Reader<'_>,
    mut draft: InstanceDraft,
    defaults: &Defaults,
    default_interface: Option<&InterfaceName>,
) -> Option<Placed<Instance>> {
    let place = draft.place;
    let (interface, vrid) = link::essentials(reader, &mut draft, default_interface)?;
    let family = family(&draft);
    let version = version(reader, &draft, family, defaults);
    let priority = priority(&draft);
    let is_strict = draft.strict.unwrap_or(defaults.strict);
    if is_strict {
        strict::enforce(reader, &mut draft, version, priority);
    }
    if !priority.is_owner() {
        secret::state_with_header(reader, &mut draft);
    }
    preemption(reader, &mut draft, priority);
    let around = Around { interface: &interface, family, version, strict: is_strict };
    let (addresses, excluded) = addresses::holdings(reader, &mut draft, &around);
    trackers::of_instance(reader, &mut draft, &interface, priority);
    promotion(reader, &draft);
    let source = of_family(reader, &draft, draft.source, family, "source address");
    let group = of_family(reader, &draft, draft.group, family, "multicast group");
    let old_checksum = draft.unicast.old_checksum;
    let unicast = unicast::resolve(reader, &mut draft, family, source, defaults);
    // Among peers no group is used, so that none makes a difference.
    let group = if unicast.is_some() { usual_group(family) } else { group.unwrap_or(default_group(family, defaults)) };
    let virtual_link = link::own(reader, &mut draft, family, vrid);
    let is_vmac = virtual_link.as_ref().is_some_and(|link| matches!(link.kind, VirtualLinkKind::Macvlan { .. }));
    let advert_interval = advert_interval(reader, &draft, version);
    let authentication = secret::authentication(reader, &draft, version, family);
    let hooks: Hooks = std::mem::take(&mut draft.hooks);
    let mut thing = Instance {
        family,
        vrf: draft.vrf.take().map(|(name, _)| name),
        transmit_base: draft.transmit_base || (is_vmac && unicast.is_some()),
        virtual_link,
        vmac_for_addresses: draft.vmac_for_addresses,
        version,
        priority,
        wants_master: draft.master.is_some(),
        advert_interval,
        preempt: draft.nopreempt.is_none(),
        preempt_delay: draft.preempt_delay.map_or(Interval::ZERO, |(delay, _)| delay),
        timer_expired_backup: timer_expired_backup(reader, &draft),
        unicast,
        track_source: track_source(reader, &draft, source),
        old_checksum,
        hmac: secret::hmac(reader, &mut draft, advert_interval),
        receive_buffer: draft.receive_buffer,
        promote_secondaries: draft.promote_secondaries.is_some() && !is_vmac,
        authentication,
        addresses,
        excluded,
        routes: std::mem::take(&mut draft.routes),
        rules: std::mem::take(&mut draft.rules),
        source,
        group,
        ignore_own_link: draft.ignore_own_link,
        notify: hooks.judged(reader, defaults.webhook.as_ref()),
        ..Instance::plain(draft.name.clone(), interface, vrid)
    };
    inherit(&mut thing, &draft, defaults, is_strict);
    trackers::put(draft.trackers, &mut thing);
    Some(Placed { thing, place })
}

fn usual_group(family: Family) -> IpAddr {
    match family {
        Family::V4 => IpAddr::V4(GROUP_V4),
        Family::V6 => IpAddr::V6(GROUP_V6),
    }
}

const fn default_group(family: Family, defaults: &Defaults) -> IpAddr {
    match family {
        Family::V4 => defaults.group4,
        Family::V6 => defaults.group6,
    }
}

/// What the whole daemon decides where the instance does not.
fn inherit(thing: &mut Instance, draft: &InstanceDraft, defaults: &Defaults, strict: bool) {
    thing.down_timer_adverts = down_timer_adverts(draft, defaults, strict);
    thing.strict = strict;
    thing.accept = draft.accept.unwrap_or(true);
    thing.owner_ignore_adverts = draft.owner_ignore_adverts.unwrap_or(defaults.owner_ignore_adverts);
    thing.checksum_as_v2 = draft.checksum_as_v2.unwrap_or(defaults.checksum_as_v2);
    thing.announce = draft.announce.over(&defaults.announce);
    thing.lower_prio_no_advert = draft.lower_prio_no_advert.unwrap_or(defaults.lower_prio_no_advert);
    thing.higher_prio_send_advert = higher_prio_send_advert(draft, defaults, strict);
    thing.skip_check_adv_addr = draft.skip_check_adv_addr.unwrap_or(defaults.skip_check_adv_addr);
    thing.notify_priority_changes = draft.notify_priority_changes.unwrap_or(defaults.notify_priority_changes);
    thing.smtp_alert = draft.smtp_alert.or(defaults.vrrp_mail).or(defaults.mail).unwrap_or(false);
}

/// Three in strict mode, whatever the default.
fn down_timer_adverts(draft: &InstanceDraft, defaults: &Defaults, strict: bool) -> u8 {
    let usual = if strict { 3 } else { defaults.down_timer_adverts };
    draft.down_timer_adverts.map_or(usual, |(adverts, _)| adverts)
}

fn higher_prio_send_advert(draft: &InstanceDraft, defaults: &Defaults, strict: bool) -> bool {
    draft.higher_prio_send_advert.map_or(defaults.higher_prio_send_advert && !strict, |(on, _)| on)
}

/// Who preempts needs no such care: it takes over again anyway.
fn timer_expired_backup(reader: &mut Reader<'_>, draft: &InstanceDraft) -> Option<Priority> {
    let (peer, place) = draft.timer_expired_backup?;
    if draft.nopreempt.is_some() {
        return Some(peer);
    }
    let found = problem("timer-expired-ignored", "timer_expired_backup needs nopreempt", place, "of no use here");
    reader.report(found.meanwhile("the line is ignored"));
    None
}

fn track_source(reader: &mut Reader<'_>, draft: &InstanceDraft, source: Option<IpAddr>) -> bool {
    let Some(place) = draft.track_source else { return false };
    if source.is_none() {
        let message = format!("{} has no source address that could be tracked", draft.name);
        let found = problem("track-source-ignored", message, place, "of no use here").meanwhile("the line is ignored");
        reader.report(found.help("write mcast_src_ip ADDRESS, or unicast_src_ip ADDRESS"));
    }
    source.is_some()
}

fn promotion(reader: &mut Reader<'_>, draft: &InstanceDraft) {
    let is_vmac =
        draft.link.as_ref().is_some_and(|link| matches!(link.kind, crate::lower::vrrp::LinkKind::Macvlan { .. }));
    if let Some(place) = draft.promote_secondaries.filter(|_| is_vmac) {
        reader.report(
            problem("promote-secondaries-ignored", "use_vmac promotes secondaries anyway", place, "of no use here")
                .meanwhile("the line is ignored"),
        );
    }
}

/// That of the first thing that has one, else of the first excluded address, else IPv4.
fn family(draft: &InstanceDraft) -> Family {
    let first = || draft.excluded.first().map(|line| line.prefix.family());
    draft.family.map(|(family, _)| family).or_else(first).unwrap_or(Family::V4)
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
