//! One virtual router: its state machine (RFC 9568 section 6.4). Every change of state comes through `go`, but for one: a
//! master that nobody succeeds takes its state back (`handover`).
//!
//! Order of effects. Entering MASTER: advert (the old master lets go), `Hold`, and as soon as the kernel has the addresses:
//! announcements, report. Leaving it: priority zero, `Hold` of nothing, report.
pub(crate) mod announce;
pub(crate) mod election;
mod fault;
mod handover;
mod hearing;
mod holding;
pub(crate) mod input;
mod master;
mod members;
mod receive;
mod reload;
mod snapshot;
mod speak;
pub(crate) mod state;
mod timers;
mod trust;

use crate::effect::{Report, Severity};
use crate::turn::Turn;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;
use holding::{Holding, keys_of};
use input::{Conditions, Fault, Input, Start};
use model::config::vrrp;
use model::diff::InstanceKey;
use model::holdings::{AddressKey, Holdings};
use model::state::vrrp::{Counters, RouterState, Transition};
use model::{Instant, Interval, Name, limits};
use state::{Backup, Faulted, Init, Length, Master, Next, State, own_interval};
use trust::Trust;

/// A complaint that is logged once until the state or the master changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Complaint {
    Refused(receive::Refusal),
    Interval,
    Clock,
    Addresses,
    OurAddress,
    Kernel(AddressKey),
}

/// What a master says when it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Farewell {
    /// Nothing: a better master is there.
    Silent,
    /// Priority zero: whoever listens may take over after its skew.
    PriorityZero,
}

/// One virtual router.
#[derive(Debug)]
pub(crate) struct Instance {
    key: InstanceKey,
    config: Arc<vrrp::Instance>,
    conditions: Conditions,
    /// Moves only together with the other members of its group.
    grouped: bool,
    /// Another member of the group cannot take part, for this reason.
    imposed: Option<String>,
    state: State,
    since: Instant,
    reason: String,
    holding: Holding,
    /// The last usable source address: the farewell of a link that loses its address still needs one.
    source: Option<IpAddr>,
    /// Identification of the last IPv4 packet.
    identification: u16,
    trust: Trust,
    counters: Counters,
    history: Vec<Transition>,
    complaints: BTreeSet<Complaint>,
    /// Heard another master as master; the router tells the group.
    challenged: bool,
    /// Has let a peer be master on an operator's order, and lets it stay so.
    yielded: bool,
    /// An owner that another owner drove to the second highest priority.
    demoted: bool,
    /// Since when each fault is there.
    faulty_since: Vec<(Fault, Instant)>,
    /// How late its latest wake-up was.
    lateness: Interval,
}

impl Instance {
    /// In INIT.
    pub(crate) fn new(now: Instant, key: InstanceKey, config: Arc<vrrp::Instance>, grouped: bool) -> Self {
        let mut holding = Holding::default();
        holding.own(keys_of(&config));
        let full = config.version.master_down(config.down_timer_adverts, config.priority.get(), config.advert_interval);
        let conditions = Conditions { priority: config.priority.get(), ..Conditions::default() };
        Self {
            key,
            config,
            conditions,
            grouped,
            imposed: None,
            state: State::Init(Init { leftovers_until: Some(now + full) }),
            since: now,
            reason: String::from("waiting for the first news of its links and scripts"),
            holding,
            source: None,
            identification: 0,
            trust: Trust::default(),
            counters: Counters::default(),
            history: Vec::new(),
            complaints: BTreeSet::new(),
            challenged: false,
            yielded: false,
            demoted: false,
            faulty_since: Vec::new(),
            lateness: Interval::ZERO,
        }
    }

