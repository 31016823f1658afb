//! A short swarm: the invariants hold in some hundred worlds.
use evenkeel_sim::faults;
use evenkeel_sim::swarm::{shrink, worlds};

#[test]
fn some_hundred_worlds() {
    let tally = worlds(1, 200, |_| {});
    if let Some((seed, failure)) = tally.failed {
        panic!("seed {seed}\n{failure}\n\nmade small:\n{}", shrink(&faults::scenario(seed)));
    }
    assert_eq!(tally.worlds, 200);
    assert!(tally.simulated.as_secs() > 3 * 3_600, "{} of simulated time", tally.simulated);
}
