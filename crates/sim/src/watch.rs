//! What the invariants remember of one daemon from one turn to the next.
use crate::truth::preempts;
use kernel::ports::ReceivedPacket;
use model::config::vrrp::{Instance, Version};
use model::holdings::AddressKey;
use model::state::vrrp::RouterState;
use model::{Config, Instant, Interval, Name};
use std::collections::{BTreeMap, BTreeSet};
use vrrp::router::Snapshot;

/// An advert that made a backup wait on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard {
    /// When the daemon read it.
    pub(crate) at: Instant,
    /// The time between adverts that it told.
    pub(crate) interval: Interval,
}

/// Adverts within a second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rate {
    /// When it began.
    pub(crate) since: Instant,
    /// How many were sent.
    pub(crate) sent: u64,
    /// How many were read: each may be answered.
    pub(crate) heard: u64,
}

impl Rate {
    /// Begins anew when the second is over.
    pub(crate) fn at(&mut self, now: Instant) -> &mut Self {
        if now.since(self.since) >= Interval::from_secs(1) {
            *self = Self { since: now, ..Self::default() };
        }
        self
    }
}

/// A kernel and what is published of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compared {
    /// The version of the kernel.
    pub(crate) kernel: u64,
    /// Of each instance: state, whether it holds its addresses, effective priority.
    pub(crate) instances: Vec<(RouterState, bool, u8)>,
}

/// The memory.
#[derive(Debug, Default)]
pub struct Watch {
    /// Addresses that were there before this daemon and that its configuration does not know: nobody takes them away.
    pub(crate) unknown: BTreeSet<AddressKey>,
    /// Addresses that were there before this daemon and that its first configuration knows.
    pub(crate) leftovers: BTreeSet<AddressKey>,
    /// What was last compared with each other, when that will do until it changes.
    pub(crate) compared: Option<Compared>,
    /// Addresses in the kernel that no state permits, since when.
    pub(crate) strays: BTreeMap<AddressKey, Instant>,
    /// Addresses that came to a master and were not announced yet, since when.
    pub(crate) unannounced: BTreeMap<AddressKey, Instant>,
    /// Submissions that the kernel has not answered.
    pub(crate) in_flight: u64,
    /// Instances that hold less than they publish, since when.
    pub(crate) missing: BTreeMap<Name, Instant>,
    /// The state of each instance after the last turn.
    pub(crate) states: BTreeMap<Name, RouterState>,
    /// The last advert of each master, and the interval then.
    pub(crate) adverts: BTreeMap<Name, (Instant, Interval)>,
    /// Adverts of each instance within a second.
    pub(crate) rates: BTreeMap<Name, Rate>,
    /// The last state that each instance reported.
    pub(crate) reported: BTreeMap<Name, RouterState>,
    /// What each backup heard last.
    pub(crate) heard: BTreeMap<Name, Heard>,
    /// When somebody last interfered with links or addresses.
    pub(crate) meddled_at: Option<Instant>,
    /// When it was last run again after it was frozen.
    pub(crate) slept_at: Option<Instant>,
    /// When the kernel last began or ended to refuse.
    pub(crate) refused_at: Option<Instant>,
}

impl Watch {
    /// The daemon was not run for a while: nothing of that time counts, and it has yet to learn what happened in it.
    pub(crate) fn slept(&mut self, now: Instant) {
        self.slept_at = Some(now);
        self.compared = None;
        self.meddled(now);
        self.strays.clear();
        self.missing.clear();
        self.adverts.clear();
        self.heard.clear();
    }

    /// The instance is no more.
    pub(crate) fn forget(&mut self, instance: &Name) {
        self.states.remove(instance);
        self.adverts.remove(instance);
        self.rates.remove(instance);
        self.heard.remove(instance);
        self.missing.remove(instance);
    }

    /// A reload is on its way: what was heard may count for less.
    pub(crate) fn reloaded(&mut self) {
        self.heard.clear();
        self.compared = None;
    }

    /// A turn is over. Of an instance whose priority changed in it, nobody knows by which one each packet was judged.
    pub(crate) fn compares(&mut self, before: &Snapshot, after: &Snapshot) {
        for seen in &after.instances {
            let known = before.instances.iter().find(|other| other.name == seen.name);
            if known.is_some_and(|known| known.effective_priority != seen.effective_priority) {
                self.heard.remove(&seen.name);
            }
        }
    }

    /// Somebody interfered.
    pub(crate) const fn meddled(&mut self, now: Instant) {
        self.meddled_at = Some(now);
    }

    /// The kernel began or ended to refuse.
    pub(crate) const fn refused(&mut self, now: Instant) {
        self.refused_at = Some(now);
    }

    /// The daemon reads a packet.
    pub(crate) fn hears(&mut self, now: Instant, packet: &ReceivedPacket, view: &Snapshot, config: &Config) {
        let [_, vrid, priority, _, fifth, sixth, ..] = packet.payload.as_slice() else { return };
        let of_packet = |i: &&Instance| i.interface == packet.interface && i.vrid.get() == *vrid;
        let Some(instance) = config.instances.iter().find(of_packet) else { return };
        let Some(seen) = view.instances.iter().find(|i| i.name == instance.name) else { return };
        self.rates.entry(instance.name.clone()).or_default().at(now).heard += 1;
        if *priority == 0 {
            self.heard.remove(&instance.name);
            return;
        }
        if seen.state != RouterState::Backup {
            return;
        }
        let interval = match instance.version {
            Version::V2 => instance.advert_interval,
            Version::V3 => Interval::from_centis(u64::from(u16::from_be_bytes([*fifth, *sixth]) & 0x0fff)),
        };
        if *priority >= seen.effective_priority || !preempts(instance) {
            self.heard.insert(instance.name.clone(), Heard { at: now, interval });
        } else if !instance.preempt_delay.is_zero() {
            // It waits for this one too, but for how long, its delay decides.
            self.heard.remove(&instance.name);
        }
    }
}
