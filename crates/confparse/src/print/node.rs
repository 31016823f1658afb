//! A configuration as lines of words: what the printers of the blocks make, and what text, JSON and origins are made of.
use super::quote;
use crate::schema;
use model::Name;
use model::config::global::Command;
use std::fmt::{Display, Write};

/// One statement: a keyword, its arguments, perhaps a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Keyword and arguments; the bare words, before any quoting.
    pub words: Vec<String>,
    /// The statements between its braces.
    pub block: Option<Vec<Node>>,
    /// The second word is a command line: it is quoted by the rules of commands, and has its own quotes inside.
    pub command: bool,
}

/// The statements of one block while they are collected, in manual order.
#[derive(Debug, Default)]
pub struct Nodes(Vec<Node>);

impl Nodes {
    /// A keyword without arguments, where it is wanted.
    pub fn flag(&mut self, keyword: &str, on: bool) {
        if on {
            self.line([keyword.to_owned()]);
        }
    }

    /// A keyword with `on` or `off`.
    pub fn switch(&mut self, keyword: &str, on: bool) {
        self.word(keyword, if on { "on" } else { "off" });
    }

    /// A keyword with one argument.
    pub fn word(&mut self, keyword: &str, argument: impl Display) {
        self.line([keyword.to_owned(), argument.to_string()]);
    }

    /// A keyword with one argument, where there is one.
    pub fn maybe(&mut self, keyword: &str, argument: Option<impl Display>) {
        if let Some(argument) = argument {
            self.word(keyword, argument);
        }
    }

    /// A line of words, keyword first; a line of a list has none and begins with its value.
    pub fn line(&mut self, words: impl IntoIterator<Item = String>) {
        self.0.push(Node { words: words.into_iter().collect(), ..Node::default() });
    }

    /// A keyword with a command, and who runs it where that was said.
    pub fn command(&mut self, keyword: &str, command: Option<&Command>) {
        let Some(command) = command else { return };
        let user = command.user.iter().flat_map(|user| [Some(&user.user), user.group.as_ref()]).flatten();
        let words = [keyword, &command.line].into_iter().chain(user.map(Name::as_str)).map(str::to_owned);
        self.command_words(words);
    }

    /// A line whose second word is split by the rules of commands: a command, a regular expression.
    pub fn command_words(&mut self, words: impl IntoIterator<Item = String>) {
        self.0.push(Node { words: words.into_iter().collect(), command: true, ..Node::default() });
    }

    /// A keyword with arguments and a block.
    pub fn block<'a>(&mut self, head: impl IntoIterator<Item = &'a str>, fill: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        fill(&mut inner);
        let words = head.into_iter().map(str::to_owned).collect();
        self.0.push(Node { words, block: Some(inner.0), command: false });
    }

    /// The same, left out when there is nothing in the block.
    pub fn block_unless_empty<'a>(&mut self, head: impl IntoIterator<Item = &'a str>, fill: impl FnOnce(&mut Self)) {
        self.block(head, fill);
        if self.0.last().is_some_and(|last| last.block.as_ref().is_some_and(Vec::is_empty)) {
            self.0.pop();
        }
    }

    /// What was collected.
    #[must_use]
    pub fn done(self) -> Vec<Node> {
        self.0
    }
}

/// Statements as text that the reader reads back as the same statements, four blanks for each block.
#[must_use]
pub fn text(nodes: &[Node]) -> String {
    text_with(nodes, &[])
}

/// Where comments begin, if the line is not longer.
const COMMENT_COLUMN: usize = 48;

/// The same with a comment behind each statement: the comments in the order of the statements, blocks before what is in
/// them.
#[must_use]
pub fn text_with(nodes: &[Node], comments: &[String]) -> String {
    let mut writer = Writer { text: String::new(), comments: comments.iter() };
    for (position, node) in nodes.iter().enumerate() {
        if position > 0 && node.block.is_some() {
            writer.text.push('\n');
        }
        writer.node(node, 0);
    }
    writer.text
}

struct Writer<'c> {
    text: String,
    comments: std::slice::Iter<'c, String>,
}

impl Writer<'_> {
    fn node(&mut self, node: &Node, depth: usize) {
        let indent = "    ".repeat(depth);
        let brace = if node.block.is_some() { " {" } else { "" };
        let line = format!("{indent}{}{brace}", head(node));
        // Writing to a String cannot fail.
        let _ = match self.comments.next() {
            Some(comment) => writeln!(self.text, "{line:COMMENT_COLUMN$}  # {comment}"),
            None => writeln!(self.text, "{line}"),
        };
        let Some(inner) = &node.block else { return };
        inner.iter().for_each(|node| self.node(node, depth + 1));
        let _ = writeln!(self.text, "{indent}}}");
    }
}

/// A statement without its block, as it must be written.
#[must_use]
pub fn head(node: &Node) -> String {
    let words = node.words.iter().enumerate().map(|(position, word)| match position {
        0 => quote::first(word),
        1 if node.command => quote::command(word),
        _ => quote::word(word),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Puts `****` in the place of passwords and keys.
pub fn hide_secrets(nodes: &mut [Node]) {
    hide_below("/", nodes);
}

fn hide_below(path: &str, nodes: &mut [Node]) {
    for node in nodes {
        let Some(keyword) = node.words.first() else { continue };
        let inner = if path == "/" { keyword.clone() } else { format!("{path}/{keyword}") };
        if schema::is_secret(path, keyword) {
            node.words.last_mut().into_iter().for_each(hide);
        }
        let announces = |word: &String| schema::is_secret(&inner, word);
        if let Some(at) = node.words.iter().skip(1).position(announces) {
            node.words.get_mut(at + 2).into_iter().for_each(hide);
        }
        if let Some(block) = &mut node.block {
            hide_below(&inner, block);
        }
    }
}

fn hide(word: &mut String) {
    "****".clone_into(word);
}

#[cfg(test)]
pub(crate) use tests::from_text;

#[cfg(test)]
mod tests;
