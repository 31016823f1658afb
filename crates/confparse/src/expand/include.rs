//! `include` and its relatives: which files, in which order, with which checks; and what is wrong with a file's bytes.
use super::line::Line;
use super::{Frame, Reader};
use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::lex;
use crate::source::{ExpansionKind, braces, has_wildcard, without_returns};
use crate::span::{ExpansionId, FileId, Origin, Span};
use crate::tree::{Statement, Word};
use model::limits;
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

/// Which problems with an include are demanded to be fatal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Checks {
    read: bool,
    matched: bool,
    wildcard: bool,
    brace: bool,
}

impl Checks {
    const ALL: Self = Self { read: true, matched: true, wildcard: true, brace: true };

    pub(super) fn at_start(all: bool) -> Self {
        if all { Self::ALL } else { Self::default() }
    }

    fn or(self, other: Self) -> Self {
        Self {
            read: self.read || other.read,
            matched: self.matched || other.matched,
            wildcard: self.wildcard || other.wildcard,
            brace: self.brace || other.brace,
        }
    }

    fn named(&mut self, name: &str) -> Option<&mut bool> {
        match name {
            "read" => Some(&mut self.read),
            "match" => Some(&mut self.matched),
            "wildcard_match" => Some(&mut self.wildcard),
            "brace_match" => Some(&mut self.brace),
            _ => None,
        }
    }
}

/// A file that is being read.
#[derive(Debug)]
pub(super) struct FileFrame {
    id: FileId,
    /// Without `.` and `..`, so that a file that includes itself by another name is found.
    path: String,
    bytes: Arc<Vec<u8>>,
    at: usize,
    /// The include that brought it.
    expansion: Option<ExpansionId>,
    checks: Checks,
    /// The first line with zero bytes, and how many such lines there are.
    zeros: Option<(Origin, usize)>,
}

impl FileFrame {
    /// The next usable line of a file; false at its end.
    pub(super) fn next_line(&mut self, line: &mut Line, findings: &mut Findings) -> bool {
        loop {
            let start = self.at;
            let Some(rest) = self.bytes.get(start..).filter(|rest| !rest.is_empty()) else { return false };
            let (content, length) = match memchr::memchr(b'\n', rest) {
                Some(end) => (rest.get(..end).unwrap_or(rest), end + 1),
                None => (rest, rest.len()),
            };
            let content = without_returns(content);
            self.at = start + length;
            let place = u32::try_from(start).unwrap_or(u32::MAX);
            let end = place.saturating_add(u32::try_from(content.len()).unwrap_or(u32::MAX));
            let origin = Origin { span: Span { file: self.id, start: place, end }, expansion: self.expansion };
            if content.len() > limits::LINE_BYTES {
                findings.push(too_long(origin, content.len()));
            } else if let Some(zero) = memchr::memchr(0, content) {
                let zero = place.saturating_add(u32::try_from(zero).unwrap_or(u32::MAX));
                let span = Span { start: zero, end: zero.saturating_add(1), ..origin.span };
                let (first, count) = self.zeros.unwrap_or((Origin { span, ..origin }, 0));
                self.zeros = Some((first, count + 1));
            } else {
                line.fill(content, self.id, place, self.expansion);
                return true;
            }
        }
    }
}

fn too_long(origin: Origin, bytes: usize) -> Diagnostic {
    let message = format!("a line has {bytes} bytes, {} are allowed", limits::LINE_BYTES);
    Diagnostic::new("line-too-long", Severity::Error, message)
        .at(origin, "too long")
        .meanwhile("the line is skipped")
        .help("break the line, or look whether this is the right file")
}

/// Files still to be read, in order.
#[derive(Debug)]
pub(super) struct FileQueue {
    paths: VecDeque<String>,
    used: Option<Origin>,
    /// What the directive demands.
    checks: Checks,
    /// What stays in force inside the files.
    inherited: Checks,
    /// The pattern had alternatives in braces.
    alternatives: bool,
}

