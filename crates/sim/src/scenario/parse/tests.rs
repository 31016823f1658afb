//! What is read and written again is the same; wrong lines are named with what is wrong.
use super::*;

const ALL: &str = "
seed 7
lan loss 1% duplicate 0.5% delay 20us..2ms
router a priority 150 state MASTER clock 5s
router b priority 100 nopreempt preempt_delay 3s late 2ms off  # a comment
script chk interval 1s timeout 2s rise 2 fall 3 weight -20 init_fail
instance VI_1 vrid 51 version 3 interval 200ms on eth0 no_track addresses 10.0.0.100/24 10.0.0.101/32 excluded 10.0.0.102/24
instance VI_2 vrid 52 version 2 interval 1s on eth1 password secret addresses 10.1.0.100/24
router b VI_2 priority 200
group G tracking_weight members VI_1 VI_2
track VI_1 script chk
track VI_2 interface eth2 weight 30
track G interface eth3
at 1s kill a
at 2s crash a
at 3s start a
at 4s stop b
at 5s every 1s until 7s remove a 10.0.0.100/24
at 11s link a eth0 down
at 12s interface a eth0 return
at 13s partition a | b on eth0
at 13.5s partition a > b
at 14s heal
at 15s loss 30%
at 15s refuse a
at 15s allow a
at 16s suspend a 5s
at 17s script a chk hang
at 18s reload a.VI_1 priority 120
at 18s reload a interval 2s
at 18s reload a.VI_1 addresses 10.0.0.103/24 10.0.0.104/24
at 18s reload a nopreempt
at 18s reload a.VI_1 absent
at 18s reload a unchanged
at 19s expect a MASTER holds b.VI_1 BACKUP bare priority a.VI_1 120 gap 0s since 1s overlap 5ms since 1s overlapped since 1s
at 19s expect kept a since 1s announced a since 1s moves a 0 since 1s changes a 1..5 since 1s adverts b 2.. since 1s
end 30s
";

#[test]
fn what_is_written_is_read_again() {
    let scenario = parse(ALL).expect("a scenario");
    assert_eq!(scenario.steps.len(), 25);
    let text = scenario.to_string();
    let mut again = parse(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
    assert_eq!(again.setup, scenario.setup);
    again.steps.iter_mut().zip(&scenario.steps).for_each(|(step, before)| step.line = before.line);
    assert_eq!(again, scenario);
}

#[test]
fn every_is_unfolded() {
    let scenario = parse("router a\nat 5s every 500ms until 7s crash a").expect("a scenario");
    let times: Vec<_> = scenario.steps.iter().map(|step| step.at.since(Instant::START).as_millis()).collect();
    assert_eq!(times, [5_000, 5_500, 6_000, 6_500, 7_000]);
}

#[test]
fn wrong_lines_are_named() {
    for (text, problem) in [
        ("router", "a name is missing at the end"),
        ("\n\nrouter a prioritty 5", "line 3: `prioritty` is not known after router; known are priority,"),
        ("router a priority 300", "`300` is not a priority (1 to 255)"),
        ("router a\nrouter a", "line 2: router a is there already"),
        ("router a\nat 5s crash b", "`b` is not a router above this line"),
        ("at 5 heal", "`5` is not a length of time (10s, 200ms)"),
        ("at 5s hail", "`hail` is not known after the time; known are kill,"),
        ("at 5s heal now", "`now` is one word too many"),
        ("instance vrid 0", "`0` is not an id (1 to 255)"),
        ("instance addresses 10.0.0.300/24", "`10.0.0.300/24` is not an address"),
        ("group G members VI_1", "`VI_1` is not an instance above this line"),
        ("router a\nat 5s expect a MASTR", "`MASTR` is not a state (INIT, BACKUP, MASTER"),
        ("router a\nat 5s expect gap 1s", "`since` is missing at the end"),
        ("router a\nat 5s partition a", "a second side is missing"),
        ("router a\nat 5s every 0s until 9s kill a", "every must be longer than 0s"),
        ("router a\nat 5s every 1ns until 9s kill a", "more than 10000 steps"),
        ("script s interval 0s", "interval must be longer than 0s"),
        ("lan delay 5ms..1ms", "`5ms..1ms` is not a range of delays"),
        ("wibble", "`wibble` is not known here; known are seed,"),
    ] {
        let Err(error) = parse(text) else { panic!("{text:?} is taken for right") };
        let error = error.to_string();
        assert!(error.contains(problem), "{text:?}: {error}");
    }
}
