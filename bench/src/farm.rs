//! Thousands of real servers in one room: every address of a network, answered by a few threads.
use lab::{Doing, Result, Room};
use socket2::{Domain, Socket, Type};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// The addresses that do not answer at all: the upper half of the servers' network.
const SILENT: &str = "10.99.128.0/17";
/// Servers on each side.
const HALF: usize = 1 << 15;
/// Threads that answer.
const THREADS: usize = 16;
/// The page; HTTP_GET wants a status, and keepalived a length or the end.
const PAGE: &[u8] = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n";

/// The servers, and the room of the director that checks them.
pub(crate) struct Farm {
    /// Where they are.
    pub(crate) servers: Room,
    /// Where the director is to run.
    pub(crate) director: std::sync::Arc<Room>,
}

impl Farm {
    /// Connects the two rooms; `pages` answers with a page, else a connection is closed once it is there.
    pub(crate) fn new(pages: bool) -> Result<Self> {
        let (servers, director) = (Room::new("servers")?, std::sync::Arc::new(Room::new("director")?));
        director.ip(&[
            format!("link add eth0 type veth peer name eth0 netns {}", servers.net().display()),
            "address add 10.98.0.1/24 dev eth0".into(),
            "link set eth0 up".into(),
            "route add 10.99.0.0/16 via 10.98.0.2".into(),
        ])?;
        servers.ip(&[
            "address add 10.98.0.2/24 dev eth0".into(),
            "link set eth0 up".into(),
            "route add local 10.99.0.0/17 dev lo".into(),
            format!("route add blackhole {SILENT}"),
        ])?;
        servers.sysctl(&[("net/core/somaxconn", "65535"), ("net/ipv4/tcp_max_syn_backlog", "65535")])?;
        let listener = servers.run(listen)??;
        for _ in 0..THREADS {
            let listener = listener.try_clone().doing("sharing a socket")?;
            // They end with this program: nothing else closes the listener.
            std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| answer(stream, pages)));
        }
        Ok(Self { servers, director })
    }
}

/// The address of a server; silent ones are numbered apart.
pub(crate) fn address(number: usize, silent: bool) -> Ipv4Addr {
    let base = u32::from(Ipv4Addr::new(10, 99, 0, 0));
    let offset = number + if silent { HALF } else { 0 };
    Ipv4Addr::from(base + u32::try_from(offset).unwrap_or(0))
}

fn listen() -> Result<TcpListener> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).doing("making a socket")?;
    socket.bind(&SocketAddr::from(([0, 0, 0, 0], 80)).into()).doing("binding to port 80")?;
    socket.listen(65_535).doing("listening")?;
    Ok(socket.into())
}

/// A director that vanishes must not stop a thread.
fn answer(mut stream: TcpStream, pages: bool) {
    if pages && stream.set_read_timeout(Some(Duration::from_secs(2))).is_ok() {
        let mut request = [0; 1024];
        if stream.read(&mut request).is_ok_and(|length| length > 0) {
            let _ = stream.write_all(PAGE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silent_servers_are_in_the_half_that_is_not_answered() {
        assert_eq!(address(258, false), Ipv4Addr::new(10, 99, 1, 2));
        assert_eq!(address(258, true), Ipv4Addr::new(10, 99, 129, 2));
    }
}
