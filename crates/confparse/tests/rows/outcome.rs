//! What a case comes to: what the printed configuration gains and loses, and what is said.
use crate::cases::{Cases, directory};
use crate::facts::{add, loader};
use evenkeel_confparse::diagnostic::{Diagnostic, Severity};
use evenkeel_confparse::print::{self, node::Node};
use evenkeel_confparse::source::MemoryLoader;
use evenkeel_confparse::tree::{Arena, Statement, Word};
use evenkeel_confparse::{Loaded, load, read};
use std::collections::HashMap;

/// A word that stands where the case goes, to find out which blocks are around it.
const MARK: &str = "the-case-goes-here";

/// What came of a text.
pub(crate) struct Outcome {
    /// `=` lines.
    pub(crate) printed: Vec<String>,
    /// `!` lines.
    pub(crate) said: Vec<String>,
    /// What is said that may be said of an accepted case: an old spelling.
    pub(crate) allowed: bool,
}

/// The files that cases may name: `host/` as the root of the host, and beside the configuration.
pub(crate) fn files() -> MemoryLoader {
    let host = directory().join("host");
    add(add(loader(&host), &host, "host/"), &host, "/")
}

/// Runs cases in their contexts; remembers what a context is without a case.
pub(crate) struct Runner<'c> {
    cases: &'c Cases,
    files: MemoryLoader,
    bare: HashMap<usize, Bare>,
}

struct Bare {
    /// The heads of the blocks around the case.
    around: Vec<String>,
    lines: Vec<String>,
    said: Vec<String>,
}

impl<'c> Runner<'c> {
    pub(crate) fn new(cases: &'c Cases, files: &MemoryLoader) -> Self {
        Self { cases, files: files.clone(), bare: HashMap::new() }
    }

    /// What a case comes to.
    pub(crate) fn outcome(&mut self, context: usize, case: &str) -> Outcome {
        let loaded = self.load(context, Some(case));
        if !self.bare.contains_key(&context) {
            let bare = self.bare(context);
            self.bare.insert(context, bare);
        }
        let bare = &self.bare[&context];
        let lines = lines(&loaded, &bare.around);
        let keywords = |lines: &[String]| lines.iter().map(|line| keyword(line).to_owned()).collect::<Vec<_>>();
        let gained = without(&lines, &bare.lines);
        let replaced = keywords(&gained);
        let mut lost = without(&bare.lines, &lines);
        lost.retain(|line| !replaced.iter().any(|keyword| keyword == self::keyword(line)));
        let lost = lost.into_iter().map(|line| format!("= gone: {line}"));
        let problems: Vec<&Diagnostic> = problems(&loaded).collect();
        Outcome {
            printed: gained.iter().map(|line| format!("= {line}")).chain(lost).collect(),
            said: without(&problems.iter().map(|problem| said(problem)).collect::<Vec<_>>(), &bare.said),
            allowed: problems.iter().all(|problem| problem.code == "deprecated-keyword"),
        }
    }

    /// The configuration of a case.
    pub(crate) fn load(&self, context: usize, case: Option<&str>) -> Loaded {
        self.read(&self.cases.text(context, case))
    }

    /// The configuration of a text, on the host of the cases.
    pub(crate) fn read(&self, text: &str) -> Loaded {
        let files = self.files.clone().file("case.conf", text);
        load("case.conf", &files, &self.cases.facts.context(), &self.cases.facts)
    }

    fn bare(&self, context: usize) -> Bare {
        let marked = self.files.clone().file("case.conf", self.cases.text(context, Some(MARK)));
        let arena = Arena::default();
        let tree = read("case.conf", &marked, &self.cases.facts.context(), &arena).tree;
        let mut around = Vec::new();
        assert!(find(tree.statements, &mut around), "{}: the case has no place", self.cases.name);
        let loaded = self.load(context, None);
        Bare { lines: lines(&loaded, &around), said: problems(&loaded).map(said).collect(), around }
    }
}

/// The blocks around the mark, outermost first.
fn find(statements: &[Statement], around: &mut Vec<String>) -> bool {
    statements.iter().any(|statement| {
        if statement.words.iter().any(|word| word.text() == MARK) {
            return true;
        }
        let Some(block) = &statement.block else { return false };
        let words: Vec<&str> = statement.words.iter().map(Word::text).collect();
        around.push(words.join(" "));
        find(block.statements, around) || {
            around.pop();
            false
        }
    })
}

/// The printed configuration, a line for each statement, with the blocks around it that are not around the case.
fn lines(loaded: &Loaded, around: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    flatten(&print::config(&loaded.config), &mut Vec::new(), around, &mut lines);
    lines
}

fn flatten(nodes: &[Node], path: &mut Vec<String>, around: &[String], lines: &mut Vec<String>) {
    for node in nodes {
        let shared = path.iter().zip(around).take_while(|(one, other)| one == other).count();
        let prefix: String = path[shared..].iter().map(|head| format!("{head} > ")).collect();
        let bare = Node { block: None, ..node.clone() };
        let text = print::node::text(&[bare]);
        let brace = if node.block.is_some() { " {" } else { "" };
        lines.push(format!("{prefix}{}{brace}", text.trim_end()));
        if let Some(inner) = &node.block {
            path.push(node.words.join(" "));
            flatten(inner, path, around, lines);
            path.pop();
        }
    }
}

/// What a line is about: its blocks and the first word behind them.
fn keyword(line: &str) -> &str {
    let start = line.rfind(" > ").map_or(0, |at| at + 3);
    let length = line[start..].find(' ').unwrap_or(line.len() - start);
    &line[..start + length]
}

/// The lines of one list that the other does not have, as often as it has more of them.
fn without(lines: &[String], other: &[String]) -> Vec<String> {
    let mut left: Vec<&String> = other.iter().collect();
    let mut rest = Vec::new();
    for line in lines {
        match left.iter().position(|known| *known == line) {
            Some(at) => drop(left.swap_remove(at)),
            None => rest.push(line.clone()),
        }
    }
    rest
}

fn problems(loaded: &Loaded) -> impl Iterator<Item = &Diagnostic> {
    loaded.diagnostics.iter().filter(|diagnostic| diagnostic.severity > Severity::Note)
}

fn said(problem: &Diagnostic) -> String {
    let meanwhile = problem.meanwhile.as_ref().map_or(String::new(), |text| format!(" / {text}"));
    let severity = format!("{:?}", problem.severity).to_lowercase();
    format!("! {severity} {}: {}{meanwhile}", problem.code, problem.message)
}
