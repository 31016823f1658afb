//! A master: adverts on time, announcements, other masters, repairs, refusals.
use super::desk::Desk;
use crate::fact::Fact;
use crate::sample::{self, address, instance, key};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use model::config::vrrp::{Instance, Version};
use model::net::Link;
use model::state::vrrp::RouterState;
use model::{Interval, Name, Priority};

fn master_of(config: Instance) -> Desk {
    let mut desk = Desk::new(vec![config]);
    desk.start();
    desk.pass_millis(4_000);
    assert_eq!(desk.state("VI_1"), RouterState::Master);
    desk
}

fn master() -> Desk {
    master_of(instance(1, 100))
}

fn count(lines: &[String], word: &str) -> usize {
    lines.iter().filter(|line| line.starts_with(word)).count()
}

#[test]
fn adverts_do_not_drift() {
    let mut desk = master();
    let due = desk.router.deadline().expect("the next advert");
    // Each wake-up is 0.2 ms late.
    for n in 0..1_000 {
        let next = desk.router.deadline().expect("the next advert");
        if n > 10 {
            assert_eq!(next.since(due).as_nanos() % 1_000_000_000, 0, "{n}");
        }
        desk.now = next + Interval::from_micros(200);
        desk.give(Fact::DeadlineReached);
    }
    assert_eq!(desk.see("VI_1").counters.late_wakeups, 0);
}

#[test]
fn after_an_oversleep_one_advert_stands_for_all() {
    let mut desk = master();
    desk.pass_millis(10_000);
    let due = desk.router.deadline().expect("the next advert");
    desk.now = due + Interval::from_millis(1_900);
    assert_eq!(desk.give(Fact::DeadlineReached), ["send VI_1 100"]);
    assert_eq!(desk.router.deadline(), Some(desk.now + Interval::from_secs(1)));
    assert_eq!(desk.see("VI_1").counters.late_wakeups, 1);
    assert_eq!(desk.see("VI_1").lateness, Interval::from_millis(1_900));
}

/// A master whose last advert is older than three intervals.
fn overslept(change: fn(&mut Instance)) -> Desk {
    let mut config = instance(1, 100);
    change(&mut config);
    let mut desk = Desk::new(vec![config]);
    desk.start();
    desk.pass_millis(60_000);
    desk.now = desk.now + Interval::from_millis(7_300);
    desk
}

#[test]
fn after_a_long_oversleep_it_listens_before_it_speaks() {
    let mut desk = overslept(|_| {});
    assert_eq!(desk.give(Fact::DeadlineReached), ["Warning about VI_1"]);
    assert_eq!(desk.router.deadline(), Some(desk.now + Interval::from_micros(1_609_375)), "one interval and skew");
    assert_eq!(desk.next(), ["send VI_1 100"], "nobody spoke");
    let mut worse = overslept(|_| {});
    worse.give(Fact::DeadlineReached);
    assert_eq!(worse.hear(2, 90)[0], "send VI_1 100", "a worse one has no right to it");
    let mut better = overslept(|_| {});
    better.give(Fact::DeadlineReached);
    better.hear(2, 110);
    assert_eq!(better.state("VI_1"), RouterState::Backup);
}

#[test]
fn who_does_not_preempt_leaves_the_peer_that_took_over_alone() {
    let mut desk = overslept(|config| config.preempt = false);
    desk.hear(2, 90);
    assert_eq!(desk.state("VI_1"), RouterState::Backup, "heard before our own timer was looked at");
    let mut delayed = overslept(|config| config.preempt_delay = Interval::from_secs(60));
    delayed.give(Fact::DeadlineReached);
    delayed.hear(2, 90);
    assert_eq!(delayed.state("VI_1"), RouterState::Backup);
    let mut known = overslept(|config| {
        config.preempt = false;
        config.timer_expired_backup = Some(Priority::MAX_NOT_OWNER);
    });
    assert_eq!(
        known.give(Fact::DeadlineReached),
        ["hold VI_1 nothing", "VI_1 Master->Backup 100"],
        "timer_expired_backup does not wait to hear it"
    );
}

