//! The IPv4 header of adverts: built to be sent, read without trusting a length.
use model::net::Advert;
use pnet::packet::ip::IpNextHeaderProtocol;
use pnet::packet::ipv4::{Ipv4Packet, MutableIpv4Packet, checksum};
use std::net::{IpAddr, Ipv4Addr};

/// Precedence "internetwork control" and nothing else: TOS 0xc0, DSCP CS6.
const DSCP: u8 = 0x30;
/// Bytes of a header without options.
const HEADER: usize = 20;

/// The packet of an advert: TOS 0xc0, no options, may be fragmented. `None` over IPv6, or when it does not fit in a
/// packet.
pub(super) fn build(advert: &Advert) -> Option<Vec<u8>> {
    let (IpAddr::V4(source), IpAddr::V4(destination)) = (advert.source, advert.destination) else { return None };
    let length = HEADER.checked_add(advert.payload.len())?;
    let stated = u16::try_from(length).ok()?;
    let mut bytes = vec![0; length];
    let mut packet = MutableIpv4Packet::new(&mut bytes)?;
    packet.set_version(4);
    packet.set_header_length(5);
    packet.set_dscp(DSCP);
    packet.set_total_length(stated);
    packet.set_identification(advert.identification);
    packet.set_ttl(advert.ttl);
    packet.set_next_level_protocol(IpNextHeaderProtocol(advert.protocol));
    packet.set_source(source);
    packet.set_destination(destination);
    let sum = checksum(&packet.to_immutable());
    packet.set_checksum(sum);
    bytes.get_mut(HEADER..)?.copy_from_slice(&advert.payload);
    Some(bytes)
}

/// What a received packet says of itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Received<'a> {
    pub(super) source: Ipv4Addr,
    pub(super) destination: Ipv4Addr,
    pub(super) ttl: u8,
    pub(super) protocol: u8,
    /// The header, options included.
    pub(super) header: &'a [u8],
    /// Bytes after the header, according to the header.
    pub(super) stated_length: usize,
    /// Bytes after the header, as they came.
    pub(super) payload: &'a [u8],
}

/// Reads the header of a packet; `None` when it is not one.
pub(super) fn parse(bytes: &[u8]) -> Option<Received<'_>> {
    let packet = Ipv4Packet::new(bytes)?;
    let header = usize::from(packet.get_header_length()).checked_mul(4)?;
    if packet.get_version() != 4 || header < HEADER {
        return None;
    }
    Some(Received {
        source: packet.get_source(),
        destination: packet.get_destination(),
        ttl: packet.get_ttl(),
        protocol: packet.get_next_level_protocol().0,
        header: bytes.get(..header)?,
        stated_length: usize::from(packet.get_total_length()).saturating_sub(header),
        payload: bytes.get(header..)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::net::{PROTOCOL_AH, PROTOCOL_VRRP};

    const SOURCE: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 2);
    const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 18);

    fn advert(identification: u16, payload: &[u8]) -> Advert {
        Advert {
            owner: "VI_1".into(),
            interface: model::InterfaceName::new("eth0").expect("a name"),
            source: SOURCE.into(),
            destination: GROUP.into(),
            ttl: 255,
            protocol: PROTOCOL_VRRP,
            identification,
            payload: payload.to_vec(),
        }
    }

    #[test]
    fn a_header_byte_by_byte() {
        let bytes = build(&advert(1, &[0xab; 20])).expect("a packet");
        let expected =
            [0x45, 0xc0, 0x00, 0x28, 0x00, 0x01, 0x00, 0x00, 0xff, 0x70, 0x18, 0xe8, 192, 168, 1, 2, 224, 0, 0, 18];
        assert_eq!(bytes[..HEADER], expected);
        assert_eq!(bytes[HEADER..], [0xab; 20]);
        // The sum over a header that includes its checksum is all ones (RFC 1071).
        let words = bytes[..HEADER].chunks(2).map(|w| u32::from(w[0]) << 8 | u32::from(w[1]));
        let sum: u32 = words.sum();
        assert_eq!((sum & 0xffff) + (sum >> 16), 0xffff);
    }

    #[test]
    fn what_is_built_is_what_is_read() {
        let other = Advert { ttl: 64, protocol: PROTOCOL_AH, ..advert(7, b"advert") };
        let bytes = build(&other).expect("a packet");
        let (header, payload) = bytes.split_at(HEADER);
        let (source, destination) = (SOURCE, GROUP);
        let expected =
            Received { source, destination, ttl: 64, protocol: PROTOCOL_AH, header, stated_length: 6, payload };
        assert_eq!(parse(&bytes), Some(expected));
        assert_eq!(payload, b"advert");
        assert_eq!(build(&advert(7, &[0; 65_516])), None);
        let six: IpAddr = "fe80::1".parse().expect("an address");
        assert_eq!(build(&Advert { source: six, ..advert(7, b"advert") }), None);
    }

    #[test]
    fn no_length_is_believed() {
        let good = build(&advert(7, &[1; 20])).expect("a packet");
        for length in 0..HEADER {
            assert_eq!(parse(&good[..length]), None, "{length} bytes");
        }
        let changed = |at: usize, value: u8| {
            let mut bytes = good.clone();
            bytes[at] = value;
            bytes
        };
        assert_eq!(parse(&changed(0, 0x44)), None, "header shorter than a header");
        assert_eq!(parse(&changed(0, 0x4f)), None, "header longer than the packet");
        assert_eq!(parse(&changed(0, 0x65)), None, "version 6");
        let with_options = changed(0, 0x46);
        let read = parse(&with_options).expect("options are skipped");
        assert_eq!((read.payload.len(), read.stated_length), (16, 16));
        let long = changed(2, 0xff);
        assert_eq!(parse(&long).map(|r| (r.payload.len(), r.stated_length)), Some((20, 0xff28 - 20)));
        let mut short = changed(2, 0);
        short[3] = 4;
        assert_eq!(parse(&short).map(|r| (r.payload.len(), r.stated_length)), Some((20, 0)));
    }
}
