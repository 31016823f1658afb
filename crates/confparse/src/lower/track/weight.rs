//! Weights, as a default of what is followed and in the lines that follow it.
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::arguments::diagnose;
use crate::lower::item::Item;
use crate::lower::reader::Reader;
use crate::tree::Word;
use crate::value::{self, shown};
use model::config::track::Weight;

/// What is done with points outside the range.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Beyond {
    /// They are cut to the range.
    Cut,
    /// One more than the range is cut to it; further out they do not count.
    CutOne,
    /// They do not count.
    Lost,
}

/// Points within plus or minus `limit`; `None`, with a report, when `otherwise` counts in their place.
pub(super) fn points(reader: &mut Reader<'_>, word: &Word, limit: i16, beyond: Beyond, otherwise: i16) -> Option<i16> {
    let limit = i64::from(limit);
    let bad = match value::int(word, -limit, limit, "", false) {
        Ok(points) => return i16::try_from(points).ok(),
        Err(bad) => bad,
    };
    let far = value::int(word, i64::MIN + 1, i64::MAX, "", true).ok();
    let cut = far.filter(|far| match beyond {
        Beyond::Cut => true,
        Beyond::CutOne => far.checked_abs() == Some(limit + 1),
        Beyond::Lost => false,
    });
    let used = bad.usable.or(cut.map(|far| far.clamp(-limit, limit)));
    let told = used.unwrap_or(i64::from(otherwise));
    reader.report(diagnose("weight", word, &bad, format!("{told} is used")));
    used.and_then(|points| i16::try_from(points).ok())
}

/// `weight N [reverse]` of something to follow; `None` when the points are bad and do not count.
pub(super) fn of_block(
    reader: &mut Reader<'_>,
    item: &Item<'_>,
    limit: i16,
    beyond: Beyond,
    otherwise: Weight,
) -> Option<Weight> {
    let mut words = item.words().iter();
    let points = points(reader, words.next()?, limit, beyond, otherwise.points);
    let mut weight = Weight { points: points?, reverse: false };
    if let Some(word) = words.next() {
        match word.text() {
            "reverse" => weight.reverse = true,
            _ => reader.report(odd_word("weight", word, "the word is ignored", "reverse")),
        }
    }
    Some(weight)
}

/// A word that cannot stand here.
pub(super) fn odd_word(what: &str, word: &Word, meanwhile: &str, legal: &str) -> Diagnostic {
    let message = format!("{what} does not take {}", shown(word.text()));
    Diagnostic::new("unknown-word", Severity::Error, message)
        .at(word.origin(), format!("{legal} may stand here"))
        .meanwhile(meanwhile)
}
