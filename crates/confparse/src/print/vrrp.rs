//! Virtual routers, their groups and addresses.
use super::node::Nodes;
use super::routing;
use model::Config;

/// `static_ipaddress`.
pub(super) fn static_addresses(_config: &Config, _nodes: &mut Nodes) {}

/// `vrrp_sync_group`.
pub(super) fn groups(_config: &Config, _nodes: &mut Nodes) {}

/// `vrrp_instance`.
pub(super) fn instances(config: &Config, nodes: &mut Nodes) {
    for instance in &config.instances {
        nodes.block_unless_empty(["vrrp_instance", instance.name.as_str()], |nodes| {
            routing::virtual_routes(&instance.routes, nodes);
            routing::virtual_rules(&instance.rules, nodes);
        });
    }
}
