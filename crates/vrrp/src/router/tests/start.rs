//! Starts: plain, owners, waiting for links and scripts, and resuming after a crash.
use super::desk::Desk;
use crate::fact::Fact;
use crate::sample::{self, instance, interface};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use model::Interval;
use model::config::track::{TrackInterface, TrackScript, Weight};
use model::net::Link;
use model::state::vrrp::RouterState;

/// A router that finds its address in place, as after a crash.
fn after_crash(priority: u8) -> Desk {
    let mut desk = Desk::new(vec![instance(1, priority)]);
    desk.own = vec![1, 101];
    desk
}

#[test]
fn begins_as_backup_and_waits_the_full_time() {
    let mut desk = Desk::new(vec![instance(1, 100)]);
    assert_eq!(desk.start(), ["listen eth0:224.0.0.18", "hold VI_1 nothing", "VI_1 Init->Backup 100"]);
    let began = desk.now;
    let lines = desk.next();
    assert_eq!(desk.now, began + Interval::from_micros(3_609_375));
    assert_eq!(lines, ["send VI_1 100", "hold VI_1 10.0.0.101", "announce 10.0.0.101", "VI_1 Backup->Master 100"]);
    assert_eq!(desk.see("VI_1").reason, "no advert from any router for 3.61 s");
}

#[test]
fn the_wish_to_be_master_does_not_shorten_the_wait() {
    let mut wishing = instance(1, 150);
    wishing.wants_master = true;
    wishing.preempt = false;
    let mut desk = Desk::new(vec![wishing]);
    desk.start();
    desk.hear(2, 100);
    assert!(desk.pass_millis(3_400).is_empty());
    desk.pass_millis(100);
    assert_eq!(desk.state("VI_1"), RouterState::Master, "nopreempt is cleared");
}

#[test]
fn the_owner_is_master_at_once() {
    let mut desk = Desk::new(vec![instance(1, 255)]);
    let lines = desk.start();
    assert_eq!(lines[1..], ["send VI_1 255", "hold VI_1 10.0.0.101", "announce 10.0.0.101", "VI_1 Init->Master 255"]);
}

#[test]
fn waits_for_its_links_but_not_for_ever() {
    let mut desk = Desk::new(vec![instance(1, 100)]);
    assert_eq!(desk.configure(), ["listen eth0:224.0.0.18"]);
    assert_eq!(desk.state("VI_1"), RouterState::Init);
    assert_eq!(desk.link(true), ["hold VI_1 nothing", "VI_1 Init->Backup 100"]);
    let mut desk = Desk::new(vec![instance(1, 100)]);
    desk.configure();
    assert_eq!(desk.pass_millis(1_000), ["hold VI_1 nothing", "VI_1 Init->Fault 100"]);
    assert_eq!(desk.faults("VI_1"), ["link eth0 does not exist"]);
    assert_eq!(desk.link(true), ["VI_1 Fault->Backup 100"], "a link may come later");
}

#[test]
fn waits_for_the_first_result_of_its_scripts() {
    let mut tracking = instance(1, 100);
    tracking.track_scripts = vec![TrackScript { script: "chk".into(), weight: Weight::default() }];
    let mut desk = Desk::new(vec![tracking.clone()]);
    desk.config.scripts = vec![sample::script("chk")];
    assert_eq!(desk.start(), ["listen eth0:224.0.0.18"]);
    assert_eq!(desk.script("chk", 0), ["Info about chk", "hold VI_1 nothing", "VI_1 Init->Backup 100"]);
    let mut failing = Desk::new(vec![tracking]);
    failing.config.scripts = vec![sample::script("chk")];
    failing.start();
    let lines = failing.script("chk", 1);
    assert_eq!(lines, ["Warning about chk", "hold VI_1 nothing", "VI_1 Init->Fault 100"]);
    assert_eq!(failing.see("VI_1").reason, "script chk failed (exit status 1)");
}

