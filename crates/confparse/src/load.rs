//! From the name of a file to its tree, and to the typed configuration.
mod consequences;

use crate::codes;
use crate::diagnostic::{Diagnostic, Severity};
use crate::expand::Reader;
use crate::lower::{self, Lowering};
use crate::parse::{Amount, Parser};
use crate::source::{Context, Host, Loader, Sources};
use crate::span::Span;
use crate::tree::{Arena, Tree};
use model::{Config, limits};

/// What the text says, before any keyword has a meaning.
#[derive(Clone, Debug)]
pub struct Read<'t> {
    /// All files together, expanded.
    pub tree: Tree<'t>,
    /// Where everything was written.
    pub sources: Sources,
    /// Problems of the text, in the order of reading; at most `limits::DIAGNOSTICS`.
    pub diagnostics: Vec<Diagnostic>,
    /// How many more problems there were, none worse than those that are listed.
    pub more: usize,
    /// No file could be read.
    pub missing_main: bool,
}

/// What a configuration came to.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The best that could be made of the text, with every default filled in.
    pub config: Config,
    /// What is wrong or worth knowing, by place; at most `limits::DIAGNOSTICS`.
    pub diagnostics: Vec<Diagnostic>,
    /// How many more problems there were, none worse than those that are listed.
    pub more: usize,
    /// Where everything was written.
    pub sources: Sources,
    /// No file could be read: there is nothing to run.
    pub missing_main: bool,
}

/// What is read before it is lowered and forgotten: enough that the number of parts does not matter for the time, and little
/// enough for the caches of the processor.
const PART: Amount = Amount::Some { statements: 1_000, ends: lower::stands_alone };

/// Reads the files that `root` names, a path or a glob pattern, with everything that they include; the tree is kept in
/// `arena`.
#[must_use]
pub fn read<'t>(root: &str, loader: &dyn Loader, context: &Context, arena: &'t Arena) -> Read<'t> {
    let mut parser = Parser::new(Reader::new(root, loader, context));
    let tree = parser.next(arena, Amount::All).unwrap_or_default();
    let missing_main = !parser.reader.any_file();
    let (diagnostics, more) = parser.reader.findings.into_parts();
    Read { tree, sources: parser.reader.sources, diagnostics, more, missing_main }
}

/// Reads the files that `root` names and makes the typed configuration of them. Never fails: what cannot be understood
/// is left out and reported.
#[must_use]
pub fn load(root: &str, loader: &dyn Loader, context: &Context, host: &dyn Host) -> Loaded {
    load_by(PART, root, loader, context, host)
}

fn load_by(part: Amount, root: &str, loader: &dyn Loader, context: &Context, host: &dyn Host) -> Loaded {
    let begin = || (Parser::new(Reader::new(root, loader, context)), Lowering::new(loader, context, host));
    let (mut parser, mut lowering) = begin();
    if !lower_by(part, &mut parser, &mut lowering) {
        (parser, lowering) = begin();
        lower_by(Amount::All, &mut parser, &mut lowering);
    }
    let missing_main = !parser.reader.any_file();
    let (mut diagnostics, mut more) = parser.reader.findings.into_parts();
    let lowered = lowering.finish();
    diagnostics.extend(lowered.diagnostics);
    more += lowered.dropped;
    if diagnostics.len() > limits::DIAGNOSTICS {
        more += diagnostics.len() - limits::DIAGNOSTICS;
        diagnostics.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
        diagnostics.truncate(limits::DIAGNOSTICS);
    }
    diagnostics.sort_by_key(place);
    let diagnostics = consequences::fold(diagnostics, &parser.reader.sources);
    Loaded { config: lowered.config, diagnostics, more, sources: parser.reader.sources, missing_main }
}

/// Reads and lowers part by part; false when `global_defs` come so late that all must be read before any is lowered.
fn lower_by(part: Amount, parser: &mut Parser<'_>, lowering: &mut Lowering<'_>) -> bool {
    let mut arena = Arena::default();
    while let Some(tree) = parser.next(&arena, part) {
        if !lowering.add(&tree) {
            return false;
        }
        arena.clear();
    }
    true
}

/// What has no place comes first.
fn place(diagnostic: &Diagnostic) -> Option<Span> {
    diagnostic.primary.as_ref().map(|label| label.origin.span)
}

impl Loaded {
    /// The worst that was found; `None` when nothing was.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.diagnostics.iter().map(|diagnostic| diagnostic.severity).max()
    }

    /// What keepalived's `-t` answers for such a configuration:
    ///
    /// | status | meaning |
    /// |---:|---|
    /// | 0 | nothing wrong, or no main file at all |
    /// | 2 | a keyword lacks its argument: keepalived reads no further |
    /// | 4 | only an interface that must exist does not |
    /// | 5 | an error |
    /// | 6 | an include that was demanded failed, or scripts are not secure |
    ///
    /// Where several apply, the first problem that ends keepalived's reading decides, then the largest number.
    #[must_use]
    pub fn exit_status_for_t(&self) -> u8 {
        if self.missing_main {
            return 0;
        }
        let statuses: Vec<u8> = self.diagnostics.iter().map(status).collect();
        let ends = |status| {
            self.diagnostics.iter().zip(&statuses).any(|(one, its)| one.severity == Severity::Fatal && *its == status)
        };
        if ends(6) {
            return 6;
        }
        if ends(2) {
            return 2;
        }
        statuses.into_iter().max().unwrap_or(0)
    }
}

fn status(diagnostic: &Diagnostic) -> u8 {
    match diagnostic.severity {
        Severity::Note | Severity::Warning => 0,
        Severity::Security => 6,
        Severity::Error => 5,
        Severity::Fatal => match codes::find(diagnostic.code) {
            Some(code) if code.fatal_status != 0 => code.fatal_status,
            _ => 5,
        },
    }
}

#[cfg(test)]
mod tests;
