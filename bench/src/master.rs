//! A master made of nothing but adverts: it can fall silent at an exactly known moment.
use lab::{Doing, Result, Room};
use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Instant;

const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 18);

/// Sends VRRP version 3 adverts (RFC 9568 section 5.1) into a room's network.
pub(crate) struct Master {
    socket: Socket,
    advert: Vec<u8>,
}

impl Master {
    /// A master of this virtual router, with the highest priority that is no owner's.
    pub(crate) fn new(room: &Room, source: Ipv4Addr, vrid: u8, interval_centis: u16, vip: Ipv4Addr) -> Result<Self> {
        let open = move || {
            let socket = Socket::new(Domain::IPV4, Type::RAW, Some(Protocol::from(112)))?;
            socket.set_multicast_ttl_v4(255)?;
            socket.set_multicast_if_v4(&source)?;
            socket.bind(&SockAddr::from(SocketAddrV4::new(source, 0)))?;
            Ok::<_, std::io::Error>(socket)
        };
        let socket = room.run(open)?.doing("opening the master's socket")?;
        Ok(Self { socket, advert: advert(source, vrid, interval_centis, vip) })
    }

    /// Sends one advert and returns when that was.
    pub(crate) fn send(&self) -> Result<Instant> {
        self.socket.send_to(&self.advert, &SockAddr::from(SocketAddrV4::new(GROUP, 0))).doing("sending an advert")?;
        Ok(Instant::now())
    }
}

fn advert(source: Ipv4Addr, vrid: u8, interval_centis: u16, vip: Ipv4Addr) -> Vec<u8> {
    let [high, low] = (interval_centis & 0x0fff).to_be_bytes();
    let mut bytes = vec![0x31, vrid, 254, 1, high, low, 0, 0];
    bytes.extend(vip.octets());
    let mut pseudo = Vec::new();
    pseudo.extend(source.octets());
    pseudo.extend(GROUP.octets());
    pseudo.extend([0, 112, 0, 12]);
    pseudo.extend(&bytes);
    let [high, low] = checksum(&pseudo).to_be_bytes();
    bytes.splice(6..8, [high, low]);
    bytes
}

/// The Internet checksum (RFC 1071).
fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|pair| match pair {
        [high, low] => u32::from(u16::from_be_bytes([*high, *low])),
        [high] => u32::from(*high) << 8,
        _ => 0,
    });
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    u16::try_from(sum).map_or(0, |sum| !sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_of_a_whole_advert_is_zero() {
        let (source, vip) = (Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 9));
        let mut all = Vec::new();
        all.extend(source.octets());
        all.extend(GROUP.octets());
        all.extend([0, 112, 0, 12]);
        all.extend(advert(source, 51, 20, vip));
        assert_eq!(checksum(&all), 0);
    }
}
