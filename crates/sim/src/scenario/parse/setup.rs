//! Statements about what is there at the start.
use super::super::words;
use super::super::{GroupSetup, InstanceSetup, RouterSetup, ScriptSetup, Setup, Track, Tracked, WatchSetup};
use super::cursor::{Words, either, prefix, unknown};
use super::{Parsed, instance_named, script_word, watch_word};
use model::config::vrrp::Version;
use model::{InterfaceName, Interval, Name, Priority, Vrid};
use std::collections::BTreeMap;
use vrrp::fact::Watched;

pub(super) fn lan(setup: &mut Setup, words: &mut Words<'_>) -> Parsed<()> {
    while !words.is_done() {
        match words.take("an option")? {
            "loss" => setup.quality.loss = words.read("a part (30%, 0.5%)", words::per_mille)?,
            "duplicate" => setup.quality.duplicate = words.read("a part (30%, 0.5%)", words::per_mille)?,
            "delay" => {
                let (least, most) = words.read("a range of delays (20us..2ms)", |word| {
                    let (least, most) = word.split_once("..").unwrap_or((word, word));
                    words::interval(least).zip(words::interval(most)).filter(|(least, most)| least <= most)
                })?;
                (setup.quality.least_delay, setup.quality.most_delay) = (least, most);
            }
            other => return Err(unknown(other, "after lan", "loss, duplicate, delay")),
        }
    }
    Ok(())
}

pub(super) fn router(setup: &mut Setup, words: &mut Words<'_>) -> Parsed<()> {
    let name = words.take("a name")?;
    if let Some(position) = words.peek().and_then(|word| instance_named(setup, word)) {
        words.next += 1;
        words.expect("priority")?;
        let priority = words.priority()?;
        let known = setup.routers.iter_mut().find(|r| r.name.as_str() == name);
        known.ok_or_else(|| format!("no router {name} above this line"))?.priorities.insert(position, priority);
        return Ok(());
    }
    if setup.routers.iter().any(|r| r.name.as_str() == name) {
        return Err(format!("router {name} is there already"));
    }
    let mut router = RouterSetup {
        name: name.into(),
        priority: Priority::DEFAULT,
        priorities: BTreeMap::new(),
        nopreempt: false,
        preempt_delay: Interval::ZERO,
        wants_master: false,
        clock: Interval::ZERO,
        drift: 0,
        lateness: Interval::ZERO,
        off: false,
    };
    while !words.is_done() {
        match words.take("an option")? {
            "priority" => router.priority = words.priority()?,
            "nopreempt" => router.nopreempt = true,
            "preempt_delay" => router.preempt_delay = words.interval()?,
            "state" => router.wants_master = words.read("MASTER or BACKUP", |w| either(w, "MASTER", "BACKUP"))?,
            "clock" => router.clock = words.interval()?,
            "drift" => router.drift = words.number("millionths")?,
            "late" => router.lateness = words.interval()?,
            "off" => router.off = true,
            other => {
                let known = "priority, nopreempt, preempt_delay, state, clock, drift, late, off, or an instance above this line";
                return Err(unknown(other, "after router", known));
            }
        }
    }
    setup.routers.push(router);
    Ok(())
}

pub(super) fn script(setup: &mut Setup, words: &mut Words<'_>) -> Parsed<()> {
    let name = Name::new(words.take("a name")?);
    let (interval, timeout) = (Interval::from_secs(1), Interval::from_secs(2));
    let mut script = ScriptSetup { name, interval, timeout, rise: 1, fall: 1, weight: 0, init_fail: false };
    while !words.is_done() {
        match words.take("an option")? {
            "interval" => script.interval = words.interval()?,
            "timeout" => script.timeout = words.interval()?,
            "rise" => script.rise = words.number("a number")?,
            "fall" => script.fall = words.number("a number")?,
            "weight" => script.weight = words.number("a weight")?,
            "init_fail" => script.init_fail = true,
            other => return Err(unknown(other, "after script", "interval, timeout, rise, fall, weight, init_fail")),
        }
    }
    if script.interval.is_zero() {
        return Err("interval must be longer than 0s".to_owned());
    }
    setup.scripts.push(script);
    Ok(())
}

