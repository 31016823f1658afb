//! `cargo xtask swarm`: many random worlds in the simulator, in its release build.
use crate::build;
use lab::{Doing, Error, Result};
use std::process::ExitCode;

/// Worlds of a run that says nothing else: some minutes.
const WORLDS: &str = "10000";

/// Runs the simulator; its last line tells worlds, simulated hours and speed.
pub(crate) fn run(options: &[&str]) -> Result<ExitCode> {
    let (worlds, seed) = read(options)?;
    let arguments = ["run", "--quiet", "--release", "-p", "evenkeel-sim", "--", "--worlds", worlds, "--seed", seed];
    let status = build::cargo().args(arguments).status().doing("running the simulator")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read<'a>(options: &[&'a str]) -> Result<(&'a str, &'a str)> {
    let (mut worlds, mut seed) = (WORLDS, "1");
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        let value = rest.next().ok_or_else(|| Error::new(format!("{option} needs a number")))?;
        value.parse::<u64>().map_err(|_| Error::new(format!("{option}: `{value}` is not a number")))?;
        match *option {
            "--worlds" => worlds = value,
            "--seed" => seed = value,
            other => return Err(Error::new(format!("{other}: no such option of swarm"))),
        }
    }
    Ok((worlds, seed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_numbers_with_names() {
        assert_eq!(read(&[]).ok(), Some((WORLDS, "1")));
        assert_eq!(read(&["--seed", "7", "--worlds", "50"]).ok(), Some(("50", "7")));
        for wrong in [&["--seed"][..], &["--worlds", "many"], &["--planets", "3"]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
