//! Whether two texts read alike: the last word before a formatted file replaces another.
use crate::command;
use crate::source::{Context, MemoryLoader};
use crate::tree::{Arena, Statement, Tree};

/// Whether two texts of one file give the same statements, whatever they include. Conditions hold as for a director of
/// the given config id.
#[must_use]
pub fn reads_alike(text: &[u8], other: &[u8], config_id: &str) -> bool {
    let arena = Arena::default();
    same(tree(text, config_id, &arena).statements, tree(other, config_id, &arena).statements)
}

fn tree<'t>(text: &[u8], config_id: &str, arena: &'t Arena) -> Tree<'t> {
    let context = Context { config_id: config_id.into(), host_name: config_id.into(), all_include_checks: false };
    crate::read("text", &MemoryLoader::new().file("text", text), &context, arena).tree
}

fn same(statements: &[Statement<'_>], others: &[Statement<'_>]) -> bool {
    statements.len() == others.len() && statements.iter().zip(others).all(|(one, other)| same_statement(one, other))
}

fn same_statement(statement: &Statement, other: &Statement) -> bool {
    let words = |statement: &Statement| {
        statement.words.iter().map(|word| (word.text().to_owned(), word.quoted())).collect::<Vec<_>>()
    };
    let blocks = match (&statement.block, &other.block) {
        (Some(block), Some(other)) => same(block.statements, other.statements),
        (None, None) => true,
        _ => false,
    };
    // The command keywords have rules of their own for quotes and blanks.
    blocks && words(statement) == words(other) && command::split(statement.raw) == command::split(other.raw)
}
