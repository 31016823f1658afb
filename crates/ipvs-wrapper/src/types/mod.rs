//! The nouns of IPVS: names, families and protocols here, larger things in the files below.
mod destination;
mod service;
mod status;
mod sync;

pub use destination::{Destination, DestinationKey, Forwarding, Tunnel, TunnelFlags};
pub use service::{Flags, MAX_PERSISTENCE_SECONDS, Netmask, Service, ServiceKey};
pub use status::{Connections, Counters, Info, Rates, Stats, Timeouts};
pub use sync::{SyncDaemon, SyncRole};

use std::fmt;
use std::net::IpAddr;

/// Schedulers of the mainline kernel by name; each is a kernel module `ip_vs_NAME`, loaded when first used.
pub const SCHEDULERS: [&str; 14] =
    ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos"];

/// Why a value was refused before the kernel saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// A scheduler, engine or interface name is not 1 to 15 bytes.
    NameLength(usize),
    /// A scheduler, engine or interface name holds this character.
    NameCharacter(char),
    /// Firewall mark 0 means "no mark".
    ZeroMark,
    /// The prefix length is outside 1 to 32 (IPv4) or 1 to 128 (IPv6).
    PrefixLength(u8),
    /// The netmask is of another address family than the service.
    NetmaskFamily,
    /// The persistence timeout is outside 1 to [`MAX_PERSISTENCE_SECONDS`].
    PersistenceTimeout(u32),
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameLength(length) => write!(f, "name must be 1 to {} bytes, not {length}", Name::MAX_BYTES),
            Self::NameCharacter(c) => write!(f, "name must not contain {c:?}"),
            Self::ZeroMark => f.write_str("firewall mark must not be 0"),
            Self::PrefixLength(length) => write!(f, "prefix length must be 1 to 32 or 1 to 128 (IPv6), not {length}"),
            Self::NetmaskFamily => f.write_str("netmask must be of the service's address family"),
            Self::PersistenceTimeout(seconds) => {
                write!(f, "persistence timeout must be 1 to {MAX_PERSISTENCE_SECONDS} seconds, not {seconds}")
            }
        }
    }
}

impl std::error::Error for Invalid {}

/// Name of a scheduler, a persistence engine or a network interface: 1 to 15 visible ASCII characters
/// (`IP_VS_SCHEDNAME_MAXLEN`, `IP_VS_PENAME_MAXLEN`, `IP_VS_IFNAME_MAXLEN`, each less the final zero).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Box<str>);

impl Name {
    /// Bytes of the longest name.
    pub const MAX_BYTES: usize = 15;

    /// Checks length and characters.
    ///
    /// # Errors
    /// When the name is empty, longer than 15 bytes, or holds something else than visible ASCII.
    pub fn new(name: &str) -> Result<Self, Invalid> {
        if name.is_empty() || name.len() > Self::MAX_BYTES {
            return Err(Invalid::NameLength(name.len()));
        }
        match name.chars().find(|c| !c.is_ascii_graphic()) {
            Some(c) => Err(Invalid::NameCharacter(c)),
            None => Ok(Self(name.into())),
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// The family of an address.
    #[must_use]
    pub const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }
}

/// Transport protocol by its IANA number. The kernel balances TCP, UDP and SCTP (and ESP and AH with them).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub u16);

impl Protocol {
    /// TCP.
    pub const TCP: Self = Self(6);
    /// UDP.
    pub const UDP: Self = Self(17);
    /// SCTP.
    pub const SCTP: Self = Self(132);
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::TCP => f.write_str("tcp"),
            Self::UDP => f.write_str("udp"),
            Self::SCTP => f.write_str("sctp"),
            Self(number) => write!(f, "protocol {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    #[test]
    fn names_are_what_the_kernel_takes() {
        for (name, expected) in [
            ("", Err(Invalid::NameLength(0))),
            ("sixteen-bytes-xx", Err(Invalid::NameLength(16))),
            ("a b", Err(Invalid::NameCharacter(' '))),
            ("r\0", Err(Invalid::NameCharacter('\0'))),
            ("wlc", Ok("wlc".to_owned())),
        ] {
            assert_eq!(Name::new(name).map(|n| n.as_str().to_owned()), expected, "{name:?}");
        }
        assert!(SCHEDULERS.iter().all(|name| Name::new(name).is_ok()));
    }

    #[test]
    fn things_print_as_an_operator_writes_them() {
        let v4 = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
        let v6 = IpAddr::V6(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1));
        for (key, text) in [
            (ServiceKey::Address { protocol: Protocol::TCP, address: v4, port: 80 }, "tcp 10.0.0.1:80"),
            (ServiceKey::Address { protocol: Protocol::UDP, address: v6, port: 53 }, "udp [fd00::1]:53"),
            (ServiceKey::fwmark(7, Family::V4).unwrap(), "fwmark 7"),
            (ServiceKey::fwmark(7, Family::V6).unwrap(), "fwmark 7 (IPv6)"),
        ] {
            assert_eq!(key.to_string(), text);
        }
        assert_eq!(DestinationKey { address: v6, port: 8080 }.to_string(), "[fd00::1]:8080");
        assert_eq!(Info { version: 0x0001_0201, table_size: 4096 }.to_string(), "1.2.1, table size 4096");
    }

    #[test]
    fn a_service_is_checked_when_it_is_made() {
        assert_eq!(ServiceKey::fwmark(0, Family::V4), Err(Invalid::ZeroMark));
        assert_eq!(Netmask::prefix(Family::V4, 33), Err(Invalid::PrefixLength(33)));
        assert_eq!(Netmask::prefix(Family::V4, 0), Err(Invalid::PrefixLength(0)));
        assert_eq!(Netmask::prefix(Family::V6, 129), Err(Invalid::PrefixLength(129)));
        assert_eq!(Netmask::prefix(Family::V4, 24), Ok(Netmask::V4(Ipv4Addr::new(255, 255, 255, 0))));
        assert_eq!(Netmask::prefix(Family::V4, 32), Ok(Netmask::host(Family::V4)));

        let service = Service::new(ServiceKey::fwmark(1, Family::V6).unwrap(), Name::new("rr").unwrap());
        let persist = |seconds, netmask| service.clone().with_persistence(seconds, netmask);
        assert_eq!(persist(60, Netmask::host(Family::V4)), Err(Invalid::NetmaskFamily));
        assert_eq!(persist(0, Netmask::V6(64)), Err(Invalid::PersistenceTimeout(0)));
        assert_eq!(persist(u32::MAX, Netmask::V6(64)), Err(Invalid::PersistenceTimeout(u32::MAX)));
        assert_eq!(persist(60, Netmask::V6(200)), Err(Invalid::PrefixLength(200)));
        let persistent = persist(60, Netmask::V6(64)).unwrap();
        assert!(persistent.flags().contains(Flags::PERSISTENT) && persistent.timeout() == 60);
    }
}
