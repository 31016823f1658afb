//! Where each printed statement comes from: written somewhere, taken over from another word, or a default. The printed
//! statements and those of the files are matched by keyword and by what names them.
mod matching;

use super::node::Node;
use crate::schema::{self, Args, Repeat};
use crate::source::{ExpansionKind, Sources};
use crate::span::Origin;
use crate::tree::{Statement, Tree, Word};
use matching::{Place, Statements, Written};
use std::collections::HashMap;
use std::rc::Rc;

/// A comment for each statement, a block before what is in it.
#[must_use]
pub fn origins(nodes: &[Node], tree: &Tree<'_>, sources: &Sources) -> Vec<String> {
    let mut finder = Finder { sources, around: Vec::new(), comments: Vec::new() };
    finder.block("/", "", nodes, Written::new(tree.statements.iter().collect()));
    finder.comments
}

struct Finder<'t, 's> {
    sources: &'s Sources,
    /// The blocks around the current statement, outermost first.
    around: Vec<Around<'t>>,
    comments: Vec<String>,
}

/// A block around the current statement.
struct Around<'t> {
    path: String,
    /// What the block is called: the name of an instance.
    name: String,
    /// All that was written in it.
    written: Rc<Written<'t>>,
}

impl<'t> Finder<'t, '_> {
    fn block(&mut self, path: &str, name: &str, nodes: &[Node], written: Written<'t>) {
        let written = Rc::new(written);
        self.around.push(Around { path: path.to_owned(), name: name.to_owned(), written: Rc::clone(&written) });
        let mut places = HashMap::<&str, Place>::new();
        for node in nodes {
            places.entry(keyword(node)).or_insert(Place { ordinal: 0, count: 0 }).count += 1;
        }
        for node in nodes {
            let Some(place) = places.get_mut(keyword(node)) else { continue };
            if let Some(inner) = &node.block {
                let found = written.blocks(path, node, *place);
                let comment = found.first().map_or("default".to_owned(), |first| self.written_at(first));
                self.comments.push(comment);
                self.inside(path, node, inner, &found);
            } else {
                let comment = self.line(path, node, &written, *place);
                self.comments.push(comment);
            }
            place.ordinal += 1;
        }
        self.around.pop();
    }

    fn inside(&mut self, path: &str, node: &Node, inner: &[Node], found: &[&'t Statement<'t>]) {
        let keyword = keyword(node);
        let statements: Statements<'t> =
            found.iter().filter_map(|statement| statement.block).flat_map(|block| block.statements).collect();
        let path = if path == "/" { keyword.to_owned() } else { format!("{path}/{keyword}") };
        let is_list =
            schema::find(outer(&path), keyword).is_some_and(|row| matches!(row.args, Args::List | Args::NamedList));
        if is_list {
            return self.list(&path, inner, &statements);
        }
        let name = node.words.get(1..).unwrap_or_default().join(" ");
        self.block(&path, &name, inner, Written::new(statements));
    }

    /// The lines of a list: found by their first word, else by their place in the list.
    fn list(&mut self, path: &str, lines: &[Node], written: &Statements<'t>) {
        for (position, node) in lines.iter().enumerate() {
            let comment = match matching::entry(path, node, written, Place { ordinal: position, count: lines.len() }) {
                Some((statement, word)) => format!("{}{}", self.place(word.origin()), self.through(statement, word)),
                None => "default".to_owned(),
            };
            self.comments.push(comment);
        }
    }

    fn line(&self, path: &str, node: &Node, written: &Written<'t>, place: Place) -> String {
        let keyword = keyword(node);
        let row = schema::find(path, keyword);
        let written = written.by_keyword(path, keyword);
        let found = if schema::may_repeat(path, keyword) {
            matching::one_of_many(node, &written, place)
        } else if row.is_some_and(|row| row.repeat == Repeat::First) {
            written.first().copied()
        } else {
            written.last().copied()
        };
        match found {
            Some(statement) => {
                let other = row.and_then(|row| matching::written_otherwise(row, node, statement));
                let other = other.map_or(String::new(), |words| format!(", where {} is written", printable(&words)));
                format!("{}{other}", self.written_at(statement))
            }
            None => self.taken_over(path, keyword),
        }
    }

    /// What a word says that is not written: the nearest word that it takes over, or the default.
    fn taken_over(&self, path: &str, keyword: &str) -> String {
        for from in schema::takes_over(path, keyword) {
            let Some((block, word)) = from.rsplit_once('/') else { continue };
            let candidates = self.written_in(block).by_keyword(block, word);
            if let Some(statement) = candidates.last() {
                let block = block.rsplit('/').next().unwrap_or_default();
                return format!("from {block} {word}, {}", self.written_at(statement));
            }
        }
        "default".to_owned()
    }

    /// What is written in the block of this path that concerns the current one: a block around it, the group of an
    /// instance, or a block of which there is one.
    fn written_in(&self, block: &str) -> Rc<Written<'t>> {
        if let Some(around) = self.around.iter().find(|around| around.path == block) {
            return Rc::clone(&around.written);
        }
        let blocks = self.around.first().map(|root| root.written.by_keyword("/", block)).unwrap_or_default();
        let instance = self.around.get(1).map_or("", |around| around.name.as_str());
        let concerns = |one: &&&Statement<'t>| block != "vrrp_sync_group" || matching::has_member(one, instance);
        let blocks = blocks.iter().filter(concerns).filter_map(|statement| statement.block);
        Rc::new(Written::new(blocks.flat_map(|block| block.statements).collect()))
    }

    fn written_at(&self, statement: &Statement<'_>) -> String {
        let through = statement.words.iter().map(|word| self.through(statement, word)).find(|text| !text.is_empty());
        format!("{}{}", self.place(statement.origin), through.unwrap_or_default())
    }

    /// Where it is written, and by which includes, sequences and parameters it came to where it is read.
    fn place(&self, origin: Origin) -> String {
        let mut text = self.sources.place(origin.span);
        for expansion in self.sources.chain(origin) {
            let used = self.sources.place(expansion.used.span);
            text += &match expansion.kind {
                ExpansionKind::Parameter { name, .. } => format!(", the value of ${name} at {used}"),
                ExpansionKind::Turn(values) => format!(", {values} of the sequence at {used}"),
                ExpansionKind::Include => format!(", included at {used}"),
            };
        }
        printable(&text)
    }

    /// The innermost parameter that a word of a statement came from, when the statement itself is written around it.
    fn through(&self, statement: &Statement<'_>, word: &Word<'_>) -> String {
        if word.origin().expansion == statement.origin.expansion {
            return String::new();
        }
        // The variable of a sequence is told with its turn.
        let counts = |defined: Origin| {
            let mut turns = self.sources.chain(word.origin()).filter(|one| matches!(one.kind, ExpansionKind::Turn(_)));
            turns.any(|turn| turn.used.span == defined.span)
        };
        let innermost = self.sources.chain(word.origin()).find_map(|expansion| match expansion.kind {
            ExpansionKind::Parameter { name, defined, .. } if !counts(*defined) => Some((name, defined)),
            ExpansionKind::Parameter { .. } | ExpansionKind::Turn(_) | ExpansionKind::Include => None,
        });
        innermost.map_or(String::new(), |(name, defined)| {
            printable(&format!(", ${name} of {}", self.sources.place(defined.span)))
        })
    }
}

fn keyword(node: &Node) -> &str {
    node.words.first().map_or("", String::as_str)
}

fn outer(path: &str) -> &str {
    path.rsplit_once('/').map_or("/", |(outer, _)| outer)
}

/// A comment ends with its line, and names of files may hold anything.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests;
