//! Back to text: the configuration as somebody wrote it, in one layout, and the model in canonical text; no defaults
//! hidden, no meaning changed.
mod address;
mod global;
pub mod json;
pub mod node;
mod notify;
pub mod origin;
mod quote;
mod routing;
mod server;
mod track;
mod tree;
mod vrrp;

pub use tree::{Brace, Formatted, format, reads_alike};

use model::Config;
use node::{Node, Nodes};

/// The configuration as statements, every default spelled out where the language can say it, in manual order; what must
/// stand before what uses it does. Secrets are among them.
#[must_use]
pub fn config(config: &Config) -> Vec<Node> {
    let mut nodes = Nodes::default();
    for part in PARTS {
        part(config, &mut nodes);
    }
    nodes.done()
}

/// In the order in which they are printed.
const PARTS: &[fn(&Config, &mut Nodes)] = &[
    global::root,
    global::global_defs,
    track::links,
    track::groups,
    address::statics,
    routing::static_routes,
    routing::static_rules,
    track::trackers,
    vrrp::groups,
    vrrp::instances,
    server::ssl,
    server::groups,
    server::virtual_servers,
];
