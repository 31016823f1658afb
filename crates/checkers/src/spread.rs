//! What a virtual server stands for in the kernel: its own service, or one for each entry of its group, or one mark for all
//! addresses of its group. No decisions.
use crate::marking::Marks;
use alloc::format;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use model::config::server::{Forwarding, Group, GroupEntry, Protocol, Service, VirtualServer};
use model::limits::GROUP_ADDRESSES;
use model::{Config, Family, Name};

/// The services of a virtual server, each once, its own first, or its mark.
#[must_use]
pub fn services(config: &Config, marks: &Marks, server: &VirtualServer) -> Vec<Service> {
    let group = server.group.as_ref().and_then(|name| config.server_groups.iter().find(|group| group.name == *name));
    let mark = marks.mark(server);
    let mut services = Vec::new();
    match (mark, group) {
        (Some(mark), Some(group)) => services.extend(families(group).map(|family| Service::Fwmark { mark, family })),
        _ => services.push(server.service),
    }
    let entries = group.iter().flat_map(|group| &group.entries);
    let others = entries.filter(|entry| mark.is_none() || matches!(entry, GroupEntry::Fwmark { .. }));
    services.extend(others.flat_map(|entry| entry_services(*entry, server.service)));
    let mut seen = alloc::collections::BTreeSet::new();
    services.retain(|service| seen.insert(*service));
    services
}

/// Families of which a group lists addresses.
fn families(group: &Group) -> impl Iterator<Item = Family> {
    let lists = |family| {
        let of =
            |entry: &GroupEntry| matches!(entry, GroupEntry::Addresses { first, .. } if Family::of(*first) == family);
        group.entries.iter().any(of)
    };
    [Family::V4, Family::V6].into_iter().filter(move |family| lists(*family))
}

fn entry_services(entry: GroupEntry, own: Service) -> Vec<Service> {
    let protocol = own.protocol().unwrap_or(Protocol::Tcp);
    match entry {
        GroupEntry::Addresses { first, last, port } => {
            addresses(first, last).map(|address| Service::Address { address, port, protocol }).collect()
        }
        GroupEntry::Fwmark { mark, family } => {
            Vec::from([Service::Fwmark { mark, family: family.unwrap_or(own.family()) }])
        }
    }
}

/// Every address of a range, as many as a range may have.
fn addresses(first: IpAddr, last: IpAddr) -> impl Iterator<Item = IpAddr> {
    let number = |address| match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    };
    let (from, to) = (number(first), number(last));
    let to = to.min(from.saturating_add(GROUP_ADDRESSES.saturating_sub(1)));
    (from..=to).filter_map(move |number| match first {
        IpAddr::V4(_) => u32::try_from(number).ok().map(|number| IpAddr::V4(Ipv4Addr::from(number))),
        IpAddr::V6(_) => Some(IpAddr::V6(Ipv6Addr::from(number))),
    })
}

/// The port of a real server in one service: IPVS rewrites ports only where it rewrites addresses.
#[must_use]
pub const fn port(service: Service, forwarding: Forwarding, written: u16) -> u16 {
    match (service, forwarding) {
        (_, Forwarding::Nat | Forwarding::FullNat) => written,
        (Service::Fwmark { .. }, Forwarding::DirectRoute | Forwarding::Tunnel(_)) => 0,
        (Service::Address { port, .. }, Forwarding::DirectRoute | Forwarding::Tunnel(_)) => port,
    }
}

