//! How long `-t` takes to read and check a configuration, and how much memory, by its shape and size.
mod generate;

use crate::process::{self, Run};
use generate::{instances_by_sequence, many_services, one_service};
use lab::{Doing, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A program that takes longer is ended, and not asked again.
const LIMIT: Duration = Duration::from_secs(60);

struct Case {
    name: &'static str,
    text: String,
}

fn cases() -> Vec<Case> {
    let case = |name, text| Case { name, text };
    vec![
        case("1,000 real servers, ten to a service", many_services(1_000)),
        case("10,000 real servers, ten to a service", many_services(10_000)),
        case("100,000 real servers, ten to a service", many_services(100_000)),
        case("1,000 real servers of one service", one_service(1_000)),
        case("10,000 real servers of one service", one_service(10_000)),
        case("100,000 real servers of one service", one_service(100_000)),
        case("8,128 instances by `~SEQ`", instances_by_sequence(32)),
        case("65,024 instances by `~SEQ`", instances_by_sequence(256)),
    ]
}

/// Measures both programs alternately and prints a table.
pub(crate) fn run(evenkeel: &Path, rounds: usize) -> Result<()> {
    let programs = [PathBuf::from("keepalived"), evenkeel.to_owned()];
    let directory = std::env::temp_dir().join(format!("evenkeel-bench-config-{}", std::process::id()));
    fs::create_dir_all(&directory).doing("making a directory")?;
    println!("`-t -f FILE`: milliseconds, median of {rounds} rounds (least to most), and peak resident memory\n");
    println!("| configuration | size | keepalived | Evenkeel | ratio | keepalived | Evenkeel | ratio |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    for case in cases() {
        let file = directory.join("keepalived.conf");
        fs::write(&file, &case.text).doing("writing a configuration")?;
        let results = measure(&programs, &file, rounds)?;
        println!("{}", row(&case, &results));
    }
    fs::remove_dir_all(&directory).doing("removing the directory")
}

/// Round by round, so that both meet the same weather.
fn measure(programs: &[PathBuf; 2], file: &Path, rounds: usize) -> Result<[Vec<Run>; 2]> {
    let mut results = [Vec::new(), Vec::new()];
    for _ in 0..rounds.max(1) {
        for (program, runs) in programs.iter().zip(&mut results) {
            if runs.iter().all(|run: &Run| run.status.is_some()) {
                runs.push(process::run(program, file, LIMIT)?);
            }
        }
    }
    Ok(results)
}

fn row(case: &Case, results: &[Vec<Run>; 2]) -> String {
    let [theirs, ours] = results.each_ref().map(|runs| Summary::of(runs));
    format!(
        "| {} | {:.1} MB | {} | {} | {} | {} | {} | {} |",
        case.name,
        case.text.len() as f64 / 1e6,
        theirs.time(),
        ours.time(),
        ratio(ours.millis, theirs.millis),
        theirs.memory(),
        ours.memory(),
        ratio(ours.peak_mib, theirs.peak_mib),
    )
}

fn ratio(ours: Option<f64>, theirs: Option<f64>) -> String {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) if theirs > 0.0 => format!("{:.2}", ours / theirs),
        _ => "-".to_owned(),
    }
}

/// What the rounds of one program on one configuration came to.
struct Summary {
    /// Median; `None` when the time limit ended it.
    millis: Option<f64>,
    least: f64,
    most: f64,
    /// The largest; `None` when the time limit ended it.
    peak_mib: Option<f64>,
    /// An exit status that says that the configuration was not accepted.
    refused: Option<i32>,
}

impl Summary {
    fn of(runs: &[Run]) -> Self {
        let mut times: Vec<f64> = runs.iter().map(|run| run.micros as f64 / 1e3).collect();
        times.sort_by(f64::total_cmp);
        let ended = runs.iter().any(|run| run.status.is_none());
        let peak = runs.iter().map(|run| run.peak_kib).max().unwrap_or(0);
        Self {
            millis: times.get(times.len() / 2).copied().filter(|_| !ended),
            least: times.first().copied().unwrap_or(0.0),
            most: times.last().copied().unwrap_or(0.0),
            peak_mib: (!ended).then_some(peak as f64 / 1024.0),
            refused: runs.iter().filter_map(|run| run.status).find(|status| *status != 0),
        }
    }

    fn time(&self) -> String {
        let refused = self.refused.map(|status| format!(", exit status {status}")).unwrap_or_default();
        match self.millis {
            Some(median) => format!("{median:.0} ({:.0} to {:.0}){refused}", self.least, self.most),
            None => format!("over {} s", LIMIT.as_secs()),
        }
    }

    fn memory(&self) -> String {
        self.peak_mib.map_or_else(|| "-".to_owned(), |peak| format!("{peak:.0} MiB"))
    }
}
