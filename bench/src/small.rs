//! Start-up, memory, and scripts that are run at once.
use crate::many::{Machine, Many, PER_LINK, onlooker};
use crate::table::compare;
use lab::scratch::Scratch;
use lab::{Doing, Error, Kind, Result, wait};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

/// From the start of the process to the first advert of an owner, who speaks at once; and memory when idle.
pub(crate) fn start(evenkeel: &Path, rounds: usize) -> Result<()> {
    println!("start: {rounds} starts with one router of priority 255, medians; memory of all processes after 1 s");
    compare(evenkeel, rounds, &["first advert ms", "resident KiB", "own share KiB"], one_start)
}

fn one_start(kind: &Kind) -> Result<Vec<f64>> {
    let many = Many { routers: 1, addresses: 1, priority: 255, interval: Duration::from_secs(1), lines: String::new() };
    let lans = many.lans()?;
    let (_room, frames) = onlooker(&lans)?;
    let mut machine = Machine::new(&lans, kind, 1, &many)?;
    let begin = machine.program.start()?;
    let advert = wait::until(Duration::from_secs(10), || frames.adverts(begin).first().copied());
    let advert = advert.ok_or_else(|| Error::new(format!("{} does not speak", kind.name())))?;
    sleep(Duration::from_secs(1));
    let cost = machine.cost();
    Ok(vec![(advert.at - begin).as_secs_f64() * 1e3, cost.resident as f64, cost.share as f64])
}

/// All routers become master at once, and each runs a script: when the last one was started after the first.
pub(crate) fn hooks(evenkeel: &Path, rounds: usize) -> Result<()> {
    println!(
        "hooks: {PER_LINK} notify_master scripts at once, {rounds} rounds, medians, from the first master's address"
    );
    compare(evenkeel, rounds, &["first ms", "last ms"], |kind| hook(kind).map(Vec::from))
}

fn hook(kind: &Kind) -> Result<[f64; 2]> {
    let files = Scratch::new("hooks")?;
    let marks = files.path().join("marks");
    std::fs::create_dir(&marks).doing("making a directory")?;
    let script = files.write("mark", format!("#!/bin/sh\n: > {}/$$\n", marks.display()))?;
    std::fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).doing("making a script")?;
    let lines = format!("  notify_master \"{}\"\n", script.display());
    let many = Many { routers: PER_LINK, addresses: 1, priority: 200, interval: Duration::from_secs(1), lines };
    let lans = many.lans()?;
    let mut machine = Machine::new(&lans, kind, 1, &many)?;
    let (now, wall) = (machine.program.start()?, SystemTime::now());
    let marked = || {
        Some(
            std::fs::read_dir(&marks)
                .ok()?
                .flatten()
                .filter_map(|f| f.metadata().ok()?.modified().ok())
                .collect::<Vec<_>>(),
        )
    };
    let all = wait::until(Duration::from_secs(60), || marked().filter(|times| times.len() >= PER_LINK));
    let all =
        all.ok_or_else(|| Error::new(format!("{} ran {:?} scripts", kind.name(), marked().map(|times| times.len()))))?;
    let added = machine.addresses.all(now).into_iter().find(|change| change.added);
    let begin = added.map(|change| wall + (change.at - now)).ok_or_else(|| Error::new("no address was added"))?;
    // A file's time is the kernel's coarse clock, which may be some milliseconds behind.
    let after = |time: Option<&SystemTime>| {
        time.map_or(f64::NAN, |time| time.duration_since(begin).map_or(0.0, |d| d.as_secs_f64() * 1e3))
    };
    Ok([after(all.iter().min()), after(all.iter().max())])
}
