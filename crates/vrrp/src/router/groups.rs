//! How the router carries out what a group's standing asks for: inputs to its members, until nothing more is asked.
use super::{Router, Stop};
use crate::effect::{Effect, Effects, Report};
use crate::group::{self, Member, Verdict};
use crate::instance::Instance;
use crate::instance::input::{Input, Start};
use crate::instance::state::State;
use alloc::vec::Vec;
use model::config::vrrp::SyncGroup;
use model::state::vrrp::{self as picture, RouterState};
use model::{Instant, limits};

/// One group, its members by position.
#[derive(Debug)]
pub(super) struct Group {
    config: SyncGroup,
    members: Vec<usize>,
    /// What was last reported.
    state: RouterState,
}

impl Group {
    pub(super) const fn new(config: SyncGroup, members: Vec<usize>, state: RouterState) -> Self {
        Self { config, members, state }
    }

    pub(super) const fn config(&self) -> &SyncGroup {
        &self.config
    }

    pub(super) const fn state(&self) -> RouterState {
        self.state
    }

    pub(super) fn snapshot(&self, instances: &[Instance]) -> picture::Group {
        let name = |position: &usize| instances.get(*position).map(|instance| instance.name().clone());
        picture::Group {
            name: self.config.name.clone(),
            state: self.state,
            members: self.members.iter().filter_map(name).collect(),
        }
    }

    pub(super) fn stopped(&mut self) -> Report {
        self.moved(RouterState::Stopped)
    }

    fn moved(&mut self, to: RouterState) -> Report {
        self.state = to;
        Report::GroupMoved { group: self.config.name.clone(), to }
    }

    fn standing(&self, instances: &[Instance]) -> Vec<Member> {
        let member = |position: &usize| {
            let instance = instances.get(*position)?;
            Some(Member {
                name: instance.name().clone(),
                state: instance.standing(),
                unclaimed: instance.is_unclaimed(),
                is_leaving: instance.is_releasing(),
                fault: instance.own_fault(),
                imposed: instance.imposed().cloned(),
                expired: instance.is_expired(),
                fresh: instance.is_fresh(),
                resuming: instance.is_resuming(),
                settled: instance.is_settled_master(),
            })
        };
        self.members.iter().filter_map(member).collect()
    }
}

impl Router {
    /// Lets the groups that were touched come to rest, then reports where they stand. Every round moves a member, so the
    /// bound is only there for a fault of our own.
    pub(super) fn settle(&mut self, now: Instant, effects: &mut Effects) {
        let mut steps = 0;
        while let Some((group, verdict)) = self.next_verdict() {
            steps += 1;
            if steps > limits::SETTLE_STEPS {
                break;
            }
            self.carry_out(group, &verdict, now, effects);
        }
        for group in core::mem::take(&mut self.touched) {
            self.report_group(group, effects);
        }
    }

    fn next_verdict(&self) -> Option<(usize, Verdict)> {
        if self.stop != Stop::No {
            return None;
        }
        self.touched.iter().find_map(|position| {
            let group = self.groups.get(*position)?;
            Some((*position, group::judge(&group.standing(&self.instances))?))
        })
    }

    fn carry_out(&mut self, group: usize, verdict: &Verdict, now: Instant, effects: &mut Effects) {
        for position in self.members_of(group) {
            let instance = self.instances.get(position);
            let Some(instance) = instance.filter(|i| !matches!(i.state(), State::Init(_))) else { continue };
            let input = match verdict {
                Verdict::Fault(why) if instance.own_fault().is_none() => Input::MemberFaulted(why.clone()),
                Verdict::Fault(_) => continue,
                Verdict::Recover => Input::MembersRecovered,
                Verdict::TakeOver => Input::MembersExpired,
                Verdict::Yield(why) => Input::MemberYielded(why.clone()),
                Verdict::TakeBack => Input::MembersUnclaimed,
                Verdict::EndResuming => Input::MemberGaveUpResuming,
            };
            self.give(position, now, input, effects);
        }
    }

