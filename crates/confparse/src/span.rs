//! Where something was written, and through which expansions it came to where it is read; no text here.
use std::num::NonZeroU32;

/// A source file, numbered in the order of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// Bytes `start..end` of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

/// An expansion (a parameter's use, a turn of a sequence, an include), kept in the source map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExpansionId(NonZeroU32);

impl ExpansionId {
    /// The expansion at this index of the source map; all beyond the four billionth are one.
    pub(crate) fn at(index: usize) -> Self {
        Self(u32::try_from(index).map_or(NonZeroU32::MAX, |index| NonZeroU32::MIN.saturating_add(index)))
    }

    /// Its index in the source map.
    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0.get() - 1).unwrap_or(usize::MAX)
    }
}

/// Where a token was written, and by which expansion it came to where it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The bytes that were written.
    pub span: Span,
    /// The innermost expansion that brought them here; `None` when they were read where they stand.
    pub expansion: Option<ExpansionId>,
}
