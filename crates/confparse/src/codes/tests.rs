//! Every code is listed once, and its page shows what it says.
use super::*;
use crate::diagnostic::Severity;
use crate::load;
use crate::source::{Context, Host, MemoryLoader, Program};
use std::collections::{BTreeMap, BTreeSet};

fn context() -> Context {
    Context { config_id: "lb1".into(), host_name: "lb1".into(), all_include_checks: false }
}

/// A host whose missing and unsafe things have telling names.
struct ExampleHost;

impl Host for ExampleHost {
    fn interface_exists(&self, name: &str) -> Option<bool> {
        Some(name != "eth99")
    }

    fn user_exists(&self, name: &str) -> Option<bool> {
        Some(!matches!(name, "nobody-here" | "keepalived_script"))
    }

    fn group_exists(&self, _name: &str) -> Option<bool> {
        None
    }

    fn program(&self, path: &str) -> Program {
        match path {
            "/usr/bin/missing" => Program::Missing,
            "/usr/bin/unsafe" => Program::Unsafe("anybody can write /usr/bin".to_owned()),
            _ => Program::Safe,
        }
    }
}

/// Files with keys that examples name.
fn with_keys(loader: MemoryLoader) -> MemoryLoader {
    let key = "0123456789abcdef0123456789abcdef\n";
    loader.open_file("open.key", key).file("private.key", key)
}

/// The codes that a configuration yields. Beside it there are files that examples include.
fn codes_of(root: &str, text: &str) -> BTreeSet<&'static str> {
    let loader = MemoryLoader::new()
        .file("keepalived.conf", text)
        .file("part.conf", "# nothing\n")
        .file("conf.d/one.conf", "# nothing\n")
        .executable("run.conf");
    let loader = with_keys(loader);
    let loaded = load(root, &loader, &context(), &ExampleHost);
    let between = crate::pair::tests::between(&loader, root, ["lb1", "lb2"]);
    loaded.diagnostics.iter().chain(&between).map(|diagnostic| diagnostic.code).collect()
}

#[test]
fn names_are_unique() {
    let mut seen = BTreeSet::new();
    for code in all() {
        assert!(seen.insert(code.name), "{} is listed twice", code.name);
        assert!(code.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{}", code.name);
        assert!(matches!(code.fatal_status, 0 | 2 | 4 | 6), "{}", code.name);
    }
}

#[test]
fn harmless_codes_are_codes() {
    for name in HARMLESS {
        assert!(find(name).is_some(), "{name}");
    }
    assert!(!is_harmless("unknown-keyword") && !is_harmless("missing-close-brace"));
}

#[test]
fn examples_have_the_problem_and_fixed_ones_do_not() {
    let mut wrong = Vec::new();
    for code in all() {
        // This one is a matter of the command line.
        let root = if code.name == "several-main-files" { "*.conf" } else { "keepalived.conf" };
        if !codes_of(root, code.example).contains(code.name) {
            wrong.push(format!("{}: the example yields {:?}", code.name, codes_of(root, code.example)));
        }
        if codes_of("keepalived.conf", code.fixed).contains(code.name) {
            wrong.push(format!("{}: the fixed example still yields it", code.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn fixed_examples_of_what_words_mean_have_no_other_problem() {
    let mut wrong = Vec::new();
    for code in semantic::codes() {
        let loader = with_keys(MemoryLoader::new().file("keepalived.conf", code.fixed));
        let loaded = load("keepalived.conf", &loader, &context(), &ExampleHost);
        let bad: Vec<_> = loaded.diagnostics.iter().filter(|one| one.severity > Severity::Note).collect();
        wrong.extend(bad.iter().map(|one| format!("{}: {}: {}", code.name, one.code, one.message)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_code_in_the_sources_is_listed() {
    let listed: BTreeMap<&str, ()> = all().map(|code| (code.name, ())).collect();
    let mut emitted = BTreeSet::new();
    collect(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut emitted);
    assert!(emitted.len() > 20, "the search finds nothing any more");
    let missing: Vec<&String> = emitted.iter().filter(|name| !listed.contains_key(name.as_str())).collect();
    assert!(missing.is_empty(), "emitted but not listed: {missing:?}");
}

/// The functions that take a code as their first argument, or as their first after another.
const MAKERS: [&str; 5] = ["Diagnostic::new(", " problem(", " Bad::new(", "(Bad::new(", "unusable(spoken, "];

/// The codes that those functions get, below a directory.
#[allow(clippy::disallowed_methods, reason = "the test reads the sources of its own crate")]
fn collect(directory: &std::path::Path, emitted: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, emitted);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for (at, found) in MAKERS.iter().flat_map(|maker| text.match_indices(maker)) {
                let rest = text[at + found.len()..].trim_start();
                emitted.extend(rest.strip_prefix('"').and_then(|rest| rest.split('"').next()).map(str::to_owned));
            }
        }
    }
}
