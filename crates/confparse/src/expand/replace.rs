//! Replaces `$NAME` and `${NAME}` by their values, pass by pass until nothing changes.
use super::line::Line;
use super::params::Definition;
use super::predefined;
use super::{Frame, Lines, REPLACEMENT_BYTES, Reader};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lex;
use crate::similar;
use crate::source::ExpansionKind;
use crate::span::Origin;
use model::limits;
use std::ops::Range;
use std::rc::Rc;

/// A reference in a text.
struct Reference<'a> {
    /// `$NAME` or `${NAME ARGUMENTS}`.
    range: Range<usize>,
    name: &'a str,
    /// What stands behind the name inside the braces.
    arguments: &'a str,
    braced: bool,
}

/// What came of replacing.
pub(super) enum Replaced {
    /// There was no reference to replace.
    No,
    /// The line is another one now.
    Yes {
        /// The line was nothing but a parameter of several lines, and is the first of them now.
        begins_anew: bool,
    },
    /// The line grew beyond its limit and is skipped.
    TooLong,
}

impl Reader<'_> {
    /// Replaces all references in the line. Where the last one has several lines, the others are the next to be read.
    pub(super) fn replace(&mut self, line: &mut Line) -> Replaced {
        let frames = self.frames.len();
        let (mut replacements, mut begins_anew) = (0, false);
        while memchr::memchr(b'$', line.text()).is_some() {
            let mut next = Line::default();
            let before = self.frames.len();
            let alone = reference(line.text(), 0).is_some_and(|found| found.range == (0..line.text().len()));
            let count = self.replace_once(line, &mut next);
            if count == 0 {
                break;
            }
            begins_anew |= alone && self.frames.len() > before;
            replacements += count;
            if replacements > limits::REPLACEMENTS_PER_LINE || next.text().len() > limits::EXPANDED_LINE_BYTES {
                self.report_too_long(line);
                self.frames.truncate(frames);
                return Replaced::TooLong;
            }
            if !self.may_write(next.text().len() + count * REPLACEMENT_BYTES, line) {
                return Replaced::TooLong;
            }
            std::mem::swap(line, &mut next);
        }
        if replacements == 0 { Replaced::No } else { Replaced::Yes { begins_anew } }
    }

    /// One pass: every reference that has a value now, once. How many were replaced.
    fn replace_once(&mut self, line: &Line, next: &mut Line) -> usize {
        let text = line.text();
        let (mut count, mut copied, mut at) = (0, 0, 0);
        while let Some(found) = reference(text, at) {
            at = found.range.end;
            next.push_part(line, copied..found.range.start, None);
            copied = found.range.start;
            if self.substitute(line, &found, next) {
                count += 1;
                copied = found.range.end;
            }
            if next.text().len() > limits::EXPANDED_LINE_BYTES {
                return count.max(1);
            }
        }
        next.push_part(line, copied..text.len(), None);
        count
    }

    /// Appends the value of a reference; false when the reference stays as it is.
    fn substitute(&mut self, line: &Line, found: &Reference<'_>, next: &mut Line) -> bool {
        let used = line.origin(found.range.clone(), &self.sources);
        let Some(definition) = self.parameters.get(found.name).filter(|_| found.arguments.is_empty()).cloned() else {
            let Some(value) = self.predefined(found.name, found.arguments, used) else { return false };
            next.push_made(value.as_bytes(), used);
            return true;
        };
        if self.sources.comes_through(used, definition.kind) {
            self.report_loop(&definition, used);
            return true;
        }
        if definition.many && found.range.end != line.text().len() {
            self.report_not_last(&definition, used);
            return false;
        }
        self.put(definition, used, next);
        true
    }

    /// Appends the first line of a value; the others come next.
    fn put(&mut self, definition: Rc<Definition>, used: Origin, next: &mut Line) {
        let through = self.sources.add_expansion(definition.kind, used);
        if let Some(first) = definition.lines.first() {
            next.push_part(first, 0..first.text().len(), Some(through));
        }
        if definition.many {
            self.frames.push(Frame::Lines(Lines { definition, next: 1, through }));
        }
    }

    fn predefined(&mut self, name: &str, arguments: &str, used: Origin) -> Option<String> {
        if arguments.is_empty() {
            match name {
                "_PWD" => return Some(self.directory()),
                "_INSTANCE" => return Some(self.context.config_id.clone()),
                "_HASH" => return Some(String::from("#")),
                "_BANG" => return Some(String::from("!")),
                _ => {}
            }
        }
        match name {
            "_ENV" if !arguments.is_empty() => Some(self.loader.environment(arguments).unwrap_or_default()),
            "_RANDOM" => match predefined::random_range(arguments) {
                Ok(range) => Some(self.random.within(range).to_string()),
                Err(lowest) => {
                    self.report_random(arguments, used, lowest);
                    Some(lowest.to_string())
                }
            },
            _ => None,
        }
    }

    /// Once for each definition, however often it is used.
    fn report_loop(&mut self, definition: &Definition, used: Origin) {
        if !self.reported.insert(format!("loop {:?}", definition.kind)) {
            return;
        }
        let mut names: Vec<String> = Vec::new();
        for step in self.sources.chain(used) {
            if let ExpansionKind::Parameter { name, defined, .. } = step.kind {
                names.push(format!("${name}"));
                if *name == definition.name && *defined == definition.defined {
                    break;
                }
            }
        }
        names.reverse();
        let name = &definition.name;
        let message = match names.as_slice() {
            [_] => format!("parameter ${name} refers to itself"),
            _ => format!("parameter ${name} refers to itself: {} -> ${name}", names.join(" -> ")),
        };
        self.findings.push(
            Diagnostic::new("parameter-loop", Severity::Error, message)
                .at(used, "this would be replaced without end")
                .with(definition.defined, "defined here")
                .meanwhile("this reference is replaced by nothing, wherever the parameter is used")
                .help(
                    "values are put in when they are used, not when they are defined: give the new value another name",
                ),
        );
    }

    fn report_not_last(&mut self, definition: &Definition, used: Origin) {
        if !self.reported.insert(definition.name.to_string()) {
            return;
        }
        let message = format!("parameter ${} has several lines, but text follows its use", definition.name);
        self.findings.push(
            Diagnostic::new("lines-in-the-middle", Severity::Warning, message)
                .at(used, "this is not the last thing on the line")
                .with(definition.defined, "defined here")
                .meanwhile("the reference stays as it is written")
                .help("end the line behind the reference, or define the parameter on one line"),
        );
    }

    fn report_too_long(&mut self, line: &Line) {
        let message = format!(
            "a line grows beyond {} bytes or {} replacements",
            limits::EXPANDED_LINE_BYTES,
            limits::REPLACEMENTS_PER_LINE
        );
        let place = line.whole(&self.sources);
        self.findings.push(
            Diagnostic::new("line-grows-too-long", Severity::Error, message)
                .at(place, "the parameters of this line hold too much")
                .meanwhile("the line is skipped")
                .help("look for parameters that use other parameters more than once"),
        );
    }

    /// Complains about references that are still in a word when nothing is left to replace them. In quotes they are
    /// taken for text, of a shell for example.
    pub(crate) fn check_references(&mut self, line: &Line, word: Range<usize>) {
        let text = line.text();
        let mut at = word.start;
        while memchr::memchr(b'$', text.get(at..word.end).unwrap_or_default()).is_some() {
            // What follows the word decides whether the end of it is a reference.
            let text = text.get(..word.end + 1).unwrap_or(text);
            let Some(found) = reference(text, at).filter(|found| found.range.start < word.end) else { return };
            at = found.range.end;
            if !self.reported.contains(found.name) {
                self.reported.insert(found.name.to_owned());
                let used = line.origin(found.range.clone(), &self.sources);
                self.report_undefined(line, &found, used);
            }
        }
    }

    fn report_undefined(&mut self, line: &Line, found: &Reference<'_>, used: Origin) {
        let severity = if found.braced { Severity::Error } else { Severity::Warning };
        let behind = line.text().get(found.range.end..).unwrap_or_default();
        let help = if behind.get(lex::leading_blanks(behind)) == Some(&b'=') && !found.braced {
            String::from("a definition has no blank before the =")
        } else {
            match similar::closest(found.name, self.parameters.names().into_iter()) {
                Some(name) => format!("there is a parameter ${name}"),
                None => format!("define it with ${}=VALUE, before this line or in an included file", found.name),
            }
        };
        let message = format!("no parameter is called ${}", found.name);
        self.findings.push(
            Diagnostic::new("undefined-parameter", severity, message)
                .at(used, "not defined when this line is read")
                .meanwhile("it stays as it is written, here and elsewhere")
                .help(help),
        );
    }

    fn report_random(&mut self, arguments: &str, used: Origin, lowest: i64) {
        let message = format!("_RANDOM has no number in the range `{arguments}`");
        self.findings.push(
            Diagnostic::new("empty-random-range", Severity::Error, message)
                .at(used, "from the lower to the higher number")
                .meanwhile(format!("{lowest} is used"))
                .help("write ${_RANDOM MIN MAX}, numbers from 0 to 2147483647"),
        );
    }
}

