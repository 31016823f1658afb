//! Scripts by their results, and priorities by their trackers.
use super::survey::Survey;
use super::watched::Readings;
use super::*;
use crate::instance::input::Conditions;
use crate::links::Links;
use crate::sample::{self, interface};
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::Prefix;
use model::config::track::{TrackInterface, TrackScript, Weight};
use model::config::vrrp::{Instance, SyncGroup};
use model::net::Link;

fn script(rise: u32, fall: u32, init_fail: bool) -> Script {
    Script::new(track::Script { rise, fall, init_fail, ..sample::script("chk") }, Instant::START)
}

/// Verdicts after each result: `+` good, `-` bad, `?` unknown.
fn history(mut script: Script, results: &str) -> String {
    let verdict = |script: &Script| match script.verdict() {
        Some(true) => '+',
        Some(false) => '-',
        None => '?',
    };
    let mut verdicts = verdict(&script).to_string();
    for result in results.chars() {
        let before = script.verdict();
        let status = i32::from(result == 'f');
        let changed = script.finished(Instant::START, &Outcome::Exited(status));
        assert_eq!(changed, before != script.verdict(), "{results}");
        verdicts.push(verdict(&script));
    }
    verdicts
}

#[test]
fn rise_and_fall_count_results_in_a_row() {
    for (rise, fall, init_fail, results, expected) in [
        (1, 1, false, "sfs", "?+-+"),
        (3, 2, false, "s", "?+"),
        (3, 2, false, "f", "?-"),
        (3, 2, false, "fssfsss", "?------+"),
        (3, 2, false, "sfsff", "?++++-"),
        (2, 3, true, "ss", "--+"),
        (2, 3, true, "sfss", "----+"),
        (1, 1, true, "s", "-+"),
    ] {
        assert_eq!(history(script(rise, fall, init_fail), results), expected, "{rise} {fall} {init_fail} {results}");
    }
}

#[test]
fn results_in_words() {
    for (outcome, words) in [
        (Outcome::Exited(1), "exit status 1"),
        (Outcome::Signalled(9), "killed by signal 9"),
        (Outcome::TimedOut, "killed after 2 s"),
        (Outcome::NotStarted("no such file".to_string()), "not started: no such file"),
    ] {
        let mut script = script(1, 1, false);
        assert!(script.finished(Instant::START, &outcome));
        assert_eq!(script.verdict(), Some(false));
        assert_eq!(script.last(), words);
        assert_eq!(script.snapshot().failures, 1);
    }
}

#[test]
fn another_command_starts_anew() {
    let mut known = script(1, 1, false);
    known.finished(Instant::START, &Outcome::Exited(0));
    let mut config = known.config.clone();
    config.rise = 5;
    let known = known.reconfigured(config.clone(), Instant::START);
    assert_eq!(known.verdict(), Some(true));
    config.command.argv = vec!["/bin/other".to_string()];
    assert_eq!(known.reconfigured(config, Instant::START).verdict(), None);
}

fn instance(priority: u8) -> Instance {
    sample::instance(1, priority)
}

fn link(running: bool, addresses: &[u8]) -> Link {
    Link { running, ..sample::link(addresses) }
}

/// Two more links: `up` and `down`.
fn links(own: Option<Link>) -> Links {
    let mut links = Links::default();
    if let Some(own) = own {
        links.saw(Instant::START, &interface("eth0"), own);
    }
    links.saw(Instant::START, &interface("up"), Link { running: true, ..Link::default() });
    links.saw(Instant::START, &interface("down"), Link::default());
    links
}

fn survey(instance: &Instance, group: Option<&SyncGroup>, scripts: &[Script], links: &Links) -> Conditions {
    let virtual_addresses = [IpAddr::from([10, 0, 0, 101])].into();
    let readings = Readings::default();
    let survey = Survey {
        scripts,
        readings: &readings,
        track_groups: &[],
        links,
        virtual_addresses: &virtual_addresses,
        maintenance: None,
    };
    survey.conditions(instance, group)
}

fn judged(good: bool) -> Vec<Script> {
    let mut script = script(1, 1, false);
    script.finished(Instant::START, &Outcome::Exited(i32::from(!good)));
    vec![script]
}

fn faults(conditions: &Conditions) -> Vec<String> {
    conditions.faults.iter().map(ToString::to_string).collect()
}

