//! One real server: its checks, whether it is alive, and what a reload keeps of it. Knows no other server.
use crate::checker::{Checker, Nursery, Taken};
use crate::fact::{ProbeId, Verdict};
use crate::hysteresis::{Change as Move, Health};
use crate::orders::Orders;
use crate::overlay::{Change, Duty};
use crate::quorum::Standing;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::IpAddr;
use model::config::server;
use model::{Instant, state};

/// Largest weight towards IPVS.
const MOST_WEIGHT: i64 = 0x7fff_ffff;

/// What makes two real servers of a service the same over a reload.
pub(crate) type Place = (IpAddr, u16);

/// One real server.
#[derive(Debug)]
pub(crate) struct RealServer {
    /// Its block, without the checks.
    config: server::RealServer,
    checkers: Vec<Checker>,
    alive: bool,
    /// Configured weight with what its checks add.
    weight: u32,
    since: Instant,
    /// What an operator changed of it.
    change: Change,
    /// What the world was told last; `None` while it waits for its first result.
    announced: Option<bool>,
}

/// A move that the world is to hear of.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) up: bool,
    pub(crate) reason: String,
}

/// What a fact did to a server.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Its standing changed, so that its virtual server must weigh again.
    pub(crate) weigh: bool,
    pub(crate) moved: Option<Moved>,
    /// Something about one check that no move tells.
    pub(crate) note: Option<String>,
}

impl RealServer {
    /// A server that was not there before.
    pub(crate) fn new(
        now: Instant,
        mut config: server::RealServer,
        init_notifies: bool,
        nursery: &mut Nursery,
    ) -> Self {
        let checks = core::mem::take(&mut config.checkers);
        let checkers: Vec<_> = checks
            .into_iter()
            .map(|check| {
                let health = untried(&check);
                nursery.check(now, check, health)
            })
            .collect();
        let alive = checkers.iter().all(|c| c.health().good());
        let weight = config.weight;
        let announced = (alive && !init_notifies).then_some(true);
        Self { config, checkers, alive, weight, since: now, change: Change::default(), announced }
    }

    /// What is told of a server that has just come: that it is up, where first states are wanted and it need not pass a
    /// check before.
    pub(crate) fn introduced(&mut self) -> Outcome {
        let reason =
            if self.checkers.is_empty() { "it has no check" } else { "it is in service before its first check" };
        let moved = if self.alive { self.moved(reason) } else { None };
        Outcome { moved, ..Outcome::default() }
    }

    /// Lets a check that is due wait for its next turn; one whose probe runs goes on. Says whether it did.
    pub(crate) fn sleeps(&mut self, now: Instant, check: usize) -> bool {
        self.checkers.get_mut(check).is_some_and(|checker| checker.sleeps(now))
    }

    /// Goes on under another configuration of the same server.
    pub(crate) fn configure(
        &mut self,
        now: Instant,
        mut config: server::RealServer,
        nursery: &mut Nursery,
        orders: &mut Orders,
    ) -> Outcome {
        let checks = core::mem::take(&mut config.checkers);
        self.config = config;
        let was_alive = self.alive;
        let mut old: Vec<_> = core::mem::take(&mut self.checkers).into_iter().map(Some).collect();
        let kept = keep(&mut old, &checks);
        // A failed check that was changed says nothing good about its successor: that must pass first, and at once.
        let mut lost_failed = false;
        for gone in old.into_iter().flatten() {
            lost_failed |= !gone.health().good();
            gone.retire(orders);
        }
        for (check, known) in checks.into_iter().zip(kept) {
            self.checkers.push(match known {
                Some(mut checker) => {
                    checker.retime(now, check);
                    checker
                }
                None => newcomer(now, check, was_alive, lost_failed, nursery),
            });
        }
        let weigh = self.reweigh(now);
        Outcome { weigh, moved: self.moved("its checks changed in the configuration"), note: None }
    }

    pub(crate) fn deadline_reached(&mut self, now: Instant, check: usize, orders: &mut Orders) -> Outcome {
        let weight = self.config.weight;
        let taken = self.checkers.get_mut(check).and_then(|c| c.deadline_reached(now, weight, orders));
        taken.map(|taken| self.taken(now, check, taken)).unwrap_or_default()
    }

    /// What an operator changed of it from now on.
    pub(crate) const fn overlay(&mut self, change: Change) {
        self.change = change;
    }

    /// One check takes the verdict of an equal one. Says too whether it wants a repeat.
    pub(crate) fn heard(
        &mut self,
        now: Instant,
        check: usize,
        probe: ProbeId,
        verdict: &Verdict,
    ) -> Option<(Outcome, bool)> {
        let taken = self.checkers.get_mut(check)?.heard(now, probe, verdict)?;
        Some((self.taken(now, check, taken), taken.change == Move::Repeat))
    }

    /// `None` when the probe is not wanted any more.
    pub(crate) fn probe_ended(
        &mut self,
        now: Instant,
        check: usize,
        probe: ProbeId,
        verdict: &Verdict,
    ) -> Option<Outcome> {
        let taken = self.checkers.get_mut(check)?.probe_ended(now, probe, verdict)?;
        Some(self.taken(now, check, taken))
    }

    /// Lets every check that is about it take something it is told: a number in a file, the state of a session.
    pub(crate) fn told(&mut self, now: Instant, tell: impl Fn(&mut Checker) -> Option<Taken>) -> Vec<Outcome> {
        let places = 0..self.checkers.len();
        let outcomes = places.filter_map(|check| {
            let taken = tell(self.checkers.get_mut(check)?)?;
            Some(self.taken(now, check, taken))
        });
        outcomes.collect()
    }

