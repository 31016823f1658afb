//! What `global_defs` says of IPVS: idle times, the connection sync daemon, emptying the table; and the `SSL` block.
use super::arguments::{diagnose, interface};
use super::item::Item;
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema::{self, Args, Row};
use crate::span::Origin;
use crate::tree::Word;
use crate::value::{self, shown};
use model::config::global::{FlushOnStop, LvsGlobal, LvsTimeouts, Ssl};
use model::{InterfaceName, Interval, Name};
use std::net::IpAddr;

/// What holds for all virtual servers, as far as it was said.
#[derive(Default)]
pub(crate) struct LvsDraft {
    pub(crate) said: LvsGlobal,
    pub(crate) sync: Option<SyncDraft>,
}

/// An `lvs_sync_daemon` line; its instance is looked for when all of them are known.
pub(crate) struct SyncDraft {
    pub(crate) interface: InterfaceName,
    pub(crate) instance: Option<(Name, Origin)>,
    pub(crate) id: Option<u8>,
    pub(crate) max_length: Option<u16>,
    pub(crate) port: Option<u16>,
    pub(crate) ttl: Option<u8>,
    pub(crate) group: Option<IpAddr>,
}

impl LvsDraft {
    /// Takes a keyword about IPVS; hands back any other.
    pub(crate) fn keyword<'t>(&mut self, reader: &mut Reader<'_>, item: Item<'t>) -> Option<Item<'t>> {
        match item.row.keyword {
            "lvs_timeouts" => timeouts(reader, &mut self.said.timeouts, &item),
            "lvs_flush" => self.said.flush = true,
            "lvs_flush_on_stop" | "lvs_flush_onstop" => {
                self.said.flush_on_stop = flush_on_stop(reader, &item).unwrap_or(self.said.flush_on_stop);
            }
            "lvs_sync_daemon" => self.sync = sync_daemon(reader, &item).or(self.sync.take()),
            "rs_init_notifies" => self.said.init_notifies = item.on(),
            _ => return Some(item),
        }
        None
    }
}

fn flush_on_stop(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<FlushOnStop> {
    match item.words().first() {
        None => Some(FlushOnStop::All),
        Some(word) if word.text() == "VS" => Some(FlushOnStop::OwnServices),
        Some(word) => {
            let message = format!("{} takes VS or nothing", item.row.keyword);
            reader.report(
                Diagnostic::new("unknown-word", Severity::Error, message)
                    .at(word.origin(), "this is something else")
                    .meanwhile("the line is ignored"),
            );
            None
        }
    }
}

fn timeouts(reader: &mut Reader<'_>, timeouts: &mut LvsTimeouts, item: &Item<'_>) {
    let mut rest = item.words();
    while let Some((word, after)) = rest.split_first() {
        rest = after;
        let Some(row) = option_of(reader, "global_defs/lvs_timeouts", item, word, "the word is ignored") else {
            continue;
        };
        let Some((number, after)) = argument(reader, row, word, rest, IGNORED) else { break };
        rest = after;
        let Some(seconds) = number_of(reader, row, number, IGNORED) else { continue };
        let seconds = u64::try_from(seconds).ok().map(Interval::from_secs);
        match row.keyword {
            "tcp" => timeouts.tcp = seconds,
            "tcpfin" => timeouts.tcp_fin = seconds,
            _ => timeouts.udp = seconds,
        }
    }
}

const IGNORED: &str = "the option is ignored";
const SYNC: &str = "global_defs/lvs_sync_daemon";

fn sync_daemon(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<SyncDraft> {
    let Some((first, mut rest)) = item.words().split_first() else {
        reader.report(
            Diagnostic::new("missing-value", Severity::Error, format!("{} has nothing behind it", item.row.keyword))
                .at(item.origin(), "an interface must follow")
                .meanwhile("the line is ignored"),
        );
        return None;
    };
    let interface = interface(reader, item.row.keyword, first)?;
    let mut draft =
        SyncDraft { interface, instance: None, id: None, max_length: None, port: None, ttl: None, group: None };
    // The instance may stand without its keyword, right behind the interface.
    if let Some((word, after)) =
        rest.split_first().filter(|(word, _)| schema::words(SYNC).option(word.text()).is_none())
    {
        draft.instance = Some((Name::new(word.text()), word.origin()));
        rest = bare_id(reader, &mut draft, after);
    }
    while let Some((word, after)) = rest.split_first() {
        rest = after;
        let Some(row) = option_of(reader, SYNC, item, word, "the word is ignored") else { continue };
        let Some((value, after)) = argument(reader, row, word, rest, IGNORED) else { break };
        rest = after;
        sync_option(reader, &mut draft, row, word, value);
    }
    Some(draft)
}

/// A number right behind the instance is the id, in the earliest form of the line.
fn bare_id<'t>(reader: &mut Reader<'_>, draft: &mut SyncDraft, rest: &'t [Word<'t>]) -> &'t [Word<'t>] {
    let Some((word, after)) =
        rest.split_first().filter(|(word, _)| word.text().starts_with(|c: char| c.is_ascii_digit()))
    else {
        return rest;
    };
    reader.report(
        Diagnostic::new("deprecated-keyword", Severity::Error, "a bare number in lvs_sync_daemon is an old spelling")
            .at(word.origin(), format!("today this is id {}", shown(word.text())))
            .meanwhile("it is taken as the id"),
    );
    if let Some(row) = schema::words(SYNC).option("id") {
        draft.id = sized(reader, row, word);
    }
    after
}

