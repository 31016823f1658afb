//! Raw sockets for adverts, one for each link.
use super::sys::{self, Datagram, Watched};
use super::{index_of, ipv4, refusal};
use crate::ports::{Event, ListenError, ReceivedPacket, SendError};
use model::net::{Advert, Endpoint};
use model::{InterfaceName, limits};
use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::socket::{MsgFlags, recv, setsockopt, sockopt};
use socket2::{Domain, InterfaceIndexOrAddress, Protocol, SockAddr, Socket, Type};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddrV4};
use std::os::fd::{AsFd, AsRawFd};
use std::task::{Context, Poll};
use tokio::io::unix::AsyncFd;

/// `SO_PRIORITY` of control traffic, the highest that a queue treats apart (`TC_PRIO_CONTROL`); needs `CAP_NET_ADMIN`.
const PRIORITY_CONTROL: i32 = 7;
/// The highest that anybody may set (`TC_PRIO_INTERACTIVE`).
const PRIORITY_INTERACTIVE: i32 = 6;
/// Sockets asked about with one system call.
const READY_AT_ONCE: usize = 64;

/// All advert sockets.
pub(super) struct AdvertSockets {
    sockets: BTreeMap<InterfaceName, AdvertSocket>,
    /// Which sockets have packets: level-triggered, so that it can also be asked directly, past the runtime.
    poller: AsyncFd<Watched<Epoll>>,
    next_token: u64,
    buffer: Vec<u8>,
    /// A socket had more packets than could be taken.
    more: bool,
}

struct AdvertSocket {
    socket: Socket,
    index: u32,
    groups: BTreeSet<Ipv4Addr>,
    /// Identification of the next packet, from 1, never 0: the kernel would fill that in.
    identification: u16,
    token: u64,
    errors: u32,
}

