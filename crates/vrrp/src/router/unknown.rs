//! Packets that reach no instance: counted, and complained about once for each virtual router.
use super::note;
use crate::effect::{Effects, Severity};
use crate::fact::Packet;
use crate::wire::View;
use alloc::collections::BTreeSet;
use alloc::format;
use model::{InterfaceName, Name, limits};

/// Packets that reached no instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Shorter than a VRRP header.
    pub too_short: u64,
    /// For a virtual router that is not configured on that link.
    pub unknown_router: u64,
}

/// The counts, and who was complained about.
#[derive(Debug, Default)]
pub(super) struct Unknown {
    dropped: Dropped,
    /// At most `limits::UNKNOWN_ROUTERS`.
    told: BTreeSet<(InterfaceName, u8)>,
}

impl Unknown {
    pub(super) const fn dropped(&self) -> Dropped {
        self.dropped
    }

    pub(super) const fn short(&mut self) {
        self.dropped.too_short += 1;
    }

    pub(super) fn stranger(&mut self, packet: &Packet<'_>, view: &View<'_>, effects: &mut Effects) {
        self.dropped.unknown_router += 1;
        let router = (packet.interface.clone(), view.vrid());
        if self.told.len() >= limits::UNKNOWN_ROUTERS || !self.told.insert(router) {
            return;
        }
        let text = format!("{} advertises virtual router {}, which is not configured here", packet.source, view.vrid());
        effects.push(note(Severity::Detail, Name::new(packet.interface.as_str()), text));
    }

    /// After a reload others may be unknown.
    pub(super) fn forget(&mut self) {
        self.told.clear();
    }
}
