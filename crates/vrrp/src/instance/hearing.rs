//! What an instance makes of an advert, in each state (RFC 9568 sections 6.4.2 and 6.4.3).
use super::election::{self, Candidate};
use super::input::Letter;
use super::receive::{self, Heard, Refusal};
use super::state::{Backup, Known, Length, Rogue, State, beats, learned, own_interval, preempt_delay, preempts};
use super::{Complaint, Farewell, Instance};
use crate::effect::{Report, Severity};
use crate::turn::Turn;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::net::IpAddr;
use model::config::vrrp::Version;
use model::{Instant, Interval};

impl Heard {
    const fn known(&self, now: Instant) -> Known {
        Known { address: self.source, priority: self.priority, heard_at: now }
    }
}

impl Instance {
    pub(super) fn packet_arrived(&mut self, letter: &Letter<'_>, turn: &mut Turn<'_>) {
        match &self.state {
            State::Init(init) if init.leftovers_until.is_some() => {}
            State::Backup(_) | State::Master(_) | State::Releasing(_) => {}
            State::Init(_) | State::Fault(_) | State::Stopped => return,
        }
        match receive::accept(letter, &self.config, &mut self.trust, turn.wall) {
            Ok(_) if self.config.owner_ignore_adverts && self.config.priority.is_owner() => {}
            Ok(heard) => self.heard(heard, letter, turn),
            Err(refusal) => self.refuse(refusal, letter, turn),
        }
    }

    fn refuse(&mut self, refusal: Refusal, letter: &Letter<'_>, turn: &mut Turn<'_>) {
        refusal.count(&mut self.counters);
        let config = self.config.clone();
        self.complain(Complaint::Refused(refusal), Severity::Warning, turn, || refusal.words(letter, &config));
    }

    fn heard(&mut self, heard: Heard, letter: &Letter<'_>, turn: &mut Turn<'_>) {
        self.counters.adverts_received += 1;
        if heard.priority == 0 {
            self.counters.priority_zero_received += 1;
        }
        self.compare_interval(&heard, turn);
        self.compare_clock(&heard, turn);
        self.compare_addresses(&heard, turn);
        if !receive::is_from_peer(&letter.packet, &self.config) {
            return self.refuse(Refusal::Stranger, letter, turn);
        }
        self.heard_as_demoted(&heard, turn);
        match &mut self.state {
            State::Init(init) => {
                // Somebody else is master: what a crash left behind here is in its way.
                if heard.priority > 0 {
                    init.leftovers_until = None;
                    self.release(turn);
                }
            }
            State::Backup(_) => self.heard_as_backup(&heard, turn),
            State::Master(_) => self.heard_as_master(&heard, turn),
            State::Releasing(_) => self.heard_while_releasing(&heard, turn),
            State::Fault(_) | State::Stopped => {}
        }
    }

    /// In version 3 another interval is learned, not refused (RFC 9568 section 5.2.7); it may still be a mistake.
    fn compare_interval(&mut self, heard: &Heard, turn: &mut Turn<'_>) {
        let ours = self.config.advert_interval;
        if self.config.version == Version::V2 || heard.interval == ours {
            return;
        }
        self.counters.interval_errors += 1;
        let (source, theirs) = (heard.source, heard.interval);
        self.complain(Complaint::Interval, Severity::Warning, turn, || {
            format!("{source} sends adverts every {theirs}, ours is {ours}")
        });
    }

    /// A clock that drifts is told before its adverts are refused.
    fn compare_clock(&mut self, heard: &Heard, turn: &mut Turn<'_>) {
        let Some(gap) = heard.clock_gap else { return };
        let source = heard.source;
        self.complain(Complaint::Clock, Severity::Warning, turn, || {
            format!("the clock of {source} is {gap} s from ours, its signatures will soon be refused")
        });
    }

