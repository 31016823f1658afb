//! MISC_CHECK: what a check by a program costs the daemon itself.
use super::{Shim, pools};
use crate::farm;
use crate::many::Cost;
use crate::table::compare;
use lab::program::processes;
use lab::scratch::Scratch;
use lab::{Doing, Error, Kind, Result, Room};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

/// Servers, each checked once a second.
const SERVERS: usize = 100;

/// Measures both daemons and prints a table.
pub(crate) fn run(evenkeel: &Path, rounds: usize, lasts: Duration) -> Result<()> {
    println!("misc: MISC_CHECK of {SERVERS} servers each second, {rounds} rounds of {} s", lasts.as_secs());
    let shim = Shim::build()?;
    compare(evenkeel, rounds, &["daemon us/check", "checks/s"], |kind| measure(kind, lasts, &shim))
}

fn measure(kind: &Kind, lasts: Duration, shim: &Shim) -> Result<Vec<f64>> {
    let files = Scratch::new("misc")?;
    // A byte for each run: what is appended at once is never torn.
    let marks = files.write("marks", "")?;
    let script = files.write("check", format!("#!/bin/sh\nprintf x >> {}\n", marks.display()))?;
    std::fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).doing("making a script")?;
    let text = pools(SERVERS, Duration::from_secs(1), |number| {
        let address = farm::address(number, false);
        format!("real_server {address} 80 {{\n    MISC_CHECK {{\n      misc_path {}\n    }}\n  }}", script.display())
    });
    let room = Arc::new(Room::new("director")?);
    let mut program = shim.program(kind, &room, &text)?;
    program.start()?;
    sleep(Duration::from_secs(4));
    let runs = || std::fs::metadata(&marks).map(|data| data.len()).doing("counting the checks");
    let root = program.pid().ok_or_else(|| Error::new(program.log_tail(8)))?;
    // The daemon's own processes that stay, not those that it starts for each check.
    let lived = || -> BTreeMap<i32, u64> {
        let own = processes::tree(root).into_iter().filter(|process| process.name == program.name());
        own.map(|process| (process.pid, Cost::of_one(process.pid).nanoseconds)).collect()
    };
    let (before, begun) = (lived(), runs()?);
    sleep(lasts);
    let (after, ended) = (lived(), runs()?);
    let checks = ended.saturating_sub(begun) as f64;
    let used: u64 = after.iter().filter_map(|(pid, now)| Some(now.saturating_sub(*before.get(pid)?))).sum();
    Ok(vec![used as f64 / 1e3 / checks.max(1.0), checks / lasts.as_secs_f64()])
}