#[test]
fn weights() {
    let healthy = links(Some(link(true, &[1])));
    let failed: &[&str] = &["script chk failed (exit status 1)"];
    let none: &[&str] = &[];
    let reversed: &[&str] = &["script chk succeeded and is tracked in reverse"];
    for (base, points, reverse, good, priority, expected) in [
        (100, 20, false, true, 120, none),
        (100, 20, false, false, 100, &[]),
        (100, -20, false, true, 100, &[]),
        (100, -20, false, false, 80, &[]),
        (100, 20, true, true, 100, &[]),
        (100, 20, true, false, 120, &[]),
        (100, -20, true, true, 80, &[]),
        (100, 0, false, false, 100, failed),
        (100, 0, false, true, 100, &[]),
        (100, 0, true, true, 100, reversed),
        (250, 253, false, true, 254, &[]),
        (5, -253, false, false, 1, &[]),
        (255, -20, false, false, 255, &[]),
        (255, 0, false, false, 255, failed),
    ] {
        let mut instance = instance(base);
        instance.track_scripts = vec![TrackScript { script: "chk".into(), weight: Weight { points, reverse } }];
        let conditions = survey(&instance, None, &judged(good), &healthy);
        let row = (base, points, reverse, good);
        assert_eq!(conditions.priority, priority, "{row:?}");
        assert_eq!(faults(&conditions), expected, "{row:?}");
    }
}

#[test]
fn a_group_without_tracking_weight_takes_weights_as_faults() {
    let healthy = links(Some(link(true, &[1])));
    let mut instance = instance(100);
    instance.track_interfaces =
        vec![TrackInterface { interface: interface("down"), weight: Weight { points: -5, reverse: false } }];
    let mut group = sample::group("G", &["VI_1"]);
    group.track_scripts = vec![TrackScript { script: "chk".into(), weight: Weight { points: -30, reverse: false } }];
    let scripts = judged(false);
    let flat = survey(&instance, Some(&group), &scripts, &healthy);
    assert_eq!(
        (flat.priority, faults(&flat)),
        (100, vec!["script chk failed (exit status 1)".to_string(), "link down is down".to_string()])
    );
    group.tracking_weight = true;
    let weighed = survey(&instance, Some(&group), &scripts, &healthy);
    assert_eq!((weighed.priority, faults(&weighed)), (65, Vec::new()));
}

#[test]
fn own_link_and_source() {
    let (owner, plain) = (255, 100);
    for (name, own, base, ignore, source, expected) in [
        ("missing", None, plain, false, None, "link eth0 does not exist"),
        ("down", Some(link(false, &[1])), plain, false, Some([10, 0, 0, 1]), "link eth0 is down"),
        ("down, ignored", Some(link(false, &[1])), plain, true, Some([10, 0, 0, 1]), ""),
        (
            "no address",
            Some(link(true, &[])),
            plain,
            false,
            None,
            "link eth0 has no IPv4 address of its own to send from",
        ),
        (
            "only the virtual one",
            Some(link(true, &[101])),
            plain,
            false,
            None,
            "link eth0 has no IPv4 address of its own to send from",
        ),
        ("virtual one first", Some(link(true, &[101, 2])), plain, false, Some([10, 0, 0, 2]), ""),
        ("owner", Some(link(true, &[101])), owner, false, Some([10, 0, 0, 101]), ""),
    ] {
        let mut instance = instance(base);
        instance.ignore_own_link = ignore;
        let conditions = survey(&instance, None, &[], &links(own));
        assert_eq!(conditions.source, source.map(IpAddr::from), "{name}");
        assert_eq!(faults(&conditions).join(", "), expected, "{name}");
    }
}

#[test]
fn a_start_waits_for_links_and_scripts() {
    let mut tracking = instance(100);
    tracking.track_scripts = vec![TrackScript { script: "chk".into(), weight: Weight::default() }];
    let healthy = links(Some(link(true, &[1])));
    let ready = |instance: &Instance, scripts: &[Script], links: &Links| survey(instance, None, scripts, links).ready;
    assert!(!ready(&tracking, &[script(1, 1, false)], &healthy));
    assert!(ready(&tracking, &[script(1, 1, true)], &healthy));
    assert!(ready(&tracking, &judged(true), &healthy));
    assert!(!ready(&instance(100), &[], &links(None)));
    let mut elsewhere = instance(100);
    elsewhere.addresses[0].interface = interface("eth9");
    assert!(!ready(&elsewhere, &[], &healthy));
    let mut watching = instance(100);
    watching.track_interfaces = vec![TrackInterface { interface: interface("eth9"), weight: Weight::default() }];
    assert!(!ready(&watching, &[], &healthy));
}

#[test]
fn addresses_in_place() {
    let in_place = |own: Link, excluded: bool| {
        let mut instance = instance(100);
        if excluded {
            let mut more = instance.addresses[0].clone();
            more.prefix = Prefix::host([10, 0, 0, 102].into());
            instance.excluded = vec![more];
        }
        survey(&instance, None, &[], &links(Some(own))).in_place
    };
    let held = link(true, &[1, 101]);
    assert!(in_place(held.clone(), false));
    assert!(!in_place(held, true), "one of two is not enough");
    assert!(!in_place(link(true, &[1]), false));
}
