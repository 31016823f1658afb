//! What links, addresses and trackers amount to for one instance: priority, faults, source address.
use super::Script;
use super::watched::{Influence, Readings, multiply, weigh};
use crate::fact::Watched;
use crate::instance::input::{Conditions, Fault};
use crate::links::Links;
use crate::wire::advert::capacity;
use crate::wire::hmac::TRAILER_BYTES;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::config::routing::TrackGroup;
use model::config::track::{TrackInterface, TrackScript, Tracked, Weight};
use model::config::vrrp::{Instance, SyncGroup};
use model::holdings::AddressKey;
use model::net::Link;
use model::{Family, InterfaceName, Priority};

/// All that conditions depend on.
#[derive(Clone, Copy)]
pub(crate) struct Survey<'a> {
    /// The scripts of the configuration.
    pub(crate) scripts: &'a [Script],
    /// Files, processes, sessions, static things.
    pub(crate) readings: &'a Readings,
    /// Who suffers when static things are missing.
    pub(crate) track_groups: &'a [TrackGroup],
    /// The links of the machine.
    pub(crate) links: &'a Links,
    /// Every virtual address of the configuration: none of them is a router's own.
    pub(crate) virtual_addresses: &'a BTreeSet<IpAddr>,
    /// Taken out of service by an operator, for this reason.
    pub(crate) maintenance: Option<&'a str>,
}

impl Survey<'_> {
    /// What everything amounts to for this instance in its group.
    pub(crate) fn conditions(self, instance: &Instance, group: Option<&SyncGroup>) -> Conditions {
        let link = self.links.get(&instance.interface);
        let source = self.source(instance, link);
        let mut tally = Tally { points: 0, faults: Vec::new(), all_heard: true };
        self.own_link(instance, link, source, &mut tally);
        self.trackers(instance, group, &mut tally);
        self.statics(instance, &mut tally);
        tally.faults.extend(self.maintenance.map(|why| Fault::Maintenance(String::from(why))));
        let addresses = || instance.addresses.iter().chain(&instance.excluded);
        let known = addresses().all(|address| self.links.is_known(&address.interface));
        let has_any = addresses().next().is_some();
        let mtu = self.links.mtu(&instance.interface);
        let trailer = if instance.hmac.is_some() { TRAILER_BYTES } else { 0 };
        let room = mtu.saturating_sub(u32::try_from(trailer).unwrap_or(0));
        Conditions {
            priority: effective(instance.priority, tally.points),
            faults: tally.faults,
            source,
            capacity: capacity(instance.version, instance.family, room),
            ready: tally.all_heard && known,
            in_place: has_any && addresses().all(|address| self.links.has(&AddressKey::of(address))),
        }
    }

    fn own_link(self, instance: &Instance, link: Option<&Link>, source: Option<IpAddr>, tally: &mut Tally) {
        tally.all_heard &= self.links.is_known(&instance.interface);
        let name = || instance.interface.clone();
        let fault = match link {
            None => Some(Fault::LinkMissing(name())),
            Some(link) if !link.running && !instance.ignore_own_link => Some(Fault::LinkDown(name())),
            Some(_) if source.is_none() => Some(Fault::NoSource(name(), instance.family)),
            Some(_) => None,
        };
        tally.faults.extend(fault);
        let absent = instance.source.filter(|source| instance.track_source && !self.links.has_address(*source));
        tally.faults.extend(absent.map(Fault::SourceMissing));
        let lonely = |unicast: &&model::config::vrrp::Unicast| unicast.fault_without_peer && unicast.peers.is_empty();
        tally.faults.extend(instance.unicast.as_ref().filter(lonely).map(|_| Fault::NoPeer));
    }

    fn trackers(self, instance: &Instance, group: Option<&SyncGroup>, tally: &mut Tally) {
        let flat = group.is_some_and(|group| !group.tracking_weight);
        let scripts = instance.track_scripts.iter().chain(group.iter().flat_map(|group| &group.track_scripts));
        scripts.for_each(|tracked| self.script(tracked, flat, tally));
        let links = instance.track_interfaces.iter().chain(group.iter().flat_map(|group| &group.track_interfaces));
        links.for_each(|tracked| self.link(tracked, flat, tally));
        let files = instance.track_files.iter().chain(group.iter().flat_map(|group| &group.track_files));
        files.for_each(|tracked| self.watched(Watched::File, tracked, flat, tally));
        let processes = instance.track_processes.iter().chain(group.iter().flat_map(|group| &group.track_processes));
        processes.for_each(|tracked| self.watched(Watched::Process, tracked, flat, tally));
        let sessions = instance.track_bfd.iter().chain(group.iter().flat_map(|group| &group.track_bfd));
        sessions.for_each(|tracked| self.watched(Watched::Session, tracked, flat, tally));
    }

    fn script(self, tracked: &TrackScript, flat: bool, tally: &mut Tally) {
        let Some(script) = self.scripts.iter().find(|script| *script.name() == tracked.script) else { return };
        let Some(good) = script.verdict() else {
            tally.all_heard = false;
            return;
        };
        tally.add(weigh(flattened(tracked.weight, flat), good), || {
            let name = tracked.script.clone();
            if good { Fault::ScriptReversed(name) } else { Fault::Script(name, script.failure()) }
        });
    }

    fn link(self, tracked: &TrackInterface, flat: bool, tally: &mut Tally) {
        tally.all_heard &= self.links.is_known(&tracked.interface);
        let link = self.links.get(&tracked.interface);
        let good = link.is_some_and(|link| link.running);
        tally.add(weigh(flattened(tracked.weight, flat), good), || {
            let name: InterfaceName = tracked.interface.clone();
            match link {
                Some(_) if good => Fault::LinkReversed(name),
                Some(_) => Fault::LinkDown(name),
                None => Fault::LinkMissing(name),
            }
        });
    }

    fn watched(self, what: Watched, tracked: &Tracked, flat: bool, tally: &mut Tally) {
        let Some(reading) = self.readings.get(what, &tracked.name) else {
            tally.all_heard = false;
            return;
        };
        let weight = flattened(tracked.weight, flat);
        let influence = match what {
            Watched::File => multiply(weight, reading),
            Watched::Process | Watched::Session => weigh(weight, reading != 0),
        };
        tally.add(influence, || Fault::Watched(what, tracked.name.clone(), reading));
    }

    /// Static things whose loss their track group is to notice.
    fn statics(self, instance: &Instance, tally: &mut Tally) {
        let groups = self.track_groups.iter().filter(|group| group.members.contains(&instance.name));
        let missing = groups.flat_map(|group| self.readings.missing(&group.name));
        tally.faults.extend(missing.map(|thing| Fault::StaticMissing(thing.clone())));
    }

    /// The configured source; else, over IPv4, the first address of the link that is nobody's virtual address, and over IPv6
    /// the first such link-local one (RFC 9568 section 5.1.2.1) that duplicate detection lets us use. Only the owner may
    /// send from a virtual address, because it is its own.
    fn source(self, instance: &Instance, link: Option<&Link>) -> Option<IpAddr> {
        if instance.source.is_some() {
            return instance.source;
        }
        let usable = |address: &IpAddr| match address {
            IpAddr::V4(_) => instance.family == Family::V4,
            IpAddr::V6(six) => instance.family == Family::V6 && six.is_unicast_link_local(),
        };
        let tentative = |address: &IpAddr| link.is_some_and(|link| link.tentative.contains(address));
        let own = || link.into_iter().flat_map(|link| &link.addresses).map(|key| key.prefix.address());
        let own = || own().filter(|address| usable(address) && !tentative(address));
        let real = own().find(|address| !self.virtual_addresses.contains(address));
        real.or_else(|| own().next().filter(|_| instance.priority.is_owner()))
    }
}

