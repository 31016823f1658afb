//! `track_group` and `static_ipaddress`: names to instances and groups.
use super::group::why_unknown;
use super::problem;
use crate::lower::AddressLine;
use crate::lower::links::TrackGroupDraft;
use crate::lower::reader::Reader;
use crate::lower::route::Tracked;
use crate::span::Origin;
use crate::value::shown;
use model::config::routing::{Static, TrackGroup};
use model::config::vrrp::VirtualAddress;
use model::{InterfaceName, Name};
use std::collections::HashSet;

/// The groups with those of their members that exist; one without members is dropped.
pub(super) fn groups(
    reader: &mut Reader<'_>,
    drafts: Vec<TrackGroupDraft>,
    instances: &HashSet<Name>,
) -> Vec<TrackGroup> {
    drafts.into_iter().filter_map(|draft| group(reader, draft, instances)).collect()
}

fn group(reader: &mut Reader<'_>, draft: TrackGroupDraft, instances: &HashSet<Name>) -> Option<TrackGroup> {
    let mut members: Vec<Name> = Vec::new();
    for (name, place) in draft.members {
        let member = shown(name.as_str());
        let (code, what) = if !instances.contains(&name) {
            ("unknown-member", format!("names instance {member} that does not exist"))
        } else if members.contains(&name) {
            ("member-twice", format!("names {member} twice"))
        } else {
            members.push(name);
            continue;
        };
        let message = format!("track_group {} {what}", draft.name);
        let mut found = problem(code, message, place, "").meanwhile("the name is ignored");
        if code == "unknown-member" {
            found = why_unknown(reader, instances, &name, found);
        }
        reader.report(found);
    }
    if members.is_empty() {
        let message = format!("track_group {} has no members", draft.name);
        let found = problem("group-without-members", message, draft.place, "nobody is in it");
        reader.report(found.meanwhile("the group is dropped").help("write group { NAME ... } in it"));
        return None;
    }
    Some(TrackGroup { name: draft.name, members })
}

/// The static addresses, on their links; a group that was not defined is reported and left out.
pub(super) fn addresses(
    reader: &mut Reader<'_>,
    lines: Vec<AddressLine>,
    groups: &[TrackGroup],
    default_interface: Option<&InterfaceName>,
) -> Vec<Static<VirtualAddress>> {
    let Some(otherwise) = default_interface.cloned().or_else(|| InterfaceName::new("eth0").ok()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for mut line in lines {
        if line.interface.is_none() && !reader.expect_interface(&otherwise, line.place, "the line is ignored") {
            continue;
        }
        let track_group = line.track_group.take().and_then(|group| known_group(reader, group, groups));
        found.push(Static { thing: line.on(&otherwise), track_group });
    }
    found
}

/// Routes or rules, with the groups that watch them.
pub(super) fn watched<T>(reader: &mut Reader<'_>, lines: Vec<Tracked<T>>, groups: &[TrackGroup]) -> Vec<Static<T>> {
    let mut one = |line: Tracked<T>| {
        let track_group = line.track_group.and_then(|group| known_group(reader, group, groups));
        Static { thing: line.thing, track_group }
    };
    lines.into_iter().map(&mut one).collect()
}

/// The name of a group that exists.
fn known_group(reader: &mut Reader<'_>, (name, place): (Name, Origin), groups: &[TrackGroup]) -> Option<Name> {
    if groups.iter().any(|group| group.name == name) {
        return Some(name);
    }
    let message = format!("there is no track_group {}", shown(name.as_str()));
    let found = problem("unknown-track-group", message, place, "no such group");
    reader.report(found.meanwhile("nobody reacts when it is lost"));
    None
}
