//! One problem as data: code, severity, places, help, edit, and what the daemon will do; no wording of one problem.
use crate::span::{Origin, Span};
use model::limits;

/// How bad a problem is, and which class of keepalived's `-t` exit status it falls in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know; keepalived is silent about it, and `-t` stays 0.
    #[default]
    Note,
    /// Probably not what was meant; keepalived is silent about it, and `-t` stays 0.
    Warning,
    /// Scripts that could be changed by others, or secrets that others can read: `-t` answers 6.
    Security,
    /// Something was not understood or not usable: `-t` answers 5.
    Error,
    /// A keyword without its argument, a missing include that was demanded: keepalived stops reading. `-t` answers as
    /// given by the code's row.
    Fatal,
}

/// A problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable name, `vrid-out-of-range`: one row of `codes`.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is wrong, one sentence, lower case, no final stop.
    pub message: String,
    /// The place, and what to say under it.
    pub primary: Option<Label>,
    /// Other places that belong to it: "first defined here".
    pub related: Vec<Label>,
    /// What the daemon does meanwhile: `instance VI_1 is skipped`.
    pub meanwhile: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// A replacement that is certainly right.
    pub edit: Option<Edit>,
}

/// A place with a word about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub origin: Origin,
    /// What to say under it; may be empty.
    pub text: String,
}

/// Replace these bytes by this text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

impl Diagnostic {
    /// A problem at a place.
    #[must_use]
    pub fn new(code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            primary: None,
            related: Vec::new(),
            meanwhile: None,
            help: None,
            edit: None,
        }
    }

    /// Says where, and what to write under it.
    #[must_use]
    pub fn at(mut self, origin: Origin, text: impl Into<String>) -> Self {
        self.primary = Some(Label { origin, text: text.into() });
        self
    }

    /// Names another place that belongs to it.
    #[must_use]
    pub fn with(mut self, origin: Origin, text: impl Into<String>) -> Self {
        self.related.push(Label { origin, text: text.into() });
        self
    }

    /// Says what the daemon does meanwhile.
    #[must_use]
    pub fn meanwhile(mut self, text: impl Into<String>) -> Self {
        self.meanwhile = Some(text.into());
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Offers a replacement that is certainly right.
    #[must_use]
    pub fn replace(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edit = Some(Edit { span, text: text.into() });
        self
    }
}

/// The problems found so far, bounded: nobody reads the ten-thousandth, and binary junk has one in every line.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    kept: Vec<Diagnostic>,
    rest: usize,
    /// When full: nothing that is kept is lesser than this.
    least: Severity,
}

impl Findings {
    /// Adds a problem. When there are `limits::DIAGNOSTICS` already, it takes the place of a lesser one, or is counted.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.kept.len() < limits::DIAGNOSTICS {
            self.kept.push(diagnostic);
            return;
        }
        self.rest += 1;
        // Where nothing is lesser than an error, nothing needs to be searched for one: junk has a million of them.
        if diagnostic.severity <= self.least {
            return;
        }
        if let Some(lesser) = self.kept.iter().rposition(|kept| kept.severity < diagnostic.severity) {
            self.kept.remove(lesser);
            self.kept.push(diagnostic);
        } else {
            self.least = diagnostic.severity;
        }
    }

    /// The problems, and how many more there were.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Diagnostic>, usize) {
        (self.kept, self.rest)
    }
}
