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

/// Judges a new configuration against the running one. An error under which nothing that was written is lost (a default
/// stands in) is told, and refuses nothing. Another error that already was in the running configuration when the
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

/// What is settled when the daemon starts, and written otherwise now.
#[must_use]
pub fn settled(running: &Config, new: &Config) -> Option<String> {
    let (old, new) = (&running.global, &new.global);
    let changed = [
        (old.namespace != new.namespace, "net_namespace"),
        (old.ipvs_namespace != new.ipvs_namespace, "net_namespace_ipvs"),
    ];
    let (_, word) = changed.into_iter().find(|(changed, _)| *changed)?;
    Some(format!("{word} cannot change while the daemon runs; restart it"))
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity >= Severity::Error && !confparse::codes::is_harmless(diagnostic.code)
}

fn identity(diagnostic: &Diagnostic) -> (&'static str, &str) {
    (diagnostic.code, &diagnostic.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use confparse::load;
    use confparse::source::{Context, MemoryLoader, UnknownHost};

    const GOOD: &str =
        "vrrp_instance A {\n interface eth0\n virtual_router_id 1\n virtual_ipaddress {\n 10.0.0.1/24\n }\n}\n";

    fn read(text: &str) -> Loaded {
        let loader = MemoryLoader::new().file("/k.conf", text);
        let context = Context { config_id: "a".into(), host_name: "a".into(), all_include_checks: false };
        load("/k.conf", &loader, &context, &UnknownHost)
    }

    fn judged(before: &str, after: &str) -> Judgement {
        let running = read(before);
        judge(&running.config, &running.diagnostics, &read(after))
    }

    #[test]
    fn an_unchanged_file_has_an_empty_plan() {
        assert_eq!(judged(GOOD, GOOD), Judgement::Accepted(Plan::default()));
        let comment = format!("# a comment\n{GOOD}");
        assert_eq!(judged(GOOD, &comment), Judgement::Accepted(Plan::default()));
    }

    #[test]
    fn a_namespace_is_settled() {
        let told = |before: &str, after: &str| settled(&read(before).config, &read(after).config);
        assert_eq!(told(GOOD, GOOD), None);
        let moved = told(GOOD, &format!("net_namespace blue\n{GOOD}"));
        assert_eq!(moved.as_deref(), Some("net_namespace cannot change while the daemon runs; restart it"));
        assert!(told(GOOD, &format!("net_namespace_ipvs\n{GOOD}")).is_some());
    }

    #[test]
    fn a_change_is_planned() {
        let Judgement::Accepted(plan) = judged(GOOD, &GOOD.replace("10.0.0.1", "10.0.0.2")) else { panic!("refused") };
        assert_eq!(plan.changes.len(), 1);
    }

    #[test]
    fn a_new_error_refuses_and_an_old_one_does_not() {
        let bad = GOOD.replace("interface", "inteface");
        assert!(matches!(judged(GOOD, &bad), Judgement::Refused(errors) if !errors.is_empty()));
        assert!(matches!(judged(&bad, &bad), Judgement::Accepted(plan) if plan.is_empty()));
        let twice = format!("{bad}{}", bad.replace(" A ", " B "));
        assert!(matches!(judged(&bad, &twice), Judgement::Refused(_)), "the same mistake again is a new one");
        assert!(matches!(judged(&bad, GOOD), Judgement::Accepted(_)));
    }

    #[test]
    fn a_default_that_stands_in_refuses_nothing() {
        let server = "virtual_server 10.0.0.1 80 {\n protocol TCP\n lb_algo rr\n real_server 10.0.0.2 80 {\n }\n}\n";
        let loaded = read(server);
        assert!(loaded.diagnostics.iter().any(|d| d.severity >= Severity::Error), "lvs_method is missing");
        assert!(
            matches!(judged(GOOD, &format!("{GOOD}{server}")), Judgement::Accepted(plan) if plan.changes.len() == 1)
        );
    }

    #[test]
    fn a_file_that_is_gone_refuses() {
        let running = read(GOOD);
        let loader = MemoryLoader::new();
        let context = Context { config_id: "a".into(), host_name: "a".into(), all_include_checks: false };
        let gone = load("/k.conf", &loader, &context, &UnknownHost);
        assert!(matches!(judge(&running.config, &running.diagnostics, &gone), Judgement::Refused(_)));
    }
}
