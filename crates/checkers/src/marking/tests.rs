//! Marks of address groups: tables, and a property over random rectangles.
use super::*;
use alloc::string::{String, ToString};
use alloc::{format, vec};
use proptest::prelude::*;

fn range(first: [u8; 4], last: u8, port: u16) -> GroupEntry {
    let [a, b, c, _] = first;
    GroupEntry::Addresses { first: first.into(), last: [a, b, c, last].into(), port }
}

fn group(name: &str, entries: Vec<GroupEntry>) -> Group {
    Group { name: name.into(), entries }
}

fn server(name: &str, protocol: Protocol) -> VirtualServer {
    let service = Service::Address { address: [10, 0, 0, 1].into(), port: 80, protocol };
    VirtualServer { group: Some(name.into()), ..VirtualServer::plain(service) }
}

fn config(server_groups: Vec<Group>, virtual_servers: Vec<VirtualServer>) -> Config {
    let mut config = Config { server_groups, virtual_servers, ..Config::default() };
    config.global.firewall.ipvs_table = Some("lab".to_string());
    config
}

fn said(config: &Config) -> Vec<String> {
    let line = |m: Marked| format!("{}-{} {} {}-{}: {}", m.first, m.last, m.protocol, m.ports.0, m.ports.1, m.mark);
    Marks::of(config).traffic(config).into_iter().map(line).collect()
}

#[test]
fn each_virtual_server_of_addresses_has_a_mark() {
    let mark = |mark| GroupEntry::Fwmark { mark, family: None };
    let groups = vec![group("G", vec![range([10, 0, 0, 1], 4, 80), mark(1001)]), group("M", vec![mark(7)])];
    let servers = vec![
        server("G", Protocol::Tcp),
        server("M", Protocol::Tcp),
        server("G", Protocol::Udp),
        server("none", Protocol::Tcp),
    ];
    let mut config = config(groups, servers);
    let marks = Marks::of(&config);
    let all: Vec<_> = config.virtual_servers.iter().map(|server| marks.mark(server)).collect();
    assert_eq!(all, [Some(1000), None, Some(1002), None], "1001 is somebody's own");
    assert_eq!(said(&config), ["10.0.0.1-10.0.0.4 tcp 80-80: 1000", "10.0.0.1-10.0.0.4 udp 80-80: 1002"]);
    config.global.firewall.ipvs_table = None;
    assert_eq!((Marks::of(&config), said(&config)), (Marks::default(), vec![]));
    config.global.firewall.ipvs_table = Some("lab".to_string());
    config.global.firewall.ipvs_first_mark = u32::MAX;
    assert_eq!(said(&config), ["10.0.0.1-10.0.0.4 tcp 80-80: 4294967295"]);
}

#[test]
fn the_first_takes_what_two_want_and_a_port_goes_before_all_ports() {
    let groups = vec![
        group("A", vec![range([10, 0, 0, 1], 9, 0)]),
        group("B", vec![range([10, 0, 0, 3], 5, 80), range([10, 0, 0, 5], 12, 80)]),
    ];
    let config = config(groups, vec![server("A", Protocol::Tcp), server("B", Protocol::Tcp)]);
    assert_eq!(
        said(&config),
        [
            "10.0.0.1-10.0.0.2 tcp 0-65535: 1000",
            "10.0.0.3-10.0.0.5 tcp 0-79: 1000",
            "10.0.0.3-10.0.0.5 tcp 80-80: 1001",
            "10.0.0.3-10.0.0.5 tcp 81-65535: 1000",
            "10.0.0.6-10.0.0.9 tcp 0-79: 1000",
            "10.0.0.6-10.0.0.9 tcp 81-65535: 1000",
            "10.0.0.6-10.0.0.12 tcp 80-80: 1001",
        ]
    );
}

fn has(one: &Marked, last: u8, port: u16) -> bool {
    let address = IpAddr::from([10, 0, 0, last]);
    one.first <= address && address <= one.last && one.ports.0 <= port && port <= one.ports.1
}

proptest! {
    /// Every point has the mark of the first that wants it, one of its own port before one of every port; and only one.
    #[test]
    fn every_point_has_the_mark_of_the_first(
        lists in prop::collection::vec(prop::collection::vec((0..12_u8, 0..6_u8, 0..3_u16), 1..4), 1..5),
    ) {
        let entry = |(first, more, port): &(u8, u8, u16)| range([10, 0, 0, *first], first + more, *port);
        let name = |index: usize| format!("G{index}");
        let groups = lists.iter().enumerate().map(|(index, list)| group(&name(index), list.iter().map(entry).collect()));
        let servers = (0..lists.len()).map(|index| server(&name(index), Protocol::Tcp)).collect();
        let config = config(groups.collect(), servers);
        let marks = Marks::of(&config);
        let traffic = marks.traffic(&config);
        for last in 0..20 {
            for port in 0..4 {
                let wants = |list: &Vec<(u8, u8, u16)>, own: u16| {
                    list.iter().any(|(first, more, p)| (*first..=first + more).contains(&last) && *p == own)
                };
                let own = |own: u16| lists.iter().position(|list| wants(list, own));
                let exact = (port != 0).then(|| own(port)).flatten();
                let expected = exact.or_else(|| own(0)).map(|at| marks.mark(&config.virtual_servers[at]));
                let found: Vec<_> = traffic.iter().filter(|one| has(one, last, port)).map(|one| Some(one.mark)).collect();
                prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{} {}", last, port);
            }
        }
    }
}
