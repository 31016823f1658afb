//! When the next burst of announcements is due, of which addresses, and how many of each; no packets.
//!
//! A new master announces each address once as soon as the kernel holds it; the rest of the burst follows in a step of
//! its own that is due at once, so that with many instances every address is announced once before any is repeated.
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use model::config::vrrp::Announce;
use model::holdings::AddressKey;
use model::{Instant, Interval, limits};

/// Addresses to announce, each this many times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Burst {
    /// Of which addresses.
    pub(crate) keys: BTreeSet<AddressKey>,
    /// How many of each, 1 to `limits::ANNOUNCE_ROUNDS`.
    pub(crate) rounds: u32,
}

/// Why a burst is due; there is at most one of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// The rest of a burst that has begun.
    Rest,
    /// The second burst after becoming master.
    Second,
    /// The second burst after another master was heard.
    Challenge,
}

/// The bursts that a master still owes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bursts {
    owed: BTreeMap<Kind, (Instant, Burst)>,
    refresh_at: Option<Instant>,
    /// The next refresh of addresses on other links (`garp_extra_if`).
    extra_at: Option<Instant>,
    challenged_at: Option<Instant>,
}

impl Bursts {
    /// These addresses are held now: gives what to say at once, and owes the rest.
    pub(crate) fn held(&mut self, now: Instant, keys: BTreeSet<AddressKey>, rules: &Announce) -> Option<Burst> {
        if keys.is_empty() {
            return None;
        }
        if !rules.refresh.is_zero() && self.refresh_at.is_none() {
            self.refresh_at = Some(now + rules.refresh);
        }
        if !rules.extra_refresh.is_zero() && self.extra_at.is_none() {
            self.extra_at = Some(now + rules.extra_refresh);
        }
        if !rules.delay.is_zero() {
            self.owe(Kind::Second, now + rules.delay, keys.clone(), rules.repeat);
        }
        Some(self.begin(now, keys, rules.repeat))
    }

    /// Another master was heard: as `held`, by the rules for that case, at most once in `limits::REASSERT_PAUSE`.
    pub(crate) fn challenged(&mut self, now: Instant, keys: BTreeSet<AddressKey>, rules: &Announce) -> Option<Burst> {
        let paused = self.challenged_at.is_some_and(|at| now < at + limits::REASSERT_PAUSE);
        if paused || keys.is_empty() || rules.lower_prio_repeat == 0 {
            return None;
        }
        self.challenged_at = Some(now);
        if !rules.lower_prio_delay.is_zero() {
            self.owe(Kind::Challenge, now + rules.lower_prio_delay, keys.clone(), rules.lower_prio_repeat);
        }
        Some(self.begin(now, keys, rules.lower_prio_repeat))
    }

    /// The bursts that are due by `now`; `all` are the addresses of a refresh, `extra` those on other links.
    pub(crate) fn due(
        &mut self,
        now: Instant,
        all: &BTreeSet<AddressKey>,
        extra: &BTreeSet<AddressKey>,
        rules: &Announce,
    ) -> Vec<Burst> {
        let mut ready = Vec::new();
        self.owed.retain(|_, (at, burst)| {
            let later = *at > now;
            if !later {
                ready.push(burst.clone());
            }
            later
        });
        if turn_round(&mut self.refresh_at, now, rules.refresh) {
            ready.push(Burst { keys: all.clone(), rounds: bounded(rules.refresh_repeat) });
        }
        if turn_round(&mut self.extra_at, now, rules.extra_refresh) && !extra.is_empty() {
            ready.push(Burst { keys: extra.clone(), rounds: 1 });
        }
        ready
    }

    /// A reload changed the rules: a refresh begins or ends with them.
    pub(crate) fn ruled(&mut self, now: Instant, rules: &Announce) {
        self.refresh_at = begun(self.refresh_at, now, rules.refresh);
        self.extra_at = begun(self.extra_at, now, rules.extra_refresh);
    }

    /// When `due` has something to give.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.owed.values().map(|(at, _)| *at).chain(self.refresh_at).chain(self.extra_at).min()
    }

    /// One of each at once, the others owed for the next step.
    fn begin(&mut self, now: Instant, keys: BTreeSet<AddressKey>, repeat: u32) -> Burst {
        if repeat > 1 {
            self.owe(Kind::Rest, now, keys.clone(), repeat - 1);
        }
        Burst { keys, rounds: 1 }
    }

    /// Adds to the burst of that kind; the addresses that were owed earlier wait with the new ones.
    fn owe(&mut self, kind: Kind, at: Instant, keys: BTreeSet<AddressKey>, rounds: u32) {
        let (due, burst) = self.owed.entry(kind).or_insert((at, Burst { keys: BTreeSet::new(), rounds: 0 }));
        *due = at;
        burst.keys.extend(keys);
        burst.rounds = burst.rounds.max(bounded(rounds));
    }
}

/// Whether a refresh is due; if so, the next one is one period later. A reload may have turned it off.
fn turn_round(at: &mut Option<Instant>, now: Instant, period: Interval) -> bool {
    *at = at.filter(|_| !period.is_zero());
    let Some(due) = at.filter(|at| *at <= now) else { return false };
    let next = due + period;
    *at = Some(if next > now { next } else { now + period });
    true
}

/// When a refresh of this period comes next: not later than it was to come.
fn begun(known: Option<Instant>, now: Instant, period: Interval) -> Option<Instant> {
    let next = (!period.is_zero()).then(|| now + period)?;
    Some(known.map_or(next, |known| known.min(next)))
}

fn bounded(rounds: u32) -> u32 {
    rounds.clamp(1, limits::ANNOUNCE_ROUNDS)
}

#[cfg(test)]
mod tests;
