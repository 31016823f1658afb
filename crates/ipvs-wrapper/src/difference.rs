//! From the table that there is to the one that there should be: only what differs, adds before removes.
use crate::command::Command;
use crate::table::{ServiceEntry, Table};
use crate::types::ServiceKey;

/// The commands that turn `observed` into `desired`. A service that is not desired is removed when `owned` says that it
/// is the caller's; what others put in stays. In a desired service, destinations that are not desired are removed.
///
/// The order is: new services each with its destinations, changes and new destinations of others, then all removals. What
/// is right already is not named, so its connections and counters stay.
#[must_use]
pub fn difference(desired: &Table, observed: &Table, owned: impl Fn(&ServiceKey) -> bool) -> Vec<Command> {
    let mut commands = Vec::new();
    for (key, wanted) in &desired.services {
        match observed.services.get(key) {
            Some(present) => change(wanted, present, &mut commands),
            None => add(wanted, &mut commands),
        }
    }
    for (key, present) in &observed.services {
        match desired.services.get(key) {
            Some(wanted) => remove_destinations(wanted, present, &mut commands),
            None if owned(key) => commands.push(Command::RemoveService(*key)),
            None => {}
        }
    }
    commands
}

fn add(wanted: &ServiceEntry, commands: &mut Vec<Command>) {
    let key = wanted.service.key();
    commands.push(Command::AddService(wanted.service.clone()));
    commands.extend(wanted.destinations.values().map(|entry| Command::AddDestination(key, entry.destination)));
}

fn change(wanted: &ServiceEntry, present: &ServiceEntry, commands: &mut Vec<Command>) {
    let key = wanted.service.key();
    if !wanted.service.same_settings(&present.service) {
        commands.push(Command::EditService(wanted.service.clone()));
    }
    for (name, entry) in &wanted.destinations {
        match present.destinations.get(name) {
            Some(old) if old.destination == entry.destination => {}
            Some(_) => commands.push(Command::EditDestination(key, entry.destination)),
            None => commands.push(Command::AddDestination(key, entry.destination)),
        }
    }
}

fn remove_destinations(wanted: &ServiceEntry, present: &ServiceEntry, commands: &mut Vec<Command>) {
    let key = present.service.key();
    let surplus = present.destinations.keys().filter(|name| !wanted.destinations.contains_key(name));
    commands.extend(surplus.map(|name| Command::RemoveDestination(key, *name)));
}

#[cfg(test)]
mod tests;
