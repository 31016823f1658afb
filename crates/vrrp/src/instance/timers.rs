//! The wait of a stopping master, and how early a timer may be handled: pure arithmetic on `Interval`.
use model::config::vrrp::Version;
use model::{Interval, limits};

/// How long a stopping master keeps its addresses when no successor speaks: the longest skew that one may have, and
/// `limits::RELEASE_MARGIN`.
#[must_use]
pub(crate) fn release_wait(version: Version, interval: Interval) -> Interval {
    version.skew(1, interval) + limits::RELEASE_MARGIN
}

/// How early a timer may be handled together with another: `limits::COALESCE`, but never more than one step of
/// priority is worth in skew, so that the order of the priorities is kept at every interval.
#[must_use]
pub(crate) fn tolerance(interval: Interval) -> Interval {
    limits::COALESCE.min(interval.scaled(1, 256))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Interval = Interval::from_secs(1);

    #[test]
    fn a_stopping_master_outwaits_the_lowest_priority() {
        for version in [Version::V2, Version::V3] {
            for interval in [SECOND, Interval::from_secs(10)] {
                assert!(release_wait(version, interval) > version.skew(1, interval));
            }
        }
    }

    #[test]
    fn tolerance_never_swaps_two_skews() {
        for centis in [1, 10, 100, 4_095] {
            let interval = Interval::from_centis(centis);
            for priority in 1..=254 {
                let step = Version::V3.skew(priority, interval) - Version::V3.skew(priority + 1, interval);
                assert!(step.is_zero() || tolerance(interval) < step, "{interval} {priority}");
            }
            assert!(tolerance(interval) <= limits::COALESCE);
        }
    }
}
