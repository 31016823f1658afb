//! Bursts by the clock.
use super::*;
use model::{InterfaceName, Interval, Prefix};

fn keys(last: &[u8]) -> BTreeSet<AddressKey> {
    let interface = InterfaceName::new("eth0").expect("a name");
    let key = |n: &u8| AddressKey { interface: interface.clone(), prefix: Prefix::host([10, 0, 0, *n].into()) };
    last.iter().map(key).collect()
}

fn rules() -> Announce {
    Announce { lower_prio_repeat: 3, ..Announce::default() }
}

fn at(millis: u64) -> Instant {
    Instant::START + Interval::from_millis(millis)
}

fn burst(last: &[u8], rounds: u32) -> Burst {
    Burst { keys: keys(last), rounds }
}

/// Runs every deadline up to `until`.
fn run(bursts: &mut Bursts, rules: &Announce, all: &[u8], until: Instant) -> Vec<(Instant, Burst)> {
    let mut said = Vec::new();
    while let Some(next) = bursts.deadline().filter(|next| *next <= until) {
        said.extend(bursts.due(next, &keys(all), &keys(&[]), rules).into_iter().map(|burst| (next, burst)));
    }
    said
}

#[test]
fn five_at_once_and_five_after_five_seconds() {
    let mut bursts = Bursts::default();
    assert_eq!(bursts.held(at(0), keys(&[1, 2]), &rules()), Some(burst(&[1, 2], 1)));
    let said = run(&mut bursts, &rules(), &[1, 2], at(60_000));
    assert_eq!(said, [(at(0), burst(&[1, 2], 4)), (at(5_000), burst(&[1, 2], 5))]);
    assert_eq!(bursts.deadline(), None);
}

#[test]
fn one_only_when_so_configured() {
    let rules = Announce { repeat: 1, delay: Interval::ZERO, ..rules() };
    let mut bursts = Bursts::default();
    assert_eq!(bursts.held(at(0), keys(&[1]), &rules), Some(burst(&[1], 1)));
    assert_eq!(bursts.deadline(), None);
    assert_eq!(bursts.held(at(0), keys(&[]), &rules), None);
}

#[test]
fn refreshes_keep_their_period() {
    let rules =
        Announce { repeat: 1, delay: Interval::ZERO, refresh: Interval::from_secs(10), refresh_repeat: 2, ..rules() };
    let mut bursts = Bursts::default();
    bursts.held(at(0), keys(&[1]), &rules);
    assert_eq!(bursts.due(at(10_003), &keys(&[1, 2]), &keys(&[]), &rules), [burst(&[1, 2], 2)]);
    assert_eq!(bursts.deadline(), Some(at(20_000)), "a late refresh does not shift the next");
    assert_eq!(bursts.due(at(55_000), &keys(&[1]), &keys(&[]), &rules), [burst(&[1], 2)]);
    assert_eq!(bursts.deadline(), Some(at(65_000)), "missed refreshes are not made up for");
    bursts.ruled(at(56_000), &Announce { refresh: Interval::ZERO, ..rules });
    assert_eq!(bursts.deadline(), None);
}

#[test]
fn one_burst_a_second_against_another_master() {
    let mut bursts = Bursts::default();
    assert_eq!(bursts.challenged(at(0), keys(&[1]), &rules()), Some(burst(&[1], 1)));
    assert_eq!(bursts.challenged(at(999), keys(&[1]), &rules()), None);
    assert_eq!(bursts.challenged(at(1_000), keys(&[1]), &rules()), Some(burst(&[1], 1)));
    let said = run(&mut bursts, &rules(), &[1], at(60_000));
    assert_eq!(said, [(at(1_000), burst(&[1], 2)), (at(6_000), burst(&[1], 3))]);
    let silent = Announce { lower_prio_repeat: 0, ..rules() };
    assert_eq!(bursts.challenged(at(90_000), keys(&[1]), &silent), None);
}

#[test]
fn addresses_that_are_added_join_the_second_burst() {
    let mut bursts = Bursts::default();
    bursts.held(at(0), keys(&[1]), &rules());
    assert_eq!(bursts.held(at(2_000), keys(&[2]), &rules()), Some(burst(&[2], 1)));
    let said = run(&mut bursts, &rules(), &[1, 2], at(60_000));
    assert_eq!(said, [(at(2_000), burst(&[1, 2], 4)), (at(7_000), burst(&[1, 2], 5))]);
}

#[test]
fn a_burst_is_bounded() {
    let mut bursts = Bursts::default();
    bursts.held(at(0), keys(&[1]), &Announce { repeat: u32::MAX, ..rules() });
    let said = run(&mut bursts, &rules(), &[1], at(0));
    assert_eq!(said, [(at(0), burst(&[1], limits::ANNOUNCE_ROUNDS))]);
}

#[test]
fn addresses_on_other_links_are_refreshed_by_themselves() {
    let rules = Announce { extra_refresh: Interval::from_secs(20), delay: Interval::ZERO, repeat: 1, ..rules() };
    let mut bursts = Bursts::default();
    bursts.held(at(0), keys(&[1, 2]), &rules);
    assert_eq!(bursts.deadline(), Some(at(20_000)));
    assert_eq!(bursts.due(at(20_000), &keys(&[1, 2]), &keys(&[2]), &rules), [burst(&[2], 1)]);
    assert_eq!(bursts.deadline(), Some(at(40_000)));
    assert_eq!(bursts.due(at(40_000), &keys(&[1]), &keys(&[]), &rules), [], "nothing sits elsewhere any more");
    bursts.ruled(at(41_000), &Announce { extra_refresh: Interval::ZERO, ..rules });
    assert_eq!(bursts.deadline(), None);
}
