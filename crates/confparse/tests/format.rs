//! Formatting every configuration of the project changes no model and no complaint, and formatting twice is formatting once.
#![allow(clippy::disallowed_methods, reason = "the test finds and reads the files of the project")]
#![allow(clippy::unwrap_used, reason = "all of this file is a test, though only its entry points are marked as one")]

use evenkeel_confparse::print::format;
use evenkeel_confparse::source::{Context, MemoryLoader, UnknownHost};
use evenkeel_confparse::{codes, load};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// All files below a directory of the project, by names relative to it.
fn files(directory: &str) -> BTreeMap<String, Vec<u8>> {
    fn collect(root: &Path, directory: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(directory).unwrap().flatten() {
            let path: PathBuf = entry.path();
            if path.is_dir() {
                collect(root, &path, found);
            } else if path.extension().is_some_and(|extension| extension == "conf") {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(directory);
    let mut found = BTreeMap::new();
    collect(&root, &root, &mut found);
    assert!(!found.is_empty(), "{directory} holds no configuration");
    found
}

/// What a configuration comes to: the model, and what is complained about.
fn meaning(root: &str, files: &BTreeMap<String, Vec<u8>>) -> (model::Config, BTreeMap<&'static str, usize>) {
    let context = Context { config_id: "main".into(), host_name: "main".into(), all_include_checks: false };
    let loader = files.iter().fold(MemoryLoader::new(), |loader, (name, bytes)| loader.file(name, bytes.clone()));
    let loaded = load(root, &loader.variable("SITE", "blue"), &context, &UnknownHost);
    let mut codes = BTreeMap::new();
    for diagnostic in &loaded.diagnostics {
        *codes.entry(diagnostic.code).or_default() += 1;
    }
    // Which brace is to blame is guessed from the indentation, and what stands behind it in the wrong block is told with it.
    if codes.keys().any(|code| code.ends_with("-close-brace")) {
        codes.retain(|code, _| !matches!(*code, "unknown-keyword" | "unused-script"));
    }
    (loaded.config, codes)
}

#[test]
fn no_configuration_changes_its_meaning() {
    for directory in ["tests/config/ok", "tests/config/err", "examples"] {
        let before = files(directory);
        let after: BTreeMap<_, _> = before.iter().map(|(name, bytes)| (name.clone(), format(bytes).text)).collect();
        for (name, bytes) in &after {
            assert_eq!(&format(bytes).text, bytes, "{directory}/{name} is formatted differently the second time");
            assert_eq!(meaning(name, &before), meaning(name, &after), "{directory}/{name}");
        }
    }
}

#[test]
fn the_examples_are_in_the_common_layout() {
    for (name, bytes) in files("examples") {
        assert_eq!(String::from_utf8_lossy(&format(&bytes).text), String::from_utf8_lossy(&bytes), "{name}");
    }
}

#[test]
fn the_examples_of_the_explanations_are_in_the_common_layout() {
    let mut wrong = Vec::new();
    for code in codes::all() {
        let fixed = format(code.fixed.as_bytes());
        if fixed.text != code.fixed.as_bytes() || fixed.lonely.is_some() {
            wrong.push((code.name, String::from_utf8_lossy(&fixed.text).into_owned()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
