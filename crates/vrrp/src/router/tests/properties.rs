//! Random facts in random order: nothing panics, no deadline spins, and what must hold holds after every step.
use super::desk::{Desk, line};
use crate::effect::{Effect, Effects, Report};
use crate::fact::{Fact, Packet, Watched};
use crate::instance::Instance;
use crate::router::Router;
use crate::sample::{self, address, group, instance, interface, key, script};
use crate::wire::Advert;
use crate::wire::checksum::Route;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::config::routing::TrackGroup;
use model::config::track::{self, TrackInterface, TrackScript, Tracked, Weight};
use model::config::vrrp::{self, AntiReplay, Authentication, Hmac, HmacKey, HmacMode, Peer, Unicast, Version};
use model::net::{Link, Outcome, PROTOCOL_VRRP};
use model::state::vrrp::RouterState;
use model::{Config, Family, Instant, Interval, Name, Priority, WallTime};
use proptest::prelude::*;

/// What may happen.
#[derive(Clone, Debug)]
enum Event {
    Configured(Arc<Config>),
    Advert { to: u8, from: u8, priority: u8, centis: u64, wrong_version: bool },
    Bytes { bytes: Vec<u8>, ttl: u8, six: bool },
    Link { own: bool, running: bool, addresses: Vec<u8>, arp: bool },
    LinkLost { own: bool },
    Vanished(u8),
    Settled(u8),
    Refused(u8, u8),
    Script(u8, i32),
    Tracked(Watched, i32),
    Static(bool),
    Switchover { subject: u8, forced: bool },
    Maintenance { subject: u8, on: bool },
    Wall(u64),
    Passed(u64),
    Deadline,
    Stop,
}

fn an_instance(n: u8) -> impl Strategy<Value = vrrp::Instance> {
    let switches = any::<[bool; 8]>();
    let numbers = (0usize..5, 0u8..4, 1u8..5, 0usize..3, 0i16..3, 0u64..3);
    (switches, numbers).prop_map(move |(on, (priority, addresses, adverts, interval, points, pace))| {
        let mut made = instance(n, [1, 50, 100, 254, 255][priority]);
        made.version = if on[0] { Version::V3 } else { Version::V2 };
        made.preempt = on[1];
        made.wants_master = on[2] && on[1];
        made.preempt_delay = Interval::from_secs(if on[3] { 5 } else { 0 });
        made.down_timer_adverts = adverts;
        made.advert_interval =
            Interval::from_centis(if on[0] { [1, 25, 100][interval] } else { [100, 200, 300][interval] });
        made.addresses = (0..addresses).map(|m| address(100 + n * 10 + m)).collect();
        made.ignore_own_link = on[4] && on[5];
        made.higher_prio_send_advert = on[5];
        made.authentication =
            if on[6] && !on[0] { Authentication::Password(*b"password") } else { Authentication::None };
        made.announce.spacing = Interval::from_millis(pace * 7);
        made.announce.refresh = Interval::from_secs(pace * 3);
        if on[7] {
            let weight = Weight { points: points * 20 - 20, reverse: on[3] };
            made.track_scripts = vec![TrackScript { script: Name::from("s1"), weight }];
            made.track_interfaces = vec![TrackInterface { interface: interface("eth1"), weight }];
        }
        if n == 4 && on[4] && on[6] {
            made.family = Family::V6;
            made.source = Some("fe80::1".parse().expect("an address"));
        }
        if n == 3 && on[4] {
            let peer = |last| Peer { address: [10, 0, 0, last].into(), min_ttl: 0, max_ttl: 255 };
            made.unicast = Some(Unicast { peers: vec![peer(2), peer(3)], check_source: on[5], ..Unicast::default() });
        }
        if n == 2 && on[4] {
            let key = HmacKey { id: 1, secret: vec![9; 32] };
            let mode = if on[5] { HmacMode::Enforce } else { HmacMode::Permissive };
            let (window, replay) = (Interval::from_secs(5), AntiReplay::Time);
            made.hmac = Some(Hmac { keys: vec![key], active: 1, window, replay, mode });
        }
        if n == 1 && on[4] && on[6] && !on[0] {
            made.authentication = Authentication::Header(*b"password");
        }
        if n == 1 && on[7] {
            let tracked =
                vec![Tracked { name: "t".into(), weight: Weight { points: points * 20 - 20, reverse: on[3] } }];
            made.track_files.clone_from(&tracked);
            made.track_processes.clone_from(&tracked);
            made.track_bfd = tracked;
        }
        made.strict = on[1] && on[2] && on[3];
        made.timer_expired_backup = (on[2] && on[5]).then_some(Priority::DEFAULT);
        made
    })
}

