//! The IPv6 header of adverts, built to be sent; what arrives comes without one, with ancillary data instead.
use model::net::Advert;
use pnet::packet::ip::IpNextHeaderProtocol;
use pnet::packet::ipv6::MutableIpv6Packet;
use std::net::IpAddr;

/// DSCP CS6, "internetwork control".
const TRAFFIC_CLASS: u8 = 0xc0;
const HEADER: usize = 40;

/// The packet of an advert: traffic class 0xc0, no flow label. `None` over IPv4, or when it does not fit in a packet.
pub(super) fn build(advert: &Advert) -> Option<Vec<u8>> {
    let (IpAddr::V6(source), IpAddr::V6(destination)) = (advert.source, advert.destination) else { return None };
    let stated = u16::try_from(advert.payload.len()).ok()?;
    let mut bytes = vec![0; HEADER.checked_add(advert.payload.len())?];
    let mut packet = MutableIpv6Packet::new(&mut bytes)?;
    packet.set_version(6);
    packet.set_traffic_class(TRAFFIC_CLASS);
    packet.set_payload_length(stated);
    packet.set_next_header(IpNextHeaderProtocol(advert.protocol));
    packet.set_hop_limit(advert.ttl);
    packet.set_source(source);
    packet.set_destination(destination);
    bytes.get_mut(HEADER..)?.copy_from_slice(&advert.payload);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_byte_by_byte() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let advert = Advert {
            owner: "VI_1".into(),
            interface: model::InterfaceName::new("eth0").expect("a name"),
            source: ip("fe80::1"),
            destination: ip("ff02::12"),
            ttl: 255,
            protocol: 112,
            identification: 1,
            payload: vec![0xab; 24],
        };
        let bytes = build(&advert).expect("a packet");
        #[rustfmt::skip]
        let expected = [
            0x6c, 0x00, 0x00, 0x00,  0x00, 24,  112, 255,
            0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
            0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12,
        ];
        assert_eq!(bytes[..HEADER], expected);
        assert_eq!(bytes[HEADER..], [0xab; 24]);
        assert_eq!(build(&Advert { payload: vec![0; 65_536], ..advert.clone() }), None);
        assert_eq!(build(&Advert { source: ip("10.0.0.1"), ..advert }), None);
    }
}