#[test]
fn of_two_owners_that_insist_one_steps_down() {
    let mut config = instance(1, 255);
    config.addresses = vec![address(101)];
    let mut desk = Desk::new(vec![config]);
    desk.own = vec![7];
    desk.start();
    // The rogue has the lower address and should yield.
    for _ in 0..3 {
        desk.pass_millis(1_000);
        desk.hear(2, 255);
        assert_eq!(desk.state("VI_1"), RouterState::Master, "it may not have heard us yet");
    }
    desk.pass_millis(1_000);
    desk.hear(2, 255);
    desk.pass_millis(1_000);
    desk.hear(2, 255);
    assert_eq!((desk.state("VI_1"), desk.see("VI_1").effective_priority), (RouterState::Backup, 254));
    desk.pass_millis(1_000);
    desk.hear(2, 100);
    assert_eq!(desk.see("VI_1").effective_priority, 255, "only lower ones are left");
    let mut higher = Desk::new(vec![instance(1, 255)]);
    higher.start();
    higher.hear(2, 255);
    assert_eq!((higher.state("VI_1"), higher.see("VI_1").effective_priority), (RouterState::Backup, 255));
}

#[test]
fn an_owner_may_turn_a_deaf_ear() {
    let mut config = instance(1, 255);
    config.owner_ignore_adverts = true;
    let mut desk = Desk::new(vec![config]);
    desk.start();
    assert!(desk.hear(2, 255).is_empty());
    assert_eq!((desk.state("VI_1"), desk.see("VI_1").counters.adverts_received), (RouterState::Master, 0));
}

#[test]
fn adverts_within_a_millisecond_leave_together() {
    let mut desk = Desk::new(vec![instance(1, 255)]);
    desk.start();
    desk.now = desk.now + Interval::from_micros(900);
    desk.config.instances.push(instance(2, 255));
    desk.configure();
    desk.pass_millis(500);
    assert_eq!(desk.next(), ["send VI_1 255", "send VI_2 255"]);
}

#[test]
fn announces_and_reports_when_the_kernel_is_ready() {
    let mut config = instance(1, 100);
    config.addresses.push(address(102));
    let mut desk = Desk::new(vec![config]);
    desk.kernel = false;
    desk.start();
    assert_eq!(desk.next(), ["send VI_1 100", "hold VI_1 10.0.0.101 10.0.0.102"]);
    assert_eq!(desk.state("VI_1"), RouterState::Master);
    let settled = Fact::HoldSettled { owner: Name::new("VI_1") };
    assert_eq!(desk.give(settled.clone()), ["announce 10.0.0.101", "announce 10.0.0.102", "VI_1 Backup->Master 100"]);
    assert_eq!(desk.router.deadline(), Some(desk.now), "the rest of the burst is due at once");
    let rest = desk.next();
    assert_eq!((rest.len(), count(&rest, "announce 10.0.0.102")), (8, 4));
    assert_eq!(rest[..2], ["announce 10.0.0.101", "announce 10.0.0.102"], "round by round");
    let later = desk.pass_millis(5_100);
    assert_eq!(count(&later, "announce"), 10);
    assert_eq!(count(&desk.pass_millis(60_000), "announce"), 0);
    assert!(desk.give(settled).is_empty());
    assert_eq!(desk.see("VI_1").counters.announcements_sent, 20);
}

#[test]
fn does_not_wait_for_a_silent_kernel_for_ever() {
    let mut desk = Desk::new(vec![instance(1, 100)]);
    desk.kernel = false;
    desk.start();
    desk.next();
    let lines = desk.pass_millis(1_000);
    assert!(lines.contains(&"VI_1 Backup->Master 100".into()), "{lines:?}");
    assert_eq!(count(&lines, "announce"), 1 + 4);
}

#[test]
fn a_move_that_was_not_reported_yet_is_reported_before_the_next() {
    let mut desk = Desk::new(vec![instance(1, 100)]);
    desk.kernel = false;
    desk.start();
    desk.next();
    assert_eq!(desk.hear(2, 200), ["VI_1 Backup->Master 100", "hold VI_1 nothing", "VI_1 Master->Backup 100"]);
}

