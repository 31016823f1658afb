//! Adverts and gratuitous ARPs on the wire, as a packet socket sees them.
use super::recorder::Recorder;
use crate::error::Result;
use crate::room::Room;
use nix::sys::socket::{AddressFamily, SockFlag, SockProtocol, SockType, socket};
use std::net::Ipv4Addr;
use std::time::Instant;

const ETHERTYPE: usize = 12;
const PAYLOAD: usize = 14;
const IPV4: [u8; 2] = [0x08, 0x00];
const ARP: [u8; 2] = [0x08, 0x06];
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
    pub source: Ipv4Addr,
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
        let open = || socket(AddressFamily::Packet, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::EthAll);
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

fn decode(at: Instant, frame: &[u8]) -> Option<Frame> {
    let kind = frame.get(ETHERTYPE..PAYLOAD)?;
    let payload = frame.get(PAYLOAD..)?;
    if kind == IPV4 {
        advert(at, payload).map(Frame::Advert)
    } else if kind == ARP {
        announcement(at, payload)
    } else {
        None
    }
}

fn advert(at: Instant, packet: &[u8]) -> Option<Advert> {
    if *packet.get(9)? != VRRP {
        return None;
    }
    let header = usize::from(packet.first()? & 0x0f) * 4;
    let advert = packet.get(header..)?;
    Some(Advert {
        at,
        source: address(packet, 12)?,
        version: advert.first()? >> 4,
        vrid: *advert.get(1)?,
        priority: *advert.get(2)?,
    })
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
        let expected = Advert { at: now, source: Ipv4Addr::new(10, 0, 0, 1), version: 3, vrid: 51, priority: 150 };
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
