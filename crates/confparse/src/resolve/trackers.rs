//! What an instance or a group follows: what has no meaning taken out, and put into the model.
use super::problem;
use crate::lower::reader::Reader;
use crate::lower::track::{Line, Trackers};
use crate::lower::vrrp::InstanceDraft;
use crate::span::Origin;
use model::config::track::{TrackInterface, TrackScript, Tracked};
use model::config::vrrp::{Instance, SyncGroup};
use model::{InterfaceName, Name, Priority};

/// Takes out the own link, and for an owner of addresses everything with a weight.
pub(super) fn of_instance(
    reader: &mut Reader<'_>,
    draft: &mut InstanceDraft,
    interface: &InterfaceName,
    priority: Priority,
) {
    let name = &draft.name;
    draft.trackers.interfaces.retain(|line| {
        if line.what != *interface {
            return true;
        }
        reader.report(
            problem("tracks-own-interface", format!("{name} tracks its own interface"), line.place, "followed anyway")
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
    let Trackers { interfaces, scripts, files, processes, bfd } = &mut draft.trackers;
    interfaces.retain(|line| weighted(line.what.as_str(), line.weight.points, line.place));
    for lines in [scripts, files, processes, bfd] {
        lines.retain(|line| weighted(line.what.as_str(), line.weight.points, line.place));
    }
}

/// What the lists of a group and of an instance come to.
struct Lists {
    interfaces: Vec<TrackInterface>,
    scripts: Vec<TrackScript>,
    files: Vec<Tracked>,
    processes: Vec<Tracked>,
    bfd: Vec<Tracked>,
}

fn lists(trackers: Trackers) -> Lists {
    let tracked = |lines: Vec<Line<Name>>| -> Vec<Tracked> {
        lines.into_iter().map(|line| Tracked { name: line.what, weight: line.weight }).collect()
    };
    let interface = |line: Line<InterfaceName>| TrackInterface { interface: line.what, weight: line.weight };
    let script = |line: Line<Name>| TrackScript { script: line.what, weight: line.weight };
    Lists {
        interfaces: trackers.interfaces.into_iter().map(interface).collect(),
        scripts: trackers.scripts.into_iter().map(script).collect(),
        files: tracked(trackers.files),
        processes: tracked(trackers.processes),
        bfd: tracked(trackers.bfd),
    }
}

/// Puts the lines into an instance.
pub(super) fn put(trackers: Trackers, instance: &mut Instance) {
    let lists = lists(trackers);
    instance.track_interfaces = lists.interfaces;
    instance.track_scripts = lists.scripts;
    instance.track_files = lists.files;
    instance.track_processes = lists.processes;
    instance.track_bfd = lists.bfd;
}

/// Puts the lines into a group.
pub(super) fn put_in_group(trackers: Trackers, group: &mut SyncGroup) {
    let lists = lists(trackers);
    group.track_interfaces = lists.interfaces;
    group.track_scripts = lists.scripts;
    group.track_files = lists.files;
    group.track_processes = lists.processes;
    group.track_bfd = lists.bfd;
}
