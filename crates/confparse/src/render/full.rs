//! A screenful for one problem: the lines, what is under them, what the daemon does meanwhile, and what to do.
use super::excerpt::{Mark, excerpt, mark};
use super::{name, plain, step};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::{Source, Sources};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

/// Steps of a chain of expansions that are shown before the rest is counted.
const STEPS: usize = 8;
/// Labels at most so many lines apart are shown in one piece.
const GAP: u32 = 12;

/// How to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// With colours, as escape sequences.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Default for Style {
    /// Without colours, 140 columns: the form of the stored test results.
    fn default() -> Self {
        Self { color: false, width: 140 }
    }
}

/// One problem in full, with its last line end.
#[must_use]
pub fn full(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    let level = level(diagnostic.severity);
    let title = level.primary_title(plain(&diagnostic.message)).id(diagnostic.code);
    let mut group = Group::with_title(title);
    for piece in pieces(diagnostic, sources) {
        group = piece.show(group);
    }
    for line in chain(diagnostic, sources) {
        group = group.element(Level::NOTE.message(line));
    }
    if let Some(meanwhile) = &diagnostic.meanwhile {
        group = group.element(Level::NOTE.message(plain(meanwhile)));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(plain(help)));
    }
    if let Some(edit) = diagnostic.edit.as_ref().filter(|edit| !edit.text.is_empty()) {
        group = group.element(Level::HELP.message(format!("write `{}` instead", plain(&edit.text))));
    }
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let mut text = renderer.term_width(style.width).render(&[group]);
    text.push('\n');
    text
}

fn level(severity: Severity) -> Level<'static> {
    let level = match severity {
        Severity::Note => Level::NOTE,
        Severity::Warning => Level::WARNING,
        Severity::Security | Severity::Error | Severity::Fatal => Level::ERROR,
    };
    level.with_name(name(severity))
}

/// Lines of one file that are shown together.
struct Piece<'a> {
    source: &'a Source,
    labels: Vec<(&'a Label, Mark, bool)>,
}

/// The labels, those of the same file that stand close together in one piece; the first piece holds the main label.
fn pieces<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Piece<'a>> {
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    let primary = diagnostic.primary.iter().map(|label| (label, true));
    for (label, is_primary) in primary.chain(diagnostic.related.iter().map(|label| (label, false))) {
        let span = label.origin.span;
        let Some(source) = sources.file(span.file) else { continue };
        let mark = mark(source, span.start, span.end);
        let near = pieces.iter_mut().find(|piece| {
            std::ptr::eq(piece.source, source)
                && piece.labels.iter().any(|(_, other, _)| other.line.abs_diff(mark.line) <= GAP)
        });
        match near {
            Some(piece) => piece.labels.push((label, mark, is_primary)),
            None => pieces.push(Piece { source, labels: vec![(label, mark, is_primary)] }),
        }
    }
    pieces
}

impl<'a> Piece<'a> {
    fn show(self, group: Group<'a>) -> Group<'a> {
        let Some((_, first, _)) = self.labels.first() else { return group };
        let marks: Vec<Mark> = self.labels.iter().map(|(_, mark, _)| mark.clone()).collect();
        let start = marks.iter().map(|mark| mark.line).min().unwrap_or(first.line);
        let (text, places) = excerpt(self.source, &marks);
        let mut snippet =
            Snippet::source(text).path(plain(self.source.path())).line_start(usize::try_from(start).unwrap_or(1));
        for ((label, _, is_primary), place) in self.labels.iter().zip(places) {
            snippet = snippet.annotation(annotation(label, *is_primary, place));
        }
        group.element(snippet)
    }
}

fn annotation(label: &Label, is_primary: bool, place: std::ops::Range<usize>) -> Annotation<'static> {
    let kind = if is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    let annotation = kind.span(place);
    if label.text.is_empty() { annotation } else { annotation.label(plain(&label.text)) }
}

/// How the main place was reached, innermost step first.
fn chain(diagnostic: &Diagnostic, sources: &Sources) -> Vec<String> {
    let Some(label) = &diagnostic.primary else { return Vec::new() };
    let mut lines: Vec<String> =
        sources.chain(label.origin).take(STEPS).map(|expansion| plain(&step(expansion, sources))).collect();
    let more = sources.chain(label.origin).skip(STEPS).count();
    if more > 0 {
        lines.push(format!("and so on, {more} more steps"));
    }
    lines
}
