//! One virtual server: its pool, its quorum, and what it wants the kernel to hold.
use crate::checker::{Checker, Nursery, Taken};
use crate::departure::Departures;
use crate::effect::{Destination, Report, Target};
use crate::fact::{ProbeId, Verdict};
use crate::orders::Orders;
use crate::overlay::{Change, Duty, Key, Overlay};
use crate::quorum::{Quorum, sorry_member};
use crate::real_server::{Moved, Outcome, Place, RealServer};
use crate::spread;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::IpAddr;
use model::config::server::{self, Service};
use model::limits::REFUSALS_TOLD;
use model::{Instant, Name, state};

/// What a configuration wants of one virtual server.
pub(crate) struct Wanted<'a> {
    /// Its block, without the real servers.
    pub(crate) block: server::VirtualServer,
    pub(crate) real_servers: Vec<server::RealServer>,
    /// How FIFO lines name it.
    pub(crate) name: Name,
    /// Its services in the kernel.
    pub(crate) services: Vec<Service>,
    /// `rs_init_notifies`.
    pub(crate) init_notifies: bool,
    /// What an operator changed.
    pub(crate) overlay: &'a Overlay,
}

/// One virtual server.
#[derive(Debug)]
pub(crate) struct VirtualServer {
    /// Its block, without the real servers.
    config: server::VirtualServer,
    /// How FIFO lines name it.
    name: Name,
    /// Its services in the kernel, its own first.
    services: Vec<Service>,
    /// Its checks sleep, because its address is not here.
    suspended: bool,
    /// The world hears of the first state of each server (`rs_init_notifies`).
    init_notifies: bool,
    servers: Vec<RealServer>,
    departures: Departures,
    /// Servers of the file that an operator took out, with the time.
    removed: Vec<(server::RealServer, Instant)>,
    up: bool,
    since: Instant,
    /// What the world was told last; `None` before it was told anything.
    announced: Option<bool>,
    /// What the kernel was last told to hold, for each service.
    said: BTreeMap<Service, Target>,
    /// Orders that the kernel refused.
    refusals: u64,
    /// Refusals that were told since the last target.
    told: BTreeSet<String>,
    /// Real servers that stand in the block more than once.
    repeated: BTreeSet<Place>,
}

impl VirtualServer {
    /// A virtual server of this block, to be configured; without servers and without quorum, as each begins.
    pub(crate) fn new(now: Instant, config: server::VirtualServer) -> Self {
        Self {
            name: Name::from(""),
            services: Vec::new(),
            suspended: false,
            init_notifies: false,
            config,
            servers: Vec::new(),
            departures: Departures::default(),
            removed: Vec::new(),
            up: false,
            since: now,
            announced: None,
            said: BTreeMap::new(),
            refusals: 0,
            told: BTreeSet::new(),
            repeated: BTreeSet::new(),
        }
    }

    /// Goes on under this block, its real servers beside it, of the same service; to be settled after it.
    pub(crate) fn configure(&mut self, now: Instant, wanted: Wanted<'_>, nursery: &mut Nursery, orders: &mut Orders) {
        let Wanted { block, real_servers, name, services, init_notifies, overlay } = wanted;
        (self.name, self.services, self.init_notifies) = (name, services, init_notifies);
        let wanted = self.each_once(real_servers, orders);
        let (wanted, removed) = overlay.apply(&block, wanted);
        self.removed = removed.into_iter().map(|server| (server, now)).collect();
        let displaced = self.displaced();
        let omega = core::mem::replace(&mut self.config, block).omega;
        let mut old: BTreeMap<Place, RealServer> =
            core::mem::take(&mut self.servers).into_iter().map(|s| (s.place(), s)).collect();
        for server in wanted {
            let key = Key { service: self.config.service, address: server.address, port: server.port };
            self.departures.recall((server.address, server.port));
            let mut server = match old.remove(&(server.address, server.port)) {
                None => {
                    let mut server = RealServer::new(now, server, self.init_notifies, nursery);
                    let outcome = server.introduced();
                    self.tell(&server, outcome, orders);
                    server
                }
                Some(mut known) => {
                    let outcome = known.configure(now, server, nursery, orders);
                    self.tell(&known, outcome, orders);
                    known
                }
            };
            server.overlay(overlay.of(&key));
            self.servers.push(server);
        }
        for gone in old.into_values() {
            self.departures.see_off(now, &gone, displaced);
            gone.retire(orders);
            self.farewell(&gone, omega, "removed from the configuration", orders);
        }
    }

