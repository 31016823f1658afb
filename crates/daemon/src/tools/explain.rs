//! `evenkeel explain`: a page about a keyword wherever it may stand, a block, a rule of the language, or a problem's code.
mod page;

use confparse::codes::{self, Code};
use confparse::schema::language::{self, Topic};
use confparse::schema::{self, BLOCKS, Block, Kind, Row};
use confparse::similar;
use page::Page;
pub(super) use page::Style;

/// A page about the topic.
///
/// # Errors
/// When there is no such topic: what was perhaps meant.
pub(super) fn explain(topic: &str, style: Style) -> Result<String, String> {
    let topic = topic.trim().trim_matches('/');
    let mut page = Page::new(style);
    if let Some(code) = codes::find(topic) {
        problem(&mut page, code);
        return Ok(page.text());
    }
    let found = places(topic);
    for place in &found {
        word(&mut page, place);
    }
    if let Some(topic) = language::topic(topic) {
        rule(&mut page, topic);
    }
    let text = page.text();
    if text.is_empty() { Err(unknown(topic)) } else { Ok(text) }
}

/// What there is to explain.
#[must_use]
pub(super) fn contents(style: Style) -> String {
    let mut page = Page::new(style);
    page.heading("Rules of the language", &[]);
    page.pairs(language::TOPICS.iter().map(|topic| (topic.name.to_owned(), topic.signs.join("  "))));
    page.heading("Blocks", &[]);
    page.pairs(BLOCKS.iter().filter(|block| block.path != "/").map(|block| {
        let meaning = block.opener().map_or("words behind others in a line", |(_, row)| row.meaning);
        (block.path.to_owned(), meaning.to_owned())
    }));
    page.heading("Problems", &[]);
    page.pairs(codes::all().map(|code| (code.name.to_owned(), code.title.to_owned())));
    page.text()
}

/// A row, and the blocks in which it stands.
struct Place {
    row: &'static Row,
    blocks: Vec<&'static Block>,
}

/// The rows that a topic names: a word, or a word behind the end of a block's path, with slashes or blanks between.
fn places(topic: &str) -> Vec<Place> {
    let parts: Vec<&str> = topic.split(['/', ' ']).filter(|part| !part.is_empty()).collect();
    let Some((word, path)) = parts.split_last() else { return Vec::new() };
    let path = path.join("/");
    let mut found: Vec<Place> = Vec::new();
    for (block, row) in schema::all() {
        let fits = path.is_empty() || block.path == path || block.path.ends_with(&format!("/{path}"));
        if !fits || row.keyword.trim_matches(['<', '>']) != word.trim_matches(['<', '>']) {
            continue;
        }
        // Some tables serve several blocks.
        match found.iter_mut().find(|place| std::ptr::eq(place.row, row)) {
            Some(place) => place.blocks.push(block),
            None => found.push(Place { row, blocks: vec![block] }),
        }
    }
    found
}

fn word(page: &mut Page, place: &Place) {
    let Place { row, blocks } = place;
    let path = |block: &&Block| match block.path {
        "/" => "outside all blocks".to_owned(),
        path => format!("in {path}"),
    };
    page.heading(&row.synopsis(), &blocks.iter().map(path).collect::<Vec<_>>());
    page.paragraph(&sentence(row.meaning));
    page.pairs(row.facts().into_iter().map(|fact| (fact.title.to_owned(), fact.text)));
    let Some(inside) = blocks.first().and_then(|block| block.opens(row)) else { return };
    page.title(if row.has_block() { "Words in its block" } else { "Words behind it" });
    let rows = schema::words(&inside);
    page.pairs(rows.block().rows().map(|row| (row.synopsis(), row.meaning.to_owned())));
}

fn rule(page: &mut Page, topic: &Topic) {
    page.heading(&format!("The language: {}", topic.name), &[topic.signs.join("  ")]);
    page.prose(topic.text);
}

fn problem(page: &mut Page, code: &Code) {
    page.heading(code.name, &[code.title.to_owned()]);
    page.prose(code.explanation);
    page.title("Wrong");
    page.example(code.example);
    page.title("Right");
    page.example(code.fixed);
}

fn unknown(topic: &str) -> String {
    let word = topic.rsplit(['/', ' ']).next().unwrap_or_default();
    let words = schema::all().filter(|(_, row)| row.kind != Kind::Value).map(|(_, row)| row.keyword);
    let known = words.chain(codes::all().map(|code| code.name)).chain(language::TOPICS.iter().map(|topic| topic.name));
    let elsewhere = schema::all().any(|(_, row)| row.keyword == word);
    let hint = match similar::closest(word, known) {
        _ if elsewhere => format!("{word} stands in other blocks: `evenkeel explain {word}`"),
        Some(near) => format!("did you mean {near}?"),
        None => "`evenkeel explain` lists what there is".to_owned(),
    };
    format!("'{topic}' is no keyword, block, rule or code\n  help: {hint}")
}

/// A capital letter first, a stop last.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    // What begins with a name or an acronym keeps it.
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests;
