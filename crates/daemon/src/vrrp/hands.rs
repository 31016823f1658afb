//! Keeps the kernel's addresses as the instances want them: remembers what was seen there, applies the difference.
use kernel::ports::{Addresses, Refusal, Ticket};
use model::config::vrrp::VirtualAddress;
use model::holdings::{self, AddressKey, Change, Holdings};
use model::{Instant, InterfaceName, Interval, Name, limits};
use std::collections::{BTreeMap, BTreeSet};
use vrrp::effect::Hold;

/// How long an acknowledged address may stay unseen by the monitor before it counts as gone again.
const UNSEEN_AT_MOST: Interval = Interval::from_secs(1);

/// What the hands noticed while they worked; turned into facts for the router.
#[derive(Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nothing is left to do for an instance's target: it is reached, but for what was refused.
    Settled(Name),
    /// The kernel refused a change that this instance wants.
    Refused(Name, AddressKey, String),
    /// Somebody else removed an address that a target wants.
    Vanished(AddressKey),
}

/// The hands. One submission is in flight at a time, of at most `limits::NETLINK_BATCH` changes, so that deadlines are
/// looked at in between however many addresses move.
#[derive(Debug, Default)]
pub struct Hands {
    targets: BTreeMap<Name, Hold>,
    /// Whose each address is or was: ordered, so that those of one link stand together.
    owners: BTreeMap<AddressKey, BTreeSet<Name>>,
    /// What the monitor last told of each link.
    seen: BTreeMap<InterfaceName, BTreeSet<AddressKey>>,
    /// Added and acknowledged, but not told by the monitor yet: its news may be older than the acknowledgement.
    acknowledged: BTreeMap<AddressKey, Instant>,
    /// Refused; not tried again until the link or the target changes.
    refused: BTreeSet<AddressKey>,
    in_flight: Option<(Ticket, BTreeSet<AddressKey>)>,
    unsettled: BTreeSet<Name>,
    /// Owners that stand for what a renamed link took along.
    strays: BTreeSet<Name>,
    tickets: u64,
}

impl Hands {
    /// Takes a new target. What was refused before is tried again.
    pub fn hold(&mut self, hold: Hold) {
        for key in hold.target.addresses.keys().chain(&hold.owned) {
            self.refused.remove(key);
            self.owners.entry(key.clone()).or_default().insert(hold.owner.clone());
        }
        self.unsettled.insert(hold.owner.clone());
        self.targets.insert(hold.owner.clone(), hold);
    }

    /// The monitor told the addresses of a link, all of them.
    pub fn saw(&mut self, interface: &InterfaceName, addresses: &[AddressKey]) -> Vec<Finding> {
        let now: BTreeSet<_> = addresses.iter().cloned().collect();
        let before = self.seen.insert(interface.clone(), now.clone()).unwrap_or_default();
        self.acknowledged.retain(|key, _| !now.contains(key));
        self.refused.retain(|key| key.interface != *interface);
        self.look_at(|key| key.interface == *interface);
        before.difference(&now).filter(|key| self.is_missed(key)).cloned().map(Finding::Vanished).collect()
    }

    /// The link went away and its addresses with it.
    pub fn lost(&mut self, interface: &InterfaceName) {
        self.seen.remove(interface);
        self.acknowledged.retain(|key, _| key.interface != *interface);
        self.refused.retain(|key| key.interface != *interface);
    }

    /// A link has another name now, and what is ours there went along: it is taken off. Nobody of that name wants it, but
    /// who happens to want the same there.
    pub fn renamed(&mut self, from: &InterfaceName, to: &InterfaceName) {
        let there = |key: &AddressKey| AddressKey { interface: to.clone(), prefix: key.prefix };
        let ours = self.owners.keys().filter(|key| key.interface == *from).map(there);
        let strays: BTreeSet<_> = ours.filter(|key| self.is_present(key)).collect();
        if !strays.is_empty() {
            let owner = Name::new(&format!("{from}, now {to}"));
            self.strays.insert(owner.clone());
            self.hold(Hold { owner, target: Holdings::default(), owned: strays });
        }
    }

    /// A submission was answered.
    pub fn applied(&mut self, now: Instant, ticket: Ticket, results: &[(Change, Result<(), Refusal>)]) -> Vec<Finding> {
        if self.in_flight.as_ref().is_some_and(|(waiting, _)| *waiting == ticket) {
            self.in_flight = None;
        }
        let mut findings = Vec::new();
        for (change, result) in results {
            match (change, result) {
                (Change::AddAddress(_), Ok(())) => self.added(change.key(), now),
                (Change::RemoveAddress(key), Ok(())) => self.removed(key),
                (_, Err(refusal)) => findings.extend(self.was_refused(&change.key(), refusal)),
            }
        }
        findings
    }

    /// Submits the next slice when none is in flight, and tells whose target is reached.
    pub fn work(&mut self, kernel: &mut impl Addresses) -> Vec<Finding> {
        if self.in_flight.is_some() || self.unsettled.is_empty() {
            return Vec::new();
        }
        let mut changes = self.difference();
        changes.truncate(limits::NETLINK_BATCH);
        if changes.is_empty() {
            return self.settle();
        }
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.in_flight = Some((ticket, changes.iter().map(Change::key).collect()));
        kernel.submit(ticket, changes);
        Vec::new()
    }

