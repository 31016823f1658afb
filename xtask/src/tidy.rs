//! `cargo xtask tidy`: the rules of the house that a program can check.
mod arrows;
mod files;
mod functions;

use crate::build;
use crate::generate;
use crate::screen::Screen;
use lab::Result;
use std::fmt;
use std::process::ExitCode;

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// The file, from the root.
    file: String,
    /// The line, from 1; 0 where the file as a whole is meant.
    line: usize,
    /// What is wrong.
    what: String,
    /// Why there is such a rule.
    why: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, what, why } = self;
        match line {
            0 => write!(f, "{file}: {what} ({why})"),
            line => write!(f, "{file}:{line}: {what} ({why})"),
        }
    }
}

/// Checks the whole workspace and prints what is wrong.
pub(crate) fn run() -> Result<ExitCode> {
    let screen = Screen::of_stdout();
    let (findings, files) = check()?;
    for finding in &findings {
        screen.line(finding);
    }
    if findings.is_empty() {
        screen.line(format!("tidy: {files} files, every rule kept"));
        return Ok(ExitCode::SUCCESS);
    }
    screen.line(format!("tidy: {} broken rules in {files} files", findings.len()));
    Ok(ExitCode::FAILURE)
}

/// Every broken rule.
pub(crate) fn findings() -> Result<Vec<Finding>> {
    Ok(check()?.0)
}

fn check() -> Result<(Vec<Finding>, usize)> {
    let root = build::root();
    let mut findings = arrows::check(&build::metadata()?);
    let sources = files::sources(&root)?;
    for source in &sources {
        findings.extend(files::check(source));
        findings.extend(functions::check(source));
    }
    findings.extend(files::check_crates(&root));
    findings.extend(generate::stale(&root)?.into_iter().map(|file| Finding {
        file,
        line: 0,
        what: "it is not what the tables say".into(),
        why: "cargo xtask generate makes it",
    }));
    findings.sort();
    Ok((findings, sources.len()))
}
