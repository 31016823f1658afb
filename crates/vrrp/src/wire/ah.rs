//! The IP authentication header of version 2 (RFC 2338 section 5.3.6.3, RFC 2402): HMAC-MD5-96 (RFC 2403) over IPv4 header,
//! authentication header and packet.
//!
//! RFC 2402 counts TTL among the fields that change on the way and are taken as zero. Original daemons do so in unicast and
//! not in multicast, so that is how we send; adverts with either reading are understood.
use alloc::vec::Vec;
use core::net::IpAddr;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use model::net::{PROTOCOL_AH, PROTOCOL_VRRP};

/// Bytes of the header with its digest.
pub const HEADER_BYTES: usize = 24;
/// Bytes of an IPv4 header without options.
pub const IP_HEADER_BYTES: usize = 20;
/// Bytes before the digest.
const HEAD_BYTES: usize = 12;
const DIGEST_BYTES: usize = 12;
/// Precedence "internetwork control", as the hands send adverts; taken as zero here.
const NO_TOS: u8 = 0;

/// An authentication header as it stands on the wire, believed by nobody yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    head: [u8; HEAD_BYTES],
    digest: [u8; DIGEST_BYTES],
}

impl Header {
    /// Splits what follows the IP header in the authentication header and the VRRP packet; `None` when the first is cut
    /// or not of the kind that we know.
    #[must_use]
    pub fn split(payload: &[u8]) -> Option<(Self, &[u8])> {
        let (head, rest) = payload.split_first_chunk::<HEAD_BYTES>()?;
        let (digest, packet) = rest.split_first_chunk::<DIGEST_BYTES>()?;
        // Its length is told in words of 32 bits, less two.
        matches!(head, [PROTOCOL_VRRP, 4, ..]).then_some((Self { head: *head, digest: *digest }, packet))
    }

    /// Sequence number.
    #[must_use]
    pub const fn sequence(&self) -> u32 {
        let [_, _, _, _, _, _, _, _, a, b, c, d] = self.head;
        u32::from_be_bytes([a, b, c, d])
    }

    /// Whether it was made with this key for this packet under this IP header.
    #[must_use]
    pub fn is_genuine(&self, ip: &[u8], packet: &[u8], key: &[u8]) -> bool {
        [false, true].iter().any(|without_ttl| {
            let mac = immutable(ip, *without_ttl).and_then(|ip| digest(&ip, &self.head, packet, key));
            mac.is_some_and(|mac| mac.verify_truncated_left(&self.digest).is_ok())
        })
    }
}

/// What an authentication header needs to know of the IP header that it will stand behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Sender.
    pub source: IpAddr,
    /// Receiver.
    pub destination: IpAddr,
    /// TTL as the digest is to have it: zero where it may change on the way.
    pub ttl: u8,
    /// Identification.
    pub identification: u16,
}

/// Authentication header and packet, to stand behind an IPv4 header of this kind. `None` for IPv6, which has no such
/// adverts.
#[must_use]
pub fn wrap(envelope: Envelope, sequence: u32, packet: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    let (IpAddr::V4(source), IpAddr::V4(destination)) = (envelope.source, envelope.destination) else { return None };
    let [s0, s1, s2, s3] = source.octets();
    let [q0, q1, q2, q3] = sequence.to_be_bytes();
    // The security parameters are told apart by the sender's address.
    let head = [PROTOCOL_VRRP, 4, 0, 0, s0, s1, s2, s3, q0, q1, q2, q3];
    let length = u16::try_from(IP_HEADER_BYTES + HEADER_BYTES + packet.len()).ok()?;
    let [l0, l1] = length.to_be_bytes();
    let [i0, i1] = envelope.identification.to_be_bytes();
    let mut ip = Vec::from([0x45, NO_TOS, l0, l1, i0, i1, 0, 0, envelope.ttl, PROTOCOL_AH, 0, 0]);
    ip.extend(source.octets());
    ip.extend(destination.octets());
    let digest = digest(&ip, &head, packet, key)?.finalize().into_bytes();
    let mut bytes = Vec::with_capacity(HEADER_BYTES + packet.len());
    bytes.extend(head);
    bytes.extend(digest.iter().take(DIGEST_BYTES));
    bytes.extend(packet);
    Some(bytes)
}

/// An IP header with what may change on the way taken as zero: type of service, fragmentation, checksum, and TTL where
/// that is read so.
fn immutable(ip: &[u8], without_ttl: bool) -> Option<Vec<u8>> {
    let mut ip = ip.to_vec();
    let ttl: &[usize] = if without_ttl { &[8] } else { &[] };
    for at in [1, 6, 7, 10, 11].iter().chain(ttl) {
        *ip.get_mut(*at)? = 0;
    }
    Some(ip)
}

