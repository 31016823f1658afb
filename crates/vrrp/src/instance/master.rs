//! What a master does: adverts on time, announcements once the kernel is ready, repairs, and what the kernel refuses.
use super::announce::{Burst, Bursts};
use super::holding::{keys_of, target_of};
use super::state::{Backup, Faulted, Length, Master, Settling, State, own_interval};
use super::{Complaint, Farewell, Instance, cannot_hold};
use crate::effect::Severity;
use crate::pacer::Request;
use crate::turn::Turn;
use crate::words::Seconds;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use model::config::vrrp::VirtualAddress;
use model::holdings::AddressKey;
use model::state::vrrp::RouterState;
use model::{Family, Instant, InterfaceName, Interval, limits};

impl Master {
    /// From now on, with the first advert being sent now.
    pub(super) fn new(now: Instant, interval: Interval) -> Self {
        Self {
            advert_at: now + interval,
            spoke_at: None,
            bursts: Bursts::default(),
            settling: None,
            listening: false,
            rogue: None,
        }
    }

    /// When something is due.
    pub(super) fn deadline(&self) -> Instant {
        let settling = self.settling.as_ref().map(|settling| settling.until);
        settling.into_iter().chain(self.bursts.deadline()).fold(self.advert_at, Ord::min)
    }
}

impl Instance {
    /// Advert first, so that the old master lets go while the kernel works; see the module for the rest.
    pub(super) fn enter_master(&mut self, from: RouterState, why: String, turn: &mut Turn<'_>) {
        self.counters.became_master += 1;
        self.send(self.conditions.priority, turn);
        let ordered = self.holding.order(&self.config.name, target_of(&self.config), turn.effects);
        let settling = Settling {
            until: turn.now + limits::HOLD_WAIT,
            unannounced: keys_of(&self.config),
            unreported: Some((from, why)),
        };
        if let State::Master(master) = &mut self.state {
            master.settling = Some(settling);
        }
        if !ordered {
            self.settle(turn);
        }
    }

    pub(super) fn hold_settled(&mut self, turn: &mut Turn<'_>) {
        let configured = keys_of(&self.config);
        self.holding.settled(configured);
        self.settle(turn);
    }

    /// Announces what was waiting for the kernel, and says that the instance is master; unless there is nothing that it
    /// could be master of.
    fn settle(&mut self, turn: &mut Turn<'_>) {
        let State::Master(master) = &mut self.state else { return };
        if let Some(settling) = master.settling.take() {
            let refused: BTreeSet<_> = self.holding.refused().into_iter().collect();
            let keys = settling.unannounced.difference(&refused).cloned().collect();
            let burst = master.bursts.held(turn.now, keys, &self.config.announce);
            self.say(burst, turn);
            if let Some((from, why)) = settling.unreported {
                self.report_move(from, why, turn);
            }
        }
        if let Some(problem) = self.holding.hopeless() {
            let why = cannot_hold(problem);
            let refused = Some((String::from(problem), turn.now + limits::HOLD_RETRY));
            self.go(State::Fault(Faulted { refused }), Farewell::PriorityZero, why, turn);
        }
    }

    /// A master that holds at least one of its addresses stays master and asks for the others again after
    /// `limits::HOLD_RETRY`; one that can hold none goes to FAULT, because a peer may do better, and tries again after
    /// the same time. Both are decided when the kernel has answered for every address.
    pub(super) fn hold_refused(&mut self, key: AddressKey, problem: String, turn: &mut Turn<'_>) {
        self.counters.kernel_refusals += 1;
        let text = format!("{} on {}: the kernel refuses it: {problem}", key.prefix, key.interface);
        self.complain(Complaint::Kernel(key.clone()), Severity::Error, turn, || text);
        self.holding.was_refused(turn.now, key, problem);
    }

    /// Gives an order again that was partly refused.
    pub(super) fn hold_again(&mut self, turn: &mut Turn<'_>) {
        let refused = self.holding.refused();
        self.holding.repeat(&self.config.name, turn.effects);
        self.await_kernel(refused, turn.now);
    }

