//! Equal checks of several virtual servers: one probe, everybody's own judgement.
use super::*;
use crate::effect::{Effect, Probe, Question};
use model::config::server::{Checker, Connect};

/// Virtual servers on these ports, each with the real server 8001 and these checks of it.
fn services(ports: &[u16], check: &Checker) -> Vec<Block> {
    let server = || RealServer { checkers: vec![check.clone()], ..real_server(8001) };
    ports.iter().map(|port| virtual_server(*port, vec![server()])).collect()
}

fn starts(lines: &[String]) -> Vec<&str> {
    lines.iter().filter(|line| line.contains(" start ")).map(|line| line.trim()).collect()
}

fn ups(world: &World) -> Vec<bool> {
    world.pool.snapshot().iter().map(|server| server.up).collect()
}

#[test]
fn one_probe_serves_all_and_each_is_told() {
    let mut world = World::configured(services(&[80, 81, 82], &tcp_check(8001)));
    world.all_told();
    world.bad = [8001].into();
    world.run_until(3_500);
    assert_eq!(starts(&world.all_told()), ["1000 start 8001", "3000 start 8001"]);
    assert_eq!(ups(&world), [false; 3]);
    world.bad.clear();
    world.run_until(5_500);
    let told = world.told();
    for port in [80, 81, 82] {
        let line = format!("  5001 8001 of [10.0.0.1]:tcp:{port} up run notify_up: TCP_CHECK: connection opened");
        assert!(told.contains(&line), "{told:#?}");
    }
}

#[test]
fn the_switch_and_any_difference_part_them() {
    let plain = || services(&[80, 81], &tcp_check(8001));
    let probes = |config: Config| {
        let mut world = World::new();
        world.say(Fact::Configured(Arc::new(config)));
        world.run_until(1_500);
        starts(&world.all_told()).len()
    };
    let both = |second: Checker| {
        let second = services(&[81], &second);
        Config { virtual_servers: [services(&[80], &tcp_check(8001)), second].concat(), ..Config::default() }
    };
    assert_eq!(probes(Config { virtual_servers: plain(), ..Config::default() }), 1);
    let mut off = Config { virtual_servers: plain(), ..Config::default() };
    off.global.lvs.no_sharing = true;
    assert_eq!(probes(off), 2);
    let second = Interval::from_secs(1);
    for other in [
        Checker { retry: 5, ..tcp_check(8001) },
        Checker { delay_loop: second, ..tcp_check(8001) },
        Checker { delay_before_retry: second + second, ..tcp_check(8001) },
        Checker { connect: Connect { timeout: second, ..tcp_check(8001).connect }, ..tcp_check(8001) },
        Checker { connect: Connect { fwmark: 1, ..tcp_check(8001).connect }, ..tcp_check(8001) },
        http_check(8001, &["/"]),
    ] {
        assert_eq!(probes(both(other.clone())), 2, "{other:?}");
    }
    for own in [
        Checker { alpha: true, ..tcp_check(8001) },
        Checker { rise: 3, fall: 2, ..tcp_check(8001) },
        Checker { log_all_failures: true, ..tcp_check(8001) },
    ] {
        assert_eq!(probes(both(own.clone())), 1, "{own:?}");
    }
}

#[test]
fn followers_judge_for_themselves_and_one_that_wants_a_repeat_gets_it() {
    let slow = Checker { fall: 3, rise: 2, ..tcp_check(8001) };
    let mut world = World::configured([services(&[80], &tcp_check(8001)), services(&[81], &slow)].concat());
    world.run_until(2_900);
    world.bad = [8001].into();
    // A first failure at 3 s, repeats at 4 and 5 s; who needs three such rows is down after the third.
    for (until, up) in [(4_900, [true, true]), (5_900, [false, true]), (13_500, [false, false])] {
        world.run_until(until);
        assert_eq!(ups(&world), up, "at {until}");
    }
    world.bad.clear();
    world.run_until(world.now.as_nanos() / 1_000_000 + 2_000);
    assert_eq!(ups(&world), [true, false], "one good check is enough for the first only");
    world.run_until(world.now.as_nanos() / 1_000_000 + 2_000);
    assert_eq!(ups(&world), [true, true]);
}

