//! A router: a machine, the shipped turn of a daemon that may run on it, and what waits for that daemon.
use crate::machine::Machine;
use crate::sabotage::Sabotage;
use crate::scenario::config::keys;
use crate::scenario::{Mood, Setup};
use crate::watch::Watch;
use daemon::vrrp::turn::Turn;
use kernel::ports::Event;
use model::net::Outcome;
use model::{Config, Instant, Interval, Name, WallTime, limits};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use vrrp::Fact;
use vrrp::effect::Report;
use vrrp::fact::Watched;
use vrrp::router::Snapshot;

const MILLION: i128 = 1_000_000;
/// What clocks that drift may add to any time that is judged here: the longest is some 10 s, the worst drift 100 ppm.
const DRIFT_SLACK: Interval = Interval::from_millis(2);
/// Where everybody's wall clock begins.
const EPOCH: WallTime = WallTime::from_nanos(1_700_000_000_000_000_000);

/// Packets and news taken in one turn, as the daemon's thread does.
const EVENTS_PER_TURN: usize = 4 * limits::PACKETS_PER_TURN;
/// Packets that a socket keeps while nobody reads it (`limits::ADVERT_RECEIVE_BYTES` at some 800 bytes each).
const SOCKET_PACKETS: usize = 1_300;

/// What control tells the daemon's vrrp thread.
#[derive(Clone, Debug)]
pub enum Order {
    /// Run this.
    Configure(Arc<Config>),
    /// A script ended.
    Script(Name, Outcome),
    /// Let a peer be master: in this instance, in any case if forced.
    Switchover(Name, bool),
    /// What is watched reads so.
    Read(Watched, Name, i32),
    /// Take everything out of service, or put it back.
    Maintain(bool),
    /// Leave.
    Stop,
}

/// Whether a daemon runs on the machine.
pub enum Body {
    /// None.
    Idle(Box<Machine>),
    /// One.
    Runs(Box<Turn<Machine>>),
}

/// A router.
pub struct Node {
    /// Its name.
    pub name: Name,
    /// What it is configured to run at its first start, and what an instance that returns gets.
    pub original: Arc<Config>,
    /// What its file says now.
    pub file: Arc<Config>,
    /// What its daemon runs, or ran last.
    pub config: Arc<Config>,
    /// How its scripts end, by position.
    pub moods: Vec<Mood>,
    /// What its watches read, by position.
    pub readings: Vec<i32>,
    /// How far its clock is ahead.
    pub clock: Interval,
    /// How much faster its clock runs, in millionths.
    pub drift: i32,
    /// How far its wall clock is ahead, in nanoseconds; negative is behind.
    pub wall: i64,
    /// Everything there is out of service; remembered over restarts, as control does.
    pub maintained: bool,
    /// Its masters were ordered to let a peer be master.
    pub yielded: bool,
    /// How late its timers may fire.
    pub lateness: Interval,
    /// Whether the machine is on.
    pub power: bool,
    /// Counts how often the machine was turned on.
    pub boots: u64,
    /// Counts the daemons that ran here, so that what was meant for an earlier one is dropped.
    pub life: u64,
    /// When this daemon was started.
    pub started_at: Instant,
    /// The daemon is not run until then.
    pub frozen_until: Option<Instant>,
    /// Nor is its machine, so that packets are lost.
    pub paused: bool,
    /// The kernel's news is lost until then.
    pub overrun_until: Option<Instant>,
    /// It was asked to stop then.
    pub stopping_since: Option<Instant>,
    /// It said that everything is released.
    pub released: bool,
    /// The deadline that its alarm is set to, and which setting this is.
    pub alarm: Option<(Instant, u64)>,
    /// News of the kernel arrives in order: not before this.
    pub news_at: Instant,
    /// Orders of control arrive in order: not before this.
    pub orders_at: Instant,
    /// The snapshot of the last turn.
    pub view: Snapshot,
    /// What the invariants remember of it.
    pub watch: Watch,
    /// What is wrong with its daemon, in tests of the invariants.
    pub(crate) sabotage: Option<Sabotage>,
    body: Body,
    inbox: VecDeque<Event>,
    packets: usize,
    orders: VecDeque<Order>,
}

