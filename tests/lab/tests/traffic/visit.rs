//! A client's side: connections that stay open, and datagrams that are answered.
use evenkeel_lab::{Doing, Result, Room, ensure};
use socket2::{Domain, Socket, Type};
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

/// For one answer: longer than what TCP repeats in while a director is replaced.
const PATIENCE: Duration = Duration::from_secs(30);
/// For one that may be lost.
const GLANCE: Duration = Duration::from_secs(2);
/// Bytes of an answer that nobody sends.
const LONGEST: usize = 4096;

/// A connection over which a page was asked for.
pub(crate) struct Visit {
    stream: TcpStream,
    /// Who answered.
    pub(crate) server: String,
}

impl Visit {
    /// Connects from this address, and asks once.
    pub(crate) fn new(room: &Room, from: IpAddr, to: IpAddr) -> Result<Self> {
        Self::within(PATIENCE, room, from, to)
    }

    /// The same with little patience: while servers come and go, one goes with a connection that it has just taken.
    pub(crate) fn brief(room: &Room, from: IpAddr, to: IpAddr) -> Result<Self> {
        Self::within(GLANCE, room, from, to)
    }

    fn within(patience: Duration, room: &Room, from: IpAddr, to: IpAddr) -> Result<Self> {
        let stream = room.run(move || connect(patience, from, to))?.doing(format!("{from} to {to}"))?;
        let mut visit = Self { stream, server: String::new() };
        visit.server = visit.ask().doing(format!("{from} to {to}"))?;
        Ok(visit)
    }

    /// Asks over the same connection.
    pub(crate) fn ask(&mut self) -> io::Result<String> {
        self.stream.write_all(b"GET / HTTP/1.1\r\nHost: site\r\n\r\n")?;
        let (mut answer, mut part) = (Vec::new(), [0; 1024]);
        while answer.len() < LONGEST {
            match self.stream.read(&mut part)? {
                0 => break,
                length => answer.extend_from_slice(part.get(..length).unwrap_or_default()),
            }
            let text = String::from_utf8_lossy(&answer);
            if let Some((head, name)) = text.split_once("\r\n\r\n")
                && head.starts_with("HTTP/1.1 200")
                && let Some(name) = name.strip_suffix('\n')
            {
                return Ok(name.to_owned());
            }
        }
        Err(io::Error::other(format!("a strange answer: {:?}", String::from_utf8_lossy(&answer))))
    }

    /// The client's port.
    pub(crate) fn port(&self) -> io::Result<u16> {
        self.stream.local_addr().map(|end| end.port())
    }
}

fn connect(patience: Duration, from: IpAddr, to: IpAddr) -> io::Result<TcpStream> {
    let to = SocketAddr::from((to, 80));
    let socket = Socket::new(Domain::for_address(to), Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((from, 0)).into())?;
    socket.connect_timeout(&to.into(), GLANCE * 2)?;
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(patience))?;
    Ok(stream)
}

/// The port of datagrams.
pub(crate) const PORT: u16 = 5300;
/// Datagrams are repeated when one is lost; more than this many in a row are not lost by chance.
const REPEATS: usize = 5;

/// A client's socket for datagrams.
pub(crate) struct Sender {
    socket: UdpSocket,
}

impl Sender {
    /// From a port of its own.
    pub(crate) fn new(room: &Room, from: IpAddr, to: IpAddr) -> Result<Self> {
        let open = move || {
            let socket = UdpSocket::bind((from, 0))?;
            socket.connect((to, PORT))?;
            socket.set_read_timeout(Some(GLANCE))?;
            Ok::<_, io::Error>(socket)
        };
        Ok(Self { socket: room.run(open)?.doing(format!("datagrams from {from} to {to}"))? })
    }

    /// Who answers.
    pub(crate) fn ask(&self) -> Result<String> {
        let mut answer = [0; 64];
        for _ in 0..REPEATS {
            self.socket.send(b"who?").doing("sending a datagram")?;
            if let Ok(length) = self.socket.recv(&mut answer) {
                return Ok(String::from_utf8_lossy(answer.get(..length).unwrap_or_default()).into_owned());
            }
        }
        ensure(false, || "no answer to datagrams".into())?;
        Ok(String::new())
    }
}

/// Answers datagrams to these addresses with the room's name, for as long as the room is there.
pub(crate) fn answer(room: &Room, addresses: &[IpAddr]) -> Result<()> {
    for address in addresses.iter().copied() {
        let name = room.name().to_owned();
        let serve = move || {
            let socket = UdpSocket::bind((address, PORT))?;
            std::thread::Builder::new().spawn(move || {
                while let Ok((_, from)) = socket.recv_from(&mut [0; 64]) {
                    let _ = socket.send_to(name.as_bytes(), from);
                }
            })
        };
        room.run(serve)?.doing(format!("answering datagrams to {address}"))?;
    }
    Ok(())
}
