//! The tree that all meaning is taken from: statements of words, with blocks, after expansion; no meaning here.
use crate::span::Origin;

/// A word with its place. Quotes are removed from a quoted word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    text: Box<str>,
    origin: Origin,
    quoted: bool,
}

impl Word {
    /// A word read at `origin`.
    #[must_use]
    pub fn new(text: impl Into<Box<str>>, origin: Origin, quoted: bool) -> Self {
        Self { text: text.into(), origin, quoted }
    }

    /// The word without its quotes.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Keyword and arguments; never empty.
    pub words: Vec<Word>,
    /// The text of the whole statement after expansion, blanks trimmed, braces excluded, quotes kept: the command
    /// keywords and `regex` split it by their own rules.
    pub raw: Box<str>,
    /// Place of the whole statement without its block.
    pub origin: Origin,
    /// What stands in braces behind it.
    pub block: Option<Block>,
}

/// The statements between two braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// In order.
    pub statements: Vec<Statement>,
    /// Place of `{`.
    pub open: Origin,
    /// Place of `}`; `None` when the file ended first.
    pub close: Option<Origin>,
}

/// The whole expanded configuration, all files together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// Root statements, in order.
    pub statements: Vec<Statement>,
}
