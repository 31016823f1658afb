//! `DNS_CHECK`: one question over UDP (RFC 1035); an answer to it with code 0 is enough, whatever it says.
use super::{Event, Step, fail};
use crate::fact::Verdict;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use model::Interval;
use model::config::server::Connect;

/// Bytes of the header.
const HEADER: usize = 12;
/// Recursion desired.
const FLAGS: u16 = 0x0100;
/// Class IN.
const INTERNET: u16 = 1;

/// The conversation of a `DNS_CHECK`.
#[derive(Clone, Debug)]
pub struct Dns {
    id: u16,
    query: Vec<u8>,
    name: String,
    timeout: Interval,
    /// Datagrams that were no answer to the question.
    strays: u32,
}

impl Dns {
    /// A conversation that has not begun; `id` is that of the query, `record` the type by its number.
    #[must_use]
    pub fn new(connect: &Connect, id: u16, name: &str, record: u16) -> Self {
        Self { id, query: query(id, name, record), name: name.to_string(), timeout: connect.timeout, strays: 0 }
    }

    /// Takes what happened and says what to do.
    pub fn step(&mut self, event: Event<'_>) -> Step {
        match event {
            Event::Connected => Step::Send(self.query.clone()),
            Event::Received(answer) => self.received(answer),
            Event::Closed | Event::TimedOut => fail(match self.strays {
                0 => format!("no answer about {} within {}", self.name, self.timeout),
                n => {
                    format!("no answer about {} within {}, and {n} datagram(s) that were none", self.name, self.timeout)
                }
            }),
            Event::Failed(problem) => fail(problem.to_string()),
            Event::Searched(_) => Step::Wait,
        }
    }

    fn received(&mut self, answer: &[u8]) -> Step {
        let word = |at: usize| Some(u16::from_be_bytes([*answer.get(at)?, *answer.get(at + 1)?]));
        let (Some(id), Some(flags)) = (word(0), word(2)) else {
            self.strays += 1;
            return Step::Wait;
        };
        // An answer to somebody else's question, or to an earlier one of ours, says nothing about this one.
        if answer.len() < HEADER || id != self.id || flags & 0x8000 == 0 {
            self.strays += 1;
            return Step::Wait;
        }
        match flags & 0x000f {
            0 => Step::Done(Verdict::Pass(format!("answer about {}", self.name))),
            code => fail(format!("answer about {} with code {code} ({})", self.name, code_word(code))),
        }
    }
}

/// The word for a response code (RFC 1035 section 4.1.1, RFC 2136 section 2.2).
const fn code_word(code: u16) -> &'static str {
    match code {
        1 => "format error",
        2 => "server failure",
        3 => "no such name",
        4 => "not implemented",
        5 => "refused",
        _ => "unknown",
    }
}

/// A query: header, name as labels, type, class.
fn query(id: u16, name: &str, record: u16) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + name.len() + 6);
    for word in [id, FLAGS, 1, 0, 0, 0] {
        bytes.extend_from_slice(&word.to_be_bytes());
    }
    for label in name.split('.').filter(|label| !label.is_empty()) {
        // The reader refuses labels above 63 bytes (RFC 1035 section 2.3.4); one that came all the same is cut.
        let label = label.as_bytes();
        let label = label.get(..63).unwrap_or(label);
        bytes.push(u8::try_from(label.len()).unwrap_or(63));
        bytes.extend_from_slice(label);
    }
    bytes.push(0);
    for word in [record, INTERNET] {
        bytes.extend_from_slice(&word.to_be_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::testing::{connect, play};

    fn answer(id: u16, flags: u16) -> Vec<u8> {
        let mut bytes = query(id, "example.com", 1);
        bytes[2..4].copy_from_slice(&flags.to_be_bytes());
        bytes
    }

    #[test]
    fn the_query_is_that_of_rfc_1035() {
        assert_eq!(
            query(0xbeef, "www.example.com.", 28),
            b"\xbe\xef\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x07example\x03com\x00\x00\x1c\x00\x01"
        );
        assert_eq!(query(1, ".", 6), b"\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x06\x00\x01");
    }

    #[test]
    fn only_an_answer_to_this_question_decides() {
        let (good, other, asked, refused) =
            (answer(7, 0x8180), answer(8, 0x8180), answer(7, 0x0100), answer(7, 0x8185));
        let cases: [(&[Event<'_>], Step); 6] = [
            (&[Event::Connected, Event::Received(&good)], Step::Done(Verdict::Pass("answer about example.com".into()))),
            (&[Event::Connected, Event::Received(&other), Event::Received(&asked)], Step::Wait),
            (
                &[
                    Event::Connected,
                    Event::Received(&other),
                    Event::Received(b""),
                    Event::Received(b"\0\x07\x80"),
                    Event::TimedOut,
                ],
                fail("no answer about example.com within 5 s, and 3 datagram(s) that were none".into()),
            ),
            (
                &[Event::Connected, Event::Received(&refused)],
                fail("answer about example.com with code 5 (refused)".into()),
            ),
            (&[Event::Connected, Event::TimedOut], fail("no answer about example.com within 5 s".into())),
            (&[Event::Failed("connection refused")], fail("connection refused".into())),
        ];
        for (events, expected) in cases {
            let mut dns = Dns::new(&connect(53), 7, "example.com", 1);
            assert_eq!(play(events, |event| dns.step(event)), expected, "{events:?}");
        }
    }
}
