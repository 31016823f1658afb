//! `UDP_CHECK`: one datagram; a refusal by ICMP or, where a reply is wanted, silence or a wrong one is a failure.
use super::{Event, Step, fail};
use crate::fact::Verdict;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use model::Interval;
use model::config::server::{self, Connect};

/// The conversation of a `UDP_CHECK`.
#[derive(Clone, Debug)]
pub struct Udp {
    check: server::Udp,
    payload: Vec<u8>,
    timeout: Interval,
}

impl Udp {
    /// A conversation that has not begun, with what is to be sent.
    #[must_use]
    pub fn new(connect: &Connect, check: server::Udp, payload: Vec<u8>) -> Self {
        Self { check, payload, timeout: connect.timeout }
    }

    /// Takes what happened and says what to do.
    #[must_use]
    pub fn step(&self, event: Event<'_>) -> Step {
        match event {
            Event::Connected => Step::Send(self.payload.clone()),
            Event::Received(reply) => self.judge(reply),
            Event::Closed | Event::TimedOut if self.check.require_reply => {
                fail(format!("no reply within {}", self.timeout))
            }
            Event::Closed | Event::TimedOut => {
                Step::Done(Verdict::Pass(format!("not refused within {}", self.timeout)))
            }
            Event::Failed(problem) => fail(problem.to_string()),
            Event::Searched(_) => Step::Wait,
        }
    }

    /// Lengths count only where a reply was written, as in keepalived.
    fn judge(&self, reply: &[u8]) -> Step {
        let wanted = &self.check.reply;
        if wanted.is_empty() {
            return Step::Done(Verdict::Pass(format!("reply of {} bytes", reply.len())));
        }
        let (least, most) = (usize::from(self.check.min_reply), usize::from(self.check.max_reply));
        if reply.len() < least.max(wanted.len()) || reply.len() > most.max(wanted.len()) {
            return fail(format!("reply has {} bytes (expected {least} to {most})", reply.len()));
        }
        let differs = wanted.iter().zip(reply).position(|((byte, mask), got)| (byte ^ got) & mask != 0);
        match differs {
            Some(at) => fail(format!("reply differs at byte {}", at + 1)),
            None => Step::Done(Verdict::Pass(format!("reply of {} bytes as expected", reply.len()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::testing::{connect, play};
    use alloc::string::String;
    use alloc::vec;

    fn ask(check: &server::Udp, events: &[Event<'_>]) -> (bool, String) {
        let udp = Udp::new(&connect(514), check.clone(), b"ping".to_vec());
        let Step::Done(verdict) = play(events, |event| udp.step(event)) else { panic!("{events:?} does not decide") };
        (verdict.passed(), verdict.text().to_string())
    }

    #[test]
    fn silence_refusal_and_replies() {
        let silent = server::Udp { max_reply: 255, ..server::Udp::default() };
        let any = server::Udp { require_reply: true, ..silent.clone() };
        let exact = server::Udp { reply: vec![(0x01, 0xff), (0x20, 0xf0)], min_reply: 2, max_reply: 4, ..any.clone() };
        let refused = Event::Failed("connection refused");
        for (check, event, passed, words) in [
            (&silent, Event::TimedOut, true, "not refused within 5 s"),
            (&silent, refused, false, "connection refused"),
            (&silent, Event::Received(b"x"), true, "reply of 1 bytes"),
            (&any, Event::TimedOut, false, "no reply within 5 s"),
            (&any, Event::Received(b""), true, "reply of 0 bytes"),
            (&exact, Event::Received(b"\x01\x2f"), true, "reply of 2 bytes as expected"),
            (&exact, Event::Received(b"\x01\x2f\0\0"), true, "reply of 4 bytes as expected"),
            (&exact, Event::Received(b"\x01\x3f"), false, "reply differs at byte 2"),
            (&exact, Event::Received(b"\x01"), false, "reply has 1 bytes (expected 2 to 4)"),
            (&exact, Event::Received(b"\x01\x2f\0\0\0"), false, "reply has 5 bytes (expected 2 to 4)"),
        ] {
            assert_eq!(ask(check, &[Event::Connected, event]), (passed, words.to_string()), "{event:?}");
        }
    }
}
