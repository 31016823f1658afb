//! Puts addresses on links and takes them off, in batches: one datagram, one answer for each change.
use super::links::{Index, Table};
use super::netlink::{Answers, Broken, Message, Netlink};
use super::refusal;
use crate::ports::{Event, Refusal, Ticket};
use model::config::vrrp::VirtualAddress;
use model::holdings::Change;
use model::{Family, InterfaceName, Interval, limits};
use netlink_packet_core::{NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::address::{
    AddressAttribute, AddressFlags, AddressHeaderFlags, AddressMessage, AddressScope, CacheInfo,
};
use rtnetlink::AddressMessageBuilder;
use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

/// The connection over which changes are ordered.
pub(super) struct Commands {
    line: Option<Netlink>,
    waiting: VecDeque<Submission>,
    running: Option<Submission>,
    /// When the running batch counts as unanswered.
    timer: Pin<Box<Sleep>>,
    lost: bool,
}

/// Changes that belong to one ticket.
struct Submission {
    ticket: Ticket,
    changes: VecDeque<Change>,
    /// Those that have been sent, with what came back.
    batch: Vec<(Change, Option<Result<(), i32>>)>,
    answers: Option<Answers>,
    results: Vec<(Change, Result<(), Refusal>)>,
}

impl Commands {
    /// # Errors
    /// When the socket cannot be made.
    pub(super) fn open() -> io::Result<Self> {
        Ok(Self {
            line: Some(Netlink::open(&[])?),
            waiting: VecDeque::new(),
            running: None,
            timer: Box::pin(sleep(Duration::ZERO)),
            lost: false,
        })
    }

    /// Asks for something that nobody without permission may ask for, and that changes nothing: take an address off a link
    /// that cannot exist. [`permission`] understands the answer.
    ///
    /// # Errors
    /// When the connection broke.
    pub(super) fn ask_permission(&mut self) -> io::Result<Answers> {
        let mut message =
            NetlinkMessage::from(RouteNetlinkMessage::DelAddress(bare(Ipv4Addr::UNSPECIFIED.into(), 32, 0)));
        message.header.flags = NLM_F_REQUEST | NLM_F_ACK;
        let line = self.line.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        line.request(vec![message]).map_err(|Broken| io::ErrorKind::NotConnected.into())
    }

    /// Sends the changes at once if nothing else is under way. The kernel carries them out within the system call.
    pub(super) fn submit(&mut self, ticket: Ticket, changes: Vec<Change>, table: &Table) {
        let results = Vec::with_capacity(changes.len());
        let changes = VecDeque::from(changes);
        self.waiting.push_back(Submission { ticket, changes, batch: Vec::new(), answers: None, results });
        let mut cx = Context::from_waker(Waker::noop());
        self.start(&mut cx, table);
    }

    /// Takes the answers that have arrived.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) {
        let Some(line) = &mut self.line else { return };
        if line.advance(cx).is_err() {
            self.break_off(libc::ENOTCONN);
            return;
        }
        while let Some(message) = line.unsolicited(cx) {
            if matches!(message.payload, NetlinkPayload::Overrun(_)) {
                self.break_off(libc::ENOBUFS);
                return;
            }
        }
        let Some(running) = &mut self.running else { return };
        running.take_answers(cx);
        if running.is_unanswered() && self.timer.as_mut().poll(cx).is_ready() {
            // Answers that came later would be taken for those of the next batch: the connection ends too.
            self.break_off(0);
        }
    }

    /// Whether answers were lost since this was last asked, so that nobody knows what the kernel holds now.
    pub(super) fn take_lost(&mut self) -> bool {
        std::mem::take(&mut self.lost)
    }

    /// Reports what is complete, and sends what waited for it.
    pub(super) fn finish(&mut self, cx: &mut Context<'_>, table: &Table, out: &mut VecDeque<Event>) {
        loop {
            match &mut self.running {
                Some(running) if running.is_unanswered() => return,
                Some(running) => running.settle(table),
                None => {}
            }
            if let Some(done) = self.running.take_if(|running| running.changes.is_empty()) {
                out.push_back(Event::Applied { ticket: done.ticket, results: done.results });
            }
            if self.running.is_none() && self.waiting.is_empty() {
                return;
            }
            self.start(cx, table);
        }
    }

    /// Sends the next batch, unless one is under way.
    fn start(&mut self, cx: &mut Context<'_>, table: &Table) {
        if self.running.as_ref().is_some_and(|running| !running.batch.is_empty()) {
            return;
        }
        if self.running.is_none() {
            self.running = self.waiting.pop_front();
        }
        let Some(running) = &mut self.running else { return };
        let messages = running.fill_batch(table);
        if messages.is_empty() {
            return;
        }
        self.timer.as_mut().reset(Instant::now() + Duration::from(limits::NETLINK_TIMEOUT));
        // Polled so that its end wakes whoever waits.
        let _ = self.timer.as_mut().poll(cx);
        if self.send(cx, messages).is_err() {
            self.break_off(libc::ENOTCONN);
        }
    }

    fn send(&mut self, cx: &mut Context<'_>, messages: Vec<Message>) -> Result<(), Broken> {
        if self.line.is_none() {
            self.line = Some(Netlink::open(&[]).map_err(|_| Broken)?);
        }
        let (Some(line), Some(running)) = (&mut self.line, &mut self.running) else { return Err(Broken) };
        running.answers = Some(line.request(messages)?);
        line.advance(cx)
    }

    /// Gives up the connection and what it has not answered.
    fn break_off(&mut self, errno: i32) {
        self.line = None;
        self.lost = true;
        if let Some(running) = &mut self.running {
            running.answers = None;
            for (_, answer) in &mut running.batch {
                answer.get_or_insert(Err(errno));
            }
        }
    }
}

