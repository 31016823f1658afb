//! The real hands, on Linux.
pub mod addresses;
pub mod carrier;
pub mod children;
pub mod clock;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod host;
pub mod identity;
pub mod namespace;
pub mod nftables;
pub mod routing;
pub mod sched;
pub mod sysctl;
pub mod tunnel;

mod advert_socket;
mod advert_sockets;
mod announce_socket;
mod commands;
mod frame;
mod ipv4;
mod ipv6;
mod links;
mod monitor;
mod netlink;
pub mod pattern;
mod process;
pub mod processes;
mod refusal;
mod rtnetlink;
mod sys;

use crate::ports::{Addresses, Adverts, AnnounceError, Announcer, Event, ListenError, SendError, Ticket};
use advert_sockets::AdvertSockets;
use announce_socket::AnnounceSocket;
use model::holdings::Change;
use model::net::{Advert, Announcement, Endpoint};
use model::{InterfaceName, limits};
use monitor::Monitor;
use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, Waker, ready};

/// The kernel as the vrrp thread sees it: all its sockets, and what they have told.
///
/// Events are taken from all sources in turn, a bounded number from each, and all of those are handed out before any
/// source is asked again. What the links say comes before the answers to submissions, and those before packets: when an
/// answer says that an address is on its link, the list of that link has already been reported.
pub struct LinuxKernel {
    monitor: Monitor,
    commands: commands::Commands<Change>,
    adverts: AdvertSockets,
    announcer: AnnounceSocket,
    events: VecDeque<Event>,
}

/// The kernel could not be reached.
#[derive(Debug)]
pub struct OpenError {
    what: &'static str,
    source: io::Error,
}

impl OpenError {
    /// Whether a permission is missing; the message says which.
    #[must_use]
    pub fn is_permission(&self) -> bool {
        self.source.kind() == io::ErrorKind::PermissionDenied
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be opened: {}", self.what, self.source)
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl LinuxKernel {
    /// Opens the sockets and learns all links and addresses; the first events are a `Link` for each. Needs a tokio runtime
    /// with IO and time, and keeps to the network namespace that the thread is in now.
    ///
    /// # Errors
    /// Without `CAP_NET_RAW` or `CAP_NET_ADMIN`, and when the kernel does not list its links in time.
    pub async fn open() -> Result<Self, OpenError> {
        let error = |what| move |source| OpenError { what, source };
        let mut kernel = Self {
            announcer: AnnounceSocket::open().map_err(error("socket for announcements"))?,
            monitor: Monitor::open().map_err(error("netlink monitor"))?,
            commands: commands::Commands::open().map_err(error("netlink connection"))?,
            adverts: AdvertSockets::new().map_err(error("poller of advert sockets"))?,
            events: VecDeque::new(),
        };
        tokio::time::timeout(limits::NETLINK_TIMEOUT.into(), kernel.learn())
            .await
            .map_err(|_| OpenError { what: "list of links", source: io::ErrorKind::TimedOut.into() })?
            .map_err(error("netlink connection"))?;
        Ok(kernel)
    }

    /// Waits for the first dump, and for the answer to whether we may change anything.
    async fn learn(&mut self) -> io::Result<()> {
        let mut answers = self.commands.ask(rtnetlink::question_of_permission())?;
        let mut permitted = false;
        poll_fn(|cx| {
            self.fill(cx);
            if !permitted {
                let answer = ready!(answers.as_mut().poll_next(cx)).ok_or(io::ErrorKind::NotConnected)?;
                rtnetlink::permission(&answer)?;
                permitted = true;
            }
            if self.monitor.is_current() { Poll::Ready(Ok(())) } else { Poll::Pending }
        })
        .await
    }

    /// The next event. Cancel safe.
    pub async fn next_event(&mut self) -> Event {
        poll_fn(|cx| self.poll_event(cx)).await
    }

    /// The next event that is already there. Packets are asked for directly: one that arrived before this call is found
    /// even if the process stood still in between.
    pub fn try_next_event(&mut self) -> Option<Event> {
        if self.events.is_empty() {
            let mut cx = Context::from_waker(Waker::noop());
            self.fill_from_netlink(&mut cx);
            self.adverts.receive(&mut self.events);
        }
        self.events.pop_front()
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        if self.events.is_empty() {
            if self.adverts.take_more() {
                // A flood: without a turn of the runtime it would not learn that the links have something to say, too.
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            self.fill(cx);
        }
        self.events.pop_front().map_or(Poll::Pending, Poll::Ready)
    }

    fn fill(&mut self, cx: &mut Context<'_>) {
        self.fill_from_netlink(cx);
        self.adverts.poll(cx, &mut self.events);
    }

    fn fill_from_netlink(&mut self, cx: &mut Context<'_>) {
        // An answer that is seen here was sent after the notifications that belong to it.
        self.commands.poll(cx);
        if self.commands.take_lost() {
            self.monitor.resynchronise(&mut self.events);
        }
        self.monitor.poll(cx, &mut self.events);
        let events = &mut self.events;
        let report = |ticket, results| events.push_back(Event::Applied { ticket, results });
        self.commands.finish(cx, self.monitor.table(), report);
    }
}

impl Addresses for LinuxKernel {
    fn submit(&mut self, ticket: Ticket, changes: Vec<Change>) {
        self.commands.submit(ticket, changes, self.monitor.table());
    }
}

impl Adverts for LinuxKernel {
    fn listen(&mut self, endpoints: &BTreeSet<Endpoint>) -> Vec<ListenError> {
        self.adverts.listen(endpoints)
    }

    fn send(&mut self, adverts: &[Advert]) -> Vec<SendError> {
        self.adverts.send(adverts)
    }
}

impl Announcer for LinuxKernel {
    fn announce(&mut self, announcements: &[Announcement]) -> Vec<AnnounceError> {
        self.announcer.announce(announcements, self.monitor.table())
    }
}

/// The index of the link with this name, asked of the kernel.
fn index_of(name: &InterfaceName) -> io::Result<u32> {
    nix::net::if_::if_nametoindex(name.as_str()).map_err(|errno| match errno {
        nix::errno::Errno::ENODEV => io::Error::new(io::ErrorKind::NotFound, "no such link"),
        errno => errno.into(),
    })
}
