//! A difference between two directors on its way to a diagnostic: which places it points at, on which side.
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::Appended;
use crate::span::Origin;
use crate::tree::{Statement, Tree, Word};

/// One director, as far as places are concerned.
pub(super) struct Side<'t> {
    pub(super) title: String,
    pub(super) tree: Tree<'t>,
    /// How its places are moved into the common source map.
    pub(super) moved: Option<Appended>,
}

/// What is pointed at: a block by its keyword and name, and a keyword in it.
#[derive(Clone, Debug, Default)]
pub(super) struct At {
    /// Keyword and first words of the block: `vrrp_instance VI_1`.
    pub(super) block: Vec<String>,
    /// Statements inside it by their first words, outermost first, other names behind `|`; the last one that is written
    /// is pointed at.
    pub(super) inside: Vec<String>,
}

impl At {
    pub(super) fn new(keyword: &str, name: &str) -> Self {
        let name = name.split(' ').filter(|word| !word.is_empty());
        let block = std::iter::once(keyword).chain(name).map(str::to_owned).collect();
        Self { block, inside: Vec::new() }
    }

    pub(super) fn keyword(&self, inside: &[&str]) -> Self {
        Self { block: self.block.clone(), inside: inside.iter().map(|word| (*word).to_owned()).collect() }
    }
}

/// A difference that is being put together.
pub(super) struct Finding {
    pub(super) diagnostic: Diagnostic,
    /// Where on the first and on the second director, and what to say there; none where there is nothing.
    pub(super) a: Option<(At, String)>,
    pub(super) b: Option<(At, String)>,
}

/// All differences.
pub(super) struct Findings<'t> {
    sides: [Side<'t>; 2],
    found: Vec<Diagnostic>,
}

impl<'t> Findings<'t> {
    pub(super) fn new(a: Side<'t>, b: Side<'t>) -> Self {
        Self { sides: [a, b], found: Vec::new() }
    }

    pub(super) fn done(self) -> Vec<Diagnostic> {
        self.found
    }

    /// What the directors are called.
    pub(super) fn titles(&self) -> (&str, &str) {
        let [a, b] = &self.sides;
        (&a.title, &b.title)
    }

    /// Points at the places of both sides; the first one that there is comes first.
    pub(super) fn push(&mut self, finding: Finding) {
        let Finding { mut diagnostic, a, b } = finding;
        for (side, at) in self.sides.iter().zip([a, b]) {
            let Some((at, text)) = at else { continue };
            let Some(origin) = side.locate(&at) else { continue };
            let label = Label { origin, text: format!("{}: {text}", side.title) };
            match diagnostic.primary {
                None => diagnostic.primary = Some(label),
                Some(_) => diagnostic.related.push(label),
            }
        }
        self.found.push(diagnostic);
    }

    /// A value that both have and that is not the same, or is and must not be.
    pub(super) fn differs(&mut self, severity: Severity, what: What<'_>, a: (At, String), b: (At, String)) {
        let (one, other) = self.titles();
        let message = if a.1 == b.1 {
            format!("{}: {} on both", what.subject, a.1)
        } else {
            format!("{}: {} on {one}, {} on {other}", what.subject, a.1, b.1)
        };
        let diagnostic = Diagnostic::new(what.code, severity, message).meanwhile(what.then);
        self.push(Finding { diagnostic, a: Some(a), b: Some(b) });
    }
}

/// What a difference is about.
#[derive(Clone, Copy)]
pub(super) struct What<'w> {
    pub(super) code: &'static str,
    /// What it begins with: `VI_1: advert_int`.
    pub(super) subject: &'w str,
    /// What happens at run time.
    pub(super) then: &'w str,
}

impl Side<'_> {
    /// The last place that is written of what is pointed at, else the block, else nothing.
    fn locate(&self, at: &At) -> Option<Origin> {
        let block =
            self.tree.statements.iter().find(|statement| begins(statement, at.block.iter().map(String::as_str)))?;
        let mut found = *block;
        for names in &at.inside {
            let Some(inner) = found.block else { break };
            let is_it = |statement: &&Statement<'_>| names.split('|').any(|name| begins(statement, name.split(' ')));
            let Some(statement) = inner.statements.iter().rfind(is_it) else { break };
            found = *statement;
        }
        Some(self.moved.map_or(found.origin, |moved| moved.moved(found.origin)))
    }
}

/// Whether a statement has these words first.
fn begins<'w>(statement: &Statement<'_>, mut words: impl Iterator<Item = &'w str>) -> bool {
    let mut has = statement.words.iter().map(Word::text);
    words.all(|word| has.next() == Some(word))
}
