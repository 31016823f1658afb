//! Scenarios of pools by chance.
use super::scenario::{Action, CheckSetup, MemberSetup, Mood, Scenario, ServiceSetup, Step};
use crate::rng::Rng;
use checkers::overlay::Duty;
use model::{Instant, Interval};

/// Things that happen in one world.
const STEPS: u64 = 40;

/// The scenario that follows from a seed.
#[must_use]
pub fn scenario(seed: u64) -> Scenario {
    let mut rng = Rng::new(seed ^ 0x1b95);
    let hosts = rng.position(6) + 1;
    // Services of one check share its probes where they share hosts.
    let shared = check(&mut rng);
    let services: Vec<_> = (0..=rng.position(3)).map(|_| service(hosts, shared, &mut rng)).collect();
    let mut at = Instant::START + Interval::from_secs(rng.below(5));
    let mut steps = Vec::new();
    for _ in 0..rng.between(1, STEPS) {
        let (action, undone) = action(hosts, &services, &mut rng);
        let length = pause(&mut rng);
        steps.push(Step { at, action });
        steps.extend(undone.map(|action| Step { at: at + length, action }));
        at = at + pause(&mut rng);
    }
    let last = steps.iter().map(|step| step.at).max().unwrap_or(at);
    let quiet = services.iter().map(|service| service.check.patience()).max().unwrap_or_default();
    let end = last + quiet + Interval::from_secs(10);
    if rng.chance(300) {
        steps.push(Step { at: end, action: Action::Stop });
    }
    steps.sort_by_key(|step| step.at);
    Scenario { seed, hosts, services, steps, end: end + Interval::from_secs(1) }
}

fn pause(rng: &mut Rng) -> Interval {
    let (low, high) = rng.pick(&[(0, 50), (50, 3_000), (3_000, 20_000)]).copied().unwrap_or_default();
    rng.interval(Interval::from_millis(low), Interval::from_millis(high))
}

fn small(bound: u64, rng: &mut Rng) -> u32 {
    u32::try_from(rng.below(bound)).unwrap_or(0)
}

fn check(rng: &mut Rng) -> CheckSetup {
    CheckSetup {
        every: Interval::from_millis(rng.between(1, 20) * 100),
        timeout: Interval::from_millis(rng.between(1, 15) * 100),
        retry: small(4, rng),
        pause: Interval::from_millis(rng.between(1, 10) * 100),
        rise: 1 + if rng.chance(300) { small(3, rng) } else { 0 },
        fall: 1 + if rng.chance(300) { small(3, rng) } else { 0 },
    }
}

fn service(hosts: usize, shared: CheckSetup, rng: &mut Rng) -> ServiceSetup {
    let check = if rng.chance(600) { shared } else { check(rng) };
    let hosts: Vec<_> = (0..hosts).filter(|_| rng.chance(800)).collect();
    let members: Vec<_> = hosts.into_iter().map(|host| member(host, rng)).collect();
    ServiceSetup {
        present: rng.chance(900),
        quorum: 1 + small(4, rng),
        hysteresis: if rng.chance(400) { small(3, rng) } else { 0 },
        sorry: rng.chance(500).then(|| rng.chance(500)),
        omega: rng.chance(300),
        check,
        members,
    }
}

fn member(host: usize, rng: &mut Rng) -> MemberSetup {
    MemberSetup {
        host,
        present: rng.chance(900),
        weight: small(4, rng),
        inhibit: rng.chance(300),
        alpha: rng.chance(200),
        drain: if rng.chance(300) { Interval::from_secs(rng.between(1, 10)) } else { Interval::ZERO },
    }
}

/// Something that happens, and what ends it later.
fn action(hosts: usize, services: &[ServiceSetup], rng: &mut Rng) -> (Action, Option<Action>) {
    let host = rng.position(hosts);
    let at = rng.position(services.len());
    let members = services.get(at).map_or(0, |service| service.members.len());
    let member = rng.position(members);
    let there = rng.chance(500);
    match rng.position(18) {
        0 => (Action::Weight(at, member, small(5, rng)), None),
        1 => (Action::Member(at, member, there), Some(Action::Member(at, member, !there))),
        2 => (Action::Service(at, there), Some(Action::Service(at, true))),
        3 => (Action::Quorum(at, 1 + small(5, rng), small(3, rng)), None),
        4 => (Action::Reload, None),
        5 | 6 => {
            let duty = rng.pick(&[Duty::Drained, Duty::Disabled, Duty::Full]).copied().unwrap_or_default();
            (Action::Duty(at, member, duty), there.then_some(Action::Duty(at, member, Duty::Full)))
        }
        7 => (Action::Empty, None),
        8 => (Action::Meddle(small(9, rng)), None),
        9 => (Action::Refuse(true), Some(Action::Refuse(false))),
        10 => (Action::Restart, None),
        11 => (Action::Host(host, Mood::Hangs), Some(Action::Host(host, Mood::Answers))),
        12 | 13 => (Action::Host(host, Mood::Answers), None),
        14 => (Action::Host(host, Mood::Hangs), None),
        15 => (Action::Host(host, Mood::Refuses), None),
        _ => (Action::Host(host, Mood::Refuses), Some(Action::Host(host, Mood::Answers))),
    }
}
