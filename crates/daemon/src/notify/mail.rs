//! Mail about changes: what is written to whom, and the relay that takes it.
use super::outbox::{Carrier, Outbox, Refusal};
use super::record::Records;
use lettre::message::Mailbox;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use model::config::global::{Global, Mail};
use std::fmt;
use std::time::Duration;
use tracing::warn;

/// The postman, where there is one.
pub struct Mailer {
    settings: Mail,
    router_id: String,
    outbox: Option<Outbox<Relay>>,
}

/// A change in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Behind the name of the router.
    pub subject: String,
    /// The text.
    pub body: String,
}

impl fmt::Display for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.subject)
    }
}

impl Mailer {
    /// Nobody gets mail yet.
    #[must_use]
    pub fn new() -> Self {
        Self { settings: Mail::default(), router_id: String::new(), outbox: None }
    }

    /// Takes a new configuration; what waits for a relay that stays goes on waiting.
    pub fn configure(&mut self, global: &Global, records: &Records) {
        self.router_id.clone_from(&global.router_id);
        if self.settings == global.mail {
            return;
        }
        self.settings = global.mail.clone();
        self.outbox = Relay::of(&self.settings).map(|relay| {
            let record = records.of("mail", "", &relay.place());
            Outbox::start(relay, record)
        });
    }

    /// What mail is wanted.
    #[must_use]
    pub const fn settings(&self) -> &Mail {
        &self.settings
    }

    /// Sends a letter to everybody who is to be told.
    pub fn send(&self, subject: &str, body: String) {
        if let Some(outbox) = &self.outbox {
            outbox.put(Letter { subject: format!("[{}] {subject}", self.router_id), body });
        }
    }

    /// Lets what waits leave.
    pub async fn close(self, limit: Duration) {
        if let Some(outbox) = self.outbox {
            outbox.close(limit).await;
        }
    }
}

impl Default for Mailer {
    fn default() -> Self {
        Self::new()
    }
}

/// The relay, and everybody who gets the letters.
struct Relay {
    host: String,
    port: u16,
    helo: ClientId,
    timeout: Duration,
    from: Mailbox,
    to: Vec<Mailbox>,
}

impl Relay {
    fn of(settings: &Mail) -> Option<Self> {
        let server = settings.server.as_ref()?;
        let host = nix::unistd::gethostname().map_or_else(|_| "localhost".to_owned(), |n| n.to_string_lossy().into());
        let from = settings.from.clone().unwrap_or_else(|| format!("root@{host}"));
        let to: Vec<_> = settings.to.iter().filter_map(|address| mailbox(address)).collect();
        if to.is_empty() {
            return None;
        }
        Some(Self {
            host: server.host.clone(),
            port: server.port,
            helo: ClientId::Domain(settings.helo.clone().unwrap_or(host)),
            timeout: settings.timeout.into(),
            from: mailbox(&from)?,
            to,
        })
    }

    fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    fn message(&self, letter: &Letter) -> Result<Message, lettre::error::Error> {
        let start = Message::builder().from(self.from.clone()).date_now().subject(letter.subject.clone());
        self.to.iter().fold(start, |message, to| message.to(to.clone())).body(letter.body.clone())
    }

    async fn deliver(&self, message: Message, tls: Tls) -> Result<(), lettre::transport::smtp::Error> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host)
            .port(self.port)
            .hello_name(self.helo.clone())
            .timeout(Some(self.timeout))
            .tls(tls)
            .build();
        transport.send(message).await.map(drop)
    }
}

impl Carrier for Relay {
    type Message = Letter;
    const NAME: &'static str = "mail";

    /// Encrypted where the relay offers it; a relay whose encryption is broken still gets the letter, as from keepalived.
    async fn carry(&self, letter: &Letter) -> Result<(), Refusal> {
        let message = self.message(letter).map_err(|problem| Refusal::ForEver(problem.to_string()))?;
        let trusting = TlsParameters::builder(self.host.clone())
            .dangerous_accept_invalid_certs(true)
            .dangerous_accept_invalid_hostnames(true)
            .build()
            .map_or(Tls::None, Tls::Opportunistic);
        let first = self.deliver(message.clone(), trusting).await;
        let result = match first {
            Err(problem) if problem.is_tls() => self.deliver(message, Tls::None).await,
            result => result,
        };
        result.map_err(|problem| {
            let text = format!("relay {}: {}", self.place(), words(&problem));
            if problem.is_permanent() { Refusal::ForEver(text) } else { Refusal::Now(text) }
        })
    }
}

/// An error with its causes.
pub(super) fn words(problem: &dyn std::error::Error) -> String {
    let mut text = problem.to_string();
    let mut cause = problem.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
}

fn mailbox(address: &str) -> Option<Mailbox> {
    address
        .parse()
        .map_err(|problem| warn!("(mail) {address} is no mail address: {problem}; nothing is sent there"))
        .ok()
}

#[cfg(test)]
mod tests;
