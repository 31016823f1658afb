//! One consistent picture of the daemon from what its threads published, and its readers.
pub mod json;
pub mod text;

use crate::channels::Published;
use model::state::State;
use model::state::notify::Delivery;
use model::state::process::Process;

/// The picture now. Takes no lock of the threads.
#[must_use]
pub fn snapshot(published: &Published, process: Process, deliveries: Vec<Delivery>) -> State {
    let vrrp = published.vrrp.load();
    let (packets_too_short, packets_unknown_router) = (vrrp.dropped.too_short, vrrp.dropped.unknown_router);
    State {
        process: Process { packets_too_short, packets_unknown_router, ..process },
        instances: vrrp.instances.clone(),
        groups: vrrp.groups.clone(),
        scripts: vrrp.scripts.clone(),
        deliveries,
        virtual_servers: published.checkers.load().as_ref().clone(),
    }
}
