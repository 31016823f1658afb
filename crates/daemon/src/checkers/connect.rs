//! Runs a probe's conversation over real sockets: connects as configured, carries bytes, watches the time.
use checkers::effect::Probe;
use checkers::fact::Verdict;
use checkers::probe::{Conversation, Event, Step};
use model::config::server::Connect;
use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::OwnedFd;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// Bytes taken from a socket at once.
const CHUNK: usize = 16 << 10;

/// Runs the probe to its verdict. Every wait is bounded by the probe's timeout, and the whole by the conversation's own
/// limits.
pub async fn run(probe: Probe) -> Verdict {
    let mut conversation = Conversation::new(&probe);
    loop {
        match talk(&probe.connect, &mut conversation).await {
            Turn::Again => {}
            Turn::Over(verdict) => return verdict,
        }
    }
}

enum Turn {
    Again,
    Over(Verdict),
}

/// One connection, from its opening to its end.
async fn talk(connect: &Connect, conversation: &mut Conversation) -> Turn {
    let limit = Duration::from(connect.timeout);
    let mut stream = None;
    let mut step = match timeout(limit, open(connect)).await {
        Ok(Ok(opened)) => {
            stream = Some(opened);
            conversation.step(Event::Connected)
        }
        Ok(Err(error)) => conversation.step(Event::Failed(&describe(&error))),
        Err(_) => conversation.step(Event::TimedOut),
    };
    let mut buffer = vec![0; CHUNK];
    loop {
        step = match (step, stream.as_mut()) {
            (Step::Done(verdict), _) => return Turn::Over(verdict),
            (Step::Connect, _) => return Turn::Again,
            (Step::Send(bytes), Some(stream)) => send(stream, &bytes, limit, conversation, &mut buffer).await,
            (Step::Wait, Some(stream)) => receive(stream, limit, conversation, &mut buffer).await,
            // A conversation that wants more of a connection that never opened.
            (Step::Send(_) | Step::Wait, None) => return Turn::Over(Verdict::Fail("no connection".to_owned())),
        }
    }
}

async fn send(
    stream: &mut TcpStream,
    bytes: &[u8],
    limit: Duration,
    conversation: &mut Conversation,
    buffer: &mut [u8],
) -> Step {
    match timeout(limit, stream.write_all(bytes)).await {
        Ok(Ok(())) => receive(stream, limit, conversation, buffer).await,
        Ok(Err(error)) => conversation.step(Event::Failed(&describe(&error))),
        Err(_) => conversation.step(Event::TimedOut),
    }
}

async fn receive(stream: &mut TcpStream, limit: Duration, conversation: &mut Conversation, buffer: &mut [u8]) -> Step {
    match timeout(limit, stream.read(buffer)).await {
        Ok(Ok(0)) => conversation.step(Event::Closed),
        Ok(Ok(count)) => conversation.step(Event::Received(buffer.get(..count).unwrap_or_default())),
        Ok(Err(error)) => conversation.step(Event::Failed(&describe(&error))),
        Err(_) => conversation.step(Event::TimedOut),
    }
}

async fn open(connect: &Connect) -> io::Result<TcpStream> {
    let socket =
        Socket::new(Domain::for_address(target(connect)), Type::STREAM.nonblocking().cloexec(), Some(Protocol::TCP))?;
    if connect.fwmark != 0 {
        socket.set_mark(connect.fwmark)?;
    }
    if let Some(interface) = &connect.bind_interface {
        socket.bind_device(Some(interface.as_str().as_bytes()))?;
    }
    if connect.bind_address.is_some() || connect.bind_port.is_some() {
        socket.set_reuse_address(true)?;
        socket.bind(&SockAddr::from(source(connect)))?;
    }
    socket.set_tcp_nodelay(true)?;
    TcpSocket::from_std_stream(std::net::TcpStream::from(OwnedFd::from(socket))).connect(target(connect)).await
}

const fn target(connect: &Connect) -> SocketAddr {
    SocketAddr::new(connect.address, connect.port)
}

fn source(connect: &Connect) -> SocketAddr {
    let any = match connect.address {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    SocketAddr::new(connect.bind_address.unwrap_or(any), connect.bind_port.unwrap_or(0))
}

/// The error in the words that operators know, without the number.
fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::ConnectionReset => "connection reset by the server".to_owned(),
        io::ErrorKind::HostUnreachable => "no route to host".to_owned(),
        io::ErrorKind::NetworkUnreachable => "network is unreachable".to_owned(),
        io::ErrorKind::AddrNotAvailable => "the source address (bindto) is not on this host".to_owned(),
        io::ErrorKind::AddrInUse => "the source address and port are in use".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
