//! Tables for the hands, with a kernel that only writes down what it is told.
use super::*;
use model::Prefix;
use std::net::IpAddr;

#[derive(Default)]
struct Kernel(Vec<(Ticket, Vec<Change>)>);

impl Addresses for Kernel {
    fn submit(&mut self, ticket: Ticket, changes: Vec<Change>) {
        self.0.push((ticket, changes));
    }
}

impl Kernel {
    /// The changes of the one open submission, as short words, and its answer given.
    fn answer(&mut self, hands: &mut Hands, result: &Result<(), Refusal>) -> (Vec<String>, Vec<Finding>) {
        let (ticket, changes) = self.0.pop().expect("a submission");
        assert!(self.0.is_empty(), "one at a time");
        let words = changes.iter().map(word).collect();
        let results: Vec<_> = changes.into_iter().map(|change| (change, result.clone())).collect();
        (words, hands.applied(at(0), ticket, &results))
    }
}

fn word(change: &Change) -> String {
    match change {
        Change::AddAddress(address) => format!("+{}", address.prefix.address()),
        Change::RemoveAddress(key) => format!("-{}", key.prefix.address()),
    }
}

fn at(millis: u64) -> Instant {
    Instant::START + Interval::from_millis(millis)
}

fn eth0() -> InterfaceName {
    InterfaceName::new("eth0").expect("a name")
}

fn address(last: u8) -> VirtualAddress {
    VirtualAddress::plain(Prefix::host(IpAddr::from([10, 0, 0, last])), eth0())
}

fn key(last: u8) -> AddressKey {
    AddressKey::of(&address(last))
}

fn hold(owner: &str, wanted: &[u8], owned: &[u8]) -> Hold {
    Hold {
        owner: owner.into(),
        target: Holdings::of(&wanted.iter().map(|n| address(*n)).collect::<Vec<_>>()),
        owned: owned.iter().map(|n| key(*n)).collect(),
    }
}

fn refusal() -> Result<(), Refusal> {
    Err(Refusal { errno: 1, text: "permission denied".into() })
}

#[test]
fn adds_are_submitted_once_and_settle() {
    let (mut hands, mut kernel) = (Hands::default(), Kernel::default());
    hands.hold(hold("A", &[1, 2], &[1, 2]));
    assert_eq!(hands.work(&mut kernel), []);
    assert_eq!(hands.work(&mut kernel), [], "nothing more while one is in flight");
    assert_eq!(kernel.answer(&mut hands, &Ok(())), (vec!["+10.0.0.1".into(), "+10.0.0.2".into()], vec![]));
    assert_eq!(hands.work(&mut kernel), [Finding::Settled("A".into())]);
    assert!(kernel.0.is_empty() && hands.is_idle());
}

#[test]
fn what_is_there_is_not_touched() {
    let (mut hands, mut kernel) = (Hands::default(), Kernel::default());
    hands.saw(&eth0(), &[key(1), key(9)]);
    hands.hold(hold("A", &[1], &[1]));
    assert_eq!(hands.work(&mut kernel), [Finding::Settled("A".into())]);
    hands.hold(hold("A", &[], &[1]));
    hands.work(&mut kernel);
    assert_eq!(kernel.answer(&mut hands, &Ok(())).0, ["-10.0.0.1"], "and 10.0.0.9 is not ours");
}

#[test]
fn an_address_of_two_instances_stays_while_one_wants_it() {
    let (mut hands, mut kernel) = (Hands::default(), Kernel::default());
    hands.saw(&eth0(), &[key(1)]);
    hands.hold(hold("new", &[1], &[1]));
    hands.hold(hold("old", &[], &[1]));
    assert_eq!(hands.work(&mut kernel).len(), 2);
    assert!(kernel.0.is_empty());
}

#[test]
fn many_addresses_go_in_slices() {
    let (mut hands, mut kernel) = (Hands::default(), Kernel::default());
    let all: Vec<u8> = (1..=200).collect();
    hands.hold(hold("A", &all, &all));
    let mut sizes = Vec::new();
    while hands.work(&mut kernel).is_empty() {
        sizes.push(kernel.answer(&mut hands, &Ok(())).0.len());
    }
    assert_eq!(sizes, [64, 64, 64, 8]);
}

