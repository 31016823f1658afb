//! `docs/reference/keywords.md`: every word, and the blocks in which it stands.
use super::markdown::{NOTE, cell_code, table};
use super::reference::{link, words};

/// The page.
pub(super) fn page() -> String {
    let row = |((_, word), blocks): ((String, &str), Vec<_>)| {
        let places: Vec<String> = blocks.into_iter().map(|block| link(block, "")).collect();
        vec![cell_code(word), places.join(", ")]
    };
    let rows: Vec<Vec<String>> = words().into_iter().map(row).collect();
    let introduction = "Words in angle brackets are values that no word announces.\n\n";
    format!("{NOTE}# All words\n\n{introduction}{}", table(&["word", "in"], &rows))
}
