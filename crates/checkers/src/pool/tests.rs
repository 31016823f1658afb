//! The pool as a whole: starts, failures, quorum, reloads, stop, in virtual time.
use super::*;
use crate::effect::Target;
use crate::testing::*;
use alloc::sync::Arc;
use alloc::vec;
use model::Interval;
use model::config::server::{RealServer, VirtualServer as Block};
use model::limits::REFUSALS_TOLD;

mod departures;
mod overlay;
mod properties;
mod reload;
mod scenario;
mod sharing;

fn pair(port: u16) -> Vec<RealServer> {
    vec![real_server(port), real_server(port + 1)]
}

fn alpha(mut servers: Vec<RealServer>) -> Vec<RealServer> {
    servers.iter_mut().flat_map(|s| &mut s.checkers).for_each(|c| c.alpha = true);
    servers
}

fn inhibited(mut servers: Vec<RealServer>) -> Vec<RealServer> {
    servers.iter_mut().for_each(|s| s.inhibit_on_failure = true);
    servers
}

fn with_sorry(inhibit: bool, block: Block) -> Block {
    let sorry_server = sorry().map(|s| server::SorryServer { inhibit, ..s });
    Block { sorry_server, ..block }
}

const UP: &str = "     0 [10.0.0.1]:tcp:80 up run quorum_up: live weight ";
const DOWN: &str = "     0 [10.0.0.1]:tcp:80 down run quorum_down: no live weight";

#[test]
fn starts_as_keepalived_does() {
    // Tables and FIFO lines recorded from keepalived 2.2.7.
    let plain = || virtual_server(80, pair(8001));
    let waiting = || virtual_server(80, alpha(pair(8001)));
    let weightless = || virtual_server(80, vec![RealServer { weight: 0, ..real_server(8001) }]);
    let unchecked = || virtual_server(80, vec![RealServer { checkers: vec![], ..real_server(8001) }]);
    for (block, table, said) in [
        (plain(), "8001x1 8002x1", vec![format!("{UP}2 reaches quorum 1")]),
        (Block { quorum: 2, ..plain() }, "8001x1 8002x1", vec![format!("{UP}2 reaches quorum 2")]),
        (with_sorry(false, plain()), "8001x1 8002x1", vec![format!("{UP}2 reaches quorum 1")]),
        (with_sorry(true, plain()), "8001x1 8002x1 80x0", vec![format!("{UP}2 reaches quorum 1")]),
        (waiting(), "", vec![]),
        (with_sorry(false, waiting()), "80x1", vec![DOWN.to_string()]),
        (with_sorry(true, waiting()), "80x1", vec![DOWN.to_string()]),
        (virtual_server(80, inhibited(alpha(pair(8001)))), "8001x0 8002x0", vec![]),
        (weightless(), "8001x0", vec![]),
        (with_sorry(false, weightless()), "80x1", vec![DOWN.to_string()]),
        (unchecked(), "8001x1", vec![format!("{UP}1 reaches quorum 1")]),
    ] {
        let mut world = World::configured(vec![block.clone()]);
        assert_eq!(world.table(80), table, "{block:?}");
        let hold = format!("     0 hold [10.0.0.1]:tcp:80: {table}");
        assert_eq!(world.told(), [vec![hold], said].concat(), "{block:?}");
    }
}

#[test]
fn failures_recoveries_and_the_table() {
    // (block, table with the second down, with both down, with the first back, with both back), as keepalived 2.2.7.
    let quorum = |servers| Block { quorum: 2, ..virtual_server(80, servers) };
    for (block, second, both, first, all) in [
        (virtual_server(80, pair(8001)), "8001x1", "", "8001x1", "8001x1 8002x1"),
        (with_sorry(false, quorum(pair(8001))), "80x1", "80x1", "80x1", "8001x1 8002x1"),
        (
            with_sorry(false, quorum(inhibited(pair(8001)))),
            "8001x0 8002x0 80x1",
            "8001x0 8002x0 80x1",
            "8001x0 8002x0 80x1",
            "8001x1 8002x1",
        ),
        (quorum(inhibited(pair(8001))), "8001x1 8002x0", "8001x0 8002x0", "8001x1 8002x0", "8001x1 8002x1"),
        (
            with_sorry(true, quorum(inhibited(pair(8001)))),
            "8001x0 8002x0 80x1",
            "8001x0 8002x0 80x1",
            "8001x0 8002x0 80x1",
            "8001x1 8002x1 80x0",
        ),
    ] {
        let mut world = World::configured(vec![block]);
        world.run_until(2_000);
        for (bad, table) in [(vec![8002], second), (vec![8001, 8002], both), (vec![8002], first), (vec![], all)] {
            world.bad = bad.into_iter().collect();
            let until = world.now.as_nanos() / 1_000_000 + 6_000;
            world.run_until(until);
            assert_eq!(world.table(80), table);
        }
    }
}

