//! What operators ask for: switchover and maintenance, of one instance and of groups.
use super::desk::Desk;
use crate::sample::{group, instance};
use alloc::vec;
use model::Interval;
use model::state::vrrp::RouterState;

fn master() -> Desk {
    let mut desk = Desk::new(vec![instance(1, 100)]);
    desk.start();
    desk.pass_millis(20_000);
    desk
}

#[test]
fn a_peer_becomes_master_once_and_stays_so() {
    let mut desk = master();
    assert_eq!(desk.switchover("VI_1", false), ["send VI_1 0", "Info about VI_1"]);
    assert_eq!(desk.state("VI_1"), RouterState::Releasing);
    assert!(desk.see("VI_1").holds_addresses, "until the peer speaks");
    desk.pass_millis(300);
    assert!(desk.hear(2, 50).is_empty());
    assert_eq!(
        desk.pass_millis(30),
        ["hold VI_1 nothing", "VI_1 Master->Backup 100", "VI_1 switched to Some(10.0.0.2)"]
    );
    for _ in 0..20 {
        desk.pass_millis(1_000);
        desk.hear(2, 50);
    }
    assert_eq!(desk.state("VI_1"), RouterState::Backup, "it does not take it back, although it is better");
    desk.pass_millis(4_000);
    assert_eq!(desk.state("VI_1"), RouterState::Master, "the peer has gone");
    desk.hear(2, 50);
    assert_eq!(desk.state("VI_1"), RouterState::Master, "once is once");
}

#[test]
fn when_nobody_takes_over_it_stays_master() {
    let mut desk = master();
    desk.switchover("VI_1", false);
    let lines = desk.pass_millis(1_100);
    assert_eq!(lines, ["send VI_1 100", "VI_1 did not switch"], "no address was touched, nobody was told");
    assert_eq!((desk.state("VI_1"), desk.see("VI_1").reason.as_str()), (RouterState::Master, "nobody took over"));
    desk.switchover("VI_1", true);
    desk.pass_millis(1_100);
    assert_eq!(desk.state("VI_1"), RouterState::Backup, "forced");
    desk.pass_millis(3_700);
    assert_eq!(desk.state("VI_1"), RouterState::Master, "and nobody else came");
}

#[test]
fn only_masters_of_that_name_switch_over() {
    let mut desk = master();
    assert_eq!(desk.switchover("VI_9", false), ["VI_9 did not switch"]);
    desk.hear(2, 200);
    assert_eq!(desk.switchover("VI_1", true), ["VI_1 did not switch"]);
}

#[test]
fn a_group_switches_over_as_a_whole() {
    for subject in ["G", "VI_2"] {
        let mut desk = Desk::new(vec![instance(1, 100), instance(2, 100)]).grouped(vec![group("G", &["VI_1", "VI_2"])]);
        desk.start();
        desk.pass_millis(20_000);
        desk.switchover(subject, false);
        for config in desk.config.instances.clone() {
            desk.hear_as(&config, 2, 50);
        }
        desk.pass_millis(100);
        assert_eq!((desk.state("VI_1"), desk.state("VI_2")), (RouterState::Backup, RouterState::Backup), "{subject}");
        for _ in 0..10 {
            desk.pass_millis(1_000);
            for config in desk.config.instances.clone() {
                desk.hear_as(&config, 2, 50);
            }
        }
        assert_eq!((desk.state("VI_1"), desk.state("VI_2")), (RouterState::Backup, RouterState::Backup), "{subject}");
    }
}

fn group_of_masters() -> Desk {
    let mut desk = Desk::new(vec![instance(1, 100), instance(2, 100)]).grouped(vec![group("G", &["VI_1", "VI_2"])]);
    desk.start();
    desk.pass_millis(20_000);
    desk
}

#[test]
fn a_group_takes_back_only_as_a_whole() {
    let mut desk = group_of_masters();
    desk.switchover("G", false);
    let second = desk.config.instances[1].clone();
    desk.hear_as(&second, 2, 50);
    let told = desk.pass_millis(2_000).join("\n");
    assert!(!told.contains("send VI_1 100"), "it does not speak as master in between: {told}");
    assert!(told.contains("VI_1 switched to None"), "{told}");
    assert_eq!(desk.state("VI_1"), RouterState::Backup, "its sister has a successor");

    let mut alone = group_of_masters();
    alone.switchover("G", false);
    let told = alone.pass_millis(5_000).join("\n");
    assert_eq!((alone.state("VI_1"), alone.state("VI_2")), (RouterState::Master, RouterState::Master), "{told}");
    assert!(told.contains("VI_1 did not switch") && told.contains("VI_2 did not switch"), "{told}");
}

#[test]
fn a_fault_ends_the_switchover_of_a_group() {
    let mut desk = group_of_masters();
    desk.switchover("G", false);
    let told = desk.maintain(Some("VI_2"), Some("new disk")).join("\n");
    assert!(told.contains("VI_1 did not switch"), "{told}");
    desk.pass_millis(5_000);
    assert_eq!((desk.state("VI_1"), desk.state("VI_2")), (RouterState::Fault, RouterState::Fault));
}

#[test]
fn maintenance_hands_over_and_lasts() {
    let mut desk = master();
    assert_eq!(desk.maintain(Some("VI_1"), Some("new disk")), ["send VI_1 0", "Info about VI_1"]);
    desk.pass_millis(2_000);
    assert_eq!(
        (desk.state("VI_1"), desk.faults("VI_1")),
        (RouterState::Fault, vec!["in maintenance: new disk".into()])
    );
    let since = desk.see("VI_1").faults[0].since;
    desk.pass_millis(60_000);
    desk.configure();
    desk.maintain(Some("VI_1"), Some("still the disk"));
    assert_eq!(desk.see("VI_1").faults[0].since, since, "the same fault in other words");
    desk.maintain(Some("VI_1"), None);
    assert_eq!(desk.state("VI_1"), RouterState::Backup);
    desk.maintain(None, Some("all of it"));
    assert_eq!(desk.state("VI_1"), RouterState::Fault);
    desk.maintain(None, None);
    assert_eq!(desk.state("VI_1"), RouterState::Backup);
    let mut brief = master();
    brief.maintain(Some("VI_1"), Some("a second"));
    brief.pass(Interval::from_millis(100));
    brief.maintain(Some("VI_1"), None);
    assert_eq!(brief.state("VI_1"), RouterState::Releasing, "what was said is kept");
    brief.pass_millis(1_000);
    assert_eq!(brief.state("VI_1"), RouterState::Backup);
}
