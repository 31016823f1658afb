//! `virtual_server`: what one block says, as far as it says it.
use super::arguments::diagnose;
use super::check::Timing;
use super::forwarding::forwarding;
use super::futile::Futile;
use super::item::Item;
use super::reader::Reader;
use super::real_server::{self, RealDraft};
use super::script::Spoken;
use super::track::Watched;
use super::vrrp::Said;
use crate::diagnostic::{Diagnostic, Severity};
use crate::span::Origin;
use crate::tree::Word;
use crate::value::{self, shown};
use model::config::server::{Forwarding, Protocol};
use model::{Family, Interval, Name};
use std::net::{IpAddr, Ipv4Addr};

/// What a `virtual_server` is for.
pub(crate) enum Head {
    /// An address, and a port unless it was left out.
    Address(IpAddr, u16),
    /// A firewall mark.
    Mark(u32),
    /// The entries of a `virtual_server_group`, looked for when all of them are known.
    Group(Name),
}

/// A `virtual_server` as far as it was said.
pub(crate) struct VirtualDraft {
    pub(crate) head: Head,
    pub(crate) place: Origin,
    /// Of what it should not do without, when that is missing.
    pub(crate) futile: Futile,
    pub(crate) family: Said<Family>,
    pub(crate) scheduler: Option<&'static str>,
    pub(crate) forwarding: Option<Forwarding>,
    pub(crate) protocol: Said<Protocol>,
    /// Seconds.
    pub(crate) persistence: Option<u64>,
    /// Prefix length.
    pub(crate) granularity: Said<u8>,
    pub(crate) persistence_engine: Option<String>,
    pub(crate) one_packet: Option<Origin>,
    pub(crate) ha_suspend: Option<Origin>,
    pub(crate) smtp_alert: Option<bool>,
    pub(crate) snmp_name: Option<String>,
    pub(crate) flags: u8,
    pub(crate) quorum: Said<u32>,
    pub(crate) hysteresis: Said<u32>,
    pub(crate) alpha: bool,
    pub(crate) omega: bool,
    pub(crate) inhibit: bool,
    pub(crate) weight: Option<u32>,
    pub(crate) sorry: Option<SorryDraft>,
    pub(crate) quorum_up: Option<Box<Spoken>>,
    pub(crate) quorum_down: Option<Box<Spoken>>,
    pub(crate) timing: Timing,
    pub(crate) virtual_host: Option<String>,
    pub(crate) drain: Option<Interval>,
    pub(crate) real_servers: Vec<RealDraft>,
}

/// A `sorry_server` as far as it was said.
pub(crate) struct SorryDraft {
    pub(crate) address: IpAddr,
    pub(crate) port: Option<u16>,
    pub(crate) place: Origin,
    pub(crate) forwarding: Option<Forwarding>,
    pub(crate) inhibit: bool,
}

/// Reads one `virtual_server` block; `None` when it must be skipped, which has been reported.
pub(crate) fn virtual_server(reader: &mut Reader<'_>, item: &Item<'_>, watched: &mut Watched) -> Option<VirtualDraft> {
    let mut draft = VirtualDraft::new(head(reader, item)?, item.place());
    reader.block("virtual_server", item.body, &mut |reader, item| {
        if let Some(item) = draft.timing.keyword(item)
            && let Some(item) = service(reader, &mut draft, item)
            && let Some(item) = pool(reader, &mut draft, item)
        {
            servers(reader, &mut draft, item, watched);
        }
    });
    draft.real_servers.shrink_to_fit();
    if draft.is_incomplete() {
        draft.futile = Futile::of(item.body, &NEEDED);
    }
    Some(draft)
}

/// What a `virtual_server` should not do without.
const NEEDED: [&str; 6] = ["lvs_sched", "lb_algo", "lvs_method", "lb_kind", "protocol", "real_server"];

impl VirtualDraft {
    const fn is_incomplete(&self) -> bool {
        let silent = self.scheduler.is_none() || self.forwarding.is_none() || self.protocol.is_none();
        silent || self.real_servers.is_empty()
    }

    fn new(head: Head, place: Origin) -> Self {
        Self {
            head,
            place,
            futile: Futile::default(),
            family: None,
            scheduler: None,
            forwarding: None,
            protocol: None,
            persistence: None,
            granularity: None,
            persistence_engine: None,
            one_packet: None,
            ha_suspend: None,
            smtp_alert: None,
            snmp_name: None,
            flags: 0,
            quorum: None,
            hysteresis: None,
            alpha: false,
            omega: false,
            inhibit: false,
            weight: None,
            sorry: None,
            quorum_up: None,
            quorum_down: None,
            timing: Timing::default(),
            virtual_host: None,
            drain: None,
            real_servers: Vec::new(),
        }
    }
}

