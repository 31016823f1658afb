//! Two directors of one service held against each other: what must be the same on both and is not, what must differ and
//! does not, and what would happen.
mod finding;
mod routers;
mod services;

use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use crate::tree::Tree;
use finding::Findings;
use model::{Config, limits};

/// One of the two.
#[derive(Clone, Debug)]
pub struct Director<'t> {
    /// What it is called in messages: its file.
    pub title: String,
    /// What it is configured to do.
    pub config: Config,
    /// What is written.
    pub tree: Tree<'t>,
    /// Where it is written.
    pub sources: Sources,
}

/// Everything that two directors disagree about, with one source map for the places of both; at most
/// `limits::DIAGNOSTICS` of it.
#[must_use]
pub fn compare(a: Director<'_>, b: Director<'_>) -> (Vec<Diagnostic>, Sources) {
    let Director { title, config: a_config, tree, sources: mut joined } = a;
    let one = finding::Side { title, tree, moved: None };
    let moved = joined.append(b.sources);
    let other = finding::Side { title: b.title, tree: b.tree, moved: Some(moved) };
    let mut findings = Findings::new(one, other);
    routers::compare(&mut findings, &a_config, &b.config);
    services::compare(&mut findings, &a_config, &b.config);
    let mut diagnostics = findings.done();
    diagnostics.truncate(limits::DIAGNOSTICS);
    (diagnostics, joined)
}

#[cfg(test)]
pub(crate) mod tests;
