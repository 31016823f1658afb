//! Two and three routers on one LAN in virtual time: start, crash, return, partition, planned stop.
use super::desk::Desk;
use crate::fact::Fact;
use crate::sample::{group, instance};
use crate::wire::checksum::Route;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use model::config::vrrp::{Instance, SyncGroup, Version};
use model::state::vrrp::RouterState;
use model::{Instant, Interval, limits};

/// How long a packet travels.
const TRAVEL: Interval = Interval::from_micros(50);

/// Routers A, B, C at 10.0.0.1, .2, .3.
struct Lan {
    routers: Vec<Option<Desk>>,
    now: Instant,
    /// Pairs that do not hear each other.
    cut: BTreeSet<(usize, usize)>,
    /// Packets under way: when, from, the packet.
    wire: Vec<(Instant, usize, model::net::Advert)>,
    /// All effects, as `A send VI_1 100`.
    log: Vec<(Instant, String)>,
}

impl Lan {
    fn new() -> Self {
        Self {
            routers: Vec::new(),
            now: super::desk::at(1_000),
            cut: BTreeSet::new(),
            wire: Vec::new(),
            log: Vec::new(),
        }
    }

    fn start(&mut self, router: usize, instances: Vec<Instance>, groups: Vec<SyncGroup>, own: &[u8]) {
        let mut desk = Desk::new(instances).grouped(groups);
        desk.now = self.now;
        desk.own = vec![u8::try_from(router).expect("few") + 1];
        desk.own.extend(own);
        let lines = desk.start();
        while self.routers.len() <= router {
            self.routers.push(None);
        }
        self.routers[router] = Some(desk);
        self.record(router, lines);
    }

    fn simple(&mut self, router: usize, priority: u8) {
        self.start(router, vec![instance(1, priority)], vec![], &[]);
    }

    fn record(&mut self, router: usize, lines: Vec<String>) {
        let name = ["A", "B", "C"][router];
        self.log.extend(lines.into_iter().map(|line| (self.now, format!("{name} {line}"))));
        let Some(desk) = &mut self.routers[router] else { return };
        let sent = core::mem::take(&mut desk.sent);
        self.wire.extend(sent.into_iter().map(|advert| (self.now + TRAVEL, router, advert)));
    }

    fn desk(&mut self, router: usize) -> &mut Desk {
        self.routers[router].as_mut().expect("it runs")
    }

    fn give(&mut self, router: usize, fact: Fact<'_>) {
        let now = self.now;
        let desk = self.desk(router);
        desk.now = now;
        let lines = desk.give(fact);
        self.record(router, lines);
    }

    /// Runs to the next thing that happens before `until`.
    fn advance(&mut self, until: Instant) -> bool {
        let timers = self.routers.iter().flatten().filter_map(|desk| desk.router.deadline());
        let packets = self.wire.iter().map(|(at, _, _)| *at);
        let Some(next) = timers.chain(packets).min().filter(|next| *next <= until) else {
            self.now = until;
            return false;
        };
        self.now = next.max(self.now);
        let (arrived, under_way) = core::mem::take(&mut self.wire).into_iter().partition(|(at, _, _)| *at <= self.now);
        self.wire = under_way;
        // Packets before timers, as the daemon does it.
        for (_, from, advert) in arrived {
            self.deliver(from, &advert);
        }
        for router in 0..self.routers.len() {
            let due = self.routers[router].as_ref().and_then(|desk| desk.router.deadline());
            if due.is_some_and(|due| due <= self.now) {
                self.give(router, Fact::DeadlineReached);
            }
        }
        true
    }

    fn deliver(&mut self, from: usize, advert: &model::net::Advert) {
        for to in 0..self.routers.len() {
            let pair = (from.min(to), from.max(to));
            if to == from || self.routers[to].is_none() || self.cut.contains(&pair) {
                continue;
            }
            let now = self.now;
            let desk = self.desk(to);
            desk.now = now;
            let route = Route { source: advert.source, destination: advert.destination };
            let lines = desk.packet(route, &advert.payload, 255);
            self.record(to, lines);
        }
    }

    fn run(&mut self, millis: u64) {
        let until = self.now + Interval::from_millis(millis);
        while self.advance(until) {}
    }

    /// Runs until a line is logged, at most ten minutes; how long it took.
    fn until(&mut self, line: &str) -> Interval {
        let (began, seen) = (self.now, self.log.len());
        let end = began + Interval::from_secs(600);
        while self.advance(end) {
            if self.log[seen..].iter().any(|(_, logged)| logged == line) {
                return self.now.since(began);
            }
        }
        panic!("{line} never happened; the last lines: {:?}", &self.log[self.log.len().saturating_sub(20)..]);
    }

