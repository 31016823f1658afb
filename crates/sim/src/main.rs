//! Runs worlds: one by its seed, many in a row, or a scenario from a file.
use evenkeel_sim::faults;
use evenkeel_sim::pools;
use evenkeel_sim::scenario::Scenario;
use evenkeel_sim::scenario::parse::parse;
use evenkeel_sim::swarm::{self, Tally};
use evenkeel_sim::world::World;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

const USAGE: &str = "\
usage: evenkeel-sim --seed N            one world by chance, a line for each move
       evenkeel-sim --seed N --print    that world as a scenario
       evenkeel-sim --worlds N [--seed S]
                                        so many worlds from seed S (1) on, and a quarter as many of pools; the first
                                        that fails is made small
       evenkeel-sim --pools N [--seed S]
                                        so many worlds of pools
       evenkeel-sim --replay FILE       a scenario from a file, a line for each move";

/// Progress is told after so many worlds.
const TOLD_EVERY: u64 = 1_000;

/// So many worlds of routers go with one of pools.
const POOLS_SHARE: u64 = 4;

/// What is asked.
#[derive(Default)]
struct Options {
    seed: Option<u64>,
    worlds: Option<u64>,
    pools: Option<u64>,
    replay: Option<String>,
    print: bool,
}

fn main() -> ExitCode {
    match options(std::env::args().skip(1)).and_then(|options| act(&options)) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

fn options(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value\n{USAGE}"));
        match word.as_str() {
            "--seed" => options.seed = Some(number(&value()?)?),
            "--worlds" => options.worlds = Some(number(&value()?)?),
            "--pools" => options.pools = Some(number(&value()?)?),
            "--replay" => options.replay = Some(value()?),
            "--print" => options.print = true,
            _ => return Err(format!("{word} is not known\n{USAGE}")),
        }
    }
    Ok(options)
}

fn number(word: &str) -> Result<u64, String> {
    word.parse().map_err(|_| format!("`{word}` is not a number\n{USAGE}"))
}

fn act(options: &Options) -> Result<ExitCode, String> {
    if let Some(file) = &options.replay {
        let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
        return Ok(show(parse(&text).map_err(|error| format!("{file}: {error}"))?));
    }
    if let Some(count) = options.pools {
        return Ok(code(many_pools(options.seed.unwrap_or(1), count)));
    }
    match (options.worlds, options.seed) {
        (Some(count), seed) => {
            let first = seed.unwrap_or(1);
            Ok(code(many(first, count) && many_pools(first, count.div_ceil(POOLS_SHARE))))
        }
        (None, Some(seed)) if options.print => {
            print!("{}", faults::scenario(seed));
            Ok(ExitCode::SUCCESS)
        }
        (None, Some(seed)) => Ok(show(faults::scenario(seed))),
        (None, None) => Err(USAGE.to_owned()),
    }
}

fn show(scenario: Scenario) -> ExitCode {
    let mut world = World::new(Arc::new(scenario), true);
    let outcome = swarm::outcome(&mut world);
    world.trace().lines().for_each(|line| println!("{line}"));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(violation) => {
            println!("VIOLATION {violation}");
            ExitCode::FAILURE
        }
    }
}

fn code(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Whether all of them hold.
fn many(first: u64, count: u64) -> bool {
    let began = Instant::now();
    let tally = swarm::worlds(first, count, |tally| {
        if tally.worlds.is_multiple_of(TOLD_EVERY) {
            println!("{}", summary(tally, began));
        }
    });
    println!("{}", summary(&tally, began));
    let Some((seed, failure)) = &tally.failed else { return true };
    println!("\nseed {seed} failed\n{failure}\n\nmade small:\n");
    let small = swarm::shrink(&faults::scenario(*seed));
    println!("{small}");
    if let Err(failure) = swarm::run(&Arc::new(small)) {
        println!("{failure}");
    }
    false
}

/// The same of pools.
fn many_pools(first: u64, count: u64) -> bool {
    let began = Instant::now();
    let mut tally = Tally::default();
    for seed in first..first.saturating_add(count) {
        tally.worlds += 1;
        match pools::swarm::world(seed) {
            Ok(passed) => {
                tally.simulated = tally.simulated + passed.simulated;
                tally.turns += passed.turns;
            }
            Err(failed) => {
                println!("\nseed {seed} of the pools failed, made small:\n\n{}{}", failed.0, failed.1);
                return false;
            }
        }
    }
    println!("pools: {}", summary(&tally, began));
    true
}

/// `1000 worlds, 32.5 simulated hours, 4500 turns/s, 20000 times real time`.
fn summary(tally: &Tally, began: Instant) -> String {
    let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
    let (hours, tenths) = (tally.simulated.as_secs() / 3_600, tally.simulated.as_secs() % 3_600 / 360);
    let (per_second, times) = (tally.turns * 1_000 / millis, tally.simulated.as_millis() / millis);
    let seconds = millis / 1_000;
    format!(
        "{} worlds, {hours}.{tenths} simulated hours in {seconds} s: {per_second} turns a second, {times} times real time",
        tally.worlds
    )
}
