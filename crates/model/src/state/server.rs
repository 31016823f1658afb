//! Virtual and real servers as a reader sees them.
use crate::config::server::{Forwarding, Service};
use crate::{Instant, Name};
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

/// One virtual server.
#[derive(Clone, Debug, PartialEq)]
pub struct VirtualServer {
    /// Its identity; of a group, the first entry.
    pub service: Service,
    /// As FIFO lines name it.
    pub name: Name,
    /// Services in the kernel that it stands for.
    pub services: usize,
    /// Its checks sleep, because its address is not here (`ha_suspend`).
    pub suspended: bool,
    /// Scheduler.
    pub scheduler: String,
    /// Whether it has quorum.
    pub up: bool,
    /// Since when.
    pub since: Instant,
    /// Quorum as used.
    pub quorum: u32,
    /// Sum of the weights of live servers.
    pub live_weight: u64,
    /// Whether the sorry server takes the traffic.
    pub sorry_in_use: bool,
    /// Orders that the kernel refused.
    pub kernel_refusals: u64,
    /// The pool.
    pub real_servers: Vec<RealServer>,
}

/// One real server.
#[derive(Clone, Debug, PartialEq)]
pub struct RealServer {
    /// Its address.
    pub address: IpAddr,
    /// Its port.
    pub port: u16,
    /// How packets reach it.
    pub forwarding: Forwarding,
    /// Configured weight.
    pub weight: u32,
    /// Weight towards IPVS, 0 when not alive.
    pub effective_weight: u32,
    /// Whether no check is failed.
    pub alive: bool,
    /// Since when.
    pub since: Instant,
    /// Whether it is in the IPVS table.
    pub in_table: bool,
    /// Its checks.
    pub checkers: Vec<Checker>,
}

/// One check.
#[derive(Clone, Debug, PartialEq)]
pub struct Checker {
    /// keepalived's word for its kind: `TCP_CHECK`, `HTTP_GET`.
    pub kind: &'static str,
    /// Whether it passes; `None` before the first result.
    pub up: Option<bool>,
    /// What the last probe found, in words: `connection refused`, `status 503 from /health`.
    pub last: String,
    /// Failures in a row now.
    pub failures_in_row: u32,
    /// Probes that ended.
    pub probes: u64,
    /// Probes that failed.
    pub failures: u64,
}
