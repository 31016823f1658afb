//! Many worlds of pools, one after the other; what fails is made small.
use super::chance;
use super::scenario::Scenario;
use super::truth::{Rule, Violation};
use super::world::World;
use crate::swarm::Passed;
use model::Instant;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Runs a scenario.
///
/// # Errors
/// What does not hold; a panic is a violation too.
pub fn run(scenario: &Arc<Scenario>) -> Result<Passed, Violation> {
    let mut world = World::new(scenario.clone(), None);
    match catch_unwind(AssertUnwindSafe(|| world.run())) {
        Ok(Ok(())) => Ok(Passed { simulated: world.now().since(Instant::START), turns: world.turns() }),
        Ok(Err(violation)) => Err(violation),
        Err(_) => Err(Violation { at: world.now(), rule: Rule::Panic, text: "see above".to_owned() }),
    }
}

/// Runs the world of a seed.
///
/// # Errors
/// The scenario made small, and what does not hold in it.
pub fn world(seed: u64) -> Result<Passed, Box<(Scenario, Violation)>> {
    let scenario = chance::scenario(seed);
    run(&Arc::new(scenario.clone())).map_err(|violation| {
        let small = shrink(&scenario);
        let last = run(&Arc::new(small.clone())).err().unwrap_or(violation);
        Box::new((small, last))
    })
}

/// The smallest scenario that can be found by taking things away and that still breaks the same rule.
#[must_use]
pub fn shrink(scenario: &Scenario) -> Scenario {
    let Err(Violation { rule, .. }) = run(&Arc::new(scenario.clone())) else { return scenario.clone() };
    let fails = |candidate: &Scenario| run(&Arc::new(candidate.clone())).is_err_and(|found| found.rule == rule);
    let mut best = scenario.clone();
    let mut size = best.steps.len();
    while size > 0 {
        let mut from = 0;
        while from < best.steps.len() {
            let mut candidate = best.clone();
            candidate.steps.drain(from..(from + size).min(best.steps.len()));
            if fails(&candidate) { best = candidate } else { from += size }
        }
        size /= 2;
    }
    for position in 0..best.services.len() {
        let mut candidate = best.clone();
        let Some(setup) = candidate.services.get_mut(position) else { continue };
        setup.present = false;
        if fails(&candidate) {
            best = candidate;
        }
    }
    best
}
