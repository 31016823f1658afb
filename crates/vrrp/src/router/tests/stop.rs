//! The planned stop: make before break.
use super::desk::Desk;
use crate::fact::Fact;
use crate::sample::{group, instance};
use alloc::vec;
use model::state::vrrp::RouterState;
use model::{Interval, limits};

fn master() -> Desk {
    let mut desk = Desk::new(vec![instance(1, 100)]);
    desk.start();
    desk.pass_millis(4_000);
    assert_eq!(desk.state("VI_1"), RouterState::Master);
    desk
}

#[test]
fn keeps_its_addresses_until_the_successor_speaks() {
    let mut desk = master();
    assert_eq!(desk.give(Fact::StopRequested), ["send VI_1 0", "Info about VI_1"]);
    assert_eq!(desk.state("VI_1"), RouterState::Releasing);
    assert!(!desk.addresses().is_empty());
    assert!(desk.pass_millis(900).is_empty(), "no more adverts");
    assert!(desk.hear(3, 0).is_empty(), "one that leaves is no successor");
    let spoke = desk.now;
    assert!(desk.hear(2, 50).is_empty(), "its kernel and the switches need a moment");
    assert!(!desk.addresses().is_empty());
    assert_eq!(desk.next(), ["hold VI_1 nothing", "VI_1 Releasing->Stopped 100", "all released"]);
    assert_eq!(desk.now, spoke + limits::RELEASE_LINGER);
    assert_eq!(desk.see("VI_1").reason, "10.0.0.2 has taken over");
    assert!(desk.addresses().is_empty());
    assert!(desk.pass_millis(60_000).is_empty());
    assert_eq!(desk.router.deadline(), None);
}

#[test]
fn does_not_wait_for_ever() {
    let mut desk = master();
    desk.give(Fact::StopRequested);
    let asked = desk.now;
    assert_eq!(desk.next(), ["hold VI_1 nothing", "VI_1 Releasing->Stopped 100", "all released"]);
    let longest = Interval::from_nanos(255 * 1_000_000_000 / 256) + Interval::from_millis(20);
    assert_eq!(desk.now, asked + longest);
    assert_eq!(desk.see("VI_1").reason, "no successor spoke");
}

#[test]
fn is_announced_once_and_nothing_follows() {
    let mut desk = master();
    desk.give(Fact::StopRequested);
    desk.next();
    assert!(desk.give(Fact::StopRequested).is_empty());
    assert!(desk.configure().is_empty());
    assert!(desk.hear(2, 50).is_empty());
    assert!(desk.link(false).is_empty());
    assert!(desk.give(Fact::DeadlineReached).is_empty());
}

#[test]
fn without_instances_it_is_over_at_once() {
    let mut desk = Desk::new(vec![]);
    desk.start();
    assert_eq!(desk.give(Fact::StopRequested), ["all released"]);
    let mut unconfigured = Desk::new(vec![]);
    assert_eq!(unconfigured.give(Fact::StopRequested), ["all released"]);
}

#[test]
fn reports_come_in_file_order_when_all_have_stopped() {
    // The second hears a master, so that only the others release; the group must not pull anybody.
    let mut desk = Desk::new(vec![instance(1, 100), instance(2, 100), instance(3, 100)])
        .grouped(vec![group("G", &["VI_1", "VI_3"])]);
    desk.start();
    let second = desk.config.instances[1].clone();
    for _ in 0..5 {
        desk.hear_as(&second, 9, 200);
        desk.pass_millis(1_000);
    }
    assert_eq!(desk.state("VI_2"), RouterState::Backup);
    assert_eq!(desk.give(Fact::StopRequested), ["send VI_1 0", "Info about VI_1", "send VI_3 0", "Info about VI_3"]);
    assert!(desk.hear(9, 90).is_empty());
    assert_eq!(desk.next(), ["hold VI_1 nothing"]);
    assert_eq!(desk.state("VI_3"), RouterState::Releasing, "members release independently");
    assert_eq!(
        desk.pass_millis(2_000),
        [
            "hold VI_3 nothing",
            "VI_1 Releasing->Stopped 100",
            "VI_2 Backup->Stopped 100",
            "VI_3 Releasing->Stopped 100",
            "group G Stopped",
            "all released"
        ]
    );
}

#[test]
fn who_never_started_still_removes_leftovers() {
    let mut desk = Desk::new(vec![instance(1, 100)]);
    desk.configure();
    assert_eq!(desk.give(Fact::StopRequested), ["hold VI_1 nothing", "VI_1 Init->Stopped 100", "all released"]);
}
