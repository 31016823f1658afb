//! A destination (real server) of a service.
use super::Family;
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// A destination's identity within its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DestinationKey {
    /// Its address; may be of another family than the service's when packets are tunnelled.
    pub address: IpAddr,
    /// Its port; 0 keeps the packet's port, as under a firewall mark.
    pub port: u16,
}

impl fmt::Display for DestinationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&SocketAddr::new(self.address, self.port), f)
    }
}

/// A destination with all that can be set of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Destination {
    /// Identity within the service.
    pub key: DestinationKey,
    /// How packets reach it.
    pub forwarding: Forwarding,
    /// Share of new connections, 0 to 2147483647; 0 takes none.
    pub weight: u32,
    /// No new connections above this many; 0 is no limit.
    pub upper_threshold: u32,
    /// New connections again below this many, once the upper threshold was passed; at most the upper one, 0 is none.
    pub lower_threshold: u32,
}

impl Destination {
    /// A destination of weight 1 without thresholds.
    #[must_use]
    pub const fn new(address: IpAddr, port: u16, forwarding: Forwarding) -> Self {
        let key = DestinationKey { address, port };
        Self { key, forwarding, weight: 1, upper_threshold: 0, lower_threshold: 0 }
    }

    /// The family of its address.
    #[must_use]
    pub const fn family(&self) -> Family {
        Family::of(self.key.address)
    }
}

/// How packets reach a destination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Forwarding {
    /// NAT.
    #[default]
    Masquerade,
    /// This machine itself.
    Local,
    /// In a tunnel.
    Tunnel(Tunnel),
    /// By link address, the packet unchanged.
    DirectRoute,
    /// To the packet's own destination (transparent proxies).
    Bypass,
}

/// What the packets to a tunnelled destination are wrapped in. Other than IP-in-IP needs Linux 5.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tunnel {
    /// IP in IP.
    #[default]
    Ipip,
    /// Generic UDP encapsulation.
    Gue {
        /// UDP port, not 0.
        port: u16,
        /// Checksums.
        flags: TunnelFlags,
    },
    /// Generic routing encapsulation.
    Gre {
        /// Checksums; remote offload has no meaning here.
        flags: TunnelFlags,
    },
}

/// Tunnel flags as bits (`IP_VS_TUNNEL_ENCAP_FLAG_*`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TunnelFlags(pub u16);

impl TunnelFlags {
    /// No checksum.
    pub const NONE: Self = Self(0);
    /// Checksum over the packet.
    pub const CHECKSUM: Self = Self(1);
    /// Checksum offloaded to the receiver (GUE).
    pub const REMOTE_CHECKSUM: Self = Self(2);
}
