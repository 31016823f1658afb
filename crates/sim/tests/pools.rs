//! The pools hold their rules in many worlds, and each rule can fail.
use evenkeel_sim::pools::truth::Rule;
use evenkeel_sim::pools::world::{Sabotage, World};
use evenkeel_sim::pools::{chance, swarm};
use std::sync::Arc;

#[test]
fn some_hundred_worlds() {
    let mut simulated = 0;
    for seed in 1..=300 {
        match swarm::world(seed) {
            Ok(passed) => simulated += passed.simulated.as_secs(),
            Err(failed) => panic!("seed {seed}, made small:\n{}{}", failed.0, failed.1),
        }
    }
    assert!(simulated > 3_600, "{simulated} s");
}

#[test]
fn a_broken_daemon_is_noticed_by_its_rule() {
    use Sabotage::*;
    for (sabotage, rule) in [
        (ForgetsOrders, Rule::Table),
        (Credulous, Rule::Health),
        (Generous, Rule::Quorum),
        (Silent, Rule::Told),
        (Doubles, Rule::Probes),
        (Stays, Rule::Left),
        (Spins, Rule::Progress),
    ] {
        let first = |seed: u64| World::new(Arc::new(chance::scenario(seed)), Some(sabotage)).run().err();
        let rules: Vec<_> = (1..200).filter_map(first).map(|violation| violation.rule).collect();
        assert!(rules.contains(&rule), "{sabotage:?}: {rules:?}");
    }
}
