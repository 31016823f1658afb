//! The world: virtual time, the routers, the wires between them, and what becomes of what they order.
use crate::invariants::{self, Rule, Violation};
use crate::lan::Lan;
use crate::ledger::{Deed, Ledger};
use crate::machine::{Outbox, packet_of};
use crate::node::{Node, Order};
use crate::queue::Queue;
use crate::rng::Rng;
use crate::sabotage::Sabotage;
use crate::scenario::{Action, Scenario, Step};
use crate::trace::Trace;
use crate::truth;
use kernel::ports::{Event, ReceivedPacket, Ticket};
use model::holdings::Change;
use model::net::Advert;
use model::{Instant, Interval, limits};
use std::collections::VecDeque;
use std::sync::Arc;
use vrrp::effect::Report;

/// Turns of one router at one moment: more is a daemon that spins.
const TURNS_AT_ONCE: u32 = 1_000;
/// Things to come: more is a storm.
const QUEUE: usize = 1_000_000;
/// Adverts that somebody keeps to send them again.
const RECORDED: usize = 40;

/// Something that will happen.
#[derive(Debug)]
pub(crate) enum Happening {
    /// A step of the scenario, by position.
    Step(usize),
    /// A packet arrives at a router.
    Packet(usize, Box<ReceivedPacket>),
    /// A kernel carries out a submission of this daemon.
    Apply(usize, Submitter, Ticket, Vec<Change>),
    /// The daemon has more to read than one turn takes.
    Turn(usize, u64),
    /// A kernel tells the daemon something.
    Tell(usize, u64, Event),
    /// Control orders something of the daemon.
    Order(usize, u64, Order),
    /// An alarm goes off; dropped when it has been set anew meanwhile.
    Alarm(usize, u64, u64),
    /// A frozen daemon may be run again.
    Wake(usize, u64),
    /// A kernel tells that it lost news.
    Overrun(usize, u64),
    /// A script is to be run.
    Run(usize, u64, usize),
}

/// Who ordered something of a kernel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Submitter {
    /// Which boot of the machine.
    boots: u64,
    /// Which daemon.
    life: u64,
}

/// The world.
pub struct World {
    pub(crate) scenario: Arc<Scenario>,
    pub(crate) now: Instant,
    pub(crate) nodes: Vec<Node>,
    pub(crate) lan: Lan,
    pub(crate) ledger: Ledger,
    pub(crate) trace: Trace,
    pub(crate) rng: Rng,
    /// When something last happened that the routers have to settle.
    pub(crate) disturbed_at: Instant,
    /// When they must have settled it; worked out anew after each disturbance.
    pub(crate) settled_at: Option<Instant>,
    /// The longest master-down time that any configuration had.
    pub(crate) longest_down: Interval,
    /// Whether all routers were looked at together since the last change.
    pub(crate) surveyed: bool,
    /// The last adverts, for those who send them again.
    pub(crate) recorded: VecDeque<(usize, Advert)>,
    /// Whether anybody does.
    tapped: bool,
    queue: Queue<Happening>,
    alarms: u64,
    /// The router that has just had turns at this moment, and how many.
    spinning: (Instant, usize, u32),
    /// Turns taken so far.
    turns: u64,
}

