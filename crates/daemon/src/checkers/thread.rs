//! The checkers thread: waits, runs turns, starts probes; the IPVS table is compared with its target every few seconds.
use super::connect::{self, Tools};
use super::fullnat::FullNatHand;
use super::globals::GlobalsHand;
use super::marks::MarksHand;
use super::table::{Finding, TableHand};
use crate::channels::{CheckersOrder, Ended, Part, Published, Report, Reporter};
use crate::spaces::IpvsSpace;
use checkers::effect::{self, Probe};
use checkers::fact::{ProbeId, Verdict};
use checkers::pool::Pool;
use checkers::{Effect, Effects, Fact};
use evenkeel_ipvs::Netlink;
use kernel::linux::addresses::HostAddresses;
use kernel::linux::clock::BootClock;
use kernel::linux::nftables::{LinuxMarking, LinuxSourceNat};
use kernel::linux::sysctl::LinuxSysctls;
use kernel::ports::Clock;
use model::config::global::Global;
use model::{Config, Instant, Interval, limits};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{AbortHandle, JoinSet, LocalSet};

/// How often IPVS is looked for again after it was not there: each look may load a module.
const LOOK_AGAIN: Interval = Interval::from_secs(30);
/// Counters alone are published this often at most: with ten thousand servers a picture is work.
const PUBLISH_EVERY: Interval = Interval::from_millis(200);
/// A table that could not be said within this long after a stop is left as it is.
const LAST_TRIES: u32 = 3;

/// What the thread is given.
pub struct Setup {
    /// Orders from control.
    pub orders: mpsc::Receiver<CheckersOrder>,
    /// Reports to control.
    pub reporter: Reporter,
    /// Where snapshots go.
    pub published: Arc<Published>,
    /// Where the IPVS table is, if elsewhere.
    pub space: Option<IpvsSpace>,
}

/// Runs until stopped. Says `Ended` last.
pub fn run(setup: Setup) {
    let reporter = setup.reporter.clone();
    let ended = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => {
            let mut thread = Thread::new(setup);
            LocalSet::new().block_on(&runtime, thread.run())
        }
        Err(error) => Ended::CannotStart(format!("cannot make the checkers runtime: {error}")),
    };
    reporter.say(Report::Ended(Part::Checkers, ended));
}

struct Thread {
    pool: Pool,
    table: TableHand,
    globals: GlobalsHand,
    fullnat: FullNatHand,
    nat: LinuxSourceNat,
    marks: MarksHand,
    marking: LinuxMarking,
    ipvs: Option<Netlink>,
    look_again_at: Instant,
    audit_at: Instant,
    glance_at: Instant,
    probes: JoinSet<(ProbeId, Verdict)>,
    running: BTreeMap<ProbeId, AbortHandle>,
    places: Arc<Semaphore>,
    tools: Rc<Tools>,
    effects: Effects,
    published_at: Instant,
    /// A configuration was given before.
    configured: bool,
    dirty: bool,
    /// Watched while a virtual server says `ha_suspend`.
    addresses: Option<HostAddresses>,
    clock: BootClock,
    setup: Setup,
}

/// What woke the thread.
enum Wake {
    Probe(ProbeId, Verdict),
    Order(CheckersOrder),
    Addresses(BTreeSet<IpAddr>),
    Time,
}

impl Thread {
    fn new(setup: Setup) -> Self {
        let clock = BootClock;
        Self {
            pool: Pool::new(clock.now().as_nanos() ^ u64::from(std::process::id())),
            table: TableHand::default(),
            globals: GlobalsHand::after(setup.published.table_flushed.load(Ordering::Relaxed)),
            fullnat: FullNatHand::default(),
            nat: LinuxSourceNat::default(),
            marks: MarksHand::default(),
            marking: LinuxMarking::default(),
            ipvs: None,
            look_again_at: Instant::START,
            audit_at: clock.now(),
            glance_at: clock.now(),
            probes: JoinSet::new(),
            running: BTreeMap::new(),
            places: Arc::new(Semaphore::new(limits::PROBES_IN_FLIGHT)),
            tools: Rc::new(Tools::new(&Global::default())),
            effects: Effects::new(),
            published_at: Instant::START,
            configured: false,
            dirty: false,
            addresses: None,
            clock,
            setup,
        }
    }

