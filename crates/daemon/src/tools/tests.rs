//! What `config`, `diff` and `check --pair` print: `tests/config/{config,diff,pair}`. With `EVENKEEL_BLESS=1` in the
//! environment it is written anew; review is the diff.
//!
//! - `config/NAME.conf`: `NAME.origin` (with `--origin`) and `NAME.json`;
//! - `diff/NAME.old.conf` and `diff/NAME.new.conf`: `NAME.out` and `NAME.json`;
//! - `pair/NAME.conf` for two directors `a` and `b`: `NAME.out`.
use super::check::Surroundings;
use super::outcome::Outcome;
use super::{check, config, diff};
use crate::cli::{Check, Diff, Format, Print};
use confparse::render::Style;
use confparse::source::{Context, MemoryLoader, UnknownHost};
use std::fs;
use std::path::{Path, PathBuf};

fn directory(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/config").join(kind)
}

fn context(id: Option<&String>) -> Context {
    let config_id = id.cloned().unwrap_or_else(|| "a".to_owned());
    Context { config_id, host_name: "director".to_owned(), all_include_checks: false }
}

/// All files of a directory.
fn loader(directory: &Path) -> MemoryLoader {
    let mut loader = MemoryLoader::new();
    for entry in fs::read_dir(directory).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        loader = loader.file(&entry.file_name().to_string_lossy(), fs::read(entry.path()).unwrap());
    }
    loader
}

/// The names of the configurations of a directory, without this ending.
fn names(directory: &Path, ending: &str) -> Vec<String> {
    let names =
        fs::read_dir(directory).unwrap().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter_map(|name| name.strip_suffix(ending).map(str::to_owned)).collect();
    names.sort();
    assert!(!names.is_empty(), "{} is empty", directory.display());
    names
}

fn told(outcome: &Outcome) -> String {
    let problems: String = outcome.problems.iter().map(|line| format!("{line}\n")).collect();
    format!("{}{problems}leaves with {}\n", outcome.text, outcome.status)
}

