//! What an operator changes while the pools run.
use super::*;
use crate::overlay::{Change, Duty, Key, Overlay};

fn key(port: u16) -> Key {
    Key { service: service(80), address: [10, 0, 1, 1].into(), port }
}

fn overlay(changes: &[(u16, Change)]) -> Fact {
    let mut overlay = Overlay::default();
    changes.iter().for_each(|(port, change)| assert!(overlay.set(key(*port), *change)));
    Fact::Overlaid(overlay)
}

const FULL: Change = Change { added: false, weight: None, duty: Duty::Full };

#[test]
fn changes_lie_over_the_file_and_outlast_reloads() {
    let blocks = || vec![virtual_server(80, pair(8001)), virtual_server(81, pair(8001))];
    let mut world = World::configured(blocks());
    world.run_until(1_500);
    for (change, table, live) in [
        (Change { weight: Some(7), ..FULL }, "8001x7 8002x1", 8),
        (Change { duty: Duty::Drained, ..FULL }, "8001x0 8002x1", 1),
        (Change { weight: Some(7), duty: Duty::Drained, ..FULL }, "8001x0 8002x1", 1),
        (Change { duty: Duty::Disabled, ..FULL }, "8002x1", 1),
        (Change { duty: Duty::Removed, ..FULL }, "8002x1", 1),
        (FULL, "8001x1 8002x1", 2),
    ] {
        world.say(overlay(&[(8001, change)]));
        for _ in 0..2 {
            assert_eq!((world.table(80), world.table(81)), (table.to_string(), "8001x1 8002x1".to_string()));
            let state = world.pool.snapshot().remove(0);
            assert_eq!(state.live_weight, live);
            let shown = state.real_servers.iter().find(|s| s.port == 8001).expect("it is shown");
            assert_eq!(shown.overlay, change.to_string());
            world.say(Fact::Configured(config(blocks())));
        }
    }
}

#[test]
fn a_disabled_server_is_still_checked_and_one_that_was_added_is_too() {
    let mut world = World::configured(vec![virtual_server(80, vec![real_server(8001)])]);
    world.run_until(1_500);
    world.all_told();
    world.say(overlay(&[(8001, Change { duty: Duty::Disabled, ..FULL }), (8009, Change { added: true, ..FULL })]));
    assert_eq!(world.table(80), "8009x1");
    world.bad = [8009].into();
    world.run_until(9_000);
    assert_eq!(world.table(80), "");
    let told = world.all_told();
    for (port, count) in [(8001, 3), (8009, 4)] {
        let starts = told.iter().filter(|line| line.ends_with(&format!("start {port}"))).count();
        assert!(starts >= count, "{port} was asked {starts} times: {told:#?}");
    }
    assert!(!told.iter().any(|line| line.contains("8001 of") && line.contains("notify_down")), "nothing failed");
}

#[test]
fn a_server_that_an_operator_removes_drains() {
    let drain = Some(Interval::from_secs(5));
    let servers = pair(8001).into_iter().map(|server| RealServer { drain, ..server }).collect();
    let mut world = World::configured(vec![virtual_server(80, servers)]);
    world.say(overlay(&[(8001, Change { duty: Duty::Removed, ..FULL })]));
    assert_eq!(world.table(80), "8002x1 8001x0");
    world.run_until(5_000);
    assert_eq!(world.table(80), "8002x1");
    let shown = world.pool.snapshot().remove(0).real_servers;
    assert_eq!((shown[1].port, shown[1].overlay.as_str(), shown[1].draining), (8001, "removed", false));
}