/// In a group without `sync_group_tracking_weight` every weight is taken as 0, a fault.
const fn flattened(weight: Weight, flat: bool) -> Weight {
    if flat { Weight { points: 0, reverse: weight.reverse } } else { weight }
}

struct Tally {
    points: i32,
    faults: Vec<Fault>,
    all_heard: bool,
}

impl Tally {
    fn add(&mut self, influence: Influence, fault: impl FnOnce() -> Fault) {
        match influence {
            Influence::Points(points) => self.points = self.points.saturating_add(points),
            Influence::Fault => {
                let fault = fault();
                if !self.faults.contains(&fault) {
                    self.faults.push(fault);
                }
            }
        }
    }
}

/// Base and points, kept within 1 to 254; the owner's 255 is not for trackers to change.
fn effective(base: Priority, points: i32) -> u8 {
    if base.is_owner() {
        return base.get();
    }
    let sum = i32::from(base.get()).saturating_add(points);
    u8::try_from(sum.clamp(1, 254)).unwrap_or(Priority::MAX_NOT_OWNER.get())
}

/// The names of all links that something of this configuration watches or holds addresses on.
pub(crate) fn links_of(instance: &Instance) -> impl Iterator<Item = &InterfaceName> {
    let addresses = instance.addresses.iter().chain(&instance.excluded).map(|address| &address.interface);
    let tracked = instance.track_interfaces.iter().map(|tracked| &tracked.interface);
    addresses.chain(tracked).chain([&instance.interface])
}
