//! A text cut into what can be moved by itself: statements, braces, comments; and lines that stay in one piece.
use crate::expand::{is_definition, is_directive};
use crate::lex::{self, Kind, Token};
use crate::source::without_returns;
use model::limits;

/// Something that may get a line of its own, with the number of the line it stands on, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) line: usize,
    pub(super) what: What<'a>,
}

/// See [`Piece`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// A blank line; one that may end a definition stays whatever is around it.
    Blank { stays: bool },
    /// A line that the reader skips, or one with a carriage return inside, which must not come to stand at its end:
    /// every byte stays.
    Untouched(&'a [u8]),
    /// A comment: alone on its line, or behind the piece before it.
    Comment { text: &'a [u8], alone: bool },
    /// Words, with single blanks between them.
    Statement(Vec<u8>),
    /// `{`.
    Open,
    /// `}`.
    Close,
    /// A line that can only be moved as a whole, its comment included.
    Whole(Whole),
}

/// See [`What::Whole`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) text: Vec<u8>,
    pub(super) role: Role,
    /// Braces in it; of an include, or a definition on one line, none.
    pub(super) braces: Braces,
    /// The condition that it begins with, or nothing.
    pub(super) condition: Vec<u8>,
}

/// What a whole line is to the lines around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing.
    Single,
    /// It begins a definition that goes on.
    First,
    /// It belongs to a definition that goes on.
    Further,
    /// It ends a definition.
    Last,
}

/// How many braces a line has, in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Braces {
    /// `}` whose `{` stands on an earlier line.
    pub(super) closes: usize,
    /// `{` whose `}` stands on a later line.
    pub(super) opens: usize,
    /// The line begins with `}`.
    pub(super) leads: bool,
}

/// The pieces of a text without byte order mark.
pub(super) fn pieces(text: &[u8]) -> Vec<Piece<'_>> {
    let mut cutter = Cutter { found: Vec::new(), line: 0, goes_on: false, defining: false };
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        cutter.line += 1;
        cutter.cut(line);
    }
    cutter.found
}

struct Cutter<'a> {
    found: Vec<Piece<'a>>,
    line: usize,
    /// The last line ended in a backslash: this one may belong to a definition, where every blank may count.
    goes_on: bool,
    /// And it certainly looked like a definition.
    defining: bool,
}

impl<'a> Cutter<'a> {
    fn push(&mut self, what: What<'a>) {
        self.found.push(Piece { line: self.line, what });
    }

    fn cut(&mut self, line: &'a [u8]) {
        let content = without_returns(line.strip_suffix(b"\n").unwrap_or(line));
        if content.len() > limits::LINE_BYTES || memchr::memchr(0, content).is_some() {
            return self.push(What::Untouched(line));
        }
        let content = trimmed(content);
        let tidy = content.get(..lex::length_without_comment(content)).unwrap_or(content);
        if memchr::memchr(b'\r', content).is_some() {
            if !tidy.is_empty() {
                (self.goes_on, self.defining) = (tidy.ends_with(b"\\"), false);
            }
            return self.push(What::Untouched(line));
        }
        match (content, tidy) {
            ([], _) => {
                self.push(What::Blank { stays: self.goes_on });
                (self.goes_on, self.defining) = (false, false);
            }
            // The backslash of a comment ends a definition.
            (_, []) if self.goes_on && content.ends_with(b"\\") => {
                (self.goes_on, self.defining) = (false, false);
                self.push(What::Untouched(line));
            }
            (_, []) => self.push(What::Comment { text: content, alone: true }),
            _ if self.goes_on => self.further(content, tidy),
            _ => self.line(content, tidy),
        }
    }

    /// A line behind one that ended in a backslash.
    fn further(&mut self, content: &[u8], tidy: &[u8]) {
        self.goes_on = tidy.ends_with(b"\\");
        let role = match (self.defining, self.goes_on) {
            (false, _) => Role::Single,
            (true, true) => Role::Further,
            (true, false) => Role::Last,
        };
        self.defining &= self.goes_on;
        let whole = Whole { text: content.to_vec(), role, braces: braces(content), condition: Vec::new() };
        self.push(What::Whole(whole));
    }

