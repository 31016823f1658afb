//! Probes against servers on loopback: each way in which a connection can go.
use super::*;
use checkers::effect::Question;
use checkers::fact::ProbeId;
use model::Interval;
use model::config::server::{Http, HttpVersion, Url};
use std::future::Future;
use tokio::net::TcpListener;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

fn probe(port: u16, question: Question) -> Probe {
    let connect = Connect {
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port,
        bind_address: None,
        bind_port: None,
        bind_interface: None,
        fwmark: 0,
        timeout: Interval::from_millis(300),
    };
    Probe { id: ProbeId { checker: 1, run: 1 }, connect, question }
}

fn page(path: &str) -> Question {
    let url = Url::plain(path);
    Question::Pages {
        http: Http { version: HttpVersion::V1_0, fast_recovery: false, urls: vec![url] },
        first: 0,
        count: 1,
    }
}

/// A server that reads a little, answers with these bytes, and then hangs or closes.
async fn server(answer: &'static [u8], hang: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let mut buffer = [0; 1024];
        let _ = stream.read(&mut buffer).await;
        let _ = stream.write_all(answer).await;
        if hang {
            std::future::pending::<()>().await;
        }
    });
    port
}

fn verdict(answer: &'static [u8], hang: bool) -> Verdict {
    block_on(async { run(probe(server(answer, hang).await, page("/health"))).await })
}

#[test]
fn an_open_port_passes_and_a_closed_one_is_refused() {
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        assert!(run(probe(port, Question::Connect)).await.passed());
        drop(listener);
        assert_eq!(run(probe(port, Question::Connect)).await, Verdict::Fail("connection refused".into()));
    });
}

#[test]
fn a_page_passes_or_fails_by_its_status() {
    assert!(verdict(b"HTTP/1.0 204 No Content\r\n\r\n", false).passed());
    let failed = verdict(b"HTTP/1.0 503 Down\r\n\r\n", false);
    assert!(!failed.passed() && failed.text().contains("503") && failed.text().contains("/health"), "{failed:?}");
}

#[test]
fn silence_garbage_and_early_ends_fail_in_time() {
    for (answer, hang) in
        [(b"".as_slice(), true), (b"", false), (b"\x00\xff garbage\r\n\r\n", false), (b"HTTP/1.0 20", true)]
    {
        let failed = verdict(answer, hang);
        assert!(!failed.passed() && !failed.text().is_empty(), "{answer:?}: {failed:?}");
    }
}

#[test]
fn a_source_that_is_not_here_is_named() {
    let mut wrong = probe(1, Question::Connect);
    wrong.connect.bind_address = Some(IpAddr::from([192, 0, 2, 1]));
    let failed = block_on(run(wrong));
    assert!(failed.text().contains("bindto"), "{failed:?}");
}
