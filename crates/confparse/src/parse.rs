//! Expanded lines to the tree: words, statements, blocks. Recovers at every line and brace; knows no keyword but
//! `include_check`, which changes how the reader behind it reads.
mod nesting;

use crate::diagnostic::{Diagnostic, Severity};
use crate::expand::{Line, Reader};
use crate::lex::{self, Kind, Token};
use crate::span::{FileId, Origin};
use crate::tree::{Arena, Statement, Tree, Word};
use nesting::{ClosedEarly, Nesting};
use std::borrow::Cow;
use std::collections::HashSet;

/// Reads a configuration, all of it or some blocks of the root at a time; never gives up.
pub(crate) struct Parser<'a> {
    pub(crate) reader: Reader<'a>,
    /// Tokens of the statement that is being read; kept for its memory.
    tokens: Vec<Token>,
    /// Files in which bytes that are not UTF-8 were complained about: once each is enough.
    not_text: HashSet<FileId>,
    closed_early: ClosedEarly,
}

/// How much is read at a time.
#[derive(Clone, Copy)]
pub(crate) enum Amount {
    /// The whole configuration.
    All,
    /// Statements of the root up to a block of which `ends` is true, when there are at least so many in all.
    Some {
        /// Statements, those of all blocks.
        statements: usize,
        /// Whether the statements behind this one can be understood without it and those before it.
        ends: fn(&Statement<'_>) -> bool,
    },
}

impl<'a> Parser<'a> {
    /// Reads what the reader gives.
    pub(crate) fn new(reader: Reader<'a>) -> Self {
        Self { reader, tokens: Vec::new(), not_text: HashSet::new(), closed_early: None }
    }

    /// The next statements of the root; `None` when there are no more.
    pub(crate) fn next<'t>(&mut self, arena: &'t Arena, amount: Amount) -> Option<Tree<'t>> {
        let nesting = Nesting::new(arena, self.closed_early);
        let mut part = Part { parser: self, arena, nesting, words: Vec::new(), statements: 0 };
        while let Some(line) = part.parser.reader.next() {
            part.line(line);
            if part.is_enough(amount) {
                break;
            }
        }
        let (tree, closed_early) = part.nesting.finish(&mut part.parser.reader);
        self.closed_early = closed_early;
        (!tree.statements.is_empty()).then_some(tree)
    }
}

/// One part of the tree while it is read.
struct Part<'p, 'a, 't> {
    parser: &'p mut Parser<'a>,
    arena: &'t Arena,
    nesting: Nesting<'t>,
    /// Words of the statement that is being read; kept for its memory.
    words: Vec<Word<'t>>,
    /// How many statements there are so far.
    statements: usize,
}

impl Part<'_, '_, '_> {
    fn is_enough(&self, amount: Amount) -> bool {
        match amount {
            Amount::All => false,
            Amount::Some { statements, ends } => {
                self.statements >= statements && self.nesting.last_of_root().is_some_and(ends)
            }
        }
    }

    /// A line up to its first brace; what is behind that comes again as a line.
    fn line(&mut self, mut line: Line) {
        self.parser.tokens.clear();
        let mut brace = None;
        for token in lex::tokens(line.text()) {
            match token.kind {
                Kind::Word | Kind::Quoted | Kind::Junk => self.parser.tokens.push(token),
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
            return self.parser.reader.put_back(line);
        };
        let origin = line.origin(brace.start..brace.end, &self.parser.reader.sources);
        match brace.kind {
            Kind::Open => self.nesting.open(origin, &mut self.parser.reader),
            _ => self.nesting.close(origin, &mut self.parser.reader),
        }
        line.skip(brace.end);
        self.parser.reader.put_back(line);
    }

    /// The words before the brace, or all of them.
    fn statement(&mut self, line: &Line) {
        let (Some(first), Some(last)) = (self.parser.tokens.first(), self.parser.tokens.last()) else { return };
        let range = first.start..last.end;
        let raw = line.text().get(range.clone()).unwrap_or_default();
        self.words.clear();
        let raw = match str::from_utf8(raw) {
            Ok(raw) if memchr::memchr2(b'\\', b'$', raw.as_bytes()).is_none() => {
                self.plain_words(line, range.start, raw)
            }
            _ => self.other_words(line, raw),
        };
        if self.words.is_empty() {
            return;
        }
        let words = self.arena.list(&self.words);
        let origin = line.origin(range, &self.parser.reader.sources);
        let statement = Statement { words, raw, origin, block: None };
        if words.first().is_some_and(|word| word.text() == "include_check") && self.nesting.is_in("global_defs") {
            self.parser.reader.include_check(&statement);
        }
        self.nesting.push(statement);
        self.statements += 1;
    }
}

impl<'t> Part<'_, '_, 't> {
    /// Words that are parts of the raw text as they stand, which nearly all are: the text is kept only once.
    fn plain_words(&mut self, line: &Line, start: usize, raw: &str) -> &'t str {
        let raw = self.arena.text(raw);
        for index in 0..self.parser.tokens.len() {
            let Some(token) = self.parser.tokens.get(index).copied() else { break };
            let quotes = usize::from(token.kind == Kind::Quoted);
            let text = raw.get(token.start + quotes - start..token.end - quotes - start).unwrap_or_default();
            let origin = line.origin(token.start..token.end, &self.parser.reader.sources);
            match token.kind {
                Kind::Word | Kind::Quoted => self.words.push(Word::new(text, origin, quotes == 1)),
                _ => self.report_stray_quote(origin),
            }
        }
        raw
    }

    /// Words with escapes, with references that nothing replaced, or with bytes that are not UTF-8.
    fn other_words(&mut self, line: &Line, raw: &[u8]) -> &'t str {
        for index in 0..self.parser.tokens.len() {
            let Some(token) = self.parser.tokens.get(index).copied() else { break };
            if token.kind == Kind::Word {
                self.parser.reader.check_references(line, token.start..token.end);
            }
            let word = self.other_word(line, token);
            self.words.extend(word);
        }
        self.arena.text(&String::from_utf8_lossy(&raw_text(raw)))
    }

    fn other_word(&mut self, line: &Line, token: Token) -> Option<Word<'t>> {
        let origin = line.origin(token.start..token.end, &self.parser.reader.sources);
        let bytes = line.text().get(token.start..token.end).unwrap_or_default();
        let bytes = match token.kind {
            Kind::Quoted => Cow::from(bytes.get(1..bytes.len() - 1).unwrap_or_default()),
            Kind::Word => lex::unescaped(bytes).into(),
            _ => {
                self.report_stray_quote(origin);
                return None;
            }
        };
        let text = String::from_utf8_lossy(&bytes);
        if matches!(text, Cow::Owned(_)) && self.parser.not_text.insert(origin.span.file) {
            self.report_not_text(origin);
        }
        Some(Word::new(self.arena.text(&text), origin, token.kind == Kind::Quoted))
    }

    fn report_stray_quote(&mut self, origin: Origin) {
        self.parser.reader.findings.push(
            Diagnostic::new("unterminated-quote", Severity::Error, "a double quote has no partner on its line")
                .at(origin, "quoted from here on")
                .meanwhile("this part of the line is ignored, braces included")
                .help("add the closing quote; there is no escape for a double quote inside quotes"),
        );
    }

    fn report_not_text(&mut self, origin: Origin) {
        self.parser.reader.findings.push(
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

#[cfg(test)]
mod tests;
