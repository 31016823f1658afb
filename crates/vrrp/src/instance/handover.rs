//! Make before break: a master that lets go says priority zero and keeps its addresses until the successor speaks, or until
//! the longest skew has passed and nobody did. For a stop, for a fault that leaves it able to, and on an operator's order.
use super::receive::Heard;
use super::state::{Backup, Faulted, Known, Length, Master, Next, Releasing, State, own_interval};
use super::{Farewell, Instance, timers};
use crate::effect::{Report, Severity};
use crate::turn::Turn;
use crate::words::Seconds;
use alloc::format;
use alloc::string::{String, ToString};
use model::limits;
use model::state::vrrp::{RouterState, Transition};

impl Instance {
    pub(super) fn stop_requested(&mut self, turn: &mut Turn<'_>) {
        let why = String::from("stop requested");
        match &self.state {
            State::Master(_) => self.hand_over(Next::Stop, why, turn),
            State::Init(_) | State::Fault(_) | State::Backup(_) => self.go(State::Stopped, Farewell::Silent, why, turn),
            State::Releasing(_) => {
                self.give_up_switchover(turn);
                if let State::Releasing(releasing) = &mut self.state {
                    releasing.next = Next::Stop;
                }
            }
            State::Stopped => {}
        }
    }

    pub(super) fn switchover_requested(&mut self, forced: bool, turn: &mut Turn<'_>) {
        if self.is_master() {
            let why = String::from("switchover requested");
            return self.hand_over(Next::Switchover { forced }, why, turn);
        }
        let why = format!("is {}, only a master can switch over", self.state.name());
        self.end_switchover(Err(why), turn);
    }

    fn end_switchover(&self, outcome: Result<Option<core::net::IpAddr>, String>, turn: &mut Turn<'_>) {
        turn.report(Report::SwitchoverEnded { instance: self.config.name.clone(), outcome });
    }

    /// Cannot take part any more: lets go at once, or hands over where every reason for it permits that.
    pub(super) fn leave_for_fault(&mut self, why: String, turn: &mut Turn<'_>) {
        let own = &self.config.interface;
        let in_order = self.conditions.faults.iter().all(|fault| fault.lets_hand_over(own));
        if self.is_master() && in_order {
            return self.hand_over(Next::Fault, why, turn);
        }
        self.go(State::Fault(Faulted { refused: None }), Farewell::PriorityZero, why, turn);
    }

    fn hand_over(&mut self, next: Next, why: String, turn: &mut Turn<'_>) {
        let wait = timers::release_wait(self.config.version, own_interval(&self.config));
        let releasing = Releasing { until: turn.now + wait, successor: None, next };
        self.go(State::Releasing(releasing), Farewell::PriorityZero, why, turn);
        let text =
            format!("priority zero sent; the addresses stay until the successor speaks, at most {}", Seconds(wait));
        turn.note(Severity::Info, &self.config.name, text);
    }

    /// Somebody speaks while we hand over.
    pub(super) fn heard_while_releasing(&mut self, heard: &Heard, turn: &Turn<'_>) {
        let is_other = heard.priority > 0 && Some(heard.source) != self.conditions.source;
        let State::Releasing(releasing) = &mut self.state else { return };
        if !is_other {
            return;
        }
        let linger = turn.now + limits::RELEASE_LINGER;
        if releasing.next == Next::Unclaimed {
            *releasing = Releasing { until: linger, next: Next::Switchover { forced: false }, ..*releasing };
        } else if releasing.successor.is_none() {
            releasing.until = releasing.until.min(linger);
        }
        let known = Known { address: heard.source, priority: heard.priority, heard_at: turn.now };
        releasing.successor = Some((known, heard.interval));
    }

    /// A fault may come or go while we hand over.
    pub(super) fn conditions_changed_while_releasing(&mut self, turn: &mut Turn<'_>) {
        let own = &self.config.interface;
        let hard = self.conditions.faults.iter().find(|fault| !fault.lets_hand_over(own)).map(ToString::to_string);
        let State::Releasing(releasing) = &mut self.state else { return };
        match (releasing.next, hard) {
            (Next::Stop, _) => {}
            (_, Some(why)) => {
                self.give_up_switchover(turn);
                self.go(State::Fault(Faulted { refused: None }), Farewell::Silent, why, turn);
            }
            (_, None) if self.conditions.faults.is_empty() => {
                if !self.grouped && self.imposed.is_none() {
                    self.recover_while_releasing();
                }
            }
            (_, None) => {
                self.give_up_switchover(turn);
                if let State::Releasing(releasing) = &mut self.state {
                    releasing.next = Next::Fault;
                }
            }
        }
    }