    async fn run(&mut self) -> Ended {
        let mut released = false;
        while !released {
            let wake = self.wait().await;
            let now = self.clock.now();
            match wake {
                Wake::Probe(probe, verdict) => self.ended(now, (probe, verdict)),
                Wake::Order(CheckersOrder::Configure(config, overlay)) => {
                    self.tools = Rc::new(Tools::new(&config.global));
                    self.globals.configure(&config);
                    self.marks.configure(&config);
                    self.watch_addresses(&config);
                    // In one turn: who is disabled does not take part for a moment before that is known. At the start it is
                    // known first, because a quorum that is gained stays through its hysteresis.
                    if !std::mem::replace(&mut self.configured, true) {
                        self.fact(now, Fact::Overlaid(overlay.clone()));
                    }
                    self.fact(now, Fact::Configured(config));
                    self.fact(now, Fact::Overlaid(overlay));
                }
                Wake::Order(CheckersOrder::Follow(state)) => self.globals.follow(state),
                Wake::Order(CheckersOrder::Fact(fact)) => self.fact(now, fact),
                Wake::Order(CheckersOrder::Stop) => self.fact(now, Fact::StopRequested),
                Wake::Addresses(here) => self.fact(now, Fact::AddressesHere(here)),
                Wake::Time => {}
            }
            if self.pool.deadline().is_some_and(|at| at <= now) {
                self.fact(now, Fact::DeadlineReached);
            }
            released = self.finish(now);
        }
        self.at_the_table(Self::last_tries);
        connect::echo_range::restore();
        Ended::AsOrdered
    }

    async fn wait(&mut self) -> Wake {
        let publish = self.dirty.then(|| self.published_at + PUBLISH_EVERY);
        let looks = self.audit_at.min(self.glance_at);
        let deadline = self.pool.deadline().into_iter().chain(publish).fold(looks, Instant::min);
        let wait = deadline.since(self.clock.now()).into();
        tokio::select! {
            biased;
            order = self.setup.orders.recv() => Wake::Order(order.unwrap_or(CheckersOrder::Stop)),
            Some(ended) = self.probes.join_next() => match ended {
                Ok((probe, verdict)) => Wake::Probe(probe, verdict),
                // Cancelled, by us.
                Err(_) => Wake::Time,
            },
            here = changed(self.addresses.as_mut()) => Wake::Addresses(here),
            () = tokio::time::sleep(wait) => Wake::Time,
        }
    }

    /// Where the virtual addresses are matters only to those that say `ha_suspend`.
    fn watch_addresses(&mut self, config: &Config) {
        if !config.virtual_servers.iter().any(|server| server.ha_suspend) {
            self.addresses = None;
        } else if self.addresses.is_none() {
            match HostAddresses::open() {
                Ok(addresses) => self.addresses = Some(addresses),
                Err(problem) => {
                    self.warn(format!("ha_suspend has no effect: the addresses cannot be watched: {problem}"));
                }
            }
        }
    }

    fn warn(&self, text: String) {
        self.setup.reporter.say(Report::Checkers(effect::Report::Note { warning: true, text }));
    }

    fn fact(&mut self, now: Instant, fact: Fact) {
        self.pool.step(now, fact, &mut self.effects);
    }

    /// This probe ended, and with it all that have ended by now: each service gets its new target once.
    fn ended(&mut self, now: Instant, first: (ProbeId, Verdict)) {
        let mut ended = vec![first];
        while let Some(next) = self.probes.try_join_next() {
            // The others were cancelled, by us.
            ended.extend(next.ok());
        }
        for (probe, _) in &ended {
            self.running.remove(probe);
        }
        self.fact(now, Fact::ProbesEnded(ended));
    }

    /// Carries out the effects of this turn; true when everything is released after a stop.
    fn finish(&mut self, now: Instant) -> bool {
        let mut released = false;
        let mut reports = Vec::new();
        for effect in std::mem::take(&mut self.effects) {
            match effect {
                Effect::Start(probe) => self.start(probe),
                Effect::Cancel(probe) => {
                    if let Some(running) = self.running.remove(&probe) {
                        running.abort();
                    }
                }
                Effect::Hold { service, target } => {
                    self.fullnat.hold(service, target.as_ref());
                    if let Err(problem) = self.table.hold(service, target.as_ref()) {
                        self.fact(now, Fact::ServiceRefused { service, problem });
                    }
                }
                Effect::Report(effect::Report::AllReleased) => released = true,
                Effect::Report(report) => reports.push(report),
            }
        }
        self.keep_table(now);
        self.publish(now, !reports.is_empty());
        reports.into_iter().for_each(|report| self.setup.reporter.say(Report::Checkers(report)));
        released
    }

    fn publish(&mut self, now: Instant, at_once: bool) {
        self.dirty = true;
        if at_once || now >= self.published_at + PUBLISH_EVERY {
            self.setup.published.checkers.store(Arc::new(self.pool.snapshot()));
            self.published_at = now;
            self.dirty = false;
        }
    }

