//! All virtual servers behind one door: facts in, orders out; finds whom a fact concerns and when the next deadline is.
use crate::checker::{Checker, Nursery, Taken};
use crate::effect::{Effects, Report};
use crate::fact::{Fact, ProbeId, Verdict};
use crate::marking::Marks;
use crate::orders::Orders;
use crate::overlay::Overlay;
use crate::sharing::{self, Followers, Seat};
use crate::spread;
use crate::virtual_server::{VirtualServer, Wanted};
use alloc::collections::btree_map::Entry;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::config::server::{self, Service};
use model::{Config, Instant, Name, state};

/// The pools of this machine.
#[derive(Debug)]
pub struct Pool {
    nursery: Nursery,
    services: BTreeMap<Service, VirtualServer>,
    /// Virtual servers that a configuration took out and whose real servers still drain.
    leaving: BTreeMap<Service, VirtualServer>,
    /// The services in file order.
    order: Vec<Service>,
    /// Services that the configuration lists more than once.
    repeated: BTreeSet<Service>,
    /// Where each check stands.
    homes: BTreeMap<u64, Home>,
    /// When each check wants to hear of the time: one entry for each of `homes`.
    deadlines: BTreeSet<(Instant, u64)>,
    /// Who takes the verdicts of an equal check.
    followers: Followers,
    /// When servers that drain are to go: one entry for each virtual server that has some.
    departures: BTreeSet<(Instant, Service)>,
    /// What runs, to be run again when an operator changes something over it.
    config: Arc<Config>,
    overlay: Overlay,
    stopped: bool,
    /// `None` until it was said.
    addresses_here: Option<BTreeSet<IpAddr>>,
    /// The last refusal that concerned no known service.
    stray_refusal: String,
    ignored: u64,
}

#[derive(Clone, Copy, Debug)]
struct Home {
    seat: Seat,
    /// Its entry in `deadlines`.
    deadline: Instant,
}

