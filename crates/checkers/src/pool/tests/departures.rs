//! Servers that a reload takes out and that drain.
use super::*;

const SECOND: Interval = Interval::from_secs(1);

fn draining(port: u16, seconds: u32) -> RealServer {
    RealServer { drain: Some(SECOND.scaled(seconds, 1)), ..real_server(port) }
}

fn configure(world: &mut World, servers: Vec<RealServer>) {
    world.say(Fact::Configured(config(vec![virtual_server(80, servers)])));
}

#[test]
fn a_server_that_left_keeps_weight_0_for_its_time() {
    let mut world = World::configured(vec![virtual_server(80, vec![draining(8001, 10), draining(8002, 0)])]);
    world.run_until(1_500);
    world.all_told();
    configure(&mut world, vec![real_server(8003)]);
    assert_eq!(world.table(80), "8003x1 8001x0", "a drain of 0 is none");
    let state = world.pool.snapshot().remove(0);
    let shown: Vec<_> = state.real_servers.iter().map(|s| (s.port, s.draining, s.in_table, s.checkers.len())).collect();
    assert_eq!((shown, state.live_weight), (vec![(8003, false, true, 1), (8001, true, true, 0)], 1));
    // Another reload does not begin it anew.
    world.run_until(9_000);
    configure(&mut world, vec![real_server(8003), real_server(8004)]);
    assert_eq!(world.table(80), "8003x1 8004x1 8001x0");
    world.run_until(11_499);
    assert_eq!(world.table(80), "8003x1 8004x1 8001x0");
    world.run_until(11_500);
    assert_eq!(world.table(80), "8003x1 8004x1");
    assert_eq!(world.pool.snapshot()[0].real_servers.len(), 2);
}

#[test]
fn who_comes_back_serves_and_who_was_out_goes_at_once() {
    let mut world = World::configured(vec![virtual_server(80, vec![draining(8001, 10), draining(8002, 10)])]);
    world.bad = [8002].into();
    world.run_until(9_000);
    configure(&mut world, vec![real_server(8003)]);
    assert_eq!(world.table(80), "8003x1 8001x0", "a server that was not in the table has nobody to drain");
    configure(&mut world, vec![real_server(8003), draining(8001, 10)]);
    assert_eq!(world.table(80), "8003x1 8001x1");
    world.run_until(30_000);
    assert_eq!(world.table(80), "8003x1 8001x1");
    world.say(Fact::StopRequested);
    assert!(world.kernel.is_empty());
}

#[test]
fn a_virtual_server_that_left_stays_for_servers_that_drain() {
    let other = || virtual_server(25, vec![real_server(2501)]);
    let web =
        |first, second| virtual_server(80, vec![draining(8001, first), draining(8002, second), real_server(8003)]);
    let mut world = World::configured(vec![web(10, 20), other()]);
    world.run_until(1_500);
    world.all_told();
    world.say(Fact::Configured(config(vec![other()])));
    assert_eq!(world.table(80), "8001x0 8002x0");
    let state = world.pool.snapshot();
    assert_eq!(state.iter().map(|s| (s.up, s.real_servers.len())).collect::<Vec<_>>(), [(true, 1), (false, 2)]);
    assert!(world.say(Fact::Configured(config(vec![other()]))).is_empty(), "another reload does not begin it anew");
    world.run_until(11_499);
    assert_eq!(world.table(80), "8001x0 8002x0");
    world.run_until(11_500);
    assert_eq!(world.table(80), "8002x0");
    world.run_until(21_500);
    assert!(!world.kernel.contains_key(&service(80)) && world.pool.snapshot().len() == 1);
}

#[test]
fn a_virtual_server_that_comes_back_goes_on() {
    let web = |ports: &[u16]| virtual_server(80, ports.iter().map(|port| draining(*port, 10)).collect());
    let mut world = World::configured(vec![web(&[8001, 8002])]);
    world.run_until(1_500);
    world.say(Fact::Configured(config(vec![])));
    world.say(Fact::Configured(config(vec![web(&[8001])])));
    assert_eq!(world.table(80), "8001x1 8002x0");
    world.run_until(11_500);
    assert_eq!(world.table(80), "8001x1");
    world.say(Fact::Configured(config(vec![])));
    assert_eq!(world.table(80), "8001x0");
    world.say(Fact::StopRequested);
    assert!(world.kernel.is_empty());
}
