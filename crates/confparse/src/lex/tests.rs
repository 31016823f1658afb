//! What tokens are, and that none loses a byte.
use super::*;
use proptest::prelude::*;

/// Kinds by one letter each, with the text of each token.
fn shown(text: &[u8]) -> String {
    let letter = |kind| match kind {
        Kind::Blank => '_',
        Kind::Word => 'w',
        Kind::Quoted => 'q',
        Kind::Comment => 'c',
        Kind::Open => '{',
        Kind::Close => '}',
        Kind::Newline => 'n',
        Kind::Junk => 'j',
    };
    let one = |token: Token| format!("{}{}", letter(token.kind), text[token.start..token.end].escape_ascii());
    tokens(text).map(one).collect::<Vec<_>>().join("|")
}

#[test]
fn every_kind_is_recognised() {
    for (text, expected) in [
        ("", ""),
        ("\n", "n\\n"),
        ("a b\r\r\n", "wa|_ |wb|n\\r\\r\\n"),
        ("a\rb\r", "wa\\rb|n\\r"),
        ("ab\"c d\"e", "wab|q\\\"c d\\\"|we"),
        ("abc#x y\nz", "wabc|c#x y|n\\n|wz"),
        ("a\\#b!c", "wa\\\\#b|c!c"),
        ("a\\\\#b", "wa\\\\\\\\|c#b"),
        ("\"a#b\" c", "q\\\"a#b\\\"|_ |wc"),
        ("a\\\"b#c", "wa\\\\\\\"b|c#c"),
        ("\"open # { x\ny", "j\\\"open # { x|n\\n|wy"),
        ("a{b}c", "wa|{{|wb|}}|wc"),
        ("VI_${N}x{", "wVI_${N}x|{{"),
        ("${_RANDOM 1 5}", "w${_RANDOM 1 5}"),
        ("${1}$", "w$|{{|w1|}}|w$"),
        ("a\\{", "wa\\\\|{{"),
        ("a\0\0b", "wa|j\\x00\\x00|wb"),
        ("\t\x0b\x0c \u{e9}", "_\\t\\x0b\\x0c |w\\xc3\\xa9"),
        ("'a b'", "w\\'a|_ |wb\\'"),
    ] {
        assert_eq!(shown(text.as_bytes()), expected, "{text:?}");
    }
}

#[test]
fn comments_are_found_outside_quotes() {
    for (line, expected) in [
        ("a # b", "a"),
        ("a", "a"),
        ("# a", ""),
        ("a\\# b ! c", "a\\# b"),
        ("\"a # b\" # c", "\"a # b\""),
        ("${A} # b", "${A}"),
        ("a \"b # c", "a \"b # c"),
    ] {
        assert_eq!(&line[..length_without_comment(line.as_bytes())], expected, "{line}");
    }
}

#[test]
fn only_comment_marks_lose_their_backslash() {
    for (word, expected) in
        [("a\\#b", "a#b"), ("\\!", "!"), ("a\\nb", "a\\nb"), ("\\\\#", "\\\\#"), ("\\\"", "\\\""), ("\\", "\\")]
    {
        assert_eq!(unescaped(word.as_bytes()), expected.as_bytes(), "{word}");
    }
}

/// Bytes in which everything that has a meaning is frequent.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    let special = proptest::sample::select(b"\0 \t\r\n\"'#!{}\\$@~=(),a_1\xff\xc3\xa9".to_vec());
    proptest::collection::vec(prop_oneof![3 => special, 1 => any::<u8>()], 0..200)
}

proptest! {
    #[test]
    fn joined_tokens_are_the_file(text in texts()) {
        let mut at = 0;
        for token in tokens(&text) {
            prop_assert_eq!(token.start, at);
            prop_assert!(token.end > token.start);
            at = token.end;
        }
        prop_assert_eq!(at, text.len());
    }

    #[test]
    fn a_newline_is_what_ends_a_line(text in texts()) {
        for token in tokens(&text) {
            let holds = text[token.start..token.end].contains(&b'\n');
            let last = token.end == text.len();
            prop_assert_eq!(holds || (last && token.kind == Kind::Newline), token.kind == Kind::Newline);
        }
    }
}
