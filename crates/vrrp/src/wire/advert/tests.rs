//! Round trips, broken bytes, limits.
use super::*;
use proptest::prelude::*;

fn v4(n: u32) -> IpAddr {
    Ipv4Addr::from(n).into()
}

fn route() -> Route {
    Route { source: v4(0x0a00_0001), destination: v4(0xe000_0012) }
}

fn advert(version: Version, count: u32) -> Advert {
    Advert {
        version,
        vrid: Vrid::new(51).expect("1 to 255"),
        priority: 100,
        interval: Interval::from_secs(1),
        addresses: (0..count).map(|n| v4(0x0a00_0064 + n)).collect(),
        authentication: Authentication::None,
    }
}

/// Reads everything back, believing the version that was asked for.
fn decode(bytes: &[u8], version: Version, family: Family, route: Route) -> Option<Advert> {
    let view = View::read(bytes)?;
    let body = view.body(version, family)?;
    if view.version() != version.number() || view.kind() != ADVERTISEMENT || body.len() != bytes.len() {
        return None;
    }
    let field = if version == Version::V2 { view.auth_field(family)? } else { [0; 8] };
    let is_password = version == Version::V2 && view.auth_type() == 1;
    view.is_sound(version, route, Formula::of(version, family)).then_some(())?;
    Some(Advert {
        version,
        vrid: Vrid::new(u32::from(view.vrid())).ok()?,
        priority: view.priority(),
        interval: view.interval(version),
        addresses: view.addresses(family),
        authentication: if is_password { Authentication::Password(field) } else { Authentication::None },
    })
}

#[test]
fn what_does_not_fit_is_left_out() {
    let long = advert(Version::V3, 300).encode(route());
    assert_eq!(long.len(), 8 + 255 * 4);
    let mut mixed = advert(Version::V3, 1);
    mixed.addresses.push(Ipv6Addr::LOCALHOST.into());
    let mixed = mixed.encode(route());
    assert_eq!(View::read(&mixed).map(|view| view.count()), Some(1));
    for (version, interval, read_back) in [
        (Version::V2, Interval::from_millis(10), Interval::from_secs(1)),
        (Version::V2, Interval::from_secs(300), Interval::from_secs(255)),
        (Version::V3, Interval::ZERO, Interval::from_centis(1)),
        (Version::V3, Interval::from_secs(300), Interval::from_centis(4_095)),
        (Version::V3, Interval::from_micros(12_345), Interval::from_centis(1)),
    ] {
        let bytes = Advert { interval, ..advert(version, 1) }.encode(route());
        assert_eq!(View::read(&bytes).map(|view| view.interval(version)), Some(read_back), "{version:?} {interval}");
    }
}

#[test]
fn capacity_is_what_fits_in_the_packet() {
    for (version, family, mtu, expected) in [
        (Version::V2, Family::V4, 1_500, 255),
        (Version::V2, Family::V4, 576, 135),
        (Version::V3, Family::V4, 576, 137),
        (Version::V3, Family::V6, 1_280, 77),
        (Version::V3, Family::V4, 20, 0),
        (Version::V3, Family::V4, u32::MAX, 255),
    ] {
        assert_eq!(capacity(version, family, mtu), expected, "{version:?} {family} {mtu}");
        let header = if family == Family::V4 { 20 } else { 40 };
        let count = u8::try_from(expected).expect("at most 255");
        assert!(mtu == 20 || header + length(version, family, count) <= usize::try_from(mtu).expect("32 bits"));
    }
}

#[test]
fn every_single_bit_flip_is_noticed() {
    for version in [Version::V2, Version::V3] {
        let bytes = advert(version, 2).encode(route());
        for bit in 0..bytes.len() * 8 {
            let mut broken = bytes.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decode(&broken, version, Family::V4, route()), None, "{version:?} bit {bit}");
        }
        let elsewhere = Route { source: v4(0x0a00_0003), ..route() };
        let sound = decode(&bytes, version, Family::V4, elsewhere).is_some();
        assert_eq!(sound, version == Version::V2, "only version 3 sums the addresses of the IP header");
    }
}

fn any_advert() -> impl Strategy<Value = (Advert, Route)> {
    let password = proptest::option::of(any::<[u8; 8]>());
    let version = prop_oneof![Just((Version::V2, false)), Just((Version::V3, false)), Just((Version::V3, true))];
    let addresses = proptest::collection::vec(any::<[u8; 16]>(), 0..256);
    (version, 1u32..256, any::<u8>(), 1u64..4_096, addresses, password, any::<[u8; 16]>(), any::<[u8; 16]>()).prop_map(
        |((version, six), vrid, priority, interval, addresses, password, source, destination)| {
            let address = |octets: [u8; 16]| match six {
                true => IpAddr::from(octets),
                false => IpAddr::from([octets[0], octets[1], octets[2], octets[3]]),
            };
            let advert = Advert {
                version,
                vrid: Vrid::new(vrid).expect("1 to 255"),
                priority,
                interval: match version {
                    Version::V2 => Interval::from_secs(interval.clamp(1, 255)),
                    Version::V3 => Interval::from_centis(interval),
                },
                addresses: addresses.into_iter().map(address).collect(),
                authentication: match (version, password) {
                    (Version::V2, Some(password)) => Authentication::Password(password),
                    _ => Authentication::None,
                },
            };
            (advert, Route { source: address(source), destination: address(destination) })
        },
    )
}

proptest! {
    #[test]
    fn decoding_gives_what_was_encoded((advert, route) in any_advert()) {
        let bytes = advert.encode(route);
        let family = Family::of(route.source);
        prop_assert_eq!(decode(&bytes, advert.version, family, route), Some(advert));
    }

    #[test]
    fn any_bytes_can_be_looked_at(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let Some(view) = View::read(&bytes) else {
            prop_assert!(bytes.len() < HEADER_BYTES);
            return Ok(());
        };
        for version in [Version::V2, Version::V3] {
            for family in [Family::V4, Family::V6] {
                prop_assert!(view.addresses(family).len() <= usize::from(view.count()));
                prop_assert_eq!(view.body(version, family).is_some(), length(version, family, view.count()) <= bytes.len());
                prop_assert!(view.interval(version) <= Interval::from_secs(255));
                let _ = (view.auth_field(family), view.is_sound(version, route(), Formula::OldUnicast), view.trailer(version, family));
            }
        }
    }
}
