//! All virtual routers of the machine behind one door: finds the instance that a fact is about, and lets groups settle.
mod agenda;
mod configure;
mod groups;
mod links;
mod operator;
mod strict;
mod unknown;

use crate::effect::{Effects, Report, Severity};
use crate::fact::{Fact, Packet};
use crate::instance::Instance;
use crate::instance::input::{Conditions, Input, Letter};
use crate::instance::state::State;
use crate::links::Links;
use crate::pacer::Pacer;
use crate::track::Script;
use crate::track::survey::{Survey, links_of};
use crate::track::watched::Readings;
use crate::turn::Turn;
use agenda::Agenda;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;
use groups::Group;
use model::config::routing::TrackGroup;
use model::config::vrrp;
use model::diff::InstanceKey;
use model::holdings::AddressKey;
use model::net::{Endpoint, Link, Outcome};
use model::state::vrrp as picture;
use model::state::vrrp::RouterState;
use model::{Family, Instant, InterfaceName, Name, Vrid, WallTime, limits};
use operator::Maintenance;
use unknown::Unknown;

pub use unknown::Dropped;

/// What readers may know of the virtual routers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Instances, file order.
    pub instances: Vec<picture::Instance>,
    /// Sync groups, file order.
    pub groups: Vec<picture::Group>,
    /// Track scripts, file order.
    pub scripts: Vec<picture::Script>,
    /// Packets that reached no instance.
    pub dropped: Dropped,
}

/// The virtual routers of a machine.
///
/// A caller gives every fact with the time at which it learned it, carries out the effects, and gives
/// `Fact::DeadlineReached` whenever `deadline()` is not in the future. Packets that have arrived are to be given before
/// it: a machine that was asleep must hear its master before it counts the silence.
#[derive(Debug, Default)]
pub struct Router {
    /// File order.
    instances: Vec<Instance>,
    index: BTreeMap<InstanceKey, usize>,
    names: BTreeMap<Name, usize>,
    agenda: Agenda,
    groups: Vec<Group>,
    /// The group of each instance, by position.
    group_of: Vec<Option<usize>>,
    scripts: Vec<Script>,
    readings: Readings,
    track_groups: Vec<TrackGroup>,
    maintenance: Maintenance,
    virtual_addresses: BTreeSet<IpAddr>,
    links: Links,
    /// Until when starting instances wait for news of their links.
    links_by: Option<Instant>,
    pacer: Pacer,
    /// Endpoints as last ordered.
    endpoints: BTreeSet<Endpoint>,
    /// Endpoints that a reload left, and when the others are closed: a goodbye must get out first.
    narrowing: Option<(Instant, BTreeSet<Endpoint>)>,
    buffers: links::Buffers,
    /// Links with `promote_secondaries`, as last ordered.
    promoted: BTreeSet<InterfaceName>,
    /// Groups with a member that was given something in this step.
    touched: BTreeSet<usize>,
    /// The instances of the first configuration that are still there: only they may find addresses of the time before
    /// a restart. `None` before it.
    first: Option<BTreeSet<InstanceKey>>,
    unknown: Unknown,
    stop: Stop,
    /// The wall clock as it was last told, and when.
    wall: Option<(Instant, WallTime)>,
    booted_at: Option<Instant>,
    /// Until when nothing starts (`vrrp_startup_delay`, `vrrp_delay_after_boot`).
    starts_at: Option<Instant>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stop {
    #[default]
    No,
    Requested,
    Done,
}

impl Router {
    /// No instances, and no links known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a fact and adds what is to be done.
    pub fn step(&mut self, now: Instant, fact: Fact<'_>, effects: &mut Effects) {
        match fact {
            Fact::Configured(config) => self.configure(now, &config, effects),
            Fact::WallClockRead(wall) => self.wall = Some((now, wall)),
            Fact::HostBooted(at) => self.booted_at = Some(at),
            Fact::PacketReceived(packet) => self.packet_received(now, &packet, effects),
            Fact::LinkSeen { interface, link } => self.link_seen(now, &interface, link, effects),
            Fact::LinkLost { interface } => {
                self.links.lost(interface);
                self.conditions_changed(now, effects);
                self.link_changed(now, effects);
            }
            Fact::LinkPolled { interface, up } => {
                if let Some(before) = self.links.polled(now, &interface, up) {
                    self.link_turned(now, &interface, Some(before), effects);
                }
            }
            Fact::AddressVanished(key) => self.address_vanished(now, &key, effects),
            Fact::HoldSettled { owner } => self.give_to(&owner, now, Input::HoldSettled, effects),
            Fact::HoldRefused { owner, key, problem } => {
                self.give_to(&owner, now, Input::HoldRefused(key, problem), effects);
            }
            Fact::ScriptFinished { script, outcome } => self.script_finished(now, &script, &outcome, effects),
            Fact::Tracked { what, name, reading } => {
                if self.readings.tell(what, name, reading) {
                    self.conditions_changed(now, effects);
                }
            }
            Fact::StaticChanged { group, thing, missing } => {
                if self.readings.tell_static(group, thing, missing) {
                    self.conditions_changed(now, effects);
                }
            }
            Fact::SwitchoverRequested { subject, forced } => self.switchover(now, &subject, forced, effects),
            Fact::MaintenanceSet { subject, reason } => {
                self.maintenance.set(subject, reason);
                self.conditions_changed(now, effects);
            }
            Fact::StatesAsked => self.tell_states(effects),
            Fact::StopRequested => self.stop_requested(now, effects),
            Fact::DeadlineReached => self.deadline_reached(now, effects),
        }
        self.settle(now, effects);
        self.finish_stop(effects);
    }