#[test]
fn resumes_without_touching_the_addresses() {
    let mut desk = after_crash(100);
    assert_eq!(desk.start(), ["listen eth0:224.0.0.18", "VI_1 Init->Backup 100"], "nothing is taken away");
    assert!(desk.see("VI_1").holds_addresses);
    let began = desk.now;
    let lines = desk.next();
    assert_eq!(desk.now, began + Interval::from_micros(1_609_375), "one interval and skew");
    assert_eq!(lines[..2], ["send VI_1 100", "hold VI_1 10.0.0.101"]);
    assert_eq!(desk.state("VI_1"), RouterState::Master);
}

#[test]
fn a_master_that_is_heard_ends_the_hope_to_resume() {
    let mut desk = after_crash(100);
    desk.start();
    desk.pass_millis(500);
    let lines = desk.hear(2, 100);
    assert_eq!(lines, ["Detail about VI_1", "hold VI_1 nothing"]);
    let heard = desk.now;
    assert_eq!(desk.router.deadline(), Some(heard + Interval::from_micros(3_609_375)));
}

#[test]
fn a_worse_master_does_not_end_it() {
    let mut desk = after_crash(150);
    desk.start();
    desk.pass_millis(500);
    assert!(desk.hear(2, 100).is_empty());
    let lines = desk.pass_millis(1_000);
    assert_eq!(lines[..2], ["send VI_1 150", "hold VI_1 10.0.0.101"]);
    let mut polite = instance(1, 150);
    polite.preempt = false;
    let mut desk = Desk::new(vec![polite]);
    desk.own = vec![1, 101];
    desk.start();
    assert_eq!(desk.hear(2, 100), ["Detail about VI_1", "hold VI_1 nothing"], "nopreempt defers to it");
}

#[test]
fn only_the_start_of_the_daemon_can_resume() {
    let mut desk = after_crash(100);
    let whole = core::mem::take(&mut desk.config.instances);
    desk.start();
    desk.config.instances = whole;
    let lines = desk.configure();
    assert_eq!(lines, ["listen eth0:224.0.0.18", "hold VI_1 nothing", "VI_1 Init->Backup 100"]);
    assert!(!desk.see("VI_1").holds_addresses);
}

#[test]
fn some_of_the_addresses_are_leftovers() {
    let mut two = instance(1, 100);
    two.excluded = vec![sample::address(200)];
    let mut desk = Desk::new(vec![two]);
    desk.own = vec![1, 101];
    assert_eq!(desk.start()[1..], ["hold VI_1 nothing", "VI_1 Init->Backup 100"]);
    let owned: Vec<String> =
        desk.held[&"VI_1".into()].owned.iter().map(|key| alloc::format!("{}", key.prefix)).collect();
    assert_eq!(owned, ["10.0.0.101/24", "10.0.0.200/24"]);
}

#[test]
fn an_address_that_vanishes_ends_the_hope_to_resume() {
    let mut desk = after_crash(100);
    desk.start();
    assert_eq!(desk.give(Fact::AddressVanished(sample::key(101))), ["hold VI_1 nothing"]);
    // Nothing was ordered yet, so the news may also come as that of an address which is nobody's.
    let mut desk = after_crash(100);
    desk.start();
    desk.own = vec![1];
    assert_eq!(desk.link(true), ["hold VI_1 nothing"]);
    assert!(!desk.see("VI_1").holds_addresses);
}

