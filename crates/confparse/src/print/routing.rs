//! Routes and rules.
use super::node::Nodes;
use model::Config;
use model::config::routing::{Route, Rule};

/// `static_routes`.
pub(super) fn static_routes(_config: &Config, _nodes: &mut Nodes) {}

/// `static_rules`.
pub(super) fn static_rules(_config: &Config, _nodes: &mut Nodes) {}

/// `virtual_routes` of an instance.
pub(super) fn virtual_routes(_routes: &[Route], _nodes: &mut Nodes) {}

/// `virtual_rules` of an instance.
pub(super) fn virtual_rules(_rules: &[Rule], _nodes: &mut Nodes) {}
