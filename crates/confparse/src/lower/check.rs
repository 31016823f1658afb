//! `TCP_CHECK` and `HTTP_GET`: what one block says, as far as it says it.
use super::arguments::diagnose;
use super::item::{Item, Value};
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::span::Origin;
use crate::value;
use model::config::server::{HttpVersion, Url};
use model::{Family, InterfaceName, Interval};
use std::net::IpAddr;

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
    pub(crate) http: Option<HttpDraft>,
    pub(crate) place: Origin,
    pub(crate) address: Option<IpAddr>,
    pub(crate) port: Option<u16>,
    pub(crate) bind_address: Option<IpAddr>,
    pub(crate) bind_port: Option<u16>,
    pub(crate) bind_interface: Option<InterfaceName>,
    pub(crate) fwmark: u32,
    pub(crate) timing: Timing,
    pub(crate) alpha: Option<bool>,
    pub(crate) log_all_failures: Option<bool>,
}

/// What `HTTP_GET` says beyond that.
#[derive(Default)]
pub(crate) struct HttpDraft {
    pub(crate) version: HttpVersion,
    pub(crate) fast_recovery: bool,
    pub(crate) virtual_host: Option<String>,
    pub(crate) urls: Vec<Url>,
}

impl CheckDraft {
    const fn new(place: Origin) -> Self {
        Self {
            http: None,
            place,
            address: None,
            port: None,
            bind_address: None,
            bind_port: None,
            bind_interface: None,
            fwmark: 0,
            timing: Timing {
                retry: None,
                delay_before_retry: None,
                warmup: None,
                connect_timeout: None,
                delay_loop: None,
            },
            alpha: None,
            log_all_failures: None,
        }
    }

    /// Takes a keyword that every check has; hands back any other.
    fn keyword<'t>(&mut self, reader: &mut Reader<'_>, item: Item<'t>) -> Option<Item<'t>> {
        let item = self.timing.keyword(item)?;
        match item.row.keyword {
            "connect_ip" => self.address = same_family(reader, &item, self.bind_address).or(self.address),
            "bindto" => self.bind_address = same_family(reader, &item, self.address).or(self.bind_address),
            "connect_port" => self.port = port(&item),
            "bind_port" => self.bind_port = port(&item),
            "bind_if" => self.bind_interface = item.interface(),
            "fwmark" => self.fwmark = item.unsigned().unwrap_or(0),
            "alpha" => self.alpha = Some(item.on()),
            "log_all_failures" => self.log_all_failures = Some(item.on()),
            _ => return Some(item),
        }
        None
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

/// Reads a `TCP_CHECK` block.
pub(crate) fn tcp(reader: &mut Reader<'_>, item: &Item<'_>) -> CheckDraft {
    let mut draft = CheckDraft::new(item.origin());
    reader.block("virtual_server/real_server/TCP_CHECK", item.body, &mut |reader, item| {
        draft.keyword(reader, item);
    });
    draft
}

/// Reads an `HTTP_GET` block; `None` when it has no page to fetch, which is reported.
pub(crate) fn http(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<CheckDraft> {
    let mut draft = CheckDraft::new(item.origin());
    let mut http = HttpDraft::default();
    reader.block("virtual_server/real_server/HTTP_GET", item.body, &mut |reader, item| {
        if let Some(item) = draft.keyword(reader, item) {
            http_keyword(reader, &mut http, &item);
        }
    });
    if http.urls.is_empty() {
        reader.report(
            Diagnostic::new("check-without-url", Severity::Error, "HTTP_GET has no url with a path")
                .at(draft.place, "this check has nothing to fetch")
                .meanwhile("the check is dropped"),
        );
        return None;
    }
    draft.http = Some(http);
    Some(draft)
}

fn http_keyword(reader: &mut Reader<'_>, draft: &mut HttpDraft, item: &Item<'_>) {
    match item.row.keyword {
        "virtualhost" => draft.virtual_host = item.text().map(|word| word.text().to_owned()),
        "http_protocol" => {
            draft.version = match item.word() {
                Some("1.1") => HttpVersion::V1_1,
                Some("1.0C" | "1.0c") => HttpVersion::V1_0Close,
                _ => HttpVersion::V1_0,
            };
        }
        "fast_recovery" => draft.fast_recovery = item.on(),
        "url" => draft.urls.extend(url(reader, item)),
        _ => {}
    }
}

fn url(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Url> {
    let mut path = None;
    let mut url = Url { status: Vec::new(), ..Url::plain("") };
    reader.block("virtual_server/real_server/HTTP_GET/url", item.body, &mut |reader, item| match item.row.keyword {
        "path" => path = item.text().map(|word| word.text().to_owned()),
        "virtualhost" => url.virtual_host = item.text().map(|word| word.text().to_owned()),
        "digest" => {
            if let Value::Digest(digest) = item.value {
                url.digest = Some(digest);
            }
        }
        "status_code" => statuses(reader, &mut url, &item),
        _ => {}
    });
    let Some(path) = path else {
        reader.report(
            Diagnostic::new("url-without-path", Severity::Error, "a url has no path")
                .at(item.origin(), "no path line in this block")
                .meanwhile("the url is dropped"),
        );
        return None;
    };
    url.path = path;
    if url.status.is_empty() {
        url.status.push((200, 299));
    }
    Some(url)
}

fn statuses(reader: &mut Reader<'_>, url: &mut Url, item: &Item<'_>) {
    for word in item.words() {
        match value::status(word) {
            Ok(range) => url.status.push(range),
            Err(bad) => reader.report(diagnose("a status code", word, &bad, "it is ignored")),
        }
    }
}
