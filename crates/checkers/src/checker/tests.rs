//! One check by itself: questions, pages, numbers, verdicts that come late.
use super::*;
use crate::effect::Effect;
use crate::testing::{at, http_check, tcp_check};
use alloc::vec::Vec;

/// Starts the next probe and gives its number, first page and count.
fn start(checker: &mut Checker) -> (ProbeId, usize, usize) {
    let mut orders = Orders::default();
    let now = checker.deadline();
    assert_eq!(checker.deadline_reached(now, 1, &mut orders), None);
    let mut effects = Vec::new();
    orders.give(&mut effects);
    match effects.as_slice() {
        [Effect::Start(Probe { id, question: Question::Pages { first, count, .. }, .. })] => (*id, *first, *count),
        [Effect::Start(Probe { id, question: Question::Connect, .. })] => (*id, 0, 0),
        other => panic!("one start: {other:?}"),
    }
}

fn end(checker: &mut Checker, id: ProbeId, passed: bool) -> Option<Taken> {
    let verdict = if passed { Verdict::Pass("yes".to_string()) } else { Verdict::Fail("no".to_string()) };
    checker.probe_ended(at(1), id, &verdict)
}

fn pages_of(health: Health, fast_recovery: bool, verdicts: &[bool]) -> Vec<(usize, usize)> {
    let mut config = http_check(80, &["/a", "/b", "/c"]);
    if let CheckKind::Http(http) = &mut config.kind {
        http.fast_recovery = fast_recovery;
    }
    let mut checker = Nursery::new(1).check(at(0), config, health);
    let mut asked = Vec::new();
    for passed in verdicts {
        let (id, first, count) = start(&mut checker);
        asked.push((first, count));
        end(&mut checker, id, *passed);
    }
    asked
}

#[test]
fn pages_are_asked_in_turn_when_well_and_together_when_not() {
    const UP: Health = Health::Up { failures: 0 };
    for (health, fast_recovery, verdicts, asked) in [
        (UP, false, &[true, true, true, true][..], &[(0, 1), (1, 1), (2, 1), (0, 1)][..]),
        (UP, true, &[true, true], &[(0, 1), (1, 1)]),
        (Health::Untried, false, &[true, true], &[(0, 1), (1, 1)]),
        (Health::Untried, true, &[true, true, true], &[(0, 3), (0, 1), (1, 1)]),
        (Health::Trusted { failures: 0 }, true, &[true, true], &[(0, 1), (1, 1)]),
        (Health::Awaiting, false, &[false, true, true], &[(0, 3), (0, 3), (0, 1)]),
        // The page that fails is the one that is repeated, and the first to be asked for later.
        (
            UP,
            false,
            &[true, false, false, false, false, true, true],
            &[(0, 1), (1, 1), (1, 1), (1, 1), (1, 3), (1, 3), (1, 1)],
        ),
    ] {
        assert_eq!(pages_of(health, fast_recovery, verdicts), asked, "{health:?} {fast_recovery}");
    }
}

#[test]
fn only_the_running_probe_is_believed() {
    let mut checker = Nursery::new(1).check(at(0), tcp_check(80), Health::Untried);
    let early = ProbeId { checker: 1, run: 0 };
    assert_eq!(end(&mut checker, early, false), None);
    let (first, ..) = start(&mut checker);
    for wrong in [early, ProbeId { checker: 1, run: 2 }, ProbeId { checker: 2, run: 1 }] {
        assert_eq!(end(&mut checker, wrong, false), None);
    }
    assert!(end(&mut checker, first, true).is_some());
    assert_eq!(end(&mut checker, first, false), None, "a verdict counts once");
    let (second, ..) = start(&mut checker);
    assert_eq!((first, second), (ProbeId { checker: 1, run: 1 }, ProbeId { checker: 1, run: 2 }));
    let state = checker.snapshot();
    assert_eq!((state.kind, state.up, state.last.as_str()), ("TCP_CHECK", Some(true), "yes"));
    assert_eq!((state.probes, state.failures, state.failures_in_row), (1, 0, 0));
}

