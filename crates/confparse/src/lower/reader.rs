//! Walks the statements of one block by its rows: unknown words, missing braces, arguments; hands what is good to a visitor.
use super::effect::Effectless;
use super::item::{Item, Value};
use super::lookups::{Lookups, MISSPELLED, Unknown};
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema::{self, Block, Names, Repeat, Row, Wired, Words};
use crate::similar;
use crate::source::{Context, Host, Loader};
use crate::span::Origin;
use crate::tree::{Statement, Word};
use crate::value::shown;
use model::{InterfaceName, Name, limits};

/// What all blocks share while they are read.
pub(crate) struct Reader<'a> {
    pub(crate) loader: &'a dyn Loader,
    pub(crate) host: &'a dyn Host,
    pub(crate) context: &'a Context,
    pub(crate) scripts: super::script::Scripts,
    pub(crate) routing: super::names::Routing,
    pub(crate) dynamic_interfaces: bool,
    effectless: Effectless,
    diagnostics: Vec<Diagnostic>,
    worst: Severity,
    dropped: usize,
    pub(crate) lookups: Lookups,
}

/// Keywords that a block has had so far, for those that may stand once.
#[derive(Default)]
pub(crate) struct Seen(Vec<(&'static str, Origin)>);

impl Seen {
    fn find(&self, keyword: &str) -> Option<Origin> {
        self.0.iter().find(|(seen, _)| *seen == keyword).map(|(_, origin)| *origin)
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn new(loader: &'a dyn Loader, host: &'a dyn Host, context: &'a Context) -> Self {
        Self {
            loader,
            host,
            context,
            scripts: super::script::Scripts::default(),
            routing: super::names::Routing::default(),
            dynamic_interfaces: false,
            effectless: Effectless::default(),
            diagnostics: Vec::new(),
            worst: Severity::Note,
            dropped: 0,
            lookups: Lookups::default(),
        }
    }

    /// Whether so much is reported that another problem of this severity would only be counted.
    fn full_of(&self, severity: Severity) -> bool {
        self.diagnostics.len() >= limits::DIAGNOSTICS && severity <= self.worst
    }

    /// Keeps a problem, or counts it when too many are kept already and it is no worse than those.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        if self.full_of(diagnostic.severity) {
            self.dropped += 1;
            return;
        }
        self.worst = self.worst.max(diagnostic.severity);
        self.diagnostics.push(diagnostic);
    }

    /// Everything that was reported, and how many problems more there were.
    pub(crate) fn finish(mut self) -> (Vec<Diagnostic>, usize) {
        for note in std::mem::take(&mut self.effectless).notes() {
            self.report(note);
        }
        (self.diagnostics, self.dropped)
    }

    /// Whether an interface may be used; one that the host does not have is reported, unless interfaces may come and go.
    pub(crate) fn expect_interface(&mut self, name: &InterfaceName, place: Origin, meanwhile: &str) -> bool {
        if self.dynamic_interfaces || self.host.interface_exists(name.as_str()) != Some(false) {
            return true;
        }
        self.report(
            Diagnostic::new("unknown-interface", Severity::Error, format!("interface {name} does not exist"))
                .at(place, "there is no such interface")
                .meanwhile(meanwhile)
                .help("set dynamic_interfaces in global_defs if it appears later"),
        );
        false
    }

    /// Reports a block in which something should stand.
    pub(crate) fn empty(&mut self, item: &Item<'_>, meanwhile: &str) {
        self.report(
            Diagnostic::new("empty-block", Severity::Error, format!("{} is empty", item.row.keyword))
                .at(item.origin(), "nothing stands in this block")
                .meanwhile(meanwhile),
        );
    }

    /// Remembers that something was accepted and has no effect.
    pub(crate) fn without_effect(&mut self, keyword: &'static str, place: Origin) {
        self.effectless.add(keyword, place);
    }

    /// Reads a block whose words may each be new.
    pub(crate) fn block<'t>(
        &mut self,
        path: &str,
        statements: &'t [Statement<'t>],
        visit: &mut dyn FnMut(&mut Self, Item<'t>),
    ) {
        self.walk(path, statements, &mut Seen::default(), visit);
    }

    /// Reads statements of the block `path`; `seen` is carried over where a block may be repeated.
    pub(crate) fn walk<'t>(
        &mut self,
        path: &str,
        statements: &'t [Statement<'t>],
        seen: &mut Seen,
        visit: &mut dyn FnMut(&mut Self, Item<'t>),
    ) {
        let words = schema::words(path);
        let mut rest = statements;
        while let Some((statement, after)) = rest.split_first() {
            rest = after;
            let Some(first) = statement.words.first() else { continue };
            let Some(row) = words.keyword(first.text()) else {
                self.unknown(words, statement, first);
                continue;
            };
            let (body, after) = self.body(words.block(), row, statement, after);
            rest = after;
            if let Some(value) = self.value(words.block(), row, statement, seen) {
                let item = Item { row, statement, value, body };
                if row.wired == Wired::NotYet {
                    self.without_effect(row.keyword, item.origin());
                }
                visit(self, item);
            }
        }
    }

    /// The statements in the block behind a statement, and what follows it.
    fn body<'t>(
        &mut self,
        block: &Block,
        row: &'static Row,
        statement: &'t Statement<'t>,
        after: &'t [Statement<'t>],
    ) -> (&'t [Statement<'t>], &'t [Statement<'t>]) {
        match (&statement.block, row.has_block()) {
            (Some(body), true) => (body.statements, after),
            (None, false) => (&[], after),
            (Some(body), false) => {
                let message = format!("{} has no block", row.keyword);
                self.report(
                    Diagnostic::new("unexpected-block", Severity::Error, message)
                        .at(body.open, "this brace opens nothing")
                        .meanwhile("what stands between the braces is ignored"),
                );
                (&[], after)
            }
            (None, true) => {
                let inner = schema::words(&schema::inner(block, row.keyword));
                let legal = |statement: &&Statement| {
                    statement.words.first().is_some_and(|word| inner.keyword(word.text()).is_some())
                };
                let taken = after.iter().take_while(legal).count();
                self.report(
                    Diagnostic::new("missing-brace", Severity::Error, format!("{} has no {{ behind it", row.keyword))
                        .at(statement.origin, "a block must follow")
                        .meanwhile(match taken {
                            0 => "its block is taken as empty".to_owned(),
                            1 => "the next line is taken as its block".to_owned(),
                            _ => format!("the next {taken} lines are taken as its block"),
                        }),
                );
                after.split_at(taken)
            }
        }
    }

    fn unknown(&mut self, words: Words, statement: &Statement, first: &Word) {
        // A file of another kind has a million unknown words, and looking for what was meant takes its time.
        if self.full_of(Severity::Error) {
            self.dropped += 1;
            return;
        }
        let block = words.block();
        let message = format!("unknown keyword {} {}", shown(first.text()), block.place());
        let mut problem = Diagnostic::new("unknown-keyword", Severity::Error, message)
            .at(first.origin(), "not known here")
            .meanwhile(match &statement.block {
                Some(_) => "the line and the block behind it are ignored",
                None => "the line is ignored",
            });
        let near = nearest(block, first.text());
        problem = match (certain(near, first), what_was_meant(near, first.text())) {
            (Some(near), _) => problem.replace(first.origin().span, near),
            (None, Some(help)) => problem.help(help),
            (None, None) => problem,
        };
        if let (Some(near), "/", Some(name)) = (near, block.path, statement.words.get(1)) {
            self.lookups.lost(near, Name::new(name.text()), first.origin(), MISSPELLED);
        }
        self.report(problem);
    }

    /// Remembers the use of a name that nothing defined so far; it is reported when all has been read.
    pub(crate) fn unknown_name(&mut self, unknown: Unknown) {
        if self.full_of(Severity::Error) || self.lookups.is_full() {
            self.dropped += 1;
            return;
        }
        self.lookups.unknown(unknown);
    }

    /// Reports an old spelling, a second use; then reads the arguments.
    fn value<'t>(
        &mut self,
        block: &Block,
        row: &'static Row,
        statement: &'t Statement<'t>,
        seen: &mut Seen,
    ) -> Option<Value<'t>> {
        let first = statement.words.first()?;
        if let Names::Old { now, counted } = row.names {
            self.old_spelling(row, first, now, counted);
        }
        let before = seen.find(row.keyword);
        if let Some(before) = before.filter(|_| row.repeat != Repeat::Last) {
            self.second_use(row, first, before);
            if row.repeat == Repeat::First {
                return None;
            }
        }
        let value = super::arguments::read(self, block, row, statement)?;
        if before.is_none() && row.repeat != Repeat::Last {
            seen.0.push((row.keyword, first.origin()));
        }
        Some(value)
    }

    fn old_spelling(&mut self, row: &Row, word: &Word, now: &str, counted: bool) {
        let severity = if counted { Severity::Error } else { Severity::Note };
        let mut problem =
            Diagnostic::new("deprecated-keyword", severity, format!("{} is an old spelling", row.keyword))
                .at(word.origin(), format!("today this is {now}"))
                .meanwhile(match row.wired {
                    Wired::Yes => "it works as before",
                    Wired::NotYet => "it is read like the new one",
                });
        if schema::places(now).is_empty() {
            problem = problem.help(format!("use {now}"));
        } else if word.origin().expansion.is_none() {
            problem = problem.replace(word.origin().span, now);
        }
        self.report(problem);
    }

    fn second_use(&mut self, row: &Row, word: &Word, before: Origin) {
        let meanwhile = match row.repeat {
            Repeat::First => "the first one is kept",
            Repeat::Replaces | Repeat::Last => "the last one counts",
        };
        self.report(
            Diagnostic::new("duplicate-keyword", Severity::Error, format!("{} may stand once", row.keyword))
                .at(word.origin(), "second use")
                .with(before, "first use")
                .meanwhile(meanwhile),
        );
    }
}

