//! The lines that the parser sees: files, includes, conditions, parameters and sequences, in keepalived's order of steps.
mod include;
mod line;
mod params;
mod predefined;
mod replace;
mod sequence;

pub(crate) use line::Line;

use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::lex;
use crate::source::{Context, Loader, Sources};
use crate::span::{ExpansionId, Origin};
use include::{Checks, FileFrame, FileQueue};
use model::limits;
use params::{Definition, Parameters, Unfinished, Written, continued, definition};
use predefined::Random;
use replace::Replaced;
use sequence::Turns;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

/// Whether a line, or what a brace left of one, is a matter of the expansion as a whole: a condition, a definition, a
/// sequence, an include.
pub(crate) fn is_directive(text: &[u8]) -> bool {
    text.first() == Some(&b'@')
        || is_definition(text)
        || sequence::is_sequence(text)
        || include::directive(text).is_some()
}

/// Whether none of the steps 4 to 8 has anything to do with a line, as is true of nearly all.
fn is_plain(text: &[u8]) -> bool {
    !matches!(text.first(), None | Some(b'@' | b'~'))
        && !text.starts_with(b"include")
        && text.last() != Some(&b'\\')
        && memchr::memchr(b'$', text).is_none()
}

/// Whether a line begins with `$NAME=`.
pub(crate) fn is_definition(text: &[u8]) -> bool {
    definition(text).is_some()
}

/// A fuzzer needs its limits near.
const EXPANDED_LINES: usize = if cfg!(fuzzing) { 64 } else { limits::EXPANDED_LINES };
const EXPANDED_BYTES: usize = if cfg!(fuzzing) { 8 << 10 } else { limits::EXPANDED_BYTES };

/// What a replacement costs beside its text: its place is kept for messages.
const REPLACEMENT_BYTES: usize = 64;

/// Gives one expanded line after the other; every byte of them knows where it was written.
pub(crate) struct Reader<'a> {
    loader: &'a dyn Loader,
    context: &'a Context,
    pub(crate) sources: Sources,
    pub(crate) findings: Findings,
    parameters: Parameters,
    /// Where lines come from, the innermost last.
    frames: Vec<Frame>,
    /// What a brace left of the last line.
    rest: Option<Line>,
    unfinished: Option<Unfinished>,
    random: Random,
    /// Names of parameters, and other things, that were complained about: once each is enough.
    reported: HashSet<String>,
    /// Lines that expansions may still make.
    lines_left: usize,
    /// Bytes that they may still write.
    made_left: usize,
    /// Bytes that files may still have.
    bytes_left: usize,
    /// Whether any file could be read.
    any_file: bool,
    /// Memory of a line that the parser is done with.
    spare: Line,
}

/// Something that lines come from.
enum Frame {
    /// Files that are read one after the other.
    Queue(FileQueue),
    /// A file.
    File(FileFrame),
    /// The lines behind the first of a parameter.
    Lines(Lines),
    /// A sequence.
    Turns(Turns),
}

/// See [`Frame::Lines`].
struct Lines {
    definition: Rc<Definition>,
    next: usize,
    through: ExpansionId,
}

/// What a step leaves of a line.
enum Step {
    /// It goes on to the next step.
    On(Line),
    /// It is used up.
    Done,
}

impl<'a> Reader<'a> {
    /// Reads the files that `root` names: a path or a glob pattern.
    pub(crate) fn new(root: &str, loader: &'a dyn Loader, context: &'a Context) -> Self {
        let mut reader = Self {
            loader,
            context,
            sources: Sources::default(),
            findings: Findings::default(),
            parameters: Parameters::default(),
            frames: Vec::new(),
            rest: None,
            unfinished: None,
            random: Random(loader.random_seed()),
            reported: HashSet::new(),
            lines_left: EXPANDED_LINES,
            made_left: EXPANDED_BYTES,
            bytes_left: limits::CONFIG_BYTES,
            any_file: false,
            spare: Line::default(),
        };
        reader.open_root(root, Checks::at_start(context.all_include_checks));
        reader
    }

    /// Whether any file could be read.
    pub(crate) const fn any_file(&self) -> bool {
        self.any_file
    }

    /// The next line, without comment and outer blanks, never empty.
    pub(crate) fn next(&mut self) -> Option<Line> {
        loop {
            let line = match self.rest.take() {
                Some(line) => line,
                None => match self.next_of_frames()? {
                    Step::On(line) => line,
                    Step::Done => continue,
                },
            };
            if let Step::On(line) = self.expand(line) {
                return Some(line);
            }
        }
    }

    /// Gives back what a brace left of a line: it is read like a line of its own.
    pub(crate) fn put_back(&mut self, line: Line) {
        if line.is_empty() { self.spare = line } else { self.rest = Some(line) }
    }

