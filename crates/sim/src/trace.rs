//! What happened in a world, line by line: moves, faults, reports; the last ones are shown with a violation.
use model::{Instant, Interval, Name};
use std::collections::VecDeque;
use std::fmt;

/// Lines that are shown with a violation.
pub const SHOWN: usize = 50;

/// One line.
#[derive(Clone, Debug)]
pub struct Line {
    /// When, on the simulation's clock.
    pub at: Instant,
    /// At which router; empty where it is about none.
    pub router: Option<Name>,
    /// What.
    pub text: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let router = self.router.as_ref().map_or("-", Name::as_str);
        write!(f, "{:>14}  {router:<4} {}", Seconds(self.at).to_string(), self.text)
    }
}

/// A time in seconds with six decimals.
#[derive(Clone, Copy, Debug)]
pub struct Seconds(pub Instant);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length: Interval = self.0.since(Instant::START);
        write!(f, "{}.{:06} s", length.as_secs(), length.as_micros() % 1_000_000)
    }
}

/// The last lines of a world, or all of them.
#[derive(Debug)]
pub struct Trace {
    lines: VecDeque<Line>,
    keeps: usize,
}

impl Trace {
    /// Keeps the last lines that a violation shows.
    #[must_use]
    pub const fn short() -> Self {
        Self { lines: VecDeque::new(), keeps: SHOWN }
    }

    /// Keeps every line.
    #[must_use]
    pub const fn whole() -> Self {
        Self { lines: VecDeque::new(), keeps: usize::MAX }
    }

    /// Adds a line.
    pub fn say(&mut self, at: Instant, router: Option<&Name>, text: String) {
        if self.lines.len() >= self.keeps {
            self.lines.pop_front();
        }
        self.lines.push_back(Line { at, router: router.cloned(), text });
    }

    /// The lines, oldest first.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter()
    }

    /// The last lines, as many as a violation shows.
    pub fn last(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().skip(self.lines.len().saturating_sub(SHOWN))
    }
}