#[test]
fn hysteresis_holds_the_quorum_apart() {
    let servers = (8001..8004).map(real_server).collect();
    let mut world = World::configured(vec![Block { quorum: 2, hysteresis: 1, ..virtual_server(80, servers) }]);
    let mut ups = Vec::new();
    for bad in [0, 1, 2, 3, 2, 1, 0] {
        world.bad = (8001..8001 + bad).collect();
        let until = world.now.as_nanos() / 1_000_000 + 6_000;
        world.run_until(until);
        ups.push(world.pool.snapshot()[0].up);
    }
    assert_eq!(ups, [true, true, true, false, false, false, true]);
}

#[test]
fn a_sorry_server_from_the_pool_stands_once() {
    let mut block = with_sorry(true, Block { quorum: 2, ..virtual_server(80, inhibited(pair(8001))) });
    let sorry = block.sorry_server.as_mut().expect("just set");
    (sorry.address, sorry.port) = ([10, 0, 1, 1].into(), 8002);
    let mut world = World::configured(vec![block]);
    assert_eq!(world.table(80), "8001x1 8002x1");
    world.bad.insert(8001);
    world.run_until(9_000);
    assert_eq!(world.table(80), "8001x0 8002x1");
}

#[test]
fn many_verdicts_in_one_step_make_one_hold_and_reports_follow() {
    let mut world = World::configured(vec![virtual_server(80, pair(8001)), virtual_server(81, pair(8011))]);
    world.now = at(1_000);
    world.say(Fact::DeadlineReached);
    let ids: Vec<_> = world.running.keys().copied().collect();
    world.running.clear();
    world.all_told();
    let verdict = || Verdict::Fail("refused".to_string());
    world.say(Fact::ProbesEnded(ids.iter().map(|id| (*id, verdict())).collect()));
    assert_eq!(
        world.all_told(),
        [
            "  1000 hold [10.0.0.1]:tcp:80: ",
            "  1000 hold [10.0.0.1]:tcp:81: ",
            "  1000 8001 of [10.0.0.1]:tcp:80 down run notify_down: TCP_CHECK: refused",
            "  1000 8002 of [10.0.0.1]:tcp:80 down run notify_down: TCP_CHECK: refused",
            "  1000 8011 of [10.0.0.1]:tcp:81 down run notify_down: TCP_CHECK: refused",
            "  1000 8012 of [10.0.0.1]:tcp:81 down run notify_down: TCP_CHECK: refused",
            "  1000 [10.0.0.1]:tcp:80 down run quorum_down: no live weight",
            "  1000 [10.0.0.1]:tcp:81 down run quorum_down: no live weight",
        ]
    );
}

#[test]
fn late_and_strange_facts_change_nothing_and_are_counted() {
    let mut world = World::configured(vec![virtual_server(80, pair(8001))]);
    let before = world.pool.snapshot();
    let pass = || Verdict::Pass(String::new());
    for (checker, run) in [(1, 0), (1, 1), (99, 1), (u64::MAX, u64::MAX)] {
        let probe = ProbeId { checker, run };
        assert!(world.say(Fact::ProbeEnded { probe, verdict: pass() }).is_empty());
    }
    assert!(world.say(Fact::DeadlineReached).is_empty(), "nothing is due");
    assert_eq!((world.pool.ignored(), world.pool.snapshot()), (4, before));
}

#[test]
fn refusals_are_counted_and_each_is_told_once() {
    let mut world = World::configured(vec![virtual_server(80, pair(8001))]);
    world.told();
    let mut refuse = |port: u16, problem: &str| {
        world.say(Fact::ServiceRefused { service: service(port), problem: problem.to_string() });
        world.told().len()
    };
    assert_eq!([refuse(80, "no such scheduler"), refuse(80, "no such scheduler"), refuse(80, "no memory")], [1, 0, 1]);
    assert_eq!([refuse(99, "gone"), refuse(99, "gone"), refuse(99, "busy")], [1, 0, 1]);
    let told: usize = (0..100).map(|n| refuse(80, &format!("problem {n}"))).sum();
    assert_eq!(told, REFUSALS_TOLD - 2);
    assert_eq!(world.pool.snapshot()[0].kernel_refusals, 103);
    // A new target makes everything news again.
    world.bad.insert(8001);
    world.run_until(1_500);
    world.told();
    let problem = "no such scheduler".to_string();
    world.say(Fact::ServiceRefused { service: service(80), problem });
    assert_eq!(world.told(), ["  1500 warning [10.0.0.1]:tcp:80: refused by the kernel: no such scheduler"]);
}