    fn states(&self) -> String {
        let letter = |desk: &Option<Desk>| match desk.as_ref().map(|desk| desk.state("VI_1")) {
            None => 'x',
            Some(RouterState::Init) => 'I',
            Some(RouterState::Backup) => 'B',
            Some(RouterState::Master) => 'M',
            Some(RouterState::Fault) => 'F',
            Some(RouterState::Releasing) => 'R',
            Some(RouterState::Stopped) => 'S',
        };
        self.routers.iter().map(letter).collect()
    }

    /// Routers whose kernel is to hold the address.
    fn holders(&self) -> Vec<usize> {
        let holds = |desk: &Option<Desk>| desk.as_ref().is_some_and(|desk| !desk.addresses().is_empty());
        (0..self.routers.len()).filter(|router| holds(&self.routers[*router])).collect()
    }

    fn crash(&mut self, router: usize) {
        self.routers[router] = None;
    }
}

#[test]
fn the_better_one_wins_the_start_and_the_other_survives_its_crash() {
    let mut lan = Lan::new();
    lan.simple(0, 150);
    lan.simple(1, 100);
    lan.run(10_000);
    assert_eq!((lan.states().as_str(), lan.holders()), ("MB", vec![0]));
    lan.crash(0);
    let took = lan.until("B send VI_1 100");
    // Up to an interval had passed since the last advert.
    let full = Interval::from_micros(3_609_375);
    assert!(took <= full && took + Interval::from_secs(1) >= full, "{took}");
    assert_eq!(lan.holders(), [1]);
    let reason = &lan.desk(1).see("VI_1").reason;
    assert_eq!(reason, "no advert from 10.0.0.1 for 3.61 s");
}

#[test]
fn return_with_preemption() {
    let mut lan = Lan::new();
    lan.simple(1, 100);
    lan.run(10_000);
    lan.simple(0, 150);
    lan.run(10_000);
    assert_eq!((lan.states().as_str(), lan.holders()), ("MB", vec![0]));
    assert_eq!(lan.desk(0).see("VI_1").reason, "10.0.0.2 has priority 100, ours is 150");
    assert_eq!(lan.desk(1).see("VI_1").reason, "10.0.0.1 has priority 150, ours is 100");
}

#[test]
fn return_without_preemption() {
    let mut lan = Lan::new();
    lan.simple(1, 100);
    lan.run(10_000);
    let mut polite = instance(1, 150);
    polite.preempt = false;
    lan.start(0, vec![polite], vec![], &[]);
    lan.run(60_000);
    assert_eq!((lan.states().as_str(), lan.holders()), ("BM", vec![1]));
    lan.crash(1);
    lan.run(4_000);
    assert_eq!(lan.states(), "Mx");
}

#[test]
fn return_after_a_delay() {
    let mut lan = Lan::new();
    lan.simple(1, 100);
    lan.run(10_000);
    let mut patient = instance(1, 150);
    patient.preempt_delay = Interval::from_secs(30);
    lan.start(0, vec![patient], vec![], &[]);
    lan.run(29_000);
    assert_eq!(lan.states(), "BM");
    let took = lan.until("A send VI_1 150");
    assert!(took > Interval::from_secs(1) && took < Interval::from_secs(6), "{took}");
    lan.run(100);
    assert_eq!((lan.states().as_str(), lan.holders()), ("MB", vec![0]));
}

#[test]
fn equal_priorities_settle_on_the_higher_address() {
    let mut lan = Lan::new();
    lan.simple(0, 100);
    lan.simple(1, 100);
    lan.run(5_000);
    assert_eq!((lan.states().as_str(), lan.holders()), ("BM", vec![1]));
}

#[test]
fn a_healed_partition_has_one_master_and_the_switches_are_told() {
    let mut lan = Lan::new();
    // Where the better one happens to speak first, only this lets it hear that there was another.
    for (router, priority) in [(0, 150), (1, 100)] {
        let mut config = instance(1, priority);
        config.higher_prio_send_advert = true;
        lan.start(router, vec![config], vec![], &[]);
    }
    lan.run(10_000);
    lan.cut.insert((0, 1));
    lan.run(20_000);
    assert_eq!((lan.states().as_str(), lan.holders()), ("MM", vec![0, 1]));
    lan.cut.clear();
    let healed = lan.now;
    lan.run(2_000);
    assert_eq!((lan.states().as_str(), lan.holders()), ("MB", vec![0]));
    let again: Vec<_> = lan.log.iter().filter(|(at, line)| *at > healed && line == "A announce 10.0.0.101").collect();
    assert_eq!(again.len(), 5, "one burst, whoever spoke first");
    assert!(!lan.log.iter().any(|(at, line)| *at > healed && line.starts_with("B announce")));
}

