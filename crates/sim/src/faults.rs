//! Scenarios by chance: routers, wires and a plan of faults that all follow from a seed.
use crate::lan::Quality;
use crate::rng::Rng;
use crate::scenario::{
    Action, Change, GroupSetup, InstanceSetup, Mood, RouterSetup, Scenario, ScriptSetup, Setup, Step, Track, Tracked,
};
use model::config::vrrp::Version;
use model::{Family, Instant, InterfaceName, Interval, Name, Prefix, Priority, Vrid};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Faults of one world, each with its end.
const FAULTS: u64 = 8;
/// Quiet at the end, so that everything can settle and then has to stay as it is.
const QUIET: Interval = Interval::from_secs(75);
/// Weights of scripts and links that change who wins, and that do not.
const WEIGHTS: [i16; 6] = [0, -10, -60, -100, 15, 80];

/// The scenario that follows from a seed.
#[must_use]
pub fn scenario(seed: u64) -> Scenario {
    let mut rng = Rng::new(seed);
    let setup = setup(seed, &mut rng);
    let mut plan = Plan { setup: &setup, steps: Vec::new(), at: Instant::START, rng };
    plan.at = plan.at + plan.rng.interval(Interval::ZERO, Interval::from_secs(10));
    for _ in 0..plan.rng.between(1, FAULTS) {
        plan.fault();
        plan.pause();
    }
    plan.calm();
    let (mut steps, end) = (plan.steps, plan.at + QUIET);
    steps.sort_by_key(|step| step.at);
    Scenario { setup, steps, end }
}

fn eth(number: u8) -> Option<InterfaceName> {
    InterfaceName::new(&format!("eth{number}")).ok()
}

fn setup(seed: u64, rng: &mut Rng) -> Setup {
    let version = if rng.chance(500) { Version::V2 } else { Version::V3 };
    let interval = interval(version, rng);
    let count = match rng.below(1_000) {
        0..=4 => 50,
        5..=24 => rng.position(9) + 4,
        _ => rng.position(3) + 1,
    };
    let instances: Vec<_> = (0..count).filter_map(|n| instance(n, version, interval, rng)).collect();
    let grouped = instances.len() > 1 && rng.chance(400);
    let scripts: Vec<_> = if rng.chance(300) { vec![script(rng)] } else { Vec::new() };
    let mut setup = Setup { seed, quality: quality(interval, rng), instances, scripts, ..Setup::default() };
    let count = match rng.below(1_000) {
        0..=59 => 5,
        60..=119 => 4,
        120..=449 => 3,
        _ => 2,
    };
    setup.routers = (0..count).map(|n| router(n, interval, rng)).collect();
    if grouped {
        let members = (0..setup.instances.len()).collect();
        setup.groups.push(GroupSetup {
            name: Name::new("G"),
            members,
            tracking_weight: rng.chance(500),
            tracks: Vec::new(),
        });
    } else {
        share_load(&mut setup, rng);
    }
    tracks(&mut setup, rng);
    setup
}

fn interval(version: Version, rng: &mut Rng) -> Interval {
    let choices: &[u64] = match version {
        Version::V2 => &[1_000, 1_000, 2_000],
        Version::V3 => &[100, 200, 500, 1_000, 1_000, 2_000],
    };
    Interval::from_millis(rng.pick(choices).copied().unwrap_or(1_000))
}

/// Delays are short against the interval, as on any network that VRRP is made for.
fn quality(interval: Interval, rng: &mut Rng) -> Quality {
    let most_delay = rng.interval(Interval::from_micros(50), interval.scaled(1, 20));
    let duplicate = if rng.chance(300) { rng.between(1, 50) } else { 0 };
    let loss = if rng.chance(200) { rng.between(1, 20) } else { 0 };
    Quality { loss, duplicate, least_delay: Interval::from_micros(20), most_delay }
}

fn router(position: usize, interval: Interval, rng: &mut Rng) -> RouterSetup {
    let name = ["a", "b", "c", "d", "e"].get(position).copied().unwrap_or("x");
    let owner = position == 0 && rng.chance(80);
    let number = match rng.position(4) {
        _ if owner => 255,
        0 => 100,
        1 => 100 + rng.between(0, 2),
        _ => rng.between(1, 254),
    };
    RouterSetup {
        name: name.into(),
        priority: Priority::new(u32::try_from(number).unwrap_or(100)).unwrap_or(Priority::DEFAULT),
        priorities: BTreeMap::new(),
        nopreempt: !owner && rng.chance(250),
        preempt_delay: if !owner && rng.chance(150) { Interval::from_secs(rng.between(1, 5)) } else { Interval::ZERO },
        wants_master: rng.chance(100),
        clock: Interval::from_millis(rng.below(1_000_000_000)),
        drift: if rng.chance(200) { i32::try_from(rng.below(201)).unwrap_or(0) - 100 } else { 0 },
        lateness: if rng.chance(300) { rng.interval(Interval::ZERO, interval.scaled(1, 20)) } else { Interval::ZERO },
        off: rng.chance(50),
    }
}

