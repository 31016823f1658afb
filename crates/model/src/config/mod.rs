//! The whole typed configuration: plain public fields, comparable; no parsing and no defaults happen here.
pub mod bfd;
pub mod check;
pub mod global;
pub mod plain;
pub mod process;
pub mod routing;
pub mod server;
pub mod track;
pub mod vrrp;

use alloc::vec::Vec;
use bfd::BfdInstance;
use global::Global;
use routing::Statics;
use server::{Group, VirtualServer};
use track::{File, Process, Script};
use vrrp::{Instance, SyncGroup};

/// Everything that one set of configuration files says, in file order, with every default filled in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// `global_defs` and the keywords beside it.
    pub global: Global,
    /// `vrrp_script` blocks that something may track.
    pub scripts: Vec<Script>,
    /// `track_file` blocks that something may track.
    pub files: Vec<File>,
    /// `vrrp_track_process` blocks that something may track.
    pub processes: Vec<Process>,
    /// `bfd_instance` blocks.
    pub bfd: Vec<BfdInstance>,
    /// `static_ipaddress`, `static_routes`, `static_rules` and `track_group`.
    pub statics: Statics,
    /// `vrrp_instance` blocks.
    pub instances: Vec<Instance>,
    /// `vrrp_sync_group` blocks; members are names of `instances`.
    pub groups: Vec<SyncGroup>,
    /// `virtual_server_group` blocks.
    pub server_groups: Vec<Group>,
    /// `virtual_server` blocks.
    pub virtual_servers: Vec<VirtualServer>,
}
