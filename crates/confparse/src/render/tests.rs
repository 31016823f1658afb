//! What the three renderings look like, and that no file can make them send anything strange to a terminal.
use super::*;
use crate::source::{Context, MemoryLoader};
use crate::{Read, read};
use proptest::prelude::*;

fn one(text: &[u8]) -> Read<'static> {
    let context = Context { config_id: "lb1".into(), host_name: "lb1".into(), all_include_checks: false };
    let loader = MemoryLoader::new().file("k.conf", text).file("p.conf", "router_id ${X}\n");
    read("k.conf", &loader, &context, Box::leak(Box::default()))
}

fn first(text: &[u8]) -> String {
    let read = one(text);
    full(&read.diagnostics[0], &read.sources, Style::default())
}

#[test]
fn the_full_form_shows_lines_notes_and_help() {
    let expected = "\
error[missing-close-brace]: a block is never closed
 --> k.conf:2:7
  |
1 | a {
  |   - so this one is still open where the text ends
2 |     b {
  |       ^ this `{` has no `}` of its own
3 |         c
4 | }
  | - its place was taken by this `}`, which stands less deep
  |
  = note: everything behind it is read as a part of it, up to the end of the configuration
  = help: add the `}` where the block should end
";
    assert_eq!(first(b"a {\n    b {\n        c\n}\n"), expected);
}

#[test]
fn the_way_of_an_expansion_is_told_innermost_first() {
    let text = first(b"~SEQ(N,1,2) include p.conf\n");
    assert!(text.contains(" --> p.conf:1:11\n"), "{text}");
    let (include, turn) =
        (text.find("included at k.conf:1:21").unwrap(), text.find("in the turn N=1 of the sequence at k.conf:1:1"));
    assert!(include < turn.unwrap(), "{text}");
}

#[test]
fn labels_far_apart_are_separate_pieces() {
    let text = first(format!("a {{\n{}    b {{\n}}\n", "\n".repeat(30)).as_bytes());
    assert!(text.contains("::: k.conf:1:3") && text.lines().count() < 16, "{text}");
}

#[test]
fn a_long_line_is_cut_around_the_place_and_the_column_stays_true() {
    let text = first(format!("a {} }} {}\n", "x".repeat(500), "y".repeat(400)).as_bytes());
    assert!(text.contains("k.conf:1:504") && text.contains("xx } yy"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 160), "{text}");
}

#[test]
fn a_megabyte_on_one_line_is_not_printed() {
    assert!(first(&vec![b'x'; 1 << 20]).len() < 1_000);
}

#[test]
fn colours_are_optional() {
    let read = one(b"}");
    let style = Style { color: true, ..Style::default() };
    assert!(full(&read.diagnostics[0], &read.sources, style).contains("\x1b["));
    assert!(!first(b"}").contains('\x1b'));
}

#[test]
fn the_concise_form_is_one_line_with_everything() {
    let read = one(b"# x\n  }\n");
    assert_eq!(
        concise(&read.diagnostics[0], &read.sources),
        "k.conf:2:3: error[extra-close-brace]: a `}` closes nothing; it is ignored; remove it, or add the `{` that is \
         missing before it"
    );
}

#[test]
fn json_has_the_places_and_the_way() {
    let read = one(b"\xef\xbb\xbfinclude p.conf\n");
    let value: serde_json::Value = serde_json::from_str(&json(&read.diagnostics, &read.sources)).unwrap();
    assert_eq!(value[0]["code"], "byte-order-mark");
    assert_eq!(value[0]["edit"]["text"], "");
    assert_eq!(value[0]["place"]["end_column"], 2);
    assert_eq!(value[1]["code"], "undefined-parameter");
    assert_eq!(value[1]["severity"], "error");
    assert_eq!(value[1]["place"]["file"], "p.conf");
    assert_eq!(value[1]["place"]["column"], 11);
    assert_eq!(value[1]["place"]["end_column"], 15);
    assert_eq!(value[1]["expanded"][0]["file"], "k.conf");
    assert_eq!(value[1]["expanded"][0]["line"], 1);
}

#[test]
fn the_summary_counts_by_kind() {
    let new = |severity| Diagnostic::new("x", severity, "x");
    let all = [Severity::Error, Severity::Fatal, Severity::Warning, Severity::Note, Severity::Note].map(new);
    assert_eq!(summary(&all, 0), "2 errors, 1 warning and 2 notes");
    assert_eq!(summary(&all[..1], 7), "1 error and 7 more, not shown");
    assert_eq!(summary(&[], 0), "");
}

#[test]
fn a_long_message_is_cut_in_the_middle() {
    let text = plain(&"é".repeat(100_000));
    assert!(text.contains("[...]") && text.chars().count() < 700);
    assert_eq!(plain("a\x1b[2J\u{202e}"), "a\\u{1b}[2J\\u{202e}");
}

/// Configurations of words that have a meaning, with junk between.
fn junk() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        Just(&b"{"[..]),
        Just(&b"}"[..]),
        Just(&b"\n"[..]),
        Just(&b"\""[..]),
        Just(&b" ${X} "[..]),
        Just(&b"\n$X=${Y}a\\\n"[..]),
        Just(&b"\n~SEQ(N,1,2) "[..]),
        Just(&b"\ninclude p.conf\n"[..]),
        Just(&b"\x1b[2J\xff"[..]),
        Just("\u{202e}\u{4e3b}\t".as_bytes()),
        Just(&b"\0"[..]),
    ];
    proptest::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn nothing_reaches_the_terminal_but_text(text in junk()) {
        let read = one(&text);
        for diagnostic in &read.diagnostics {
            let long = full(diagnostic, &read.sources, Style::default());
            prop_assert!(!long.chars().any(|c| is_unprintable(c) && c != '\n'), "{long:?}");
            let short = concise(diagnostic, &read.sources);
            prop_assert!(!short.chars().any(is_unprintable), "{short:?}");
        }
        let value: Result<serde_json::Value, _> = serde_json::from_str(&json(&read.diagnostics, &read.sources));
        prop_assert!(value.is_ok());
    }
}
