//! TLS for `SSL_GET`: one context for all probes, as forgiving as keepalived's; one that verifies, where that is wanted.
use super::stream::{Turn, carry, never_opened};
use super::{describe, socket};
use checkers::fact::Verdict;
use checkers::probe::{Conversation, Event};
use model::config::global::Ssl;
use model::config::server::{Connect, Tls};
use openssl::asn1::Asn1Time;
use openssl::error::ErrorStack;
use openssl::pkey::PKey;
use openssl::ssl::{Ssl as Session, SslContext, SslContextBuilder, SslFiletype, SslMethod, SslRef, SslVerifyMode};
use openssl::x509::X509;
use openssl::x509::verify::X509CheckFlags;
use std::cell::OnceCell;
use std::net::IpAddr;
use std::pin::Pin;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_openssl::SslStream;

/// A certificate that ends within so many days is told of with every verdict.
const DAYS_BEFORE_END: i32 = 21;

/// The contexts; each is made when the first probe needs it, because it reads files: the one that verifies all the
/// authorities that the host trusts.
pub struct Contexts {
    settings: Option<Ssl>,
    trusting: OnceCell<Result<SslContext, String>>,
    verifying: OnceCell<Result<SslContext, String>>,
}

impl Contexts {
    /// The contexts of these settings. What is wrong with them is told by the probes that use them.
    #[must_use]
    pub const fn new(settings: Option<Ssl>) -> Self {
        Self { settings, trusting: OnceCell::new(), verifying: OnceCell::new() }
    }

    fn of(&self, how: Tls) -> Result<&SslContext, &str> {
        let (cell, mode) = match how.verify {
            true => (&self.verifying, SslVerifyMode::PEER),
            false => (&self.trusting, SslVerifyMode::NONE),
        };
        cell.get_or_init(|| context(self.settings.as_ref(), mode)).as_ref().map_err(String::as_str)
    }
}

fn context(settings: Option<&Ssl>, verify: SslVerifyMode) -> Result<SslContext, String> {
    let mut builder = SslContextBuilder::new(SslMethod::tls_client()).map_err(|error| words(&error))?;
    builder.set_verify(verify);
    if verify == SslVerifyMode::NONE {
        // An old server that serves is up: a false DOWN is worse than weak ciphers in a health check.
        builder.set_cipher_list("ALL:@SECLEVEL=0").map_err(|error| words(&error))?;
        builder.set_min_proto_version(None).map_err(|error| words(&error))?;
    } else if settings.is_none_or(|ssl| ssl.ca.is_none()) {
        builder.set_default_verify_paths().map_err(|error| words(&error))?;
    }
    if let Some(settings) = settings {
        take_files(&mut builder, settings)?;
    }
    Ok(builder.build())
}

fn take_files(builder: &mut SslContextBuilder, settings: &Ssl) -> Result<(), String> {
    let file = |what: &str, path: &str, error: &ErrorStack| format!("SSL {what} {path}: {}", words(error));
    if let Some(path) = &settings.ca {
        builder.set_ca_file(path).map_err(|error| file("ca", path, &error))?;
    }
    if let Some(path) = &settings.certificate {
        builder.set_certificate_chain_file(path).map_err(|error| file("certificate", path, &error))?;
    }
    if let Some(path) = &settings.key {
        match &settings.password {
            None => builder.set_private_key_file(path, SslFiletype::PEM).map_err(|error| file("key", path, &error))?,
            Some(password) => {
                #[allow(clippy::disallowed_methods, reason = "a key that OpenSSL cannot read by itself, once at start")]
                let text = std::fs::read(path).map_err(|error| format!("SSL key {path}: {error}"))?;
                let key = PKey::private_key_from_pem_passphrase(&text, password.as_bytes());
                key.and_then(|key| builder.set_private_key(&key)).map_err(|error| file("key", path, &error))?;
            }
        }
    }
    Ok(())
}