    /// Takes an input.
    pub(crate) fn step(&mut self, input: Input<'_>, turn: &mut Turn<'_>) {
        match input {
            Input::ConditionsChanged(conditions) => self.conditions_changed(conditions, true, turn),
            Input::Started(start) => self.started(start, turn),
            Input::PacketArrived(letter) => self.packet_arrived(&letter, turn),
            Input::HoldSettled => self.hold_settled(turn),
            Input::HoldRefused(key, problem) => self.hold_refused(key, problem, turn),
            Input::AddressVanished(key) => self.address_vanished(&key, turn),
            Input::LinkRefreshed(interface) => self.link_refreshed(&interface, turn),
            Input::MemberFaulted(why) => self.member_faulted(why, turn),
            Input::MembersRecovered => self.members_recovered(turn),
            Input::MemberYielded(why) => self.member_yielded(why, turn),
            Input::MembersExpired => self.members_expired(turn),
            Input::MembersUnclaimed => self.members_unclaimed(turn),
            Input::MemberGaveUpResuming => self.give_up_resuming(turn),
            Input::MemberChallenged => self.announce_against_challenge(turn),
            Input::Reconfigured(config, conditions, grouped) => self.reconfigured(config, conditions, grouped, turn),
            Input::Removed => self.removed(turn),
            Input::SwitchoverRequested { forced } => self.switchover_requested(forced, turn),
            Input::StopRequested => self.stop_requested(turn),
            Input::DeadlineReached => self.deadline_reached(turn),
        }
    }