fn a_config() -> impl Strategy<Value = Config> {
    let four = (an_instance(1), an_instance(2), an_instance(3), an_instance(4));
    (four, any::<[bool; 4]>(), 0u8..4, any::<bool>(), any::<bool>()).prop_map(
        |(four, used, grouping, weigh, init_fail)| {
            let all = [four.0, four.1, four.2, four.3];
            let instances = all.into_iter().zip(used).filter(|(_, used)| *used).map(|(instance, _)| instance).collect();
            let mut groups = match grouping {
                0 => vec![],
                1 => vec![group("G", &["VI_1", "VI_2"])],
                2 => vec![group("G", &["VI_1", "VI_2"]), group("H", &["VI_3", "VI_4", "VI_1"])],
                _ => vec![group("G", &["VI_1", "VI_2", "VI_3", "VI_4", "nobody"])],
            };
            groups.iter_mut().for_each(|group| group.tracking_weight = weigh);
            let mut first = script("s1");
            first.init_fail = init_fail;
            let mut config = Config { instances, groups, scripts: vec![first], ..Config::default() };
            config.statics.groups = vec![TrackGroup { name: "T".into(), members: vec!["VI_2".into()] }];
            let weight = Weight::default();
            config.files = vec![track::File { name: "t".into(), path: String::from("/t"), weight, init: None }];
            config
        },
    )
}

fn an_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => a_config().prop_map(|config| Event::Configured(Arc::new(config))),
        8 => (1u8..5, 0u8..4, prop_oneof![Just(0u8), Just(50), Just(100), Just(200), Just(255)], 0u64..300, proptest::bool::weighted(0.1))
            .prop_map(|(to, from, priority, centis, wrong_version)| Event::Advert { to, from, priority, centis, wrong_version }),
        1 => (proptest::collection::vec(any::<u8>(), 0..40), any::<u8>(), any::<bool>())
            .prop_map(|(bytes, ttl, six)| Event::Bytes { bytes, ttl, six }),
        2 => (any::<bool>(), proptest::bool::weighted(0.7), proptest::collection::vec(prop_oneof![Just(1u8), 109u8..145], 0..6), any::<bool>())
            .prop_map(|(own, running, addresses, arp)| Event::Link { own, running, addresses, arp }),
        1 => any::<bool>().prop_map(|own| Event::LinkLost { own }),
        1 => (109u8..145).prop_map(Event::Vanished),
        6 => (1u8..5).prop_map(Event::Settled),
        1 => (1u8..5, 109u8..145).prop_map(|(owner, last)| Event::Refused(owner, last)),
        2 => (1u8..3, prop_oneof![Just(0i32), Just(1)]).prop_map(|(n, status)| Event::Script(n, status)),
        2 => (prop_oneof![Just(Watched::File), Just(Watched::Process), Just(Watched::Session)], -3i32..4)
            .prop_map(|(what, reading)| Event::Tracked(what, reading)),
        1 => any::<bool>().prop_map(Event::Static),
        2 => (1u8..6, any::<bool>()).prop_map(|(subject, forced)| Event::Switchover { subject, forced }),
        1 => (0u8..6, any::<bool>()).prop_map(|(subject, on)| Event::Maintenance { subject, on }),
        1 => (0u64..20).prop_map(Event::Wall),
        8 => (0u64..5_000).prop_map(Event::Passed),
        1 => Just(Event::Deadline),
        1 => Just(Event::Stop),
    ]
}

