//! Skew, master-down and the wait of a stopping master: pure arithmetic on `Interval`.
//!
//! The skew of version 3 is cut to whole hundredths of a second, as original daemons do: whoever waited longer would come
//! second to each of them. At short intervals neighbouring priorities therefore wait equally long and may claim at the same
//! moment; the better one then stays.
use model::config::vrrp::Version;
use model::{Interval, limits};

/// How much longer than the plain intervals a router of this priority waits, so that the best speaks first.
///
/// Version 2: `(256 - priority) / 256` s (RFC 3768 section 6.1). Version 3: that fraction of the master's interval
/// (RFC 9568 section 6.1), in whole hundredths.
#[must_use]
pub(crate) fn skew(version: Version, priority: u8, interval: Interval) -> Interval {
    let share = 256 - u32::from(priority);
    match version {
        Version::V2 => Interval::from_secs(1).scaled(share, 256),
        Version::V3 => Interval::from_centis(interval.scaled(share, 256).as_centis()),
    }
}

/// Silence after which a master counts as gone: `adverts` intervals and the skew.
#[must_use]
pub(crate) fn master_down(version: Version, adverts: u8, priority: u8, interval: Interval) -> Interval {
    interval.scaled(u32::from(adverts), 1) + skew(version, priority, interval)
}

/// How long a stopping master keeps its addresses when no successor speaks: the longest skew that one may have, and
/// `limits::RELEASE_MARGIN`.
#[must_use]
pub(crate) fn release_wait(version: Version, interval: Interval) -> Interval {
    skew(version, 1, interval) + limits::RELEASE_MARGIN
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
    fn skew_of_each_version() {
        for (version, priority, interval, micros) in [
            (Version::V2, 100, SECOND, 609_375),
            (Version::V2, 100, Interval::from_secs(5), 609_375),
            (Version::V2, 255, SECOND, 3_906),
            (Version::V2, 1, SECOND, 996_093),
            (Version::V3, 100, SECOND, 600_000),
            (Version::V3, 100, Interval::from_secs(5), 3_040_000),
            (Version::V3, 100, Interval::from_centis(1), 0),
            (Version::V3, 1, Interval::from_centis(10), 90_000),
            (Version::V3, 254, Interval::from_centis(10), 0),
        ] {
            assert_eq!(skew(version, priority, interval).as_micros(), micros, "{version:?} {priority} {interval}");
        }
    }

    #[test]
    fn master_down_is_intervals_and_skew() {
        assert_eq!(master_down(Version::V2, 3, 100, SECOND), Interval::from_micros(3_609_375));
        assert_eq!(master_down(Version::V3, 5, 200, Interval::from_centis(10)).as_micros(), 520_000);
    }

    #[test]
    fn a_stopping_master_outwaits_the_lowest_priority() {
        for version in [Version::V2, Version::V3] {
            for interval in [SECOND, Interval::from_secs(10)] {
                assert!(release_wait(version, interval) > skew(version, 1, interval));
            }
        }
    }

    #[test]
    fn tolerance_never_swaps_two_skews() {
        for centis in [1, 10, 100, 4_095] {
            let interval = Interval::from_centis(centis);
            for priority in 1..=254 {
                let step = skew(Version::V3, priority, interval) - skew(Version::V3, priority + 1, interval);
                assert!(step.is_zero() || tolerance(interval) < step, "{interval} {priority}");
            }
            assert!(tolerance(interval) <= limits::COALESCE);
        }
    }
}
