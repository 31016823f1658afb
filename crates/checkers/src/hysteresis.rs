//! From single results to up or down: first result, repeats, recovery. No time, no weights.

/// How one check stands, counting what came so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Not tried; counts as up, but a first failure counts without repeats.
    Untried,
    /// Not tried, and counts as failed until it passes (`alpha`).
    Awaiting,
    /// Not tried, and counts as up because its server was up without it (new after a reload); failures are repeated.
    Trusted {
        /// Failures in a row.
        failures: u32,
    },
    /// The last result that counted was a pass.
    Up {
        /// Failures in a row since.
        failures: u32,
    },
    /// The last result that counted was a failure.
    Down {
        /// Failures in a row.
        failures: u32,
    },
}

/// What one result did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing that counts.
    Same,
    /// It failed, which counts only if it fails again: repeat it soon.
    Repeat,
    /// Down, or not known, before; up now.
    Rose,
    /// Up, or not known, before; down now.
    Fell,
}

impl Health {
    /// Whether its server may be used as far as this check goes.
    #[must_use]
    pub const fn good(self) -> bool {
        matches!(self, Self::Untried | Self::Trusted { .. } | Self::Up { .. })
    }

    /// Up or down; `None` before the first result that counted.
    #[must_use]
    pub const fn known(self) -> Option<bool> {
        match self {
            Self::Untried | Self::Awaiting | Self::Trusted { .. } => None,
            Self::Up { .. } => Some(true),
            Self::Down { .. } => Some(false),
        }
    }

    /// The same without failures that were counted.
    #[must_use]
    pub const fn without_failures(self) -> Self {
        match self {
            Self::Trusted { .. } => Self::Trusted { failures: 0 },
            Self::Up { .. } => Self::Up { failures: 0 },
            other => other,
        }
    }

    /// Failures in a row now.
    #[must_use]
    pub const fn failures(self) -> u32 {
        match self {
            Self::Untried | Self::Awaiting => 0,
            Self::Trusted { failures } | Self::Up { failures } | Self::Down { failures } => failures,
        }
    }

    /// Takes one result. A pass counts at once; a failure counts after `retry` repeats that failed too, except that
    /// the first result of all counts at once, and that who is down needs no repeats.
    pub fn judge(&mut self, passed: bool, retry: u32) -> Change {
        let (after, change) = if passed { self.passed() } else { self.failed(retry) };
        *self = after;
        change
    }

    const fn passed(self) -> (Self, Change) {
        let change = match self {
            Self::Up { .. } => Change::Same,
            Self::Untried | Self::Awaiting | Self::Trusted { .. } | Self::Down { .. } => Change::Rose,
        };
        (Self::Up { failures: 0 }, change)
    }

    const fn failed(self, retry: u32) -> (Self, Change) {
        let failures = self.failures().saturating_add(1);
        match self {
            Self::Up { .. } if failures <= retry => (Self::Up { failures }, Change::Repeat),
            Self::Trusted { .. } if failures <= retry => (Self::Trusted { failures }, Change::Repeat),
            Self::Down { .. } => (Self::Down { failures }, Change::Same),
            Self::Untried | Self::Awaiting | Self::Trusted { .. } | Self::Up { .. } => {
                (Self::Down { failures }, Change::Fell)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Change::{Fell, Repeat, Rose, Same};
    use Health::{Awaiting, Down, Trusted, Untried, Up};

    #[test]
    fn every_state_with_every_result() {
        let up = |failures| Up { failures };
        let down = |failures| Down { failures };
        let trusted = |failures| Trusted { failures };
        for (before, passed, retry, after, change) in [
            (Untried, true, 2, up(0), Rose),
            (Untried, false, 2, down(1), Fell),
            (Untried, false, 0, down(1), Fell),
            (Awaiting, true, 2, up(0), Rose),
            (Awaiting, false, 2, down(1), Fell),
            (trusted(0), true, 2, up(0), Rose),
            (trusted(0), false, 2, trusted(1), Repeat),
            (trusted(1), false, 2, trusted(2), Repeat),
            (trusted(1), true, 2, up(0), Rose),
            (trusted(2), false, 2, down(3), Fell),
            (trusted(0), false, 0, down(1), Fell),
            (up(0), true, 2, up(0), Same),
            (up(2), true, 2, up(0), Same),
            (up(0), false, 0, down(1), Fell),
            (up(0), false, 1, up(1), Repeat),
            (up(1), false, 1, down(2), Fell),
            (up(2), false, 1, down(3), Fell),
            (down(3), true, 2, up(0), Rose),
            (down(3), false, 2, down(4), Same),
            (down(u32::MAX), false, 2, down(u32::MAX), Same),
            (up(u32::MAX), false, u32::MAX, up(u32::MAX), Repeat),
        ] {
            let mut health = before;
            assert_eq!(health.judge(passed, retry), change, "{before:?} {passed} {retry}");
            assert_eq!(health, after, "{before:?} {passed} {retry}");
        }
    }

    #[test]
    fn what_counts_as_good_and_as_known() {
        for (health, good, known) in [
            (Untried, true, None),
            (Awaiting, false, None),
            (Trusted { failures: 1 }, true, None),
            (Up { failures: 1 }, true, Some(true)),
            (Down { failures: 1 }, false, Some(false)),
        ] {
            assert_eq!((health.good(), health.known()), (good, known), "{health:?}");
        }
    }

    #[test]
    fn retry_repeats_are_made_before_a_failure_counts() {
        for retry in 0..5 {
            let mut health = Up { failures: 0 };
            let failures = (1..).find(|_| health.judge(false, retry) == Fell);
            assert_eq!(failures, Some(retry + 1));
        }
    }
}
