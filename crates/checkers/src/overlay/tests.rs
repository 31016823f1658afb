//! What an operator changes, and what a reload leaves of it.
use super::{Change, Duty, Key, Overlay};
use crate::testing::*;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use model::config::server::{Checker, Connect, RealServer};

fn key(port: u16) -> Key {
    Key { service: service(80), address: [10, 0, 1, 1].into(), port }
}

fn weight(weight: u32) -> Change {
    Change { weight: Some(weight), ..Change::default() }
}

fn duty(duty: Duty) -> Change {
    Change { duty, ..Change::default() }
}

const ADDED: Change = Change { added: true, weight: None, duty: Duty::Full };

fn overlay(changes: &[(u16, Change)]) -> Overlay {
    let mut overlay = Overlay::default();
    changes.iter().for_each(|(port, change)| assert!(overlay.set(key(*port), *change)));
    overlay
}

#[test]
fn changes_are_shown_in_words_and_those_that_change_nothing_are_forgotten() {
    for (change, words) in [
        (weight(5), "weight 5"),
        (duty(Duty::Drained), "drained"),
        (Change { weight: Some(0), duty: Duty::Disabled, added: true }, "added, weight 0, disabled"),
        (duty(Duty::Removed), "removed"),
        (Change::default(), ""),
    ] {
        assert_eq!(change.to_string(), words);
    }
    let mut overlay = overlay(&[(81, weight(5)), (82, ADDED)]);
    assert!(overlay.set(key(81), Change::default()) && overlay.set(key(82), Change { duty: Duty::Removed, ..ADDED }));
    assert_eq!(overlay, Overlay::default());
}

#[test]
fn a_reload_forgets_what_the_file_now_says_otherwise() {
    let servers = |ports: &[(u16, u32)]| {
        let server = |(port, weight): &(u16, u32)| RealServer { weight: *weight, ..real_server(*port) };
        config(vec![virtual_server(80, ports.iter().map(server).collect())])
    };
    let changes = [(81, weight(5)), (82, duty(Duty::Drained)), (83, duty(Duty::Removed)), (84, ADDED)];
    let before = servers(&[(81, 1), (82, 1), (83, 1)]);
    for (after, forgotten) in [
        (servers(&[(81, 1), (82, 1), (83, 1)]), vec![]),
        (servers(&[(83, 1), (81, 1), (82, 1), (85, 1)]), vec![]),
        (servers(&[(81, 2), (82, 1), (83, 1)]), vec![81]),
        (servers(&[(81, 1), (82, 1), (84, 1)]), vec![83, 84]),
        (config(vec![]), vec![81, 82, 83, 84]),
    ] {
        let gone: Vec<u16> = overlay(&changes).reloaded(&before, &after).iter().map(|key| key.port).collect();
        assert_eq!(gone, forgotten);
    }
}

#[test]
fn an_added_server_is_like_the_first_one() {
    let mut first = real_server(81);
    first.checkers.push(Checker { connect: Connect::plain([10, 9, 9, 9].into(), 7), ..tcp_check(7) });
    let block = virtual_server(80, vec![]);
    let (servers, removed) = overlay(&[(90, ADDED)]).apply(&block, vec![first.clone()]);
    let [_, added] = servers.as_slice() else { panic!("{servers:?}") };
    let asked: Vec<_> = added.checkers.iter().map(|c| (c.connect.address, c.connect.port)).collect();
    assert_eq!(asked, [([10, 0, 1, 1].into(), 90), ([10, 9, 9, 9].into(), 7)]);
    assert_eq!((added.notify_up.clone(), removed.len()), (first.notify_up, 0));
    let (alone, _) = overlay(&[(90, ADDED)]).apply(&block, vec![]);
    assert!(alone[0].checkers.is_empty());
}