    fn start(&mut self, probe: Probe) {
        let (id, places, tools) = (probe.id, Arc::clone(&self.places), Rc::clone(&self.tools));
        let task = self.probes.spawn_local(async move {
            let place = places.acquire().await;
            let verdict = connect::run(probe, &tools).await;
            drop(place);
            (id, verdict)
        });
        self.running.insert(id, task);
    }

    fn keep_table(&mut self, now: Instant) {
        let (audit, glance) = (now >= self.audit_at, now >= self.glance_at);
        if audit {
            self.audit_at = now + limits::IPVS_AUDIT;
        }
        if glance {
            self.glance_at = now + limits::IPVS_AUDIT;
        }
        let idle = self.table.is_idle() && self.globals.is_idle() && self.fullnat.is_idle() && self.marks.is_idle();
        if !idle || audit || glance {
            self.at_the_table(|this| this.work(now, audit, glance));
        }
    }

    /// Does something in the network namespace of the IPVS table.
    fn at_the_table(&mut self, work: impl FnOnce(&mut Self)) {
        match self.setup.space.clone() {
            None => work(self),
            Some(space) => {
                if let Err(problem) = space.inside(|| work(self)) {
                    self.warn(format!("(IPVS) the table is not looked at: {problem}"));
                }
            }
        }
    }

    fn work(&mut self, now: Instant, audit: bool, glance: bool) {
        if !self.open(now) {
            return;
        }
        let Some(ipvs) = self.ipvs.as_mut() else { return };
        // An emptied table comes first: what follows must find it empty.
        let mut problems = if audit || !self.globals.is_idle() { self.globals.work(ipvs) } else { Vec::new() };
        self.setup.published.table_flushed.store(self.globals.flushed(), Ordering::Relaxed);
        // Before the table: the first client of a new server already needs it.
        if audit || !self.fullnat.is_idle() {
            problems.extend(self.fullnat.work(&mut self.nat, &mut LinuxSysctls));
        }
        let mut findings = if audit { self.table.audit(ipvs) } else { self.table.work(ipvs) };
        if glance {
            let begin = self.clock.now();
            findings.extend(self.table.glance(ipvs));
            let took = self.clock.now().since(begin).scaled(limits::IPVS_GLANCE_SHARE, 1);
            self.glance_at = now + self.table.glance_every().max(took);
        }
        // Behind the table: a mark without its service would be for nobody.
        if audit || !self.marks.is_idle() {
            problems.extend(self.marks.work(&mut self.marking));
        }
        for text in problems {
            self.warn(format!("(IPVS) {text}"));
        }
        findings.into_iter().for_each(|finding| self.tell(now, finding));
    }

    fn open(&mut self, now: Instant) -> bool {
        if self.ipvs.is_some() {
            return true;
        }
        if now < self.look_again_at {
            return false;
        }
        match Netlink::open() {
            Ok(ipvs) => {
                self.ipvs = Some(ipvs);
                self.setup.reporter.say(Report::Ipvs(String::new()));
            }
            Err(problem) => {
                self.look_again_at = now + LOOK_AGAIN;
                self.setup.reporter.say(Report::Ipvs(problem.to_string()));
            }
        }
        self.ipvs.is_some()
    }

    fn tell(&mut self, now: Instant, finding: Finding) {
        match finding {
            Finding::Refused(service, problem) => self.fact(now, Fact::ServiceRefused { service, problem }),
            Finding::Repaired(count) => {
                self.warn(format!(
                    "(IPVS) somebody else changed our part of the table; {count} change(s) put it right"
                ));
            }
            Finding::Broken(problem) => {
                self.ipvs = None;
                self.look_again_at = now + LOOK_AGAIN;
                self.setup.reporter.say(Report::Ipvs(problem));
            }
        }
    }

    /// The table is to be empty of ours before we leave; what moved under our hands is tried again.
    fn last_tries(&mut self) {
        for _ in 0..LAST_TRIES {
            match self.ipvs.as_mut() {
                Some(ipvs) if !self.table.is_idle() => drop(self.table.work(ipvs)),
                _ => break,
            }
        }
        if let Some(ipvs) = self.ipvs.as_mut() {
            let problems = self.globals.release(ipvs);
            let more = self.fullnat.release(&mut self.nat, &mut LinuxSysctls);
            let marks = self.marks.release(&mut self.marking);
            problems.iter().chain(&more).chain(&marks).for_each(|text| self.warn(format!("(IPVS) {text}")));
        }
    }
}

/// The addresses of the host when they have changed; never while nobody asks for them.
async fn changed(addresses: Option<&mut HostAddresses>) -> BTreeSet<IpAddr> {
    match addresses {
        Some(addresses) => addresses.changed().await,
        None => std::future::pending().await,
    }
}
