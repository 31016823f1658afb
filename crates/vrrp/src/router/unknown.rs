//! Packets that reach no instance: counted, and told of for each virtual router once, or with `log_unknown_vrids` from time
//! to time.
use super::note;
use crate::effect::{Effects, Severity};
use crate::fact::Packet;
use crate::wire::View;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use model::{Instant, InterfaceName, Name, limits};

/// Packets that reached no instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Shorter than a VRRP header.
    pub too_short: u64,
    /// For a virtual router that is not configured on that link.
    pub unknown_router: u64,
}

/// The counts, and of whom was told when.
#[derive(Debug, Default)]
pub(super) struct Unknown {
    dropped: Dropped,
    /// `log_unknown_vrids`.
    is_logged: bool,
    /// When it was last told, and the packets since. At most `limits::UNKNOWN_ROUTERS`.
    told: BTreeMap<(InterfaceName, u8), (Instant, u64)>,
}

impl Unknown {
    pub(super) const fn dropped(&self) -> Dropped {
        self.dropped
    }

    pub(super) const fn short(&mut self) {
        self.dropped.too_short += 1;
    }

    pub(super) fn stranger(&mut self, now: Instant, packet: &Packet<'_>, view: &View<'_>, effects: &mut Effects) {
        self.dropped.unknown_router += 1;
        let router = (packet.interface.clone(), view.vrid());
        let is_full = self.told.len() >= limits::UNKNOWN_ROUTERS;
        let more = match self.told.get_mut(&router) {
            Some((at, passed_over)) if !self.is_logged || now < *at + limits::UNKNOWN_ROUTER_LOG => {
                *passed_over += 1;
                return;
            }
            Some((_, passed_over)) => format!("; {passed_over} more adverts since this was last told"),
            None if is_full => return,
            None => String::new(),
        };
        self.told.insert(router, (now, 0));
        let (source, vrid) = (packet.source, view.vrid());
        let severity = if self.is_logged { Severity::Info } else { Severity::Detail };
        let text = format!("{source} advertises virtual router {vrid}, which is not configured here{more}");
        effects.push(note(severity, Name::new(packet.interface.as_str()), text));
    }

    /// After a reload others may be unknown.
    pub(super) fn configured(&mut self, is_logged: bool) {
        self.is_logged = is_logged;
        self.told.clear();
    }
}
