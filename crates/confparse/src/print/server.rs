//! Virtual servers, their groups, real servers and checks.
use super::node::Nodes;
use model::Config;

/// `SSL`.
pub(super) fn ssl(_config: &Config, _nodes: &mut Nodes) {}

/// `virtual_server_group`.
pub(super) fn groups(_config: &Config, _nodes: &mut Nodes) {}

/// `virtual_server`.
pub(super) fn virtual_servers(_config: &Config, _nodes: &mut Nodes) {}
