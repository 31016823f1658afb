//! Many worlds, one after the other; what fails is made small.
use crate::faults;
use crate::invariants::{Rule, Violation};
use crate::scenario::{Action, InstanceSetup, Scenario, Setup, Step};
use crate::trace::Line;
use crate::world::World;
use model::{Instant, Interval};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Worlds that one failure may be tried on while it is made small.
const ATTEMPTS: usize = 3_000;

/// How a world ended well.
#[derive(Clone, Copy, Debug, Default)]
pub struct Passed {
    /// How long it was.
    pub simulated: Interval,
    /// Turns that its daemons took.
    pub turns: u64,
}

/// How a world failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What does not hold.
    pub violation: Violation,
    /// The last lines before it.
    pub trace: Vec<Line>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.trace.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        write!(f, "{}", self.violation)
    }
}

/// Runs a scenario.
///
/// # Errors
/// What does not hold, with the last lines before it.
pub fn run(scenario: &Arc<Scenario>) -> Result<Passed, Failure> {
    let mut world = World::new(scenario.clone(), false);
    match outcome(&mut world) {
        Ok(()) => Ok(Passed { simulated: world.now().since(Instant::START), turns: world.turns() }),
        Err(violation) => Err(Failure { violation, trace: world.trace().last().cloned().collect() }),
    }
}

/// Runs a world; a panic is a violation too.
///
/// # Errors
/// What does not hold.
pub fn outcome(world: &mut World) -> Result<(), Violation> {
    catch_unwind(AssertUnwindSafe(|| world.run())).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().copied().map(str::to_owned);
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(Violation { at: world.now(), rule: Rule::Panic, text: text.unwrap_or_else(|| "panic".to_owned()) })
    })
}

/// What many worlds came to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Worlds that were run.
    pub worlds: u64,
    /// Their time, all together.
    pub simulated: Interval,
    /// Turns that their daemons took.
    pub turns: u64,
    /// The first seed that failed.
    pub failed: Option<(u64, Failure)>,
}

/// Runs so many worlds from this seed on, until one fails. `each` hears of the progress.
pub fn worlds(first: u64, count: u64, mut each: impl FnMut(&Tally)) -> Tally {
    let mut tally = Tally::default();
    for seed in (first..).zip(0..count).map(|(seed, _)| seed) {
        tally.worlds += 1;
        match run(&Arc::new(faults::scenario(seed))) {
            Ok(passed) => {
                tally.simulated = tally.simulated + passed.simulated;
                tally.turns += passed.turns;
            }
            Err(failure) => {
                tally.failed = Some((seed, failure));
                return tally;
            }
        }
        each(&tally);
    }
    tally
}

/// The smallest scenario that can be found by taking things away and that still breaks the same rule.
#[must_use]
pub fn shrink(scenario: &Scenario) -> Scenario {
    let Err(failure) = run(&Arc::new(scenario.clone())) else { return scenario.clone() };
    let mut shrinker = Shrinker { best: scenario.clone(), rule: failure.violation.rule, attempts: 0 };
    shrinker.end_at(failure.violation.at);
    loop {
        let before = shrinker.best.clone();
        shrinker.fewer_steps();
        shrinker.simpler_setup();
        if shrinker.best == before || shrinker.attempts >= ATTEMPTS {
            return shrinker.best;
        }
    }
}

struct Shrinker {
    best: Scenario,
    rule: Rule,
    attempts: usize,
}

impl Shrinker {
    /// Takes the candidate when it still fails in the same way.
    fn try_with(&mut self, candidate: Scenario) -> bool {
        if self.attempts >= ATTEMPTS || candidate == self.best {
            return false;
        }
        self.attempts += 1;
        let fails = run(&Arc::new(candidate.clone())).is_err_and(|failure| failure.violation.rule == self.rule);
        if fails {
            self.best = candidate;
        }
        fails
    }

