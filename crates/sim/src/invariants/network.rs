//! What must hold of all routers together, once they have had time to settle.
use super::{Checked, Found, Rule};
use crate::machine::Machine;
use crate::node::Node;
use crate::scenario::config::{WINDOW, keys};
use crate::truth::{self, Standing};
use crate::world::World;
use model::config::vrrp::Instance;
use model::state::vrrp::RouterState;
use model::{Interval, Name};
use std::collections::BTreeSet;

/// Checks all routers together, once they have had time to settle.
pub(crate) fn network(world: &mut World) -> Checked {
    let now = world.now;
    let settled_at = match world.settled_at {
        Some(at) => at,
        None => *world.settled_at.insert(world.disturbed_at + truth::bound(world)),
    };
    let quiet = now >= settled_at && world.lan.quality.loss == 0;
    let busy = |node: &Node| {
        let held_up = node.frozen_until.is_some() || node.overrun_until.is_some();
        held_up || node.stopping_since.is_some() || node.machine().refuses()
    };
    if world.surveyed || !quiet || world.nodes.iter().any(busy) {
        return Ok(());
    }
    world.surveyed = true;
    let names: BTreeSet<_> = world.nodes.iter().flat_map(|n| &n.config.instances).map(|i| i.name.clone()).collect();
    let found = names.iter().find_map(|name| election(world, name)).or_else(|| torn(world)).or_else(|| told(world));
    found.map_or(Ok(()), |(rule, text)| Err(world.violation(rule, text)))
}

/// A router that has an instance.
struct Participant<'a> {
    router: usize,
    node: &'a Node,
    instance: &'a Instance,
    standing: Standing,
    state: RouterState,
}

fn participants<'a>(world: &'a World, name: &Name) -> Vec<Participant<'a>> {
    let of = |(router, node): (usize, &'a Node)| {
        let instance = node.config.instances.iter().find(|i| i.name == *name)?;
        let seen = node.view.instances.iter().find(|seen| seen.name == *name)?;
        let standing = truth::standing(&world.scenario, node, instance);
        Some(Participant { router, node, instance, standing, state: seen.state })
    };
    world.nodes.iter().enumerate().filter(|(_, node)| node.runs()).filter_map(of).collect()
}

fn election(world: &World, name: &Name) -> Found {
    let all = participants(world, name);
    let fit: Vec<_> = all.iter().filter(|p| p.standing.eligible).collect();
    if let Some(wrong) = all.iter().find(|p| !p.standing.eligible && p.state == RouterState::Master) {
        return Some((Rule::OneMaster, format!("{name}: {} is master and cannot be", wrong.node.name)));
    }
    let same_version = fit.windows(2).all(|pair| match pair {
        [a, b] => a.instance.advert_interval == b.instance.advert_interval || a.instance.version.number() == 3,
        _ => true,
    });
    let grouped = fit.iter().any(|p| p.node.config.groups.iter().any(|group| group.members.contains(name)));
    // Who does not believe the other's clock does not hear it.
    if fit.iter().any(|p| p.instance.hmac.is_some()) && !clocks_agree(world) {
        return None;
    }
    let sets = connected(world, &fit)?;
    // Version 2 refuses another interval; a group may be torn between two networks, or between two ideas of its members.
    if !same_version || (grouped && (sets.len() > 1 || !agree_on_groups(world))) {
        return None;
    }
    sets.iter().find_map(|set| one_master(name, set))
}

fn clocks_agree(world: &World) -> bool {
    let walls = || world.nodes.iter().map(|node| node.wall);
    let (first, last) = (walls().min().unwrap_or(0), walls().max().unwrap_or(0));
    last.abs_diff(first) < (WINDOW - Interval::from_secs(1)).as_nanos()
}

fn agree_on_groups(world: &World) -> bool {
    let members = |node: &Node| node.config.groups.iter().map(|group| group.members.clone()).collect::<Vec<_>>();
    let mut all = world.nodes.iter().filter(|node| node.runs()).map(members);
    let first = all.next();
    all.all(|other| Some(other) == first)
}

