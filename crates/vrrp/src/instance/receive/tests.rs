//! The order of the checks: each row breaks one thing, and everything after it, and the first must win.
use super::*;
use crate::sample;
use crate::wire::Advert;
use crate::wire::checksum::Route;
use alloc::string::ToString;
use alloc::vec;
use model::net::PROTOCOL_VRRP;

fn config(version: Version) -> Instance {
    let authentication = match version {
        Version::V2 => Authentication::Password(*b"1111\0\0\0\0"),
        Version::V3 => Authentication::None,
    };
    Instance { version, authentication, ..sample::instance(51, 100) }
}

/// A packet in which things can be broken.
struct Draft {
    bytes: Vec<u8>,
    ttl: u8,
    stated_length: usize,
    destination: IpAddr,
}

fn draft(config: &Instance) -> Draft {
    let destination = config.group;
    let advert = Advert {
        version: config.version,
        vrid: config.vrid,
        priority: 100,
        interval: config.advert_interval,
        addresses: vec![IpAddr::from([10, 0, 0, 100])],
        authentication: config.authentication.clone(),
    };
    let bytes = advert.encode(Route { source: source(), destination });
    Draft { stated_length: bytes.len(), bytes, ttl: 255, destination }
}

fn source() -> IpAddr {
    IpAddr::from([10, 0, 0, 2])
}

fn judge(draft: &Draft, config: &Instance) -> Result<Heard, (Refusal, String)> {
    let interface = config.interface.clone();
    let packet = Packet {
        interface: &interface,
        source: source(),
        destination: draft.destination,
        ttl: draft.ttl,
        stated_length: draft.stated_length,
        protocol: PROTOCOL_VRRP,
        header: &[],
        payload: &draft.bytes,
    };
    let letter = Letter::open(packet).expect("a header");
    let heard = accept(&letter, config, &mut Trust::default(), WallTime::default());
    heard.map_err(|refusal| (refusal, refusal.words(&letter, config)))
}

#[test]
fn a_good_advert_is_accepted() {
    for version in [Version::V2, Version::V3] {
        let config = config(version);
        let heard = judge(&draft(&config), &config).expect("nothing is wrong");
        assert_eq!(heard.source, source());
        assert_eq!((heard.priority, heard.interval), (100, Interval::from_secs(1)));
        assert_eq!(heard.addresses, [IpAddr::from([10, 0, 0, 100])]);
    }
}

type Break = (Refusal, &'static str, fn(&mut Draft));

/// Version 2, in the order of the checks, with words that the complaint must contain.
const BREAKS: &[Break] = &[
    (Refusal::Length, "22 bytes arrived, 20 are needed", |d| d.bytes.extend([0, 0])),
    (Refusal::Ttl, "TTL is 254", |d| d.ttl = 254),
    (Refusal::Version, "version 3, we speak 2", |d| d.bytes[0] = 0x3f & d.bytes[0] | 0x30),
    (Refusal::Auth(auth::Refusal::UnknownType), "unknown authentication type 7", |d| d.bytes[4] = 7),
    (Refusal::Auth(auth::Refusal::OtherType), "type is 0, ours 1", |d| d.bytes[4] = 0),
    (Refusal::Auth(auth::Refusal::OtherPassword), "password is not ours", |d| d.bytes[15] ^= 1),
    (Refusal::Interval, "interval is 9 s, ours 1 s", |d| d.bytes[5] = 9),
    (Refusal::Type, "packet type 2", |d| d.bytes[0] = d.bytes[0] & 0xf0 | 2),
    (Refusal::StatedLength, "IP header says 99 bytes", |d| d.stated_length = 99),
    (Refusal::Checksum, "checksum is wrong", |d| d.bytes[6] ^= 0xff),
    (Refusal::Destination, "sent to 10.0.0.1", |d| d.destination = IpAddr::from([10, 0, 0, 1])),
];

#[test]
fn the_first_check_that_fails_names_the_refusal() {
    let config = config(Version::V2);
    for first in 0..BREAKS.len() {
        let (expected, words, _) = BREAKS[first];
        let mut draft = draft(&config);
        // The later ones first: two of them write the same byte, and the earlier must be seen.
        for (refusal, _, break_it) in BREAKS[first..].iter().rev() {
            let is_destination = *refusal == Refusal::Destination;
            if !is_destination || expected == Refusal::Destination {
                break_it(&mut draft);
            }
        }
        let (refusal, text) = judge(&draft, &config).expect_err("something is wrong");
        assert_eq!(refusal, expected);
        assert!(text.contains(words), "{text}");
        assert!(text.starts_with("advert from 10.0.0.2 ignored: ") && !text.ends_with('.'), "{text}");
    }
}

#[test]
fn every_refusal_has_its_counter() {
    let mut counters = Counters::default();
    for (refusal, _, _) in BREAKS {
        refusal.count(&mut counters);
    }
    let expected = Counters {
        length_errors: 2,
        ttl_errors: 1,
        version_errors: 1,
        auth_type_errors: 1,
        auth_mismatches: 1,
        auth_failures: 1,
        interval_errors: 1,
        type_errors: 1,
        checksum_errors: 1,
        address_list_errors: 1,
        ..Counters::default()
    };
    assert_eq!(counters, expected);
}

#[test]
fn ethernet_may_pad_a_short_packet() {
    let config = config(Version::V3);
    let mut draft = draft(&config);
    assert_eq!(draft.bytes.len(), 12);
    draft.bytes.resize(26, 0xee);
    assert!(judge(&draft, &config).is_ok());
    draft.bytes.resize(25, 0);
    assert!(matches!(judge(&draft, &config), Err((Refusal::Length, _))));
    draft.bytes.resize(11, 0);
    assert!(matches!(judge(&draft, &config), Err((Refusal::Length, _))));
}

#[test]
fn version_3_learns_another_interval() {
    let config = config(Version::V3);
    let other = Instance { advert_interval: Interval::from_centis(25), ..config.clone() };
    let heard = judge(&draft(&other), &config).expect("accepted");
    assert_eq!(heard.interval.to_string(), "0.25 s");
}