/// How FIFO lines name a virtual server; one of a group by its place among those that use the group.
#[must_use]
pub fn name(server: &VirtualServer, place: usize) -> Name {
    match &server.group {
        None => format!("{}", server.service).as_str().into(),
        Some(group) => format!("[{group}]:{place}").as_str().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec;

    fn spread(entries: Vec<GroupEntry>, own: Service) -> Vec<alloc::string::String> {
        let server = VirtualServer { group: Some("G".into()), ..VirtualServer::plain(own) };
        let config = Config { server_groups: vec![Group { name: "G".into(), entries }], ..Config::default() };
        services(&config, &Marks::of(&config), &server).iter().map(ToString::to_string).collect()
    }

    fn addresses(first: &str, last: &str, port: u16) -> GroupEntry {
        GroupEntry::Addresses { first: first.parse().expect("one"), last: last.parse().expect("one"), port }
    }

    #[test]
    fn a_group_is_a_service_for_each_address_and_mark() {
        let own =
            |address: &str, protocol| Service::Address { address: address.parse().expect("one"), port: 80, protocol };
        assert_eq!(
            spread(
                vec![addresses("10.0.0.254", "10.0.1.1", 80), GroupEntry::Fwmark { mark: 3, family: None }],
                own("10.0.0.254", Protocol::Udp)
            ),
            ["[10.0.0.254]:udp:80", "[10.0.0.255]:udp:80", "[10.0.1.0]:udp:80", "[10.0.1.1]:udp:80", "FWM 3"]
        );
        let v6 = spread(vec![addresses("2001:db8::fffe", "2001:db8::1:1", 80)], own("2001:db8::fffe", Protocol::Tcp));
        assert_eq!(v6.last().map(alloc::string::String::as_str), Some("[2001:db8::1:1]:tcp:80"));
        assert_eq!(v6.len(), 4);
        let mark = Service::Fwmark { mark: 1, family: Family::V6 };
        let spread = services(
            &Config {
                server_groups: vec![Group {
                    name: "G".into(),
                    entries: vec![GroupEntry::Fwmark { mark: 2, family: None }],
                }],
                ..Config::default()
            },
            &Marks::default(),
            &VirtualServer { group: Some("G".into()), ..VirtualServer::plain(mark) },
        );
        assert_eq!(spread, [mark, Service::Fwmark { mark: 2, family: Family::V6 }]);
    }

    #[test]
    fn a_group_by_marks_is_one_service_for_each_family() {
        let own = Service::Address { address: [10, 0, 0, 1].into(), port: 80, protocol: Protocol::Tcp };
        let entries = vec![
            addresses("10.0.0.1", "10.0.0.9", 80),
            addresses("2001:db8::1", "2001:db8::9", 80),
            GroupEntry::Fwmark { mark: 3, family: Some(Family::V4) },
        ];
        let server = VirtualServer { group: Some("G".into()), ..VirtualServer::plain(own) };
        let server_groups = vec![Group { name: "G".into(), entries }];
        let mut config = Config { server_groups, virtual_servers: vec![server], ..Config::default() };
        config.global.firewall.ipvs_table = Some("lab".to_string());
        let services = services(&config, &Marks::of(&config), &config.virtual_servers[0]);
        let mark = |mark, family| Service::Fwmark { mark, family };
        assert_eq!(services, [mark(1000, Family::V4), mark(1000, Family::V6), mark(3, Family::V4)]);
    }

    #[test]
    fn a_range_ends_at_the_limit() {
        let own = Service::Address { address: "2001:db8::".parse().expect("one"), port: 80, protocol: Protocol::Tcp };
        let services = spread(vec![addresses("2001:db8::", "2001:db8::ffff:ffff:ffff", 80)], own);
        assert_eq!(u128::try_from(services.len()).expect("a small number"), GROUP_ADDRESSES);
    }

    #[test]
    fn ports_are_rewritten_only_with_addresses() {
        let web = Service::Address { address: [10, 0, 0, 1].into(), port: 80, protocol: Protocol::Tcp };
        let mark = Service::Fwmark { mark: 1, family: Family::V4 };
        for (service, forwarding, expected) in [
            (web, Forwarding::Nat, 8080),
            (web, Forwarding::FullNat, 8080),
            (web, Forwarding::DirectRoute, 80),
            (web, Forwarding::Tunnel(Default::default()), 80),
            (mark, Forwarding::Nat, 8080),
            (mark, Forwarding::DirectRoute, 0),
        ] {
            assert_eq!(port(service, forwarding, 8080), expected, "{service} {forwarding:?}");
        }
    }
}