impl AdvertSockets {
    /// No socket yet. Needs a tokio runtime.
    ///
    /// # Errors
    /// When no descriptor is left.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            sockets: BTreeMap::new(),
            poller: sys::watch_epoll(Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?)?,
            next_token: 0,
            buffer: vec![0; limits::PACKET_BYTES],
            more: false,
        })
    }

    /// Makes the sockets be those of these endpoints. One that is right is not touched; one whose link was replaced is
    /// opened again.
    pub(super) fn listen(&mut self, endpoints: &BTreeSet<Endpoint>) -> Vec<ListenError> {
        let mut wanted: BTreeMap<&InterfaceName, Vec<&Endpoint>> = BTreeMap::new();
        for endpoint in endpoints {
            wanted.entry(&endpoint.interface).or_default().push(endpoint);
        }
        self.sockets.retain(|name, _| wanted.contains_key(name));
        let mut errors = Vec::new();
        for (name, endpoints) in wanted {
            let (groups, mut refused) = groups_of(&endpoints);
            errors.append(&mut refused);
            if groups.is_empty() {
                self.sockets.remove(name);
            } else {
                self.listen_on(name, &groups, &mut errors);
            }
        }
        errors
    }

    fn listen_on(&mut self, name: &InterfaceName, groups: &BTreeSet<Ipv4Addr>, errors: &mut Vec<ListenError>) {
        let error = |group: &Ipv4Addr, source| ListenError {
            endpoint: Endpoint { interface: name.clone(), group: IpAddr::V4(*group) },
            source,
        };
        if let Err(source) = self.open(name) {
            self.sockets.remove(name);
            let copy = || io::Error::new(source.kind(), source.to_string());
            errors.extend(groups.iter().map(|group| error(group, copy())));
            return;
        }
        let Some(socket) = self.sockets.get_mut(name) else { return };
        for group in socket.groups.difference(groups).copied().collect::<Vec<_>>() {
            socket.leave(group);
        }
        for group in groups.difference(&socket.groups.clone()) {
            if let Err(source) = socket.join(*group) {
                errors.push(error(group, source));
            }
        }
    }

    /// Makes sure of a socket on the link as it is now.
    fn open(&mut self, name: &InterfaceName) -> io::Result<()> {
        let index = index_of(name)?;
        if self.sockets.get(name).is_some_and(|open| open.index == index) {
            return Ok(());
        }
        let socket = open_socket(name, index)?;
        let token = self.next_token;
        self.next_token = self.next_token.wrapping_add(1);
        self.poller.get_ref().0.add(&socket, EpollEvent::new(EpollFlags::EPOLLIN, token))?;
        // A socket that was there for an older link of this name is closed here, which takes it off the poller.
        let open = AdvertSocket { socket, index, groups: BTreeSet::new(), identification: 1, token, errors: 0 };
        self.sockets.insert(name.clone(), open);
        Ok(())
    }

    /// Sends adverts: one system call for all that leave by one link.
    pub(super) fn send(&mut self, adverts: &[Advert]) -> Vec<SendError> {
        let mut errors = Vec::new();
        let mut by_link: BTreeMap<&InterfaceName, Vec<(usize, &Advert)>> = BTreeMap::new();
        for (index, advert) in adverts.iter().enumerate() {
            by_link.entry(&advert.interface).or_default().push((index, advert));
        }
        for (name, adverts) in by_link {
            match self.sockets.get_mut(name) {
                Some(socket) => socket.send(&adverts, &mut errors),
                None => {
                    errors.extend(adverts.iter().map(|(index, _)| SendError { index: *index, source: no_socket() }));
                }
            }
        }
        errors.sort_by_key(|error| error.index);
        errors
    }

    /// Whether a socket had more packets than could be taken, since this was last asked.
    pub(super) fn take_more(&mut self) -> bool {
        std::mem::take(&mut self.more)
    }

    /// Appends packets that the runtime knows of, at most `limits::PACKETS_PER_TURN` for each link.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, out: &mut VecDeque<Event>) {
        loop {
            match self.poller.poll_read_ready(cx) {
                Poll::Ready(Ok(mut guard)) if !is_readable(&guard.get_inner().0) => guard.clear_ready(),
                Poll::Ready(Ok(_)) => break,
                Poll::Ready(Err(_)) | Poll::Pending => return,
            }
        }
        let before = out.len();
        self.receive(out);
        if out.len() == before {
            // Only packets that were no packets: come back, but let others have their turn.
            cx.waker().wake_by_ref();
        }
    }

    /// Appends packets that have arrived, at most `limits::PACKETS_PER_TURN` for each link. Asks the kernel, not the
    /// runtime, so that nothing is overlooked that came while the process stood still.
    pub(super) fn receive(&mut self, out: &mut VecDeque<Event>) {
        let mut events = [EpollEvent::empty(); READY_AT_ONCE];
        let count = self.poller.get_ref().0.wait(&mut events, EpollTimeout::ZERO).unwrap_or(0);
        for token in events.iter().take(count).map(EpollEvent::data) {
            let Some((name, socket)) = self.sockets.iter_mut().find(|(_, s)| s.token == token) else { continue };
            self.more |= socket.receive(name, &mut self.buffer, out);
            if socket.errors >= limits::SOCKET_ERRORS {
                let name = name.clone();
                self.sockets.remove(&name);
            }
        }
    }
}

fn is_readable(epoll: &Epoll) -> bool {
    // Level-triggered: asking takes nothing away.
    let mut events = [EpollEvent::empty(); 1];
    epoll.wait(&mut events, EpollTimeout::ZERO).is_ok_and(|count| count > 0)
}

fn groups_of(endpoints: &[&Endpoint]) -> (BTreeSet<Ipv4Addr>, Vec<ListenError>) {
    let mut groups = BTreeSet::new();
    let mut errors = Vec::new();
    for endpoint in endpoints {
        match endpoint.group {
            IpAddr::V4(group) => {
                groups.insert(group);
            }
            IpAddr::V6(_) => errors.push(ListenError { endpoint: (*endpoint).clone(), source: only_ipv4() }),
        }
    }
    (groups, errors)
}

fn only_ipv4() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "adverts over IPv6 are not supported")
}

fn no_socket() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "no advert socket is open on this link")
}

