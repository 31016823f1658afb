//! Tree to typed model: each block is read by its rows, then put together by `resolve` and compared by `validate`.
mod address;
mod arguments;
pub(crate) mod check;
mod effect;
pub(crate) mod global;
mod item;
mod lists;
pub(crate) mod reader;
mod script;
pub(crate) mod server;
pub(crate) mod track;
pub(crate) mod vrrp;
mod webhook;

pub(crate) use address::AddressLine;
pub(crate) use check::Timing;

use crate::diagnostic::Diagnostic;
use crate::resolve;
use crate::source::{Context, Host, Loader};
use crate::tree::{Statement, Tree};
use item::Item;
use model::Config;
use reader::{Reader, Seen};

/// What a tree came to.
#[derive(Debug)]
pub struct Lowered {
    /// The best that could be made of it, with every default filled in.
    pub config: Config,
    /// What is wrong or worth knowing, in the order of finding; at most about [`model::limits::DIAGNOSTICS`].
    pub diagnostics: Vec<Diagnostic>,
    /// Problems beyond that, no worse than those that are listed.
    pub dropped: usize,
}

/// The blocks of a tree, each as far as it says something.
#[derive(Default)]
pub(crate) struct Drafts {
    pub(crate) scripts: Vec<track::KnownScript>,
    pub(crate) instances: Vec<vrrp::InstanceDraft>,
    pub(crate) groups: Vec<vrrp::GroupDraft>,
    pub(crate) servers: Vec<server::VirtualDraft>,
}

/// Makes the typed configuration of a tree. Never fails: what cannot be understood is left out and reported.
#[must_use]
pub fn lower(tree: &Tree, loader: &dyn Loader, context: &Context, host: &dyn Host) -> Lowered {
    let mut reader = Reader::new(loader, host, context);
    let blocks: Vec<&[Statement]> = tree.statements.iter().filter_map(global_defs).collect();
    let globals = global::lower(&mut reader, &blocks);
    let mut drafts = Drafts::default();
    let mut seen = Seen::default();
    reader.walk("/", &tree.statements, &mut seen, &mut |reader, item| root(reader, &mut drafts, &item));
    let config = resolve::config(&mut reader, globals, drafts);
    let (diagnostics, dropped) = reader.finish();
    Lowered { config, diagnostics, dropped }
}

/// The statements of a `global_defs` block: these count wherever they stand.
fn global_defs(statement: &Statement) -> Option<&[Statement]> {
    statement.words.first().filter(|word| word.text() == "global_defs")?;
    statement.block.as_ref().map(|block| block.statements.as_slice())
}

fn root(reader: &mut Reader<'_>, drafts: &mut Drafts, item: &Item<'_>) {
    match item.row.keyword {
        "vrrp_script" => {
            let script = track::script(reader, item);
            drafts.scripts.extend(script);
        }
        "vrrp_instance" => {
            let instance = vrrp::instance(reader, item, &mut drafts.scripts);
            drafts.instances.extend(instance);
        }
        "vrrp_sync_group" => {
            let group = vrrp::group(reader, item, &mut drafts.scripts);
            drafts.groups.extend(group);
        }
        "virtual_server" => drafts.servers.extend(server::virtual_server(reader, item)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
