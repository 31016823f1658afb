//! The layout, case by case; that formatting twice is formatting once; and that reading gives what it gave before.
use super::*;
use crate::load;
use crate::source::{Context, MemoryLoader, UnknownHost};
use proptest::prelude::*;

fn formatted(text: &str) -> String {
    String::from_utf8(format(text.as_bytes()).text).unwrap()
}

#[test]
fn one_layout() {
    for (text, expected) in [
        ("", ""),
        ("\n\n", ""),
        ("a", "a\n"),
        ("a  b\t c \r\n", "a b c\n"),
        ("a{b}", "a {\n    b\n}\n"),
        ("a\n{\nb\n}\n", "a {\n    b\n}\n"),
        ("a # c\n\n{ # d\nb }", "a { # c\n    # d\n    b\n}\n"),
        ("a\n# c\n{\n}", "a\n# c\n{\n}\n"),
        ("a {\n\n\nb\n\n\nc\n\n}\n\n\n\nd\n\n", "a {\n    b\n\n    c\n}\n\nd\n"),
        ("a#c", "a #c\n"),
        ("a { # c\n#d\nb } # e\n", "a { # c\n    #d\n    b\n} # e\n"),
        ("a { b { c } } d", "a {\n    b {\n        c\n    }\n}\nd\n"),
        ("a \"x  y\"   b", "a \"x  y\" b\n"),
        ("a  'x  y'   b", "a  'x  y'   b\n"),
        ("a   b  $X   c # d", "a b $X   c # d\n"),
        ("a {  $X  }", "a { $X  }\n"),
        ("a\n{\n  include  x{1,2}.conf\n}", "a {\n    include  x{1,2}.conf\n}\n"),
        ("a { @main b } ", "a {\n    @main b }\n"),
        ("~SEQ(N,1,3)  a {  b }\nc", "~SEQ(N,1,3)  a {  b }\nc\n"),
        ("a \\\n  b", "a \\\nb\n"),
        ("a \"b\n {\n}", "a \"b\n{\n}\n"),
        ("}", "}\n"),
    ] {
        assert_eq!(formatted(text), expected, "{text:?}");
    }
}

#[test]
fn a_definition_keeps_its_lines_and_the_blank_one_that_ends_it() {
    let text = "a {\n$X=\\\nb {  \\\nc \\\n} \\\n# d\n\n\n}\n$Y=e {  f\n";
    let expected = "a {\n    $X=\\\n        b {  \\\n            c \\\n        } \\\n        # d\n\n}\n$Y=e {  f\n";
    assert_eq!(formatted(text), expected);
    let text = "$X= \\\na \\\n  # b \\\nc   d {\n}\n";
    let expected = "$X= \\\n    a \\\n  # b \\\nc d {\n}\n";
    assert_eq!(formatted(text), expected);
}

#[test]
fn of_alternatives_one_brace_counts() {
    let text = "@a x 1 {\n@b x 2 {\ny\n}\n@a z {\n@a u {\n@a }\n@a }\n";
    let expected = "@a x 1 {\n@b x 2 {\n    y\n}\n@a z {\n    @a u {\n    @a }\n@a }\n";
    assert_eq!(formatted(text), expected);
    assert_eq!(format(text.as_bytes()).lonely, None);
}

#[test]
fn other_words_do_not_read_alike() {
    for (text, other, alike) in [
        ("a b", " a\tb # c\n", true),
        ("a b", "a c", false),
        ("a b", "a \"b\"", false),
        ("a 'b c'", "a 'b  c'", false),
        ("a { b }", "a {\n}\nb", false),
        ("a", "a {\n}", false),
        ("@x a", "", true),
        ("@main a", "", false),
    ] {
        assert_eq!(reads_alike(text.as_bytes(), other.as_bytes(), "main"), alike, "{text:?} {other:?}");
    }
}

#[test]
fn a_brace_without_partner_is_named() {
    for (text, lonely) in [
        ("a {\nb {\n}\n", Some(Brace::Open(1))),
        ("a {\n}\n\n}\n", Some(Brace::Close(4))),
        ("a {\n@x } b {\n}", None),
        ("$X=a {\ninclude }\n# {\n\"{\"", None),
    ] {
        assert_eq!(format(text.as_bytes()).lonely, lonely, "{text:?}");
    }
}

