//! A line on its way to the parser: text, and for every piece of it where it was written.
use crate::lex;
use crate::source::Sources;
use crate::span::{ExpansionId, FileId, Origin, Span};
use std::ops::Range;

/// Text with the places it was written at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    text: Vec<u8>,
    /// In order of `at`; the first one is at 0 unless the text is empty.
    pieces: Vec<Piece>,
    /// What stands before this offset is done with.
    from: usize,
}

/// Text from `at` to the next piece.
#[derive(Clone, Copy, Debug)]
struct Piece {
    at: usize,
    origin: Origin,
    /// Byte for byte as written at the origin; otherwise made, and the whole piece belongs to the whole origin.
    written: bool,
}

impl Line {
    /// Takes over bytes of a file, reusing the memory of an earlier line.
    pub(crate) fn fill(&mut self, bytes: &[u8], file: FileId, start: u32, expansion: Option<ExpansionId>) {
        self.clear();
        self.text.extend_from_slice(bytes);
        let end = start.saturating_add(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        let origin = Origin { span: Span { file, start, end }, expansion };
        self.pieces.push(Piece { at: 0, origin, written: true });
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.pieces.clear();
        self.from = 0;
    }

    /// What is left of the text.
    pub(crate) fn text(&self) -> &[u8] {
        self.text.get(self.from..).unwrap_or_default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// Drops bytes from the front, and the blanks behind them.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.from = (self.from + bytes).min(self.text.len());
        self.from += lex::leading_blanks(self.text());
    }

    /// Keeps this many bytes, less the blanks at their end.
    pub(crate) fn keep(&mut self, bytes: usize) {
        let kept = lex::trimmed_length(self.text().get(..bytes).unwrap_or(self.text()));
        self.text.truncate(self.from + kept);
    }

    /// Drops the comment and the blanks on both sides.
    pub(crate) fn tidy(&mut self) {
        self.keep(lex::length_without_comment(self.text()));
        self.skip(0);
    }

    /// Appends text that nobody wrote like this: the result of what stands at the origin.
    pub(crate) fn push_made(&mut self, bytes: &[u8], origin: Origin) {
        self.pieces.push(Piece { at: self.text.len(), origin, written: false });
        self.text.extend_from_slice(bytes);
    }

    /// Appends a part of another line. With an expansion, the text came through that; what it came through before is
    /// known from the expansion's own place.
    pub(crate) fn push_part(&mut self, other: &Self, part: Range<usize>, through: Option<ExpansionId>) {
        let (start, end) = (other.from + part.start, (other.from + part.end).min(other.text.len()));
        let Some(bytes) = other.text.get(start..end).filter(|bytes| !bytes.is_empty()) else { return };
        let first = other.pieces.partition_point(|piece| piece.at <= start).saturating_sub(1);
        for piece in other.pieces.iter().skip(first).take_while(|piece| piece.at < end) {
            let mut piece = *piece;
            if piece.written {
                let cut = u32::try_from(start.saturating_sub(piece.at)).unwrap_or(u32::MAX);
                piece.origin.span.start = piece.origin.span.start.saturating_add(cut);
            }
            piece.at = self.text.len() + piece.at.saturating_sub(start);
            piece.origin.expansion = through.or(piece.origin.expansion);
            self.pieces.push(piece);
        }
        self.text.extend_from_slice(bytes);
    }

    /// Where the byte at this offset was written.
    pub(crate) fn origin_at(&self, offset: usize) -> Option<Origin> {
        let at = self.from + offset;
        let index = self.pieces.partition_point(|piece| piece.at <= at).checked_sub(1)?;
        let piece = self.pieces.get(index)?;
        if !piece.written {
            return Some(piece.origin);
        }
        Some(within(piece.origin, at - piece.at..at - piece.at + 1))
    }

    /// Where a part of the text was written, as one place.
    pub(crate) fn origin(&self, part: Range<usize>, sources: &Sources) -> Origin {
        if let [Piece { at: 0, origin, written: true }] = self.pieces.as_slice()
            && !part.is_empty()
        {
            return within(*origin, self.from + part.start..self.from + part.end);
        }
        let first = self.origin_at(part.start).unwrap_or(NOWHERE);
        let last = self.origin_at(part.end.saturating_sub(1).max(part.start)).unwrap_or(first);
        sources.join(first, last)
    }

    /// Where the whole rest of the text was written.
    pub(crate) fn whole(&self, sources: &Sources) -> Origin {
        self.origin(0..self.text().len(), sources)
    }
}

/// A part of a place.
fn within(place: Origin, part: Range<usize>) -> Origin {
    let offset = |bytes| place.span.start.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX));
    Origin { span: Span { start: offset(part.start), end: offset(part.end), ..place.span }, ..place }
}

/// The beginning of the first file; the place of a text without a byte, which nothing asks for.
const NOWHERE: Origin = Origin { span: Span { file: FileId(0), start: 0, end: 0 }, expansion: None };