/// Whether a line is an include: what its keyword demands, and the length of that.
pub(super) fn directive(text: &[u8]) -> Option<(Checks, usize)> {
    let rest = text.strip_prefix(b"include")?;
    let length = rest.iter().take_while(|byte| !lex::is_blank(**byte)).count();
    // Blanks at the end were trimmed, so that a blank has a pattern behind it.
    rest.get(length)?;
    let none = Checks::default();
    let checks = match rest.get(..length)? {
        b"" => none,
        b"r" => Checks { read: true, ..none },
        b"m" => Checks { read: true, matched: true, ..none },
        b"w" => Checks { read: true, matched: true, wildcard: true, ..none },
        b"b" => Checks { read: true, brace: true, ..none },
        b"a" => Checks::ALL,
        _ => return None,
    };
    Some((checks, "include".len() + length))
}

impl Reader<'_> {
    pub(super) fn open_root(&mut self, root: &str, checks: Checks) {
        let mut paths = VecDeque::new();
        for alternative in braces(root) {
            if !has_wildcard(&alternative) {
                paths.push_back(alternative);
            } else if let Ok(found) = self.loader.glob(&alternative) {
                paths.extend(found);
            }
        }
        if paths.is_empty() {
            self.findings.push(
                Diagnostic::new("file-not-found", Severity::Error, format!("no configuration file matches {root}"))
                    .meanwhile("there is no configuration"),
            );
        }
        if paths.len() > 1 {
            let message = format!("{root} names {} configuration files", paths.len());
            self.findings.push(
                Diagnostic::new("several-main-files", Severity::Error, message)
                    .meanwhile("all of them are read, one after the other, as one configuration")
                    .help("name one file that includes the others"),
            );
        }
        let queue = FileQueue { paths, used: None, checks, inherited: checks, alternatives: false };
        self.frames.push(Frame::Queue(queue));
    }

    /// Step 8: the rest of the line is the pattern, quotes included.
    pub(super) fn open_include(&mut self, mut line: Line, demanded: Checks, length: usize) {
        line.skip(length);
        let used = line.whole(&self.sources);
        let pattern = String::from_utf8_lossy(line.text()).into_owned();
        let inherited = self.file_checks();
        let checks = inherited.or(demanded);
        let base = self.base();
        let alternatives = braces(&pattern);
        let several = alternatives.len() > 1;
        let mut paths = VecDeque::new();
        for alternative in alternatives {
            let path = if alternative.starts_with('/') { alternative } else { format!("{base}{alternative}") };
            if !has_wildcard(&path) {
                paths.push_back(path);
                continue;
            }
            match self.loader.glob(&path) {
                Ok(found) if found.is_empty() => self.report_no_match(&path, used, checks, several),
                Ok(found) => paths.extend(found),
                Err(error) => self.report_unusable(&path, &error, Some(used), checks),
            }
        }
        let queue = FileQueue { paths, used: Some(used), checks, inherited, alternatives: several };
        self.frames.push(Frame::Queue(queue));
    }

    /// Opens the next file of a queue, which is behind it again then.
    pub(super) fn open_next(&mut self, mut queue: FileQueue) {
        let Some(path) = queue.paths.pop_front() else { return };
        let (used, checks, inherited, several) = (queue.used, queue.checks, queue.inherited, queue.alternatives);
        self.frames.push(Frame::Queue(queue));
        let normal = normalized(&path);
        if self.is_refused(&normal, used) {
            return;
        }
        match self.loader.read(&path) {
            Ok(bytes) => self.open_file(path, normal, bytes, used, inherited),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.report_missing(&path, used, checks, several),
            Err(error) => self.report_unusable(&path, &error, used, checks),
        }
    }

    /// Loops, and the limits that stop what is not seen to be one (links that lead back).
    fn is_refused(&mut self, normal: &str, used: Option<Origin>) -> bool {
        let Some(used) = used else { return false };
        let open: Vec<&str> = self.files().map(|file| file.path.as_str()).collect();
        if let Some(first) = open.iter().position(|path| *path == normal) {
            let mut chain: Vec<&str> = open.get(first..).unwrap_or_default().to_vec();
            chain.push(normal);
            let message = match chain.len() {
                2 => format!("{normal} includes itself"),
                _ => format!("{normal} includes itself: {}", chain.join(" -> ")),
            };
            self.findings.push(
                Diagnostic::new("include-loop", Severity::Error, message)
                    .at(used, "this file is already being read")
                    .meanwhile("it is not read again")
                    .help("remove this include"),
            );
            return true;
        }
        let what = if open.len() >= limits::INCLUDE_DEPTH {
            format!("files include each other more than {} deep", limits::INCLUDE_DEPTH)
        } else if self.sources.files().len() >= limits::CONFIG_FILES {
            format!("the configuration has more than {} files", limits::CONFIG_FILES)
        } else {
            return false;
        };
        // The rest of a queue would say the same of each of its files.
        if let Some(Frame::Queue(queue)) = self.frames.last_mut() {
            queue.paths.clear();
        }
        self.report_too_much(used, &what, "this file and those behind it are left out");
        true
    }

    fn open_file(&mut self, path: String, normal: String, bytes: Vec<u8>, used: Option<Origin>, checks: Checks) {
        self.any_file = true;
        let place =
            Span { file: FileId(u32::try_from(self.sources.files().len()).unwrap_or(u32::MAX)), start: 0, end: 0 };
        let place = used.unwrap_or(Origin { span: place, expansion: None });
        let fits = bytes.len() <= self.bytes_left;
        let kept = if fits { bytes } else { Vec::new() };
        self.bytes_left = self.bytes_left.saturating_sub(kept.len());
        let (id, bytes) = self.sources.add_file(path, kept);
        if !fits {
            let what = format!("the configuration has more than {} bytes", limits::CONFIG_BYTES);
            return self.report_too_much(place, &what, "this file is left out");
        }
        let expansion = used.map(|used| {
            let kind = self.sources.add_kind(ExpansionKind::Include);
            self.sources.add_expansion(kind, used)
        });
        let at = self.without_byte_order_mark(id, &bytes, expansion);
        self.frames.push(Frame::File(FileFrame { id, path: normal, bytes, at, expansion, checks, zeros: None }));
    }

    fn without_byte_order_mark(&mut self, file: FileId, bytes: &[u8], expansion: Option<ExpansionId>) -> usize {
        if !bytes.starts_with(b"\xef\xbb\xbf") {
            return 0;
        }
        let span = Span { file, start: 0, end: 3 };
        self.findings.push(
            Diagnostic::new("byte-order-mark", Severity::Error, "the file begins with a byte order mark")
                .at(Origin { span, expansion }, "three bytes that no editor shows")
                .meanwhile("it is ignored, while keepalived takes it for a part of the first word")
                .help("save the file as UTF-8 without byte order mark")
                .replace(span, ""),
        );
        3
    }

    /// Says what could be said only when the whole file was read.
    pub(super) fn close(&mut self, file: &FileFrame) {
        let Some((first, count)) = file.zeros else { return };
        let meanwhile = match count {
            1 => String::from("this line is skipped"),
            _ => format!("this line and {} others like it in this file are skipped", count - 1),
        };
        self.findings.push(
            Diagnostic::new("not-text", Severity::Error, "a line holds zero bytes")
                .at(first, "this is not text")
                .meanwhile(meanwhile)
                .help("look whether this is the right file, and whether it is stored as UTF-8"),
        );
    }

    /// `include_check` in `global_defs`: changes the checks for the rest of the file and for what it includes.
    pub(crate) fn include_check(&mut self, statement: &Statement<'_>) {
        let mut checks = self.file_checks();
        let [_, words @ ..] = statement.words else { return };
        if words.first().is_none_or(|first| !first.text().starts_with(['+', '-'])) {
            checks = Checks::at_start(words.is_empty());
        }
        let mut signed = false;
        for (position, word) in words.iter().enumerate() {
            let text = word.text();
            let (on, name) = match text.strip_prefix('-') {
                Some(name) => (false, name),
                None => (true, text.strip_prefix('+').unwrap_or(text)),
            };
            let sign = text.len() != name.len();
            let before = |other: &Word<'_>| other.text().trim_start_matches(['+', '-']) == name;
            let wrong = match checks.named(name) {
                None => format!("there is no include check `{text}`"),
                Some(_) if words.iter().take(position).any(before) => format!("include_check names {name} twice"),
                Some(_) if signed && !sign => format!("{name} behind a word with + or - needs one itself"),
                Some(check) => {
                    *check = on;
                    signed |= sign;
                    continue;
                }
            };
            self.findings.push(
                Diagnostic::new("unknown-include-check", Severity::Error, wrong)
                    .at(word.origin(), "not a check that can stand here")
                    .meanwhile("this word is ignored")
                    .help("the checks are read, match, wildcard_match and brace_match, each with + or - before it"),
            );
        }
        let innermost = self.frames.iter_mut().rev().find_map(|frame| match frame {
            Frame::File(file) => Some(file),
            _ => None,
        });
        if let Some(file) = innermost {
            file.checks = checks;
        }
    }

    /// The absolute directory of the file that is being read.
    pub(super) fn directory(&self) -> String {
        let base = self.base();
        let directory = base.strip_suffix('/').unwrap_or(&base);
        match (base.starts_with('/'), directory) {
            (true, "") => String::from("/"),
            (true, _) => directory.to_owned(),
            (false, "") => self.loader.working_directory(),
            (false, _) => format!("{}/{directory}", self.loader.working_directory()),
        }
    }

    /// What relative names in the file that is being read begin with: nothing, or a directory with its `/`.
    fn base(&self) -> String {
        let path = self.files().last().and_then(|file| self.sources.file(file.id)).map_or("", |file| file.path());
        path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or_default().to_owned()
    }

    fn file_checks(&self) -> Checks {
        self.files().last().map(|file| file.checks).unwrap_or_default()
    }

    /// The files that are open, outermost first.
    fn files(&self) -> impl DoubleEndedIterator<Item = &FileFrame> {
        self.frames.iter().filter_map(|frame| match frame {
            Frame::File(file) => Some(file),
            _ => None,
        })
    }
}

