//! The lines in which two printed things differ.
use confparse::print::node::{Node, head, hide_secrets};
use model::diff::{FieldChange, Subject};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

/// A line that comes, goes, or has another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The blocks inside the thing and the keyword: `authentication auth_pass`.
    what: String,
    /// What stands behind it now.
    before: Option<String>,
    /// What is to stand behind it.
    after: Option<String>,
}

impl Line {
    /// The new name of an instance that keeps its identity.
    pub(super) fn of_name(subject: &Subject) -> Option<Self> {
        let Subject::Instance { name, before: Some(before) } = subject else { return None };
        let what = "vrrp_instance".to_owned();
        Some(Self { what, before: Some(before.to_string()), after: Some(name.to_string()) })
    }

    /// What the program calls a difference.
    pub(super) fn of_field(field: &FieldChange) -> Self {
        Self {
            what: field.field.replace('_', " "),
            before: Some(field.before.clone()),
            after: Some(field.after.clone()),
        }
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        json!({ "keyword": self.what, "before": self.before, "after": self.after })
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) if before == after => write!(f, "  {} changes and is not shown", self.what),
            (Some(before), Some(after)) => write!(f, "  {} {before} -> {after}", self.what),
            (None, Some(after)) => write!(f, "+ {}", joined(&self.what, after)),
            (Some(before), None) => write!(f, "- {}", joined(&self.what, before)),
            (None, None) => Ok(()),
        }
    }
}

fn joined(what: &str, rest: &str) -> String {
    if rest.is_empty() { what.to_owned() } else { format!("{what} {rest}") }
}

/// One printed line: its key, its arguments as they are, and as they may be shown.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Flat {
    key: String,
    rest: String,
    shown: String,
}

/// The lines that only one side has; those that are alone with their keyword on both sides are one change.
pub(super) fn changed(subject: &Subject, before: &[&Node], after: &[&Node]) -> Vec<Line> {
    let (before, after) = (flat(subject, before), flat(subject, after));
    let (gone, new) = (without(&before, &after), without(&after, &before));
    let count = |lines: &[Flat]| {
        let mut counts = BTreeMap::<String, usize>::new();
        lines.iter().for_each(|line| *counts.entry(line.key.clone()).or_default() += 1);
        counts
    };
    let (in_before, in_after) = (count(&before), count(&after));
    let is_alone = |key: &String| in_before.get(key) == Some(&1) && in_after.get(key) == Some(&1);
    let partners: HashMap<&str, &Flat> =
        new.iter().filter(|line| is_alone(&line.key)).map(|line| (line.key.as_str(), line)).collect();
    let mut paired = HashSet::new();
    let mut lines: Vec<Line> = Vec::new();
    for line in &gone {
        let partner = partners.get(line.key.as_str());
        paired.extend(partner.map(|partner| partner.key.as_str()));
        let after = partner.map(|partner| partner.shown.clone());
        lines.push(Line { what: line.key.clone(), before: Some(line.shown.clone()), after });
    }
    let alone = new.iter().filter(|line| !paired.contains(line.key.as_str()));
    lines.extend(alone.map(|line| Line { what: line.key.clone(), before: None, after: Some(line.shown.clone()) }));
    lines
}

/// The lines that the other side does not have, as often as it has fewer of them.
fn without(lines: &[Flat], other: &[Flat]) -> Vec<Flat> {
    let mut left = HashMap::<&Flat, usize>::new();
    other.iter().for_each(|line| *left.entry(line).or_default() += 1);
    let mut rest = Vec::new();
    for line in lines {
        match left.get_mut(line) {
            Some(count) if *count > 0 => *count -= 1,
            _ => rest.push(line.clone()),
        }
    }
    rest
}

fn flat(subject: &Subject, nodes: &[&Node]) -> Vec<Flat> {
    let mut lines = Vec::new();
    for node in nodes {
        // What heads a thing names it; a block of root that is not a thing belongs to the line.
        let path = outer_path(subject, node);
        let mut shown = [(*node).clone()];
        hide_secrets(&mut shown);
        let [shown] = &shown;
        match (&node.block, &shown.block) {
            (Some(inner), Some(shown)) => walk(subject, &path, inner, shown, &mut lines),
            _ => lines.push(line(&path, node, shown)),
        }
    }
    lines
}

fn outer_path(subject: &Subject, node: &Node) -> String {
    match subject {
        Subject::Global | Subject::Statics if node.block.is_some() => {
            let head = head(node);
            if head == "global_defs" { String::new() } else { format!("{head} ") }
        }
        _ => String::new(),
    }
}

fn walk(subject: &Subject, path: &str, nodes: &[Node], shown: &[Node], lines: &mut Vec<Flat>) {
    for (node, shown) in nodes.iter().zip(shown) {
        let is_thing = matches!(subject, Subject::VirtualServer(..))
            && node.words.first().is_some_and(|word| word == "real_server");
        match (&node.block, &shown.block) {
            _ if is_thing => {}
            (Some(inner), Some(shown)) => walk(subject, &format!("{path}{} ", head(node)), inner, shown, lines),
            _ => lines.push(line(path, node, shown)),
        }
    }
}

fn line(path: &str, node: &Node, shown: &Node) -> Flat {
    let (first, rest) = split(node);
    Flat { key: format!("{path}{first}"), rest, shown: split(shown).1 }
}

/// The first word, and the others.
fn split(node: &Node) -> (String, String) {
    let text = head(node);
    let first =
        node.words.first().map(|word| head(&Node { words: vec![word.clone()], ..Node::default() })).unwrap_or_default();
    let rest = text.strip_prefix(&first).unwrap_or_default().trim_start().to_owned();
    (first, rest)
}
