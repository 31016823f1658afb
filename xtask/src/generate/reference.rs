//! `docs/reference`: an index, the language, an alphabetical list, and a page for each block.
use super::Files;
use super::markdown::{NOTE, cell_code, code, prose, sentence, table, text};
use confparse::schema::language::TOPICS;
use confparse::schema::{self, BLOCKS, Block, Row, Wired};
use std::collections::BTreeMap;

/// The path of a block's page.
pub(super) fn path(block: &str) -> String {
    format!("docs/reference/{}", file(block))
}

fn file(block: &str) -> String {
    match block {
        "/" => "blocks/root.md".to_owned(),
        _ => format!("blocks/{}.md", block.replace('/', ".").replace(' ', "-")),
    }
}

/// Adds every page.
pub(super) fn pages(files: &mut Files) {
    files.insert("docs/reference/README.md".into(), index());
    files.insert("docs/reference/language.md".into(), language());
    files.insert("docs/reference/keywords.md".into(), super::keywords::page());
    for block in BLOCKS {
        files.insert(path(block.path), page(block));
    }
}

fn index() -> String {
    let mut out = format!("{NOTE}# Reference\n\n");
    out.push_str(
        "Everything that can stand in keepalived.conf. [How it is written](language.md), [all words](keywords.md) in\n\
         alphabetical order, and [every problem](diagnostics/README.md) that `evenkeel check` finds. On a terminal,\n\
         `evenkeel explain WORD` shows the same.\n\n## Blocks\n\n",
    );
    let rows: Vec<Vec<String>> = BLOCKS.iter().map(|block| vec![link(block, ""), about(block), count(block)]).collect();
    out.push_str(&table(&["block", "what it is", "words"], &rows));
    out
}

fn count(block: &Block) -> String {
    block.rows().count().to_string()
}

/// A link to a block's page, from a page in the directory that `prefix` leads out of.
pub(super) fn link(block: &Block, prefix: &str) -> String {
    format!("[{}]({prefix}{})", code(name(block)), file(block.path))
}

fn name(block: &Block) -> &'static str {
    if block.path == "/" { "outside all blocks" } else { block.path }
}

fn about(block: &Block) -> String {
    match (block.opener(), block.path) {
        (Some((_, row)), _) => text(row.meaning),
        (None, "/") => "keywords that stand in no block".to_owned(),
        (None, _) => "words behind others in a line".to_owned(),
    }
}

fn language() -> String {
    let mut out = format!("{NOTE}# The language\n\nHow keepalived.conf is written, whatever its words mean.\n\n");
    for topic in TOPICS {
        out.push_str(&format!("## {}\n\n{}", capital(topic.name), prose(topic.text)));
    }
    super::lines(&out)
}

fn capital(word: &str) -> String {
    sentence(word).trim_end_matches('.').to_owned()
}

fn page(block: &Block) -> String {
    let mut out = format!("{NOTE}# {}\n\n", code(name(block)));
    if let Some((outer, row)) = block.opener() {
        out.push_str(&format!("{}\n\n", text(&sentence(row.meaning))));
        out.push_str(&format!("`{}` {}. ", row.synopsis(), place(outer)));
    }
    out.push_str("[All blocks](../README.md), [how the file is written](../language.md).\n\n");
    let rows: Vec<Vec<String>> = block.rows().map(|row| summary(row, &row.arguments())).collect();
    out.push_str(&table(&["word", "arguments", "default", "unit", "meaning"], &rows));
    for row in block.rows() {
        out.push_str(&details(block, row));
    }
    super::lines(&out)
}

fn place(outer: &Block) -> String {
    if outer.path == "/" { "stands outside all blocks".to_owned() } else { format!("stands in {}", link(outer, "../")) }
}

fn summary(row: &Row, arguments: &str) -> Vec<String> {
    let meaning = match row.wired {
        Wired::Yes => text(row.meaning),
        Wired::NotYet => format!("{} *(no effect yet)*", text(row.meaning)),
    };
    vec![
        format!("[{}](#{})", cell_code(row.keyword), anchor(row.keyword)),
        cell_code(arguments),
        text(row.default),
        row.unit_in_full().to_owned(),
        meaning,
    ]
}

/// The anchor that a heading gets: small letters, digits, hyphens and underscores; blanks become hyphens.
fn anchor(word: &str) -> String {
    let kept = word.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

fn details(block: &Block, row: &Row) -> String {
    let mut out = format!("\n## {}\n\n", code(row.keyword));
    out.push_str(&format!("    {}\n\n", row.synopsis()));
    out.push_str(&format!("{}\n", text(&sentence(row.meaning))));
    let inside = block.opens(row).map(|inside| format!("[{}](../{})", code(&inside), file(&inside)));
    let facts = row.facts().into_iter().map(|fact| format!("- {}: {}\n", fact.title, text(&fact.text)));
    let facts: String = facts.chain(inside.map(|inside| format!("- its words: {inside}\n"))).collect();
    if !facts.is_empty() {
        out.push_str(&format!("\n{facts}"));
    }
    out
}

/// Words with the blocks in which they stand, in alphabetical order, capital and small letters alike.
pub(super) fn words() -> BTreeMap<(String, &'static str), Vec<&'static Block>> {
    let mut words: BTreeMap<_, Vec<&'static Block>> = BTreeMap::new();
    for (block, row) in schema::all() {
        words.entry((row.keyword.to_lowercase(), row.keyword)).or_default().push(block);
    }
    words
}
