//! Tokens joined are the text, none is empty, and none but the last kind spans a line end.
#![no_main]
use confparse::lex::{Kind, tokens};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let mut end = 0;
    for token in tokens(text) {
        assert_eq!(token.start, end, "a gap or an overlap");
        assert!(token.end > token.start, "an empty token");
        let bytes = &text[token.start..token.end];
        assert!(token.kind == Kind::Newline || !bytes.contains(&b'\n'), "{token:?} spans a line end");
        end = token.end;
    }
    assert_eq!(end, text.len(), "the end is missing");
});