    /// Other addresses than ours are noted, never refused: the lists differ while a change is rolled out.
    fn compare_addresses(&mut self, heard: &Heard, turn: &mut Turn<'_>) {
        let known = match &self.state {
            State::Backup(backup) => backup.master.map(|master| master.address),
            State::Init(_) | State::Fault(_) | State::Master(_) | State::Releasing(_) | State::Stopped => None,
        };
        if self.config.skip_check_adv_addr && known == Some(heard.source) {
            return;
        }
        let sorted = |mut list: Vec<IpAddr>| {
            list.sort_unstable();
            list
        };
        let (theirs, ours) = (sorted(heard.addresses.clone()), sorted(self.advertised()));
        if theirs == ours {
            return;
        }
        self.counters.address_list_errors += 1;
        let source = heard.source;
        self.complain(Complaint::Addresses, Severity::Warning, turn, || {
            let words = |list: &[IpAddr]| list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            format!("{source} advertises other addresses than ours: {} rather than {}", words(&theirs), words(&ours))
        });
    }

    fn heard_as_backup(&mut self, heard: &Heard, turn: &mut Turn<'_>) {
        let preempts = self.preempts();
        let delay = preempt_delay(&self.config);
        let priority = self.conditions.priority;
        let State::Backup(backup) = &mut self.state else { return };
        if heard.priority == 0 {
            backup.master = Some(heard.known(turn.now));
            return backup.restart(turn.now, Length::Skew);
        }
        let defers = if heard.priority >= priority {
            backup.preempt_at = None;
            true
        } else if preempts && !delay.is_zero() {
            turn.now < *backup.preempt_at.get_or_insert(turn.now + delay)
        } else {
            election::defers(heard.priority, priority, preempts)
        };
        if defers {
            self.defer(heard, turn);
        } else {
            backup.rival = Some(heard.known(turn.now));
        }
    }

    /// Takes the sender for the master.
    fn defer(&mut self, heard: &Heard, turn: &mut Turn<'_>) {
        let State::Backup(backup) = &mut self.state else { return };
        let is_new = backup.master.is_none_or(|master| master.address != heard.source);
        let is_worse = backup.master.is_some_and(|master| master.priority > heard.priority);
        // A worse master that yields speaks last; whoever then expected the better one at the worse one's shorter
        // interval would not wait for it.
        let longer = backup.timer.learned.filter(|_| is_new && is_worse);
        backup.restart(turn.now, Length::Full);
        backup.timer.learned = learned(heard.interval, &self.config).max(longer);
        backup.master = Some(heard.known(turn.now));
        backup.rival = None;
        if is_new {
            self.complaints.clear();
            turn.note(
                Severity::Detail,
                &self.config.name,
                format!("{} is master with priority {}", heard.source, heard.priority),
            );
        }
        self.give_up_resuming(turn);
    }

    fn heard_as_master(&mut self, heard: &Heard, turn: &mut Turn<'_>) {
        if heard.priority == 0 {
            return self.heard_farewell(turn);
        }
        let address = self.conditions.source.unwrap_or(heard.source);
        let ours = Candidate { priority: self.conditions.priority, address };
        let theirs = Candidate { priority: heard.priority, address: heard.source };
        match election::compare(theirs, ours) {
            Ordering::Equal => self.complain(Complaint::OurAddress, Severity::Warning, turn, || {
                format!("{address} sends adverts with our own address and priority: two machines use the address, or adverts loop")
            }),
            Ordering::Less if self.has_lost_time(turn.now) && !self.takes_over_at_once() => {
                self.counters.double_masters += 1;
                self.yield_late(heard, turn);
            }
            Ordering::Less if self.is_rogue(heard, turn.now) => {
                self.counters.double_masters += 1;
                self.step_down(heard, turn);
            }
            Ordering::Less => {
                self.counters.double_masters += 1;
                self.assert_mastership(turn);
            }
            Ordering::Greater => {
                self.counters.double_masters += 1;
                self.yield_to(heard, turn);
            }
        }
    }

    /// Whether it takes over from a master of lower priority. The owner always does, and `state MASTER` clears `nopreempt`;
    /// who was ordered to let a peer be master does not.
    pub(super) fn preempts(&self) -> bool {
        preempts(&self.config, &self.conditions) && !self.yielded
    }

