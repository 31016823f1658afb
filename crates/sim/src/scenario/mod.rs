//! A scenario as data: the routers and their configuration, and what happens when.
//!
//! The text form is described in [`parse`]; [`print`] writes it, so that a world made by chance can be kept as a file.
pub mod config;
pub mod parse;
pub mod print;
pub mod words;

use crate::lan::Quality;
use model::config::vrrp::Version;
use model::{Instant, InterfaceName, Interval, Name, Prefix, Priority, Vrid};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};
use vrrp::fact::Watched;

/// A whole scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// What is there at the start.
    pub setup: Setup,
    /// What happens, in order of time.
    pub steps: Vec<Step>,
    /// When it is over.
    pub end: Instant,
}

/// What is there at the start. Every router has every instance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Setup {
    /// Seed of everything that is left to chance.
    pub seed: u64,
    /// The wires.
    pub quality: Quality,
    /// Routers.
    pub routers: Vec<RouterSetup>,
    /// Virtual routers.
    pub instances: Vec<InstanceSetup>,
    /// Sync groups.
    pub groups: Vec<GroupSetup>,
    /// Track scripts.
    pub scripts: Vec<ScriptSetup>,
    /// Files and processes that are watched.
    pub watches: Vec<WatchSetup>,
}

/// A machine with a daemon. It starts at time 0 unless it is `off`.
#[derive(Clone, Debug, PartialEq)]
pub struct RouterSetup {
    /// Its name.
    pub name: Name,
    /// Its priority in every instance that is not named below.
    pub priority: Priority,
    /// Its priority in some instances, by their position.
    pub priorities: BTreeMap<usize, Priority>,
    /// `nopreempt`.
    pub nopreempt: bool,
    /// `preempt_delay`.
    pub preempt_delay: Interval,
    /// `state MASTER`.
    pub wants_master: bool,
    /// How far its clock is ahead of the simulation's.
    pub clock: Interval,
    /// How much faster its clock runs, in millionths; negative is slower.
    pub drift: i32,
    /// How late its timers may fire.
    pub lateness: Interval,
    /// Does not start by itself.
    pub off: bool,
}

/// A virtual router, as every machine has it.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceSetup {
    /// Its name.
    pub name: Name,
    /// Its link.
    pub interface: InterfaceName,
    /// Its number.
    pub vrid: Vrid,
    /// Version of the protocol.
    pub version: Version,
    /// Time between adverts.
    pub interval: Interval,
    /// `down_timer_adverts`.
    pub down_adverts: u8,
    /// Addresses in the adverts.
    pub addresses: Vec<Prefix>,
    /// Addresses beside those.
    pub excluded: Vec<Prefix>,
    /// Whether nobody minds when somebody removes them (`no_track`).
    pub no_track: bool,
    /// Password of version 2; empty is none.
    pub password: String,
    /// The password makes authentication headers.
    pub header: bool,
    /// Adverts are signed (`auth_hmac`).
    pub signed: bool,
    /// Signatures are believed by their sequence alone, whatever the clocks say (`monotonic`).
    pub monotonic: bool,
    /// Adverts go to each of the other routers.
    pub unicast: bool,
    /// What it tracks.
    pub tracks: Vec<Track>,
}

/// A sync group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupSetup {
    /// Its name.
    pub name: Name,
    /// Positions of its members.
    pub members: Vec<usize>,
    /// `sync_group_tracking_weight`.
    pub tracking_weight: bool,
    /// What it tracks.
    pub tracks: Vec<Track>,
}

/// A track script; whether its runs succeed is told by steps.
#[derive(Clone, Debug, PartialEq)]
pub struct ScriptSetup {
    /// Its name.
    pub name: Name,
    /// From one start to the next.
    pub interval: Interval,
    /// Killed after this.
    pub timeout: Interval,
    /// Successes in a row to become good.
    pub rise: u32,
    /// Failures in a row to become bad.
    pub fall: u32,
    /// Weight where it is tracked without one; 0 is a fault.
    pub weight: i16,
    /// `init_fail`.
    pub init_fail: bool,
}

