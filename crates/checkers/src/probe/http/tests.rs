//! The conversation of an HTTP check: tables of requests and answers, and random splits.
use super::*;
use crate::effect::{Probe, Question};
use crate::fact::ProbeId;
use crate::probe::Conversation;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use model::config::server::Regex;
use model::limits::{HTTP_BODY_BYTES, HTTP_HEAD_BYTES, HTTP_SEARCH_BYTES};
use proptest::prelude::*;

fn url(path: &str) -> Url {
    Url::plain(path)
}

fn digested(path: &str, digest: [u8; 16]) -> Url {
    Url { digest: Some(digest), ..url(path) }
}

/// MD5 of `abc`, RFC 1321 appendix A.5.
const ABC: [u8; 16] = [0x90, 0x01, 0x50, 0x98, 0x3c, 0xd2, 0x4f, 0xb0, 0xd6, 0x96, 0x3f, 0x7d, 0x28, 0xe1, 0x7f, 0x72];

fn conversation(urls: Vec<Url>, first: usize, count: usize) -> Conversation {
    let http = Check { version: HttpVersion::V1_0, fast_recovery: false, urls };
    let connect = Connect {
        address: [10, 0, 0, 2].into(),
        port: 8080,
        bind_address: None,
        bind_port: None,
        bind_interface: None,
        fwmark: 0,
        timeout: Interval::from_secs(5),
    };
    let question = Question::Pages { http, first, count, tls: None };
    Conversation::new(&Probe { id: ProbeId { checker: 1, run: 1 }, connect, question })
}

#[derive(Clone, Copy, Debug)]
enum End {
    Open,
    Closed,
    TimedOut,
    Failed,
}

/// Plays one page: connect, answer in pieces, end. Gives the last step.
fn play(conversation: &mut Conversation, answer: &[u8], piece: usize, end: End) -> Step {
    let first = conversation.step(Event::Connected);
    assert!(matches!(first, Step::Send(_)), "{first:?}");
    for part in answer.chunks(piece) {
        let step = conversation.step(Event::Received(part));
        assert!(conversation.kept() <= HTTP_HEAD_BYTES);
        if step != Step::Wait {
            return step;
        }
    }
    match end {
        End::Open => Step::Wait,
        End::Closed => conversation.step(Event::Closed),
        End::TimedOut => conversation.step(Event::TimedOut),
        End::Failed => conversation.step(Event::Failed("connection reset by peer")),
    }
}

#[track_caller]
fn check(page: Url, answer: &str, end: End, expected: Result<&str, &str>) {
    let expected = match expected {
        Ok(text) => Verdict::Pass(text.to_string()),
        Err(text) => Verdict::Fail(text.to_string()),
    };
    for piece in [1, 2, 5, 10_000] {
        let step = play(&mut conversation(vec![page.clone()], 0, 1), answer.as_bytes(), piece, end);
        assert_eq!(step, Step::Done(expected.clone()), "{answer:?} by {piece}");
    }
}

#[test]
fn requests_are_keepaliveds_byte_for_byte() {
    // Recorded from keepalived 2.2.7 (Debian) by a server that prints what it gets.
    for (version, host, place, text) in [
        (
            HttpVersion::V1_0,
            None,
            "127.0.0.1:8001",
            "GET /a HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: 127.0.0.1:8001\r\n\r\n",
        ),
        (
            HttpVersion::V1_0,
            Some("ex.org"),
            "127.0.0.1:8002",
            "GET /a HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: ex.org\r\n\r\n",
        ),
        (
            HttpVersion::V1_0Close,
            None,
            "127.0.0.1:8003",
            "GET /a HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\nHost: 127.0.0.1:8003\r\n\r\n",
        ),
        (
            HttpVersion::V1_1,
            Some("ex.org:99"),
            "127.0.0.1:8004",
            "GET /a HTTP/1.1\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\nHost: ex.org:99\r\n\r\n",
        ),
        (
            HttpVersion::V1_0,
            None,
            "10.0.0.2:80",
            "GET /a HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: 10.0.0.2:80\r\n\r\n",
        ),
        (
            HttpVersion::V1_0,
            None,
            "[::1]:8005",
            "GET /a HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: [::1]:8005\r\n\r\n",
        ),
        (
            HttpVersion::V1_1,
            None,
            "[::1]:80",
            "GET /a HTTP/1.1\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\nHost: [::1]:80\r\n\r\n",
        ),
    ] {
        let page = Url { virtual_host: host.map(str::to_string), ..url("/a") };
        assert_eq!(request(version, &page, place.parse().expect("an address and port")), text);
    }
}