/// The keyword of this block that is most like a word, if any is.
fn nearest(block: &Block, word: &str) -> Option<&'static str> {
    similar::closest(word, block.rows().filter(|row| row.kind == schema::Kind::Keyword).map(|row| row.keyword))
}

/// The keyword that a word was meant to be: long words that are one slip away from one, are no keyword of another block, and
/// stand where they are read.
fn certain(near: Option<&'static str>, word: &Word) -> Option<&'static str> {
    let (text, origin) = (word.text(), word.origin());
    let here = text.len() > 4 && schema::places(text).is_empty() && origin.expansion.is_none();
    near.filter(|near| here && similar::one_slip(text, near))
}

/// Words of the language that could have been meant instead of a keyword.
const INCLUDES: [&str; 6] = ["include", "includer", "includem", "includew", "includeb", "includea"];

fn what_was_meant(near: Option<&str>, word: &str) -> Option<String> {
    let places = schema::places(word);
    if places.iter().any(|place| place.path == "/") {
        return Some(format!("{word} stands outside all blocks; a }} may be missing above it"));
    }
    let mut places: Vec<&str> = places.iter().map(|place| place.name()).collect();
    places.dedup();
    places.truncate(3);
    match (near, places.as_slice()) {
        (_, [_, ..]) => Some(format!("{word} is a keyword of {}", places.join(", "))),
        (Some(near), []) => Some(format!("did you mean {near}?")),
        (None, []) if ["//", "/*", ";"].iter().any(|sign| word.starts_with(sign)) => {
            Some("comments begin with # or !".to_owned())
        }
        (None, []) => similar::closest(word, INCLUDES.into_iter()).map(|near| format!("did you mean {near}?")),
    }
}
