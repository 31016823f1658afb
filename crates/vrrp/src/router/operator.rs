//! What operators ask for: to let a peer be master once, and to take something out of service.
use super::Router;
use crate::effect::{Effect, Effects, Report};
use crate::instance::input::Input;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use model::{Instant, Name};

/// Who is out of service, and why.
#[derive(Debug, Default)]
pub(super) struct Maintenance {
    everything: Option<String>,
    subjects: BTreeMap<Name, String>,
}

impl Maintenance {
    /// Takes out of service, or puts back.
    pub(super) fn set(&mut self, subject: Option<Name>, reason: Option<String>) {
        match (subject, reason) {
            (None, reason) => self.everything = reason,
            (Some(subject), Some(reason)) => drop(self.subjects.insert(subject, reason)),
            (Some(subject), None) => drop(self.subjects.remove(&subject)),
        }
    }

    /// Why an instance of this name, in a group of that name, is out of service.
    pub(super) fn of(&self, instance: &Name, group: Option<&Name>) -> Option<&str> {
        let named = |name: &Name| self.subjects.get(name);
        let why = named(instance).or_else(|| group.and_then(named)).or(self.everything.as_ref());
        why.map(String::as_str)
    }
}

impl Router {
    /// A group changes hands as a whole.
    pub(super) fn switchover(&mut self, now: Instant, subject: &Name, forced: bool, effects: &mut Effects) {
        let concerned = self.concerned(subject);
        if concerned.is_empty() {
            let outcome = Err(String::from("no instance or group of that name"));
            effects.push(Effect::Report(Report::SwitchoverEnded { instance: subject.clone(), outcome }));
        }
        for position in concerned {
            self.give(position, now, Input::SwitchoverRequested { forced }, effects);
        }
    }

    /// The members of a group, or of the group of an instance, or the instance alone.
    fn concerned(&self, subject: &Name) -> Vec<usize> {
        let instance = self.names.get(subject).copied();
        let own = instance.and_then(|position| self.group_of.get(position).copied().flatten());
        let group = own.or_else(|| self.groups.iter().position(|group| group.config().name == *subject));
        match (group, instance) {
            (Some(group), _) => self.members_of(group),
            (None, Some(position)) => Vec::from([position]),
            (None, None) => Vec::new(),
        }
    }
}
