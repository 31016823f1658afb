//! The tree that all meaning is taken from: statements of words, with blocks, after expansion; no meaning here.
use crate::span::Origin;
use bumpalo::Bump;

/// Holds the text, words and statements of a tree, and frees them all at once: a configuration has a million of them.
#[derive(Debug, Default)]
pub struct Arena(Bump);

impl Arena {
    /// Keeps a text.
    pub(crate) fn text(&self, text: &str) -> &str {
        self.0.alloc_str(text)
    }

    /// Keeps a list.
    pub(crate) fn list<T: Copy>(&self, list: &[T]) -> &[T] {
        self.0.alloc_slice_copy(list)
    }

    /// Keeps a block.
    pub(crate) fn block<'t>(&'t self, block: Block<'t>) -> &'t Block<'t> {
        self.0.alloc(block)
    }

    /// Forgets everything and keeps the memory for what comes next.
    pub(crate) fn clear(&mut self) {
        self.0.reset();
    }
}

/// A word with its place. Quotes are removed from a quoted word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'t> {
    text: &'t str,
    origin: Origin,
    quoted: bool,
}

impl<'t> Word<'t> {
    /// A word read at `origin`.
    #[must_use]
    pub const fn new(text: &'t str, origin: Origin, quoted: bool) -> Self {
        Self { text, origin, quoted }
    }

    /// The word without its quotes.
    #[must_use]
    pub const fn text(&self) -> &'t str {
        self.text
    }

    /// Where it was written.
    #[must_use]
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// Whether it stood in double quotes.
    #[must_use]
    pub const fn quoted(&self) -> bool {
        self.quoted
    }
}

/// A line, or the part of one that a brace cut off: a keyword with its arguments, and the block behind it if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'t> {
    /// Keyword and arguments; never empty.
    pub words: &'t [Word<'t>],
    /// The text of the whole statement after expansion, blanks trimmed, braces excluded, quotes kept: the command
    /// keywords and `regex` split it by their own rules.
    pub raw: &'t str,
    /// Place of the whole statement without its block.
    pub origin: Origin,
    /// What stands in braces behind it; apart, because most statements have none.
    pub block: Option<&'t Block<'t>>,
}

/// The statements between two braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block<'t> {
    /// In order.
    pub statements: &'t [Statement<'t>],
    /// Place of `{`.
    pub open: Origin,
    /// Place of `}`; `None` when the file ended first.
    pub close: Option<Origin>,
}

/// The whole expanded configuration, all files together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tree<'t> {
    /// Root statements, in order.
    pub statements: &'t [Statement<'t>],
}
