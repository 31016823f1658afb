//! Rules between blocks: what may exist once, and which of two stays; what weights can do.
pub(crate) mod links;
pub(crate) mod weights;

use crate::lower::Drafts;
use crate::lower::reader::Reader;
use crate::resolve::{Placed, problem};
use crate::span::Origin;
use model::Name;
use model::config::server::{Service, VirtualServer};
use std::collections::HashMap;

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

/// Keeps the first of virtual servers for one service, or for one group and protocol.
pub(crate) fn services(reader: &mut Reader<'_>, servers: &mut Vec<Placed<VirtualServer>>) {
    let mut seen: HashMap<(Option<Name>, Service), Origin> = HashMap::new();
    servers.retain(|placed| {
        let service = placed.thing.service;
        let key = (placed.thing.group.clone(), service);
        let Some(before) = seen.get(&key) else {
            seen.insert(key, placed.place);
            return true;
        };
        reader.report(
            problem(
                "duplicate-virtual-server",
                match &placed.thing.group {
                    Some(group) => format!("virtual server group {group} stands twice for one protocol"),
                    None => format!("virtual server {service} stands twice"),
                },
                placed.place,
                "second",
            )
            .with(*before, "first")
            .meanwhile("the second one is skipped"),
        );
        false
    });
}

#[cfg(test)]
mod tests;