/// A file or a process that is watched; what it reads is told by steps.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchSetup {
    /// Its name.
    pub name: Name,
    /// A file, or a process.
    pub kind: Watched,
    /// What it reads at first: the number in the file; 1 for enough processes, 0 for too few.
    pub reading: i32,
}

/// One thing that is tracked.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// What.
    pub what: Tracked,
    /// Weight; 0 is a fault. `None`, for a script, is the script's own.
    pub weight: Option<i16>,
    /// Good counts as bad and bad as good.
    pub reverse: bool,
}

/// What is tracked.
#[derive(Clone, Debug, PartialEq)]
pub enum Tracked {
    /// The script at this position.
    Script(usize),
    /// A link.
    Interface(InterfaceName),
    /// The file or process at this position.
    Watch(usize),
}

/// Something that happens, or that is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// When.
    pub at: Instant,
    /// The line in its file; 0 where there is none.
    pub line: usize,
    /// What.
    pub action: Action,
}

/// What happens. Routers, instances and scripts are named by their position.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The daemon dies at once; its addresses stay in the kernel.
    Kill(usize),
    /// The machine dies at once, addresses and all.
    Crash(usize),
    /// The machine is turned on where it is off, and the daemon started.
    Start(usize),
    /// The daemon is asked to stop.
    Stop(usize),
    /// A link loses or gains its carrier.
    Link {
        /// Whose.
        router: usize,
        /// Which.
        interface: InterfaceName,
        /// Gains.
        up: bool,
    },
    /// A link is taken out of the machine, or comes back with only its own address.
    Interface {
        /// Whose.
        router: usize,
        /// Which.
        interface: InterfaceName,
        /// Comes back.
        exists: bool,
    },
    /// Somebody takes an address off its link.
    Remove {
        /// Whose.
        router: usize,
        /// Which.
        address: Prefix,
    },
    /// No packet passes between routers of different sides.
    Partition {
        /// The sides.
        sides: Vec<Vec<usize>>,
        /// On this link, or on all.
        interface: Option<InterfaceName>,
    },
    /// Nothing that these send reaches those.
    OneWay {
        /// These.
        from: Vec<usize>,
        /// Those.
        to: Vec<usize>,
        /// On this link, or on all.
        interface: Option<InterfaceName>,
    },
    /// All ways are open again.
    Heal,
    /// So many of a thousand packets are lost from now on.
    Loss(u64),
    /// The kernel refuses something, or does it again.
    Refuse {
        /// Whose.
        router: usize,
        /// What.
        what: Refused,
        /// Refuses.
        refuses: bool,
    },
    /// The daemon is not run for so long.
    Suspend(usize, Interval),
    /// The machine is not run for so long, and what is sent to it meanwhile is lost.
    Pause(usize, Interval),
    /// The kernel's news is lost for so long; then the daemon is told so, and how everything is.
    Overrun(usize, Interval),
    /// Somebody sends again what this router sent last.
    Replay(usize),
    /// What is watched reads so from now on.
    Reading {
        /// Where.
        router: usize,
        /// Which.
        watch: usize,
        /// How.
        reading: i32,
    },
    /// The wall clock is set so far ahead of everybody's, or behind it.
    Wall {
        /// Whose.
        router: usize,
        /// How far.
        by: Interval,
        /// Ahead.
        ahead: bool,
    },
    /// An operator orders the masters there to let a peer be master once.
    Switchover {
        /// Where.
        router: usize,
        /// In any case.
        forced: bool,
    },
    /// An operator takes everything there out of service, or puts it back.
    Maintain {
        /// Where.
        router: usize,
        /// Out.
        on: bool,
    },
    /// Runs of a script end like this from now on.
    Script {
        /// Whose.
        router: usize,
        /// Which.
        script: usize,
        /// How.
        mood: Mood,
    },
    /// The configuration is read again, with one change.
    Reload {
        /// Whose.
        router: usize,
        /// In this instance, or in all.
        instance: Option<usize>,
        /// What is different.
        change: Change,
    },
    /// These must hold now.
    Expect(Vec<Expectation>),
}

/// What a kernel may refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// To add addresses.
    Addresses,
    /// To send adverts.
    Adverts,
}

/// How the runs of a script end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// With success.
    #[default]
    Succeeds,
    /// With status 1.
    Fails,
    /// Not before they are killed.
    Hangs,
}