#[test]
fn leftovers_do_not_outlive_the_wait_for_scripts() {
    let tracking = || {
        let mut tracking = instance(1, 100);
        tracking.track_scripts = vec![TrackScript { script: "chk".into(), weight: Weight::default() }];
        let mut desk = Desk::new(vec![tracking]);
        desk.config.scripts = vec![sample::script("chk")];
        desk.own = vec![1, 101];
        desk.start();
        desk
    };
    let mut slow = tracking();
    assert_eq!(slow.pass_millis(3_700), ["hold VI_1 nothing"], "a peer has taken over by now");
    let mut met = tracking();
    assert_eq!(met.hear(2, 50), ["hold VI_1 nothing"], "a peer has taken over");
    assert_eq!(met.state("VI_1"), RouterState::Init);
    let mut quick = tracking();
    quick.pass_millis(1_000);
    assert_eq!(quick.script("chk", 0), ["Info about chk", "VI_1 Init->Backup 100"], "nothing was touched");
}

#[test]
fn faults_of_links_and_their_end() {
    let mut watching = instance(1, 100);
    watching.track_interfaces = vec![TrackInterface { interface: interface("eth1"), weight: Weight::default() }];
    let mut desk = Desk::new(vec![watching]);
    let eth1 = |running| Fact::LinkSeen { interface: interface("eth1"), link: Link { running, ..Link::default() } };
    desk.give(eth1(true));
    desk.start();
    assert_eq!(desk.give(eth1(false)), ["VI_1 Backup->Fault 100"]);
    assert_eq!(desk.link(false), [""; 0]);
    assert_eq!(desk.faults("VI_1"), ["link eth0 is down", "link eth1 is down"]);
    assert_eq!(desk.give(eth1(true)), [""; 0], "one of two reasons is left");
    assert_eq!(desk.link(true), ["VI_1 Fault->Backup 100"]);
    assert_eq!(desk.router.deadline(), Some(desk.now + Interval::from_micros(3_609_375)));
    assert_eq!(desk.give(Fact::LinkLost { interface: interface("eth1") }), ["VI_1 Backup->Fault 100"]);
    assert_eq!(desk.see("VI_1").reason, "link eth1 does not exist");
}

#[test]
fn two_instances_with_one_identity() {
    let mut twin = instance(2, 200);
    twin.vrid = instance(1, 100).vrid;
    let mut namesake = instance(3, 200);
    namesake.name = "VI_1".into();
    let mut desk = Desk::new(vec![instance(1, 100), twin, namesake]);
    let lines = desk.start();
    assert_eq!(lines[..2], ["Error about VI_2", "Error about VI_1"]);
    assert_eq!(desk.router.snapshot().instances.len(), 1);
}

#[test]
fn a_better_master_cancels_the_delay_of_preemption() {
    let mut patient = instance(1, 100);
    patient.preempt_delay = Interval::from_secs(10);
    let mut desk = Desk::new(vec![patient]);
    desk.start();
    for second in 0..25 {
        // In the ninth second somebody better speaks once: the delay begins anew.
        desk.hear(2, if second == 9 { 150 } else { 50 });
        assert!(second >= 20 || desk.state("VI_1") == RouterState::Backup, "{second}");
        desk.pass_millis(1_000);
    }
    assert_eq!(desk.state("VI_1"), RouterState::Master);
    assert_eq!(desk.see("VI_1").reason, "10.0.0.2 has priority 50, ours is 100");
}

#[test]
fn the_reason_names_who_fell_silent() {
    let mut desk = Desk::new(vec![instance(1, 100)]);
    desk.start();
    desk.hear(2, 50);
    assert_eq!(desk.see("VI_1").master_priority, Some(50), "the worse one is master for now");
    desk.hear(3, 150);
    assert_eq!(desk.see("VI_1").master_priority, Some(150));
    desk.pass_millis(4_000);
    assert_eq!(desk.see("VI_1").reason, "no advert from 10.0.0.3 for 3.61 s");
    let mut left = Desk::new(vec![instance(1, 100)]);
    left.start();
    left.hear(3, 150);
    left.hear(3, 0);
    assert_eq!(left.router.deadline(), Some(left.now + Interval::from_micros(609_375)));
    left.next();
    assert_eq!(left.see("VI_1").reason, "10.0.0.3 has left");
}