impl World {
    /// The world at time 0; the trace keeps every line when `whole`.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, whole: bool) -> Self {
        let setup = &scenario.setup;
        Self {
            now: Instant::START,
            nodes: (0..setup.routers.len()).map(|n| Node::new(setup, n)).collect(),
            lan: Lan::new(setup.quality),
            ledger: Ledger::default(),
            trace: if whole { Trace::whole() } else { Trace::short() },
            rng: Rng::new(setup.seed),
            disturbed_at: Instant::START,
            settled_at: None,
            longest_down: Interval::ZERO,
            surveyed: false,
            recorded: VecDeque::new(),
            tapped: scenario.steps.iter().any(|step| matches!(step.action, Action::Replay(_))),
            queue: Queue::default(),
            alarms: 0,
            spinning: (Instant::START, 0, 0),
            turns: 0,
            scenario,
        }
    }

    /// Breaks the daemons of a router, in tests of the invariants.
    pub fn sabotage(&mut self, router: usize, sabotage: Sabotage) {
        if let Some(node) = self.nodes.get_mut(router) {
            node.sabotage = Some(sabotage);
        }
    }

    /// Runs to the end, or to the first violation.
    ///
    /// # Errors
    /// What does not hold.
    pub fn run(&mut self) -> Result<(), Violation> {
        self.disturb();
        for (position, step) in self.scenario.steps.iter().enumerate() {
            self.queue.put(step.at, Happening::Step(position));
        }
        for (position, router) in self.scenario.clone().setup.routers.iter().enumerate() {
            if !router.off {
                self.start(position);
            }
        }
        while let Some((at, what)) = self.queue.take(self.scenario.end) {
            self.now = at;
            self.happens(what)?;
            if self.queue.len() > QUEUE {
                return Err(self.violation(Rule::Bounded, format!("{} things are to come", self.queue.len())));
            }
        }
        self.now = self.scenario.end;
        (0..self.nodes.len()).try_for_each(|position| invariants::router(self, position))?;
        invariants::network(self)
    }

    /// What happened so far.
    #[must_use]
    pub const fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Turns that the daemons took so far.
    #[must_use]
    pub const fn turns(&self) -> u64 {
        self.turns
    }

    /// Now.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    pub(crate) fn violation(&self, rule: Rule, text: String) -> Violation {
        Violation { at: self.now, rule, text }
    }

    /// Something happened that has to be settled. What a backup learned from a configuration of before still counts.
    pub(crate) fn disturb(&mut self) {
        self.longest_down = self.longest_down.max(truth::longest_down(self));
        self.disturbed_at = self.now;
        self.settled_at = None;
        self.surveyed = false;
    }

    pub(crate) fn put(&mut self, at: Instant, what: Happening) {
        self.queue.put(at, what);
    }

    pub(crate) fn say(&mut self, router: Option<usize>, text: String) {
        let name = router.and_then(|n| self.nodes.get(n)).map(|node| node.name.clone());
        self.trace.say(self.now, name.as_ref(), text);
    }

    fn happens(&mut self, what: Happening) -> Result<(), Violation> {
        match what {
            Happening::Step(position) => {
                let scenario = self.scenario.clone();
                let Some(step) = scenario.steps.get(position) else { return Ok(()) };
                self.step(step)?;
            }
            Happening::Packet(router, packet) => {
                let Some(node) = self.nodes.get_mut(router).filter(|node| !node.paused) else { return Ok(()) };
                let heard = node.machine_mut().receive(*packet);
                if heard.is_empty() {
                    return Ok(());
                }
                heard.into_iter().for_each(|event| node.tell(event));
                self.turn(router)?;
            }
            Happening::Apply(router, submitter, ticket, changes) => self.apply(router, submitter, ticket, changes)?,
            Happening::Turn(router, life) => {
                if self.living(router, life).is_some() {
                    self.turn(router)?;
                }
            }
            Happening::Tell(router, life, event) => {
                let Some(node) = self.living(router, life) else { return Ok(()) };
                node.watch.in_flight -= u64::from(matches!(event, Event::Applied { .. }));
                node.tell(event);
                self.turn(router)?;
            }
            Happening::Order(router, life, order) => {
                let Some(node) = self.living(router, life) else { return Ok(()) };
                node.order(order);
                self.turn(router)?;
            }
            Happening::Alarm(router, life, serial) => {
                let Some(node) = self.living(router, life) else { return Ok(()) };
                if node.alarm.is_none_or(|(_, armed)| armed != serial) {
                    return Ok(());
                }
                node.alarm = None;
                self.turn(router)?;
            }
            Happening::Wake(router, life) => {
                let now = self.now;
                let Some(node) = self.living(router, life) else { return Ok(()) };
                if node.frozen_until.is_none_or(|until| until > now) {
                    return Ok(());
                }
                node.frozen_until = None;
                node.paused = false;
                node.watch.slept(now);
                node.stopping_since = node.stopping_since.map(|_| now);
                self.disturb();
                self.say(Some(router), "runs again".to_owned());
                self.turn(router)?;
            }
            Happening::Overrun(router, life) => self.end_overrun(router, life),
            Happening::Run(router, life, script) => self.run_script(router, life, script),
        }
        Ok(())
    }

    /// The node, if this daemon still runs there.
    pub(crate) fn living(&mut self, router: usize, life: u64) -> Option<&mut Node> {
        self.nodes.get_mut(router).filter(|node| node.runs() && node.life == life)
    }

    fn step(&mut self, step: &Step) -> Result<(), Violation> {
        let touched = self.act(step)?;
        touched.map_or(Ok(()), |router| invariants::router(self, router))
    }

    /// The daemon takes its turn, unless it is frozen: then everything waits for it.
    pub(crate) fn turn(&mut self, router: usize) -> Result<(), Violation> {
        let now = self.now;
        let Some(node) = self.nodes.get_mut(router).filter(|node| node.runs() && node.frozen_until.is_none()) else {
            return Ok(());
        };
        let reports = node.turn(now);
        let life = node.life;
        let submitter = Submitter { boots: node.boots, life };
        let mut outbox = node.machine_mut().take_outbox();
        if let Some(sabotage) = node.sabotage {
            sabotage.outbox(&node.view, &mut outbox);
        }
        let mail = node.has_mail() || node.sabotage == Some(Sabotage::Spins);
        let finished = node.is_finished();
        self.turns += 1;
        self.must_not_spin(router)?;
        self.report(router, &reports)?;
        invariants::orders(self, router, &outbox)?;
        self.carry_out(router, submitter, outbox);
        if mail {
            // More has arrived than one turn takes.
            self.put(now, Happening::Turn(router, life));
        }
        self.set_alarm(router);
        invariants::router(self, router)?;
        if finished {
            self.daemon_left(router)?;
        }
        invariants::network(self)
    }

    fn must_not_spin(&mut self, router: usize) -> Result<(), Violation> {
        let (at, who, count) = self.spinning;
        let count = if (at, who) == (self.now, router) { count + 1 } else { 1 };
        self.spinning = (self.now, router, count);
        if count > TURNS_AT_ONCE {
            return Err(self.violation(Rule::Progress, format!("{count} turns at one moment")));
        }
        Ok(())
    }

    fn report(&mut self, router: usize, reports: &[Report]) -> Result<(), Violation> {
        self.surveyed &= reports.is_empty();
        for report in reports {
            if let Some(text) = words(report) {
                self.say(Some(router), text);
            }
            if let Report::Moved { .. } = report {
                self.ledger.did(self.now, router, Deed::Move);
            }
            invariants::reported(self, router, report)?;
        }
        Ok(())
    }

    fn carry_out(&mut self, router: usize, submitter: Submitter, outbox: Outbox) {
        for advert in &outbox.adverts {
            self.ledger.did(self.now, router, Deed::Advert);
            self.record(router, advert);
            self.broadcast(router, advert);
        }
        for announcement in &outbox.announcements {
            self.ledger.did(self.now, router, Deed::Announcement(announcement.address));
        }
        for (ticket, changes) in outbox.submissions {
            for _ in &changes {
                self.ledger.did(self.now, router, Deed::Change);
            }
            let at = self.now + self.rng.interval(Interval::from_micros(10), Interval::from_micros(300));
            self.put(at, Happening::Apply(router, submitter, ticket, changes));
        }
    }

    /// Somebody listens, to send it again one day.
    fn record(&mut self, router: usize, advert: &Advert) {
        let recorded = &mut self.recorded;
        if self.tapped {
            recorded.push_back((router, advert.clone()));
            recorded.drain(..recorded.len().saturating_sub(RECORDED));
        }
    }

    pub(crate) fn broadcast(&mut self, from: usize, advert: &Advert) {
        for to in (0..self.nodes.len()).filter(|to| *to != from) {
            for delay in self.lan.carry(&mut self.rng, from, to, &advert.interface) {
                self.queue.put(self.now + delay, Happening::Packet(to, Box::new(packet_of(advert))));
            }
        }
    }

    /// Whoever submitted may be gone by now; the kernel does it all the same.
    fn apply(
        &mut self,
        router: usize,
        submitter: Submitter,
        ticket: Ticket,
        changes: Vec<Change>,
    ) -> Result<(), Violation> {
        let boot = |node: &&mut Node| node.power && node.boots == submitter.boots;
        let Some(node) = self.nodes.get_mut(router).filter(boot) else { return Ok(()) };
        let before = node.machine().virtual_addresses().clone();
        let dropped = |change: &Change| node.sabotage.is_some_and(|sabotage| sabotage.drops(change));
        let (dropped, changes): (Vec<_>, Vec<_>) = changes.into_iter().partition(dropped);
        let mut events = node.machine_mut().apply(ticket, changes);
        if let Some(Event::Applied { results, .. }) = events.last_mut() {
            results.extend(dropped.into_iter().map(|change| (change, Ok(()))));
        }
        let (answers, news): (Vec<_>, Vec<_>) = events.into_iter().partition(|e| matches!(e, Event::Applied { .. }));
        // The answer and the news come by two sockets, in either order.
        for answer in answers {
            let at = self.now + self.rng.interval(Interval::from_micros(5), Interval::from_micros(100));
            self.put(at, Happening::Tell(router, submitter.life, answer));
        }
        self.news(router, news);
        self.note_holdings(router);
        invariants::came(self, router, &before);
        invariants::router(self, router)
    }

    /// The kernel tells the daemon what changed, after a while and in order.
    pub(crate) fn news(&mut self, router: usize, news: impl IntoIterator<Item = Event>) {
        for event in news {
            let soon = self.now + self.rng.interval(Interval::from_micros(5), Interval::from_micros(500));
            let Some(node) = self.nodes.get_mut(router).filter(|node| node.overrun_until.is_none()) else { return };
            node.news_at = node.news_at.max(soon);
            let (at, life) = (node.news_at, node.life);
            self.put(at, Happening::Tell(router, life, event));
        }
    }

    /// Control orders something, after a while and in order.
    pub(crate) fn order(&mut self, router: usize, after: Interval, order: Order) {
        let soon = self.now + after;
        let Some(node) = self.nodes.get_mut(router) else { return };
        node.orders_at = node.orders_at.max(soon);
        let (at, life) = (node.orders_at, node.life);
        self.put(at, Happening::Order(router, life, order));
    }

    pub(crate) fn note_holdings(&mut self, router: usize) {
        let Some(node) = self.nodes.get(router) else { return };
        self.ledger.holds(self.now, router, node.machine().virtual_addresses());
    }

    fn set_alarm(&mut self, router: usize) {
        let now = self.now;
        let Some(node) = self.nodes.get_mut(router) else { return };
        let Some(deadline) = node.deadline() else {
            node.alarm = None;
            return;
        };
        if node.alarm.is_some_and(|(armed, _)| armed == deadline) {
            return;
        }
        self.alarms += 1;
        node.alarm = Some((deadline, self.alarms));
        let lateness = self.rng.interval(Interval::ZERO, node.lateness);
        let lateness = node.sabotage.map_or(lateness, |sabotage| lateness + sabotage.lateness());
        let (at, life, serial) = (deadline.max(now) + lateness, node.life, self.alarms);
        self.put(at, Happening::Alarm(router, life, serial));
    }
}