    /// Another member cannot take part: neither does it when it has let go.
    pub(super) fn member_faulted_while_releasing(&mut self, turn: &mut Turn<'_>) {
        self.give_up_switchover(turn);
        if let State::Releasing(releasing) = &mut self.state
            && releasing.next != Next::Stop
        {
            releasing.next = Next::Fault;
        }
    }

    /// Its state as its group is to see it: in FAULT as soon as it hands over because of one.
    pub(crate) const fn standing(&self) -> RouterState {
        match &self.state {
            State::Releasing(Releasing { next: Next::Fault, .. }) => RouterState::Fault,
            _ => self.state.name(),
        }
    }

    /// Whether it hands over.
    pub(crate) const fn is_releasing(&self) -> bool {
        matches!(&self.state, State::Releasing(_))
    }

    /// Whether it handed over on order and nobody took over.
    pub(crate) const fn is_unclaimed(&self) -> bool {
        matches!(&self.state, State::Releasing(Releasing { next: Next::Unclaimed, .. }))
    }

    /// An order to switch over ends unfulfilled.
    pub(super) fn give_up_switchover(&self, turn: &mut Turn<'_>) {
        if let State::Releasing(Releasing { next: Next::Switchover { .. } | Next::Unclaimed, .. }) = &self.state {
            self.end_switchover(Err(String::from("a fault, a stop or a reload came in between")), turn);
        }
    }

    /// Nothing keeps it from taking part any more; what was begun is ended all the same.
    pub(super) const fn recover_while_releasing(&mut self) {
        if let State::Releasing(releasing) = &mut self.state
            && matches!(releasing.next, Next::Fault)
        {
            releasing.next = Next::Recovered;
        }
    }

    /// The successor has spoken, or nobody did in time.
    pub(super) fn released(&mut self, releasing: Releasing, turn: &mut Turn<'_>) {
        let successor = releasing.successor.map(|(known, _)| known.address);
        let why = match successor {
            Some(address) => format!("{address} has taken over"),
            None => String::from("no successor spoke"),
        };
        match releasing.next {
            Next::Stop => self.go(State::Stopped, Farewell::Silent, why, turn),
            Next::Fault => {
                let fault = self.own_fault().or_else(|| self.imposed.clone());
                let why = fault.map_or(why.clone(), |fault| format!("{fault}; {why}"));
                self.go(State::Fault(Faulted { refused: None }), Farewell::Silent, why, turn);
            }
            Next::Recovered => self.go_backup_of(releasing, why, turn),
            Next::Switchover { forced: false } if successor.is_none() && self.grouped => {
                self.state = State::Releasing(Releasing { next: Next::Unclaimed, ..releasing });
            }
            Next::Switchover { forced: false } if successor.is_none() => self.take_back(turn),
            Next::Unclaimed => {}
            Next::Switchover { .. } => {
                self.go_backup_of(releasing, why, turn);
                self.yielded = successor.is_some();
                self.end_switchover(Ok(successor), turn);
            }
        }
    }

    /// Another member of its group has a successor, or is backup for another reason: this one follows.
    pub(super) fn follow_switchover(&mut self, why: String, turn: &mut Turn<'_>) {
        self.go(State::Backup(Backup::new(turn.now, Length::Full)), Farewell::Silent, why, turn);
        self.end_switchover(Ok(None), turn);
    }

    /// It does not belong to its group any more, which would have decided.
    pub(super) const fn decide_alone(&mut self) {
        if let State::Releasing(releasing) = &mut self.state
            && matches!(releasing.next, Next::Unclaimed)
        {
            releasing.next = Next::Switchover { forced: false };
        }
    }

    fn go_backup_of(&mut self, releasing: Releasing, why: String, turn: &mut Turn<'_>) {
        let backup = match releasing.successor {
            Some((known, interval)) => Backup::to(turn.now, known, interval, &self.config),
            None => Backup::new(turn.now, Length::Full),
        };
        self.go(State::Backup(backup), Farewell::Silent, why, turn);
    }

    /// Nobody wants to be master: it never was anything else, and says so before anybody's skew ends.
    pub(super) fn take_back(&mut self, turn: &mut Turn<'_>) {
        let from = self.state.name();
        self.state = State::Master(Master::new(turn.now, own_interval(&self.config)));
        self.since = turn.now;
        self.reason = String::from("nobody took over");
        let transition = Transition { at: turn.now, from, to: self.state.name(), reason: self.reason.clone() };
        self.remember(transition);
        self.counters.became_master += 1;
        self.send(self.conditions.priority, turn);
        self.end_switchover(Err(String::from("nobody took over, so it stays master")), turn);
    }
}
