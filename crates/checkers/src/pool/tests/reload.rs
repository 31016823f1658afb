//! Reloads: what is kept, what follows, and what is not touched.
use super::*;
use crate::effect::Effect;
use model::config::server::Checker;

fn reload(world: &mut World, blocks: Vec<Block>) -> Vec<String> {
    world.all_told();
    world.say(Fact::Configured(config(blocks)));
    world.all_told()
}

#[test]
fn an_equal_configuration_has_no_effects_at_any_moment() {
    let blocks = || {
        let mut servers = pair(8001);
        servers[1].checkers.push(http_check(8002, &["/a", "/b"]));
        servers[1].checkers.push(tcp_check(8002));
        vec![virtual_server(80, servers), with_sorry(false, virtual_server(81, alpha(pair(8011))))]
    };
    let mut reloaded = World::configured(blocks());
    let mut untouched = World::configured(blocks());
    for world in [&mut reloaded, &mut untouched] {
        world.bad = [8002, 8011].into();
        world.latency = Interval::from_millis(300);
    }
    for step in 1..200 {
        for world in [&mut reloaded, &mut untouched] {
            if step == 100 {
                world.bad = [8001].into();
            }
            world.run_until(step * 100);
        }
        assert!(reloaded.say(Fact::Configured(config(blocks()))).is_empty(), "at {step}");
    }
    assert_eq!(reloaded.all_told(), untouched.all_told(), "every probe and every report at the same time");
    assert_eq!(reloaded.pool.snapshot(), untouched.pool.snapshot());
}

#[test]
fn weights_and_schedulers_change_by_one_hold() {
    let mut world = World::configured(vec![virtual_server(80, pair(8001)), virtual_server(81, pair(8011))]);
    let mut heavy = pair(8001);
    heavy[0].weight = 5;
    heavy[1].weight = 7;
    let block = Block { scheduler: "wlc".to_string(), ..virtual_server(80, heavy) };
    let said = reload(&mut world, vec![block, virtual_server(81, pair(8011))]);
    assert_eq!(said, ["     0 hold [10.0.0.1]:tcp:80: 8001x5 8002x7"]);
    assert_eq!(world.kernel[&service(80)].scheduler, "wlc");
}

#[test]
fn servers_and_services_come_and_go() {
    let omega = |port, servers| Block { omega: true, ..virtual_server(port, servers) };
    let mut world =
        World::configured(vec![omega(80, pair(8001)), omega(81, pair(8011)), virtual_server(82, pair(8021))]);
    world.latency = Interval::from_secs(1);
    world.run_until(1_500);
    let said = reload(&mut world, vec![omega(83, pair(8031)), omega(80, vec![real_server(8002), real_server(8003)])]);
    let expected = [
        "  1500 cancel 1",
        "  1500 cancel 3",
        "  1500 cancel 4",
        "  1500 cancel 5",
        "  1500 cancel 6",
        "  1500 hold [10.0.0.1]:tcp:83: 8031x1 8032x1",
        "  1500 hold [10.0.0.1]:tcp:80: 8002x1 8003x1",
        "  1500 hold [10.0.0.1]:tcp:81 not at all",
        "  1500 hold [10.0.0.1]:tcp:82 not at all",
        "  1500 [10.0.0.1]:tcp:83 up run quorum_up: live weight 2 reaches quorum 1",
        "  1500 8001 of [10.0.0.1]:tcp:80 down run notify_down: removed from the configuration",
        "  1500 8011 of [10.0.0.1]:tcp:81 down run notify_down: removed from the configuration",
        "  1500 8012 of [10.0.0.1]:tcp:81 down run notify_down: removed from the configuration",
        "  1500 [10.0.0.1]:tcp:81 down run quorum_down: removed from the configuration",
    ];
    assert_eq!(said, expected);
    let services: Vec<_> = world.pool.snapshot().into_iter().map(|s| s.service).collect();
    assert_eq!(services, [service(83), service(80)]);
    world.run_until(2_400);
    assert_eq!(world.pool.snapshot()[1].real_servers[0].checkers[0].probes, 1, "the kept probe ended and counted");
}

#[test]
fn a_new_check_on_a_healthy_server_takes_it_down_only_after_its_repeats() {
    let mut world = World::configured(vec![virtual_server(80, vec![real_server(8001)])]);
    world.run_until(2_000);
    let second = Checker { alpha: true, ..tcp_check(9999) };
    let server = RealServer { checkers: vec![tcp_check(8001), second], ..real_server(8001) };
    assert!(reload(&mut world, vec![virtual_server(80, vec![server])]).is_empty());
    world.bad.insert(9999);
    world.run_until(6_000);
    assert_eq!(
        world.told(),
        [
            "  5003 hold [10.0.0.1]:tcp:80: ",
            "  5003 8001 of [10.0.0.1]:tcp:80 down run notify_down: TCP_CHECK: connection refused",
            "  5003 [10.0.0.1]:tcp:80 down run quorum_down: no live weight",
        ]
    );
}

