//! Servers that misbehave, over TCP and over UDP; they end with the test.
use super::cases;
use socket2::{Domain, Socket, Type};
use std::io::{Read, Result, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

/// Longer than a check waits.
const LONG: Duration = Duration::from_secs(3);
/// Between two bytes of a server that is slow and never silent.
const DRIP: Duration = Duration::from_millis(700);
/// Bytes that mean nothing to anybody.
const GARBAGE: &[u8] = &[0x80, 0, 0xff, b'\n'];

type Behaviour = fn(TcpStream) -> Result<()>;
/// From a question.
type Reply = fn(&[u8]) -> Vec<u8>;

/// Starts all of them in the calling thread's namespace.
pub(crate) fn start() -> Result<()> {
    let over_tcp: &[(u16, Behaviour)] = &[
        (cases::SILENT, silent),
        (cases::HALF_CLOSED, half_closed),
        (cases::GARBAGE, garbage),
        (cases::ENDLESS_BODY, |stream| page(stream, |stream| forever(stream, &[b'x'; 64 << 10]))),
        (cases::ENDLESS_HEAD, |stream| head(stream, |stream| forever(stream, b"X-More: and more\r\n"))),
        (cases::MANY_HEADERS, |stream| {
            head(stream, |stream| stream.write_all(&[&b"X-More: 1\r\n".repeat(1_000), b"\r\n".as_slice()].concat()))
        }),
        (cases::DRIPPING, |stream| {
            drip(stream, true, b"HTTP/1.0 200 OK\r\nX-Slow: very slow indeed, a byte at a time\r\n\r\n")
        }),
        (cases::DRIPPING_BODY, |stream| page(stream, |stream| drip(stream.try_clone()?, false, &[b'x'; 60]))),
        (cases::SHORT_BODY, |stream| head(stream, |stream| stream.write_all(b"Content-Length: 1000\r\n\r\nshort"))),
        (cases::RESET, reset),
        (cases::DRIPPING_TLS, |stream| drip(stream, true, &[22; 60])),
        (cases::ENDLESS_MAIL, |mut stream| forever(&mut stream, b"220-and more\r\n")),
        (cases::DRIPPING_MAIL, |stream| {
            drip(stream, false, b"220 a greeting that takes its time, a byte at a time\r\n")
        }),
        (cases::REFUSING_MAIL, |mut stream| stream.write_all(b"554 go away\r\n")),
        (cases::RUDE_MAIL, rude_mail),
    ];
    over_tcp.iter().try_for_each(|(port, behaviour)| serve(*port, *behaviour))?;
    let over_udp: &[(u16, Reply)] = &[
        (cases::UDP_GARBAGE, |_| GARBAGE.repeat(10)),
        (cases::UDP_LARGE, |_| GARBAGE.repeat(15_000)),
        (cases::UDP_CUT, |question| answer(question, 0).into_iter().take(3).collect()),
        (cases::UDP_OTHER_ID, |question| answer(question, 0).into_iter().enumerate().map(other_id).collect()),
        (cases::UDP_FAILING, |question| answer(question, 2)),
    ];
    over_udp.iter().try_for_each(|(port, reply)| reply_with(*port, *reply))?;
    flood(cases::UDP_ENDLESS)?;
    full(cases::FULL)
}

fn serve(port: u16, behaviour: Behaviour) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    spawn(move || listener.incoming().flatten().for_each(|stream| drop(spawn(move || behaviour(stream)))));
    Ok(())
}

fn heard(stream: &mut TcpStream) -> Result<usize> {
    stream.read(&mut [0; 4096])
}

fn silent(mut stream: TcpStream) -> Result<()> {
    while heard(&mut stream)? > 0 {}
    Ok(())
}

fn half_closed(stream: TcpStream) -> Result<()> {
    stream.shutdown(Shutdown::Write)?;
    silent(stream)
}