#[test]
fn refreshes_and_pacing() {
    let mut config = instance(1, 100);
    config.addresses = (101..=105).map(address).collect();
    config.announce.repeat = 2;
    config.announce.delay = Interval::ZERO;
    config.announce.spacing = Interval::from_millis(100);
    config.announce.refresh = Interval::from_secs(10);
    let mut desk = Desk::new(vec![config]);
    desk.start();
    let lines = desk.next();
    assert_eq!(count(&lines, "announce"), 1);
    let mut times = Vec::new();
    let began = desk.now;
    while desk.now < began + Interval::from_secs(2) {
        let lines = desk.next();
        times.extend((0..count(&lines, "announce")).map(|_| desk.now.since(began).as_millis()));
    }
    assert_eq!(times, [100, 200, 300, 400, 500, 600, 700, 800, 900]);
    desk.pass_millis(7_900);
    assert_eq!(count(&desk.pass_millis(1_000), "announce"), 5, "a refresh");
}

#[test]
fn links_without_arp_hear_nothing_and_a_link_that_returns_hears_it_again() {
    let mut config = instance(1, 100);
    config.ignore_own_link = true;
    let mut desk = master_of(config);
    desk.pass_millis(10_000);
    assert_eq!(count(&desk.link(false), "announce"), 0);
    assert_eq!(count(&desk.link(true), "announce"), 1);
    let silent = Link { arp: false, ..sample::link(&[1]) };
    desk.give(Fact::LinkSeen { interface: sample::interface("eth0"), link: silent });
    assert_eq!(count(&desk.pass_millis(10_000), "announce"), 0);
}

#[test]
fn yields_to_a_better_one() {
    for (from, priority, why) in [
        (2, 150, "10.0.0.2 has priority 150, ours is 100"),
        (2, 100, "10.0.0.2 has our priority 100 and the higher address"),
    ] {
        let mut desk = master();
        assert_eq!(desk.hear(from, priority), ["hold VI_1 nothing", "VI_1 Master->Backup 100"]);
        assert_eq!(desk.see("VI_1").reason, why);
        assert_eq!(desk.see("VI_1").master, Some([10, 0, 0, 2].into()));
        assert_eq!(desk.router.deadline(), Some(desk.now + Interval::from_micros(3_609_375)));
    }
    let mut polite = instance(1, 100);
    polite.higher_prio_send_advert = true;
    let lines = master_of(polite).hear(2, 150);
    assert_eq!(lines, ["send VI_1 100", "hold VI_1 nothing", "VI_1 Master->Backup 100"]);
}

#[test]
fn the_last_word_of_a_worse_master_does_not_shorten_the_wait_for_the_better_one() {
    let mut slow = instance(1, 50);
    slow.version = Version::V3;
    slow.preempt = false;
    let mut fast = slow.clone();
    fast.advert_interval = Interval::from_centis(10);
    let mut desk = Desk::new(vec![slow.clone()]);
    desk.start();
    desk.hear_as(&slow, 2, 150);
    desk.hear_as(&fast, 3, 100);
    assert!(desk.pass_millis(3_000).is_empty());
    desk.hear_as(&fast, 3, 100);
    assert_eq!(desk.see("VI_1").advert_interval, Interval::from_centis(10), "one that goes on is the master");
}

#[test]
fn learns_the_interval_of_a_better_one_in_version_3() {
    let mut config = instance(1, 100);
    config.version = Version::V3;
    let mut desk = master_of(config.clone());
    config.advert_interval = Interval::from_secs(2);
    desk.hear_as(&config, 2, 150);
    assert_eq!(desk.see("VI_1").advert_interval, Interval::from_secs(2));
    let full = Interval::from_secs(6) + Interval::from_millis(1_210);
    assert_eq!(desk.router.deadline(), Some(desk.now + full));
    assert_eq!(desk.see("VI_1").counters.interval_errors, 1);
}

