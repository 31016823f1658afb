//! Unicast: who is spoken to, who is believed, TTL and checksums as the peers have them; and signed adverts to them.
use super::desk::Desk;
use crate::effect::{Effect, Effects};
use crate::fact::{Fact, Packet};
use crate::sample::{instance, interface, link};
use crate::wire::ah::{self, Envelope};
use crate::wire::checksum::{Formula, Route};
use crate::wire::{Advert, View, advert::seal};
use alloc::vec;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::config::vrrp::{
    AntiReplay, Authentication, Hmac, HmacKey, HmacMode, Instance, OldChecksum, Peer, Unicast, Version,
};
use model::net::{self, PROTOCOL_VRRP};
use model::state::vrrp::RouterState;
use model::{Interval, WallTime};

const OURS: IpAddr = IpAddr::V4(core::net::Ipv4Addr::new(10, 0, 0, 1));

fn peer(last: u8) -> IpAddr {
    [10, 0, 0, last].into()
}

fn unicast(version: Version) -> Instance {
    let of = |last| Peer { address: peer(last), min_ttl: 0, max_ttl: 255 };
    let unicast = Unicast { peers: vec![of(2), of(3)], ..Unicast::default() };
    Instance { version, unicast: Some(unicast), ..instance(1, 100) }
}

fn sent(desk: &mut Desk) -> Vec<net::Advert> {
    let mut effects = Effects::new();
    desk.now = desk.router.deadline().expect("a timer");
    desk.router.step(desk.now, Fact::DeadlineReached, &mut effects);
    let adverts = effects.into_iter().filter_map(|effect| match effect {
        Effect::Send(advert) => Some(advert),
        _ => None,
    });
    adverts.collect()
}

fn formula_of(advert: &net::Advert, version: Version) -> Vec<Formula> {
    let view = View::read(&advert.payload).expect("a header");
    let route = Route { source: advert.source, destination: advert.destination };
    let all = [Formula::Alone, Formula::PseudoHeader, Formula::OldUnicast];
    all.into_iter().filter(|formula| view.is_sound(version, route, *formula)).collect()
}

/// An advert of a peer with this priority, TTL and checksum.
fn hear(desk: &mut Desk, from: u8, priority: u8, ttl: u8, formula: Formula) {
    let config = desk.config.instances[0].clone();
    let route = Route { source: peer(from), destination: OURS };
    let advert = Advert {
        version: config.version,
        vrid: config.vrid,
        priority,
        interval: config.advert_interval,
        addresses: config.addresses.iter().map(|address| address.prefix.address()).collect(),
        authentication: config.authentication.clone(),
    };
    let payload = seal(advert.bare(config.family), None, route, formula);
    desk.give(Fact::PacketReceived(Packet {
        interface: &interface("eth0"),
        source: route.source,
        destination: route.destination,
        ttl,
        stated_length: payload.len(),
        protocol: PROTOCOL_VRRP,
        header: &[],
        payload: &payload,
    }));
}