fn compare(path: &Path, found: &str) {
    if std::env::var_os("EVENKEEL_BLESS").is_some() {
        fs::write(path, found).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(found, expected, "{} is not what it was: run with EVENKEEL_BLESS=1 and review it", path.display());
}

#[test]
fn configurations_are_printed_with_their_origins_and_as_json() {
    let directory = directory("config");
    let loader = loader(&directory);
    for name in names(&directory, ".conf") {
        let file = format!("{name}.conf");
        let with = |json, origin| Print { file: file.clone(), json, origin, ..Print::default() };
        let origins = told(&config::print(&with(false, true), &loader, &context(None)));
        compare(&directory.join(format!("{name}.origin")), &origins);
        let json = config::print(&with(true, false), &loader, &context(None));
        compare(&directory.join(format!("{name}.json")), &json.text);
    }
}

#[test]
fn reloads_are_told_before_they_happen() {
    let directory = directory("diff");
    let loader = loader(&directory);
    for name in names(&directory, ".old.conf") {
        let with =
            |json| Diff { old: format!("{name}.old.conf"), new: format!("{name}.new.conf"), config_id: None, json };
        compare(&directory.join(format!("{name}.out")), &told(&diff::diff(&with(false), &loader, &context(None))));
        let json = diff::diff(&with(true), &loader, &context(None));
        compare(&directory.join(format!("{name}.json")), &json.text);
    }
}

fn checked(options: &Check, loader: &MemoryLoader) -> Outcome {
    check::check(options, &Surroundings { loader, host: &UnknownHost, context: &context }, Style::default())
}

#[test]
fn two_directors_are_held_against_each_other() {
    let directory = directory("pair");
    let loader = loader(&directory);
    for name in names(&directory, ".conf") {
        let options = Check {
            files: vec![format!("{name}.conf")],
            ids: vec!["a".to_owned(), "b".to_owned()],
            format: Format::Full,
            offline: true,
            pair: true,
        };
        compare(&directory.join(format!("{name}.out")), &told(&checked(&options, &loader)));
    }
}

const GOOD: &str = "vrrp_instance A {\n interface eth0\n virtual_router_id 1\n priority 90\n virtual_ipaddress {\n 10.0.0.1/24\n }\n}\n";

fn files() -> MemoryLoader {
    let loader = MemoryLoader::new().file("good.conf", GOOD);
    loader.file("bad.conf", GOOD.replace("priority", "prority")).file("other.conf", GOOD.replace("90", "80"))
}

fn options(files: &[&str], format: Format) -> Check {
    let files = files.iter().map(|file| (*file).to_owned()).collect();
    Check { files, ids: Vec::new(), format, offline: true, pair: false }
}

#[test]
fn the_status_is_that_of_the_worst_file() {
    let status = |files: &[&str]| checked(&options(files, Format::Short), &self::files()).status;
    assert_eq!((status(&["good.conf"]), status(&["good.conf", "bad.conf"])), (0, 2));
    let gone = checked(&options(&["good.conf", "gone.conf"], Format::Full), &files());
    assert_eq!(
        (gone.status, gone.problems.as_slice()),
        (2, ["error: there is no file gone.conf".to_owned()].as_slice())
    );
    assert!(gone.text.contains("good.conf: nothing to complain of; 1 virtual router(s)"), "{}", gone.text);
}

#[test]
fn programs_get_one_document_for_all_files() {
    let json = checked(&options(&["bad.conf", "bad.conf"], Format::Json), &files()).text;
    let list: serde_json::Value = serde_json::from_str(&json).unwrap();
    let one = checked(&options(&["bad.conf"], Format::Json), &files()).text;
    let single: serde_json::Value = serde_json::from_str(&one).unwrap();
    assert_eq!(list.as_array().map(Vec::len), single.as_array().map(|list| 2 * list.len()));
    let sarif = checked(&options(&["bad.conf", "good.conf"], Format::Sarif), &files()).text;
    let log: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(log["runs"].as_array().map(Vec::len), Some(2), "{sarif}");
    assert_eq!(log["version"], "2.1.0");
}

#[test]
fn a_pair_is_two_readings() {
    let pair = |files: &[&str], ids: &[&str]| {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        checked(&Check { ids, pair: true, ..options(files, Format::Short) }, &self::files())
    };
    assert_eq!(pair(&["good.conf", "other.conf"], &[]).status, 0);
    let same = pair(&["good.conf"], &["a", "b"]);
    assert!(same.status == 1 && same.text.contains("warning[pair-priority-equal]"), "{same:?}");
    for (files, ids) in [(vec!["good.conf"], vec![]), (vec!["good.conf"], vec!["a"]), (vec!["good.conf"; 3], vec!["a"])]
    {
        assert_eq!(pair(&files, &ids).problems, ["error: --pair takes two files, or one file and -i twice"]);
    }
}

#[test]
fn secrets_are_shown_on_demand_only() {
    let text = GOOD.replace("priority 90", "authentication {\n auth_type PASS\n auth_pass fishes\n }");
    let loader = MemoryLoader::new().file("k.conf", text.clone()).file("l.conf", text.replace("fishes", "birds"));
    let print = |show_secrets| {
        let options = Print { file: "k.conf".to_owned(), show_secrets, ..Print::default() };
        config::print(&options, &loader, &context(None)).text
    };
    assert!(!print(false).contains("fishes") && print(false).contains("auth_pass ****"), "{}", print(false));
    assert!(print(true).contains("auth_pass fishes"), "{}", print(true));
    let options = Diff { old: "k.conf".to_owned(), new: "l.conf".to_owned(), ..Diff::default() };
    let told = diff::diff(&options, &loader, &context(None));
    assert!(!told.text.contains("fishes") && !told.text.contains("birds"), "{}", told.text);
    assert!(told.text.contains("auth_pass changes and is not shown"), "{}", told.text);
}
