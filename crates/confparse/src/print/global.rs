//! The words outside all blocks, and `global_defs`.
use super::node::Nodes;
use model::Config;

/// `instance`, `net_namespace` and the other words outside all blocks.
pub(super) fn root(_config: &Config, _nodes: &mut Nodes) {}

/// `global_defs`.
pub(super) fn global_defs(_config: &Config, _nodes: &mut Nodes) {}
