//! `evenkeel diff`: what a reload would change, in the words of the configuration, and what that does to the daemon.
mod lines;

use super::outcome::Outcome;
use crate::cli::Diff;
use crate::reload::{Judgement, judge};
use crate::words;
use confparse::print::{self, node::Node};
use confparse::source::{Context, Loader, UnknownHost};
use confparse::{Loaded, load};
use lines::{Line, changed};
use model::Config;
use model::diff::{Change, Subject, What};
use serde_json::{Value, json};
use std::fmt::Write;

/// Compares two configurations as a reload would. 0 when nothing changes, 1 when something does, 2 when the new one would
/// be refused or one of them is not there.
pub(super) fn diff(options: &Diff, loader: &dyn Loader, context: &Context) -> Outcome {
    let read = |file: &str| load(file, loader, context, &UnknownHost);
    let (old, new) = (read(&options.old), read(&options.new));
    for (file, loaded) in [(&options.old, &old), (&options.new, &new)] {
        if loaded.missing_main {
            return Outcome::failed(format!("error: there is no file {file}"));
        }
    }
    match judge(&old.config, &old.diagnostics, &new) {
        Judgement::Refused(errors) => refused(options, &new, &errors),
        Judgement::Accepted(plan) => {
            let (before, after) = (Side::of(&old.config), Side::of(&new.config));
            let changes: Vec<Described<'_>> =
                plan.changes.iter().map(|change| described(change, &before, &after)).collect();
            let text = if options.json { as_json(&changes) } else { as_text(&changes) };
            Outcome { text, problems: Vec::new(), status: u8::from(!plan.is_empty()) }
        }
    }
}

fn refused(options: &Diff, new: &Loaded, errors: &[usize]) -> Outcome {
    let lines = words::errors(new, errors);
    if options.json {
        return Outcome { text: format!("{:#}\n", json!({ "refused": lines })), problems: Vec::new(), status: 2 };
    }
    let text = format!("a reload of {} is refused, the running configuration stays:\n", options.new);
    Outcome { text: text + &lines.join("\n") + "\n", problems: Vec::new(), status: 2 }
}

/// A change with its lines.
struct Described<'p> {
    change: &'p Change,
    title: String,
    lines: Vec<Line>,
}

/// A configuration as printed.
struct Side<'c> {
    config: &'c Config,
    nodes: Vec<Node>,
}

impl<'c> Side<'c> {
    fn of(config: &'c Config) -> Self {
        Self { config, nodes: print::config(config) }
    }
}

fn described<'p>(change: &'p Change, old: &Side<'_>, new: &Side<'_>) -> Described<'p> {
    let before = statements(&change.subject, old.config, &old.nodes, true);
    let after = statements(&change.subject, new.config, &new.nodes, false);
    let title = title(&change.subject, before.first().or(after.first()).copied());
    let lines = match &change.what {
        What::Added | What::Removed => Vec::new(),
        What::Changed(fields) => {
            let lines = changed(&change.subject, &before, &after);
            // What has no words of its own in the language is told by the names of the program.
            if lines.is_empty() { fields.iter().map(Line::of_field).collect() } else { lines }
        }
    };
    Described { change, title, lines }
}

/// As the configuration heads it: `virtual_server 10.0.0.1 80`.
fn title(subject: &Subject, node: Option<&Node>) -> String {
    match (subject, node) {
        (Subject::VirtualServer(service, None), Some(node)) => match service {
            model::config::server::Service::Address { protocol, .. } => format!("{} {protocol}", node.words.join(" ")),
            model::config::server::Service::Fwmark { .. } => node.words.join(" "),
        },
        _ => subject.to_string(),
    }
}

