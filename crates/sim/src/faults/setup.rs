//! Routers, wires and configurations by chance.
use super::{WEIGHTS, eth};
use crate::lan::Quality;
use crate::rng::Rng;
use crate::scenario::{GroupSetup, InstanceSetup, RouterSetup, ScriptSetup, Setup, Track, Tracked, WatchSetup};
use model::config::vrrp::Version;
use model::{Interval, Name, Prefix, Priority, Vrid};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};
use vrrp::fact::Watched;

pub(super) fn setup(seed: u64, lives_long: bool, rng: &mut Rng) -> Setup {
    let version = if rng.chance(500) { Version::V2 } else { Version::V3 };
    let mixed = rng.chance(200);
    let count = match rng.below(1_000) {
        _ if lives_long => rng.position(2) + 1,
        0..=4 => 50,
        5..=24 => rng.position(9) + 4,
        _ => rng.position(3) + 1,
    };
    // Many, and those who live long, speak slowly: hours of adverts every 100 ms show what minutes show.
    let least = if lives_long || count > 20 { Interval::from_secs(1) } else { Interval::ZERO };
    let interval = interval(version, rng).max(least);
    let instances: Vec<_> = (0..count).filter_map(|n| instance(n, (version, mixed), interval, rng)).collect();
    let grouped = instances.len() > 1 && rng.chance(400);
    let scripts: Vec<_> = if rng.chance(300) { vec![script(rng)] } else { Vec::new() };
    let mut setup = Setup { seed, quality: quality(interval, rng), instances, scripts, ..Setup::default() };
    let count = match rng.below(1_000) {
        _ if lives_long => rng.position(2) + 2,
        0..=59 => 5,
        60..=119 => 4,
        120..=449 => 3,
        _ => 2,
    };
    setup.routers = (0..count).map(|n| router(n, interval, rng)).collect();
    setup.watches = watches(rng);
    if grouped {
        setup.groups = groups(setup.instances.len(), rng);
    } else {
        share_load(&mut setup, rng);
    }
    tracks(&mut setup, rng);
    setup
}

pub(super) fn interval(version: Version, rng: &mut Rng) -> Interval {
    let choices: &[u64] = match version {
        Version::V2 => &[1_000, 1_000, 2_000],
        Version::V3 => &[100, 200, 500, 1_000, 1_000, 2_000],
    };
    Interval::from_millis(rng.pick(choices).copied().unwrap_or(1_000))
}

/// Delays are short against the interval, as on any network that VRRP is made for.
fn quality(interval: Interval, rng: &mut Rng) -> Quality {
    let most_delay = rng.interval(Interval::from_micros(50), interval.scaled(1, 20));
    let duplicate = if rng.chance(300) { rng.between(1, 50) } else { 0 };
    let loss = if rng.chance(200) { rng.between(1, 20) } else { 0 };
    Quality { loss, duplicate, least_delay: Interval::from_micros(20), most_delay }
}

fn router(position: usize, interval: Interval, rng: &mut Rng) -> RouterSetup {
    let name = ["a", "b", "c", "d", "e"].get(position).copied().unwrap_or("x");
    // A second owner is a mistake that the protocol has to live with.
    let owner = rng.chance(if position == 0 { 80 } else { 15 });
    let number = match rng.position(4) {
        _ if owner => 255,
        0 => 100,
        1 => 100 + rng.between(0, 2),
        _ => rng.between(1, 254),
    };
    RouterSetup {
        name: name.into(),
        priority: Priority::new(u32::try_from(number).unwrap_or(100)).unwrap_or(Priority::DEFAULT),
        priorities: BTreeMap::new(),
        nopreempt: !owner && rng.chance(250),
        preempt_delay: if !owner && rng.chance(150) { Interval::from_secs(rng.between(1, 5)) } else { Interval::ZERO },
        wants_master: rng.chance(100),
        clock: Interval::from_millis(rng.below(1_000_000_000)),
        drift: if rng.chance(200) { i32::try_from(rng.below(201)).unwrap_or(0) - 100 } else { 0 },
        lateness: if rng.chance(300) { rng.interval(Interval::ZERO, interval.scaled(1, 20)) } else { Interval::ZERO },
        off: rng.chance(50),
    }
}

/// One of all, two halves, or one of some.
fn groups(instances: usize, rng: &mut Rng) -> Vec<GroupSetup> {
    let split = if instances > 2 && rng.chance(400) { 1 + rng.position(instances - 2) } else { instances };
    let weighted = rng.chance(500);
    let group = |name: &str, members| GroupSetup {
        name: Name::new(name),
        members,
        tracking_weight: weighted,
        tracks: Vec::new(),
    };
    let mut groups = vec![group("G", (0..split).collect())];
    if split < instances && rng.chance(500) {
        groups.push(group("H", (split..instances).collect()));
    }
    groups
}

