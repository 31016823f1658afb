//! What a broken daemon does: each kind breaks one rule, so that the tests can see that the rule is watched.
use crate::machine::Outbox;
use model::holdings::Change;
use model::net::{Announcement, PROTOCOL_AH};
use model::state::vrrp::RouterState;
use model::{Config, Interval};
use std::sync::Arc;
use vrrp::effect::Report;
use vrrp::router::Snapshot;

/// What is wrong with a daemon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// Its adverts do not leave.
    Mute,
    /// Its goodbyes do not leave.
    NoFarewell,
    /// It sends everything many times.
    Shouts,
    /// Its timers are late by half a second.
    Late,
    /// It removes no address and believes that it did.
    KeepsAddresses,
    /// It adds no address, announces none, and believes that it holds them.
    AddsNoAddresses,
    /// It reads packets and heeds none.
    Deaf,
    /// No packet reaches it.
    Isolated,
    /// It knows neither `nopreempt` nor `preempt_delay`.
    Impatient,
    /// It announces what others hold.
    Boasts,
    /// It announces nothing.
    Shy,
    /// It does not report that it became master.
    Secretive,
    /// It does not report how it ended.
    Vanishes,
    /// It does not leave when it is asked to.
    Stays,
    /// It takes one turn after the other.
    Spins,
    /// It panics.
    Panics,
}

impl Sabotage {
    /// How late its timers are.
    pub(crate) const fn lateness(self) -> Interval {
        match self {
            Self::Late => Interval::from_millis(500),
            _ => Interval::ZERO,
        }
    }

    /// What it makes of a configuration.
    pub(crate) fn config(self, config: &Arc<Config>) -> Arc<Config> {
        let mut config = config.clone();
        if self == Self::Impatient {
            for instance in &mut Arc::make_mut(&mut config).instances {
                (instance.preempt, instance.preempt_delay) = (true, Interval::ZERO);
            }
        }
        config
    }

    /// What it makes of its reports.
    pub(crate) fn reports(self, reports: &mut Vec<Report>) {
        reports.retain(|report| match report {
            Report::Moved { to: RouterState::Master, .. } => self != Self::Secretive,
            Report::Moved { to: RouterState::Stopped, .. } => self != Self::Vanishes,
            _ => true,
        });
    }

    /// Whether it believes that this was done, and it was not.
    pub(crate) const fn drops(self, change: &Change) -> bool {
        match change {
            Change::AddAddress(_) => matches!(self, Self::AddsNoAddresses),
            Change::RemoveAddress(_) => matches!(self, Self::KeepsAddresses),
        }
    }

    /// What it makes of its orders.
    #[expect(clippy::panic, reason = "a daemon that panics is one of those that have to be noticed")]
    pub(crate) fn outbox(self, view: &Snapshot, outbox: &mut Outbox) {
        match self {
            Self::Mute => outbox.adverts.clear(),
            Self::NoFarewell => outbox.adverts.retain(|advert| {
                let skipped = if advert.protocol == PROTOCOL_AH { 24 } else { 0 };
                advert.payload.get(skipped + 2) != Some(&0)
            }),
            Self::Shouts => outbox.adverts = (0..100).flat_map(|_| outbox.adverts.clone()).collect(),
            Self::Shy | Self::AddsNoAddresses => outbox.announcements.clear(),
            Self::Boasts => outbox.announcements.extend(boasts(view)),
            Self::Panics => std::panic::panic_any("as it was told to"),
            _ => {}
        }
    }
}

/// The addresses of backups.
fn boasts(view: &Snapshot) -> impl Iterator<Item = Announcement> + '_ {
    let backups = view.instances.iter().filter(|seen| seen.state == RouterState::Backup);
    backups.flat_map(|seen| {
        let announce = |address| Announcement { interface: seen.interface.clone(), address, hardware: vec![2; 6] };
        seen.addresses.iter().map(move |prefix| announce(prefix.address()))
    })
}
