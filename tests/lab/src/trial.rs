//! Trials that need root or IPVS: where the machine cannot, they say so, or take a second kernel.
use crate::error::{Doing, Error, Result};
use crate::kernel;
use crate::program::Kind;
use crate::room;
use std::path::PathBuf;
use std::time::Duration;

/// Names the daemon to try; without it, it is looked for beside the test program.
pub const BINARY: &str = "EVENKEEL_BINARY";
/// Set in the second kernel, so that there is never a third.
pub const INSIDE: &str = "EVENKEEL_LAB_INSIDE";
/// Ten times what the longest of them takes on an idle machine.
const LIMIT: Duration = Duration::from_secs(600);
/// An emulated machine computes ten times slower.
const EMULATED_LIMIT: Duration = Duration::from_secs(900);

/// Runs a trial in namespaces; where they are not permitted, prints that it is skipped.
pub fn in_namespaces(name: &str, trial: impl FnOnce() -> Result<()>) -> Result<()> {
    if !room::possible() {
        return skip(name, "it makes network namespaces, which needs root");
    }
    // The harness has begun a line with the test's name; what is measured goes below it.
    println!();
    trial()
}

/// Runs a trial on a kernel with IPVS. `name` is the full name of the test: where the running kernel has no IPVS, this
/// test program is started again for it in a second kernel.
pub fn with_ipvs(name: &str, trial: impl FnOnce() -> Result<()>) -> Result<()> {
    if kernel::has_ipvs() {
        return in_namespaces(name, trial);
    }
    again(name, LIMIT, kernel::run_with_ipvs)
}

/// Runs a trial on a kernel with IPVS and nf_tables for IP, in the same way; where none is to be had, prints that it is
/// skipped, and why.
pub fn with_nftables(name: &str, trial: impl FnOnce() -> Result<()>) -> Result<()> {
    if std::env::var_os(INSIDE).is_some() || kernel::has_nftables() {
        return in_namespaces(name, trial);
    }
    match kernel::emulated::missing() {
        Some(reason) => skip(name, &reason),
        None => again(name, EMULATED_LIMIT, kernel::run_with_nftables),
    }
}

/// Runs a trial on a kernel without IPVS, in the same way.
pub fn without_ipvs(name: &str, trial: impl FnOnce() -> Result<()>) -> Result<()> {
    if !kernel::has_ipvs() {
        return in_namespaces(name, trial);
    }
    again(name, LIMIT, kernel::run_without_ipvs)
}

type Runner = fn(&[String], &[(&str, String)], Duration, &mut Vec<u8>) -> Result<i32>;

/// Starts this test program once more for one test, elsewhere.
fn again(name: &str, limit: Duration, run: Runner) -> Result<()> {
    if !room::possible() {
        return skip(name, "it makes network namespaces, which needs root");
    }
    if std::env::var_os(INSIDE).is_some() {
        return Err(Error::new("the second kernel is no better than the first"));
    }
    let own = std::env::current_exe().doing("finding the test program")?.display().to_string();
    let argv = [&own, "--exact", name, "--nocapture", "--test-threads=1"].map(str::to_owned);
    let environment = [(INSIDE, "1".to_owned()), (BINARY, binary()?.display().to_string())];
    let mut output = Vec::new();
    let status = run(&argv, &environment, limit, &mut output)?;
    let output = String::from_utf8_lossy(&output).into_owned();
    println!("{}", output.trim());
    // A name that matches no test would end well, too.
    let passed = status == 0 && output.contains("1 passed");
    if passed { Ok(()) } else { Err(Error::new(format!("{name} failed in the second kernel with status {status}"))) }
}

/// Says that something is not tried, and why; `cargo xtask test` counts these lines.
pub fn skip(name: &str, reason: &str) -> Result<()> {
    println!("SKIPPED {name}: {reason}");
    Ok(())
}

/// Adds the daemons' last words to a failure.
pub fn with_words<T>(result: Result<T>, last_words: impl FnOnce() -> String) -> Result<T> {
    result.map_err(|error| Error::new(format!("{error}\n{}", last_words())))
}

/// Our daemon.
pub fn evenkeel() -> Result<Kind> {
    binary().map(Kind::Evenkeel)
}

fn binary() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os(BINARY) {
        return Ok(path.into());
    }
    let own = std::env::current_exe().doing("finding the test program")?;
    let beside = own.ancestors().skip(1).take(2).map(|directory| directory.join("evenkeel"));
    let found = beside.into_iter().find(|path| path.is_file());
    found
        .ok_or_else(|| Error::new(format!("no evenkeel beside {}: cargo build -p evenkeel comes first", own.display())))
}
