//! Rules between blocks: what may exist once, and which of two stays; what weights can do.
pub(crate) mod links;
pub(crate) mod weights;

use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::Drafts;
use crate::lower::reader::Reader;
use crate::resolve::{Placed, problem};
use crate::span::Origin;
use model::Name;
use model::config::server::{RealServer, Service, VirtualServer};
use std::collections::{HashMap, HashSet};

/// Keeps the first of instances and groups with one name.
pub(crate) fn unique_names(reader: &mut Reader<'_>, drafts: &mut Drafts) {
    unique(reader, "vrrp_instance", &mut drafts.instances, |draft| (draft.name.clone(), draft.place));
    unique(reader, "vrrp_sync_group", &mut drafts.groups, |draft| (draft.name.clone(), draft.place));
}

fn unique<T>(reader: &mut Reader<'_>, what: &str, list: &mut Vec<T>, key: impl Fn(&T) -> (Name, Origin)) {
    let mut seen: HashMap<Name, Origin> = HashMap::new();
    list.retain(|one| {
        let (name, place) = key(one);
        let Some(before) = seen.get(&name) else {
            seen.insert(name, place);
            return true;
        };
        reader.report(
            problem("duplicate-name", format!("{what} {name} stands twice"), place, "second block with this name")
                .with(*before, "first block")
                .meanwhile("the second block is ignored"),
        );
        false
    });
}

/// Joins virtual servers for one service, or for one group and protocol: the settings of the first count, and real servers
/// that it does not have come to it. The kernel has such a service once, and keepalived fills it from both blocks.
pub(crate) fn services(reader: &mut Reader<'_>, servers: &mut Vec<Placed<VirtualServer>>) {
    let mut seen: HashMap<(Option<Name>, Service), usize> = HashMap::new();
    let mut kept: Vec<Placed<VirtualServer>> = Vec::new();
    for placed in std::mem::take(servers) {
        let key = (placed.thing.group.clone(), placed.thing.service);
        match seen.get(&key).and_then(|at| kept.get_mut(*at)) {
            Some(first) => join(reader, first, placed),
            None => {
                seen.insert(key, kept.len());
                kept.push(placed);
            }
        }
    }
    *servers = kept;
}

fn join(reader: &mut Reader<'_>, first: &mut Placed<VirtualServer>, second: Placed<VirtualServer>) {
    let message = match &second.thing.group {
        Some(group) => format!("virtual server group {group} stands twice for one protocol"),
        None => format!("virtual server {} stands twice", second.thing.service),
    };
    let found = problem("duplicate-virtual-server", message, second.place, "second")
        .with(first.place, "first")
        .meanwhile("the real servers of the second join the first, whose settings count");
    reader.report(Diagnostic { severity: Severity::Warning, ..found });
    let place = |server: &RealServer| (server.address, server.port);
    let here: HashSet<_> = first.thing.real_servers.iter().map(place).collect();
    first
        .thing
        .real_servers
        .extend(second.thing.real_servers.into_iter().filter(|server| !here.contains(&place(server))));
}

#[cfg(test)]
mod tests;
