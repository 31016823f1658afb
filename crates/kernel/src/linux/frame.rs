//! Ethernet frames that announce an address: gratuitous ARP, unsolicited neighbour advertisement.
use pnet::packet::arp::{ArpHardwareTypes, ArpOperations, MutableArpPacket};
use pnet::packet::ethernet::{EtherType, EtherTypes, MutableEthernetPacket};
use pnet::packet::icmpv6::ndp::{
    MutableNdpOptionPacket, MutableNeighborAdvertPacket, NdpOptionTypes, NeighborAdvertFlags,
};
use pnet::packet::icmpv6::{Icmpv6Code, Icmpv6Packet, Icmpv6Types, checksum};
use pnet::packet::ip::IpNextHeaderProtocols;
use pnet::packet::ipv6::MutableIpv6Packet;
use pnet::util::MacAddr;
use std::net::{Ipv4Addr, Ipv6Addr};

const ETHERNET: usize = 14;
const ARP: usize = 28;
const IPV6: usize = 40;
/// Neighbour advertisement with the one option that we add.
const ADVERTISEMENT: usize = 32;
const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
/// The Ethernet address of `ALL_NODES` (RFC 2464 section 7).
const ALL_NODES_HARDWARE: MacAddr = MacAddr(0x33, 0x33, 0, 0, 0, 1);
const BROADCAST: MacAddr = MacAddr(0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
/// DSCP CS6, "internetwork control".
const TRAFFIC_CLASS: u8 = 0xc0;

/// A frame and the Ethernet address that it goes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) bytes: Vec<u8>,
    pub(super) destination: [u8; 6],
    pub(super) ethertype: u16,
}

/// A gratuitous ARP request (RFC 5227 section 3, RFC 9568 section 8.1.2): sender and target are the address, the target
/// hardware address is all ones.
pub(super) fn gratuitous_arp(hardware: [u8; 6], address: Ipv4Addr) -> Option<Frame> {
    let mut arp = [0; ARP];
    let mut packet = MutableArpPacket::new(&mut arp)?;
    packet.set_hardware_type(ArpHardwareTypes::Ethernet);
    packet.set_protocol_type(EtherTypes::Ipv4);
    packet.set_hw_addr_len(6);
    packet.set_proto_addr_len(4);
    packet.set_operation(ArpOperations::Request);
    packet.set_sender_hw_addr(hardware.into());
    packet.set_sender_proto_addr(address);
    packet.set_target_hw_addr(BROADCAST);
    packet.set_target_proto_addr(address);
    frame(BROADCAST, hardware, EtherTypes::Arp, &arp)
}

/// An unsolicited neighbour advertisement (RFC 4861 sections 4.4 and 7.2.6) to all nodes: override set, with our
/// hardware address; `router` tells whether this host forwards IPv6.
pub(super) fn neighbour_advertisement(hardware: [u8; 6], address: Ipv6Addr, router: bool) -> Option<Frame> {
    let mut ip = [0; IPV6 + ADVERTISEMENT];
    let advertisement = advertisement(hardware, address, router)?;
    let mut packet = MutableIpv6Packet::new(&mut ip)?;
    packet.set_version(6);
    packet.set_traffic_class(TRAFFIC_CLASS);
    packet.set_payload_length(ADVERTISEMENT as u16);
    packet.set_next_header(IpNextHeaderProtocols::Icmpv6);
    packet.set_hop_limit(255);
    packet.set_source(address);
    packet.set_destination(ALL_NODES);
    packet.set_payload(&advertisement);
    frame(ALL_NODES_HARDWARE, hardware, EtherTypes::Ipv6, &ip)
}

fn advertisement(hardware: [u8; 6], address: Ipv6Addr, router: bool) -> Option<[u8; ADVERTISEMENT]> {
    let mut bytes = [0; ADVERTISEMENT];
    let mut packet = MutableNeighborAdvertPacket::new(&mut bytes)?;
    packet.set_icmpv6_type(Icmpv6Types::NeighborAdvert);
    packet.set_icmpv6_code(Icmpv6Code(0));
    packet.set_flags(NeighborAdvertFlags::Override | if router { NeighborAdvertFlags::Router } else { 0 });
    packet.set_target_addr(address);
    let mut option = MutableNdpOptionPacket::new(packet.get_options_raw_mut())?;
    option.set_option_type(NdpOptionTypes::TargetLLAddr);
    // In units of eight bytes.
    option.set_length(1);
    option.set_data(&hardware);
    let sum = checksum(&Icmpv6Packet::new(&bytes)?, &address, &ALL_NODES);
    let mut packet = MutableNeighborAdvertPacket::new(&mut bytes)?;
    packet.set_checksum(sum);
    Some(bytes)
}

fn frame(to: MacAddr, from: [u8; 6], ethertype: EtherType, payload: &[u8]) -> Option<Frame> {
    let mut bytes = vec![0; ETHERNET];
    bytes.extend_from_slice(payload);
    let mut packet = MutableEthernetPacket::new(&mut bytes)?;
    packet.set_destination(to);
    packet.set_source(from.into());
    packet.set_ethertype(ethertype);
    Some(Frame { bytes, destination: to.octets(), ethertype: ethertype.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HARDWARE: [u8; 6] = [0x02, 0x42, 0xac, 0x11, 0x00, 0x02];

    #[test]
    fn a_gratuitous_arp_byte_by_byte() {
        let frame = gratuitous_arp(HARDWARE, Ipv4Addr::new(10, 0, 0, 100)).expect("a frame");
        #[rustfmt::skip]
        let expected = [
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff,  0x02, 0x42, 0xac, 0x11, 0x00, 0x02,  0x08, 0x06,
            0x00, 0x01,  0x08, 0x00,  6, 4,  0x00, 0x01,
            0x02, 0x42, 0xac, 0x11, 0x00, 0x02,  10, 0, 0, 100,
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff,  10, 0, 0, 100,
        ];
        assert_eq!(frame, Frame { bytes: expected.to_vec(), destination: [0xff; 6], ethertype: 0x0806 });
    }

    #[test]
    fn a_neighbour_advertisement_byte_by_byte() {
        let address: Ipv6Addr = "2001:db8::100".parse().expect("an address");
        let frame = neighbour_advertisement(HARDWARE, address, false).expect("a frame");
        #[rustfmt::skip]
        let expected = [
            0x33, 0x33, 0, 0, 0, 1,  0x02, 0x42, 0xac, 0x11, 0x00, 0x02,  0x86, 0xdd,
            0x6c, 0x00, 0x00, 0x00,  0x00, 0x20,  58, 255,
            0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01, 0x00,
            0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01,
            136, 0,  0x7a, 0xc0,  0x20, 0, 0, 0,
            0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01, 0x00,
            2, 1,  0x02, 0x42, 0xac, 0x11, 0x00, 0x02,
        ];
        assert_eq!(frame.bytes[..56], expected[..56]);
        assert_eq!(frame.bytes[58..], expected[58..]);
        // The sum over pseudo header and message, checksum included, is all ones (RFC 4443 section 2.3).
        let sum: u32 =
            frame.bytes[22..].chunks(2).map(|w| u32::from(w[0]) << 8 | u32::from(w[1])).sum::<u32>() + 32 + 58;
        assert_eq!((sum & 0xffff) + (sum >> 16), 0xffff);
        let router = neighbour_advertisement(HARDWARE, address, true).expect("a frame");
        assert_eq!(router.bytes[58], 0xa0);
    }
}
