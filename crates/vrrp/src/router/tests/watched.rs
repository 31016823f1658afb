//! Files, processes, sessions and static things as facts: priorities, faults with their times, start delays.
use super::desk::{Desk, at};
use crate::fact::{Fact, Watched};
use crate::sample::{group, instance};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use model::Interval;
use model::config::routing::TrackGroup;
use model::config::track::{File, Tracked, Weight};
use model::state::vrrp::RouterState;

fn weight(points: i16) -> Weight {
    Weight { points, reverse: false }
}

fn tracked(name: &str, points: i16) -> Vec<Tracked> {
    vec![Tracked { name: name.into(), weight: weight(points) }]
}

fn tell(desk: &mut Desk, what: Watched, name: &str, reading: i32) -> Vec<String> {
    desk.give(Fact::Tracked { what, name: name.into(), reading })
}

#[test]
fn waits_for_the_first_reading_of_each() {
    let mut config = instance(1, 100);
    config.track_files = tracked("load", -1);
    config.track_processes = tracked("nginx", -20);
    config.track_bfd = tracked("uplink", 0);
    let mut desk = Desk::new(vec![config]);
    desk.start();
    tell(&mut desk, Watched::File, "load", 30);
    tell(&mut desk, Watched::Process, "nginx", 1);
    assert_eq!(desk.state("VI_1"), RouterState::Init);
    tell(&mut desk, Watched::Session, "uplink", 1);
    assert_eq!((desk.state("VI_1"), desk.see("VI_1").effective_priority), (RouterState::Backup, 70));
    tell(&mut desk, Watched::Process, "nginx", 0);
    assert_eq!(desk.see("VI_1").effective_priority, 50);
    tell(&mut desk, Watched::Session, "uplink", 0);
    assert_eq!(desk.faults("VI_1"), ["BFD session uplink is down"]);
    desk.now = desk.now + Interval::from_secs(9);
    tell(&mut desk, Watched::File, "load", 254);
    assert_eq!(desk.faults("VI_1"), ["file load reads 254", "BFD session uplink is down"]);
    let since: Vec<_> = desk.see("VI_1").faults.iter().map(|fault| fault.since).collect();
    assert_eq!(since, [at(1_009_000), at(1_000_000)], "each has its own time");
    tell(&mut desk, Watched::Session, "uplink", 1);
    tell(&mut desk, Watched::File, "load", 0);
    assert_eq!((desk.state("VI_1"), desk.see("VI_1").effective_priority), (RouterState::Backup, 80));
}

#[test]
fn a_reading_outlives_a_reload_and_its_tracker_does_not() {
    let mut config = instance(1, 100);
    config.track_files = tracked("load", 1);
    let mut desk = Desk::new(vec![config]);
    desk.config.files = vec![File { name: "load".into(), path: "/load".into(), weight: weight(1), init: None }];
    desk.start();
    tell(&mut desk, Watched::File, "load", 30);
    desk.configure();
    assert_eq!(desk.see("VI_1").effective_priority, 130);
    desk.config.files.clear();
    desk.configure();
    assert_eq!(desk.see("VI_1").effective_priority, 100, "nobody reads it any more");
}

#[test]
fn trackers_of_a_group_without_weights_are_faults() {
    let mut config = group("G", &["VI_1", "VI_2"]);
    config.track_processes = tracked("nginx", -20);
    let mut desk = Desk::new(vec![instance(1, 100), instance(2, 100)]).grouped(vec![config]);
    desk.start();
    tell(&mut desk, Watched::Process, "nginx", 0);
    assert_eq!((desk.state("VI_1"), desk.state("VI_2")), (RouterState::Fault, RouterState::Fault));
    tell(&mut desk, Watched::Process, "nginx", 1);
    assert_eq!((desk.state("VI_1"), desk.state("VI_2")), (RouterState::Backup, RouterState::Backup));
}

#[test]
fn who_watches_a_static_thing_suffers_with_it() {
    let mut desk = Desk::new(vec![instance(1, 100), instance(2, 100)]);
    desk.config.statics.groups = vec![TrackGroup { name: "T".into(), members: vec!["VI_1".into()] }];
    desk.start();
    let thing = String::from("static route 10.1.0.0/16");
    desk.give(Fact::StaticChanged { group: "T".into(), thing: thing.clone(), missing: true });
    assert_eq!(desk.faults("VI_1"), ["static route 10.1.0.0/16 is missing"]);
    assert_eq!(desk.state("VI_2"), RouterState::Backup);
    desk.give(Fact::StaticChanged { group: "T".into(), thing, missing: false });
    assert_eq!(desk.state("VI_1"), RouterState::Backup);
}

#[test]
fn nothing_starts_before_the_delay_is_over() {
    for (startup, after_boot, booted, begins) in
        [(5_000, 0, None, 5_000), (0, 60_000, Some(970_000), 30_000), (9_000, 60_000, Some(0), 9_000)]
    {
        let mut desk = Desk::new(vec![instance(1, 255)]);
        desk.config.global.vrrp.startup_delay = Interval::from_millis(startup);
        desk.config.global.vrrp.delay_after_boot = Interval::from_millis(after_boot);
        if let Some(booted) = booted {
            desk.give(Fact::HostBooted(at(booted)));
        }
        desk.start();
        desk.pass_millis(begins - 1);
        assert_eq!(desk.state("VI_1"), RouterState::Init, "{startup} {after_boot}");
        desk.pass_millis(1);
        assert_eq!(desk.state("VI_1"), RouterState::Master, "{startup} {after_boot}");
        desk.config.instances.push(instance(2, 255));
        desk.configure();
        assert_eq!(desk.state("VI_2"), RouterState::Master, "a reload waits for nothing");
    }
}
