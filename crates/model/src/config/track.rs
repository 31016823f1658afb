//! Trackers: what is watched, and what its result does to an instance.
use super::global::Command;
use crate::{InterfaceName, Interval, Name};
use alloc::string::String;
use alloc::vec::Vec;

/// A `vrrp_script`: a command run periodically.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Name by which instances track it.
    pub name: Name,
    /// What to run; exit status 0 is success.
    pub command: Command,
    /// Time from one start to the next.
    pub interval: Interval,
    /// Killed after this and counted as failed.
    pub timeout: Interval,
    /// Default weight for trackers, -253 to 253; 0 means a failure is a fault.
    pub weight: Weight,
    /// Successes in a row needed to become good, at least 1.
    pub rise: u32,
    /// Failures in a row needed to become bad, at least 1.
    pub fall: u32,
    /// `init_fail`: counts as failed until its first success, rather than holding the instance in INIT.
    pub init_fail: bool,
}

/// What a tracker's result adds to the priority, -254 to 254. Positive is added while good, negative while bad; zero
/// makes a bad result a fault. `reverse` swaps good and bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Weight {
    /// Points, -254 to 254.
    pub points: i16,
    /// `reverse`: good counts as bad and bad as good.
    pub reverse: bool,
}

/// One line of `track_script`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TrackScript {
    /// Name of the `vrrp_script`.
    pub script: Name,
    /// The weight here, taken from the script unless written.
    pub weight: Weight,
}

/// One line of `track_interface`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TrackInterface {
    /// The interface whose link is watched.
    pub interface: InterfaceName,
    /// What its loss does.
    pub weight: Weight,
}

/// One line of `track_file`, `track_process` or `track_bfd`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tracked {
    /// Name of what is watched.
    pub name: Name,
    /// The weight here, taken from what is watched unless written. That of a file is a factor.
    pub weight: Weight,
}

/// A `track_file`: a number in a file, which the weight multiplies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Name by which others track it.
    pub name: Name,
    /// Path.
    pub path: String,
    /// Default weight: points for each one in the file, -254 to 254; 0 means a number other than 0 is a fault.
    pub weight: Weight,
    /// `init_file [VALUE] [overwrite]`.
    pub init: Option<InitFile>,
}

/// `init_file`: the file is made when it is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InitFile {
    /// The number written.
    pub value: i32,
    /// `overwrite`: also when it exists.
    pub overwrite: bool,
}

/// A `vrrp_track_process`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Name by which instances track it.
    pub name: Name,
    /// Program.
    pub program: String,
    /// Its parameters, when they are compared.
    pub parameters: Vec<String>,
    /// `param_match`.
    pub parameter_match: ParameterMatch,
    /// `full_command`: compare the whole command line, not the process name.
    pub full_command: bool,
    /// Default weight for trackers.
    pub weight: Weight,
    /// `quorum`: least number of processes, at least 1 unless `quorum_max` is 0.
    pub quorum: u32,
    /// `quorum_max`: most of them; `None` is no limit.
    pub quorum_max: Option<u32>,
    /// `terminate_delay`: wait after quorum is lost.
    pub terminate_delay: Interval,
    /// `fork_delay`: wait after quorum is gained.
    pub fork_delay: Interval,
}

/// How parameters of processes are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ParameterMatch {
    /// Not at all: none were given and `param_match` was not written.
    #[default]
    Any,
    /// All of them, and no more.
    Exact,
    /// `initial`: the last one may be longer.
    Initial,
    /// `partial`: more may follow.
    Partial,
}
