//! `notify_webhook URL [secret SECRET] [timeout SECONDS]`, a keyword of ours alone.
use super::arguments::diagnose;
use super::item::Item;
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema;
use crate::tree::Word;
use crate::value::{self, shown};
use model::Interval;
use model::config::global::Webhook;

const PATH: &str = "global_defs/notify_webhook";
const TIMEOUT: Interval = Interval::from_secs(5);

/// Reads the words behind the keyword; `None`, with a report, when there is no address to post to.
pub(crate) fn webhook(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Webhook> {
    let (url, mut rest) = item.words().split_first()?;
    if !is_url(url.text()) {
        reader.report(
            Diagnostic::new(
                "not-a-url",
                Severity::Error,
                "notify_webhook needs an address beginning with http:// or https://",
            )
            .at(url.origin(), format!("this is {}", shown(url.text())))
            .meanwhile("the line is ignored"),
        );
        return None;
    }
    let mut found = Webhook { url: url.text().to_owned(), secret: None, timeout: TIMEOUT };
    while let Some((word, after)) = rest.split_first() {
        rest = option(reader, &mut found, word, after);
    }
    Some(found)
}

/// A scheme that we speak and a host behind it.
fn is_url(text: &str) -> bool {
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    host.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '['))
}

/// Reads one option and answers what follows it.
fn option<'t>(reader: &mut Reader<'_>, found: &mut Webhook, word: &Word, after: &'t [Word<'t>]) -> &'t [Word<'t>] {
    let Some(row) = schema::words(PATH).option(word.text()) else {
        let message = format!("notify_webhook does not take {}", shown(word.text()));
        reader.report(
            Diagnostic::new("unknown-word", Severity::Error, message)
                .at(word.origin(), "secret or timeout may stand here")
                .meanwhile("the word is ignored"),
        );
        return after;
    };
    let Some((argument, after)) = after.split_first() else {
        reader.report(
            Diagnostic::new("missing-value", Severity::Error, format!("{} has nothing behind it", row.keyword))
                .at(word.origin(), "something must follow")
                .meanwhile("the word is ignored"),
        );
        return after;
    };
    match row.args {
        schema::Args::Decimal { min, max, places } => match value::decimal(argument, min, max, places, row.unit) {
            Ok(millis) => found.timeout = Interval::from_millis(millis),
            Err(bad) => {
                reader.report(diagnose("timeout", argument, &bad, format!("{} is used", found.timeout)));
            }
        },
        _ if argument.text().is_empty() => {
            let bad: value::Bad<()> = value::Bad::new("missing-value", "is not empty", "nothing is between the quotes");
            reader.report(diagnose("secret", argument, &bad, "posts are not signed"));
        }
        _ => found.secret = Some(argument.text().to_owned()),
    }
    after
}
