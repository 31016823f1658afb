//! The lines of `track_script`, `track_interface`, `track_file`, `track_process` and `track_bfd`.
use super::Watched;
use super::weight::{Beyond, odd_word, points};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::arguments::interface;
use crate::lower::item::Item;
use crate::lower::lookups::Unknown;
use crate::lower::reader::Reader;
use crate::span::Origin;
use crate::tree::{Statement, Word};
use crate::value::shown;
use model::config::track::Weight;
use model::{InterfaceName, Name};

/// One thing that is followed.
pub(crate) struct Line<T> {
    pub(crate) what: T,
    pub(crate) weight: Weight,
    pub(crate) place: Origin,
}

/// What an instance or a group follows.
#[derive(Default)]
pub(crate) struct Trackers {
    pub(crate) interfaces: Vec<Line<InterfaceName>>,
    pub(crate) scripts: Vec<Line<Name>>,
    pub(crate) files: Vec<Line<Name>>,
    pub(crate) processes: Vec<Line<Name>>,
    pub(crate) bfd: Vec<Line<Name>>,
}

impl Trackers {
    /// Reads the block of a tracking keyword; `false` when it is none.
    pub(crate) fn keyword(&mut self, reader: &mut Reader<'_>, watched: &Watched, item: &Item<'_>) -> bool {
        let lines = item.body;
        match item.row.keyword {
            "track_interface" => interfaces(reader, lines, &mut self.interfaces),
            "track_script" => {
                named(reader, &SCRIPT, lines, &|name| watched.scripts.follow(name), &mut self.scripts);
            }
            "track_file" => named(reader, &FILE, lines, &|name| watched.files.follow(name), &mut self.files),
            "track_process" => {
                named(reader, &PROCESS, lines, &|name| watched.processes.follow(name), &mut self.processes);
            }
            "track_bfd" => named(reader, &BFD, lines, &|name| watched.bfd.follow(name), &mut self.bfd),
            _ => return false,
        }
        true
    }
}

/// How the lines of one kind are read.
struct Kind {
    keyword: &'static str,
    /// The block that defines what they name; nothing for interfaces.
    block: &'static str,
    /// The code of a name that nothing defines.
    unknown: &'static str,
    limit: i16,
    beyond: Beyond,
    /// Whether a wrong word behind the weight costs the line.
    picky: bool,
    noreverse: bool,
}

const INTERFACE: Kind = Kind {
    keyword: "track_interface",
    block: "",
    unknown: "unknown-tracker",
    limit: 253,
    beyond: Beyond::CutOne,
    picky: false,
    noreverse: false,
};
const SCRIPT: Kind =
    Kind { keyword: "track_script", block: "vrrp_script", unknown: "unknown-script", noreverse: true, ..INTERFACE };
const FILE: Kind = Kind {
    keyword: "track_file",
    block: "track_file",
    limit: 254,
    beyond: Beyond::Lost,
    picky: true,
    noreverse: true,
    ..INTERFACE
};
const PROCESS: Kind = Kind { keyword: "track_process", block: "vrrp_track_process", picky: false, ..FILE };
const BFD: Kind = Kind { keyword: "track_bfd", block: "bfd_instance", limit: 253, ..PROCESS };

/// What follows the name in a line: `[weight N [reverse|noreverse]]`; `None` when the line must be ignored.
fn weight(reader: &mut Reader<'_>, kind: &Kind, words: &[Word], default: Weight) -> Option<Weight> {
    let Some((keyword, rest)) = words.split_first() else { return Some(default) };
    if keyword.text() != "weight" {
        reader.report(odd_word(kind.keyword, keyword, "the line is ignored", "weight"));
        return None;
    }
    let Some((number, rest)) = rest.split_first() else {
        reader.report(
            Diagnostic::new("missing-value", Severity::Error, "weight has nothing behind it")
                .at(keyword.origin(), format!("a number from -{0} to {0} must follow", kind.limit))
                .meanwhile("the line is ignored"),
        );
        return None;
    };
    let mut weight = default;
    weight.points = points(reader, number, kind.limit, kind.beyond, default.points).unwrap_or(default.points);
    let legal = if kind.noreverse { "reverse or noreverse" } else { "reverse" };
    for word in rest {
        match word.text() {
            "reverse" => weight.reverse = true,
            "noreverse" if kind.noreverse => weight.reverse = false,
            _ if kind.picky => {
                reader.report(odd_word(kind.keyword, word, "the line is ignored", legal));
                return None;
            }
            _ => reader.report(odd_word(kind.keyword, word, "the word is ignored", legal)),
        }
    }
    Some(weight)
}

fn twice(what: &str, name: &str, place: Origin, before: Origin) -> Diagnostic {
    Diagnostic::new("tracked-twice", Severity::Error, format!("{what} lists {} twice", shown(name)))
        .at(place, "second time")
        .with(before, "first time")
        .meanwhile("the second line is ignored")
}

/// Adds lines that name a definition above to those there are. `follow` finds it, with its own weight.
fn named(
    reader: &mut Reader<'_>,
    kind: &Kind,
    lines: &[Statement],
    follow: &dyn Fn(&str) -> Option<(Name, Weight)>,
    found: &mut Vec<Line<Name>>,
) {
    for words in lines.iter().map(|line| line.words) {
        let Some((word, rest)) = words.split_first() else { continue };
        let Some((what, default)) = follow(word.text()) else {
            reader.unknown_name(Unknown {
                code: kind.unknown,
                block: kind.block,
                name: Name::new(word.text()),
                place: word.origin(),
                meanwhile: "it is not tracked",
            });
            continue;
        };
        let place = word.origin();
        if let Some(before) = found.iter().find(|line| line.what == what) {
            reader.report(twice(kind.keyword, word.text(), place, before.place));
            continue;
        }
        if let Some(weight) = weight(reader, kind, rest, default) {
            found.push(Line { what, weight, place });
        }
    }
}

/// Adds lines that name a link to those there are.
fn interfaces(reader: &mut Reader<'_>, lines: &[Statement], found: &mut Vec<Line<InterfaceName>>) {
    for words in lines.iter().map(|line| line.words) {
        let Some((word, rest)) = words.split_first() else { continue };
        let Some(what) = interface(reader, "track_interface", word) else { continue };
        let place = word.origin();
        if let Some(before) = found.iter().find(|line| line.what == what) {
            reader.report(twice("track_interface", word.text(), place, before.place));
            continue;
        }
        if !reader.expect_interface(&what, place, "it is not tracked") {
            continue;
        }
        if let Some(weight) = weight(reader, &INTERFACE, rest, Weight::default()) {
            found.push(Line { what, weight, place });
        }
    }
}