    /// Waits for the kernel before these are announced.
    pub(super) fn await_kernel(&mut self, keys: impl IntoIterator<Item = AddressKey>, now: Instant) {
        let State::Master(master) = &mut self.state else { return };
        let until = now + limits::HOLD_WAIT;
        let empty = || Settling { until, unannounced: BTreeSet::new(), unreported: None };
        let settling = master.settling.get_or_insert_with(empty);
        settling.until = until;
        settling.unannounced.extend(keys);
    }

    pub(super) fn address_vanished(&mut self, key: &AddressKey, turn: &mut Turn<'_>) {
        match &self.state {
            State::Master(_) if self.holding.guards(key) => self.repair(key, turn),
            State::Releasing(_) if self.holding.guards(key) => {
                self.holding.repeat(&self.config.name, turn.effects);
            }
            // Somebody cleans up after the crash; so do we.
            State::Backup(backup) if backup.resuming && keys_of(&self.config).contains(key) => {
                self.give_up_resuming(turn);
            }
            State::Init(_)
            | State::Fault(_)
            | State::Backup(_)
            | State::Master(_)
            | State::Releasing(_)
            | State::Stopped => {}
        }
    }

    /// Puts an address back, or hands over when somebody evidently means it.
    fn repair(&mut self, key: &AddressKey, turn: &mut Turn<'_>) {
        if self.holding.may_repair(turn.now, key) {
            self.counters.addresses_repaired += 1;
            let text = format!("{} was removed from {} by somebody else, putting it back", key.prefix, key.interface);
            turn.note(Severity::Warning, &self.config.name, text);
            self.holding.repeat(&self.config.name, turn.effects);
            return self.await_kernel([key.clone()], turn.now);
        }
        let why = format!(
            "{} was removed from {} more than {} times within a minute",
            key.prefix,
            key.interface,
            limits::REPAIRS_PER_MINUTE
        );
        let text = format!(
            "{why}; handing over. Look for another program that manages the addresses of {}: NetworkManager, \
             systemd-networkd, a DHCP client, a second VRRP daemon; `ip monitor address` shows when it acts",
            key.interface
        );
        turn.note(Severity::Error, &self.config.name, text);
        self.go(State::Backup(Backup::new(turn.now, Length::Full)), Farewell::PriorityZero, why, turn);
    }

    pub(super) fn link_refreshed(&mut self, interface: &InterfaceName, turn: &mut Turn<'_>) {
        let keys: BTreeSet<_> = self.held().into_iter().filter(|key| key.interface == *interface).collect();
        let State::Master(master) = &mut self.state else { return };
        let burst = master.bursts.held(turn.now, keys, &self.config.announce);
        self.say(burst, turn);
    }

    /// Announces against another master, where the rules say so.
    pub(super) fn announce_against_challenge(&mut self, turn: &mut Turn<'_>) {
        let keys = self.held();
        let State::Master(master) = &mut self.state else { return };
        let burst = master.bursts.challenged(turn.now, keys, &self.config.announce);
        self.say(burst, turn);
    }

    /// What the kernel has of the target, as far as is known.
    fn held(&self) -> BTreeSet<AddressKey> {
        let State::Master(Master { settling, .. }) = &self.state else { return BTreeSet::new() };
        let awaited = |key: &&AddressKey| settling.as_ref().is_some_and(|s| s.unannounced.contains(*key));
        self.holding.target().filter(|key| !awaited(key) && !self.holding.is_refused(key)).cloned().collect()
    }

    /// Adverts, announcements and waits that are due.
    pub(super) fn master_due(&mut self, due: Instant, turn: &mut Turn<'_>) {
        self.advert_due(due, turn);
        let held = self.held();
        let extra = held.iter().filter(|key| self.is_extra(key)).cloned().collect();
        let State::Master(master) = &mut self.state else { return };
        let bursts = master.bursts.due(due, &held, &extra, &self.config.announce);
        let overdue = master.settling.as_ref().is_some_and(|settling| settling.until <= due);
        for burst in bursts {
            self.say(Some(burst), turn);
        }
        if overdue {
            self.settle(turn);
        }
    }

