//! What can only be read: counters, rates, versions; and the connection timeouts.
use std::fmt;

/// Traffic since the entry was made or zeroed, and how much there is now. The kernel brings both up to date every 2
/// seconds (totals at once since Linux 6.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Totals.
    pub total: Counters,
    /// Estimates per second.
    pub rates: Rates,
}

/// Totals. Kernels before 4.1 count connections and packets in 32 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Connections scheduled.
    pub connections: u64,
    /// Packets from clients.
    pub packets_in: u64,
    /// Packets to clients, where they come back this way.
    pub packets_out: u64,
    /// Bytes from clients.
    pub bytes_in: u64,
    /// Bytes to clients.
    pub bytes_out: u64,
}

/// Estimates per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// Connections per second.
    pub connections: u64,
    /// Packets from clients per second.
    pub packets_in: u64,
    /// Packets to clients per second.
    pub packets_out: u64,
    /// Bytes from clients per second.
    pub bytes_in: u64,
    /// Bytes to clients per second.
    pub bytes_out: u64,
}

/// Connections that a destination has now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connections {
    /// Established ones.
    pub active: u32,
    /// All others that are still remembered.
    pub inactive: u32,
    /// Clients that are bound to it by persistence.
    pub persistent: u32,
}

/// How long the kernel remembers silent connections, in seconds. Setting 0 leaves a value as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// Established TCP connections.
    pub tcp: u32,
    /// TCP connections after a FIN.
    pub tcp_fin: u32,
    /// UDP exchanges.
    pub udp: u32,
}

/// What the kernel says of its IPVS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// Version, a byte each for major, minor and patch.
    pub version: u32,
    /// Slots of the connection hash table.
    pub table_size: u32,
}

/// `1.2.1, table size 4096`.
impl fmt::Display for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [_, major, minor, patch] = self.version.to_be_bytes();
        write!(f, "{major}.{minor}.{patch}, table size {}", self.table_size)
    }
}