/// Instances whose masters are on different machines, as pairs of directors often have them.
fn share_load(setup: &mut Setup, rng: &mut Rng) {
    let instances = setup.instances.len();
    for router in setup.routers.iter_mut().filter(|router| !router.priority.is_owner()) {
        for instance in 1..instances {
            if rng.chance(300) {
                let number = u32::try_from(rng.between(1, 254)).unwrap_or(100);
                router.priorities.insert(instance, Priority::new(number).unwrap_or(Priority::DEFAULT));
            }
        }
    }
}

fn instance(
    position: usize,
    (version, mixed): (Version, bool),
    interval: Interval,
    rng: &mut Rng,
) -> Option<InstanceSetup> {
    // Version 2 counts in whole seconds.
    let other = if version == Version::V2 { Version::V3 } else { Version::V2 };
    let whole = interval.as_millis().is_multiple_of(1_000);
    let version = if mixed && whole && rng.chance(500) { other } else { version };
    let number = u8::try_from(position).ok()?;
    let link = if rng.chance(500) { 0 } else { number.min(1) };
    let count = if rng.chance(40) { 150 } else { rng.between(1, 4) };
    let six = version == Version::V3 && rng.chance(400);
    let mut addresses: Vec<_> = (0..count).filter_map(|n| address(position, n, six)).collect();
    let excluded = if addresses.len() > 1 && rng.chance(200) { addresses.split_off(1) } else { Vec::new() };
    let signed = rng.chance(150);
    let password = version == Version::V2 && !signed && rng.chance(250);
    Some(InstanceSetup {
        name: Name::from(format!("VI_{}", position + 1)),
        interface: eth(link)?,
        vrid: Vrid::new(51 + u32::from(number)).ok()?,
        version,
        interval,
        addresses,
        excluded,
        no_track: rng.chance(50),
        password: if password { "secret".to_owned() } else { String::new() },
        header: password && rng.chance(300),
        signed,
        monotonic: signed && rng.chance(300),
        down_adverts: if rng.chance(100) { 2 + u8::try_from(rng.below(4)).unwrap_or(0) } else { 3 },
        unicast: rng.chance(200),
        tracks: Vec::new(),
    })
}

/// Different for each instance.
pub(super) fn address(instance: usize, number: u64, six: bool) -> Option<Prefix> {
    if six {
        let (subnet, host) = (u16::try_from(instance + 100).ok()?, u16::try_from(number + 1).ok()?);
        // The first is link-local, as the RFC wants it.
        let head = if number == 0 { [0xfe80, 0] } else { [0x2001, 0xdb8] };
        let [a, b] = head;
        return Prefix::new(Ipv6Addr::new(a, b, 0, 0, 0, 0, subnet, host).into(), 64).ok();
    }
    let (subnet, host) = (u8::try_from(instance + 100).ok()?, u8::try_from(number + 1).ok()?);
    Prefix::new(Ipv4Addr::new(10, subnet, 0, host).into(), 24).ok()
}

fn script(rng: &mut Rng) -> ScriptSetup {
    ScriptSetup {
        name: Name::new("chk"),
        interval: Interval::from_millis(rng.between(1, 4) * 500),
        timeout: Interval::from_millis(rng.between(1, 4) * 500),
        rise: u32::try_from(rng.between(1, 3)).unwrap_or(1),
        fall: u32::try_from(rng.between(1, 3)).unwrap_or(1),
        weight: rng.pick(&WEIGHTS).copied().unwrap_or(0),
        init_fail: rng.chance(200),
    }
}

/// A file with a number, a process.
fn watches(rng: &mut Rng) -> Vec<WatchSetup> {
    if !rng.chance(200) {
        return Vec::new();
    }
    let number = i32::try_from(rng.below(3)).unwrap_or(0) - 1;
    vec![
        WatchSetup { name: Name::new("F"), kind: Watched::File, reading: number },
        WatchSetup { name: Name::new("P"), kind: Watched::Process, reading: i32::from(rng.chance(900)) },
    ]
}

/// In a group what is tracked is the group's, so that its members stay of one priority.
fn tracks(setup: &mut Setup, rng: &mut Rng) {
    let mut new = Vec::new();
    if !setup.scripts.is_empty() {
        new.push(Track { what: Tracked::Script(0), weight: None, reverse: false });
    }
    if rng.chance(200)
        && let Some(interface) = eth(2)
    {
        new.push(Track { what: Tracked::Interface(interface), weight: rng.pick(&WEIGHTS).copied(), reverse: false });
    }
    for watch in 0..setup.watches.len() {
        let (weight, reverse) = (rng.pick(&WEIGHTS).copied(), rng.chance(200));
        new.push(Track { what: Tracked::Watch(watch), weight, reverse });
    }
    if !setup.groups.is_empty() {
        setup.groups.iter_mut().for_each(|group| group.tracks.clone_from(&new));
        return;
    }
    for instance in &mut setup.instances {
        instance.tracks = new.iter().filter(|_| rng.chance(700)).cloned().collect();
    }
}