#[test]
fn what_is_listed_twice_counts_once_and_is_told_once() {
    let mut twice = pair(8001);
    twice.push(RealServer { weight: 9, ..real_server(8002) });
    let blocks = vec![virtual_server(80, twice), Block { scheduler: "wlc".to_string(), ..virtual_server(80, vec![]) }];
    let mut world = World::configured(blocks.clone());
    let warnings = |told: Vec<String>| told.into_iter().filter(|l| l.contains("warning")).collect::<Vec<_>>();
    assert_eq!(
        warnings(world.told()),
        [
            "     0 warning [10.0.1.1]:8002 of [10.0.0.1]:tcp:80: is listed more than once, the first counts",
            "     0 warning [10.0.0.1]:tcp:80: is configured more than once, the first counts",
        ]
    );
    assert_eq!((world.table(80), world.pool.snapshot().len()), ("8001x1 8002x1".to_string(), 1));
    assert!(world.say(Fact::Configured(config(blocks))).is_empty());
}

#[test]
fn the_stop_releases_everything_and_omega_says_goodbye() {
    let omega = Block { omega: true, ..virtual_server(80, pair(8001)) };
    let dead = with_sorry(false, Block { omega: true, ..virtual_server(82, vec![real_server(8021)]) });
    let mut world = World::configured(vec![omega, virtual_server(81, pair(8011)), dead]);
    world.bad = [8002, 8021].into();
    world.run_until(2_900);
    world.latency = Interval::from_secs(1);
    world.run_until(3_500);
    world.told();
    world.say(Fact::StopRequested);
    let said = world.all_told();
    let cancels = said.iter().take_while(|l| l.contains(" cancel ")).count();
    assert_eq!(cancels, 5);
    assert_eq!(
        said[cancels..],
        [
            "  3500 hold [10.0.0.1]:tcp:80 not at all",
            "  3500 hold [10.0.0.1]:tcp:81 not at all",
            "  3500 hold [10.0.0.1]:tcp:82 not at all",
            "  3500 8001 of [10.0.0.1]:tcp:80 down run notify_down: the daemon stops",
            "  3500 [10.0.0.1]:tcp:80 down run quorum_down: the daemon stops",
            "  3500 all released",
        ]
    );
    assert!(world.kernel.is_empty() && world.running.is_empty());
    assert_eq!((world.pool.deadline(), world.pool.snapshot().len()), (None, 0));
    assert!(world.say(Fact::Configured(config(vec![virtual_server(80, pair(8001))]))).is_empty());
}

#[test]
fn a_probe_that_never_ends_is_given_up() {
    let mut world = World::configured(vec![virtual_server(80, vec![real_server(8001)])]);
    world.latency = Interval::from_secs(1_000);
    world.run_until(70_000);
    assert_eq!(
        world.all_told()[2..],
        [
            "  1000 start 8001",
            " 61000 cancel 1",
            " 61000 hold [10.0.0.1]:tcp:80: ",
            " 61000 8001 of [10.0.0.1]:tcp:80 down run notify_down: TCP_CHECK: no complete answer within 60 s",
            " 61000 [10.0.0.1]:tcp:80 down run quorum_down: no live weight",
            " 61000 start 8001",
        ]
    );
}

#[test]
fn warm_up_spreads_first_probes_and_the_seed_repeats_it() {
    let mut servers: Vec<_> = (1..=500).map(real_server).collect();
    servers.iter_mut().flat_map(|s| &mut s.checkers).for_each(|c| c.warmup = Interval::from_secs(10));
    let firsts = |seed| {
        let mut pool = Pool::new(seed);
        pool.step(at(0), Fact::Configured(config(vec![virtual_server(80, servers.clone())])), &mut Vec::new());
        pool.deadlines.iter().map(|(at, _)| at.as_nanos() / 1_000_000).collect::<Vec<_>>()
    };
    let one = firsts(1);
    assert!(one.iter().all(|ms| (1_000..11_000).contains(ms)));
    for second in 1..11 {
        assert!(one.iter().filter(|ms| **ms / 1_000 == second).count() > 25, "second {second}");
    }
    assert_eq!(one, firsts(1));
    assert_ne!(one, firsts(2));
}

