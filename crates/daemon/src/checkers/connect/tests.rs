//! Probes against servers on loopback: each way in which a connection can go.
use super::*;
use checkers::effect::Question;
use checkers::fact::ProbeId;
use model::Interval;
use model::config::global::{Command, Ssl};
use model::config::server::{Connect, Http, HttpVersion, Tls, Udp, Url};
use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::ssl::{SslAcceptor, SslMethod, SslOptions, SslVerifyMode, SslVersion};
use openssl::x509::extension::SubjectAlternativeName;
use openssl::x509::{X509, X509NameBuilder};
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

async fn run_plain(probe: Probe) -> Verdict {
    run(probe, &Tools::new(&Global::default())).await
}

fn probe(port: u16, question: Question) -> Probe {
    let place = Connect::plain(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    let connect = Connect { timeout: Interval::from_millis(300), ..place };
    Probe { id: ProbeId { checker: 1, run: 1 }, connect, question }
}

fn page(path: &str) -> Question {
    let url = Url::plain(path);
    Question::Pages {
        tls: None,
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
    block_on(async { run_plain(probe(server(answer, hang).await, page("/health"))).await })
}

#[test]
fn an_open_port_passes_and_a_closed_one_is_refused() {
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        assert!(run_plain(probe(port, Question::Connect)).await.passed());
        drop(listener);
        assert_eq!(run_plain(probe(port, Question::Connect)).await, Verdict::Fail("connection refused".into()));
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
    let failed = block_on(run_plain(wrong));
    assert!(failed.text().contains("bindto"), "{failed:?}");
}

/// A server by datagrams that answers each with what `answer` makes of it.
async fn datagrams(answer: fn(&[u8]) -> Vec<u8>) -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let port = socket.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let mut buffer = [0; 2048];
        while let Ok((count, from)) = socket.recv_from(&mut buffer).await {
            let _ = socket.send_to(&answer(&buffer[..count]), from).await;
        }
    });
    port
}

#[test]
fn the_largest_datagram_is_taken_as_a_whole() {
    /// What fits in IPv4 (RFC 768, RFC 791).
    const LARGEST: usize = 65_535 - 20 - 8;
    let check = Udp { reply: vec![(7, 0xff)], require_reply: true, max_reply: u16::MAX, ..Udp::default() };
    block_on(async {
        let port = datagrams(|_| vec![7; LARGEST]).await;
        let question = Question::Datagram { check, payload: b"hello".to_vec() };
        let mut probe = probe(port, question);
        probe.connect.timeout = Interval::from_secs(60);
        assert_eq!(run_plain(probe).await, Verdict::Pass(format!("reply of {LARGEST} bytes as expected")));
    });
}

#[test]
fn datagrams_are_answered_refused_or_lost() {
    let echo = |check: Udp| Question::Datagram { check, payload: b"hello".to_vec() };
    let wants = Udp { require_reply: true, ..Udp::default() };
    block_on(async {
        let port = datagrams(<[u8]>::to_vec).await;
        assert!(run_plain(probe(port, echo(wants.clone()))).await.passed());
        // Nobody listens there: the kernel says so by ICMP.
        let refused = run_plain(probe(1, echo(Udp::default()))).await;
        assert_eq!(refused, Verdict::Fail("connection refused".into()));
        let silent = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        let port = silent.local_addr().expect("an address").port();
        assert!(run_plain(probe(port, echo(Udp::default()))).await.passed());
        assert_eq!(run_plain(probe(port, echo(wants))).await, Verdict::Fail("no reply within 0.3 s".into()));
    });
}

#[test]
fn a_name_server_answers_the_question() {
    block_on(async {
        let port = datagrams(|query| {
            let mut answer = query.to_vec();
            answer[2] |= 0x80;
            answer
        });
        let question = Question::Name { id: 77, name: "example.com".into(), record: 1 };
        let verdict = run_plain(probe(port.await, question)).await;
        assert_eq!(verdict, Verdict::Pass("answer about example.com".into()));
    });
}

/// Does something in a network of its own with its loopback up; `None` where we may not make one.
fn in_own_network<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let thread = std::thread::spawn(|| {
        nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWNET).ok()?;
        let up = std::process::Command::new("ip").args(["link", "set", "lo", "up"]).status();
        up.is_ok_and(|status| status.success()).then(job)
    });
    thread.join().expect("no panic")
}

