//! The kernel's connection synchronisation daemons.
use super::Name;
use std::fmt;
use std::net::IpAddr;

/// Which half of the synchronisation; the kernel runs at most one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SyncRole {
    /// Tells others of the connections here.
    Master,
    /// Hears of the connections elsewhere.
    Backup,
}

impl fmt::Display for SyncRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Master => "master",
            Self::Backup => "backup",
        })
    }
}

/// One synchronisation daemon. What is `None` when it is started is chosen by the kernel; when read, all is there,
/// except on kernels before 4.3, which know only role, interface and identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncDaemon {
    /// Which half.
    pub role: SyncRole,
    /// Interface of the multicast.
    pub interface: Name,
    /// Identifier that both sides share, 0 to 255; 0 hears every identifier.
    pub id: u8,
    /// Bytes of the largest message; the kernel moves it into 1024 to what the interface's MTU allows, by default that.
    pub max_length: Option<u16>,
    /// Multicast group; by default 224.0.0.81.
    pub group: Option<IpAddr>,
    /// UDP port; by default 8848.
    pub port: Option<u16>,
    /// Time to live; by default 1.
    pub ttl: Option<u8>,
}

impl SyncDaemon {
    /// A daemon with the kernel's defaults.
    #[must_use]
    pub const fn new(role: SyncRole, interface: Name, id: u8) -> Self {
        Self { role, interface, id, max_length: None, group: None, port: None, ttl: None }
    }
}
