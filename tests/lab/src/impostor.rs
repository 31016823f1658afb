//! Somebody on the network who sends adverts of his own making.
use crate::error::{Doing, Error, Result};
use crate::room::Room;
use socket2::{Domain, Protocol, Socket, Type};
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

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
            socket.set_multicast_loop_v4(false)?;
            socket.set_read_timeout(Some(Duration::from_millis(50)))?;
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

/// Listens, inside a room on the interface with this address, for what somebody says to the group, and returns the
/// VRRP packet as it came.
pub fn overhear(room: &Room, on: Ipv4Addr, from: Ipv4Addr, within: Duration) -> Result<Vec<u8>> {
    let open = move || -> std::io::Result<Socket> {
        let socket = Socket::new(Domain::IPV4, Type::RAW, Some(Protocol::from(VRRP)))?;
        socket.join_multicast_v4(&GROUP, &on)?;
        socket.set_read_timeout(Some(Duration::from_millis(50)))?;
        Ok(socket)
    };
    let mut socket = room.run(open)?.doing("opening a socket for adverts")?;
    let end = Instant::now() + within;
    let mut packet = [0; 2048];
    while Instant::now() < end {
        let Ok(length) = socket.read(&mut packet) else { continue };
        let packet = packet.get(..length).unwrap_or_default();
        if packet.get(12..16) == Some(&from.octets()) {
            return Ok(packet.get(20..).unwrap_or_default().to_vec());
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
    /// The authentication field.
    pub password: [u8; 8],
    /// Is the checksum right?
    pub sound: bool,
}

impl Forged {
    /// An advert that a director of the pair must believe, as it comes from a better one.
    pub fn genuine(address: Ipv4Addr) -> Self {
        Self {
            kind: 0x21,
            vrid: 51,
            priority: 254,
            count: 1,
            authentication: 0,
            interval: 1,
            address,
            password: [0; 8],
            sound: true,
        }
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.kind, self.vrid, self.priority, self.count, self.authentication, self.interval, 0, 0];
        bytes.extend(self.address.octets());
        bytes.extend(self.password);
        let sum = crate::client::checksum(&bytes);
        let [high, low] = if self.sound { sum } else { !sum }.to_be_bytes();
        bytes.splice(6..8, [high, low]);
        bytes
    }
}
