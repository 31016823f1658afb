//! Watches links and addresses: a dump at the start and after lost messages, notifications in between.
use super::links::{Snapshot, Table};
use super::netlink::{Answers, Broken, Message, Netlink};
use crate::ports::Event;
use model::limits;
use netlink_packet_core::{NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::address::AddressMessage;
use netlink_packet_route::link::LinkMessage;
use rtnetlink::MulticastGroup;
use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::time::{Sleep, sleep};

const GROUPS: [MulticastGroup; 3] = [MulticastGroup::Link, MulticastGroup::Ipv4Ifaddr, MulticastGroup::Ipv6Ifaddr];

/// The state of the links, kept current.
pub(super) struct Monitor {
    line: Option<Netlink>,
    table: Table,
    dump: Option<Dump>,
    /// Dumps in a row that were spoilt by changes.
    spoilt: u32,
    /// The dump has taken too long, or the connection may be opened again.
    timer: Option<Pin<Box<Sleep>>>,
}

/// A dump under way: links, then addresses.
struct Dump {
    answers: Answers,
    links: bool,
    snapshot: Snapshot,
    consistent: bool,
}

impl Monitor {
    /// Starts to listen and asks for a dump.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub(super) fn open() -> io::Result<Self> {
        let line = Some(Netlink::open(&GROUPS)?);
        let mut monitor = Self { line, table: Table::default(), dump: None, spoilt: 0, timer: None };
        monitor.begin_dump();
        Ok(monitor)
    }

    /// What is known.
    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// Whether everything has been reported that was asked for, so that the table can be believed.
    pub(super) fn is_current(&self) -> bool {
        self.line.is_some() && self.dump.is_none()
    }

    /// Messages were lost elsewhere: says so, and reports everything again after a fresh dump.
    pub(super) fn resynchronise(&mut self, out: &mut VecDeque<Event>) {
        out.push_back(Event::Overrun);
        self.spoilt = 0;
        self.begin_dump();
    }

    /// Takes what has arrived and appends what has changed.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, out: &mut VecDeque<Event>) {
        loop {
            if self.take(cx, out).is_err() {
                self.line = None;
                self.dump = None;
                self.timer = Some(Box::pin(sleep(limits::NETLINK_REOPEN.into())));
            }
            if !self.timer_ends(cx) {
                break;
            }
            self.reopen(out);
        }
        if self.is_current() {
            self.table.report(out);
        }
    }

    fn timer_ends(&mut self, cx: &mut Context<'_>) -> bool {
        self.timer.as_mut().is_some_and(|timer| timer.as_mut().poll(cx).is_ready())
    }

    fn reopen(&mut self, out: &mut VecDeque<Event>) {
        self.timer = None;
        match Netlink::open(&GROUPS) {
            Ok(line) => {
                self.line = Some(line);
                self.resynchronise(out);
            }
            Err(_) => self.timer = Some(Box::pin(sleep(limits::NETLINK_REOPEN.into()))),
        }
    }

    fn take(&mut self, cx: &mut Context<'_>, out: &mut VecDeque<Event>) -> Result<(), Broken> {
        loop {
            let Some(line) = &mut self.line else { return Ok(()) };
            line.advance(cx)?;
            let mut lost = false;
            while let Some(message) = line.unsolicited(cx) {
                match message.payload {
                    NetlinkPayload::InnerMessage(inner) => self.table.apply(&inner),
                    NetlinkPayload::Overrun(_) => lost = true,
                    _ => {}
                }
            }
            if lost {
                self.resynchronise(out);
            } else if !self.take_dump(cx)? {
                return Ok(());
            }
        }
    }

    /// Takes what has arrived of the dump. True when another request has been queued, which the connection must send.
    fn take_dump(&mut self, cx: &mut Context<'_>) -> Result<bool, Broken> {
        let Some(dump) = &mut self.dump else { return Ok(false) };
        loop {
            match dump.answers.as_mut().poll_next(cx) {
                Poll::Pending => return Ok(false),
                Poll::Ready(Some(message)) => dump.take(&message)?,
                Poll::Ready(None) => break,
            }
        }
        let (Some(line), Some(dump)) = (&self.line, self.dump.take()) else { return Err(Broken) };
        if dump.links {
            let answers = line.request(vec![ask(RouteNetlinkMessage::GetAddress(AddressMessage::default()))])?;
            self.dump = Some(Dump { answers, links: false, ..dump });
            return Ok(true);
        }
        self.end_dump(dump);
        Ok(self.dump.is_some())
    }

    fn end_dump(&mut self, dump: Dump) {
        self.timer = None;
        self.spoilt = if dump.consistent { 0 } else { self.spoilt.saturating_add(1) };
        self.table.end_dump(dump.snapshot, dump.consistent);
        if (1..limits::DUMP_ATTEMPTS).contains(&self.spoilt) {
            self.begin_dump();
        }
    }

    fn begin_dump(&mut self) {
        let Some(line) = &self.line else { return };
        self.table.begin_dump();
        self.table.report_everything_again();
        // Over a broken connection, the next `take` finds out.
        let request = line.request(vec![ask(RouteNetlinkMessage::GetLink(LinkMessage::default()))]);
        self.dump =
            request.ok().map(|answers| Dump { answers, links: true, snapshot: Snapshot::default(), consistent: true });
        self.timer = Some(Box::pin(sleep(limits::NETLINK_TIMEOUT.into())));
    }
}

