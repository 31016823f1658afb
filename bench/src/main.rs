//! `cargo run --release -p evenkeel-bench -- NAME [ROUNDS]`: measures Evenkeel and keepalived side by side, in one run.
mod failover;
mod figures;
mod master;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let name = words.next().unwrap_or_default();
    let rounds = words.next().and_then(|word| word.parse().ok());
    let result = match name.as_str() {
        "failover" => failover::run(&evenkeel(), rounds.unwrap_or(40)),
        _ => {
            eprintln!("benchmarks: failover [ROUNDS]   detection to advert, address and ARP, beside keepalived");
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
