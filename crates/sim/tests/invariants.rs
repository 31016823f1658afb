//! Every invariant can fail: a daemon that is broken in one way breaks one rule, and nothing else is noticed first.
use evenkeel_sim::invariants::Rule;
use evenkeel_sim::sabotage::Sabotage;
use evenkeel_sim::scenario::parse::{ParseError, parse};
use evenkeel_sim::swarm::outcome;
use evenkeel_sim::world::World;
use std::sync::Arc;

const TWO: &str = "router a priority 150\nrouter b priority 100\n\
                   instance vrid 51 version 3 interval 1s addresses 10.0.0.100/24 10.0.0.101/24\n";

/// Runs `steps` between two routers of which one is broken.
fn broken(steps: &str, router: usize, sabotage: Option<Sabotage>) -> Result<Option<Rule>, ParseError> {
    let scenario = parse(&format!("{TWO}{steps}end 60s\n"))?;
    let mut world = World::new(Arc::new(scenario), false);
    if let Some(sabotage) = sabotage {
        world.sabotage(router, sabotage);
    }
    Ok(outcome(&mut world).err().map(|violation| violation.rule))
}

#[test]
fn each_rule_is_broken_by_its_kind_of_daemon() {
    use Sabotage::*;
    let plain = "";
    let stop = "at 20s stop a\n";
    let part = "at 20s partition a | b\nat 30s heal\n";
    let crash = "at 20s crash a\nat 30s start a\n";
    let calm = "at 20s reload b nopreempt\nat 20s crash a\nat 30s start a\nat 40s reload a nopreempt\nat 45s crash b\n\
                at 50s start b\nat 50s reload b priority 200\n";
    let delay = "at 15s reload a preempt_delay 10s\nat 20s crash a\nat 30s start a\n";
    for (steps, router, sabotage, rule) in [
        (plain, 0, Mute, Rule::OnTime),
        (plain, 0, Late, Rule::OnTime),
        (stop, 0, NoFarewell, Rule::Farewell),
        (plain, 0, Shouts, Rule::Bounded),
        (part, 1, KeepsAddresses, Rule::Held),
        (plain, 0, AddsNoAddresses, Rule::Published),
        (plain, 1, Deaf, Rule::NoFalseClaim),
        (plain, 1, Isolated, Rule::OneMaster),
        (calm, 1, Impatient, Rule::Preemption),
        (delay, 0, Impatient, Rule::Preemption),
        (plain, 1, Boasts, Rule::Announced),
        (plain, 0, Shy, Rule::Announced),
        (crash, 0, Secretive, Rule::Reported),
        (stop, 0, Vanishes, Rule::Reported),
        (stop, 0, Stays, Rule::Leaves),
        (plain, 0, Spins, Rule::Progress),
        (plain, 0, Panics, Rule::Panic),
    ] {
        assert_eq!(broken(steps, router, None), Ok(None), "{steps}");
        assert_eq!(broken(steps, router, Some(sabotage)), Ok(Some(rule)), "{sabotage:?}: {steps}");
    }
}
