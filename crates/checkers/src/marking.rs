//! Address groups by marks (`nftables_ipvs`): which virtual server has which mark, and which traffic gets it. A pure function
//! of the configuration: a restart comes to the same marks.
use alloc::collections::btree_map::Entry;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use model::config::server::{Group, GroupEntry, Protocol, Service, VirtualServer};
use model::{Config, Family, Name};

/// Marks by group and service: what tells one virtual server of a group from another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    marks: BTreeMap<(Name, Service), u32>,
}

/// Traffic that gets a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marked {
    /// First destination address.
    pub first: IpAddr,
    /// Last destination address, of the same family.
    pub last: IpAddr,
    /// First and last destination port.
    pub ports: (u16, u16),
    /// Transport protocol.
    pub protocol: Protocol,
    /// The mark.
    pub mark: u32,
}

impl Marks {
    /// The marks in file order from the first that may be given; those that the file uses itself are left out. None where
    /// groups are not to be marked.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        if config.global.firewall.ipvs_table.is_none() {
            return Self::default();
        }
        let used = written(config);
        let mut free = (config.global.firewall.ipvs_first_mark..=u32::MAX).filter(|mark| !used.contains(mark));
        let mut marks = BTreeMap::new();
        for (group, server) in of_addresses(config) {
            let key = (group.name.clone(), server.service);
            if let Entry::Vacant(entry) = marks.entry(key) {
                let Some(mark) = free.next() else { break };
                entry.insert(mark);
            }
        }
        Self { marks }
    }

    /// The mark of a virtual server, if it has one.
    #[must_use]
    pub fn mark(&self, server: &VirtualServer) -> Option<u32> {
        self.marks.get(&(server.group.clone()?, server.service)).copied()
    }

    /// All traffic that gets a mark; nothing gets two. Of two that want the same the first counts, and a port of its own
    /// before every port.
    #[must_use]
    pub fn traffic(&self, config: &Config) -> BTreeSet<Marked> {
        let mut all: Vec<Marked> = Vec::new();
        for every_port in [false, true] {
            for (group, server) in of_addresses(config) {
                let Some(mark) = self.mark(server) else { continue };
                let wanted = group.entries.iter().filter_map(|entry| marked(*entry, server.service, mark));
                for new in wanted.filter(|new| (new.ports.0 != new.ports.1) == every_port) {
                    all.extend(without(new, &all));
                }
            }
        }
        all.into_iter().collect()
    }
}

/// Virtual servers whose group lists addresses.
fn of_addresses(config: &Config) -> impl Iterator<Item = (&Group, &VirtualServer)> {
    let groups: BTreeMap<&Name, &Group> = config.server_groups.iter().rev().map(|group| (&group.name, group)).collect();
    config.virtual_servers.iter().filter_map(move |server| {
        let group = groups.get(server.group.as_ref()?)?;
        let addresses = group.entries.iter().any(|entry| matches!(entry, GroupEntry::Addresses { .. }));
        addresses.then_some((*group, server))
    })
}

/// Marks that somebody has chosen.
fn written(config: &Config) -> BTreeSet<u32> {
    let own = config.virtual_servers.iter().filter_map(|server| match server.service {
        Service::Fwmark { mark, .. } => Some(mark),
        Service::Address { .. } => None,
    });
    let entries = config.server_groups.iter().flat_map(|group| &group.entries);
    let groups = entries.filter_map(|entry| match entry {
        GroupEntry::Fwmark { mark, .. } => Some(*mark),
        GroupEntry::Addresses { .. } => None,
    });
    own.chain(groups).collect()
}

fn marked(entry: GroupEntry, own: Service, mark: u32) -> Option<Marked> {
    let GroupEntry::Addresses { first, last, port } = entry else { return None };
    let ports = if port == 0 { (0, u16::MAX) } else { (port, port) };
    Some(Marked { first, last, ports, protocol: own.protocol()?, mark })
}

/// What is left of it where others were first.
fn without(new: Marked, others: &[Marked]) -> Vec<Marked> {
    let mut left = Vec::from([new]);
    for other in others.iter().filter(|other| other.protocol == new.protocol) {
        if Family::of(other.first) == Family::of(new.first) {
            left = left.into_iter().flat_map(|one| cut(one, other)).collect();
        }
    }
    left
}

/// The parts of a rectangle of addresses and ports that lie outside another one.
fn cut(one: Marked, other: &Marked) -> Vec<Marked> {
    let (first, last) = (one.first.max(other.first), one.last.min(other.last));
    let (low, high) = (one.ports.0.max(other.ports.0), one.ports.1.min(other.ports.1));
    if first > last || low > high {
        return Vec::from([one]);
    }
    let before = (one.first < first).then(|| Marked { last: beside(first, false), ..one });
    let behind = (one.last > last).then(|| Marked { first: beside(last, true), ..one });
    let within = Marked { first, last, ..one };
    let below = (one.ports.0 < low).then(|| Marked { ports: (one.ports.0, low.saturating_sub(1)), ..within });
    let above = (one.ports.1 > high).then(|| Marked { ports: (high.saturating_add(1), one.ports.1), ..within });
    [before, behind, below, above].into_iter().flatten().collect()
}

/// The next address, or the one before.
fn beside(address: IpAddr, up: bool) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let number = u32::from(address);
            Ipv4Addr::from(if up { number.saturating_add(1) } else { number.saturating_sub(1) }).into()
        }
        IpAddr::V6(address) => {
            let number = u128::from(address);
            Ipv6Addr::from(if up { number.saturating_add(1) } else { number.saturating_sub(1) }).into()
        }
    }
}

#[cfg(test)]
mod tests;
