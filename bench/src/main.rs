//! `cargo run --release -p evenkeel-bench -- NAME [ROUNDS]`: measures Evenkeel and keepalived side by side, in one run.
mod config;
mod failover;
mod figures;
mod heal;
mod many;
mod mass;
mod master;
mod process;
mod scale;
mod small;
mod table;

use lab::Result;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Name, its number if none is given, what is measured, and how.
type Row = (&'static str, usize, &'static str, fn(&Path, usize) -> Result<()>);

const BENCHMARKS: &[Row] = &[
    ("failover", 40, "ROUNDS: detection to advert, address and ARP at 200 ms", |daemon, n| {
        failover::run(daemon, n, 200)
    }),
    ("failover-1s", 10, "ROUNDS: the same at 1 s", |daemon, n| failover::run(daemon, n, 1_000)),
    ("failover-100ms", 40, "ROUNDS: the same at 100 ms", |daemon, n| failover::run(daemon, n, 100)),
    ("failover-10ms", 40, "ROUNDS: the same at 10 ms", |daemon, n| failover::run(daemon, n, 10)),
    ("stop", 5, "ROUNDS: clients' outage at a planned stop, and the exit", heal::stops),
    ("heal", 40, "ROUNDS: clients' outage after a healed partition", heal::heals),
    ("mass", 5, "ROUNDS: 255 routers with 10 addresses each fail over at once", mass::run),
    ("scale-255", 60, "SECONDS: 255 routers at 100 ms", |daemon, n| scale::run(daemon, steady(255, 100, false, n))),
    ("scale-1000", 60, "SECONDS: 1,000 routers at 100 ms", |daemon, n| {
        scale::run(daemon, steady(1_000, 100, false, n))
    }),
    ("scale-10", 60, "SECONDS: 10 routers at 10 ms", |daemon, n| scale::run(daemon, steady(10, 10, false, n))),
    ("busy-255", 60, "SECONDS: 255 routers at 100 ms beside busy loops", |daemon, n| {
        scale::run(daemon, steady(255, 100, true, n))
    }),
    ("busy-10", 60, "SECONDS: 10 routers at 10 ms beside busy loops", |daemon, n| {
        scale::run(daemon, steady(10, 10, true, n))
    }),
    ("hooks", 5, "ROUNDS: the last of 255 scripts", small::hooks),
    ("config", 7, "ROUNDS: time and memory to read and check generated configurations", config::run),
    ("start", 10, "ROUNDS: start-up and memory", small::start),
];

fn steady(routers: usize, milliseconds: u64, busy: bool, seconds: usize) -> scale::Plan {
    let lasts = Duration::from_secs(u64::try_from(seconds).unwrap_or(60));
    scale::Plan { routers, interval: Duration::from_millis(milliseconds), busy, lasts }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = words.split_first().map_or(("", [].as_slice()), |(name, rest)| (name.as_str(), rest));
    if name == process::WORD {
        return end(process::once(rest));
    }
    // The number may stand alone or behind `--rounds`.
    let number = rest.iter().find_map(|word| word.parse().ok());
    let Some((.., usual, _, run)) = BENCHMARKS.iter().find(|row| row.0 == name) else {
        eprintln!("benchmarks, each beside keepalived:");
        BENCHMARKS.iter().for_each(|(name, usual, what, _)| eprintln!("  {name:15} [{usual}]  {what}"));
        return ExitCode::from(2);
    };
    end(run(&evenkeel(), number.unwrap_or(*usual)))
}

fn end(result: Result<()>) -> ExitCode {
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