/// Instances whose masters are on different machines, as pairs of directors often have them.
fn share_load(setup: &mut Setup, rng: &mut Rng) {
    let instances = setup.instances.len();
    for router in setup.routers.iter_mut().filter(|router| !router.priority.is_owner()) {
        for instance in 1..instances {
            if rng.chance(300) {
                let number = u32::try_from(rng.between(1, 254)).unwrap_or(100);
                router.priorities.insert(instance, Priority::new(number).unwrap_or(Priority::DEFAULT));
            }
        }
    }
}

fn instance(position: usize, version: Version, interval: Interval, rng: &mut Rng) -> Option<InstanceSetup> {
    let number = u8::try_from(position).ok()?;
    let link = if rng.chance(500) { 0 } else { number.min(1) };
    let count = if rng.chance(40) { 150 } else { rng.between(1, 4) };
    let six = version == Version::V3 && rng.chance(400);
    let mut addresses: Vec<_> = (0..count).filter_map(|n| address(position, n, six)).collect();
    let excluded = if addresses.len() > 1 && rng.chance(200) { addresses.split_off(1) } else { Vec::new() };
    let signed = rng.chance(150);
    let password = version == Version::V2 && !signed && rng.chance(250);
    Some(InstanceSetup {
        name: Name::from(format!("VI_{}", position + 1)),
        interface: eth(link)?,
        vrid: Vrid::new(51 + u32::from(number)).ok()?,
        version,
        interval,
        addresses,
        excluded,
        no_track: rng.chance(50),
        password: if password { "secret".to_owned() } else { String::new() },
        header: password && rng.chance(300),
        signed,
        unicast: rng.chance(200),
        tracks: Vec::new(),
    })
}

/// Different for each instance.
fn address(instance: usize, number: u64, six: bool) -> Option<Prefix> {
    if six {
        let (subnet, host) = (u16::try_from(instance + 100).ok()?, u16::try_from(number + 1).ok()?);
        // The first is link-local, as the RFC wants it.
        let head = if number == 0 { [0xfe80, 0] } else { [0x2001, 0xdb8] };
        let [a, b] = head;
        return Prefix::new(Ipv6Addr::new(a, b, 0, 0, 0, 0, subnet, host).into(), 64).ok();
    }
    let (subnet, host) = (u8::try_from(instance + 100).ok()?, u8::try_from(number + 1).ok()?);
    Prefix::new(Ipv4Addr::new(10, subnet, 0, host).into(), 24).ok()
}

fn script(rng: &mut Rng) -> ScriptSetup {
    ScriptSetup {
        name: Name::new("chk"),
        interval: Interval::from_millis(rng.between(1, 4) * 500),
        timeout: Interval::from_millis(rng.between(1, 4) * 500),
        rise: u32::try_from(rng.between(1, 3)).unwrap_or(1),
        fall: u32::try_from(rng.between(1, 3)).unwrap_or(1),
        weight: rng.pick(&WEIGHTS).copied().unwrap_or(0),
        init_fail: rng.chance(200),
    }
}

/// In a group what is tracked is the group's, so that its members stay of one priority.
fn tracks(setup: &mut Setup, rng: &mut Rng) {
    let mut new = Vec::new();
    if !setup.scripts.is_empty() {
        new.push(Track { what: Tracked::Script(0), weight: None });
    }
    if rng.chance(200)
        && let Some(interface) = eth(2)
    {
        new.push(Track { what: Tracked::Interface(interface), weight: rng.pick(&WEIGHTS).copied() });
    }
    if let Some(group) = setup.groups.first_mut() {
        group.tracks = new;
        return;
    }
    for instance in &mut setup.instances {
        instance.tracks = new.iter().filter(|_| rng.chance(700)).cloned().collect();
    }
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
        match self.rng.position(16) {
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
            _ => self.reload(),
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
        self.add(Interval::ZERO, Action::Refuse { router, refuses: true });
        self.add(length, Action::Refuse { router, refuses: false });
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
        let (choice, length) = (self.rng.position(6), self.length());
        let (instance, change) = match choice {
            0 => (None, Change::Nothing),
            1 => (None, Change::Priority(Priority::new(number).unwrap_or(Priority::DEFAULT))),
            2 => (None, Change::Preempt(self.rng.chance(500))),
            3 => {
                let first = self.rng.below(3);
                (
                    Some(position),
                    Change::Addresses((first..first + 3).filter_map(|n| address(position, n, six)).collect()),
                )
            }
            4 if instance.version == Version::V3 => (None, Change::Interval(interval(Version::V3, &mut self.rng))),
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
