//! Conversations of health checks, played with the answers of anybody.
use checkers::Conversation;
use checkers::effect::{Probe, Question};
use checkers::fact::{ProbeId, Verdict};
use checkers::probe::{Event, Step};
use model::config::server::Connect;
use std::net::IpAddr;

/// Steps without a verdict that one event may take: the pages of a check.
const STEPS: usize = 16;

/// A conversation about this question with this server.
#[must_use]
pub fn conversation(address: IpAddr, question: Question) -> Conversation {
    let id = ProbeId { checker: 1, run: 1 };
    Conversation::new(&Probe { id, connect: Connect::plain(address, 80), question })
}

/// Plays the parts of an answer, then an end of the connection, page after page; a pattern is found or not as `found` says.
///
/// # Panics
/// When more of the answer is kept than `limit`, or when there is no verdict after the end.
pub fn play<'b>(
    talk: &mut Conversation,
    parts: impl Iterator<Item = &'b [u8]> + Clone,
    end: Event<'b>,
    found: bool,
    limit: usize,
) -> Verdict {
    for _ in 0..STEPS {
        let mut step = talk.step(Event::Connected);
        let events = parts.clone().map(Event::Received).chain([end, Event::TimedOut]);
        for event in events {
            assert!(talk.kept() <= limit, "{} bytes are kept", talk.kept());
            step = match step {
                Step::Done(verdict) => return verdict,
                Step::Connect => break,
                Step::Search(_, text) => {
                    assert!(text.len() <= limit, "{} bytes are searched", text.len());
                    talk.step(Event::Searched(Ok(found)))
                }
                Step::Send(_) | Step::Wait => talk.step(event),
            };
        }
        match step {
            Step::Done(verdict) => return verdict,
            Step::Connect => {}
            Step::Search(..) => {
                if let Step::Done(verdict) = talk.step(Event::Searched(Ok(found))) {
                    return verdict;
                }
            }
            Step::Send(_) | Step::Wait => panic!("{step:?} after the end"),
        }
    }
    panic!("more pages than there are")
}
