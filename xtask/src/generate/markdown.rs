//! Pieces of Markdown: text that means what it says, tables, headings.

/// The note at the head of every page.
pub(super) const NOTE: &str = "<!-- Made by `cargo xtask generate` from the tables of the program; edit those. -->\n\n";

/// Text with what Markdown would read otherwise taken literally.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '*' | '_' | '`' | '[' | ']' | '|' | '\\' | '~' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

/// Text as it is, for words of the language.
pub(super) fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

/// The same inside a table, where a bar would end the cell.
pub(super) fn cell_code(text: &str) -> String {
    code(&text.replace('|', "\\|"))
}

/// A table with a heading for each column; columns that are empty in every row are left out.
pub(super) fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let is_used = |column: usize| rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()));
    let used: Vec<usize> = (0..headings.len()).filter(|column| is_used(*column)).collect();
    let line = |cells: Vec<&str>| format!("| {} |\n", cells.join(" | "));
    let pick = |row: &[String]| line(used.iter().map(|column| row.get(*column).map_or("", String::as_str)).collect());
    let mut out = line(used.iter().map(|column| headings.get(*column).copied().unwrap_or_default()).collect());
    out.push_str(&line(used.iter().map(|_| "---").collect()));
    rows.iter().for_each(|row| out.push_str(&pick(row)));
    out
}

/// Paragraphs as they are written in the tables: indented lines become an example.
pub(super) fn prose(source: &str) -> String {
    let mut out = String::new();
    for part in source.trim_end().split("\n\n") {
        if part.lines().all(|line| line.starts_with("    ")) {
            let lines: Vec<&str> = part.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
            out.push_str(&format!("```\n{}\n```\n\n", lines.join("\n")));
        } else {
            out.push_str(&format!("{}\n\n", part.lines().map(marked).collect::<Vec<_>>().join("\n")));
        }
    }
    out
}

/// A line of prose; what stands in backticks is code already.
fn marked(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return text(line);
    }
    let pieces = parts.iter().enumerate().map(|(at, part)| if at % 2 == 1 { code(part) } else { text(part) });
    pieces.collect()
}

/// A configuration.
pub(super) fn example(source: &str) -> String {
    format!("```\n{}\n```\n\n", source.trim_end())
}

/// A capital letter first, a stop last.
pub(super) fn sentence(source: &str) -> String {
    let mut letters = source.chars();
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
