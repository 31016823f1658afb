//! A turn over the fake kernel: the order in which things leave, and what finds its way back.
use super::*;
use crate::notify::testing::instance;
use kernel::recording::{Call, RecordingKernel};
use model::config::vrrp::{Instance, Notify, VirtualAddress};
use model::state::vrrp::RouterState;
use model::{Config, Interval, Prefix, Vrid};
use std::net::IpAddr;
use std::sync::Arc;

fn eth0() -> InterfaceName {
    InterfaceName::new("eth0").expect("a name")
}

fn at(millis: u64) -> Instant {
    Instant::START + Interval::from_millis(millis)
}

fn address(last: u8) -> VirtualAddress {
    VirtualAddress::plain(Prefix::host(IpAddr::from([10, 0, 0, last])), eth0())
}

fn routers(count: u8) -> Arc<Config> {
    let one = |n: u8| Instance {
        name: format!("VI_{n}").into(),
        vrid: Vrid::new(n.into()).expect("in range"),
        addresses: vec![address(100 + n)],
        ..instance(Notify::default())
    };
    Arc::new(Config { instances: (1..=count).map(one).collect(), ..Config::default() })
}

fn machine() -> Turn<RecordingKernel> {
    let own = AddressKey { interface: eth0(), prefix: Prefix::new(IpAddr::from([10, 0, 0, 1]), 24).expect("24 bits") };
    let link = Link {
        running: true,
        hardware: vec![2, 0, 0, 0, 0, 1],
        mtu: 1500,
        arp: true,
        addresses: vec![own],
        tentative: vec![],
    };
    Turn::new(RecordingKernel::new([(eth0(), link)]))
}

/// What the thread does: all that has arrived, then what is due, then the effects; until the kernel is silent.
fn settle(turn: &mut Turn<RecordingKernel>, now: Instant) -> Vec<Report> {
    let mut reports = Vec::new();
    for _ in 0..50 {
        while let Some(event) = turn.kernel_mut().next_event() {
            turn.event(now, event);
        }
        turn.due(now);
        reports.extend(turn.finish(now));
    }
    reports
}

fn run_until_master(turn: &mut Turn<RecordingKernel>) -> Instant {
    let mut now = at(0);
    while turn.snapshot().instances.iter().any(|i| i.state != RouterState::Master) {
        now = turn.deadline().expect("a timer runs").max(now);
        settle(turn, now);
        assert!(now < at(60_000), "no master within a minute");
    }
    now
}

fn started(count: u8) -> Turn<RecordingKernel> {
    let mut turn = machine();
    settle(&mut turn, at(0));
    turn.fact(at(0), Fact::Configured(routers(count)));
    settle(&mut turn, at(0));
    turn
}

#[test]
fn every_advert_leaves_before_the_first_address_and_that_before_the_first_announcement() {
    let mut turn = started(40);
    turn.kernel_mut().take_calls();
    run_until_master(&mut turn);
    let calls = turn.kernel_mut().take_calls();
    let position = |wanted: fn(&Call) -> bool| calls.iter().position(wanted).expect("such a call");
    let sends = calls.iter().filter(|call| matches!(call, Call::Send(adverts) if adverts.len() == 40)).count();
    assert_eq!(sends, 1, "one call for all adverts");
    assert!(position(|c| matches!(c, Call::Send(_))) < position(|c| matches!(c, Call::Submit { .. })));
    assert!(position(|c| matches!(c, Call::Submit { .. })) < position(|c| matches!(c, Call::Announce(_))));
}

#[test]
fn an_equal_configuration_calls_nothing() {
    let mut turn = started(3);
    let now = run_until_master(&mut turn);
    turn.kernel_mut().take_calls();
    turn.fact(now, Fact::Configured(routers(3)));
    turn.finish(now);
    assert_eq!(turn.kernel_mut().take_calls(), []);
}

#[test]
fn an_address_taken_away_is_put_back_and_announced_in_the_same_instant() {
    let mut turn = started(1);
    let now = run_until_master(&mut turn);
    let key = AddressKey::of(&address(101));
    assert!(turn.kernel().holds(&key));
    turn.kernel_mut().take_announced();
    turn.kernel_mut().remove_address(&key);
    settle(&mut turn, now);
    assert!(turn.kernel().holds(&key));
    assert!(!turn.kernel_mut().take_announced().is_empty());
    assert_eq!(turn.snapshot().instances[0].counters.addresses_repaired, 1);
    assert_eq!(turn.snapshot().instances[0].state, RouterState::Master);
}

