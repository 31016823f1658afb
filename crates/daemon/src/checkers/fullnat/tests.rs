//! Tables and a property for FULLNAT, over a kernel in memory.
use super::*;
use kernel::ports::Refusal;
use kernel::recording::{RecordingNat, RecordingSysctls};
use model::config::server::Protocol;
use proptest::prelude::*;
use std::net::IpAddr;

fn web(port: u16) -> Service {
    Service::Address { address: IpAddr::from([10, 0, 0, 1]), port, protocol: Protocol::Tcp }
}

fn target(servers: &[(u8, u16, Forwarding)]) -> Target {
    let destination = |(last, port, forwarding): &(u8, u16, Forwarding)| Destination {
        address: IpAddr::from([10, 0, 1, *last]),
        port: *port,
        forwarding: *forwarding,
        weight: 1,
        upper_threshold: 0,
        lower_threshold: 0,
    };
    Target {
        scheduler: "rr".into(),
        flags: 0,
        persistence: None,
        engine: None,
        one_packet: false,
        destinations: servers.iter().map(destination).collect(),
    }
}

fn host(tracking: &str, forward: &str) -> RecordingSysctls {
    RecordingSysctls::new([("net/ipv4/vs/conntrack", tracking), ("net/ipv4/ip_forward", forward)])
}

fn of(last: u8, port: Option<(u8, u16)>) -> Masked {
    Masked { address: IpAddr::from([10, 0, 1, last]), port }
}

#[test]
fn only_servers_of_full_nat_are_masked_and_all_of_it_goes_again() {
    let (mut hand, mut nat, mut sysctls) = (FullNatHand::default(), RecordingNat::default(), host("0", "1"));
    hand.hold(web(80), Some(&target(&[(1, 8080, Forwarding::FullNat), (2, 8080, Forwarding::Nat)])));
    hand.hold(Service::Fwmark { mark: 7, family: Family::V4 }, Some(&target(&[(3, 443, Forwarding::FullNat)])));
    assert_eq!(hand.work(&mut nat, &mut sysctls), Vec::<String>::new());
    assert_eq!(*nat.servers(), [of(1, Some((6, 8080))), of(3, None)].into());
    assert_eq!(sysctls.read(TRACKING).expect("there"), "1");
    hand.hold(web(80), Some(&target(&[(1, 8080, Forwarding::FullNat)])));
    assert!(hand.is_idle());
    assert_eq!((hand.work(&mut nat, &mut sysctls), nat.transactions()), (vec![], 1));
    assert_eq!(hand.release(&mut nat, &mut sysctls), Vec::<String>::new());
    assert!(nat.servers().is_empty());
    assert_eq!(sysctls.read(TRACKING).expect("there"), "0");
}

#[test]
fn tracking_that_was_on_stays_on() {
    let (mut hand, mut nat, mut sysctls) = (FullNatHand::default(), RecordingNat::default(), host("1", "1"));
    hand.hold(web(80), Some(&target(&[(1, 80, Forwarding::FullNat)])));
    hand.work(&mut nat, &mut sysctls);
    hand.release(&mut nat, &mut sysctls);
    assert_eq!(sysctls.read(TRACKING).expect("there"), "1");
}

#[test]
fn what_somebody_else_did_is_put_right_and_told() {
    let (mut hand, mut nat, mut sysctls) = (FullNatHand::default(), RecordingNat::default(), host("0", "1"));
    hand.hold(web(80), Some(&target(&[(1, 80, Forwarding::FullNat)])));
    hand.work(&mut nat, &mut sysctls);
    nat.spoil(BTreeSet::new());
    sysctls.write(TRACKING, "0").expect("there");
    assert_eq!(hand.work(&mut nat, &mut sysctls).len(), 1);
    assert_eq!(*nat.servers(), [of(1, Some((6, 80)))].into());
    assert_eq!(sysctls.read(TRACKING).expect("there"), "1");
    assert_eq!(hand.work(&mut nat, &mut sysctls), Vec::<String>::new());
}

