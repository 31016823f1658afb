//! Trackers: what is watched, and what its result does to an instance.
use super::global::Command;
use crate::{InterfaceName, Interval, Name};

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
