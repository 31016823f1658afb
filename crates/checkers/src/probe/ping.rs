//! `PING_CHECK`: an echo request with 128 bytes (RFC 792, RFC 4443); the same bytes must come back.
use super::{Event, Step, fail};
use crate::fact::Verdict;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::Interval;
use model::config::server::Connect;

/// Bytes behind the header.
const DATA: u8 = 128;
/// Bytes of the header.
const HEADER: usize = 8;

/// The conversation of a `PING_CHECK`. The kernel's datagram socket fills in identifier and checksum, and hands over only
/// answers to this socket.
#[derive(Clone, Debug)]
pub struct Ping {
    request: Vec<u8>,
    reply: u8,
    timeout: Interval,
}

impl Ping {
    /// A conversation that has not begun; `sequence` is the number of the request.
    #[must_use]
    pub fn new(connect: &Connect, sequence: u16) -> Self {
        let (request, reply) = match connect.address {
            IpAddr::V4(_) => (8, 0),
            IpAddr::V6(_) => (128, 129),
        };
        let [high, low] = sequence.to_be_bytes();
        let mut bytes = Vec::from([request, 0, 0, 0, 0, 0, high, low]);
        bytes.extend(0..DATA);
        Self { request: bytes, reply, timeout: connect.timeout }
    }

    /// Takes what happened and says what to do.
    #[must_use]
    pub fn step(&self, event: Event<'_>) -> Step {
        match event {
            Event::Connected => Step::Send(self.request.clone()),
            Event::Received(answer) if self.answers(answer) => Step::Done(Verdict::Pass("echo came back".to_string())),
            Event::Received(_) => Step::Wait,
            Event::Closed | Event::TimedOut => fail(format!("no echo within {}", self.timeout)),
            Event::Failed(problem) => fail(problem.to_string()),
            Event::Searched(_) => Step::Wait,
        }
    }

    fn answers(&self, answer: &[u8]) -> bool {
        // Behind the identifier, which the kernel chose: sequence and data.
        answer.first() == Some(&self.reply) && answer.get(HEADER - 2..) == self.request.get(HEADER - 2..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::testing::connect;

    #[test]
    fn only_our_own_echo_counts() {
        let ping = Ping::new(&connect(0), 0x0102);
        let Step::Send(request) = ping.step(Event::Connected) else { panic!("nothing is sent") };
        assert_eq!((request.len(), &request[..8]), (136, &[8, 0, 0, 0, 0, 0, 1, 2][..]));
        let mut echo = request.clone();
        echo[0] = 0;
        echo[4] = 0x77;
        assert!(matches!(ping.step(Event::Received(&echo)), Step::Done(Verdict::Pass(_))));
        let mut older = echo.clone();
        older[7] = 1;
        let mut broken = echo.clone();
        broken[100] ^= 1;
        for stray in [&older[..], &broken, &request, &echo[..135], b""] {
            assert_eq!(ping.step(Event::Received(stray)), Step::Wait);
        }
        assert_eq!(ping.step(Event::TimedOut), fail("no echo within 5 s".into()));
    }

    #[test]
    fn version_6_has_its_own_types() {
        let ping = Ping::new(&Connect::plain(core::net::Ipv6Addr::LOCALHOST.into(), 0), 1);
        let Step::Send(mut bytes) = ping.step(Event::Connected) else { panic!("nothing is sent") };
        assert_eq!(bytes[0], 128);
        bytes[0] = 129;
        assert!(matches!(ping.step(Event::Received(&bytes)), Step::Done(Verdict::Pass(_))));
    }
}