fn open_socket(name: &InterfaceName, index: u32) -> io::Result<Socket> {
    let protocol = Protocol::from(i32::from(ipv4::PROTOCOL));
    let socket = Socket::new(Domain::IPV4, Type::RAW.nonblocking().cloexec(), Some(protocol))
        .map_err(|error| refusal::explained(error, "CAP_NET_RAW"))?;
    socket.bind_device(Some(name.as_str().as_bytes())).map_err(|error| refusal::explained(error, "CAP_NET_RAW"))?;
    // Until it was bound, packets of other links came in too.
    drain(&socket);
    socket.set_header_included_v4(true)?;
    socket.set_multicast_all_v4(false)?;
    socket.set_multicast_loop_v4(false)?;
    sys::set_multicast_link(socket.as_fd(), index)?;
    let priority = |priority| setsockopt(&socket, sockopt::Priority, &priority);
    priority(PRIORITY_CONTROL).or_else(|_| priority(PRIORITY_INTERACTIVE))?;
    enlarge(&socket)?;
    Ok(socket)
}

fn enlarge(socket: &Socket) -> io::Result<()> {
    if setsockopt(socket, sockopt::RcvBufForce, &limits::ADVERT_RECEIVE_BYTES).is_err() {
        setsockopt(socket, sockopt::RcvBuf, &limits::ADVERT_RECEIVE_BYTES)?;
    }
    if setsockopt(socket, sockopt::SndBufForce, &limits::SEND_BYTES).is_err() {
        setsockopt(socket, sockopt::SndBuf, &limits::SEND_BYTES)?;
    }
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

impl AdvertSocket {
    fn join(&mut self, group: Ipv4Addr) -> io::Result<()> {
        self.socket.join_multicast_v4_n(&group, &InterfaceIndexOrAddress::Index(self.index))?;
        self.groups.insert(group);
        Ok(())
    }

    fn leave(&mut self, group: Ipv4Addr) {
        // Refused only when the link is gone, and the membership with it.
        let _ = self.socket.leave_multicast_v4_n(&group, &InterfaceIndexOrAddress::Index(self.index));
        self.groups.remove(&group);
    }

    fn send(&mut self, adverts: &[(usize, &Advert)], errors: &mut Vec<SendError>) {
        let mut packets = Vec::with_capacity(adverts.len());
        for (index, advert) in adverts {
            match self.packet(advert) {
                Ok((bytes, to)) => packets.push((*index, bytes, to)),
                Err(source) => errors.push(SendError { index: *index, source }),
            }
        }
        let datagrams: Vec<_> = packets.iter().map(|(_, bytes, to)| Datagram { bytes, to }).collect();
        for (at, source) in send_all(&self.socket, &datagrams) {
            errors.extend(packets.get(at).map(|(index, ..)| SendError { index: *index, source }));
        }
    }

    fn packet(&mut self, advert: &Advert) -> io::Result<(Vec<u8>, SockAddr)> {
        let (IpAddr::V4(source), IpAddr::V4(destination)) = (advert.source, advert.destination) else {
            return Err(only_ipv4());
        };
        let bytes = ipv4::build(self.identification, source, destination, &advert.payload)
            .ok_or_else(|| io::Error::from_raw_os_error(libc::EMSGSIZE))?;
        self.identification = self.identification.checked_add(1).unwrap_or(1);
        Ok((bytes, SockAddr::from(SocketAddrV4::new(destination, 0))))
    }

    /// True when there may be more.
    fn receive(&mut self, name: &InterfaceName, buffer: &mut [u8], out: &mut VecDeque<Event>) -> bool {
        for _ in 0..limits::PACKETS_PER_TURN {
            match recv(self.socket.as_raw_fd(), buffer, MsgFlags::MSG_DONTWAIT) {
                Ok(length) => {
                    self.errors = 0;
                    out.extend(buffer.get(..length).and_then(|bytes| packet_event(name, bytes)));
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
}

fn packet_event(interface: &InterfaceName, bytes: &[u8]) -> Option<Event> {
    let packet = ipv4::parse(bytes)?;
    Some(Event::Packet(ReceivedPacket {
        interface: interface.clone(),
        source: IpAddr::V4(packet.source),
        destination: IpAddr::V4(packet.destination),
        ttl: packet.ttl,
        stated_length: packet.stated_length,
        payload: packet.payload.to_vec(),
    }))
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