pub(super) fn watch(setup: &mut Setup, words: &mut Words<'_>) -> Parsed<()> {
    let name = Name::new(words.take("a name")?);
    let kind = match words.take("file or process")? {
        "file" => Watched::File,
        "process" => Watched::Process,
        other => return Err(unknown(other, "after watch", "file, process")),
    };
    let usual = i32::from(kind == Watched::Process);
    let reading = if words.skip("reads") { words.number("a number")? } else { usual };
    setup.watches.push(WatchSetup { name, kind, reading });
    Ok(())
}

const INSTANCE_OPTIONS: [&str; 13] = [
    "vrid",
    "version",
    "interval",
    "on",
    "password",
    "header",
    "signed",
    "monotonic",
    "down_adverts",
    "unicast",
    "no_track",
    "addresses",
    "excluded",
];

pub(super) fn instance(setup: &mut Setup, words: &mut Words<'_>) -> Parsed<()> {
    // The name may be left out where there is one instance.
    let named = words.peek().is_some_and(|word| !INSTANCE_OPTIONS.contains(&word));
    let name = if named { words.take("a name")?.into() } else { Name::new("VI_1") };
    let mut instance = InstanceSetup {
        name,
        interface: InterfaceName::new("eth0").map_err(|problem| problem.to_string())?,
        vrid: Vrid::new(51).map_err(|problem| problem.to_string())?,
        version: Version::V2,
        interval: Interval::from_secs(1),
        down_adverts: 3,
        addresses: Vec::new(),
        excluded: Vec::new(),
        no_track: false,
        password: String::new(),
        header: false,
        signed: false,
        monotonic: false,
        unicast: false,
        tracks: Vec::new(),
    };
    while !words.is_done() {
        match words.take("an option")? {
            "vrid" => instance.vrid = words.read("an id (1 to 255)", |word| Vrid::new(word.parse().ok()?).ok())?,
            "version" => instance.version = words.read("a version (2 or 3)", version)?,
            "interval" => instance.interval = words.interval()?,
            "on" => instance.interface = words.interface()?,
            "password" => instance.password = words.take("a password")?.to_owned(),
            "header" => (instance.header, instance.password) = (true, words.take("a password")?.to_owned()),
            "signed" => instance.signed = true,
            "monotonic" => (instance.signed, instance.monotonic) = (true, true),
            "down_adverts" => instance.down_adverts = words.number("a number of adverts")?,
            "unicast" => instance.unicast = true,
            "no_track" => instance.no_track = true,
            "addresses" => instance.addresses = words.list("an address", prefix)?,
            "excluded" => instance.excluded = words.list("an address", prefix)?,
            other => return Err(unknown(other, "after instance", &INSTANCE_OPTIONS.join(", "))),
        }
    }
    if instance.interval.is_zero() {
        return Err("interval must be longer than 0s".to_owned());
    }
    setup.instances.push(instance);
    Ok(())
}

fn version(word: &str) -> Option<Version> {
    match word {
        "2" => Some(Version::V2),
        "3" => Some(Version::V3),
        _ => None,
    }
}

pub(super) fn group(setup: &mut Setup, words: &mut Words<'_>) -> Parsed<()> {
    let name = Name::new(words.take("a name")?);
    let tracking_weight = words.skip("tracking_weight");
    words.expect("members")?;
    let members = words.list("an instance above this line", |word| instance_named(setup, word))?;
    setup.groups.push(GroupSetup { name, members, tracking_weight, tracks: Vec::new() });
    Ok(())
}

pub(super) fn track(setup: &mut Setup, words: &mut Words<'_>) -> Parsed<()> {
    let who = words.take("an instance or a group")?;
    let what = match words.take("script, interface or watch")? {
        "script" => Tracked::Script(script_word(setup, words)?),
        "interface" => Tracked::Interface(words.interface()?),
        "watch" => Tracked::Watch(watch_word(setup, words)?),
        other => return Err(unknown(other, "after track", "script, interface, watch")),
    };
    let weight = if words.skip("weight") { Some(words.number("a weight")?) } else { None };
    let track = Track { what, weight, reverse: words.skip("reverse") };
    let instance = setup.instances.iter_mut().find(|i| i.name.as_str() == who).map(|i| &mut i.tracks);
    let group = setup.groups.iter_mut().find(|g| g.name.as_str() == who).map(|g| &mut g.tracks);
    instance.or(group).ok_or_else(|| format!("no instance or group {who} above this line"))?.push(track);
    Ok(())
}
