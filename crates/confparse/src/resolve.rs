//! Drafts to the finished configuration: defaults that depend on other values, names to things, what is unusable taken out.
mod addresses;
mod group;
mod instance;
mod link;
mod lvs;
mod scripts;
mod secret;
mod server;
mod statics;
mod strict;
mod today;
mod trackers;
mod unicast;

use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::global::Globals;
use crate::lower::reader::Reader;
use crate::lower::{Drafts, lookups};
use crate::span::Origin;
use crate::validate;
use model::config::routing::Statics;
use model::config::vrrp::Instance;
use model::{Config, Name};
use std::collections::HashSet;

/// Something finished, with the place of its name.
pub(crate) struct Placed<T> {
    pub(crate) thing: T,
    pub(crate) place: Origin,
}

/// Puts the configuration together.
pub(crate) fn config(reader: &mut Reader<'_>, globals: Globals, mut drafts: Drafts) -> Config {
    validate::unique_names(reader, &mut drafts);
    let Globals { mut global, defaults, sync } = globals;
    let on = global.vrrp.default_interface.clone();
    global.polled_links = drafts.links.polled;
    let mut instances: Vec<Placed<Instance>> = Vec::new();
    let mut notified = Vec::new();
    let mut named = scripts::named(&drafts.instances, &drafts.groups);
    named.extend(lookups::finish(reader, |block| drafts.watched.definitions(block)));
    for draft in drafts.instances {
        notified.push((draft.name.clone(), draft.notify_priority_changes.is_some()));
        let old = today::Old::of(&draft);
        let (name, place) = (draft.name.clone(), draft.place);
        match instance::finish(reader, draft, &defaults, on.as_ref()) {
            Some(instance) => {
                old.say(&mut global);
                instances.push(instance);
            }
            None => reader.lookups.lost("vrrp_instance", name, place, "skipped"),
        }
    }
    validate::links::vrids(reader, &mut instances);
    validate::links::names(reader, &mut instances);
    let mut groups = group::finish(reader, drafts.groups, &mut instances, &notified, &defaults);
    validate::weights::check(reader, &instances, &groups);
    let watched = drafts.watched;
    let scripts = scripts::finish(reader, watched.scripts, &named, &mut instances, &mut groups);
    let server_groups = server::groups(reader, drafts.server_groups);
    let mut servers: Vec<_> = Vec::new();
    for draft in drafts.servers {
        servers.extend(server::finish(reader, draft, &defaults, &server_groups));
    }
    validate::services(reader, &mut servers);
    server_groups.overlaps(reader, &servers);
    global.lvs.ssl = drafts.ssl;
    if let Some(draft) = sync {
        global.lvs.sync_daemon = lvs::sync_daemon(reader, draft, &instances);
    }
    let names: HashSet<Name> = instances.iter().map(|placed| placed.thing.name.clone()).collect();
    let track_groups = statics::groups(reader, drafts.links.track_groups, &names);
    global.vrrp.garp_groups = drafts.links.garp_groups;
    global.link_delays = drafts.links.delays;
    Config {
        global,
        scripts,
        files: watched.files.into_things(),
        processes: watched.processes.into_things(),
        bfd: watched.bfd.into_things(),
        statics: Statics {
            addresses: statics::addresses(reader, drafts.static_addresses, &track_groups, on.as_ref()),
            routes: statics::watched(reader, drafts.routes, &track_groups),
            rules: statics::watched(reader, drafts.rules, &track_groups),
            groups: track_groups,
        },
        instances: instances.into_iter().map(|placed| placed.thing).collect(),
        groups,
        server_groups: server_groups.into_model(),
        virtual_servers: servers.into_iter().map(|placed| placed.thing).collect(),
    }
}

/// A problem of a finished thing.
pub(crate) fn problem(code: &'static str, message: impl Into<String>, place: Origin, label: &str) -> Diagnostic {
    Diagnostic::new(code, Severity::Error, message).at(place, label)
}
