//! Scripts: those that somebody tracks are run, and who tracks one that cannot run tracks nothing.
use super::Placed;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::reader::Reader;
use crate::lower::track::{Defined, Registry, ScriptDraft};
use crate::lower::vrrp::{GroupDraft, InstanceDraft};
use model::Name;
use model::config::track::{Script, TrackScript};
use model::config::vrrp::{Instance, SyncGroup};
use std::collections::HashSet;

/// The scripts that stand in any list, also in one that comes to nothing later.
pub(super) fn named(instances: &[InstanceDraft], groups: &[GroupDraft]) -> HashSet<Name> {
    let trackers = instances.iter().map(|draft| &draft.trackers).chain(groups.iter().map(|draft| &draft.trackers));
    trackers.flat_map(|trackers| &trackers.scripts).map(|line| line.what.clone()).collect()
}

/// Finishes the scripts, and takes out of the lists those that are not run. One that cannot be run has been reported then;
/// it causes no fault.
pub(super) fn finish(
    reader: &mut Reader<'_>,
    known: Registry<ScriptDraft>,
    named: &HashSet<Name>,
    instances: &mut [Placed<Instance>],
    groups: &mut [SyncGroup],
) -> Vec<Script> {
    let lines = instances.iter().flat_map(|placed| &placed.thing.track_scripts);
    let lines = lines.chain(groups.iter().flat_map(|group| &group.track_scripts));
    let tracked: HashSet<Name> = lines.map(|line| line.script.clone()).collect();
    // Without a virtual router nobody could track a script, and keepalived does not look at them.
    let known = known.into_list().into_iter().filter(|_| !instances.is_empty());
    let scripts: Vec<Script> = known.filter_map(|script| runnable(reader, script, &tracked, named)).collect();
    let running: HashSet<&Name> = scripts.iter().map(|script| &script.name).collect();
    let runs = |line: &TrackScript| running.contains(&line.script);
    instances.iter_mut().for_each(|placed| placed.thing.track_scripts.retain(runs));
    groups.iter_mut().for_each(|group| group.track_scripts.retain(runs));
    scripts
}

/// A script that can be run. One that nobody tracks is judged like the others, and not run; where its name stands in a
/// list that came to nothing, or a block that could name it was not read, the reason has been told there.
fn runnable(
    reader: &mut Reader<'_>,
    known: Defined<ScriptDraft>,
    tracked: &HashSet<Name>,
    named: &HashSet<Name>,
) -> Option<Script> {
    let Defined { name, thing, weight, place } = known;
    let command = reader.command(thing.command)?;
    if !tracked.contains(&name) {
        if !named.contains(&name) && !reader.lookups.lost_a_user() {
            reader.report(
                Diagnostic::new("unused-script", Severity::Warning, format!("vrrp_script {name} is not tracked"))
                    .at(place, "nothing names this script")
                    .meanwhile("it is not run"),
            );
        }
        return None;
    }
    Some(Script {
        name,
        command,
        interval: thing.interval,
        timeout: thing.timeout,
        weight,
        rise: thing.rise,
        fall: thing.fall,
        init_fail: thing.init_fail,
    })
}
