//! Tunnel links: made where they are missing, brought up and down, deleted. One request at a time: nobody is in a hurry.
use super::netlink::{Message, Netlink};
use super::{index_of, refusal};
use crate::ports::Refusal;
use model::{InterfaceName, limits};
use netlink_packet_core::{NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{InfoKind, LinkAttribute, LinkFlags, LinkInfo, LinkMessage};
use std::future::poll_fn;
use std::task::Poll;

/// What a tunnel carries in what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// IPv4 in IPv4 (RFC 2003); the kernel's own is `tunl0`.
    Ipip,
    /// IPv6 in IPv6 (RFC 2473); the kernel's own is `ip6tnl0`.
    Ip6Tunnel,
}

impl Kind {
    /// The link that takes packets from everybody: there is one in each namespace once the module is loaded.
    #[must_use]
    pub const fn fallback(self) -> &'static str {
        match self {
            Self::Ipip => "tunl0",
            Self::Ip6Tunnel => "ip6tnl0",
        }
    }

    /// The kernel module.
    #[must_use]
    pub const fn module(self) -> &'static str {
        match self {
            Self::Ipip => "ipip",
            Self::Ip6Tunnel => "ip6_tunnel",
        }
    }
}

/// Makes a link for packets from everybody, unless there is one of this name. The kernel loads its module on demand, and
/// with that makes its own fallback link. Needs a tokio runtime, as all here.
///
/// # Errors
/// When the kernel refuses, for example because it has no such tunnels.
pub async fn create(name: &InterfaceName, kind: Kind) -> Result<(), Refusal> {
    let kernel_kind = match kind {
        Kind::Ipip => InfoKind::IpIp,
        Kind::Ip6Tunnel => InfoKind::Ip6Tnl,
    };
    let mut link = LinkMessage::default();
    link.attributes.push(LinkAttribute::IfName(name.as_str().to_owned()));
    link.attributes.push(LinkAttribute::LinkInfo(vec![LinkInfo::Kind(kernel_kind)]));
    match order(RouteNetlinkMessage::NewLink(link), NLM_F_CREATE | NLM_F_EXCL).await {
        Err(refusal) if refusal.errno == libc::EEXIST => Ok(()),
        Err(refusal) if refusal.errno == libc::EOPNOTSUPP => {
            let text = format!("this kernel has no such tunnels (module {})", kind.module());
            Err(Refusal { text, ..refusal })
        }
        result => result,
    }
}

/// Brings a link up or takes it down.
///
/// # Errors
/// When there is no such link, or the kernel refuses.
pub async fn set_up(name: &InterfaceName, up: bool) -> Result<(), Refusal> {
    let mut link = LinkMessage::default();
    link.header.index = index(name)?;
    link.header.flags = if up { LinkFlags::Up } else { LinkFlags::empty() };
    link.header.change_mask = LinkFlags::Up;
    order(RouteNetlinkMessage::NewLink(link), 0).await
}

/// Deletes a link; one that is gone counts as deleted. The kernel keeps its own fallback links.
///
/// # Errors
/// When the kernel refuses.
pub async fn delete(name: &InterfaceName) -> Result<(), Refusal> {
    let Ok(index) = index(name) else { return Ok(()) };
    let mut link = LinkMessage::default();
    link.header.index = index;
    match order(RouteNetlinkMessage::DelLink(link), 0).await {
        Err(refusal) if refusal.errno == libc::ENODEV => Ok(()),
        result => result,
    }
}

fn index(name: &InterfaceName) -> Result<u32, Refusal> {
    index_of(name).map_err(|error| refusal::of(error.raw_os_error().unwrap_or(libc::ENODEV)))
}

async fn order(request: RouteNetlinkMessage, flags: u16) -> Result<(), Refusal> {
    let mut message: Message = NetlinkMessage::from(request);
    message.header.flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    let broken = || refusal::of(libc::ENOTCONN);
    let mut line = Netlink::open(&[]).map_err(|error| refusal::of(error.raw_os_error().unwrap_or(libc::ENOTCONN)))?;
    let mut answers = line.request(vec![message]).map_err(|_| broken())?;
    let answer = poll_fn(|cx| match line.advance(cx) {
        Err(_) => Poll::Ready(None),
        Ok(()) => answers.as_mut().poll_next(cx),
    });
    let answer = tokio::time::timeout(limits::NETLINK_TIMEOUT.into(), answer);
    match answer.await.map_err(|_| refusal::no_answer())?.ok_or_else(broken)?.payload {
        NetlinkPayload::Error(error) => match error.code {
            Some(code) => Err(refusal::of(code.get().saturating_abs())),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}