    /// The servers, each place once; later ones are told of when they are news.
    fn each_once(&mut self, mut wanted: Vec<server::RealServer>, orders: &mut Orders) -> Vec<server::RealServer> {
        let (mut seen, mut repeated) = (BTreeSet::new(), BTreeSet::new());
        wanted.retain(|server| {
            let place = (server.address, server.port);
            seen.insert(place) || {
                repeated.insert(place);
                false
            }
        });
        for place in repeated.difference(&self.repeated) {
            orders.warn(format!("{}: is listed more than once, the first counts", self.name(place)));
        }
        self.repeated = repeated;
        wanted
    }

    /// The deadline of one check is reached. Says whether to settle.
    pub(crate) fn deadline_reached(&mut self, now: Instant, at: (usize, usize), orders: &mut Orders) -> bool {
        let Some(server) = self.servers.get_mut(at.0) else { return false };
        if self.suspended && server.sleeps(now, at.1) {
            return false;
        }
        let outcome = server.deadline_reached(now, at.1, orders);
        self.take(at.0, outcome, orders)
    }

    /// A probe of one check ended. Says whether to settle; `None` when that probe is not wanted any more.
    pub(crate) fn probe_ended(
        &mut self,
        now: Instant,
        at: (usize, usize),
        probe: ProbeId,
        verdict: &Verdict,
        orders: &mut Orders,
    ) -> Option<bool> {
        let outcome = self.servers.get_mut(at.0)?.probe_ended(now, at.1, probe, verdict)?;
        Some(self.take(at.0, outcome, orders))
    }

    /// One check takes the verdict of an equal one. Says whether to settle, and whether it wants a repeat.
    pub(crate) fn heard(
        &mut self,
        now: Instant,
        at: (usize, usize),
        (probe, verdict): (ProbeId, &Verdict),
        orders: &mut Orders,
    ) -> (bool, bool) {
        match self.servers.get_mut(at.0).and_then(|server| server.heard(now, at.1, probe, verdict)) {
            Some((outcome, repeat)) => (self.take(at.0, outcome, orders), repeat),
            None => (false, false),
        }
    }

    /// Every check takes something it may be told. Says whether to settle.
    pub(crate) fn told(
        &mut self,
        now: Instant,
        tell: impl Fn(&mut Checker) -> Option<Taken>,
        orders: &mut Orders,
    ) -> bool {
        let mut settle = false;
        for place in 0..self.servers.len() {
            let outcomes = self.servers.get_mut(place).map(|server| server.told(now, &tell)).unwrap_or_default();
            for outcome in outcomes {
                settle |= self.take(place, outcome, orders);
            }
        }
        settle
    }

    fn take(&self, server: usize, outcome: Outcome, orders: &mut Orders) -> bool {
        let weigh = outcome.weigh;
        if let Some(server) = self.servers.get(server) {
            self.tell(server, outcome, orders);
        }
        weigh
    }

    fn tell(&self, server: &RealServer, outcome: Outcome, orders: &mut Orders) {
        if let Some(note) = outcome.note {
            orders.note(format!("{}: {note}", self.name(&server.place())));
        }
        if let Some(moved) = outcome.moved {
            orders.report(self.server_report(server, moved));
        }
    }

    fn name(&self, (address, port): &Place) -> String {
        format!("[{address}]:{port} of {}", self.name)
    }

    fn server_report(&self, server: &RealServer, moved: Moved) -> Report {
        let Moved { up, reason } = moved;
        let (address, port) = server.place();
        let hook = if up { &server.config().notify_up } else { &server.config().notify_down };
        let (service, name) = (self.config.service, self.name.clone());
        Report::RealServer { service, name, address, port, up, hook: hook.clone(), reason }
    }

    /// The kernel refused something of it.
    pub(crate) fn refused(&mut self, problem: &str, orders: &mut Orders) {
        self.refusals += 1;
        if self.told.len() < REFUSALS_TOLD && self.told.insert(problem.to_string()) {
            orders.warn(format!("{}: refused by the kernel: {problem}", self.name));
        }
    }

    /// Weighs the servers, judges the quorum, and says what follows for the kernel and the world.
    pub(crate) fn settle(&mut self, now: Instant, orders: &mut Orders) {
        let quorum = Quorum { weight: self.config.quorum, hysteresis: self.config.hysteresis };
        let up = quorum.judge(self.up, self.live_weight());
        let lost = self.up && !up;
        if up != self.up {
            self.since = now;
        }
        self.up = up;
        self.hold(orders);
        // At start a missing quorum is no news, unless there is a sorry server to put in.
        let news = self.announced != Some(up) && (up || lost || self.config.sorry_server.is_some());
        if news {
            self.announced = Some(up);
            orders.report(self.report(self.balance()));
        }
    }

