//! Pieces put on lines: what shares one, how far it is indented, where a blank line stays.
use super::pieces::{Piece, Role, What, Whole};
use super::{Brace, Formatted};
use crate::expand::is_directive;
use model::limits;

/// Blanks of one level.
const INDENT: usize = 4;

/// The text so far, and what the next piece needs to know of it.
pub(super) struct Layout {
    text: Vec<u8>,
    /// The line that is being filled.
    current: Option<Current>,
    /// Lines of the braces that are open.
    open: Vec<usize>,
    /// Braces that are open in the definition that is going on.
    defining: Option<usize>,
    /// A blank line is due before the next line that wants one.
    blank: bool,
    /// What the last line was, for the blank line behind it.
    last: Last,
    /// The conditional line before this one, and where it stood: of alternatives, one counts.
    alternative: Option<(Whole, usize)>,
    lonely: Option<Brace>,
}

/// A line that is being filled.
struct Current {
    depth: usize,
    text: Vec<u8>,
    comment: Option<Vec<u8>>,
    takes_brace: bool,
    last: Last,
}

/// What a line leaves behind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// There is no line, a blank one, or one that opens a block: no blank line follows.
    Opening,
    /// Anything else.
    Other,
}

impl Layout {
    /// `text` is what stands before the first line.
    pub(super) fn new(text: Vec<u8>) -> Self {
        Self {
            text,
            current: None,
            open: Vec::new(),
            defining: None,
            blank: false,
            last: Last::Opening,
            alternative: None,
            lonely: None,
        }
    }

    /// Appends a piece.
    pub(super) fn place(&mut self, piece: Piece<'_>) {
        let alternative = self.alternative.take();
        if matches!(piece.what, What::Statement(_) | What::Open | What::Close) {
            self.defining = None;
        }
        match piece.what {
            What::Blank { stays } => {
                self.alternative = alternative;
                self.blank_line(stays);
            }
            What::Untouched(bytes) => {
                self.begin();
                self.text.extend_from_slice(bytes);
                self.last = Last::Other;
            }
            What::Comment { text, alone } => {
                self.alternative = alternative;
                self.comment(text, alone);
            }
            What::Statement(text) => {
                // With a blank before its brace, `include{` would name a file.
                let takes_brace = !is_directive(&[&text, &b" {"[..]].concat());
                self.put(self.open.len(), text, takes_brace);
            }
            What::Open => self.open_brace(piece.line),
            What::Close => {
                self.close(piece.line);
                self.blank = false;
                self.put(self.open.len(), b"}".to_vec(), false);
            }
            What::Whole(whole) => self.whole(whole, piece.line, alternative),
        }
    }

    /// The whole text.
    pub(super) fn finish(mut self) -> Formatted {
        self.flush();
        let lonely = self.lonely.or(self.open.last().map(|line| Brace::Open(*line)));
        Formatted { text: self.text, lonely }
    }

    fn blank_line(&mut self, stays: bool) {
        if !stays {
            self.blank = true;
            return;
        }
        self.flush();
        self.text.push(b'\n');
        self.blank = false;
        self.last = Last::Opening;
        self.defining = None;
    }

    fn comment(&mut self, text: &[u8], alone: bool) {
        if let Some(current) = self.current.as_mut().filter(|current| !alone && current.comment.is_none())
            && current.text.len() + text.len() <= limits::LINE_BYTES
        {
            current.comment = Some(text.to_vec());
            return;
        }
        let depth = self.open.len() + self.defining.map_or(0, |inner| inner + 1);
        self.put(depth, text.to_vec(), false);
    }

    fn open_brace(&mut self, line: usize) {
        let fits = |current: &&mut Current| {
            let comment = current.comment.as_ref().map_or(0, Vec::len);
            current.takes_brace && current.text.len() + " {".len() + comment <= limits::LINE_BYTES
        };
        match self.current.as_mut().filter(fits) {
            Some(current) => {
                current.text.extend_from_slice(b" {");
                current.takes_brace = false;
                self.blank = false;
            }
            None => self.put(self.open.len(), b"{".to_vec(), false),
        }
        if let Some(current) = &mut self.current {
            current.last = Last::Opening;
        }
        self.open.push(line);
    }

    fn close(&mut self, line: usize) {
        if self.open.pop().is_none() {
            self.lonely = self.lonely.or(Some(Brace::Close(line)));
        }
    }

    fn whole(&mut self, whole: Whole, line: usize, alternative: Option<(Whole, usize)>) {
        match whole.role {
            Role::Single => self.single(whole, line, alternative),
            Role::First => {
                self.defining = Some(whole.braces.opens);
                self.put(self.open.len(), whole.text, false);
            }
            Role::Further | Role::Last => {
                let before = self.defining.unwrap_or(0);
                let inner = before.saturating_sub(whole.braces.closes);
                let depth = if whole.braces.leads { inner } else { before };
                self.put(self.open.len() + 1 + depth, whole.text, false);
                self.defining = (whole.role == Role::Further).then_some(inner + whole.braces.opens);
            }
        }
    }

    fn single(&mut self, whole: Whole, line: usize, alternative: Option<(Whole, usize)>) {
        self.defining = None;
        let same = |other: &Whole| {
            let conditional = !other.condition.is_empty() && !whole.condition.is_empty();
            conditional && other.condition != whole.condition && other.braces == whole.braces
        };
        if let Some((_, depth)) = alternative.filter(|(other, _)| same(other)) {
            self.put(depth, whole.text.clone(), false);
            self.opens(&whole);
            self.alternative = Some((whole, depth));
            return;
        }
        let before = self.open.len();
        (0..whole.braces.closes).for_each(|_| self.close(line));
        if whole.braces.leads {
            self.blank = false;
        }
        let depth = if whole.braces.leads { self.open.len() } else { before };
        self.put(depth, whole.text.clone(), false);
        self.opens(&whole);
        self.open.extend((0..whole.braces.opens).map(|_| line));
        self.alternative = Some((whole, depth));
    }

    fn opens(&mut self, whole: &Whole) {
        if let Some(current) = self.current.as_mut().filter(|_| whole.braces.opens > 0) {
            current.last = Last::Opening;
        }
    }

    /// Begins a line.
    fn put(&mut self, depth: usize, text: Vec<u8>, takes_brace: bool) {
        self.begin();
        self.current = Some(Current { depth, text, comment: None, takes_brace, last: Last::Other });
    }

    /// Ends the line before, and sets the blank line that is due.
    fn begin(&mut self) {
        self.flush();
        if self.blank && self.last == Last::Other {
            self.text.push(b'\n');
        }
        self.blank = false;
    }

    fn flush(&mut self) {
        let Some(current) = self.current.take() else { return };
        let comment = current.comment.unwrap_or_default();
        let length = current.text.len() + comment.len();
        let gap = usize::from(!comment.is_empty() && length < limits::LINE_BYTES);
        // A line that is too long is skipped by every reader, so the indentation gives way.
        let room = limits::LINE_BYTES.saturating_sub(length + gap);
        let indent = (INDENT * current.depth.min(limits::BLOCK_DEPTH)).min(room);
        self.text.resize(self.text.len() + indent, b' ');
        self.text.extend_from_slice(&current.text);
        self.text.resize(self.text.len() + gap, b' ');
        self.text.extend_from_slice(&comment);
        self.text.push(b'\n');
        self.last = current.last;
    }
}
