//! What the times of something regular say: lateness, drift, what was missed.
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Figures of everything that should come once in an interval.
#[derive(Debug, Default)]
pub(crate) struct Pauses {
    /// By how much each pause differed from the interval, in microseconds, sorted.
    late: Vec<f64>,
    /// By how much the mean interval differs, in millionths; the median over all.
    pub(crate) drift: f64,
    /// How many fewer came than there are intervals; one that was late and made up for is not among them.
    pub(crate) missed: usize,
}

impl Pauses {
    /// Of the times of each, in order.
    pub(crate) fn of<K>(times: &BTreeMap<K, Vec<Instant>>, interval: Duration) -> Self {
        let mut pauses = Self::default();
        let mut drifts = Vec::new();
        for list in times.values() {
            for pair in list.windows(2) {
                let [one, next] = pair else { continue };
                let pause = (*next - *one).as_secs_f64() / interval.as_secs_f64();
                pauses.late.push((pause - 1.0).abs() * interval.as_secs_f64() * 1e6);
            }
            let span = list.first().zip(list.last()).map_or(0.0, |(first, last)| (*last - *first).as_secs_f64());
            let due = (span / interval.as_secs_f64()).round() as usize;
            pauses.missed += due.saturating_sub(list.len().saturating_sub(1));
            if let (Some(first), Some(last), true) = (list.first(), list.last(), list.len() > 2) {
                let mean = (*last - *first).as_secs_f64() / (list.len() - 1) as f64;
                drifts.push((mean / interval.as_secs_f64() - 1.0) * 1e6);
            }
        }
        pauses.late.sort_by(f64::total_cmp);
        drifts.sort_by(f64::total_cmp);
        pauses.drift = drifts.get(drifts.len() / 2).copied().unwrap_or(f64::NAN);
        pauses
    }

    /// The same between two moments, where what is missing before the first and behind the last counts too, and `all` is
    /// how many should come at all.
    pub(crate) fn between<K>(
        times: &BTreeMap<K, Vec<Instant>>,
        interval: Duration,
        span: (Instant, Instant),
        all: usize,
    ) -> Self {
        let mut pauses = Self::of(times, interval);
        let intervals = |duration: Duration| duration.as_secs_f64() / interval.as_secs_f64();
        // One may be due at any time within an interval.
        let more_than_one = |duration: Duration| (intervals(duration) - 1.0).round().max(0.0) as usize;
        for list in times.values() {
            let edges = list.first().zip(list.last());
            let beyond =
                |(first, last): (&Instant, &Instant)| more_than_one(*first - span.0) + more_than_one(span.1 - *last);
            pauses.missed += edges.map_or(0, beyond);
        }
        pauses.missed += all.saturating_sub(times.len()) * intervals(span.1 - span.0) as usize;
        pauses
    }

    /// The figure that this share of all pauses does not exceed.
    pub(crate) fn at(&self, percent: usize) -> f64 {
        self.late.get(self.late.len().saturating_sub(1) * percent / 100).copied().unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(milliseconds: &[f64]) -> BTreeMap<u8, Vec<Instant>> {
        let start = Instant::now();
        BTreeMap::from([(1, milliseconds.iter().map(|ms| start + Duration::from_secs_f64(ms / 1e3)).collect())])
    }

    #[test]
    fn a_missed_one_and_a_drift_are_seen() {
        let interval = Duration::from_millis(100);
        let regular = Pauses::of(&times(&[0.0, 100.1, 200.2, 300.3]), interval);
        assert_eq!(regular.missed, 0);
        assert!((regular.drift - 1_000.0).abs() < 5.0, "{}", regular.drift);
        assert!((regular.at(50) - 100.0).abs() < 1.0, "{}", regular.at(50));
        assert_eq!(Pauses::of(&times(&[0.0, 100.0, 300.0]), interval).missed, 1);
        assert_eq!(Pauses::of(&times(&[0.0, 190.0, 200.0, 300.0]), interval).missed, 0, "late is not missed");
    }

    #[test]
    fn what_never_comes_is_missed_too() {
        let interval = Duration::from_millis(100);
        let times = times(&[250.0, 350.0]);
        let begin = times[&1][0] - Duration::from_millis(250);
        let pauses = Pauses::between(&times, interval, (begin, begin + Duration::from_millis(480)), 2);
        // Of this one at 50 and 150 ms, of the other all.
        assert_eq!(pauses.missed, 2 + 4);
    }
}
