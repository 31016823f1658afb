//! The whole typed configuration: plain public fields, comparable; no parsing and no defaults happen here.
pub mod global;
pub mod server;
pub mod track;
pub mod vrrp;

use alloc::vec::Vec;
use global::Global;
use server::VirtualServer;
use track::Script;
use vrrp::{Instance, SyncGroup};

/// Everything that one set of configuration files says, in file order, with every default filled in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// `global_defs` and the keywords beside it.
    pub global: Global,
    /// `vrrp_script` blocks that something may track.
    pub scripts: Vec<Script>,
    /// `vrrp_instance` blocks.
    pub instances: Vec<Instance>,
    /// `vrrp_sync_group` blocks; members are names of `instances`.
    pub groups: Vec<SyncGroup>,
    /// `virtual_server` blocks.
    pub virtual_servers: Vec<VirtualServer>,
}
