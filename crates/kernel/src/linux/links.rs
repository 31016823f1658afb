//! The table of links and addresses as the kernel told it, and what of it has changed since it was last reported.
use crate::ports::Event;
use model::holdings::AddressKey;
use model::net::Link;
use model::{Family, InterfaceName, Prefix};
use netlink_packet_route::address::{AddressAttribute, AddressHeaderFlags, AddressMessage};
use netlink_packet_route::link::{AfSpecInet6, AfSpecUnspec, LinkAttribute, LinkFlags, LinkMessage};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;

/// Index of a link (`ifindex`).
pub(super) type Index = u32;

/// An address on a link, with what decides its place in the kernel's list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Held {
    prefix: Prefix,
    secondary: bool,
    scope: u8,
    /// Duplicate address detection runs, or has failed.
    tentative: bool,
    /// The other end of a point-to-point link.
    peer: Option<IpAddr>,
}

/// What is known of a link itself.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Facts {
    name: InterfaceName,
    running: bool,
    hardware: Vec<u8>,
    mtu: u32,
    arp: bool,
    /// Whether the host is a router on it, in IPv6. Not reported.
    forwards: bool,
}

/// One link. Facts and addresses come in separate messages, so either can be known first.
#[derive(Clone, Debug, Default)]
struct Entry {
    facts: Option<Facts>,
    addresses: Vec<Held>,
}

/// One fact about the kernel, decoded.
#[derive(Clone, Debug)]
enum Fact {
    Link(Index, Facts),
    LinkGone(Index),
    Address(Index, Held),
    AddressGone(Index, Prefix),
}

/// All links, by index.
#[derive(Default)]
pub(super) struct Table {
    entries: BTreeMap<Index, Entry>,
    /// What the other side was last told.
    reported: BTreeMap<Index, (InterfaceName, Link)>,
    /// Links that may differ from what was reported.
    changed: BTreeSet<Index>,
    /// What changed while a dump was under way: there the dump may be the older of the two.
    touched: Option<Touched>,
}

#[derive(Default)]
struct Touched {
    links: BTreeSet<Index>,
    addresses: BTreeSet<(Index, Prefix)>,
}

/// What a dump has said so far.
#[derive(Default)]
pub(super) struct Snapshot {
    entries: BTreeMap<Index, Entry>,
}

impl Snapshot {
    /// Takes one message of the dump.
    pub(super) fn take(&mut self, message: &RouteNetlinkMessage) {
        match decode(message, |index| self.entries.get(&index).and_then(|e| e.facts.clone())) {
            Some(Fact::Link(index, facts)) => self.entries.entry(index).or_default().facts = Some(facts),
            // A dump lists addresses in the kernel's own order.
            Some(Fact::Address(index, held)) => self.entries.entry(index).or_default().addresses.push(held),
            Some(Fact::LinkGone(_) | Fact::AddressGone(..)) | None => {}
        }
    }
}

impl Table {
    /// The index of the link with this name.
    pub(super) fn index(&self, name: &InterfaceName) -> Option<Index> {
        self.entries.iter().find(|(_, e)| e.facts.as_ref().is_some_and(|f| f.name == *name)).map(|(index, _)| *index)
    }

    /// Whether the host is a router on this link, in IPv6, as far as the link's last message said.
    pub(super) fn forwards_ipv6(&self, index: Index) -> bool {
        self.entries.get(&index).and_then(|e| e.facts.as_ref()).is_some_and(|facts| facts.forwards)
    }

    /// The other end that an address was given, where it was given one.
    pub(super) fn peer_of(&self, key: &AddressKey) -> Option<IpAddr> {
        let entry = self.index(&key.interface).and_then(|index| self.entries.get(&index))?;
        entry.addresses.iter().find(|held| held.prefix == key.prefix)?.peer
    }

    /// Whether the link holds the address of this key with another prefix length, and not with this one.
    pub(super) fn holds_otherwise(&self, key: &AddressKey) -> bool {
        let entry = self.index(&key.interface).and_then(|index| self.entries.get(&index));
        let same = |held: &&Held| held.prefix.address() == key.prefix.address();
        entry.is_some_and(|e| {
            e.addresses.iter().any(|h| same(&h)) && !e.addresses.iter().any(|h| h.prefix == key.prefix)
        })
    }

    /// Takes a message of the monitor.
    pub(super) fn apply(&mut self, message: &RouteNetlinkMessage) {
        let Some(fact) = decode(message, |index| self.entries.get(&index).and_then(|e| e.facts.clone())) else {
            return;
        };
        match fact {
            Fact::Link(index, facts) => {
                self.touch_link(index);
                self.entries.entry(index).or_default().facts = Some(facts);
            }
            Fact::LinkGone(index) => {
                self.touch_link(index);
                let addresses = self.entries.remove(&index).map(|e| e.addresses).unwrap_or_default();
                addresses.into_iter().for_each(|held| self.touch_address(index, held.prefix));
            }
            Fact::Address(index, held) => {
                self.touch_address(index, held.prefix);
                self.entries.entry(index).or_default().put(held);
            }
            Fact::AddressGone(index, prefix) => {
                self.touch_address(index, prefix);
                if let Some(entry) = self.entries.get_mut(&index) {
                    entry.addresses.retain(|held| held.prefix != prefix);
                }
            }
        }
    }

