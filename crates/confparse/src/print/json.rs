//! Statements as JSON, in a shape that the rows of the schema decide, so that it does not depend on what is configured.
//!
//! - A block is an object, its keywords the keys. A block with a name or an address is found by that:
//!   `"vrrp_instance": {"VI_1": {...}}`, `"real_server": {"10.0.0.3 80": {...}}`.
//! - What may stand many times without a name (checks, `url`, `header`, keys) is always an array.
//! - A block of lines is an array: of objects where its lines have options (`{"address": "10.0.0.5/24", "dev": "eth0"}`),
//!   else of strings.
//! - A flag is `true`, a switch `true` or `false`, a number a number in the unit of the reference, anything else a string.
//! - A command is `{"command": ..., "user": ..., "group": ...}`; a line with words of its own is an object of these, and
//!   what stands before them is its `value`.
use super::node::Node;
use crate::schema::{self, Args, Kind, Row};
use serde_json::{Map, Value};

/// The statements of a whole configuration.
#[must_use]
pub fn json(nodes: &[Node]) -> Value {
    block("/", nodes)
}

fn block(path: &str, nodes: &[Node]) -> Value {
    let mut object = Map::new();
    for node in nodes {
        let Some((keyword, arguments)) = node.words.split_first() else { continue };
        let row = schema::find(path, keyword);
        let inner = inner(path, keyword);
        let value = match (&node.block, row.map(|row| row.args)) {
            (Some(lines), Some(Args::List | Args::NamedList)) => list(&inner, lines),
            (Some(nodes), _) => block(&inner, nodes),
            (None, _) => line(&inner, row, arguments),
        };
        if node.block.is_some() && !arguments.is_empty() {
            let named = object.entry(keyword.as_str()).or_insert_with(|| Value::Object(Map::new()));
            put(named, &arguments.join(" "), value, false);
        } else {
            put_into(&mut object, keyword, value, schema::may_repeat(path, keyword));
        }
    }
    Value::Object(object)
}

fn put(object: &mut Value, key: &str, value: Value, many: bool) {
    if let Value::Object(object) = object {
        put_into(object, key, value, many);
    }
}

/// What may stand many times becomes an array; so does what unexpectedly does, rather than losing one.
fn put_into(object: &mut Map<String, Value>, key: &str, value: Value, many: bool) {
    match object.get_mut(key) {
        None if many => drop(object.insert(key.to_owned(), Value::Array(vec![value]))),
        None => drop(object.insert(key.to_owned(), value)),
        Some(Value::Array(known)) if many => known.push(value),
        Some(known) => *known = Value::Array(vec![known.take(), value]),
    }
}

fn inner(path: &str, keyword: &str) -> String {
    if path == "/" { keyword.to_owned() } else { format!("{path}/{keyword}") }
}

fn has_options(path: &str) -> bool {
    schema::words(path).block().rows().any(|row| row.kind == Kind::Option)
}

/// The lines of a list: each an object, or each word a string.
fn list(path: &str, lines: &[Node]) -> Value {
    if has_options(path) {
        return lines.iter().map(|node| options(path, &node.words)).collect();
    }
    lines.iter().flat_map(|node| &node.words).map(|word| Value::from(word.as_str())).collect()
}

/// What stands behind a keyword.
fn line(inner: &str, row: Option<&Row>, words: &[String]) -> Value {
    let args = row.map_or(Args::Own, |row| row.args);
    match args {
        Args::Command | Args::MaybeCommand if !words.is_empty() => named(&["command", "user", "group"], words),
        Args::User => named(&["user", "group"], words),
        Args::Own if has_options(inner) => options(inner, words),
        _ => scalar(args, words),
    }
}

fn named(names: &[&str], words: &[String]) -> Value {
    let pairs = names.iter().zip(words).map(|(name, word)| ((*name).to_owned(), Value::from(word.as_str())));
    Value::Object(pairs.collect())
}

fn scalar(args: Args, words: &[String]) -> Value {
    let [word] = words else {
        return if words.is_empty() { Value::Bool(true) } else { Value::from(words.join(" ")) };
    };
    match args {
        Args::Switch => Value::Bool(matches!(word.as_str(), "on" | "true" | "yes")),
        Args::Int { .. } | Args::MaybeInt { .. } | Args::Decimal { .. } | Args::Own => number(word),
        _ => Value::from(word.as_str()),
    }
}

/// A number where it is one, as it is written: `010` is text.
fn number(word: &str) -> Value {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && (digits == "0" || !digits.starts_with('0') || digits.starts_with("0."));
    let number = if is_number { serde_json::from_str(word).ok() } else { None };
    number.unwrap_or_else(|| Value::from(word))
}

/// A line with words of its own: values without a word first, then each word with what follows it.
fn options(path: &str, words: &[String]) -> Value {
    let rows = schema::words(path);
    let mut object = Map::new();
    let first = words.iter().position(|word| rows.option(word).is_some()).unwrap_or(words.len());
    let (values, mut rest) = words.split_at_checked(first).unwrap_or((words, &[]));
    leading(path, values, &mut object);
    while let Some((word, behind)) = rest.split_first() {
        let inner = deeper(path, word, behind);
        let mine = |word: &String| inner.as_deref().is_some_and(|inner| belongs(inner, word));
        let mut end = 0;
        while behind.get(end).is_some_and(|next| mine(next) || rows.option(next).is_none()) {
            // What follows a word of the deeper level is its argument, whatever it is.
            end += if behind.get(end).is_some_and(&mine) { 2 } else { 1 };
        }
        let (taken, after) = behind.split_at_checked(end).unwrap_or((behind, &[]));
        let value = match &inner {
            Some(inner) if has_options(inner) => options(inner, taken),
            _ => scalar(rows.option(word).map_or(Args::Own, |row| row.args), taken),
        };
        put_into(&mut object, word, value, schema::may_repeat(path, word));
        rest = after;
    }
    Value::Object(object)
}

/// The values at the beginning of a line by the names that the rows have for them.
fn leading(path: &str, values: &[String], object: &mut Map<String, Value>) {
    let rows = schema::words(path).block().rows().filter(|row| row.kind == Kind::Value);
    let names: Vec<&str> = rows.map(|row| row.keyword.trim_matches(['<', '>'])).collect();
    match (names.as_slice(), values) {
        (_, []) => {}
        ([_, _, ..], _) => {
            for (name, value) in names.iter().zip(values) {
                object.insert((*name).to_owned(), number(value));
            }
        }
        (names, values) => {
            let name = names.first().copied().unwrap_or("value");
            object.insert(name.to_owned(), scalar(Args::Own, values));
        }
    }
}

/// The block of words behind a word of a line: `encap` has one for each of its kinds.
fn deeper(path: &str, word: &str, behind: &[String]) -> Option<String> {
    let plain = format!("{path}/{word}");
    let with_kind = behind.first().map(|kind| format!("{plain} {kind}"));
    [Some(plain), with_kind].into_iter().flatten().find(|path| has_options(path))
}

fn belongs(path: &str, word: &str) -> bool {
    schema::words(path).option(word).is_some()
}

#[cfg(test)]
mod tests;