#[test]
fn a_refusal_is_told_and_not_repeated_until_something_changes() {
    let (mut hands, mut kernel) = (Hands::default(), Kernel::default());
    hands.hold(hold("A", &[1], &[1]));
    hands.work(&mut kernel);
    let told = kernel.answer(&mut hands, &refusal()).1;
    assert_eq!(told, [Finding::Refused("A".into(), key(1), "permission denied".into())]);
    assert_eq!(hands.work(&mut kernel), [Finding::Settled("A".into())]);
    hands.saw(&eth0(), &[]);
    hands.work(&mut kernel);
    assert_eq!(kernel.answer(&mut hands, &Ok(())).0, ["+10.0.0.1"], "the link said something: tried again");
    hands.hold(hold("A", &[1], &[1]));
    assert_eq!(hands.work(&mut kernel), [Finding::Settled("A".into())]);
}

#[test]
fn what_somebody_takes_away_is_missed_and_put_back() {
    let (mut hands, mut kernel) = (Hands::default(), Kernel::default());
    hands.saw(&eth0(), &[key(1)]);
    hands.hold(hold("A", &[1], &[1]));
    hands.work(&mut kernel);
    assert_eq!(hands.saw(&eth0(), &[]), [Finding::Vanished(key(1))]);
    hands.work(&mut kernel);
    assert_eq!(kernel.answer(&mut hands, &Ok(())).0, ["+10.0.0.1"]);
}

#[test]
fn an_untracked_address_may_be_taken_away() {
    let (mut hands, mut kernel) = (Hands::default(), Kernel::default());
    let mut free = hold("A", &[1], &[1]);
    free.target.addresses.values_mut().for_each(|address| address.no_track = true);
    hands.saw(&eth0(), &[key(1)]);
    hands.hold(free);
    hands.work(&mut kernel);
    assert_eq!(hands.saw(&eth0(), &[]), []);
    hands.work(&mut kernel);
    assert!(kernel.0.is_empty());
}

#[test]
fn late_news_of_before_the_answer_does_not_count() {
    let (mut hands, mut kernel) = (Hands::default(), Kernel::default());
    hands.hold(hold("A", &[1], &[1]));
    hands.work(&mut kernel);
    kernel.answer(&mut hands, &Ok(()));
    assert_eq!(hands.saw(&eth0(), &[]), [], "the monitor is behind");
    assert_eq!(hands.deadline(), Some(at(1000)));
    assert_eq!(hands.expire(at(999)), []);
    assert_eq!(hands.expire(at(1000)), [Finding::Vanished(key(1))], "never confirmed: it is gone");
    hands.work(&mut kernel);
    assert_eq!(kernel.answer(&mut hands, &Ok(())).0, ["+10.0.0.1"]);
    assert_eq!(hands.saw(&eth0(), &[key(1)]), []);
    assert_eq!(hands.deadline(), None);
}

#[test]
fn a_link_that_returns_gets_its_addresses_again() {
    let (mut hands, mut kernel) = (Hands::default(), Kernel::default());
    hands.saw(&eth0(), &[key(1)]);
    hands.hold(hold("A", &[1], &[1]));
    hands.work(&mut kernel);
    hands.lost(&eth0());
    hands.saw(&eth0(), &[]);
    hands.work(&mut kernel);
    assert_eq!(kernel.answer(&mut hands, &Ok(())).0, ["+10.0.0.1"]);
}

#[test]
fn releasing_all_removes_what_is_owned() {
    let (mut hands, mut kernel) = (Hands::default(), Kernel::default());
    hands.saw(&eth0(), &[key(1), key(2), key(9)]);
    hands.hold(hold("A", &[1, 2], &[1, 2]));
    hands.work(&mut kernel);
    hands.release_all();
    hands.work(&mut kernel);
    assert_eq!(kernel.answer(&mut hands, &Ok(())).0, ["-10.0.0.1", "-10.0.0.2"]);
}