#[test]
fn leftovers_of_an_earlier_run_go_where_nobody_wants_them() {
    let (mut hand, mut nat, mut sysctls) = (FullNatHand::default(), RecordingNat::default(), host("0", "0"));
    nat.spoil([of(9, None)].into());
    assert_eq!(hand.work(&mut nat, &mut sysctls), Vec::<String>::new());
    assert!(nat.servers().is_empty());
    hand.work(&mut nat, &mut sysctls);
    assert_eq!(nat.transactions(), 1);
}

#[test]
fn what_is_missing_is_said_once_and_tried_again() {
    let (mut hand, mut nat) = (FullNatHand::default(), RecordingNat::default());
    let mut bare = RecordingSysctls::new([("net/ipv4/ip_forward", "0")]);
    nat.refuse(Some(Refusal { errno: 93, text: "this kernel has no nf_tables".into() }));
    hand.hold(web(80), Some(&target(&[(1, 80, Forwarding::FullNat)])));
    let problems = hand.work(&mut nat, &mut bare);
    assert_eq!(problems.len(), 3, "{problems:?}");
    for (problem, words) in problems.iter().zip(["no nf_tables", "CONFIG_IP_VS_NFCT", "net.ipv4.ip_forward=1"]) {
        assert!(problem.contains(words), "{problem}");
    }
    assert_eq!(hand.work(&mut nat, &mut bare), Vec::<String>::new());
    nat.refuse(None);
    hand.work(&mut nat, &mut bare);
    assert_eq!(nat.servers().len(), 1);
}

#[test]
fn a_host_without_nf_tables_hears_nothing_while_nobody_wants_full_nat() {
    let (mut hand, mut nat, mut sysctls) = (FullNatHand::default(), RecordingNat::default(), host("0", "0"));
    nat.refuse(Some(Refusal { errno: 93, text: "this kernel has no nf_tables".into() }));
    hand.hold(web(80), Some(&target(&[(1, 80, Forwarding::Nat)])));
    assert_eq!(hand.work(&mut nat, &mut sysctls), Vec::<String>::new());
}

proptest! {
    /// Whatever came before, the kernel holds the servers of what is wanted last, and nothing else.
    #[test]
    fn the_set_is_a_function_of_the_targets(
        orders in prop::collection::vec((1_u16..4, prop::option::of(prop::collection::vec((0_u8..6, 0_u16..3, any::<bool>()), 0..5)), 0_u8..3), 0..20),
    ) {
        let (mut hand, mut nat, mut sysctls) = (FullNatHand::default(), RecordingNat::default(), host("0", "1"));
        let mut last: BTreeMap<u16, BTreeSet<Masked>> = BTreeMap::new();
        for (port, servers, meanwhile) in orders {
            let full = |full: bool| if full { Forwarding::FullNat } else { Forwarding::DirectRoute };
            let wanted = servers.as_ref().map(|all| {
                target(&all.iter().map(|(last, port, on)| (*last, *port, full(*on))).collect::<Vec<_>>())
            });
            let masked = |(last, port, _): &(u8, u16, bool)| of(*last, (*port != 0).then_some((6, *port)));
            last.insert(port, servers.iter().flatten().filter(|(_, _, on)| *on).map(masked).collect());
            hand.hold(web(port), wanted.as_ref());
            match meanwhile {
                0 => nat.spoil(BTreeSet::new()),
                1 => drop(hand.work(&mut nat, &mut sysctls)),
                _ => {}
            }
        }
        hand.work(&mut nat, &mut sysctls);
        let expected: BTreeSet<Masked> = last.into_values().flatten().collect();
        prop_assert_eq!(nat.servers(), &expected);
        let tracking = sysctls.read(TRACKING).expect("there");
        prop_assert_eq!(tracking == "1", !expected.is_empty());
    }
}
