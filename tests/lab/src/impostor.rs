//! Somebody on the network who sends adverts of his own making.
mod forged;

pub use forged::{Forged, Forged3};

use crate::error::{Doing, Error, Result};
use crate::room::Room;
use socket2::{Domain, Protocol, Socket, Type};
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Where adverts go (RFC 3768 section 8.2).
pub const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 18);
/// The same in IPv6 (RFC 9568 section 5.1.2.2).
pub const GROUP_6: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0x12);
/// The protocol number of adverts.
pub const VRRP: u8 = 112;
/// The protocol number of authentication headers.
pub const AH: u8 = 51;
/// Of a send that the socket's full queue holds up.
const PATIENCE: Duration = Duration::from_millis(50);

/// A socket that sends whatever it is told to as a VRRP packet.
#[derive(Debug)]
pub struct Impostor {
    socket: Socket,
    group: SocketAddr,
}

impl Impostor {
    /// In a room, from an address of its interface `eth0`.
    pub fn new(room: &Room, from: impl Into<IpAddr>) -> Result<Self> {
        let from = from.into();
        let (socket, group) = room.run(move || open(from))?.doing("opening a socket for adverts")?;
        Ok(Self { socket, group })
    }

    /// In a room whose interface has this address: what is sent begins with an IPv4 header, and is sent as it is.
    pub fn parrot(room: &Room, on: Ipv4Addr) -> Result<Self> {
        let impostor = Self::new(room, on)?;
        impostor.socket.set_header_included_v4(true).doing("asking for whole packets")?;
        Ok(impostor)
    }

    /// Sends a packet with this hop limit.
    pub fn send(&self, packet: &[u8], hops: u32) -> Result<()> {
        let limit = match self.group {
            SocketAddr::V4(_) => self.socket.set_multicast_ttl_v4(hops),
            SocketAddr::V6(_) => self.socket.set_multicast_hops_v6(hops),
        };
        limit.doing("setting the hop limit")?;
        self.socket.send_to(packet, &self.group.into()).doing("sending an advert").map(drop)
    }
}

fn open(from: IpAddr) -> std::io::Result<(Socket, SocketAddr)> {
    let protocol = Some(Protocol::from(i32::from(VRRP)));
    match from {
        IpAddr::V4(four) => {
            let socket = Socket::new(Domain::IPV4, Type::RAW, protocol)?;
            socket.bind(&SocketAddr::from((four, 0)).into())?;
            socket.set_multicast_if_v4(&four)?;
            socket.set_multicast_loop_v4(false)?;
            socket.set_write_timeout(Some(PATIENCE))?;
            Ok((socket, SocketAddr::from((GROUP, 0))))
        }
        IpAddr::V6(six) => {
            let socket = Socket::new(Domain::IPV6, Type::RAW, protocol)?;
            let link = nix::net::if_::if_nametoindex("eth0")?;
            socket.bind(&SocketAddrV6::new(six, 0, 0, link).into())?;
            socket.set_multicast_if_v6(link)?;
            socket.set_multicast_loop_v6(false)?;
            socket.set_write_timeout(Some(PATIENCE))?;
            Ok((socket, SocketAddrV6::new(GROUP_6, 0, 0, link).into()))
        }
    }
}

/// Listens, inside a room on the interface with this address, for what somebody says to the group over this protocol, and
/// returns the packet with its IP header.
pub fn overhear(room: &Room, on: Ipv4Addr, from: Ipv4Addr, protocol: u8, within: Duration) -> Result<Vec<u8>> {
    let open = move || -> std::io::Result<Socket> {
        let socket = Socket::new(Domain::IPV4, Type::RAW, Some(Protocol::from(i32::from(protocol))))?;
        socket.join_multicast_v4(&GROUP, &on)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        Ok(socket)
    };
    let mut socket = room.run(open)?.doing("opening a socket for adverts")?;
    let end = Instant::now() + within;
    let mut packet = [0; 2048];
    while Instant::now() < end {
        let Ok(length) = socket.read(&mut packet) else { continue };
        let packet = packet.get(..length).unwrap_or_default();
        if packet.get(12..16) == Some(&from.octets()) {
            return Ok(packet.to_vec());
        }
    }
    Err(Error::new(format!("{from} said nothing within {within:?}")))
}

/// Packets sent as fast as one thread can.
#[derive(Debug)]
pub struct Flood {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<u64>>,
}

impl Flood {
    /// Starts it; the packets are sent in turn.
    pub fn start(impostor: Impostor, packets: Vec<Vec<u8>>, hops: u32) -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&stop);
        let pour = move || {
            let mut sent = 0;
            for packet in packets.iter().cycle() {
                if end.load(Ordering::Relaxed) {
                    break;
                }
                // A full queue of the sender is no reason to stop.
                sent += u64::from(impostor.send(packet, hops).is_ok());
            }
            sent
        };
        let thread = thread::Builder::new().name("flood".into()).spawn(pour).doing("starting a thread")?;
        Ok(Self { stop, thread: Some(thread) })
    }

    /// Ends it, and tells how many packets were sent.
    pub fn end(mut self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().and_then(|thread| thread.join().ok()).unwrap_or(0)
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
