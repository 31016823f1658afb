//! A pair of directors led through events, with one check after each: `Journey::step`.
use crate::client::Ping;
use crate::error::{Result, ensure};
use crate::frr;
use crate::pair::{Pair, Place};
use crate::plan::{Family, Plan};
use crate::program::{Kind, Options};
use crate::trial;
use std::fmt;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Which daemon a director runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Ours.
    Evenkeel,
    /// The original.
    Keepalived,
    /// FRR's vrrpd.
    Frr,
}

impl Who {
    /// The daemon with its path.
    pub fn kind(self) -> Result<Kind> {
        match self {
            Self::Evenkeel => trial::evenkeel(),
            Self::Keepalived => Ok(Kind::Keepalived),
            Self::Frr => Ok(Kind::Frr),
        }
    }

    fn config(self, plan: &Plan, place: Place) -> String {
        match self {
            Self::Evenkeel | Self::Keepalived => plan.text(place),
            Self::Frr => frr::script(plan, place),
        }
    }
}

/// What is done to a director.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// All its processes are killed and its cable is dead.
    PowerCut,
    /// It boots with a kernel that has forgotten everything.
    PowerReturns,
    /// Its interface loses the carrier, its daemon lives.
    CableOut,
    /// The carrier is back.
    CableIn,
    /// TERM.
    PlannedStop,
    /// The daemon is started on a machine that was up all the time.
    Started,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::PowerCut => "loses power",
            Self::PowerReturns => "boots",
            Self::CableOut => "loses its cable",
            Self::CableIn => "gets its cable back",
            Self::PlannedStop => "is told to stop",
            Self::Started => "is started",
        })
    }
}

/// One step of a journey: what happens to whom, and who is master then.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// What happens.
    pub event: Event,
    /// To whom.
    pub on: Place,
    /// Who is master afterwards.
    pub then: Place,
}

/// For scheduling and for the start of a process; what a busy machine adds is measured.
const TOLERANCE: Duration = Duration::from_secs(1);
/// How much longer than a master-down time nobody must move.
const CALM: Duration = Duration::from_millis(350);
/// When waiting is given up; later than anything is late.
const PATIENCE: Duration = Duration::from_secs(20);
/// A clock that is read on both ends of a wire; adverts and their observation are not the same instant.
const EARLY: Duration = Duration::from_millis(60);
/// keepalived's start takes half a second, and its return from a fault up to a second.
const BOOT: Duration = Duration::from_millis(1_600);
/// A planned stop of Evenkeel costs a client less than this (keepalived at an interval of a second: 611 ms).
const PLANNED_STOP: Duration = Duration::from_millis(100);
/// A return must not cost more than the neighbours need to learn the new way.
const RETURN: Duration = Duration::from_millis(400);

/// A running pair and the client in front of it.
#[derive(Debug)]
pub struct Journey {
    /// The directors.
    pub pair: Pair,
    ping: Ping,
    plan: Plan,
    who: [Who; 2],
    master: Place,
}

impl Journey {
    /// Starts both daemons and waits until the preferred one is master.
    pub fn begin(plan: Plan, primary: Who, backup: Who) -> Result<Self> {
        let (one, two) = (primary.kind()?, backup.kind()?);
        let kind = |place| match place {
            Place::Primary => (one.clone(), Options::default()),
            Place::Backup => (two.clone(), Options::default()),
        };
        let config = |place| match place {
            Place::Primary => primary.config(&plan, place),
            Place::Backup => backup.config(&plan, place),
        };
        let mut pair = Pair::build(kind, config)?;
        if plan.family == Family::V6 {
            pair.serve(plan.addresses())?;
        }
        let ping = Ping::start(&pair.client, plan.vip())?;
        let mut journey = Self { pair, ping, plan, who: [primary, backup], master: Place::Primary };
        let took = trial::with_words(journey.start(), || journey.last_words())?;
        journey.pair.only_holder()?;
        journey.say("both start", Place::Primary, took, "");
        // Both have heard each other at least once.
        sleep(journey.plan.interval + EARLY + journey.slowness());
        Ok(journey)
    }

    /// Without preemption the first to be there is master, so the preferred one gets a lead.
    fn start(&mut self) -> Result<Duration> {
        let within = self.plan.master_down(Place::Primary) + PATIENCE;
        let first: &[Place] = if self.plan.preempt { &Place::BOTH } else { &[Place::Primary] };
        let mut begin = Instant::now();
        for place in first.iter().rev() {
            begin = self.pair.director_mut(*place).program.start()?;
        }
        let took = self.pair.wait_taken(Place::Primary, begin, within)? - begin;
        if !self.plan.preempt {
            self.pair.director_mut(Place::Backup).program.start()?;
        }
        Ok(took)
    }

