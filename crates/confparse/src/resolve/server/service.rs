//! What a virtual server stands for: an address, a firewall mark, or the entries of a group.
use super::Groups;
use super::problem;
use crate::diagnostic::Severity;
use crate::lower::reader::Reader;
use crate::lower::server::{Head, VirtualDraft};
use crate::lower::server_group::GroupDraft;
use model::config::server::{GroupEntry, Protocol, Service};
use model::{Family, Name};

/// What a virtual server stands for, and what follows from it.
pub(super) struct Scope {
    /// The service; of a group its first address, or its first mark when it lists no address.
    pub(super) service: Service,
    pub(super) group: Option<Name>,
    /// How messages call it.
    pub(super) name: String,
    /// It takes every port, or one of the entries does.
    pub(super) every_port: bool,
    /// The port of packets; 0 when they come on more than one.
    pub(super) port: u16,
    /// Families of its traffic.
    families: Families,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Families {
    One(Family),
    Both,
}

impl Scope {
    fn of(service: Service) -> Self {
        let port = match service {
            Service::Address { port, .. } => port,
            Service::Fwmark { .. } => 0,
        };
        Self {
            service,
            group: None,
            name: service.to_string(),
            every_port: matches!(service, Service::Address { port: 0, .. }),
            port,
            families: Families::One(service.family()),
        }
    }

    /// Whether servers of this family can serve it.
    pub(super) fn takes(&self, family: Family) -> bool {
        self.families == Families::Both || self.families == Families::One(family)
    }
}

/// What the service is; `first` is the family of the first real server. `None` for an unknown group, which is reported.
pub(super) fn scope(
    reader: &mut Reader<'_>,
    draft: &VirtualDraft,
    first: Option<Family>,
    groups: &Groups,
) -> Option<Scope> {
    match &draft.head {
        Head::Group(name) => {
            let Some(group) = groups.get(name) else {
                reader.report(unknown_group(draft, name));
                return None;
            };
            Some(of_group(reader, draft, first, group))
        }
        Head::Mark(mark) => {
            without_protocol(reader, draft);
            let family = draft.family.map(|(family, _)| family).or(first).unwrap_or(Family::V4);
            Some(Scope::of(Service::Fwmark { mark: *mark, family }))
        }
        Head::Address(address, port) => {
            right_family(reader, draft, Family::of(*address), "the address");
            let protocol = protocol(reader, draft);
            Some(Scope::of(Service::Address { address: *address, port: *port, protocol }))
        }
    }
}

/// Keepalived's `-t` says nothing of it.
fn unknown_group(draft: &VirtualDraft, name: &Name) -> crate::diagnostic::Diagnostic {
    let message = format!("virtual_server_group {name} does not exist");
    let mut found = problem("unknown-server-group", message, draft.place, "there is no such group, or it was dropped");
    found.severity = Severity::Warning;
    found.meanwhile("the virtual server is skipped")
}

fn of_group(reader: &mut Reader<'_>, draft: &VirtualDraft, first: Option<Family>, group: &GroupDraft) -> Scope {
    let entries = || group.entries.iter().map(|(entry, _)| *entry);
    let addresses: Vec<_> = entries()
        .filter_map(|entry| match entry {
            GroupEntry::Addresses { first, port, .. } => Some((first, port)),
            GroupEntry::Fwmark { .. } => None,
        })
        .collect();
    let scope = match addresses.first() {
        Some((address, port)) => {
            let protocol = protocol(reader, draft);
            Scope::of(Service::Address { address: *address, port: *port, protocol })
        }
        None => Scope::of(mark_of_group(draft, first, entries())),
    };
    let family = scope.service.family();
    let of_entry = |entry: GroupEntry| match entry {
        GroupEntry::Addresses { first, .. } => Family::of(first),
        GroupEntry::Fwmark { family: said, .. } => said.unwrap_or(family),
    };
    let families =
        if entries().all(|entry| of_entry(entry) == family) { Families::One(family) } else { Families::Both };
    if families != Families::Both {
        right_family(reader, draft, family, "the group");
    }
    Scope {
        group: Some(group.name.clone()),
        name: format!("group {}", group.name),
        every_port: addresses.iter().any(|(_, port)| *port == 0),
        port: if addresses.iter().all(|(_, port)| *port == scope.port) { scope.port } else { 0 },
        families,
        ..scope
    }
}

/// The first mark of a group that lists nothing else. Its family is said by `ip_family`, by a mark, or by the servers.
fn mark_of_group(draft: &VirtualDraft, first: Option<Family>, entries: impl Iterator<Item = GroupEntry>) -> Service {
    let (mut marks, mut said) = (Vec::new(), None);
    for entry in entries {
        if let GroupEntry::Fwmark { mark, family } = entry {
            marks.push((mark, family));
            said = said.or(family);
        }
    }
    let (mark, own) = marks.first().copied().unwrap_or((1, None));
    let family = own.or(draft.family.map(|(family, _)| family)).or(said).or(first).unwrap_or(Family::V4);
    Service::Fwmark { mark, family }
}

fn right_family(reader: &mut Reader<'_>, draft: &VirtualDraft, family: Family, what: &str) {
    if let Some((said, place)) = draft.family.filter(|(said, _)| *said != family) {
        let message = format!("ip_family is {said} and {what} is {family}");
        let found = problem("mixed-families", message, place, &format!("contradicts {what}"));
        reader.report(found.meanwhile("the line is ignored"));
    }
}

fn without_protocol(reader: &mut Reader<'_>, draft: &VirtualDraft) {
    if let Some((_, place)) = draft.protocol {
        reader.report(
            problem("protocol-with-mark", "a firewall mark has no protocol", place, "of no use here")
                .meanwhile("the line is ignored"),
        );
    }
}

fn protocol(reader: &mut Reader<'_>, draft: &VirtualDraft) -> Protocol {
    if let Some((protocol, _)) = draft.protocol {
        return protocol;
    }
    let found =
        problem("protocol-missing", "a virtual server has no protocol", draft.place, "TCP, UDP or SCTP is not said")
            .meanwhile("it is taken as UDP")
            .help("add protocol TCP");
    reader.report(draft.futile.explain(&["protocol"], found));
    Protocol::Udp
}
