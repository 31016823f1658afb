//! Checks of real servers: what one block says, as far as it says it; first what all of them share.
mod http;
mod probes;

use super::item::Item;
use super::reader::Reader;
use super::script::Spoken;
use super::track::Watched;
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema::Wired;
use crate::span::Origin;
use model::config::check::{HttpVersion, Tls, Udp, Url};
use model::{Family, InterfaceName, Interval, Name};
use std::net::IpAddr;

/// Types of DNS records with their numbers (RFC 1035 section 3.2.2, RFC 3596, RFC 4034).
pub(crate) const RECORDS: [(&str, u16); 9] = [
    ("A", 1),
    ("NS", 2),
    ("CNAME", 5),
    ("SOA", SOA),
    ("MX", 15),
    ("TXT", 16),
    ("AAAA", 28),
    ("RRSIG", 46),
    ("DNSKEY", 48),
];

/// What `DNS_CHECK` asks for unless told otherwise.
pub(crate) const SOA: u16 = 6;

/// When checks run, as far as it was said: of a virtual server, a real server or a check.
#[derive(Clone, Default)]
pub(crate) struct Timing {
    pub(crate) retry: Option<u32>,
    pub(crate) delay_before_retry: Option<Interval>,
    pub(crate) warmup: Option<Interval>,
    pub(crate) connect_timeout: Option<Interval>,
    pub(crate) delay_loop: Option<Interval>,
}

impl Timing {
    /// Takes a keyword of timing; hands back any other.
    pub(crate) fn keyword<'t>(&mut self, item: Item<'t>) -> Option<Item<'t>> {
        match item.row.keyword {
            "retry" | "nb_get_retry" => self.retry = item.unsigned(),
            "delay_before_retry" => self.delay_before_retry = item.interval(),
            "warmup" => self.warmup = item.interval(),
            "connect_timeout" => self.connect_timeout = item.interval(),
            "delay_loop" => self.delay_loop = item.interval(),
            _ => return Some(item),
        }
        None
    }

    /// What is said here, and where nothing is said what is said further out.
    pub(crate) fn within(&self, outer: &Self) -> Self {
        Self {
            retry: self.retry.or(outer.retry),
            delay_before_retry: self.delay_before_retry.or(outer.delay_before_retry),
            warmup: self.warmup.or(outer.warmup),
            connect_timeout: self.connect_timeout.or(outer.connect_timeout),
            delay_loop: self.delay_loop.or(outer.delay_loop),
        }
    }
}

/// A check as far as it was said.
pub(crate) struct CheckDraft {
    /// The keyword of its block.
    pub(crate) keyword: &'static str,
    pub(crate) place: Origin,
    /// Whether the daemon makes such checks.
    pub(crate) made: bool,
    pub(crate) kind: KindDraft,
    pub(crate) general: General,
}

/// What a check asks, as far as it was said.
pub(crate) enum KindDraft {
    Tcp,
    Http(HttpDraft),
    Ssl(HttpDraft, Tls),
    Smtp { helo: Option<String> },
    Dns { record: Option<u16>, name: Option<String> },
    Udp(Udp),
    Ping,
    Misc(MiscDraft),
    File { file: Name, weight: i32 },
    Bfd { session: Name },
}

/// What `HTTP_GET` and `SSL_GET` say.
#[derive(Default)]
pub(crate) struct HttpDraft {
    pub(crate) version: HttpVersion,
    pub(crate) fast_recovery: bool,
    pub(crate) virtual_host: Option<String>,
    pub(crate) urls: Vec<Url>,
}

/// What `MISC_CHECK` says.
#[derive(Default)]
pub(crate) struct MiscDraft {
    /// With its user; `None` where the command or its user is no good, which has been reported.
    pub(crate) command: Option<Spoken>,
    /// Seconds; 0 is as if nothing was said.
    pub(crate) timeout: Option<Interval>,
    pub(crate) dynamic: bool,
}

/// What every check can say: when it runs, where it connects.
#[derive(Clone, Default)]
pub(crate) struct General {
    pub(crate) timing: Timing,
    pub(crate) address: Option<IpAddr>,
    pub(crate) port: Option<u16>,
    pub(crate) bind_address: Option<(IpAddr, Origin)>,
    pub(crate) bind_port: Option<u16>,
    pub(crate) bind_interface: Option<InterfaceName>,
    pub(crate) fwmark: Option<u32>,
    pub(crate) alpha: Option<bool>,
    pub(crate) log_all_failures: Option<bool>,
    pub(crate) rise: Option<u32>,
    pub(crate) fall: Option<u32>,
}

