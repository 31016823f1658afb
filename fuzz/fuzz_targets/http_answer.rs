//! Answers to `HTTP_GET`: head, chunks, digest and what is kept for a pattern; the verdict is the same however the bytes come
//! in pieces, and no more is kept than may be.
#![no_main]
use checkers::effect::Question;
use checkers::probe::Event;
use evenkeel_fuzz::probes::{conversation, play};
use libfuzzer_sys::fuzz_target;
use model::config::server::{Http, HttpVersion, Regex, Url};
use model::limits::{HTTP_HEAD_BYTES, HTTP_SEARCH_BYTES};

fuzz_target!(|input: &[u8]| {
    let Some((&choice, answer)) = input.split_first() else { return };
    let chosen = |bit: u8| choice & bit != 0;
    let regex = chosen(1).then(pattern);
    let limit = if regex.is_some() { HTTP_SEARCH_BYTES } else { HTTP_HEAD_BYTES };
    let url = Url {
        digest: chosen(2).then_some([0; 16]),
        regex,
        status: if chosen(4) { vec![(100, 599)] } else { Vec::new() },
        ..Url::plain("/")
    };
    let version = if chosen(8) { HttpVersion::V1_1 } else { HttpVersion::V1_0 };
    let http = Http { version, fast_recovery: false, urls: vec![url; 1 + usize::from(chosen(16))] };
    let question = Question::Pages { count: http.urls.len(), http, first: 0, tls: None };
    let end = if chosen(32) { Event::Closed } else { Event::Failed("connection reset by the server") };
    let verdict = |piece: usize| {
        let mut talk = conversation([10, 0, 0, 2].into(), question.clone());
        play(&mut talk, answer.chunks(piece), end, chosen(64), limit)
    };
    let whole = verdict(answer.len().max(1));
    assert_eq!(whole, verdict(1), "byte by byte");
    assert_eq!(whole, verdict(7), "in sevens");
});

fn pattern() -> Regex {
    Regex { pattern: "x".into(), negate: false, options: Vec::new(), min_offset: 0, max_offset: None, stack: None }
}
