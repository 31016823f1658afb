//! What the weights of trackers can do to the priority of an instance, as far as its own numbers tell.
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::reader::Reader;
use crate::resolve::{Placed, problem};
use model::Name;
use model::config::track::{TrackInterface, TrackScript, Tracked, Weight};
use model::config::vrrp::{Instance, SyncGroup};
use std::collections::HashMap;

/// Least and greatest priority that weights can lead to.
const REACH: std::ops::RangeInclusive<i32> = 1..=254;

/// A tracker of an instance; `in_steps` when its weight is added once, not times a number in a file.
struct Tracker<'a> {
    name: &'a str,
    weight: Weight,
    in_steps: bool,
}

/// Reports weights that do less than they seem to. Nothing is changed.
pub(crate) fn check(reader: &mut Reader<'_>, instances: &[Placed<Instance>], groups: &[SyncGroup]) {
    let member_of: HashMap<&Name, &SyncGroup> =
        groups.iter().flat_map(|group| group.members.iter().map(move |member| (member, group))).collect();
    for placed in instances.iter().filter(|placed| !placed.thing.priority.is_owner()) {
        let group = member_of.get(&placed.thing.name).copied();
        let trackers: Vec<Tracker<'_>> = own(&placed.thing).chain(group.into_iter().flat_map(of_group)).collect();
        let weighted: Vec<Tracker<'_>> = trackers.into_iter().filter(|one| one.weight.points != 0).collect();
        if weighted.is_empty() {
            continue;
        }
        match group {
            Some(group) if !group.tracking_weight => taken_as_faults(reader, placed, group, &weighted),
            _ => {
                out_of_reach(reader, placed, &weighted);
                without_change(reader, placed, &weighted);
                never_moves(reader, placed, &weighted);
            }
        }
    }
}

fn own(instance: &Instance) -> impl Iterator<Item = Tracker<'_>> {
    all(
        &instance.track_interfaces,
        &instance.track_scripts,
        &instance.track_files,
        [&instance.track_processes, &instance.track_bfd],
    )
}

fn of_group(group: &SyncGroup) -> impl Iterator<Item = Tracker<'_>> {
    all(&group.track_interfaces, &group.track_scripts, &group.track_files, [&group.track_processes, &group.track_bfd])
}

fn all<'a>(
    interfaces: &'a [TrackInterface],
    scripts: &'a [TrackScript],
    files: &'a [Tracked],
    others: [&'a Vec<Tracked>; 2],
) -> impl Iterator<Item = Tracker<'a>> {
    let tracker = |name, weight, in_steps| Tracker { name, weight, in_steps };
    let interfaces = interfaces.iter().map(move |line| tracker(line.interface.as_str(), line.weight, true));
    let scripts = scripts.iter().map(move |line| tracker(line.script.as_str(), line.weight, true));
    let files = files.iter().map(move |line| tracker(line.name.as_str(), line.weight, false));
    let others = others.into_iter().flatten().map(move |line| tracker(line.name.as_str(), line.weight, true));
    interfaces.chain(scripts).chain(files).chain(others)
}

fn warning(code: &'static str, message: String, placed: &Placed<Instance>) -> Diagnostic {
    let found = problem(code, message, placed.place, "this instance");
    Diagnostic { severity: Severity::Warning, ..found }
}

/// In a group every weight counts as 0, a fault, unless it says otherwise.
fn taken_as_faults(reader: &mut Reader<'_>, placed: &Placed<Instance>, group: &SyncGroup, weighted: &[Tracker<'_>]) {
    let names: Vec<&str> = weighted.iter().map(|tracker| tracker.name).collect();
    let message = format!("{} is in group {}, where weights count as 0", placed.thing.name, group.name);
    let found = warning("weight-in-group", message, placed);
    reader.report(
        found
            .meanwhile(format!("the whole group goes to fault when one of these is bad: {}", names.join(", ")))
            .help("write sync_group_tracking_weight in the group, and weights change the priority"),
    );
}

/// What the trackers with these weights add at most and take at most.
fn spread<'a, 't: 'a>(weighted: impl Iterator<Item = &'a Tracker<'t>>) -> (i32, i32) {
    weighted.fold((0, 0), |(up, down), tracker| match i32::from(tracker.weight.points) {
        points if points > 0 => (up + points, down),
        points => (up, down - points),
    })
}

fn clamped(priority: i32) -> i32 {
    priority.clamp(*REACH.start(), *REACH.end())
}

/// Sums that leave the range are cut to it, and part of a weight is lost.
fn out_of_reach(reader: &mut Reader<'_>, placed: &Placed<Instance>, weighted: &[Tracker<'_>]) {
    let base = i32::from(placed.thing.priority.get());
    let (up, down) = spread(weighted.iter().filter(|tracker| tracker.in_steps));
    for (sum, which) in [(base + up, "all trackers are good"), (base - down, "all trackers are bad")] {
        let used = clamped(sum);
        if sum != used {
            let message = format!("{}: when {which}, the priority would be {sum}", placed.thing.name);
            let found = warning("priority-out-of-reach", message, placed).meanwhile(format!("it is {used} then"));
            reader.report(found.help("weights lead to 1 to 254: choose a base priority that leaves room for them"));
        }
    }
}

/// A tracker that fails alone while all others are good, and changes nothing.
fn without_change(reader: &mut Reader<'_>, placed: &Placed<Instance>, weighted: &[Tracker<'_>]) {
    let base = i32::from(placed.thing.priority.get());
    let in_steps = || weighted.iter().filter(|tracker| tracker.in_steps);
    let (up, _) = spread(in_steps());
    let good = clamped(base + up);
    for tracker in in_steps() {
        let bad = clamped(base + up - i32::from(tracker.weight.points).abs());
        if bad == good {
            let message =
                format!("{}: the priority is {good} whether {} is good or bad", placed.thing.name, tracker.name);
            let found = warning("weight-without-effect", message, placed);
            reader.report(
                found
                    .meanwhile(format!("a failure of {} alone leads to no failover", tracker.name))
                    .help("lower the base priority, or the other weights"),
            );
        }
    }
}

/// With `nopreempt` a backup leaves a master alone whose priority has sunk.
fn never_moves(reader: &mut Reader<'_>, placed: &Placed<Instance>, weighted: &[Tracker<'_>]) {
    if placed.thing.preempt {
        return;
    }
    let name = &placed.thing.name;
    let some = weighted.first().map_or("", |tracker| tracker.name);
    let message = format!("{name} has nopreempt, and weights such as that of {some}");
    let found = warning("nopreempt-with-weight", message, placed);
    reader.report(
        found
            .meanwhile(format!(
                "as backup {name} leaves a master alone whose priority has sunk; as master it stays one, \
                 unless a stronger peer has no nopreempt"
            ))
            .help("use weight 0, which is a fault and hands over, or let the backups preempt"),
    );
}
