//! Somebody on the network who sends adverts of his own making.
use crate::error::{Doing, Result};
use crate::room::Room;
use socket2::{Domain, Protocol, Socket, Type};
use std::net::{Ipv4Addr, SocketAddr};

/// Where adverts go (RFC 3768 section 8.2).
const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 18);
const VRRP: i32 = 112;

/// A socket that sends whatever it is told to as a VRRP packet.
#[derive(Debug)]
pub struct Impostor {
    socket: Socket,
}

impl Impostor {
    /// In a room, from an address of its interface `eth0`.
    pub fn new(room: &Room, from: Ipv4Addr) -> Result<Self> {
        let open = move || -> std::io::Result<Socket> {
            let socket = Socket::new(Domain::IPV4, Type::RAW, Some(Protocol::from(VRRP)))?;
            socket.bind(&SocketAddr::from((from, 0)).into())?;
            socket.set_multicast_if_v4(&from)?;
            Ok(socket)
        };
        Ok(Self { socket: room.run(open)?.doing("opening a socket for adverts")? })
    }

    /// Sends a packet with this hop limit.
    pub fn send(&self, packet: &[u8], hops: u32) -> Result<()> {
        self.socket.set_multicast_ttl_v4(hops).doing("setting the hop limit")?;
        self.socket.send_to(packet, &SocketAddr::from((GROUP, 0)).into()).doing("sending an advert").map(drop)
    }
}

/// The fields of a version 2 advert (RFC 3768 section 5.3) with one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forged {
    /// Version and type, four bits each: 0x21.
    pub kind: u8,
    /// Virtual router id.
    pub vrid: u8,
    /// Priority.
    pub priority: u8,
    /// The number of addresses that it claims to hold.
    pub count: u8,
    /// Authentication type, 0 to 2.
    pub authentication: u8,
    /// Seconds between adverts.
    pub interval: u8,
    /// The address.
    pub address: Ipv4Addr,
    /// Is the checksum right?
    pub sound: bool,
}

impl Forged {
    /// An advert that a director of the pair must believe, as it comes from a better one.
    pub fn genuine(address: Ipv4Addr) -> Self {
        Self { kind: 0x21, vrid: 51, priority: 254, count: 1, authentication: 0, interval: 1, address, sound: true }
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.kind, self.vrid, self.priority, self.count, self.authentication, self.interval, 0, 0];
        bytes.extend(self.address.octets());
        bytes.extend([0; 8]);
        let sum = crate::client::checksum(&bytes);
        let [high, low] = if self.sound { sum } else { !sum }.to_be_bytes();
        bytes.splice(6..8, [high, low]);
        bytes
    }
}