    fn takes_over_at_once(&self) -> bool {
        self.preempts() && preempt_delay(&self.config).is_zero()
    }

    /// Another master lets go: it may have drawn traffic until now, so those who listen are told again where the
    /// addresses live (RFC 9568 section 6.4.3).
    fn heard_farewell(&mut self, turn: &mut Turn<'_>) {
        self.answer(turn);
        if let State::Master(master) = &mut self.state {
            master.advert_at = turn.now + own_interval(&self.config);
        }
        self.announce_against_challenge(turn);
    }

    /// A peer became master while our own timers stood still, and we have no right to take that from it.
    fn yield_late(&mut self, heard: &Heard, turn: &mut Turn<'_>) {
        let master = heard.known(turn.now);
        let why = format!("{} became master while our timers were late", heard.source);
        let backup = Backup::to(turn.now, master, heard.interval, &self.config);
        self.go(State::Backup(backup), Farewell::Silent, why, turn);
    }

    /// Whether another owner has had the time to hear two of our adverts, and speaks all the same.
    fn is_rogue(&mut self, heard: &Heard, now: Instant) -> bool {
        let interval = own_interval(&self.config);
        let State::Master(master) = &mut self.state else { return false };
        if heard.priority != 255 {
            return false;
        }
        // Two adverts of ours, and 1.2 intervals for it to fall silent.
        let patience = interval.scaled(32, 10);
        match &mut master.rogue {
            Some(rogue) if now.since(rogue.heard_at) <= patience => {
                rogue.heard_at = now;
                now > rogue.until
            }
            Some(_) | None => {
                master.rogue = Some(Rogue { until: now + patience, heard_at: now });
                false
            }
        }
    }

    /// Two owners that both insist would fight for ever: one of them takes the second highest priority.
    fn step_down(&mut self, heard: &Heard, turn: &mut Turn<'_>) {
        self.demoted = true;
        self.conditions.priority = 254;
        let text = format!(
            "{} owns the same addresses (priority 255) and does not yield: continuing with priority 254 until a lower \
             priority is heard; only one router may have priority 255",
            heard.source
        );
        turn.note(Severity::Error, &self.config.name, text);
        self.report_priority(true, turn);
        self.yield_to(heard, turn);
    }

    /// An owner that had to step down is itself again when only lower priorities are left.
    fn heard_as_demoted(&mut self, heard: &Heard, turn: &mut Turn<'_>) {
        if self.demoted && heard.priority > 0 && heard.priority < 254 {
            self.demoted = false;
            self.conditions.priority = self.config.priority.get();
            self.report_priority(true, turn);
        }
    }

    /// A worse master speaks, as after a partition has healed: it must hear us, and so must the switches.
    fn assert_mastership(&mut self, turn: &mut Turn<'_>) {
        // Who was late and hears the other one at once need not listen for it any more.
        let was_late = self.has_lost_time(turn.now);
        if let State::Master(master) = &mut self.state
            && was_late
        {
            master.listening = false;
            let answered = !self.config.lower_prio_no_advert;
            master.advert_at = turn.now + if answered { own_interval(&self.config) } else { Interval::ZERO };
        }
        if !self.config.lower_prio_no_advert {
            self.answer(turn);
        }
        self.announce_against_challenge(turn);
        self.challenged = true;
        turn.report(Report::HeardLowerPriority {
            instance: self.config.name.clone(),
            priority: self.conditions.priority,
        });
    }

    /// Speaks once more before it yields, unless the operator says otherwise: the winner learns that there were two masters,
    /// and tells the switches again where the addresses live. Its own priority, not zero, so that no third router takes
    /// it for a chance.
    fn yield_to(&mut self, heard: &Heard, turn: &mut Turn<'_>) {
        if self.config.higher_prio_send_advert {
            self.send(self.conditions.priority, turn);
        }
        let master = heard.known(turn.now);
        let why: String = beats(master, self.conditions.priority);
        let backup = Backup::to(turn.now, master, heard.interval, &self.config);
        self.go(State::Backup(backup), Farewell::Silent, why, turn);
    }
}
