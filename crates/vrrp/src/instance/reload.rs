//! What a reload does to an instance that stays, or goes.
use super::holding::keys_of;
use super::input::Conditions;
use super::state::{Faulted, State, own_interval};
use super::{Farewell, Instance, holding};
use crate::effect::Report;
use crate::turn::Turn;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::sync::Arc;
use model::config::vrrp;
use model::holdings::AddressKey;
use model::state::vrrp::RouterState;

impl Instance {
    /// Takes the new configuration without leaving the state; what the new conditions forbid comes after it.
    pub(super) fn reconfigured(
        &mut self,
        config: Arc<vrrp::Instance>,
        conditions: Conditions,
        grouped: bool,
        turn: &mut Turn<'_>,
    ) {
        let old = core::mem::replace(&mut self.config, config);
        let before = self.take_conditions(conditions.clone(), turn.now);
        if before.priority != self.conditions.priority {
            self.report_priority(false, turn);
        }
        if *old != *self.config {
            self.apply(&old, turn);
        }
        if self.grouped && !grouped {
            self.imposed = None;
            self.decide_alone();
        }
        self.grouped = grouped;
        self.conditions_changed(conditions, false, turn);
    }

    fn apply(&mut self, old: &vrrp::Instance, turn: &mut Turn<'_>) {
        let (keys, before) = (keys_of(&self.config), keys_of(old));
        self.holding.own(keys.iter().cloned());
        self.holding.configured(&keys);
        if old.name != self.config.name {
            // The hands know targets by the name of their owner.
            self.holding.renamed();
        }
        match &mut self.state {
            State::Init(_) | State::Stopped => {}
            State::Releasing(_) => {
                self.holding.order(&self.config.name, holding::target_of(&self.config), turn.effects);
            }
            State::Fault(_) => self.release(turn),
            State::Backup(backup) => {
                // The master's interval stays what the master told, whatever ours is now.
                if old.version != self.config.version {
                    backup.timer.learned = None;
                }
                if !backup.resuming {
                    self.release(turn);
                } else if keys != before {
                    self.give_up_resuming(turn);
                }
            }
            State::Master(_) if self.conditions.faults.is_empty() => {
                self.apply_as_master(keys.difference(&before).cloned().collect(), turn);
            }
            // It is about to leave, perhaps after it has handed over.
            State::Master(_) => {
                self.holding.order(&self.config.name, holding::target_of(&self.config), turn.effects);
            }
        }
    }

    /// Backups hear of the change at once; what is new is announced when the kernel has it.
    fn apply_as_master(&mut self, added: BTreeSet<AddressKey>, turn: &mut Turn<'_>) {
        self.send(self.conditions.priority, turn);
        let interval = own_interval(&self.config);
        if let State::Master(master) = &mut self.state {
            master.advert_at = turn.now + interval;
            master.bursts.ruled(turn.now, &self.config.announce);
        }
        let target = holding::target_of(&self.config);
        if self.holding.order(&self.config.name, target, turn.effects) {
            self.await_kernel(added, turn.now);
        }
    }

    /// Ends as far as this configuration is concerned: says goodbye, holds nothing.
    pub(super) fn removed(&mut self, turn: &mut Turn<'_>) {
        self.give_up_switchover(turn);
        if self.state.name() != RouterState::Fault {
            let why = String::from("removed by reload");
            self.go(State::Fault(Faulted { refused: None }), Farewell::PriorityZero, why, turn);
        }
        turn.report(Report::Removed { instance: self.config.name.clone(), priority: self.conditions.priority });
    }

    /// Whether the timer of a backup still runs for the first time after the start.
    pub(crate) const fn is_fresh(&self) -> bool {
        matches!(&self.state, State::Backup(backup) if backup.fresh && !backup.expired)
    }

    /// Whether the timer of a backup has run out.
    pub(crate) const fn is_expired(&self) -> bool {
        matches!(&self.state, State::Backup(backup) if backup.expired)
    }

    /// Whether the addresses of the time before a restart are still in place.
    pub(crate) const fn is_resuming(&self) -> bool {
        matches!(&self.state, State::Backup(backup) if backup.resuming)
    }

    /// Whether addresses of the time before a restart may still be there for it to resume.
    pub(crate) const fn may_resume(&self) -> bool {
        matches!(&self.state, State::Init(init) if init.leftovers_until.is_some())
    }

    /// Whether it is master and has said so.
    pub(crate) fn is_settled_master(&self) -> bool {
        matches!(&self.state, State::Master(master)
            if master.settling.as_ref().is_none_or(|settling| settling.unreported.is_none()))
    }
}
