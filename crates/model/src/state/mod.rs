//! All that a reader may know about the running daemon: plain values, no handles, no locks.
pub mod fields;
pub mod notify;
pub mod process;
pub mod server;
pub mod vrrp;

use alloc::vec::Vec;

/// One consistent picture of the daemon. Each part is what its thread last published.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// The daemon itself.
    pub process: process::Process,
    /// Virtual routers, file order.
    pub instances: Vec<vrrp::Instance>,
    /// Sync groups, file order.
    pub groups: Vec<vrrp::Group>,
    /// Track scripts, file order.
    pub scripts: Vec<vrrp::Script>,
    /// Ways to the outside that were used, in the order of their names.
    pub deliveries: Vec<notify::Delivery>,
    /// Virtual servers, file order.
    pub virtual_servers: Vec<server::VirtualServer>,
}