fn head(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Head> {
    let words = item.words();
    let (first, rest) = words.split_first()?;
    match (first.text(), rest.first()) {
        ("fwmark", Some(mark)) => match value::int(mark, 1, i64::from(u32::MAX), "", true) {
            Ok(mark) => u32::try_from(mark).ok().map(Head::Mark),
            Err(bad) => {
                reader.report(diagnose("a firewall mark", mark, &bad, "the virtual_server is skipped"));
                None
            }
        },
        ("group", Some(name)) => Some(Head::Group(Name::new(name.text()))),
        ("fwmark" | "group", None) => {
            let message = format!("virtual_server {} has nothing behind it", first.text());
            reader.report(
                Diagnostic::new("missing-value", Severity::Error, message)
                    .at(first.origin(), "something must follow")
                    .meanwhile("the virtual_server is skipped"),
            );
            None
        }
        _ => {
            let (address, port) = endpoint(reader, "virtual_server", words, "the virtual_server is skipped")?;
            Some(Head::Address(address, port.unwrap_or(0)))
        }
    }
}

/// `ADDRESS [PORT]`.
pub(super) fn endpoint(
    reader: &mut Reader<'_>,
    what: &str,
    words: &[Word<'_>],
    meanwhile: &str,
) -> Option<(IpAddr, Option<u16>)> {
    let (first, rest) = words.split_first()?;
    let address = match value::address_cut(first) {
        Ok(address) => address,
        Err(bad) => {
            reader.report(diagnose(&format!("the address of a {what}"), first, &bad, meanwhile));
            return None;
        }
    };
    let Some(word) = rest.first() else { return Some((address, None)) };
    match value::int(word, 0, 65_535, "", true) {
        Ok(port) => Some((address, u16::try_from(port).ok())),
        Err(bad) => {
            reader.report(diagnose(&format!("the port of a {what}"), word, &bad, meanwhile));
            None
        }
    }
}

/// Keywords about the service itself; hands back what it does not know.
fn service<'t>(reader: &mut Reader<'_>, draft: &mut VirtualDraft, item: Item<'t>) -> Option<Item<'t>> {
    let place = item.place();
    match item.row.keyword {
        "ip_family" => {
            let family = if item.word() == Some("inet6") { Family::V6 } else { Family::V4 };
            draft.family = Some((family, place));
        }
        "lvs_sched" | "lb_algo" => draft.scheduler = item.word(),
        "lvs_method" | "lb_kind" => draft.forwarding = forwarding(reader, &item).or(draft.forwarding),
        "protocol" => {
            draft.protocol = match item.word() {
                Some("TCP") => Some((Protocol::Tcp, place)),
                Some("SCTP") => Some((Protocol::Sctp, place)),
                _ => Some((Protocol::Udp, place)),
            };
        }
        "persistence_timeout" => {
            let seconds = item.unsigned().map_or(DEFAULT_PERSISTENCE, u64::from);
            draft.persistence = Some(seconds);
        }
        "persistence_granularity" => granularity(reader, draft, &item),
        "persistence_engine" => draft.persistence_engine = engine(reader, &item),
        "ops" => draft.one_packet = Some(item.origin()),
        "flag-1" => draft.flags |= 1,
        "flag-2" => draft.flags |= 2,
        "flag-3" => draft.flags |= 4,
        "sh-fallback" | "sh-port" | "mh-fallback" | "mh-port" => hash_flag(reader, draft, &item),
        "hashed" => needs_hash(reader, draft, &item),
        _ => return Some(item),
    }
    None
}

/// Seconds, when persistence is wanted without a number.
pub(crate) const DEFAULT_PERSISTENCE: u64 = 360;

/// The longest name of a persistence engine that the kernel takes, in bytes.
const ENGINE_BYTES: usize = 16;

fn engine(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<String> {
    let word = item.text()?;
    let mut name = word.text().to_owned();
    if name.len() > ENGINE_BYTES {
        let end = (0..=ENGINE_BYTES).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
        name.truncate(end);
        let message = format!("persistence_engine has at most {ENGINE_BYTES} bytes");
        reader.report(
            Diagnostic::new("name-too-long", Severity::Error, message)
                .at(word.origin(), format!("this has {}", word.text().len()))
                .meanwhile(format!("the engine is called {}", shown(&name))),
        );
    }
    Some(name)
}

/// The only word behind a keyword that takes one and no more.
pub(super) fn one_name(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<String> {
    match item.words() {
        [word] => Some(word.text().to_owned()),
        [_, extra, ..] => {
            reader.report(
                Diagnostic::new("extra-words", Severity::Error, format!("{} takes one argument", item.row.keyword))
                    .at(extra.origin(), "this is too much")
                    .meanwhile("the line is ignored")
                    .help("put text with blanks in double quotes"),
            );
            None
        }
        [] => None,
    }
}

fn granularity(reader: &mut Reader<'_>, draft: &mut VirtualDraft, item: &Item<'_>) {
    let Some(word) = item.words().first() else { return };
    let mask = word.text().parse::<Ipv4Addr>().map(Ipv4Addr::to_bits);
    if let Ok(mask) = mask
        && mask.leading_ones() + mask.trailing_zeros() == 32
        && mask != 0
    {
        draft.granularity = u8::try_from(mask.leading_ones()).ok().map(|length| (length, word.origin()));
        return;
    }
    let length = value::int(word, 1, 128, "", true).ok().and_then(|length| u8::try_from(length).ok());
    match length.filter(|_| mask.is_err()) {
        Some(length) => draft.granularity = Some((length, word.origin())),
        None => reader.report(
            Diagnostic::new(
                "bad-netmask",
                Severity::Error,
                "persistence_granularity is a netmask, or 1 to 128 for IPv6",
            )
            .at(word.origin(), "this is neither")
            .meanwhile("the line is ignored"),
        ),
    }
}

/// A flag that belongs to one hashing scheduler, which must have been named before.
fn hash_flag(reader: &mut Reader<'_>, draft: &mut VirtualDraft, item: &Item<'_>) {
    let name = item.row.keyword;
    match draft.scheduler {
        Some("sh") if name.starts_with("sh") => {}
        Some("mh") if name.starts_with("mh") => {}
        // The flag of the other hashing scheduler is passed over in silence, as in keepalived.
        Some("sh" | "mh") => return,
        _ => return needs_hash(reader, draft, item),
    }
    draft.flags |= if name.ends_with("fallback") { 1 } else { 2 };
}

fn needs_hash(reader: &mut Reader<'_>, draft: &VirtualDraft, item: &Item<'_>) {
    if matches!(draft.scheduler, Some("sh" | "mh")) {
        return;
    }
    reader.report(
        Diagnostic::new(
            "flag-without-hashing",
            Severity::Error,
            format!("{} needs a hashing scheduler", item.row.keyword),
        )
        .at(item.origin(), "no lvs_sched sh or mh above this line")
        .meanwhile("the line is ignored"),
    );
}

/// Keywords about the pool as a whole.
fn pool<'t>(reader: &mut Reader<'_>, draft: &mut VirtualDraft, item: Item<'t>) -> Option<Item<'t>> {
    let place = item.place();
    match item.row.keyword {
        "quorum" => draft.quorum = item.unsigned().map(|quorum| (quorum, place)),
        "hysteresis" => draft.hysteresis = item.unsigned().map(|distance| (distance, place)),
        "weight" => draft.weight = item.unsigned(),
        "alpha" => draft.alpha = true,
        "omega" => draft.omega = true,
        "ha_suspend" => draft.ha_suspend = Some(item.origin()),
        "smtp_alert" => draft.smtp_alert = Some(item.on()),
        "snmp_name" => draft.snmp_name = one_name(reader, &item).or(draft.snmp_name.take()),
        "drain" => draft.drain = item.interval(),
        "inhibit_on_failure" => draft.inhibit = true,
        "virtualhost" => draft.virtual_host = item.text().map(|word| word.text().to_owned()),
        _ => return Some(item),
    }
    None
}

fn servers(reader: &mut Reader<'_>, draft: &mut VirtualDraft, item: Item<'_>, watched: &mut Watched) {
    match item.row.keyword {
        "quorum_up" => draft.quorum_up = item.hook(),
        "quorum_down" => draft.quorum_down = item.hook(),
        "sorry_server" => {
            let found = endpoint(reader, "sorry_server", item.words(), "the line is ignored");
            if let Some((address, port)) = found {
                let place = item.place();
                draft.sorry = Some(SorryDraft { address, port, place, forwarding: None, inhibit: false });
            }
        }
        "sorry_server_lvs_method" => match &mut draft.sorry {
            Some(sorry) => sorry.forwarding = forwarding(reader, &item).or(sorry.forwarding),
            None => no_sorry_server(reader, &item),
        },
        "sorry_server_inhibit" => match &mut draft.sorry {
            Some(sorry) => sorry.inhibit = true,
            None => no_sorry_server(reader, &item),
        },
        "real_server" => draft.real_servers.extend(real_server::real_server(reader, &item, watched)),
        _ => {}
    }
}

fn no_sorry_server(reader: &mut Reader<'_>, item: &Item<'_>) {
    reader.report(
        Diagnostic::new("no-sorry-server", Severity::Error, format!("{} needs a sorry_server", item.row.keyword))
            .at(item.origin(), "no sorry_server above this line")
            .meanwhile("the line is ignored"),
    );
}
