//! Whom an instance believes: signatures in the order of their checks, replays, senders that come and go, and its own
//! sequence numbers.
use super::*;
use crate::fact::Packet;
use crate::instance::receive::accept;
use crate::sample;
use crate::wire::advert::seal;
use crate::wire::checksum::{Formula, Route};
use crate::wire::{Advert, hmac};
use alloc::vec;
use core::net::IpAddr;
use model::Interval;
use model::config::vrrp::{HmacKey, Peer, Unicast, Version};
use model::net::{PROTOCOL_AH, PROTOCOL_VRRP};

const NOW: u64 = 1_700_000_000;

fn wall(seconds: u64) -> WallTime {
    WallTime::from_nanos(seconds * 1_000_000_000)
}

fn key(id: u8) -> HmacKey {
    HmacKey { id, secret: vec![id; 32] }
}

fn signed(version: Version) -> Instance {
    let hmac = Hmac {
        keys: vec![key(1), key(2)],
        active: 1,
        window: Interval::from_secs(5),
        replay: AntiReplay::Time,
        mode: HmacMode::Enforce,
    };
    Instance { version, hmac: Some(hmac), ..sample::instance(51, 100) }
}

fn with_peers(instance: &Instance, peers: &[u8]) -> Instance {
    let peer = |last: &u8| Peer { address: [10, 0, 0, *last].into(), min_ttl: 0, max_ttl: 255 };
    let unicast = Unicast { peers: peers.iter().map(peer).collect(), ..Unicast::default() };
    Instance { unicast: Some(unicast), ..instance.clone() }
}

/// How a packet is made.
#[derive(Clone)]
struct Draft {
    from: u8,
    key: Option<HmacKey>,
    at: Sequence,
    /// What is done to the packet at the end.
    spoil: fn(&mut Vec<u8>),
}

fn draft() -> Draft {
    Draft { from: 2, key: Some(key(1)), at: Sequence::at(wall(NOW)), spoil: |_| {} }
}

fn judge(trust: &mut Trust, config: &Instance, draft: &Draft, seconds: u64) -> Result<Option<u32>, Refusal> {
    let destination = if config.unicast.is_some() { IpAddr::from([10, 0, 0, 1]) } else { config.group };
    let route = Route { source: [10, 0, 0, draft.from].into(), destination };
    let advert = Advert {
        version: config.version,
        vrid: config.vrid,
        priority: 100,
        interval: config.advert_interval,
        addresses: vec![[10, 0, 0, 100].into()],
        authentication: Authentication::None,
    };
    let packet = advert.bare(config.family);
    let subject = Subject { version: config.version, vrid: config.vrid.get(), source: route.source };
    let trailer = draft.key.as_ref().map(|key| hmac::sign(subject, &packet, key, draft.at));
    let mut bytes = seal(packet, trailer.as_ref(), route, Formula::of(config.version, config.family));
    (draft.spoil)(&mut bytes);
    let interface = config.interface.clone();
    let packet = Packet {
        interface: &interface,
        source: route.source,
        destination,
        ttl: 255,
        stated_length: bytes.len(),
        protocol: PROTOCOL_VRRP,
        header: &[],
        payload: &bytes,
    };
    let letter = Letter::open(packet).expect("a header");
    accept(&letter, config, trust, wall(seconds)).map(|heard| heard.clock_gap)
}

fn once(config: &Instance, draft: &Draft, seconds: u64) -> Result<Option<u32>, Refusal> {
    judge(&mut Trust::default(), config, draft, seconds)
}

