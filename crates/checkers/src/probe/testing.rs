//! What the tests of the conversations share.
use super::{Event, Step};
use model::config::server::Connect;

/// A place on loopback with the usual 5 s.
pub(crate) fn connect(port: u16) -> Connect {
    Connect::plain([127, 0, 0, 1].into(), port)
}

/// Plays events until the conversation is done; the last step otherwise.
pub(crate) fn play(events: &[Event<'_>], mut step: impl FnMut(Event<'_>) -> Step) -> Step {
    let mut last = Step::Wait;
    for event in events {
        last = step(*event);
        if matches!(last, Step::Done(_)) {
            break;
        }
    }
    last
}