/// The router with what an onlooker remembers of it.
struct Onlooker {
    router: Router,
    now: Instant,
    config: Config,
    targets: BTreeMap<Name, usize>,
    reported: BTreeMap<Name, RouterState>,
    released: usize,
    stopping: bool,
    trace: Vec<String>,
}

impl Onlooker {
    fn new() -> Self {
        Self {
            router: Router::new(),
            now: Instant::START + Interval::from_secs(100),
            config: Config::default(),
            targets: BTreeMap::new(),
            reported: BTreeMap::new(),
            released: 0,
            stopping: false,
            trace: Vec::new(),
        }
    }

    fn happen(&mut self, event: &Event) {
        let (name, eth0) = (|n: &u8| Name::from(alloc::format!("VI_{n}")), interface("eth0"));
        match event {
            Event::Configured(config) => {
                if !self.stopping {
                    self.config = Config::clone(config);
                }
                self.give(Fact::Configured(config.clone()));
            }
            Event::Advert { to, from, priority, centis, wrong_version } => {
                self.advert(*to, *from, *priority, *centis, *wrong_version);
            }
            Event::Bytes { bytes, ttl, six } => {
                let six_source: IpAddr = "fe80::9".parse().expect("an address");
                let source = if *six { six_source } else { [10, 0, 0, 9].into() };
                self.packet(Route { source, destination: [224, 0, 0, 18].into() }, bytes, *ttl);
            }
            Event::Link { own, running, addresses, arp } => {
                let link = Link { running: *running, arp: *arp, ..sample::link(addresses) };
                self.give(Fact::LinkSeen { interface: if *own { eth0 } else { interface("eth1") }, link });
            }
            Event::LinkLost { own } => {
                self.give(Fact::LinkLost { interface: if *own { eth0 } else { interface("eth1") } });
            }
            Event::Vanished(last) => self.give(Fact::AddressVanished(key(*last))),
            Event::Settled(n) => self.give(Fact::HoldSettled { owner: name(n) }),
            Event::Refused(n, last) => {
                self.give(Fact::HoldRefused { owner: name(n), key: key(*last), problem: String::from("no") });
            }
            Event::Script(n, status) => {
                let script = Name::from(alloc::format!("s{n}"));
                self.give(Fact::ScriptFinished { script, outcome: Outcome::Exited(*status) });
            }
            Event::Tracked(what, reading) => {
                self.give(Fact::Tracked { what: *what, name: "t".into(), reading: *reading });
            }
            Event::Static(missing) => {
                let thing = String::from("a route");
                self.give(Fact::StaticChanged { group: "T".into(), thing, missing: *missing });
            }
            Event::Switchover { subject, forced } => {
                let subject = if *subject == 5 { "G".into() } else { name(subject) };
                self.give(Fact::SwitchoverRequested { subject, forced: *forced });
            }
            Event::Maintenance { subject, on } => {
                let subject = match subject {
                    0 => None,
                    5 => Some(Name::from("G")),
                    n => Some(name(n)),
                };
                self.give(Fact::MaintenanceSet { subject, reason: on.then(|| String::from("why")) });
            }
            Event::Wall(seconds) => {
                let wall = WallTime::from_nanos((1_700_000_000 + seconds) * 1_000_000_000);
                self.give(Fact::WallClockRead(wall));
            }
            Event::Passed(millis) => self.pass(Interval::from_millis(*millis)),
            Event::Deadline => self.give(Fact::DeadlineReached),
            Event::Stop => {
                self.stopping = true;
                self.give(Fact::StopRequested);
            }
        }
    }

