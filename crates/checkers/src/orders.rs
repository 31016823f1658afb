//! The orders of one step while they are collected, so that their sequence does not depend on who spoke first.
use crate::checker::Clockwork;
use crate::effect::{Effect, Effects, Probe, Report, Target};
use crate::fact::ProbeId;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use model::config::server::Service;

/// Orders of one step. They leave as: what is not wanted any more, the kernel, the world, new probes.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    cancels: Vec<Effect>,
    /// Clockworks of checks that are gone, by number.
    estate: BTreeMap<u64, Clockwork>,
    holds: Vec<Effect>,
    reports: Vec<Effect>,
    starts: Vec<Effect>,
}

impl Orders {
    pub(crate) fn cancel(&mut self, probe: ProbeId) {
        self.cancels.push(Effect::Cancel(probe));
    }

    /// A check is gone; an equal one may go on with its probe and its timer.
    pub(crate) fn retire(&mut self, clock: Clockwork) {
        self.estate.insert(clock.number(), clock);
    }

    /// Whether a check of this number is gone and has left its clockwork.
    pub(crate) fn leaves(&self, number: u64) -> bool {
        self.estate.contains_key(&number)
    }

    /// The clockwork of a check that is gone, once.
    pub(crate) fn inherit(&mut self, number: u64) -> Option<Clockwork> {
        self.estate.remove(&number)
    }

    pub(crate) fn hold(&mut self, service: Service, target: Option<Target>) {
        self.holds.push(Effect::Hold { service, target });
    }

    pub(crate) fn report(&mut self, report: Report) {
        self.reports.push(Effect::Report(report));
    }

    pub(crate) fn note(&mut self, text: String) {
        self.report(Report::Note { warning: false, text });
    }

    pub(crate) fn warn(&mut self, text: String) {
        self.report(Report::Note { warning: true, text });
    }

    pub(crate) fn start(&mut self, probe: Probe) {
        self.starts.push(Effect::Start(probe));
    }

    pub(crate) fn give(mut self, effects: &mut Effects) {
        self.let_services_move();
        self.cancels.extend(self.estate.values().filter_map(Clockwork::probe).map(Effect::Cancel));
        effects.extend([self.cancels, self.holds, self.reports, self.starts].into_iter().flatten());
    }

    /// A service that goes from one virtual server to another is not to leave the table.
    fn let_services_move(&mut self) {
        let released = |effect: &Effect| matches!(effect, Effect::Hold { target: None, .. });
        if !self.holds.iter().any(released) {
            return;
        }
        let held: BTreeSet<Service> = self.holds.iter().filter(|e| !released(e)).filter_map(service_of).collect();
        self.holds.retain(|effect| !released(effect) || service_of(effect).is_none_or(|s| !held.contains(&s)));
    }
}

const fn service_of(effect: &Effect) -> Option<Service> {
    match effect {
        Effect::Hold { service, .. } => Some(*service),
        Effect::Start(_) | Effect::Cancel(_) | Effect::Report(_) => None,
    }
}