    fn touch_link(&mut self, index: Index) {
        self.changed.insert(index);
        if let Some(touched) = &mut self.touched {
            touched.links.insert(index);
        }
    }

    fn touch_address(&mut self, index: Index, prefix: Prefix) {
        self.changed.insert(index);
        if let Some(touched) = &mut self.touched {
            touched.addresses.insert((index, prefix));
        }
    }

    /// A dump begins: from now on, what the monitor says is newer than what the dump will say.
    pub(super) fn begin_dump(&mut self) {
        self.touched = Some(Touched::default());
    }

    /// A dump has ended: the table becomes what it said, but for what changed meanwhile. Of an incomplete dump (the
    /// kernel says so when links changed under it) only what it has is believed, not what it lacks.
    pub(super) fn end_dump(&mut self, snapshot: Snapshot, complete: bool) {
        let touched = self.touched.take().unwrap_or_default();
        let mut old = std::mem::replace(&mut self.entries, snapshot.entries);
        let indexes: BTreeSet<Index> = self.entries.keys().chain(old.keys()).copied().collect();
        for index in indexes {
            let before = old.remove(&index).unwrap_or_default();
            let entry = self.entries.entry(index).or_default();
            if touched.links.contains(&index) || (!complete && entry.facts.is_none()) {
                entry.facts = before.facts;
            }
            let is_newer = |held: &Held| touched.addresses.contains(&(index, held.prefix));
            entry.addresses.retain(|held| !is_newer(held) || before.addresses.iter().any(|b| b.prefix == held.prefix));
            for held in before.addresses.into_iter().filter(|held| is_newer(held) || !complete) {
                entry.put(held);
            }
            if entry.facts.is_none() && entry.addresses.is_empty() {
                self.entries.remove(&index);
            }
            self.changed.insert(index);
        }
        self.changed.extend(self.reported.keys());
    }

    /// Forgets what was reported of links that still exist, so that all of them are reported again.
    pub(super) fn report_everything_again(&mut self) {
        let named = |index: &Index| self.entries.get(index).and_then(|e| e.facts.as_ref()).map(|f| &f.name);
        self.reported.retain(|index, (name, _)| named(index) != Some(name));
        self.changed.extend(self.entries.keys());
    }

    /// Appends an event for everything that really changed since the last report: what went away first, so that a name
    /// that moved to another link is not lost.
    pub(super) fn report(&mut self, out: &mut VecDeque<Event>) {
        let changed = std::mem::take(&mut self.changed);
        let mut renamed = Vec::new();
        for index in &changed {
            let name = self.entries.get(index).and_then(|e| e.facts.as_ref()).map(|f| &f.name);
            if self.reported.get(index).is_some_and(|(reported, _)| Some(reported) != name)
                && let Some((gone, _)) = self.reported.remove(index)
            {
                renamed.extend(name.map(|to| Event::LinkRenamed { from: gone.clone(), to: to.clone() }));
                out.push_back(Event::LinkGone(gone));
            }
        }
        for index in changed {
            let Some((name, link)) = self.entries.get(&index).and_then(Entry::link) else { continue };
            match self.reported.get(&index).map(|(_, reported)| reported) {
                Some(reported) if *reported == link => continue,
                Some(reported) if reported.is_but_for_addresses(&link) => {
                    out.push_back(Event::Addresses { interface: name.clone(), addresses: link.addresses.clone() });
                }
                Some(_) | None => out.push_back(Event::Link { interface: name.clone(), link: link.clone() }),
            }
            self.reported.insert(index, (name, link));
        }
        out.extend(renamed);
    }
}

impl Entry {
    /// Puts an address where the kernel puts it. IPv4: a secondary one at the end, another after the last primary of at
    /// least its scope. IPv6: before the first of the same or a narrower scope, and after all of IPv4, as in a dump.
    fn put(&mut self, new: Held) {
        if let Some(old) = self.addresses.iter_mut().find(|held| held.prefix == new.prefix) {
            old.tentative = new.tentative;
            old.peer = new.peer;
            if old.secondary == new.secondary && old.scope == new.scope {
                return;
            }
            self.addresses.retain(|held| held.prefix != new.prefix);
        }
        let is_v4 = |held: &Held| held.prefix.family() == Family::V4;
        let v4_end = self.addresses.iter().take_while(|held| is_v4(held)).count();
        let at = match new.prefix.family() {
            Family::V4 if new.secondary => v4_end,
            Family::V4 => {
                let leads = |held: &Held| is_v4(held) && !held.secondary && new.scope <= held.scope;
                self.addresses.iter().rposition(leads).map_or(0, |last| last.saturating_add(1))
            }
            Family::V6 => {
                let follows = |held: &Held| !is_v4(held) && held.scope >= new.scope;
                self.addresses.iter().position(follows).unwrap_or(self.addresses.len())
            }
        };
        self.addresses.insert(at, new);
    }