    /// A line of its own. What follows a brace is read like a line again, and so it is cut like one.
    fn line(&mut self, content: &'a [u8], tidy: &[u8]) {
        if is_movable(tidy) {
            return self.statements(content);
        }
        let (condition, bare) = split_condition(tidy);
        let defines = is_definition(bare);
        self.goes_on = tidy.ends_with(b"\\");
        self.defining = self.goes_on && defines;
        let includes = bare.starts_with(b"i") && is_directive(bare);
        let has_braces = self.defining || !(defines || includes);
        self.push(What::Whole(Whole {
            text: until_reference(content),
            role: if self.defining { Role::First } else { Role::Single },
            braces: if has_braces { braces(bare) } else { Braces::default() },
            condition: condition.to_vec(),
        }));
    }

    /// Up to the first brace, and the rest again.
    fn statements(&mut self, content: &'a [u8]) {
        let mut tokens = lex::tokens(content).skip_while(|token| token.kind == Kind::Blank);
        let mut words: Vec<Token> = Vec::new();
        let end = tokens.find(|token| {
            let ends = matches!(token.kind, Kind::Open | Kind::Close | Kind::Comment);
            if !ends {
                words.push(*token);
            }
            ends
        });
        while words.last().is_some_and(|last| last.kind == Kind::Blank) {
            words.pop();
        }
        if !words.is_empty() {
            self.push(What::Statement(joined(content, &words)));
        }
        let Some(end) = end else { return };
        match end.kind {
            Kind::Comment => {
                let text = content.get(end.start..).unwrap_or_default();
                return self.push(What::Comment { text, alone: false });
            }
            Kind::Open => self.push(What::Open),
            _ => self.push(What::Close),
        }
        let rest = trimmed(content.get(end.end..).unwrap_or_default());
        let tidy = rest.get(..lex::length_without_comment(rest)).unwrap_or(rest);
        match (rest, tidy) {
            ([], _) => {}
            (_, []) => self.push(What::Comment { text: rest, alone: false }),
            _ => self.line(rest, tidy),
        }
    }
}

/// Whether the statements and braces of a line mean the same on lines of their own.
fn is_movable(tidy: &[u8]) -> bool {
    !is_directive(tidy)
        // A parameter may hold braces, quotes, or several lines; a backslash may join what follows it.
        && memchr::memchr2(b'$', b'\\', tidy).is_none()
        && lex::tokens(tidy).all(|token| token.kind != Kind::Junk)
}

/// The words as written, with one blank where there were several; in a line with single quotes, which some keywords
/// know, blanks stay as they are.
fn joined(content: &[u8], words: &[Token]) -> Vec<u8> {
    let text = |token: &Token| content.get(token.start..token.end).unwrap_or_default();
    let quoted = words.iter().any(|token| token.kind == Kind::Word && text(token).contains(&b'\''));
    let mut out = Vec::new();
    for token in words {
        match token.kind {
            Kind::Blank if !quoted => out.push(b' '),
            _ => out.extend_from_slice(text(token)),
        }
    }
    out
}

/// A line that stays in one piece, with single blanks between the words before its first `$`.
fn until_reference(content: &[u8]) -> Vec<u8> {
    let dollar = memchr::memchr(b'$', content).unwrap_or(0);
    let before = content.get(..dollar).unwrap_or_default();
    let rest = content.get(dollar..).unwrap_or_default();
    let tokens: Vec<Token> = lex::tokens(before).collect();
    let is_plain = tokens.iter().all(|token| matches!(token.kind, Kind::Word | Kind::Blank | Kind::Open | Kind::Close))
        && memchr::memchr2(b'\'', b'\\', before).is_none()
        && !is_directive(content);
    if is_plain { [&joined(before, &tokens), rest].concat() } else { content.to_vec() }
}

/// The condition at the beginning of a line, and what depends on it.
fn split_condition(tidy: &[u8]) -> (&[u8], &[u8]) {
    if tidy.first() != Some(&b'@') {
        return (&[], tidy);
    }
    let end = tidy.iter().position(|byte| lex::is_blank(*byte)).unwrap_or(tidy.len());
    let (condition, rest) = tidy.split_at_checked(end).unwrap_or((tidy, &[]));
    (condition, trimmed(rest))
}

fn braces(content: &[u8]) -> Braces {
    let mut found = Braces { leads: content.first() == Some(&b'}'), ..Braces::default() };
    for token in lex::tokens(content) {
        match token.kind {
            Kind::Open => found.opens += 1,
            Kind::Close if found.opens > 0 => found.opens -= 1,
            Kind::Close => found.closes += 1,
            _ => {}
        }
    }
    found
}

fn trimmed(text: &[u8]) -> &[u8] {
    let text = text.get(..lex::trimmed_length(text)).unwrap_or_default();
    text.get(lex::leading_blanks(text)..).unwrap_or_default()
}
