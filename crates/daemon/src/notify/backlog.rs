//! Lines that wait for the reader of a FIFO: all of them while they fit, then only the last one of each subject.
use model::limits;
use std::collections::VecDeque;

/// The lines, oldest first.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    lines: VecDeque<Line>,
    bytes: usize,
    lost: u64,
}

#[derive(Debug)]
struct Line {
    subject: String,
    text: String,
}

impl Backlog {
    /// Adds a line, without its end. Beyond the limit it takes the place of the subject's earlier ones, so that whatever
    /// else is lost, the reader learns how things ended.
    pub(super) fn push(&mut self, subject: &str, text: &str) {
        if self.bytes + text.len() >= limits::FIFO_BACKLOG_BYTES {
            self.forget(subject);
        }
        self.bytes += text.len() + 1;
        self.lines.push_back(Line { subject: subject.to_owned(), text: format!("{text}\n") });
    }

    fn forget(&mut self, subject: &str) {
        let before = self.lines.len();
        let bytes = &mut self.bytes;
        self.lines.retain(|line| {
            let other = line.subject != subject;
            if !other {
                *bytes = bytes.saturating_sub(line.text.len());
            }
            other
        });
        self.lost += u64::try_from(before - self.lines.len()).unwrap_or(u64::MAX);
    }

    /// The oldest line, with its end.
    pub(super) fn pop(&mut self) -> Option<String> {
        let line = self.lines.pop_front()?;
        self.bytes = self.bytes.saturating_sub(line.text.len());
        Some(line.text)
    }

    /// Lines that wait.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether none waits.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Lines lost since this was last asked.
    pub(super) fn take_lost(&mut self) -> u64 {
        std::mem::take(&mut self.lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(backlog: &mut Backlog) -> Vec<String> {
        std::iter::from_fn(|| backlog.pop()).collect()
    }

    #[test]
    fn what_fits_comes_out_as_it_went_in() {
        let mut backlog = Backlog::default();
        for line in ["a 1", "b 1", "a 2"] {
            backlog.push(&line[..1], line);
        }
        assert_eq!(drain(&mut backlog), ["a 1\n", "b 1\n", "a 2\n"]);
        assert_eq!((backlog.take_lost(), backlog.bytes), (0, 0));
    }

    #[test]
    fn beyond_the_limit_each_subject_keeps_its_last_line() {
        let mut backlog = Backlog::default();
        let pad = "x".repeat(1_000);
        let pushed = 3_000u64;
        for n in 0..pushed {
            backlog.push(&format!("subject {}", n % 7), &format!("{n} {pad}"));
        }
        assert!(backlog.bytes <= limits::FIFO_BACKLOG_BYTES + 7 * 1_100);
        let lost = backlog.take_lost();
        let left = drain(&mut backlog);
        assert_eq!(left.len() as u64 + lost, pushed);
        let last: Vec<_> = left.iter().rev().take(7).map(|l| l.split(' ').next().expect("a number")).collect();
        assert_eq!(last, ["2999", "2998", "2997", "2996", "2995", "2994", "2993"]);
        assert_eq!(backlog.bytes, 0);
    }
}
