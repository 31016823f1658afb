//! One check of one real server: its schedule, its hysteresis, and which page it asks for next.
use crate::effect::{Probe, Question};
use crate::fact::{ProbeId, Verdict};
use crate::hysteresis::{Change, Health};
use crate::orders::Orders;
use crate::probe::{file, misc};
use crate::random::SplitMix;
use crate::schedule::{FIRST_WAIT, Schedule};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use model::config::server::{self, CheckKind, Http, Tls};
use model::limits::{KILL_GRACE, PROBE_TIMEOUTS};
use model::{Instant, Interval, Name, state};

/// Shortest time that a probe is given altogether, however short its timeout.
const SHORTEST_LIMIT: Interval = Interval::from_secs(1);

/// Words of 8 bytes in a datagram that nobody wrote.
const RANDOM_WORDS: usize = 8;

/// Whether the check runs no probes but is told.
const fn is_told(kind: &CheckKind) -> bool {
    matches!(kind, CheckKind::File { .. } | CheckKind::Bfd { .. })
}

/// The lowest 16 bits of a number.
fn low_bits(number: u64) -> u16 {
    u16::try_from(number & 0xffff).unwrap_or(0)
}

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

    /// A part of this length, by chance.
    pub(crate) fn part_of(&mut self, bound: Interval) -> Interval {
        self.random.part_of(bound)
    }

    fn check_after(&mut self, wait: Interval, now: Instant, config: server::Checker, health: Health) -> Checker {
        let number = self.next;
        self.next += 1;
        let schedule = if is_told(&config.kind) { Schedule::never() } else { Schedule::starting_after(wait, now) };
        Checker {
            clock: Clockwork { id: ProbeId { checker: number, run: 0 }, schedule, page: 0 },
            follows: None,
            deaf_to: None,
            whole: false,
            config,
            health,
            row: 0,
            shift: 0,
            last: String::new(),
            probes: 0,
            failures: 0,
        }
    }
}

/// What makes a check run: who leads equal ones has it, and it outlives who had it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clockwork {
    /// The number, and that of the last run.
    id: ProbeId,
    schedule: Schedule,
    /// Index of the url to ask for next.
    page: usize,
}

impl Clockwork {
    pub(crate) const fn number(&self) -> u64 {
        self.id.checker
    }

    /// The probe that runs.
    pub(crate) fn probe(&self) -> Option<ProbeId> {
        self.schedule.running().then_some(self.id)
    }
}

