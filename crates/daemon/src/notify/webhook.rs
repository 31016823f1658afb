//! `notify_webhook`: every change as a JSON object by HTTP POST, signed where a secret is written.
use super::mail::words;
use super::outbox::{Carrier, Outbox, Refusal};
use super::record::Records;
use hmac::{Hmac, KeyInit, Mac};
use model::config::global::Webhook;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::time::Duration;
use tracing::warn;

/// Carries `sha256=` and the HMAC-SHA256 of the body, in hexadecimal digits.
pub const SIGNATURE: &str = "x-evenkeel-signature";

/// The webhooks in use, one queue for each.
#[derive(Default)]
pub struct Webhooks {
    outboxes: BTreeMap<(String, Option<String>), Outbox<Poster>>,
}

/// A change, ready to be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    summary: String,
    body: String,
}

impl Change {
    /// A change with its object and a few words for the log.
    #[must_use]
    pub fn new(summary: String, body: &Value) -> Self {
        Self { summary, body: body.to_string() }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary)
    }
}

impl Webhooks {
    /// Keeps the queues of these and ends all others.
    pub fn configure<'a>(&mut self, wanted: impl Iterator<Item = &'a Webhook>, records: &Records) {
        let mut before = std::mem::take(&mut self.outboxes);
        for hook in wanted {
            let key = key(hook);
            if let Some(known) = before.remove(&key) {
                self.outboxes.insert(key, known);
            } else if !self.outboxes.contains_key(&key)
                && let Some(poster) = Poster::new(hook)
            {
                self.outboxes.insert(key, Outbox::start(poster, records.of("webhook", "", &hook.url)));
            }
        }
    }

    /// Posts a change.
    pub fn post(&self, hook: &Webhook, change: Change) {
        if let Some(outbox) = self.outboxes.get(&key(hook)) {
            outbox.put(change);
        }
    }

    /// Lets what waits leave.
    pub async fn close(self, limit: Duration) {
        let end = tokio::time::Instant::now() + limit;
        for outbox in self.outboxes.into_values() {
            outbox.close(end.saturating_duration_since(tokio::time::Instant::now())).await;
        }
    }
}

fn key(hook: &Webhook) -> (String, Option<String>) {
    (hook.url.clone(), hook.secret.clone())
}

struct Poster {
    client: Client,
    url: String,
    secret: Option<String>,
}

impl Poster {
    fn new(hook: &Webhook) -> Option<Self> {
        let client = Client::builder()
            .timeout(hook.timeout.into())
            .user_agent(concat!("evenkeel/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|problem| warn!("(webhook) {} not used: {}", hook.url, words(&problem)))
            .ok()?;
        Some(Self { client, url: hook.url.clone(), secret: hook.secret.clone() })
    }
}

impl Carrier for Poster {
    type Message = Change;
    const NAME: &'static str = "webhook";

    async fn carry(&self, change: &Change) -> Result<(), Refusal> {
        let mut request = self.client.post(&self.url).header("content-type", "application/json");
        if let Some(secret) = &self.secret {
            request = request.header(SIGNATURE, signature(secret, &change.body));
        }
        let answer = request.body(change.body.clone()).send().await.map_err(|problem| {
            let text = words(&problem);
            if problem.is_builder() { Refusal::ForEver(text) } else { Refusal::Now(text) }
        })?;
        judge(&self.url, answer.status())
    }
}

/// What an answer means: a server that is busy or broken is asked again, one that says no is not.
fn judge(url: &str, status: StatusCode) -> Result<(), Refusal> {
    let text = format!("{url} answered {status}");
    match status.as_u16() {
        200..=299 => Ok(()),
        408 | 425 | 429 | 500..=599 => Err(Refusal::Now(text)),
        _ => Err(Refusal::ForEver(text)),
    }
}

/// `sha256=` and the HMAC of the body under the secret (RFC 2104).
#[must_use]
pub fn signature(secret: &str, body: &str) -> String {
    let mut text = "sha256=".to_owned();
    // A key of HMAC may have any length.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        mac.update(body.as_bytes());
        for byte in mac.finalize().into_bytes() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests;
