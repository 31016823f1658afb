//! `virtual_server` and `real_server`: what one block says, as far as it says it.
use super::arguments::diagnose;
use super::check::{self, CheckDraft, Timing};
use super::item::{Item, Value};
use super::reader::Reader;
use super::script::Spoken;
use super::vrrp::Said;
use crate::diagnostic::{Diagnostic, Severity};
use crate::span::Origin;
use crate::tree::Word;
use crate::value::{self, shown};
use model::Family;
use model::config::server::{Forwarding, Protocol};
use std::net::{IpAddr, Ipv4Addr};

/// What a `virtual_server` is for.
#[derive(Clone, Copy)]
pub(crate) enum Head {
    /// An address, and a port unless it was left out.
    Address(IpAddr, u16),
    /// A firewall mark.
    Mark(u32),
    /// The entries of a `virtual_server_group`.
    Group,
}

/// A `virtual_server` as far as it was said.
pub(crate) struct VirtualDraft {
    pub(crate) head: Head,
    pub(crate) place: Origin,
    pub(crate) family: Said<Family>,
    pub(crate) scheduler: Option<&'static str>,
    pub(crate) forwarding: Option<Forwarding>,
    pub(crate) protocol: Said<Protocol>,
    /// Seconds.
    pub(crate) persistence: Option<u64>,
    /// Prefix length.
    pub(crate) granularity: Said<u8>,
    pub(crate) one_packet: Option<Origin>,
    pub(crate) flags: u8,
    pub(crate) quorum: Said<u32>,
    pub(crate) hysteresis: Said<u32>,
    pub(crate) alpha: bool,
    pub(crate) omega: bool,
    pub(crate) inhibit: bool,
    pub(crate) weight: Option<u32>,
    pub(crate) sorry: Option<SorryDraft>,
    pub(crate) quorum_up: Option<Spoken>,
    pub(crate) quorum_down: Option<Spoken>,
    pub(crate) timing: Timing,
    pub(crate) virtual_host: Option<String>,
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

/// A `real_server` as far as it was said.
pub(crate) struct RealDraft {
    pub(crate) address: IpAddr,
    pub(crate) port: Option<u16>,
    pub(crate) place: Origin,
    pub(crate) weight: Option<u32>,
    pub(crate) forwarding: Option<Forwarding>,
    pub(crate) inhibit: Option<bool>,
    pub(crate) upper: u32,
    pub(crate) lower: u32,
    pub(crate) notify_up: Option<Spoken>,
    pub(crate) notify_down: Option<Spoken>,
    pub(crate) alpha: Option<bool>,
    pub(crate) timing: Timing,
    pub(crate) virtual_host: Option<String>,
    pub(crate) checks: Vec<CheckDraft>,
    /// A check that is not made yet, where there is one.
    pub(crate) not_made: Said<&'static str>,
}

/// Reads one `virtual_server` block; `None` when it must be skipped, which has been reported.
pub(crate) fn virtual_server(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<VirtualDraft> {
    let mut draft = VirtualDraft::new(head(reader, item)?, item.place());
    reader.block("virtual_server", item.body, &mut |reader, item| {
        if let Some(item) = draft.timing.keyword(item)
            && let Some(item) = service(reader, &mut draft, item)
            && let Some(item) = pool(&mut draft, item)
        {
            servers(reader, &mut draft, item);
        }
    });
    draft.real_servers.shrink_to_fit();
    Some(draft)
}

impl VirtualDraft {
    fn new(head: Head, place: Origin) -> Self {
        Self {
            head,
            place,
            family: None,
            scheduler: None,
            forwarding: None,
            protocol: None,
            persistence: None,
            granularity: None,
            one_packet: None,
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
        ("group", Some(_)) => {
            reader.without_effect("virtual_server group", first.origin());
            Some(Head::Group)
        }
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
fn endpoint(reader: &mut Reader<'_>, what: &str, words: &[Word], meanwhile: &str) -> Option<(IpAddr, Option<u16>)> {
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

/// `NAT|DR|TUN`, then options of a tunnel.
fn forwarding(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Forwarding> {
    let (first, rest) = item.words().split_first()?;
    let method = match value::choice(first, &["NAT", "DR", "TUN"], false) {
        Ok("DR") => Forwarding::DirectRoute,
        Ok("TUN") => Forwarding::Tunnel(model::config::server::Tunnel::default()),
        Ok(_) => Forwarding::Nat,
        Err(bad) => {
            reader.report(diagnose(item.row.keyword, first, &bad, "the line is ignored"));
            return None;
        }
    };
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match word.text() {
            "nocsum" => {}
            "csum" => reader.without_effect("csum", word.origin()),
            "remcsum" => reader.without_effect("remcsum", word.origin()),
            "port" => drop(words.next()),
            "type" => match words.next().map(Word::text) {
                Some("ipip") => {}
                _ => reader.without_effect("type", word.origin()),
            },
            other => reader.report(
                Diagnostic::new(
                    "unknown-word",
                    Severity::Error,
                    format!("{} does not take {}", item.row.keyword, shown(other)),
                )
                .at(word.origin(), "not a word of tunnels")
                .meanwhile("the word is ignored"),
            ),
        }
    }
    Some(method)
}

fn granularity(reader: &mut Reader<'_>, draft: &mut VirtualDraft, item: &Item<'_>) {
    let Some(word) = item.words().first() else { return };
    draft.persistence.get_or_insert(DEFAULT_PERSISTENCE);
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
            .meanwhile("each client counts by itself"),
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
fn pool<'t>(draft: &mut VirtualDraft, item: Item<'t>) -> Option<Item<'t>> {
    let place = item.place();
    match item.row.keyword {
        "quorum" => draft.quorum = item.unsigned().map(|quorum| (quorum, place)),
        "hysteresis" => draft.hysteresis = item.unsigned().map(|distance| (distance, place)),
        "weight" => draft.weight = item.unsigned(),
        "alpha" => draft.alpha = true,
        "omega" => draft.omega = true,
        "inhibit_on_failure" => draft.inhibit = true,
        "virtualhost" => draft.virtual_host = item.text().map(|word| word.text().to_owned()),
        _ => return Some(item),
    }
    None
}

fn servers(reader: &mut Reader<'_>, draft: &mut VirtualDraft, item: Item<'_>) {
    match item.row.keyword {
        "quorum_up" => draft.quorum_up = item.command(),
        "quorum_down" => draft.quorum_down = item.command(),
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
        "real_server" => draft.real_servers.extend(real_server(reader, &item)),
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

fn real_server(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<RealDraft> {
    let (address, port) = endpoint(reader, "real_server", item.words(), "the real_server is skipped")?;
    let mut draft = RealDraft {
        address,
        port,
        place: item.place(),
        weight: None,
        forwarding: None,
        inhibit: None,
        upper: 0,
        lower: 0,
        notify_up: None,
        notify_down: None,
        alpha: None,
        timing: Timing::default(),
        virtual_host: None,
        checks: Vec::new(),
        not_made: None,
    };
    reader.block("virtual_server/real_server", item.body, &mut |reader, item| {
        if let Some(item) = draft.timing.keyword(item) {
            real_keyword(reader, &mut draft, item);
        }
    });
    // A list of one has room for four, and there are a hundred thousand.
    draft.checks.shrink_to_fit();
    Some(draft)
}

fn real_keyword(reader: &mut Reader<'_>, draft: &mut RealDraft, item: Item<'_>) {
    match item.row.keyword {
        "weight" => draft.weight = item.unsigned(),
        "lvs_method" => draft.forwarding = forwarding(reader, &item).or(draft.forwarding),
        "uthreshold" => draft.upper = item.unsigned().unwrap_or(0),
        "lthreshold" => draft.lower = item.unsigned().unwrap_or(0),
        "inhibit_on_failure" => draft.inhibit = Some(item.on()),
        "alpha" => draft.alpha = Some(item.on()),
        "virtualhost" => draft.virtual_host = item.text().map(|word| word.text().to_owned()),
        "notify_up" => draft.notify_up = item.command(),
        "notify_down" => draft.notify_down = item.command(),
        "TCP_CHECK" => draft.checks.push(check::tcp(reader, &item)),
        "HTTP_GET" => draft.checks.extend(check::http(reader, &item)),
        name if matches!(item.value, Value::Nothing) && item.row.has_block() => {
            draft.not_made = Some((name, item.origin()));
        }
        _ => {}
    }
}
