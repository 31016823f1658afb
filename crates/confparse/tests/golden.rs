//! Configurations with what they must come to: `tests/config/ok/NAME.conf` with `NAME.model`, `tests/config/err/NAME.conf`
//! with `NAME.stderr`. With `EVENKEEL_BLESS=1` in the environment the expectations are written anew; review is the diff.
//!
//! Comments at the beginning of a file say what is true of its host:
//!
//! - `# config-id: ID`, else `main`;
//! - `# interfaces: NAME...`, `# users: NAME...`, `# groups: NAME...`: these exist, and no others; unknown when not said;
//! - `# missing: PATH...`, `# safe: PATH...`, `# unsafe: PATH...`, `# not-executable: PATH...`: programs.
//!
//! Other files of the same directory can be included by their names relative to it; `NAME.d/` holds what belongs to one.
#![allow(clippy::disallowed_methods, reason = "the runner finds, reads and rewrites the files of the tests")]
#![allow(clippy::unwrap_used, reason = "all of this file is a test, though only its entry points are marked as one")]

mod facts;

use evenkeel_confparse::render::{Style, full, summary};
use evenkeel_confparse::source::MemoryLoader;
use evenkeel_confparse::{Loaded, load};
use facts::{Facts, loader};
use std::fs;
use std::path::{Path, PathBuf};

fn directory(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/config").join(kind)
}

/// What a person sees, and what `-t` answers.
fn shown(loaded: &Loaded) -> String {
    let mut text = String::new();
    for diagnostic in &loaded.diagnostics {
        text.push_str(&full(diagnostic, &loaded.sources, Style::default()));
        text.push('\n');
    }
    let summary = summary(&loaded.diagnostics, loaded.more);
    let summary = if summary.is_empty() { "nothing found".into() } else { summary };
    format!("{text}{summary}; -t answers {}\n", loaded.exit_status_for_t())
}

/// Compares with the stored expectation, or stores it.
fn check(path: &Path, found: &str, wrong: &mut Vec<String>) {
    let name = path.file_name().unwrap().to_string_lossy();
    if std::env::var_os("EVENKEEL_BLESS").is_some() {
        fs::write(path, found).unwrap();
        return;
    }
    let Ok(expected) = fs::read_to_string(path) else {
        return wrong.push(format!("{name} does not exist: run with EVENKEEL_BLESS=1 and review it"));
    };
    if expected == found {
        return;
    }
    let differs = expected.lines().zip(found.lines()).position(|(a, b)| a != b);
    let at = differs.unwrap_or(expected.lines().count().min(found.lines().count()));
    let line = |text: &str| text.lines().nth(at).unwrap_or("(end)").to_owned();
    wrong.push(format!("{name}:{}: expected `{}`, found `{}`", at + 1, line(&expected), line(found)));
}

/// Runs every configuration of a directory, and finds expectations that no configuration has any more.
fn run(kind: &str, extension: &str, result: fn(&Loaded, &mut Vec<String>, &str) -> String) {
    let directory = directory(kind);
    let loader = loader(&directory);
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut paths: Vec<PathBuf> = fs::read_dir(&directory).unwrap().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.is_file()) {
        if path.extension().is_some_and(|ext| ext == extension) {
            if !path.with_extension("conf").exists() {
                wrong.push(format!("{} has no configuration", path.display()));
            }
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy();
        assert!(name.ends_with(".conf"), "{name} is neither a configuration nor an expectation");
        let facts = Facts::of(&String::from_utf8_lossy(&fs::read(path).unwrap()));
        let loaded = load(&name, &loader, &facts.context(), &facts);
        let found = result(&loaded, &mut wrong, &name);
        check(&path.with_extension(extension), &found, &mut wrong);
        count += 1;
    }
    assert!(count > 10, "only {count} configurations were found in {}", directory.display());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn good_configurations_come_to_their_model() {
    run("ok", "model", |loaded, wrong, name| {
        if loaded.exit_status_for_t() != 0 || loaded.missing_main {
            wrong.push(format!("{name} has problems:\n{}", shown(loaded)));
        }
        format!("{:#?}\n", loaded.config)
    });
}

#[test]
fn bad_configurations_say_what_is_wrong() {
    run("err", "stderr", |loaded, wrong, name| {
        if loaded.diagnostics.is_empty() {
            wrong.push(format!("{name} has no problem"));
        }
        shown(loaded)
    });
}

fn generated(text: Vec<u8>) -> Loaded {
    let facts = Facts::default();
    load("k.conf", &MemoryLoader::new().file("k.conf", text), &facts.context(), &facts)
}

#[test]
fn a_line_of_a_megabyte_costs_one_message_and_no_other_line() {
    let long = vec![b'x'; 1 << 20];
    let text = [b"global_defs {\n    router_id a\n" as &[u8], &long, b"\n    router_id b\n}\n"].concat();
    let loaded = generated(text);
    assert_eq!(loaded.config.global.router_id, "b");
    let expected = "error[line-too-long]: a line has 1048576 bytes, 1023 are allowed\n --> k.conf:3:1\n";
    let shown = shown(&loaded);
    assert!(shown.starts_with(expected), "{shown}");
    assert!(shown.ends_with("1 error; -t answers 5\n") && shown.len() < 1_500, "{shown}");
}

#[test]
fn every_byte_there_is_makes_a_readable_message() {
    let text: Vec<u8> = (0..=255_u8).cycle().take(20_000).collect();
    let shown = shown(&generated(text));
    assert!(shown.contains("error[not-text]"), "{shown}");
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown}");
}
