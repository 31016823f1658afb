//! Letters to a small relay of our own.
use super::*;
use model::config::global::MailServer;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

fn settings(port: u16) -> Mail {
    Mail {
        to: vec!["ops@example.com".into(), "Night Shift <night@example.com>".into(), "no address".into()],
        from: Some("lb1@example.com".into()),
        server: Some(MailServer { host: "127.0.0.1".into(), port }),
        helo: Some("lb1.example.com".into()),
        ..Mail::default()
    }
}

/// A relay that speaks enough SMTP to take one letter, or to refuse its first recipient with `refusal`.
async fn relay(stream: TcpStream, refusal: Option<&str>) -> Vec<String> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut heard = Vec::new();
    let mut letter = false;
    write.write_all(b"220 relay\r\n").await.expect("a greeting");
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = match (letter, line.as_str(), refusal) {
            (true, ".", _) => {
                letter = false;
                "250 taken\r\n"
            }
            (true, ..) => "",
            (false, "DATA", _) => {
                letter = true;
                "354 go on\r\n"
            }
            (false, "QUIT", _) => "221 bye\r\n",
            (false, text, Some(refusal)) if text.starts_with("RCPT") => refusal,
            _ => "250 fine\r\n",
        };
        heard.push(line);
        write.write_all(answer.as_bytes()).await.expect("an answer");
    }
    heard
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, test);
}

async fn mailer() -> (Mailer, TcpListener, Records) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let mail = settings(listener.local_addr().expect("an address").port());
    let global = Global { mail, router_id: "lb1".into(), ..Global::default() };
    let (mut mailer, records) = (Mailer::new(), Records::default());
    mailer.configure(&global, &records);
    (mailer, listener, records)
}

#[test]
fn everybody_with_an_address_gets_the_letter() {
    run(async {
        let (mailer, listener, records) = mailer().await;
        mailer.send("VRRP instance VI_1 - entering MASTER state", "the master fell silent\n".into());
        let (stream, _) = listener.accept().await.expect("a client");
        let heard = tokio::join!(relay(stream, None), mailer.close(Duration::from_secs(5))).0;
        let has = |text: &str| assert!(heard.iter().any(|line| line.contains(text)), "{text} in {heard:?}");
        has("EHLO lb1.example.com");
        has("MAIL FROM:<lb1@example.com>");
        has("RCPT TO:<ops@example.com>");
        has("RCPT TO:<night@example.com>");
        has("Subject: [lb1] VRRP instance VI_1 - entering MASTER state");
        has("the master fell silent");
        assert_eq!(records.all().pop().map(|row| (row.done, row.good)), Some((1, true)));
    });
}

#[test]
fn a_relay_that_says_never_is_believed_and_the_next_letter_goes_out() {
    run(async {
        let (mailer, listener, records) = mailer().await;
        mailer.send("first", "1\n".into());
        let (stream, _) = listener.accept().await.expect("a client");
        relay(stream, Some("550 no such user\r\n")).await;
        mailer.send("second", "2\n".into());
        let (stream, _) = listener.accept().await.expect("a client");
        tokio::join!(relay(stream, None), mailer.close(Duration::from_secs(5)));
        assert_eq!(records.all().pop().map(|row| (row.done, row.failures, row.lost, row.good)), Some((2, 1, 1, true)));
    });
}
