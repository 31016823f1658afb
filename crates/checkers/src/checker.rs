//! One check of one real server: its schedule, its hysteresis, and which page it asks for next.
use crate::effect::{Probe, Question};
use crate::fact::{ProbeId, Verdict};
use crate::hysteresis::{Change, Health};
use crate::orders::Orders;
use crate::random::SplitMix;
use crate::schedule::{FIRST_WAIT, Schedule};
use alloc::format;
use alloc::string::{String, ToString};
use model::config::server::{self, CheckKind, Connect, Http};
use model::limits::PROBE_TIMEOUTS;
use model::{Instant, Interval, state};

/// Shortest time that a probe is given altogether, however short its timeout.
const SHORTEST_LIMIT: Interval = Interval::from_secs(1);

/// Gives every check its number and its first wait.
#[derive(Debug)]
pub(crate) struct Nursery {
    next: u64,
    random: SplitMix,
}

impl Nursery {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { next: 1, random: SplitMix::new(seed) }
    }

    /// A check that waits like one at start.
    pub(crate) fn check(&mut self, now: Instant, config: server::Checker, health: Health) -> Checker {
        let wait = FIRST_WAIT + self.random.part_of(config.warmup);
        self.check_after(wait, now, config, health)
    }

    /// A check that runs at once.
    pub(crate) fn check_at_once(&mut self, now: Instant, config: server::Checker, health: Health) -> Checker {
        self.check_after(Interval::ZERO, now, config, health)
    }

    fn check_after(&mut self, wait: Interval, now: Instant, config: server::Checker, health: Health) -> Checker {
        let number = self.next;
        self.next += 1;
        Checker {
            id: ProbeId { checker: number, run: 0 },
            config,
            health,
            schedule: Schedule::starting_after(wait, now),
            page: 0,
            last: String::new(),
            probes: 0,
            failures: 0,
        }
    }
}

/// One check.
#[derive(Debug)]
pub(crate) struct Checker {
    /// Its number, and that of its last run.
    id: ProbeId,
    config: server::Checker,
    health: Health,
    schedule: Schedule,
    /// Index of the url to ask for next.
    page: usize,
    last: String,
    probes: u64,
    failures: u64,
}

/// One result that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) before: Health,
    pub(crate) after: Health,
    pub(crate) change: Change,
}

impl Checker {
    pub(crate) const fn number(&self) -> u64 {
        self.id.checker
    }

    pub(crate) const fn health(&self) -> Health {
        self.health
    }

    pub(crate) const fn deadline(&self) -> Instant {
        self.schedule.deadline()
    }

    pub(crate) const fn config(&self) -> &server::Checker {
        &self.config
    }

    /// What the last probe found, with the kind of check before it.
    pub(crate) fn finding(&self) -> String {
        format!("{}: {}", self.kind(), self.last)
    }

    /// Starts the next probe, or gives up on one that does not end.
    pub(crate) fn deadline_reached(&mut self, now: Instant, orders: &mut Orders) -> Option<Taken> {
        if self.deadline() > now {
            return None;
        }
        if self.schedule.running() {
            orders.cancel(self.id);
            let text = format!("no complete answer within {}", self.limit());
            return Some(self.take(now, &Verdict::Fail(text)));
        }
        self.id.run += 1;
        self.schedule.start(now, self.limit());
        orders.start(Probe { id: self.id, connect: self.config.connect.clone(), question: self.question() });
        None
    }

    /// Takes the verdict of a probe; `None` when that probe is not wanted any more.
    pub(crate) fn probe_ended(&mut self, now: Instant, probe: ProbeId, verdict: &Verdict) -> Option<Taken> {
        (self.schedule.running() && probe == self.id).then(|| self.take(now, verdict))
    }

    fn take(&mut self, now: Instant, verdict: &Verdict) -> Taken {
        self.probes += 1;
        self.failures += u64::from(!verdict.passed());
        self.last = verdict.text().to_string();
        if verdict.passed() {
            // A page that failed is asked for again, so the turn passes on only here.
            self.page = (self.page + self.pages()).checked_rem(self.urls()).unwrap_or(0);
        }
        let before = self.health;
        let change = self.health.judge(verdict.passed(), self.config.retry);
        match change {
            Change::Repeat => self.schedule.wait_for_repeat(now, self.config.delay_before_retry),
            Change::Same | Change::Rose | Change::Fell => self.schedule.wait_for_turn(now, self.config.delay_loop),
        }
        Taken { before, after: self.health, change }
    }

    /// Whether `config` asks the same of the same place, so that what is known stays true under it.
    pub(crate) fn asks_the_same_as(&self, config: &server::Checker) -> bool {
        let place = |connect: &Connect| Connect { timeout: Interval::ZERO, ..connect.clone() };
        place(&self.config.connect) == place(&config.connect)
            && match (&self.config.kind, &config.kind) {
                (CheckKind::Tcp, CheckKind::Tcp) => true,
                (CheckKind::Http(old), CheckKind::Http(new)) => old.version == new.version && old.urls == new.urls,
                _ => false,
            }
    }

    /// Goes on with other timing; timer, counts and running probe stay.
    pub(crate) fn retime(&mut self, now: Instant, config: server::Checker) {
        if self.config != config {
            self.schedule.no_later_than(now + config.delay_loop);
            self.config = config;
        }
    }

    /// Ends it: its running probe is not wanted any more.
    pub(crate) fn retire(&self, orders: &mut Orders) {
        if self.schedule.running() {
            orders.cancel(self.id);
        }
    }

    /// How long a probe may take altogether.
    fn limit(&self) -> Interval {
        let pages = u32::try_from(self.pages()).unwrap_or(u32::MAX);
        self.config.connect.timeout.scaled(pages.saturating_mul(PROBE_TIMEOUTS), 1).max(SHORTEST_LIMIT)
    }

    fn question(&self) -> Question {
        match &self.config.kind {
            CheckKind::Http(http) => Question::Pages { http: http.clone(), first: self.page, count: self.pages() },
            _ => Question::Connect,
        }
    }

    /// Pages of one run: one in turn while all is well, all in one go where recovery waits for all of them.
    fn pages(&self) -> usize {
        match (&self.config.kind, self.health) {
            (CheckKind::Http(http), Health::Down { .. } | Health::Awaiting) => http.urls.len().max(1),
            (CheckKind::Http(Http { fast_recovery: true, urls, .. }), Health::Untried) => urls.len().max(1),
            _ => 1,
        }
    }

    fn urls(&self) -> usize {
        match &self.config.kind {
            CheckKind::Http(http) => http.urls.len(),
            _ => 1,
        }
    }

    /// keepalived's word for its kind.
    pub(crate) const fn kind(&self) -> &'static str {
        match self.config.kind {
            CheckKind::Http(_) => "HTTP_GET",
            _ => "TCP_CHECK",
        }
    }

    pub(crate) fn snapshot(&self) -> state::server::Checker {
        state::server::Checker {
            kind: self.kind(),
            up: self.health.known(),
            last: self.last.clone(),
            failures_in_row: self.health.failures(),
            probes: self.probes,
            failures: self.failures,
        }
    }
}

#[cfg(test)]
mod tests;