    /// Whether an address sits on a link that carries none of our adverts, so that switches there may forget it
    /// (`garp_extra_if`): on virtual links, or on any other link too.
    fn is_extra(&self, key: &AddressKey) -> bool {
        let all = self.config.announce.extra_all;
        let is_virtual = |address: &VirtualAddress| address.use_vmac || self.config.vmac_for_addresses;
        let mut own = self.config.addresses.iter().chain(&self.config.excluded);
        key.interface != self.config.interface
            && own.any(|address| AddressKey::of(address) == *key && (all || is_virtual(address)))
    }

    /// The next advert is due one interval after this one was, not after now, so that the period never drifts. After
    /// an oversleep of more than an interval, one advert stands for all that were missed; after one so long that a peer
    /// may be master by now, it is listened for before we speak.
    fn advert_due(&mut self, due: Instant, turn: &mut Turn<'_>) {
        let lost_time = self.has_lost_time(turn.now);
        let State::Master(master) = &mut self.state else { return };
        if master.advert_at > due {
            return;
        }
        let interval = own_interval(&self.config);
        let is_late = turn.now.since(master.advert_at) > interval;
        if is_late {
            self.counters.late_wakeups += 1;
        }
        if lost_time && !master.listening {
            return self.listen_first(turn);
        }
        master.listening = false;
        master.advert_at = if is_late { turn.now } else { master.advert_at } + interval;
        self.send(self.conditions.priority, turn);
    }

    /// Whether our last advert is so old that a peer's master-down timer may have run out.
    pub(super) fn has_lost_time(&self, now: Instant) -> bool {
        let State::Master(master) = &self.state else { return false };
        let interval = own_interval(&self.config);
        let patience = interval.scaled(u32::from(self.config.down_timer_adverts), 1);
        master.listening || now.since(master.advert_at) + interval > patience
    }

    /// A peer that became master meanwhile speaks within its interval.
    fn listen_first(&mut self, turn: &mut Turn<'_>) {
        let interval = own_interval(&self.config);
        let priority = self.conditions.priority;
        let skew = self.config.version.skew(priority, interval);
        let adverts = self.config.down_timer_adverts;
        let peer =
            self.config.timer_expired_backup.map(|peer| self.config.version.master_down(adverts, peer.get(), interval));
        let preempts = self.preempts();
        let State::Master(master) = &mut self.state else { return };
        let silent = turn.now.since(master.advert_at) + interval;
        let why = format!("own timers were late, no advert was sent for {}", Seconds(silent));
        if !preempts && peer.is_some_and(|patience| silent > patience) {
            return self.go(State::Backup(Backup::new(turn.now, Length::Full)), Farewell::Silent, why, turn);
        }
        master.listening = true;
        master.advert_at = turn.now + interval + skew;
        let text = format!("{why}; listening for another master before the next one");
        turn.note(Severity::Warning, &self.config.name, text);
    }

    /// Announces: a round of all addresses in file order, then the next round.
    fn say(&mut self, burst: Option<Burst>, turn: &mut Turn<'_>) {
        let Some(burst) = burst else { return };
        let owner = self.key();
        let all = self.config.addresses.iter().chain(&self.config.excluded).map(AddressKey::of);
        let keys: Vec<_> = all.filter(|key| burst.keys.contains(key)).collect();
        for _ in 0..burst.rounds {
            for key in &keys {
                let spacing = match key.prefix.family() {
                    Family::V4 => self.config.announce.spacing,
                    Family::V6 => self.config.announce.na_spacing,
                };
                if turn.announce(Request { owner: owner.clone(), key: key.clone(), spacing }) {
                    self.counters.announcements_sent += 1;
                }
            }
        }
    }
}