impl General {
    /// Takes a keyword that every check has; hands back any other.
    fn keyword<'t>(&mut self, reader: &mut Reader<'_>, item: Item<'t>) -> Option<Item<'t>> {
        let item = self.timing.keyword(item)?;
        match item.row.keyword {
            "connect_ip" => {
                self.address = same_family(reader, &item, self.bind_address.map(|bind| bind.0)).or(self.address);
            }
            "bindto" => {
                let address = same_family(reader, &item, self.address).map(|address| (address, item.place()));
                self.bind_address = address.or(self.bind_address);
            }
            "connect_port" => self.port = port(&item),
            "bind_port" => self.bind_port = port(&item),
            "bind_if" => self.bind_interface = item.interface(),
            "fwmark" => self.fwmark = item.unsigned(),
            "alpha" => self.alpha = Some(item.on()),
            "log_all_failures" => self.log_all_failures = Some(item.on()),
            "rise" => self.rise = item.unsigned(),
            "fall" => self.fall = item.unsigned(),
            _ => return Some(item),
        }
        None
    }

    /// What is said here, and where nothing is said what the block around says.
    fn within(self, outer: &Self) -> Self {
        Self {
            timing: self.timing.within(&outer.timing),
            address: self.address.or(outer.address),
            port: self.port.or(outer.port),
            bind_address: self.bind_address.or(outer.bind_address),
            bind_port: self.bind_port.or(outer.bind_port),
            bind_interface: self.bind_interface.or_else(|| outer.bind_interface.clone()),
            fwmark: self.fwmark.or(outer.fwmark),
            alpha: self.alpha.or(outer.alpha),
            log_all_failures: self.log_all_failures.or(outer.log_all_failures),
            rise: self.rise.or(outer.rise),
            fall: self.fall.or(outer.fall),
        }
    }
}

/// An address that agrees with the other end.
fn same_family(reader: &mut Reader<'_>, item: &Item<'_>, other: Option<IpAddr>) -> Option<IpAddr> {
    let address = item.address()?;
    if other.is_none_or(|other| Family::of(other) == Family::of(address)) {
        return Some(address);
    }
    reader.report(
        Diagnostic::new("mixed-families", Severity::Error, "connect_ip and bindto are of different families")
            .at(item.place(), format!("this is {}", Family::of(address)))
            .meanwhile("the line is ignored"),
    );
    None
}

fn port(item: &Item<'_>) -> Option<u16> {
    item.number().and_then(|number| u16::try_from(number).ok())
}

/// Reads a check; nothing when it cannot be made, which is reported. `SMTP_CHECK` in its earliest form lists several hosts,
/// and each is a check.
pub(crate) fn checks(
    reader: &mut Reader<'_>,
    item: &Item<'_>,
    watched: &mut Watched,
    before: &[CheckDraft],
) -> Vec<CheckDraft> {
    let mut general = General::default();
    let kind = match item.row.keyword {
        "TCP_CHECK" => plain(reader, item, &mut general, KindDraft::Tcp),
        "PING_CHECK" => plain(reader, item, &mut general, KindDraft::Ping),
        "HTTP_GET" => http::http(reader, item, &mut general).map(KindDraft::Http),
        "SSL_GET" => http::ssl(reader, item, &mut general).map(|(http, tls)| KindDraft::Ssl(http, tls)),
        "SMTP_CHECK" => return probes::smtp(reader, item),
        "DNS_CHECK" => Some(probes::dns(reader, item, &mut general)),
        "UDP_CHECK" => Some(KindDraft::Udp(probes::udp(reader, item, &mut general))),
        "MISC_CHECK" => probes::misc(reader, item, &mut general).map(KindDraft::Misc),
        "FILE_CHECK" => probes::file(reader, item, watched),
        "BFD_CHECK" => probes::bfd(reader, item, &mut general, watched, before),
        _ => None,
    };
    kind.map(|kind| draft(item, kind, general)).into_iter().collect()
}

fn draft(item: &Item<'_>, kind: KindDraft, general: General) -> CheckDraft {
    // A session that nobody runs says nothing of a server.
    let made = item.row.wired == Wired::Yes && !matches!(kind, KindDraft::Bfd { .. });
    CheckDraft { keyword: item.row.keyword, place: item.origin(), made, kind, general }
}

/// The path of the block behind a check.
fn path(item: &Item<'_>) -> String {
    format!("virtual_server/real_server/{}", item.row.keyword)
}

/// A check that says nothing beyond what all of them say.
fn plain(reader: &mut Reader<'_>, item: &Item<'_>, general: &mut General, kind: KindDraft) -> Option<KindDraft> {
    reader.block(&path(item), item.body, &mut |reader, item| drop(general.keyword(reader, item)));
    Some(kind)
}

/// Reports a check without what it cannot do without.
fn incomplete(reader: &mut Reader<'_>, item: &Item<'_>, missing: &str) {
    reader.report(
        Diagnostic::new("incomplete-block", Severity::Error, format!("{} has no {missing}", item.row.keyword))
            .at(item.origin(), format!("no {missing} in this block"))
            .meanwhile("the block is dropped"),
    );
}