#[test]
fn a_follower_that_is_down_has_every_page_asked() {
    let pages = http_check(8001, &["/a", "/b", "/c"]);
    let waiting = Checker { alpha: true, ..pages.clone() };
    let mut world = World::configured([services(&[80], &pages), services(&[81], &waiting)].concat());
    world.run_until(3_500);
    assert_eq!(starts(&world.all_told()), ["1000 start 8001 page 0 count 3", "3000 start 8001 page 0 count 1"]);
    assert_eq!(ups(&world), [true, true]);
}

#[test]
fn one_page_that_was_asked_before_is_not_enough_for_a_newcomer() {
    let pages = http_check(8001, &["/a", "/b"]);
    let mut world = World::configured(services(&[80], &pages));
    world.latency = Interval::from_millis(300);
    world.run_until(3_100);
    assert_eq!(world.running.len(), 1);
    let waiting = Checker { alpha: true, ..pages.clone() };
    world.say(Fact::Configured(config([services(&[80], &pages), services(&[81], &waiting)].concat())));
    world.run_until(3_400);
    assert_eq!(ups(&world), [true, false], "the running probe asks for one page");
    world.run_until(5_400);
    assert_eq!(ups(&world), [true, true]);
}

/// When the running probe or the next one is due, in ms.
fn deadline(world: &World) -> u128 {
    u128::from(world.pool.deadline().expect("a check").as_nanos()) / 1_000_000
}

#[test]
fn the_timer_and_the_running_probe_outlive_their_leader() {
    let all = || services(&[80, 81, 82], &tcp_check(8001));
    let mut world = World::configured(all());
    world.latency = Interval::from_millis(300);
    world.run_until(2_000);
    world.all_told();
    world.say(Fact::Configured(config(all().split_off(1))));
    assert_eq!((world.told(), deadline(&world)), (vec!["  2000 hold [10.0.0.1]:tcp:80 not at all".into()], 3_000));
    world.run_until(3_100);
    assert_eq!(world.running.len(), 1);
    world.all_told();
    world.say(Fact::Configured(config(all().split_off(2))));
    assert!(!world.all_told().iter().any(|line| line.contains("cancel")), "the probe goes on");
    world.run_until(3_400);
    assert_eq!((world.pool.snapshot()[0].real_servers[0].checkers[0].probes, deadline(&world)), (2, 5_000));
    world.run_until(4_000);
    world.all_told();
    // Who was first in the file and comes back follows: the timer is that of who led.
    world.say(Fact::Configured(config(all())));
    world.run_until(4_999);
    assert!(starts(&world.all_told()).is_empty() || deadline(&world) <= 7_000);
    assert!(world.say(Fact::Configured(config(all()))).is_empty());
}

#[test]
fn a_suspended_server_shares_with_nobody() {
    let mut blocks = services(&[80, 81], &tcp_check(8001));
    blocks[0].ha_suspend = true;
    let mut world = World::configured(blocks);
    world.run_until(1_500);
    world.say(Fact::AddressesHere(BTreeSet::new()));
    world.all_told();
    world.bad = [8001].into();
    world.run_until(8_000);
    assert_eq!(ups(&world), [true, false], "who sleeps hears nothing");
    world.all_told();
    world.say(Fact::AddressesHere([IpAddr::from([10, 0, 0, 1])].into()));
    world.run_until(16_000);
    assert_eq!(ups(&world), [false, false]);
    let one_at_a_time = world.all_told();
    let starts = starts(&one_at_a_time);
    assert!(starts.len() <= 5, "{starts:?}");
}

#[test]
fn a_dynamic_command_is_shared_among_equal_weights_only() {
    use model::config::server::{CheckKind, Misc};
    let check = |dynamic| {
        let command = hook("load").expect("a command");
        let kind = CheckKind::Misc(Misc { command: *command, timeout: Interval::from_secs(1), dynamic });
        Checker { kind, ..tcp_check(8001) }
    };
    for (dynamic, weights, expected) in [(false, [1, 2], 1), (true, [1, 2], 2), (true, [2, 2], 1)] {
        let mut blocks = services(&[80, 81], &check(dynamic));
        for (block, weight) in blocks.iter_mut().zip(weights) {
            block.real_servers[0].weight = weight;
        }
        let mut pool = Pool::new(1);
        let mut effects = Effects::new();
        pool.step(at(0), Fact::Configured(config(blocks)), &mut effects);
        pool.step(at(9_000), Fact::DeadlineReached, &mut effects);
        let commands =
            |effect: &&Effect| matches!(effect, Effect::Start(Probe { question: Question::Command { .. }, .. }));
        assert_eq!(effects.iter().filter(commands).count(), expected, "{dynamic} {weights:?}");
    }
}
