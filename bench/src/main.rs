//! `cargo run --release -p evenkeel-bench -- NAME [ROUNDS]`: measures Evenkeel and keepalived side by side, in one run.
mod checks;
mod config;
mod failover;
mod farm;
mod figures;
mod heal;
mod ipvs;
mod many;
mod mass;
mod master;
mod pauses;
mod process;
mod scale;
mod small;
mod table;

use lab::Result;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// One benchmark: its usual number and that of a short run.
struct Row {
    name: &'static str,
    usual: usize,
    short: usize,
    what: &'static str,
    run: fn(&Path, usize) -> Result<()>,
}

const fn row(
    name: &'static str,
    usual: usize,
    short: usize,
    what: &'static str,
    run: fn(&Path, usize) -> Result<()>,
) -> Row {
    Row { name, usual, short, what, run }
}

/// Rounds of each daemon in the benchmarks whose number is seconds.
const ROUNDS: usize = 3;

const BENCHMARKS: &[Row] = &[
    row("failover", 40, 8, "ROUNDS: detection to advert, address and ARP at 200 ms", |daemon, n| {
        failover::run(daemon, n, 200)
    }),
    row("failover-1s", 10, 3, "ROUNDS: the same at 1 s", |daemon, n| failover::run(daemon, n, 1_000)),
    row("failover-100ms", 40, 8, "ROUNDS: the same at 100 ms", |daemon, n| failover::run(daemon, n, 100)),
    row("failover-10ms", 40, 8, "ROUNDS: the same at 10 ms", |daemon, n| failover::run(daemon, n, 10)),
    row("stop", 5, 2, "ROUNDS: clients' outage at a planned stop, and the exit", heal::stops),
    row("heal", 40, 3, "ROUNDS: clients' outage after a healed partition", heal::heals),
    row("mass", 5, 3, "ROUNDS: 255 routers with 10 addresses each fail over at once", mass::run),
    row("scale-255", 20, 8, "SECONDS: 255 routers at 100 ms", |daemon, n| {
        scale::run(daemon, steady(255, 100, false, n))
    }),
    row("scale-1000", 20, 8, "SECONDS: 1,000 routers at 100 ms", |daemon, n| {
        scale::run(daemon, steady(1_000, 100, false, n))
    }),
    row("scale-10", 20, 8, "SECONDS: 10 routers at 10 ms", |daemon, n| scale::run(daemon, steady(10, 10, false, n))),
    row("busy-255", 20, 8, "SECONDS: 255 routers at 100 ms beside busy loops", |daemon, n| {
        scale::run(daemon, steady(255, 100, true, n))
    }),
    row("busy-10", 20, 8, "SECONDS: 10 routers at 10 ms beside busy loops", |daemon, n| {
        scale::run(daemon, steady(10, 10, true, n))
    }),
    row("hooks", 5, 3, "ROUNDS: the last of 255 scripts", small::hooks),
    row("start", 10, 5, "ROUNDS: start-up and memory", small::start),
    row("config", 7, 3, "ROUNDS: time and memory to read and check generated configurations", config::run),
    row("checks-tcp", 20, 8, "SECONDS: TCP_CHECK of 1,000 servers each second", |daemon, n| {
        checks::run(daemon, probes(1_000, 1, n))
    }),
    row("checks-http", 20, 8, "SECONDS: HTTP_GET of 1,000 servers each second", |daemon, n| {
        checks::run(daemon, checks::Plan { http: true, ..probes(1_000, 1, n) })
    }),
    row("checks-10000", 20, 8, "SECONDS: TCP_CHECK of 10,000 servers each 2 s", |daemon, n| {
        checks::run(daemon, probes(10_000, 2, n))
    }),
    row("checks-http-10000", 20, 8, "SECONDS: HTTP_GET of 10,000 servers each 2 s", |daemon, n| {
        checks::run(daemon, checks::Plan { http: true, ..probes(10_000, 2, n) })
    }),
    row(
        "checks-silent",
        20,
        8,
        "SECONDS: TCP_CHECK of 1,000 servers each second, half of which drop packets",
        |daemon, n| checks::run(daemon, checks::Plan { silent: true, ..probes(1_000, 1, n) }),
    ),
    row(
        "checks-reload",
        10,
        10,
        "SECONDS: TCP_CHECK of 1,000 servers each second, and twenty reloads meanwhile",
        |daemon, n| checks::run(daemon, checks::Plan { reloads: 20, ..probes(1_000, 1, n) }),
    ),
    row("checks-misc", 20, 8, "SECONDS: MISC_CHECK of 100 servers each second", |daemon, n| {
        checks::misc::run(daemon, ROUNDS, seconds(n))
    }),
    row("ipvs", 3, 1, "ROUNDS: 1,000 services of 10 servers programmed, one weight changed", ipvs::run),
];

fn steady(routers: usize, milliseconds: u64, busy: bool, number: usize) -> scale::Plan {
    let interval = Duration::from_millis(milliseconds);
    scale::Plan { routers, interval, busy, lasts: seconds(number), rounds: ROUNDS }
}

fn probes(servers: usize, interval: u64, number: usize) -> checks::Plan {
    let (interval, lasts) = (Duration::from_secs(interval), seconds(number));
    checks::Plan { servers, interval, http: false, silent: false, reloads: 0, lasts, rounds: ROUNDS }
}

fn seconds(number: usize) -> Duration {
    Duration::from_secs(u64::try_from(number).unwrap_or(60))
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = words.split_first().map_or(("", [].as_slice()), |(name, rest)| (name.as_str(), rest));
    // The number may stand alone or behind `--rounds`.
    let number = rest.iter().find_map(|word| word.parse().ok());
    let is_short = rest.iter().any(|word| word == "--short");
    match name {
        process::WORD => end(process::once(rest)),
        ipvs::WORD => end(ipvs::inside(rest)),
        "all" => all(is_short),
        _ => match BENCHMARKS.iter().find(|row| row.name == name) {
            Some(row) => end(one(row, number, is_short)),
            None => help(),
        },
    }
}

fn help() -> ExitCode {
    eprintln!("benchmarks, each beside keepalived: NAME [NUMBER], or all [--short]");
    BENCHMARKS.iter().for_each(|row| eprintln!("  {:17} [{}]  {}", row.name, row.usual, row.what));
    ExitCode::from(2)
}

/// Every benchmark, one after the other; one that fails does not keep the others from running.
fn all(is_short: bool) -> ExitCode {
    println!("load: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    let failed = BENCHMARKS.iter().filter(|row| end(one(row, None, is_short)) != ExitCode::SUCCESS).count();
    println!("load: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn one(row: &Row, number: Option<usize>, is_short: bool) -> Result<()> {
    println!("\n{}: {}", row.name, row.what);
    (row.run)(&evenkeel(), number.unwrap_or(if is_short { row.short } else { row.usual }))
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