/// One check.
#[derive(Debug)]
pub(crate) struct Checker {
    clock: Clockwork,
    /// The number of the equal check whose verdicts it takes; it runs no probes itself then.
    follows: Option<u64>,
    /// A probe that ran when it began to follow: it may have asked for less than this check needs.
    deaf_to: Option<ProbeId>,
    /// One that follows needs every page.
    whole: bool,
    config: server::Checker,
    health: Health,
    /// Checks in a row that spoke for the other side: towards `rise` while down, towards `fall` while up.
    row: u32,
    /// What its last good result added to the weight.
    shift: i64,
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
        self.clock.number()
    }

    pub(crate) const fn health(&self) -> Health {
        self.health
    }

    pub(crate) const fn deadline(&self) -> Instant {
        self.clock.schedule.deadline()
    }

    pub(crate) const fn config(&self) -> &server::Checker {
        &self.config
    }

    /// What it adds to the weight of its server.
    pub(crate) const fn shift(&self) -> i64 {
        self.shift
    }

    /// What the last probe found, with the kind of check before it.
    pub(crate) fn finding(&self) -> String {
        format!("{}: {}", self.kind(), self.last)
    }

    /// Starts the next probe, or gives up on one that does not end.
    pub(crate) fn deadline_reached(&mut self, now: Instant, weight: u32, orders: &mut Orders) -> Option<Taken> {
        if self.deadline() > now {
            return None;
        }
        if self.clock.schedule.running() {
            orders.cancel(self.clock.id);
            let text = format!("no complete answer within {}", self.limit());
            return Some(self.take(now, &Verdict::Fail(text)));
        }
        self.clock.id.run += 1;
        self.clock.schedule.start(now, self.limit());
        orders.start(Probe {
            id: self.clock.id,
            connect: self.config.connect.clone(),
            question: self.question(weight),
        });
        None
    }

    /// Waits for its next turn instead of starting a probe; says whether it did.
    pub(crate) fn sleeps(&mut self, now: Instant) -> bool {
        let sleeps = !self.clock.schedule.running();
        if sleeps {
            self.clock.schedule.wait_for_turn(now, self.config.delay_loop);
        }
        sleeps
    }

    /// Takes the verdict of a probe; `None` when that probe is not wanted any more.
    pub(crate) fn probe_ended(&mut self, now: Instant, probe: ProbeId, verdict: &Verdict) -> Option<Taken> {
        (self.clock.schedule.running() && probe == self.clock.id).then(|| self.take(now, verdict))
    }

    /// Takes the number of a tracked file, if this check is about it.
    pub(crate) fn file_read(&mut self, now: Instant, name: &Name, number: i64) -> Option<Taken> {
        let CheckKind::File { file: own, weight } = &self.config.kind else { return None };
        (own == name).then(|| file::judge(number, *weight)).map(|verdict| self.take(now, &verdict))
    }

    /// Takes the state of a BFD session, if this check is about it.
    pub(crate) fn session_moved(&mut self, now: Instant, name: &Name, up: bool) -> Option<Taken> {
        let CheckKind::Bfd { session } = &self.config.kind else { return None };
        let verdict = match up {
            true => Verdict::Pass(format!("session {name} is up")),
            false => Verdict::Fail(format!("session {name} is down")),
        };
        (session == name).then(|| self.take(now, &verdict))
    }

    fn take(&mut self, now: Instant, verdict: &Verdict) -> Taken {
        self.probes += 1;
        self.failures += u64::from(!verdict.passed());
        self.last = verdict.text().to_string();
        if verdict.passed() {
            self.shift = verdict.shift();
            // A page that failed is asked for again, so the turn passes on only here.
            self.clock.page = (self.clock.page + self.pages()).checked_rem(self.urls()).unwrap_or(0);
        }
        let before = self.health;
        let change = self.judge(verdict.passed());
        if self.probes() && self.follows.is_none() {
            match change {
                Change::Repeat => self.clock.schedule.wait_for_repeat(now, self.config.delay_before_retry),
                Change::Same | Change::Rose | Change::Fell => {
                    self.clock.schedule.wait_for_turn(now, self.config.delay_loop);
                }
            }
        }
        Taken { before, after: self.health, change }
    }

    /// What one result means: a move happens when it is the last one needed of `rise` or `fall` checks in a row.
    fn judge(&mut self, passed: bool) -> Change {
        let before = self.health;
        let retry = if is_told(&self.config.kind) { 0 } else { self.config.retry };
        let change = self.health.judge(passed, retry);
        if change == Change::Repeat {
            return change;
        }
        // Who stays good, or stays bad, has not moved; a result that speaks for the state as it is ends the row.
        if before.good() == self.health.good() {
            self.row = 0;
            return change;
        }
        let needed = if self.health.good() { self.config.rise } else { self.config.fall };
        self.row = self.row.saturating_add(1);
        if self.row < needed {
            self.health = before.without_failures();
            return Change::Same;
        }
        self.row = 0;
        change
    }

    /// Whether `config` asks the same of the same place, so that what is known stays true under it.
    pub(crate) fn asks_the_same_as(&self, config: &server::Checker) -> bool {
        self.config.asks_the_same_as(config)
    }

    /// Goes on with other timing; timer, counts and running probe stay.
    pub(crate) fn retime(&mut self, now: Instant, config: server::Checker) {
        if self.config != config {
            if self.follows.is_none() {
                self.clock.schedule.no_later_than(now + config.delay_loop);
            }
            self.config = config;
        }
    }

    /// Ends it: its running probe is not wanted any more, unless an equal check goes on with it.
    pub(crate) fn retire(&self, orders: &mut Orders) {
        orders.retire(self.clock);
    }

    /// Whether it runs probes, and so could share one.
    pub(crate) const fn probes(&self) -> bool {
        !is_told(&self.config.kind)
    }

    /// Whether one probe can serve both: the same question to the same place at the same times. `weights` are those of
    /// their servers, which a command that sets the weight is told.
    pub(crate) fn can_share(&self, other: &Self, weights: (u32, u32)) -> bool {
        let (own, other) = (&self.config, &other.config);
        let dynamic = matches!(&own.kind, CheckKind::Misc(check) if check.dynamic);
        own.connect == other.connect
            && own.kind == other.kind
            && own.delay_loop == other.delay_loop
            && own.delay_before_retry == other.delay_before_retry
            && own.retry == other.retry
            && (!dynamic || weights.0 == weights.1)
    }

    /// The number of the check that it follows.
    pub(crate) const fn follows(&self) -> Option<u64> {
        self.follows
    }

    /// Runs no probes from now on and takes the verdicts of an equal check; its own probe is not wanted any more.
    pub(crate) fn follow(&mut self, leader: &Clockwork, orders: &mut Orders) {
        if self.follows == Some(leader.number()) {
            return;
        }
        if self.clock.probe().is_some() {
            orders.cancel(self.clock.id);
        }
        self.clock.schedule = Schedule::never();
        self.follows = Some(leader.number());
        self.deaf_to = leader.probe().filter(|_| self.urls() > 1);
    }

    /// Runs probes itself from now on, with the clockwork of a leader that is gone; the next turn comes at this time at
    /// the latest.
    pub(crate) fn lead_with(&mut self, clock: Clockwork, limit: Instant) {
        (self.follows, self.deaf_to) = (None, None);
        self.clock = clock;
        self.clock.schedule.no_later_than(limit);
    }

    /// Runs probes itself, from this time on.
    pub(crate) fn lead_from(&mut self, at: Instant) {
        (self.follows, self.deaf_to) = (None, None);
        self.clock.schedule = Schedule::starting_after(Interval::ZERO, at);
    }

    pub(crate) const fn clockwork(&self) -> &Clockwork {
        &self.clock
    }

    /// An equal check wants its first result at this time.
    pub(crate) fn no_later_than(&mut self, at: Instant) {
        self.clock.schedule.no_later_than(at);
    }

    /// Whether one page of several is not enough for it.
    pub(crate) const fn needs_all_pages(&self) -> bool {
        let (CheckKind::Http(http) | CheckKind::Ssl(http, _)) = &self.config.kind else { return false };
        match self.health {
            Health::Down { .. } | Health::Awaiting => true,
            Health::Untried => http.fast_recovery,
            Health::Trusted { .. } | Health::Up { .. } => false,
        }
    }

    /// Whether one that follows needs every page.
    pub(crate) const fn ask_whole(&mut self, whole: bool) {
        self.whole = whole;
    }

    /// Takes the verdict of the check that it follows.
    pub(crate) fn heard(&mut self, now: Instant, probe: ProbeId, verdict: &Verdict) -> Option<Taken> {
        (self.deaf_to != Some(probe)).then(|| self.take(now, verdict))
    }

    /// One that follows wants a repeat soon.
    pub(crate) fn hurry(&mut self, now: Instant) {
        self.clock.schedule.wait_for_repeat(now, self.config.delay_before_retry);
    }

    /// What the last probe found.
    pub(crate) fn last(&self) -> &str {
        &self.last
    }

    /// How long a probe may take altogether.
    fn limit(&self) -> Interval {
        let pages = u32::try_from(self.pages()).unwrap_or(u32::MAX);
        let timeout = self.config.connect.timeout;
        let limit = match &self.config.kind {
            // The hand kills a command that overruns; this is for a hand that does not answer.
            CheckKind::Misc(check) => misc::limit(check) + KILL_GRACE + KILL_GRACE,
            CheckKind::Dns { .. } | CheckKind::Udp(_) | CheckKind::Ping => timeout + SHORTEST_LIMIT,
            _ => timeout.scaled(pages.saturating_mul(PROBE_TIMEOUTS), 1),
        };
        limit.max(SHORTEST_LIMIT)
    }

    fn question(&self, weight: u32) -> Question {
        let number = low_bits(self.clock.id.run ^ self.clock.id.checker.rotate_left(7));
        match &self.config.kind {
            CheckKind::Http(http) => self.pages_of(http, None),
            CheckKind::Ssl(http, tls) => self.pages_of(http, Some(*tls)),
            CheckKind::Smtp { helo } => Question::Mail { helo: helo.clone() },
            CheckKind::Dns { record, name } => Question::Name { id: number, name: name.clone(), record: *record },
            CheckKind::Udp(check) => Question::Datagram { payload: self.payload(&check.payload), check: check.clone() },
            CheckKind::Ping => Question::Echo { sequence: number },
            CheckKind::Misc(check) => Question::Command { check: check.clone(), weight },
            CheckKind::Tcp | CheckKind::File { .. } | CheckKind::Bfd { .. } => Question::Connect,
        }
    }

    fn pages_of(&self, http: &Http, tls: Option<Tls>) -> Question {
        Question::Pages { http: http.clone(), first: self.clock.page, count: self.pages(), tls }
    }

    /// What is written, else bytes that no service expects.
    fn payload(&self, written: &[u8]) -> Vec<u8> {
        if !written.is_empty() {
            return written.to_vec();
        }
        let mut random = SplitMix::new(self.clock.id.checker ^ self.clock.id.run.rotate_left(32));
        (0..RANDOM_WORDS).flat_map(|_| random.number().to_be_bytes()).collect()
    }

    /// Pages of one run: one in turn while all is well, all in one go where recovery waits for all of them.
    fn pages(&self) -> usize {
        let (CheckKind::Http(http) | CheckKind::Ssl(http, _)) = &self.config.kind else { return 1 };
        if self.whole || self.needs_all_pages() { http.urls.len().max(1) } else { 1 }
    }

    const fn urls(&self) -> usize {
        match &self.config.kind {
            CheckKind::Http(http) | CheckKind::Ssl(http, _) => http.urls.len(),
            _ => 1,
        }
    }

    /// keepalived's word for its kind.
    pub(crate) const fn kind(&self) -> &'static str {
        match self.config.kind {
            CheckKind::Tcp => "TCP_CHECK",
            CheckKind::Http(_) => "HTTP_GET",
            CheckKind::Ssl(..) => "SSL_GET",
            CheckKind::Smtp { .. } => "SMTP_CHECK",
            CheckKind::Dns { .. } => "DNS_CHECK",
            CheckKind::Udp(_) => "UDP_CHECK",
            CheckKind::Ping => "PING_CHECK",
            CheckKind::Misc(_) => "MISC_CHECK",
            CheckKind::File { .. } => "FILE_CHECK",
            CheckKind::Bfd { .. } => "BFD_CHECK",
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
