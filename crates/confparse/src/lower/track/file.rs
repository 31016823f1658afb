//! `track_file` blocks: numbers in files.
use super::weight::{self, Beyond};
use super::{Defined, Registry, incomplete};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::arguments::diagnose;
use crate::lower::item::Item;
use crate::lower::reader::Reader;
use crate::source::Program;
use crate::span::Origin;
use crate::value;
use model::Name;
use model::config::track::{File, InitFile, Weight};

/// Points for each one in the file, unless said.
const ONE: Weight = Weight { points: 1, reverse: false };

#[derive(Default)]
struct Said {
    path: Option<(String, Origin)>,
    weight: Option<(Weight, Origin)>,
    init: Option<InitFile>,
}

/// Reads one block and adds it, unless it names no file.
pub(super) fn define(reader: &mut Reader<'_>, item: &Item<'_>, known: &mut Registry<File>) {
    let Some(word) = item.text() else { return };
    let name = Name::new(word.text());
    let mut said = Said::default();
    reader.block(item.row.keyword, item.body, &mut |reader, item| match item.row.keyword {
        "file" => said.path = item.text().map(|word| (word.text().to_owned(), word.origin())),
        "weight" => factor(reader, &mut said, &item),
        "init_file" => said.init = Some(init(reader, &item)),
        _ => {}
    });
    let Some((path, place)) = said.path else { return incomplete(reader, item, &name, "file") };
    expect_directory(reader, &path, place);
    let weight = said.weight.map_or(ONE, |(weight, _)| weight);
    let thing = File { name: name.clone(), path, weight, init: said.init };
    let defined = Defined { name, thing, weight, place: word.origin() };
    known.add(reader, "track_file", Severity::Warning, defined);
}

/// A file may come and go; its directory must be there.
fn expect_directory(reader: &mut Reader<'_>, path: &str, place: Origin) {
    let Some((directory, _)) = path.rsplit_once('/').filter(|(directory, _)| !directory.is_empty()) else { return };
    if reader.host.program(directory) == Program::Missing {
        reader.report(
            Diagnostic::new("directory-missing", Severity::Error, format!("directory {directory} does not exist"))
                .at(place, "the file cannot be watched")
                .meanwhile("the number counts as 0 until the file appears"),
        );
    }
}

/// A weight that is not 1 stands.
fn factor(reader: &mut Reader<'_>, said: &mut Said, item: &Item<'_>) {
    if let Some((_, before)) = said.weight.filter(|(weight, _)| *weight != ONE) {
        reader.report(
            Diagnostic::new("duplicate-keyword", Severity::Error, "weight may stand once")
                .at(item.origin(), "second use")
                .with(before, "first use")
                .meanwhile("the first one is kept"),
        );
        return;
    }
    let weight = weight::of_block(reader, item, 254, Beyond::Lost, ONE).unwrap_or(ONE);
    said.weight = Some((weight, item.origin()));
}

/// `[NUMBER] [overwrite]`.
fn init(reader: &mut Reader<'_>, item: &Item<'_>) -> InitFile {
    let mut init = InitFile { value: 0, overwrite: false };
    for word in item.words() {
        if word.text() == "overwrite" {
            init.overwrite = true;
            continue;
        }
        match value::int(word, i64::from(i32::MIN), i64::from(i32::MAX), "", true) {
            Ok(number) => init.value = i32::try_from(number).unwrap_or_default(),
            Err(bad) => {
                let told = format!("the word is ignored, {} is written", init.value);
                reader.report(diagnose("init_file", word, &bad, told).help("write a number, overwrite, or both"));
            }
        }
    }
    init
}
