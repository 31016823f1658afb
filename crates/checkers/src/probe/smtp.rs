//! `SMTP_CHECK`: greeting, HELO, QUIT (RFC 5321): a server that says 220, 250 and then anything takes mail.
use super::{Event, Step, fail};
use crate::fact::Verdict;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use model::Interval;
use model::config::server::Connect;
use model::limits::SMTP_REPLY_BYTES;

/// The conversation of an `SMTP_CHECK`.
#[derive(Clone, Debug)]
pub struct Smtp {
    helo: String,
    timeout: Interval,
    stage: Stage,
    reply: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Connecting,
    Greeting,
    Helo,
    Quit,
}

impl Stage {
    /// What was asked, for messages.
    const fn asked(self) -> &'static str {
        match self {
            Self::Connecting | Self::Greeting => "the connection",
            Self::Helo => "HELO",
            Self::Quit => "QUIT",
        }
    }
}

impl Smtp {
    /// A conversation that has not begun.
    #[must_use]
    pub fn new(connect: &Connect, helo: &str) -> Self {
        Self { helo: helo.to_string(), timeout: connect.timeout, stage: Stage::Connecting, reply: Vec::new() }
    }

    /// Bytes of the peer that are kept.
    #[must_use]
    pub const fn kept(&self) -> usize {
        self.reply.len()
    }

    /// Takes what happened and says what to do.
    pub fn step(&mut self, event: Event<'_>) -> Step {
        let asked = self.stage.asked();
        match (event, self.stage) {
            (Event::Connected, _) => {
                self.stage = Stage::Greeting;
                Step::Wait
            }
            (Event::Received(bytes), _) => self.received(bytes),
            // Some servers close as soon as they hear QUIT; they have said all that was to be said.
            (Event::Closed, Stage::Quit) => passed(),
            (Event::Closed, _) => fail(format!("connection closed without an answer to {asked}")),
            (Event::TimedOut, Stage::Connecting) => fail(format!("no connection within {}", self.timeout)),
            (Event::TimedOut, _) => fail(format!("no answer to {asked} within {}", self.timeout)),
            (Event::Searched(_), _) => Step::Wait,
            (Event::Failed(problem), Stage::Connecting) => fail(problem.to_string()),
            (Event::Failed(problem), _) => fail(format!("{problem} after {asked}")),
        }
    }

    fn received(&mut self, bytes: &[u8]) -> Step {
        self.reply.extend_from_slice(bytes);
        if self.reply.len() > SMTP_REPLY_BYTES {
            return fail(format!("answer to {} has more than {SMTP_REPLY_BYTES} bytes", self.stage.asked()));
        }
        match last_line(&self.reply) {
            None => Step::Wait,
            Some(line) => {
                let line = shown(line);
                self.reply.clear();
                self.answered(&line)
            }
        }
    }

    fn answered(&mut self, line: &str) -> Step {
        let (expected, next, say) = match self.stage {
            Stage::Connecting | Stage::Greeting => ("220", Stage::Helo, format!("HELO {}\r\n", self.helo)),
            Stage::Helo => ("250", Stage::Quit, "QUIT\r\n".to_string()),
            Stage::Quit => return passed(),
        };
        if !line.starts_with(expected) {
            return fail(format!("answer to {} is {line:?} (expected {expected})", self.stage.asked()));
        }
        self.stage = next;
        Step::Send(say.into_bytes())
    }
}

fn passed() -> Step {
    Step::Done(Verdict::Pass("greeted as a mail server".to_string()))
}

/// The last line of a complete reply: one whose code is not followed by a hyphen (RFC 5321 section 4.2.1).
fn last_line(reply: &[u8]) -> Option<&[u8]> {
    let mut lines = reply.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
    lines.find(|line| line.get(3) != Some(&b'-'))
}

/// A line without its end, short enough for a log.
fn shown(line: &[u8]) -> String {
    String::from_utf8_lossy(line).trim_end().chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::testing::{connect, play};
    use alloc::vec;

    fn smtp(events: &[Event<'_>]) -> Step {
        let mut talk = Smtp::new(&connect(25), "lb1.example.com");
        play(events, |event| talk.step(event))
    }

    #[test]
    fn a_mail_server_passes_however_its_lines_come_in_pieces() {
        let talk: &[Event<'_>] = &[
            Event::Connected,
            Event::Received(b"220-mail"),
            Event::Received(b".example.com\r\n220 ready\r\n"),
            Event::Received(b"250 hello lb1\r"),
            Event::Received(b"\n"),
            Event::Received(b"221 bye\r\n"),
        ];
        assert_eq!(smtp(talk), passed());
        let mut machine = Smtp::new(&connect(25), "lb1.example.com");
        assert_eq!(machine.step(Event::Connected), Step::Wait);
        assert_eq!(machine.step(Event::Received(b"220 x\r\n")), Step::Send(b"HELO lb1.example.com\r\n".to_vec()));
        assert_eq!(machine.step(Event::Received(b"250 x\r\n")), Step::Send(b"QUIT\r\n".to_vec()));
        assert_eq!(machine.step(Event::Closed), passed());
    }

    #[test]
    fn each_way_to_fail_has_its_words() {
        let endless = vec![b'2'; SMTP_REPLY_BYTES + 1];
        for (events, words) in [
            (&[Event::Failed("connection refused")][..], "connection refused"),
            (&[Event::TimedOut], "no connection within 5 s"),
            (&[Event::Connected, Event::TimedOut], "no answer to the connection within 5 s"),
            (&[Event::Connected, Event::Closed], "connection closed without an answer to the connection"),
            (
                &[Event::Connected, Event::Received(b"554 no service\r\n")],
                "answer to the connection is \"554 no service\" (expected 220)",
            ),
            (
                &[Event::Connected, Event::Received(b"220 a\n"), Event::Received(b"421 busy\n")],
                "answer to HELO is \"421 busy\" (expected 250)",
            ),
            (
                &[Event::Connected, Event::Received(b"220 a\n"), Event::Failed("connection reset by the server")],
                "connection reset by the server after HELO",
            ),
            (
                &[Event::Connected, Event::Received(b"\xff\xfe\n")],
                "answer to the connection is \"\u{fffd}\u{fffd}\" (expected 220)",
            ),
            (&[Event::Connected, Event::Received(&endless)], "answer to the connection has more than 4096 bytes"),
        ] {
            assert_eq!(smtp(events), fail(words.to_string()), "{words}");
        }
    }
}
