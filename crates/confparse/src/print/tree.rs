//! One file in the common layout: a statement a line, four blanks a level, `{` behind its keyword, `}` alone. Works on the
//! text as written, before any expansion; what cannot be moved without changing its meaning stays as it is.
mod alike;
mod layout;
mod pieces;

pub use alike::reads_alike;
use layout::Layout;

/// A file in the common layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formatted {
    /// The text; reading it gives what reading the original gave.
    pub text: Vec<u8>,
    /// The first brace without a partner in this file. Then the indentation is a guess, and the one that was there is
    /// often the only sign of where the brace is missing.
    pub lonely: Option<Brace>,
}

/// A brace that has no partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brace {
    /// A `{` that nothing closes, with its line from 1.
    Open(usize),
    /// A `}` that closes nothing, with its line from 1.
    Close(usize),
}

/// Formats the text of one file. Comments and blank lines stay, several blank lines become one. Formatting the result
/// again gives the same.
#[must_use]
pub fn format(text: &[u8]) -> Formatted {
    let (mark, body) = text.split_at_checked(mark_length(text)).unwrap_or((&[], text));
    let mut layout = Layout::new(mark.to_vec());
    for piece in pieces::pieces(body) {
        layout.place(piece);
    }
    let formatted = layout.finish();
    // In UTF-16 line ends have two bytes; and what moves to the beginning of the file must not become its mark.
    let is_wide = |text: &[u8]| text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff");
    if is_wide(&formatted.text) || mark_length(&formatted.text) != mark.len() {
        return Formatted { text: text.to_vec(), ..formatted };
    }
    formatted
}

/// The length of the byte order mark of UTF-8; 0 where there is none.
fn mark_length(text: &[u8]) -> usize {
    if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 }
}

#[cfg(test)]
mod tests;
