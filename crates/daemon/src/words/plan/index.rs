//! Which printed statements a thing is made of, ready for many look-ups.
use confparse::print::node::Node;
use model::config::server::Service;
use model::diff::Subject;
use model::{Config, Name};
use std::collections::HashMap;
use std::net::IpAddr;

/// The statements of one printed configuration.
pub(super) struct Index<'n> {
    nodes: &'n [Node],
    /// Blocks by keyword and name.
    named: HashMap<(&'n str, &'n str), &'n Node>,
    services: HashMap<ServiceKey, &'n Node>,
    servers: HashMap<(ServiceKey, IpAddr, u16), &'n Node>,
}

type ServiceKey = (Service, Option<Name>);

impl<'n> Index<'n> {
    /// Blocks are printed in the order of the things.
    pub(super) fn new(config: &Config, nodes: &'n [Node]) -> Self {
        let mut index = Self { nodes, named: HashMap::new(), services: HashMap::new(), servers: HashMap::new() };
        for node in nodes {
            if let [keyword, name, ..] = node.words.as_slice() {
                index.named.entry((keyword, name)).or_insert(node);
            }
        }
        for (server, node) in config.virtual_servers.iter().zip(blocks(nodes, "virtual_server")) {
            let key = (server.service, server.group.clone());
            if index.services.contains_key(&key) {
                continue;
            }
            for (real, node) in server.real_servers.iter().zip(blocks(inside(node), "real_server")) {
                index.servers.entry((key.clone(), real.address, real.port)).or_insert(node);
            }
            index.services.insert(key, node);
        }
        index
    }

    /// The statements that a thing is made of; before a change it may have had another name.
    pub(super) fn statements(&self, subject: &Subject, is_before: bool) -> Vec<&'n Node> {
        let keyword = |node: &Node| node.words.first().cloned().unwrap_or_default();
        let found = match subject {
            Subject::Global => {
                return self.nodes.iter().filter(|node| !OF_OTHERS.contains(&keyword(node).as_str())).collect();
            }
            Subject::Statics => {
                return self.nodes.iter().filter(|node| OF_STATICS.contains(&keyword(node).as_str())).collect();
            }
            Subject::Script(name) => self.named.get(&("vrrp_script", name.as_str())),
            Subject::File(name) => self.named.get(&("track_file", name.as_str())),
            Subject::Process(name) => self.named.get(&("vrrp_track_process", name.as_str())),
            Subject::Bfd(name) => self.named.get(&("bfd_instance", name.as_str())),
            Subject::Instance { name, before } => {
                let name = before.as_ref().filter(|_| is_before).unwrap_or(name);
                self.named.get(&("vrrp_instance", name.as_str()))
            }
            Subject::SyncGroup(name) => self.named.get(&("vrrp_sync_group", name.as_str())),
            Subject::ServerGroup(name) => self.named.get(&("virtual_server_group", name.as_str())),
            Subject::VirtualServer(service, group) => self.services.get(&(*service, group.clone())),
            Subject::RealServer(service, group, address, port) => {
                self.servers.get(&((*service, group.clone()), *address, *port))
            }
        };
        found.copied().into_iter().collect()
    }
}

fn blocks<'n>(nodes: &'n [Node], keyword: &str) -> impl Iterator<Item = &'n Node> {
    nodes.iter().filter(move |node| node.words.first().is_some_and(|word| word == keyword))
}

fn inside(node: &Node) -> &[Node] {
    node.block.as_deref().unwrap_or_default()
}

/// Blocks of root that are things of their own.
const OF_OTHERS: &[&str] = &[
    "static_ipaddress",
    "static_routes",
    "static_rules",
    "track_group",
    "vrrp_script",
    "track_file",
    "vrrp_track_process",
    "bfd_instance",
    "vrrp_instance",
    "vrrp_sync_group",
    "virtual_server_group",
    "virtual_server",
];

/// Those that make up what holds without a virtual router.
const OF_STATICS: &[&str] = &["static_ipaddress", "static_routes", "static_rules", "track_group"];
