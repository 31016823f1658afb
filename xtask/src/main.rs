//! Tasks of the project: `cargo xtask demo`, `cargo xtask test`, `cargo xtask tidy`, `cargo xtask generate`,
//! `cargo xtask swarm`.
#![forbid(unsafe_code)]
mod build;
mod demo;
mod fuzz;
mod generate;
mod screen;
mod suite;
mod swarm;
mod tidy;

use lab::{Error, Result};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask demo             two directors, two web servers and a client, live; under a minute (needs root)
  --director keepalived      the same with Debian's keepalived, to compare
cargo xtask test             everything: format, clippy, tidy, tests, namespaces, IPVS, keepalived as peer (needs root)
  --quick                    without what needs root
cargo xtask tidy             the rules of the house: who may import whom, sizes, heads of files, generated pages
cargo xtask generate         docs/reference, docs/man and docs/completion, from the tables of the program
  --check                    only says which of them are not what the tables say
cargo xtask fuzz [TARGET...] all that reads what others wrote, against inputs nobody made up (needs nightly, cargo-fuzz)
  --runs N                   executions of each, a million unless said
cargo xtask swarm            random networks in virtual time; prints worlds, simulated hours, speed; what fails is made small
  --worlds N                 so many worlds, 10000 unless written
  --seed S                   from this seed on, 1 unless written";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<ExitCode> {
    match words {
        ["demo", options @ ..] => demo::run(options),
        ["test", options @ ..] => suite::run(options),
        ["swarm", options @ ..] => swarm::run(options),
        ["tidy"] => tidy::run(),
        ["generate", options @ ..] => generate::run(options),
        ["fuzz", options @ ..] => fuzz::run(options),
        ["help" | "-h" | "--help"] => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        [] => Err(Error::new(format!("which task?\n{USAGE}"))),
        [word, ..] => Err(Error::new(format!("{word}: no such task\n{USAGE}"))),
    }
}