#[test]
fn status_decides_as_soon_as_the_head_is_in() {
    let ok = "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n";
    check(url("/health"), ok, End::Open, Ok("status 200 from /health"));
    let no = "HTTP/1.0 503 Service Unavailable\r\n\r\nsorry";
    check(url("/health"), no, End::Open, Err("status 503 from /health (expected 200 to 299)"));
    let moved = "HTTP/1.1 301 Moved\r\nLocation: /new\r\n\r\n";
    check(url("/"), moved, End::Open, Err("status 301 from / (expected 200 to 299)"));
    let listed = Url { status: vec![(200, 200), (301, 302)], ..url("/") };
    check(listed.clone(), moved, End::Open, Ok("status 301 from /"));
    check(listed, no, End::Open, Err("status 503 from / (expected 200 or 301 to 302)"));
    let early = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n";
    check(url("/"), early, End::Open, Ok("status 200 from /"));
    check(Url { status: vec![(100, 100)], ..url("/") }, early, End::Open, Ok("status 100 from /"));
}

#[test]
fn digests_are_of_the_decoded_body() {
    let good = Ok("status 200 and digest from /x");
    let page = || digested("/x", ABC);
    check(page(), "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", End::Open, good);
    check(page(), "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabcdef", End::Open, good);
    check(page(), "HTTP/1.0 200 OK\r\n\r\nabc", End::Closed, good);
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
    check(page(), chunked, End::Open, good);
    let other = "digest of /x is 900150983cd24fb0d6963f7d28e17f72, expected 00000000000000000000000000000000";
    check(digested("/x", [0; 16]), "HTTP/1.0 200 OK\r\n\r\nabc", End::Closed, Err(other));
    let empty = "digest of /x is d41d8cd98f00b204e9800998ecf8427e, expected 900150983cd24fb0d6963f7d28e17f72";
    check(page(), "HTTP/1.1 204 No Content\r\n\r\n", End::Open, Err(empty));
    check(page(), "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", End::Open, Err(empty));
    check(page(), "HTTP/1.0 500 No\r\n\r\nabc", End::Open, Err("status 500 from /x (expected 200 to 299)"));
}

#[test]
fn answers_that_are_none_fail_in_words() {
    let page = || digested("/x", ABC);
    for (answer, end, text) in [
        ("", End::Closed, "connection closed without an answer to GET /x"),
        ("HTTP/1.0 200", End::Closed, "connection closed within the head of /x, after 12 bytes"),
        ("", End::TimedOut, "no answer to GET /x within 5 s"),
        ("HTTP/1.0", End::TimedOut, "silence of 5 s within the head of /x, after 8 bytes"),
        ("HTTP/1.0 200 OK\r\n\r\nab", End::TimedOut, "silence of 5 s within the body of /x, after 2 bytes"),
        ("", End::Failed, "connection reset by peer during GET /x"),
        ("HTTP/1.0 200 OK\r\n\r\nabc", End::Failed, "connection reset by peer during GET /x"),
        ("SSH-2.0-x\r\n", End::Open, "answer to GET /x is not HTTP: \"SSH-2.0-x\""),
        ("HTTP/1.0 abc\r\n\r\n", End::Open, "answer to GET /x has a malformed head: invalid response status"),
        (
            "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nabc",
            End::Closed,
            "answer to GET /x has a body of 3 bytes, 9 were announced",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc",
            End::Closed,
            "answer to GET /x has a body that ends within its chunks, after 3 bytes",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nabz",
            End::Open,
            "answer to GET /x has a body with malformed chunks",
        ),
        (
            "HTTP/1.0 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
            End::Open,
            "answer to GET /x has a body of 99999999999 bytes, more than 67108864",
        ),
    ] {
        check(page(), answer, end, Err(text));
    }
}

