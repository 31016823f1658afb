//! What an instance makes of an advert, in each state (RFC 9568 sections 6.4.2 and 6.4.3).
use super::election::{self, Candidate};
use super::receive::{self, Heard};
use super::state::{Backup, Known, Length, State, beats, learned, own_interval, preempt_delay, preempts};
use super::{Complaint, Farewell, Instance};
use crate::effect::{Report, Severity};
use crate::fact::Packet;
use crate::turn::Turn;
use crate::wire::View;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::net::IpAddr;
use model::config::vrrp::Version;
use model::{Instant, limits};

impl Heard {
    const fn known(&self, now: Instant) -> Known {
        Known { address: self.source, priority: self.priority, heard_at: now }
    }
}

impl Instance {
    pub(super) fn packet_arrived(&mut self, packet: &Packet<'_>, view: &View<'_>, turn: &mut Turn<'_>) {
        match &self.state {
            State::Init(init) if init.leftovers_until.is_some() => {}
            State::Backup(_) | State::Master(_) | State::Releasing(_) => {}
            State::Init(_) | State::Fault(_) | State::Stopped => return,
        }
        match receive::accept(packet, view, &self.config) {
            Ok(heard) => self.heard(heard, turn),
            Err(refusal) => {
                refusal.count(&mut self.counters);
                let config = self.config.clone();
                let words = || refusal.words(packet, view, &config);
                self.complain(Complaint::Refused(refusal), Severity::Warning, turn, words);
            }
        }
    }

    fn heard(&mut self, heard: Heard, turn: &mut Turn<'_>) {
        self.counters.adverts_received += 1;
        if heard.priority == 0 {
            self.counters.priority_zero_received += 1;
        }
        self.compare_interval(&heard, turn);
        self.compare_addresses(&heard, turn);
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
            State::Releasing(releasing) => {
                if heard.priority > 0 && Some(heard.source) != self.conditions.source && releasing.successor.is_none() {
                    releasing.successor = Some(heard.source);
                    releasing.until = releasing.until.min(turn.now + limits::RELEASE_LINGER);
                }
            }
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
        let preempts = preempts(&self.config, &self.conditions);
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

    /// Another master lets go: it may have drawn traffic until now, so those who listen are told again where the
    /// addresses live (RFC 9568 section 6.4.3).
    fn heard_farewell(&mut self, turn: &mut Turn<'_>) {
        self.answer(turn);
        if let State::Master(master) = &mut self.state {
            master.advert_at = turn.now + own_interval(&self.config);
        }
        self.announce_against_challenge(turn);
    }

    /// A worse master speaks, as after a partition has healed: it must hear us, and so must the switches.
    fn assert_mastership(&mut self, turn: &mut Turn<'_>) {
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
