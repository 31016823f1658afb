//! Parameters: what is defined, and what a definition line looks like.
use super::line::Line;
use crate::lex;
use crate::source::{ExpansionKind, KindId, Sources};
use crate::span::Origin;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// One definition of a parameter.
#[derive(Debug)]
pub(crate) struct Definition {
    /// What its uses are; a redefined name is told by it from one that refers to itself.
    pub(crate) kind: KindId,
    pub(crate) name: Arc<str>,
    /// `$NAME=`, or the sequence that made it.
    pub(crate) defined: Origin,
    /// One line, unless the definition went over several.
    pub(crate) lines: Vec<Line>,
    /// Written over several lines, even if only one was left.
    pub(crate) many: bool,
}

/// All parameters that are defined where the reader stands.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    /// Keyed by name; nothing depends on the order of this map.
    by_name: HashMap<Arc<str>, Rc<Definition>>,
    next: u32,
}

impl Parameters {
    pub(crate) fn get(&self, name: &str) -> Option<&Rc<Definition>> {
        self.by_name.get(name)
    }

    pub(crate) fn define(&mut self, written: Written, many: bool, sources: &mut Sources) {
        let Written { name, defined, lines } = written;
        let kind =
            sources.add_kind(ExpansionKind::Parameter { name: Arc::clone(&name), definition: self.next, defined });
        self.next = self.next.wrapping_add(1);
        let definition = Definition { kind, name: Arc::clone(&name), defined, lines, many };
        self.by_name.insert(name, Rc::new(definition));
    }

    /// Sorted, so that messages do not differ from run to run.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.by_name.keys().map(AsRef::as_ref).collect();
        names.sort_unstable();
        names
    }
}

/// A definition as far as it was read.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) name: Arc<str>,
    pub(crate) defined: Origin,
    pub(crate) lines: Vec<Line>,
}

/// A multi-line definition of which the end has not been read.
#[derive(Debug)]
pub(crate) struct Unfinished {
    pub(crate) written: Written,
    /// Frames that were open when it began: it ends with the file that it began in.
    pub(crate) depth: usize,
}

/// The name of a definition and the length of `$NAME=`; `None` when the text is none.
pub(crate) fn definition(text: &[u8]) -> Option<(&str, usize)> {
    let rest = text.strip_prefix(b"$")?;
    let length = lex::name_length(rest);
    let name = rest.get(..length).filter(|name| !name.is_empty())?;
    (rest.get(length) == Some(&b'=')).then_some(())?;
    Some((str::from_utf8(name).ok()?, length + 2))
}

/// The text without the backslash at its end, if it has one.
pub(crate) fn continued(text: &[u8]) -> Option<usize> {
    (text.last() == Some(&b'\\')).then(|| lex::trimmed_length(text.get(..text.len() - 1).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_has_no_blank_before_its_sign() {
        for (text, expected) in [
            ("$A=1", Some(("A", 3))),
            ("$_a9=", Some(("_a9", 5))),
            ("$A =1", None),
            ("$1=1", None),
            ("$=1", None),
            ("${A}=1", None),
            ("A=1", None),
        ] {
            assert_eq!(definition(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn only_the_last_backslash_continues() {
        assert_eq!(continued(b"a \\"), Some(1));
        assert_eq!(continued(b"\\"), Some(0));
        assert_eq!(continued(b"a\\ b"), None);
    }
}
