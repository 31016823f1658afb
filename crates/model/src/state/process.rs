//! The daemon itself.
use crate::Instant;
use alloc::string::String;
use alloc::vec::Vec;

/// Facts about the process.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Process {
    /// Version of the program.
    pub version: String,
    /// `router_id`.
    pub router_id: String,
    /// Process id.
    pub pid: u32,
    /// When the daemon started.
    pub started_at: Instant,
    /// When this picture was taken.
    pub now: Instant,
    /// Configuration file or pattern as given.
    pub config_file: String,
    /// Reloads that were applied since the start.
    pub reloads: u64,
    /// Reloads refused because the file was bad.
    pub reloads_refused: u64,
    /// Why the last reload was refused; empty when it was applied.
    pub last_reload_problem: String,
    /// Errors and warnings in the configuration that runs.
    pub config_problems: u64,
    /// What an operator has taken out of service, a line each.
    pub maintenance: Vec<String>,
    /// Why IPVS is not programmed; empty while it is, or while nothing needs it.
    pub ipvs_problem: String,
    /// Packets of an advert protocol that were shorter than its header.
    pub packets_too_short: u64,
    /// Packets for virtual routers that are not configured on the link that they came by.
    pub packets_unknown_router: u64,
    /// Times the checkers thread was started again after a fault of its own.
    pub checkers_restarts: u64,
}