impl Dump {
    fn take(&mut self, message: &Message) -> Result<(), Broken> {
        self.consistent &= message.header.flags & NLM_F_DUMP_INTR == 0;
        match &message.payload {
            NetlinkPayload::InnerMessage(inner) => self.snapshot.take(inner),
            // The kernel does not refuse a dump of its links; if it does, a new connection is the one thing left to try.
            NetlinkPayload::Error(error) if error.code.is_some() => return Err(Broken),
            _ => {}
        }
        Ok(())
    }
}

fn ask(request: RouteNetlinkMessage) -> Message {
    let mut message = NetlinkMessage::from(request);
    message.header.flags = NLM_F_REQUEST | NLM_F_DUMP;
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    /// Polls until the monitor knows everything, and returns what it said.
    async fn until_current(monitor: &mut Monitor) -> Vec<Event> {
        let mut out = VecDeque::new();
        poll_fn(|cx| {
            monitor.poll(cx, &mut out);
            if monitor.is_current() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        out.into()
    }

    fn tells_of_loopback(events: &[Event]) -> bool {
        events.iter().any(|event| matches!(event, Event::Link { interface, .. } if interface.as_str() == "lo"))
    }

    #[tokio::test]
    async fn a_broken_connection_is_opened_again_and_everything_told() {
        let mut monitor = Monitor::open().expect("a monitor");
        let first = until_current(&mut monitor).await;
        assert!(tells_of_loopback(&first) && !first.contains(&Event::Overrun));
        monitor.line = None;
        monitor.timer = Some(Box::pin(sleep(std::time::Duration::from_millis(1))));
        let again = until_current(&mut monitor).await;
        assert_eq!(again.first(), Some(&Event::Overrun));
        assert!(tells_of_loopback(&again));
    }

    #[tokio::test]
    async fn a_dump_that_does_not_end_is_begun_again() {
        let mut monitor = Monitor::open().expect("a monitor");
        // The answers go nowhere, and time is over at once.
        let answers = Box::pin(Never);
        monitor.dump = Some(Dump { answers, links: true, snapshot: Snapshot::default(), consistent: true });
        monitor.timer = Some(Box::pin(sleep(std::time::Duration::from_millis(1))));
        assert!(tells_of_loopback(&until_current(&mut monitor).await));
    }

    struct Never;

    impl futures_core::Stream for Never {
        type Item = Message;
        fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Message>> {
            Poll::Pending
        }
    }
}
