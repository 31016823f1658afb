//! Adverts as others send them: captured from the original daemon, and computed from the RFC text by another program.
use super::checksum::Route;
use super::{Advert, View};
use alloc::vec::Vec;
use model::config::vrrp::{Authentication, Version};
use model::{Family, Interval, Vrid};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// The advert that the description tells of, its route, and the payload of the IP packet.
fn read(hex: &Path) -> (Advert, Route, Vec<u8>) {
    let text = std::fs::read_to_string(hex).expect("the bytes");
    let packet: Vec<u8> =
        text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).expect("two digits")).collect();
    let text = std::fs::read_to_string(hex.with_extension("txt")).expect("the description");
    let mut words: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in text.lines() {
        let (key, value) = line.split_once(' ').expect("a key and a value");
        words.entry(key).or_default().push(value);
    }
    let one = |key: &str| words[key][0];
    let address = |key: &str| one(key).parse::<IpAddr>().expect("an address");
    let mut password = [0; 8];
    password[..one("authentication").len()].copy_from_slice(one("authentication").as_bytes());
    let advert = Advert {
        version: if one("version") == "2" { Version::V2 } else { Version::V3 },
        vrid: Vrid::new(one("vrid").parse().expect("a number")).expect("1 to 255"),
        priority: one("priority").parse().expect("a number"),
        interval: Interval::from_millis(one("interval_ms").parse().expect("a number")),
        addresses: words.get("address").into_iter().flatten().map(|a| a.parse().expect("an address")).collect(),
        authentication: match one("authentication") {
            "none" => Authentication::None,
            _ => Authentication::Password(password),
        },
    };
    let route = Route { source: address("source"), destination: address("destination") };
    let header = if route.source.is_ipv4() { 4 * usize::from(packet[0] & 0x0f) } else { 40 };
    (advert, route, packet[header..].to_vec())
}

fn vectors() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/wire");
    let entries = std::fs::read_dir(&directory).expect("tests/wire");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|e| e == "hex")).collect();
    paths.sort();
    paths
}

#[test]
fn we_write_the_same_bytes() {
    assert!(vectors().len() >= 16);
    for path in vectors() {
        let (advert, route, payload) = read(&path);
        assert_eq!(advert.encode(route), payload, "{}", path.display());
    }
}

#[test]
fn we_read_the_same_meaning() {
    for path in vectors() {
        let (advert, route, payload) = read(&path);
        let name = path.display();
        let family = Family::of(route.source);
        let view = View::read(&payload).expect("a header");
        assert_eq!(view.version(), advert.version.number(), "{name}");
        assert_eq!((view.vrid(), view.priority()), (advert.vrid.get(), advert.priority), "{name}");
        assert_eq!(view.interval(advert.version), advert.interval, "{name}");
        assert_eq!(view.addresses(family), advert.addresses, "{name}");
        assert!(view.is_sound(advert.version, route), "{name}");
        assert_eq!(view.body(advert.version, family).map(<[u8]>::len), Some(payload.len()), "{name}");
        if let Authentication::Password(password) = advert.authentication {
            assert_eq!((view.auth_type(), view.auth_field(family)), (1, Some(password)), "{name}");
        }
    }
}
