//! Old keywords of an instance that are keywords of the whole daemon today.
use crate::lower::vrrp::InstanceDraft;
use model::config::global::{Global, PolledLink, SyncDaemon};

/// `linkbeat_use_polling` is a line of `linkbeat_interfaces`; `lvs_sync_daemon_interface` is `lvs_sync_daemon`, which
/// goes before it, and the first instance before others.
pub(super) fn keywords(global: &mut Global, draft: &InstanceDraft) {
    if let (Some(_), Some((interface, _))) = (draft.poll_link, &draft.interface)
        && !global.polled_links.iter().any(|link| link.interface == *interface)
    {
        global.polled_links.push(PolledLink { interface: interface.clone(), method: None });
    }
    if let (None, Some((interface, _)), Some((vrid, _))) =
        (&global.lvs.sync_daemon, &draft.sync_daemon_interface, &draft.vrid)
    {
        global.lvs.sync_daemon = Some(SyncDaemon {
            interface: interface.clone(),
            instance: Some(draft.name.clone()),
            id: vrid.get(),
            max_length: None,
            port: None,
            ttl: None,
            group: None,
        });
    }
}
