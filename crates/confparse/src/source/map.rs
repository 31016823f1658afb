//! The source map: what was read, and by which expansions text came to where it is read; line and column of a place.
mod append;

pub use append::Appended;

use crate::span::{ExpansionId, FileId, Origin, Span};
use std::sync::{Arc, OnceLock};

/// All files of one reading, and all expansions.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
    /// One for each step: there are millions where sequences make the configuration.
    expansions: Vec<Step>,
    /// What the steps were; a parameter that is used a million times is one.
    kinds: Vec<ExpansionKind>,
}

/// An expansion as it is stored.
#[derive(Clone, Copy, Debug)]
struct Step {
    kind: KindId,
    used: Origin,
}

/// What an expansion was, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KindId(u32);

/// One file as it was read; a file that is included twice is two sources.
#[derive(Clone, Debug)]
pub struct Source {
    path: String,
    bytes: Arc<Vec<u8>>,
    /// Offset of the first byte of each line; made when first asked for, because most files have no problem.
    lines: OnceLock<Vec<u32>>,
}

/// One step by which text came from where it was written to where it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expansion<'a> {
    /// What was expanded.
    pub kind: &'a ExpansionKind,
    /// The reference, the sequence, or the include line.
    pub used: Origin,
}

/// What an expansion was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpansionKind {
    /// A parameter was replaced by its value.
    Parameter {
        /// Without `$`.
        name: Arc<str>,
        /// Which of its definitions, numbered in the order of reading.
        definition: u32,
        /// The definition's name and `=`.
        defined: Origin,
    },
    /// One turn of `~SEQ` or `~LST`: `N=3`.
    Turn(Box<str>),
    /// A file was included.
    Include,
}

/// Line and column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1; a byte that is not UTF-8 counts as one.
    pub column: u32,
}

impl Source {
    /// The name under which it was read.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Its bytes as they were.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many lines it has; a file without a byte has one.
    #[must_use]
    pub fn line_count(&self) -> u32 {
        u32::try_from(self.lines().len()).unwrap_or(u32::MAX)
    }

    /// The line, from 1, that a byte stands in; the last one beyond the end.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> u32 {
        u32::try_from(self.lines().partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    /// The bytes of a line, from 1, without its end; and the offset of its first byte.
    #[must_use]
    pub fn line(&self, number: u32) -> (&[u8], u32) {
        let index = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        let Some(start) = self.lines().get(index).copied() else { return (&[], 0) };
        let rest = self.bytes.get(to_usize(start)..).unwrap_or_default();
        let line = memchr::memchr(b'\n', rest).and_then(|end| rest.get(..end)).unwrap_or(rest);
        (without_returns(line), start)
    }

    /// Line and column of a byte.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_of(offset);
        let start = self.lines().get(to_usize(line).saturating_sub(1)).copied().unwrap_or(0);
        let end = to_usize(offset).min(self.bytes.len());
        let before = self.bytes.get(to_usize(start)..end).unwrap_or_default();
        let column = String::from_utf8_lossy(before).chars().count();
        Position { line, column: u32::try_from(column + 1).unwrap_or(u32::MAX) }
    }

    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let behind = memchr::memchr_iter(b'\n', &self.bytes).map(|at| at + 1).filter(|at| *at < self.bytes.len());
            std::iter::once(0).chain(behind.filter_map(|at| u32::try_from(at).ok())).collect()
        })
    }
}

/// A line without the carriage returns at its end.
pub(crate) fn without_returns(mut line: &[u8]) -> &[u8] {
    while let [rest @ .., b'\r'] = line {
        line = rest;
    }
    line
}

