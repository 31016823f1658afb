//! What a client noticed between two instants.
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// One request or probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// When it was sent.
    pub sent: Instant,
    /// What came of it.
    pub answer: Answer,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It was answered at this time, by the server of this name (empty where servers have no name).
    Got(Instant, String),
    /// It was refused, broken off or not answered in time; in the client's words.
    Lost(String),
    /// It is on its way.
    Pending,
}

/// The sum of some tries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Requests sent.
    pub sent: usize,
    /// Requests lost.
    pub lost: usize,
    /// Answers by server.
    pub by_server: BTreeMap<String, usize>,
    /// The longest time in which no answer arrived.
    pub gap: Duration,
    /// The longest time in which nothing was asked: then the client itself was kept waiting, and a gap says nothing.
    pub stall: Duration,
    /// Why requests were lost, with their numbers.
    pub reasons: BTreeMap<String, usize>,
}

impl Report {
    /// Sums up what was sent between two instants.
    pub fn of(tries: &[Try], from: Instant, to: Instant) -> Self {
        let (gap, stall) = (longest_gap(tries, from, to), longest_stall(tries, from, to));
        let mut report = Self { gap, stall, ..Self::default() };
        for one in tries.iter().filter(|one| one.sent >= from && one.sent < to) {
            report.sent += 1;
            match &one.answer {
                Answer::Got(_, server) => *report.by_server.entry(server.clone()).or_default() += 1,
                Answer::Lost(reason) => {
                    report.lost += 1;
                    *report.reasons.entry(reason.clone()).or_default() += 1;
                }
                Answer::Pending => {}
            }
        }
        report
    }
}

/// The silence may have begun with an answer before the first instant, and may last beyond the second.
fn longest_gap(tries: &[Try], from: Instant, to: Instant) -> Duration {
    let answered = tries.iter().filter_map(|one| match one.answer {
        Answer::Got(at, _) => Some(at),
        Answer::Lost(_) | Answer::Pending => None,
    });
    let (earlier, mut inside): (Vec<_>, Vec<_>) = answered.filter(|at| *at < to).partition(|at| *at < from);
    inside.push(to);
    inside.sort();
    let mut last = earlier.into_iter().max().unwrap_or(from);
    let gaps = inside.into_iter().map(|at| at - std::mem::replace(&mut last, at));
    gaps.max().unwrap_or_default()
}

fn longest_stall(tries: &[Try], from: Instant, to: Instant) -> Duration {
    let asked = tries.iter().map(|one| one.sent).filter(|at| *at >= from && *at < to).chain([to]);
    let mut last = from;
    asked.map(|at| at.saturating_duration_since(std::mem::replace(&mut last, at))).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_is_between_answers_whatever_their_order() {
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let got = |sent, answered| Try { sent: at(sent), answer: Answer::Got(at(answered), "web1".into()) };
        let lost = Try { sent: at(20), answer: Answer::Lost("timed out".into()) };
        let tries = [got(0, 12), got(10, 11), lost, got(30, 62), got(90, 95)];
        let report = Report::of(&tries, at(0), at(90));
        assert_eq!((report.sent, report.lost), (4, 1));
        assert_eq!(report.gap, Duration::from_millis(50));
        assert_eq!(report.stall, Duration::from_millis(60), "from the last question to the end");
        assert_eq!(report.by_server, BTreeMap::from([("web1".to_owned(), 3)]));
        assert_eq!(report.reasons, BTreeMap::from([("timed out".to_owned(), 1)]));
    }

    #[test]
    fn a_silence_at_either_end_counts() {
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let got = |answered| Try { sent: at(answered), answer: Answer::Got(at(answered), String::new()) };
        let gap = |tries: &[Try], from, to| Report::of(tries, at(from), at(to)).gap.as_millis();
        assert_eq!(gap(&[got(95), got(150), got(155)], 100, 160), 55, "begun before");
        assert_eq!(gap(&[got(105), got(110)], 100, 190), 80, "not over");
        assert_eq!(gap(&[], 100, 190), 90, "nothing at all");
    }
}
