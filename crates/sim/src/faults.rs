//! Scenarios by chance: routers, wires and a plan of faults that all follow from a seed.
mod setup;

use crate::rng::Rng;
use crate::scenario::{Action, Change, Mood, Refused, Scenario, Setup, Step};
use model::config::vrrp::Version;
use model::{Family, Instant, InterfaceName, Interval, Priority};
use setup::{address, interval, setup};
use vrrp::fact::Watched;

/// Faults of one world, each with its end.
const FAULTS: u64 = 8;
/// Worlds that live for hours, of a thousand: what takes long to go wrong needs time more than variety.
const LONG_LIVED: u64 = 35;
/// Faults of such a world.
const LONG_FAULTS: u64 = 40;
/// The longest rest between two of its faults.
const LONG_PAUSE: Interval = Interval::from_secs(600);
/// Quiet at the end, so that everything can settle and then has to stay as it is.
const QUIET: Interval = Interval::from_secs(75);
/// The longest time for which a kernel's news is lost.
const LOST_NEWS: Interval = Interval::from_millis(200);
/// Weights of scripts and links that change who wins, and that do not.
const WEIGHTS: [i16; 6] = [0, -10, -60, -100, 15, 80];

/// The scenario that follows from a seed.
#[must_use]
pub fn scenario(seed: u64) -> Scenario {
    let mut rng = Rng::new(seed);
    let lives_long = rng.chance(LONG_LIVED);
    let setup = setup(seed, lives_long, &mut rng);
    let mut plan = Plan { setup: &setup, steps: Vec::new(), at: Instant::START, rng };
    plan.at = plan.at + plan.rng.interval(Interval::ZERO, Interval::from_secs(10));
    let faults = if lives_long { plan.rng.between(FAULTS, LONG_FAULTS) } else { plan.rng.between(1, FAULTS) };
    for _ in 0..faults {
        plan.fault();
        plan.pause();
        if lives_long {
            plan.at = plan.at + plan.rng.interval(Interval::ZERO, LONG_PAUSE);
        }
    }
    plan.calm();
    let (mut steps, end) = (plan.steps, plan.at + QUIET);
    steps.sort_by_key(|step| step.at);
    Scenario { setup, steps, end }
}

fn eth(number: u8) -> Option<InterfaceName> {
    InterfaceName::new(&format!("eth{number}")).ok()
}

/// A plan in the making.
struct Plan<'a> {
    setup: &'a Setup,
    steps: Vec<Step>,
    /// When the next fault begins.
    at: Instant,
    rng: Rng,
}

