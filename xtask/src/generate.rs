//! `cargo xtask generate`: manual pages, reference and completion scripts, made from the tables that the programs read.
mod diagnostics;
mod keywords;
mod language_manual;
mod markdown;
mod program_manual;
mod reference;
mod roff;

use crate::build;
use crate::screen::Screen;
use clap_complete::Shell;
use lab::{Doing, Error, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// Directories that hold generated files and nothing else.
const DIRECTORIES: &[&str] = &["docs/reference", "docs/man", "docs/completion"];

/// Files by their path from the root.
type Files = BTreeMap<String, String>;

/// Writes what changed; with `--check`, says what would change and fails.
pub(crate) fn run(words: &[&str]) -> Result<ExitCode> {
    let screen = Screen::of_stdout();
    match words {
        [] => {
            let changed = write(&build::root())?;
            screen.line(format!("generate: {} files, {changed} changed", files().len()));
            Ok(ExitCode::SUCCESS)
        }
        ["--check"] => {
            let stale = stale(&build::root())?;
            stale.iter().for_each(|path| screen.line(format!("{path} is not what the tables say")));
            Ok(if stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        [word, ..] => Err(Error::new(format!("{word}: generate has no such option"))),
    }
}

/// Paths of generated files that are missing, differ, or have no source any more.
pub(crate) fn stale(root: &Path) -> Result<Vec<String>> {
    let wanted = files();
    let found = present(root)?;
    let differing = wanted.iter().filter(|(path, text)| found.get(*path) != Some(*text)).map(|(path, _)| path);
    let orphaned = found.keys().filter(|path| !wanted.contains_key(*path));
    Ok(differing.chain(orphaned).cloned().collect())
}

fn write(root: &Path) -> Result<usize> {
    let stale = stale(root)?;
    let wanted = files();
    for path in &stale {
        let target = root.join(path);
        match wanted.get(path) {
            Some(text) => {
                if let Some(directory) = target.parent() {
                    fs::create_dir_all(directory).doing(format!("making {}", directory.display()))?;
                }
                fs::write(&target, text).doing(format!("writing {path}"))?;
            }
            None => fs::remove_file(&target).doing(format!("removing {path}"))?,
        }
    }
    Ok(stale.len())
}

/// What stands in the generated directories.
fn present(root: &Path) -> Result<Files> {
    fn collect(root: &Path, directory: &Path, found: &mut Files) -> Result<()> {
        let Ok(entries) = fs::read_dir(directory) else { return Ok(()) };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                collect(root, &path, found)?;
                continue;
            }
            let bytes = fs::read(&path).doing(format!("reading {}", path.display()))?;
            let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            found.insert(name, String::from_utf8_lossy(&bytes).into_owned());
        }
        Ok(())
    }
    let mut found = Files::new();
    for directory in DIRECTORIES {
        collect(root, &root.join(directory), &mut found)?;
    }
    Ok(found)
}

/// Everything that is generated.
fn files() -> Files {
    let mut files = Files::new();
    reference::pages(&mut files);
    diagnostics::pages(&mut files);
    files.insert("docs/man/keepalived.conf.5".into(), language_manual::page());
    files.insert("docs/man/evenkeel.8".into(), program_manual::page());
    for (shell, name) in [(Shell::Bash, "evenkeel.bash"), (Shell::Zsh, "_evenkeel"), (Shell::Fish, "evenkeel.fish")] {
        files.insert(format!("docs/completion/{name}"), lines(&daemon::tools::completion(shell)));
    }
    files
}

/// The text without blanks at line ends, and with one line end at its own.
fn lines(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests;
