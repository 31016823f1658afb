//! What must hold of one router: its kernel, what it publishes, what it reports, and that it is on time.
use super::orders::overdue;
use super::{Checked, Found, Rule, unsteady};
use crate::node::Node;
use crate::scenario::config::keys;
use crate::truth::{longest_skew, master_down};
use crate::watch::Compared;
use crate::world::{KERNEL_GRACE, World};
use model::config::vrrp::Instance;
use model::holdings::AddressKey;
use model::state::vrrp::{self as state, RouterState};
use model::{Instant, Interval, limits};
use std::collections::{BTreeMap, BTreeSet};
use vrrp::effect::Report;

/// From the order to stop to the end, beyond the time that a successor has: kernel and threads.
const LEAVING: Interval = Interval::from_millis(100);

/// Checks one router as it is now.
pub(crate) fn router(world: &mut World, router: usize) -> Checked {
    let now = world.now;
    let Some(node) = world.nodes.get_mut(router) else { return Ok(()) };
    if !node.runs() || node.frozen_until.is_some() {
        return Ok(());
    }
    let changed = has_changed(node, now);
    let found = if changed { strays(node, now).or_else(|| missing(node, now)) } else { None };
    let found = found.or_else(|| silent(node, now)).or_else(|| late(node, now)).or_else(|| stays(node, now));
    let name = node.name.clone();
    world.surveyed &= !changed;
    found.map_or(Ok(()), |(rule, text)| Err(world.violation(rule, format!("{name}: {text}"))))
}

/// Whether addresses have to be compared again. While something is wrong, or may be right only for a time, always.
fn has_changed(node: &mut Node, now: Instant) -> bool {
    let instances: Vec<_> =
        node.view.instances.iter().map(|seen| (seen.state, seen.holds_addresses, seen.effective_priority)).collect();
    let passing = instances.iter().any(|(state, holds, _)| match state {
        RouterState::Init => true,
        RouterState::Backup | RouterState::Releasing => *holds,
        RouterState::Master | RouterState::Fault | RouterState::Stopped => false,
    });
    let wrong = !node.watch.strays.is_empty() || !node.watch.missing.is_empty();
    let sure = !instances.is_empty() && !passing && !wrong && !unsteady(node, now);
    let next = sure.then_some(Compared { kernel: node.machine().version(), instances });
    let same = next.is_some() && node.watch.compared == next;
    node.watch.compared = next;
    !same
}

/// Addresses that no state permits, for longer than the kernel takes.
fn strays(node: &mut Node, now: Instant) -> Found {
    let there = node.machine().virtual_addresses().clone();
    let permitted: BTreeSet<_> = there.iter().filter(|key| is_permitted(node, key, now)).cloned().collect();
    node.watch.strays.retain(|key, _| there.contains(key) && !permitted.contains(key));
    let grace = KERNEL_GRACE + node.slack();
    for key in there.difference(&permitted) {
        let since = *node.watch.strays.entry(key.clone()).or_insert(now);
        if now.since(since) > grace {
            let text = format!("{} is still there after {}: {}", key.prefix, now.since(since), owner(node, key));
            return Some((Rule::Held, text));
        }
    }
    None
}

fn owner(node: &Node, key: &AddressKey) -> String {
    match configured(node, key) {
        Some((_, seen)) => format!("{} is {:?}", seen.name, seen.state),
        None => "no instance has it".to_owned(),
    }
}

fn configured<'a>(node: &'a Node, key: &AddressKey) -> Option<(&'a Instance, &'a state::Instance)> {
    let of_key = |seen: &&state::Instance| seen.interface == key.interface && seen.addresses.contains(&key.prefix);
    let seen = node.view.instances.iter().find(of_key)?;
    let instance = node.config.instances.iter().find(|instance| instance.name == seen.name)?;
    Some((instance, seen))
}

fn is_permitted(node: &Node, key: &AddressKey, now: Instant) -> bool {
    let grace = KERNEL_GRACE + node.slack();
    if node.watch.unknown.contains(key) {
        return true;
    }
    if node.view.instances.is_empty() && !node.config.instances.is_empty() {
        // Not configured yet.
        return now.since(node.started_at) <= Interval::from_millis(20) + grace;
    }
    let Some((instance, seen)) = configured(node, key) else {
        // A reload in that window may take an address out of the configuration.
        let window = node.config.instances.iter().map(master_down).max().unwrap_or_default().scaled(2, 1);
        return node.watch.leftovers.contains(key) && now.since(node.started_at) <= window + grace;
    };
    // The documented window: what a crash left behind may stay while its instance hopes to resume.
    let window = master_down(instance) + Interval::from_millis(20) + grace;
    match seen.state {
        RouterState::Master | RouterState::Releasing => true,
        RouterState::Init => now.since(node.started_at) <= window,
        RouterState::Backup => seen.holds_addresses && now.since(resumed_at(node, seen)) <= window,
        RouterState::Fault | RouterState::Stopped => false,
    }
}

/// When it began to resume; a daemon that was frozen begins again, because its master may have spoken meanwhile.
fn resumed_at(node: &Node, seen: &state::Instance) -> Instant {
    let began = node.global(seen.since);
    node.watch.slept_at.map_or(began, |slept| began.max(slept))
}

