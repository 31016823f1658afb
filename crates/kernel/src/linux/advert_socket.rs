//! A raw socket for adverts on one link, in one family and of one protocol.
use super::sys::{self, Datagram};
use super::{ipv4, ipv6, refusal};
use crate::ports::{Event, ReceivedPacket, SendError};
use model::net::Advert;
use model::{Family, InterfaceName, limits};
use nix::cmsg_space;
use nix::errno::Errno;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrIn6, recv, recvmsg, setsockopt, sockopt};
use socket2::{Domain, InterfaceIndexOrAddress, Protocol, SockAddr, Socket, Type};
use std::collections::{BTreeSet, VecDeque};
use std::io::{self, IoSliceMut};
use std::net::{IpAddr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

/// `SO_PRIORITY` of control traffic, the highest that a queue treats apart (`TC_PRIO_CONTROL`); needs `CAP_NET_ADMIN`.
const PRIORITY_CONTROL: i32 = 7;
/// The highest that anybody may set (`TC_PRIO_INTERACTIVE`).
const PRIORITY_INTERACTIVE: i32 = 6;
/// Hop limit of a packet of which the kernel does not tell it: none that anybody accepts.
const NO_HOP_LIMIT: u8 = 0;

/// What a socket is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The link that it is bound to.
    pub(super) interface: InterfaceName,
    /// IPv4 or IPv6.
    pub(super) family: Family,
    /// Number of the protocol.
    pub(super) protocol: u8,
}

/// The socket.
pub(super) struct AdvertSocket {
    socket: Socket,
    index: u32,
    family: Family,
    protocol: u8,
    groups: BTreeSet<IpAddr>,
    errors: u32,
    /// Room for what arrives as it was last asked for.
    receive_bytes: u32,
}

impl AsFd for AdvertSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl AdvertSocket {
    /// Bound to the link with this name and index; in no group yet.
    ///
    /// # Errors
    /// Without `CAP_NET_RAW`, or when the link is gone.
    pub(super) fn open(place: &Place, index: u32) -> io::Result<Self> {
        let domain = match place.family {
            Family::V4 => Domain::IPV4,
            Family::V6 => Domain::IPV6,
        };
        let protocol = Protocol::from(i32::from(place.protocol));
        let privileged = |error| refusal::explained(error, "CAP_NET_RAW");
        let socket = Socket::new(domain, Type::RAW.nonblocking().cloexec(), Some(protocol)).map_err(privileged)?;
        socket.bind_device(Some(place.interface.as_str().as_bytes())).map_err(privileged)?;
        // Until it was bound, packets of other links came in too.
        drain(&socket);
        match place.family {
            Family::V4 => prepare_v4(&socket, index)?,
            Family::V6 => prepare_v6(&socket, index)?,
        }
        let priority = |priority| setsockopt(&socket, sockopt::Priority, &priority);
        priority(PRIORITY_CONTROL).or_else(|_| priority(PRIORITY_INTERACTIVE))?;
        enlarge(&socket)?;
        let (family, protocol) = (place.family, place.protocol);
        Ok(Self { socket, index, family, protocol, groups: BTreeSet::new(), errors: 0, receive_bytes: 0 })
    }

    /// Whether it is on the link with this index.
    pub(super) const fn is_on(&self, index: u32) -> bool {
        self.index == index
    }

    /// Whether it has given nothing but errors for too long.
    pub(super) const fn is_broken(&self) -> bool {
        self.errors >= limits::SOCKET_ERRORS
    }

    /// Lets so many bytes wait (the kernel allows twice that, for its own bookkeeping); 0 is the usual room. What the
    /// kernel does not grant, it cuts.
    pub(super) fn make_room(&mut self, receive_bytes: u32) {
        if receive_bytes == self.receive_bytes {
            return;
        }
        self.receive_bytes = receive_bytes;
        let bytes = match usize::try_from(receive_bytes) {
            Ok(0) | Err(_) => limits::ADVERT_RECEIVE_BYTES,
            Ok(bytes) => bytes,
        };
        // Refused by neither for its size.
        let _ = receive_room(&self.socket, bytes);
    }

