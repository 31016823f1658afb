//! The connection sync daemon, once all virtual routers are known.
use super::{Placed, problem};
use crate::lower::lvs::SyncDraft;
use crate::lower::reader::Reader;
use model::config::global::SyncDaemon;
use model::config::vrrp::Instance;

/// Finishes `lvs_sync_daemon`; `None` when its instance does not exist, which is reported.
pub(super) fn sync_daemon(
    reader: &mut Reader<'_>,
    draft: SyncDraft,
    instances: &[Placed<Instance>],
) -> Option<SyncDaemon> {
    let SyncDraft { interface, instance, id, max_length, port, ttl, group } = draft;
    let mut vrid = 0;
    if let Some((name, place)) = &instance {
        let Some(found) = instances.iter().find(|placed| placed.thing.name == *name) else {
            let message = format!("lvs_sync_daemon follows {name}, which does not exist");
            reader.report(
                problem("unknown-instance", message, *place, "there is no such instance, or it was skipped")
                    .meanwhile("connections are not copied"),
            );
            return None;
        };
        vrid = found.thing.vrid.get();
    }
    let instance = instance.map(|(name, _)| name);
    Some(SyncDaemon { interface, instance, id: id.unwrap_or(vrid), max_length, port, ttl, group })
}
