//! A point in time as an operator writes it: how long from now, a time of day, a day and a time.
use jiff::civil::{DateTime, Time};
use jiff::{SignedDuration, Span, Timestamp, Zoned};

/// Seconds since 1970 of a point in the future.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn parse(text: &str) -> Result<u64, String> {
    at(text, &Zoned::now())
}

fn at(text: &str, now: &Zoned) -> Result<u64, String> {
    let when = understand(text, now).ok_or_else(|| {
        format!("{text} is no time: write 22:30, 2026-12-24T06:00, or a length of time such as 90m or 2h")
    })?;
    if when <= now.timestamp() {
        return Err(format!("{text} is past"));
    }
    u64::try_from(when.as_second()).map_err(|_| format!("{text} is past"))
}

fn understand(text: &str, now: &Zoned) -> Option<Timestamp> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp);
    }
    if let Ok(length) = text.parse::<Span>() {
        // Days and longer depend on where one is: a day in which clocks change is shorter or longer.
        return Some(now.checked_add(length).ok()?.timestamp());
    }
    if let Ok(length) = text.parse::<SignedDuration>() {
        return Some(now.checked_add(length).ok()?.timestamp());
    }
    if let Ok(day) = text.parse::<DateTime>() {
        return Some(day.to_zoned(now.time_zone().clone()).ok()?.timestamp());
    }
    let today = now.with().time(text.parse::<Time>().ok()?).build().ok()?;
    let next = if today <= *now { today.tomorrow().ok()? } else { today };
    Some(next.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_say_when() {
        let now: Zoned = "2026-11-20T17:00:00+01:00[Europe/Vienna]".parse().expect("a time");
        let start = now.timestamp().as_second();
        for (text, seconds) in [
            ("90m", 5_400),
            ("2h", 7_200),
            ("1h 30m", 5_400),
            ("1d", 86_400),
            ("22:30", 5 * 3_600 + 1_800),
            ("06:00", 13 * 3_600),
            ("17:00", 86_400),
            ("2026-11-21T06:00", 13 * 3_600),
            ("2026-11-21 06:00", 13 * 3_600),
            ("2026-11-20T16:00:10Z", 10),
        ] {
            assert_eq!(at(text, &now), Ok(u64::try_from(start + seconds).expect("positive")), "{text}");
        }
        for text in ["", "soon", "25:00", "-5m", "2026-11-20T16:00", "2026-02-30T06:00", "1969-01-01T00:00:00Z"] {
            assert!(at(text, &now).is_err(), "{text}");
        }
    }
}
