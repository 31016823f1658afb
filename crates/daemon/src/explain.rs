//! `evenkeel explain`: a page about a problem's code, or about a keyword wherever it may stand.
use confparse::codes::{self, Code};
use confparse::schema::{self, Block, Row, Wired};
use std::fmt::Write;

/// The page; `None` when the topic is neither.
#[must_use]
pub fn page(topic: &str) -> Option<String> {
    codes::find(topic).map(problem).or_else(|| keyword(topic))
}

fn problem(code: &Code) -> String {
    let Code { name, title, explanation, example, fixed, .. } = code;
    format!(
        "{name}: {title}\n\n{}\n\nWrong:\n\n{}\nRight:\n\n{}",
        explanation.trim(),
        indented(example),
        indented(fixed)
    )
}

fn indented(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("    {line}\n")).collect()
}

fn keyword(word: &str) -> Option<String> {
    let mut text = String::new();
    for block in schema::places(word) {
        if let Some(row) = schema::find(block.path, word) {
            describe(&mut text, block, row);
        }
    }
    (!text.is_empty()).then_some(text)
}

fn describe(text: &mut String, block: &Block, row: &Row) {
    let place = if block.path == "/" { "outside all blocks" } else { block.path };
    let _ = writeln!(text, "{}  ({place})\n", row.keyword);
    let _ = writeln!(text, "    {}", row.meaning);
    for (title, value) in [("default", row.default), ("unit", row.unit)] {
        if !value.is_empty() {
            let _ = writeln!(text, "    {title}: {value}");
        }
    }
    if row.wired == Wired::NotYet {
        text.push_str("    accepted, has no effect yet\n");
    }
    text.push('\n');
}
