//! `evenkeel check --pair`: reads two directors for `confparse::pair`, which holds them against each other.
use super::check::{Reading, Report, Surroundings};
use confparse::pair::{Director, compare};
use confparse::tree::Arena;
use confparse::{load, read};

/// What is found between two directors that can be read.
pub(super) fn report(a: &Reading, b: &Reading, around: &Surroundings<'_>) -> Report {
    let arena = Arena::default();
    let one_file = a.file == b.file;
    let director = |reading: &Reading| {
        let context = (around.context)(reading.config_id.as_ref());
        let config = load(&reading.file, around.loader, &context, around.host).config;
        let read = read(&reading.file, around.loader, &context, &arena);
        let title = reading.config_id.as_ref().filter(|_| one_file).unwrap_or(&reading.file).clone();
        Director { title, config, tree: read.tree, sources: read.sources }
    };
    let (a, b) = (director(a), director(b));
    let title = format!("{} and {}", a.title, b.title);
    let (diagnostics, sources) = compare(a, b);
    Report { title, diagnostics, more: 0, sources, contents: String::new() }
}
