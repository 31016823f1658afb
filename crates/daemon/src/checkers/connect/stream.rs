//! Carries the bytes of a conversation over connections.
use super::{describe, search, socket};
use checkers::fact::Verdict;
use checkers::probe::{Conversation, Event, Step};
use model::config::server::Connect;
use model::limits::PROBE_READ_BYTES;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// What follows a connection.
pub(super) enum Turn {
    /// Another one to the same place.
    Again,
    /// The end.
    Over(Verdict),
}

/// Runs the conversation over plain connections.
pub(super) async fn talk(connect: &Connect, conversation: &mut Conversation) -> Verdict {
    let limit = Duration::from(connect.timeout);
    loop {
        let turn = match timeout(limit, socket::tcp(connect)).await {
            Ok(Ok(mut stream)) => carry(&mut stream, limit, conversation).await,
            Ok(Err(error)) => never_opened(conversation.step(Event::Failed(&describe(&error)))),
            Err(_) => never_opened(conversation.step(Event::TimedOut)),
        };
        if let Turn::Over(verdict) = turn {
            return verdict;
        }
    }
}

/// The step of a conversation whose connection did not open.
pub(super) fn never_opened(step: Step) -> Turn {
    match step {
        Step::Done(verdict) => Turn::Over(verdict),
        Step::Connect => Turn::Again,
        // It wants more of a connection that never opened.
        Step::Send(_) | Step::Wait | Step::Search(..) => Turn::Over(Verdict::Fail("no connection".to_owned())),
    }
}

/// One open connection, to its end.
pub(super) async fn carry<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    limit: Duration,
    conversation: &mut Conversation,
) -> Turn {
    let mut step = conversation.step(Event::Connected);
    let mut buffer = Vec::new();
    loop {
        step = match step {
            Step::Done(verdict) => return Turn::Over(verdict),
            Step::Connect => return Turn::Again,
            Step::Send(bytes) => match timeout(limit, stream.write_all(&bytes)).await {
                Ok(Ok(())) => receive(stream, limit, conversation, &mut buffer).await,
                Ok(Err(error)) => conversation.step(Event::Failed(&describe(&error))),
                Err(_) => conversation.step(Event::TimedOut),
            },
            Step::Wait => receive(stream, limit, conversation, &mut buffer).await,
            Step::Search(regex, text) => search(conversation, &regex, &text),
        }
    }
}

async fn receive<S: AsyncRead + Unpin>(
    stream: &mut S,
    limit: Duration,
    conversation: &mut Conversation,
    buffer: &mut Vec<u8>,
) -> Step {
    // Not every conversation reads.
    buffer.resize(PROBE_READ_BYTES, 0);
    match timeout(limit, stream.read(buffer)).await {
        Ok(Ok(0)) => conversation.step(Event::Closed),
        Ok(Ok(count)) => conversation.step(Event::Received(buffer.get(..count).unwrap_or_default())),
        Ok(Err(error)) => conversation.step(Event::Failed(&describe(&error))),
        Err(_) => conversation.step(Event::TimedOut),
    }
}