    /// One line of the innermost frame; a frame without a line left is closed.
    fn next_of_frames(&mut self) -> Option<Step> {
        self.finish_definition_of_closed_file();
        // Files stay where they are, since nearly all lines come from them.
        if let Some(Frame::File(file)) = self.frames.last_mut() {
            let mut line = std::mem::take(&mut self.spare);
            if file.next_line(&mut line, &mut self.findings) {
                return Some(self.begin_file_line(line));
            }
        }
        match self.frames.pop()? {
            Frame::Queue(queue) => self.open_next(queue),
            Frame::File(file) => self.close(&file),
            Frame::Turns(mut turns) => {
                if let Some(line) = self.next_turn(&mut turns) {
                    self.frames.push(Frame::Turns(turns));
                    return Some(self.count_made(line));
                }
            }
            Frame::Lines(mut lines) => {
                if let Some(stored) = lines.definition.lines.get(lines.next) {
                    let mut line = Line::default();
                    line.push_part(stored, 0..stored.text().len(), Some(lines.through));
                    lines.next += 1;
                    self.frames.push(Frame::Lines(lines));
                    return Some(self.count_made(line));
                }
            }
        }
        Some(Step::Done)
    }

    /// Keeps the lines that expansions make within their limits.
    fn count_made(&mut self, line: Line) -> Step {
        if let Some(left) = self.lines_left.checked_sub(1) {
            self.lines_left = left;
            return if self.may_write(line.text().len(), &line) { self.store(line) } else { Step::Done };
        }
        let what = format!("sequences and parameters make more than {EXPANDED_LINES} lines");
        self.stop_making(&line, &what);
        Step::Done
    }

    /// Counts bytes that an expansion writes. False when they are too many, which has been reported.
    fn may_write(&mut self, bytes: usize, line: &Line) -> bool {
        let left = self.made_left.checked_sub(bytes);
        self.made_left = left.unwrap_or(0);
        if left.is_none() {
            let what = format!("sequences and parameters make more than {EXPANDED_BYTES} bytes");
            self.stop_making(line, &what);
        }
        left.is_some()
    }

    /// Ends whatever would make more lines; the files go on.
    fn stop_making(&mut self, line: &Line, what: &str) {
        let place = line.origin(0..1, &self.sources);
        self.report_too_much(place, what, "the rest of these lines is skipped");
        self.frames.retain(|frame| matches!(frame, Frame::File(_) | Frame::Queue(_)));
    }

    /// A line as it stands in a file: comment and blanks go. A line without anything else is skipped, unless it ends a
    /// definition: an empty one does, and so does a comment with a backslash at its end.
    fn begin_file_line(&mut self, mut line: Line) -> Step {
        line.skip(0);
        let is_comment = matches!(line.text().first(), Some(b'#' | b'!'));
        let goes_on = self.unfinished.is_some() && is_comment && line.text().trim_ascii_end().ends_with(b"\\");
        if goes_on {
            self.report_comment_in_definition(&line);
        }
        line.tidy();
        if line.is_empty() && is_comment && !goes_on {
            self.spare = line;
            return Step::Done;
        }
        self.store(line)
    }

    fn report_comment_in_definition(&mut self, line: &Line) {
        let Some(unfinished) = &self.unfinished else { return };
        let written = &unfinished.written;
        let message = format!("a comment ends the definition of ${}", written.name);
        self.findings.push(
            Diagnostic::new("comment-ends-definition", Severity::Warning, message)
                .at(line.whole(&self.sources), "the backslash belongs to the comment")
                .with(written.defined, "the definition begins here")
                .meanwhile("the lines behind it are no part of the definition, as in keepalived")
                .help("remove the backslash from the comment, and it is passed over"),
        );
    }

    /// Step 3 of the order: a definition that goes on takes the line.
    fn store(&mut self, mut line: Line) -> Step {
        let Some(mut unfinished) = self.unfinished.take() else {
            if line.is_empty() {
                self.spare = line;
                return Step::Done;
            }
            return Step::On(line);
        };
        let goes_on = continued(line.text());
        if let Some(length) = goes_on {
            line.keep(length);
        }
        if !line.is_empty() {
            unfinished.written.lines.push(line);
        }
        if goes_on.is_some() {
            self.unfinished = Some(unfinished);
        } else {
            self.parameters.define(unfinished.written, true, &mut self.sources);
        }
        Step::Done
    }

    /// A definition does not reach beyond the file or the sequence that it began in.
    fn finish_definition_of_closed_file(&mut self) {
        if let Some(unfinished) = self.unfinished.take_if(|unfinished| unfinished.depth > self.frames.len()) {
            self.parameters.define(unfinished.written, true, &mut self.sources);
        }
    }

