//! The tree that all meaning is taken from: statements of words, with blocks, after expansion; no meaning here.
use crate::span::Origin;
use std::fmt;
use std::ops::Deref;

/// Text that does not change; a short one stands in place, because a configuration has a million of them.
#[derive(Clone)]
pub struct Text(Storage);

/// Bytes that are stored in place: with them, a text is as long as four words of the machine.
const SHORT: usize = 30;

#[derive(Clone)]
enum Storage {
    /// The first bytes of the array, always whole characters.
    Short(u8, [u8; SHORT]),
    Long(Box<str>),
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let mut bytes = [0; SHORT];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(text.as_bytes());
                Self(Storage::Short(length, bytes))
            }
            _ => Self(Storage::Long(text.into())),
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Box<str>> for Text {
    fn from(text: Box<str>) -> Self {
        Self::from(&*text)
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.0 {
            Storage::Short(length, bytes) => {
                bytes.get(..usize::from(*length)).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
            }
            Storage::Long(text) => text,
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

/// A word with its place. Quotes are removed from a quoted word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    text: Text,
    origin: Origin,
    quoted: bool,
}

impl Word {
    /// A word read at `origin`.
    #[must_use]
    pub fn new(text: impl Into<Text>, origin: Origin, quoted: bool) -> Self {
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
    pub raw: Text,
    /// Place of the whole statement without its block.
    pub origin: Origin,
    /// What stands in braces behind it; apart, because most statements have none.
    pub block: Option<Box<Block>>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_the_same_in_place_and_apart() {
        for text in
            ["", "a", "\u{e9}", &"x".repeat(SHORT), &"x".repeat(SHORT + 1), &"\u{4e3b}".repeat(10), &"y".repeat(300)]
        {
            assert_eq!(&*Text::from(text), text);
            assert_eq!(Text::from(text.to_owned()), Text::from(text));
        }
        assert_ne!(Text::from("a"), Text::from("b"));
        assert_eq!(size_of::<Text>(), 32);
    }
}
