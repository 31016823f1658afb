//! `tests/config/rows/BLOCK.rows`: for each word of a block what is accepted and what is refused, and what comes of it.
//!
//! ```text
//! # interfaces: eth0            facts of the host, as in the other tests of this directory
//! context                       what stands around a case; the case goes where `@` stands as a word of its own,
//!     vrrp_instance VI_1 {      `@[priority 9]` puts `priority 9` there when the text is read without a case;
//!         interface eth0        a context holds until the next one
//!         @
//!     }
//! case advert_int               the word, as its row has it
//!   + advert_int 2              accepted; `| more` below it is a further line of the same case
//!     = advert_int 2            what the printed configuration gains, `gone:` what it loses
//!   - advert_int 99999          refused
//!     ! error number-out-of-range: what is said / what the daemon does
//! like vrrp_instance            all cases of another file of this directory, in the context that holds here
//! ```
use crate::facts::Facts;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the files are.
pub(crate) fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/config/rows")
}

/// The name of the file with the cases of a block: its path with dots for slashes and hyphens for blanks.
pub(crate) fn file_name(block: &str) -> String {
    if block == "/" { "root".to_owned() } else { block.replace('/', ".").replace(' ', "-") }
}

/// The cases of one block.
pub(crate) struct Cases {
    /// Name of the file, without its ending.
    pub(crate) name: String,
    pub(crate) facts: Facts,
    /// The texts around the cases.
    pub(crate) contexts: Vec<String>,
    /// Everything in the order of the file.
    pub(crate) parts: Vec<Part>,
}

/// A piece of the file.
pub(crate) enum Part {
    /// A line that is kept as it is: a comment, the line of a context or of a keyword.
    Verbatim(String),
    Case(Case),
    /// The cases of the file of this name, in the context with this number.
    Like {
        name: String,
        context: usize,
        line: String,
    },
}

/// One case.
#[derive(Clone)]
pub(crate) struct Case {
    /// Line of the file, from 1.
    pub(crate) line: usize,
    /// Index of its context.
    pub(crate) context: usize,
    pub(crate) keyword: String,
    /// Whether it is to be accepted.
    pub(crate) accept: bool,
    /// What goes to the place of the case.
    pub(crate) text: String,
    /// The lines that say so.
    pub(crate) source: Vec<String>,
    /// `=` and `!` lines, without blanks around them.
    pub(crate) expected: Vec<String>,
}

/// Every file of cases, by name.
pub(crate) fn all() -> Vec<Cases> {
    let mut paths: Vec<PathBuf> = fs::read_dir(directory()).unwrap().flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "rows"));
    paths.sort();
    paths.iter().map(|path| parse(path)).collect()
}

fn parse(path: &Path) -> Cases {
    let text = fs::read_to_string(path).unwrap();
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let facts = Facts::of(&text);
    let mut cases = Cases { name, facts, contexts: Vec::new(), parts: Vec::new() };
    let mut keyword = None;
    for (index, line) in text.lines().enumerate() {
        let at = format!("{}:{}: {line}", path.display(), index + 1);
        let outside = !line.starts_with([' ', '\t']);
        let (word, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        match (word, keyword.as_ref()) {
            ("context", _) if outside => {
                keyword = None;
                cases.contexts.push(String::new());
            }
            ("case", _) if outside => keyword = Some(rest.trim().to_owned()),
            ("like", _) if outside => {
                let context = cases.contexts.len().checked_sub(1).unwrap_or_else(|| panic!("{at}: no context"));
                cases.parts.push(Part::Like { name: rest.trim().to_owned(), context, line: line.to_owned() });
                continue;
            }
            _ if line.trim().is_empty() || outside && line.starts_with('#') => {}
            (_, None) if !outside => {
                let context = cases.contexts.last_mut().unwrap_or_else(|| panic!("{at}: no context"));
                context.push_str(line);
                context.push('\n');
            }
            ("+" | "-", Some(keyword)) => {
                let context = cases.contexts.len().checked_sub(1).unwrap_or_else(|| panic!("{at}: no context"));
                cases.parts.push(Part::Case(Case {
                    line: index + 1,
                    context,
                    keyword: keyword.clone(),
                    accept: word == "+",
                    text: rest.to_owned(),
                    source: vec![line.to_owned()],
                    expected: Vec::new(),
                }));
                continue;
            }
            ("|" | "=" | "!", Some(_)) => {
                let Some(Part::Case(case)) = cases.parts.last_mut() else { panic!("{at}: no case above it") };
                if word == "|" {
                    case.text = format!("{}\n{rest}", case.text);
                    case.source.push(line.to_owned());
                } else {
                    case.expected.push(line.trim().to_owned());
                }
                continue;
            }
            _ => panic!("{at}: not understood"),
        }
        cases.parts.push(Part::Verbatim(line.to_owned()));
    }
    cases
}

impl Cases {
    /// The cases themselves.
    pub(crate) fn cases(&self) -> impl Iterator<Item = &Case> {
        self.parts.iter().filter_map(|part| match part {
            Part::Case(case) => Some(case),
            Part::Verbatim(_) | Part::Like { .. } => None,
        })
    }

    /// The text of a case with what stands around it; without one, the context with what stands there otherwise.
    pub(crate) fn text(&self, context: usize, case: Option<&str>) -> String {
        let text = &self.contexts[context];
        let (before, after) = split(text).unwrap_or_else(|| panic!("{}: a context has no @:\n{text}", self.name));
        let (otherwise, after) = match after.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((otherwise, rest)) => (otherwise, rest),
            None => ("", after),
        };
        format!("{before}{}{after}", case.unwrap_or(otherwise))
    }

    /// The file as it is with other expectations, in the order of the cases.
    pub(crate) fn with(&self, expected: &[Vec<String>]) -> String {
        let mut expected = expected.iter();
        let mut lines = Vec::new();
        for part in &self.parts {
            match part {
                Part::Verbatim(line) | Part::Like { line, .. } => lines.push(line.clone()),
                Part::Case(case) => {
                    lines.extend(case.source.clone());
                    let expected = expected.next().cloned().unwrap_or_default();
                    lines.extend(expected.into_iter().map(|line| format!("    {line}")));
                }
            }
        }
        lines.join("\n") + "\n"
    }
}

/// A text before and behind the `@` that stands alone or has a bracket behind it.
fn split(text: &str) -> Option<(&str, &str)> {
    let alone = |at: &usize| {
        let before = text[..*at].chars().next_back();
        let after = text[at + 1..].chars().next();
        before.is_none_or(char::is_whitespace) && after.is_none_or(|c| c.is_whitespace() || c == '[')
    };
    let at = text.match_indices('@').map(|(at, _)| at).find(alone)?;
    Some((&text[..at], &text[at + 1..]))
}
