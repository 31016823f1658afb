//! Attempts to connect over IPv4, as a packet socket of the one who is called sees them.
use super::recorder::Recorder;
use crate::error::Result;
use crate::room::Room;
use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, SockFlag, SockProtocol, SockType, socket};
use socket2::{SockFilter, Socket};
use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;
use std::time::Instant;

/// Where TCP's header begins behind Ethernet's and an IPv4 header without options, as SYNs have it.
const TCP: usize = 34;

/// The first packet of a connection, or its repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// When it came.
    pub at: Instant,
    /// Who is called.
    pub to: Ipv4Addr,
    /// The caller's port: the same in a repetition.
    pub from_port: u16,
}

/// Everybody who tries to connect to a room.
#[derive(Debug)]
pub struct Connections {
    recorder: Recorder<Attempt>,
}

impl Connections {
    /// Starts to record.
    pub fn watch(room: &Room) -> Result<Self> {
        Ok(Self { recorder: Recorder::start(room, open, |at, frame| decode(at, frame).into_iter().collect())? })
    }

    /// All attempts since a time, in order.
    pub fn since(&self, since: Instant) -> Vec<Attempt> {
        self.recorder.seen().into_iter().filter(|attempt| attempt.at >= since).collect()
    }
}

fn open() -> nix::Result<OwnedFd> {
    let socket = socket(AddressFamily::Packet, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::EthAll)?;
    let socket = Socket::from(socket);
    socket.attach_filter(&only_attempts()).map_err(|error| Errno::from_raw(error.raw_os_error().unwrap_or(0)))?;
    Ok(socket.into())
}

/// A program for the kernel's packet filter (bpf(4)): IPv4, TCP, of the flags SYN and ACK only SYN.
fn only_attempts() -> [SockFilter; 9] {
    const LOAD_HALF: u16 = 0x28;
    const LOAD_BYTE: u16 = 0x30;
    const AND: u16 = 0x54;
    const IF_EQUAL: u16 = 0x15;
    const RETURN: u16 = 0x06;
    [
        SockFilter::new(LOAD_HALF, 0, 0, 12),
        SockFilter::new(IF_EQUAL, 0, 6, 0x0800),
        SockFilter::new(LOAD_BYTE, 0, 0, 23),
        SockFilter::new(IF_EQUAL, 0, 4, 6),
        SockFilter::new(LOAD_BYTE, 0, 0, 47),
        SockFilter::new(AND, 0, 0, 0x12),
        SockFilter::new(IF_EQUAL, 0, 1, 0x02),
        SockFilter::new(RETURN, 0, 0, 64),
        SockFilter::new(RETURN, 0, 0, 0),
    ]
}

fn decode(at: Instant, frame: &[u8]) -> Option<Attempt> {
    let to: [u8; 4] = frame.get(30..34)?.try_into().ok()?;
    let port: [u8; 2] = frame.get(TCP..TCP + 2)?.try_into().ok()?;
    Some(Attempt { at, to: to.into(), from_port: u16::from_be_bytes(port) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wait;
    use std::net::{SocketAddr, TcpListener, TcpStream};
    use std::time::Duration;

    #[test]
    fn a_connection_is_one_attempt_and_nothing_else_is() {
        if !crate::room::possible() {
            return;
        }
        let room = Room::new("callee").unwrap();
        let connections = Connections::watch(&room).unwrap();
        let begin = Instant::now();
        let call = || -> std::io::Result<u16> {
            let listener = TcpListener::bind("127.0.0.2:0")?;
            let to: SocketAddr = listener.local_addr()?;
            let stream = TcpStream::connect_timeout(&to, Duration::from_secs(10))?;
            listener.accept()?;
            Ok(stream.local_addr()?.port())
        };
        let port = room.run(call).unwrap().unwrap();
        let seen = wait::until(Duration::from_secs(10), || {
            let seen = connections.since(begin);
            // The loopback shows each packet as it leaves and as it comes.
            (seen.len() == 2).then_some(seen)
        });
        for attempt in seen.expect("two looks at one packet") {
            assert_eq!((attempt.to, attempt.from_port), (Ipv4Addr::new(127, 0, 0, 2), port));
        }
    }
}
