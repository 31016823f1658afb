//! Manual pages: a small writer for the man macros, which every line of text passes through.

/// A page that is being written.
pub(super) struct Roff(String);

impl Roff {
    /// Begins a page of a section, with its name line.
    pub(super) fn new(name: &str, section: u8, title: &str) -> Self {
        let note = ".\\\" Made by cargo xtask generate from the tables of the program; edit those.\n";
        let version = env!("CARGO_PKG_VERSION");
        let mut page = Self(format!("{note}.TH \"{}\" {section} \"\" \"Evenkeel {version}\"\n", escaped(name)));
        page.section("NAME");
        page.text(&format!("{name} - {title}"));
        page
    }

    /// The whole page.
    pub(super) fn text_of_page(self) -> String {
        self.0
    }

    pub(super) fn section(&mut self, title: &str) {
        self.0.push_str(&format!(".SH \"{}\"\n", escaped(title)));
    }

    pub(super) fn subsection(&mut self, title: &str) {
        self.0.push_str(&format!(".SS \"{}\"\n", escaped(title)));
    }

    /// A paragraph of plain text.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.0.push_str(".PP\n");
        self.text(text);
    }

    /// Paragraphs as they are written in the tables: indented lines are an example.
    pub(super) fn prose(&mut self, text: &str) {
        for part in text.trim_end().split("\n\n") {
            if part.lines().all(|line| line.starts_with("    ")) {
                self.example(part);
            } else {
                self.paragraph(&part.replace('`', ""));
            }
        }
    }

    /// Lines as they are.
    pub(super) fn example(&mut self, text: &str) {
        self.0.push_str(".PP\n.RS 4\n.EX\n");
        for line in text.trim_end().lines() {
            self.text(line.strip_prefix("    ").unwrap_or(line));
        }
        self.0.push_str(".EE\n.RE\n");
    }

    /// A paragraph with a head that hangs out; the head is roff already, see [`bold`] and [`arguments`].
    pub(super) fn item(&mut self, head: &str, text: &str) {
        self.0.push_str(&format!(".TP\n{head}\n"));
        self.text(text);
    }

    /// The same, one level further in.
    pub(super) fn inner_item(&mut self, head: &str, text: &str) {
        self.0.push_str(".RS\n");
        self.item(head, text);
        self.0.push_str(".RE\n");
    }

    fn text(&mut self, text: &str) {
        for line in text.lines() {
            self.0.push_str(&escaped(line));
            self.0.push('\n');
        }
    }
}

/// Text in which nothing is a request or an escape.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text.starts_with(['.', '\'']) {
        out.push_str("\\&");
    }
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\e"),
            '-' => out.push_str("\\-"),
            '\'' => out.push_str("\\(aq"),
            '`' => out.push_str("\\(ga"),
            '"' => out.push_str("\\(dq"),
            '~' => out.push_str("\\(ti"),
            '^' => out.push_str("\\(ha"),
            _ => out.push(c),
        }
    }
    out
}

/// In bold letters.
pub(super) fn bold(text: &str) -> String {
    format!("\\fB{}\\fR", escaped(text))
}

/// Words in capital letters, which stand for something, in italics.
pub(super) fn arguments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !is_of_name(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let stands_for_something = word.len() > 1 && word.starts_with(|c: char| c.is_ascii_uppercase());
        if stands_for_something {
            out.push_str(&format!("\\fI{}\\fR", escaped(word)));
        } else {
            out.push_str(&escaped(word));
        }
        let next = after.find(is_of_name).unwrap_or(after.len());
        let (between, following) = after.split_at(next);
        out.push_str(&escaped(between));
        rest = following;
    }
    out
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escaped(".conf 'x' \\n a-b"), "\\&.conf \\(aqx\\(aq \\en a\\-b");
        assert_eq!(arguments("NUMBER (1 to 255)"), "\\fINUMBER\\fR (1 to 255)");
        assert_eq!(arguments("[USER [GROUP]]"), "[\\fIUSER\\fR [\\fIGROUP\\fR]]");
    }
}
