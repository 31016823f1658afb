//! All sockets for adverts: one for each link, family and protocol.
use super::advert_socket::{AdvertSocket, Place};
use super::index_of;
use super::sys::{self, Watched};
use crate::ports::{Event, ListenError, SendError};
use model::net::{Advert, Endpoint};
use model::{Family, limits};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::net::IpAddr;
use std::task::{Context, Poll};
use tokio::io::unix::AsyncFd;

/// Sockets asked about with one system call.
const READY_AT_ONCE: usize = 64;

/// The sockets.
pub(super) struct AdvertSockets {
    sockets: BTreeMap<Place, Entry>,
    /// Which sockets have packets: level-triggered, so that it can also be asked directly, past the runtime.
    poller: AsyncFd<Watched<Epoll>>,
    next_token: u64,
    buffer: Vec<u8>,
    /// A socket had more packets than could be taken.
    more: bool,
}

struct Entry {
    socket: AdvertSocket,
    token: u64,
}

/// What a socket is to be like.
#[derive(Default)]
struct Wish {
    groups: BTreeSet<IpAddr>,
    receive_bytes: u32,
}

impl AdvertSockets {
    /// No socket yet. Needs a tokio runtime.
    ///
    /// # Errors
    /// When no descriptor is left.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            sockets: BTreeMap::new(),
            poller: sys::watch(Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?)?,
            next_token: 0,
            buffer: vec![0; limits::PACKET_BYTES],
            more: false,
        })
    }

    /// Makes the sockets be those of these endpoints. One that is right is not touched; one whose link was replaced is
    /// opened again.
    pub(super) fn listen(&mut self, endpoints: &BTreeSet<Endpoint>) -> Vec<ListenError> {
        let mut wanted: BTreeMap<Place, Wish> = BTreeMap::new();
        for endpoint in endpoints {
            let wish = wanted.entry(place_of(endpoint)).or_default();
            wish.groups.insert(endpoint.group);
            wish.receive_bytes = wish.receive_bytes.max(endpoint.receive_bytes);
        }
        self.sockets.retain(|place, _| wanted.contains_key(place));
        let mut errors = Vec::new();
        for (place, wish) in wanted {
            self.listen_at(&place, &wish, &mut errors);
        }
        errors
    }

    fn listen_at(&mut self, place: &Place, wish: &Wish, errors: &mut Vec<ListenError>) {
        let Wish { groups, receive_bytes } = wish;
        let error = |group: &IpAddr, source| {
            let (interface, protocol) = (place.interface.clone(), place.protocol);
            let endpoint = Endpoint { interface, group: *group, protocol, receive_bytes: *receive_bytes };
            ListenError { endpoint, source }
        };
        if let Err(source) = self.open(place) {
            self.sockets.remove(place);
            let copy = || io::Error::new(source.kind(), source.to_string());
            errors.extend(groups.iter().map(|group| error(group, copy())));
            return;
        }
        let Some(entry) = self.sockets.get_mut(place) else { return };
        entry.socket.make_room(*receive_bytes);
        let to_join: BTreeSet<IpAddr> = groups.iter().copied().filter(|group| !group.is_unspecified()).collect();
        let refused = entry.socket.be_in(&to_join);
        errors.extend(refused.into_iter().map(|(group, source)| error(&group, source)));
    }

    /// Makes sure of a socket on the link as it is now.
    fn open(&mut self, place: &Place) -> io::Result<()> {
        let index = index_of(&place.interface)?;
        if self.sockets.get(place).is_some_and(|open| open.socket.is_on(index)) {
            return Ok(());
        }
        let socket = AdvertSocket::open(place, index)?;
        let token = self.next_token;
        self.next_token = self.next_token.wrapping_add(1);
        self.poller.get_ref().0.add(&socket, EpollEvent::new(EpollFlags::EPOLLIN, token))?;
        // A socket that was there for an older link of this name is closed here, which takes it off the poller.
        self.sockets.insert(place.clone(), Entry { socket, token });
        Ok(())
    }

    /// Sends adverts: one system call for all that leave by one socket.
    pub(super) fn send(&mut self, adverts: &[Advert]) -> Vec<SendError> {
        let mut errors = Vec::new();
        let mut by_socket: BTreeMap<Place, Vec<(usize, &Advert)>> = BTreeMap::new();
        for (index, advert) in adverts.iter().enumerate() {
            let (interface, family) = (advert.interface.clone(), Family::of(advert.source));
            let place = Place { interface, family, protocol: advert.protocol };
            by_socket.entry(place).or_default().push((index, advert));
        }
        for (place, adverts) in by_socket {
            match self.sockets.get(&place) {
                Some(entry) => entry.socket.send(&adverts, &mut errors),
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

    /// Appends packets that the runtime knows of, at most `limits::PACKETS_PER_TURN` for each socket.
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

    /// Appends packets that have arrived, at most `limits::PACKETS_PER_TURN` for each socket. Asks the kernel, not the
    /// runtime, so that nothing is overlooked that came while the process stood still.
    pub(super) fn receive(&mut self, out: &mut VecDeque<Event>) {
        let mut events = [EpollEvent::empty(); READY_AT_ONCE];
        let count = self.poller.get_ref().0.wait(&mut events, EpollTimeout::ZERO).unwrap_or(0);
        for token in events.iter().take(count).map(EpollEvent::data) {
            let Some((place, entry)) = self.sockets.iter_mut().find(|(_, entry)| entry.token == token) else {
                continue;
            };
            self.more |= entry.socket.receive(&place.interface, &mut self.buffer, out);
            if entry.socket.is_broken() {
                let place = place.clone();
                self.sockets.remove(&place);
            }
        }
    }
}

fn place_of(endpoint: &Endpoint) -> Place {
    let (interface, family) = (endpoint.interface.clone(), Family::of(endpoint.group));
    Place { interface, family, protocol: endpoint.protocol }
}

fn is_readable(epoll: &Epoll) -> bool {
    // Level-triggered: asking takes nothing away.
    let mut events = [EpollEvent::empty(); 1];
    epoll.wait(&mut events, EpollTimeout::ZERO).is_ok_and(|count| count > 0)
}

fn no_socket() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "no advert socket is open on this link")
}