fn digest(ip: &[u8], head: &[u8; HEAD_BYTES], packet: &[u8], key: &[u8]) -> Option<Hmac<Md5>> {
    // Any length will do for a key.
    let mut mac = Hmac::<Md5>::new_from_slice(key).ok()?;
    mac.update(ip);
    mac.update(head);
    mac.update(&[0; DIGEST_BYTES]);
    mac.update(packet);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: &[u8] = b"secret12";

    fn envelope() -> Envelope {
        Envelope { source: [10, 9, 0, 1].into(), destination: [224, 0, 0, 18].into(), ttl: 255, identification: 1 }
    }

    /// Captured from the original daemon, with this key; the first advert of a master.
    const CAPTURED: [u8; 64] = [
        0x45, 0xc0, 0x00, 0x40, 0x00, 0x01, 0x00, 0x00, 0xff, 0x33, 0xd0, 0xad, 0x0a, 0x09, 0x00, 0x01, 0xe0, 0x00,
        0x00, 0x12, 0x70, 0x04, 0x00, 0x00, 0x0a, 0x09, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0xfb, 0xf7, 0xe7, 0xe2,
        0x66, 0x1d, 0x5d, 0x92, 0xdd, 0x11, 0xf8, 0xbd, 0x21, 0x33, 0xc8, 0x01, 0x02, 0x01, 0x0a, 0x5d, 0x0a, 0x09,
        0x00, 0x64, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    ];

    #[test]
    fn we_write_what_the_original_daemon_writes() {
        let (ip, rest) = CAPTURED.split_at(IP_HEADER_BYTES);
        let (header, packet) = Header::split(rest).expect("a header");
        assert_eq!(header.sequence(), 1);
        assert!(header.is_genuine(ip, packet, KEY));
        assert_eq!(wrap(envelope(), 1, packet, KEY).as_deref(), Some(rest));
    }

    /// The same to a peer: made as if the TTL were zero.
    const CAPTURED_UNICAST: [u8; 64] = [
        0x45, 0xc0, 0x00, 0x40, 0x00, 0x01, 0x00, 0x00, 0xff, 0x33, 0xa6, 0x2d, 0x0a, 0x4d, 0x00, 0x02, 0x0a, 0x4d,
        0x00, 0x01, 0x70, 0x04, 0x00, 0x00, 0x0a, 0x4d, 0x00, 0x02, 0x00, 0x00, 0x00, 0x01, 0x87, 0xd3, 0x5f, 0xd0,
        0x38, 0x28, 0xce, 0xe8, 0x36, 0xe7, 0x7f, 0xc8, 0x21, 0x33, 0x64, 0x01, 0x02, 0x01, 0x6e, 0x19, 0x0a, 0x4d,
        0x00, 0x64, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    ];

    #[test]
    fn the_original_daemon_leaves_the_ttl_out_where_others_may_change_it() {
        let (ip, rest) = CAPTURED_UNICAST.split_at(IP_HEADER_BYTES);
        let (header, packet) = Header::split(rest).expect("a header");
        let (source, destination) = ([10, 77, 0, 2].into(), [10, 77, 0, 1].into());
        let key = b"s3cret77";
        assert!(header.is_genuine(ip, packet, key));
        let envelope = Envelope { source, destination, ttl: 0, identification: 1 };
        assert_eq!(wrap(envelope, 1, packet, key).as_deref(), Some(rest));
    }

    #[test]
    fn either_reading_of_the_ttl_is_understood() {
        let packet = [0x21; 20];
        let mut ip = CAPTURED[..IP_HEADER_BYTES].to_vec();
        let bytes = wrap(Envelope { ttl: 0, ..envelope() }, 3, &packet, KEY).expect("IPv4");
        let (header, _) = Header::split(&bytes).expect("a header");
        assert!(header.is_genuine(&ip, &packet, KEY), "made with a TTL of zero");
        ip[8] = 254;
        assert!(header.is_genuine(&ip, &packet, KEY));
        ip[12] ^= 1;
        assert!(!header.is_genuine(&ip, &packet, KEY), "from somebody else");
        assert_eq!(wrap(Envelope { source: [0u16; 8].into(), ..envelope() }, 1, &packet, KEY), None);
    }

    proptest! {
        #[test]
        fn nothing_that_arrives_is_believed_by_chance(ip in proptest::collection::vec(any::<u8>(), 0..30), bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Some((header, packet)) = Header::split(&bytes) {
                prop_assert!(!header.is_genuine(&ip, packet, KEY));
            }
        }
    }
}
