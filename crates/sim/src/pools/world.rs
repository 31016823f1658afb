//! The world of the pools: hosts that answer or not, the shipped pool, the shipped hand, a table in memory.
use super::scenario::{Action, Mood, Scenario, ServiceSetup, host, service};
use super::truth::{self, Found, Memory, REPAIR, Rule, Violation};
use crate::queue::Queue;
use crate::rng::Rng;
use checkers::effect::{Probe, Report};
use checkers::fact::{ProbeId, Verdict};
use checkers::overlay::{Change, Duty, Key, Overlay};
use checkers::{Effect, Effects, Fact, Pool};
use daemon::checkers::table::{Finding, TableHand};
use evenkeel_ipvs::{Problem, Recording, ServiceKey};
use model::state::server::VirtualServer;
use model::{Instant, Interval, limits};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Turns at one moment: more is a pool that spins.
const TURNS_AT_ONCE: u32 = 1_000;

/// What is wrong with a daemon, in tests of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// Its orders for the table are lost.
    ForgetsOrders,
    /// It believes every host.
    Credulous,
    /// It takes any weight for a quorum.
    Generous,
    /// It does not report.
    Silent,
    /// It starts each probe twice.
    Doubles,
    /// It does not heed the order to stop.
    Stays,
    /// It takes one turn after the other.
    Spins,
}

/// What will happen.
enum Happening {
    Step(usize),
    /// A probe ends; true when its host did not answer.
    Ended(ProbeId, bool),
}

/// The world.
pub struct World {
    pub(super) now: Instant,
    pub(super) services: Vec<ServiceSetup>,
    /// How each host answers, since when.
    pub(super) moods: Vec<(Mood, Instant)>,
    pub(super) duties: BTreeMap<(usize, usize), Duty>,
    pub(super) pool: Pool,
    pub(super) ipvs: Recording,
    pub(super) memory: Memory,
    /// Services that a daemon of before was to remove and could not: nobody knows whose they are.
    pub(super) orphans: BTreeSet<ServiceKey>,
    scenario: Arc<Scenario>,
    hand: TableHand,
    /// The probes that run, with their hosts.
    running: BTreeMap<ProbeId, usize>,
    queue: Queue<Happening>,
    rng: Rng,
    audit_at: Instant,
    glance_at: Instant,
    refuses: bool,
    unsteady_until: Instant,
    stopped: bool,
    sabotage: Option<Sabotage>,
    spinning: (Instant, u32),
    turns: u64,
}