    fn taken(&mut self, now: Instant, check: usize, taken: Taken) -> Outcome {
        let weigh = self.reweigh(now);
        let finding = self.checkers.get(check).map(Checker::finding).unwrap_or_default();
        let moved = self.moved(&finding);
        let note = if moved.is_none() { self.note(check, taken) } else { None };
        Outcome { weigh, moved, note }
    }

    fn note(&self, check: usize, taken: Taken) -> Option<String> {
        let checker = self.checkers.get(check)?;
        let all = checker.config().log_all_failures;
        let (finding, failures) = (checker.finding(), taken.after.failures());
        match taken.change {
            Move::Fell => Some(format!("check failed, {finding}")),
            Move::Rose if !taken.before.good() => Some(format!("check passes, {finding}")),
            Move::Repeat if all => Some(format!(
                "check failed {failures} of {} times, {finding}",
                checker.config().retry.saturating_add(1)
            )),
            Move::Same if all && failures > 0 => Some(format!("check still fails, {finding}")),
            Move::Rose | Move::Repeat | Move::Same => None,
        }
    }

    fn reweigh(&mut self, now: Instant) -> bool {
        let alive = self.checkers.iter().all(|c| c.health().good());
        let shift = self.checkers.iter().fold(0i64, |sum, c| sum.saturating_add(c.shift()));
        let weight = i64::from(self.config.weight).saturating_add(shift).clamp(0, MOST_WEIGHT);
        let weight = u32::try_from(weight).unwrap_or(0);
        let changed = (alive, weight) != (self.alive, self.weight);
        if alive != self.alive {
            self.since = now;
        }
        (self.alive, self.weight) = (alive, weight);
        changed
    }

    /// The move that was not announced yet. A server that waits for its first result has not moved.
    fn moved(&mut self, reason: &str) -> Option<Moved> {
        let failed = self.checkers.iter().any(|c| c.health().known() == Some(false));
        let up = match (self.alive, failed) {
            (true, _) => true,
            (false, true) => false,
            (false, false) => return None,
        };
        (self.announced != Some(up)).then(|| {
            self.announced = Some(up);
            Moved { up, reason: reason.to_string() }
        })
    }

    /// Ends it: running probes are not wanted any more.
    pub(crate) fn retire(&self, orders: &mut Orders) {
        self.checkers.iter().for_each(|c| c.retire(orders));
    }

    pub(crate) const fn standing(&self) -> Standing {
        let (alive, inhibit) = (self.alive, self.config.inhibit_on_failure);
        match self.change.duty {
            Duty::Full => Standing { alive, weight: self.weight, inhibit },
            Duty::Drained => Standing { alive, weight: 0, inhibit },
            Duty::Disabled | Duty::Removed => Standing { alive: false, weight: 0, inhibit: false },
        }
    }

    /// Whether no check of it is failed, whatever an operator says.
    pub(crate) const fn alive(&self) -> bool {
        self.alive
    }

    pub(crate) const fn place(&self) -> Place {
        (self.config.address, self.config.port)
    }

    pub(crate) const fn config(&self) -> &server::RealServer {
        &self.config
    }

    pub(crate) fn checkers(&self) -> &[Checker] {
        &self.checkers
    }

    pub(crate) fn checker_mut(&mut self, check: usize) -> Option<&mut Checker> {
        self.checkers.get_mut(check)
    }

    pub(crate) fn snapshot(&self, displaced: bool) -> state::server::RealServer {
        let member = self.standing().member(displaced);
        state::server::RealServer {
            address: self.config.address,
            port: self.config.port,
            forwarding: self.config.forwarding,
            weight: self.config.weight,
            effective_weight: member.unwrap_or(0),
            alive: self.alive,
            since: self.since,
            in_table: member.is_some(),
            draining: self.change.duty == Duty::Drained,
            overlay: self.change.to_string(),
            checkers: self.checkers.iter().map(Checker::snapshot).collect(),
        }
    }
}

const fn untried(check: &server::Checker) -> Health {
    if check.alpha { Health::Awaiting } else { Health::Untried }
}

/// A check that comes to a server that was there before.
fn newcomer(
    now: Instant,
    check: server::Checker,
    was_alive: bool,
    lost_failed: bool,
    nursery: &mut Nursery,
) -> Checker {
    match (was_alive, lost_failed) {
        (true, _) => nursery.check(now, check, Health::Trusted { failures: 0 }),
        (false, true) => nursery.check_at_once(now, check, Health::Awaiting),
        (false, false) => {
            let health = untried(&check);
            nursery.check(now, check, health)
        }
    }
}

/// Takes out of `old` what each of `checks` goes on with: first those that are equal, then those that ask the same.
fn keep(old: &mut [Option<Checker>], checks: &[server::Checker]) -> Vec<Option<Checker>> {
    let mut kept: Vec<Option<Checker>> = checks
        .iter()
        .enumerate()
        .map(|(here, check)| {
            // Usually it stands where it stood, and nothing has to be searched.
            let same_place = old.get_mut(here).and_then(|slot| slot.take_if(|c| c.config() == check));
            same_place.or_else(|| take_first(old, |c| c.config() == check))
        })
        .collect();
    for (slot, check) in kept.iter_mut().zip(checks).filter(|(slot, _)| slot.is_none()) {
        *slot = take_first(old, |c| c.asks_the_same_as(check));
    }
    kept
}

fn take_first(old: &mut [Option<Checker>], fits: impl Fn(&Checker) -> bool) -> Option<Checker> {
    old.iter_mut().find_map(|slot| slot.take_if(|c| fits(c)))
}

#[cfg(test)]
mod tests;