    fn link(&self) -> Option<(InterfaceName, Link)> {
        let facts = self.facts.as_ref()?;
        let key = |held: &Held| AddressKey { interface: facts.name.clone(), prefix: held.prefix };
        let link = Link {
            running: facts.running,
            hardware: facts.hardware.clone(),
            mtu: facts.mtu,
            arp: facts.arp,
            addresses: self.addresses.iter().map(key).collect(),
            tentative: self.addresses.iter().filter(|held| held.tentative).map(|h| h.prefix.address()).collect(),
        };
        Some((facts.name.clone(), link))
    }
}

/// What a message says, if it says anything for us. `known` gives the facts of a link so far: a message may carry only a
/// part of them.
fn decode(message: &RouteNetlinkMessage, known: impl Fn(Index) -> Option<Facts>) -> Option<Fact> {
    match message {
        // A bridge tells of its ports in messages of its own family, and of a port that leaves by a "link gone".
        RouteNetlinkMessage::NewLink(m) | RouteNetlinkMessage::DelLink(m)
            if m.header.interface_family != AddressFamily::Unspec =>
        {
            None
        }
        RouteNetlinkMessage::NewLink(m) => facts_of(m, known(m.header.index)).map(|f| Fact::Link(m.header.index, f)),
        RouteNetlinkMessage::DelLink(m) => Some(Fact::LinkGone(m.header.index)),
        RouteNetlinkMessage::NewAddress(m) => held_of(m).map(|held| Fact::Address(m.header.index, held)),
        RouteNetlinkMessage::DelAddress(m) => held_of(m).map(|held| Fact::AddressGone(m.header.index, held.prefix)),
        _ => None,
    }
}

fn facts_of(message: &LinkMessage, known: Option<Facts>) -> Option<Facts> {
    let name = message.attributes.iter().find_map(|a| match a {
        LinkAttribute::IfName(name) => InterfaceName::new(name).ok(),
        _ => None,
    });
    let mut facts = match (known, name) {
        (Some(known), None) => known,
        (Some(known), Some(name)) => Facts { name, ..known },
        (None, name) => {
            Facts { name: name?, running: false, hardware: Vec::new(), mtu: 0, arp: false, forwards: false }
        }
    };
    let flags = message.header.flags;
    facts.running = flags.contains(LinkFlags::Up | LinkFlags::Running);
    facts.arp = !flags.contains(LinkFlags::Noarp);
    for attribute in &message.attributes {
        match attribute {
            // The loopback link has an address of zeros: none.
            LinkAttribute::Address(bytes) if bytes.iter().all(|b| *b == 0) => facts.hardware = Vec::new(),
            LinkAttribute::Address(bytes) => facts.hardware.clone_from(bytes),
            LinkAttribute::Mtu(mtu) => facts.mtu = *mtu,
            LinkAttribute::AfSpecUnspec(families) => facts.forwards = forwards(families).unwrap_or(facts.forwards),
            _ => {}
        }
    }
    Some(facts)
}

fn forwards(families: &[AfSpecUnspec]) -> Option<bool> {
    let ipv6 =
        families.iter().find_map(|f| if let AfSpecUnspec::Inet6(settings) = f { Some(settings) } else { None })?;
    ipv6.iter().find_map(|s| if let AfSpecInet6::DevConf(settings) = s { Some(settings.forwarding != 0) } else { None })
}

/// With a peer, `IFA_LOCAL` is our address and `IFA_ADDRESS` the other's; IPv6 has only the second without one.
fn held_of(message: &AddressMessage) -> Option<Held> {
    let attributes = || message.attributes.iter();
    let local = attributes().find_map(|a| if let AddressAttribute::Local(address) = a { Some(*address) } else { None });
    let any =
        || attributes().find_map(|a| if let AddressAttribute::Address(address) = a { Some(*address) } else { None });
    let address: IpAddr = local.or_else(any)?;
    Some(Held {
        prefix: Prefix::new(address, message.header.prefix_len).ok()?,
        secondary: message.header.flags.contains(AddressHeaderFlags::Secondary),
        scope: message.header.scope.into(),
        tentative: is_tentative(message.header.flags),
        peer: local.and_then(|local| any().filter(|other| *other != local)),
    })
}

/// An optimistic address may be used while its detection runs (RFC 4429).
const fn is_tentative(flags: AddressHeaderFlags) -> bool {
    let waits = flags.contains(AddressHeaderFlags::Tentative) && !flags.contains(AddressHeaderFlags::Optimistic);
    waits || flags.contains(AddressHeaderFlags::Dadfailed)
}

#[cfg(test)]
mod tests;
