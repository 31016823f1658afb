//! All virtual servers behind one door: facts in, orders out; finds whom a fact concerns and when the next deadline is.
use crate::checker::{Checker, Nursery, Taken};
use crate::effect::{Effects, Report};
use crate::fact::{Fact, ProbeId, Verdict};
use crate::orders::Orders;
use crate::spread;
use crate::virtual_server::{VirtualServer, Wanted};
use alloc::collections::btree_map::Entry;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::IpAddr;
use model::config::server::Service;
use model::{Config, Instant, Name, state};

/// The pools of this machine.
#[derive(Debug)]
pub struct Pool {
    nursery: Nursery,
    services: BTreeMap<Service, VirtualServer>,
    /// The services in file order.
    order: Vec<Service>,
    /// Services that the configuration lists more than once.
    repeated: BTreeSet<Service>,
    /// Where each check stands.
    homes: BTreeMap<u64, Home>,
    /// When each check wants to hear of the time: one entry for each of `homes`.
    deadlines: BTreeSet<(Instant, u64)>,
    stopped: bool,
    addresses_here: BTreeSet<IpAddr>,
    /// The last refusal that concerned no known service.
    stray_refusal: String,
    ignored: u64,
}

#[derive(Clone, Copy, Debug)]
struct Home {
    service: Service,
    /// Index of the real server, and of the check in it.
    at: (usize, usize),
    /// Its entry in `deadlines`.
    deadline: Instant,
}

impl Pool {
    /// No services yet. The seed spreads first probes over their warm-up.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self {
            nursery: Nursery::new(seed),
            services: BTreeMap::new(),
            order: Vec::new(),
            repeated: BTreeSet::new(),
            homes: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            stopped: false,
            addresses_here: BTreeSet::new(),
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
            Fact::Configured(config) => self.configure(now, &config, &mut orders),
            Fact::ProbeEnded { probe, verdict } => self.probes_ended(now, &[(probe, verdict)], &mut orders),
            Fact::ProbesEnded(ended) => self.probes_ended(now, &ended, &mut orders),
            Fact::FileRead { file, number } => self.told(now, |check| check.file_read(now, &file, number), &mut orders),
            Fact::SessionMoved { session, up } => {
                self.told(now, |check| check.session_moved(now, &session, up), &mut orders);
            }
            Fact::AddressesHere(here) => {
                self.addresses_here = here;
                for server in self.services.values_mut() {
                    server.addresses_here(&self.addresses_here, &mut orders);
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
        self.deadlines.first().map(|(at, _)| *at)
    }

    /// What readers may know, in file order.
    #[must_use]
    pub fn snapshot(&self) -> Vec<state::server::VirtualServer> {
        self.order.iter().filter_map(|service| self.services.get(service)).map(VirtualServer::snapshot).collect()
    }

    /// Facts that came too late to concern anybody: verdicts of cancelled probes, anything after the stop.
    #[must_use]
    pub const fn ignored(&self) -> u64 {
        self.ignored
    }

    fn configure(&mut self, now: Instant, config: &Config, orders: &mut Orders) {
        let mut old = core::mem::take(&mut self.services);
        let mut repeated = BTreeSet::new();
        self.order.clear();
        let mut taken = BTreeSet::new();
        let mut places: BTreeMap<Option<Name>, usize> = BTreeMap::new();
        for wanted in &config.virtual_servers {
            let service = wanted.service;
            let place = places.entry(wanted.group.clone()).or_default();
            *place += 1;
            let mut services = spread::services(config, wanted);
            services.retain(|service| {
                taken.insert(*service) || {
                    repeated.insert(*service);
                    false
                }
            });
            let Entry::Vacant(entry) = self.services.entry(service) else { continue };
            if !services.contains(&service) {
                continue;
            }
            let mut block = wanted.clone();
            let real_servers = core::mem::take(&mut block.real_servers);
            let mut server = old.remove(&service).unwrap_or_else(|| VirtualServer::new(now, block.clone()));
            let name = spread::name(wanted, *place);
            let init_notifies = config.global.lvs.init_notifies;
            let wanted = Wanted { block, real_servers, name, services, init_notifies };
            server.configure(now, wanted, &mut self.nursery, orders);
            server.addresses_here(&self.addresses_here, orders);
            server.settle(now, orders);
            entry.insert(server);
            self.order.push(service);
        }
        for mut gone in old.into_values() {
            gone.release("removed from the configuration", orders);
        }
        for service in repeated.difference(&self.repeated) {
            orders.warn(format!("{service}: is configured more than once, the first counts"));
        }
        self.repeated = repeated;
        self.find_homes();
    }

    fn find_homes(&mut self) {
        let checkers =
            self.services.values().flat_map(|s| s.checkers().map(|(at, checker)| (s.service(), at, checker)));
        self.homes =
            checkers.map(|(service, at, c)| (c.number(), Home { service, at, deadline: c.deadline() })).collect();
        self.deadlines = self.homes.iter().map(|(number, home)| (home.deadline, *number)).collect();
    }

    fn probes_ended(&mut self, now: Instant, ended: &[(ProbeId, Verdict)], orders: &mut Orders) {
        let mut shaken = BTreeSet::new();
        for (probe, verdict) in ended {
            let known = self.visit(probe.checker, |server, at| server.probe_ended(now, at, *probe, verdict, orders));
            match known {
                Some((service, Some(true))) => {
                    shaken.insert(service);
                }
                Some((_, Some(false))) => {}
                Some((_, None)) | None => self.ignored += 1,
            }
        }
        self.settle(now, &shaken, orders);
    }

    fn deadline_reached(&mut self, now: Instant, orders: &mut Orders) {
        let due: Vec<u64> = self.deadlines.range(..=(now, u64::MAX)).map(|(_, number)| *number).collect();
        let mut shaken = BTreeSet::new();
        for number in due {
            if let Some((service, true)) = self.visit(number, |server, at| server.deadline_reached(now, at, orders)) {
                shaken.insert(service);
            }
        }
        self.settle(now, &shaken, orders);
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
        let server = self.services.get_mut(&home.service)?;
        let result = f(server, home.at);
        let deadline = server.checker(home.at)?.deadline();
        if deadline != home.deadline {
            self.deadlines.remove(&(home.deadline, number));
            self.deadlines.insert((deadline, number));
            home.deadline = deadline;
        }
        Some((home.service, result))
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
        orders.report(Report::AllReleased);
        self.stopped = true;
        self.homes.clear();
        self.deadlines.clear();
    }
}

#[cfg(test)]
mod tests;