/// Runs the conversation over TLS connections.
pub(super) async fn talk(connect: &Connect, how: Tls, contexts: &Contexts, conversation: &mut Conversation) -> Verdict {
    let limit = Duration::from(connect.timeout);
    let mut days = None;
    loop {
        let turn = match timeout(limit, open(connect, how, contexts, conversation.host())).await {
            Ok(Ok(mut stream)) => {
                days = how.verify.then(|| days_left(stream.ssl())).flatten().or(days);
                let turn = carry(&mut stream, limit, conversation).await;
                if how.close_notify {
                    // Courtesy; the verdict stands whatever comes of it.
                    let _ = timeout(limit, stream.shutdown()).await;
                }
                turn
            }
            Ok(Err(problem)) => never_opened(conversation.step(Event::Failed(&problem))),
            Err(_) => never_opened(conversation.step(Event::TimedOut)),
        };
        if let Turn::Over(verdict) = turn {
            return with_days(verdict, days);
        }
    }
}

async fn open(
    connect: &Connect,
    how: Tls,
    contexts: &Contexts,
    host: Option<&str>,
) -> Result<SslStream<TcpStream>, String> {
    let session = session(connect, how, contexts.of(how)?, host).map_err(|error| words(&error))?;
    let stream = socket::tcp(connect).await.map_err(|error| describe(&error))?;
    let mut stream = SslStream::new(session, stream).map_err(|error| words(&error))?;
    Pin::new(&mut stream).connect().await.map_err(|error| {
        let verdict = stream.ssl().verify_result();
        match error.ssl_error() {
            Some(_) if how.verify && verdict != openssl::x509::X509VerifyResult::OK => {
                format!("certificate refused: {}", verdict.error_string())
            }
            Some(stack) => format!("TLS handshake failed: {}", words(stack)),
            None => match error.io_error() {
                Some(error) => format!("{} during the TLS handshake", describe(error)),
                None => "connection closed during the TLS handshake".to_owned(),
            },
        }
    })?;
    Ok(stream)
}

fn session(connect: &Connect, how: Tls, context: &SslContext, host: Option<&str>) -> Result<Session, ErrorStack> {
    let mut session = Session::new(context)?;
    let name = host.map(without_port);
    if let Some(name) = name.filter(|name| how.sni && name.parse::<IpAddr>().is_err()) {
        session.set_hostname(name)?;
    }
    if how.verify {
        let parameters = session.param_mut();
        parameters.set_hostflags(X509CheckFlags::NO_PARTIAL_WILDCARDS);
        match name.map(|name| (name, name.parse::<IpAddr>())) {
            Some((name, Err(_))) => parameters.set_host(name)?,
            Some((_, Ok(address))) => parameters.set_ip(address)?,
            None => parameters.set_ip(connect.address)?,
        }
    }
    Ok(session)
}

/// A Host header may end in a port.
fn without_port(host: &str) -> &str {
    if let Some((address, _)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return address;
    }
    match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) && !name.contains(':') => name,
        _ => host,
    }
}

fn days_left(session: &SslRef) -> Option<i32> {
    let certificate: X509 = session.peer_certificate()?;
    let now = Asn1Time::days_from_now(0).ok()?;
    Some(now.diff(certificate.not_after()).ok()?.days)
}

fn with_days(verdict: Verdict, days: Option<i32>) -> Verdict {
    match (verdict, days) {
        (Verdict::Pass(text), Some(days)) if days <= DAYS_BEFORE_END => {
            Verdict::Pass(format!("{text}; its certificate ends in {days} day(s)"))
        }
        (verdict, _) => verdict,
    }
}

/// The first reason of OpenSSL, without numbers and places in its source.
fn words(errors: &ErrorStack) -> String {
    let reason = errors.errors().first().and_then(openssl::error::Error::reason);
    reason.map_or_else(|| "no reason given".to_owned(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_without_its_port() {
        for (host, name) in [
            ("example.com", "example.com"),
            ("example.com:8443", "example.com"),
            ("192.0.2.1:443", "192.0.2.1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
        ] {
            assert_eq!(without_port(host), name);
        }
    }

    #[test]
    fn a_verdict_warns_before_the_certificate_ends() {
        let pass = || Verdict::Pass("status 200 from /".into());
        for (days, text) in [
            (None, "status 200 from /"),
            (Some(22), "status 200 from /"),
            (Some(21), "status 200 from /; its certificate ends in 21 day(s)"),
        ] {
            assert_eq!(with_days(pass(), days).text(), text);
        }
    }
}
