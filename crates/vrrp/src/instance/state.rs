//! The states of an instance; each carries its own data, so that no timer outlives the state that set it.
use super::announce::Bursts;
use super::input::Conditions;
use crate::words::Seconds;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use core::net::IpAddr;
use model::config::vrrp::{Instance, Version};
use model::holdings::AddressKey;
use model::state::vrrp::RouterState;
use model::{Instant, Interval};

/// Where an instance stands.
#[derive(Debug)]
pub(crate) enum State {
    /// Not started.
    Init(Init),
    /// Cannot take part.
    Fault(Faulted),
    /// Listens.
    Backup(Backup),
    /// Holds the addresses.
    Master(Master),
    /// Handing over: keeps the addresses until the successor speaks.
    Releasing(Releasing),
    /// Stopped for good.
    Stopped,
}

impl State {
    /// Its name for readers.
    pub(crate) const fn name(&self) -> RouterState {
        match self {
            Self::Init(_) => RouterState::Init,
            Self::Fault(_) => RouterState::Fault,
            Self::Backup(_) => RouterState::Backup,
            Self::Master(_) => RouterState::Master,
            Self::Releasing(_) => RouterState::Releasing,
            Self::Stopped => RouterState::Stopped,
        }
    }
}

/// Waiting for what a start needs.
#[derive(Debug)]
pub(crate) struct Init {
    /// Addresses found in place may be left there until then, in the hope to resume; `None` when the hope is gone.
    pub(crate) leftovers_until: Option<Instant>,
}

/// In FAULT.
#[derive(Debug)]
pub(crate) struct Faulted {
    /// The kernel let us hold no address at all: with its words, and when to try again.
    pub(crate) refused: Option<(String, Instant)>,
}

/// As backup.
#[derive(Debug)]
pub(crate) struct Backup {
    /// Runs until the master counts as gone.
    pub(crate) timer: Countdown,
    /// It ran out, but the group is not ready to take over.
    pub(crate) expired: bool,
    /// Its timer ran out while the daemon was not run; it has begun to listen once more before it believes that.
    pub(crate) listened: bool,
    /// Nothing was heard since the start.
    pub(crate) fresh: bool,
    /// The addresses of the time before a restart are still in place.
    pub(crate) resuming: bool,
    /// The master that we defer to.
    pub(crate) master: Option<Known>,
    /// The master of lower priority that we do not defer to.
    pub(crate) rival: Option<Known>,
    /// When `preempt_delay` has passed.
    pub(crate) preempt_at: Option<Instant>,
}

/// A master that was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// Its address.
    pub(crate) address: IpAddr,
    /// Its priority.
    pub(crate) priority: u8,
    /// When it spoke last.
    pub(crate) heard_at: Instant,
}

/// A running master-down timer. Its end is computed when asked for, so that a changed priority or interval counts at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Countdown {
    /// When it began.
    pub(crate) from: Instant,
    /// The master's interval, when it told one (version 3).
    pub(crate) learned: Option<Interval>,
    /// How long it runs.
    pub(crate) length: Length,
}

/// How long a master-down timer runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// `down_timer_adverts` intervals and skew.
    Full,
    /// One interval and skew.
    Short,
    /// Skew: the master said that it leaves.
    Skew,
}

impl Countdown {
    /// The interval between adverts that it reckons with.
    pub(crate) fn interval(&self, config: &Instance) -> Interval {
        self.learned.unwrap_or_else(|| own_interval(config))
    }

    /// When it runs out.
    pub(crate) fn ends_at(&self, config: &Instance, priority: u8) -> Instant {
        let interval = self.interval(config);
        let skew = config.version.skew(priority, interval);
        self.from
            + match self.length {
                Length::Full => config.version.master_down(config.down_timer_adverts, priority, interval),
                Length::Short => interval + skew,
                Length::Skew => skew,
            }
    }
}

impl Backup {
    /// Begins to listen now, for so long; nobody was heard yet.
    pub(crate) const fn new(now: Instant, length: Length) -> Self {
        Self {
            timer: Countdown { from: now, learned: None, length },
            expired: false,
            listened: false,
            fresh: false,
            resuming: false,
            master: None,
            rival: None,
            preempt_at: None,
        }
    }

    /// Begins to listen to this master.
    pub(crate) fn to(now: Instant, master: Known, interval: Interval, config: &Instance) -> Self {
        let mut backup = Self::new(now, Length::Full);
        backup.timer.learned = learned(interval, config);
        backup.master = Some(master);
        backup
    }

