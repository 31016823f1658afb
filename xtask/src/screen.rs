//! The terminal: colours where there is one, a line that changes while something is under way, plain text elsewhere.
use std::fmt::Display;
use std::io::{IsTerminal, Write, stdout};

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Screen {
    /// Is there a person at a terminal?
    pub(crate) live: bool,
    /// May colours be used?
    pub(crate) colour: bool,
}

impl Screen {
    /// What standard output is. `NO_COLOR` (no-color.org) is respected.
    pub(crate) fn of_stdout() -> Self {
        let live = stdout().is_terminal();
        Self { live, colour: live && std::env::var_os("NO_COLOR").is_none() }
    }

    /// Prints a line.
    pub(crate) fn line(self, text: impl Display) {
        // A reader that left (`| head`) is no reason to stop halfway through an experiment.
        let _ = writeln!(stdout(), "{text}");
    }

    /// Says that something is under way; the next `done` replaces it. Only for a person.
    pub(crate) fn under_way(self, text: impl Display) {
        if self.live {
            let mut out = stdout();
            let _ = write!(out, "{text}");
            let _ = out.flush();
        }
    }

    /// Replaces what is under way.
    pub(crate) fn done(self, text: impl Display) {
        let erase = if self.live { "\r\x1b[K" } else { "" };
        self.line(format!("{erase}{text}"));
    }

    pub(crate) fn bold(self, text: impl Display) -> String {
        self.paint("1", text)
    }

    pub(crate) fn dim(self, text: impl Display) -> String {
        self.paint("2", text)
    }

    pub(crate) fn green(self, text: impl Display) -> String {
        self.paint("32", text)
    }

    pub(crate) fn red(self, text: impl Display) -> String {
        self.paint("31", text)
    }

    pub(crate) fn cyan(self, text: impl Display) -> String {
        self.paint("36", text)
    }

    pub(crate) fn yellow(self, text: impl Display) -> String {
        self.paint("33", text)
    }

    fn paint(self, code: &str, text: impl Display) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_plain() {
        let plain = Screen { live: false, colour: false };
        assert_eq!(plain.bold("x") + &plain.dim("y") + &plain.red("z"), "xyz");
        let colour = Screen { live: true, colour: true };
        assert_eq!(colour.green("ok"), "\x1b[32mok\x1b[0m");
    }
}
