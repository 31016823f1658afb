//! Checks of a real server: what they inherit, their own defaults, and those that cannot be made.
use super::problem;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::Timing;
use crate::lower::check::{CheckDraft, General, HttpDraft, KindDraft, MiscDraft, SOA};
use crate::lower::reader::Reader;
use crate::span::Origin;
use model::config::check::{CheckKind, Checker, Connect, Http, Misc};
use model::{Family, Interval};
use std::net::{IpAddr, Ipv6Addr};

/// What a check takes over from its real server.
pub(super) struct Inherited<'a> {
    pub(super) address: IpAddr,
    /// Where probes go unless they say another.
    pub(super) port: u16,
    /// Where packets of the service go. What only follows something else has this one, as no word can say another.
    pub(super) service_port: u16,
    pub(super) timing: Timing,
    pub(super) alpha: bool,
    pub(super) log_all_failures: bool,
    pub(super) virtual_host: Option<&'a str>,
}

/// A server that is only watched by checks that are not made yet.
pub(super) fn unwatched(reader: &mut Reader<'_>, address: IpAddr, checks: &[CheckDraft]) {
    let Some(check) = checks.first().filter(|_| !checks.iter().any(|check| check.made)) else { return };
    reader.report(
        Diagnostic::new("server-not-checked", Severity::Note, format!("real_server {address} is not checked"))
            .at(check.place, format!("{} is not made yet", check.keyword))
            .meanwhile("the server counts as up")
            .help("add a TCP_CHECK or HTTP_GET beside it"),
    );
}