#[test]
fn dropping_the_failed_check_brings_the_server_up() {
    let server = |checkers| RealServer { checkers, ..real_server(8001) };
    for left in [vec![tcp_check(8001)], vec![]] {
        let both = server(vec![tcp_check(8001), tcp_check(9999)]);
        let mut world = World::configured(vec![virtual_server(80, vec![both])]);
        world.bad.insert(9999);
        world.run_until(2_000);
        assert_eq!(world.table(80), "");
        let said = reload(&mut world, vec![virtual_server(80, vec![server(left)])]);
        assert_eq!(
            said,
            [
                "  2000 hold [10.0.0.1]:tcp:80: 8001x1",
                "  2000 8001 of [10.0.0.1]:tcp:80 up run notify_up: its checks changed in the configuration",
                "  2000 [10.0.0.1]:tcp:80 up run quorum_up: live weight 1 reaches quorum 1",
            ]
        );
    }
}

#[test]
fn a_failed_check_that_is_changed_must_pass_before_traffic_comes_and_is_asked_at_once() {
    let server = |path| RealServer { checkers: vec![http_check(8001, &[path])], ..real_server(8001) };
    for (repaired, table) in [(false, ""), (true, "8001x1")] {
        let mut world = World::configured(vec![virtual_server(80, vec![server("/old")])]);
        world.bad.insert(8001);
        world.run_until(2_000);
        if repaired {
            world.bad.clear();
        }
        assert!(reload(&mut world, vec![virtual_server(80, vec![server("/new")])]).is_empty());
        assert_eq!(world.table(80), "");
        world.run_until(2_001);
        assert_eq!(world.table(80), table);
        let told = world.all_told();
        assert_eq!(told.first().map(String::as_str), Some("  2000 start 8001 page 0 count 1"));
        assert_eq!(told.iter().any(|line| line.contains("run notify_up")), repaired);
        assert!(!told.iter().any(|line| line.contains("notify_down")), "it was told already: {told:?}");
    }
}

#[test]
fn other_timing_keeps_health_counts_and_probe() {
    let timed = |delay_loop, retry| {
        let check = Checker { delay_loop: Interval::from_secs(delay_loop), retry, ..tcp_check(8001) };
        vec![virtual_server(80, vec![RealServer { checkers: vec![check], ..real_server(8001) }])]
    };
    let mut world = World::configured(timed(60, 3));
    world.run_until(2_000);
    world.bad.insert(8001);
    // A shorter loop counts from now on; one failure of 1 + 3 is made, then only two are needed.
    assert!(reload(&mut world, timed(2, 3)).is_empty());
    world.run_until(4_500);
    assert_eq!(world.pool.snapshot()[0].real_servers[0].checkers[0].failures_in_row, 1);
    assert!(reload(&mut world, timed(2, 1)).is_empty());
    world.run_until(5_500);
    assert_eq!(world.table(80), "");
    // Down stays down, and the probe that runs goes on.
    world.latency = Interval::from_secs(1);
    world.run_until(6_500);
    assert_eq!(world.running.len(), 1);
    assert!(reload(&mut world, timed(3, 0)).is_empty());
    world.run_until(7_500);
    let checker = world.pool.snapshot()[0].real_servers[0].checkers[0].clone();
    assert_eq!((checker.up, checker.probes, checker.failures, checker.failures_in_row), (Some(false), 4, 3, 3));
}

#[test]
fn checks_are_found_again_wherever_they_stand() {
    let checks = |order: &[u16]| {
        let checkers = order.iter().map(|port| tcp_check(*port)).collect();
        vec![virtual_server(80, vec![RealServer { checkers, ..real_server(8001) }])]
    };
    let mut world = World::configured(checks(&[1, 2, 3]));
    world.bad.insert(2);
    world.run_until(2_000);
    let ups = |world: &World| {
        let snapshot = world.pool.snapshot();
        snapshot[0].real_servers[0].checkers.iter().map(|c| c.up).collect::<Vec<_>>()
    };
    assert_eq!(ups(&world), [Some(true), Some(false), Some(true)]);
    assert!(reload(&mut world, checks(&[2, 3, 1])).is_empty());
    assert_eq!(ups(&world), [Some(false), Some(true), Some(true)]);
    world.bad.clear();
    world.run_until(4_000);
    assert_eq!(ups(&world), [Some(true); 3], "verdicts find their checks in the new order");
}