    /// When it wants `Input::DeadlineReached`.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let own = match &self.state {
            State::Init(init) => init.leftovers_until,
            State::Fault(faulted) => faulted.refused.as_ref().map(|(_, at)| *at),
            State::Backup(backup) if backup.expired && self.grouped => None,
            State::Backup(backup) => Some(backup.timer.ends_at(&self.config, self.conditions.priority)),
            State::Master(master) => Some(master.deadline()),
            State::Releasing(releasing) => (releasing.next != Next::Unclaimed).then_some(releasing.until),
            State::Stopped => None,
        };
        own.into_iter().chain(self.holding.retry_at()).min()
    }

    /// Identity over reloads.
    pub(crate) fn key(&self) -> InstanceKey {
        self.key.clone()
    }

    /// Name in the file.
    pub(crate) fn name(&self) -> &Name {
        &self.config.name
    }

    /// The configuration that runs.
    pub(crate) fn config(&self) -> &Arc<vrrp::Instance> {
        &self.config
    }

    /// What the trackers last amounted to.
    pub(crate) fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Where it stands.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// All that may be removed on its behalf.
    pub(crate) fn owned(&self) -> &BTreeSet<AddressKey> {
        self.holding.owned()
    }

    /// Whether it cannot take part for a reason of its own, and the reason.
    pub(crate) fn own_fault(&self) -> Option<String> {
        match &self.state {
            State::Fault(Faulted { refused: Some((problem, _)) }) => Some(cannot_hold(problem)),
            State::Releasing(releasing) if releasing.next != Next::Fault => None,
            State::Init(_) | State::Fault(_) | State::Backup(_) | State::Master(_) | State::Releasing(_) => {
                self.conditions.faults.first().map(ToString::to_string)
            }
            State::Stopped => None,
        }
    }

    /// The fault of another member that keeps it from taking part.
    pub(crate) const fn imposed(&self) -> Option<&String> {
        self.imposed.as_ref()
    }

    /// Takes over what a namesake owned before a reload.
    pub(crate) fn inherit(&mut self, keys: impl IntoIterator<Item = AddressKey>) {
        self.holding.own(keys);
    }

    /// Whether another master was heard as master since this was last asked.
    pub(crate) fn take_challenge(&mut self) -> bool {
        core::mem::take(&mut self.challenged)
    }

    /// Counts an announcement that waited for its link's pace.
    pub(crate) fn count_announcement(&mut self) {
        self.counters.announcements_sent += 1;
    }

    /// Whether it is master.
    pub(crate) const fn is_master(&self) -> bool {
        matches!(self.state, State::Master(_))
    }

    fn conditions_changed(&mut self, conditions: Conditions, audible: bool, turn: &mut Turn<'_>) {
        let before = self.take_conditions(conditions, turn.now);
        if before.priority != self.conditions.priority {
            self.report_priority(audible, turn);
        }
        match &self.state {
            State::Init(_) | State::Stopped => {}
            State::Releasing(_) => self.conditions_changed_while_releasing(turn),
            State::Fault(_) => self.recover(turn),
            // Somebody cleans up after the crash; so do we.
            State::Backup(backup)
                if backup.resuming && !self.conditions.in_place && self.conditions.faults.is_empty() =>
            {
                self.give_up_resuming(turn);
            }
            State::Backup(_) | State::Master(_) => {
                if let Some(fault) = self.conditions.faults.first() {
                    let why = fault.to_string();
                    self.leave_for_fault(why, turn);
                }
            }
        }
    }

    /// Replaces the conditions, and remembers since when each fault is there; gives the old ones.
    fn take_conditions(&mut self, mut conditions: Conditions, now: Instant) -> Conditions {
        if self.demoted && conditions.priority == 255 {
            conditions.priority = 254;
        }
        let since = |fault: &Fault| self.faulty_since.iter().find(|(known, _)| known.is(fault)).map(|(_, at)| *at);
        self.faulty_since =
            conditions.faults.iter().map(|fault| (fault.clone(), since(fault).unwrap_or(now))).collect();
        let before = core::mem::replace(&mut self.conditions, conditions);
        self.source = self.conditions.source.or(self.source);
        before
    }

    fn report_priority(&self, audible: bool, turn: &mut Turn<'_>) {
        turn.report(Report::PriorityChanged {
            instance: self.config.name.clone(),
            state: self.state.name(),
            priority: self.conditions.priority,
            notify: audible && self.config.notify_priority_changes,
        });
    }

    /// Leaves FAULT when nothing is left of it; in a group that is for the group to say.
    fn recover(&mut self, turn: &mut Turn<'_>) {
        let State::Fault(Faulted { refused: None }) = &self.state else { return };
        if self.grouped || self.imposed.is_some() || !self.conditions.faults.is_empty() {
            return;
        }
        let backup = State::Backup(Backup::new(turn.now, Length::Full));
        self.go(backup, Farewell::Silent, String::from("nothing keeps it from taking part any more"), turn);
    }

    fn started(&mut self, start: Start, turn: &mut Turn<'_>) {
        let State::Init(_) = &self.state else { return };
        let fault = self.conditions.faults.first().map(ToString::to_string);
        if let Some(why) = fault.or_else(|| self.imposed.clone()) {
            return self.go(State::Fault(Faulted { refused: None }), Farewell::Silent, why, turn);
        }
        if self.conditions.priority == 255 && !self.grouped {
            return self.go_master(String::from("owns its addresses (priority 255)"), turn);
        }
        let (length, resuming, why) = match start {
            Start::Plain => (Length::Full, false, "started"),
            Start::OwnersGroup => (Length::Short, false, "started, every member of its group owns its addresses"),
            Start::Resume => (Length::Short, true, "started, its addresses are in place from before a restart"),
        };
        let mut backup = Backup::new(turn.now, length);
        backup.resuming = resuming;
        backup.fresh = true;
        self.go(State::Backup(backup), Farewell::Silent, why.to_string(), turn);
    }

    /// Takes the addresses of the time before the restart away after all.
    fn give_up_resuming(&mut self, turn: &mut Turn<'_>) {
        if let State::Backup(backup) = &mut self.state
            && backup.resuming
        {
            backup.resuming = false;
            if backup.timer.length == Length::Short {
                backup.timer.length = Length::Full;
            }
            self.release(turn);
        }
    }

    fn deadline_reached(&mut self, turn: &mut Turn<'_>) {
        // A member that waited for its group is not late.
        let late = self.deadline().filter(|_| !self.is_expired()).map_or(Interval::ZERO, |at| turn.now.since(at));
        self.lateness = self.lateness.max(late);
        let due = turn.now + timers::tolerance(self.interval());
        if self.holding.retry_at().is_some_and(|at| at <= due) {
            self.hold_again(turn);
        }
        match &mut self.state {
            State::Init(init) => {
                if init.leftovers_until.is_some_and(|at| at <= due) {
                    init.leftovers_until = None;
                    self.release(turn);
                }
            }
            State::Fault(faulted) => {
                if faulted.refused.as_ref().is_some_and(|(_, at)| *at <= due) {
                    faulted.refused = None;
                    self.recover(turn);
                }
            }
            State::Backup(_) => self.backup_due(due, turn),
            State::Master(_) => self.master_due(due, turn),
            State::Releasing(releasing) => {
                if releasing.until <= due {
                    let releasing = *releasing;
                    self.released(releasing, turn);
                }
            }
            State::Stopped => {}
        }
    }

    /// The master-down timer may have run out. When we come so late that a master had the time to speak once more, and a
    /// machine that stood still may have lost what it said, it is given that time again, once.
    fn backup_due(&mut self, due: Instant, turn: &mut Turn<'_>) {
        let interval = self.interval();
        let State::Backup(backup) = &mut self.state else { return };
        let ended_at = backup.timer.ends_at(&self.config, self.conditions.priority);
        if ended_at > due {
            return;
        }
        if turn.now.since(ended_at) > interval && !backup.listened && !backup.expired {
            backup.listened = true;
            backup.timer.from = turn.now;
            backup.timer.length = Length::Short;
            let text = String::from("own timers were late; listening for the master before it counts as gone");
            return turn.note(Severity::Warning, &self.config.name, text);
        }
        if self.grouped {
            backup.expired = true;
        } else {
            let why = backup.why(turn.now, self.conditions.priority);
            self.go_master(why, turn);
        }
    }

    fn go_master(&mut self, why: String, turn: &mut Turn<'_>) {
        let master = Master::new(turn.now, own_interval(&self.config));
        self.go(State::Master(master), Farewell::Silent, why, turn);
    }

    /// Moves. Every change of state comes through here.
    fn go(&mut self, to: State, farewell: Farewell, why: String, turn: &mut Turn<'_>) {
        self.leave(farewell, turn);
        let from = self.state.name();
        // That it was handing over was never told.
        let told = if from == RouterState::Releasing { RouterState::Master } else { from };
        self.state = to;
        self.since = turn.now;
        self.reason.clone_from(&why);
        self.complaints.clear();
        self.remember(Transition { at: turn.now, from, to: self.state.name(), reason: why.clone() });
        self.enter(told, why, turn);
    }

    fn remember(&mut self, transition: Transition) {
        if self.history.len() >= limits::HISTORY {
            self.history.remove(0);
        }
        self.history.push(transition);
    }

    fn leave(&mut self, farewell: Farewell, turn: &mut Turn<'_>) {
        match &mut self.state {
            State::Init(_) | State::Fault(_) | State::Backup(_) | State::Releasing(_) | State::Stopped => {}
            State::Master(master) => {
                // Whoever counts moves must see this one before the next.
                let unreported = master.settling.take().and_then(|settling| settling.unreported);
                if let Some((from, why)) = unreported {
                    self.report_move(from, why, turn);
                }
                self.counters.released_master += 1;
                turn.pacer.forget(&self.key());
                match farewell {
                    Farewell::PriorityZero => self.send(0, turn),
                    Farewell::Silent => {}
                }
            }
        }
    }

    fn enter(&mut self, from: RouterState, why: String, turn: &mut Turn<'_>) {
        match &self.state {
            State::Init(_) => {}
            State::Fault(_) => {
                self.yielded = false;
                self.release(turn);
                self.report_move(from, why, turn);
            }
            State::Backup(backup) => {
                if !backup.resuming {
                    self.release(turn);
                }
                self.report_move(from, why, turn);
            }
            State::Master(_) => {
                self.yielded = false;
                self.enter_master(from, why, turn);
            }
            // The successor is to come first; what becomes of this is said when the addresses are gone.
            State::Releasing(_) => {}
            // The router reports stops, when the last instance has stopped.
            State::Stopped => self.release(turn),
        }
    }

    /// Holds nothing from now on.
    fn release(&mut self, turn: &mut Turn<'_>) {
        self.holding.order(&self.config.name, Holdings::default(), turn.effects);
    }

    fn report_move(&self, from: RouterState, reason: String, turn: &mut Turn<'_>) {
        turn.report(self.moved(from, reason));
    }

    fn moved(&self, from: RouterState, reason: String) -> Report {
        Report::Moved {
            instance: self.config.name.clone(),
            from,
            to: self.state.name(),
            priority: self.conditions.priority,
            reason,
        }
    }

    /// Logs something once until the state or the master changes.
    fn complain(
        &mut self,
        complaint: Complaint,
        severity: Severity,
        turn: &mut Turn<'_>,
        text: impl FnOnce() -> String,
    ) {
        if self.complaints.insert(complaint) {
            turn.note(severity, &self.config.name, text());
        }
    }

    /// The interval between adverts in force.
    fn interval(&self) -> Interval {
        match &self.state {
            State::Backup(backup) => backup.timer.interval(&self.config),
            State::Init(_) | State::Fault(_) | State::Master(_) | State::Releasing(_) | State::Stopped => {
                own_interval(&self.config)
            }
        }
    }
}

/// The fault of a master that the kernel lets hold nothing.
fn cannot_hold(problem: &str) -> String {
    format!("cannot hold any of its addresses: {problem}")
}
