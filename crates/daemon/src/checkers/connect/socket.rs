//! Sockets as a check wants them: source address, port, interface and mark.
use super::echo_range;
use model::config::server::Connect;
use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::OwnedFd;
use tokio::net::{TcpSocket, TcpStream, UdpSocket};

/// Opens a connection.
///
/// # Errors
/// What the kernel or the peer refused.
pub(super) async fn tcp(connect: &Connect) -> io::Result<TcpStream> {
    let socket = bound(connect, Type::STREAM, Some(Protocol::TCP))?;
    socket.set_tcp_nodelay(true)?;
    TcpSocket::from_std_stream(std::net::TcpStream::from(OwnedFd::from(socket))).connect(target(connect)).await
}

/// A datagram socket towards the place, so that its refusals come back.
///
/// # Errors
/// What the kernel refused.
pub(super) fn udp(connect: &Connect) -> io::Result<UdpSocket> {
    connected(bound(connect, Type::DGRAM, Some(Protocol::UDP))?, connect)
}

/// A socket for echo requests that needs no privilege beyond `net.ipv4.ping_group_range`, which is widened where our group
/// is not in it; a raw one would see every ICMP packet of the host.
///
/// # Errors
/// What the kernel refused.
pub(super) fn echo(connect: &Connect) -> io::Result<UdpSocket> {
    let protocol = if connect.address.is_ipv4() { Protocol::ICMPV4 } else { Protocol::ICMPV6 };
    let place = Connect { port: 0, bind_port: None, ..connect.clone() };
    let open = || bound(&place, Type::DGRAM, Some(protocol));
    let socket = match open() {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            echo_range::widen().and_then(|()| open()).map_err(|_| {
                io::Error::new(error.kind(), "echo sockets are forbidden here (sysctl net.ipv4.ping_group_range)")
            })?
        }
        other => other?,
    };
    connected(socket, &place)
}

fn connected(socket: Socket, connect: &Connect) -> io::Result<UdpSocket> {
    socket.connect(&SockAddr::from(target(connect)))?;
    UdpSocket::from_std(std::net::UdpSocket::from(OwnedFd::from(socket)))
}

fn bound(connect: &Connect, kind: Type, protocol: Option<Protocol>) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(target(connect)), kind.nonblocking().cloexec(), protocol)?;
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
    Ok(socket)
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