impl Plan<'_> {
    fn add(&mut self, after: Interval, action: Action) {
        self.steps.push(Step { at: self.at + after, line: 0, action });
    }

    /// Sometimes everything happens at once, sometimes one thing after the other has settled.
    fn pause(&mut self) {
        let (low, high) = match self.rng.position(3) {
            0 => (0, 200),
            1 => (200, 5_000),
            _ => (5_000, 40_000),
        };
        self.at = self.at + self.rng.interval(Interval::from_millis(low), Interval::from_millis(high));
    }

    /// How long a fault lasts.
    fn length(&mut self) -> Interval {
        let (low, high) = match self.rng.position(3) {
            0 => (0, 100),
            1 => (100, 3_000),
            _ => (3_000, 30_000),
        };
        self.rng.interval(Interval::from_millis(low), Interval::from_millis(high))
    }

    fn router(&mut self) -> usize {
        self.rng.position(self.setup.routers.len())
    }

    fn interface(&mut self) -> Option<InterfaceName> {
        self.rng.pick(&self.setup.interfaces()).cloned()
    }

    fn fault(&mut self) {
        match self.rng.position(21) {
            0 => self.death(Action::Kill),
            1 => self.death(Action::Crash),
            2 => self.death(Action::Stop),
            3 => self.link(),
            4 => self.vanishing(),
            5 => self.removal(),
            6 | 7 => self.partition(),
            8 => self.loss(),
            9 => self.refusal(),
            10 => {
                let (router, length) = (self.router(), self.length());
                self.add(Interval::ZERO, Action::Suspend(router, length));
            }
            11 => self.script(),
            12 => self.wall(),
            13 => {
                let router = self.router();
                let forced = self.rng.chance(300);
                self.add(Interval::ZERO, Action::Switchover { router, forced });
            }
            14 => {
                let (router, length) = (self.router(), self.length());
                self.add(Interval::ZERO, Action::Maintain { router, on: true });
                if self.rng.chance(850) {
                    self.add(length, Action::Maintain { router, on: false });
                }
            }
            15 => self.reading(),
            16 => {
                let (router, length) = (self.router(), self.length());
                self.add(Interval::ZERO, Action::Pause(router, length));
            }
            17 => {
                let (router, length) = (self.router(), self.length().min(LOST_NEWS));
                self.add(Interval::ZERO, Action::Overrun(router, length));
                if self.rng.chance(500) {
                    self.link();
                }
            }
            18 => {
                let router = self.router();
                self.add(Interval::ZERO, Action::Replay(router));
            }
            _ => self.reload(),
        }
    }

    fn reading(&mut self) {
        let (router, length) = (self.router(), self.length());
        let Some(watch) = self.rng.pick(&[0, 1]).copied().filter(|watch| *watch < self.setup.watches.len()) else {
            return;
        };
        let before = self.setup.watches.get(watch).map_or(0, |watch| watch.reading);
        let reading = i32::try_from(self.rng.below(5)).unwrap_or(0) - 1;
        let reading = if self.setup.watches.get(watch).is_some_and(|w| w.kind == Watched::Process) {
            reading.max(0)
        } else {
            reading
        };
        self.add(Interval::ZERO, Action::Reading { router, watch, reading });
        if self.rng.chance(850) {
            self.add(length, Action::Reading { router, watch, reading: before });
        }
    }

    /// Most of the dead return.
    fn death(&mut self, kind: fn(usize) -> Action) {
        let (router, length) = (self.router(), self.length());
        self.add(Interval::ZERO, kind(router));
        if self.rng.chance(850) {
            self.add(length, Action::Start(router));
        }
    }

    fn link(&mut self) {
        let (router, length) = (self.router(), self.length());
        let Some(interface) = self.interface() else { return };
        self.add(Interval::ZERO, Action::Link { router, interface: interface.clone(), up: false });
        if self.rng.chance(850) {
            self.add(length, Action::Link { router, interface, up: true });
        }
    }

    fn vanishing(&mut self) {
        let (router, length) = (self.router(), self.length());
        let Some(interface) = self.interface() else { return };
        self.add(Interval::ZERO, Action::Interface { router, interface: interface.clone(), exists: false });
        if self.rng.chance(850) {
            self.add(length, Action::Interface { router, interface, exists: true });
        }
    }

    /// Once, or so often that it is meant.
    fn removal(&mut self) {
        let router = self.router();
        let Some(instance) = self.rng.pick(&self.setup.instances).cloned() else { return };
        let Some(address) = self.rng.pick(&instance.addresses).copied() else { return };
        let times = if self.rng.chance(200) { 15 } else { 1 };
        for n in 0..times {
            self.add(Interval::from_millis(300 * n), Action::Remove { router, address });
        }
    }

    /// Groups live on several networks at once, which must not be torn for ever; nor is one-way hearing anybody's plan.
    fn partition(&mut self) {
        let count = self.setup.routers.len();
        let alone = self.router();
        let others: Vec<_> = (0..count).filter(|n| *n != alone).collect();
        let interface = if self.rng.chance(300) { self.interface() } else { None };
        let one_way = self.rng.chance(300);
        let action = match (one_way, self.rng.chance(500)) {
            (false, _) => Action::Partition { sides: vec![vec![alone], others], interface },
            (true, true) => Action::OneWay { from: vec![alone], to: others, interface },
            (true, false) => Action::OneWay { from: others, to: vec![alone], interface },
        };
        let length = self.length();
        self.add(Interval::ZERO, action);
        if one_way || !self.setup.groups.is_empty() || self.rng.chance(850) {
            self.add(length, Action::Heal);
        }
    }

    fn loss(&mut self) {
        let (loss, length) = (self.rng.between(1, 10) * 100, self.length());
        self.add(Interval::ZERO, Action::Loss(loss));
        self.add(length, Action::Loss(self.setup.quality.loss));
    }

    fn refusal(&mut self) {
        let (router, length) = (self.router(), self.length());
        let what = if self.rng.chance(400) { Refused::Adverts } else { Refused::Addresses };
        self.add(Interval::ZERO, Action::Refuse { router, what, refuses: true });
        self.add(length, Action::Refuse { router, what, refuses: false });
    }

    fn script(&mut self) {
        let (router, length) = (self.router(), self.length());
        if self.setup.scripts.is_empty() {
            return;
        }
        let mood = if self.rng.chance(200) { Mood::Hangs } else { Mood::Fails };
        self.add(Interval::ZERO, Action::Script { router, script: 0, mood });
        if self.rng.chance(850) {
            self.add(length, Action::Script { router, script: 0, mood: Mood::Succeeds });
        }
    }

    /// A wall clock jumps: by what nobody minds, or by so much that its signatures are refused, and then for a time only.
    fn wall(&mut self) {
        let (router, length, ahead) = (self.router(), self.length(), self.rng.chance(500));
        // Sequences alone come from the clock: who sets it back and restarts is not believed until it has caught up.
        if self.setup.instances.iter().any(|instance| instance.monotonic) {
            return;
        }
        let small = self.rng.chance(500);
        let most = if small { Interval::from_millis(1_500) } else { Interval::from_secs(7_200) };
        let by = self.rng.interval(Interval::ZERO, most);
        self.add(Interval::ZERO, Action::Wall { router, by, ahead });
        self.add(length, Action::Wall { router, by: Interval::ZERO, ahead: true });
    }

    /// A priority is changed in all instances, as the members of a group have to agree. Two owners are a mistake that no
    /// plan makes.
    fn reload(&mut self) {
        let router = self.router();
        let position = self.rng.position(self.setup.instances.len());
        let Some(instance) = self.setup.instances.get(position) else { return };
        let six = instance.addresses.first().is_some_and(|prefix| prefix.family() == Family::V6);
        let number = u32::try_from(self.rng.between(1, 254)).unwrap_or(100);
        let (choice, length) = (self.rng.position(7), self.length());
        let (instance, change) = match choice {
            0 => (None, Change::Nothing),
            1 => (None, Change::Priority(Priority::new(number).unwrap_or(Priority::DEFAULT))),
            2 => (None, Change::Preempt(self.rng.chance(500))),
            3 => (None, Change::Delay(Interval::from_secs(self.rng.below(6)))),
            4 => {
                let first = self.rng.below(3);
                (
                    Some(position),
                    Change::Addresses((first..first + 3).filter_map(|n| address(position, n, six)).collect()),
                )
            }
            // Version 2 knows whole seconds only, and refuses those of others.
            5 if self.setup.instances.iter().all(|instance| instance.version == Version::V3) => {
                (None, Change::Interval(interval(Version::V3, &mut self.rng)))
            }
            _ => {
                let back = Action::Reload { router, instance: Some(position), change: Change::Present(true) };
                self.add(length, back);
                (Some(position), Change::Present(false))
            }
        };
        self.add(Interval::ZERO, Action::Reload { router, instance, change });
    }

    /// Ends what no network has for ever.
    fn calm(&mut self) {
        let last = self.steps.iter().map(|step| step.at).max().unwrap_or(self.at);
        self.at = self.at.max(last);
        self.add(Interval::ZERO, Action::Loss(0));
    }
}
