//! One probe as a conversation: bytes and events in, bytes and a verdict out. No sockets, no clock.
pub mod dns;
pub mod file;
pub mod http;
pub mod misc;
pub mod ping;
pub mod smtp;
pub mod tcp;
#[cfg(test)]
mod testing;
pub mod udp;

use crate::effect::{Probe, Question};
use crate::fact::Verdict;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use model::config::server::Regex;

/// What happened on the probe's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// The connection is open.
    Connected,
    /// The peer sent these bytes: a part of a stream, or one datagram.
    Received(&'a [u8]),
    /// The pattern that was to be looked for is there or not, or cannot be looked for.
    Searched(Result<bool, &'a str>),
    /// The peer closed its side in good order.
    Closed,
    /// Nothing happened for the connect timeout.
    TimedOut,
    /// The connection failed, in words: `connection refused`.
    Failed(&'a str),
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send these bytes, then wait for events.
    Send(Vec<u8>),
    /// Wait for events.
    Wait,
    /// Look for this pattern in these bytes and say `Event::Searched`.
    Search(Regex, Vec<u8>),
    /// Close this connection and open another to the same place; `Event::Connected` follows.
    Connect,
    /// Close the connection: this is the verdict. It is said again for every further event.
    Done(Verdict),
}

/// The machine that asks one probe's question. The connection is being opened when it is made.
#[derive(Clone, Debug)]
pub struct Conversation {
    talk: Talk,
    verdict: Option<Verdict>,
}

#[derive(Clone, Debug)]
enum Talk {
    Tcp(tcp::Tcp),
    Http(Box<http::Http>),
    Smtp(smtp::Smtp),
    Dns(dns::Dns),
    Udp(udp::Udp),
    Ping(ping::Ping),
    /// A command is no conversation; the hand judges its end.
    None,
}

impl Conversation {
    /// A conversation that has not begun.
    #[must_use]
    pub fn new(probe: &Probe) -> Self {
        let talk = match &probe.question {
            Question::Connect => Talk::Tcp(tcp::Tcp::new(&probe.connect)),
            Question::Pages { http, first, count, .. } => {
                Talk::Http(Box::new(http::Http::new(&probe.connect, http.clone(), *first, *count)))
            }
            Question::Mail { helo } => Talk::Smtp(smtp::Smtp::new(&probe.connect, helo)),
            Question::Name { id, name, record } => Talk::Dns(dns::Dns::new(&probe.connect, *id, name, *record)),
            Question::Datagram { check, payload } => {
                Talk::Udp(udp::Udp::new(&probe.connect, check.clone(), payload.clone()))
            }
            Question::Echo { sequence } => Talk::Ping(ping::Ping::new(&probe.connect, *sequence)),
            Question::Command { .. } => Talk::None,
        };
        Self { talk, verdict: None }
    }

    /// Takes what happened and says what to do.
    pub fn step(&mut self, event: Event<'_>) -> Step {
        if let Some(verdict) = &self.verdict {
            return Step::Done(verdict.clone());
        }
        let step = match &mut self.talk {
            Talk::Tcp(tcp) => tcp.step(event),
            Talk::Http(http) => http.step(event),
            Talk::Smtp(smtp) => smtp.step(event),
            Talk::Dns(dns) => dns.step(event),
            Talk::Udp(udp) => udp.step(event),
            Talk::Ping(ping) => ping.step(event),
            Talk::None => fail("a command has no connection".into()),
        };
        if let Step::Done(verdict) = &step {
            self.verdict = Some(verdict.clone());
        }
        step
    }

    /// Bytes of the peer that are kept at the moment, at most `limits::HTTP_HEAD_BYTES`, or `limits::HTTP_SEARCH_BYTES`
    /// where a pattern is looked for.
    #[must_use]
    pub fn kept(&self) -> usize {
        match &self.talk {
            Talk::Http(http) => http.kept(),
            Talk::Smtp(smtp) => smtp.kept(),
            Talk::Tcp(_) | Talk::Dns(_) | Talk::Udp(_) | Talk::Ping(_) | Talk::None => 0,
        }
    }

    /// The host that the next connection is about, where one is named: for the TLS hello.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        match &self.talk {
            Talk::Http(http) => http.host(),
            _ => None,
        }
    }
}

fn fail(text: String) -> Step {
    Step::Done(Verdict::Fail(text))
}
