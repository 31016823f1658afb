//! One connection to the kernel's rtnetlink, driven by whoever polls it: no task of its own, so that a request leaves
//! with the call that makes it.
use futures_core::Stream;
use model::limits;
use netlink_packet_core::NetlinkMessage;
use netlink_packet_route::RouteNetlinkMessage;
use netlink_proto::sys::protocols::NETLINK_ROUTE;
use netlink_proto::sys::{AsyncSocket, SocketAddr};
use netlink_proto::{Connection, ConnectionHandle};
use nix::sys::socket::{setsockopt, sockopt};
use rtnetlink::MulticastGroup;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::task::coop::{Unconstrained, unconstrained};

/// A netlink message of rtnetlink.
pub(super) type Message = NetlinkMessage<RouteNetlinkMessage>;
/// What comes back for one request; ends when all of it has come.
pub(super) type Answers = Pin<Box<dyn Stream<Item = Message> + Send>>;
type Unsolicited = Pin<Box<dyn Stream<Item = (Message, SocketAddr)> + Send>>;

/// The connection broke; it has to be opened again.
#[derive(Debug)]
pub(super) struct Broken;

/// An open connection.
pub(super) struct Netlink {
    // Not subject to tokio's budget: the answer to a request may not be seen before what the monitor has to say of it.
    connection: Unconstrained<Connection<RouteNetlinkMessage>>,
    handle: ConnectionHandle<RouteNetlinkMessage>,
    unsolicited: Unsolicited,
}

impl Netlink {
    /// Opens a connection that listens to these groups. Needs a tokio runtime.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub(super) fn open(groups: &[MulticastGroup]) -> io::Result<Self> {
        let (mut connection, handle, unsolicited) =
            netlink_proto::new_connection::<RouteNetlinkMessage>(NETLINK_ROUTE)?;
        connection.set_forward_ack(true);
        let socket = connection.socket_mut().socket_mut();
        // Beyond the system's limit with CAP_NET_ADMIN, else as far as that goes.
        if setsockopt(socket, sockopt::RcvBufForce, &limits::NETLINK_RECEIVE_BYTES).is_err() {
            setsockopt(socket, sockopt::RcvBuf, &limits::NETLINK_RECEIVE_BYTES)?;
        }
        socket.set_cap_ack(true)?;
        let bits = groups.iter().fold(0, |bits, group| bits | 1_u32.rotate_left((*group as u32).wrapping_sub(1)));
        socket.bind(&SocketAddr::new(0, bits))?;
        Ok(Self { connection: unconstrained(connection), handle, unsolicited: Box::pin(unsolicited) })
    }

    /// Queues messages as one datagram; they leave with the next [`Self::advance`].
    pub(super) fn request(&self, messages: Vec<Message>) -> Result<Answers, Broken> {
        let kernel = SocketAddr::new(0, 0);
        self.handle.request_batch(messages, kernel).map(|answers| Box::pin(answers) as Answers).map_err(|_| Broken)
    }

    /// Sends and receives what is possible now.
    pub(super) fn advance(&mut self, cx: &mut Context<'_>) -> Result<(), Broken> {
        match Pin::new(&mut self.connection).poll(cx) {
            Poll::Pending => Ok(()),
            Poll::Ready(()) => Err(Broken),
        }
    }

    /// The next message that answers no request.
    pub(super) fn unsolicited(&mut self, cx: &mut Context<'_>) -> Option<Message> {
        match self.unsolicited.as_mut().poll_next(cx) {
            Poll::Ready(Some((message, _))) => Some(message),
            Poll::Ready(None) | Poll::Pending => None,
        }
    }
}
