//! `cargo xtask test`: everything that can be tried on this machine, in order of cost, with a table at the end.
mod programs;
mod tally;

use crate::build::{self, Built};
use crate::screen::Screen;
use crate::tidy;
use lab::{Doing, Error, Result, cleanup, kernel, packages, scratch};
use programs::Runner;
use std::process::{Command, ExitCode};
use std::time::Instant;
use tally::{Stage, Tally};

/// The package whose tests measure times and need root.
const LAB: &str = "evenkeel-lab";
/// The package whose test `kernel` needs IPVS and nothing else.
const IPVS: &str = "evenkeel-ipvs";

/// Runs all stages; the exit status says whether every test passed.
pub(crate) fn run(words: &[&str]) -> Result<ExitCode> {
    let quick = match words {
        [] => false,
        ["--quick"] => true,
        [word, ..] => return Err(Error::new(format!("{word}: test has no such option"))),
    };
    let screen = Screen::of_stdout();
    cleanup::on_signals(move || screen.done(screen.dim("interrupted; everything is removed")))?;
    scratch::sweep_dead_runs();
    let blocked = blocked(screen, quick);
    let mut stages = checks(screen);
    match programs(screen) {
        Ok((daemon, tests)) => stages.extend(trials(screen, &daemon, &tests, blocked)?),
        Err(error) => stages.push(Stage::failed("build", format!("{error}"))),
    }
    Ok(conclude(screen, &stages))
}

/// Why trials in namespaces cannot be made here, if so.
fn blocked(screen: Screen, quick: bool) -> Option<Blocked> {
    if quick {
        return Some(Blocked { reason: "not asked for (--quick)".into(), failure: false });
    }
    if !lab::room::possible() {
        return Some(Blocked { reason: "network namespaces need root".into(), failure: false });
    }
    let all = [packages::COMMON, packages::TESTS].concat();
    let mut say = |line: &str| screen.line(screen.dim(line));
    let installed = packages::ensure(&all, &mut say);
    // Without it some trials say that they are skipped.
    if let Err(error) = kernel::emulated::prepare(&mut say) {
        say(&format!("no emulated machine: {error}"));
    }
    installed.err().map(|error| Blocked { reason: error.to_string(), failure: true })
}

#[derive(Debug, Clone)]
struct Blocked {
    reason: String,
    /// Could it have been done? Then not doing it is a failure.
    failure: bool,
}

fn checks(screen: Screen) -> Vec<Stage> {
    let cargo = |name: &'static str, arguments: &[&str]| {
        stage(screen, name, || {
            let output = build::cargo().args(arguments).output().doing("starting cargo")?;
            if output.status.success() {
                return Ok(Tally::passed(1));
            }
            screen.line(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).trim_end());
            Ok(Tally::failed(format!("cargo {}", arguments.join(" "))))
        })
    };
    vec![
        cargo("format", &["fmt", "--all", "--check"]),
        cargo("clippy", &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]),
        stage(screen, "tidy", || {
            let findings = tidy::findings()?;
            findings.iter().for_each(|finding| screen.line(finding));
            let failed = || Tally::failed(format!("{} broken rules", findings.len()));
            Ok(if findings.is_empty() { Tally::passed(1) } else { failed() })
        }),
    ]
}

/// Our daemon, and every test program of the workspace.
fn programs(screen: Screen) -> Result<(String, Vec<Built>)> {
    screen.line(screen.dim("building the daemon and the tests"));
    let daemon = build::build(&["build", "--package", "evenkeel", "--bin", "evenkeel"], true)?;
    let daemon = daemon.into_iter().find(|one| one.target == "evenkeel");
    let daemon = daemon.ok_or_else(|| Error::new("cargo built no evenkeel"))?;
    let mut tests = build::build(&["test", "--workspace", "--no-run"], true)?;
    tests.retain(|one| one.is_test);
    Ok((daemon.path.display().to_string(), tests))
}

fn trials(screen: Screen, daemon: &str, tests: &[Built], blocked: Option<Blocked>) -> Result<Vec<Stage>> {
    let runner = Runner::new(screen, daemon)?;
    let is_ipvs = |one: &Built| one.package == IPVS && one.target == "kernel";
    let is_lab_ipvs = |one: &Built| one.package == LAB && one.target.starts_with("ipvs");
    let select = |wanted: &dyn Fn(&Built) -> bool| tests.iter().filter(|one| wanted(one)).cloned().collect::<Vec<_>>();
    let plain = select(&|one| one.package != LAB && !is_ipvs(one));
    let namespaces = select(&|one| one.package == LAB && !is_lab_ipvs(one));
    let ipvs = select(&|one| is_ipvs(one) || is_lab_ipvs(one));
    let mut stages = vec![stage(screen, "unit, property, golden, simulator", || runner.parallel(&plain))];
    for (name, programs, second_kernel) in
        [("namespaces, with keepalived as peer", namespaces, false), ("IPVS", ipvs, true)]
    {
        let run = || if second_kernel { runner.with_ipvs(&programs) } else { runner.trials(&programs) };
        stages.push(match &blocked {
            None => stage(screen, name, run),
            Some(Blocked { reason, failure: true }) => Stage::failed(name, reason.clone()),
            Some(Blocked { reason, failure: false }) => Stage::skipped(name, programs.len(), reason),
        });
    }
    Ok(stages)
}

fn stage(screen: Screen, name: &'static str, work: impl FnOnce() -> Result<Tally>) -> Stage {
    screen.line(screen.bold(format!("── {name}")));
    let begin = Instant::now();
    let tally = work().unwrap_or_else(|error| Tally::failed(error.to_string()));
    Stage { name, tally, took: begin.elapsed() }
}

fn conclude(screen: Screen, stages: &[Stage]) -> ExitCode {
    let total = stages.iter().fold(Tally::default(), |sum, stage| sum.and(stage.tally.clone()));
    screen.line("");
    for line in tally::table(screen, stages) {
        screen.line(line);
    }
    for skipped in &total.skipped {
        screen.line(screen.yellow(format!("skipped: {skipped}")));
    }
    for failed in &total.failed {
        screen.line(screen.red(format!("failed: {failed}")));
    }
    screen.line(format!("{} passed, {} failed, {} skipped", total.passed, total.failed.len(), total.skipped.len()));
    if total.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A command that is killed when it hangs.
fn in_time(seconds: u64, program: &str) -> Command {
    let mut command = Command::new("timeout");
    command.args(["-s", "KILL", &seconds.to_string(), program]);
    command
}
