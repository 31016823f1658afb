//! Carries the datagrams of a conversation.
use super::describe;
use checkers::fact::Verdict;
use checkers::probe::{Conversation, Event, Step};
use model::config::server::Connect;
use model::limits::DATAGRAM_BYTES;
use std::io;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

/// Runs the conversation over one socket, within its timeout altogether.
pub(super) async fn talk(socket: io::Result<UdpSocket>, connect: &Connect, conversation: &mut Conversation) -> Verdict {
    let end = Instant::now() + connect.timeout.into();
    let (mut step, socket) = match socket {
        Ok(socket) => (conversation.step(Event::Connected), Some(socket)),
        Err(error) => (conversation.step(Event::Failed(&describe(&error))), None),
    };
    let mut buffer = Vec::new();
    loop {
        step = match (step, &socket) {
            (Step::Done(verdict), _) => return verdict,
            (Step::Send(bytes), Some(socket)) => match timeout_at(end, socket.send(&bytes)).await {
                Ok(Ok(_)) => receive(socket, end, conversation, &mut buffer).await,
                Ok(Err(error)) => conversation.step(Event::Failed(&describe(&error))),
                Err(_) => conversation.step(Event::TimedOut),
            },
            (Step::Wait, Some(socket)) => receive(socket, end, conversation, &mut buffer).await,
            _ => return Verdict::Fail("a conversation by datagrams asked for a connection".to_owned()),
        }
    }
}

async fn receive(socket: &UdpSocket, end: Instant, conversation: &mut Conversation, buffer: &mut Vec<u8>) -> Step {
    // A socket that is never empty would never let its time limit be looked at.
    if Instant::now() >= end {
        return conversation.step(Event::TimedOut);
    }
    buffer.resize(DATAGRAM_BYTES, 0);
    match timeout_at(end, socket.recv(buffer)).await {
        Ok(Ok(count)) => conversation.step(Event::Received(buffer.get(..count).unwrap_or_default())),
        Ok(Err(error)) => conversation.step(Event::Failed(&describe(&error))),
        Err(_) => conversation.step(Event::TimedOut),
    }
}
