//! Our own words on the command line: each asks the running daemon or reads a file, prints, and leaves.
mod check;
mod completion;
mod config;
mod diff;
mod explain;
mod fmt;
mod outcome;
mod pair;

pub use completion::script as completion;

use crate::cli::{FmtMode, MaintenanceWord, Tool};
use crate::config::ThisMachine;
use crate::control::{self, Request};
use check::Surroundings;
use confparse::render::Style;
use confparse::source::{Context, DiskLoader, Host, UnknownHost};
use outcome::Outcome;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// Does what the word says.
#[must_use]
pub fn run(tool: &Tool) -> ExitCode {
    match tool {
        Tool::Status { json: true } => ask(&Request::StatusJson),
        Tool::Status { json: false } => ask(&Request::StatusText { colour: std::io::stdout().is_terminal() }),
        Tool::Reload => ask(&Request::Reload),
        Tool::Switchover { subject, force } => ask(&Request::Switchover { subject: subject.clone(), force: *force }),
        Tool::Maintenance(word) => ask(&match word.clone() {
            None => Request::Maintenance,
            Some(MaintenanceWord::On { subject, reason, until }) => Request::MaintenanceOn { subject, reason, until },
            Some(MaintenanceWord::Off { subject }) => Request::MaintenanceOff { subject },
        }),
        Tool::RealServer(order) => ask(&Request::RealServer(order.clone())),
        Tool::SetUp(request) => crate::realserver::run(request),
        Tool::Explain(topic) => explain(topic.as_deref()),
        Tool::Fmt { files, mode } => fmt(files, *mode),
        Tool::Completion(shell) => print(&completion(*shell)),
        Tool::Check(options) => {
            let host: &dyn Host = if options.offline { &UnknownHost } else { &ThisMachine };
            let around = Surroundings { loader: &DiskLoader, host, context: &context };
            say(&check::check(options, &around, style()))
        }
        Tool::Config(options) => say(&config::print(options, &DiskLoader, &context(options.config_id.as_ref()))),
        Tool::Diff(options) => say(&diff::diff(options, &DiskLoader, &context(options.config_id.as_ref()))),
    }
}

/// Prints to standard output; a reader that went away is no error.
#[must_use]
pub fn print(text: &str) -> ExitCode {
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn ask(request: &Request) -> ExitCode {
    match control::call(&control::path(), request) {
        Ok(text) => print(&text),
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(1)
        }
    }
}

fn context(config_id: Option<&String>) -> Context {
    crate::config::context(config_id.cloned(), false)
}

fn say(outcome: &Outcome) -> ExitCode {
    let _ = print(&outcome.text);
    outcome.problems.iter().for_each(|problem| eprintln!("{problem}"));
    ExitCode::from(outcome.status)
}

/// For the terminal that reads it; shells tell its width in `COLUMNS` when they export it.
fn style() -> Style {
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|width| *width >= 40);
    Style { color: std::io::stdout().is_terminal(), width: width.unwrap_or(Style::default().width) }
}

fn explain(topic: Option<&str>) -> ExitCode {
    let Style { color, width } = style();
    let style = explain::Style { color, width };
    match topic.map(|topic| explain::explain(topic, style)) {
        None => print(&explain::contents(style)),
        Some(Ok(page)) => print(&page),
        Some(Err(problem)) => {
            eprintln!("error: {problem}");
            ExitCode::from(1)
        }
    }
}

fn fmt(files: &[String], mode: FmtMode) -> ExitCode {
    let outcome = fmt::fmt(files, mode, &mut std::io::stdin().lock());
    let _ = std::io::stdout().write_all(&outcome.text);
    outcome.problems.iter().for_each(|problem| eprintln!("{problem}"));
    ExitCode::from(outcome.status)
}

#[cfg(test)]
mod tests;