#[test]
fn an_echo_comes_back_although_nobody_was_allowed_to_send_one() {
    let range = || std::fs::read_to_string("/proc/sys/net/ipv4/ping_group_range").expect("a range");
    let found = in_own_network(move || {
        let before = range();
        let verdict = block_on(run_plain(probe(0, Question::Echo { sequence: 7 })));
        let during = range();
        echo_range::restore();
        (before, verdict, during, range())
    });
    let Some((before, verdict, during, after)) = found else { return };
    assert_eq!(verdict, Verdict::Pass("echo came back".into()));
    assert_ne!(before, during, "a new network allows nobody");
    assert_eq!(before, after);
}

#[test]
fn a_command_says_it_by_its_end() {
    let within = |timeout, script: &str, dynamic| {
        let argv = ["/bin/sh", "-c", script].map(str::to_owned).to_vec();
        let user = Some(User { user: nix::unistd::getuid().as_raw().to_string().as_str().into(), group: None });
        let command = Command { argv, line: script.to_owned(), user };
        Question::Command { check: Misc { command, timeout, dynamic }, weight: 5 }
    };
    let check = |script: &str, dynamic| within(Interval::from_secs(60), script, dynamic);
    block_on(async {
        assert!(run_plain(probe(0, check("exit 0", false))).await.passed());
        // Nobody reads what it prints, and it need not wait for a reader.
        assert!(
            run_plain(probe(0, check("head -c 100000000 /dev/zero; head -c 100000000 /dev/zero >&2", false)))
                .await
                .passed()
        );
        assert_eq!(run_plain(probe(0, check("exit 3", false))).await, Verdict::Fail("exit status 3".into()));
        assert_eq!(run_plain(probe(0, check("exit 12", true))).await.shift(), 5);
        let slow = run_plain(probe(0, within(Interval::from_millis(300), "sleep 1000", false))).await;
        assert_eq!(slow, Verdict::Fail("ran longer than 0.3 s and was killed".into()));
    });
}

struct Identity {
    key: PKey<Private>,
    certificate: X509,
}

/// A certificate of its own for this name that ends in so many days.
fn identity(name: &str, days: u32) -> Identity {
    let key = PKey::from_rsa(Rsa::generate(2048).expect("a key")).expect("a key");
    let mut subject = X509NameBuilder::new().expect("a name");
    subject.append_entry_by_text("CN", name).expect("a name");
    let subject = subject.build();
    let mut builder = X509::builder().expect("a certificate");
    builder.set_version(2).expect("a version");
    builder.set_subject_name(&subject).expect("a subject");
    builder.set_issuer_name(&subject).expect("an issuer");
    builder.set_pubkey(&key).expect("a key");
    builder.set_not_before(&Asn1Time::days_from_now(0).expect("a time")).expect("a time");
    builder.set_not_after(&Asn1Time::days_from_now(days).expect("a time")).expect("a time");
    let names = SubjectAlternativeName::new().dns(name).build(&builder.x509v3_context(None, None)).expect("names");
    builder.append_extension(names).expect("names");
    builder.sign(&key, MessageDigest::sha256()).expect("a signature");
    Identity { key, certificate: builder.build() }
}

/// A server that answers every TLS client with this page, and tells what name each one asked for.
async fn tls_server(identity: &Identity, highest: SslVersion) -> (u16, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).expect("an acceptor");
    builder.set_private_key(&identity.key).expect("a key");
    builder.set_certificate(&identity.certificate).expect("a certificate");
    builder.set_cipher_list("ALL:@SECLEVEL=0").expect("ciphers");
    builder.set_min_proto_version(None).expect("a version");
    builder.set_max_proto_version(Some(highest)).expect("a version");
    builder.set_verify(SslVerifyMode::NONE);
    builder.clear_options(SslOptions::NO_TLSV1 | SslOptions::NO_TLSV1_1);
    let (acceptor, listener) = (builder.build(), TcpListener::bind("127.0.0.1:0").await.expect("a port"));
    let port = listener.local_addr().expect("an address").port();
    let (said, names) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let session = openssl::ssl::Ssl::new(acceptor.context()).expect("a session");
            let mut stream = tokio_openssl::SslStream::new(session, stream).expect("a stream");
            if Pin::new(&mut stream).accept().await.is_err() {
                continue;
            }
            let name = stream.ssl().servername(openssl::ssl::NameType::HOST_NAME).unwrap_or_default().to_owned();
            let _ = said.send(name);
            let mut buffer = [0; 1024];
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(b"HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nall is well").await;
            let _ = stream.shutdown().await;
        }
    });
    (port, names)
}