    fn report_group(&mut self, position: usize, effects: &mut Effects) {
        let Some(group) = self.groups.get_mut(position) else { return };
        if self.stop != Stop::No {
            return;
        }
        if let Some(to) = group::standing(&group.standing(&self.instances)).filter(|to| *to != group.state) {
            effects.push(Effect::Report(group.moved(to)));
        }
    }

    /// The other masters of the group announce too: their switches may have been misled in the same way.
    pub(super) fn challenge_group(&mut self, position: usize, now: Instant, effects: &mut Effects) {
        let Some(group) = self.group_of.get(position).copied().flatten() else { return };
        for other in self.members_of(group) {
            if other != position {
                self.give(other, now, Input::MemberChallenged, effects);
            }
        }
    }

    /// Starts what was waiting in INIT: an instance by itself, a group's members together.
    pub(super) fn start_ready(&mut self, now: Instant, effects: &mut Effects) {
        if self.stop != Stop::No || self.starts_at.is_some() {
            return;
        }
        for position in 0..self.instances.len() {
            if self.group_of.get(position).copied().flatten().is_none() && self.is_ready(position) {
                let start = if self.resumes(position) { Start::Resume } else { Start::Plain };
                self.give(position, now, Input::Started(start), effects);
            }
        }
        for group in 0..self.groups.len() {
            self.start_group(group, now, effects);
        }
    }

    /// Members that wait are started together when all of them can, and resume only if all of them can: half a group
    /// that holds its addresses serves nobody. The group is reported before its members at the start.
    fn start_group(&mut self, position: usize, now: Instant, effects: &mut Effects) {
        let members = self.members_of(position);
        let waiting: Vec<_> = members.iter().copied().filter(|member| self.is_waiting(*member)).collect();
        if waiting.is_empty() || !waiting.iter().all(|member| self.is_ready(*member)) {
            return;
        }
        let is_whole = waiting.len() == members.len();
        let is_owner = |member: &usize| self.instances.get(*member).is_some_and(|i| i.config().priority.is_owner());
        let start = if is_whole && members.iter().all(|member| self.resumes(*member)) {
            Start::Resume
        } else if is_whole && members.iter().all(is_owner) {
            Start::OwnersGroup
        } else {
            Start::Plain
        };
        if is_whole {
            self.begin_group(position, now, effects);
        }
        for member in waiting {
            self.give(member, now, Input::Started(start), effects);
        }
    }

    /// Says where a group begins; the fault of one member is one for all.
    fn begin_group(&mut self, position: usize, now: Instant, effects: &mut Effects) {
        let Some(group) = self.groups.get_mut(position) else { return };
        let members = group.standing(&self.instances);
        let fault = members.iter().find_map(Member::fault_for_others);
        let to = if fault.is_some() { RouterState::Fault } else { RouterState::Backup };
        effects.push(Effect::Report(group.moved(to)));
        let Some(why) = fault else { return };
        for (member, position) in members.iter().zip(self.members_of(position)) {
            if member.fault.is_none() {
                self.give(position, now, Input::MemberFaulted(why.clone()), effects);
            }
        }
    }

    pub(super) fn members_of(&self, group: usize) -> Vec<usize> {
        self.groups.get(group).map(|group| group.members.clone()).unwrap_or_default()
    }

    fn is_waiting(&self, position: usize) -> bool {
        self.instances.get(position).is_some_and(|instance| matches!(instance.state(), State::Init(_)))
    }

    fn is_ready(&self, position: usize) -> bool {
        self.is_waiting(position) && self.instances.get(position).is_some_and(|instance| instance.conditions().ready)
    }

    fn resumes(&self, position: usize) -> bool {
        let Some(instance) = self.instances.get(position) else { return false };
        let is_first = self.first.as_ref().is_some_and(|first| first.contains(&instance.key()));
        let conditions = instance.conditions();
        is_first && instance.may_resume() && conditions.in_place && conditions.faults.is_empty()
    }
}
