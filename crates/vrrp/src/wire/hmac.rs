//! The signature behind an advert (`auth_hmac`): 28 bytes with a key identifier, a sequence number made of time and a
//! counter, and the first half of an HMAC-SHA256 (RFC 2104, FIPS 180-4); no opinion on whom or when to believe.
use core::net::IpAddr;
use hmac::{Hmac, KeyInit, Mac};
use model::WallTime;
use model::config::vrrp::{HmacKey, Version};
use sha2::Sha256;

/// Bytes of the trailer.
pub const TRAILER_BYTES: usize = 28;
/// The only kind there is: HMAC-SHA256 cut to 128 bits.
const HMAC_SHA256_128: u8 = 1;
/// Bytes of the trailer before the digest.
const HEAD_BYTES: usize = 12;
const DIGEST_BYTES: usize = 16;

/// What a signature covers besides the packet: who sent it, for which virtual router. Not to whom, so that one signed
/// packet serves all unicast peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Protocol version.
    pub version: Version,
    /// Virtual router.
    pub vrid: u8,
    /// Sender.
    pub source: IpAddr,
}

/// Sequence number: seconds since 1970 in the upper 32 bits, then 1/65536 s, then a counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(u64);

impl Sequence {
    /// This moment with the counter at 0.
    #[must_use]
    pub fn at(wall: WallTime) -> Self {
        let seconds = u32::try_from(wall.as_secs() & u64::from(u32::MAX)).unwrap_or(u32::MAX);
        Self(u64::from(seconds) << 32 | u64::from(wall.fraction()) << 16)
    }

    /// The next one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    /// Its seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        let [a, b, c, d, ..] = self.0.to_be_bytes();
        u32::from_be_bytes([a, b, c, d])
    }

    /// Whether this comes after the other, in serial arithmetic (RFC 1982).
    #[must_use]
    pub const fn is_after(self, other: Self) -> bool {
        let ahead = self.0.wrapping_sub(other.0);
        ahead != 0 && ahead < 1 << 63
    }
}

/// How many seconds lie between a sequence number and the clock, and whether it is ahead of it.
#[must_use]
pub fn distance(sequence: Sequence, wall: WallTime) -> (u32, bool) {
    let ours = Sequence::at(wall).seconds();
    let ahead = sequence.seconds().wrapping_sub(ours);
    if ahead < 1 << 31 { (ahead, true) } else { (ahead.wrapping_neg(), false) }
}

/// A trailer as it stands on the wire, believed by nobody yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trailer {
    head: [u8; HEAD_BYTES],
    digest: [u8; DIGEST_BYTES],
}

impl Trailer {
    /// From its bytes.
    #[must_use]
    pub fn read(bytes: &[u8; TRAILER_BYTES]) -> Option<Self> {
        let (head, digest) = bytes.split_first_chunk()?;
        Some(Self { head: *head, digest: *digest.first_chunk()? })
    }

    /// Whether its kind is known and what is reserved is zero.
    #[must_use]
    pub const fn is_well_formed(&self) -> bool {
        matches!(self.head, [HMAC_SHA256_128, _, 0, 0, ..])
    }

    /// Identifier of the key.
    #[must_use]
    pub const fn key(&self) -> u8 {
        let [_, key, ..] = self.head;
        key
    }

