//! Sync groups: names to instances, one group for each instance, empty groups taken out.
use super::{Placed, problem, trackers};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::global::Defaults;
use crate::lower::reader::Reader;
use crate::lower::track::Line;
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
    defaults: &Defaults,
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
        owners_among_others(reader, &draft, &members, instances);
        let mut group = SyncGroup {
            tracking_weight: draft.tracking_weight,
            notify_priority_changes: draft.notify_priority_changes.unwrap_or(defaults.notify_priority_changes),
            smtp_alert: draft.smtp_alert.or(defaults.vrrp_mail).or(defaults.mail).unwrap_or(false),
            notify: draft.hooks.judged(reader, defaults.webhook.as_ref()),
            ..SyncGroup::plain(draft.name, members)
        };
        trackers::put_in_group(draft.trackers, &mut group);
        groups.push(group);
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
            let found = found.meanwhile("the name is ignored");
            let found = why_unknown(reader, known, name, found);
            reader.report(found);
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

/// Ties an unknown name to the block that was not read, or to the name that was probably meant.
pub(super) fn why_unknown(
    reader: &mut Reader<'_>,
    known: &HashSet<Name>,
    name: &Name,
    found: Diagnostic,
) -> Diagnostic {
    if let Some((place, _)) = reader.lookups.find_lost("vrrp_instance", name) {
        // The mistake has been told at its place; here is only what comes of it.
        return Diagnostic { severity: Severity::Note, ..found }
            .with(place, "left out, because something is wrong here");
    }
    match reader.lookups.nearest(name, known.iter().cloned()) {
        Some(near) => found.help(format!("did you mean {near}?")),
        None => found,
    }
}

/// Whether the group has anybody in it; one alone is odd but works.
fn enough(reader: &mut Reader<'_>, draft: &GroupDraft, count: usize) -> bool {
    // Names that were refused have been told; then this is only what comes of it.
    let severity = if count > 0 && draft.members.len() > count { Severity::Note } else { Severity::Error };
    match count {
        0 => {
            let message = format!("sync group {} has no members", draft.name);
            let found = problem("group-without-members", message, draft.place, "nobody is in it");
            let found = found.meanwhile("the group is dropped").help("write group { NAME ... } in it");
            reader.report(Diagnostic { severity, ..found });
        }
        1 => {
            let message = format!("sync group {} has one member", draft.name);
            let found = problem("group-with-one-member", message, draft.place, "there is nobody to be in step with");
            reader.report(Diagnostic { severity, ..found.meanwhile("the group is kept") });
        }
        _ => {}
    }
    count > 0
}

/// An owner waits like everybody in a group with those that are none.
fn owners_among_others(reader: &mut Reader<'_>, draft: &GroupDraft, members: &[Name], instances: &[Placed<Instance>]) {
    let members: Vec<&Placed<Instance>> =
        instances.iter().filter(|placed| members.contains(&placed.thing.name)).collect();
    let owner = members.iter().find(|placed| placed.thing.priority.is_owner());
    let other = members.iter().find(|placed| !placed.thing.priority.is_owner());
    let (Some(owner), Some(other)) = (owner, other) else { return };
    let (first, second) = (&owner.thing.name, &other.thing.name);
    let message = format!("{first} has priority 255 and {second}, in the same group, has not");
    let found = problem("owner-among-others", message, draft.place, "this group");
    let found = found.with(owner.place, "priority 255").with(other.place, "another priority");
    let found = found.meanwhile(format!("{first} starts as backup and waits for the whole group"));
    reader.report(Diagnostic { severity: Severity::Warning, ..found });
}

/// What a group tracks, its members need not track once more.
fn tracked_in_both(reader: &mut Reader<'_>, draft: &GroupDraft, members: &[Name], instances: &mut [Placed<Instance>]) {
    let group = &draft.trackers;
    for placed in instances.iter_mut().filter(|placed| members.contains(&placed.thing.name)) {
        let instance = &mut placed.thing;
        let name = instance.name.clone();
        let mut once = |what: &str, place: Option<Origin>| {
            let Some(place) = place else { return true };
            let message = format!("{name} and its group {} both track {}", draft.name, shown(what));
            let found = problem("tracked-in-group", message, place, "tracked for the whole group here");
            reader.report(found.meanwhile(format!("the line of {name} is ignored")));
            false
        };
        instance.track_interfaces.retain(|own| {
            let line = group.interfaces.iter().find(|line| line.what == own.interface);
            once(own.interface.as_str(), line.map(|line| line.place))
        });
        instance.track_scripts.retain(|own| once(own.script.as_str(), place_of(&group.scripts, &own.script)));
        instance.track_files.retain(|own| once(own.name.as_str(), place_of(&group.files, &own.name)));
        instance.track_processes.retain(|own| once(own.name.as_str(), place_of(&group.processes, &own.name)));
        instance.track_bfd.retain(|own| once(own.name.as_str(), place_of(&group.bfd, &own.name)));
    }
}

fn place_of(lines: &[Line<Name>], name: &Name) -> Option<Origin> {
    lines.iter().find(|line| line.what == *name).map(|line| line.place)
}