    fn advert(&mut self, to: u8, from: u8, priority: u8, centis: u64, wrong_version: bool) {
        let Some(config) = self.config.instances.iter().find(|i| i.vrid.get() == to).cloned() else { return };
        let route = Route { source: [10, 0, 0, from].into(), destination: config.group };
        let version = match (config.version, wrong_version) {
            (Version::V2, false) | (Version::V3, true) => Version::V2,
            (Version::V3, false) | (Version::V2, true) => Version::V3,
        };
        let interval = match version {
            Version::V2 => config.advert_interval,
            Version::V3 => Interval::from_centis(centis),
        };
        let addresses = config.addresses.iter().map(|a| a.prefix.address()).collect();
        let advert =
            Advert { version, vrid: config.vrid, priority, interval, addresses, authentication: config.authentication };
        self.packet(route, &advert.encode(route), 255);
    }

    fn packet(&mut self, route: Route, payload: &[u8], ttl: u8) {
        self.give(Fact::PacketReceived(Packet {
            interface: &interface("eth0"),
            source: route.source,
            destination: route.destination,
            ttl,
            stated_length: payload.len(),
            protocol: PROTOCOL_VRRP,
            header: &[],
            payload,
        }));
    }

    /// Fires every deadline on the way; each must get the router ahead.
    fn pass(&mut self, interval: Interval) {
        let until = self.now + interval;
        let mut in_place = 0;
        while let Some(next) = self.router.deadline().filter(|next| *next <= until) {
            in_place = if next > self.now { 0 } else { in_place + 1 };
            assert!(in_place < 8, "a deadline spins at {next:?}");
            self.now = next.max(self.now);
            self.give(Fact::DeadlineReached);
        }
        self.now = until;
    }

    fn give(&mut self, fact: Fact<'_>) {
        let before = self.states();
        let is_reload = matches!(fact, Fact::Configured(_));
        self.trace.push(alloc::format!("{fact:?}"));
        let mut effects = Effects::new();
        self.router.step(self.now, fact, &mut effects);
        let mut holds: BTreeMap<Name, usize> = BTreeMap::new();
        let after = self.states();
        for effect in &effects {
            self.trace.push(line(effect));
            match effect {
                Effect::Hold(hold) => {
                    *holds.entry(hold.owner.clone()).or_default() += 1;
                    self.targets.insert(hold.owner.clone(), hold.target.addresses.len());
                    assert!(hold.target.addresses.keys().all(|key| hold.owned.contains(key)), "owns what it holds");
                }
                Effect::Send(advert) => {
                    let is_master =
                        |states: &BTreeMap<Name, RouterState>| states.get(&advert.owner) == Some(&RouterState::Master);
                    assert!(is_master(&before) || is_master(&after), "only masters speak: {}", line(effect));
                }
                Effect::Report(report) => self.reported(report),
                Effect::Listen(_) | Effect::Promote(_) | Effect::Announce(_) => {}
            }
        }
        for (owner, count) in holds {
            assert!(count <= if is_reload { 3 } else { 1 }, "{owner} got {count} orders in one step");
        }
        self.check(&after);
    }

    fn reported(&mut self, report: &Report) {
        match report {
            Report::Moved { instance, from, to, .. } => {
                let last = self.reported.insert(instance.clone(), *to).unwrap_or(RouterState::Init);
                let is_stop = (*from, last) == (RouterState::Releasing, RouterState::Master);
                assert!(last == *from || is_stop, "{instance}: {from:?} follows {last:?}");
                assert_ne!(from, to);
            }
            Report::Removed { instance, .. } => {
                assert_eq!(self.reported.remove(instance), Some(RouterState::Fault));
                assert_eq!(self.targets.get(instance), Some(&0));
            }
            Report::AllReleased => {
                self.released += 1;
                assert!(self.targets.values().all(|count| *count == 0), "everything is let go: {:?}", self.targets);
            }
            Report::GroupMoved { .. }
            | Report::PriorityChanged { .. }
            | Report::HeardLowerPriority { .. }
            | Report::SwitchoverEnded { .. }
            | Report::Stands { .. }
            | Report::GroupStands { .. }
            | Report::Note { .. } => {}
        }
    }

