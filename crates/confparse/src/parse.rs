//! Expanded lines to the tree: words, statements, blocks. Recovers at every line and brace; knows no keyword but
//! `include_check`, which changes how the reader behind it reads.
mod nesting;

use crate::diagnostic::{Diagnostic, Severity};
use crate::expand::{Line, Reader};
use crate::lex::{self, Kind, Token};
use crate::span::{FileId, Origin};
use crate::tree::{Statement, Text, Tree, Word};
use nesting::Nesting;
use std::borrow::Cow;
use std::collections::HashSet;

/// Reads to the end and hangs everything in a tree; never gives up.
pub(crate) fn parse(reader: &mut Reader<'_>) -> Tree {
    let mut parser = Parser { reader, nesting: Nesting::default(), words: Vec::new(), not_text: HashSet::new() };
    while let Some(line) = parser.reader.next() {
        parser.line(line);
    }
    let Parser { reader, nesting, .. } = parser;
    nesting.finish(reader)
}

struct Parser<'r, 'a> {
    reader: &'r mut Reader<'a>,
    nesting: Nesting,
    /// Tokens of the statement that is being read; kept for its memory.
    words: Vec<Token>,
    /// Files in which bytes that are not UTF-8 were complained about: once each is enough.
    not_text: HashSet<FileId>,
}

impl Parser<'_, '_> {
    /// A line up to its first brace; what is behind that comes again as a line.
    fn line(&mut self, mut line: Line) {
        self.words.clear();
        let mut brace = None;
        for token in lex::tokens(line.text()) {
            match token.kind {
                Kind::Word | Kind::Quoted | Kind::Junk => self.words.push(token),
                Kind::Open | Kind::Close => {
                    brace = Some(token);
                    break;
                }
                Kind::Blank | Kind::Comment | Kind::Newline => {}
            }
        }
        self.statement(&line);
        let Some(brace) = brace else {
            line.skip(line.text().len());
            return self.reader.put_back(line);
        };
        let origin = line.origin(brace.start..brace.end, &self.reader.sources);
        match brace.kind {
            Kind::Open => self.nesting.open(origin, self.reader),
            _ => self.nesting.close(origin, self.reader),
        }
        line.skip(brace.end);
        self.reader.put_back(line);
    }

    /// The words before the brace, or all of them.
    fn statement(&mut self, line: &Line) {
        let (Some(first), Some(last)) = (self.words.first().copied(), self.words.last().copied()) else { return };
        let mut words = Vec::with_capacity(self.words.len());
        for index in 0..self.words.len() {
            let Some(token) = self.words.get(index).copied() else { break };
            if token.kind == Kind::Word {
                self.reader.check_references(line, token.start..token.end);
            }
            words.extend(self.word(line, token));
        }
        if words.is_empty() {
            return;
        }
        let origin = line.origin(first.start..last.end, &self.reader.sources);
        let raw = line.text().get(first.start..last.end).unwrap_or_default();
        let raw = into_text(raw_text(raw));
        let statement = Statement { words, raw: raw.0, origin, block: None };
        if self.nesting.is_in("global_defs")
            && statement.words.first().is_some_and(|word| word.text() == "include_check")
        {
            self.reader.include_check(&statement);
        }
        self.nesting.push(statement);
    }

    fn word(&mut self, line: &Line, token: Token) -> Option<Word> {
        let origin = line.origin(token.start..token.end, &self.reader.sources);
        let bytes = line.text().get(token.start..token.end).unwrap_or_default();
        let (text, quoted) = match token.kind {
            Kind::Quoted => (into_text(bytes.get(1..bytes.len() - 1).unwrap_or_default().into()), true),
            Kind::Word if memchr::memchr(b'\\', bytes).is_some() => (into_text(lex::unescaped(bytes).into()), false),
            Kind::Word => (into_text(bytes.into()), false),
            _ => {
                self.report_stray_quote(origin);
                return None;
            }
        };
        if text.1 && self.not_text.insert(origin.span.file) {
            self.report_not_text(origin);
        }
        Some(Word::new(text.0, origin, quoted))
    }

    fn report_stray_quote(&mut self, origin: Origin) {
        self.reader.findings.push(
            Diagnostic::new("unterminated-quote", Severity::Error, "a double quote has no partner on its line")
                .at(origin, "quoted from here on")
                .meanwhile("this part of the line is ignored, braces included")
                .help("add the closing quote; there is no escape for a double quote inside quotes"),
        );
    }

    fn report_not_text(&mut self, origin: Origin) {
        self.reader.findings.push(
            Diagnostic::new("not-text", Severity::Warning, "a word holds bytes that are not UTF-8")
                .at(origin, "in another encoding")
                .meanwhile("each such byte is read as U+FFFD, here and elsewhere in this file")
                .help("store the file as UTF-8"),
        );
    }
}

/// The raw text of a statement: outside quotes, `\#` and `\!` lose their backslash.
fn raw_text(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', raw).is_none() {
        return raw.into();
    }
    let mut out = Vec::with_capacity(raw.len());
    for token in lex::tokens(raw) {
        let bytes = raw.get(token.start..token.end).unwrap_or_default();
        match token.kind {
            Kind::Word => out.extend(lex::unescaped(bytes)),
            _ => out.extend_from_slice(bytes),
        }
    }
    out.into()
}

/// Text, and whether something in it was no UTF-8.
fn into_text(bytes: Cow<'_, [u8]>) -> (Text, bool) {
    match str::from_utf8(&bytes) {
        Ok(text) => (text.into(), false),
        Err(_) => (Text::from(&*String::from_utf8_lossy(&bytes)), true),
    }
}

#[cfg(test)]
mod tests;
