//! Our own words on the command line: each asks the running daemon or reads a file, prints, and leaves.
mod completion;
mod explain;
mod fmt;

pub use completion::script as completion;

use crate::cli::{FmtMode, Format, Tool};
use crate::config::{ThisMachine, context};
use crate::control::{self, Request};
use confparse::diagnostic::Severity;
use confparse::render::{self, Style, concise, full, json, sarif};
use confparse::source::{DiskLoader, UnknownHost};
use confparse::{Loaded, load};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// Does what the word says.
#[must_use]
pub fn run(tool: &Tool) -> ExitCode {
    match tool {
        Tool::Status { json: true } => ask(&Request::StatusJson),
        Tool::Status { json: false } => ask(&Request::StatusText { colour: std::io::stdout().is_terminal() }),
        Tool::Reload => ask(&Request::Reload),
        Tool::Explain(topic) => explain(topic.as_deref()),
        Tool::Fmt { files, mode } => fmt(files, *mode),
        Tool::Completion(shell) => print(&completion(*shell)),
        Tool::Check { file, config_id, format, offline } => {
            let context = context(config_id.clone(), false);
            let loaded = match offline {
                true => load(file, &DiskLoader, &context, &UnknownHost),
                false => load(file, &DiskLoader, &context, &ThisMachine),
            };
            check(file, &loaded, *format)
        }
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

/// 0, 1 or 2 for clean, warnings, errors.
fn check(file: &str, loaded: &Loaded, format: Format) -> ExitCode {
    if loaded.missing_main {
        eprintln!("error: there is no file {file}");
        return ExitCode::from(2);
    }
    let shown: String = match format {
        Format::Json => format!("{}\n", json(&loaded.diagnostics, &loaded.sources)),
        Format::Sarif => format!("{}\n", sarif(&loaded.diagnostics, &loaded.sources, env!("CARGO_PKG_VERSION"))),
        Format::Short => loaded.diagnostics.iter().map(|d| format!("{}\n", concise(d, &loaded.sources))).collect(),
        Format::Full => {
            let style = style();
            loaded.diagnostics.iter().map(|d| format!("{}\n", full(d, &loaded.sources, style))).collect()
        }
    };
    let _ = print(&shown);
    let worst = loaded.diagnostics.iter().map(|d| d.severity).max();
    if format == Format::Full {
        let _ = print(&summary(file, loaded));
    }
    ExitCode::from(match worst {
        Some(Severity::Fatal | Severity::Error | Severity::Security) => 2,
        Some(Severity::Warning) => 1,
        Some(Severity::Note) | None => 0,
    })
}

/// For the terminal that reads it; shells tell its width in `COLUMNS` when they export it.
fn style() -> Style {
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|width| *width >= 40);
    Style { color: std::io::stdout().is_terminal(), width: width.unwrap_or(Style::default().width) }
}

fn summary(file: &str, loaded: &Loaded) -> String {
    let found = render::summary(&loaded.diagnostics, loaded.more);
    let config = &loaded.config;
    format!(
        "{file}: {}; {} virtual router(s), {} virtual server(s), {} real server(s)\n",
        if found.is_empty() { "nothing to complain of" } else { &found },
        config.instances.len(),
        config.virtual_servers.len(),
        config.virtual_servers.iter().map(|v| v.real_servers.len()).sum::<usize>()
    )
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
