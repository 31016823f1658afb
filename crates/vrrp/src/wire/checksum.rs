//! The Internet checksum (RFC 1071), with the pseudo headers of IPv4 (RFC 9568 section 5.2.8) and IPv6 (RFC 8200 section 8.1).
use core::net::{IpAddr, Ipv4Addr};
use model::Family;
use model::config::vrrp::Version;
use model::net::PROTOCOL_VRRP as PROTOCOL;

/// The addresses of the IP header that a version 3 checksum covers beside the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Sender.
    pub source: IpAddr,
    /// Receiver.
    pub destination: IpAddr,
}

/// The group that unicast adverts of early releases named in their pseudo header.
const OLD_DESTINATION: IpAddr = IpAddr::V4(Ipv4Addr::new(224, 0, 0, 18));

/// What a checksum covers besides the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Formula {
    /// Nothing: version 2 (RFC 3768 section 5.3.8), and version 3 with `v3_checksum_as_v2`.
    Alone,
    /// The pseudo header: version 3 (RFC 9568 section 5.2.8), and every advert over IPv6.
    PseudoHeader,
    /// A pseudo header with the multicast group in it whatever the destination, as early releases made it for unicast.
    OldUnicast,
}

impl Formula {
    /// The one of the RFCs.
    #[must_use]
    pub const fn of(version: Version, family: Family) -> Self {
        match (version, family) {
            (Version::V2, Family::V4) => Self::Alone,
            (Version::V2 | Version::V3, _) => Self::PseudoHeader,
        }
    }

    /// The checksum of a packet in which its field is zero; zero for one in which it is right.
    #[must_use]
    pub fn sum(self, packet: &[u8], route: Route) -> u16 {
        let sum = Sum::default().plus(packet);
        match self {
            Self::Alone => sum,
            Self::PseudoHeader => sum.plus_route(route, packet.len()),
            Self::OldUnicast => sum.plus_route(Route { destination: OLD_DESTINATION, ..route }, packet.len()),
        }
        .finish()
    }
}

/// A checksum in the making: one's complement sum of 16-bit words. Bytes may be added in pieces of even length; an odd
/// last piece is padded with zero.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum(u32);

impl Sum {
    /// With these bytes added.
    #[must_use]
    pub fn plus(self, bytes: &[u8]) -> Self {
        let words = bytes.chunks(2).map(|pair| match pair {
            [high, low] => u32::from(u16::from_be_bytes([*high, *low])),
            [high] => u32::from(u16::from_be_bytes([*high, 0])),
            _ => 0,
        });
        Self(words.fold(self.0, |sum, word| fold(sum + word)))
    }

    /// With the pseudo header of a packet of `length` bytes added. Addresses of different families have none.
    #[must_use]
    pub fn plus_route(self, route: Route, length: usize) -> Self {
        // No packet that we read or write comes near 64 KiB.
        let length = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
        match (route.source, route.destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                self.plus(&source.octets()).plus(&destination.octets()).plus(&[0, PROTOCOL]).plus(&length)
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => self
                .plus(&source.octets())
                .plus(&destination.octets())
                .plus(&[0, 0])
                .plus(&length)
                .plus(&[0, 0, 0, PROTOCOL]),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => self,
        }
    }

    /// The checksum: zero when the summed bytes carried the right one.
    #[must_use]
    pub fn finish(self) -> u16 {
        let [_, _, high, low] = fold(self.0).to_be_bytes();
        !u16::from_be_bytes([high, low])
    }
}

/// End-around carry.
const fn fold(sum: u32) -> u32 {
    let once = (sum & 0xffff) + (sum >> 16);
    (once & 0xffff) + (once >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::net::{Ipv4Addr, Ipv6Addr};
    use pnet::packet::ip::IpNextHeaderProtocols::Vrrp;
    use pnet::util;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_rfc_1071() {
        let bytes = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        assert_eq!(Sum::default().plus(&bytes).finish(), !0xddf2);
        assert_eq!(Sum::default().plus(&bytes).plus(&[0x22, 0x0d]).finish(), 0);
    }

    proptest! {
        // pnet's functions are somebody else's reading of the same RFCs.
        #[test]
        fn agrees_with_an_independent_implementation(bytes in proptest::collection::vec(any::<u8>(), 1..200), a: [u8; 4], b: [u8; 4], c: [u8; 16], d: [u8; 16]) {
            prop_assert_eq!(Sum::default().plus(&bytes).finish(), util::checksum(&bytes, usize::MAX));
            let (a, b, c, d) = (Ipv4Addr::from(a), Ipv4Addr::from(b), Ipv6Addr::from(c), Ipv6Addr::from(d));
            let v4 = Route { source: a.into(), destination: b.into() };
            let v6 = Route { source: c.into(), destination: d.into() };
            prop_assert_eq!(
                Sum::default().plus(&bytes).plus_route(v4, bytes.len()).finish(),
                util::ipv4_checksum(&bytes, usize::MAX, &[], &a, &b, Vrrp)
            );
            prop_assert_eq!(
                Sum::default().plus(&bytes).plus_route(v6, bytes.len()).finish(),
                util::ipv6_checksum(&bytes, usize::MAX, &[], &c, &d, Vrrp)
            );
        }
    }
}
