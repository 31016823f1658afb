//! Instances on one link: identifiers that could not be told apart, and names of links that two would make.
use crate::lower::reader::Reader;
use crate::resolve::{Placed, problem};
use crate::span::Origin;
use model::config::vrrp::Instance;
use model::{Family, InterfaceName, Name, Vrid};
use std::collections::HashMap;
use std::net::IpAddr;

/// Keeps the first of instances that share identifier, link, family and a destination: their adverts could not be told
/// apart. The destinations are the multicast group, or the unicast peers.
pub(crate) fn vrids(reader: &mut Reader<'_>, instances: &mut Vec<Placed<Instance>>) {
    let mut seen: HashMap<(InterfaceName, Family, Vrid, IpAddr), (Name, Origin)> = HashMap::new();
    instances.retain(|placed| {
        let instance = &placed.thing;
        let key = |address| (instance.interface.clone(), instance.family, instance.vrid, address);
        let keys: Vec<_> = match &instance.unicast {
            Some(unicast) => unicast.peers.iter().map(|peer| key(peer.address)).collect(),
            None => vec![key(instance.group)],
        };
        if let Some((first, before)) = keys.iter().find_map(|key| seen.get(key)) {
            report(reader, placed, first, *before);
            reader.lookups.lost("vrrp_instance", instance.name.clone(), placed.place, "skipped");
            return false;
        }
        seen.extend(keys.into_iter().map(|key| (key, (instance.name.clone(), placed.place))));
        true
    });
}

fn report(reader: &mut Reader<'_>, placed: &Placed<Instance>, first: &Name, before: Origin) {
    let instance = &placed.thing;
    let (name, vrid, link) = (&instance.name, instance.vrid, &instance.interface);
    let message = format!("{first} and {name} both use virtual_router_id {vrid} with {} on {link}", instance.family);
    let help = match instance.unicast {
        Some(_) => "ids need to differ only on one interface, family and peer",
        None => "ids need to differ only on one interface and family",
    };
    let found = problem("duplicate-vrid", message, placed.place, "second instance");
    let found = found.with(before, "first instance").meanwhile(format!("instance {name} is skipped"));
    reader.report(found.help(help));
}

/// A link of an instance has a name of its own; the second with one name gets a generated one.
pub(crate) fn names(reader: &mut Reader<'_>, instances: &mut [Placed<Instance>]) {
    let mut seen: HashMap<InterfaceName, (Name, Origin)> = HashMap::new();
    for placed in instances {
        let (owner, place) = (placed.thing.name.clone(), placed.place);
        let Some(slot) = placed.thing.virtual_link.as_mut().map(|link| &mut link.name) else { continue };
        let Some(name) = slot.as_ref() else { continue };
        if let Some((first, before)) = seen.get(name) {
            let message = format!("{first} and {owner} both call their own link {name}");
            let found = problem("link-name-twice", message, place, "second instance").with(*before, "first instance");
            reader.report(found.meanwhile(format!("a name is generated for the link of {owner}")));
            *slot = None;
        } else {
            seen.insert(name.clone(), (owner, place));
        }
    }
}
