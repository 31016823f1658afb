//! Points and lengths of time as plain numbers; nothing here can ask what time it is.
use core::fmt;
use core::ops::{Add, Sub};

/// A length of time, 0 to about 584 years, kept in nanoseconds. Arithmetic saturates.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    nanos: u64,
}

impl Interval {
    /// No time at all.
    pub const ZERO: Self = Self { nanos: 0 };
    /// The longest interval that can be said.
    pub const MAX: Self = Self { nanos: u64::MAX };

    /// From nanoseconds.
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self { nanos }
    }

    /// From microseconds.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self { nanos: micros.saturating_mul(1_000) }
    }

    /// From milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self { nanos: millis.saturating_mul(1_000_000) }
    }

    /// From hundredths of a second, the unit of VRRP version 3 on the wire (RFC 9568 section 5.2.7).
    #[must_use]
    pub const fn from_centis(centis: u64) -> Self {
        Self { nanos: centis.saturating_mul(10_000_000) }
    }

    /// From whole seconds.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self { nanos: secs.saturating_mul(1_000_000_000) }
    }

    /// In nanoseconds.
    #[must_use]
    pub const fn as_nanos(self) -> u64 {
        self.nanos
    }

    /// In whole microseconds, rounded down.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.nanos / 1_000
    }

    /// In whole milliseconds, rounded down.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.nanos / 1_000_000
    }

    /// In whole hundredths of a second, rounded down.
    #[must_use]
    pub const fn as_centis(self) -> u64 {
        self.nanos / 10_000_000
    }

    /// In whole seconds, rounded down.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.nanos / 1_000_000_000
    }

    /// Whether this is no time at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.nanos == 0
    }

    /// `self * factor / divisor`, rounded down, without overflow in between; zero when `divisor` is zero.
    #[must_use]
    pub fn scaled(self, factor: u32, divisor: u32) -> Self {
        let product = u128::from(self.nanos) * u128::from(factor);
        let nanos = product.checked_div(u128::from(divisor)).unwrap_or(0);
        Self { nanos: u64::try_from(nanos).unwrap_or(u64::MAX) }
    }
}

impl Add for Interval {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { nanos: self.nanos.saturating_add(other.nanos) }
    }
}

impl Sub for Interval {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { nanos: self.nanos.saturating_sub(other.nanos) }
    }
}

impl From<core::time::Duration> for Interval {
    fn from(duration: core::time::Duration) -> Self {
        Self { nanos: u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX) }
    }
}

impl From<Interval> for core::time::Duration {
    fn from(interval: Interval) -> Self {
        Self::from_nanos(interval.nanos)
    }
}

/// Seconds with as many decimals as are needed: `1 s`, `0.25 s`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fraction = self.nanos % 1_000_000_000;
        if fraction == 0 {
            return write!(f, "{} s", self.as_secs());
        }
        let mut width = 9;
        while fraction.is_multiple_of(10) {
            fraction /= 10;
            width -= 1;
        }
        write!(f, "{}.{fraction:0width$} s", self.as_secs())
    }
}

impl fmt::Debug for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A point on a clock that only moves forward: nanoseconds since an arbitrary start.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    nanos: u64,
}

impl Instant {
    /// The arbitrary start itself.
    pub const START: Self = Self { nanos: 0 };

    /// The point `nanos` nanoseconds after the start.
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self { nanos }
    }

    /// Nanoseconds since the start.
    #[must_use]
    pub const fn as_nanos(self) -> u64 {
        self.nanos
    }

    /// How long after `earlier` this is; zero when it is not after it.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Interval {
        Interval::from_nanos(self.nanos.saturating_sub(earlier.nanos))
    }
}

impl Add<Interval> for Instant {
    type Output = Self;
    fn add(self, interval: Interval) -> Self {
        Self { nanos: self.nanos.saturating_add(interval.as_nanos()) }
    }
}

impl Sub<Interval> for Instant {
    type Output = Self;
    fn sub(self, interval: Interval) -> Self {
        Self { nanos: self.nanos.saturating_sub(interval.as_nanos()) }
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", Interval::from_nanos(self.nanos))
    }
}

/// A point on the wall clock: nanoseconds since 1970-01-01 00:00 UTC. It may jump either way; nothing but signatures that
/// carry a time looks at it.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WallTime {
    nanos: u64,
}

impl WallTime {
    /// So many nanoseconds after 1970-01-01 00:00 UTC.
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self { nanos }
    }

    /// Nanoseconds since 1970-01-01 00:00 UTC.
    #[must_use]
    pub const fn as_nanos(self) -> u64 {
        self.nanos
    }

    /// Whole seconds since 1970-01-01 00:00 UTC.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.nanos / 1_000_000_000
    }

    /// The rest of the second in 1/65536 s.
    #[must_use]
    pub fn fraction(self) -> u16 {
        let fraction = (self.nanos % 1_000_000_000) * 65_536 / 1_000_000_000;
        u16::try_from(fraction).unwrap_or(u16::MAX)
    }
}

impl Add<Interval> for WallTime {
    type Output = Self;
    fn add(self, interval: Interval) -> Self {
        Self { nanos: self.nanos.saturating_add(interval.as_nanos()) }
    }
}

impl fmt::Debug for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wall {}", Interval::from_nanos(self.nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn a_wall_time_has_seconds_and_a_fraction() {
        let wall = WallTime::from_nanos(1_700_000_000_000_000_000) + Interval::from_millis(250);
        assert_eq!((wall.as_secs(), wall.fraction()), (1_700_000_000, 16_384));
        assert_eq!(WallTime::from_nanos(999_999_999).fraction(), 65_535);
    }

    #[test]
    fn prints_seconds_with_the_decimals_it_needs() {
        for (interval, text) in [
            (Interval::from_secs(1), "1 s"),
            (Interval::from_millis(250), "0.25 s"),
            (Interval::from_micros(3_609_375), "3.609375 s"),
            (Interval::from_nanos(1), "0.000000001 s"),
            (Interval::from_centis(101), "1.01 s"),
        ] {
            assert_eq!(format!("{interval}"), text);
        }
    }

    #[test]
    fn arithmetic_saturates_and_scales_without_overflow() {
        assert_eq!(Interval::MAX + Interval::from_secs(1), Interval::MAX);
        assert_eq!(Interval::ZERO - Interval::from_secs(1), Interval::ZERO);
        assert_eq!(Interval::from_secs(1).scaled(156, 256), Interval::from_micros(609_375));
        assert_eq!(Interval::MAX.scaled(3, 3), Interval::MAX);
        assert_eq!(Interval::from_secs(1).scaled(1, 0), Interval::ZERO);
        assert_eq!(Instant::START.since(Instant::from_nanos(5)), Interval::ZERO);
    }
}