fn garbage(mut stream: TcpStream) -> Result<()> {
    stream.write_all(&GARBAGE.repeat(10_000))?;
    heard(&mut stream).map(drop)
}

fn forever(stream: &mut TcpStream, what: &[u8]) -> Result<()> {
    loop {
        stream.write_all(what)?;
    }
}

/// A status line, and then.
fn head(mut stream: TcpStream, then: fn(&mut TcpStream) -> Result<()>) -> Result<()> {
    heard(&mut stream)?;
    stream.write_all(b"HTTP/1.0 200 OK\r\n")?;
    then(&mut stream)
}

/// A whole head, and then.
fn page(mut stream: TcpStream, then: fn(&mut TcpStream) -> Result<()>) -> Result<()> {
    heard(&mut stream)?;
    stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n")?;
    then(&mut stream)
}

/// A byte at a time, after a question or without one.
fn drip(mut stream: TcpStream, asked: bool, what: &[u8]) -> Result<()> {
    if asked {
        heard(&mut stream)?;
    }
    for byte in what {
        stream.write_all(&[*byte])?;
        sleep(DRIP);
    }
    Ok(())
}

fn reset(mut stream: TcpStream) -> Result<()> {
    heard(&mut stream)?;
    stream.write_all(b"HTTP/1.0 2")?;
    let linger = nix::libc::linger { l_onoff: 1, l_linger: 0 };
    nix::sys::socket::setsockopt(&stream, nix::sys::socket::sockopt::Linger, &linger)?;
    Ok(())
}

/// A friendly greeting, and then to everything a refusal.
fn rude_mail(mut stream: TcpStream) -> Result<()> {
    stream.write_all(b"220 mail\r\n")?;
    while heard(&mut stream)? > 0 {
        stream.write_all(b"500 what?\r\n")?;
    }
    Ok(())
}

/// The question with the flags of an answer and this code (RFC 1035 section 4.1.1).
fn answer(question: &[u8], code: u8) -> Vec<u8> {
    let mut answer = question.to_vec();
    if let Some([flags, codes]) = answer.get_mut(2..4) {
        (*flags, *codes) = (*flags | 0x80, code);
    }
    answer
}

fn other_id((at, byte): (usize, u8)) -> u8 {
    if at == 0 { !byte } else { byte }
}

fn reply_with(port: u16, reply: Reply) -> Result<()> {
    let socket = UdpSocket::bind(("127.0.0.1", port))?;
    spawn(move || {
        let mut question = [0; 2048];
        while let Ok((length, from)) = socket.recv_from(&mut question) {
            let _ = socket.send_to(&reply(question.get(..length).unwrap_or_default()), from);
        }
    });
    Ok(())
}

/// Replies to each question for longer than anybody waits.
fn flood(port: u16) -> Result<()> {
    let socket = UdpSocket::bind(("127.0.0.1", port))?;
    spawn(move || {
        let mut question = [0; 2048];
        while let Ok((_, from)) = socket.recv_from(&mut question) {
            let Ok(socket) = socket.try_clone() else { return };
            spawn(move || pour(&socket, from));
        }
    });
    Ok(())
}

fn pour(socket: &UdpSocket, to: SocketAddr) {
    let (begin, datagram) = (Instant::now(), GARBAGE.repeat(50));
    while begin.elapsed() < LONG {
        for _ in 0..64 {
            let _ = socket.send_to(&datagram, to);
        }
        sleep(Duration::from_millis(1));
    }
}

/// A server whose queue is full: who connects is not even refused.
fn full(port: u16) -> Result<()> {
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listener.bind(&at.into())?;
    listener.listen(0)?;
    let waiting: Vec<_> =
        (0..4).map_while(|_| TcpStream::connect_timeout(&at, Duration::from_millis(500)).ok()).collect();
    spawn(move || {
        sleep(Duration::MAX);
        drop((listener, waiting));
    });
    Ok(())
}
