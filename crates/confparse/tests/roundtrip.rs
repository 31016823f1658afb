//! What is printed of a configuration reads back as the same configuration: over all of `tests/config/{ok,err}` and
//! `examples`.
#![allow(clippy::disallowed_methods, reason = "the runner finds and reads the files of the tests")]
#![allow(clippy::unwrap_used, reason = "all of this file is a test, though only its entry points are marked as one")]
mod facts;

use evenkeel_confparse::diagnostic::Severity;
use evenkeel_confparse::source::MemoryLoader;
use evenkeel_confparse::{Loaded, load, print};
use facts::{Facts, loader};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Reads, prints, reads again; says what is not the same.
fn check(path: &Path, files: &MemoryLoader, wrong: &mut Vec<String>) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let facts = Facts::of(&String::from_utf8_lossy(&fs::read(path).unwrap()));
    let first = load(&name, files, &facts.context(), &facts);
    let text = print::node::text(&print::config(&first.config));
    let again = files.clone().file("printed.conf", text.clone());
    let second = load("printed.conf", &again, &facts.context(), &facts);
    if first.config != second.config {
        let (a, b) = (format!("{:#?}", first.config), format!("{:#?}", second.config));
        let differs = a.lines().zip(b.lines()).find(|(a, b)| a != b);
        wrong.push(format!("{name}: becomes another configuration, first at {differs:?}; printed:\n{text}"));
    }
    let new: Vec<String> =
        problems(&second, Severity::Warning).difference(&problems(&first, Severity::Note)).cloned().collect();
    if !new.is_empty() {
        wrong.push(format!("{name}: has new problems: {new:?}; printed:\n{text}"));
    }
    let third = print::node::text(&print::config(&second.config));
    if third != text {
        wrong.push(format!("{name}: is printed in another way the second time"));
    }
}

/// The codes of what is at least so bad. What comes of another mistake is a note, and a problem where that is gone.
fn problems(loaded: &Loaded, least: Severity) -> BTreeSet<String> {
    let wrong = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.severity >= least);
    wrong.map(|diagnostic| diagnostic.code.to_owned()).collect()
}

#[test]
fn every_configuration_is_the_same_when_it_is_printed_and_read_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut wrong = Vec::new();
    let mut count = 0;
    for directory in ["tests/config/ok", "tests/config/err", "examples"].map(|directory| root.join(directory)) {
        let files = loader(&directory);
        let mut paths: Vec<PathBuf> = fs::read_dir(&directory).unwrap().flatten().map(|entry| entry.path()).collect();
        paths.retain(|path| path.is_file() && path.extension().is_some_and(|extension| extension == "conf"));
        paths.sort();
        count += paths.len();
        paths.iter().for_each(|path| check(path, &files, &mut wrong));
    }
    assert!(count > 10, "only {count} configurations were found");
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}