/// Addresses that are published as held and are not in the kernel, for longer than it takes.
fn missing(node: &mut Node, now: Instant) -> Found {
    if unsteady(node, now) {
        node.watch.missing.clear();
        return None;
    }
    let there = node.machine().virtual_addresses();
    let guarded = |instance: &Instance| instance.addresses.iter().all(|address| !address.no_track);
    let mut wrong = BTreeSet::new();
    // One that hands over on a link that was taken away ends anyway, when its time is up.
    let ends = |seen: &state::Instance| seen.state == RouterState::Releasing && !node.machine().exists(&seen.interface);
    for seen in node.view.instances.iter().filter(|seen| seen.holds_addresses && !ends(seen)) {
        let instance = node.config.instances.iter().find(|i| i.name == seen.name && guarded(i));
        let absent =
            instance.and_then(|i| keys(i).find(|key| !there.contains(key) && seen.addresses.contains(&key.prefix)));
        if let Some(key) = absent {
            wrong.insert((seen.name.clone(), key));
        }
    }
    node.watch.missing.retain(|name, _| wrong.iter().any(|(other, _)| other == name));
    for (name, key) in wrong {
        let since = *node.watch.missing.entry(name.clone()).or_insert(now);
        if now.since(since) > KERNEL_GRACE + node.slack() {
            let text = format!("{name} is said to hold {}, which is not there for {}", key.prefix, now.since(since));
            return Some((Rule::Published, text));
        }
    }
    None
}

/// Remembers addresses that have just come to the kernel of a running daemon.
pub(crate) fn came(world: &mut World, router: usize, before: &BTreeSet<AddressKey>) {
    let now = world.now;
    let Some(node) = world.nodes.get_mut(router).filter(|node| node.runs()) else { return };
    let new: Vec<_> = node.machine().virtual_addresses().difference(before).cloned().collect();
    node.watch.unannounced.extend(new.into_iter().map(|key| (key, now)));
}

/// Addresses that came to a master and that nobody was told of, for longer than it takes.
fn silent(node: &mut Node, now: Instant) -> Found {
    let there = node.machine().virtual_addresses();
    let of_master = |key: &AddressKey| {
        // An unguarded address that was taken away comes back, unheard of, with the next order for its instance.
        let guarded = |instance: &Instance| instance.addresses.iter().all(|address| !address.no_track);
        let master = configured(node, key).is_some_and(|(i, seen)| seen.state == RouterState::Master && guarded(i));
        master && there.contains(key) && node.machine().is_running(&key.interface)
    };
    let owed: BTreeMap<_, _> =
        node.watch.unannounced.iter().filter(|(key, _)| of_master(key)).map(|(k, at)| (k.clone(), *at)).collect();
    let grace = KERNEL_GRACE + node.slack();
    let late = owed.iter().find(|(_, at)| now.since(**at) > grace);
    let found = late.map(|(key, at)| {
        (Rule::Announced, format!("{} came {} ago and was not announced", key.prefix, now.since(*at)))
    });
    node.watch.unannounced = owed;
    found
}

/// Adverts that should have been sent by now.
fn late(node: &Node, now: Instant) -> Found {
    let masters = node.view.instances.iter().filter(|seen| seen.state == RouterState::Master);
    masters.filter_map(|seen| Some((seen, *node.watch.adverts.get(&seen.name)?))).find_map(|(seen, last)| {
        let audible = node.machine().is_audible(&seen.interface);
        if audible { overdue(seen, last, now, node.slack()) } else { None }
    })
}

/// A daemon that was asked to stop and does not leave. The longest wait is the successor's skew; a successor that has
/// spoken is given some time more.
fn stays(node: &Node, now: Instant) -> Found {
    let since = node.stopping_since?.max(node.started_at);
    let wait = node.config.instances.iter().map(longest_skew).max().unwrap_or_default();
    let bound = wait + limits::RELEASE_MARGIN + limits::RELEASE_LINGER + LEAVING + node.slack();
    let overdue = now.since(since) > bound;
    overdue.then(|| (Rule::Leaves, format!("asked to stop {} ago and still there", now.since(since))))
}

/// Checks a daemon that has just left.
pub(crate) fn left(world: &World, router: usize) -> Checked {
    let Some(node) = world.nodes.get(router) else { return Ok(()) };
    let untold =
        node.watch.reported.iter().find(|(_, state)| !matches!(state, RouterState::Stopped | RouterState::Init));
    if let Some((name, state)) = untold {
        let text = format!("{}: the daemon left and {name} was last reported {state:?}", node.name);
        return Err(world.violation(Rule::Reported, text));
    }
    let mine: BTreeSet<_> = node.config.instances.iter().flat_map(keys).collect();
    let there = node.machine().virtual_addresses();
    let forgotten = there.iter().find(|key| mine.contains(key));
    forgotten.map_or(Ok(()), |key| {
        let text = format!("{}: the daemon left and {} is still there", node.name, key.prefix);
        Err(world.violation(Rule::Held, text))
    })
}

/// Checks that a report follows the one before it.
pub(crate) fn reported(world: &mut World, router: usize, report: &Report) -> Checked {
    let Some(node) = world.nodes.get_mut(router) else { return Ok(()) };
    let (instance, from, to) = match report {
        Report::Moved { instance, from, to, .. } => (instance, *from, *to),
        Report::Removed { instance, .. } => {
            node.watch.reported.remove(instance);
            return Ok(());
        }
        _ => return Ok(()),
    };
    let before = node.watch.reported.insert(instance.clone(), to).unwrap_or_default();
    // The move from MASTER to RELEASING is not told by itself.
    let hidden = from == RouterState::Releasing && matches!(before, RouterState::Master);
    if from == before || hidden {
        return Ok(());
    }
    let text = format!("{}: {instance} reports {from:?} -> {to:?}, before it reported {before:?}", node.name);
    Err(world.violation(Rule::Reported, text))
}
