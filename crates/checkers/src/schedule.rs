//! When one check runs next: delay loop, warm-up, repeats. No counting, no results.
use model::limits::PROBE_INTERVAL;
use model::{Instant, Interval};

/// What is always added to the random part of the warm-up.
pub const FIRST_WAIT: Interval = Interval::from_secs(1);

/// The clockwork of one check. Turns lie on a grid of `delay_loop` steps that does not drift; a turn that passes while
/// a probe runs, or while repeats are made, is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    turn: Instant,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Waiting { due: Instant },
    Running { until: Instant },
}

impl Schedule {
    /// The first turn comes `wait` after `now`.
    #[must_use]
    pub fn starting_after(wait: Interval, now: Instant) -> Self {
        let turn = now + wait;
        Self { turn, phase: Phase::Waiting { due: turn } }
    }

    /// No turn ever comes.
    #[must_use]
    pub const fn never() -> Self {
        let turn = Instant::from_nanos(u64::MAX);
        Self { turn, phase: Phase::Waiting { due: turn } }
    }

    /// When something is to be done: the next probe, or giving up on the running one.
    #[must_use]
    pub const fn deadline(&self) -> Instant {
        match self.phase {
            Phase::Waiting { due } => due,
            Phase::Running { until } => until,
        }
    }

    /// Whether a probe runs.
    #[must_use]
    pub const fn running(&self) -> bool {
        matches!(self.phase, Phase::Running { .. })
    }

    /// A probe starts, and may take as long as `limit`.
    pub fn start(&mut self, now: Instant, limit: Interval) {
        self.phase = Phase::Running { until: now + limit };
    }

    /// The probe ended and the next one is a regular turn: the first of the grid that is not past.
    pub fn wait_for_turn(&mut self, now: Instant, delay_loop: Interval) {
        if now < self.turn {
            // A repeat between two turns, after a result that had already asked for the next one.
            self.phase = Phase::Waiting { due: self.turn };
            return;
        }
        let step = delay_loop.max(PROBE_INTERVAL).as_nanos();
        let late = now.since(self.turn).as_nanos();
        let turns = late.div_ceil(step).max(1);
        self.turn = self.turn + Interval::from_nanos(turns.saturating_mul(step));
        self.phase = Phase::Waiting { due: self.turn };
    }

    /// A regular turn that lies after `limit` comes at `limit` instead, and moves the grid.
    pub fn no_later_than(&mut self, limit: Instant) {
        if self.phase == (Phase::Waiting { due: self.turn }) && limit < self.turn {
            *self = Self { turn: limit, phase: Phase::Waiting { due: limit } };
        }
    }

    /// The probe ended and is repeated after `delay`.
    pub fn wait_for_repeat(&mut self, now: Instant, delay: Interval) {
        self.phase = Phase::Waiting { due: now + delay };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::START + Interval::from_millis(millis)
    }

    const LOOP: Interval = Interval::from_secs(2);
    const LIMIT: Interval = Interval::from_secs(60);

    #[test]
    fn turns_stay_on_the_grid() {
        // (probe starts, probe ends, next turn), all in ms, for turns at 1000, 3000, 5000, ...
        for (start, end, next) in [
            (1_000, 1_000, 3_000),
            (1_000, 1_001, 3_000),
            (1_900, 2_990, 3_000),
            (1_000, 3_000, 3_000),
            (1_000, 3_001, 5_000),
            (1_000, 8_999, 9_000),
            (12_345, 12_350, 13_000),
        ] {
            let mut schedule = Schedule::starting_after(FIRST_WAIT, Instant::START);
            assert_eq!(schedule.deadline(), at(1_000));
            schedule.start(at(start), LIMIT);
            assert!(schedule.running());
            assert_eq!(schedule.deadline(), at(start + 60_000));
            schedule.wait_for_turn(at(end), LOOP);
            assert!(!schedule.running());
            assert_eq!(schedule.deadline(), at(next), "ended at {end}");
        }
    }

    #[test]
    fn late_turns_do_not_add_up() {
        let mut schedule = Schedule::starting_after(FIRST_WAIT, Instant::START);
        for _ in 0..1_000 {
            let late = schedule.deadline() + Interval::from_millis(7);
            schedule.start(late, LIMIT);
            schedule.wait_for_turn(late + Interval::from_millis(5), LOOP);
        }
        assert_eq!(schedule.deadline(), at(1_000 + 1_000 * 2_000));
    }

    #[test]
    fn repeats_come_between_turns_and_leave_the_grid_alone() {
        let mut schedule = Schedule::starting_after(FIRST_WAIT, Instant::START);
        schedule.start(at(1_000), LIMIT);
        schedule.wait_for_repeat(at(1_010), Interval::from_secs(3));
        assert_eq!(schedule.deadline(), at(4_010));
        schedule.start(at(4_010), LIMIT);
        schedule.wait_for_turn(at(4_020), LOOP);
        assert_eq!(schedule.deadline(), at(5_000));
    }

    #[test]
    fn a_shorter_loop_brings_turns_forward_but_not_repeats_or_probes() {
        let waiting = Schedule::starting_after(Interval::from_secs(60), Instant::START);
        let mut running = waiting;
        running.start(at(60_000), LIMIT);
        let mut repeating = running;
        repeating.wait_for_repeat(at(60_010), Interval::from_secs(9));
        for (before, limit, deadline) in
            [(waiting, 2_000, 2_000), (waiting, 61_000, 60_000), (running, 2_000, 120_000), (repeating, 61_000, 69_010)]
        {
            let mut schedule = before;
            schedule.no_later_than(at(limit));
            assert_eq!(schedule.deadline(), at(deadline), "{before:?}");
        }
    }

    #[test]
    fn the_ends_of_time_are_no_trouble() {
        let mut schedule = Schedule::starting_after(Interval::MAX, at(5));
        schedule.wait_for_turn(at(1), Interval::ZERO);
        assert_eq!(schedule.deadline(), Instant::from_nanos(u64::MAX));
        let mut busy = Schedule::starting_after(Interval::ZERO, at(0));
        busy.wait_for_turn(at(10), Interval::ZERO);
        assert_eq!(busy.deadline(), at(10));
        busy.wait_for_turn(at(10), Interval::MAX);
        assert_eq!(busy.deadline(), Instant::from_nanos(u64::MAX));
    }
}
