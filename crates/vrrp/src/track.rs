//! Track scripts by their results, and what all trackers amount to for one instance; it runs none of them.
use crate::instance::input::{Conditions, Fault};
use crate::links::Links;
use crate::wire::advert::capacity;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::config::track::{self, TrackInterface, TrackScript, Weight};
use model::config::vrrp::{Instance, SyncGroup};
use model::holdings::AddressKey;
use model::net::{Link, Outcome};
use model::state::vrrp as picture;
use model::{Family, Instant, InterfaceName, Name, Priority};

/// Bytes of a packet where the link does not tell.
const USUAL_MTU: u32 = 1_500;

/// One track script.
#[derive(Debug)]
pub(crate) struct Script {
    config: track::Script,
    /// `None` before anything is known.
    good: Option<bool>,
    since: Instant,
    /// Results in a row that speak against `good`.
    against: u32,
    last: String,
    runs: u64,
    failures: u64,
}

impl Script {
    /// Nothing known yet.
    pub(crate) fn new(config: track::Script, now: Instant) -> Self {
        Self { config, good: None, since: now, against: 0, last: String::new(), runs: 0, failures: 0 }
    }

    /// Takes a changed configuration. What another command found out does not count for this one.
    pub(crate) fn reconfigured(self, config: track::Script, now: Instant) -> Self {
        if self.config.command == config.command { Self { config, ..self } } else { Self::new(config, now) }
    }

    /// Its name.
    pub(crate) fn name(&self) -> &Name {
        &self.config.name
    }

    /// Whether it runs this command.
    pub(crate) fn runs_as(&self, other: &track::Script) -> bool {
        self.config.command == other.command
    }

    /// Good or bad as trackers see it; `None` holds them in INIT.
    pub(crate) fn verdict(&self) -> Option<bool> {
        self.good.or(if self.config.init_fail { Some(false) } else { None })
    }

    /// What its last run did, in words.
    pub(crate) fn last(&self) -> &str {
        &self.last
    }

    /// Takes the result of a run; true when the verdict changed. The very first result counts at once, unless
    /// `init_fail` has judged already; after that `rise` or `fall` results in a row are needed.
    pub(crate) fn finished(&mut self, now: Instant, outcome: &Outcome) -> bool {
        let before = self.verdict();
        let success = matches!(outcome, Outcome::Exited(0));
        self.runs += 1;
        self.failures += u64::from(!success);
        self.last = self.words(outcome);
        if before == Some(success) {
            self.against = 0;
            // A failure confirms what init_fail assumed.
            self.good = before;
            return false;
        }
        self.against += 1;
        let needed = match before {
            None => 1,
            Some(true) => self.config.fall,
            Some(false) => self.config.rise,
        };
        if self.against < needed {
            return false;
        }
        self.good = Some(success);
        self.since = now;
        self.against = 0;
        true
    }

    fn words(&self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Exited(status) => format!("exit status {status}"),
            Outcome::Signalled(signal) => format!("killed by signal {signal}"),
            Outcome::TimedOut => format!("killed after {}", self.config.timeout),
            Outcome::NotStarted(problem) => format!("not started: {problem}"),
        }
    }

    /// What readers may know.
    pub(crate) fn snapshot(&self) -> picture::Script {
        picture::Script {
            name: self.config.name.clone(),
            good: self.good,
            since: self.since,
            last: self.last.clone(),
            runs: self.runs,
            failures: self.failures,
        }
    }
}

/// What a tracker does to its instance.
enum Influence {
    /// Adds to the priority.
    Points(i16),
    /// Keeps it from taking part.
    Fault,
}

/// A positive weight is added while good, a negative one counts while bad, zero makes bad a fault; `reverse` swaps good
/// and bad.
const fn weigh(weight: Weight, good: bool) -> Influence {
    let good = good != weight.reverse;
    match (weight.points, good) {
        (0, true) => Influence::Points(0),
        (0, false) => Influence::Fault,
        (points, true) if points > 0 => Influence::Points(points),
        (points, false) if points < 0 => Influence::Points(points),
        (_, _) => Influence::Points(0),
    }
}

/// All that conditions depend on.
#[derive(Clone, Copy)]
pub(crate) struct Survey<'a> {
    /// The scripts of the configuration.
    pub(crate) scripts: &'a [Script],
    /// The links of the machine.
    pub(crate) links: &'a Links,
    /// Every virtual address of the configuration: none of them is a router's own.
    pub(crate) virtual_addresses: &'a BTreeSet<IpAddr>,
}

impl Survey<'_> {
    /// What everything amounts to for this instance in its group.
    pub(crate) fn conditions(self, instance: &Instance, group: Option<&SyncGroup>) -> Conditions {
        let link = self.links.get(&instance.interface);
        let source = self.source(instance, link);
        let mut tally = Tally { points: 0, faults: Vec::new(), all_heard: true };
        if instance.family == Family::V6 {
            tally.faults.push(Fault::Unsupported(instance.family));
        }
        self.own_link(instance, link, source, &mut tally);
        let flat = group.is_some_and(|group| !group.tracking_weight);
        let scripts = instance.track_scripts.iter().chain(group.iter().flat_map(|group| &group.track_scripts));
        scripts.for_each(|tracked| self.script(tracked, flat, &mut tally));
        let links = instance.track_interfaces.iter().chain(group.iter().flat_map(|group| &group.track_interfaces));
        links.for_each(|tracked| self.link(tracked, flat, &mut tally));
        let addresses = || instance.addresses.iter().chain(&instance.excluded);
        let known = addresses().all(|address| self.links.is_known(&address.interface));
        let has_any = addresses().next().is_some();
        let mtu = link.map_or(USUAL_MTU, |link| link.mtu);
        Conditions {
            priority: effective(instance.priority, tally.points),
            faults: tally.faults,
            source,
            capacity: capacity(instance.version, instance.family, mtu),
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

    /// The configured source, else the first address of the link that is nobody's virtual address; only the owner may
    /// send from a virtual address, because it is its own.
    fn source(self, instance: &Instance, link: Option<&Link>) -> Option<IpAddr> {
        if instance.source.is_some() {
            return instance.source;
        }
        let own = || link.into_iter().flat_map(|link| &link.addresses).map(|key| key.prefix.address());
        let own = || own().filter(|address| Family::of(*address) == instance.family);
        let real = own().find(|address| !self.virtual_addresses.contains(address));
        real.or_else(|| own().next().filter(|_| instance.priority.is_owner()))
    }
}

impl Script {
    fn failure(&self) -> String {
        if self.last.is_empty() { String::from("not run yet, and init_fail is set") } else { self.last.clone() }
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
            Influence::Points(points) => self.points = self.points.saturating_add(i32::from(points)),
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

#[cfg(test)]
mod tests;
