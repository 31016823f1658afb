//! Which statement of the files a printed one is: by keyword, by what names a block, by the first word of a line.
use crate::print::node::Node;
use crate::schema::{self, Args, Names, Row};
use crate::tree::{Statement, Word};
use std::collections::HashMap;
use std::net::IpAddr;

/// Statements in file order.
pub(super) type Statements<'t> = Vec<&'t Statement<'t>>;

/// What was written in a block, ready for many look-ups.
#[derive(Default)]
pub(super) struct Written<'t> {
    all: Statements<'t>,
    words: HashMap<&'t str, Statements<'t>>,
    blocks: HashMap<(&'t str, Vec<String>), Statements<'t>>,
}

impl<'t> Written<'t> {
    pub(super) fn new(all: Statements<'t>) -> Self {
        let mut written = Self { all, ..Self::default() };
        for statement in &written.all {
            let Some(word) = statement.words.first().map(Word::text) else { continue };
            written.words.entry(word).or_default().push(statement);
            if statement.block.is_some() {
                written.blocks.entry((word, name_of(statement))).or_default().push(statement);
            }
        }
        written
    }

    /// Those that begin with a word or another name of it.
    pub(super) fn by_keyword(&self, path: &str, keyword: &str) -> Statements<'t> {
        let others = schema::words(path).block().rows().filter(|row| row.keyword != keyword && means(row, keyword));
        let others: Vec<&str> = others.map(|row| row.keyword).filter(|other| self.words.contains_key(other)).collect();
        if others.is_empty() {
            return self.words.get(keyword).cloned().unwrap_or_default();
        }
        let is_it = |word: &Word<'_>| word.text() == keyword || others.contains(&word.text());
        self.all.iter().filter(|statement| statement.words.first().is_some_and(is_it)).copied().collect()
    }

    /// The blocks that a printed one was made of: those with its name, or all of them where it has none, or the one at its
    /// place where it has none and may stand many times.
    pub(super) fn blocks(&self, path: &str, node: &Node, place: Place) -> Statements<'t> {
        let keyword = node.words.first().map_or("", String::as_str);
        let name = name(node.words.iter().skip(1).map(String::as_str));
        if !name.is_empty()
            && let Some(named) = self.blocks.get(&(keyword, name.clone()))
        {
            return named.clone();
        }
        let mut candidates = self.by_keyword(path, keyword);
        candidates.retain(|statement| statement.block.is_some());
        if name.is_empty() && !schema::may_repeat(path, keyword) {
            return candidates;
        }
        let named: Statements<'t> = candidates.iter().filter(|one| name_of(one) == name).copied().collect();
        if !named.is_empty() && !name.is_empty() {
            return named;
        }
        place.of(&candidates).into_iter().collect()
    }
}

/// Whether a row is another name of a word, or an old one.
fn means(row: &Row, keyword: &str) -> bool {
    match row.names {
        Names::One => false,
        Names::Also(names) => names.contains(&keyword),
        Names::Old { now, .. } => now == keyword,
    }
}

/// Where a printed statement stands among those of its keyword.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) ordinal: usize,
    pub(super) count: usize,
}

impl Place {
    /// The one at this place, where as many are written as are printed.
    fn of<'t>(self, candidates: &Statements<'t>) -> Option<&'t Statement<'t>> {
        candidates.get(self.ordinal).filter(|_| candidates.len() == self.count).copied()
    }
}

fn name_of(statement: &Statement<'_>) -> Vec<String> {
    name(statement.words.iter().skip(1).map(Word::text))
}

/// What names a block, in a form in which two spellings of one address are the same; no port is port 0.
fn name<'w>(words: impl Iterator<Item = &'w str>) -> Vec<String> {
    let mut words: Vec<String> = words.map(canonical).collect();
    if words.len() > 1 && words.last().is_some_and(|last| last == "0") {
        words.pop();
    }
    words
}

fn canonical(word: &str) -> String {
    let (address, length) = word.split_once('/').map_or((word, None), |(address, length)| (address, Some(length)));
    if let Ok(address) = address.parse::<IpAddr>() {
        let full = if address.is_ipv4() { "32" } else { "128" };
        return format!("{address}/{}", length.unwrap_or(full));
    }
    word.parse::<u64>().map_or_else(|_| word.to_owned(), |number| number.to_string())
}

/// The statement of a word that may stand many times: the one with the same first argument, else the one at its place.
pub(super) fn one_of_many<'t>(node: &Node, written: &Statements<'t>, place: Place) -> Option<&'t Statement<'t>> {
    let first = node.words.get(1).map(|word| canonical(word));
    let same = |statement: &&&Statement<'t>| statement.words.get(1).map(|word| canonical(word.text())) == first;
    written.iter().find(same).copied().or_else(|| place.of(written))
}

/// The line of a list that a printed one comes from, with its first word; where lines are words only, the word.
pub(super) fn entry<'t>(
    path: &str,
    node: &Node,
    written: &Statements<'t>,
    place: Place,
) -> Option<(&'t Statement<'t>, &'t Word<'t>)> {
    let words_only = !schema::words(path).block().rows().any(|row| row.kind == schema::Kind::Option);
    let first = canonical(node.words.first()?);
    let named = written.iter().find_map(|statement| {
        let many = if words_only { statement.words.len() } else { 1 };
        let word = statement.words.iter().take(many).find(|word| canonical(word.text()) == first)?;
        Some((*statement, word))
    });
    named.or_else(|| place.of(written).and_then(|statement| Some((statement, statement.words.first()?))))
}

/// What is written in the place of a single argument, where that is something else.
pub(super) fn written_otherwise(row: &Row, node: &Node, statement: &Statement<'_>) -> Option<String> {
    let [_, printed] = node.words.as_slice() else { return None };
    let is_number = matches!(row.args, Args::Int { .. } | Args::MaybeInt { .. } | Args::Decimal { .. });
    if !is_number && !matches!(row.args, Args::Word(_) | Args::Address(_)) {
        return None;
    }
    let written = statement.words.get(1)?.text();
    let number = |text: &str| text.parse::<f64>().ok();
    let same = canonical(printed) == canonical(written) || (is_number && number(printed) == number(written));
    (!same).then(|| written.to_owned())
}

/// Whether a group has an instance among its members.
pub(super) fn has_member(group: &Statement<'_>, instance: &str) -> bool {
    let lists = group.block.into_iter().flat_map(|block| block.statements);
    let lists = lists.filter(|statement| statement.words.first().is_some_and(|word| word.text() == "group"));
    let lines = lists.filter_map(|statement| statement.block).flat_map(|block| block.statements);
    lines.flat_map(|line| line.words).any(|word| word.text() == instance)
}