/// What is wrong with a name or a file.
impl Reader<'_> {
    fn report_missing(&mut self, path: &str, used: Option<Origin>, checks: Checks, several: bool) {
        let fatal = if several { checks.brace } else { checks.matched };
        let Some(used) = used else {
            return self.findings.push(
                Diagnostic::new("file-not-found", Severity::Error, format!("configuration file {path} does not exist"))
                    .meanwhile("there is no configuration"),
            );
        };
        let quoted = path.contains('"');
        let help = if quoted {
            "quotes are part of the name here: remove them"
        } else {
            "create the file, or remove the line"
        };
        self.findings.push(
            Diagnostic::new("file-not-found", severity(fatal, Severity::Warning), format!("{path} does not exist"))
                .at(used, "no such file")
                .meanwhile("reading goes on without it")
                .help(help),
        );
    }

    fn report_no_match(&mut self, pattern: &str, used: Origin, checks: Checks, several: bool) {
        let fatal = if several { checks.brace } else { checks.wildcard };
        self.findings.push(
            Diagnostic::new("nothing-matches", severity(fatal, Severity::Note), format!("no file matches {pattern}"))
                .at(used, "matches nothing")
                .meanwhile("nothing is read for it")
                .help("a pattern is relative to the directory of the file that it stands in"),
        );
    }

    fn report_unusable(&mut self, path: &str, error: &io::Error, used: Option<Origin>, checks: Checks) {
        let fatal = checks.read;
        let mut diagnostic = Diagnostic::new(
            "file-unusable",
            severity(fatal, Severity::Warning),
            format!("{path} cannot be read: {error}"),
        )
        .meanwhile("reading goes on without it")
        .help("a configuration file is a regular file that the daemon can read, without any execute bit (chmod a-x)");
        match used {
            Some(used) => diagnostic = diagnostic.at(used, "not usable"),
            None => diagnostic.severity = severity(fatal, Severity::Error),
        }
        self.findings.push(diagnostic);
    }
}

fn severity(fatal: bool, otherwise: Severity) -> Severity {
    if fatal { Severity::Fatal } else { otherwise }
}

/// A path without `.`, empty parts, and `..` behind a name.
fn normalized(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn include_needs_a_blank_and_a_pattern() {
        assert_eq!(directive(b"include a b").map(|found| found.1), Some(7));
        assert_eq!(directive(b"includea\tx").map(|found| found.0), Some(Checks::ALL));
        for none in ["include", "includes x", "included x", "inc x", "include{x}"] {
            assert!(directive(none.as_bytes()).is_none(), "{none}");
        }
    }

    #[test]
    fn a_path_has_one_name() {
        for (path, expected) in [
            ("a.conf", "a.conf"),
            ("./a//b", "a/b"),
            ("/x/../a", "/a"),
            ("../a", "../a"),
            ("x/y/../../a", "a"),
            ("/../a", "/../a"),
        ] {
            assert_eq!(normalized(path), expected, "{path}");
        }
    }
}
