//! A door for the fuzz targets, in no other build: what the kernel and its processes say, decoded as the hands do it.
use super::links::{Snapshot, Table};
use super::{ipv4, nftables, processes, routing};
use netlink_packet_core::{NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;
use std::collections::VecDeque;

/// Bytes of a netlink header, of which the first four say how long the message is.
const HEADER: usize = 16;

/// Messages of the routing family, one after the other: links, addresses, routes and rules, as notifications and as a dump.
pub fn routing_messages(datagram: &[u8]) {
    let (mut table, mut snapshot, mut events) = (Table::default(), Snapshot::default(), VecDeque::new());
    table.begin_dump();
    let mut left = datagram;
    // Who decodes a datagram in netlink-packet-core gives it from here to its end, too.
    while let Ok(message) = NetlinkMessage::<RouteNetlinkMessage>::deserialize(left) {
        let length = usize::try_from(message.header.length).unwrap_or(usize::MAX).max(HEADER);
        routing::fuzz(&message);
        if let NetlinkPayload::InnerMessage(inner) = &message.payload {
            table.apply(inner);
            snapshot.take(inner);
        }
        left = left.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    table.end_dump(snapshot, datagram.len().is_multiple_of(2));
    table.report(&mut events);
}

/// Everything else: nf_tables, process events, packets of IPv4.
pub fn others(datagram: &[u8]) {
    nftables::fuzz(datagram);
    let _ = processes::decode(datagram);
    if let Some(packet) = ipv4::parse(datagram) {
        assert_eq!(packet.header.len() + packet.payload.len(), datagram.len(), "bytes got lost");
    }
}