impl Inherited<'_> {
    /// Finishes the checks of one server; those that cannot be made are reported and dropped.
    pub(super) fn checkers(&self, reader: &mut Reader<'_>, drafts: Vec<CheckDraft>) -> Vec<Checker> {
        drafts.into_iter().filter_map(|draft| self.checker(reader, draft)).collect()
    }

    fn checker(&self, reader: &mut Reader<'_>, draft: CheckDraft) -> Option<Checker> {
        let CheckDraft { keyword, place, general, kind, .. } = draft;
        let timing = general.timing.within(&self.timing);
        let delay_loop = timing.delay_loop.unwrap_or(Interval::from_secs(60));
        let (retry, pause) = match &kind {
            KindDraft::Dns { .. } => (3, delay_loop),
            KindDraft::Misc(_) => (0, Interval::from_secs(1)),
            KindDraft::Http(_) | KindDraft::Ssl(..) => (1, Interval::from_secs(3)),
            _ => (1, Interval::from_secs(1)),
        };
        let mut checker = Checker {
            delay_loop,
            retry: timing.retry.unwrap_or(retry),
            delay_before_retry: timing.delay_before_retry.unwrap_or(pause),
            warmup: timing.warmup.unwrap_or(delay_loop),
            alpha: general.alpha.unwrap_or(self.alpha),
            log_all_failures: general.log_all_failures.unwrap_or(self.log_all_failures),
            rise: general.rise.unwrap_or(1),
            fall: general.fall.unwrap_or(1),
            ..Checker::plain(CheckKind::Tcp, self.nowhere())
        };
        checker.kind = match kind {
            KindDraft::Misc(misc) => CheckKind::Misc(self.misc(reader, misc, delay_loop, place)?),
            // These two follow something else: no time and no place of their own.
            KindDraft::File { file, weight } => {
                return Some(self.follower(CheckKind::File { file, weight }, self.alpha));
            }
            KindDraft::Bfd { session } => return Some(self.follower(CheckKind::Bfd { session }, checker.alpha)),
            kind => {
                checker.connect = self.connect(reader, general, &timing, keyword, place)?;
                let needs_port = !matches!(kind, KindDraft::Ping);
                if needs_port && checker.connect.port == 0 {
                    reader.report(without_port(keyword, place));
                }
                self.over_the_network(kind)
            }
        };
        Some(checker)
    }

    fn follower(&self, kind: CheckKind, alpha: bool) -> Checker {
        Checker { alpha, ..Checker::plain(kind, self.nowhere()) }
    }

    /// The place of a check that connects to nothing.
    fn nowhere(&self) -> Connect {
        Connect::plain(self.address, self.service_port)
    }

    fn over_the_network(&self, kind: KindDraft) -> CheckKind {
        match kind {
            KindDraft::Http(http) => CheckKind::Http(self.http(http)),
            KindDraft::Ssl(http, tls) => CheckKind::Ssl(self.http(http), tls),
            KindDraft::Smtp { helo } => {
                CheckKind::Smtp { helo: helo.unwrap_or_else(|| "smtpchecker.keepalived.org".to_owned()) }
            }
            KindDraft::Dns { record, name } => {
                CheckKind::Dns { record: record.unwrap_or(SOA), name: name.unwrap_or_else(|| ".".to_owned()) }
            }
            KindDraft::Udp(udp) => CheckKind::Udp(udp),
            KindDraft::Ping => CheckKind::Ping,
            _ => CheckKind::Tcp,
        }
    }

    /// Where a probe goes; `None` when it cannot, which is reported.
    fn connect(
        &self,
        reader: &mut Reader<'_>,
        general: General,
        timing: &Timing,
        keyword: &str,
        place: Origin,
    ) -> Option<Connect> {
        let address = general.address.unwrap_or(self.address);
        if is_link_local(address) && general.bind_interface.is_none() {
            reader.report(
                problem("no-interface-for-check", format!("{keyword} of {address} has no bind_if"), place, "")
                    .meanwhile("the check is dropped")
                    .help("an address that is only good on one link needs the link: add bind_if INTERFACE"),
            );
            return None;
        }
        let mut bind_address = general.bind_address;
        if let Some((bind, place)) = bind_address.filter(|(bind, _)| Family::of(*bind) != Family::of(address)) {
            let message = format!("{keyword} goes to {address} and bindto is {bind}");
            let found = problem("mixed-families", message, place, &format!("this is {}", Family::of(bind)));
            reader.report(found.meanwhile("the line is ignored"));
            bind_address = None;
        }
        Some(Connect {
            address,
            port: general.port.unwrap_or(self.port),
            bind_address: bind_address.map(|(bind, _)| bind),
            bind_port: general.bind_port,
            bind_interface: general.bind_interface,
            fwmark: general.fwmark.unwrap_or(0),
            timeout: timing.connect_timeout.unwrap_or(Interval::from_secs(5)),
        })
    }

    fn http(&self, draft: HttpDraft) -> Http {
        let host = draft.virtual_host.as_deref().or(self.virtual_host);
        let mut urls = draft.urls;
        for url in urls.iter_mut().filter(|url| url.virtual_host.is_none()) {
            url.virtual_host = host.map(str::to_owned);
        }
        Http { version: draft.version, fast_recovery: draft.fast_recovery, urls }
    }

    fn misc(&self, reader: &mut Reader<'_>, draft: MiscDraft, delay_loop: Interval, place: Origin) -> Option<Misc> {
        let Some(command) = draft.command.and_then(|spoken| reader.command(spoken)) else {
            let message = format!("MISC_CHECK of real_server {} cannot be made", self.address);
            let mut found = problem("check-without-script", message, place, "its script is not run");
            found.severity = Severity::Warning;
            reader.report(found.meanwhile("the check is dropped: without another one the server counts as up"));
            return None;
        };
        let timeout = draft.timeout.filter(|timeout| !timeout.is_zero()).unwrap_or(delay_loop);
        Some(Misc { command, timeout, dynamic: draft.dynamic })
    }
}

const fn is_link_local(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(address) if is_unicast_link_local(address))
}

/// `fe80::/10` (RFC 4291 section 2.4).
const fn is_unicast_link_local(address: Ipv6Addr) -> bool {
    address.segments()[0] & 0xffc0 == 0xfe80
}

fn without_port(keyword: &str, place: Origin) -> Diagnostic {
    let message = format!("{keyword} has no port to go to");
    let mut found = problem("check-without-port", message, place, "neither connect_port nor the server says one");
    found.severity = Severity::Warning;
    found.meanwhile("the check goes to port 0, where nobody answers").help("add connect_port NUMBER")
}
