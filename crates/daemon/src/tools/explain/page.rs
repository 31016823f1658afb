//! A page for a terminal: headings, paragraphs, pairs in two columns; knows nothing of what it says.

/// How to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    /// With bold and dim letters.
    pub(crate) color: bool,
    /// Columns of the terminal; no more than 100 are used for text.
    pub(crate) width: usize,
}

/// Columns before all but headings.
const MARGIN: usize = 4;
/// The widest first column of pairs.
const COLUMN: usize = 34;

/// Characters of an example's line that are shown.
const LINE: usize = 120;

/// A page that is being written.
pub(super) struct Page {
    text: String,
    style: Style,
}

impl Page {
    pub(super) const fn new(style: Style) -> Self {
        Self { text: String::new(), style }
    }

    /// The page, without blank lines at its end.
    pub(super) fn text(self) -> String {
        let text = self.text.trim_end();
        if text.is_empty() { String::new() } else { format!("{text}\n") }
    }

    /// The heading of a part, with subtitles on the next lines.
    pub(super) fn heading(&mut self, text: &str, subtitles: &[String]) {
        self.styled("1", text);
        self.text.push('\n');
        let room = self.room(2);
        for line in subtitles.iter().flat_map(|subtitle| wrapped(subtitle, room)) {
            self.indent(2);
            self.styled("2", &line);
            self.text.push('\n');
        }
        self.text.push('\n');
    }

    /// A title inside a part.
    pub(super) fn title(&mut self, text: &str) {
        self.indent(MARGIN);
        self.styled("1", text);
        self.text.push_str("\n\n");
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        for line in wrapped(text, self.room(MARGIN)) {
            self.indent(MARGIN);
            self.text.push_str(&line);
            self.text.push('\n');
        }
        self.text.push('\n');
    }

    /// Paragraphs with blank lines between; lines that begin with four blanks or a mark of a list stay as they are.
    pub(super) fn prose(&mut self, text: &str) {
        for part in text.trim_end().split("\n\n") {
            let keeps_lines = part.lines().any(|line| line.starts_with(['-', '*', '|']) || line.starts_with("    "));
            if keeps_lines { self.example(part) } else { self.paragraph(&part.replace('\n', " ")) }
        }
    }

    /// Lines as they are; one that is about being long is cut.
    pub(super) fn example(&mut self, text: &str) {
        for line in text.trim_end().lines() {
            self.indent(if line.is_empty() { 0 } else { MARGIN });
            match line.char_indices().nth(LINE) {
                Some((end, _)) => self.text.push_str(&format!("{} ...", line.get(..end).unwrap_or_default())),
                None => self.text.push_str(line),
            }
            self.text.push('\n');
        }
        self.text.push('\n');
    }

    /// Two columns; a long first one gets a line of its own.
    pub(super) fn pairs(&mut self, pairs: impl Iterator<Item = (String, String)>) {
        let pairs: Vec<_> = pairs.collect();
        let widths = pairs.iter().map(|(first, _)| first.chars().count());
        let column = widths.filter(|width| *width <= COLUMN).max().unwrap_or(0) + 2;
        for (first, second) in &pairs {
            self.indent(MARGIN);
            self.text.push_str(first);
            let used = first.chars().count();
            let mut lines = wrapped(second, self.room(MARGIN + column)).into_iter();
            if used + 2 <= column
                && let Some(line) = lines.next()
            {
                self.indent(column - used);
                self.text.push_str(&line);
            }
            self.text.push('\n');
            for line in lines {
                self.indent(MARGIN + column);
                self.text.push_str(&line);
                self.text.push('\n');
            }
        }
        if !pairs.is_empty() {
            self.text.push('\n');
        }
    }

    fn room(&self, used: usize) -> usize {
        self.style.width.min(100).saturating_sub(used).max(20)
    }

    fn indent(&mut self, columns: usize) {
        self.text.extend(std::iter::repeat_n(' ', columns));
    }

    fn styled(&mut self, code: &str, text: &str) {
        if self.style.color {
            self.text.push_str(&format!("\x1b[{code}m{text}\x1b[0m"));
        } else {
            self.text.push_str(text);
        }
    }
}

/// Lines of at most so many columns, broken at blanks; a longer word has a line for itself.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