    fn hold(&mut self, orders: &mut Orders) {
        let mut before = core::mem::take(&mut self.said);
        for service in &self.services {
            let target = self.target(*service);
            if before.remove(service).as_ref() != Some(&target) {
                orders.hold(*service, Some(target.clone()));
                self.told.clear();
            }
            self.said.insert(*service, target);
        }
        for gone in before.into_keys() {
            orders.hold(gone, None);
        }
    }

    /// These addresses are on this host now. Says whether its checks fell asleep or woke.
    pub(crate) fn addresses_here(&mut self, here: &BTreeSet<IpAddr>, orders: &mut Orders) -> bool {
        let suspended = match self.config.service {
            Service::Address { address, .. } if self.config.group.is_none() => {
                self.config.ha_suspend && !here.contains(&address)
            }
            Service::Address { .. } | Service::Fwmark { .. } => false,
        };
        if suspended == self.suspended {
            return false;
        }
        self.suspended = suspended;
        let word = if suspended { "its address is not here, checks sleep" } else { "its checks go on" };
        orders.note(format!("{}: {word}", self.name));
        true
    }

    /// Whether its checks sleep.
    pub(crate) const fn suspended(&self) -> bool {
        self.suspended
    }

    /// When the next server that drains is to go.
    pub(crate) fn departure(&self) -> Option<Instant> {
        self.departures.deadline()
    }

    /// Lets go of servers that have drained. Says whether to settle.
    pub(crate) fn let_go(&mut self, now: Instant) -> bool {
        self.departures.let_go(now)
    }

    fn report(&self, reason: String) -> Report {
        let hook = if self.up { &self.config.quorum_up } else { &self.config.quorum_down };
        let (service, name) = (self.config.service, self.name.clone());
        Report::VirtualServer { service, name, up: self.up, hook: hook.clone(), reason }
    }

    fn balance(&self) -> String {
        let server::VirtualServer { quorum, hysteresis, .. } = &self.config;
        let (compared, sign) = if self.up { ("reaches", "plus") } else { ("is below", "minus") };
        match (self.live_weight(), *hysteresis) {
            (0, _) => "no live weight".to_string(),
            (live, 0) => format!("live weight {live} {compared} quorum {quorum}"),
            (live, _) => format!("live weight {live} {compared} quorum {quorum} {sign} hysteresis {hysteresis}"),
        }
    }

    fn live_weight(&self) -> u64 {
        self.servers.iter().fold(0, |sum: u64, s| sum.saturating_add(s.standing().live()))
    }

    /// Whether the sorry server takes the place of the live ones.
    fn displaced(&self) -> bool {
        !self.up && self.config.sorry_server.is_some()
    }

    fn target(&self, service: Service) -> Target {
        let displaced = self.displaced();
        let members =
            self.servers.iter().filter_map(|s| Some(Destination::of(s.config(), s.standing().member(displaced)?)));
        let mut destinations: Vec<_> = members.chain(self.departures.destinations()).collect();
        let port = |d: &mut Destination| d.port = spread::port(service, d.forwarding, d.port);
        destinations.iter_mut().for_each(port);
        // Where ports are not rewritten, servers of one address can be the same in the table: the first counts.
        let mut seen = BTreeSet::new();
        destinations.retain(|d| seen.insert((d.address, d.port)));
        if let Some(mut sorry) = self.sorry_destination() {
            port(&mut sorry);
            // A sorry server may also be one of the pool, and the table has each place once: who takes traffic stays.
            match destinations.iter_mut().find(|d| (d.address, d.port) == (sorry.address, sorry.port)) {
                Some(same) if displaced => *same = sorry,
                Some(_) => {}
                None => destinations.push(sorry),
            }
        }
        let server::VirtualServer { scheduler, scheduler_flags, persistence, persistence_engine, one_packet, .. } =
            &self.config;
        Target {
            scheduler: scheduler.clone(),
            flags: *scheduler_flags,
            persistence: *persistence,
            engine: persistence_engine.clone(),
            one_packet: *one_packet,
            destinations,
        }
    }

    fn sorry_destination(&self) -> Option<Destination> {
        let sorry = self.config.sorry_server.as_ref()?;
        Some(Destination {
            address: sorry.address,
            port: sorry.port,
            forwarding: sorry.forwarding,
            weight: sorry_member(self.up, sorry.inhibit)?,
            upper_threshold: 0,
            lower_threshold: 0,
        })
    }

