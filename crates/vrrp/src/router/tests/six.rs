//! IPv6: link-local source, the group, hop limit, checksum, neighbour advertisements.
use super::desk::Desk;
use crate::effect::{Effect, Effects};
use crate::fact::Fact;
use crate::sample::{instance, interface};
use crate::wire::View;
use crate::wire::checksum::{Formula, Route};
use alloc::vec;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::config::plain::GROUP_V6;
use model::config::vrrp::{Instance, Version, VirtualAddress};
use model::holdings::AddressKey;
use model::net::{Advert, Link};
use model::state::vrrp::RouterState;
use model::{Family, Interval, Prefix};

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn on_eth0(text: &str, length: u8) -> VirtualAddress {
    VirtualAddress::plain(Prefix::new(ip(text), length).expect("a length"), interface("eth0"))
}

fn six(priority: u8) -> Instance {
    Instance {
        family: Family::V6,
        version: Version::V3,
        group: GROUP_V6.into(),
        addresses: vec![on_eth0("fe80::100", 64), on_eth0("2001:db8::100", 64)],
        ..instance(1, priority)
    }
}

fn link(addresses: &[&str], tentative: &[&str]) -> Fact<'static> {
    let key = |text: &&str| AddressKey::of(&on_eth0(text, 64));
    let link = Link {
        running: true,
        hardware: vec![2, 0, 0, 0, 0, 1],
        mtu: 1_500,
        arp: true,
        addresses: addresses.iter().map(key).collect(),
        tentative: tentative.iter().map(|text| ip(text)).collect(),
    };
    Fact::LinkSeen { interface: interface("eth0"), link }
}

fn started(addresses: &[&str], tentative: &[&str]) -> Desk {
    let mut desk = Desk::new(vec![six(100)]);
    desk.give(link(addresses, tentative));
    desk.configure();
    desk
}

fn sent(desk: &mut Desk) -> Vec<Advert> {
    let mut effects = Effects::new();
    desk.now = desk.router.deadline().expect("a timer");
    desk.router.step(desk.now, Fact::DeadlineReached, &mut effects);
    let adverts = effects.into_iter().filter_map(|effect| match effect {
        Effect::Send(advert) => Some(advert),
        _ => None,
    });
    adverts.collect()
}

#[test]
fn adverts_leave_from_the_first_usable_link_local_address() {
    for (own, tentative, source) in [
        (&["2001:db8::1", "fe80::1"][..], &[][..], "fe80::1"),
        (&["fe80::100", "fe80::2"], &[], "fe80::2"),
        (&["fe80::3", "fe80::4"], &["fe80::3"], "fe80::4"),
    ] {
        let mut desk = started(own, tentative);
        let adverts = sent(&mut desk);
        let [advert] = adverts.as_slice() else { panic!("one advert: {adverts:?}") };
        assert_eq!((advert.source, advert.destination, advert.ttl), (ip(source), GROUP_V6.into(), 255));
        let view = View::read(&advert.payload).expect("a header");
        let route = Route { source: advert.source, destination: advert.destination };
        assert!(view.is_sound(Version::V3, route, Formula::PseudoHeader));
        assert_eq!(view.addresses(Family::V6), [ip("fe80::100"), ip("2001:db8::100")]);
    }
}

#[test]
fn without_a_usable_one_it_waits_in_fault() {
    let mut desk = started(&["2001:db8::1"], &[]);
    let reason = "link eth0 has no usable IPv6 link-local address of its own to send from";
    assert_eq!(desk.faults("VI_1"), [reason]);
    desk.give(link(&["2001:db8::1", "fe80::1"], &["fe80::1"]));
    assert_eq!(desk.faults("VI_1"), [reason], "duplicate detection is still running");
    desk.give(link(&["2001:db8::1", "fe80::1"], &[]));
    assert_eq!(desk.state("VI_1"), RouterState::Backup);
}

#[test]
fn a_new_master_advertises_its_addresses_to_neighbours() {
    let mut desk = started(&["fe80::1"], &[]);
    let lines = desk.next();
    assert_eq!(
        lines[..5],
        [
            "send VI_1 100",
            "hold VI_1 2001:db8::100 fe80::100",
            "announce fe80::100",
            "announce 2001:db8::100",
            "VI_1 Backup->Master 100"
        ]
    );
    let mut paced = six(100);
    paced.announce.na_spacing = Interval::from_millis(10);
    paced.announce.spacing = Interval::from_secs(9);
    let mut desk = Desk::new(vec![paced]);
    desk.give(link(&["fe80::1"], &[]));
    desk.configure();
    let lines = desk.next();
    assert!(!lines.contains(&"announce 2001:db8::100".into()), "{lines:?}");
    assert!(desk.pass_millis(10).contains(&"announce 2001:db8::100".into()), "10 ms apart");
}

#[test]
fn the_better_and_then_the_higher_address_wins() {
    let mut desk = started(&["fe80::5"], &[]);
    desk.next();
    let hear = |desk: &mut Desk, from: &str, priority: u8| {
        let config = six(priority);
        let route = Route { source: ip(from), destination: config.group };
        let advert = crate::wire::Advert {
            version: config.version,
            vrid: config.vrid,
            priority,
            interval: config.advert_interval,
            addresses: config.addresses.iter().map(|a| a.prefix.address()).collect(),
            authentication: config.authentication,
        };
        desk.packet(route, &advert.encode(route), 255)
    };
    hear(&mut desk, "fe80::4", 100);
    assert_eq!(desk.state("VI_1"), RouterState::Master);
    hear(&mut desk, "fe80::6", 100);
    assert_eq!(desk.state("VI_1"), RouterState::Backup);
    assert_eq!(desk.see("VI_1").counters.adverts_received, 2);
}
