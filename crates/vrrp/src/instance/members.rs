//! What the other members of its sync group do to an instance.
use super::state::{Backup, Faulted, Length, State};
use super::{Farewell, Instance};
use crate::turn::Turn;
use alloc::string::String;

impl Instance {
    pub(super) fn member_faulted(&mut self, why: String, turn: &mut Turn<'_>) {
        self.imposed = Some(why.clone());
        match &self.state {
            State::Init(_) | State::Fault(_) | State::Stopped => {}
            State::Releasing(_) => self.member_faulted_while_releasing(turn),
            State::Backup(_) | State::Master(_) => self.leave_for_fault(why, turn),
        }
    }

    pub(super) fn members_recovered(&mut self, turn: &mut Turn<'_>) {
        self.imposed = None;
        self.recover_while_releasing();
        if let State::Fault(Faulted { refused: None }) = &self.state {
            let backup = State::Backup(Backup::new(turn.now, Length::Full));
            let why = String::from("nothing keeps its group from taking part any more");
            self.go(backup, Farewell::Silent, why, turn);
        }
    }

    /// The routers behind the other members of a group may not have noticed: priority zero lets them take over in time.
    pub(super) fn member_yielded(&mut self, why: String, turn: &mut Turn<'_>) {
        if self.is_master() {
            self.go(State::Backup(Backup::new(turn.now, Length::Full)), Farewell::PriorityZero, why, turn);
        } else if self.is_unclaimed() {
            self.follow_switchover(why, turn);
        }
    }

    /// The group stays where it is.
    pub(super) fn members_unclaimed(&mut self, turn: &mut Turn<'_>) {
        if self.is_unclaimed() {
            self.take_back(turn);
        }
    }

    pub(super) fn members_expired(&mut self, turn: &mut Turn<'_>) {
        if let State::Backup(backup) = &self.state {
            let why = backup.why(turn.now, self.conditions.priority);
            self.go_master(why, turn);
        }
    }
}
