//! Sync groups through the door: together up, together down, and what is said in which order.
use super::desk::Desk;
use crate::fact::Fact;
use crate::sample::{self, group, instance, interface};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use model::config::track::{TrackInterface, TrackScript, Weight};
use model::net::Link;
use model::state::vrrp::RouterState;
use model::{Interval, Name};

fn pair() -> Desk {
    Desk::new(vec![instance(1, 100), instance(2, 100)]).grouped(vec![group("G", &["VI_1", "VI_2"])])
}

fn masters() -> Desk {
    let mut desk = pair();
    desk.start();
    desk.pass_millis(4_000);
    assert_eq!(states(&desk), [RouterState::Master; 2]);
    desk.pass_millis(10_000);
    desk
}

fn states(desk: &Desk) -> Vec<RouterState> {
    desk.router.snapshot().instances.iter().map(|instance| instance.state).collect()
}

fn group_state(desk: &Desk) -> RouterState {
    desk.router.snapshot().groups[0].state
}

fn hear_second(desk: &mut Desk, from: u8, priority: u8) -> Vec<String> {
    let second = desk.config.instances[1].clone();
    desk.hear_as(&second, from, priority)
}

#[test]
fn start_and_take_over_together() {
    let mut desk = pair();
    assert_eq!(
        desk.start()[1..],
        ["group G Backup", "hold VI_1 nothing", "VI_1 Init->Backup 100", "hold VI_2 nothing", "VI_2 Init->Backup 100"],
        "at the start the group comes first"
    );
    desk.kernel = false;
    assert_eq!(desk.next(), ["send VI_1 100", "hold VI_1 10.0.0.101", "send VI_2 100", "hold VI_2 10.0.0.102"]);
    let settled = |name: &str| Fact::HoldSettled { owner: Name::new(name) };
    assert_eq!(desk.give(settled("VI_1")), ["announce 10.0.0.101", "VI_1 Backup->Master 100"]);
    assert_eq!(
        desk.give(settled("VI_2")),
        ["announce 10.0.0.102", "VI_2 Backup->Master 100", "group G Master"],
        "later it comes last"
    );
}

#[test]
fn who_hears_no_master_waits_for_those_who_do() {
    let mut desk = pair();
    desk.start();
    for _ in 0..5 {
        hear_second(&mut desk, 9, 200);
        assert!(desk.pass_millis(1_000).is_empty());
    }
    assert_eq!(states(&desk), [RouterState::Backup; 2]);
    let lines = desk.pass_millis(3_000);
    assert!(lines.contains(&"group G Master".into()), "the wish was remembered: {lines:?}");
    assert_eq!(desk.see("VI_1").reason, "no advert from any router for 7.61 s");
}

#[test]
fn when_one_yields_all_yield() {
    let mut desk = masters();
    assert_eq!(
        hear_second(&mut desk, 9, 200),
        [
            "hold VI_2 nothing",
            "VI_2 Master->Backup 100",
            "send VI_1 0",
            "hold VI_1 nothing",
            "VI_1 Master->Backup 100",
            "group G Backup"
        ]
    );
    assert_eq!(desk.see("VI_1").reason, "VI_2 of the same group is not master");
}

#[test]
fn when_one_has_a_fault_all_have_and_all_come_back() {
    let mut desk = pair();
    desk.config.instances[1].track_scripts = vec![TrackScript { script: "chk".into(), weight: Weight::default() }];
    desk.config.scripts = vec![sample::script("chk")];
    assert_eq!(desk.start(), ["listen eth0:224.0.0.18"], "all wait for the script of one");
    desk.script("chk", 0);
    desk.pass_millis(4_000);
    assert_eq!(
        desk.script("chk", 1),
        ["Warning about chk", "send VI_2 0", "Info about VI_2", "send VI_1 0", "Info about VI_1",],
        "the addresses stay for the successor"
    );
    assert_eq!(
        desk.next(),
        ["hold VI_1 nothing", "VI_1 Master->Fault 100", "hold VI_2 nothing", "VI_2 Master->Fault 100", "group G Fault"]
    );
    let reason = "VI_2 of the same group: script chk failed (exit status 1); no successor spoke";
    assert_eq!(desk.see("VI_1").reason, reason);
    assert_eq!(desk.see("VI_1").faults.len(), 1);
    assert_eq!(
        desk.script("chk", 0),
        ["Info about chk", "VI_1 Fault->Backup 100", "VI_2 Fault->Backup 100", "group G Backup"]
    );
    assert!(desk.see("VI_1").faults.is_empty());
}

#[test]
fn nobody_leaves_fault_alone() {
    let mut desk = pair();
    for (n, link) in ["eth1", "eth2"].into_iter().enumerate() {
        let weight = Weight::default();
        desk.config.instances[n].track_interfaces = vec![TrackInterface { interface: interface(link), weight }];
    }
    let wire = |desk: &mut Desk, name: &str, running| {
        desk.give(Fact::LinkSeen { interface: interface(name), link: Link { running, ..Link::default() } })
    };
    wire(&mut desk, "eth1", false);
    wire(&mut desk, "eth2", false);
    assert_eq!(
        desk.start()[1..],
        ["group G Fault", "hold VI_1 nothing", "VI_1 Init->Fault 100", "hold VI_2 nothing", "VI_2 Init->Fault 100"]
    );
    assert!(wire(&mut desk, "eth1", true).is_empty());
    assert_eq!(wire(&mut desk, "eth2", true), ["VI_1 Fault->Backup 100", "VI_2 Fault->Backup 100", "group G Backup"]);
}

