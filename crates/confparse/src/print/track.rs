//! Trackers, and what is said of links.
use super::node::Nodes;
use model::Config;

/// `garp_group`, `linkbeat_interfaces` and `interface_up_down_delays`.
pub(super) fn links(_config: &Config, _nodes: &mut Nodes) {}

/// `track_group`: what static addresses, routes and rules follow.
pub(super) fn groups(_config: &Config, _nodes: &mut Nodes) {}

/// `vrrp_script`, `track_file`, `vrrp_track_process` and `bfd_instance`: what instances follow stands before them.
pub(super) fn trackers(_config: &Config, _nodes: &mut Nodes) {}