/// The printed statements that a thing is made of.
fn statements<'n>(subject: &Subject, config: &Config, nodes: &'n [Node], is_before: bool) -> Vec<&'n Node> {
    let named = |keyword: &str, name: &str| {
        let is_it = |node: &&Node| {
            node.words.first().is_some_and(|word| word == keyword) && node.words.get(1).is_some_and(|word| word == name)
        };
        nodes.iter().find(is_it).into_iter().collect::<Vec<_>>()
    };
    let keyword = |node: &Node| node.words.first().cloned().unwrap_or_default();
    match subject {
        Subject::Global => nodes.iter().filter(|node| !OF_OTHERS.contains(&keyword(node).as_str())).collect(),
        Subject::Statics => nodes.iter().filter(|node| OF_STATICS.contains(&keyword(node).as_str())).collect(),
        Subject::Script(name) => named("vrrp_script", name.as_str()),
        Subject::File(name) => named("track_file", name.as_str()),
        Subject::Process(name) => named("vrrp_track_process", name.as_str()),
        Subject::Bfd(name) => named("bfd_instance", name.as_str()),
        Subject::Instance { name, before } => {
            let name = before.as_ref().filter(|_| is_before).unwrap_or(name);
            named("vrrp_instance", name.as_str())
        }
        Subject::SyncGroup(name) => named("vrrp_sync_group", name.as_str()),
        Subject::ServerGroup(name) => named("virtual_server_group", name.as_str()),
        Subject::VirtualServer(service, group) => {
            let is_it =
                |server: &model::config::server::VirtualServer| server.service == *service && server.group == *group;
            nth(nodes, "virtual_server", config.virtual_servers.iter().map(is_it)).into_iter().collect()
        }
        Subject::RealServer(service, group, address, port) => {
            let of = Subject::VirtualServer(*service, group.clone());
            let outer = statements(&of, config, nodes, is_before).first().and_then(|node| node.block.as_deref());
            let server = config.virtual_servers.iter().find(|v| v.service == *service && v.group == *group);
            let real = server.into_iter().flat_map(|server| &server.real_servers);
            let is_it = real.map(|real| (real.address, real.port) == (*address, *port));
            outer.and_then(|nodes| nth(nodes, "real_server", is_it)).into_iter().collect()
        }
    }
}

/// The block at the place of the first thing that it is; blocks are printed in the order of the things.
fn nth<'n>(nodes: &'n [Node], keyword: &str, mut is_it: impl Iterator<Item = bool>) -> Option<&'n Node> {
    let place = is_it.position(|is_it| is_it)?;
    nodes.iter().filter(|node| node.words.first().is_some_and(|word| word == keyword)).nth(place)
}

/// Blocks of root that are things of their own.
const OF_OTHERS: &[&str] = &[
    "static_ipaddress",
    "static_routes",
    "static_rules",
    "track_group",
    "vrrp_script",
    "track_file",
    "vrrp_track_process",
    "bfd_instance",
    "vrrp_instance",
    "vrrp_sync_group",
    "virtual_server_group",
    "virtual_server",
];

/// Those that make up what holds without a virtual router.
const OF_STATICS: &[&str] = &["static_ipaddress", "static_routes", "static_rules", "track_group"];

fn as_text(changes: &[Described<'_>]) -> String {
    if changes.is_empty() {
        return "nothing changes\n".to_owned();
    }
    let mut text = String::new();
    for described in changes {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{} {}", sign(&described.change.what), described.title);
        for line in &described.lines {
            let _ = writeln!(text, "    {line}");
        }
        for effect in &described.change.effects {
            let _ = writeln!(text, "    => {effect}");
        }
    }
    text
}

const fn sign(what: &What) -> char {
    match what {
        What::Added => '+',
        What::Removed => '-',
        What::Changed(_) => '~',
    }
}

fn as_json(changes: &[Described<'_>]) -> String {
    let list: Vec<Value> = changes.iter().map(object).collect();
    format!("{:#}\n", json!({ "format": 1, "changes": list }))
}

fn object(described: &Described<'_>) -> Value {
    let what = match described.change.what {
        What::Added => "added",
        What::Removed => "removed",
        What::Changed(_) => "changed",
    };
    json!({
        "subject": described.title,
        "what": what,
        "lines": described.lines.iter().map(Line::json).collect::<Vec<Value>>(),
        "effects": described.change.effects,
    })
}