impl Node {
    /// The router at this position of the setup; no daemon runs yet.
    #[must_use]
    pub fn new(setup: &Setup, position: usize) -> Self {
        let config = Arc::new(setup.config(position));
        let own = setup.own_addresses(position);
        let router = setup.routers.get(position);
        Self {
            name: setup.router_name(position),
            original: config.clone(),
            file: config.clone(),
            config,
            moods: vec![Mood::default(); setup.scripts.len()],
            readings: setup.watches.iter().map(|watch| watch.reading).collect(),
            clock: router.map_or(Interval::ZERO, |r| r.clock),
            drift: router.map_or(0, |r| r.drift),
            wall: 0,
            maintained: false,
            yielded: false,
            lateness: router.map_or(Interval::ZERO, |r| r.lateness),
            power: true,
            boots: 0,
            life: 0,
            started_at: Instant::START,
            frozen_until: None,
            paused: false,
            overrun_until: None,
            stopping_since: None,
            released: false,
            alarm: None,
            news_at: Instant::START,
            orders_at: Instant::START,
            view: Snapshot::default(),
            watch: Watch::default(),
            sabotage: None,
            body: Body::Idle(Box::new(Machine::new(own))),
            inbox: VecDeque::new(),
            packets: 0,
            orders: VecDeque::new(),
        }
    }

    /// The machine.
    #[must_use]
    pub fn machine(&self) -> &Machine {
        match &self.body {
            Body::Idle(machine) => machine,
            Body::Runs(turn) => turn.kernel(),
        }
    }

    /// The machine, to change.
    pub fn machine_mut(&mut self) -> &mut Machine {
        match &mut self.body {
            Body::Idle(machine) => machine,
            Body::Runs(turn) => turn.kernel_mut(),
        }
    }

    /// Whether a daemon runs.
    #[must_use]
    pub const fn runs(&self) -> bool {
        matches!(self.body, Body::Runs(_))
    }