#[test]
fn before_the_connection_is_open() {
    for (event, text) in [
        (Event::TimedOut, "no connection within 5 s"),
        (Event::Failed("connection refused"), "connection refused"),
        (Event::Closed, "connection closed before GET /"),
    ] {
        let mut conversation = conversation(vec![url("/")], 0, 1);
        assert_eq!(conversation.step(event), fail(text.to_string()));
        assert_eq!(conversation.step(Event::Connected), fail(text.to_string()), "a verdict stays");
    }
    let mut none = conversation(vec![], 3, 1);
    assert_eq!(none.step(Event::Connected), fail("no page to ask for".to_string()));
}

#[test]
fn pages_are_asked_in_turn_from_the_first_and_wrap_around() {
    let mut talk = conversation(vec![url("/a"), url("/b"), url("/c")], 2, 3);
    let mut asked = Vec::new();
    let last = loop {
        let Step::Send(request) = talk.step(Event::Connected) else { panic!("no request") };
        asked.push(String::from_utf8_lossy(&request).split(' ').nth(1).map(str::to_string));
        match talk.step(Event::Received(b"HTTP/1.0 200 OK\r\n\r\n")) {
            Step::Connect => {}
            step => break step,
        }
    };
    assert_eq!(asked.iter().flatten().collect::<Vec<_>>(), ["/c", "/a", "/b"]);
    assert_eq!(last, Step::Done(Verdict::Pass("status 200 from /b, the last of 3 pages".to_string())));
}

#[test]
fn the_first_bad_page_ends_the_probe() {
    let mut talk = conversation(vec![url("/a"), digested("/b", ABC), url("/c")], 0, 3);
    assert_eq!(play(&mut talk, b"HTTP/1.0 200 OK\r\n\r\n", 100, End::Open), Step::Connect);
    let answer = b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabd";
    let Step::Done(Verdict::Fail(text)) = play(&mut talk, answer, 100, End::Open) else { panic!("must fail") };
    assert!(text.starts_with("digest of /b is "), "{text}");
}

/// A body without end, in pieces as a connection gives them; gives the last step, and the most that was kept.
fn endless(mut talk: Conversation) -> (Step, usize) {
    let piece = vec![b'x'; 16 << 10];
    talk.step(Event::Connected);
    let mut step = talk.step(Event::Received(b"HTTP/1.0 200 OK\r\n\r\n"));
    let (mut kept, mut sent) = (0, 0);
    // A gigabyte, which is not reached.
    while step == Step::Wait && sent < 1 << 30 {
        step = talk.step(Event::Received(&piece));
        sent += piece.len();
        kept = kept.max(talk.kept());
    }
    let most = usize::try_from(HTTP_BODY_BYTES).expect("a small number") + piece.len();
    assert!(sent <= most, "{sent} bytes were taken");
    (step, kept)
}

