//! Numbers that spread the first probes over the warm-up: repeatable from a seed, of no use for secrets.
use model::Interval;

/// The splitmix64 sequence (Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
pub struct SplitMix {
    state: u64,
}

impl SplitMix {
    /// The sequence of this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits.
    pub const fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A length of time from zero up to, not including, `bound`.
    pub fn part_of(&mut self, bound: Interval) -> Interval {
        let scaled = (u128::from(bound.as_nanos()) * u128::from(self.number())) >> 64;
        Interval::from_nanos(u64::try_from(scaled).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one() {
        let mut random = SplitMix::new(1_234_567);
        assert_eq!(
            [random.number(), random.number(), random.number()],
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn parts_fill_the_bound_and_stay_below_it() {
        let mut random = SplitMix::new(7);
        let bound = Interval::from_secs(60);
        let parts: alloc::vec::Vec<_> = (0..1_000).map(|_| random.part_of(bound)).collect();
        assert!(parts.iter().all(|part| *part < bound));
        for quarter in 0..4 {
            let from = bound.scaled(quarter, 4);
            let inside = parts.iter().filter(|p| **p >= from && **p < from + bound.scaled(1, 4)).count();
            assert!((200..300).contains(&inside), "{inside} of 1000 in quarter {quarter}");
        }
        assert_eq!(random.part_of(Interval::ZERO), Interval::ZERO);
    }
}
