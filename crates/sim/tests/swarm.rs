//! A short swarm: the invariants hold in a hundred worlds, a seed makes the same world again, what fails is made small.
use evenkeel_sim::faults;
use evenkeel_sim::invariants::Rule;
use evenkeel_sim::scenario::Scenario;
use evenkeel_sim::scenario::parse::parse;
use evenkeel_sim::swarm::{outcome, run, shrink, worlds};
use evenkeel_sim::world::World;
use std::sync::Arc;

#[test]
fn a_hundred_worlds() {
    let tally = worlds(1, 100, |_| {});
    if let Some((seed, failure)) = tally.failed {
        panic!("seed {seed}\n{failure}\n\nmade small:\n{}", shrink(&faults::scenario(seed)));
    }
    assert_eq!(tally.worlds, 100);
    assert!(tally.simulated.as_secs() > 3 * 3_600, "{} of simulated time", tally.simulated);
}

/// Everything that happens in a world, as text.
fn story(seed: u64) -> Vec<String> {
    let mut world = World::new(Arc::new(faults::scenario(seed)), true);
    let ended = outcome(&mut world);
    let lines = world.trace().lines().map(ToString::to_string);
    lines.chain([format!("{} turns, {:?}", world.turns(), ended.map_err(|v| v.to_string()))]).collect()
}

#[test]
fn a_seed_tells_the_same_story_every_time() {
    for seed in 1..20 {
        let first = story(seed);
        assert!(first.len() > 3, "seed {seed}: {first:?}");
        assert_eq!(first, story(seed), "seed {seed}");
    }
    assert_ne!(story(1), story(2));
}

#[test]
fn a_world_by_chance_can_be_kept_as_a_file() {
    for seed in 1..200 {
        let scenario = faults::scenario(seed);
        let again = parse(&scenario.to_string()).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert_eq!((&again.setup, again.end), (&scenario.setup, scenario.end), "seed {seed}");
        let actions = |scenario: &Scenario| scenario.steps.iter().map(|s| (s.at, s.action.clone())).collect::<Vec<_>>();
        assert_eq!(actions(&again), actions(&scenario), "seed {seed}");
    }
}

#[test]
fn what_fails_is_made_small() {
    let mut text = faults::scenario(3).to_string().replace("\nend ", "\nat 1ms expect a DOWN\nend ");
    text.push_str("at 2ms heal\nat 20s kill a\n");
    let scenario = parse(&text).expect("a scenario");
    let failure = run(&Arc::new(scenario.clone())).expect_err("a runs and is expected to be down");
    assert_eq!(failure.violation.rule, Rule::Expectation);
    let small = shrink(&scenario);
    assert_eq!(small.steps.len(), 1, "{small}");
    assert_eq!((small.setup.routers.len(), small.setup.instances.len()), (1, 1), "{small}");
    assert!(run(&Arc::new(small)).is_err_and(|failure| failure.violation.rule == Rule::Expectation));
}