    /// Steps 4 to 8: condition, definition, sequence, parameters, include.
    fn expand(&mut self, mut line: Line) -> Step {
        if is_plain(line.text()) {
            return Step::On(line);
        }
        loop {
            match self.condition(line) {
                Step::On(kept) => line = kept,
                Step::Done => return Step::Done,
            }
            if let Some((name, length)) = definition(line.text()) {
                let name = Arc::from(name);
                self.define(name, line, length);
                return Step::Done;
            }
            if sequence::is_sequence(line.text()) {
                self.begin_turns(line);
                return Step::Done;
            }
            let is_condition = line.text().first() == Some(&b'@');
            let begins_anew = match self.replace(&mut line) {
                Replaced::TooLong => return Step::Done,
                Replaced::No => false,
                Replaced::Yes { begins_anew } => {
                    line.tidy();
                    begins_anew
                }
            };
            // The first line of a parameter that stands alone has not been through the steps above.
            let is_late = is_condition || line.text().first() == Some(&b'@') || sequence::is_sequence(line.text());
            if !begins_anew && !is_late {
                return self.include(line);
            }
            if !begins_anew {
                self.report_late(&line);
            }
        }
    }

    /// Step 4: `@ID` and `@^ID`.
    fn condition(&mut self, mut line: Line) -> Step {
        let Some(rest) = line.text().strip_prefix(b"@") else { return Step::On(line) };
        let (negated, rest) = rest.strip_prefix(b"^").map_or((false, rest), |rest| (true, rest));
        let id = rest.split(|byte| lex::is_blank(*byte)).next().unwrap_or_default();
        let length = 1 + usize::from(negated) + id.len();
        let is_ours = id == self.context.config_id.as_bytes();
        if length == line.text().len() {
            self.report_empty_condition(&line);
            return Step::Done;
        }
        if is_ours == negated {
            self.spare = line;
            return Step::Done;
        }
        line.skip(length);
        Step::On(line)
    }

    /// Step 5: `$NAME=`, on one line or on several.
    fn define(&mut self, name: Arc<str>, mut line: Line, length: usize) {
        let defined = line.origin(0..length, &self.sources);
        line.skip(length);
        let goes_on = continued(line.text());
        if let Some(length) = goes_on {
            line.keep(length);
        }
        let mut value = Line::default();
        value.push_part(&line, 0..line.text().len(), None);
        self.spare = line;
        let lines = Some(value).into_iter().filter(|value| !value.is_empty()).collect();
        let written = Written { name, defined, lines };
        if goes_on.is_some() {
            self.unfinished = Some(Unfinished { written, depth: self.frames.len() });
        } else {
            self.parameters.define(written, false, &mut self.sources);
        }
    }

    /// Step 8, and what is left to say about a line before it is parsed.
    fn include(&mut self, mut line: Line) -> Step {
        if line.is_empty() {
            self.spare = line;
            return Step::Done;
        }
        if let Some((checks, length)) = include::directive(line.text()) {
            self.open_include(line, checks, length);
            return Step::Done;
        }
        if let Some(length) = continued(line.text()) {
            self.report_stray_continuation(&line);
            line.keep(length);
        }
        if line.is_empty() { Step::Done } else { Step::On(line) }
    }

    fn report_empty_condition(&mut self, line: &Line) {
        let place = line.whole(&self.sources);
        self.findings.push(
            Diagnostic::new("empty-condition", Severity::Warning, "a condition has no text behind it")
                .at(place, "nothing depends on this")
                .meanwhile("the line is skipped, and the next line is read whatever the condition says")
                .help("write the condition and what depends on it on one line: @ID KEYWORD VALUE"),
        );
    }

    /// keepalived looks for conditions and sequences only once, before it replaces parameters.
    fn report_late(&mut self, line: &Line) {
        let length = line.text().iter().take_while(|byte| !lex::is_blank(**byte)).count();
        let place = line.origin(0..length, &self.sources);
        let word = String::from_utf8_lossy(line.text().get(..length).unwrap_or_default()).into_owned();
        self.findings.push(
            Diagnostic::new("late-directive", Severity::Warning, format!("keepalived does not see `{word}` here"))
                .at(place, "behind another condition, or out of a parameter")
                .meanwhile("it is obeyed here, while keepalived 2.4.3 takes it for an unknown keyword")
                .help("write one condition or sequence at the beginning of the line"),
        );
    }

    fn report_stray_continuation(&mut self, line: &Line) {
        let last = line.text().len();
        let place = line.origin(last.saturating_sub(1)..last, &self.sources);
        self.findings.push(
            Diagnostic::new("stray-continuation", Severity::Error, "a line ends in a backslash")
                .at(place, "lines go on only inside a $NAME= definition")
                .meanwhile("the backslash is ignored and the next line is read as a line of its own")
                .help("join the lines"),
        );
    }

    /// Once for each limit, however often it is met.
    fn report_too_much(&mut self, place: Origin, what: &str, meanwhile: &str) {
        if !self.reported.insert(what.to_owned()) {
            return;
        }
        self.findings.push(
            Diagnostic::new("too-much-text", Severity::Error, what)
                .at(place, "beyond the limit")
                .meanwhile(meanwhile)
                .help("the limits are far above any site that we know; look for a slip in the numbers or a loop"),
        );
    }
}

#[cfg(test)]
mod tests;