    /// Leaves and joins groups until it is in exactly these; gives those that could not be joined.
    pub(super) fn be_in(&mut self, groups: &BTreeSet<IpAddr>) -> Vec<(IpAddr, io::Error)> {
        for group in self.groups.difference(groups).copied().collect::<Vec<_>>() {
            // Refused only when the link is gone, and the membership with it.
            let _ = match group {
                IpAddr::V4(four) => {
                    self.socket.leave_multicast_v4_n(&four, &InterfaceIndexOrAddress::Index(self.index))
                }
                IpAddr::V6(six) => self.socket.leave_multicast_v6(&six, self.index),
            };
            self.groups.remove(&group);
        }
        let mut refused = Vec::new();
        for group in groups.difference(&self.groups.clone()) {
            let joined = match group {
                IpAddr::V4(four) => self.socket.join_multicast_v4_n(four, &InterfaceIndexOrAddress::Index(self.index)),
                IpAddr::V6(six) => self.socket.join_multicast_v6(six, self.index),
            };
            match joined {
                Ok(()) => drop(self.groups.insert(*group)),
                Err(error) => refused.push((*group, error)),
            }
        }
        refused
    }

    /// Sends adverts with as few system calls as possible.
    pub(super) fn send(&self, adverts: &[(usize, &Advert)], errors: &mut Vec<SendError>) {
        let mut packets = Vec::with_capacity(adverts.len());
        for (index, advert) in adverts {
            match self.packet(advert) {
                Some((bytes, to)) => packets.push((*index, bytes, to)),
                None => {
                    errors.push(SendError { index: *index, source: io::Error::from_raw_os_error(libc::EMSGSIZE) });
                }
            }
        }
        let datagrams: Vec<_> = packets.iter().map(|(_, bytes, to)| Datagram { bytes, to }).collect();
        for (at, source) in send_all(&self.socket, &datagrams) {
            errors.extend(packets.get(at).map(|(index, ..)| SendError { index: *index, source }));
        }
    }

    fn packet(&self, advert: &Advert) -> Option<(Vec<u8>, SockAddr)> {
        match advert.destination {
            IpAddr::V4(to) => Some((ipv4::build(advert)?, SocketAddrV4::new(to, 0).into())),
            IpAddr::V6(to) => Some((ipv6::build(advert)?, SocketAddrV6::new(to, 0, 0, self.scope_of(to)).into())),
        }
    }

    /// An address of the link alone says nothing without the link.
    const fn scope_of(&self, to: Ipv6Addr) -> u32 {
        if to.is_unicast_link_local() || to.is_multicast() { self.index } else { 0 }
    }

    /// Appends packets, at most `limits::PACKETS_PER_TURN`. True when there may be more.
    pub(super) fn receive(&mut self, name: &InterfaceName, buffer: &mut [u8], out: &mut VecDeque<Event>) -> bool {
        for _ in 0..limits::PACKETS_PER_TURN {
            let packet = match self.family {
                Family::V4 => self.receive_v4(name, buffer),
                Family::V6 => self.receive_v6(name, buffer),
            };
            match packet {
                Ok(packet) => {
                    self.errors = 0;
                    out.extend(packet.map(Event::Packet));
                }
                Err(Errno::EAGAIN) => return false,
                Err(Errno::EINTR) => {}
                Err(_) => {
                    self.errors = self.errors.saturating_add(1);
                    return false;
                }
            }
        }
        true
    }

    fn receive_v4(&self, name: &InterfaceName, buffer: &mut [u8]) -> Result<Option<ReceivedPacket>, Errno> {
        let length = recv(self.socket.as_raw_fd(), buffer, MsgFlags::MSG_DONTWAIT)?;
        let packet = buffer.get(..length).and_then(ipv4::parse);
        Ok(packet.map(|packet| ReceivedPacket {
            interface: name.clone(),
            source: packet.source.into(),
            destination: packet.destination.into(),
            ttl: packet.ttl,
            stated_length: packet.stated_length,
            protocol: packet.protocol,
            header: packet.header.to_vec(),
            payload: packet.payload.to_vec(),
        }))
    }