#[test]
fn signatures_are_checked_in_their_order() {
    for version in [Version::V2, Version::V3] {
        let config = signed(version);
        let unsigned = Draft { key: None, ..draft() };
        let unknown = Draft { key: Some(key(9)), ..draft() };
        let other_secret = Draft { key: Some(HmacKey { id: 2, secret: vec![7; 32] }), ..draft() };
        let odd_kind = Draft { spoil: |bytes| spoil_trailer(bytes, 0), ..draft() };
        let reserved = Draft { spoil: |bytes| spoil_trailer(bytes, 3), ..draft() };
        let changed = Draft { spoil: |bytes| bytes[2] ^= 1, ..draft() };
        let flaw = |flaw| Err(Refusal::Signature(flaw));
        assert_eq!(once(&config, &draft(), NOW), Ok(None));
        assert_eq!(once(&config, &Draft { key: Some(key(2)), ..draft() }, NOW), Ok(None), "any of the keys");
        assert_eq!(once(&config, &unsigned, NOW), flaw(Flaw::Missing));
        assert_eq!(once(&config, &odd_kind, NOW + 60), flaw(Flaw::Malformed), "before the time");
        assert_eq!(once(&config, &reserved, NOW), flaw(Flaw::Malformed));
        assert_eq!(once(&config, &unknown, NOW + 60), flaw(Flaw::Stale), "before the key");
        assert_eq!(once(&config, &unknown, NOW), flaw(Flaw::UnknownKey));
        assert_eq!(once(&config, &other_secret, NOW), flaw(Flaw::Invalid));
        assert_eq!(once(&config, &changed, NOW), flaw(Flaw::Invalid));
        assert_eq!(
            once(&config, &Draft { spoil: |bytes| bytes.push(0), ..draft() }, NOW),
            Err(Refusal::Length),
            "not a byte more"
        );
    }
}

fn spoil_trailer(bytes: &mut [u8], at: usize) {
    let trailer = bytes.len() - hmac::TRAILER_BYTES;
    bytes[trailer + at] ^= 2;
}

#[test]
fn unsigned_adverts_pass_where_the_mode_lets_them() {
    let unsigned = Draft { key: None, ..draft() };
    for (mode, expected) in [
        (HmacMode::Enforce, Err(Refusal::Signature(Flaw::Missing))),
        (HmacMode::Permissive, Ok(None)),
        (HmacMode::ReceiveOnly, Ok(None)),
    ] {
        let mut config = signed(Version::V3);
        config.hmac.as_mut().expect("signed").mode = mode;
        assert_eq!(once(&config, &unsigned, NOW), expected, "{mode:?}");
        assert_eq!(once(&config, &draft(), NOW), Ok(None), "{mode:?}");
    }
    let mut without = signed(Version::V3);
    without.hmac = None;
    assert_eq!(once(&without, &draft(), NOW), Err(Refusal::Length), "who knows nothing of it finds it too long");
}

#[test]
fn the_window_of_time_has_two_sides() {
    let config = signed(Version::V3);
    let stale = Err(Refusal::Signature(Flaw::Stale));
    for (seconds, expected) in
        [(NOW - 6, stale), (NOW - 5, Ok(Some(5))), (NOW - 2, Ok(None)), (NOW + 3, Ok(Some(3))), (NOW + 6, stale)]
    {
        assert_eq!(once(&config, &draft(), seconds), expected, "{seconds}");
    }
    let mut monotonic = config;
    monotonic.hmac.as_mut().expect("signed").replay = AntiReplay::Monotonic;
    assert_eq!(once(&monotonic, &draft(), NOW + 86_400), Ok(None), "without a window any time will do");
}

#[test]
fn nothing_is_heard_twice() {
    let config = signed(Version::V3);
    let replayed = Err(Refusal::Signature(Flaw::Replayed));
    let mut trust = Trust::default();
    let at = |n: u64| Draft { at: (0..n).fold(Sequence::at(wall(NOW)), |s, _| s.next()), ..draft() };
    assert_eq!(judge(&mut trust, &config, &at(5), NOW), Ok(None));
    assert_eq!(judge(&mut trust, &config, &at(5), NOW), replayed);
    assert_eq!(judge(&mut trust, &config, &at(4), NOW), replayed);
    assert_eq!(judge(&mut trust, &config, &at(6), NOW), Ok(None));
    let other = Draft { from: 3, ..at(5) };
    assert_eq!(judge(&mut trust, &config, &other, NOW), Ok(None), "everybody counts for himself");
    // A clock that was set back: what it said before is out of the window by now.
    let early = Draft { at: Sequence::at(wall(NOW - 60)), ..draft() };
    assert_eq!(judge(&mut trust, &config, &early, NOW - 60), Ok(None));
}

