//! Virtual and real servers as a reader sees them.
use crate::config::server::{self, Forwarding, Service};
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
    /// Every service in the kernel that it stands for, its own first.
    pub services: Vec<Service>,
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
    /// Whether it keeps its connections and gets no new ones, because it is to leave or an operator said so.
    pub draining: bool,
    /// What an operator changed of it over the file, in words; empty when nothing.
    pub overlay: String,
    /// Its checks.
    pub checkers: Vec<Checker>,
}

impl RealServer {
    /// A server of this configuration that takes no part since then.
    #[must_use]
    pub const fn absent(config: &server::RealServer, since: Instant) -> Self {
        Self {
            address: config.address,
            port: config.port,
            forwarding: config.forwarding,
            weight: config.weight,
            effective_weight: 0,
            alive: false,
            since,
            in_table: false,
            draining: false,
            overlay: String::new(),
            checkers: Vec::new(),
        }
    }
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
