//! Adverts of versions 2 and 3 in both families: a view of checked bytes, and bytes from an advert.
use super::auth::{self, FIELD_BYTES};
use super::checksum::{Formula, Route};
use super::hmac::TRAILER_BYTES;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use model::config::vrrp::{Authentication, Version};
use model::{Family, Interval, Vrid, limits};

/// Bytes before the first address.
pub const HEADER_BYTES: usize = 8;
/// The only packet type there is (RFC 9568 section 5.2.2).
pub const ADVERTISEMENT: u8 = 1;
/// The 12 bits of the version 3 interval (RFC 9568 section 5.2.7).
const INTERVAL_MASK: u16 = 0x0fff;

/// What an advert says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advert {
    /// Version on the wire.
    pub version: Version,
    /// Virtual router.
    pub vrid: Vrid,
    /// 0 "I am leaving" to 255 "I own the addresses".
    pub priority: u8,
    /// Time between adverts: 1 to 255 whole seconds (version 2) or 1 to 4095 hundredths (version 3).
    pub interval: Interval,
    /// Addresses of one family, at most 255.
    pub addresses: Vec<IpAddr>,
    /// Version 2 only.
    pub authentication: Authentication,
}

impl Advert {
    /// The packet as the RFCs have it, checksum included.
    #[must_use]
    pub fn encode(&self, route: Route) -> Vec<u8> {
        let family = Family::of(route.source);
        seal(self.bare(family), None, route, Formula::of(self.version, family))
    }

    /// The packet with a checksum of zero. Addresses of another family and those beyond 255 are left out, and an interval
    /// beyond its field is written as the nearest value that fits.
    #[must_use]
    pub fn bare(&self, family: Family) -> Vec<u8> {
        let fitting = self.addresses.iter().filter(|a| Family::of(**a) == family);
        let addresses: Vec<_> = fitting.take(limits::ADVERT_ADDRESSES).collect();
        let count = u8::try_from(addresses.len()).unwrap_or(u8::MAX);
        let [fifth, sixth] = self.timing_bytes();
        let mut packet = Vec::with_capacity(length(self.version, family, count));
        let first = (self.version.number() << 4) | ADVERTISEMENT;
        packet.extend([first, self.vrid.get(), self.priority, count, fifth, sixth, 0, 0]);
        for address in addresses {
            match address {
                IpAddr::V4(address) => packet.extend(address.octets()),
                IpAddr::V6(address) => packet.extend(address.octets()),
            }
        }
        if self.version == Version::V2 {
            packet.extend(auth::field_of(&self.authentication));
        }
        packet
    }

    /// Bytes 4 and 5: authentication type and seconds (RFC 3768 section 5.3), or hundredths (RFC 9568 section 5.2).
    fn timing_bytes(&self) -> [u8; 2] {
        match self.version {
            Version::V2 => {
                let seconds = u8::try_from(self.interval.as_secs()).unwrap_or(u8::MAX).max(1);
                [auth::type_of(&self.authentication), seconds]
            }
            Version::V3 => {
                let centis = u16::try_from(self.interval.as_centis()).unwrap_or(u16::MAX);
                centis.clamp(1, INTERVAL_MASK).to_be_bytes()
            }
        }
    }
}

/// Fills the checksum of a packet in, and puts the trailer behind it. Over IPv4 the checksum leaves the trailer out; over
/// IPv6, where the kernel of the original daemon computes it, it covers all.
#[must_use]
pub fn seal(mut packet: Vec<u8>, trailer: Option<&[u8; TRAILER_BYTES]>, route: Route, formula: Formula) -> Vec<u8> {
    let covered = packet.len();
    packet.extend(trailer.into_iter().flatten());
    let covered = if route.source.is_ipv6() { packet.len() } else { covered };
    let sum = formula.sum(packet.get(..covered).unwrap_or_default(), route).to_be_bytes();
    if let Some(field) = packet.get_mut(6..8) {
        field.copy_from_slice(&sum);
    }
    packet
}

/// Bytes of a packet with this many addresses.
#[must_use]
pub fn length(version: Version, family: Family, count: u8) -> usize {
    let trailer = match version {
        Version::V2 => FIELD_BYTES,
        Version::V3 => 0,
    };
    HEADER_BYTES + usize::from(count) * address_bytes(family) + trailer
}

