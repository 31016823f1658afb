//! One server by itself: what is told of its checks.
use super::*;
use crate::testing::{at, real_server, tcp_check};
use alloc::vec;
use model::Interval;

/// A server with these checks, and its orders' numbers: the first check is 1.
fn server(checkers: Vec<server::Checker>) -> RealServer {
    RealServer::new(at(0), server::RealServer { checkers, ..real_server(80) }, false, &mut Nursery::new(1))
}

/// Lets the next probe of one check end so.
fn probe(server: &mut RealServer, check: usize, passed: bool) -> Outcome {
    let now = server.checkers()[check].deadline();
    assert_eq!(server.deadline_reached(now, check, &mut Orders::default()), Outcome::default());
    let verdict = if passed { Verdict::Pass("yes".to_string()) } else { Verdict::Fail("no".to_string()) };
    let checker = server.checkers()[check].number();
    let mut runs = (1..1_000).map(|run| ProbeId { checker, run });
    runs.find_map(|id| server.probe_ended(now, check, id, &verdict)).expect("one of the runs is the running one")
}

fn moved(up: bool) -> Outcome {
    let reason = if up { "TCP_CHECK: yes" } else { "TCP_CHECK: no" };
    Outcome { weigh: true, moved: Some(Moved { up, reason: reason.to_string() }), note: None }
}

fn noted(text: &str) -> Outcome {
    Outcome { note: Some(text.to_string()), ..Outcome::default() }
}

#[test]
fn alive_is_that_no_check_is_failed() {
    let mut pair = server(vec![tcp_check(80), tcp_check(81)]);
    assert!(pair.standing().alive);
    assert_eq!(probe(&mut pair, 0, true), Outcome::default());
    assert_eq!(probe(&mut pair, 0, false), Outcome::default(), "a repeat follows");
    assert_eq!(probe(&mut pair, 1, false), moved(false), "a first run counts at once");
    assert_eq!(probe(&mut pair, 0, false), Outcome::default());
    assert_eq!(probe(&mut pair, 0, false), noted("check failed, TCP_CHECK: no"));
    assert_eq!(probe(&mut pair, 1, true), noted("check passes, TCP_CHECK: yes"));
    assert_eq!(probe(&mut pair, 0, false), Outcome::default());
    assert_eq!(probe(&mut pair, 0, true), moved(true));
}

#[test]
fn alpha_waits_for_all_checks_and_tells_the_first_failure() {
    let alpha = || server::Checker { alpha: true, ..tcp_check(80) };
    let mut pair = server(vec![alpha(), alpha()]);
    assert!(!pair.standing().alive);
    assert_eq!(probe(&mut pair, 0, true), noted("check passes, TCP_CHECK: yes"));
    let told = Outcome { weigh: false, ..moved(false) };
    assert_eq!(probe(&mut pair, 1, false), told);
    assert_eq!(probe(&mut pair, 1, false), Outcome::default());
    assert_eq!(probe(&mut pair, 1, true), moved(true));
}

#[test]
fn every_failure_is_told_where_that_is_asked_for() {
    let mut loud = server(vec![server::Checker { log_all_failures: true, ..tcp_check(80) }]);
    probe(&mut loud, 0, true);
    assert_eq!(probe(&mut loud, 0, false), noted("check failed 1 of 3 times, TCP_CHECK: no"));
    assert_eq!(probe(&mut loud, 0, false), noted("check failed 2 of 3 times, TCP_CHECK: no"));
    assert_eq!(probe(&mut loud, 0, false), moved(false));
    assert_eq!(probe(&mut loud, 0, false), noted("check still fails, TCP_CHECK: no"));
    assert_eq!(probe(&mut loud, 0, true), moved(true));
}

#[test]
fn since_is_when_it_last_came_or_went() {
    let mut one = server(vec![tcp_check(80)]);
    probe(&mut one, 0, true);
    assert_eq!(one.snapshot(false).since, at(0));
    let checker = server::Checker { delay_before_retry: Interval::ZERO, retry: 0, ..tcp_check(80) };
    let config = server::RealServer { checkers: vec![checker], ..real_server(80) };
    one.configure(at(1_500), config, &mut Nursery::new(1), &mut Orders::default());
    probe(&mut one, 0, false);
    assert_eq!((one.snapshot(false).since, one.snapshot(false).alive), (at(3_000), false));
}