fn sync_option(reader: &mut Reader<'_>, draft: &mut SyncDraft, row: &'static Row, word: &Word, value: &Word) {
    match row.keyword {
        "inst" => match &draft.instance {
            None => draft.instance = Some((Name::new(value.text()), value.origin())),
            Some((_, before)) => reader.report(
                Diagnostic::new("duplicate-keyword", Severity::Error, "lvs_sync_daemon names two instances")
                    .at(word.origin(), "second instance")
                    .with(*before, "first instance")
                    .meanwhile("the first one is kept"),
            ),
        },
        "group" => draft.group = group(reader, value).or(draft.group),
        "id" => draft.id = sized(reader, row, value).or(draft.id),
        "ttl" => draft.ttl = sized(reader, row, value).or(draft.ttl),
        "port" => draft.port = sized(reader, row, value).or(draft.port),
        _ => draft.max_length = sized(reader, row, value).or(draft.max_length),
    }
}

/// A number that its row keeps within the type.
fn sized<T: TryFrom<i64>>(reader: &mut Reader<'_>, row: &Row, word: &Word<'_>) -> Option<T> {
    number_of(reader, row, word, IGNORED).and_then(|number| T::try_from(number).ok())
}

fn group(reader: &mut Reader<'_>, word: &Word) -> Option<IpAddr> {
    match value::address(word) {
        Ok(address) if address.is_multicast() => Some(address),
        Ok(_) => {
            reader.report(
                Diagnostic::new("not-multicast", Severity::Error, "the group of lvs_sync_daemon is a multicast group")
                    .at(word.origin(), "this is not")
                    .meanwhile("the option is ignored"),
            );
            None
        }
        Err(bad) => {
            reader.report(diagnose("the group of lvs_sync_daemon", word, &bad, "the option is ignored"));
            None
        }
    }
}

/// The row of an option; an unknown one is reported.
pub(super) fn option_of(
    reader: &mut Reader<'_>,
    path: &str,
    item: &Item<'_>,
    word: &Word<'_>,
    meanwhile: &str,
) -> Option<&'static Row> {
    let row = schema::words(path).option(word.text());
    if row.is_none() {
        let message = format!("{} does not take {}", item.row.keyword, shown(word.text()));
        reader.report(
            Diagnostic::new("unknown-word", Severity::Error, message)
                .at(word.origin(), "not an option of this line")
                .meanwhile(meanwhile),
        );
    }
    row
}

/// What follows an option that needs something; its absence is reported.
pub(super) fn argument<'t>(
    reader: &mut Reader<'_>,
    row: &Row,
    word: &Word<'_>,
    rest: &'t [Word<'t>],
    meanwhile: &str,
) -> Option<(&'t Word<'t>, &'t [Word<'t>])> {
    let found = rest.split_first();
    if found.is_none() {
        reader.report(
            Diagnostic::new("missing-value", Severity::Error, format!("{} has nothing behind it", row.keyword))
                .at(word.origin(), "something must follow")
                .meanwhile(meanwhile),
        );
    }
    found
}

/// The number of an option, by the range of its row.
pub(super) fn number_of(reader: &mut Reader<'_>, row: &Row, word: &Word<'_>, meanwhile: &str) -> Option<i64> {
    let Args::Int { min, max } = row.args else { return None };
    match value::int(word, min, max, row.unit, row.strict) {
        Ok(number) => Some(number),
        Err(bad) => {
            reader.report(diagnose(row.keyword, word, &bad, meanwhile));
            bad.usable
        }
    }
}

/// Reads an `SSL` block.
pub(crate) fn ssl(reader: &mut Reader<'_>, item: &Item<'_>) -> Ssl {
    let mut ssl = Ssl::default();
    reader.block("SSL", item.body, &mut |_, item| {
        let text = item.text().map(|word| word.text().to_owned());
        match item.row.keyword {
            "password" => ssl.password = text,
            "ca" => ssl.ca = text,
            "certificate" => ssl.certificate = text,
            "key" => ssl.key = text,
            _ => {}
        }
    });
    ssl
}
