//! `cargo run --release -p evenkeel-bench -- NAME [ROUNDS]`: measures Evenkeel and keepalived side by side, in one run.
mod config;
mod failover;
mod figures;
mod master;
mod process;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
benchmarks, each beside keepalived:
  failover [--rounds N]   detection to advert, address and ARP
  config [--rounds N]     time and memory to read and check generated configurations";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = words.split_first().map_or(("", [].as_slice()), |(name, rest)| (name.as_str(), rest));
    // The number may stand alone or behind `--rounds`.
    let rounds = rest.iter().find_map(|word| word.parse().ok());
    let result = match name {
        "failover" => failover::run(&evenkeel(), rounds.unwrap_or(40)),
        "config" => config::run(&evenkeel(), rounds.unwrap_or(7)),
        process::WORD => process::once(rest),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The daemon to measure: `EVENKEEL_BIN`, else the release build beside this program.
fn evenkeel() -> PathBuf {
    let beside = || std::env::current_exe().ok().map(|path| path.with_file_name("evenkeel"));
    std::env::var_os("EVENKEEL_BIN").map(PathBuf::from).or_else(beside).unwrap_or_else(|| PathBuf::from("evenkeel"))
}