/// What of the reports is worth a line.
fn words(report: &Report) -> Option<String> {
    match report {
        Report::Moved { instance, from, to, priority, reason } => {
            Some(format!("{instance} {from:?} -> {to:?} (priority {priority}): {reason}"))
        }
        Report::GroupMoved { group, to } => Some(format!("group {group} -> {to:?}")),
        Report::PriorityChanged { instance, priority, .. } => Some(format!("{instance} priority {priority}")),
        Report::Removed { instance, .. } => Some(format!("{instance} removed")),
        Report::Note { severity, subject, text } if *severity <= vrrp::effect::Severity::Warning => {
            Some(format!("({subject}) {text}"))
        }
        Report::AllReleased => Some("everything is released".to_owned()),
        Report::SwitchoverEnded { instance, outcome } => Some(format!("{instance} switchover: {outcome:?}")),
        Report::Note { .. }
        | Report::HeardLowerPriority { .. }
        | Report::Stands { .. }
        | Report::GroupStands { .. } => None,
    }
}

/// The longest that a step may take to reach the kernel, with everything in between: slices and answers.
pub(crate) const KERNEL_GRACE: Interval = Interval::from_millis(5);

/// The longest time that a refused order may take to be given again.
pub(crate) const RETRY_GRACE: Interval = Interval::from_nanos(limits::HOLD_RETRY.as_nanos() + 1_000_000_000);