#[test]
fn a_stop_without_a_successor_lets_go_after_the_longest_skew() {
    let mut turn = started(2);
    let now = run_until_master(&mut turn);
    turn.fact(now, Fact::StopRequested);
    let mut reports = settle(&mut turn, now);
    assert!(turn.kernel().holds(&AddressKey::of(&address(101))), "make before break");
    assert!(!reports.contains(&Report::AllReleased));
    let mut later = now;
    while !reports.contains(&Report::AllReleased) {
        later = turn.deadline().expect("a limit").max(later);
        reports.extend(settle(&mut turn, later));
    }
    assert!(later <= now + Interval::from_millis(1_100), "{later:?} after {now:?}");
    assert!(!turn.kernel().holds(&AddressKey::of(&address(101))) && turn.is_idle());
}

#[test]
fn release_all_takes_off_what_is_ours_without_asking_the_machines() {
    let mut turn = started(2);
    let now = run_until_master(&mut turn);
    turn.release_all();
    for _ in 0..4 {
        turn.finish(now);
        while let Some(event) = turn.kernel_mut().next_event() {
            if let Event::Applied { .. } = event {
                turn.event(now, event);
            }
        }
    }
    assert!(!turn.kernel().holds(&AddressKey::of(&address(101))));
    assert!(!turn.kernel().holds(&AddressKey::of(&address(102))) && turn.is_idle());
}

#[test]
fn a_link_that_changes_in_the_turn_of_a_reload_does_not_bring_the_old_sockets_back() {
    let mut turn = started(1);
    let eth1 = InterfaceName::new("eth1").expect("a name");
    let link = turn.kernel().link(&eth0()).cloned().expect("eth0");
    turn.kernel_mut().set_link(&eth1, link.clone());
    let mut config = (*routers(2)).clone();
    config.instances[1].interface = eth1;
    turn.fact(at(1), Fact::Configured(Arc::new(config)));
    turn.event(at(1), Event::Link { interface: eth0(), link });
    turn.finish(at(1));
    assert_eq!(turn.kernel().listening().len(), 2);
}

#[test]
fn the_last_master_on_a_link_says_goodbye_before_its_socket_is_closed() {
    let mut turn = started(1);
    let now = run_until_master(&mut turn);
    turn.kernel_mut().take_sent();
    turn.fact(now, Fact::Configured(routers(0)));
    turn.due(now);
    turn.finish(now);
    let sent = turn.kernel_mut().take_sent();
    assert_eq!(sent.iter().map(|advert| advert.payload[2]).collect::<Vec<_>>(), [0]);
    assert!(turn.kernel().listening().is_empty());
}

#[test]
fn a_renamed_link_loses_what_is_ours_and_nothing_else() {
    let mut turn = started(2);
    let now = run_until_master(&mut turn);
    let old = InterfaceName::new("old0").expect("a name");
    turn.kernel_mut().rename_link(&eth0(), &old);
    settle(&mut turn, now);
    let on = |turn: &Turn<RecordingKernel>, name| turn.kernel().link(name).map_or(0, |link| link.addresses.len());
    assert_eq!(on(&turn, &old), 1, "its own address stays");
    assert!(turn.snapshot().instances.iter().all(|instance| instance.state == RouterState::Fault));
    let stray = AddressKey { interface: old.clone(), ..AddressKey::of(&address(101)) };
    turn.kernel_mut().add_address(&stray);
    settle(&mut turn, now);
    assert!(turn.kernel().holds(&stray), "an operator may put it there by hand");
    turn.kernel_mut().remove_address(&stray);
    turn.kernel_mut().rename_link(&old, &eth0());
    settle(&mut turn, now);
    let backup = |turn: &Turn<RecordingKernel>| turn.snapshot().instances[0].state == RouterState::Backup;
    assert!(backup(&turn), "the old name is back");
    run_until_master(&mut turn);
    assert_eq!(on(&turn, &eth0()), 3);
}

#[test]
fn wishes_for_links_wait_until_no_address_moves() {
    let mut turn = machine();
    settle(&mut turn, at(0));
    let mut config = (*routers(1)).clone();
    config.instances[0].promote_secondaries = true;
    turn.fact(at(0), Fact::Configured(Arc::new(config)));
    settle(&mut turn, at(0));
    assert_eq!(turn.take_promotions(), [[eth0()].into()]);
    let now = run_until_master(&mut turn);
    turn.fact(now, Fact::Configured(routers(0)));
    turn.due(now);
    turn.finish(now);
    assert!(turn.take_promotions().is_empty(), "the address is still being removed");
    settle(&mut turn, now);
    assert_eq!(turn.take_promotions(), [[].into()]);
}
