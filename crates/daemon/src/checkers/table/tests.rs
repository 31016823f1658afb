//! Tables for the IPVS hand, over a table in memory with the kernel's rules.
use super::*;
use evenkeel_ipvs::Recording;
use model::Interval;
use model::config::server::Persistence;

fn service(port: u16) -> server::Service {
    server::Service::Address { address: IpAddr::from([10, 0, 0, 1]), port, protocol: server::Protocol::Tcp }
}

fn target(scheduler: &str, servers: &[(u8, u32)]) -> Target {
    let destination = |(last, weight): &(u8, u32)| effect::Destination {
        address: IpAddr::from([10, 0, 1, *last]),
        port: 80,
        forwarding: server::Forwarding::Nat,
        weight: *weight,
        upper_threshold: 0,
        lower_threshold: 0,
    };
    Target {
        scheduler: scheduler.into(),
        flags: 0,
        persistence: None,
        engine: None,
        one_packet: false,
        destinations: servers.iter().map(destination).collect(),
    }
}

fn words(ipvs: &mut Recording) -> Vec<String> {
    ipvs.take_log().iter().map(ToString::to_string).collect()
}

#[test]
fn a_service_and_its_servers_are_added_changed_and_removed() {
    let (mut hand, mut ipvs) = (TableHand::default(), Recording::new());
    hand.hold(service(80), Some(&target("rr", &[(1, 1), (2, 1)]))).expect("sayable");
    assert_eq!(hand.work(&mut ipvs), []);
    assert_eq!(words(&mut ipvs).len(), 3);
    hand.hold(service(80), Some(&target("rr", &[(1, 5), (2, 1)]))).expect("sayable");
    assert_eq!(hand.work(&mut ipvs), []);
    assert_eq!(words(&mut ipvs), ["tcp 10.0.0.1:80: change destination 10.0.1.1:80"]);
    hand.hold(service(80), None).expect("sayable");
    assert_eq!(hand.work(&mut ipvs), []);
    assert!(ipvs.table().services.is_empty() && hand.is_idle());
}

#[test]
fn a_restart_touches_nothing_that_is_right() {
    let (mut hand, mut ipvs) = (TableHand::default(), Recording::new());
    hand.hold(service(80), Some(&target("rr", &[(1, 1), (2, 1)]))).expect("sayable");
    hand.work(&mut ipvs);
    words(&mut ipvs);
    let mut restarted = TableHand::default();
    restarted.hold(service(80), Some(&target("rr", &[(1, 1), (3, 1)]))).expect("sayable");
    assert_eq!(restarted.work(&mut ipvs), []);
    assert_eq!(
        words(&mut ipvs),
        ["tcp 10.0.0.1:80: add destination 10.0.1.3:80", "tcp 10.0.0.1:80: remove destination 10.0.1.2:80"]
    );
}

#[test]
fn what_somebody_else_did_is_put_right_and_told() {
    let (mut hand, mut ipvs) = (TableHand::default(), Recording::new());
    hand.hold(service(80), Some(&target("rr", &[(1, 1)]))).expect("sayable");
    hand.work(&mut ipvs);
    assert_eq!(hand.audit(&mut ipvs), []);
    ipvs.table_mut().services.clear();
    assert_eq!(hand.audit(&mut ipvs), [Finding::Repaired(2)]);
    assert_eq!(hand.audit(&mut ipvs), []);
}

#[test]
fn a_single_server_is_seen_within_a_round() {
    let (mut hand, mut ipvs) = (TableHand::default(), Recording::new());
    for port in 1..=1_000 {
        hand.hold(service(port), Some(&target("rr", &[(1, 1), (2, 1)]))).expect("sayable");
    }
    hand.work(&mut ipvs);
    assert_eq!(hand.glance_every(), Interval::from_millis(256));
    let entry = |last| destination_of(&target("rr", &[(last, 9)]).destinations[0]);
    for changed in [1, 500, 1_000] {
        let key = key_of(service(changed)).expect("a key");
        ipvs.table_mut().set_destination(key, entry(2));
        let mut rounds = std::iter::from_fn(|| Some(hand.glance(&mut ipvs))).take(16);
        assert_eq!(rounds.find(|found| !found.is_empty()), Some(vec![Finding::Repaired(1)]), "{changed}");
    }
    // Services themselves are seen at once, and a service that is gone has no servers.
    ipvs.table_mut().services.remove(&key_of(service(7)).expect("a key"));
    assert_eq!(hand.audit(&mut ipvs), [Finding::Repaired(3)]);
}

#[test]
fn services_of_others_are_left_alone() {
    let (mut hand, mut ipvs) = (TableHand::default(), Recording::new());
    let foreign = key_of(service(22)).expect("a key");
    ipvs.table_mut().set_service(Service::new(foreign, Name::new("rr").expect("a name")));
    hand.hold(service(80), None).expect("sayable");
    assert_eq!((hand.work(&mut ipvs), hand.audit(&mut ipvs)), (vec![], vec![]));
    assert_eq!(words(&mut ipvs), Vec::<String>::new());
}

#[test]
fn a_refusal_names_the_service_and_the_rest_goes_on() {
    let (mut hand, mut ipvs) = (TableHand::default(), Recording::new());
    hand.hold(service(80), Some(&target("nonsense", &[(1, 1)]))).expect("sayable");
    hand.hold(service(81), Some(&target("rr", &[(1, 1)]))).expect("sayable");
    let findings = hand.work(&mut ipvs);
    assert!(
        findings
            .iter()
            .any(|f| matches!(f, Finding::Refused(s, text) if *s == service(80) && text.contains("nonsense"))),
        "{findings:?}"
    );
    assert!(ipvs.table().services.contains_key(&key_of(service(81)).expect("a key")));
}

#[test]
fn a_table_that_moved_meanwhile_is_looked_at_again() {
    let (mut hand, mut ipvs) = (TableHand::default(), Recording::new());
    hand.hold(service(80), Some(&target("rr", &[(1, 1)]))).expect("sayable");
    hand.work(&mut ipvs);
    ipvs.table_mut().services.clear();
    hand.hold(service(80), Some(&target("rr", &[(1, 2)]))).expect("sayable");
    hand.work(&mut ipvs);
    assert!(!hand.is_idle());
    hand.work(&mut ipvs);
    assert!(hand.is_idle());
    assert_eq!(ipvs.table().services.len(), 1);
}

#[test]
fn persistence_and_flags_reach_the_kernel() {
    let (mut hand, mut ipvs) = (TableHand::default(), Recording::new());
    let persistence = Some(Persistence { timeout: Interval::from_secs(300), granularity: 24 });
    hand.hold(service(80), Some(&Target { persistence, flags: 0b11, ..target("sh", &[]) })).expect("sayable");
    hand.work(&mut ipvs);
    let entry = ipvs.table().services.values().next().expect("a service");
    assert_eq!(entry.service.timeout(), 300);
    assert_eq!(entry.service.netmask(), Netmask::V4([255, 255, 255, 0].into()));
    assert!(entry.service.flags().contains(Flags::SCHEDULER_1 | Flags::SCHEDULER_2 | Flags::PERSISTENT));
}
