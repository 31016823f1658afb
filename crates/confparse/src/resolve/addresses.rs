//! The addresses of an instance: links filled in, families, duplicates, and what an advert cannot carry.
use super::problem;
use crate::lower::AddressLine;
use crate::lower::reader::Reader;
use crate::lower::vrrp::InstanceDraft;
use crate::span::Origin;
use model::config::vrrp::{Version, VirtualAddress};
use model::{Family, InterfaceName, limits};
use std::collections::HashMap;
use std::net::IpAddr;

/// What the addresses of an instance depend on.
pub(super) struct Around<'a> {
    pub(super) interface: &'a InterfaceName,
    pub(super) family: Family,
    pub(super) version: Version,
    pub(super) strict: bool,
}

/// Advertised and excluded addresses, without what cannot be held.
pub(super) fn holdings(
    reader: &mut Reader<'_>,
    draft: &mut InstanceDraft,
    around: &Around<'_>,
) -> (Vec<VirtualAddress>, Vec<VirtualAddress>) {
    let mut seen: HashMap<IpAddr, Origin> = HashMap::new();
    let mut addresses = Vec::with_capacity(draft.addresses.len());
    let mut excluded = Vec::with_capacity(draft.excluded.len());
    for line in std::mem::take(&mut draft.addresses) {
        if line.prefix.family() != around.family {
            wrong_family(reader, draft, &line, around.family);
        } else if !duplicate(reader, draft, &mut seen, &line) {
            addresses.push(line.on(around.interface));
        }
    }
    for line in std::mem::take(&mut draft.excluded) {
        if !duplicate(reader, draft, &mut seen, &line) {
            excluded.push(line.on(around.interface));
        }
    }
    if addresses.len() > limits::ADVERT_ADDRESSES {
        too_many(reader, draft, addresses.len());
        let surplus = addresses.split_off(limits::ADVERT_ADDRESSES);
        excluded.splice(0..0, surplus);
    }
    if addresses.is_empty() {
        without_addresses(reader, draft, around);
    }
    (addresses, excluded)
}

fn wrong_family(reader: &mut Reader<'_>, draft: &InstanceDraft, line: &AddressLine, family: Family) {
    let message = format!("{} is {family}, so its addresses are too", draft.name);
    reader.report(
        problem("mixed-families", message, line.place, &format!("this is {}", line.prefix.family()))
            .meanwhile("the address is ignored")
            .help("put it into virtual_ipaddress_excluded, or into an instance of its own"),
    );
}

fn duplicate(
    reader: &mut Reader<'_>,
    draft: &InstanceDraft,
    seen: &mut HashMap<IpAddr, Origin>,
    line: &AddressLine,
) -> bool {
    let address = line.prefix.address();
    let Some(before) = seen.get(&address).copied() else {
        seen.insert(address, line.place);
        return false;
    };
    reader.report(
        problem("duplicate-address", format!("{} lists {address} twice", draft.name), line.place, "second time")
            .with(before, "first time")
            .meanwhile("the second line is ignored"),
    );
    true
}

fn too_many(reader: &mut Reader<'_>, draft: &InstanceDraft, count: usize) {
    let most = limits::ADVERT_ADDRESSES;
    let message = format!("{} has {count} addresses, and an advert carries {most}", draft.name);
    reader.report(
        problem("too-many-addresses", message, draft.place, "too many addresses")
            .meanwhile("the rest is held and not advertised")
            .help("put most of them into virtual_ipaddress_excluded"),
    );
}

fn without_addresses(reader: &mut Reader<'_>, draft: &InstanceDraft, around: &Around<'_>) {
    let needed = around.version == Version::V3 || around.family == Family::V6 || around.strict;
    if draft.no_addresses && !needed {
        return;
    }
    let found = problem("no-addresses", format!("{} has no address", draft.name), draft.place, "nothing to hold")
        .meanwhile("it takes part in elections and holds nothing advertised");
    reader.report(if needed {
        found.help("version 3 and strict mode demand an address; keepalived does not start without one")
    } else {
        found.help("say no_virtual_ipaddress if that is intended")
    });
}