impl Submission {
    /// Takes a batch of changes and makes their messages; a change for a link that does not exist is answered here.
    fn fill_batch(&mut self, table: &Table) -> Vec<Message> {
        let mut indexes = Indexes { table, last: None };
        let mut messages = Vec::new();
        let count = self.changes.len().min(limits::NETLINK_BATCH);
        for change in self.changes.drain(..count) {
            let index = indexes.of(&change.key().interface);
            messages.extend(index.map(|index| message(&change, index, table)));
            self.batch.push((change, index.is_none().then_some(Err(libc::ENODEV))));
        }
        messages
    }

    fn is_unanswered(&self) -> bool {
        self.batch.iter().any(|(_, answer)| answer.is_none())
    }

    /// The kernel answers in the order of the requests.
    fn take_answers(&mut self, cx: &mut Context<'_>) {
        let Some(answers) = &mut self.answers else { return };
        while let Poll::Ready(Some(message)) = answers.as_mut().poll_next(cx) {
            let NetlinkPayload::Error(error) = message.payload else { continue };
            if let Some((_, answer)) = self.batch.iter_mut().find(|(_, answer)| answer.is_none()) {
                *answer = Some(error.code.map_or(Ok(()), |code| Err(code.get().saturating_abs())));
            }
        }
    }

    /// Turns the answers of a batch into results.
    fn settle(&mut self, table: &Table) {
        self.answers = None;
        for (change, answer) in self.batch.drain(..) {
            let result = match answer {
                Some(Ok(())) => Ok(()),
                Some(Err(errno)) => judge(&change, errno, table),
                None => Err(refusal::no_answer()),
            };
            self.results.push((change, result));
        }
    }
}

