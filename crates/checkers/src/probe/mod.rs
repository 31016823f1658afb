//! One probe as a conversation: bytes and events in, bytes and a verdict out. No sockets, no clock.
pub mod http;
pub mod tcp;

use crate::effect::{Probe, Question};
use crate::fact::Verdict;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// What happened on the probe's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// The connection is open.
    Connected,
    /// The peer sent these bytes.
    Received(&'a [u8]),
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
}

impl Conversation {
    /// A conversation that has not begun.
    #[must_use]
    pub fn new(probe: &Probe) -> Self {
        let talk = match &probe.question {
            Question::Connect => Talk::Tcp(tcp::Tcp::new(&probe.connect)),
            Question::Pages { http, first, count } => {
                Talk::Http(Box::new(http::Http::new(&probe.connect, http.clone(), *first, *count)))
            }
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
        };
        if let Step::Done(verdict) = &step {
            self.verdict = Some(verdict.clone());
        }
        step
    }

    /// Bytes of the peer that are kept at the moment, at most `limits::HTTP_HEAD_BYTES`.
    #[must_use]
    pub fn kept(&self) -> usize {
        match &self.talk {
            Talk::Tcp(_) => 0,
            Talk::Http(http) => http.kept(),
        }
    }
}