#[test]
fn every_peer_gets_an_advert_of_its_own() {
    for (ttl, expected) in [(None, 255), (Some(3), 3)] {
        let mut config = unicast(Version::V3);
        config.unicast.as_mut().expect("peers").ttl = ttl;
        let mut desk = Desk::new(vec![config]);
        assert_eq!(desk.start()[0], "listen eth0:0.0.0.0", "no group is joined");
        let adverts = sent(&mut desk);
        let to: Vec<_> = adverts.iter().map(|advert| (advert.source, advert.destination, advert.ttl)).collect();
        assert_eq!(to, [(OURS, peer(2), expected), (OURS, peer(3), expected)]);
        assert!(adverts.iter().all(|advert| formula_of(advert, Version::V3) == [Formula::PseudoHeader]));
        assert_eq!(adverts.iter().map(|advert| advert.identification).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(desk.see("VI_1").counters.adverts_sent, 1, "one word to all");
    }
}

#[test]
fn authentication_headers_to_peers_leave_the_ttl_out() {
    let key = b"secret12";
    let config = Instance { authentication: Authentication::Header(*key), ..unicast(Version::V2) };
    let mut desk = Desk::new(vec![config]);
    desk.start();
    for advert in sent(&mut desk) {
        // One number for all peers.
        let sequence = 1;
        let net::Advert { source, destination, identification, .. } = advert;
        let packet = advert.payload.get(ah::HEADER_BYTES..).expect("a packet behind the header");
        let expected = ah::wrap(Envelope { source, destination, ttl: 0, identification }, sequence, packet, key);
        assert_eq!((advert.ttl, Some(&advert.payload)), (255, expected.as_ref()), "to {destination}");
    }
}

#[test]
fn peers_far_away_are_believed_and_groups_are_not() {
    let mut desk = Desk::new(vec![unicast(Version::V3)]);
    desk.start();
    hear(&mut desk, 2, 150, 40, Formula::PseudoHeader);
    assert_eq!(desk.see("VI_1").master, Some(peer(2)), "any TTL will do");
    hear(&mut desk, 9, 160, 40, Formula::PseudoHeader);
    assert_eq!(desk.see("VI_1").master, Some(peer(9)), "check_unicast_src is off");
    let mut multicast = desk.config.instances[0].clone();
    multicast.unicast = None;
    desk.hear_as(&multicast, 2, 200);
    assert_eq!(desk.see("VI_1").counters.address_list_errors, 1);
}

#[test]
fn only_peers_within_their_ttl_when_that_is_checked() {
    let mut config = unicast(Version::V2);
    let unicast = config.unicast.as_mut().expect("peers");
    unicast.check_source = true;
    unicast.peers[1] = Peer { address: peer(3), min_ttl: 250, max_ttl: 254 };
    let mut desk = Desk::new(vec![config]);
    desk.start();
    for (from, ttl, believed) in [(9, 255, false), (3, 249, false), (3, 255, false), (3, 254, true), (2, 1, true)] {
        let before = desk.see("VI_1").counters;
        hear(&mut desk, from, 150, ttl, Formula::Alone);
        let after = desk.see("VI_1").counters;
        assert_eq!(after.adverts_received, before.adverts_received + 1, "it was an advert all the same");
        assert_eq!(after.source_errors == before.source_errors, believed, "{from} {ttl}");
        assert_eq!(desk.see("VI_1").master == Some(peer(from)), believed, "{from} {ttl}");
    }
}

#[test]
fn the_checksum_of_early_releases_is_understood_and_answered() {
    for (old, as_v2, hears_old, answers) in [
        (OldChecksum::Detect, false, true, Formula::OldUnicast),
        (OldChecksum::Use, false, true, Formula::OldUnicast),
        (OldChecksum::Never, false, false, Formula::PseudoHeader),
        (OldChecksum::Detect, true, true, Formula::Alone),
    ] {
        let config = Instance { old_checksum: old, checksum_as_v2: as_v2, ..unicast(Version::V3) };
        let mut desk = Desk::new(vec![config]);
        desk.start();
        hear(&mut desk, 2, 50, 255, Formula::OldUnicast);
        assert_eq!(desk.see("VI_1").counters.checksum_errors, u64::from(!hears_old), "{old:?}");
        assert_eq!(formula_of(&sent(&mut desk)[0], Version::V3), [answers], "{old:?} {as_v2}");
        hear(&mut desk, 2, 50, 255, Formula::Alone);
        let refused = desk.see("VI_1").counters.checksum_errors;
        assert_eq!(refused, u64::from(!hears_old) + u64::from(!as_v2), "{old:?} {as_v2}");
        hear(&mut desk, 2, 50, 255, Formula::PseudoHeader);
        assert_eq!(desk.see("VI_1").counters.checksum_errors, refused, "the right one is always right");
    }
}

#[test]
fn who_has_no_peer_or_no_source_may_be_in_fault() {
    let mut config = unicast(Version::V3);
    config.unicast = Some(Unicast { fault_without_peer: true, ..Unicast::default() });
    config.source = Some(peer(77));
    config.track_source = true;
    let mut desk = Desk::new(vec![config]);
    desk.start();
    assert_eq!(desk.faults("VI_1"), ["source address 10.0.0.77 is on no link", "there is no unicast peer"]);
    desk.config.instances[0].unicast.as_mut().expect("unicast").fault_without_peer = false;
    desk.configure();
    desk.give(Fact::LinkSeen { interface: interface("lo"), link: link(&[77]) });
    assert_eq!(desk.state("VI_1"), RouterState::Backup);
    assert!(sent(&mut desk).is_empty(), "master of nobody");
}

#[test]
fn one_signature_serves_all_peers() {
    let mut config = unicast(Version::V3);
    config.hmac = Some(Hmac {
        keys: vec![HmacKey { id: 9, secret: vec![5; 32] }],
        active: 9,
        window: Interval::from_secs(5),
        replay: AntiReplay::Time,
        mode: HmacMode::Enforce,
    });
    let mut desk = Desk::new(vec![config]);
    desk.give(Fact::WallClockRead(WallTime::from_nanos(1_700_000_000_000_000_000)));
    desk.start();
    let adverts = sent(&mut desk);
    let trailer = |advert: &net::Advert| advert.payload.last_chunk::<28>().copied().expect("a trailer");
    assert_eq!(adverts.len(), 2);
    assert_eq!(trailer(&adverts[0]), trailer(&adverts[1]));
    assert_eq!(trailer(&adverts[0])[4..8], (1_700_000_003_u32).to_be_bytes(), "3.6 s after the clock was read");
    assert_eq!(formula_of(&adverts[1], Version::V3), [Formula::PseudoHeader], "the checksum leaves the trailer out");
    desk.config.instances[0].hmac.as_mut().expect("signed").mode = HmacMode::ReceiveOnly;
    desk.configure();
    assert_eq!(sent(&mut desk)[0].payload.len(), 12, "nothing is added");
}

#[test]
fn two_instances_with_one_id_on_one_link_are_told_apart_by_their_peers() {
    let to = |name: &str, last: u8| {
        let peers = vec![Peer { address: peer(last), min_ttl: 0, max_ttl: 255 }];
        Instance { name: name.into(), unicast: Some(Unicast { peers, ..Unicast::default() }), ..instance(1, 100) }
    };
    let mut desk = Desk::new(vec![to("A", 2), to("B", 3), Instance { name: "M".into(), ..instance(1, 100) }]);
    desk.config.instances[1].addresses = vec![crate::sample::address(120)];
    desk.config.instances[2].addresses = vec![crate::sample::address(121)];
    desk.start();
    let received = |desk: &Desk| ["A", "B", "M"].map(|name| desk.see(name).counters.adverts_received);
    hear(&mut desk, 2, 150, 255, Formula::Alone);
    assert_eq!(received(&desk), [1, 0, 0]);
    hear(&mut desk, 3, 150, 255, Formula::Alone);
    assert_eq!(received(&desk), [1, 1, 0]);
    hear(&mut desk, 9, 150, 255, Formula::Alone);
    assert_eq!((received(&desk), desk.router.dropped().unknown_router), ([1, 1, 0], 1), "a stranger reaches nobody");
    let group = desk.config.instances[2].clone();
    desk.hear_as(&group, 4, 150);
    assert_eq!(received(&desk), [1, 1, 1]);
    // Without the first, the others go on as they were.
    desk.config.instances.remove(0);
    desk.configure();
    assert_eq!([desk.see("B"), desk.see("M")].map(|i| i.counters.adverts_received), [1, 1]);
    hear(&mut desk, 3, 150, 255, Formula::Alone);
    assert_eq!(desk.see("B").counters.adverts_received, 2);
}
