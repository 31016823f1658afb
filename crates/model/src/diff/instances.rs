//! What a reload does to virtual routers, their groups and scripts: what `vrrp::Router` and the script runner do, in words.
use super::{Change, Identified, InstanceKey, Plan, Sides, Subject, What, fields, identify, listed};
use crate::config::track::Script;
use crate::config::vrrp::{Instance, SyncGroup, Version};
use crate::holdings::AddressKey;
use crate::{Interval, Name};
use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Compares by link, id and family. An instance whose name comes back under another key is one that moves.
pub(super) fn compare(plan: &mut Plan, old: &[Instance], new: &[Instance], groups: &[SyncGroup]) {
    let were = identify(&[], old);
    let are = identify(&were, new);
    let before: BTreeMap<&InstanceKey, &Instance> = were.iter().map(|(key, instance)| (key, *instance)).collect();
    let after: BTreeSet<&InstanceKey> = are.iter().map(|(key, _)| key).collect();
    let gone: Vec<&Instance> = were.iter().filter(|(key, _)| !after.contains(key)).map(|(_, i)| *i).collect();
    let moving: BTreeMap<&Name, &Instance> = gone.iter().map(|instance| (&instance.name, *instance)).collect();
    let is_new = |(key, _): &&Identified<'_>| !before.contains_key(key);
    let arriving: BTreeSet<&Name> = are.iter().filter(is_new).map(|(_, instance)| &instance.name).collect();
    for instance in gone.iter().filter(|instance| !arriving.contains(&instance.name)) {
        let subject = Subject::Instance { name: instance.name.clone(), before: None };
        plan.changes.push(Change { subject, what: What::Removed, effects: effects_of_removal(instance) });
    }
    for (key, instance) in &are {
        let name = instance.name.clone();
        match (before.get(key), moving.get(&instance.name)) {
            (Some(known), _) if *known == *instance => {}
            (Some(known), _) => {
                let before = (known.name != name).then(|| known.name.clone());
                let changes = fields::of_instance(known, instance);
                plan.changed(Subject::Instance { name, before }, changes, || effects_of_change(known, instance));
            }
            (None, Some(known)) => {
                let changes = fields::of_instance(known, instance);
                plan.changed(Subject::Instance { name, before: None }, changes, || {
                    effects_of_move(known, instance, groups)
                });
            }
            (None, None) => {
                let effects = effects_of_addition(instance, groups);
                let subject = Subject::Instance { name, before: None };
                plan.changes.push(Change { subject, what: What::Added, effects });
            }
        }
    }
}

fn effects_of_addition(instance: &Instance, groups: &[SyncGroup]) -> Vec<String> {
    let mut effects = alloc::vec![beginning(instance, groups)];
    if !instance.track_scripts.is_empty() {
        let scripts = listed(instance.track_scripts.iter().map(|tracked| &tracked.script));
        effects.push(format!("waits in INIT for the first result of {scripts}"));
    }
    effects
}

fn effects_of_removal(instance: &Instance) -> Vec<String> {
    let within = whole_millis(instance.version.skew(1, instance.advert_interval));
    let mut effects =
        alloc::vec![format!("a master leaves with priority 0, so that another router takes over within {within}")];
    let addresses = listed(addresses_of(instance).iter().map(|key| key.prefix));
    if !addresses.is_empty() {
        effects.push(format!("a master removes {addresses}"));
    }
    effects
}

fn effects_of_move(old: &Instance, new: &Instance, groups: &[SyncGroup]) -> Vec<String> {
    let what = if old.interface != new.interface {
        format!("interface changes from {} to {}", old.interface, new.interface)
    } else if old.vrid != new.vrid {
        format!("virtual router id changes from {} to {}", old.vrid, new.vrid)
    } else if old.family == new.family {
        "it speaks to other routers".to_owned()
    } else {
        format!("family changes from {} to {}", old.family, new.family)
    };
    let mut effects = alloc::vec![format!("{what}: that is another virtual router, it leaves and starts anew")];
    effects.extend(effects_of_removal(old));
    effects.push(beginning(new, groups));
    effects
}

/// How an instance begins: an owner as master, any other listens for as long as a master may be silent.
fn beginning(instance: &Instance, groups: &[SyncGroup]) -> String {
    let group = groups.iter().find(|group| group.members.contains(&instance.name));
    match group {
        Some(group) if instance.priority.is_owner() => return format!("begins together with its group {}", group.name),
        None if instance.priority.is_owner() => {
            return "becomes master at once, because it owns its addresses".to_owned();
        }
        Some(_) | None => {}
    }
    format!("starts as backup: up to {} without a master when no other router is there", master_down(instance))
}

/// How long a backup waits for adverts.
fn master_down(instance: &Instance) -> Interval {
    let Instance { version, priority, advert_interval, down_timer_adverts, .. } = instance;
    whole_millis(version.master_down(*down_timer_adverts, priority.get(), *advert_interval))
}

