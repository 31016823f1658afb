//! A virtual service: what traffic it takes and how it schedules it.
use super::{Family, Invalid, Name, Protocol};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::ops::BitOr;

/// Longest persistence timeout in seconds that no kernel (up to 1,000 ticks a second in 32 bits) shortens silently.
pub const MAX_PERSISTENCE_SECONDS: u32 = u32::MAX / 1_000;

/// What traffic a service takes; its identity in the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceKey {
    /// Packets to an address and port.
    Address {
        /// Transport protocol.
        protocol: Protocol,
        /// Virtual address.
        address: IpAddr,
        /// Virtual port; 0 is every port and needs persistence.
        port: u16,
    },
    /// Packets that carry a firewall mark.
    Fwmark {
        /// The mark.
        mark: NonZeroU32,
        /// Family of the packets: one mark can be one service in each.
        family: Family,
    },
}

impl ServiceKey {
    /// The service of a firewall mark.
    ///
    /// # Errors
    /// When the mark is 0.
    pub fn fwmark(mark: u32, family: Family) -> Result<Self, Invalid> {
        let mark = NonZeroU32::new(mark).ok_or(Invalid::ZeroMark)?;
        Ok(Self::Fwmark { mark, family })
    }

    /// The family of the traffic.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::Address { address, .. } => Family::of(address),
            Self::Fwmark { family, .. } => family,
        }
    }
}

/// `tcp 10.0.0.1:80`, `udp [fd00::1]:53`, `fwmark 7`, `fwmark 7 (IPv6)`.
impl fmt::Display for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Address { protocol, address, port } => write!(f, "{protocol} {}", SocketAddr::new(address, port)),
            Self::Fwmark { mark, family: Family::V4 } => write!(f, "fwmark {mark}"),
            Self::Fwmark { mark, family: Family::V6 } => write!(f, "fwmark {mark} (IPv6)"),
        }
    }
}

/// Service flags as bits (`IP_VS_SVC_F_*` in `linux/ip_vs.h`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(u32);

impl Flags {
    /// No flag.
    pub const NONE: Self = Self(0);
    /// Clients stay with their server for the timeout; set by [`Service::with_persistence`].
    pub const PERSISTENT: Self = Self(0x01);
    /// The entry is in the kernel's hash table; only ever read.
    pub const HASHED: Self = Self(0x02);
    /// Each datagram is scheduled by itself (UDP).
    pub const ONE_PACKET: Self = Self(0x04);
    /// First scheduler flag: `sh-fallback`, `mh-fallback`.
    pub const SCHEDULER_1: Self = Self(0x08);
    /// Second scheduler flag: `sh-port`, `mh-port`.
    pub const SCHEDULER_2: Self = Self(0x10);
    /// Third scheduler flag.
    pub const SCHEDULER_3: Self = Self(0x20);

    /// From the bits as the kernel has them; unknown ones are kept.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The bits as the kernel has them.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether all of these are set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Without the flag that only the kernel sets.
    #[must_use]
    pub const fn settable(self) -> Self {
        Self(self.0 & !Self::HASHED.0)
    }
}

impl BitOr for Flags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Which clients count as one for persistence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Netmask {
    /// IPv4 mask; the kernel takes masks with holes.
    V4(Ipv4Addr),
    /// IPv6 prefix length, 1 to 128.
    V6(u8),
}

impl Netmask {
    /// Every address counts by itself: /32 or /128.
    #[must_use]
    pub const fn host(family: Family) -> Self {
        match family {
            Family::V4 => Self::V4(Ipv4Addr::BROADCAST),
            Family::V6 => Self::V6(128),
        }
    }

    /// From a prefix length.
    ///
    /// # Errors
    /// When the length is 0, above 32 (IPv4) or above 128 (IPv6).
    pub fn prefix(family: Family, length: u8) -> Result<Self, Invalid> {
        match (family, length) {
            (Family::V4, 1..=32) => {
                let host_bits = u32::MAX.checked_shr(u32::from(length)).unwrap_or(0);
                Ok(Self::V4(Ipv4Addr::from(!host_bits)))
            }
            (Family::V6, 1..=128) => Ok(Self::V6(length)),
            _ => Err(Invalid::PrefixLength(length)),
        }
    }

    fn check(self, family: Family) -> Result<(), Invalid> {
        match (self, family) {
            (Self::V4(_), Family::V4) | (Self::V6(1..=128), Family::V6) => Ok(()),
            (Self::V6(length), Family::V6) => Err(Invalid::PrefixLength(length)),
            _ => Err(Invalid::NetmaskFamily),
        }
    }
}

/// A virtual service with all that can be set of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Service {
    pub(crate) key: ServiceKey,
    pub(crate) scheduler: Name,
    pub(crate) flags: Flags,
    pub(crate) timeout: u32,
    pub(crate) netmask: Netmask,
    pub(crate) engine: Option<Name>,
}

impl Service {
    /// A service without persistence or flags.
    #[must_use]
    pub const fn new(key: ServiceKey, scheduler: Name) -> Self {
        let netmask = Netmask::host(key.family());
        Self { key, scheduler, flags: Flags::NONE, timeout: 0, netmask, engine: None }
    }

    /// Clients under one netmask stay with their server for `seconds` after their last connection ended.
    ///
    /// # Errors
    /// When the timeout is 0 or above [`MAX_PERSISTENCE_SECONDS`], or the netmask is not of the service's family.
    pub fn with_persistence(mut self, seconds: u32, netmask: Netmask) -> Result<Self, Invalid> {
        if !(1..=MAX_PERSISTENCE_SECONDS).contains(&seconds) {
            return Err(Invalid::PersistenceTimeout(seconds));
        }
        netmask.check(self.key.family())?;
        self.flags = self.flags | Flags::PERSISTENT;
        self.timeout = seconds;
        self.netmask = netmask;
        Ok(self)
    }

    /// With these flags too.
    #[must_use]
    pub fn with_flags(mut self, flags: Flags) -> Self {
        self.flags = self.flags | flags;
        self
    }

    /// With a persistence engine (`sip`).
    #[must_use]
    pub fn with_engine(mut self, engine: Name) -> Self {
        self.engine = Some(engine);
        self
    }

    /// What traffic it takes.
    #[must_use]
    pub const fn key(&self) -> ServiceKey {
        self.key
    }

    /// Scheduler; `none` where the kernel has a service without.
    #[must_use]
    pub const fn scheduler(&self) -> &Name {
        &self.scheduler
    }

    /// Flags.
    #[must_use]
    pub const fn flags(&self) -> Flags {
        self.flags
    }

    /// Persistence timeout in seconds; without meaning unless persistent.
    #[must_use]
    pub const fn timeout(&self) -> u32 {
        self.timeout
    }

    /// Persistence netmask; without meaning unless persistent.
    #[must_use]
    pub const fn netmask(&self) -> Netmask {
        self.netmask
    }

    /// Persistence engine.
    #[must_use]
    pub const fn engine(&self) -> Option<&Name> {
        self.engine.as_ref()
    }

    /// Whether the kernel would treat the two alike: same key and scheduling, whatever it noted itself, and timeout and
    /// netmask only where there is persistence.
    #[must_use]
    pub fn same_settings(&self, other: &Self) -> bool {
        let persistence = |s: &Self| s.flags.contains(Flags::PERSISTENT).then_some((s.timeout, s.netmask));
        self.key == other.key
            && self.scheduler == other.scheduler
            && self.flags.settable() == other.flags.settable()
            && self.engine == other.engine
            && persistence(self) == persistence(other)
    }
}
