//! What an instance last wanted the kernel to contain, what it may own there, and what became of it.
use crate::effect::{Effect, Effects, Hold};
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::string::String;
use alloc::vec::Vec;
use model::config::vrrp;
use model::holdings::{AddressKey, Holdings};
use model::{Instant, Interval, Name, limits};

const MINUTE: Interval = Interval::from_secs(60);

/// The last order and its fate.
#[derive(Debug, Default)]
pub(crate) struct Holding {
    /// `None` before the first order: the kernel keeps what it has.
    ordered: Option<Holdings>,
    /// Every address that is or was configured, until the kernel has let go of what is no longer.
    owned: BTreeSet<AddressKey>,
    /// The last order is out of date: `owned` grew, or the owner's name changed.
    stale: bool,
    refused: BTreeMap<AddressKey, String>,
    retry_at: Option<Instant>,
    /// When each address was put back, over the last minute.
    repairs: BTreeMap<AddressKey, VecDeque<Instant>>,
}

impl Holding {
    /// These addresses may be removed when nobody wants them.
    pub(crate) fn own(&mut self, keys: impl IntoIterator<Item = AddressKey>) {
        let before = self.owned.len();
        self.owned.extend(keys);
        self.stale |= self.owned.len() > before;
    }

    /// The owner has another name: the next order is given even if it is the same.
    pub(crate) const fn renamed(&mut self) {
        self.stale = true;
    }

    /// All that may be removed.
    pub(crate) fn owned(&self) -> &BTreeSet<AddressKey> {
        &self.owned
    }

    /// What was last ordered to be there.
    pub(crate) fn target(&self) -> impl Iterator<Item = &AddressKey> {
        self.ordered.iter().flat_map(|holdings| holdings.addresses.keys())
    }

    /// Whether that includes this address, guarded.
    pub(crate) fn guards(&self, key: &AddressKey) -> bool {
        let address = self.ordered.as_ref().and_then(|holdings| holdings.addresses.get(key));
        address.is_some_and(|address| !address.no_track)
    }

    /// Wants this from now on; an order that says nothing new is not given. True when it was given.
    pub(crate) fn order(&mut self, owner: &Name, target: Holdings, effects: &mut Effects) -> bool {
        if self.ordered.as_ref() == Some(&target) && !self.stale {
            return false;
        }
        self.ordered = Some(target);
        self.repeat(owner, effects);
        true
    }

    /// Gives the last order again.
    pub(crate) fn repeat(&mut self, owner: &Name, effects: &mut Effects) {
        self.stale = false;
        self.refused.clear();
        self.retry_at = None;
        let target = self.ordered.clone().unwrap_or_default();
        effects.push(Effect::Hold(Hold { owner: owner.clone(), target, owned: self.owned.clone() }));
    }

    /// Nothing is left to do: what was configured once and is gone now need not be owned any longer.
    pub(crate) fn settled(&mut self, configured: impl IntoIterator<Item = AddressKey>) {
        if self.refused.is_empty() && !self.stale {
            self.owned = configured.into_iter().collect();
        }
    }

    /// The kernel said no; the order is given again after `limits::HOLD_RETRY`.
    pub(crate) fn was_refused(&mut self, now: Instant, key: AddressKey, problem: String) {
        // About an order of a namesake that a reload removed: nothing of ours may be repeated for it.
        if self.ordered.is_none() {
            return;
        }
        self.refused.insert(key, problem);
        self.retry_at = self.retry_at.or(Some(now + limits::HOLD_RETRY));
    }

    /// Whether the kernel refused this address.
    pub(crate) fn is_refused(&self, key: &AddressKey) -> bool {
        self.refused.contains_key(key)
    }

    /// What was refused.
    pub(crate) fn refused(&self) -> Vec<AddressKey> {
        self.refused.keys().cloned().collect()
    }

    /// Why nothing at all of a target can be held, when that is so.
    pub(crate) fn hopeless(&self) -> Option<&str> {
        let all = self.target().all(|key| self.is_refused(key));
        let first = self.target().find_map(|key| self.refused.get(key))?;
        all.then_some(first.as_str())
    }

    /// When the order is to be given again.
    pub(crate) fn retry_at(&self) -> Option<Instant> {
        self.retry_at
    }

    /// An address was taken away: whether it may be put back once more, or was already too often.
    pub(crate) fn may_repair(&mut self, now: Instant, key: &AddressKey) -> bool {
        let times = self.repairs.entry(key.clone()).or_default();
        times.retain(|at| *at + MINUTE > now);
        let bound = usize::try_from(limits::REPAIRS_PER_MINUTE).unwrap_or(usize::MAX);
        let may = times.len() < bound;
        if may {
            times.push_back(now);
        }
        may
    }

    /// Forgets repairs of addresses that are no longer configured.
    pub(crate) fn configured(&mut self, keys: &BTreeSet<AddressKey>) {
        self.repairs.retain(|key, _| keys.contains(key));
    }
}

/// The keys of all addresses that an instance holds as master.
pub(crate) fn keys_of(config: &vrrp::Instance) -> BTreeSet<AddressKey> {
    config.addresses.iter().chain(&config.excluded).map(AddressKey::of).collect()
}

/// Everything that an instance holds as master.
pub(crate) fn target_of(config: &vrrp::Instance) -> Holdings {
    Holdings::of(config.addresses.iter().chain(&config.excluded))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{InterfaceName, Prefix};

    fn key(last: u8) -> AddressKey {
        let interface = InterfaceName::new("eth0").expect("a name");
        AddressKey { interface, prefix: Prefix::host([10, 0, 0, last].into()) }
    }

    #[test]
    fn ten_repairs_of_one_address_in_any_minute() {
        let mut holding = Holding::default();
        let at = |seconds| Instant::START + Interval::from_secs(seconds);
        for n in 0..10 {
            assert!(holding.may_repair(at(n), &key(1)), "{n}");
        }
        assert!(!holding.may_repair(at(59), &key(1)));
        assert!(holding.may_repair(at(59), &key(2)), "each address is counted by itself");
        assert!(holding.may_repair(at(60), &key(1)), "the first is a minute old");
        assert!(!holding.may_repair(at(60), &key(1)));
    }

    #[test]
    fn an_order_that_says_nothing_new_is_not_given() {
        let mut holding = Holding::default();
        let mut effects = Effects::new();
        let name = Name::new("VI_1");
        holding.own([key(1)]);
        assert!(holding.order(&name, Holdings::default(), &mut effects), "leftovers are removed at the start");
        assert!(!holding.order(&name, Holdings::default(), &mut effects));
        holding.own([key(1)]);
        assert!(!holding.order(&name, Holdings::default(), &mut effects));
        holding.own([key(2)]);
        assert!(holding.order(&name, Holdings::default(), &mut effects));
        holding.settled([key(2)]);
        assert_eq!(holding.owned(), &[key(2)].into());
        assert_eq!(effects.len(), 2);
    }
}
