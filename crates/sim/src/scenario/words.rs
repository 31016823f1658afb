//! Single words of a scenario: lengths of time, parts of a hundred, states; both ways.
use super::{Bounds, Condition, Mood};
use model::Interval;
use model::state::vrrp::RouterState;

/// `10s`, `1.5s`, `200ms`, `20us`, `5ns`, `2m`, `1h`.
#[must_use]
pub fn interval(word: &str) -> Option<Interval> {
    let split = word.find(|c: char| c != '.' && !c.is_ascii_digit())?;
    let (number, unit) = word.split_at(split);
    let unit = UNITS.iter().find(|(name, _)| *name == unit)?.1;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let mut nanos = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    let mut scale = unit;
    for digit in part.chars() {
        scale /= 10;
        nanos = nanos.checked_add(u64::from(digit.to_digit(10)?) * scale)?;
    }
    Some(Interval::from_nanos(nanos))
}

/// Longest first, so that printing finds the greatest that fits.
const UNITS: [(&str, u64); 6] = [
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// A length of time as [`interval`] reads it: in the greatest unit up to seconds that it fills, with decimals.
#[must_use]
pub fn of_interval(interval: Interval) -> String {
    let nanos = interval.as_nanos();
    let Some((name, unit)) = UNITS.iter().skip(2).find(|(_, unit)| nanos >= *unit) else { return "0s".to_owned() };
    let mut part = nanos % unit;
    let mut scale = *unit;
    let mut text = (nanos / unit).to_string();
    while part > 0 {
        if scale == *unit {
            text.push('.');
        }
        scale /= 10;
        text.push(char::from_digit(u32::try_from(part / scale).unwrap_or(0), 10).unwrap_or('0'));
        part %= scale;
    }
    text + name
}

/// `30%`, `0.5%`, in thousandths.
#[must_use]
pub fn per_mille(word: &str) -> Option<u64> {
    let number = word.strip_suffix('%')?;
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let whole = whole.parse::<u64>().ok().filter(|n| *n <= 100)?;
    let part = part.parse::<u64>().ok().filter(|_| part.len() == 1)?;
    Some(whole * 10 + part).filter(|n| *n <= 1_000)
}

/// Thousandths as [`per_mille`] reads them.
#[must_use]
pub fn of_per_mille(number: u64) -> String {
    match number % 10 {
        0 => format!("{}%", number / 10),
        part => format!("{}.{part}%", number / 10),
    }
}

/// `3`, `1..5`, `2..`.
#[must_use]
pub fn bounds(word: &str) -> Option<Bounds> {
    let (least, most) = match word.split_once("..") {
        Some((least, "")) => (least.parse().ok()?, u64::MAX),
        Some((least, most)) => (least.parse().ok()?, most.parse().ok()?),
        None => (word.parse().ok()?, word.parse().ok()?),
    };
    (least <= most).then_some(Bounds { least, most })
}

/// A number of times as [`bounds`] reads it.
#[must_use]
pub fn of_bounds(bounds: Bounds) -> String {
    match bounds {
        Bounds { least, most } if least == most => least.to_string(),
        Bounds { least, most: u64::MAX } => format!("{least}.."),
        Bounds { least, most } => format!("{least}..{most}"),
    }
}

const CONDITIONS: [(&str, Condition); 7] = [
    ("DOWN", Condition::Down),
    ("INIT", Condition::Is(RouterState::Init)),
    ("BACKUP", Condition::Is(RouterState::Backup)),
    ("MASTER", Condition::Is(RouterState::Master)),
    ("FAULT", Condition::Is(RouterState::Fault)),
    ("RELEASING", Condition::Is(RouterState::Releasing)),
    ("STOPPED", Condition::Is(RouterState::Stopped)),
];

/// `MASTER`, `DOWN` and so on.
#[must_use]
pub fn condition(word: &str) -> Option<Condition> {
    CONDITIONS.iter().find(|(name, _)| *name == word).map(|(_, condition)| *condition)
}

/// A state as [`condition`] reads it.
#[must_use]
pub fn of_condition(condition: Condition) -> &'static str {
    CONDITIONS.iter().find(|(_, known)| *known == condition).map_or("?", |(name, _)| *name)
}

const MOODS: [(&str, Mood); 3] = [("ok", Mood::Succeeds), ("fail", Mood::Fails), ("hang", Mood::Hangs)];

/// `ok`, `fail`, `hang`.
#[must_use]
pub fn mood(word: &str) -> Option<Mood> {
    MOODS.iter().find(|(name, _)| *name == word).map(|(_, mood)| *mood)
}

/// How a script ends, as [`mood`] reads it.
#[must_use]
pub fn of_mood(mood: Mood) -> &'static str {
    MOODS.iter().find(|(_, known)| *known == mood).map_or("?", |(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        for (word, nanos) in [
            ("10s", 10_000_000_000),
            ("1.5s", 1_500_000_000),
            ("200ms", 200_000_000),
            ("0s", 0),
            ("2m", 120_000_000_000),
        ] {
            assert_eq!(interval(word), Some(Interval::from_nanos(nanos)), "{word}");
        }
        for word in ["", "s", "10", "1,5s", "10 s", "-1s", "1.s.s", "99999999999999999999s", "10parsec"] {
            assert_eq!(interval(word), None, "{word}");
        }
        for (nanos, text) in [
            (0, "0s"),
            (1, "1ns"),
            (20_000, "20us"),
            (3_609_375_000, "3.609375s"),
            (1_050_000, "1.05ms"),
            (60_000_000_000, "60s"),
        ] {
            let before = Interval::from_nanos(nanos);
            assert_eq!(of_interval(before), text);
            assert_eq!(interval(&of_interval(before)), Some(before));
        }
    }

    #[test]
    fn parts_and_numbers_of_times() {
        for number in [0, 1, 25, 300, 1_000] {
            assert_eq!(per_mille(&of_per_mille(number)), Some(number));
        }
        assert_eq!(per_mille("100.1%"), None);
        assert_eq!(per_mille("3.25%"), None);
        for word in ["3", "1..5", "2.."] {
            assert_eq!(bounds(word).map(of_bounds).as_deref(), Some(word));
        }
        assert_eq!(bounds("5..1"), None);
    }
}