    /// When it wants `Fact::DeadlineReached`; `None` when nothing is due ever.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let narrowing = self.narrowing.as_ref().map(|(at, _)| *at);
        let own = [self.links_by, self.starts_at, narrowing, self.links.deadline()].into_iter().flatten();
        self.agenda.first().into_iter().chain(self.pacer.deadline()).chain(own).min()
    }

    /// What readers may know.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            instances: self.instances.iter().map(Instance::snapshot).collect(),
            groups: self.groups.iter().map(|group| group.snapshot(&self.instances)).collect(),
            scripts: self.scripts.iter().map(Script::snapshot).collect(),
            dropped: self.dropped(),
        }
    }

    /// Packets that reached no instance, since the start.
    #[must_use]
    pub const fn dropped(&self) -> Dropped {
        self.unknown.dropped()
    }

    /// Instances, then groups, in file order; who has not begun or is about to let go will say so when it has.
    fn tell_states(&self, effects: &mut Effects) {
        let instances = self.instances.iter().map(|instance| Report::Stands {
            instance: instance.name().clone(),
            state: instance.state().name(),
            priority: instance.conditions().priority,
        });
        let groups = self
            .groups
            .iter()
            .map(|group| Report::GroupStands { group: group.config().name.clone(), state: group.state() });
        let is_told = |report: &Report| match report {
            Report::Stands { state, .. } | Report::GroupStands { state, .. } => {
                matches!(state, RouterState::Backup | RouterState::Master | RouterState::Fault)
            }
            _ => false,
        };
        effects.extend(instances.chain(groups).filter(is_told).map(crate::Effect::Report));
    }

    /// Gives an input to the instance at this position.
    fn give(&mut self, position: usize, now: Instant, input: Input<'_>, effects: &mut Effects) {
        let Some(instance) = self.instances.get_mut(position) else { return };
        let wall = wall_at(self.wall, now);
        instance.step(input, &mut Turn { now, wall, links: &self.links, pacer: &mut self.pacer, effects });
        self.agenda.set(position, instance.deadline());
        let is_challenged = instance.take_challenge();
        let group = self.group_of.get(position).copied().flatten();
        self.touched.extend(group);
        if is_challenged {
            self.challenge_group(position, now, effects);
        }
    }

    fn give_to(&mut self, name: &Name, now: Instant, input: Input<'_>, effects: &mut Effects) {
        if let Some(position) = self.names.get(name).copied() {
            self.give(position, now, input, effects);
        }
    }

    fn packet_received(&mut self, now: Instant, packet: &Packet<'_>, effects: &mut Effects) {
        let Some(letter) = Letter::open(*packet) else { return self.unknown.short() };
        let view = letter.view;
        let family = Family::of(packet.source);
        let vrid = Vrid::new(u32::from(view.vrid())).ok();
        match vrid.and_then(|vrid| self.addressee(packet, vrid, family)) {
            Some(position) => self.give(position, now, Input::PacketArrived(letter), effects),
            None => self.unknown.stranger(now, packet, &view, effects),
        }
    }

    /// Whose advert this is: of several on this link with this id, who speaks to this group or hears this peer.
    fn addressee(&self, packet: &Packet<'_>, vrid: Vrid, family: Family) -> Option<usize> {
        let key = |number| InstanceKey { interface: packet.interface.clone(), vrid, family, number };
        let mut here = self.index.range(key(0)..=key(u32::MAX)).map(|(_, position)| *position);
        let only = here.clone().next().filter(|_| here.clone().nth(1).is_none());
        only.or_else(|| {
            here.find(|position| {
                let config = self.instances.get(*position).map(Instance::config);
                config.is_some_and(|config| match &config.unicast {
                    None => packet.destination == config.group,
                    Some(unicast) => {
                        let is_peer = unicast.peers.iter().any(|peer| peer.address == packet.source);
                        is_peer && !packet.destination.is_multicast()
                    }
                })
            })
        })
    }

    fn link_seen(&mut self, now: Instant, interface: &InterfaceName, link: Link, effects: &mut Effects) {
        let before = self.links.saw(now, interface, link);
        self.link_turned(now, interface, before, effects);
    }

    /// A link is believed to be otherwise than before.
    fn link_turned(&mut self, now: Instant, interface: &InterfaceName, before: Option<Link>, effects: &mut Effects) {
        self.conditions_changed(now, effects);
        self.link_changed(now, effects);
        let Some((link, old)) = self.links.get(interface).zip(before) else { return };
        if link.running && (!old.running || old.hardware != link.hardware) {
            for position in 0..self.instances.len() {
                self.give(position, now, Input::LinkRefreshed(interface.clone()), effects);
            }
        }
    }

    fn address_vanished(&mut self, now: Instant, key: &AddressKey, effects: &mut Effects) {
        for position in 0..self.instances.len() {
            self.give(position, now, Input::AddressVanished(key.clone()), effects);
        }
    }

    fn script_finished(&mut self, now: Instant, name: &Name, outcome: &Outcome, effects: &mut Effects) {
        let Some(script) = self.scripts.iter_mut().find(|script| script.name() == name) else { return };
        if !script.finished(now, outcome) {
            return;
        }
        let good = script.verdict() == Some(true);
        let (severity, word) = if good { (Severity::Info, "succeeded") } else { (Severity::Warning, "failed") };
        let text = format!("script {word} ({})", script.last());
        effects.push(crate::Effect::Report(Report::Note { severity, subject: name.clone(), text }));
        self.conditions_changed(now, effects);
    }

    /// Tells the instances for which trackers or links now amount to something else, and starts those that can.
    fn conditions_changed(&mut self, now: Instant, effects: &mut Effects) {
        for position in 0..self.instances.len() {
            let Some(instance) = self.instances.get(position) else { continue };
            let conditions = self.survey(instance.config(), position);
            if *instance.conditions() != conditions {
                self.give(position, now, Input::ConditionsChanged(conditions), effects);
            }
        }
        self.start_ready(now, effects);
    }

    /// What everything amounts to for an instance of this configuration at this position.
    fn survey(&self, config: &vrrp::Instance, position: usize) -> Conditions {
        let group = self.group_of.get(position).copied().flatten().and_then(|group| self.groups.get(group));
        let survey = Survey {
            scripts: &self.scripts,
            readings: &self.readings,
            track_groups: &self.track_groups,
            links: &self.links,
            virtual_addresses: &self.virtual_addresses,
            maintenance: self.maintenance.of(&config.name, group.map(|group| &group.config().name)),
        };
        survey.conditions(config, group.map(Group::config))
    }

    fn deadline_reached(&mut self, now: Instant, effects: &mut Effects) {
        if let Some((_, endpoints)) = self.narrowing.take() {
            self.listen_on(endpoints, effects);
        }
        for (interface, before) in self.links.due(now) {
            self.link_turned(now, &interface, Some(before), effects);
        }
        if self.links_by.is_some_and(|at| at <= now) {
            self.links_by = None;
            for interface in self.awaited_links() {
                self.links.lost(interface);
            }
            self.conditions_changed(now, effects);
        }
        if self.starts_at.is_some_and(|at| at <= now) {
            self.starts_at = None;
            self.start_ready(now, effects);
        }
        // Each instance decides by its own interval how early is early enough.
        for position in self.agenda.due(now + limits::COALESCE) {
            self.give(position, now, Input::DeadlineReached, effects);
        }
        self.announce_paced(now, effects);
    }

    fn announce_paced(&mut self, now: Instant, effects: &mut Effects) {
        for (owner, key) in self.pacer.due(now) {
            let instance = self.index.get(&owner).and_then(|position| self.instances.get_mut(*position));
            let Some(instance) = instance.filter(|instance| instance.is_master()) else { continue };
            let wall = wall_at(self.wall, now);
            let mut turn = Turn { now, wall, links: &self.links, pacer: &mut self.pacer, effects };
            if turn.announce_now(&key) {
                instance.count_announcement();
            }
        }
    }

    fn stop_requested(&mut self, now: Instant, effects: &mut Effects) {
        if self.stop != Stop::No {
            return;
        }
        self.stop = Stop::Requested;
        self.links_by = None;
        self.starts_at = None;
        for position in 0..self.instances.len() {
            self.give(position, now, Input::StopRequested, effects);
        }
    }

    /// When the last instance has stopped: says so for all, in file order, then for the groups, then for good.
    fn finish_stop(&mut self, effects: &mut Effects) {
        let is_over = |instance: &Instance| matches!(instance.state(), State::Stopped);
        if self.stop != Stop::Requested || !self.instances.iter().all(is_over) {
            return;
        }
        self.stop = Stop::Done;
        let members = self.instances.iter().map(Instance::stopped);
        let groups = self.groups.iter_mut().map(Group::stopped);
        effects.extend(members.chain(groups).chain([Report::AllReleased]).map(crate::Effect::Report));
    }

    /// Links that some instance uses and nobody has spoken of.
    fn awaited_links(&self) -> BTreeSet<InterfaceName> {
        let of_instances = self.instances.iter().flat_map(|instance| links_of(instance.config()));
        let of_groups = self.groups.iter().flat_map(|group| &group.config().track_interfaces);
        let all = of_instances.chain(of_groups.map(|tracked| &tracked.interface));
        all.filter(|interface| !self.links.is_known(interface)).cloned().collect()
    }
}

/// The wall clock now: what was last told, and the time since; its start where nothing was told.
fn wall_at(told: Option<(Instant, WallTime)>, now: Instant) -> WallTime {
    told.map_or_else(WallTime::default, |(at, wall)| wall + now.since(at))
}

/// A line for the log about a thing that is no instance.
fn note(severity: Severity, subject: Name, text: String) -> crate::Effect {
    crate::Effect::Report(Report::Note { severity, subject, text })
}

#[cfg(test)]
mod tests;
