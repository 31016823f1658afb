//! The play itself, on a kernel with IPVS.
use super::{picture, report};
use crate::screen::Screen;
use lab::main_job::{MainJob, Outcome, Step};
use lab::pair::Place;
use lab::site::Site;
use lab::{Kind, Result, trial};
use std::process::ExitCode;
use std::time::Instant;

/// Plays all steps. A failure is shown with the daemons' last words.
pub(crate) fn play(kind: &Kind, screen: Screen) -> ExitCode {
    let begin = Instant::now();
    screen.line("");
    picture::show(screen, kind.name());
    let config = Site::config();
    let shown = std::env::current_dir().ok().and_then(|here| config.strip_prefix(here).ok()).unwrap_or(&config);
    screen.line(screen.dim(format!("  one configuration file for both directors: {}", shown.display())));
    screen.line("");
    match Site::build(kind).map(MainJob::new).and_then(|job| steps(job, screen)) {
        Ok(outcomes) => {
            show_summary(screen, &outcomes, begin);
            ExitCode::SUCCESS
        }
        Err(error) => {
            screen.done(format!("  {} {error}", screen.red("✘")));
            screen.line(screen.dim("  namespaces, daemons and files are removed"));
            ExitCode::FAILURE
        }
    }
}

fn steps(mut job: MainJob, screen: Screen) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for step in Step::ALL {
        screen.under_way(report::under_way(screen, step));
        let outcome = trial::with_words(job.run(step), || job.site().pair.last_words());
        let outcome = outcome.inspect_err(|_| screen.done(format!("  {} {}", screen.red("✘"), report::title(step))))?;
        screen.done(report::done(screen, &outcome));
        if step == Step::Traffic {
            show_status(screen, &job);
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// What the master's own tool says. keepalived has no such tool: it would take the word for nothing, and start.
fn show_status(screen: Screen, job: &MainJob) {
    let director = job.site().pair.director(Place::Primary);
    if director.program.name() != "evenkeel" {
        return;
    }
    let program = director.program.path().display().to_string();
    if let Ok(status) = director.room().command(&[&program, "status"]) {
        let bar = screen.dim("│");
        screen.line(format!("      {bar} {} evenkeel status", screen.dim("director1 #")));
        status.lines().for_each(|line| screen.line(format!("      {bar} {line}").trim_end()));
    }
}

fn show_summary(screen: Screen, outcomes: &[Outcome], begin: Instant) {
    screen.line("");
    for line in report::table(screen, outcomes) {
        screen.line(line);
    }
    screen.line("");
    let seconds = begin.elapsed().as_secs();
    screen.line(screen.dim(format!("  {seconds} seconds; namespaces, daemons and files are removed")));
}