#[test]
fn the_limit_grows_with_pages_and_is_never_nothing() {
    for (paths, timeout_ms, limit_ms) in [(1, 5_000, 60_000), (3, 5_000, 180_000), (1, 0, 1_000), (2, 10, 1_000)] {
        let mut config = http_check(80, &["/a", "/b", "/c"][..paths]);
        config.connect.timeout = Interval::from_millis(timeout_ms);
        let checker = Nursery::new(1).check(at(0), config, Health::Awaiting);
        assert_eq!(checker.limit(), Interval::from_millis(limit_ms));
    }
}

#[test]
fn what_makes_a_check_the_same_over_a_reload() {
    type Edit = fn(&mut server::Checker);
    let edits: [(Edit, bool); 9] = [
        (|_| {}, true),
        (|c| c.retry = 9, true),
        (|c| c.delay_loop = Interval::from_secs(9), true),
        (|c| c.alpha = true, true),
        (|c| c.connect.timeout = Interval::from_secs(9), true),
        (|c| c.connect.port = 9, false),
        (|c| c.connect.fwmark = 9, false),
        (|c| c.kind = CheckKind::Tcp, false),
        (|c| c.kind = http_check(80, &["/b"]).kind, false),
    ];
    let checker = Nursery::new(1).check(at(0), http_check(80, &["/a"]), Health::Untried);
    for (n, (edit, same)) in edits.into_iter().enumerate() {
        let mut config = http_check(80, &["/a"]);
        edit(&mut config);
        assert_eq!(checker.asks_the_same_as(&config), same, "edit {n}");
    }
}

fn healths(config: server::Checker, health: Health, verdicts: &str) -> Vec<(Change, bool)> {
    let mut checker = Nursery::new(1).check(at(0), config, health);
    let judge = |verdict: char| {
        let (id, ..) = start(&mut checker);
        let taken = end(&mut checker, id, verdict == '+').expect("the probe that runs");
        (taken.change, taken.after.good())
    };
    verdicts.chars().map(judge).collect()
}

#[test]
fn rise_and_fall_count_checks_in_a_row() {
    use Change::{Fell, Repeat, Rose, Same};
    const UP: Health = Health::Up { failures: 0 };
    let config = |retry, rise, fall| server::Checker { retry, rise, fall, ..tcp_check(80) };
    for (config, health, verdicts, expected) in [
        // Without rise and fall, as ever.
        (config(0, 1, 1), UP, "-+", &[(Fell, false), (Rose, true)][..]),
        // Three failed checks in a row, one that passes begins anew.
        (
            config(0, 1, 3),
            UP,
            "--+---",
            &[(Same, true), (Same, true), (Same, true), (Same, true), (Same, true), (Fell, false)],
        ),
        // Each check has its repeats.
        (config(1, 1, 2), UP, "----", &[(Repeat, true), (Same, true), (Repeat, true), (Fell, false)]),
        (
            config(1, 1, 2),
            UP,
            "--+---",
            &[(Repeat, true), (Same, true), (Same, true), (Repeat, true), (Same, true), (Repeat, true)],
        ),
        // Coming up.
        (
            config(0, 2, 1),
            Health::Down { failures: 1 },
            "+-++",
            &[(Same, false), (Same, false), (Same, false), (Rose, true)],
        ),
        (config(0, 2, 1), Health::Awaiting, "++", &[(Same, false), (Rose, true)]),
        // A server that nobody tried is given up on as slowly.
        (config(3, 1, 2), Health::Untried, "--", &[(Same, true), (Fell, false)]),
    ] {
        assert_eq!(healths(config, health, verdicts), expected, "{health:?} {verdicts}");
    }
}

#[test]
fn a_number_in_a_file_is_taken_by_those_who_watch_it() {
    let file = |name: &str, weight| CheckKind::File { file: name.into(), weight };
    let config = server::Checker { kind: file("load", -2), retry: 9, ..tcp_check(80) };
    let mut checker = Nursery::new(1).check(at(0), config, Health::Untried);
    assert_eq!(checker.deadline(), Instant::from_nanos(u64::MAX));
    assert_eq!(checker.file_read(at(1), &"other".into(), 3), None);
    let taken = checker.file_read(at(1), &"load".into(), 3).expect("it watches this file");
    assert_eq!((taken.after.good(), checker.shift()), (true, -6));
    let taken = checker.file_read(at(2), &"load".into(), 1 << 40).expect("it watches this file");
    assert!(!taken.after.good(), "what is told counts at once: {taken:?}");
    assert_eq!(checker.deadline(), Instant::from_nanos(u64::MAX));
}