#[test]
fn a_planned_stop_leaves_no_gap() {
    for version in [Version::V2, Version::V3] {
        let mut lan = Lan::new();
        for (router, priority) in [(0, 150), (1, 100)] {
            let mut config = instance(1, priority);
            config.version = version;
            lan.start(router, vec![config], vec![], &[]);
        }
        lan.run(10_400);
        let stop = lan.now;
        lan.give(0, Fact::StopRequested);
        assert_eq!((lan.states().as_str(), lan.holders()), ("RB", vec![0]));
        let took = lan.until("A all released");
        let held_from = lan.log.iter().find(|(_, line)| line == "B hold VI_1 10.0.0.101").expect("the successor").0;
        let held_until = lan.log.iter().rfind(|(_, line)| line == "A hold VI_1 nothing").expect("the end").0;
        assert!(held_from <= held_until, "somebody held the address all the time");
        let overlap = TRAVEL + limits::RELEASE_LINGER;
        assert!(held_until.since(held_from) <= overlap, "and both for no longer than the successor needs to settle");
        assert!(took < Interval::from_millis(620) + limits::RELEASE_LINGER, "the skew of priority 100, {took}");
        assert_eq!(lan.states(), "SM");
        assert!(lan.now > stop);
    }
}

#[test]
fn of_three_the_second_best_follows_a_planned_stop() {
    let mut lan = Lan::new();
    for (router, priority) in [(0, 150), (1, 100), (2, 120)] {
        lan.simple(router, priority);
    }
    lan.run(10_000);
    assert_eq!(lan.states(), "MBB");
    lan.give(0, Fact::StopRequested);
    lan.run(5_000);
    assert_eq!((lan.states().as_str(), lan.holders()), ("SBM", vec![2]));
    lan.crash(2);
    lan.run(5_000);
    assert_eq!(lan.holders(), [1]);
}

#[test]
fn a_quick_restart_after_a_crash_touches_nothing() {
    let mut lan = Lan::new();
    lan.simple(0, 150);
    lan.simple(1, 100);
    lan.run(10_000);
    lan.crash(0);
    lan.run(1_000);
    let restarted = lan.log.len();
    lan.start(0, vec![instance(1, 150)], vec![], &[101]);
    lan.run(10_000);
    assert_eq!((lan.states().as_str(), lan.holders()), ("MB", vec![0]));
    let lines: Vec<_> = lan.log[restarted..].iter().map(|(_, line)| line.as_str()).collect();
    assert!(
        !lines.contains(&"A hold VI_1 nothing") && !lines.iter().any(|line| line.starts_with("B hold")),
        "{lines:?}"
    );
}

#[test]
fn a_late_restart_gives_way() {
    let mut lan = Lan::new();
    lan.simple(0, 100);
    lan.simple(1, 100);
    lan.run(10_000);
    assert_eq!(lan.states(), "BM");
    lan.crash(1);
    lan.run(10_000);
    lan.start(1, vec![instance(1, 100)], vec![], &[101]);
    lan.run(2_000);
    assert_eq!((lan.states().as_str(), lan.holders()), ("MB", vec![0]));
    assert!(lan.log.iter().any(|(_, line)| line == "B hold VI_1 nothing"));
}

#[test]
fn groups_change_hands_as_a_whole() {
    let groups = || vec![group("G", &["VI_1", "VI_2"])];
    let mut lan = Lan::new();
    for (router, priority) in [(0, 150), (1, 100)] {
        lan.start(router, vec![instance(1, priority), instance(2, priority)], groups(), &[]);
    }
    lan.run(10_000);
    assert_eq!(lan.desk(0).addresses().len(), 2);
    lan.desk(0).config.instances[1].track_interfaces = vec![model::config::track::TrackInterface {
        interface: crate::sample::interface("gone"),
        weight: model::config::track::Weight::default(),
    }];
    lan.give(0, Fact::LinkLost { interface: crate::sample::interface("gone") });
    let config = alloc::sync::Arc::new(lan.desk(0).config.clone());
    lan.give(0, Fact::Configured(config));
    assert_eq!(lan.states(), "RB");
    let took = lan.until("B group G Master");
    assert!(took < Interval::from_millis(620), "priority zero on both links: {took}");
    lan.run(50);
    assert_eq!(lan.states(), "FM");
    assert_eq!((lan.desk(0).addresses().len(), lan.desk(1).addresses().len()), (0, 2));
}

#[test]
fn mass_failover_adverts_leave_in_a_burst_and_in_time() {
    let mut lan = Lan::new();
    let all = |priority| (1..=100).map(|n| instance(n, priority)).collect::<Vec<_>>();
    lan.start(0, all(150), vec![], &[]);
    lan.start(1, all(100), vec![], &[]);
    lan.run(10_000);
    lan.crash(0);
    let crashed = lan.now;
    lan.run(4_000);
    let first: Vec<_> = lan
        .log
        .iter()
        .filter(|(at, line)| *at > crashed && line.starts_with("B send") && line.ends_with(" 100"))
        .map(|(at, _)| *at)
        .take(100)
        .collect();
    assert_eq!(first.len(), 100);
    assert!(first[99].since(first[0]) < Interval::from_millis(1));
}
