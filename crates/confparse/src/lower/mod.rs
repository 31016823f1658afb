//! Tree to typed model: each block is read by its rows, then put together by `resolve` and compared by `validate`.
mod address;
mod arguments;
pub(crate) mod check;
pub(crate) mod daemon;
mod effect;
mod forwarding;
mod futile;
pub(crate) mod global;
mod item;
mod line;
pub(crate) mod links;
pub(crate) mod lookups;
pub(crate) mod lvs;
mod names;
mod process;
pub(crate) mod reader;
pub(crate) mod real_server;
pub(crate) mod route;
mod rule;
mod script;
pub(crate) mod server;
pub(crate) mod server_group;
pub(crate) mod track;
pub(crate) mod vrrp;
mod webhook;

pub(crate) use address::AddressLine;
pub(crate) use check::Timing;

use crate::diagnostic::Diagnostic;
use crate::resolve;
use crate::schema;
use crate::source::{Context, Host, Loader};
use crate::tree::{Statement, Tree};
use global::Globals;
use item::Item;
use model::Config;
use model::config::global::Ssl;
use model::config::routing::{Route, Rule};
use reader::{Reader, Seen};

/// What a tree came to.
#[derive(Debug)]
pub(crate) struct Lowered {
    /// The best that could be made of it, with every default filled in.
    pub(crate) config: Config,
    /// What is wrong or worth knowing, in the order of finding; at most about [`model::limits::DIAGNOSTICS`].
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Problems beyond that, no worse than those that are listed.
    pub(crate) dropped: usize,
}

/// The blocks of a tree, each as far as it says something.
#[derive(Default)]
pub(crate) struct Drafts {
    /// Scripts, files, programs and BFD sessions.
    pub(crate) watched: track::Watched,
    pub(crate) links: links::Links,
    pub(crate) static_addresses: Vec<AddressLine>,
    pub(crate) routes: Vec<route::Tracked<Route>>,
    pub(crate) rules: Vec<route::Tracked<Rule>>,
    pub(crate) instances: Vec<vrrp::InstanceDraft>,
    pub(crate) groups: Vec<vrrp::GroupDraft>,
    pub(crate) server_groups: Vec<server_group::GroupDraft>,
    pub(crate) servers: Vec<server::VirtualDraft>,
    pub(crate) ssl: Option<Ssl>,
}

/// Makes the typed configuration of a tree, or of its parts one after the other. Never fails: what cannot be understood
/// is left out and reported.
pub(crate) struct Lowering<'a> {
    reader: Reader<'a>,
    /// Known with the first part.
    globals: Option<Globals>,
    drafts: Drafts,
    seen: Seen,
}

impl<'a> Lowering<'a> {
    pub(crate) fn new(loader: &'a dyn Loader, context: &'a Context, host: &'a dyn Host) -> Self {
        let reader = Reader::new(loader, host, context);
        Self { reader, globals: None, drafts: Drafts::default(), seen: Seen::default() }
    }

    /// Takes the next part. False when it has `global_defs` and is not the first: they count for all blocks wherever they
    /// stand.
    pub(crate) fn add(&mut self, part: &Tree<'_>) -> bool {
        let blocks: Vec<&[Statement]> = part.statements.iter().filter_map(global_defs).collect();
        if self.globals.is_none() {
            self.globals = Some(global::lower(&mut self.reader, &blocks));
        } else if !blocks.is_empty() {
            return false;
        }
        let (globals, drafts) = (&mut self.globals, &mut self.drafts);
        self.reader.walk("/", part.statements, &mut self.seen, &mut |reader, item| {
            root(reader, drafts, &item);
            globals.iter_mut().for_each(|globals| daemon::root(&mut globals.global, &item));
        });
        true
    }

    /// Puts everything together.
    pub(crate) fn finish(mut self) -> Lowered {
        let globals = self.globals.unwrap_or_else(|| global::lower(&mut self.reader, &[]));
        let config = resolve::config(&mut self.reader, globals, self.drafts);
        let (diagnostics, dropped) = self.reader.finish();
        Lowered { config, diagnostics, dropped }
    }
}

/// The statements of a `global_defs` block: these count wherever they stand.
fn global_defs<'t>(statement: &Statement<'t>) -> Option<&'t [Statement<'t>]> {
    statement.words.first().filter(|word| word.text() == "global_defs")?;
    statement.block.map(|block| block.statements)
}

/// Whether a statement can only be one of the root, so that it ends whatever stands before it and lacks a brace.
pub(crate) fn stands_alone(statement: &Statement<'_>) -> bool {
    let places = statement.words.first().map_or(&[][..], |word| schema::places(word.text()));
    matches!(places, [only] if only.path == "/")
}

fn root(reader: &mut Reader<'_>, drafts: &mut Drafts, item: &Item<'_>) {
    match item.row.keyword {
        "vrrp_instance" => {
            let instance = vrrp::instance(reader, item, &drafts.watched);
            drafts.instances.extend(instance);
        }
        "vrrp_sync_group" => {
            let group = vrrp::group(reader, item, &drafts.watched);
            drafts.groups.extend(group);
        }
        "static_ipaddress" => {
            drafts.static_addresses.extend(address::addresses(reader, "static_ipaddress", item.body));
        }
        "SSL" => drafts.ssl = Some(lvs::ssl(reader, item)),
        "virtual_server_group" => drafts.server_groups.extend(server_group::group(reader, item)),
        "virtual_server" => {
            let server = server::virtual_server(reader, item, &mut drafts.watched);
            drafts.servers.extend(server);
        }
        "static_routes" => drafts.routes.extend(route::routes(reader, "static_routes", item.body)),
        "static_rules" => drafts.rules.extend(rule::rules(reader, "static_rules", item.body)),
        _ if drafts.watched.define(reader, item) || drafts.links.keyword(reader, item) => {}
        _ => {}
    }
}

#[cfg(test)]
mod tests;
