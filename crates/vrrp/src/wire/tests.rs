//! Adverts as others send them: captured from the original daemon, and computed from the RFC text by another program.
use super::advert::seal;
use super::checksum::{Formula, Route};
use super::hmac::{Sequence, Subject, Trailer};
use super::{Advert, View, hmac};
use alloc::vec::Vec;
use model::config::vrrp::{Authentication, HmacKey, Version};
use model::{Family, Interval, Vrid, WallTime};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// What a description tells of, and the payload of the IP packet.
struct Vector {
    advert: Advert,
    route: Route,
    formula: Formula,
    /// Key and sequence number.
    signed: Option<(HmacKey, Sequence)>,
    payload: Vec<u8>,
}

impl Vector {
    fn read(hex: &Path) -> Self {
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
        let advert = advert(&words);
        let route = Route { source: address("source"), destination: address("destination") };
        let header = if route.source.is_ipv4() { 4 * usize::from(packet[0] & 0x0f) } else { 40 };
        let formula = match words.get("checksum").map(|all| all[0]) {
            Some("old") => Formula::OldUnicast,
            Some(_) => Formula::Alone,
            None => Formula::of(advert.version, Family::of(route.source)),
        };
        let signed = words.contains_key("key").then(|| (key(one("key")), sequence(one("time"), one("counter"))));
        Self { advert, route, formula, signed, payload: packet[header..].to_vec() }
    }

    fn subject(&self) -> Subject {
        Subject { version: self.advert.version, vrid: self.advert.vrid.get(), source: self.route.source }
    }

    fn family(&self) -> Family {
        Family::of(self.route.source)
    }
}

fn advert(words: &BTreeMap<&str, Vec<&str>>) -> Advert {
    let one = |key: &str| words[key][0];
    let mut password = [0; 8];
    password[..one("authentication").len()].copy_from_slice(one("authentication").as_bytes());
    Advert {
        version: if one("version") == "2" { Version::V2 } else { Version::V3 },
        vrid: Vrid::new(one("vrid").parse().expect("a number")).expect("1 to 255"),
        priority: one("priority").parse().expect("a number"),
        interval: Interval::from_millis(one("interval_ms").parse().expect("a number")),
        addresses: words.get("address").into_iter().flatten().map(|a| a.parse().expect("an address")).collect(),
        authentication: match one("authentication") {
            "none" => Authentication::None,
            _ => Authentication::Password(password),
        },
    }
}

/// `7 40414243...`
fn key(text: &str) -> HmacKey {
    let (id, digits) = text.split_once(' ').expect("two words");
    let pairs = (0..digits.len()).step_by(2).map(|n| &digits[n..n + 2]);
    let secret = pairs.map(|pair| u8::from_str_radix(pair, 16).expect("two digits")).collect();
    HmacKey { id: id.parse().expect("a number"), secret }
}

/// Seconds and 1/65536 s; the counter.
fn sequence(time: &str, counter: &str) -> Sequence {
    let (seconds, fraction) = time.split_once(' ').expect("two words");
    let number = |text: &str| text.parse::<u64>().expect("a number");
    // Rounded up, so that cutting it back to 1/65536 s gives the same.
    let nanos = (number(fraction) * 1_000_000_000).div_ceil(65_536);
    let first = Sequence::at(WallTime::from_nanos(number(seconds) * 1_000_000_000 + nanos));
    (0..number(counter)).fold(first, |sequence, _| sequence.next())
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
    assert!(vectors().len() >= 24);
    for path in vectors() {
        let vector = Vector::read(&path);
        let packet = vector.advert.bare(vector.family());
        let trailer =
            vector.signed.as_ref().map(|(key, sequence)| hmac::sign(vector.subject(), &packet, key, *sequence));
        let bytes = seal(packet, trailer.as_ref(), vector.route, vector.formula);
        assert_eq!(bytes, vector.payload, "{}", path.display());
    }
}

#[test]
fn we_read_the_same_meaning() {
    for path in vectors() {
        let vector = Vector::read(&path);
        let (advert, family, name) = (&vector.advert, vector.family(), path.display());
        let view = View::read(&vector.payload).expect("a header");
        assert_eq!(view.version(), advert.version.number(), "{name}");
        assert_eq!((view.vrid(), view.priority()), (advert.vrid.get(), advert.priority), "{name}");
        assert_eq!(view.interval(advert.version), advert.interval, "{name}");
        assert_eq!(view.addresses(family), advert.addresses, "{name}");
        for formula in [Formula::Alone, Formula::PseudoHeader, Formula::OldUnicast] {
            let to_the_group = vector.route.destination == IpAddr::from([224, 0, 0, 18]);
            let same = to_the_group && formula != Formula::Alone && vector.formula != Formula::Alone;
            let sound = view.is_sound(advert.version, vector.route, formula);
            assert_eq!(sound, formula == vector.formula || same, "{name} {formula:?}");
        }
        let trailer = view.trailer(advert.version, family);
        assert_eq!(trailer.is_some(), vector.signed.is_some(), "{name}");
        if let (Some(bytes), Some((key, sequence))) = (trailer, &vector.signed) {
            let trailer = Trailer::read(bytes).expect("28 bytes");
            let body = view.body(advert.version, family).expect("whole");
            assert!(trailer.is_well_formed() && trailer.is_genuine(vector.subject(), body, key), "{name}");
            assert_eq!((trailer.key(), trailer.sequence()), (key.id, *sequence), "{name}");
        }
        if let Authentication::Password(password) = advert.authentication {
            assert_eq!((view.auth_type(), view.auth_field(family)), (1, Some(password)), "{name}");
        }
    }
}