impl World {
    /// The world at time 0, with a daemon that may be broken.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, sabotage: Option<Sabotage>) -> Self {
        Self {
            now: Instant::START,
            services: scenario.services.clone(),
            moods: vec![(Mood::default(), Instant::START); scenario.hosts],
            duties: BTreeMap::new(),
            pool: Pool::new(scenario.seed),
            ipvs: Recording::new(),
            memory: Memory::default(),
            orphans: BTreeSet::new(),
            hand: TableHand::default(),
            running: BTreeMap::new(),
            queue: Queue::default(),
            rng: Rng::new(scenario.seed),
            audit_at: Instant::START,
            glance_at: Instant::START,
            refuses: false,
            unsteady_until: Instant::START,
            stopped: false,
            sabotage,
            spinning: (Instant::START, 0),
            turns: 0,
            scenario,
        }
    }

    /// Now.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// Turns that the daemon took so far.
    #[must_use]
    pub const fn turns(&self) -> u64 {
        self.turns
    }

    /// Whether the table may be otherwise for a time.
    pub(super) fn is_unsteady(&self) -> bool {
        self.refuses || self.now < self.unsteady_until
    }

    /// Runs to the end, or to the first violation.
    ///
    /// # Errors
    /// What does not hold.
    pub fn run(&mut self) -> Result<(), Violation> {
        for (position, step) in self.scenario.steps.iter().enumerate() {
            self.queue.put(step.at, Happening::Step(position));
        }
        self.configure()?;
        let end = self.scenario.end;
        loop {
            let looks = self.audit_at.min(self.glance_at);
            let due = self.pool.deadline().filter(|_| !self.stopped).map_or(looks, |at| at.min(looks));
            match self.queue.take(due.min(end)) {
                Some((at, what)) => {
                    self.now = self.now.max(at);
                    self.happens(&what)?;
                }
                None if due > end => return Ok(()),
                None => {
                    self.now = self.now.max(due);
                    self.due()?;
                }
            }
        }
    }

    fn happens(&mut self, what: &Happening) -> Result<(), Violation> {
        match what {
            Happening::Step(position) => {
                let scenario = self.scenario.clone();
                scenario.steps.get(*position).map_or(Ok(()), |step| self.act(&step.action))
            }
            Happening::Ended(id, silent) => {
                let Some(host) = self.running.remove(id) else { return Ok(()) };
                let mood = self.moods.get(host).map_or(Mood::Hangs, |(mood, _)| *mood);
                let good = mood == Mood::Answers && !silent || self.sabotage == Some(Sabotage::Credulous);
                let verdict =
                    if good { Verdict::Pass("opened".to_owned()) } else { Verdict::Fail("refused".to_owned()) };
                self.turn(vec![Fact::ProbesEnded(vec![(*id, verdict)])])
            }
        }
    }

    /// What the daemon does when it is time: what the pool wants, and a look at the table.
    fn due(&mut self) -> Result<(), Violation> {
        if self.now >= self.audit_at {
            self.audit_at = self.now + limits::IPVS_AUDIT;
            let findings = self.hand.audit(&mut self.ipvs);
            self.tell(findings);
        }
        if self.now >= self.glance_at {
            let findings = self.hand.glance(&mut self.ipvs);
            self.tell(findings);
            self.glance_at = self.now + self.hand.glance_every();
        }
        let is_due = self.pool.deadline().is_some_and(|at| at <= self.now);
        self.turn(if is_due { vec![Fact::DeadlineReached] } else { Vec::new() })
    }

    fn act(&mut self, action: &Action) -> Result<(), Violation> {
        match action {
            Action::Host(host, mood) => {
                let now = self.now;
                if let Some(known) = self.moods.get_mut(*host).filter(|(known, _)| known != mood) {
                    *known = (*mood, now);
                }
            }
            Action::Empty | Action::Meddle(_) | Action::Refuse(_) => self.disturb(action),
            Action::Restart => {
                (self.pool, self.hand) = (Pool::new(self.scenario.seed), TableHand::default());
                (self.memory, self.running) = (Memory::default(), BTreeMap::new());
                self.orphans = self.ipvs.table().services.keys().filter(|key| !self.is_in_file(key)).copied().collect();
                return if self.stopped { Ok(()) } else { self.configure() };
            }
            Action::Stop if self.sabotage == Some(Sabotage::Stays) => self.stopped = true,
            Action::Stop => {
                let stopped = self.turn(vec![Fact::StopRequested]);
                self.stopped = true;
                stopped?;
            }
            Action::Duty(service, member, duty) => {
                let of = self.services.get(*service).and_then(|setup| setup.members.get(*member));
                if let Some(member) = of {
                    self.duties.insert((*service, member.host), *duty);
                }
                return self.configure();
            }
            _ => {
                self.edit(action);
                return self.configure();
            }
        }
        self.check(None)
    }

    fn is_in_file(&self, key: &ServiceKey) -> bool {
        let present = self.services.iter().enumerate().filter(|(_, setup)| setup.present);
        present.map(|(position, _)| truth::key_of(position)).any(|known| known == *key)
    }

    /// Somebody else at the table, and a kernel that refuses.
    fn disturb(&mut self, action: &Action) {
        let services = &mut self.ipvs.table_mut().services;
        match action {
            Action::Empty => services.clear(),
            Action::Meddle(weight) => {
                let all = services.values_mut().flat_map(|entry| entry.destinations.values_mut());
                all.for_each(|entry| entry.destination.weight = *weight);
            }
            Action::Refuse(true) => {
                self.ipvs.fail_when(|_| true, Problem::Refused { errno: 12, text: None });
                self.refuses = true;
            }
            _ => {
                self.ipvs.forgive();
                self.refuses = false;
            }
        }
        self.unsteady_until = self.now + REPAIR;
    }

    /// Somebody edits the file.
    fn edit(&mut self, action: &Action) {
        let seen = self.pool.snapshot();
        match action {
            Action::Service(position, there) => {
                let gone = (0..self.services.get(*position).map_or(0, |setup| setup.members.len())).filter(|_| !there);
                gone.for_each(|member| self.see_off(&seen, *position, member));
                if let Some(setup) = self.services.get_mut(*position) {
                    setup.present = *there;
                }
                // What was seen of a service that was nobody's may be old: the next look puts it right.
                if *there && self.orphans.remove(&truth::key_of(*position)) {
                    self.unsteady_until = self.now + REPAIR;
                }
            }
            Action::Quorum(position, quorum, hysteresis) => {
                if let Some(setup) = self.services.get_mut(*position) {
                    (setup.quorum, setup.hysteresis) = (*quorum, *hysteresis);
                }
            }
            Action::Weight(position, member, weight) => {
                let of = self.services.get_mut(*position).and_then(|setup| setup.members.get_mut(*member));
                if let Some(member) = of {
                    member.weight = *weight;
                }
            }
            Action::Member(position, member, there) => {
                if !there {
                    self.see_off(&seen, *position, *member);
                }
                let of = self.services.get_mut(*position).and_then(|setup| setup.members.get_mut(*member));
                if let Some(member) = of {
                    member.present = *there;
                }
            }
            _ => {}
        }
    }

    /// A member that leaves the file drains if it is to and took part until now.
    fn see_off(&mut self, seen: &[VirtualServer], position: usize, member: usize) {
        let Some(setup) = self.services.get(position).filter(|setup| setup.present) else { return };
        let Some(member) = setup.members.get(member).filter(|member| member.present) else { return };
        let of = seen.iter().find(|seen| seen.service == service(position));
        let row = of.and_then(|seen| seen.real_servers.iter().find(|server| server.address == host(member.host)));
        if row.is_some_and(|row| row.in_table) && !member.drain.is_zero() {
            self.memory.leaving.insert((position, member.host), self.now + member.drain);
        }
    }

    /// Who is in the file again does not leave.
    fn recall(&mut self) {
        for (position, setup) in self.services.iter().enumerate().filter(|(_, setup)| setup.present) {
            for member in setup.members.iter().filter(|member| member.present) {
                self.memory.leaving.remove(&(position, member.host));
            }
        }
    }

    /// The daemon reads its file, with what the operator changed over it.
    fn configure(&mut self) -> Result<(), Violation> {
        if self.stopped {
            return Ok(());
        }
        self.recall();
        let mut shown = self.services.clone();
        if self.sabotage == Some(Sabotage::Generous) {
            shown.iter_mut().for_each(|setup| (setup.quorum, setup.hysteresis) = (1, 0));
        }
        let mut overlay = Overlay::default();
        for ((position, of), duty) in &self.duties {
            let key = Key { service: service(*position), address: host(*of), port: super::scenario::PORT };
            overlay.set(key, Change { duty: *duty, ..Change::default() });
        }
        // As the thread gives them: at a start the operator's changes are known first.
        let first = self.pool.snapshot().is_empty().then(|| Fact::Overlaid(overlay.clone()));
        let then = [Fact::Configured(Arc::new(Scenario::config(&shown))), Fact::Overlaid(overlay)];
        self.turn(first.into_iter().chain(then).collect())
    }

    /// The daemon takes its turn.
    fn turn(&mut self, facts: Vec<Fact>) -> Result<(), Violation> {
        self.turns += 1;
        let (at, count) = self.spinning;
        let step = if self.sabotage == Some(Sabotage::Spins) { TURNS_AT_ONCE } else { 1 };
        self.spinning = (self.now, if at == self.now { count + step } else { step });
        let mut effects = Effects::new();
        for fact in facts {
            self.pool.step(self.now, fact, &mut effects);
        }
        let found = self.carry_out(effects);
        let findings = self.hand.work(&mut self.ipvs);
        self.tell(findings);
        self.forget_the_gone();
        let spins = (self.spinning.1 > TURNS_AT_ONCE).then(|| (Rule::Progress, format!("{} turns", self.spinning.1)));
        self.check(found.or(spins))
    }

    fn carry_out(&mut self, effects: Effects) -> Found {
        let mut found = None;
        for effect in effects {
            match effect {
                Effect::Start(probe) => {
                    let times = if self.sabotage == Some(Sabotage::Doubles) { 2 } else { 1 };
                    found = (0..times).fold(found, |found, _| found.or_else(|| self.start(&probe)));
                }
                Effect::Cancel(id) => {
                    let known = self.running.remove(&id).is_some();
                    let text = || (Rule::Probes, format!("{id:?} is cancelled and does not run"));
                    found = found.or_else(|| (!known).then(text));
                }
                Effect::Hold { .. } if self.sabotage == Some(Sabotage::ForgetsOrders) => {}
                Effect::Hold { service, target } => {
                    if let Err(problem) = self.hand.hold(service, target.as_ref()) {
                        found = found.or(Some((Rule::Table, problem)));
                    }
                }
                Effect::Report(_) if self.sabotage == Some(Sabotage::Silent) => {}
                Effect::Report(Report::AllReleased) => self.stopped = true,
                Effect::Report(report) => found = found.or_else(|| self.memory.hears(&report)),
            }
        }
        found
    }

    /// A probe begins; it ends when its host has answered, or when its patience ends.
    fn start(&mut self, probe: &Probe) -> Found {
        let position = (0..self.moods.len()).find(|position| host(*position) == probe.connect.address);
        let mood = position.and_then(|n| self.moods.get(n)).map_or(Mood::Hangs, |(mood, _)| *mood);
        let quick = self.rng.interval(Interval::from_micros(100), Interval::from_millis(50));
        let takes = if mood == Mood::Hangs { probe.connect.timeout } else { quick };
        self.queue.put(self.now + takes, Happening::Ended(probe.id, mood == Mood::Hangs));
        let same = self.running.keys().any(|id| id.checker == probe.id.checker);
        self.running.insert(probe.id, position.unwrap_or(usize::MAX));
        same.then(|| (Rule::Probes, format!("{:?} starts while another one of its check runs", probe.id)))
    }

    /// What the hand noticed goes back to the pool, as the thread gives it.
    fn tell(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            if let Finding::Refused(service, problem) = finding {
                let mut effects = Effects::new();
                self.pool.step(self.now, Fact::ServiceRefused { service, problem }, &mut effects);
            }
        }
    }

    /// What the file does not name has no past.
    fn forget_the_gone(&mut self) {
        for (position, setup) in self.services.iter().enumerate() {
            if !setup.present {
                self.memory.forget(position);
            }
            for member in setup.members.iter().filter(|member| !member.present) {
                self.memory.forget_member((position, member.host));
            }
        }
    }

    fn check(&mut self, found: Found) -> Result<(), Violation> {
        let found = found.or_else(|| if self.stopped { self.left() } else { truth::check(self) });
        found.map_or(Ok(()), |(rule, text)| Err(Violation { at: self.now, rule, text }))
    }

    /// After a stop the table is empty, and no probe runs.
    fn left(&self) -> Found {
        let services = self.ipvs.table().services.keys().filter(|key| !self.orphans.contains(*key)).count();
        let left = services > 0 && !self.is_unsteady();
        left.then(|| (Rule::Left, format!("{services} services are left in the table")))
    }
}
