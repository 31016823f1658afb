//! Adverts and gratuitous ARPs on the wire, as a packet socket sees them.
use super::recorder::Recorder;
use crate::error::Result;
use crate::room::Room;
use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, SockFlag, SockProtocol, SockType, socket};
use socket2::{SockFilter, Socket};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::OwnedFd;
use std::time::Instant;

const ETHERTYPE: usize = 12;
const PAYLOAD: usize = 14;
const IPV4: [u8; 2] = [0x08, 0x00];
const ARP: [u8; 2] = [0x08, 0x06];
const IPV6: [u8; 2] = [0x86, 0xdd];
/// Authentication header (RFC 4302), in front of an advert of version 2.
const AH: u8 = 51;
const VRRP: u8 = 112;

/// A frame that matters to a pair of directors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// A VRRP advert.
    Advert(Advert),
    /// An ARP packet whose sender speaks about its own address.
    Announcement {
        /// When it was read.
        at: Instant,
        /// The address that it speaks about.
        address: Ipv4Addr,
        /// The hardware address that answers there from now on.
        hardware: [u8; 6],
    },
}

/// What one advert says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advert {
    /// When it was read.
    pub at: Instant,
    /// Who sent it.
    pub source: IpAddr,
    /// Protocol version.
    pub version: u8,
    /// Virtual router id.
    pub vrid: u8,
    /// Priority; zero is a goodbye.
    pub priority: u8,
}

/// Everything of interest that passes a room's interfaces.
#[derive(Debug)]
pub struct Frames {
    recorder: Recorder<Frame>,
}

impl Frames {
    /// Starts to capture.
    pub fn watch(room: &Room) -> Result<Self> {
        Self::begin(room, open)
    }

    /// Starts to capture what one router says, and nothing else: in a flood the rest would fill the socket.
    pub fn watch_only(room: &Room, source: impl Into<IpAddr>) -> Result<Self> {
        let source = source.into();
        Self::begin(room, move || {
            let socket = Socket::from(open()?);
            socket.attach_filter(&only(source)).map_err(|error| Errno::from_raw(error.raw_os_error().unwrap_or(0)))?;
            Ok(socket.into())
        })
    }

    fn begin(room: &Room, open: impl FnOnce() -> nix::Result<OwnedFd> + Send + 'static) -> Result<Self> {
        let recorder = Recorder::start(room, open, |at, bytes| decode(at, bytes).into_iter().collect())?;
        Ok(Self { recorder })
    }

    /// Adverts seen since a time.
    pub fn adverts(&self, since: Instant) -> Vec<Advert> {
        let advert = |frame| match frame {
            Frame::Advert(advert) if advert.at >= since => Some(advert),
            _ => None,
        };
        self.recorder.seen().into_iter().filter_map(advert).collect()
    }

    /// When announcements of an address were seen, since a time.
    pub fn announcements(&self, of: Ipv4Addr, since: Instant) -> Vec<Instant> {
        let announcement = |frame| match frame {
            Frame::Announcement { at, address, .. } if at >= since && address == of => Some(at),
            _ => None,
        };
        self.recorder.seen().into_iter().filter_map(announcement).collect()
    }
}

fn open() -> nix::Result<OwnedFd> {
    socket(AddressFamily::Packet, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::EthAll)
}

/// A program for the kernel's packet filter (bpf(4)): load the Ethernet type, compare; load the source, compare.
fn only(source: IpAddr) -> [SockFilter; 6] {
    const LOAD_HALF: u16 = 0x28;
    const LOAD_WORD: u16 = 0x20;
    const IF_EQUAL: u16 = 0x15;
    const RETURN: u16 = 0x06;
    // Of an address in IPv6 its last four bytes are enough to tell a few machines apart.
    let (kind, at, word) = match source {
        IpAddr::V4(four) => (0x0800, 26, four.to_bits()),
        IpAddr::V6(six) => (0x86dd, 34, u32::try_from(six.to_bits() & u128::from(u32::MAX)).unwrap_or(0)),
    };
    [
        SockFilter::new(LOAD_HALF, 0, 0, 12),
        SockFilter::new(IF_EQUAL, 0, 3, kind),
        SockFilter::new(LOAD_WORD, 0, 0, at),
        SockFilter::new(IF_EQUAL, 0, 1, word),
        SockFilter::new(RETURN, 0, 0, 0xffff),
        SockFilter::new(RETURN, 0, 0, 0),
    ]
}