    /// The header stays with the kernel, which tells of it what matters.
    fn receive_v6(&self, name: &InterfaceName, buffer: &mut [u8]) -> Result<Option<ReceivedPacket>, Errno> {
        let mut ancillary = cmsg_space!(libc::in6_pktinfo, libc::c_int);
        let mut slices = [IoSliceMut::new(buffer)];
        let fd = self.socket.as_raw_fd();
        let message = recvmsg::<SockaddrIn6>(fd, &mut slices, Some(&mut ancillary), MsgFlags::MSG_DONTWAIT)?;
        let (mut destination, mut ttl) = (None, NO_HOP_LIMIT);
        for control in message.cmsgs()? {
            match control {
                ControlMessageOwned::Ipv6PacketInfo(info) => {
                    destination = Some(Ipv6Addr::from(info.ipi6_addr.s6_addr));
                }
                ControlMessageOwned::Ipv6HopLimit(limit) => ttl = u8::try_from(limit).unwrap_or(NO_HOP_LIMIT),
                _ => {}
            }
        }
        let (length, source) = (message.bytes, message.address.map(|address| address.ip()));
        let payload = buffer.get(..length).map(<[u8]>::to_vec);
        let (Some(source), Some(destination), Some(payload)) = (source, destination, payload) else { return Ok(None) };
        Ok(Some(ReceivedPacket {
            interface: name.clone(),
            source: source.into(),
            destination: destination.into(),
            ttl,
            stated_length: payload.len(),
            protocol: self.protocol,
            header: Vec::new(),
            payload,
        }))
    }
}

fn prepare_v4(socket: &Socket, index: u32) -> io::Result<()> {
    socket.set_header_included_v4(true)?;
    socket.set_multicast_all_v4(false)?;
    socket.set_multicast_loop_v4(false)?;
    sys::set_multicast_link(socket.as_fd(), index)
}

fn prepare_v6(socket: &Socket, index: u32) -> io::Result<()> {
    socket.set_header_included_v6(true)?;
    socket.set_multicast_all_v6(false)?;
    socket.set_multicast_loop_v6(false)?;
    socket.set_multicast_if_v6(index)?;
    setsockopt(socket, sockopt::Ipv6RecvPacketInfo, &true)?;
    setsockopt(socket, sockopt::Ipv6RecvHopLimit, &true)?;
    Ok(())
}

fn enlarge(socket: &Socket) -> io::Result<()> {
    receive_room(socket, limits::ADVERT_RECEIVE_BYTES)?;
    if setsockopt(socket, sockopt::SndBufForce, &limits::SEND_BYTES).is_err() {
        setsockopt(socket, sockopt::SndBuf, &limits::SEND_BYTES)?;
    }
    Ok(())
}

/// Beyond the system's limit where that is permitted.
fn receive_room(socket: &Socket, bytes: usize) -> io::Result<()> {
    // The kernel takes it for a signed number.
    let bytes = bytes.min(limits::LARGEST_RECEIVE_BYTES);
    setsockopt(socket, sockopt::RcvBufForce, &bytes).or_else(|_| setsockopt(socket, sockopt::RcvBuf, &bytes))?;
    Ok(())
}

fn drain(socket: &Socket) {
    let mut byte = [0];
    for _ in 0..limits::VRRP_QUEUE {
        if recv(socket.as_raw_fd(), &mut byte, MsgFlags::MSG_DONTWAIT).is_err() {
            return;
        }
    }
}

/// Sends every datagram that can be sent, with as few calls as possible; tells the position and error of the others. A
/// full buffer refuses all that follows: nothing waits here.
pub(super) fn send_all(socket: &Socket, datagrams: &[Datagram<'_>]) -> Vec<(usize, io::Error)> {
    let mut errors = Vec::new();
    let mut at = 0;
    while let Some(rest) = datagrams.get(at..).filter(|rest| !rest.is_empty()) {
        match sys::send_many(socket.as_fd(), rest) {
            Ok(sent) if sent > 0 => at = at.saturating_add(sent),
            Ok(_) => errors.push((at, io::Error::from_raw_os_error(libc::EIO))),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::ENOBUFS)) => {
                let full = |at| (at, io::Error::from_raw_os_error(libc::ENOBUFS));
                errors.extend((at..datagrams.len()).map(full));
                return errors;
            }
            Err(error) => errors.push((at, refusal::explained(error, "CAP_NET_RAW"))),
        }
        if errors.last().is_some_and(|(failed, _)| *failed == at) {
            at = at.saturating_add(1);
        }
    }
    errors
}
