//! What readers may know of an instance.
use super::Instance;
use super::state::State;
use crate::effect::Report;
use alloc::string::ToString;
use alloc::vec::Vec;
use model::Prefix;
use model::state::vrrp as picture;
use model::state::vrrp::RouterState;

impl Instance {
    /// A picture of now.
    pub(crate) fn snapshot(&self) -> picture::Instance {
        let master = match &self.state {
            State::Backup(backup) => backup.heard(),
            State::Init(_) | State::Fault(_) | State::Master(_) | State::Releasing(_) | State::Stopped => None,
        };
        picture::Instance {
            name: self.config.name.clone(),
            interface: self.config.interface.clone(),
            vrid: self.config.vrid,
            version: self.config.version.number(),
            state: self.state.name(),
            since: self.since,
            reason: self.reason.clone(),
            base_priority: self.config.priority.get(),
            effective_priority: self.conditions.priority,
            master: master.map(|known| known.address),
            master_priority: master.map(|known| known.priority),
            advert_interval: self.interval(),
            addresses: self.addresses(),
            holds_addresses: self.holds_addresses(),
            faults: self.faults(),
            lateness: self.lateness,
            history: self.history.clone(),
            counters: self.counters,
        }
    }

    /// The report that it has stopped; from where, the last move tells.
    pub(crate) fn stopped(&self) -> Report {
        let last = self.history.last();
        let from = last.map_or(RouterState::Init, |transition| transition.from);
        self.moved(from, self.reason.clone())
    }

    fn addresses(&self) -> Vec<Prefix> {
        self.config.addresses.iter().chain(&self.config.excluded).map(|address| address.prefix).collect()
    }

    fn holds_addresses(&self) -> bool {
        self.is_resuming() || self.holding.target().any(|key| !self.holding.is_refused(key))
    }

    fn faults(&self) -> Vec<picture::Fault> {
        let refused = match &self.state {
            State::Fault(faulted) => faulted.refused.as_ref().map(|(problem, _)| super::cannot_hold(problem)),
            State::Init(_) | State::Backup(_) | State::Master(_) | State::Releasing(_) | State::Stopped => None,
        };
        let since_move = |reason| picture::Fault { reason, since: self.since };
        let known = self.faulty_since.iter().map(|(fault, since)| (fault.to_string(), *since));
        let known = known.map(|(reason, since)| picture::Fault { reason, since });
        let own: Vec<_> = known.chain(refused.map(since_move)).collect();
        if own.is_empty() { self.imposed.iter().cloned().map(since_move).collect() } else { own }
    }
}
