//! What the protocol says about times, computed here once more: a judge must not ask the accused.
use std::time::Duration;

/// How long a backup waits after the master's goodbye, version 2 (RFC 3768 section 6.1).
pub fn skew_v2(priority: u8) -> Duration {
    Duration::from_secs(256 - u64::from(priority)) / 256
}

/// The same, version 3, in whole hundredths of a second (RFC 9568 section 6.1).
pub fn skew_v3(priority: u8, interval: Duration) -> Duration {
    let hundredths = (256 - u128::from(priority)) * (interval.as_millis() / 10) / 256;
    Duration::from_millis(u64::try_from(hundredths).unwrap_or(u64::MAX).saturating_mul(10))
}

/// How long a backup waits for a silent master, version 2.
pub fn master_down_v2(priority: u8, interval: Duration) -> Duration {
    interval * 3 + skew_v2(priority)
}

/// The same, version 3.
pub fn master_down_v3(priority: u8, interval: Duration) -> Duration {
    interval * 3 + skew_v3(priority, interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_in_the_standards() {
        let second = Duration::from_secs(1);
        assert_eq!(skew_v2(100).as_micros(), 609_375);
        assert_eq!(master_down_v2(150, second).as_micros(), 3_414_062);
        assert_eq!(master_down_v3(100, second).as_millis(), 3_600);
        assert_eq!(skew_v3(100, Duration::from_millis(100)).as_millis(), 60);
    }
}
