//! The blocks that are open, and which brace is to blame when one is missing.
use crate::diagnostic::{Diagnostic, Severity};
use crate::expand::Reader;
use crate::source::Sources;
use crate::span::Origin;
use crate::tree::{Arena, Block, Statement, Tree};
use model::limits;

/// The last block of the root that was closed by a brace that stands deeper than its own line: where it was opened and
/// closed.
pub(super) type ClosedEarly = Option<(Origin, Origin)>;

/// The tree as far as it is known.
#[derive(Debug)]
pub(super) struct Nesting<'t> {
    arena: &'t Arena,
    /// Statements of the root, then those of each open block: they move to their block, all at once, when it is closed.
    statements: Vec<Statement<'t>>,
    open: Vec<Open<'t>>,
    /// Blocks inside the deepest one that is kept; what stands in them is left out.
    too_deep: usize,
    closed_early: ClosedEarly,
}

/// A block that is not closed yet.
#[derive(Debug)]
struct Open<'t> {
    /// The owner; `None` for a brace that nobody owns, whose contents belong to the block around it.
    owner: Option<Statement<'t>>,
    /// Where its statements begin among those of the tree.
    start: usize,
    brace: Origin,
    /// Columns that the owner's line is indented by.
    indent: Option<usize>,
    /// A `{` inside that was closed by a `}` that stands no deeper than this block's owner: its own is missing.
    suspect: Option<(Origin, Origin)>,
    /// The block inside that was closed last, when its `}` stands deeper than its line: where it was opened and closed.
    early: Option<(Origin, Origin)>,
}

impl<'t> Nesting<'t> {
    /// An empty tree; `closed_early` is what the part before it came to.
    pub(super) fn new(arena: &'t Arena, closed_early: ClosedEarly) -> Self {
        Self { arena, statements: Vec::new(), open: Vec::new(), too_deep: 0, closed_early }
    }