    /// The configuration has it no more, and gave these services to others. Says whether it stays, without new
    /// connections, for servers that drain.
    pub(crate) fn leave(&mut self, now: Instant, taken: &BTreeSet<Service>, orders: &mut Orders) -> bool {
        let displaced = self.displaced();
        for server in &self.servers {
            self.departures.see_off(now, server, displaced);
        }
        let services = core::mem::take(&mut self.services);
        let stays = |service: &Service| self.departures.deadline().is_some() && !taken.contains(service);
        let (stay, go): (Vec<_>, Vec<_>) = services.into_iter().partition(stays);
        self.services = go;
        self.release("removed from the configuration", orders);
        self.services = stay;
        self.servers.clear();
        self.removed.clear();
        self.config.sorry_server = None;
        // Who comes back is told of as anew.
        self.announced = None;
        self.hold(orders);
        !self.services.is_empty()
    }

    /// Lets go of servers that have drained, and ends with the last of them. Gives when the next one goes.
    pub(crate) fn drain(&mut self, now: Instant, orders: &mut Orders) -> Option<Instant> {
        if self.let_go(now) && self.departure().is_none() {
            self.services.clear();
        }
        self.hold(orders);
        self.departure()
    }

    /// Ends it: it leaves the table, and with `omega` says goodbye for its servers and itself.
    pub(crate) fn release(&mut self, reason: &str, orders: &mut Orders) {
        for service in &self.services {
            self.said.remove(service);
            orders.hold(*service, None);
        }
        for server in &self.servers {
            server.retire(orders);
            self.farewell(server, self.config.omega, reason, orders);
        }
        let was_up = core::mem::replace(&mut self.up, false);
        if was_up && self.config.omega {
            orders.report(self.report(reason.to_string()));
        }
    }

    fn farewell(&self, server: &RealServer, omega: bool, reason: &str, orders: &mut Orders) {
        if omega && server.alive() {
            orders.report(self.server_report(server, Moved { up: false, reason: reason.to_string() }));
        }
    }

    /// The group whose entries are its services.
    pub(crate) const fn group(&self) -> Option<&Name> {
        self.config.group.as_ref()
    }

    /// Whether one of its services is this one.
    pub(crate) fn serves(&self, service: Service) -> bool {
        self.services.contains(&service)
    }

    pub(crate) const fn service(&self) -> Service {
        self.config.service
    }

    /// Every check with where it stands: the server's index and its own.
    pub(crate) fn checkers(&self) -> impl Iterator<Item = ((usize, usize), &Checker)> {
        let servers = self.servers.iter().enumerate();
        servers.flat_map(|(server, s)| s.checkers().iter().enumerate().map(move |(check, c)| ((server, check), c)))
    }

    /// The check that stands there.
    pub(crate) fn checker(&self, at: (usize, usize)) -> Option<&Checker> {
        self.servers.get(at.0)?.checkers().get(at.1)
    }

    pub(crate) fn checker_mut(&mut self, at: (usize, usize)) -> Option<&mut Checker> {
        self.servers.get_mut(at.0)?.checker_mut(at.1)
    }

    /// The configured weight of the server of the check that stands there.
    pub(crate) fn weight_at(&self, at: (usize, usize)) -> Option<u32> {
        self.servers.get(at.0).map(|server| server.config().weight)
    }

    pub(crate) fn snapshot(&self) -> state::server::VirtualServer {
        let displaced = self.displaced();
        state::server::VirtualServer {
            service: self.config.service,
            name: self.name.clone(),
            services: self.services.clone(),
            suspended: self.suspended,
            scheduler: self.config.scheduler.clone(),
            up: self.up,
            since: self.since,
            quorum: self.config.quorum,
            live_weight: self.live_weight(),
            sorry_in_use: displaced,
            kernel_refusals: self.refusals,
            real_servers: self.servers.iter().map(|s| s.snapshot(displaced)).chain(self.absent()).collect(),
        }
    }

    /// Servers that drain on their way out, and those that an operator took out.
    fn absent(&self) -> impl Iterator<Item = state::server::RealServer> {
        let removed = self.removed.iter().map(|(server, since)| state::server::RealServer {
            overlay: Change { duty: Duty::Removed, ..Change::default() }.to_string(),
            ..state::server::RealServer::absent(server, *since)
        });
        let leaving = self.departures.snapshot().collect::<Vec<_>>();
        let drains = |server: &state::server::RealServer| {
            leaving.iter().any(|left| (left.address, left.port) == (server.address, server.port))
        };
        let removed: Vec<_> = removed.filter(|server| !drains(server)).collect();
        leaving.into_iter().chain(removed)
    }
}