/// The sets of routers that hear each other; `None` when hearing is not mutual or not everybody's.
fn connected<'a>(world: &World, fit: &[&'a Participant<'a>]) -> Option<Vec<Vec<&'a Participant<'a>>>> {
    let hears = |a: &Participant<'_>, b: &Participant<'_>| {
        !a.node.machine().is_mute() && world.lan.reaches(a.router, b.router, &a.instance.interface)
    };
    let mut sets: Vec<Vec<&Participant<'_>>> = Vec::new();
    for next in fit {
        let home = sets.iter_mut().find(|set| set.iter().any(|known| hears(known, next) || hears(next, known)));
        match home {
            Some(set) => set.push(next),
            None => sets.push(vec![next]),
        }
    }
    let whole =
        |set: &Vec<&Participant<'_>>| set.iter().all(|a| set.iter().all(|b| a.router == b.router || hears(a, b)));
    let apart = |a: &Participant<'_>, b: &Participant<'_>| !hears(a, b) && !hears(b, a);
    let split = sets.iter().enumerate().all(|(n, set)| {
        let others = sets.iter().skip(n + 1).flatten();
        others.clone().all(|other| set.iter().all(|own| apart(own, other)))
    });
    (sets.iter().all(whole) && split).then_some(sets)
}

fn one_master(name: &Name, set: &[&Participant<'_>]) -> Found {
    let masters: Vec<_> = set.iter().filter(|p| p.state == RouterState::Master).collect();
    let names = |list: &[&Participant<'_>]| list.iter().map(|p| p.node.name.to_string()).collect::<Vec<_>>().join(" ");
    let [master] = masters.as_slice() else {
        let masters: Vec<_> = masters.into_iter().copied().collect();
        let text = format!("{name}: masters are [{}] of [{}]", names(&masters), names(set));
        return Some((Rule::OneMaster, text));
    };
    if let Some(wrong) = set.iter().find(|p| p.state != RouterState::Master && holds(p.node.machine(), p.instance)) {
        return Some((Rule::OneMaster, format!("{name}: {} holds addresses beside the master", wrong.node.name)));
    }
    let best = set.iter().map(|p| p.standing.priority).max()?;
    // Who was ordered to let a peer be master does not take it back.
    let ordered = set.iter().any(|p| p.node.yielded);
    let all_preempt =
        !ordered && set.iter().all(|p| truth::preempts(p.instance) && truth::is_of_one_mind(p.node, p.instance));
    if all_preempt && master.standing.priority < best {
        let text = format!("{name}: {} is master with {}, {best} is there", master.node.name, master.standing.priority);
        return Some((Rule::OneMaster, text));
    }
    None
}

fn holds(machine: &Machine, instance: &Instance) -> bool {
    let there = machine.virtual_addresses();
    keys(instance).any(|key| there.contains(&key))
}

/// A group is master with all its members or with none.
fn torn(world: &World) -> Found {
    let groups = world.nodes.iter().flat_map(|node| node.view.groups.iter().map(move |group| (node, group)));
    groups.filter(|(node, _)| node.runs()).find_map(|(node, group)| {
        let members = node.view.instances.iter().filter(|seen| group.members.contains(&seen.name));
        let (masters, others): (Vec<_>, Vec<_>) = members.partition(|seen| seen.state == RouterState::Master);
        let (master, other) = (masters.first()?, others.first()?);
        let text = format!("{}: of {}, {} is master and {} is not", node.name, group.name, master.name, other.name);
        Some((Rule::OneMaster, text))
    })
}

/// The last report of every instance tells its state; nobody is told of INIT.
fn told(world: &World) -> Found {
    world.nodes.iter().filter(|node| node.runs()).find_map(|node| {
        let wrong = node.view.instances.iter().find(|seen| {
            let told = node.watch.reported.get(&seen.name).copied().unwrap_or_default();
            told != seen.state
        })?;
        let text = format!("{}: {} is {:?} and this was not reported", node.name, wrong.name, wrong.state);
        Some((Rule::Reported, text))
    })
}
