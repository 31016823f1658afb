//! Old keywords of an instance that are keywords of the whole daemon today.
use crate::lower::vrrp::InstanceDraft;
use model::config::global::{Global, PolledLink, SyncDaemon};

/// What an instance says by old keywords.
pub(super) struct Old {
    polled: Option<PolledLink>,
    sync_daemon: Option<SyncDaemon>,
}

impl Old {
    pub(super) fn of(draft: &InstanceDraft) -> Self {
        let link = draft.interface.as_ref().filter(|_| draft.poll_link.is_some());
        let polled = link.map(|(interface, _)| PolledLink { interface: interface.clone(), method: None });
        let sync_daemon = draft.sync_daemon_interface.as_ref().zip(draft.vrid);
        let sync_daemon = sync_daemon.map(|((interface, _), (vrid, _))| SyncDaemon {
            interface: interface.clone(),
            instance: Some(draft.name.clone()),
            id: vrid.get(),
            max_length: None,
            port: None,
            ttl: None,
            group: None,
        });
        Self { polled, sync_daemon }
    }

    /// `linkbeat_use_polling` is a line of `linkbeat_interfaces`; `lvs_sync_daemon_interface` of the first instance is
    /// `lvs_sync_daemon`.
    pub(super) fn say(self, global: &mut Global) {
        let known = |link: &PolledLink| global.polled_links.iter().any(|other| other.interface == link.interface);
        if let Some(link) = self.polled.filter(|link| !known(link)) {
            global.polled_links.push(link);
        }
        if global.lvs.sync_daemon.is_none() {
            global.lvs.sync_daemon = self.sync_daemon;
        }
    }
}
