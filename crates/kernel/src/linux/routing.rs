//! Routes and rules over connections of their own: their orders, and what there is of ours.
mod route;
mod rule;
mod watch;

use super::commands::{Commands, Order};
use super::netlink::Message;
use super::refusal;
use crate::ports::{Refusal, Routing, RoutingEvent, Ticket};
use model::holdings::RoutingChange;
use model::{InterfaceName, limits};
use netlink_packet_core::{NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST, NetlinkMessage};
use netlink_packet_route::RouteNetlinkMessage;
use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, Waker};
use watch::Watch;

/// The kernel's routes and rules.
///
/// An answer is told after what there is then. What there is of protocol keepalived is read at the start, and again whenever something has changed that may concern
/// it: the kernel does not tell of every route that goes with a link or an address.
pub struct LinuxRouting {
    watch: Watch,
    commands: Commands<RoutingChange>,
    events: VecDeque<RoutingEvent>,
    /// Answers whose outcome has not been told yet.
    answers: VecDeque<RoutingEvent>,
}

/// The links as far as routes need them.
#[derive(Debug, Default)]
pub(super) struct World {
    links: BTreeMap<InterfaceName, Link>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Link {
    index: u32,
    /// The table of a routing domain.
    vrf: Option<u32>,
}

/// Decodes a message as every listing does, for the fuzz targets.
#[cfg(fuzzing)]
pub(super) fn fuzz(message: &Message) {
    watch::fuzz(message);
}

impl World {
    /// The index of a link, or the `errno` for one that is not there.
    fn index(&self, name: &InterfaceName) -> Result<u32, i32> {
        self.links.get(name).map(|link| link.index).ok_or(libc::ENODEV)
    }

    /// The table of the routing domain that a link is.
    fn vrf(&self, name: &InterfaceName) -> Result<u32, i32> {
        let link = self.links.get(name).ok_or(libc::ENODEV)?;
        link.vrf.ok_or(libc::EOPNOTSUPP)
    }
}

impl LinuxRouting {
    /// Opens the connections and learns what there is; the first event tells of it. Needs a tokio runtime with IO and
    /// time, and keeps to the network namespace that the thread is in now.
    ///
    /// # Errors
    /// When a socket cannot be made, or the kernel does not list its routes in time.
    pub async fn open() -> io::Result<Self> {
        let mut routing = Self {
            watch: Watch::open()?,
            commands: Commands::open()?,
            events: VecDeque::new(),
            answers: VecDeque::new(),
        };
        let learnt = poll_fn(|cx| {
            routing.fill(cx);
            if routing.events.is_empty() { Poll::Pending } else { Poll::Ready(()) }
        });
        tokio::time::timeout(limits::NETLINK_TIMEOUT.into(), learnt).await.map_err(|_| io::ErrorKind::TimedOut)?;
        Ok(routing)
    }

    /// The next event. Cancel safe.
    pub async fn next_event(&mut self) -> RoutingEvent {
        poll_fn(|cx| {
            if self.events.is_empty() {
                self.fill(cx);
            }
            self.events.pop_front().map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// The next event that is already there.
    pub fn try_next_event(&mut self) -> Option<RoutingEvent> {
        if self.events.is_empty() {
            self.fill(&mut Context::from_waker(Waker::noop()));
        }
        self.events.pop_front()
    }

    fn fill(&mut self, cx: &mut Context<'_>) {
        self.commands.poll(cx);
        if self.commands.take_lost() {
            self.watch.look_again();
        }
        let known = self.answers.len();
        let answers = &mut self.answers;
        self.commands.finish(cx, self.watch.world(), |ticket, results| {
            answers.push_back(RoutingEvent::Applied { ticket, results });
        });
        if self.answers.len() > known {
            // What has been listed so far may be older than these answers.
            self.watch.look_again();
        }
        self.watch.poll(cx, &mut self.events);
        if self.watch.is_current() {
            self.events.append(&mut self.answers);
        }
    }
}

impl Routing for LinuxRouting {
    fn submit_routing(&mut self, ticket: Ticket, changes: Vec<RoutingChange>) {
        self.commands.submit(ticket, changes, self.watch.world());
    }
}

impl Order for RoutingChange {
    type World = World;

    fn message(&self, world: &World) -> Result<Message, i32> {
        let (request, flags) = match self {
            Self::AddRoute(route) => {
                (RouteNetlinkMessage::NewRoute(route::message(route, world)?), route::flags(route))
            }
            Self::RemoveRoute(route) => (RouteNetlinkMessage::DelRoute(route::message(route, world)?), 0),
            Self::AddRule(rule) => (RouteNetlinkMessage::NewRule(rule::message(rule)), NLM_F_CREATE | NLM_F_EXCL),
            Self::RemoveRule(rule) => (RouteNetlinkMessage::DelRule(rule::message(rule)), 0),
        };
        let mut message = NetlinkMessage::from(request);
        message.header.flags = NLM_F_REQUEST | NLM_F_ACK | flags;
        Ok(message)
    }

    fn judge(&self, errno: i32, _: &World) -> Result<(), Refusal> {
        match (self, errno) {
            (Self::AddRoute(route), libc::EEXIST) if !route::is_alone(route) => Ok(()),
            (Self::AddRoute(_), libc::EEXIST) => Err(Refusal { errno, text: "there is a route to it already".into() }),
            (Self::AddRoute(_), libc::ENETUNREACH) => {
                Err(Refusal { errno, text: "its next router cannot be reached from any link".into() })
            }
            (Self::AddRoute(route), libc::EOPNOTSUPP) if route.vrf.is_some() => {
                Err(Refusal { errno, text: "vrf names a link that is no routing domain".into() })
            }
            (Self::AddRule(_), libc::EEXIST)
            | (Self::RemoveRoute(_), libc::ESRCH | libc::ENODEV | libc::EOPNOTSUPP)
            | (Self::RemoveRule(_), libc::ENOENT) => Ok(()),
            _ => Err(refusal::of(errno)),
        }
    }
}

#[cfg(test)]
mod tests;