/// How many addresses an advert can carry on a link with this MTU: what fits beside the headers, at most 255.
#[must_use]
pub fn capacity(version: Version, family: Family, mtu: u32) -> usize {
    let header = match family {
        Family::V4 => 20,
        Family::V6 => 40,
    };
    let room = usize::try_from(mtu).unwrap_or(usize::MAX).saturating_sub(header + length(version, family, 0));
    (room / address_bytes(family)).min(limits::ADVERT_ADDRESSES)
}

const fn address_bytes(family: Family) -> usize {
    match family {
        Family::V4 => 4,
        Family::V6 => 16,
    }
}

/// A received packet of at least a header: its fields as they stand, believed by nobody yet.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    header: [u8; HEADER_BYTES],
    bytes: &'a [u8],
}

impl<'a> View<'a> {
    /// `None` when the bytes are too few for a header.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let header = *bytes.first_chunk()?;
        Some(Self { header, bytes })
    }

    /// Version number, 0 to 15.
    #[must_use]
    pub const fn version(&self) -> u8 {
        let [first, ..] = self.header;
        first >> 4
    }

    /// Packet type, 0 to 15.
    #[must_use]
    pub const fn kind(&self) -> u8 {
        let [first, ..] = self.header;
        first & 0x0f
    }

    /// Virtual router identifier; 0 is none.
    #[must_use]
    pub const fn vrid(&self) -> u8 {
        let [_, vrid, ..] = self.header;
        vrid
    }

    /// Priority.
    #[must_use]
    pub const fn priority(&self) -> u8 {
        let [_, _, priority, ..] = self.header;
        priority
    }

    /// How many addresses the packet says it carries.
    #[must_use]
    pub const fn count(&self) -> u8 {
        let [_, _, _, count, ..] = self.header;
        count
    }

    /// Authentication type of version 2.
    #[must_use]
    pub const fn auth_type(&self) -> u8 {
        let [_, _, _, _, kind, ..] = self.header;
        kind
    }

    /// Time between adverts, read as this version writes it; the reserved bits of version 3 are ignored.
    #[must_use]
    pub fn interval(&self, version: Version) -> Interval {
        let [_, _, _, _, fifth, sixth, _, _] = self.header;
        match version {
            Version::V2 => Interval::from_secs(u64::from(sixth)),
            Version::V3 => Interval::from_centis(u64::from(u16::from_be_bytes([fifth, sixth]) & INTERVAL_MASK)),
        }
    }

    /// The bytes that the address count calls for, without padding; `None` when there are fewer.
    #[must_use]
    pub fn body(&self, version: Version, family: Family) -> Option<&'a [u8]> {
        self.bytes.get(..length(version, family, self.count()))
    }

    /// Bytes that arrived, padding included.
    #[must_use]
    pub const fn received(&self) -> usize {
        self.bytes.len()
    }

    /// Whether the checksum is right by this formula.
    #[must_use]
    pub fn is_sound(&self, version: Version, route: Route, formula: Formula) -> bool {
        let family = Family::of(route.source);
        let covered = match (family, self.trailer(version, family)) {
            (Family::V6, Some(_)) => Some(self.bytes),
            (_, _) => self.body(version, family),
        };
        covered.is_some_and(|covered| formula.sum(covered, route) == 0)
    }

    /// The trailer, when exactly that follows the body.
    #[must_use]
    pub fn trailer(&self, version: Version, family: Family) -> Option<&'a [u8; TRAILER_BYTES]> {
        self.bytes.get(length(version, family, self.count())..)?.try_into().ok()
    }

    /// The addresses, fewer than `count` when the packet is short.
    #[must_use]
    pub fn addresses(&self, family: Family) -> Vec<IpAddr> {
        let bytes = self.bytes.get(HEADER_BYTES..).unwrap_or_default();
        let one = |chunk: &[u8]| match family {
            Family::V4 => <[u8; 4]>::try_from(chunk).ok().map(|octets| IpAddr::V4(Ipv4Addr::from(octets))),
            Family::V6 => <[u8; 16]>::try_from(chunk).ok().map(|octets| IpAddr::V6(Ipv6Addr::from(octets))),
        };
        bytes.chunks_exact(address_bytes(family)).take(usize::from(self.count())).filter_map(one).collect()
    }

    /// The authentication field of version 2; `None` when the packet is short.
    #[must_use]
    pub fn auth_field(&self, family: Family) -> Option<[u8; FIELD_BYTES]> {
        self.body(Version::V2, family)?.last_chunk().copied()
    }
}

#[cfg(test)]
mod tests;