fn decode(at: Instant, frame: &[u8]) -> Option<Frame> {
    let kind = frame.get(ETHERTYPE..PAYLOAD)?;
    let payload = frame.get(PAYLOAD..)?;
    if kind == IPV4 {
        advert(at, payload).map(Frame::Advert)
    } else if kind == IPV6 {
        advert_6(at, payload).map(Frame::Advert)
    } else if kind == ARP {
        announcement(at, payload)
    } else {
        None
    }
}

fn advert(at: Instant, packet: &[u8]) -> Option<Advert> {
    let payload = packet.get(usize::from(packet.first()? & 0x0f) * 4..)?;
    let advert = match *packet.get(9)? {
        VRRP => payload,
        AH if *payload.first()? == VRRP => payload.get((usize::from(*payload.get(1)?) + 2) * 4..)?,
        _ => return None,
    };
    told(at, address(packet, 12)?.into(), advert)
}

fn advert_6(at: Instant, packet: &[u8]) -> Option<Advert> {
    if *packet.get(6)? != VRRP {
        return None;
    }
    let source: [u8; 16] = packet.get(8..24)?.try_into().ok()?;
    told(at, Ipv6Addr::from(source).into(), packet.get(40..)?)
}

fn told(at: Instant, source: IpAddr, advert: &[u8]) -> Option<Advert> {
    Some(Advert { at, source, version: advert.first()? >> 4, vrid: *advert.get(1)?, priority: *advert.get(2)? })
}

fn announcement(at: Instant, packet: &[u8]) -> Option<Frame> {
    let (sender, target) = (address(packet, 14)?, address(packet, 24)?);
    let hardware = packet.get(8..14)?.try_into().ok()?;
    (sender == target).then_some(Frame::Announcement { at, address: sender, hardware })
}

fn address(packet: &[u8], at: usize) -> Option<Ipv4Addr> {
    let bytes: [u8; 4] = packet.get(at..at + 4)?.try_into().ok()?;
    Some(Ipv4Addr::from(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_advert_is_read_behind_any_ip_header() {
        let now = Instant::now();
        let mut frame = vec![0; 14];
        frame[12] = 8;
        frame.extend([0x46, 0xc0, 0, 32, 0, 1, 0, 0, 255, 112, 0, 0, 10, 0, 0, 1, 224, 0, 0, 18, 0, 0, 0, 0]);
        frame.extend([0x31, 51, 150, 1]);
        let expected =
            Advert { at: now, source: Ipv4Addr::new(10, 0, 0, 1).into(), version: 3, vrid: 51, priority: 150 };
        assert_eq!(decode(now, &frame), Some(Frame::Advert(expected)));
        for length in 0..frame.len() - 1 {
            assert_eq!(decode(now, &frame[..length]), None, "{length} bytes");
        }
    }

    #[test]
    fn a_question_for_somebody_else_is_no_announcement() {
        let now = Instant::now();
        let mut frame = vec![0; 14 + 28];
        frame[12..14].copy_from_slice(&ARP);
        frame[14 + 14..14 + 18].copy_from_slice(&[10, 0, 0, 9]);
        assert_eq!(decode(now, &frame), None);
        frame[14 + 24..14 + 28].copy_from_slice(&[10, 0, 0, 9]);
        let expected = Frame::Announcement { at: now, address: Ipv4Addr::new(10, 0, 0, 9), hardware: [0; 6] };
        assert_eq!(decode(now, &frame), Some(expected));
    }
}
