//! `cargo xtask fuzz`: the targets of `fuzz/`, one after the other.
use crate::build::root;
use lab::{Doing, Error, Result};
use std::fs;
use std::process::{Command, ExitCode};

/// Quickest first, so that a slip shows early.
const TARGETS: [&str; 10] = [
    "vrrp_advert",
    "kernel_answers",
    "other_answers",
    "http_answer",
    "ipvs_answers",
    "requests",
    "tokens",
    "tree",
    "expansion",
    "load",
];

/// Where the readers of configurations find their first inputs, seen from `fuzz/`; libFuzzer writes to none of them.
const SEEDS: [&str; 2] = ["../tests/config/ok", "../tests/config/err"];

/// Runs the named targets, or all of them; `--runs N` says how often each, a million times unless said.
pub(crate) fn run(words: &[&str]) -> Result<ExitCode> {
    let (targets, runs) = options(words)?;
    for target in targets {
        eprintln!("{target}: {runs} executions");
        if !execute(target, runs)? {
            eprintln!("{target}: a finding, see fuzz/artifacts/{target}");
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn options<'w>(words: &[&'w str]) -> Result<(Vec<&'w str>, u64)> {
    let (mut targets, mut runs) = (Vec::new(), 1_000_000);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--runs" => {
                let number = words.next().and_then(|number| number.replace('_', "").parse().ok());
                runs = number.ok_or_else(|| Error::new("--runs needs a number"))?;
            }
            target if TARGETS.contains(&target) => targets.push(target),
            other => return Err(Error::new(format!("{other}: the targets are {}", TARGETS.join(", ")))),
        }
    }
    Ok((if targets.is_empty() { TARGETS.to_vec() } else { targets }, runs))
}

/// Whether nothing was found.
fn execute(target: &str, runs: u64) -> Result<bool> {
    let here = root().join("fuzz");
    let corpus = format!("corpus/{target}");
    fs::create_dir_all(here.join(&corpus)).doing("making the corpus")?;
    // Adverts and answers are bytes: configurations and their words lead nowhere there.
    let reads_configurations = ["tokens", "tree", "expansion", "load"].contains(&target);
    let own = format!("seeds/{target}");
    let seeds: Vec<&str> = match reads_configurations {
        true => SEEDS.to_vec(),
        false => Some(own.as_str()).filter(|own| here.join(own).exists()).into_iter().collect(),
    };
    let dictionary = reads_configurations.then_some("-dict=language.dict");
    let features: &[&str] = if target == "requests" { &["--features", "daemon"] } else { &[] };
    let mut command = Command::new("rustup");
    command.current_dir(here).args(["run", "nightly", "cargo", "fuzz", "run"]).args(features);
    // Without unsafe code there is nothing for a sanitizer; and comparing costs more than the dictionary gives.
    command.args(["--sanitizer", "none", "--no-trace-compares", target, &corpus]).args(seeds);
    command.args(["--", "-max_len=400", "-timeout=60", "-rss_limit_mb=2048"]).args(dictionary);
    command.arg(format!("-runs={runs}"));
    let status = command.status().doing("starting cargo fuzz (cargo install cargo-fuzz, rustup install nightly)")?;
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_and_runs_are_read_in_any_order() {
        for (words, expected) in [
            (&[][..], Some((TARGETS.to_vec(), 1_000_000))),
            (&["tree"], Some((vec!["tree"], 1_000_000))),
            (&["--runs", "10_000", "load", "tokens"], Some((vec!["load", "tokens"], 10_000))),
            (&["--runs"], None),
            (&["leaf"], None),
        ] {
            assert_eq!(options(words).ok(), expected, "{words:?}");
        }
    }
}