#[test]
fn a_worse_master_is_told_and_so_are_the_switches() {
    for (from, priority) in [(2, 90), (0, 100)] {
        let mut desk = master();
        desk.pass_millis(10_000);
        let due = desk.router.deadline();
        assert_eq!(
            desk.hear(from, priority),
            ["send VI_1 100", "announce 10.0.0.101", "VI_1 heard lower"],
            "{from} {priority}"
        );
        desk.next();
        assert_eq!(desk.router.deadline(), due, "the period of the adverts stays");
        assert_eq!(desk.hear(from, priority), ["VI_1 heard lower"], "one answer to all that waited to be read");
        desk.pass_millis(1);
        assert_eq!(desk.hear(from, priority), ["send VI_1 100", "VI_1 heard lower"], "one burst a second");
        let lines = desk.pass_millis(5_500);
        assert_eq!(count(&lines, "announce"), 5, "and the second burst");
        assert_eq!(desk.see("VI_1").counters.double_masters, 3);
    }
}

#[test]
fn a_worse_master_is_not_told_when_so_configured() {
    let mut config = instance(1, 100);
    config.lower_prio_no_advert = true;
    config.announce.lower_prio_repeat = 0;
    assert_eq!(master_of(config).hear(2, 90), ["VI_1 heard lower"]);
}

#[test]
fn one_that_leaves_is_answered() {
    let mut desk = master();
    desk.pass_millis(300);
    assert_eq!(count(&desk.hear(2, 0), "send VI_1 100"), 1);
    desk.next();
    assert_eq!(desk.router.deadline(), Some(desk.now + Interval::from_secs(1)));
    assert_eq!(desk.see("VI_1").counters.priority_zero_received, 1);
}

#[test]
fn our_own_address_is_ignored_with_a_warning() {
    let mut desk = master();
    assert_eq!(desk.hear(1, 100), ["Warning about VI_1"]);
    assert!(desk.hear(1, 100).is_empty(), "once");
    assert_eq!(desk.state("VI_1"), RouterState::Master);
}

#[test]
fn of_two_owners_the_lower_address_yields() {
    let mut low = Desk::new(vec![instance(1, 255)]);
    low.start();
    assert!(low.hear(2, 255).contains(&"VI_1 Master->Backup 255".into()));
    let mut high = Desk::new(vec![instance(1, 255)]);
    high.own = vec![9];
    high.start();
    assert!(high.hear(2, 255).contains(&"VI_1 heard lower".into()));
    assert_eq!(high.state("VI_1"), RouterState::Master);
}

#[test]
fn other_addresses_are_counted_and_noted_once() {
    let mut desk = master();
    let mut other = instance(1, 150);
    other.addresses = vec![address(77)];
    assert_eq!(desk.hear_as(&other, 2, 90)[0], "Warning about VI_1");
    assert_eq!(count(&desk.hear_as(&other, 2, 90), "Warning"), 0);
    assert_eq!(desk.see("VI_1").counters.address_list_errors, 2);
    assert_eq!(desk.state("VI_1"), RouterState::Master);
}

#[test]
fn an_address_that_was_taken_away_is_put_back_and_announced() {
    let mut desk = master();
    desk.pass_millis(10_000);
    assert_eq!(
        desk.give(Fact::AddressVanished(key(101))),
        ["Warning about VI_1", "hold VI_1 10.0.0.101", "announce 10.0.0.101"]
    );
    assert_eq!(desk.see("VI_1").counters.addresses_repaired, 1);
    assert!(desk.give(Fact::AddressVanished(key(99))).is_empty(), "not ours");
}

#[test]
fn who_insists_gets_a_handover() {
    let mut desk = master();
    for _ in 0..10 {
        desk.pass_millis(100);
        desk.give(Fact::AddressVanished(key(101)));
    }
    assert_eq!(
        desk.give(Fact::AddressVanished(key(101))),
        ["Error about VI_1", "send VI_1 0", "hold VI_1 nothing", "VI_1 Master->Backup 100"]
    );
    assert_eq!(desk.see("VI_1").reason, "10.0.0.101/24 was removed from eth0 more than 10 times within a minute");
    assert_eq!(desk.see("VI_1").counters.addresses_repaired, 10);
}

