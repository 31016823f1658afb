//! Drafts to the finished configuration: defaults that depend on other values, names to things, what is unusable taken out.
mod group;
mod instance;
mod server;

use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::Drafts;
use crate::lower::global::Globals;
use crate::lower::reader::Reader;
use crate::lower::track::KnownScript;
use crate::span::Origin;
use crate::validate;
use model::Config;
use model::config::track::{Script, TrackScript};
use model::config::vrrp::Instance;

/// Something finished, with the place of its name.
pub(crate) struct Placed<T> {
    pub(crate) thing: T,
    pub(crate) place: Origin,
}

/// Puts the configuration together.
pub(crate) fn config(reader: &mut Reader<'_>, globals: Globals, mut drafts: Drafts) -> Config {
    validate::unique_names(reader, &mut drafts);
    let mut instances: Vec<Placed<Instance>> = Vec::new();
    let mut notified = Vec::new();
    let mut unicast = Vec::new();
    for draft in drafts.instances {
        if draft.peers {
            unicast.push(draft.name.clone());
        }
        notified.push((draft.name.clone(), draft.notify_priority_changes.is_some()));
        instances.extend(instance::finish(reader, draft, &globals.defaults));
    }
    validate::vrids(reader, &mut instances, &unicast);
    let mut groups = group::finish(reader, drafts.groups, &mut instances, &notified);
    // Without a virtual router nobody could track them, and keepalived does not look at them.
    let scripts: Vec<_> = drafts.scripts.into_iter().filter(|_| !instances.is_empty()).collect();
    let scripts: Vec<Script> = scripts.into_iter().filter_map(|script| runnable(reader, script)).collect();
    // A script that cannot be run is not tracked, which has been reported; it causes no fault.
    let runs = |line: &TrackScript| scripts.iter().any(|script| script.name == line.script);
    instances.iter_mut().for_each(|placed| placed.thing.track_scripts.retain(runs));
    groups.iter_mut().for_each(|group| group.track_scripts.retain(runs));
    let mut servers: Vec<_> = Vec::new();
    for draft in drafts.servers {
        servers.extend(server::finish(reader, draft, &globals.defaults));
    }
    validate::services(reader, &mut servers);
    Config {
        global: globals.global,
        scripts,
        instances: instances.into_iter().map(|placed| placed.thing).collect(),
        groups,
        virtual_servers: servers.into_iter().map(|placed| placed.thing).collect(),
        ..Config::default()
    }
}

/// A script that can be run. One that nobody tracks is judged like the others, and not run.
fn runnable(reader: &mut Reader<'_>, known: KnownScript) -> Option<Script> {
    let command = reader.command(known.command)?;
    if !known.used {
        reader.report(
            Diagnostic::new("unused-script", Severity::Warning, format!("vrrp_script {} is not tracked", known.name))
                .at(known.place, "nothing names this script")
                .meanwhile("it is not run"),
        );
        return None;
    }
    Some(Script {
        name: known.name,
        command,
        interval: known.interval,
        timeout: known.timeout,
        weight: known.weight,
        rise: known.rise,
        fall: known.fall,
        init_fail: known.init_fail,
    })
}

/// A problem of a finished thing.
pub(crate) fn problem(code: &'static str, message: impl Into<String>, place: Origin, label: &str) -> Diagnostic {
    Diagnostic::new(code, Severity::Error, message).at(place, label)
}
