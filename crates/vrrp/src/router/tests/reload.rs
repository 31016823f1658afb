//! Reloads: what is equal stays untouched, what changed changes alone.
use super::desk::Desk;
use crate::fact::Fact;
use crate::sample::{address, group, instance, interface, key, script};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use model::config::track::{TrackScript, Weight};
use model::config::vrrp::{Authentication, Version};
use model::state::vrrp::RouterState;
use model::{Interval, Priority};

fn masters(count: u8) -> Desk {
    let mut desk = Desk::new((1..=count).map(|n| instance(n, 100)).collect());
    desk.start();
    desk.pass_millis(14_400);
    assert!(desk.router.snapshot().instances.iter().all(|i| i.state == RouterState::Master));
    desk
}

fn backup() -> Desk {
    let mut desk = Desk::new(vec![instance(1, 100)]);
    desk.start();
    desk.hear(2, 200);
    desk.pass_millis(400);
    desk
}

#[test]
fn an_equal_configuration_does_nothing() {
    let mut desk = masters(2).grouped(vec![]);
    let (before, due) = (desk.router.snapshot(), desk.router.deadline());
    assert!(desk.configure().is_empty());
    assert_eq!((desk.router.snapshot(), desk.router.deadline()), (before, due));
    let mut desk = backup();
    let due = desk.router.deadline();
    assert!(desk.configure().is_empty());
    assert_eq!(desk.router.deadline(), due);
    let mut resuming = Desk::new(vec![instance(1, 100)]);
    resuming.own = vec![1, 101];
    resuming.start();
    assert!(resuming.configure().is_empty());
}

#[test]
fn only_what_changed_is_touched() {
    let mut desk = masters(3);
    desk.config.instances[1].priority = Priority::new(150).expect("1 to 255");
    assert_eq!(desk.configure(), ["VI_2 priority 150", "send VI_2 150"]);
    assert_eq!(desk.state("VI_2"), RouterState::Master);
}

#[test]
fn order_and_names_are_no_identity() {
    let mut desk = masters(2);
    desk.config.instances.reverse();
    assert!(desk.configure().is_empty());
    let names: Vec<_> = desk.router.snapshot().instances.into_iter().map(|i| i.name).collect();
    assert_eq!(names, ["VI_2".into(), "VI_1".into()], "readers see the file's order");
    desk.config.instances[0].name = "NEW".into();
    assert_eq!(
        desk.configure(),
        ["send NEW 100", "hold NEW 10.0.0.102", "hold VI_2 nothing"],
        "the old name is given up last, and is not notified"
    );
    assert_eq!(desk.addresses().len(), 2);
}

#[test]
fn names_may_be_swapped() {
    let mut desk = masters(2);
    desk.config.instances[0].name = "VI_2".into();
    desk.config.instances[1].name = "VI_1".into();
    let lines = desk.configure();
    assert_eq!(lines, ["send VI_2 100", "hold VI_2 10.0.0.101", "send VI_1 100", "hold VI_1 10.0.0.102"]);
    assert_eq!(desk.addresses().len(), 2);
}

#[test]
fn a_new_address_is_announced_alone() {
    let mut desk = masters(1);
    desk.config.instances[0].addresses = vec![address(101), address(150)];
    assert_eq!(desk.configure(), ["send VI_1 100", "hold VI_1 10.0.0.101 10.0.0.150", "announce 10.0.0.150"]);
    let announced: Vec<String> = desk.pass_millis(10_000).into_iter().filter(|l| l.starts_with("announce")).collect();
    assert_eq!(announced.len(), 4 + 5);
    assert!(announced.iter().all(|line| line == "announce 10.0.0.150"));
}

#[test]
fn an_address_that_goes_stays_owned_until_the_kernel_has_let_go() {
    let mut desk = masters(1);
    desk.kernel = false;
    desk.config.instances[0].addresses = vec![address(150)];
    desk.configure();
    let owned = |desk: &Desk| desk.held[&"VI_1".into()].owned.clone();
    assert_eq!(owned(&desk), [key(101), key(150)].into());
    desk.kernel = true;
    desk.give(Fact::HoldSettled { owner: "VI_1".into() });
    desk.hear(2, 200);
    assert_eq!(owned(&desk), [key(150)].into());
}

#[test]
fn a_removed_instance_says_goodbye() {
    let mut desk = masters(2);
    desk.config.instances.remove(0);
    assert_eq!(desk.configure(), ["send VI_1 0", "hold VI_1 nothing", "VI_1 Master->Fault 100", "VI_1 removed"]);
    assert_eq!(desk.router.snapshot().instances.len(), 1);
    let mut desk = backup();
    desk.config.instances.clear();
    assert_eq!(
        desk.configure(),
        ["VI_1 Backup->Fault 100", "VI_1 removed"],
        "a backup holds nothing, and does not say goodbye"
    );
    assert_eq!(desk.next(), ["listen "], "the socket is closed when whatever was to be said is out");
    assert_eq!(desk.router.deadline(), None);
}