/// Bytes of arguments that are looked through for their brace: a line may have thousands of `${A` without one.
const ARGUMENTS: usize = limits::LINE_BYTES;

/// The first reference at or behind an offset.
fn reference(text: &[u8], from: usize) -> Option<Reference<'_>> {
    let mut at = from;
    loop {
        at += memchr::memchr(b'$', text.get(at..)?)?;
        let rest = text.get(at + 1..)?;
        let found = match rest.strip_prefix(b"{") {
            Some(inner) => braced(inner, at),
            None => bare(rest, at),
        };
        if found.is_some() {
            return found;
        }
        at += 1;
    }
}

fn braced(inner: &[u8], at: usize) -> Option<Reference<'_>> {
    let (name, rest) = inner.split_at_checked(lex::name_length(inner)).filter(|(name, _)| !name.is_empty())?;
    let length = match rest.first()? {
        b'}' => 0,
        byte if lex::is_blank(*byte) => memchr::memchr(b'}', rest.get(..ARGUMENTS).unwrap_or(rest))?,
        _ => return None,
    };
    let (arguments, end) = (rest.get(..length)?, name.len() + length);
    let arguments = str::from_utf8(arguments).ok()?.trim_ascii();
    Some(Reference { range: at..at + end + 3, name: str::from_utf8(name).ok()?, arguments, braced: true })
}

/// A name without braces ends at a blank, a comma, a parenthesis or the end of the line.
fn bare(rest: &[u8], at: usize) -> Option<Reference<'_>> {
    let length = lex::name_length(rest);
    let name = rest.get(..length).filter(|name| !name.is_empty())?;
    if !matches!(rest.get(length), None | Some(b' ' | b'\t' | b',' | b')')) {
        return None;
    }
    Some(Reference { range: at..at + length + 1, name: str::from_utf8(name).ok()?, arguments: "", braced: false })
}
