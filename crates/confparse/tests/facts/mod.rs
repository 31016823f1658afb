//! What the comments at the beginning of a test's configuration say of its host, and its files from memory.
use evenkeel_confparse::source::{Context, Host, MemoryLoader, Program};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What the comments at the beginning of a file say.
#[derive(Clone, Default)]
pub(crate) struct Facts(BTreeMap<String, Vec<String>>);

impl Facts {
    /// Those of a text.
    pub(crate) fn of(text: &str) -> Self {
        let lines = text.lines().map_while(|line| line.strip_prefix("# "));
        let facts = lines.filter_map(|line| line.split_once(": "));
        Self(facts.map(|(key, words)| (key.into(), words.split_whitespace().map(str::to_owned).collect())).collect())
    }

    fn lists(&self, key: &str, name: &str) -> Option<bool> {
        self.0.get(key).map(|words| words.iter().any(|word| word == name))
    }

    /// What is true of a reading with these facts.
    pub(crate) fn context(&self) -> Context {
        let id = self.0.get("config-id").and_then(|words| words.first()).map_or("main", String::as_str);
        Context { config_id: id.into(), host_name: "main".into(), all_include_checks: false }
    }
}

impl Host for Facts {
    fn interface_exists(&self, name: &str) -> Option<bool> {
        self.lists("interfaces", name)
    }

    fn user_exists(&self, name: &str) -> Option<bool> {
        self.lists("users", name)
    }

    fn group_exists(&self, name: &str) -> Option<bool> {
        self.lists("groups", name)
    }

    fn program(&self, path: &str) -> Program {
        for (key, program) in [
            ("missing", Program::Missing),
            ("safe", Program::Safe),
            ("not-executable", Program::NotExecutable),
            ("unsafe", Program::Unsafe(format!("{path} can be written by everybody"))),
        ] {
            if self.lists(key, path) == Some(true) {
                return program;
            }
        }
        Program::Unknown
    }
}

/// All files of a directory, by names relative to it.
pub(crate) fn loader(directory: &Path) -> MemoryLoader {
    add(MemoryLoader::new(), directory, "").variable("SITE", "blue")
}

/// Adds all files of a directory, with something before their names.
pub(crate) fn add(mut loader: MemoryLoader, directory: &Path, prefix: &str) -> MemoryLoader {
    for entry in fs::read_dir(directory).unwrap().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            loader = add(loader, &entry.path(), &format!("{name}/"));
        } else {
            loader = loader.file(&name, fs::read(entry.path()).unwrap());
        }
    }
    loader
}
