//! `evenkeel fmt`: files in the common layout, printed, checked, or written in place of the old ones.
use crate::cli::FmtMode;
use confparse::print::{Brace, format, reads_alike};
use nix::unistd::{Gid, Uid, fchown};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

/// The name of standard input.
const STDIN: &str = "-";

/// What came of some files.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// For standard output: texts, or names of files that changed or would.
    pub(super) text: Vec<u8>,
    /// For standard error, a line each.
    pub(super) problems: Vec<String>,
    /// 0, or 1 where `--check` found something, or 2 after a problem.
    pub(super) status: u8,
}

/// Formats files. Every file is looked at, whatever is wrong with the others.
#[must_use]
pub(super) fn fmt(files: &[String], mode: FmtMode, stdin: &mut dyn Read) -> Outcome {
    let mut outcome = Outcome::default();
    for file in files {
        match one(file, mode, stdin) {
            Ok(Done::Printed(text)) => outcome.text.extend(text),
            Ok(Done::Same) => {}
            Ok(Done::Differs) => {
                outcome.text.extend_from_slice(format!("{file}\n").as_bytes());
                outcome.status = outcome.status.max(u8::from(mode == FmtMode::Check));
            }
            Err(problem) => {
                outcome.problems.push(format!("error: {file}: {problem}"));
                outcome.status = 2;
            }
        }
    }
    outcome
}

/// What came of one file.
enum Done {
    /// This is it.
    Printed(Vec<u8>),
    /// It is in the common layout.
    Same,
    /// It was not.
    Differs,
}

fn one(file: &str, mode: FmtMode, stdin: &mut dyn Read) -> Result<Done, String> {
    let text = read(file, stdin).map_err(|error| format!("cannot be read: {error}"))?;
    let formatted = format(&text);
    if let Some(brace) = formatted.lonely {
        return Err(lonely(brace));
    }
    // Certain by construction and by test; but what is at stake is the configuration of a running director.
    if !reads_alike(&text, &formatted.text, "main") {
        return Err("not formatted, because it would not read alike; this is a bug of fmt".to_owned());
    }
    match mode {
        FmtMode::Print => Ok(Done::Printed(formatted.text)),
        _ if formatted.text == text => Ok(Done::Same),
        FmtMode::Check => Ok(Done::Differs),
        FmtMode::Write if file == STDIN => Err("standard input cannot be written to; leave out --write".to_owned()),
        FmtMode::Write => {
            let replaced = replace(Path::new(file), &text, &formatted.text);
            replaced.map(|()| Done::Differs).map_err(|error| format!("not written: {error}"))
        }
    }
}

fn lonely(brace: Brace) -> String {
    match brace {
        Brace::Open(line) => format!("not formatted: nothing closes the {{ of line {line}; `evenkeel check` says more"),
        Brace::Close(line) => {
            format!("not formatted: the }} of line {line} closes nothing; `evenkeel check` says more")
        }
    }
}

fn read(file: &str, stdin: &mut dyn Read) -> io::Result<Vec<u8>> {
    if file != STDIN {
        return fs::read(file);
    }
    let mut text = Vec::new();
    stdin.read_to_end(&mut text)?;
    Ok(text)
}

/// Puts a new file in the place of the old one, at once, with the same owner and mode; a symbolic link stays one.
fn replace(file: &Path, old: &[u8], new: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(file)?;
    let metadata = fs::metadata(&path)?;
    let directory = path.parent().unwrap_or(Path::new("/"));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = directory.join(format!(".{name}.{}", std::process::id()));
    let filled = (|| {
        let mut target = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        target.write_all(new)?;
        let (owner, group) = (Uid::from_raw(metadata.uid()), Gid::from_raw(metadata.gid()));
        fchown(&target, Some(owner), Some(group))?;
        target.set_permissions(Permissions::clone(&metadata.permissions()))?;
        target.sync_all()?;
        if fs::read(&path)? != old {
            return Err(io::Error::other("somebody else changed it meanwhile"));
        }
        fs::rename(&beside, &path)
    })();
    if filled.is_err() {
        // What could not be finished must not be found by an include of the whole directory.
        let _ = fs::remove_file(&beside);
        return filled;
    }
    File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests;