    /// Drops acknowledgements that the monitor never confirmed: what they told of is gone again.
    pub fn expire(&mut self, now: Instant) -> Vec<Finding> {
        let due: Vec<_> =
            self.acknowledged.iter().filter(|(_, at)| **at + UNSEEN_AT_MOST <= now).map(|(k, _)| k.clone()).collect();
        for key in &due {
            self.acknowledged.remove(key);
        }
        self.look_at(|key| due.contains(key));
        due.into_iter().filter(|key| self.is_missed(key)).map(Finding::Vanished).collect()
    }

    /// When `expire` has something to do.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.acknowledged.values().min().map(|at| *at + UNSEEN_AT_MOST)
    }

    /// Marks the owners of those addresses that are not as they are wanted. An unguarded one (`no_track`) that somebody
    /// took away stays away until its instance moves.
    fn look_at(&mut self, which: impl Fn(&AddressKey) -> bool) {
        let wrong = |key: &AddressKey| match self.wanted(key) {
            Some(address) => !address.no_track && !self.is_present(key),
            None => self.is_present(key),
        };
        let owners = self.owners.iter().filter(|(key, _)| which(key) && wrong(key)).flat_map(|(_, owners)| owners);
        let marked: Vec<_> = owners.cloned().collect();
        self.unsettled.extend(marked);
    }

    /// Wants nothing of anybody any more: all that was ever owned is to be removed.
    pub fn release_all(&mut self) {
        for hold in self.targets.values_mut() {
            hold.target = Holdings::default();
        }
        self.refused.clear();
        self.unsettled.extend(self.targets.keys().cloned());
    }

    /// Whether every target is reached or refused.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.in_flight.is_none() && self.unsettled.is_empty()
    }

    /// Whether any target owns this address, so that its coming and going is our own doing.
    #[must_use]
    pub fn owns(&self, key: &AddressKey) -> bool {
        self.owners.contains_key(key)
    }

    fn added(&mut self, key: AddressKey, now: Instant) {
        if !self.seen.get(&key.interface).is_some_and(|seen| seen.contains(&key)) {
            self.acknowledged.insert(key, now);
        }
    }

    fn removed(&mut self, key: &AddressKey) {
        self.acknowledged.remove(key);
        if let Some(seen) = self.seen.get_mut(&key.interface) {
            seen.remove(key);
        }
    }

    fn was_refused(&mut self, key: &AddressKey, refusal: &Refusal) -> Vec<Finding> {
        self.refused.insert(key.clone());
        let owners = self.owners.get(key).into_iter().flatten();
        owners.map(|owner| Finding::Refused(owner.clone(), key.clone(), refusal.text.clone())).collect()
    }

    /// What some instance wants this address to look like; `None` when nobody wants it.
    fn wanted(&self, key: &AddressKey) -> Option<&VirtualAddress> {
        let owners = self.owners.get(key).into_iter().flatten();
        owners.filter_map(|owner| self.targets.get(owner)).find_map(|hold| hold.target.addresses.get(key))
    }

    /// Wanted, guarded, and not just being moved by ourselves.
    fn is_missed(&self, key: &AddressKey) -> bool {
        let moving = self.in_flight.as_ref().is_some_and(|(_, keys)| keys.contains(key));
        !moving && self.wanted(key).is_some_and(|address| !address.no_track)
    }

    fn is_present(&self, key: &AddressKey) -> bool {
        self.acknowledged.contains_key(key) || self.seen.get(&key.interface).is_some_and(|seen| seen.contains(key))
    }

    /// The changes that the unsettled targets need, over all instances: an address that two instances name is held while
    /// one of them wants it.
    fn difference(&self) -> Vec<Change> {
        let holds = || self.unsettled.iter().filter_map(|owner| self.targets.get(owner));
        let mut desired = Holdings::default();
        let mut owned = BTreeSet::new();
        for hold in holds() {
            desired.addresses.extend(hold.target.addresses.iter().map(|(k, v)| (k.clone(), v.clone())));
            owned.extend(hold.owned.iter().cloned());
        }
        let observed: BTreeSet<_> =
            desired.addresses.keys().chain(&owned).filter(|key| self.is_present(key)).cloned().collect();
        owned.retain(|key| self.wanted(key).is_none());
        let mut changes = holdings::difference(&desired, &observed, &owned);
        changes.retain(|change| !self.refused.contains(&change.key()));
        changes
    }

    /// Nothing is left to do for anybody: what is not in place was refused, and that was told.
    fn settle(&mut self) -> Vec<Finding> {
        let (strays, settled): (BTreeSet<_>, BTreeSet<_>) =
            std::mem::take(&mut self.unsettled).into_iter().partition(|owner| self.strays.contains(owner));
        for owner in strays {
            self.forget(&owner);
        }
        settled.into_iter().map(Finding::Settled).collect()
    }

    /// What it had under its name is nobody's any more.
    fn forget(&mut self, owner: &Name) {
        self.strays.remove(owner);
        let owned = self.targets.remove(owner).map(|hold| hold.owned).unwrap_or_default();
        for key in owned {
            let left = self.owners.get_mut(&key).is_some_and(|owners| {
                owners.remove(owner);
                owners.is_empty()
            });
            if left {
                self.owners.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests;