    /// The last statement, when it is one of the root with a block that is closed.
    pub(super) fn last_of_root(&self) -> Option<&Statement<'t>> {
        self.statements.last().filter(|last| self.open.is_empty() && last.block.is_some())
    }

    /// Whether the innermost block is one of the root with this keyword.
    pub(super) fn is_in(&self, keyword: &str) -> bool {
        match self.open.as_slice() {
            [only] => {
                only.owner.as_ref().and_then(|owner| owner.words.first()).is_some_and(|word| word.text() == keyword)
            }
            _ => false,
        }
    }

    pub(super) fn push(&mut self, statement: Statement<'t>) {
        if self.too_deep == 0 {
            self.statements.push(statement);
        }
    }

    pub(super) fn open(&mut self, brace: Origin, reader: &mut Reader<'_>) {
        if self.too_deep > 0 || self.open.len() >= limits::BLOCK_DEPTH {
            if self.too_deep == 0 {
                report_too_deep(brace, reader);
            }
            self.too_deep += 1;
            return;
        }
        let start = self.open.last().map_or(0, |open| open.start);
        let is_free = self.statements.len() > start && self.statements.last().is_some_and(|last| last.block.is_none());
        let owner = if is_free { self.statements.pop() } else { None };
        if owner.is_none() {
            report_unexpected(brace, reader);
        }
        let place = owner.as_ref().map_or(brace, |owner| owner.origin);
        let indent = indent(place, &reader.sources);
        self.open.push(Open { owner, start: self.statements.len(), brace, indent, suspect: None, early: None });
    }

    pub(super) fn close(&mut self, brace: Origin, reader: &mut Reader<'_>) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let Some(open) = self.open.pop() else { return self.report_extra(brace, reader) };
        self.judge(&open, brace, &reader.sources);
        self.hang(open, Some(brace));
    }

    /// The whole tree; blocks that are still open are closed where the text ends.
    pub(super) fn finish(mut self, reader: &mut Reader<'_>) -> (Tree<'t>, ClosedEarly) {
        self.report_missing(reader);
        while let Some(open) = self.open.pop() {
            self.hang(open, None);
        }
        (Tree { statements: self.arena.list(&self.statements) }, self.closed_early)
    }

    /// Hangs a block on its owner, and that where it belongs. Without an owner, the statements stay where they are.
    fn hang(&mut self, open: Open<'t>, close: Option<Origin>) {
        let Some(mut owner) = open.owner else { return };
        let statements = self.arena.list(self.statements.get(open.start..).unwrap_or_default());
        self.statements.truncate(open.start);
        owner.block = Some(self.arena.block(Block { statements, open: open.brace, close }));
        self.statements.push(owner);
    }

    /// Remembers a brace that stands where it does not fit the block that it closes.
    fn judge(&mut self, open: &Open<'t>, brace: Origin, sources: &Sources) {
        let same_file = open.brace.span.file == brace.span.file;
        let (Some(own), Some(closing)) = (open.indent, leads_its_line(brace, sources)) else { return };
        if !same_file {
            return;
        }
        match self.open.last_mut() {
            Some(around) if closing < own && around.indent.is_some_and(|around| closing <= around) => {
                // The slip moves outwards brace by brace: the first one is where it began.
                around.suspect = open.suspect.or(Some((open.brace, brace)));
            }
            // A slip inwards makes all braces around it close too early: again the first one is where it began.
            around if closing > own => {
                let early = open.early.or(Some((open.brace, brace)));
                match around {
                    Some(around) => around.early = early,
                    None => self.closed_early = early,
                }
            }
            _ => {}
        }
    }

    fn report_extra(&self, brace: Origin, reader: &mut Reader<'_>) {
        let mut diagnostic = Diagnostic::new("extra-close-brace", Severity::Error, "a `}` closes nothing")
            .at(brace, "no block is open here")
            .meanwhile("it is ignored")
            .help("remove it, or add the `{` that is missing before it");
        if let Some((opened, closed)) = self.closed_early {
            diagnostic = diagnostic
                .with(opened, "this block")
                .with(closed, "was closed here already, by a `}` that stands deeper than its line");
        }
        reader.findings.push(diagnostic);
    }

    fn report_missing(&self, reader: &mut Reader<'_>) {
        let Some(innermost) = self.open.last() else { return };
        let count = self.open.len();
        let message = match count {
            1 => String::from("a block is never closed"),
            _ => format!("{count} blocks are never closed"),
        };
        let (place, closed) = match innermost.suspect {
            Some((opened, closed)) => (opened, Some(closed)),
            None => (innermost.brace, None),
        };
        let mut diagnostic = Diagnostic::new("missing-close-brace", Severity::Error, message)
            .at(place, "this `{` has no `}` of its own")
            .meanwhile("everything behind it is read as a part of it, up to the end of the configuration")
            .help("add the `}` where the block should end");
        if let Some(closed) = closed {
            diagnostic = diagnostic.with(closed, "its place was taken by this `}`, which stands less deep");
        }
        let others = self.open.iter().rev().map(|open| open.brace).filter(|brace| *brace != place);
        for brace in others.take(3) {
            diagnostic = diagnostic.with(brace, "so this one is still open where the text ends");
        }
        reader.findings.push(diagnostic);
    }
}

fn report_unexpected(brace: Origin, reader: &mut Reader<'_>) {
    reader.findings.push(
        Diagnostic::new("unexpected-open-brace", Severity::Error, "a `{` belongs to no keyword")
            .at(brace, "nothing stands before it that a block could belong to")
            .meanwhile("it is ignored together with its `}`, and what stands between is read as if they were not there")
            .help("remove it, or write the keyword before it"),
    );
}

fn report_too_deep(brace: Origin, reader: &mut Reader<'_>) {
    let message = format!("blocks are nested more than {} deep", limits::BLOCK_DEPTH);
    reader.findings.push(
        Diagnostic::new("blocks-too-deep", Severity::Error, message)
            .at(brace, "one too many")
            .meanwhile("this block is left out")
            .help("no keyword needs more than six; look for a `}` that is missing further up"),
    );
}

/// Columns of blanks before the first word of the line that a place is in; a tab goes to the next multiple of eight.
fn indent(place: Origin, sources: &Sources) -> Option<usize> {
    let before = line_before(place, sources)?;
    let blanks = before.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    Some(blanks.fold(0, |column, byte| if *byte == b'\t' { column / 8 * 8 + 8 } else { column + 1 }))
}

/// The indentation of a brace that is the first thing on its line.
fn leads_its_line(brace: Origin, sources: &Sources) -> Option<usize> {
    let before = line_before(brace, sources)?;
    before.iter().all(|byte| matches!(byte, b' ' | b'\t')).then(|| indent(brace, sources)).flatten()
}

/// What stands before a place on its line.
fn line_before(place: Origin, sources: &Sources) -> Option<&[u8]> {
    let start = usize::try_from(place.span.start).ok()?;
    let before = sources.file(place.span.file)?.bytes().get(..start)?;
    let line = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    before.get(line..)
}
