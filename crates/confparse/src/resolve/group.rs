//! Sync groups: names to instances, one group for each instance, empty groups taken out.
use super::{Placed, problem};
use crate::lower::reader::Reader;
use crate::lower::vrrp::GroupDraft;
use crate::span::Origin;
use crate::value::shown;
use model::Name;
use model::config::vrrp::{Instance, SyncGroup};
use std::collections::{HashMap, HashSet};

/// Finishes the groups. `spoke` tells of each instance whether it said `notify_priority_changes` itself; where it did
/// not, its group decides.
pub(crate) fn finish(
    reader: &mut Reader<'_>,
    drafts: Vec<GroupDraft>,
    instances: &mut [Placed<Instance>],
    spoke: &[(Name, bool)],
) -> Vec<SyncGroup> {
    let known: HashSet<Name> = instances.iter().map(|placed| placed.thing.name.clone()).collect();
    let silent: HashSet<&Name> = spoke.iter().filter(|(_, said)| !said).map(|(name, _)| name).collect();
    let mut taken: HashMap<Name, (Name, Origin)> = HashMap::new();
    let mut groups = Vec::new();
    for draft in drafts {
        let members = members(reader, &draft, &known, &mut taken);
        if !enough(reader, &draft, members.len()) {
            continue;
        }
        if let Some(on) = draft.notify_priority_changes {
            for placed in instances.iter_mut().filter(|placed| members.contains(&placed.thing.name)) {
                if silent.contains(&placed.thing.name) {
                    placed.thing.notify_priority_changes = on;
                }
            }
        }
        tracked_in_both(reader, &draft, &members, instances);
        groups.push(SyncGroup {
            track_scripts: draft.track_scripts.into_iter().map(|(line, _)| line).collect(),
            track_interfaces: draft.track_interfaces.into_iter().map(|(line, _)| line).collect(),
            tracking_weight: draft.tracking_weight,
            notify: draft.hooks.judged(reader),
            ..SyncGroup::plain(draft.name, members)
        });
    }
    groups
}

fn members(
    reader: &mut Reader<'_>,
    draft: &GroupDraft,
    known: &HashSet<Name>,
    taken: &mut HashMap<Name, (Name, Origin)>,
) -> Vec<Name> {
    let mut members: Vec<Name> = Vec::new();
    for (name, place) in &draft.members {
        if !known.contains(name) {
            let message =
                format!("sync group {} names instance {} that does not exist", draft.name, shown(name.as_str()));
            let found = problem("unknown-member", message, *place, "no such vrrp_instance");
            reader.report(found.meanwhile("the name is ignored"));
            continue;
        }
        if let Some((group, before)) = taken.get(name) {
            let message = format!("{name} is in group {group} already");
            reader.report(
                problem("member-twice", message, *place, "second time")
                    .with(*before, "first time")
                    .meanwhile("the second one is ignored"),
            );
            continue;
        }
        taken.insert(name.clone(), (draft.name.clone(), *place));
        members.push(name.clone());
    }
    members
}

/// Whether the group has anybody in it; one alone is odd but works.
fn enough(reader: &mut Reader<'_>, draft: &GroupDraft, count: usize) -> bool {
    match count {
        0 => {
            let message = format!("sync group {} has no members", draft.name);
            let found = problem("group-without-members", message, draft.place, "nobody is in it");
            reader.report(found.meanwhile("the group is dropped").help("write group { NAME ... } in it"));
        }
        1 => {
            let message = format!("sync group {} has one member", draft.name);
            let found = problem("group-with-one-member", message, draft.place, "there is nobody to be in step with");
            reader.report(found.meanwhile("the group is kept"));
        }
        _ => {}
    }
    count > 0
}

/// What a group tracks, its members need not track once more.
fn tracked_in_both(reader: &mut Reader<'_>, draft: &GroupDraft, members: &[Name], instances: &mut [Placed<Instance>]) {
    for placed in instances.iter_mut().filter(|placed| members.contains(&placed.thing.name)) {
        let name = placed.thing.name.clone();
        let mut report = |what: &str, place: Origin| {
            let message = format!("{name} and its group {} both track {}", draft.name, shown(what));
            let found = problem("tracked-in-group", message, place, "tracked for the whole group here");
            reader.report(found.meanwhile(format!("the line of {name} is ignored")));
        };
        placed.thing.track_interfaces.retain(|own| {
            let group = draft.track_interfaces.iter().find(|(line, _)| line.interface == own.interface);
            group.inspect(|(line, place)| report(line.interface.as_str(), *place)).is_none()
        });
        placed.thing.track_scripts.retain(|own| {
            let group = draft.track_scripts.iter().find(|(line, _)| line.script == own.script);
            group.inspect(|(line, place)| report(line.script.as_str(), *place)).is_none()
        });
    }
}
