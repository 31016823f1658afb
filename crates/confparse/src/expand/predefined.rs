//! `${_RANDOM}`: its range, and where its numbers come from.

/// Numbers that `_RANDOM` gives without arguments, as in keepalived.
const DEFAULT: (i64, i64) = (0, 32_767);

/// The range that the arguments name; where it is empty or makes no sense, the number to use instead.
pub(super) fn random_range(arguments: &str) -> Result<(i64, i64), i64> {
    let mut words = arguments.split_ascii_whitespace();
    let mut number = |default: i64| match words.next() {
        Some(word) => word.parse::<i64>().ok().filter(|n| (0..=i64::from(i32::MAX)).contains(n)),
        None => Some(default),
    };
    let lowest = number(DEFAULT.0).ok_or(DEFAULT.0)?;
    let highest = number(DEFAULT.1).ok_or(lowest)?;
    if lowest > highest || words.next().is_some() { Err(lowest) } else { Ok((lowest, highest)) }
}

/// A small generator (SplitMix64): the numbers spread delays, they keep no secret.
#[derive(Debug)]
pub(super) struct Random(pub(super) u64);

impl Random {
    /// A number in the range, both ends included.
    pub(super) fn within(&mut self, (lowest, highest): (i64, i64)) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        let size = u64::try_from(highest.saturating_sub(lowest)).unwrap_or(0).saturating_add(1);
        lowest.saturating_add(i64::try_from(z % size).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_is_0_to_32767_unless_written() {
        assert_eq!(random_range(""), Ok((0, 32_767)));
        assert_eq!(random_range("5"), Ok((5, 32_767)));
        assert_eq!(random_range("5 9"), Ok((5, 9)));
        assert_eq!(random_range("9 5"), Err(9));
        assert_eq!(random_range("x"), Err(0));
        assert_eq!(random_range("1 2 3"), Err(1));
        assert_eq!(random_range("40000"), Err(40_000));
    }

    #[test]
    fn numbers_stay_in_the_range_and_reach_its_ends() {
        let mut random = Random(7);
        let mut seen = [false; 3];
        for _ in 0..200 {
            seen[usize::try_from(random.within((4, 6)) - 4).unwrap()] = true;
        }
        assert_eq!(seen, [true; 3]);
    }
}