    /// Does one step, prints its times, and judges them.
    pub fn step(&mut self, row: &Row) -> Result<()> {
        let begin = Instant::now();
        let at = self.happen(row)?;
        let moves = row.then != self.master;
        let took = if moves { self.judge_move(row, begin, at)? } else { self.judge_calm(row, at)? };
        let holder = self.pair.only_holder()?;
        ensure(holder == row.then, || format!("{} is master, {} should be", holder.name(), row.then.name()))?;
        // The last answers under way arrive, the hand-over's late damage is seen.
        sleep(self.plan.interval.min(Duration::from_millis(500)) + Duration::from_millis(550));
        let seen = self.ping.report(begin, Instant::now() - Duration::from_millis(550));
        let dark = seen.gap;
        let what = format!("{} {}", row.on.name(), row.event);
        self.say(&what, row.then, took, &format!("client dark {:>5} ms", dark.as_millis()));
        self.master = row.then;
        let machine = self.pair.pulse.allowance(begin).silence + seen.stall;
        self.judge_silence(row, moves, took, dark, machine)
    }

    /// The last lines of both daemons' logs.
    pub fn last_words(&self) -> String {
        self.pair.last_words()
    }

    fn happen(&mut self, row: &Row) -> Result<Instant> {
        let room = Arc::clone(self.pair.director(row.on).room());
        let program = |pair: &mut Self| -> Result<Instant> { pair.pair.director_mut(row.on).program.start() };
        match row.event {
            Event::PowerCut => self.pair.cut_power(row.on),
            Event::PowerReturns => self.pair.restore_power(row.on),
            Event::CableOut => self.pair.lan.unplug(&room),
            Event::CableIn => self.pair.lan.replug(&room),
            Event::PlannedStop => Ok(self.pair.director_mut(row.on).program.stop()?.0),
            Event::Started => program(self),
        }
    }

    /// The other one takes over, neither too early nor too late. On a busy machine the event is some time between `begin`
    /// and `at`.
    fn judge_move(&self, row: &Row, begin: Instant, at: Instant) -> Result<Duration> {
        let (earliest, latest) = self.window(row);
        let taken = self.pair.wait_taken(row.then, begin, latest + PATIENCE)?;
        let latest = latest + self.pair.pulse.allowance(begin).work;
        let took = taken.saturating_duration_since(at);
        let name = row.then.name();
        ensure(taken - begin >= earliest, || {
            format!("{name} took over after {:?}, before {earliest:?} it must not", taken - begin)
        })?;
        ensure(took <= latest, || format!("{name} took over after {took:?}, {latest:?} is the limit"))?;
        Ok(took)
    }

    /// Nobody takes anything for longer than a master-down time.
    fn judge_calm(&self, row: &Row, at: Instant) -> Result<Duration> {
        sleep(self.plan.master_down(row.on) + CALM + self.slowness());
        let vip = self.plan.vip();
        let changes = self.pair.director(row.then).addresses.changes(vip, at);
        ensure(changes.is_empty(), || format!("{} touched {vip}: {changes:?}", row.then.name()))?;
        Ok(Duration::ZERO)
    }

    fn window(&self, row: &Row) -> (Duration, Duration) {
        let (skew, down) = (self.plan.skew(row.then), self.plan.master_down(row.then));
        match row.event {
            Event::PowerCut | Event::CableOut => ((down - self.plan.interval).saturating_sub(EARLY), down + TOLERANCE),
            Event::PlannedStop => (skew.saturating_sub(EARLY), skew + TOLERANCE),
            Event::PowerReturns | Event::CableIn | Event::Started => {
                (down.saturating_sub(EARLY), down + BOOT + self.slowness())
            }
        }
    }

    fn judge_silence(&self, row: &Row, moves: bool, took: Duration, dark: Duration, machine: Duration) -> Result<()> {
        let limit = match row.event {
            // vrrpd speaks before zebra has switched its carrier on, and we let go when it speaks.
            Event::PlannedStop if moves && self.runs(row.then) == Who::Frr => RETURN + self.strangeness(),
            Event::PlannedStop if moves && self.runs(row.on) == Who::Evenkeel => PLANNED_STOP,
            Event::PowerReturns | Event::CableIn | Event::Started => RETURN + self.strangeness(),
            Event::PowerCut | Event::CableOut | Event::PlannedStop if moves => took + TOLERANCE + self.strangeness(),
            Event::PowerCut | Event::CableOut | Event::PlannedStop => RETURN,
        };
        let limit = limit + machine;
        ensure(dark <= limit, || {
            format!("{} {}: clients were dark for {dark:?}, {limit:?} is the limit", row.on.name(), row.event)
        })
    }

    fn runs(&self, place: Place) -> Who {
        let [primary, backup] = self.who;
        match place {
            Place::Primary => primary,
            Place::Backup => backup,
        }
    }

    /// vrrpd learns of its interfaces from zebra, which takes its time.
    fn slowness(&self) -> Duration {
        if self.who.contains(&Who::Frr) { BOOT } else { Duration::ZERO }
    }

    /// What vrrpd's clients may lose more: it is slow to start, and its clients have another hardware address to learn.
    fn strangeness(&self) -> Duration {
        if self.who.contains(&Who::Frr) { RETURN } else { Duration::ZERO }
    }

    fn say(&self, what: &str, then: Place, took: Duration, client: &str) {
        let [one, two] = Place::BOTH.map(|place| self.pair.director(place).program.name());
        let version = self.plan.version;
        let pair = format!("v{version} {one}+{two}");
        println!("{pair:24} {what:32} {} after {:>5} ms  {client}", then.name(), took.as_millis());
    }
}
