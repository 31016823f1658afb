//! Every scenario of `tests/scenario` holds.
use evenkeel_sim::scenario::parse::parse;
use evenkeel_sim::swarm;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn files() -> std::io::Result<Vec<PathBuf>> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/scenario"));
    let entries = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut files = entries.collect::<std::io::Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|e| e == "scn"));
    files.sort();
    Ok(files)
}

#[test]
fn all_hold() {
    let mut failed = Vec::new();
    for path in files().expect("tests/scenario") {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let scenario = parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if let Err(failure) = swarm::run(&Arc::new(scenario)) {
            failed.push(format!("{}\n{failure}\n", path.display()));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn there_are_many_and_each_expects_something() {
    let files = files().expect("tests/scenario");
    assert!(files.len() >= 20, "{} scenarios", files.len());
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        assert!(text.contains(" expect "), "{} expects nothing", path.display());
    }
}