    /// Starts the timer again; a group that waited for it waits on.
    pub(crate) const fn restart(&mut self, now: Instant, length: Length) {
        self.timer.from = now;
        self.timer.length = length;
        self.expired = false;
        self.listened = false;
        self.fresh = false;
    }

    /// The router that acts as master, as far as was heard.
    pub(crate) fn heard(&self) -> Option<Known> {
        [self.master, self.rival].into_iter().flatten().max_by_key(|known| known.heard_at)
    }

    /// Why we take over now that the timer has run out.
    pub(crate) fn why(&self, now: Instant, priority: u8) -> String {
        match (self.rival, self.master) {
            (Some(rival), _) if rival.heard_at >= self.timer.from => beats(rival, priority),
            (_, Some(master)) if self.timer.length == Length::Skew => format!("{} has left", master.address),
            (_, Some(master)) => {
                format!("no advert from {} for {}", master.address, Seconds(now.since(master.heard_at)))
            }
            (_, None) => format!("no advert from any router for {}", Seconds(now.since(self.timer.from))),
        }
    }
}

/// `10.0.0.2 has priority 150, ours is 100`.
pub(crate) fn beats(other: Known, priority: u8) -> String {
    if other.priority == priority {
        return format!("{} has our priority {priority} and the higher address", other.address);
    }
    format!("{} has priority {}, ours is {priority}", other.address, other.priority)
}

/// What a backup takes over from its master: in version 3 the interval (RFC 9568 section 6.4.2), unless it is the zero
/// that no router may send.
pub(crate) fn learned(interval: Interval, config: &Instance) -> Option<Interval> {
    match config.version {
        Version::V2 => None,
        Version::V3 => Some(interval).filter(|interval| !interval.is_zero()),
    }
}

/// As master.
#[derive(Debug)]
pub(crate) struct Master {
    /// When the next advert is due.
    pub(crate) advert_at: Instant,
    /// When the last one was sent: whoever wakes to many adverts of others answers them with one.
    pub(crate) spoke_at: Option<Instant>,
    /// Announcements still owed.
    pub(crate) bursts: Bursts,
    /// The kernel has not said yet that the last order is done.
    pub(crate) settling: Option<Settling>,
    /// Its own timers were so late that another may be master by now: it listens before it speaks again.
    pub(crate) listening: bool,
    /// Another owner that does not yield.
    pub(crate) rogue: Option<Rogue>,
}

/// Another router that says that it owns our addresses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rogue {
    /// It must have yielded by then.
    pub(crate) until: Instant,
    /// When it spoke last.
    pub(crate) heard_at: Instant,
}

/// Waiting for the kernel.
#[derive(Debug)]
pub(crate) struct Settling {
    /// Not longer than until then.
    pub(crate) until: Instant,
    /// Addresses to announce afterwards.
    pub(crate) unannounced: BTreeSet<AddressKey>,
    /// The move to report afterwards: hooks that bind to an address must find it.
    pub(crate) unreported: Option<(RouterState, String)>,
}

/// Handing over: priority zero was said, the addresses stay for the successor's sake.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Releasing {
    /// When the addresses go.
    pub(crate) until: Instant,
    /// Who has taken over, and its interval; `None` while nobody spoke.
    pub(crate) successor: Option<(Known, Interval)>,
    /// What comes then.
    pub(crate) next: Next,
}

/// What a hand-over is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The daemon stops.
    Stop,
    /// It cannot take part any more.
    Fault,
    /// It could not, but can again by now.
    Recovered,
    /// An operator wants a peer to be master; without a successor it stays master unless it is forced.
    Switchover {
        /// Let go in any case.
        forced: bool,
    },
    /// Nobody took over from it as an operator wanted. Its group changes hands as a whole or not at all, so what the other
    /// members find decides; until then it waits without a time limit of its own.
    Unclaimed,
}

/// Whether the instance takes over from a master of lower priority. The owner always does, and `state MASTER` clears
/// `nopreempt`.
pub(crate) const fn preempts(config: &Instance, conditions: &Conditions) -> bool {
    config.preempt || config.wants_master || conditions.priority == 255
}

/// How long it waits before it does; `state MASTER` clears the delay.
pub(crate) const fn preempt_delay(config: &Instance) -> Interval {
    if config.wants_master { Interval::ZERO } else { config.preempt_delay }
}

/// The configured interval between adverts, at least the shortest that any version can say.
pub(crate) fn own_interval(config: &Instance) -> Interval {
    config.advert_interval.max(Interval::from_centis(1))
}
