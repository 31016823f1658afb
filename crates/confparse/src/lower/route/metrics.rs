//! What a route tells TCP and IP of its path: `RTA_METRICS` (rtnetlink(7)).
use crate::lower::line::{Line, Lost};
use crate::tree::Word;
use crate::value;
use model::config::routing::{Metric, Metrics};

/// Takes a word about metrics; false when it is none of them.
pub(super) fn word(line: &mut Line<'_, '_, '_>, word: &Word<'_>, metrics: &mut Metrics) -> Result<bool, Lost> {
    match word.text() {
        "mtu" => metrics.mtu = Some(metric(line, word)?),
        "hoplimit" => metrics.hop_limit = Some(line.byte(word)?),
        "advmss" => metrics.advmss = Some(metric(line, word)?),
        "rtt" => metrics.rtt = Some(time(line, word, 8)?),
        "rttvar" => metrics.rttvar = Some(time(line, word, 4)?),
        "rto_min" => metrics.rto_min = Some(time(line, word, 1)?),
        "reordering" => metrics.reordering = Some(metric(line, word)?),
        "window" => metrics.window = Some(line.number(word, 0, u32::MAX)?),
        "cwnd" => metrics.cwnd = Some(metric(line, word)?),
        "ssthresh" => metrics.ssthresh = Some(metric(line, word)?),
        "initcwnd" => metrics.initcwnd = Some(line.number(word, 0, u32::MAX)?),
        "initrwnd" => metrics.initrwnd = Some(line.number(word, 0, u32::MAX)?),
        "features" => features(line, word, metrics)?,
        "quickack" => metrics.quickack = Some(line.bit(word)?),
        "fastopen_no_cookie" => metrics.fastopen_no_cookie = Some(line.bit(word)?),
        "congctl" => {
            metrics.lock_congestion_control = line.takes("lock");
            metrics.congestion_control = Some(line.argument(word)?.text().to_owned());
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn features(line: &mut Line<'_, '_, '_>, word: &Word<'_>, metrics: &mut Metrics) -> Result<(), Lost> {
    let argument = line.argument(word)?;
    if argument.text() == "ecn" {
        metrics.ecn = true;
    } else {
        line.shrug("unknown-word", argument, "features is ecn", "the word is ignored");
    }
    Ok(())
}

/// `[lock] NUMBER`.
fn metric(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Result<Metric, Lost> {
    let lock = line.takes("lock");
    Ok(Metric { value: line.number(word, 0, u32::MAX)?, lock })
}

/// Shortest and longest time, in milliseconds.
const TIMES: (u64, u64) = (200, 120_000);

/// `[lock] TIME`: with `s` or `ms`, or bare in steps of which there are `steps` in a millisecond.
fn time(line: &mut Line<'_, '_, '_>, word: &Word<'_>, steps: u64) -> Result<Metric, Lost> {
    let lock = line.takes("lock");
    let argument = line.argument(word)?;
    let Some(said) = in_steps(argument.text(), steps) else {
        let message = format!("{} is a time in s or ms, or a number of 1/{steps} ms", word.text());
        return Err(line.bad(argument, message.replace("1/1 ms", "ms")));
    };
    let used = said.clamp(TIMES.0 * steps, TIMES.1 * steps);
    if used != said {
        let meanwhile = if used > said { "200 ms is used" } else { "120 s is used" };
        let message = format!("{} is 200 ms to 120 s", word.text());
        line.shrug("number-out-of-range", argument, message, meanwhile);
    }
    u32::try_from(used).map(|value| Metric { value, lock }).map_err(|_| Lost)
}

/// A time in steps, rounded up.
fn in_steps(text: &str, steps: u64) -> Option<u64> {
    if let Some(bare) = value::c_number(text) {
        return Some(bare);
    }
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let millionths = millionths(number)?;
    let scaled = match unit.to_ascii_lowercase().as_str() {
        "" => millionths,
        "s" | "sec" | "secs" => millionths.checked_mul(steps.checked_mul(1000)?)?,
        "ms" | "msec" | "msecs" => millionths.checked_mul(steps)?,
        _ => return None,
    };
    Some(scaled.div_ceil(1_000_000))
}

/// A number with decimals in millionths; what is smaller counts as one of them.
fn millionths(text: &str) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && decimals.is_empty() {
        return None;
    }
    let digits = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<u64>().ok() };
    let kept: String = decimals.chars().chain("000000".chars()).take(6).collect();
    let rest = decimals.get(6..).unwrap_or_default();
    let more = u64::from(rest.bytes().any(|digit| digit != b'0'));
    digits(whole)?.checked_mul(1_000_000)?.checked_add(digits(&kept)?)?.checked_add(more)
}

#[cfg(test)]
mod tests {
    use super::in_steps;

    #[test]
    fn times_are_counted_in_the_steps_of_the_kernel() {
        for (text, steps, expected) in [
            ("1600", 8, Some(1600)),
            ("0x640", 8, Some(1600)),
            ("250ms", 8, Some(2000)),
            ("1.5s", 4, Some(6000)),
            ("1.5secs", 1, Some(1500)),
            ("0.2001MS", 1, Some(1)),
            ("300.0000001ms", 1, Some(301)),
            ("1e3", 8, None),
            ("1m", 8, None),
            ("1.2.3s", 8, None),
            ("ms", 8, None),
            ("", 8, None),
            ("-5ms", 8, None),
            ("18446744073709551615s", 8, None),
        ] {
            assert_eq!(in_steps(text, steps), expected, "{text}");
        }
    }
}
