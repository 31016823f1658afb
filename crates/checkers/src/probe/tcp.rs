//! `TCP_CHECK`: the open connection is the answer.
use super::{Event, Step};
use crate::fact::Verdict;
use alloc::format;
use alloc::string::ToString;
use model::Interval;
use model::config::server::Connect;

/// The conversation of a `TCP_CHECK`.
#[derive(Clone, Debug)]
pub struct Tcp {
    timeout: Interval,
}

impl Tcp {
    /// A conversation that has not begun.
    #[must_use]
    pub const fn new(connect: &Connect) -> Self {
        Self { timeout: connect.timeout }
    }

    /// Takes what happened; every event decides.
    #[must_use]
    pub fn step(&self, event: Event<'_>) -> Step {
        Step::Done(match event {
            Event::Connected | Event::Received(_) => Verdict::Pass("connection opened".to_string()),
            Event::Closed => Verdict::Fail("connection closed before it was open".to_string()),
            Event::TimedOut => Verdict::Fail(format!("no connection within {}", self.timeout)),
            Event::Failed(problem) => Verdict::Fail(problem.to_string()),
            Event::Searched(_) => Verdict::Fail("nothing was to be looked for".to_string()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_decides() {
        let connect = Connect {
            address: [10, 0, 0, 2].into(),
            port: 80,
            bind_address: None,
            bind_port: None,
            bind_interface: None,
            fwmark: 0,
            timeout: Interval::from_millis(1_500),
        };
        for (event, passed, text) in [
            (Event::Connected, true, "connection opened"),
            (Event::Received(b"220 hello"), true, "connection opened"),
            (Event::Closed, false, "connection closed before it was open"),
            (Event::TimedOut, false, "no connection within 1.5 s"),
            (Event::Failed("connection refused"), false, "connection refused"),
        ] {
            let Step::Done(verdict) = Tcp::new(&connect).step(event) else { panic!("{event:?} does not decide") };
            assert_eq!((verdict.passed(), verdict.text()), (passed, text));
        }
    }
}
