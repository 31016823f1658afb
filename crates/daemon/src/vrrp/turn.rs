//! One turn of the vrrp thread: facts to the router, its effects to the hands, lane by lane. The simulator runs it too.
use super::hands::{Finding, Hands};
use kernel::ports::{Event, Ports};
use model::holdings::AddressKey;
use model::net::{Advert, Announcement, Endpoint, Link};
use model::{Instant, InterfaceName, Name};
use std::collections::{BTreeMap, BTreeSet};
use vrrp::effect::{Report, Severity};
use vrrp::fact::Packet;
use vrrp::router::{Router, Snapshot};
use vrrp::{Effect, Effects, Fact};

/// The machines, the hands and a kernel.
pub struct Turn<K> {
    router: Router,
    hands: Hands,
    kernel: K,
    effects: Effects,
    links: BTreeMap<InterfaceName, Link>,
    endpoints: BTreeSet<Endpoint>,
    /// A link came or went: its sockets are to be opened again, even if they are wanted as before.
    reopen: bool,
    /// The last complaint of each owner or endpoint, so that a lasting fault is said once.
    complaints: BTreeMap<Name, String>,
    /// Links on which `promote_secondaries` is wanted, one after the other.
    promotions: Vec<BTreeSet<InterfaceName>>,
}

impl<K: Ports> Turn<K> {
    /// No instances yet, on this kernel.
    pub fn new(kernel: K) -> Self {
        Self {
            router: Router::new(),
            hands: Hands::default(),
            kernel,
            effects: Effects::new(),
            links: BTreeMap::new(),
            endpoints: BTreeSet::new(),
            reopen: false,
            complaints: BTreeMap::new(),
            promotions: Vec::new(),
        }
    }

    /// The kernel, to wait on.
    pub fn kernel_mut(&mut self) -> &mut K {
        &mut self.kernel
    }

    /// The kernel, to look at.
    pub fn kernel(&self) -> &K {
        &self.kernel
    }

    /// What readers may know.
    pub fn snapshot(&self) -> Snapshot {
        self.router.snapshot()
    }

    /// When the next `due` has something to do.
    pub fn deadline(&self) -> Option<Instant> {
        self.router.deadline().into_iter().chain(self.hands.deadline()).min()
    }

    /// Gives a fact to the machines; effects wait for `finish`.
    pub fn fact(&mut self, now: Instant, fact: Fact<'_>) {
        self.router.step(now, fact, &mut self.effects);
    }

    /// Takes what the kernel told.
    pub fn event(&mut self, now: Instant, event: Event) {
        match event {
            Event::Packet(packet) => self.fact(
                now,
                Fact::PacketReceived(Packet {
                    interface: &packet.interface,
                    source: packet.source,
                    destination: packet.destination,
                    ttl: packet.ttl,
                    stated_length: packet.stated_length,
                    protocol: packet.protocol,
                    header: &packet.header,
                    payload: &packet.payload,
                }),
            ),
            Event::Link { interface, link } => self.link_seen(now, interface, link),
            Event::LinkGone(interface) => self.link_gone(now, interface),
            Event::LinkRenamed { from, to } => self.hands.renamed(&from, &to),
            Event::Addresses { interface, addresses } => self.addresses_seen(now, &interface, addresses),
            Event::Applied { ticket, results } => {
                let findings = self.hands.applied(now, ticket, &results);
                self.tell(now, findings);
            }
            // Fresh `Link` events for everything follow, and each makes the hands compare.
            Event::Overrun => {}
        }
    }

    /// Runs what is due.
    pub fn due(&mut self, now: Instant) {
        let findings = self.hands.expire(now);
        self.tell(now, findings);
        if self.router.deadline().is_some_and(|at| at <= now) {
            self.fact(now, Fact::DeadlineReached);
        }
    }

    /// Carries out the effects of this turn, all adverts before the first address, and gives back the reports.
    pub fn finish(&mut self, now: Instant) -> Vec<Report> {
        let mut reports = Vec::new();
        // Reaching a target is a fact that has effects of its own (announcements); two rounds are the rule.
        for _ in 0..8 {
            let effects = std::mem::take(&mut self.effects);
            self.carry_out(effects, &mut reports);
            let findings = self.hands.work(&mut self.kernel);
            self.tell(now, findings);
            if self.effects.is_empty() {
                break;
            }
        }
        reports
    }

    /// The links on which `promote_secondaries` is wanted, in the order of the wishes. Given only when every address is
    /// where it belongs: a link that is wanted no longer may still be losing the addresses for which it was.
    pub fn take_promotions(&mut self) -> Vec<BTreeSet<InterfaceName>> {
        if self.hands.is_idle() { std::mem::take(&mut self.promotions) } else { Vec::new() }
    }

    /// After a fault in the machines themselves: nothing is decided any more, every address that we own is let go.
    pub fn release_all(&mut self) {
        self.hands.release_all();
    }