#[test]
fn a_fault_at_the_start_is_one_for_all() {
    let mut desk = pair();
    desk.config.instances[1].interface = interface("eth1");
    desk.give(Fact::LinkLost { interface: interface("eth1") });
    let lines = desk.start();
    assert_eq!(
        lines[1..],
        ["group G Fault", "hold VI_1 nothing", "VI_1 Init->Fault 100", "hold VI_2 nothing", "VI_2 Init->Fault 100"]
    );
    assert_eq!(desk.see("VI_1").reason, "VI_2 of the same group: link eth1 does not exist");
}

#[test]
fn a_group_of_owners_waits_one_interval() {
    let mut desk = Desk::new(vec![instance(1, 255), instance(2, 255)]).grouped(vec![group("G", &["VI_1", "VI_2"])]);
    desk.start();
    assert_eq!(states(&desk), [RouterState::Backup; 2]);
    let began = desk.now;
    desk.next();
    assert_eq!(desk.now.since(began), Interval::from_nanos(1_003_906_250));
    assert_eq!(states(&desk), [RouterState::Master; 2]);
    let mut mixed = Desk::new(vec![instance(1, 255), instance(2, 100)]).grouped(vec![group("G", &["VI_1", "VI_2"])]);
    mixed.start();
    mixed.pass_millis(3_500);
    assert_eq!(states(&mixed), [RouterState::Backup; 2]);
    mixed.pass_millis(200);
    assert_eq!(states(&mixed), [RouterState::Master; 2]);
}

#[test]
fn the_others_announce_against_a_challenge_too() {
    let mut desk = masters();
    assert_eq!(
        hear_second(&mut desk, 9, 50),
        ["send VI_2 100", "announce 10.0.0.102", "VI_2 heard lower", "announce 10.0.0.101"]
    );
}

#[test]
fn resume_together_or_not_at_all() {
    let mut whole = pair();
    whole.own = vec![1, 101, 102];
    assert_eq!(whole.start()[1..], ["group G Backup", "VI_1 Init->Backup 100", "VI_2 Init->Backup 100"]);
    let lines = whole.pass_millis(1_700);
    assert!(!lines.iter().any(|line| line.ends_with("nothing")), "{lines:?}");
    assert_eq!(states(&whole), [RouterState::Master; 2]);
    let mut half = pair();
    half.own = vec![1, 101];
    half.start();
    assert!(half.held.values().all(|hold| hold.target.is_empty()) && half.held.len() == 2);
    half.pass_millis(1_700);
    assert_eq!(states(&half), [RouterState::Backup; 2]);
}

#[test]
fn when_one_meets_a_master_nobody_resumes() {
    let mut desk = pair();
    desk.own = vec![1, 101, 102];
    desk.start();
    desk.pass_millis(500);
    assert_eq!(hear_second(&mut desk, 9, 200), ["Detail about VI_2", "hold VI_2 nothing", "hold VI_1 nothing"]);
    let mut expired = pair();
    expired.config.instances[0].advert_interval = Interval::from_secs(1);
    expired.config.instances[1].advert_interval = Interval::from_secs(5);
    expired.own = vec![1, 101, 102];
    expired.start();
    assert!(expired.pass_millis(3_000).is_empty());
    let lines = hear_second(&mut expired, 9, 200);
    assert_eq!(lines, ["Detail about VI_2", "hold VI_2 nothing", "hold VI_1 nothing"], "even one that was ready");
}

#[test]
fn who_cannot_hold_anything_takes_the_group_along() {
    let mut desk = pair();
    desk.start();
    desk.kernel = false;
    desk.next();
    let problem = String::from("permission denied");
    desk.give(Fact::HoldRefused { owner: Name::new("VI_1"), key: sample::key(101), problem });
    desk.give(Fact::HoldSettled { owner: Name::new("VI_1") });
    assert_eq!(states(&desk), [RouterState::Fault, RouterState::Releasing], "the other one hands over");
    desk.pass_millis(1_100);
    assert_eq!(states(&desk), [RouterState::Fault; 2]);
    assert_eq!(group_state(&desk), RouterState::Fault);
    desk.pass_millis(10_000);
    assert_eq!(states(&desk), [RouterState::Backup; 2]);
}

#[test]
fn trackers_of_the_group_act_on_every_member() {
    let mut desk = pair();
    desk.config.groups[0].tracking_weight = true;
    let weight = Weight { points: -40, reverse: false };
    desk.config.groups[0].track_scripts = vec![TrackScript { script: "chk".into(), weight }];
    desk.config.scripts = vec![sample::script("chk")];
    desk.start();
    desk.script("chk", 1);
    assert_eq!((desk.see("VI_1").effective_priority, desk.see("VI_2").effective_priority), (60, 60));
    desk.config.groups[0].tracking_weight = false;
    desk.configure();
    assert_eq!(states(&desk), [RouterState::Fault; 2]);
    assert_eq!(desk.see("VI_2").effective_priority, 100);
}
