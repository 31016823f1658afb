//! Groups of addresses and marks: which can be used, and which services stand in more than one place.
use super::problem;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::reader::Reader;
use crate::lower::server_group::GroupDraft;
use crate::resolve::Placed;
use crate::span::Origin;
use model::config::server::{Group, GroupEntry, Protocol, Service, VirtualServer};
use model::{Family, Name};
use std::collections::HashMap;
use std::net::IpAddr;

/// The groups that can be used, by name.
#[derive(Default)]
pub(crate) struct Groups {
    list: Vec<GroupDraft>,
    places: HashMap<Name, usize>,
}

impl Groups {
    pub(super) fn get(&self, name: &Name) -> Option<&GroupDraft> {
        self.list.get(*self.places.get(name)?)
    }

    /// Reports services that two virtual servers, or two lines of a group, both stand for.
    pub(crate) fn overlaps(&self, reader: &mut Reader<'_>, servers: &[Placed<VirtualServer>]) {
        let mut claims: Vec<Claim> = servers.iter().flat_map(|server| self.claims(server)).collect();
        claims.sort_by_key(|claim| (claim.what, claim.first, claim.place.span));
        let mut widest: Option<&Claim> = None;
        for claim in &claims {
            match widest {
                Some(before) if before.what == claim.what && before.last >= claim.first => {
                    // Two that stand alone are told apart by their service, and were compared already.
                    if before.of_group || claim.of_group {
                        reader.report(overlap(before, claim));
                    }
                    if claim.last > before.last {
                        widest = Some(claim);
                    }
                }
                _ => widest = Some(claim),
            }
        }
    }

    fn claims(&self, server: &Placed<VirtualServer>) -> Vec<Claim> {
        let service = server.thing.service;
        let protocol = match service {
            Service::Address { protocol, .. } => Some(protocol),
            Service::Fwmark { .. } => None,
        };
        let Some(group) = server.thing.group.as_ref().and_then(|name| self.get(name)) else {
            let (what, only) = match service {
                Service::Address { address, port, .. } => (What::Port(protocol, port), Point::Address(address)),
                Service::Fwmark { mark, family } => (What::Mark(family), Point::Mark(mark)),
            };
            return vec![Claim {
                what,
                first: only,
                last: only,
                place: server.place,
                server: server.place,
                of_group: false,
            }];
        };
        let claim = |(entry, place): &(GroupEntry, Origin)| {
            let (what, first, last) = match *entry {
                GroupEntry::Addresses { first, last, port } => {
                    (What::Port(protocol, port), Point::Address(first), Point::Address(last))
                }
                GroupEntry::Fwmark { mark, family } => {
                    (What::Mark(family.unwrap_or(service.family())), Point::Mark(mark), Point::Mark(mark))
                }
            };
            Claim { what, first, last, place: *place, server: server.place, of_group: true }
        };
        group.entries.iter().map(claim).collect()
    }

    /// The groups themselves, file order.
    pub(crate) fn into_model(self) -> Vec<Group> {
        let group = |draft: GroupDraft| Group {
            name: draft.name,
            entries: draft.entries.into_iter().map(|(entry, _)| entry).collect(),
        };
        self.list.into_iter().map(group).collect()
    }
}

/// Services that one line stands for.
struct Claim {
    what: What,
    first: Point,
    last: Point,
    place: Origin,
    /// Where its virtual server stands.
    server: Origin,
    of_group: bool,
}

/// Claims of different kinds never meet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Port(Option<Protocol>, u16),
    Mark(Family),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Point {
    Address(IpAddr),
    Mark(u32),
}

fn overlap(before: &Claim, claim: &Claim) -> Diagnostic {
    let what = match (claim.first, claim.what) {
        (Point::Address(address), What::Port(_, port)) => format!("[{address}]:{port}"),
        (Point::Address(address), What::Mark(_)) => address.to_string(),
        (Point::Mark(mark), _) => format!("mark {mark}"),
    };
    // One line of a group that two virtual servers share.
    let (place, first) =
        if claim.place == before.place { (claim.server, before.server) } else { (claim.place, before.place) };
    let mut found = problem("overlapping-services", format!("{what} stands twice"), place, "second time")
        .with(first, "first time")
        .meanwhile("the first one takes it");
    found.severity = Severity::Warning;
    found
}

/// The groups that can be used. Of two with one name keepalived only ever finds the first.
pub(crate) fn finish(reader: &mut Reader<'_>, drafts: Vec<GroupDraft>) -> Groups {
    let mut groups = Groups::default();
    for draft in drafts {
        if let Some(before) = groups.get(&draft.name) {
            let message = format!("virtual_server_group {} stands twice", draft.name);
            let found = problem("duplicate-name", message, draft.place, "second")
                .with(before.place, "first")
                .meanwhile("the first one is used");
            reader.report(Diagnostic { severity: Severity::Warning, ..found });
            continue;
        }
        if let Some(place) = mark_of_either_family(&draft) {
            let message = format!("virtual_server_group {} has addresses of both families", draft.name);
            reader.report(
                problem("mixed-families", message, place, "this mark does not say its family")
                    .meanwhile("the group is dropped")
                    .help("write inet or inet6 behind the mark"),
            );
            continue;
        }
        groups.places.insert(draft.name.clone(), groups.list.len());
        groups.list.push(draft);
    }
    groups
}

/// A mark without a family among addresses of both, where there is one.
fn mark_of_either_family(draft: &GroupDraft) -> Option<Origin> {
    let has = |family: Family| {
        draft
            .entries
            .iter()
            .any(|(entry, _)| matches!(entry, GroupEntry::Addresses { first, .. } if Family::of(*first) == family))
    };
    if !(has(Family::V4) && has(Family::V6)) {
        return None;
    }
    let silent = |entry: &GroupEntry| matches!(entry, GroupEntry::Fwmark { family: None, .. });
    draft.entries.iter().find(|(entry, _)| silent(entry)).map(|(_, place)| *place)
}
