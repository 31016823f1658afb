//! What there is of our routes and rules, and the links that they go by: listed at the start, and again after changes.
use super::super::netlink::{Answers, Broken, Message, Netlink};
use super::{Link, World, route, rule};
use crate::ports::RoutingEvent;
use model::holdings::{RouteKey, RuleKey};
use model::{InterfaceName, limits};
use netlink_packet_core::{NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::link::{InfoData, InfoVrf, LinkAttribute, LinkInfo, LinkMessage};
use netlink_packet_route::route::{RouteMessage, RouteProtocol};
use netlink_packet_route::rule::RuleMessage;
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use rtnetlink::MulticastGroup;
use std::collections::{BTreeSet, VecDeque};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::time::{Sleep, sleep};

/// Whoever changes one of these may have changed what routes there are: those of a link that goes down, or of an address
/// that goes, vanish without a word.
const GROUPS: [MulticastGroup; 7] = [
    MulticastGroup::Link,
    MulticastGroup::Ipv4Ifaddr,
    MulticastGroup::Ipv6Ifaddr,
    MulticastGroup::Ipv4Route,
    MulticastGroup::Ipv6Route,
    MulticastGroup::Ipv4Rule,
    MulticastGroup::Ipv6Rule,
];

/// What is listed, in this order.
const LISTS: usize = 5;

/// Routes, rules and links, kept current.
pub(super) struct Watch {
    line: Option<Netlink>,
    world: World,
    told: Option<(BTreeSet<RouteKey>, BTreeSet<RuleKey>)>,
    /// Something has changed since the listing under way began, or since the last one.
    stale: bool,
    listing: Option<Listing>,
    /// A listing has taken too long, or the connection may be opened again.
    timer: Option<Pin<Box<Sleep>>>,
}

#[derive(Default)]
struct Listing {
    answers: Option<Answers>,
    /// Lists that are complete.
    done: usize,
    consistent: bool,
    world: World,
    routes: BTreeSet<RouteKey>,
    rules: BTreeSet<RuleKey>,
}

impl Watch {
    /// Starts to listen, and to list.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub(super) fn open() -> io::Result<Self> {
        let line = Some(Netlink::open(&GROUPS)?);
        Ok(Self { line, world: World::default(), told: None, stale: true, listing: None, timer: None })
    }

    /// The links.
    pub(super) const fn world(&self) -> &World {
        &self.world
    }

    /// Whether everything has been told that there is.
    pub(super) const fn is_current(&self) -> bool {
        self.line.is_some() && self.listing.is_none() && !self.stale
    }

    /// What was told may be wrong.
    pub(super) const fn look_again(&mut self) {
        self.stale = true;
    }

    /// Takes what has arrived, and tells what is new.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, out: &mut VecDeque<RoutingEvent>) {
        loop {
            if self.advance(cx, out).is_err() {
                self.line = None;
                self.listing = None;
                self.timer = Some(Box::pin(sleep(limits::NETLINK_REOPEN.into())));
            }
            if !self.timer.as_mut().is_some_and(|timer| timer.as_mut().poll(cx).is_ready()) {
                return;
            }
            // Over a new connection: answers that come late would be taken for those of the next listing.
            self.timer = None;
            self.listing = None;
            self.stale = true;
            self.line = Netlink::open(&GROUPS).ok();
            if self.line.is_none() {
                self.timer = Some(Box::pin(sleep(limits::NETLINK_REOPEN.into())));
            }
        }
    }

    fn advance(&mut self, cx: &mut Context<'_>, out: &mut VecDeque<RoutingEvent>) -> Result<(), Broken> {
        loop {
            let Some(line) = &mut self.line else { return Ok(()) };
            line.advance(cx)?;
            while let Some(message) = line.unsolicited(cx) {
                self.stale |= concerns_us(&message);
            }
            if self.listing.is_none() {
                if !self.stale {
                    return Ok(());
                }
                self.begin()?;
            } else if !self.take(cx, out)? {
                return Ok(());
            }
        }
    }

    fn begin(&mut self) -> Result<(), Broken> {
        self.stale = false;
        self.timer = Some(Box::pin(sleep(limits::NETLINK_TIMEOUT.into())));
        let line = self.line.as_ref().ok_or(Broken)?;
        let answers = Some(line.request(vec![question(0)])?);
        self.listing = Some(Listing { answers, consistent: true, ..Listing::default() });
        Ok(())
    }

    /// Takes what has arrived of a listing. True when something is left to do at once.
    fn take(&mut self, cx: &mut Context<'_>, out: &mut VecDeque<RoutingEvent>) -> Result<bool, Broken> {
        let Some(listing) = &mut self.listing else { return Ok(false) };
        while let Some(answers) = &mut listing.answers {
            match answers.as_mut().poll_next(cx) {
                Poll::Pending => return Ok(false),
                Poll::Ready(Some(message)) => listing.hear(&message)?,
                Poll::Ready(None) => listing.answers = None,
            }
        }
        listing.done += 1;
        if listing.done < LISTS {
            let line = self.line.as_ref().ok_or(Broken)?;
            listing.answers = Some(line.request(vec![question(listing.done)])?);
            return Ok(true);
        }
        self.timer = None;
        let Listing { consistent, world, routes, rules, .. } = self.listing.take().unwrap_or_default();
        self.stale |= !consistent;
        self.world = world;
        let found = Some((routes, rules));
        // One that was spoilt by changes is not told, unless nothing at all has been told before.
        if self.told != found && (consistent || self.told.is_none()) {
            self.told = found;
            out.extend(self.told.clone().map(|(routes, rules)| RoutingEvent::Holds { routes, rules }));
        }
        Ok(true)
    }
}

