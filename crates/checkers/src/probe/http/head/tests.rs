//! Tables for response heads.
use super::*;

fn read(bytes: &[u8], piece: usize) -> Result<Option<(Head, usize)>, Problem> {
    let mut collector = Collector::default();
    let mut before = 0;
    for part in bytes.chunks(piece) {
        if let Some((head, used)) = collector.feed(part, |status| status == 103)? {
            return Ok(Some((head, before + used)));
        }
        assert!(collector.kept() <= HTTP_HEAD_BYTES);
        before += part.len();
    }
    Ok(None)
}

fn check(bytes: &[u8], expected: Result<Option<(u16, Framing)>, &str>) {
    for piece in [1, 2, 7, 100_000] {
        let found = read(bytes, piece);
        let found = found.map(|head| head.map(|(head, _)| (head.status, head.framing)));
        assert_eq!(found, expected.map_err(String::from), "{:?} by {piece}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn status_and_framing_come_out() {
    use Framing::{Chunked, Close, Length};
    for (text, status, framing) in [
        ("HTTP/1.0 200 OK\r\n\r\n", 200, Close),
        ("HTTP/1.1 200\r\n\r\n", 200, Close),
        ("HTTP/1.0 200 OK\n\n", 200, Close),
        ("\r\n\r\nHTTP/1.0 404 Not Found\r\nA: b\r\n\r\n", 404, Close),
        ("HTTP/1.1  503  No\r\nContent-Length : 7\r\n\r\n", 503, Length(7)),
        ("HTTP/1.1 200 OK\r\ncontent-length: 7\r\nContent-Length: 7\r\n\r\n", 200, Length(7)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 7\r\nTransfer-Encoding: gzip, CHUNKED\r\n\r\n", 200, Chunked),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", 200, Close),
        ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 7\r\n\r\n", 200, Length(7)),
        ("HTTP/1.1 204 No\r\nContent-Length: 7\r\n\r\n", 204, Length(0)),
        ("HTTP/1.1 304 No\r\n\r\n", 304, Length(0)),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", 200, Length(1)),
        ("HTTP/1.1 103 Hints\r\n\r\n", 103, Length(0)),
        ("HTTP/1.1 101 Switching\r\n\r\n", 101, Length(0)),
        ("HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 3\r\n\r\n", 200, Length(3)),
    ] {
        check(text.as_bytes(), Ok(Some((status, framing))));
    }
}

#[test]
fn what_is_no_head_is_refused_in_words() {
    for (text, problem) in [
        ("SSH-2.0-OpenSSH_9.2\r\n", "is not HTTP: \"SSH-2.0-OpenSSH_9.2\""),
        ("<html>\n", "is not HTTP: \"<html>\""),
        ("\u{0}\u{1}\n", "is not HTTP: \"\\0\\u{1}\""),
        (
            "HTTX/1.0 200 OK, and then so much text that no line end is in sight at all\r\n\r\n",
            "is not HTTP: \"HTTX/1.0 200 OK, and then so much text that no line end is in si\"",
        ),
        ("HTTP/2.0 200 OK\r\n\r\n", "has a malformed head: invalid HTTP version"),
        ("HTTP/1.1 2x0 OK\r\n\r\n", "has a malformed head: invalid response status"),
        ("HTTP/1.1\r\n\r\n", "has a malformed head: invalid HTTP version"),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "has a malformed Content-Length"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "has a malformed Content-Length"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", "has a malformed Content-Length"),
    ] {
        check(text.as_bytes(), Err(problem));
    }
}

#[test]
fn an_unfinished_head_is_waited_for() {
    for text in ["", "H", "HTTP/1.0 200 OK\r\n", "HTTP/1.0 200 OK\r\nA: b\r\n\r", "\r\n\r\n", "SSH-2.0", "\n\n\n"] {
        check(text.as_bytes(), Ok(None));
    }
}

#[test]
fn only_the_head_is_taken() {
    let bytes = b"HTTP/1.0 200 OK\r\n\r\nbody";
    assert_eq!(read(bytes, 100).map(|head| head.map(|(_, used)| used)), Ok(Some(bytes.len() - 4)));
}

#[test]
fn heads_have_limits() {
    let long = |start: &[u8], filling: &[u8]| {
        let mut bytes = start.to_vec();
        while bytes.len() < HTTP_HEAD_BYTES + 10 {
            bytes.extend_from_slice(filling);
        }
        bytes
    };
    let too_long = Err("has a head of more than 65536 bytes");
    check(&long(b"HTTP/1.0 200 OK\r\nA: ", b"x"), too_long);
    check(&long(b"", b"\n"), too_long);
    check(&long(b"HTTP/1.0 200 OK\r\n", b"A: b\r\n"), too_long);
    check(&long(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), too_long);
    let mut many = b"HTTP/1.0 200 OK\r\n".to_vec();
    many.extend(b"A: b\r\n".repeat(HTTP_HEADERS));
    check(&[many.clone(), b"\r\n".to_vec()].concat(), Ok(Some((200, Framing::Close))));
    check(&[many, b"A: b\r\n\r\n".to_vec()].concat(), Err("has more than 128 headers"));
}

#[test]
fn a_blank_line_may_be_long_however_it_comes() {
    // Found by fuzzing: taken as a whole it was let go, byte by byte it was refused.
    let text = "\r".repeat(FIRST_LINE + 9) + "\nHTTP/1.0 200 OK\r\n\r\n";
    check(text.as_bytes(), Ok(Some((200, Framing::Close))));
    let text = "\r".repeat(FIRST_LINE + 9) + "SSH-2.0\r\n";
    check(text.as_bytes(), Err("is not HTTP: \"\""));
}