#[test]
fn quorum_and_sorry_server_take_effect() {
    let mut world = World::configured(vec![virtual_server(80, pair(8001))]);
    let needy = Block { quorum: 3, ..virtual_server(80, pair(8001)) };
    let said = reload(&mut world, vec![needy.clone()]);
    assert_eq!(said, ["     0 [10.0.0.1]:tcp:80 down run quorum_down: live weight 2 is below quorum 3"]);
    assert_eq!(reload(&mut world, vec![with_sorry(false, needy)]), ["     0 hold [10.0.0.1]:tcp:80: 80x1"]);
    assert_eq!(
        reload(&mut world, vec![with_sorry(true, virtual_server(80, pair(8001)))]),
        [
            "     0 hold [10.0.0.1]:tcp:80: 8001x1 8002x1 80x0",
            "     0 [10.0.0.1]:tcp:80 up run quorum_up: live weight 2 reaches quorum 1",
        ]
    );
}

#[test]
fn ten_thousand_servers_reload_and_only_what_changed_is_said() {
    let blocks = |weight| {
        let servers = |base: u16| (0..5_000).map(|n| real_server(base + n)).collect::<Vec<_>>();
        let mut first = servers(1_000);
        first[4_321].weight = weight;
        vec![virtual_server(80, first), virtual_server(81, servers(10_000))]
    };
    let mut world = World::configured(blocks(1));
    assert_eq!(world.pool.snapshot().iter().map(|s| s.live_weight).sum::<u64>(), 10_000);
    for weight in 2..6 {
        let effects = world.say(Fact::Configured(config(blocks(weight))));
        let [Effect::Hold { target: Some(target), .. }] = effects.as_slice() else { panic!("one hold: {effects:?}") };
        assert_eq!(target.destinations[4_321].weight, weight);
    }
}

#[test]
fn an_empty_configuration_lets_go_of_all() {
    let mut world = World::configured(vec![virtual_server(80, pair(8001))]);
    world.say(Fact::Configured(config(vec![])));
    assert!(world.kernel.is_empty());
    assert_eq!(world.pool.deadline(), None);
}

/// `10.0.0.first-last:80` in a group, with one real server.
fn group_of(first: u8, last: u8) -> Fact {
    use model::config::server::{Group, GroupEntry, Protocol};
    let address = |last| IpAddr::from([10, 0, 0, last]);
    let own = Service::Address { address: address(first), port: 80, protocol: Protocol::Tcp };
    let block = Block { group: Some("G".into()), service: own, ..virtual_server(80, vec![real_server(8001)]) };
    let entries = vec![GroupEntry::Addresses { first: address(first), last: address(last), port: 80 }];
    let group = Group { name: "G".into(), entries };
    Fact::Configured(Arc::new(Config { virtual_servers: vec![block], server_groups: vec![group], ..Config::default() }))
}

#[test]
fn a_group_that_begins_elsewhere_keeps_what_stays_and_its_checks() {
    let mut world = World::new();
    world.say(group_of(1, 3));
    world.run_until(1_500);
    world.all_told();
    world.say(group_of(2, 4));
    assert_eq!(world.all_told(), ["  1500 hold [10.0.0.4]:tcp:80: 8001x1", "  1500 hold [10.0.0.1]:tcp:80 not at all"]);
    assert_eq!(world.pool.snapshot()[0].real_servers[0].checkers[0].probes, 1, "the check goes on");
}

#[test]
fn a_service_moves_from_one_virtual_server_to_another_without_leaving_the_table() {
    use model::config::server::{Group, GroupEntry, Protocol};
    let entry = |last| {
        let address = IpAddr::from([10, 0, 0, last]);
        GroupEntry::Addresses { first: address, last: address, port: 80 }
    };
    let own = |last| Service::Address { address: IpAddr::from([10, 0, 0, last]), port: 80, protocol: Protocol::Tcp };
    let configured = |of_a: &[u8], of_b: &[u8]| {
        let group =
            |name: &str, of: &[u8]| Group { name: name.into(), entries: of.iter().map(|l| entry(*l)).collect() };
        let block = |name: &str, first, port| Block {
            group: Some(name.into()),
            service: own(first),
            ..virtual_server(80, vec![real_server(port)])
        };
        Fact::Configured(Arc::new(Config {
            virtual_servers: vec![block("A", of_a[0], 8001), block("B", of_b[0], 8002)],
            server_groups: vec![group("A", of_a), group("B", of_b)],
            ..Config::default()
        }))
    };
    for (before, after) in [(([1, 3], [2, 2]), ([1, 1], [2, 3])), (([1, 1], [2, 3]), ([1, 3], [2, 2]))] {
        let mut world = World::new();
        world.say(configured(&before.0, &before.1));
        world.say(configured(&after.0, &after.1));
        let held: Vec<_> = world.kernel.iter().map(|(service, target)| (*service, members(target))).collect();
        let third = if after.1.contains(&3) { "8002x1" } else { "8001x1" };
        let expected = [(own(1), "8001x1"), (own(2), "8002x1"), (own(3), third)];
        assert_eq!(held, expected.map(|(service, text)| (service, text.to_string())));
    }
}