/// Rounded up, for readers.
fn whole_millis(interval: Interval) -> Interval {
    Interval::from_millis(interval.as_nanos().div_ceil(1_000_000))
}

fn addresses_of(instance: &Instance) -> BTreeSet<AddressKey> {
    instance.addresses.iter().chain(&instance.excluded).map(AddressKey::of).collect()
}

/// What changes for an instance that stays.
fn effects_of_change(old: &Instance, new: &Instance) -> Vec<String> {
    let mut effects = alloc::vec!["keeps its state".to_owned()];
    let mut say = |holds: bool, text: String| effects.extend(holds.then_some(text));
    say(old.name != new.name, format!("is called {} in place of {} from now on", new.name, old.name));
    say(
        old.priority != new.priority,
        format!("a master says at once that its priority is {}, a backup uses it from now on", new.priority.get()),
    );
    let (before, after) = (addresses_of(old), addresses_of(new));
    let on = |keys: Vec<&AddressKey>| listed(keys.iter().map(|key| format!("{} on {}", key.prefix, key.interface)));
    let (added, removed) = (on(after.difference(&before).collect()), on(before.difference(&after).collect()));
    say(!added.is_empty(), format!("a master adds {added} and announces it"));
    say(!removed.is_empty(), format!("a master removes {removed}"));
    let options = other_options(old, new);
    say(!options.is_empty(), format!("{options} stays as it is; its new options count when it is next added"));
    say(old.advert_interval != new.advert_interval, interval_text(old, new));
    let stranger =
        "until the other routers of it change too, each side refuses the other's adverts and both become master";
    say(old.version != new.version, format!("version {}: {stranger}", new.version.number()));
    let authentication = new.version == Version::V2 && old.authentication != new.authentication;
    say(authentication, format!("authentication: {stranger}"));
    say(old.group != new.group, format!("adverts go to {}: {stranger}", new.group));
    let trackers = (&old.track_scripts, &old.track_interfaces) != (&new.track_scripts, &new.track_interfaces);
    say(trackers, "priority and faults are judged anew at once by what is tracked now".to_owned());
    say(old.notify != new.notify, "the next change of state runs the new hooks".to_owned());
    effects
}

/// Addresses that stay and have other options.
fn other_options(old: &Instance, new: &Instance) -> String {
    let known: BTreeMap<_, _> = old.addresses.iter().chain(&old.excluded).map(|a| (AddressKey::of(a), a)).collect();
    let now = new.addresses.iter().chain(&new.excluded);
    listed(now.filter(|a| known.get(&AddressKey::of(a)).is_some_and(|before| before != a)).map(|a| a.prefix))
}

fn interval_text(old: &Instance, new: &Instance) -> String {
    let now = new.advert_interval;
    match new.version {
        Version::V2 => format!(
            "adverts every {now}: until the other routers of it change too, each side refuses the other's adverts and both \
             become master"
        ),
        Version::V3 => {
            format!("a master sends every {now} in place of {} from now on, backups follow it", old.advert_interval)
        }
    }
}

/// What a reload does to a group.
pub(super) fn effects_of_group(sides: &Sides<'_, SyncGroup>) -> Vec<String> {
    match sides {
        Sides::Added(_) => alloc::vec!["its members change state together from now on".to_owned()],
        Sides::Removed => alloc::vec!["its members stand alone from now on and keep their states".to_owned()],
        Sides::Changed(old, new) => {
            let list =
                |a: &SyncGroup, b: &SyncGroup| listed(a.members.iter().filter(|member| !b.members.contains(member)));
            let (joined, left) = (list(new, old), list(old, new));
            let mut effects = alloc::vec!["keeps its state".to_owned()];
            if !joined.is_empty() {
                effects.push(format!("{joined}: changes state with the group from now on"));
            }
            if !left.is_empty() {
                effects.push(format!("{left}: does so no longer"));
            }
            effects
        }
    }
}

/// What a reload does to a script. What is known of a command stays known while it is the same command.
pub(super) fn effects_of_script(sides: &Sides<'_, Script>) -> Vec<String> {
    let (old, new) = match sides {
        Sides::Removed => return alloc::vec!["is not run any more".to_owned()],
        Sides::Added(new) => return alloc::vec![format!("runs at once{}", untried(new))],
        Sides::Changed(old, new) => (old, new),
    };
    let text = if old.command != new.command {
        format!("runs at once; what the old command found is forgotten{}", untried(new))
    } else if (old.interval, old.timeout) != (new.interval, new.timeout) {
        "runs at once and keeps its result".to_string()
    } else {
        "goes on undisturbed and keeps its result".to_string()
    };
    alloc::vec![text]
}

const fn untried(script: &Script) -> &'static str {
    if script.init_fail {
        "; until its first success it counts as failed"
    } else {
        "; until its first result it changes nothing"
    }
}
