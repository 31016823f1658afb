//! Where something was written, and through which expansions it came to where it is read; no text here.

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
pub struct ExpansionId(pub u32);

/// Where a token was written, and by which expansion it came to where it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The bytes that were written.
    pub span: Span,
    /// The innermost expansion that brought them here; `None` when they were read where they stand.
    pub expansion: Option<ExpansionId>,
}
