//! From the name of a file to its tree.
use crate::diagnostic::Diagnostic;
use crate::expand::Reader;
use crate::parse;
use crate::source::{Context, Loader, Sources};
use crate::tree::Tree;

/// What the text says, before any keyword has a meaning.
#[derive(Clone, Debug)]
pub struct Read {
    /// All files together, expanded.
    pub tree: Tree,
    /// Where everything was written.
    pub sources: Sources,
    /// Problems of the text, in the order of reading; at most `limits::DIAGNOSTICS`.
    pub diagnostics: Vec<Diagnostic>,
    /// How many more problems there were.
    pub more: usize,
    /// No file could be read.
    pub missing_main: bool,
}

/// Reads the files that `root` names, a path or a glob pattern, with everything that they include.
#[must_use]
pub fn read(root: &str, loader: &dyn Loader, context: &Context) -> Read {
    let mut reader = Reader::new(root, loader, context);
    let tree = parse::parse(&mut reader);
    let missing_main = !reader.any_file();
    let (diagnostics, more) = reader.findings.into_parts();
    Read { tree, sources: reader.sources, diagnostics, more, missing_main }
}