#[test]
fn an_untracked_address_is_left_alone() {
    let mut config = instance(1, 100);
    config.addresses[0].no_track = true;
    assert!(master_of(config).give(Fact::AddressVanished(key(101))).is_empty());
}

fn refuse(desk: &mut Desk, last: u8) -> Vec<String> {
    let problem = String::from("permission denied");
    desk.give(Fact::HoldRefused { owner: Name::new("VI_1"), key: key(last), problem })
}

#[test]
fn who_can_hold_nothing_goes_to_fault_and_tries_again() {
    let mut desk = Desk::new(vec![instance(1, 100)]);
    desk.kernel = false;
    desk.start();
    desk.next();
    assert_eq!(refuse(&mut desk, 101), ["Error about VI_1"]);
    assert_eq!(
        desk.give(Fact::HoldSettled { owner: Name::new("VI_1") }),
        ["VI_1 Backup->Master 100", "send VI_1 0", "hold VI_1 nothing", "VI_1 Master->Fault 100"],
        "nothing is announced"
    );
    assert_eq!(desk.faults("VI_1"), ["cannot hold any of its addresses: permission denied"]);
    assert_eq!(desk.see("VI_1").counters.kernel_refusals, 1);
    assert!(desk.link(true).is_empty());
    assert_eq!(desk.pass_millis(10_000), ["VI_1 Fault->Backup 100"]);
}

#[test]
fn who_can_hold_some_stays_and_asks_for_the_others_again() {
    let mut config = instance(1, 100);
    config.addresses.push(address(102));
    let mut desk = Desk::new(vec![config]);
    desk.kernel = false;
    desk.start();
    desk.next();
    refuse(&mut desk, 102);
    let lines = desk.give(Fact::HoldSettled { owner: Name::new("VI_1") });
    assert_eq!(lines, ["announce 10.0.0.101", "VI_1 Backup->Master 100"]);
    desk.pass_millis(8_000);
    let lines = desk.pass_millis(2_500);
    assert_eq!(count(&lines, "hold VI_1 10.0.0.101 10.0.0.102"), 1);
    let lines = desk.give(Fact::HoldSettled { owner: Name::new("VI_1") });
    assert_eq!(lines, ["announce 10.0.0.102"], "only what is new");
}

#[test]
fn what_a_backup_cannot_remove_is_asked_for_again() {
    let mut desk = Desk::new(vec![instance(1, 100)]);
    desk.start();
    for _ in 0..3 {
        desk.hear(2, 200);
        desk.pass_millis(1_000);
    }
    assert_eq!(refuse(&mut desk, 101), ["Error about VI_1"]);
    let mut lines = Vec::new();
    for _ in 0..11 {
        desk.hear(2, 200);
        lines.extend(desk.pass_millis(1_000));
    }
    assert_eq!(lines, ["hold VI_1 nothing"]);
}

#[test]
fn priorities_are_told_and_count_from_the_next_advert() {
    let mut config = instance(1, 100);
    config.notify_priority_changes = true;
    config.track_scripts = vec![model::config::track::TrackScript {
        script: "chk".into(),
        weight: model::config::track::Weight { points: -30, reverse: false },
    }];
    let mut desk = Desk::new(vec![config]);
    desk.config.scripts = vec![sample::script("chk")];
    desk.start();
    desk.script("chk", 0);
    desk.pass_millis(4_000);
    assert_eq!(desk.script("chk", 1), ["Warning about chk", "VI_1 priority 70 aloud"]);
    assert_eq!(count(&desk.pass_millis(1_000), "send VI_1 70"), 1);
    assert_eq!(desk.see("VI_1").effective_priority, 70);
    assert_eq!(desk.see("VI_1").base_priority, 100);
}

#[test]
fn a_lost_link_takes_everything_down_and_says_so() {
    let mut desk = master();
    assert_eq!(desk.link(false), ["send VI_1 0", "hold VI_1 nothing", "VI_1 Master->Fault 100"]);
    assert_eq!(desk.see("VI_1").reason, "link eth0 is down");
    let mut desk = master();
    desk.own = vec![];
    assert_eq!(desk.link(true)[0], "send VI_1 0", "the last source serves for the farewell");
}