impl Pool {
    /// No services yet. The seed spreads first probes over their warm-up.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            nursery: Nursery::new(seed),
            services: BTreeMap::new(),
            leaving: BTreeMap::new(),
            order: Vec::new(),
            repeated: BTreeSet::new(),
            homes: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            followers: Followers::new(),
            departures: BTreeSet::new(),
            config: Arc::new(Config::default()),
            overlay: Overlay::default(),
            stopped: false,
            addresses_here: None,
            stray_refusal: String::new(),
            ignored: 0,
        }
    }

    /// Takes what happened and says what to do. Orders come as: `Cancel`, `Hold` (one for each service at most),
    /// `Report` (real servers before their virtual server), `Start`; `AllReleased` is the last of all. After it every
    /// fact is ignored.
    pub fn step(&mut self, now: Instant, fact: Fact, effects: &mut Effects) {
        if self.stopped {
            self.ignored += 1;
            return;
        }
        let mut orders = Orders::default();
        match fact {
            Fact::Configured(config) => {
                self.config = config;
                self.configure(now, &mut orders);
            }
            // It is said with every configuration, and seldom new.
            Fact::Overlaid(overlay) if overlay == self.overlay => {}
            Fact::Overlaid(overlay) => {
                self.overlay = overlay;
                self.configure(now, &mut orders);
            }
            Fact::ProbeEnded { probe, verdict } => self.probes_ended(now, &[(probe, verdict)], &mut orders),
            Fact::ProbesEnded(ended) => self.probes_ended(now, &ended, &mut orders),
            Fact::FileRead { file, number } => self.told(now, |check| check.file_read(now, &file, number), &mut orders),
            Fact::SessionMoved { session, up } => {
                self.told(now, |check| check.session_moved(now, &session, up), &mut orders);
            }
            Fact::AddressesHere(here) => {
                self.addresses_here = Some(here);
                if self.suspend(&mut orders) {
                    self.share(now, &mut orders);
                }
            }
            Fact::ServiceRefused { service, problem } => self.refused(service, &problem, &mut orders),
            Fact::StopRequested => self.stop(&mut orders),
            Fact::DeadlineReached => self.deadline_reached(now, &mut orders),
        }
        orders.give(effects);
    }

    /// When `Fact::DeadlineReached` is wanted.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let departure = self.departures.first().map(|(at, _)| *at);
        self.deadlines.first().map(|(at, _)| *at).into_iter().chain(departure).min()
    }

    /// What readers may know, in file order; at the end those that left the file and drain.
    #[must_use]
    pub fn snapshot(&self) -> Vec<state::server::VirtualServer> {
        let here = self.order.iter().filter_map(|service| self.services.get(service));
        here.chain(self.leaving.values()).map(VirtualServer::snapshot).collect()
    }

    /// Facts that came too late to concern anybody: verdicts of cancelled probes, anything after the stop.
    #[must_use]
    pub const fn ignored(&self) -> u64 {
        self.ignored
    }

    fn configure(&mut self, now: Instant, orders: &mut Orders) {
        let config = Arc::clone(&self.config);
        let mut old = core::mem::take(&mut self.services);
        // Who comes back goes on.
        for (service, leaving) in core::mem::take(&mut self.leaving) {
            old.entry(service).or_insert(leaving);
        }
        let marks = Marks::of(&config);
        let mut repeated = BTreeSet::new();
        self.order.clear();
        let mut taken = BTreeSet::new();
        let wanted_services: BTreeSet<Service> = config.virtual_servers.iter().map(|server| server.service).collect();
        let mut places: BTreeMap<Option<Name>, usize> = BTreeMap::new();
        for wanted in &config.virtual_servers {
            let service = wanted.service;
            let place = places.entry(wanted.group.clone()).or_default();
            *place += 1;
            let mut services = spread::services(&config, &marks, wanted);
            let own = services.first().copied();
            services.retain(|service| {
                taken.insert(*service) || {
                    repeated.insert(*service);
                    false
                }
            });
            let Entry::Vacant(entry) = self.services.entry(service) else { continue };
            if services.first() != own.as_ref() {
                continue;
            }
            let mut block = wanted.clone();
            let real_servers = core::mem::take(&mut block.real_servers);
            let known = old.remove(&service).or_else(|| of_group(&mut old, &block, &wanted_services));
            let mut server = known.unwrap_or_else(|| VirtualServer::new(now, block.clone()));
            let name = spread::name(wanted, *place);
            let init_notifies = config.global.lvs.init_notifies;
            let overlay = &self.overlay;
            let wanted = Wanted { block, real_servers, name, services, init_notifies, overlay };
            server.configure(now, wanted, &mut self.nursery, orders);
            server.settle(now, orders);
            entry.insert(server);
            self.order.push(service);
        }
        for (service, mut gone) in old {
            if gone.leave(now, &taken, orders) {
                self.leaving.insert(service, gone);
            }
        }
        for service in repeated.difference(&self.repeated) {
            orders.warn(format!("{service}: is configured more than once, the first counts"));
        }
        self.repeated = repeated;
        self.suspend(orders);
        self.share(now, orders);
    }

    /// Lets the checks of servers sleep whose address is elsewhere. Says whether any fell asleep or woke.
    fn suspend(&mut self, orders: &mut Orders) -> bool {
        let Some(here) = &self.addresses_here else { return false };
        let mut any = false;
        for server in self.services.values_mut() {
            any |= server.addresses_here(here, orders);
        }
        any
    }

    /// Lets one probe serve equal checks, and writes down where each check stands.
    fn share(&mut self, now: Instant, orders: &mut Orders) {
        let (on, services) = (!self.config.global.lvs.no_sharing, (&mut self.services, self.order.as_slice()));
        self.followers = sharing::share(now, services, on, &mut self.nursery, orders);
        let checkers =
            self.services.values().flat_map(|s| s.checkers().map(|(at, checker)| ((s.service(), at), checker)));
        self.homes = checkers.map(|(seat, c)| (c.number(), Home { seat, deadline: c.deadline() })).collect();
        self.deadlines = self.homes.iter().map(|(number, home)| (home.deadline, *number)).collect();
        let all = self.services.values().chain(self.leaving.values());
        self.departures = all.filter_map(|s| Some((s.departure()?, s.service()))).collect();
    }

    fn probes_ended(&mut self, now: Instant, ended: &[(ProbeId, Verdict)], orders: &mut Orders) {
        let mut shaken = BTreeSet::new();
        for (probe, verdict) in ended {
            let known = self.visit(probe.checker, |server, at| server.probe_ended(now, at, *probe, verdict, orders));
            match known {
                Some((service, Some(settle))) => {
                    shaken.extend(settle.then_some(service));
                    self.pass_on(now, (*probe, verdict), &mut shaken, orders);
                }
                Some((_, None)) | None => self.ignored += 1,
            }
        }
        self.settle(now, &shaken, orders);
    }

    /// Those who follow a check take its verdict too.
    fn pass_on(
        &mut self,
        now: Instant,
        (probe, verdict): (ProbeId, &Verdict),
        shaken: &mut BTreeSet<Service>,
        orders: &mut Orders,
    ) {
        let Some(followers) = self.followers.get(&probe.checker).cloned() else { return };
        let mut repeat = false;
        for follower in followers {
            let heard = self.visit(follower, |server, at| server.heard(now, at, (probe, verdict), orders));
            if let Some((service, (settle, wants_repeat))) = heard {
                shaken.extend(settle.then_some(service));
                repeat |= wants_repeat;
            }
        }
        if repeat {
            self.lead(probe.checker, |check| check.hurry(now));
        }
    }

    /// Lets a check that leads know something of those who follow.
    fn lead(&mut self, number: u64, tell: impl FnOnce(&mut Checker)) {
        self.visit(number, |server, at| server.checker_mut(at).map(tell));
    }

    /// Whether one that follows this check needs every page.
    fn needs_all_pages(&self, number: u64) -> bool {
        let check = |number: &u64| self.checker(*number).is_some_and(Checker::needs_all_pages);
        self.followers.get(&number).is_some_and(|followers| followers.iter().any(check))
    }

    fn checker(&self, number: u64) -> Option<&Checker> {
        let (service, at) = self.homes.get(&number)?.seat;
        self.services.get(&service)?.checker(at)
    }

    fn deadline_reached(&mut self, now: Instant, orders: &mut Orders) {
        let due: Vec<u64> = self.deadlines.range(..=(now, u64::MAX)).map(|(_, number)| *number).collect();
        let mut shaken = self.let_go(now, orders);
        for number in due {
            let overdue = self.checker(number).and_then(|check| check.clockwork().probe());
            if self.followers.contains_key(&number) && overdue.is_none() {
                let whole = self.needs_all_pages(number);
                self.lead(number, |check| check.ask_whole(whole));
            }
            let Some((service, settle)) = self.visit(number, |s, at| s.deadline_reached(now, at, orders)) else {
                continue;
            };
            shaken.extend(settle.then_some(service));
            if let Some(probe) = overdue {
                let verdict = Verdict::Fail(self.checker(number).map_or("", Checker::last).to_string());
                self.pass_on(now, (probe, &verdict), &mut shaken, orders);
            }
        }
        self.settle(now, &shaken, orders);
    }

    /// Servers that have drained go. Gives the virtual servers that had some.
    fn let_go(&mut self, now: Instant, orders: &mut Orders) -> BTreeSet<Service> {
        let mut shaken = BTreeSet::new();
        while let Some((at, service)) = self.departures.first().copied().filter(|(at, _)| *at <= now) {
            self.departures.remove(&(at, service));
            if let Some(server) = self.services.get_mut(&service) {
                shaken.extend(server.let_go(now).then_some(service));
                self.departures.extend(server.departure().map(|at| (at, service)));
            }
            if let Entry::Occupied(mut leaving) = self.leaving.entry(service) {
                let next = leaving.get_mut().drain(now, orders);
                self.departures.extend(next.map(|at| (at, service)));
                if next.is_none() {
                    leaving.remove();
                }
            }
        }
        shaken
    }

    /// Lets every check that is about it take something it is told.
    fn told(&mut self, now: Instant, tell: impl Fn(&mut Checker) -> Option<Taken>, orders: &mut Orders) {
        for server in self.services.values_mut() {
            if server.told(now, &tell, orders) {
                server.settle(now, orders);
            }
        }
    }

    /// Lets the virtual server of one check take a fact, and keeps the list of deadlines true.
    fn visit<T>(
        &mut self,
        number: u64,
        f: impl FnOnce(&mut VirtualServer, (usize, usize)) -> T,
    ) -> Option<(Service, T)> {
        let home = self.homes.get_mut(&number)?;
        let (service, at) = home.seat;
        let server = self.services.get_mut(&service)?;
        let result = f(server, at);
        let deadline = server.checker(at)?.deadline();
        if deadline != home.deadline {
            self.deadlines.remove(&(home.deadline, number));
            self.deadlines.insert((deadline, number));
            home.deadline = deadline;
        }
        Some((service, result))
    }

    fn settle(&mut self, now: Instant, shaken: &BTreeSet<Service>, orders: &mut Orders) {
        for service in shaken {
            if let Some(server) = self.services.get_mut(service) {
                server.settle(now, orders);
            }
        }
    }

    fn refused(&mut self, service: Service, problem: &str, orders: &mut Orders) {
        let by_entry = || self.services.values().find(|server| server.serves(service)).map(VirtualServer::service);
        let owner = if self.services.contains_key(&service) { Some(service) } else { by_entry() };
        match owner.and_then(|owner| self.services.get_mut(&owner)) {
            Some(server) => server.refused(problem, orders),
            None if self.stray_refusal == problem => self.ignored += 1,
            None => {
                self.ignored += 1;
                self.stray_refusal = problem.to_string();
                orders.warn(format!("{service}: refused by the kernel on its way out: {problem}"));
            }
        }
    }

    fn stop(&mut self, orders: &mut Orders) {
        for service in core::mem::take(&mut self.order) {
            if let Some(mut server) = self.services.remove(&service) {
                server.release("the daemon stops", orders);
            }
        }
        for mut server in core::mem::take(&mut self.leaving).into_values() {
            server.release("the daemon stops", orders);
        }
        orders.report(Report::AllReleased);
        self.stopped = true;
        self.homes.clear();
        self.deadlines.clear();
        self.departures.clear();
    }
}

/// The virtual server that used this group and whose first entry is none any more: it goes on under the new one.
fn of_group(
    old: &mut BTreeMap<Service, VirtualServer>,
    block: &server::VirtualServer,
    wanted: &BTreeSet<Service>,
) -> Option<VirtualServer> {
    let group = block.group.as_ref()?;
    let goes_on = |service: &Service, server: &VirtualServer| {
        server.group() == Some(group) && !wanted.contains(service) && service.protocol() == block.service.protocol()
    };
    let key = old.iter().find(|(service, server)| goes_on(service, server)).map(|(service, _)| *service)?;
    old.remove(&key)
}

#[cfg(test)]
mod tests;
