//! The socket through which addresses are announced.
use super::advert_socket::send_all;
use super::frame::{self, Frame};
use super::links::Table;
use super::sys::{self, Datagram};
use super::{index_of, refusal};
use crate::ports::AnnounceError;
use model::net::Announcement;
use model::{InterfaceName, limits};
use nix::sys::socket::{setsockopt, sockopt};
use socket2::{Domain, SockAddr, Socket, Type};
use std::io;
use std::net::IpAddr;

/// One packet socket for all links. It is bound to no protocol, so nothing arrives on it.
pub(super) struct AnnounceSocket {
    socket: Socket,
}

impl AnnounceSocket {
    /// # Errors
    /// Without `CAP_NET_RAW`.
    pub(super) fn open() -> io::Result<Self> {
        let socket = Socket::new(Domain::PACKET, Type::RAW.nonblocking().cloexec(), None)
            .map_err(|error| refusal::explained(error, "CAP_NET_RAW"))?;
        if setsockopt(&socket, sockopt::SndBufForce, &limits::SEND_BYTES).is_err() {
            setsockopt(&socket, sockopt::SndBuf, &limits::SEND_BYTES)?;
        }
        Ok(Self { socket })
    }

    /// Sends announcements with as few system calls as possible. Links without a hardware address need none.
    pub(super) fn announce(&mut self, announcements: &[Announcement], table: &Table) -> Vec<AnnounceError> {
        let mut errors = Vec::new();
        let mut frames: Vec<(usize, Frame, SockAddr)> = Vec::with_capacity(announcements.len());
        let mut last: Option<(&InterfaceName, u32)> = None;
        for (index, announcement) in announcements.iter().enumerate().filter(|(_, a)| !a.hardware.is_empty()) {
            let name = &announcement.interface;
            let link = match last {
                Some((last, link)) if last == name => Ok(link),
                _ => table.index(name).map_or_else(|| index_of(name), Ok),
            };
            match link.and_then(|link| Ok((link, frame_for(announcement, table.forwards_ipv6(link))?))) {
                Ok((link, frame)) => {
                    last = Some((name, link));
                    let to = sys::packet_address(link, frame.ethertype, frame.destination);
                    frames.push((index, frame, to));
                }
                Err(source) => errors.push(AnnounceError { index, source }),
            }
        }
        let datagrams: Vec<_> = frames.iter().map(|(_, frame, to)| Datagram { bytes: &frame.bytes, to }).collect();
        for (at, source) in send_all(&self.socket, &datagrams) {
            errors.extend(frames.get(at).map(|(index, ..)| AnnounceError { index: *index, source }));
        }
        errors.sort_by_key(|error| error.index);
        errors
    }
}

fn frame_for(announcement: &Announcement, router: bool) -> io::Result<Frame> {
    let hardware = <[u8; 6]>::try_from(announcement.hardware.as_slice())
        .map_err(|_| io::Error::new(io::ErrorKind::Unsupported, "addresses are announced on Ethernet only"))?;
    let frame = match announcement.address {
        IpAddr::V4(address) => frame::gratuitous_arp(hardware, address),
        IpAddr::V6(address) => frame::neighbour_advertisement(hardware, address, router),
    };
    frame.ok_or_else(|| io::Error::from_raw_os_error(libc::EMSGSIZE))
}
