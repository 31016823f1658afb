//! Whether what a scenario expects holds now.
use crate::invariants::{Rule, Violation};
use crate::ledger::Deed;
use crate::node::Node;
use crate::scenario::config::keys;
use crate::scenario::print;
use crate::scenario::words::{of_condition, of_interval};
use crate::scenario::{Bounds, Condition, Expectation};
use crate::world::World;
use model::holdings::AddressKey;
use model::{Instant, Interval, Name};
use std::collections::BTreeSet;

/// Checks one expectation of the line of a scenario.
pub(crate) fn check(world: &World, line: usize, expectation: &Expectation) -> Result<(), Violation> {
    let found = match expectation {
        Expectation::State { router, instance, state, holds } => {
            states(world, *router, *instance, *state).or_else(|| holdings(world, *router, *instance, *holds))
        }
        Expectation::Priority { router, instance, priority } => priorities(world, *router, *instance, *priority),
        Expectation::Gap(most, since) => longest(world, *most, *since, |holders| holders == 0),
        Expectation::Overlap(most, since) => longest(world, *most, *since, |holders| holders > 1),
        Expectation::Overlapped(since) => overlapped(world, *since),
        Expectation::Kept(router, since) => {
            let lost = |key: &AddressKey| !world.ledger.kept(key, *router, *since);
            own_keys(world).into_iter().find(lost).map(|key| format!("{} was not there throughout", key.prefix))
        }
        Expectation::Announced(router, since) => {
            let told = |key: &AddressKey| Deed::Announcement(key.prefix.address());
            let silent = |key: &AddressKey| world.ledger.count(*router, told(key), *since) == 0;
            own_keys(world).into_iter().find(silent).map(|key| format!("{} was not announced", key.prefix))
        }
        Expectation::Moves(router, times, since) => count(world, *router, Deed::Move, *times, *since),
        Expectation::Changes(router, times, since) => count(world, *router, Deed::Change, *times, *since),
        Expectation::Adverts(router, times, since) => count(world, *router, Deed::Advert, *times, *since),
    };
    found.map_or(Ok(()), |found| {
        let expected = print::expectation(&world.scenario.setup, expectation);
        Err(world.violation(Rule::Expectation, format!("line {line}: expected `{expected}`, found: {found}")))
    })
}

/// The instances that an expectation is about, by name.
fn concerned(world: &World, instance: Option<usize>) -> Vec<Name> {
    let setup = &world.scenario.setup;
    match instance {
        Some(position) => vec![setup.instance_name(position)],
        None => setup.instances.iter().map(|i| i.name.clone()).collect(),
    }
}

fn states(world: &World, router: usize, instance: Option<usize>, expected: Condition) -> Option<String> {
    let node = world.nodes.get(router)?;
    let found = |name: &Name| match node.view.instances.iter().find(|i| i.name == *name) {
        _ if !node.runs() => Some(Condition::Down),
        Some(instance) => Some(Condition::Is(instance.state)),
        None => None,
    };
    concerned(world, instance).iter().find_map(|name| match found(name) {
        Some(found) if found == expected => None,
        Some(found) => Some(format!("{name} is {}", of_condition(found))),
        None => Some(format!("{name} is not configured")),
    })
}

fn holdings(world: &World, router: usize, instance: Option<usize>, holds: Option<bool>) -> Option<String> {
    let (node, holds) = (world.nodes.get(router)?, holds?);
    let there = node.machine().virtual_addresses();
    let wrong = addresses(node, &concerned(world, instance)).into_iter().find(|key| there.contains(key) != holds)?;
    Some(format!("{} is {}", wrong.prefix, if holds { "missing" } else { "there" }))
}

fn addresses(node: &Node, names: &[Name]) -> Vec<AddressKey> {
    node.config.instances.iter().filter(|i| names.contains(&i.name)).flat_map(keys).collect()
}

fn priorities(world: &World, router: usize, instance: Option<usize>, expected: u8) -> Option<String> {
    let node = world.nodes.get(router)?;
    concerned(world, instance).iter().find_map(|name| {
        let found = node.view.instances.iter().find(|i| i.name == *name).map(|i| i.effective_priority);
        (found != Some(expected)).then(|| format!("{name} has {}", found.map_or("none".to_owned(), |p| p.to_string())))
    })
}

/// The addresses of the scenario's instances as they were at the start.
fn own_keys(world: &World) -> BTreeSet<AddressKey> {
    world.nodes.first().iter().flat_map(|node| &node.original.instances).flat_map(keys).collect()
}

fn longest(world: &World, most: Interval, since: Instant, wanted: fn(usize) -> bool) -> Option<String> {
    let length = |key: &AddressKey| world.ledger.longest(key, since, world.now, wanted);
    let worst = own_keys(world).into_iter().map(|key| (length(&key), key)).max()?;
    (worst.0 > most).then(|| format!("{} of {}", of_interval(worst.0), worst.1.prefix))
}

fn overlapped(world: &World, since: Instant) -> Option<String> {
    let never = |key: &AddressKey| world.ledger.longest(key, since, world.now, |holders| holders > 1).is_zero();
    own_keys(world).into_iter().find(never).map(|key| format!("{} was never on two machines", key.prefix))
}

fn count(world: &World, router: usize, deed: Deed, times: Bounds, since: Instant) -> Option<String> {
    let found = world.ledger.count(router, deed, since);
    (!(times.least..=times.most).contains(&found)).then(|| found.to_string())
}
