//! `FILE_CHECK`: what the number in a file says.
use crate::fact::Verdict;
use alloc::format;

/// The verdict on a number, by its factor: with 0 every number but 0 is a failure; otherwise number times factor is added
/// to the weight, and -2147483648 or less is a failure.
#[must_use]
pub fn judge(number: i64, factor: i32) -> Verdict {
    let shift = number.saturating_mul(i64::from(factor));
    match (number, factor) {
        (0, 0) => Verdict::Weighted { text: "the file says 0".into(), shift: 0 },
        (_, 0) => Verdict::Fail(format!("the file says {number}")),
        _ if shift <= i64::from(i32::MIN) => Verdict::Fail(format!("the file says {number}, times {factor}")),
        _ => Verdict::Weighted { text: format!("the file says {number}, weight {shift:+}"), shift },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number() {
        for (number, factor, passed, shift) in [
            (0, 0, true, 0),
            (1, 0, false, 0),
            (-1, 0, false, 0),
            (0, 3, true, 0),
            (5, 3, true, 15),
            (5, -3, true, -15),
            (i64::from(i32::MIN), 1, false, 0),
            (i64::from(i32::MIN) + 1, 1, true, i64::from(i32::MIN) + 1),
            (i64::MAX, i32::MAX, true, i64::MAX),
            (i64::MIN, i32::MAX, false, 0),
        ] {
            let verdict = judge(number, factor);
            assert_eq!((verdict.passed(), verdict.shift()), (passed, shift), "{number} times {factor}");
        }
    }
}
