//! Every file in `examples/` loads for both directors without anything worse than a note.
#![allow(clippy::disallowed_methods, reason = "the test reads the examples from disk")]

use evenkeel_confparse::diagnostic::Severity;
use evenkeel_confparse::source::{Context, Host, MemoryLoader, Program};
use evenkeel_confparse::{Loaded, load};
use std::path::Path;

/// A director as the example expects it.
struct Director;

impl Host for Director {
    fn interface_exists(&self, name: &str) -> Option<bool> {
        Some(matches!(name, "lo" | "eth0"))
    }

    fn user_exists(&self, name: &str) -> Option<bool> {
        Some(matches!(name, "root" | "nobody"))
    }

    fn group_exists(&self, name: &str) -> Option<bool> {
        Some(name == "root")
    }

    fn program(&self, path: &str) -> Program {
        match path {
            "/usr/bin/ping" | "/usr/bin/logger" => Program::Safe,
            _ => Program::Missing,
        }
    }
}

fn loaded(id: &str) -> Result<Loaded, std::io::Error> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/keepalived.conf");
    let loader = MemoryLoader::new().file("keepalived.conf", std::fs::read(path)?);
    let context = Context { config_id: id.into(), host_name: id.into(), all_include_checks: true };
    Ok(load("keepalived.conf", &loader, &context, &Director))
}

#[test]
fn the_example_is_clean_for_both_directors() -> Result<(), std::io::Error> {
    for id in ["primary", "backup"] {
        let loaded = loaded(id)?;
        let bad: Vec<_> = loaded.diagnostics.iter().filter(|one| one.severity > Severity::Note).collect();
        assert!(bad.is_empty(), "{id}: {bad:#?}");
        assert_eq!(loaded.exit_status_for_t(), 0);
    }
    Ok(())
}

#[test]
fn the_directors_differ_in_what_they_must_and_in_nothing_else() -> Result<(), std::io::Error> {
    let (primary, mut backup) = (loaded("primary")?.config, loaded("backup")?.config);
    assert_eq!((primary.instances.len(), primary.groups.len(), primary.virtual_servers.len()), (2, 1, 2));
    assert_eq!(primary.virtual_servers.iter().map(|server| server.real_servers.len()).sum::<usize>(), 3);
    backup.global.router_id.clone_from(&primary.global.router_id);
    for (ours, theirs) in primary.instances.iter().zip(&mut backup.instances) {
        assert!(ours.priority > theirs.priority, "{}", ours.name);
        assert_ne!(ours.source, theirs.source, "{}", ours.name);
        theirs.priority = ours.priority;
        theirs.source = ours.source;
    }
    assert_eq!(primary, backup);
    Ok(())
}