/// A file is at most `limits::CONFIG_BYTES` long, so that every offset fits.
fn to_usize(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

impl Sources {
    /// All files, in the order of reading.
    #[must_use]
    pub fn files(&self) -> &[Source] {
        &self.files
    }

    /// One file.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&Source> {
        self.files.get(to_usize(id.0))
    }

    /// One expansion.
    #[must_use]
    pub fn expansion(&self, id: ExpansionId) -> Option<Expansion<'_>> {
        let step = self.step(Some(id))?;
        Some(Expansion { kind: self.kinds.get(to_usize(step.kind.0))?, used: step.used })
    }

    fn step(&self, id: Option<ExpansionId>) -> Option<Step> {
        self.expansions.get(id?.index()).copied()
    }

    /// The text of a place as it was written; bytes that are not UTF-8 become U+FFFD.
    #[must_use]
    pub fn text(&self, span: Span) -> String {
        let bytes = self.file(span.file).and_then(|file| file.bytes.get(to_usize(span.start)..to_usize(span.end)));
        String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
    }

    /// `FILE:LINE:COLUMN` of a place.
    #[must_use]
    pub fn place(&self, span: Span) -> String {
        let Some(file) = self.file(span.file) else { return String::from("?") };
        let Position { line, column } = file.position(span.start);
        format!("{}:{line}:{column}", file.path)
    }

    /// The expansions that brought a place to where it was read, innermost first. Ends because each one was made before
    /// what it brought.
    pub fn chain(&self, origin: Origin) -> impl Iterator<Item = Expansion<'_>> {
        let mut next = origin.expansion;
        std::iter::from_fn(move || {
            let expansion = self.expansion(next?)?;
            next = expansion.used.expansion;
            Some(expansion)
        })
    }

    /// One place for a text that begins at one and ends at another, which may have come by different expansions: both
    /// are followed outwards to where they were written together.
    #[must_use]
    pub fn join(&self, first: Origin, last: Origin) -> Origin {
        let (mut start, mut end) = (first, last);
        while start.expansion != end.expansion || start.span.file != end.span.file {
            // Of two expansions the later one is further in: what it brought was made after it.
            let (inner, other) = (start.expansion.max(end.expansion), (start.expansion, end.expansion));
            let Some(outer) = self.step(inner).map(|step| step.used) else { return first };
            start = if other.0 == inner { outer } else { start };
            end = if other.1 == inner { outer } else { end };
        }
        covering(start, end)
    }

    /// Adds a file.
    pub(crate) fn add_file(&mut self, path: String, bytes: Vec<u8>) -> (FileId, Arc<Vec<u8>>) {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let bytes = Arc::new(bytes);
        self.files.push(Source { path, bytes: Arc::clone(&bytes), lines: OnceLock::new() });
        (id, bytes)
    }

    /// Adds something that expansions can be.
    pub(crate) fn add_kind(&mut self, kind: ExpansionKind) -> KindId {
        let id = KindId(u32::try_from(self.kinds.len()).unwrap_or(u32::MAX));
        self.kinds.push(kind);
        id
    }

    /// Adds an expansion.
    pub(crate) fn add_expansion(&mut self, kind: KindId, used: Origin) -> ExpansionId {
        let id = ExpansionId::at(self.expansions.len());
        self.expansions.push(Step { kind, used });
        id
    }

    /// Whether a place was reached through an expansion of this kind.
    pub(crate) fn comes_through(&self, mut place: Origin, kind: KindId) -> bool {
        while let Some(step) = self.step(place.expansion) {
            if step.kind == kind {
                return true;
            }
            place = step.used;
        }
        false
    }
}

fn covering(first: Origin, last: Origin) -> Origin {
    let start = first.span.start.min(last.span.start);
    let end = first.span.end.max(last.span.end);
    Origin { span: Span { file: first.span.file, start, end }, expansion: first.expansion }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(bytes: &[u8]) -> Sources {
        let mut sources = Sources::default();
        sources.add_file("a.conf".into(), bytes.to_vec());
        sources
    }

    #[test]
    fn columns_count_characters() {
        let sources = one("a\nbé c\r\n\u{ff}x".as_bytes());
        let file = &sources.files()[0];
        for (offset, line, column) in [(0, 1, 1), (1, 1, 2), (2, 2, 1), (5, 2, 3), (6, 2, 4), (99, 3, 3)] {
            assert_eq!(file.position(offset), Position { line, column }, "{offset}");
        }
        assert_eq!(file.line(2), ("bé c".as_bytes(), 2));
        assert_eq!(file.line_count(), 3);
    }

    #[test]
    fn a_byte_that_is_not_text_is_one_column() {
        let sources = one(b"\xff\xfe x");
        assert_eq!(sources.files()[0].position(3).column, 4);
        assert_eq!(one(b"").files()[0].position(0), Position { line: 1, column: 1 });
    }

    #[test]
    fn text_that_mixes_expansions_is_placed_where_it_was_written_together() {
        let mut sources = one(b"$N=abc\nVI_${N}\n");
        let at = |start, end, expansion| Origin { span: Span { file: FileId(0), start, end }, expansion };
        let kind = ExpansionKind::Parameter { name: "N".into(), definition: 0, defined: at(0, 3, None) };
        let kind = sources.add_kind(kind);
        let id = sources.add_expansion(kind, at(10, 14, None));
        assert_eq!(sources.join(at(7, 10, None), at(3, 6, Some(id))), at(7, 14, None));
        assert_eq!(sources.join(at(3, 6, Some(id)), at(7, 10, None)), at(7, 14, None));
        assert_eq!(sources.chain(at(3, 6, Some(id))).count(), 1);
    }
}
