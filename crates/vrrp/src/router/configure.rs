//! Taking a configuration, at the start and at each reload: instances are matched by link, id and family, not by name.
use super::agenda::Agenda;
use super::groups::Group;
use super::links::Buffers;
use super::strict::strictly;
use super::{Router, Stop, note};
use crate::effect::{Effect, Effects, Hold, Severity};
use crate::instance::Instance;
use crate::instance::input::Input;
use crate::track::Script;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use model::config::global::VrrpGlobal;
use model::config::{track, vrrp};
use model::diff::{InstanceKey, identify};
use model::holdings::{AddressKey, Holdings};
use model::state::vrrp::RouterState;
use model::{Config, Instant, Name, limits};

impl Router {
    pub(super) fn configure(&mut self, now: Instant, config: &Config, effects: &mut Effects) {
        if self.stop != Stop::No {
            return;
        }
        let (keys, wanted) = self.distinct(&config.instances, effects);
        self.links.configured(now, &config.global);
        self.buffers = Buffers::of(&config.global.vrrp);
        self.listen(&wanted, now, effects);
        if self.first.is_none() {
            self.starts_at = self.delayed_start(now, &config.global.vrrp);
        }
        self.configure_scripts(&config.scripts, now);
        self.readings.configured(config);
        self.track_groups.clone_from(&config.statics.groups);
        self.pacer.configured(&config.global.vrrp.garp_groups);
        let owned_before = self.owned_by_name();
        self.remove_others(&keys, now, effects);
        self.configure_groups(&config.groups, &wanted);
        let known = self.place(keys, &wanted, now);
        self.virtual_addresses = wanted
            .iter()
            .flat_map(|instance| instance.addresses.iter().chain(&instance.excluded))
            .map(|address| address.prefix.address())
            .collect();
        self.unknown.configured(config.global.vrrp.log_unknown_vrids);
        self.reconfigure(&wanted, &known, &owned_before, now, effects);
        self.links_by = if self.awaited_links().is_empty() { None } else { Some(now + limits::LINK_WAIT) };
        self.promote(effects);
        self.start_ready(now, effects);
        self.touched = (0..self.groups.len()).collect();
    }

    /// When instances may start, if not at once.
    fn delayed_start(&self, now: Instant, global: &VrrpGlobal) -> Option<Instant> {
        let after_boot = self.booted_at.map(|at| at + global.delay_after_boot);
        let latest = after_boot.into_iter().fold(now + global.startup_delay, Ord::max);
        (latest > now).then_some(latest)
    }

    /// Results are kept for the same command, by the same name if there is one.
    fn configure_scripts(&mut self, wanted: &[track::Script], now: Instant) {
        let mut old = core::mem::take(&mut self.scripts);
        for config in wanted {
            let same = |script: &Script| script.runs_as(config);
            let named = old.iter().position(|script| *script.name() == config.name && same(script));
            let known = named.or_else(|| {
                let free = |script: &Script| !wanted.iter().any(|other| other.name == *script.name());
                old.iter().position(|script| same(script) && free(script))
            });
            let script = match known {
                Some(position) => old.remove(position).reconfigured(config.clone(), now),
                None => Script::new(config.clone(), now),
            };
            self.scripts.push(script);
        }
    }

    fn owned_by_name(&self) -> BTreeMap<Name, BTreeSet<AddressKey>> {
        self.instances.iter().map(|instance| (instance.name().clone(), instance.owned().clone())).collect()
    }

    /// Lets instances go that are not configured any more, in file order.
    fn remove_others(&mut self, keys: &[InstanceKey], now: Instant, effects: &mut Effects) {
        let keys: BTreeSet<_> = keys.iter().cloned().collect();
        // What comes with a reload finds at most what this daemon itself is about to take away.
        self.first.get_or_insert_with(|| keys.clone()).retain(|key| keys.contains(key));
        // The groups are rebuilt below; until then nobody moves because a member went.
        self.group_of.clear();
        for position in 0..self.instances.len() {
            if self.instances.get(position).is_some_and(|instance| !keys.contains(&instance.key())) {
                self.give(position, now, Input::Removed, effects);
            }
        }
        self.instances.retain(|instance| keys.contains(&instance.key()));
    }