#[test]
fn a_namesake_on_another_link_is_another_instance() {
    let mut desk = masters(1);
    desk.give(Fact::LinkSeen { interface: interface("eth1"), link: crate::sample::link(&[5]) });
    desk.config.instances[0].interface = interface("eth1");
    desk.config.instances[0].addresses[0].interface = interface("eth1");
    let lines = desk.configure();
    assert_eq!(
        lines,
        [
            "listen eth0:224.0.0.18 eth1:224.0.0.18",
            "send VI_1 0",
            "hold VI_1 nothing",
            "VI_1 Master->Fault 100",
            "VI_1 removed",
            "hold VI_1 nothing",
            "VI_1 Init->Backup 100"
        ]
    );
    assert!(desk.held[&"VI_1".into()].owned.contains(&key(101)), "the old address is not left behind");
    assert_eq!(desk.next(), ["listen eth1:224.0.0.18"]);
}

#[test]
fn a_new_instance_starts_as_at_the_start() {
    let mut desk = masters(1);
    desk.config.instances.push(instance(2, 100));
    assert_eq!(desk.configure(), ["hold VI_2 nothing", "VI_2 Init->Backup 100"]);
    desk.pass_millis(3_700);
    assert_eq!(desk.state("VI_2"), RouterState::Master);
}

#[test]
fn timers_follow_the_new_interval() {
    let mut desk = masters(1);
    desk.config.instances[0].advert_interval = Interval::from_secs(3);
    assert_eq!(desk.configure(), ["send VI_1 100"]);
    assert_eq!(desk.router.deadline(), Some(desk.now + Interval::from_secs(3)));
    let mut desk = backup();
    let heard = desk.see("VI_1").since;
    desk.config.instances[0].advert_interval = Interval::from_secs(3);
    assert!(desk.configure().is_empty());
    assert_eq!(desk.router.deadline(), Some(heard + Interval::from_micros(9_609_375)));
}

#[test]
fn a_backup_keeps_to_its_masters_interval_whatever_its_own_becomes() {
    let mut config = instance(1, 100);
    config.version = Version::V3;
    let mut desk = Desk::new(vec![config.clone()]);
    desk.start();
    desk.hear_as(&config, 2, 150);
    let due = desk.router.deadline();
    desk.pass_millis(900);
    desk.config.instances[0].advert_interval = Interval::from_centis(10);
    assert!(desk.configure().is_empty());
    assert_eq!(desk.router.deadline(), due, "the master still speaks once a second");
}

#[test]
fn version_and_password_change_in_place() {
    let mut desk = masters(1);
    desk.config.instances[0].authentication = Authentication::Password(*b"12345678");
    desk.configure();
    assert!(desk.sent.last().expect("an advert").payload.ends_with(b"12345678"));
    desk.config.instances[0].version = Version::V3;
    desk.configure();
    assert_eq!(desk.sent.last().expect("an advert").payload[0], 0x31);
    assert_eq!(desk.state("VI_1"), RouterState::Master);
}

#[test]
fn hooks_alone_do_not_disturb_a_backup() {
    let mut desk = backup();
    desk.config.instances[0].preempt_delay = Interval::from_secs(9);
    assert!(desk.configure().is_empty());
}

#[test]
fn scripts_keep_their_results_by_command() {
    let mut desk = Desk::new(vec![instance(1, 100)]);
    desk.config.instances[0].track_scripts =
        vec![TrackScript { script: "chk".into(), weight: Weight { points: 10, reverse: false } }];
    desk.config.scripts = vec![script("chk")];
    desk.start();
    desk.script("chk", 0);
    assert_eq!(desk.see("VI_1").effective_priority, 110);
    desk.config.scripts[0].name = "check".into();
    desk.config.instances[0].track_scripts[0].script = "check".into();
    desk.configure();
    assert_eq!(desk.see("VI_1").effective_priority, 110, "a new name for the same command");
    desk.config.scripts[0].command.argv = vec!["/usr/bin/other".into()];
    desk.configure();
    assert_eq!(desk.see("VI_1").effective_priority, 100, "nothing is known of another command");
    assert_eq!(desk.state("VI_1"), RouterState::Backup, "a running instance does not go back to INIT");
}

#[test]
fn a_member_that_is_added_does_not_pull_the_group_down() {
    let mut desk = masters(2).grouped(vec![group("G", &["VI_1", "VI_2"])]);
    assert_eq!(desk.configure(), ["group G Master"]);
    desk.config.instances.push(instance(3, 100));
    desk.config.groups[0].members.push("VI_3".into());
    desk.configure();
    let lines = desk.pass_millis(3_700);
    assert!(!lines.iter().any(|line| line.contains("Master->")), "{lines:?}");
    assert!(lines.contains(&"VI_3 Backup->Master 100".into()));
}

#[test]
fn a_member_that_meets_a_better_master_does() {
    let mut desk = masters(2).grouped(vec![group("G", &["VI_1", "VI_2", "VI_3"])]);
    desk.config.instances.push(instance(3, 100));
    desk.configure();
    let third = desk.config.instances[2].clone();
    desk.hear_as(&third, 9, 200);
    assert!(desk.router.snapshot().instances.iter().all(|i| i.state == RouterState::Backup));
}

#[test]
fn who_leaves_a_group_goes_on_alone() {
    let mut desk = Desk::new(vec![instance(1, 100), instance(2, 100)]).grouped(vec![group("G", &["VI_1", "VI_2"])]);
    desk.start();
    let second = desk.config.instances[1].clone();
    for _ in 0..5 {
        desk.hear_as(&second, 9, 200);
        desk.pass_millis(1_000);
    }
    desk.config.groups.clear();
    desk.configure();
    desk.next();
    assert_eq!(desk.state("VI_1"), RouterState::Master, "its timer had run out long ago");
    assert_eq!(desk.state("VI_2"), RouterState::Backup);
}