#[test]
fn a_body_without_end_is_not_kept_and_has_an_end() {
    let refusal = fail(format!("answer to GET /x has a body of more than {HTTP_BODY_BYTES} bytes"));
    let regex =
        Regex { pattern: "y".into(), negate: false, options: vec![], min_offset: 0, max_offset: None, stack: None };
    let searched = Url { regex: Some(regex), ..url("/x") };
    assert_eq!(endless(conversation(vec![searched.clone()], 0, 1)), (refusal, HTTP_SEARCH_BYTES));
    // Where nothing is looked for, nothing is kept.
    let mut talk = conversation(vec![digested("/x", ABC)], 0, 1);
    talk.step(Event::Connected);
    let begin = [b"HTTP/1.0 200 OK\r\n\r\n".as_slice(), &vec![b'x'; 1 << 20]].concat();
    assert_eq!((talk.step(Event::Received(&begin)), talk.kept()), (Step::Wait, 0));
    // One that ends is searched as far as it is kept.
    let mut talk = conversation(vec![searched], 0, 1);
    talk.step(Event::Connected);
    let long = [b"HTTP/1.0 200 OK\r\n\r\n".as_slice(), &vec![b'x'; HTTP_SEARCH_BYTES + 1]].concat();
    assert_eq!((talk.step(Event::Received(&long)), talk.kept()), (Step::Wait, HTTP_SEARCH_BYTES));
    let step = talk.step(Event::Closed);
    assert!(matches!(&step, Step::Search(_, text) if text.len() == HTTP_SEARCH_BYTES));
}

/// Mostly sensible answers, so that splits meet every state; junk otherwise.
fn answers() -> impl Strategy<Value = Vec<u8>> {
    let head = prop_oneof![
        Just("HTTP/1.0 200 OK\r\n".to_string()),
        Just("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n".to_string()),
        Just("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n".to_string()),
        Just("\r\nHTTP/1.1 503 No\n".to_string()),
        (0..12u32).prop_map(|n| format!("HTTP/1.0 200 OK\r\nContent-Length: {n}\r\n")),
    ];
    let body = prop_oneof![
        Just("abc".to_string()),
        Just("3\r\nabc\r\n0\r\n\r\n".to_string()),
        Just("1;x=y\r\na\r\n2\r\nbc\r\n0\r\nT: v\r\n\r\nleft over".to_string()),
        "[ -~\r\n]{0,40}",
    ];
    let sensible = (head, "(X: [a-z]{0,9}\r\n){0,3}\r\n", body).prop_map(|(a, b, c)| (a + &b + &c).into_bytes());
    prop_oneof![4 => sensible, 1 => prop::collection::vec(any::<u8>(), 0..200)]
}

proptest! {
    #[test]
    fn splits_do_not_change_the_verdict(answer in answers(), cuts in prop::collection::vec(1..40usize, 1..60), digest: bool) {
        let page = if digest { digested("/x", ABC) } else { url("/x") };
        let whole = play(&mut conversation(vec![page.clone()], 0, 1), &answer, usize::MAX, End::Closed);
        let mut talk = conversation(vec![page], 0, 1);
        talk.step(Event::Connected);
        let (mut rest, mut step) = (answer.as_slice(), Step::Wait);
        for cut in cuts.iter().cycle() {
            if rest.is_empty() || step != Step::Wait {
                break;
            }
            let (part, after) = rest.split_at(rest.len().min(*cut));
            step = talk.step(Event::Received(part));
            prop_assert!(talk.kept() <= HTTP_HEAD_BYTES);
            rest = after;
        }
        if step == Step::Wait {
            step = talk.step(Event::Closed);
        }
        prop_assert_eq!(step, whole);
    }

    #[test]
    fn any_events_in_any_order_end_in_one_verdict(
        events in prop::collection::vec((0..5u8, prop::collection::vec(any::<u8>(), 0..50)), 0..40),
        count in 0..5usize,
        first in any::<usize>(),
    ) {
        let mut talk = conversation(vec![url("/a"), digested("/b", ABC)], first, count);
        let mut verdict = None;
        for (kind, bytes) in &events {
            let event = match kind {
                0 => Event::Connected,
                1 | 2 => Event::Received(bytes),
                3 => Event::Closed,
                _ => Event::TimedOut,
            };
            if let Step::Done(found) = talk.step(event) {
                let before = verdict.get_or_insert_with(|| found.clone());
                prop_assert_eq!(&*before, &found);
            }
        }
        let ended = matches!(talk.step(Event::TimedOut), Step::Done(_));
        prop_assert!(ended);
    }
}