#[test]
fn what_no_reader_reads_is_not_touched() {
    for text in ["a  b\0\r\n", "\r  a\r b\n", "\u{feff}a\n", "\u{feff}", "\n\n \u{feff}  a\n"] {
        assert_eq!(formatted(text), text);
    }
    let utf16: Vec<u8> = "\u{feff}a\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(format(&utf16).text, utf16);
    let long = format!("   {} \n", "x".repeat(1_023));
    assert_eq!(formatted(&long), long);
}

#[test]
fn no_line_grows_beyond_what_a_line_may_have() {
    let name = "x".repeat(1_021);
    for text in [
        format!("a {{\n{name}{{}}"),
        format!("a {{\n{name}\n{{\n}}\n}}"),
        format!("a {{ b {{\n{name}\n}}#{name}\n}}"),
        format!("a #{}\n{{ #{}\n}}", &name[..1_018], &name[..1_020]),
    ] {
        let once = formatted(&text);
        assert!(once.lines().all(|line| line.len() <= limits()), "{once}");
        assert_eq!(formatted(&once), once);
        assert_same(&text, &once);
    }
}

fn limits() -> usize {
    model::limits::LINE_BYTES
}

/// What a text means: the model, and what is complained about.
fn meaning(text: &[u8]) -> (model::Config, Vec<&'static str>, usize) {
    let context = Context { config_id: "main".into(), host_name: "lb1".into(), all_include_checks: false };
    let loader = MemoryLoader::new().file("k.conf", text).file("p.conf", "p\n").file("b.conf", "x {\n");
    let loaded = load("k.conf", &loader, &context, &UnknownHost);
    let mut codes: Vec<_> = loaded.diagnostics.iter().map(|one| one.code).collect();
    // Which brace is to blame is guessed from the indentation, and what stands behind it in the wrong block is told with it.
    if codes.iter().any(|code| code.ends_with("-close-brace")) {
        codes.retain(|code| !matches!(*code, "unknown-keyword" | "unused-script"));
    }
    codes.sort_unstable();
    (loaded.config, codes, loaded.more)
}

fn assert_same(text: &str, other: &str) {
    assert_eq!(meaning(text.as_bytes()), meaning(other.as_bytes()));
    assert!(reads_alike(text.as_bytes(), other.as_bytes(), "main"));
}

/// Pieces of configurations, with everything that the expansion treats in its own way.
fn junk() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        6 => prop::sample::select(vec![
            "{", "}", "\n", "\n", " ", "  ", "\t", "a", "vrrp_instance", "interface eth0", "priority 7", "x{", "}y",
        ]),
        2 => prop::sample::select(vec![
            "\"", "\"b  c\"", "'", "'d  e'", "\\", "\\\n", " \\\n", "\n\n", "\r\n", "\r", "\0", "#", "# c", "!", "\\#",
        ]),
        2 => prop::sample::select(vec![
            "@main ", "\n@main ", "\n@^main ", "\n@other x {\n", "$X", "${X}", "$Y ", "\n$X=", "\n$Y=\\\n", "\n$X=}",
            "\n$Q=\"\n", "\n$Q='\n", "\n$B={\n", "$Q", "$B", "${_HASH}", "\n$M=a \\\nb \\\n",
        ]),
        1 => prop::sample::select(vec![
            "\n# c \\\n", "\n~SEQ(N,1,2) ", "~SEQ(N,1,2)", "${N}", "\n~LST(N,a,{b}) ", "\ninclude p.conf\n", "\ninclude {p,b}.conf",
            "include", "\nnotify ", "script ", "\u{feff}", "\x0b", "\u{e9}",
        ]),
    ];
    prop::collection::vec(word, 0..40).prop_map(|words| words.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn formatting_twice_is_formatting_once_and_changes_no_meaning(text in junk()) {
        let once = format(&text);
        let twice = format(&once.text);
        prop_assert_eq!(String::from_utf8_lossy(&once.text), String::from_utf8_lossy(&twice.text));
        prop_assert_eq!(meaning(&text), meaning(&once.text), "{}", String::from_utf8_lossy(&once.text));
        for config_id in ["main", "other"] {
            prop_assert!(reads_alike(&text, &once.text, config_id), "{}", String::from_utf8_lossy(&once.text));
        }
    }

    #[test]
    fn any_bytes_can_be_formatted(text in prop::collection::vec(any::<u8>(), 0..300)) {
        let once = format(&text).text;
        prop_assert_eq!(&format(&once).text, &once);
    }
}