#[test]
fn the_target_carries_what_the_block_says() {
    let server = RealServer { upper_threshold: 9, lower_threshold: 3, weight: 70, ..real_server(8001) };
    let block = Block { one_packet: true, scheduler_flags: 5, ..virtual_server(80, vec![server]) };
    let world = World::configured(vec![block]);
    let Target { scheduler, flags, persistence, engine: _, one_packet, destinations } = &world.kernel[&service(80)];
    assert_eq!((scheduler.as_str(), *flags, *persistence, *one_packet), ("rr", 5, None, true));
    let [only] = destinations.as_slice() else { panic!("one server") };
    assert_eq!((only.weight, only.upper_threshold, only.lower_threshold), (70, 9, 3));
}

#[test]
fn a_group_is_one_pool_with_many_services() {
    use model::config::server::{Group, GroupEntry};
    let entry = |last| GroupEntry::Addresses { first: [10, 0, 0, 1].into(), last: [10, 0, 0, last].into(), port: 80 };
    let server = || Block { group: Some("G".into()), ..virtual_server(80, vec![real_server(81)]) };
    let config = |last| {
        let groups = vec![Group { name: "G".into(), entries: vec![entry(last)] }];
        Arc::new(Config { server_groups: groups, virtual_servers: vec![server()], ..Config::default() })
    };
    let mut pool = Pool::new(1);
    let mut said = |fact| {
        let mut effects = Effects::new();
        pool.step(at(0), fact, &mut effects);
        effects.iter().map(line).collect::<Vec<_>>()
    };
    let started = said(Fact::Configured(config(3)));
    for (place, last) in [1, 2, 3].iter().enumerate() {
        assert_eq!(started[place], format!("hold [10.0.0.{last}]:tcp:80: 81x1"));
    }
    // One check, one report, by the name of the group.
    assert_eq!(started.len(), 4, "{started:?}");
    assert!(matches!(said(Fact::Configured(config(3))).as_slice(), []));
    assert_eq!(
        said(Fact::Configured(config(1))),
        ["hold [10.0.0.2]:tcp:80 not at all", "hold [10.0.0.3]:tcp:80 not at all"]
    );
    assert_eq!(said(Fact::StopRequested), ["hold [10.0.0.1]:tcp:80 not at all", "all released"]);
}

#[test]
fn checks_sleep_while_the_address_is_elsewhere() {
    let server = Block { ha_suspend: true, ..virtual_server(80, vec![real_server(81)]) };
    let mut pool = Pool::new(1);
    let mut effects = Effects::new();
    pool.step(at(0), Fact::Configured(config(vec![server])), &mut effects);
    let due = |pool: &mut Pool| {
        let mut effects = Effects::new();
        let now = pool.deadline().expect("a check");
        pool.step(now, Fact::DeadlineReached, &mut effects);
        (now, effects.len())
    };
    pool.step(at(0), Fact::AddressesHere(BTreeSet::new()), &mut effects);
    let (first, started) = due(&mut pool);
    let (second, again) = due(&mut pool);
    assert_eq!((started, again), (0, 0), "no probe while 10.0.0.1 is not here");
    assert_eq!(second.since(first), Interval::from_secs(2));
    let here = Fact::AddressesHere([IpAddr::from([10, 0, 0, 1])].into());
    pool.step(second, here, &mut effects);
    assert_eq!(due(&mut pool).1, 1);
}

#[test]
fn weights_follow_files_and_first_states_are_told_on_request() {
    use model::config::server::{CheckKind, Checker};
    let file = CheckKind::File { file: "load".into(), weight: 2 };
    let checked = RealServer { checkers: vec![Checker { kind: file, ..tcp_check(81) }], ..real_server(81) };
    let bare = RealServer { checkers: vec![], ..real_server(82) };
    let mut config = Config { virtual_servers: vec![virtual_server(80, vec![checked, bare])], ..Config::default() };
    config.global.lvs.init_notifies = true;
    let mut pool = Pool::new(1);
    let mut said = |fact| {
        let mut effects = Effects::new();
        pool.step(at(0), fact, &mut effects);
        effects.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(
        said(Fact::Configured(Arc::new(config))),
        [
            "hold [10.0.0.1]:tcp:80: 81x1 82x1",
            "81 of [10.0.0.1]:tcp:80 up run notify_up: it is in service before its first check",
            "82 of [10.0.0.1]:tcp:80 up run notify_up: it has no check",
            "[10.0.0.1]:tcp:80 up run quorum_up: live weight 2 reaches quorum 1",
        ]
    );
    let read = |number| Fact::FileRead { file: "load".into(), number };
    assert_eq!(said(read(3)), ["hold [10.0.0.1]:tcp:80: 81x7 82x1"]);
    assert_eq!(said(read(-9)), ["hold [10.0.0.1]:tcp:80: 81x0 82x1"]);
    assert_eq!(said(Fact::FileRead { file: "other".into(), number: 1 }), Vec::<String>::new());
}
