//! Packets of anybody: every decoder of the VRRP room, each version, family and formula; then a whole router that hears
//! them.
#![no_main]
use libfuzzer_sys::fuzz_target;
use model::config::plain::GROUP_V4;
use model::config::vrrp::{AntiReplay, Authentication, Hmac, HmacKey, HmacMode, Instance, Version};
use model::net::{Link, PROTOCOL_AH, PROTOCOL_VRRP};
use model::{Config, Family, Instant, InterfaceName, Interval, Prefix, Vrid};
use std::net::IpAddr;
use std::sync::Arc;
use vrrp::fact::{Fact, Packet};
use vrrp::wire::checksum::{Formula, Route};
use vrrp::wire::hmac::{Subject, Trailer};
use vrrp::wire::{View, ah};
use vrrp::{Effects, Router};

fuzz_target!(|bytes: &[u8]| {
    decode(bytes);
    hear(bytes);
});

fn route() -> Route {
    Route { source: [10, 0, 0, 2].into(), destination: GROUP_V4.into() }
}

fn key() -> HmacKey {
    HmacKey { id: 1, secret: vec![7; 32] }
}

fn decode(bytes: &[u8]) {
    if let Some((header, packet)) = ah::Header::split(bytes) {
        let _ = (header.sequence(), header.is_genuine(bytes, packet, b"password"));
    }
    let Some(view) = View::read(bytes) else { return };
    for version in [Version::V2, Version::V3] {
        for family in [Family::V4, Family::V6] {
            let body = view.body(version, family);
            let _ = (view.interval(version), view.addresses(family), view.auth_field(family));
            if let (Some(trailer), Some(body)) = (view.trailer(version, family).and_then(Trailer::read), body) {
                let subject = Subject { version, vrid: view.vrid(), source: route().source };
                let _ = (trailer.is_well_formed(), trailer.sequence(), trailer.is_genuine(subject, body, &key()));
            }
        }
        for formula in [Formula::Alone, Formula::PseudoHeader, Formula::OldUnicast] {
            let _ = view.is_sound(version, route(), formula);
        }
    }
}

/// Nothing but a correctly signed advert could move an instance that demands signatures.
fn hear(bytes: &[u8]) {
    let Ok(eth0) = InterfaceName::new("eth0") else { return };
    let Ok(vrid) = Vrid::new(u32::from(bytes.get(1).copied().unwrap_or(1).max(1))) else { return };
    let hmac = Hmac {
        keys: vec![key()],
        active: 1,
        window: Interval::from_secs(5),
        replay: AntiReplay::Time,
        mode: HmacMode::Enforce,
    };
    let signed = Instance { version: Version::V3, hmac: Some(hmac), ..Instance::plain("A".into(), eth0.clone(), vrid) };
    let header = Instance { version: Version::V2, hmac: None, authentication: Authentication::Header([1; 8]), ..signed.clone() };
    for (instance, protocol) in [(signed, PROTOCOL_VRRP), (header, PROTOCOL_AH)] {
        let mut router = Router::new();
        let mut effects = Effects::new();
        let own = model::holdings::AddressKey { interface: eth0.clone(), prefix: Prefix::host([10, 0, 0, 1].into()) };
        let link = Link { running: true, mtu: 1_500, arp: true, addresses: vec![own], ..Link::default() };
        router.step(Instant::START, Fact::LinkSeen { interface: eth0.clone(), link }, &mut effects);
        let config = Config { instances: vec![instance], ..Config::default() };
        router.step(Instant::START, Fact::Configured(Arc::new(config)), &mut effects);
        let before = router.deadline();
        let source: IpAddr = route().source;
        let packet = Packet {
            interface: &eth0,
            source,
            destination: route().destination,
            ttl: 255,
            stated_length: bytes.len(),
            protocol,
            header: bytes.get(..20).unwrap_or_default(),
            payload: bytes,
        };
        router.step(Instant::START, Fact::PacketReceived(packet), &mut effects);
        assert_eq!(router.deadline(), before, "a refused packet does not touch the timers");
    }
}
