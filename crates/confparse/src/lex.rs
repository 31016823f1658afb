//! Bytes to lossless tokens: joined, they are the file again, whatever it holds. The one place that knows what a word,
//! a quote, a comment and a brace look like.
use crate::source::without_returns;
use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_while, take_while_m_n, take_while1};
use nom::character::complete::one_of;
use nom::combinator::{recognize, rest};
use nom::multi::many1_count;
use nom::sequence::{delimited, pair};
use nom::{IResult, Parser};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Spaces, tabs, vertical tabs, form feeds.
    Blank,
    /// A run of other characters; `\"`, `\#`, `\!` and `${NAME}` are part of it.
    Word,
    /// From one double quote to the next on the same line, both included; there is no escape inside.
    Quoted,
    /// From `#` or `!` to the end of the line.
    Comment,
    /// `{`.
    Open,
    /// `}`.
    Close,
    /// The end of a line, with the carriage returns before it.
    Newline,
    /// A double quote without a partner and the rest of its line, or zero bytes.
    Junk,
}

/// A token as a range of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Offset of its first byte.
    pub start: usize,
    /// Offset behind its last byte.
    pub end: usize,
}

/// The tokens of a text; joined they are the text.
#[must_use]
pub fn tokens(text: &[u8]) -> Tokens<'_> {
    Tokens { text, at: 0, line_end: 0 }
}

/// See [`tokens`].
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    text: &'a [u8],
    at: usize,
    /// Where the content of the current line ends, before its carriage returns.
    line_end: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        if start >= self.line_end {
            let line = memchr::memchr(b'\n', rest).and_then(|end| rest.get(..end)).unwrap_or(rest);
            self.line_end = start + without_returns(line).len();
        }
        let (kind, length) = match self.text.get(start..self.line_end) {
            Some(line) if !line.is_empty() => token(line),
            _ => (Kind::Newline, rest.iter().take_while(|byte| **byte == b'\r').count() + 1),
        };
        // Carriage returns at the very end of the text have no line feed behind them.
        self.at = (start + length.max(1)).min(self.text.len());
        Some(Token { kind, start, end: self.at })
    }
}

/// The first token of a line that is not empty and holds no line end, and its length.
fn token(line: &[u8]) -> (Kind, usize) {
    let (kind, parsed): (Kind, IResult<&[u8], &[u8]>) = match line.first() {
        Some(b' ' | b'\t' | 0x0b | 0x0c) => (Kind::Blank, take_while1(is_blank).parse(line)),
        Some(b'{') => (Kind::Open, take(1_usize).parse(line)),
        Some(b'}') => (Kind::Close, take(1_usize).parse(line)),
        Some(b'#' | b'!') => (Kind::Comment, rest.parse(line)),
        Some(0) => (Kind::Junk, take_while1(|byte| byte == 0).parse(line)),
        Some(b'"') => match quoted(line) {
            Ok(found) => (Kind::Quoted, Ok(found)),
            Err(_) => (Kind::Junk, rest.parse(line)),
        },
        _ => match plain_length(line) {
            Some(length) => return (Kind::Word, length),
            None => (Kind::Word, word(line)),
        },
    };
    // Every parser above takes at least the byte that chose it.
    (kind, parsed.map_or(1, |(_, taken)| taken.len()))
}

fn quoted(line: &[u8]) -> IResult<&[u8], &[u8]> {
    recognize(delimited(tag("\""), take_while(|byte| byte != b'"'), tag("\""))).parse(line)
}

/// The length of a word without a backslash or a reference in it, which nearly all are.
fn plain_length(line: &[u8]) -> Option<usize> {
    let length = line.iter().position(|byte| !is_plain(*byte)).unwrap_or(line.len());
    (length > 0 && !matches!(line.get(length), Some(b'\\' | b'$'))).then_some(length)
}

fn word(line: &[u8]) -> IResult<&[u8], &[u8]> {
    let plain = take_while1(is_plain);
    let escaped = recognize(pair(tag("\\"), one_of("\"#!\\")));
    let single = recognize(one_of("\\$"));
    recognize(many1_count(alt((plain, escaped, braced, single)))).parse(line)
}

/// `${NAME}`, with arguments for the predefined names that take some.
fn braced(line: &[u8]) -> IResult<&[u8], &[u8]> {
    let letter = take_while_m_n(1, 1, is_name_start);
    recognize((tag("${"), letter, take_while(is_inside_braces), tag("}"))).parse(line)
}

const fn is_inside_braces(byte: u8) -> bool {
    !matches!(byte, b'{' | b'}' | b'"' | b'#' | b'!')
}

const fn is_plain(byte: u8) -> bool {
    !matches!(byte, b' ' | b'\t' | 0x0b | 0x0c | b'"' | b'#' | b'!' | b'{' | b'}' | b'\\' | b'$' | 0)
}

/// Whether a byte separates words.
#[must_use]
pub const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0b | 0x0c)
}

/// Whether a parameter's name may begin with this byte.
#[must_use]
pub const fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Whether a parameter's name may hold this byte.
#[must_use]
pub const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The length of a parameter's name at the beginning of a text; 0 when there is none.
#[must_use]
pub fn name_length(text: &[u8]) -> usize {
    match text.first() {
        Some(first) if is_name_start(*first) => text.iter().take_while(|byte| is_name(**byte)).count(),
        _ => 0,
    }
}

/// The length of a line without its comment and the blanks before that.
#[must_use]
pub fn length_without_comment(line: &[u8]) -> usize {
    let Some(mark) = memchr::memchr2(b'#', b'!', line) else { return trimmed_length(line) };
    let before = line.get(..mark).unwrap_or_default();
    let cut = if memchr::memchr2(b'"', b'\\', before).is_none() && memchr::memchr(b'$', before).is_none() {
        Some(mark)
    } else {
        tokens(line).find(|token| token.kind == Kind::Comment).map(|token| token.start)
    };
    trimmed_length(cut.and_then(|cut| line.get(..cut)).unwrap_or(line))
}

/// The length of a text without the blanks at its end.
#[must_use]
pub fn trimmed_length(text: &[u8]) -> usize {
    text.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last + 1)
}

/// How many blanks a text begins with.
#[must_use]
pub fn leading_blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_blank(**byte)).count()
}

/// The text of a word without the backslash of `\#` and `\!`.
#[must_use]
pub fn unescaped(word: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(word.len());
    let mut bytes = word.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.peek().copied()) {
            (b'\\', Some(mark @ (b'#' | b'!'))) => {
                bytes.next();
                out.push(mark);
            }
            // A pair is skipped as a pair, so that its second backslash does not hide what follows.
            (b'\\', Some(other @ (b'\\' | b'"'))) => {
                bytes.next();
                out.extend([byte, other]);
            }
            _ => out.push(byte),
        }
    }
    out
}

#[cfg(test)]
mod tests;