    fn states(&self) -> BTreeMap<Name, RouterState> {
        self.router.snapshot().instances.into_iter().map(|i| (i.name, i.state)).collect()
    }

    /// What must hold at rest.
    fn check(&self, states: &BTreeMap<Name, RouterState>) {
        let snapshot = self.router.snapshot();
        let scan = self.router.instances.iter().filter_map(Instance::deadline).min();
        assert_eq!(self.router.agenda.first(), scan, "the agenda is up to date");
        for instance in &snapshot.instances {
            let held = self.targets.get(&instance.name).copied().unwrap_or(0);
            let holds = matches!(instance.state, RouterState::Master | RouterState::Releasing);
            let wanted = if holds { instance.addresses.len() } else { 0 };
            assert_eq!(held, wanted, "{} in {:?}", instance.name, instance.state);
            assert!(instance.history.len() <= model::limits::HISTORY);
            assert!(Priority::new(u32::from(instance.effective_priority)).is_ok());
            let has_faults = !instance.faults.is_empty() && started(instance.state);
            assert_eq!(instance.state == RouterState::Fault, has_faults, "{}", instance.name);
        }
        let known = |owner: &Name| states.contains_key(owner);
        assert!(self.targets.iter().all(|(owner, count)| *count == 0 || known(owner)), "nobody holds for the dead");
        for group in snapshot.groups.iter().filter(|_| !self.stopping) {
            let members: Vec<_> = group.members.iter().map(|member| states[member]).collect();
            let any = |state| members.contains(&state);
            let out =
                |state: &RouterState| matches!(state, RouterState::Fault | RouterState::Init | RouterState::Releasing);
            let all_faulty = members.iter().all(out);
            assert!(!any(RouterState::Fault) || all_faulty, "{} shares its faults: {members:?}", group.name);
        }
    }
}

fn started(state: RouterState) -> bool {
    !matches!(state, RouterState::Init | RouterState::Releasing | RouterState::Stopped)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens(first in a_config(), events in proptest::collection::vec(an_event(), 1..60)) {
        let mut watched = Onlooker::new();
        watched.happen(&Event::Link { own: true, running: true, addresses: vec![1], arp: true });
        watched.happen(&Event::Configured(Arc::new(first)));
        for event in &events {
            watched.happen(event);
        }
        watched.happen(&Event::Stop);
        watched.pass(Interval::from_secs(4));
        prop_assert_eq!(watched.released, 1, "released once, within the longest skew");
        prop_assert!(watched.states().values().all(|state| *state == RouterState::Stopped));
        watched.pass(Interval::from_secs(60));
        prop_assert_eq!(watched.released, 1);
    }

    /// Two runs of the same facts give the same effects, and a desk that sees them gives them in the same order.
    #[test]
    fn the_same_facts_give_the_same_effects(first in a_config(), events in proptest::collection::vec(an_event(), 1..30)) {
        let run = || {
            let mut watched = Onlooker::new();
            watched.happen(&Event::Configured(Arc::new(first.clone())));
            events.iter().for_each(|event| watched.happen(event));
            watched.trace
        };
        prop_assert_eq!(run(), run());
    }

    /// A lone healthy router becomes master within its time, whatever its configuration, and stays it.
    #[test]
    fn a_lone_router_becomes_master(config in an_instance(1)) {
        let mut config = config;
        config.track_scripts.clear();
        config.track_interfaces.clear();
        config.track_files.clear();
        config.track_processes.clear();
        config.track_bfd.clear();
        let mut desk = Desk::new(vec![config]);
        desk.start();
        desk.pass(Interval::from_secs(20));
        prop_assert_eq!(desk.state("VI_1"), RouterState::Master);
        prop_assert_eq!(desk.see("VI_1").counters.became_master, 1);
    }
}
