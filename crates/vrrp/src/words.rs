//! Reasons and lengths of time in an operator's words.
use core::fmt;
use model::Interval;

/// Seconds with two decimals: `3.61 s`.
#[derive(Clone, Copy)]
pub(crate) struct Seconds(pub(crate) Interval);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let centis = (self.0 + Interval::from_millis(5)).as_centis();
        write!(f, "{}.{:02} s", centis / 100, centis % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn rounds_to_hundredths() {
        for (micros, text) in [(3_609_375, "3.61 s"), (4_999, "0.00 s"), (5_000, "0.01 s"), (1_995_000, "2.00 s")] {
            assert_eq!(format!("{}", Seconds(Interval::from_micros(micros))), text);
        }
    }
}