    /// Sequence number.
    #[must_use]
    pub const fn sequence(&self) -> Sequence {
        let [_, _, _, _, a, b, c, d, e, f, g, h] = self.head;
        Sequence(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }

    /// Whether it was made with this key for this packet; takes the same time wherever the digests differ.
    #[must_use]
    pub fn is_genuine(&self, subject: Subject, packet: &[u8], key: &HmacKey) -> bool {
        digest(subject, packet, &self.head, key).is_some_and(|mac| mac.verify_truncated_left(&self.digest).is_ok())
    }
}

/// The trailer for a packet. `packet` is all of it, its checksum field is taken as zero. A key of no bytes signs like a
/// key of zeros, as in RFC 2104.
#[must_use]
pub fn sign(subject: Subject, packet: &[u8], key: &HmacKey, sequence: Sequence) -> [u8; TRAILER_BYTES] {
    let mut trailer = [0; TRAILER_BYTES];
    let [s0, s1, s2, s3, s4, s5, s6, s7] = sequence.0.to_be_bytes();
    let head = [HMAC_SHA256_128, key.id, 0, 0, s0, s1, s2, s3, s4, s5, s6, s7];
    let digest = digest(subject, packet, &head, key).map(|mac| mac.finalize().into_bytes());
    let bytes = head.iter().chain(digest.iter().flatten());
    trailer.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    trailer
}

/// Subject, packet with a checksum of zero, head of the trailer, zeros in place of the digest.
fn digest(subject: Subject, packet: &[u8], head: &[u8; HEAD_BYTES], key: &HmacKey) -> Option<Hmac<Sha256>> {
    // Any length will do for a key, says the algorithm; the type only leaves room for others.
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.secret).ok()?;
    let mut source = [0; 16];
    let family = match subject.source {
        IpAddr::V4(address) => {
            source.iter_mut().zip(address.octets()).for_each(|(to, from)| *to = from);
            4
        }
        IpAddr::V6(address) => {
            source = address.octets();
            6
        }
    };
    mac.update(&[family, subject.version.number(), subject.vrid, 0]);
    mac.update(&source);
    let (before, rest) = packet.split_at(packet.len().min(6));
    mac.update(before);
    mac.update(&[0, 0]);
    mac.update(rest.get(2..).unwrap_or_default());
    mac.update(head);
    mac.update(&[0; DIGEST_BYTES]);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(id: u8) -> HmacKey {
        HmacKey { id, secret: [id; 32].to_vec() }
    }

    fn subject() -> Subject {
        Subject { version: Version::V3, vrid: 51, source: [10, 0, 0, 1].into() }
    }

    #[test]
    fn sequences_are_time_and_a_counter() {
        let wall = WallTime::from_nanos(1_700_000_000_500_000_000);
        let first = Sequence::at(wall);
        assert_eq!(first, Sequence(1_700_000_000 << 32 | 0x8000 << 16));
        assert_eq!((first.seconds(), first.next().0 & 0xffff), (1_700_000_000, 1));
        assert!(first.next().is_after(first) && !first.is_after(first) && !first.is_after(first.next()));
        assert!(Sequence(0).is_after(Sequence(u64::MAX)), "the number wraps in 2106");
        let seconds = |n: u64| WallTime::from_nanos(n * 1_000_000_000);
        assert_eq!(distance(Sequence::at(seconds(103)), seconds(100)), (3, true));
        assert_eq!(distance(Sequence::at(seconds(97)), seconds(100)), (3, false));
        assert_eq!(distance(Sequence::at(seconds(0)), seconds((1 << 32) - 2)), (2, true));
    }

    proptest! {
        #[test]
        fn what_is_signed_is_genuine_and_nothing_else(packet in proptest::collection::vec(any::<u8>(), 8..80), at in 0usize..100, bit in 0u8..8) {
            let trailer = sign(subject(), &packet, &key(7), Sequence(5));
            let read = Trailer::read(&trailer).expect("28 bytes");
            prop_assert!(read.is_well_formed() && read.key() == 7 && read.sequence() == Sequence(5));
            prop_assert!(read.is_genuine(subject(), &packet, &key(7)));
            prop_assert!(!read.is_genuine(subject(), &packet, &key(8)));
            let other = Subject { source: [10, 0, 0, 2].into(), ..subject() };
            prop_assert!(!read.is_genuine(other, &packet, &key(7)));
            let at = at % packet.len();
            let mut changed = packet.clone();
            changed[at] ^= 1 << bit;
            let covered = at != 6 && at != 7;
            prop_assert_eq!(read.is_genuine(subject(), &changed, &key(7)), !covered, "only the checksum is free");
            let mut forged = trailer;
            forged[at % TRAILER_BYTES] ^= 1 << bit;
            prop_assert!(!Trailer::read(&forged).expect("28 bytes").is_genuine(subject(), &packet, &key(7)));
        }
    }
}
