//! What is watched, by its results: scripts here, the rest in `watched`; and, in `survey`, what all of it amounts to for one
//! instance. It runs none of them.
pub(crate) mod survey;
pub(crate) mod watched;

use alloc::format;
use alloc::string::String;
use model::config::track;
use model::net::Outcome;
use model::state::vrrp as picture;
use model::{Instant, Name};

/// One track script.
#[derive(Debug)]
pub(crate) struct Script {
    config: track::Script,
    /// `None` before anything is known.
    good: Option<bool>,
    since: Instant,
    /// Results in a row that speak against `good`.
    against: u32,
    last: String,
    runs: u64,
    failures: u64,
}

impl Script {
    /// Nothing known yet.
    pub(crate) fn new(config: track::Script, now: Instant) -> Self {
        Self { config, good: None, since: now, against: 0, last: String::new(), runs: 0, failures: 0 }
    }

    /// Takes a changed configuration. What another command found out does not count for this one.
    pub(crate) fn reconfigured(self, config: track::Script, now: Instant) -> Self {
        if self.config.command == config.command { Self { config, ..self } } else { Self::new(config, now) }
    }

    /// Its name.
    pub(crate) fn name(&self) -> &Name {
        &self.config.name
    }

    /// Whether it runs this command.
    pub(crate) fn runs_as(&self, other: &track::Script) -> bool {
        self.config.command == other.command
    }

    /// Good or bad as trackers see it; `None` holds them in INIT.
    pub(crate) fn verdict(&self) -> Option<bool> {
        self.good.or(if self.config.init_fail { Some(false) } else { None })
    }

    /// What its last run did, in words.
    pub(crate) fn last(&self) -> &str {
        &self.last
    }

    /// Takes the result of a run; true when the verdict changed. The very first result counts at once, unless
    /// `init_fail` has judged already; after that `rise` or `fall` results in a row are needed.
    pub(crate) fn finished(&mut self, now: Instant, outcome: &Outcome) -> bool {
        let before = self.verdict();
        let success = matches!(outcome, Outcome::Exited(0));
        self.runs += 1;
        self.failures += u64::from(!success);
        self.last = self.words(outcome);
        if before == Some(success) {
            self.against = 0;
            // A failure confirms what init_fail assumed.
            self.good = before;
            return false;
        }
        self.against += 1;
        let needed = match before {
            None => 1,
            Some(true) => self.config.fall,
            Some(false) => self.config.rise,
        };
        if self.against < needed {
            return false;
        }
        self.good = Some(success);
        self.since = now;
        self.against = 0;
        true
    }

    fn words(&self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Exited(status) => format!("exit status {status}"),
            Outcome::Signalled(signal) => format!("killed by signal {signal}"),
            Outcome::TimedOut => format!("killed after {}", self.config.timeout),
            Outcome::NotStarted(problem) => format!("not started: {problem}"),
        }
    }

    /// What readers may know.
    pub(crate) fn snapshot(&self) -> picture::Script {
        picture::Script {
            name: self.config.name.clone(),
            good: self.good,
            since: self.since,
            last: self.last.clone(),
            runs: self.runs,
            failures: self.failures,
        }
    }
}

impl Script {
    /// What is wrong with it, in words.
    fn failure(&self) -> String {
        if self.last.is_empty() { String::from("not run yet, and init_fail is set") } else { self.last.clone() }
    }
}

#[cfg(test)]
mod tests;