    /// Whether the daemon has let go of everything and has nothing left to do.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        match &self.body {
            Body::Idle(_) => false,
            Body::Runs(turn) => self.released && turn.is_idle(),
        }
    }

    /// Starts a daemon.
    pub fn start(&mut self, now: Instant) {
        let machine = std::mem::take(self.machine_mut());
        self.body = Body::Runs(Box::new(Turn::new(machine)));
        self.started_at = now;
        self.config = self.file.clone();
        self.yielded = false;
        self.forget();
        let known: BTreeSet<_> = self.config.instances.iter().flat_map(keys).collect();
        (self.watch.leftovers, self.watch.unknown) =
            self.machine().virtual_addresses().iter().cloned().partition(|key| known.contains(key));
    }

    /// The daemon is gone.
    pub fn end(&mut self) {
        let mut machine = std::mem::take(self.machine_mut());
        machine.orphan();
        self.body = Body::Idle(Box::new(machine));
        self.forget();
    }

    fn forget(&mut self) {
        self.life += 1;
        self.frozen_until = None;
        self.paused = false;
        self.overrun_until = None;
        self.stopping_since = None;
        self.released = false;
        self.alarm = None;
        self.view = Snapshot::default();
        self.watch = Watch::default();
        self.inbox.clear();
        self.packets = 0;
        self.orders.clear();
    }

    /// The time on this router's own clock.
    #[must_use]
    pub fn local(&self, now: Instant) -> Instant {
        let nanos = i128::from(now.as_nanos()) * (MILLION + i128::from(self.drift)) / MILLION;
        Instant::from_nanos(u64::try_from(nanos).unwrap_or(0)) + self.clock
    }

    /// When this router's own clock shows this, at the earliest.
    #[must_use]
    pub fn global(&self, local: Instant) -> Instant {
        let rate = MILLION + i128::from(self.drift);
        let nanos = (i128::from((local - self.clock).as_nanos()) * MILLION + rate - 1) / rate;
        Instant::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// How late it may be with anything: its timers, and a clock that is not ours.
    #[must_use]
    pub fn slack(&self) -> Interval {
        self.lateness + if self.drift == 0 { Interval::ZERO } else { DRIFT_SLACK }
    }

    /// Its wall clock.
    #[must_use]
    pub fn wall_clock(&self, now: Instant) -> WallTime {
        let nanos = i128::from(EPOCH.as_nanos()) + i128::from(now.as_nanos()) + i128::from(self.wall);
        WallTime::from_nanos(u64::try_from(nanos).unwrap_or(0))
    }

    /// Something for the daemon to read; packets beyond the socket's buffer are lost.
    pub fn tell(&mut self, event: Event) {
        if matches!(event, Event::Packet(_)) {
            if self.packets >= SOCKET_PACKETS {
                return;
            }
            self.packets += 1;
        }
        self.inbox.push_back(event);
    }

    /// Something that control orders.
    pub fn order(&mut self, order: Order) {
        self.orders.push_back(order);
    }

    /// Whether something waits to be read.
    #[must_use]
    pub fn has_mail(&self) -> bool {
        !self.inbox.is_empty() || !self.orders.is_empty()
    }

    /// One turn, as the daemon's thread takes it: one order, then what has arrived, then what is due. Gives the reports.
    pub fn turn(&mut self, now: Instant) -> Vec<Report> {
        let local = self.local(now);
        let wall = self.wall_clock(now);
        let Body::Runs(turn) = &mut self.body else { return Vec::new() };
        turn.fact(local, Fact::WallClockRead(wall));
        let order = self.orders.pop_front();
        let ordered = order.is_some();
        if let Some(order) = order {
            match order {
                Order::Configure(config) => {
                    let config = self.sabotage.map_or_else(|| config.clone(), |sabotage| sabotage.config(&config));
                    turn.fact(local, Fact::Configured(config));
                }
                Order::Script(script, outcome) => turn.fact(local, Fact::ScriptFinished { script, outcome }),
                Order::Switchover(subject, forced) => {
                    turn.fact(local, Fact::SwitchoverRequested { subject, forced });
                }
                Order::Read(what, name, reading) => turn.fact(local, Fact::Tracked { what, name, reading }),
                Order::Maintain(on) => {
                    let reason = on.then(|| "as planned".to_owned());
                    turn.fact(local, Fact::MaintenanceSet { subject: None, reason });
                }
                Order::Stop if self.sabotage == Some(Sabotage::Stays) => {}
                Order::Stop => turn.fact(local, Fact::StopRequested),
            }
        }
        for _ in 0..EVENTS_PER_TURN {
            let Some(event) = self.inbox.pop_front() else { break };
            if let Event::Packet(packet) = &event {
                self.packets -= 1;
                if self.sabotage == Some(Sabotage::Isolated) {
                    continue;
                }
                self.watch.hears(now, packet, &self.view, &self.config, wall, self.yielded);
                if self.sabotage == Some(Sabotage::Deaf) {
                    continue;
                }
            }
            turn.event(local, event);
        }
        if ordered {
            // What was heard in this turn was judged by other priorities than the daemon knows now.
            self.watch.reloaded();
        }
        turn.due(local);
        let mut reports = turn.finish(local);
        if let Some(sabotage) = self.sabotage {
            sabotage.reports(&mut reports);
        }
        self.released |= reports.contains(&Report::AllReleased);
        let before = std::mem::replace(&mut self.view, turn.snapshot());
        self.watch.compares(&before, &self.view);
        reports
    }

    /// When the daemon wants its next turn, on the simulation's clock.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        match &self.body {
            Body::Idle(_) => None,
            Body::Runs(turn) => turn.deadline().map(|at| self.global(at)),
        }
    }
}