    /// Brings the instances into file order and adds the new ones; gives back which positions were there before.
    fn place(&mut self, keys: Vec<InstanceKey>, wanted: &[Arc<vrrp::Instance>], now: Instant) -> Vec<bool> {
        let mut old: BTreeMap<_, _> =
            core::mem::take(&mut self.instances).into_iter().map(|instance| (instance.key(), instance)).collect();
        let mut known = Vec::new();
        for (position, (key, config)) in keys.iter().zip(wanted).enumerate() {
            let instance = old.remove(key);
            known.push(instance.is_some());
            let grouped = self.group_of.get(position).is_some_and(Option::is_some);
            let new = || Instance::new(now, key.clone(), config.clone(), grouped);
            self.instances.push(instance.unwrap_or_else(new));
        }
        self.names = wanted.iter().enumerate().map(|(n, config)| (config.name.clone(), n)).collect();
        self.agenda = Agenda::of(self.instances.iter().map(Instance::deadline));
        self.index = keys.into_iter().enumerate().map(|(n, key)| (key, n)).collect();
        known
    }

    /// Gives every instance its configuration and what everything amounts to now. The hands know targets by the name of
    /// their owner: whoever takes a name over also takes over what was owned under it, and a name that nobody uses any
    /// more is given up after its successor has spoken, so that no address is unwanted in between.
    fn reconfigure(
        &mut self,
        wanted: &[Arc<vrrp::Instance>],
        known: &[bool],
        owned_before: &BTreeMap<Name, BTreeSet<AddressKey>>,
        now: Instant,
        effects: &mut Effects,
    ) {
        let names: BTreeSet<_> = wanted.iter().map(|config| config.name.clone()).collect();
        let mut given_up = Vec::new();
        for (position, (config, known)) in wanted.iter().zip(known).enumerate() {
            let conditions = self.survey(config, position);
            let Some(instance) = self.instances.get_mut(position) else { continue };
            let old_name = instance.name().clone();
            if !known || old_name != config.name {
                instance.inherit(owned_before.get(&config.name).into_iter().flatten().cloned());
            }
            let grouped = self.group_of.get(position).is_some_and(Option::is_some);
            let input = if *known {
                Input::Reconfigured(config.clone(), conditions, grouped)
            } else {
                Input::ConditionsChanged(conditions)
            };
            self.give(position, now, input, effects);
            if !names.contains(&old_name) {
                given_up.push(old_name);
            }
        }
        effects.extend(
            given_up
                .into_iter()
                .map(|owner| Effect::Hold(Hold { owner, target: Holdings::default(), owned: BTreeSet::new() })),
        );
    }

    /// A group keeps its state by name. An instance belongs to the first group that names it.
    fn configure_groups(&mut self, groups: &[vrrp::SyncGroup], wanted: &[Arc<vrrp::Instance>]) {
        let states: BTreeMap<_, _> =
            self.groups.iter().map(|group| (group.config().name.clone(), group.state())).collect();
        self.groups.clear();
        self.group_of = wanted.iter().map(|_| None).collect();
        for config in groups {
            let number = self.groups.len();
            let mut members = Vec::new();
            for (position, (instance, group_of)) in wanted.iter().zip(&mut self.group_of).enumerate() {
                if group_of.is_none() && config.members.contains(&instance.name) {
                    *group_of = Some(number);
                    members.push(position);
                }
            }
            let state = states.get(&config.name).copied().unwrap_or(RouterState::Init);
            self.groups.push(Group::new(config.clone(), members, state));
        }
    }

    /// The instances with their identities, without those that a second time claim a name or a virtual router: a
    /// configuration check should have refused them, and two machines with one identity would fight.
    fn distinct(
        &self,
        wanted: &[vrrp::Instance],
        effects: &mut Effects,
    ) -> (Vec<InstanceKey>, Vec<Arc<vrrp::Instance>>) {
        let running: Vec<_> = self.instances.iter().map(|i| (i.key(), &**i.config())).collect();
        let mut identified = identify(&running, wanted).into_iter().peekable();
        let mut names = BTreeSet::new();
        let (mut keys, mut distinct) = (Vec::new(), Vec::new());
        for instance in wanted {
            let key = identified.next_if(|(_, known)| core::ptr::eq(*known, instance)).map(|(key, _)| key);
            match key.filter(|_| names.insert(instance.name.clone())) {
                Some(key) => {
                    keys.push(key);
                    distinct.push(Arc::new(strictly(instance.clone())));
                }
                None => effects.push(left_out(instance)),
            }
        }
        (keys, distinct)
    }
}

fn left_out(instance: &vrrp::Instance) -> Effect {
    let text = format!(
        "left out: its name, or virtual router {} on {}, is already taken by another instance",
        instance.vrid, instance.interface
    );
    note(Severity::Error, instance.name.clone(), text)
}