    /// Whether nothing is left for the hands to do.
    pub fn is_idle(&self) -> bool {
        self.hands.is_idle()
    }

    fn carry_out(&mut self, mut effects: Effects, reports: &mut Vec<Report>) {
        effects.sort_by_key(Effect::lane);
        let mut wanted = self.endpoints.clone();
        let mut adverts = Vec::new();
        let mut announcements = Vec::new();
        for effect in effects {
            match effect {
                Effect::Listen(endpoints) => wanted = endpoints,
                Effect::Send(advert) => adverts.push(advert),
                Effect::Hold(hold) => self.hands.hold(hold),
                Effect::Promote(links) => self.promotions.push(links),
                Effect::Announce(announcement) => announcements.push(announcement),
                Effect::Report(report) => reports.push(report),
            }
        }
        // Whoever leaves a link says goodbye there first: what is to be closed stays open until the adverts have left.
        let open = self.endpoints.union(&wanted).cloned().collect();
        self.listen(open, reports);
        self.send(&adverts, reports);
        self.listen(wanted, reports);
        self.announce(&announcements, reports);
    }

    /// Has exactly these sockets open; does nothing when they are, unless a link came or went.
    fn listen(&mut self, endpoints: BTreeSet<Endpoint>, reports: &mut Vec<Report>) {
        let reopen = std::mem::take(&mut self.reopen);
        if endpoints == self.endpoints && !reopen {
            return;
        }
        self.endpoints = endpoints;
        for error in self.kernel.listen(&self.endpoints) {
            let subject = Name::new(error.endpoint.interface.as_str());
            self.complain(subject, format!("{error}; adverts are not heard there until the link changes"), reports);
        }
    }

    fn send(&mut self, adverts: &[Advert], reports: &mut Vec<Report>) {
        if adverts.is_empty() {
            return;
        }
        let errors = self.kernel.send(adverts);
        let failed: BTreeSet<_> = errors.iter().map(|error| error.index).collect();
        for (_, advert) in adverts.iter().enumerate().filter(|(n, _)| !failed.contains(n)) {
            if !self.complaints.is_empty() {
                self.complaints.remove(&advert.owner);
            }
        }
        for error in errors {
            if let Some(advert) = adverts.get(error.index) {
                let text = format!("advert on {} not sent: {}", advert.interface, error.source);
                self.complain(advert.owner.clone(), text, reports);
            }
        }
    }

    fn announce(&mut self, announcements: &[Announcement], reports: &mut Vec<Report>) {
        if announcements.is_empty() {
            return;
        }
        for error in self.kernel.announce(announcements) {
            if let Some(announcement) = announcements.get(error.index) {
                let text = format!("announcement of {} not sent: {}", announcement.address, error.source);
                self.complain(Name::new(announcement.interface.as_str()), text, reports);
            }
        }
    }

    fn complain(&mut self, subject: Name, text: String, reports: &mut Vec<Report>) {
        if self.complaints.get(&subject) != Some(&text) {
            self.complaints.insert(subject.clone(), text.clone());
            reports.push(Report::Note { severity: Severity::Error, subject, text });
        }
    }

    fn link_seen(&mut self, now: Instant, interface: InterfaceName, link: Link) {
        let findings = self.hands.saw(&interface, &link.addresses);
        self.links.insert(interface.clone(), link.clone());
        // A link that came back, perhaps with another index, needs its sockets again.
        self.reopen |= !self.endpoints.is_empty();
        self.fact(now, Fact::LinkSeen { interface, link });
        self.tell(now, findings);
    }

    fn link_gone(&mut self, now: Instant, interface: InterfaceName) {
        self.hands.lost(&interface);
        self.links.remove(&interface);
        self.reopen |= !self.endpoints.is_empty();
        self.fact(now, Fact::LinkLost { interface });
    }

    fn addresses_seen(&mut self, now: Instant, interface: &InterfaceName, addresses: Vec<AddressKey>) {
        let findings = self.hands.saw(interface, &addresses);
        if let Some(known) = self.links.get_mut(interface) {
            // Our own addresses come and go with the machines' own decisions; only the others are news to them.
            let foreign =
                |keys: &[AddressKey]| -> Vec<_> { keys.iter().filter(|k| !self.hands.owns(k)).cloned().collect() };
            let is_news = foreign(&known.addresses) != foreign(&addresses);
            known.addresses = addresses;
            if is_news {
                let link = known.clone();
                self.fact(now, Fact::LinkSeen { interface: interface.clone(), link });
            }
        }
        self.tell(now, findings);
    }

    fn tell(&mut self, now: Instant, findings: Vec<Finding>) {
        for finding in findings {
            let fact = match finding {
                Finding::Settled(owner) => Fact::HoldSettled { owner },
                Finding::Refused(owner, key, problem) => Fact::HoldRefused { owner, key, problem },
                Finding::Vanished(key) => Fact::AddressVanished(key),
            };
            self.router.step(now, fact, &mut self.effects);
        }
    }
}

#[cfg(test)]
mod tests;