#[test]
fn strangers_are_counted_and_noted_once() {
    let mut desk = master();
    let stranger = instance(7, 100);
    assert_eq!(desk.hear_as(&stranger, 2, 100), ["Detail about eth0"]);
    assert!(desk.hear_as(&stranger, 2, 100).is_empty());
    let route = crate::wire::checksum::Route { source: [10, 0, 0, 2].into(), destination: [224, 0, 0, 18].into() };
    assert!(desk.packet(route, &[0x21, 1, 2], 255).is_empty());
    let dropped = desk.router.dropped();
    assert_eq!((dropped.unknown_router, dropped.too_short), (2, 1));
}

#[test]
fn strangers_are_logged_from_time_to_time_where_that_is_wanted() {
    let mut desk = master();
    desk.config.global.vrrp.log_unknown_vrids = true;
    desk.configure();
    let stranger = instance(7, 100);
    assert_eq!(desk.hear_as(&stranger, 2, 100), ["Info about eth0"]);
    for _ in 0..599 {
        desk.now = desk.now + Interval::from_millis(100);
        assert!(desk.hear_as(&stranger, 2, 100).is_empty());
    }
    desk.now = desk.now + Interval::from_millis(100);
    assert_eq!(desk.hear_as(&stranger, 2, 100), ["Info about eth0"]);
    assert_eq!(desk.hear_as(&instance(8, 100), 2, 100), ["Info about eth0"]);
    assert_eq!(desk.router.dropped().unknown_router, 602);
}

#[test]
fn who_asks_is_told_where_everybody_stands() {
    let mut desk = Desk::new(vec![instance(1, 100), instance(2, 90)]).grouped(vec![sample::group("G", &["VI_2"])]);
    assert_eq!(desk.configure().len(), 1, "the sockets");
    assert!(desk.give(Fact::StatesAsked).is_empty(), "nobody has begun");
    desk.start();
    let stand = ["VI_1 stands Backup 100", "VI_2 stands Backup 90", "group G stands Backup"];
    assert_eq!(desk.give(Fact::StatesAsked), stand);
    desk.link(false);
    assert_eq!(desk.give(Fact::StatesAsked)[0], "VI_1 stands Fault 100");
}

#[test]
fn counts_what_it_did() {
    let mut desk = master();
    desk.hear(2, 90);
    desk.hear(2, 150);
    desk.pass_millis(4_000);
    desk.link(false);
    let counters = desk.see("VI_1").counters;
    assert_eq!((counters.became_master, counters.released_master), (2, 2));
    assert_eq!((counters.priority_zero_sent, counters.adverts_received), (1, 2));
    assert_eq!(usize::try_from(counters.adverts_sent), Ok(desk.sent.len()));
}

#[test]
fn complaints_are_said_again_after_a_move() {
    let mut foreign = instance(1, 100);
    foreign.version = Version::V3;
    let mut desk = master();
    assert_eq!(desk.hear_as(&foreign, 2, 90), ["Warning about VI_1"]);
    assert!(desk.hear_as(&foreign, 2, 90).is_empty());
    desk.hear(2, 150);
    assert_eq!(desk.hear_as(&foreign, 2, 90), ["Warning about VI_1"]);
    desk.hear(3, 150);
    assert_eq!(desk.hear_as(&foreign, 2, 90), ["Warning about VI_1"], "another master is a new story too");
    assert_eq!(desk.see("VI_1").counters.length_errors, 4);
}

#[test]
fn a_former_master_owes_no_announcements() {
    let mut config = instance(1, 100);
    config.addresses = (101..=105).map(address).collect();
    config.announce.spacing = Interval::from_millis(100);
    let mut desk = Desk::new(vec![config]);
    desk.start();
    desk.next();
    desk.pass_millis(150);
    desk.hear(2, 200);
    assert_eq!(desk.router.deadline(), Some(desk.now + Interval::from_micros(3_609_375)));
}
