//! What the invariants remember of one daemon from one turn to the next.
use crate::scenario::config::WINDOW;
use crate::truth::preempts;
use kernel::ports::ReceivedPacket;
use model::config::vrrp::{AntiReplay, Instance, Version};
use model::holdings::AddressKey;
use model::net::{Advert, PROTOCOL_AH};
use model::state::vrrp::RouterState;
use model::{Config, Family, Instant, Interval, Name, WallTime};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use vrrp::router::Snapshot;

/// An advert that made a backup wait on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard {
    /// When the daemon read it.
    pub(crate) at: Instant,
    /// The time between adverts that it told.
    pub(crate) interval: Interval,
    /// It was of a lower priority.
    pub(crate) worse: bool,
}

/// A worse master that a backup hears.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rivalry {
    /// When the delay of its preemption began; `None` where that cannot be known.
    pub(crate) since: Option<Instant>,
    /// Its last advert, unless it has said goodbye.
    pub(crate) heard: Option<Heard>,
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
    /// What each backup heard of worse masters.
    pub(crate) rivals: BTreeMap<Name, Rivalry>,
    /// The last signed advert of each sender, and the highest authentication header, by instance.
    pub(crate) signed: BTreeMap<(Name, IpAddr), u64>,
    /// The highest sequence number of an authentication header, sent or believed.
    pub(crate) headers: BTreeMap<Name, u32>,
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
        self.unsure();
    }

    /// The instance is no more.
    pub(crate) fn forget(&mut self, instance: &Name) {
        self.states.remove(instance);
        self.adverts.remove(instance);
        self.rates.remove(instance);
        self.heard.remove(instance);
        self.rivals.remove(instance);
        self.missing.remove(instance);
        self.headers.remove(instance);
        self.signed.retain(|(name, _), _| name != instance);
    }

    /// Whether an advert is neither too old nor too young, nor a copy of what was heard.
    fn believes(&mut self, instance: &Instance, packet: &ReceivedPacket, wall: WallTime) -> bool {
        if instance.hmac.is_some() {
            let Some(sequence) = signature_of(&packet.payload) else { return false };
            let monotonic = instance.hmac.as_ref().is_some_and(|hmac| hmac.replay == AntiReplay::Monotonic);
            let gap = (sequence >> 32).abs_diff(wall.as_secs());
            let last = self.signed.entry((instance.name.clone(), packet.source)).or_default();
            let believed = (monotonic || gap <= WINDOW.as_secs()) && sequence > *last;
            *last = if believed { sequence } else { *last };
            return believed;
        }
        let Some(sequence) = header_of(packet.protocol, &packet.payload) else { return true };
        let last = self.headers.entry(instance.name.clone()).or_default();
        let believed = sequence >= *last;
        *last = sequence.max(*last);
        believed
    }

    /// An advert leaves: an authentication header counts on.
    pub(crate) fn sends(&mut self, advert: &Advert) {
        if let Some(sequence) = header_of(advert.protocol, &advert.payload) {
            let last = self.headers.entry(advert.owner.clone()).or_default();
            *last = sequence.max(*last);
        }
    }

    /// A reload is on its way: what was heard may count for less.
    pub(crate) fn reloaded(&mut self) {
        self.heard.clear();
        self.compared = None;
        self.unsure();
    }

    /// When the delays of preemptions began cannot be known any more.
    fn unsure(&mut self) {
        self.rivals.values_mut().for_each(|rivalry| rivalry.since = None);
    }

    /// A turn is over. Of an instance whose priority changed in it, nobody knows by which one each packet was judged.
    pub(crate) fn compares(&mut self, before: &Snapshot, after: &Snapshot) {
        for seen in &after.instances {
            let known = before.instances.iter().find(|other| other.name == seen.name);
            if known.is_some_and(|known| known.effective_priority != seen.effective_priority) {
                self.heard.remove(&seen.name);
                if let Some(rivalry) = self.rivals.get_mut(&seen.name) {
                    rivalry.since = None;
                }
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
    pub(crate) fn hears(
        &mut self,
        now: Instant,
        packet: &ReceivedPacket,
        view: &Snapshot,
        config: &Config,
        wall: WallTime,
        yielded: bool,
    ) {
        let bare = if packet.protocol == PROTOCOL_AH { packet.payload.get(24..) } else { Some(&*packet.payload) };
        let Some([_, vrid, priority, _, fifth, sixth, ..]) = bare else { return };
        let family = Family::of(packet.source);
        let of_packet = |i: &&Instance| i.interface == packet.interface && i.vrid.get() == *vrid && i.family == family;
        let Some(instance) = config.instances.iter().find(of_packet) else { return };
        let Some(seen) = view.instances.iter().find(|i| i.name == instance.name) else { return };
        if !self.believes(instance, packet, wall) {
            return;
        }
        self.rates.entry(instance.name.clone()).or_default().at(now).heard += 1;
        if *priority == 0 {
            self.heard.remove(&instance.name);
            if let Some(rivalry) = self.rivals.get_mut(&instance.name) {
                rivalry.heard = None;
            }
            return;
        }
        if seen.state != RouterState::Backup {
            return;
        }
        let interval = match instance.version {
            Version::V2 => instance.advert_interval,
            Version::V3 => Interval::from_centis(u64::from(u16::from_be_bytes([*fifth, *sixth]) & 0x0fff)),
        };
        let worse = *priority < seen.effective_priority;
        let heard = Heard { at: now, interval, worse };
        if worse && !yielded {
            let since = self.rivals.get(&instance.name).map_or(Some(now), |rivalry| rivalry.since);
            self.rivals.insert(instance.name.clone(), Rivalry { since, heard: Some(heard) });
        } else {
            self.rivals.remove(&instance.name);
        }
        if yielded {
            // It waits for a worse one too, as long as it was ordered to.
            self.heard.remove(&instance.name);
        } else if *priority >= seen.effective_priority || !preempts(instance) {
            self.heard.insert(instance.name.clone(), heard);
        } else if !instance.preempt_delay.is_zero() {
            // It waits for this one too, but for how long, its delay decides.
            self.heard.remove(&instance.name);
        }
    }
}

/// The sequence number in a signature: the last 28 bytes, less the first four.
fn signature_of(payload: &[u8]) -> Option<u64> {
    let trailer = payload.last_chunk::<28>()?;
    Some(u64::from_be_bytes(trailer.get(4..12)?.try_into().ok()?))
}

/// The sequence number of an authentication header.
fn header_of(protocol: u8, payload: &[u8]) -> Option<u32> {
    let bytes = payload.get(8..12).filter(|_| protocol == PROTOCOL_AH)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}