/// What a reload changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Nothing.
    Nothing,
    /// The priority.
    Priority(Priority),
    /// The interval.
    Interval(Interval),
    /// `preempt_delay`.
    Delay(Interval),
    /// The advertised addresses, all of them.
    Addresses(Vec<Prefix>),
    /// `nopreempt` or not.
    Preempt(bool),
    /// The instance is there or not.
    Present(bool),
}

/// Something that must hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Expectation {
    /// The router's instances are in this state.
    State {
        /// Router.
        router: usize,
        /// This instance, or all of them.
        instance: Option<usize>,
        /// The state.
        state: Condition,
        /// Whether all the addresses are there (true), or none (false); `None` where it does not matter.
        holds: Option<bool>,
    },
    /// The effective priority.
    Priority {
        /// Router.
        router: usize,
        /// This instance, or all of them.
        instance: Option<usize>,
        /// The priority.
        priority: u8,
    },
    /// Nobody held some address for at most this long at a time.
    Gap(Interval, Instant),
    /// Two or more held the same address for at most this long at a time.
    Overlap(Interval, Instant),
    /// For some time two or more held the same address.
    Overlapped(Instant),
    /// This router's kernel had all the addresses all the time.
    Kept(usize, Instant),
    /// This router announced all the addresses.
    Announced(usize, Instant),
    /// So many moves of this router's instances.
    Moves(usize, Bounds, Instant),
    /// So many changes ordered of this router's kernel.
    Changes(usize, Bounds, Instant),
    /// So many adverts sent by this router.
    Adverts(usize, Bounds, Instant),
}

/// A number of times, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Least.
    pub least: u64,
    /// Most.
    pub most: u64,
}

/// The state of an instance, or that its daemon does not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// No daemon.
    Down,
    /// The daemon has the instance in this state.
    Is(model::state::vrrp::RouterState),
}

impl Setup {
    /// The address of a router itself on a link: 10.L.0.R/24, where L is the number at the end of the link's name.
    #[must_use]
    pub fn own_address(&self, router: usize, interface: &InterfaceName) -> Prefix {
        let digits = interface.as_str().trim_start_matches(|c: char| !c.is_ascii_digit());
        let last = u8::try_from(router + 1).unwrap_or(u8::MAX);
        let address = Ipv4Addr::new(10, digits.parse().unwrap_or(0), 0, last);
        Prefix::new(address.into(), 24).unwrap_or(Prefix::host(address.into()))
    }

    /// The link-local address of a router on a link: fe80::L:R/64.
    #[must_use]
    pub fn own_address6(&self, router: usize, interface: &InterfaceName) -> Prefix {
        let digits = interface.as_str().trim_start_matches(|c: char| !c.is_ascii_digit());
        let last = u16::try_from(router + 1).unwrap_or(u16::MAX);
        let address = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, digits.parse().unwrap_or(0), last);
        Prefix::new(address.into(), 64).unwrap_or(Prefix::host(address.into()))
    }

    /// All that a router has of itself: both families on every link.
    #[must_use]
    pub fn own_addresses(&self, router: usize) -> BTreeMap<InterfaceName, Vec<Prefix>> {
        let both = |name: &InterfaceName| vec![self.own_address(router, name), self.own_address6(router, name)];
        self.interfaces().into_iter().map(|name| (name.clone(), both(&name))).collect()
    }

    /// Every link that something of the configuration is on, in order of name.
    #[must_use]
    pub fn interfaces(&self) -> Vec<InterfaceName> {
        let of_tracks = |tracks: &[Track]| {
            let names = tracks.iter().filter_map(|track| match &track.what {
                Tracked::Interface(name) => Some(name.clone()),
                Tracked::Script(_) | Tracked::Watch(_) => None,
            });
            names.collect::<Vec<_>>()
        };
        let mut all: Vec<_> = self.instances.iter().map(|i| i.interface.clone()).collect();
        all.extend(self.instances.iter().flat_map(|i| of_tracks(&i.tracks)));
        all.extend(self.groups.iter().flat_map(|g| of_tracks(&g.tracks)));
        all.sort();
        all.dedup();
        all
    }
}
