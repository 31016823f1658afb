//! A reload: read, judge, compare; the plan is applied by orders to the threads, never by a restart.
use confparse::Loaded;
use confparse::diagnostic::{Diagnostic, Severity};
use model::Config;
use model::diff::{Plan, diff};
use std::collections::BTreeMap;

/// What becomes of a newly read configuration.
#[derive(Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It runs from now on; the plan tells what changes.
    Accepted(Plan),
    /// It has errors that the running one has not: the running one stays. The errors are named by their position in the
    /// new one's diagnostics.
    Refused(Vec<usize>),
}

/// Judges a new configuration against the running one. An error that already was in the running configuration when the
/// daemon accepted it at its start does not make a reload impossible for ever.
#[must_use]
pub fn judge(running: &Config, known: &[Diagnostic], new: &Loaded) -> Judgement {
    let mut tolerated = BTreeMap::<_, usize>::new();
    for diagnostic in known.iter().filter(|d| is_error(d)) {
        *tolerated.entry(identity(diagnostic)).or_default() += 1;
    }
    let mut fresh = Vec::new();
    for (position, diagnostic) in new.diagnostics.iter().enumerate().filter(|(_, d)| is_error(d)) {
        match tolerated.get_mut(&identity(diagnostic)) {
            Some(count) if *count > 0 => *count -= 1,
            _ => fresh.push(position),
        }
    }
    if new.missing_main || !fresh.is_empty() {
        return Judgement::Refused(fresh);
    }
    Judgement::Accepted(diff(running, &new.config))
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity >= Severity::Error
}

fn identity(diagnostic: &Diagnostic) -> (&'static str, &str) {
    (diagnostic.code, &diagnostic.message)
}