    /// Nothing after the violation matters.
    fn end_at(&mut self, at: Instant) {
        let mut candidate = self.best.clone();
        candidate.end = at;
        candidate.steps.retain(|step| step.at <= at);
        self.try_with(candidate);
    }

    /// Takes away ever smaller runs of steps.
    fn fewer_steps(&mut self) {
        let mut size = self.best.steps.len();
        while size > 0 {
            let mut from = 0;
            while from < self.best.steps.len() {
                let mut candidate = self.best.clone();
                let to = (from + size).min(candidate.steps.len());
                candidate.steps.drain(from..to);
                if !self.try_with(candidate) {
                    from += size;
                }
            }
            size /= 2;
        }
    }

    fn simpler_setup(&mut self) {
        let changes: [fn(&mut Setup); 12] = [
            |setup| setup.quality = crate::lan::Quality::default(),
            |setup| setup.routers.iter_mut().for_each(|r| r.clock = Interval::ZERO),
            |setup| setup.routers.iter_mut().for_each(|r| r.drift = 0),
            |setup| setup.instances.iter_mut().for_each(|i| i.signed = false),
            |setup| setup.instances.iter_mut().for_each(|i| i.unicast = false),
            |setup| setup.routers.iter_mut().for_each(|r| r.lateness = Interval::ZERO),
            |setup| setup.routers.iter_mut().for_each(|r| r.preempt_delay = Interval::ZERO),
            |setup| setup.routers.iter_mut().for_each(|r| (r.nopreempt, r.wants_master) = (false, false)),
            |setup| setup.instances.iter_mut().for_each(|i| i.tracks.clear()),
            |setup| setup.groups.iter_mut().for_each(|g| g.tracks.clear()),
            |setup| setup.groups.clear(),
            |setup| setup.instances.iter_mut().for_each(plain),
        ];
        for change in changes {
            let mut candidate = self.best.clone();
            change(&mut candidate.setup);
            self.try_with(candidate);
        }
        self.fewer_things();
    }

    /// Takes the last instance, router or script away when no step needs it: positions of the others stay.
    fn fewer_things(&mut self) {
        let mut candidate = self.best.clone();
        let last = candidate.setup.routers.len().saturating_sub(1);
        candidate.setup.routers.truncate(last);
        if last > 0 && !candidate.steps.iter().any(|step| names_router(step, last)) {
            self.try_with(candidate);
        }
        let mut candidate = self.best.clone();
        let last = candidate.setup.instances.len().saturating_sub(1);
        candidate.setup.instances.truncate(last);
        candidate.setup.routers.iter_mut().for_each(|r| r.priorities.retain(|n, _| *n < last));
        candidate.setup.groups.iter_mut().for_each(|g| g.members.retain(|n| *n < last));
        if last > 0 && !candidate.steps.iter().any(|step| names_instance(step, last)) {
            self.try_with(candidate);
        }
        let mut candidate = self.best.clone();
        let tracked = candidate.setup.instances.iter().any(|i| !i.tracks.is_empty())
            || candidate.setup.groups.iter().any(|g| !g.tracks.is_empty());
        if !tracked && !candidate.steps.iter().any(|step| matches!(step.action, Action::Script { .. })) {
            candidate.setup.scripts.clear();
            self.try_with(candidate);
        }
    }
}

fn plain(instance: &mut InstanceSetup) {
    instance.excluded.clear();
    instance.addresses.truncate(1);
    instance.password.clear();
}

fn names_router(step: &Step, router: usize) -> bool {
    match &step.action {
        Action::Partition { sides, .. } => sides.iter().flatten().any(|n| *n == router),
        Action::OneWay { from, to, .. } => from.iter().chain(to).any(|n| *n == router),
        action => action.router() == Some(router),
    }
}

fn names_instance(step: &Step, instance: usize) -> bool {
    matches!(&step.action, Action::Reload { instance: Some(named), .. } if *named == instance)
}
