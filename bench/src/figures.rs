//! Medians and spread, in microseconds.
use std::time::Duration;

/// What was measured of one thing, one figure a round.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<i64>);

impl Figures {
    /// How long after `due` something came; before it is negative.
    pub(crate) fn note(&mut self, due: std::time::Instant, came: std::time::Instant) {
        let late = came.checked_duration_since(due).map(micros);
        let early = due.checked_duration_since(came).map(|d| -micros(d));
        self.0.extend(late.filter(|n| *n > 0).or(early).or(late));
    }

    /// The median, and the figure that nine in ten do not exceed.
    pub(crate) fn summary(&mut self) -> Option<(i64, i64)> {
        self.0.sort_unstable();
        let at = |share: usize| self.0.get((self.0.len().saturating_sub(1)) * share / 100).copied();
        Some((at(50)?, at(90)?))
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// The middle one.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
