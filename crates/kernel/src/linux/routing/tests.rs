//! Judgements, and rules there and back, without a kernel.
use super::*;
use model::config::routing::{Action, NextHop, Placing, Route, Rule};
use model::holdings::{RouteKey, RuleKey};
use model::{Family, Prefix};
use netlink_packet_route::route::RouteAttribute;
use std::net::IpAddr;

fn prefix(text: &str) -> Prefix {
    let (address, length) = text.split_once('/').expect("a prefix");
    Prefix::new(address.parse().expect("an address"), length.parse().expect("a length")).expect("a prefix")
}

fn name(text: &str) -> InterfaceName {
    InterfaceName::new(text).expect("a name")
}

fn world() -> World {
    let links = [("a", Link { index: 7, vrf: None }), ("blue", Link { index: 8, vrf: Some(300) })];
    World { links: links.map(|(text, link)| (name(text), link)).into() }
}

fn errno(change: &RoutingChange, errno: i32) -> Option<i32> {
    change.judge(errno, &World::default()).err().map(|refusal| refusal.errno)
}

#[test]
fn what_is_already_right_is_no_refusal() {
    let route = Route::plain(prefix("10.1.0.0/16"));
    let rule = Rule::plain(Family::V4, 100, Action::Table(10));
    let alone = Route { placing: Placing::Alone, ..route.clone() };
    assert_eq!(errno(&RoutingChange::AddRoute(route.clone()), libc::EEXIST), None);
    assert_eq!(errno(&RoutingChange::AddRoute(alone), libc::EEXIST), Some(libc::EEXIST));
    assert_eq!(errno(&RoutingChange::AddRoute(route.clone()), libc::ENODEV), Some(libc::ENODEV));
    assert_eq!(errno(&RoutingChange::AddRule(rule.clone()), libc::EEXIST), None);
    for gone in [libc::ESRCH, libc::ENODEV] {
        assert_eq!(errno(&RoutingChange::RemoveRoute(route.clone()), gone), None);
    }
    assert_eq!(errno(&RoutingChange::RemoveRule(rule.clone()), libc::ENOENT), None);
    assert_eq!(errno(&RoutingChange::RemoveRule(rule), libc::EPERM), Some(libc::EPERM));
}

#[test]
fn links_that_are_not_there_are_told_without_asking() {
    let route = Route::plain(prefix("10.1.0.0/16"));
    let by = |link: &str| NextHop { interface: Some(name(link)), ..NextHop::default() };
    for bad in [Route { hop: by("gone"), ..route.clone() }, Route { hops: vec![by("a"), by("gone")], ..route.clone() }]
    {
        assert_eq!(RoutingChange::AddRoute(bad).message(&world()).err(), Some(libc::ENODEV));
    }
    let ordinary = Route { vrf: Some(name("a")), ..route };
    assert_eq!(RoutingChange::AddRoute(ordinary).message(&world()).err(), Some(libc::EOPNOTSUPP));
}

#[test]
fn a_routing_domain_names_its_table() {
    let route = Route { vrf: Some(name("blue")), ..Route::plain(prefix("10.1.0.0/16")) };
    let message = route::message(&route, &world()).expect("a message");
    assert!(message.attributes.contains(&RouteAttribute::Table(300)) && message.header.table == 0);
    assert_eq!(route::key(&message), Some(RouteKey::of(&route, Some(300))));
}

#[test]
fn routes_of_others_have_no_key() {
    let route = Route { protocol: 4, ..Route::plain(prefix("10.1.0.0/16")) };
    assert_eq!(route::key(&route::message(&route, &world()).expect("a message")), None);
}

#[test]
fn a_rule_is_read_from_its_message() {
    let rule = Rule {
        invert: true,
        from: Some(prefix("10.1.0.0/16")),
        to: Some(prefix("10.2.0.0/16")),
        tos: 0x10,
        mark: Some((1, None)),
        input: Some(name("a")),
        output: Some(name("b")),
        tunnel_id: Some(5),
        uids: Some((1000, 2000)),
        ip_protocol: Some(6),
        source_ports: Some((1024, 65_535)),
        destination_ports: Some((80, 80)),
        realms: Some(7 << 16 | 8),
        suppress_prefix_length: Some(0),
        suppress_group: Some(3),
        no_track: true,
        ..Rule::plain(Family::V4, 100, Action::Table(1000))
    };
    assert_eq!(rule::key(&rule::message(&rule)), Some(RuleKey::of(&rule)));
    for action in [Action::MasterDevice, Action::Goto(200), Action::Nop, Action::Blackhole, Action::Prohibit] {
        let rule = Rule::plain(Family::V6, 100, action);
        assert_eq!(rule::key(&rule::message(&rule)), Some(RuleKey::of(&rule)));
    }
    let foreign = Rule { protocol: 2, ..Rule::plain(Family::V4, 100, Action::Unreachable) };
    assert_eq!(rule::key(&rule::message(&foreign)), None);
    assert_eq!(IpAddr::from([10, 1, 0, 0]), rule.from.expect("a prefix").address());
}