#[test]
fn four_senders_are_remembered_and_the_one_silent_longest_is_forgotten() {
    let config = signed(Version::V3);
    let mut trust = Trust::default();
    let from = |from: u8| Draft { from, ..draft() };
    for sender in 2..=5 {
        assert_eq!(judge(&mut trust, &config, &from(sender), NOW), Ok(None));
    }
    assert_eq!(judge(&mut trust, &config, &from(6), NOW), Ok(None));
    assert_eq!(judge(&mut trust, &config, &from(2), NOW), Ok(None), "forgotten, so that it can be replayed");
    assert_eq!(judge(&mut trust, &config, &from(4), NOW), Err(Refusal::Signature(Flaw::Replayed)));
    let peers = with_peers(&config, &[2, 3, 4, 5, 6, 7]);
    let mut trust = Trust::default();
    for sender in 2..=7 {
        assert_eq!(judge(&mut trust, &peers, &from(sender), NOW), Ok(None));
    }
    for sender in 2..=7 {
        let again = judge(&mut trust, &peers, &from(sender), NOW);
        assert_eq!(again, Err(Refusal::Signature(Flaw::Replayed)), "every peer has its place");
    }
    assert_eq!(judge(&mut trust, &peers, &from(9), NOW), Err(Refusal::Stranger));
}

#[test]
fn our_own_sequence_follows_the_clock_and_never_repeats() {
    let config = signed(Version::V3);
    let mut hmac = config.hmac.expect("signed");
    let mut trust = Trust::default();
    let first = trust.next_signed(&hmac, wall(NOW));
    assert_eq!(first, Sequence::at(wall(NOW)));
    assert_eq!(trust.next_signed(&hmac, wall(NOW)), first.next(), "the clock stands still");
    assert_eq!(trust.next_signed(&hmac, wall(NOW - 3)), first.next().next(), "a little back");
    assert_eq!(trust.next_signed(&hmac, wall(NOW + 1)), Sequence::at(wall(NOW + 1)));
    let back = wall(NOW - 3_600);
    assert_eq!(trust.next_signed(&hmac, back), Sequence::at(back), "an hour back: nobody would believe the future");
    hmac.replay = AntiReplay::Monotonic;
    let mut trust = Trust::default();
    let first = trust.next_signed(&hmac, wall(NOW));
    assert_eq!(trust.next_signed(&hmac, back), first.next(), "without a window it only grows");
}

#[test]
fn authentication_headers_count_on_whoever_is_master() {
    let config = Instance { authentication: Authentication::Header(*b"secret12"), ..sample::instance(51, 100) };
    let mut trust = Trust::default();
    let hear = |trust: &mut Trust, sequence: u32, key: &[u8]| {
        let route = Route { source: [10, 0, 0, 2].into(), destination: config.group };
        let advert = Advert {
            version: Version::V2,
            vrid: config.vrid,
            priority: 100,
            interval: config.advert_interval,
            addresses: vec![[10, 0, 0, 100].into()],
            authentication: config.authentication.clone(),
        };
        let envelope =
            ah::Envelope { source: route.source, destination: route.destination, ttl: 255, identification: 7 };
        let payload = ah::wrap(envelope, sequence, &advert.encode(route), key).expect("IPv4");
        let length = 20 + payload.len();
        let mut header = vec![0x45, 0xc0, 0, u8::try_from(length).expect("short"), 0, 7, 0, 0, 255, PROTOCOL_AH, 9, 9];
        header.extend([10, 0, 0, 2, 224, 0, 0, 18]);
        let packet = Packet {
            interface: &config.interface.clone(),
            source: route.source,
            destination: route.destination,
            ttl: 255,
            stated_length: payload.len(),
            protocol: PROTOCOL_AH,
            header: &header,
            payload: &payload,
        };
        let letter = Letter::open(packet).expect("whole");
        accept(&letter, &config, trust, WallTime::default()).map(|_| ())
    };
    let key = b"secret12";
    assert_eq!(hear(&mut trust, 41, key), Ok(()));
    assert_eq!(hear(&mut trust, 41, key), Ok(()), "two masters may be at the same number");
    assert_eq!(hear(&mut trust, 40, key), Err(Refusal::Auth(auth::Refusal::Sequence)));
    assert_eq!(hear(&mut trust, 99, b"another1"), Err(Refusal::Auth(auth::Refusal::Digest)));
    assert_eq!(trust.next_header(), 42);
    let mut plain = Trust::default();
    let unsigned = Instance { hmac: None, ..signed(Version::V2) };
    let to_header = Instance { authentication: config.authentication.clone(), ..unsigned };
    let refused = judge(&mut plain, &to_header, &Draft { key: None, ..draft() }, NOW);
    assert_eq!(refused, Err(Refusal::Auth(auth::Refusal::OtherType)), "none where one is configured");
}
