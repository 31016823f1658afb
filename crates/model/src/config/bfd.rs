//! `bfd_instance`: sessions that say whether a neighbour answers (RFC 5880).
use super::track::Weight;
use crate::{Interval, Name};
use core::net::IpAddr;

/// A `bfd_instance`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BfdInstance {
    /// Name, at most 31 bytes.
    pub name: Name,
    /// `neighbor_ip`: the peer.
    pub neighbor: IpAddr,
    /// `source_ip`; the kernel chooses when `None`.
    pub source: Option<IpAddr>,
    /// `min_rx`: required minimum receive interval.
    pub min_rx: Interval,
    /// `min_tx`: desired minimum transmit interval.
    pub min_tx: Interval,
    /// `idle_tx`: transmit interval while down, at least 1 s.
    pub idle_tx: Interval,
    /// `multiplier`: intervals missed before the session is down, 1 to 255.
    pub multiplier: u8,
    /// `passive`: wait for the peer to begin.
    pub passive: bool,
    /// `ttl`, `hoplimit`: of packets sent.
    pub ttl: u8,
    /// `max_hops`: how many hops a packet may have made; `None` does not look.
    pub max_hops: Option<u8>,
    /// `multihop`: port 4784 (RFC 5883).
    pub multihop: bool,
    /// Default weight for trackers.
    pub weight: Weight,
    /// `vrrp`: virtual routers may follow it.
    pub vrrp: bool,
    /// `checker`: BFD_CHECK may follow it.
    pub checker: bool,
}
