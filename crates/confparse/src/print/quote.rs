//! Words as they must be written so that the reader gives back exactly these words.
use crate::command;
use crate::lex::{self, Kind};

/// The first word of a line, where some words begin something else than a statement.
pub(super) fn first(word: &str) -> String {
    let directive = matches!(word, "include" | "includer" | "includem" | "includew" | "includeb" | "includea");
    if directive { between(word) } else { self::word(word) }
}

/// A word. One with a double quote can be written only as the reader gives it, each one behind a backslash; nothing that
/// was read holds another, nor a zero byte or the end of a line.
pub(super) fn word(word: &str) -> String {
    if is_plain(word) {
        return word.to_owned();
    }
    if word.contains('"') { escaped(word) } else { between(word) }
}

/// Outside quotes, `#` and `!` need a backslash, which they lose again.
fn escaped(word: &str) -> String {
    word.replace('#', "\\#").replace('!', "\\!")
}

fn between(word: &str) -> String {
    format!("\"{word}\"")
}

/// Whether nothing in a word means anything but itself, wherever it stands.
fn is_plain(word: &str) -> bool {
    let plain =
        |c: char| (c.is_ascii_graphic() && !"{}\"'#!\\$~@".contains(c)) || (!c.is_ascii() && c.is_alphanumeric());
    !word.is_empty() && word.chars().all(plain)
}

/// A command line, which has quotes of its own and is split a second time. Where nothing reads back as this very line, one
/// that comes to the same arguments is written.
pub(super) fn command(line: &str) -> String {
    if is_plain(line) {
        return line.to_owned();
    }
    let around_each = line.split('"').map(|part| if part.is_empty() { String::new() } else { between(part) });
    let mixed = around_each.collect::<Vec<_>>().join("'\"'");
    let ways = [between(line), format!("'{line}'"), mixed, escaped(line)];
    let works = |way: &String| read_back(way).as_deref() == Some(line);
    ways.into_iter().find(works).unwrap_or_else(|| same_arguments(line))
}

/// What the reader takes such a text for, when a user stands behind it.
fn read_back(text: &str) -> Option<String> {
    let raw = format!("k {text} user");
    let mut read = Vec::with_capacity(raw.len());
    for token in lex::tokens(raw.as_bytes()) {
        let bytes = raw.as_bytes().get(token.start..token.end)?;
        match token.kind {
            Kind::Word => read.extend(lex::unescaped(bytes)),
            Kind::Quoted | Kind::Blank => read.extend_from_slice(bytes),
            _ => return None,
        }
    }
    let line = command::split(str::from_utf8(&read).ok()?).ok()?;
    (line.rest == ["user"]).then_some(line.line)
}

/// The arguments of a line, each with the quotes and escapes that it needs and no other.
fn same_arguments(line: &str) -> String {
    let arguments = command::argv(line).unwrap_or_default();
    let written: Vec<String> = arguments.iter().map(|argument| argument_text(argument)).collect();
    between(&written.join(" "))
}

fn argument_text(argument: &str) -> String {
    let written: String = argument.chars().map(octal).collect();
    let bare = !written.is_empty() && !written.contains(' ');
    if bare { written } else { format!("'{written}'") }
}

/// A character that would end a quote or begin something else, in octal.
fn octal(c: char) -> String {
    if "\"'\\$".contains(c) || c.is_control() { format!("\\{:03o}", u32::from(c)) } else { c.to_string() }
}
