//! Rules between blocks: what may exist once, and which of two stays.
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::Drafts;
use crate::lower::reader::Reader;
use crate::resolve::{Placed, problem};
use crate::span::Origin;
use model::config::server::{Service, VirtualServer};
use model::config::vrrp::Instance;
use model::{Family, InterfaceName, Name, Vrid};
use std::collections::HashMap;
use std::net::IpAddr;

/// Keeps the first of instances, groups and scripts with one name.
pub(crate) fn unique_names(reader: &mut Reader<'_>, drafts: &mut Drafts) {
    unique(reader, "vrrp_instance", &mut drafts.instances, |draft| (draft.name.clone(), draft.place));
    unique(reader, "vrrp_sync_group", &mut drafts.groups, |draft| (draft.name.clone(), draft.place));
    // Keepalived takes two scripts with one name and only ever finds the first.
    let mut seen: HashMap<Name, Origin> = HashMap::new();
    drafts.scripts.retain(|known| {
        let Some(before) = seen.insert(known.name.clone(), known.place) else { return true };
        seen.insert(known.name.clone(), before);
        let found =
            problem("duplicate-name", format!("vrrp_script {} stands twice", known.name), known.place, "second")
                .with(before, "first")
                .meanwhile("the first one is tracked");
        reader.report(Diagnostic { severity: Severity::Warning, ..found });
        false
    });
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

/// Keeps the first of instances that share identifier, link, family and group: their adverts could not be told apart.
/// Those with unicast peers could, but share the group as long as unicast has no effect.
pub(crate) fn vrids(reader: &mut Reader<'_>, instances: &mut Vec<Placed<Instance>>, unicast: &[Name]) {
    let mut seen: HashMap<(InterfaceName, Family, Vrid, IpAddr), (Name, Origin)> = HashMap::new();
    instances.retain(|placed| {
        let instance = &placed.thing;
        let key = (instance.interface.clone(), instance.family, instance.vrid, instance.group);
        let Some((first, before)) = seen.get(&key) else {
            seen.insert(key, (instance.name.clone(), placed.place));
            return true;
        };
        let (name, vrid, link) = (&instance.name, instance.vrid, &instance.interface);
        let message =
            format!("{first} and {name} both use virtual_router_id {vrid} with {} on {link}", instance.family);
        let mut found = problem("duplicate-vrid", message, placed.place, "second instance")
            .with(*before, "first instance")
            .meanwhile(format!("instance {name} is skipped"))
            .help("ids need to differ only on one interface and family");
        if unicast.contains(name) || unicast.contains(first) {
            found.severity = Severity::Warning;
            found = found.help("unicast_peer has no effect yet, so their adverts would meet in the multicast group");
        }
        reader.report(found);
        false
    });
}

/// Keeps the first of virtual servers for one service.
pub(crate) fn services(reader: &mut Reader<'_>, servers: &mut Vec<Placed<VirtualServer>>) {
    let mut seen: HashMap<Service, Origin> = HashMap::new();
    servers.retain(|placed| {
        let service = placed.thing.service;
        let Some(before) = seen.get(&service) else {
            seen.insert(service, placed.place);
            return true;
        };
        reader.report(
            problem(
                "duplicate-virtual-server",
                format!("virtual server {service} stands twice"),
                placed.place,
                "second",
            )
            .with(*before, "first")
            .meanwhile("the second one is skipped"),
        );
        false
    });
}