impl Listing {
    fn hear(&mut self, message: &Message) -> Result<(), Broken> {
        self.consistent &= message.header.flags & NLM_F_DUMP_INTR == 0;
        match &message.payload {
            NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewLink(link)) => self.world.links.extend(named(link)),
            NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewRoute(message)) => {
                self.routes.extend(route::key(message));
            }
            NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewRule(message)) => {
                self.rules.extend(rule::key(message));
            }
            // A kernel without IPv6 has no such routes and rules.
            NetlinkPayload::Error(error) if error.code.is_some_and(|code| code.get() != -libc::EOPNOTSUPP) => {
                return Err(Broken);
            }
            _ => {}
        }
        Ok(())
    }
}

/// As a listing hears it, and as a notification.
#[cfg(fuzzing)]
pub(super) fn fuzz(message: &Message) {
    let _ = (Listing::default().hear(message), concerns_us(message));
}

/// A link with its name.
fn named(message: &LinkMessage) -> Option<(InterfaceName, Link)> {
    let mut name = None;
    let mut vrf = None;
    for attribute in &message.attributes {
        match attribute {
            LinkAttribute::IfName(text) => name = InterfaceName::new(text).ok(),
            LinkAttribute::LinkInfo(infos) => vrf = infos.iter().find_map(vrf_table),
            _ => {}
        }
    }
    Some((name?, Link { index: message.header.index, vrf }))
}

fn vrf_table(info: &LinkInfo) -> Option<u32> {
    let LinkInfo::Data(InfoData::Vrf(words)) = info else { return None };
    words.iter().find_map(|word| match word {
        InfoVrf::TableId(table) => Some(*table),
        _ => None,
    })
}

/// Whether a notification may mean that other routes or rules of ours are there. Others' routes come and go by the
/// thousand where a routing daemon runs.
fn concerns_us(message: &Message) -> bool {
    match &message.payload {
        NetlinkPayload::InnerMessage(
            RouteNetlinkMessage::NewRoute(message) | RouteNetlinkMessage::DelRoute(message),
        ) => route::key(message).is_some(),
        NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewRule(message) | RouteNetlinkMessage::DelRule(message)) => {
            rule::key(message).is_some()
        }
        _ => true,
    }
}

/// What asks for one of the lists.
fn question(list: usize) -> Message {
    let routes = |family| {
        let mut message = RouteMessage::default();
        message.header.address_family = family;
        // Kernels that filter list ours alone.
        message.header.protocol = RouteProtocol::KeepAlived;
        RouteNetlinkMessage::GetRoute(message)
    };
    let rules = |family| {
        let mut message = RuleMessage::default();
        message.header.family = family;
        RouteNetlinkMessage::GetRule(message)
    };
    let mut message = NetlinkMessage::from(match list {
        0 => RouteNetlinkMessage::GetLink(LinkMessage::default()),
        1 => routes(AddressFamily::Inet),
        2 => routes(AddressFamily::Inet6),
        3 => rules(AddressFamily::Inet),
        _ => rules(AddressFamily::Inet6),
    });
    message.header.flags = NLM_F_REQUEST | NLM_F_DUMP;
    message
}