/// What the answer to [`Commands::ask_permission`] means.
///
/// # Errors
/// Without `CAP_NET_ADMIN`.
pub(super) fn permission(answer: &Message) -> io::Result<()> {
    match &answer.payload {
        NetlinkPayload::Error(error) => match error.code.map(|code| code.get().saturating_abs()) {
            Some(errno @ (libc::EPERM | libc::EACCES)) => {
                Err(refusal::explained(io::Error::from_raw_os_error(errno), "CAP_NET_ADMIN"))
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// What is already as it should be is no refusal.
fn judge(change: &Change, errno: i32, table: &Table) -> Result<(), Refusal> {
    match (change, errno) {
        // IPv4 knows an address with another prefix length as another one, IPv6 does not.
        (Change::AddAddress(a), libc::EEXIST)
            if a.prefix.family() == Family::V6 && table.holds_otherwise(&change.key()) =>
        {
            Err(refusal::other_length())
        }
        (Change::AddAddress(_), libc::EEXIST) | (Change::RemoveAddress(_), libc::EADDRNOTAVAIL | libc::ENODEV) => {
            Ok(())
        }
        _ => Err(refusal::of(errno)),
    }
}

/// Finds links by name, remembering the last: a batch is often for one link.
struct Indexes<'a> {
    table: &'a Table,
    last: Option<(InterfaceName, Option<Index>)>,
}

impl Indexes<'_> {
    fn of(&mut self, name: &InterfaceName) -> Option<Index> {
        match &self.last {
            Some((last, index)) if last == name => *index,
            _ => {
                let index = self.table.index(name).or_else(|| super::index_of(name).ok());
                self.last = Some((name.clone(), index));
                index
            }
        }
    }
}

fn message(change: &Change, index: Index, table: &Table) -> Message {
    let (request, flags) = match change {
        Change::AddAddress(address) => {
            (RouteNetlinkMessage::NewAddress(addition(address, index)), NLM_F_CREATE | NLM_F_EXCL)
        }
        Change::RemoveAddress(key) => {
            let mut message = bare(key.prefix.address(), key.prefix.length(), index);
            if let Some(peer) = table.peer_of(key) {
                point_to(&mut message, key.prefix.address(), peer);
            }
            (RouteNetlinkMessage::DelAddress(message), 0)
        }
    };
    let mut message = NetlinkMessage::from(request);
    message.header.flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    message
}

/// Address and prefix length alone. The builder adds a broadcast address, which nobody asked for.
fn bare(address: IpAddr, length: u8, index: Index) -> AddressMessage {
    let mut message = match address {
        IpAddr::V4(address) => AddressMessageBuilder::<Ipv4Addr>::new().index(index).address(address, length).build(),
        IpAddr::V6(address) => AddressMessageBuilder::<Ipv6Addr>::new().index(index).address(address, length).build(),
    };
    message.attributes.retain(|a| !matches!(a, AddressAttribute::Broadcast(_)));
    message
}

fn addition(address: &VirtualAddress, index: Index) -> AddressMessage {
    let mut message = bare(address.prefix.address(), address.prefix.length(), index);
    message.header.scope = AddressScope::from(address.scope);
    if let Some(peer) = address.peer {
        message.header.prefix_len = peer.length();
        point_to(&mut message, address.prefix.address(), peer.address());
    }
    if address.prefix.family() == Family::V4 {
        message.attributes.extend(address.broadcast.map(AddressAttribute::Broadcast));
        message.attributes.extend(address.label.clone().map(AddressAttribute::Label));
    }
    let flags = flags_of(address);
    message.header.flags = AddressHeaderFlags::from_bits_truncate(u8::try_from(flags.bits() & 0xff).unwrap_or(0));
    // Those that do not fit in the header; old kernels know only those that do.
    if flags.bits() > 0xff {
        message.attributes.push(AddressAttribute::Flags(flags));
    }
    message.attributes.extend(address.preferred_lifetime.map(lifetime));
    message
}

/// `Address` is the other end, `Local` ours; the length is that of the other end's network.
fn point_to(message: &mut AddressMessage, own: IpAddr, peer: IpAddr) {
    message.attributes.retain(|a| !matches!(a, AddressAttribute::Address(_) | AddressAttribute::Local(_)));
    message.attributes.push(AddressAttribute::Address(peer));
    message.attributes.push(AddressAttribute::Local(own));
}

fn flags_of(address: &VirtualAddress) -> AddressFlags {
    let six = address.prefix.family() == Family::V6;
    let flag = |on: bool, flag: AddressFlags| if on { flag } else { AddressFlags::empty() };
    // Duplicate detection would keep the address from use for a second, and fail against a master that lets go.
    flag(six && address.nodad, AddressFlags::Nodad)
        | flag(six && address.home, AddressFlags::Homeaddress)
        | flag(six && address.manage_temporary, AddressFlags::Managetempaddr)
        | flag(address.no_prefix_route, AddressFlags::Noprefixroute)
        | flag(address.autojoin, AddressFlags::Mcautojoin)
}

/// Valid for ever; preferred for so long, zero makes it deprecated from the start.
fn lifetime(preferred: Interval) -> AddressAttribute {
    let mut info = CacheInfo::default();
    info.ifa_valid = u32::MAX;
    // The largest number is "for ever".
    info.ifa_preferred = u32::try_from(preferred.as_secs()).unwrap_or(u32::MAX);
    AddressAttribute::CacheInfo(info)
}

#[cfg(test)]
mod tests;
