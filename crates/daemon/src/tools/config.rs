//! `evenkeel config`: what a configuration comes to, with every default, and where each line comes from.
use super::outcome::Outcome;
use crate::cli::Print;
use confparse::print::{self, json, node, origin};
use confparse::source::{Context, Loader, UnknownHost};
use confparse::tree::Arena;
use confparse::{load, read, render};
use serde_json::json;

/// Prints a configuration as it is understood, on a host that has all that it names. 0, or 1 when something of it was not
/// understood, or 2 when there is none.
pub(super) fn print(options: &Print, loader: &dyn Loader, context: &Context) -> Outcome {
    let loaded = load(&options.file, loader, context, &UnknownHost);
    if loaded.missing_main {
        return Outcome::failed(format!("error: there is no file {}", options.file));
    }
    let mut nodes = print::config(&loaded.config);
    let origins = if options.origin {
        let arena = Arena::default();
        let read = read(&options.file, loader, context, &arena);
        origin::origins(&nodes, &read.tree, &read.sources)
    } else {
        Vec::new()
    };
    if !options.show_secrets {
        node::hide_secrets(&mut nodes);
    }
    let text = if options.json {
        format!("{:#}\n", json!({ "format": FORMAT, "configuration": json::json(&nodes) }))
    } else {
        node::text_with(&nodes, &origins)
    };
    let wrong = loaded.exit_status_for_t() != 0;
    let problems = if wrong {
        let found = render::summary(&loaded.diagnostics, loaded.more);
        vec![format!("{}: {found}; `evenkeel check {}` tells of them", options.file, options.file)]
    } else {
        Vec::new()
    };
    Outcome { text, problems, status: u8::from(wrong) }
}

/// Grows when the shape of the JSON changes in a way that a program must know.
const FORMAT: u8 = 1;
