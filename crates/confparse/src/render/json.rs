//! All problems as one JSON array, for editors and other programs. Places are as written; lines and columns from 1.
use super::{name, step};
use crate::diagnostic::{Diagnostic, Label};
use crate::source::Sources;
use crate::span::Span;
use serde_json::{Value, json};

/// An array of objects. Each has `code`, `severity`, `message`; and, where there is something to say, `place` (`file`,
/// `line`, `column`, `end_line`, `end_column`, `text`), `related` (places), `expanded` (steps, innermost first, each with `text`
/// and a place), `meanwhile`, `help`, and `edit` (a place and the new `text`).
#[must_use]
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let list: Vec<Value> = diagnostics.iter().map(|diagnostic| object(diagnostic, sources)).collect();
    Value::Array(list).to_string()
}

fn object(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let mut object = json!({
        "code": diagnostic.code,
        "severity": name(diagnostic.severity),
        "message": diagnostic.message,
    });
    let mut set = |key: &str, value: Value| {
        if let Value::Object(fields) = &mut object {
            fields.insert(key.to_owned(), value);
        }
    };
    if let Some(primary) = &diagnostic.primary {
        set("place", labelled(primary, sources));
        let steps: Vec<Value> = sources
            .chain(primary.origin)
            .map(|expansion| place(expansion.used.span, &step(expansion, sources), sources))
            .collect();
        if !steps.is_empty() {
            set("expanded", Value::Array(steps));
        }
    }
    if !diagnostic.related.is_empty() {
        set("related", diagnostic.related.iter().map(|label| labelled(label, sources)).collect());
    }
    for (key, text) in [("meanwhile", &diagnostic.meanwhile), ("help", &diagnostic.help)] {
        if let Some(text) = text {
            set(key, Value::from(text.as_str()));
        }
    }
    if let Some(edit) = &diagnostic.edit {
        set("edit", place(edit.span, &edit.text, sources));
    }
    object
}

fn labelled(label: &Label, sources: &Sources) -> Value {
    place(label.origin.span, &label.text, sources)
}

fn place(span: Span, text: &str, sources: &Sources) -> Value {
    let Some(file) = sources.file(span.file) else { return Value::Null };
    let (start, end) = (file.position(span.start), file.position(span.end));
    json!({
        "file": file.path(),
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "text": text,
    })
}