fn secure(host: &str, tls: Tls) -> Question {
    let url = Url { virtual_host: Some(host.to_owned()), ..Url::plain("/") };
    let http = Http { version: HttpVersion::V1_0, fast_recovery: false, urls: vec![url] };
    Question::Pages { http, first: 0, count: 1, tls: Some(tls) }
}

#[test]
fn every_version_of_tls_is_spoken_and_names_are_sent_where_wanted() {
    let identity = identity("www.example.com", 100);
    for version in [SslVersion::TLS1, SslVersion::TLS1_1, SslVersion::TLS1_2, SslVersion::TLS1_3] {
        block_on(async {
            let (port, mut names) = tls_server(&identity, version).await;
            for (sni, expected) in [(false, ""), (true, "www.example.com")] {
                let how = Tls { sni, close_notify: true, verify: false };
                let verdict = run_plain(probe(port, secure("www.example.com:8443", how))).await;
                assert!(verdict.passed(), "{version:?}: {verdict:?}");
                assert_eq!(names.recv().await.as_deref(), Some(expected));
            }
        });
    }
}

#[test]
fn verification_looks_at_issuer_name_and_end() {
    let (good, soon) = (identity("www.example.com", 100), identity("www.example.com", 9));
    let directory = std::env::temp_dir().join(format!("evenkeel-tls-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory");
    let ca = |name: &str, identity: &Identity| {
        let path = directory.join(name);
        std::fs::write(&path, identity.certificate.to_pem().expect("a certificate")).expect("a file");
        let ssl = Some(Ssl { ca: Some(path.display().to_string()), ..Ssl::default() });
        Tools::new(&Global { lvs: model::config::global::LvsGlobal { ssl, ..Default::default() }, ..Global::default() })
    };
    let (knows_good, knows_soon) = (ca("good", &good), ca("soon", &soon));
    let verifying = Tls { verify: true, ..Tls::default() };
    for (server, tools, host, passed, words) in [
        (&good, &knows_good, "www.example.com", true, "status 200 from /"),
        (&good, &knows_soon, "www.example.com", false, "certificate refused: self-signed certificate"),
        (&good, &knows_good, "other.example.com", false, "certificate refused: hostname mismatch"),
        (&soon, &knows_soon, "www.example.com", true, "status 200 from /; its certificate ends in"),
    ] {
        let verdict = block_on(async {
            let (port, _names) = tls_server(server, SslVersion::TLS1_3).await;
            run(probe(port, secure(host, verifying)), tools).await
        });
        assert!(verdict.passed() == passed && verdict.text().starts_with(words), "{verdict:?}, not {words}");
    }
    std::fs::remove_dir_all(&directory).expect("gone");
}

#[test]
fn a_server_that_speaks_no_tls_fails_in_words() {
    let verdict =
        block_on(async { run_plain(probe(server(b"220 hello\r\n", false).await, secure("x", Tls::default()))).await });
    assert!(!verdict.passed() && verdict.text().starts_with("TLS handshake failed: "), "{verdict:?}");
}

#[test]
fn a_pattern_is_looked_for_in_the_body() {
    let page = |pattern: &str| {
        let regex = Regex {
            pattern: pattern.to_owned(),
            negate: false,
            options: Vec::new(),
            min_offset: 0,
            max_offset: None,
            stack: None,
        };
        let url = Url { regex: Some(regex), ..Url::plain("/") };
        let http = Http { version: HttpVersion::V1_0, fast_recovery: false, urls: vec![url] };
        Question::Pages { http, first: 0, count: 1, tls: None }
    };
    let ask = |pattern: &str| {
        let page = page(pattern);
        block_on(async { run_plain(probe(server(b"HTTP/1.0 200 OK\r\n\r\nall is well", false).await, page)).await })
    };
    assert_eq!(ask("is +well"), Verdict::Pass("status 200 and the right body from /".into()));
    assert_eq!(ask("is ill"), Verdict::Fail("body of /, 11 bytes, does not contain \"is ill\"".into()));
    assert_eq!(ask("("), Verdict::Fail("pattern \"(\" for /: missing closing parenthesis at position 1".into()));
}
