//! What is posted, to a small server of our own, and what its answers mean.
use super::*;
use model::Interval;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[test]
fn the_signature_is_that_of_rfc_4231() {
    // Test case 2 of RFC 4231.
    assert_eq!(
        signature("Jefe", "what do ya want for nothing?"),
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

#[test]
fn answers_say_whether_to_try_again() {
    for (code, expected) in
        [(200, None), (204, None), (429, Some(true)), (503, Some(true)), (400, Some(false)), (404, Some(false))]
    {
        let verdict = match judge("http://x", StatusCode::from_u16(code).expect("a status")) {
            Ok(()) => None,
            Err(Refusal::Now(_)) => Some(true),
            Err(Refusal::ForEver(_)) => Some(false),
        };
        assert_eq!(verdict, expected, "{code}");
    }
}

/// Reads one request, answers it, and gives back its head in small letters and its body.
async fn serve(mut stream: TcpStream, answer: &str) -> (String, String) {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.expect("a request");
        text.push_str(std::str::from_utf8(&buffer[..count]).expect("text"));
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
            if body.len() == length.parse::<usize>().expect("a number") {
                let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.expect("an answer");
                return (head, body.to_owned());
            }
        }
        assert!(count > 0, "the request ended early: {text}");
    }
}

#[test]
fn a_busy_server_is_asked_again_and_gets_every_change_in_order() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let hook = Webhook { url, secret: Some("s3cret".into()), timeout: Interval::from_secs(5) };
        let records = Records::default();
        let mut webhooks = Webhooks::default();
        webhooks.configure([&hook].into_iter(), &records);
        webhooks.post(&hook, Change::new("one".into(), &json!({"n": 1})));
        webhooks.post(&hook, Change::new("two".into(), &json!({"n": 2})));
        let mut bodies = Vec::new();
        for answer in ["503 Busy", "200 OK", "200 OK"] {
            let (stream, _) = listener.accept().await.expect("a client");
            let (head, body) = serve(stream, answer).await;
            assert!(head.starts_with("post /hook http/1.1"), "{head}");
            assert!(head.contains(&format!("{SIGNATURE}: {}", signature("s3cret", &body))), "{head}");
            bodies.push(body);
        }
        assert_eq!(bodies, [r#"{"n":1}"#, r#"{"n":1}"#, r#"{"n":2}"#]);
        webhooks.close(Duration::from_secs(5)).await;
        let row = records.all().pop().expect("a row");
        assert_eq!((row.done, row.failures, row.lost), (3, 1, 0));
    });
}
