//! A virtual server from what was said of it: service, pool, what its servers and checks inherit.
use super::{Placed, problem};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::Timing;
use crate::lower::check::{CheckDraft, HttpDraft};
use crate::lower::global::Defaults;
use crate::lower::reader::Reader;
use crate::lower::server::{DEFAULT_PERSISTENCE, Head, RealDraft, SorryDraft, VirtualDraft};
use crate::span::Origin;
use model::config::server::{
    CheckKind, Checker, Connect, Forwarding, Http, Persistence, Protocol, RealServer, Service, SorryServer,
    VirtualServer,
};
use model::{Family, Interval};
use std::collections::HashMap;
use std::net::IpAddr;

/// Finishes one virtual server; `None` when it cannot serve, which has been reported.
pub(crate) fn finish(
    reader: &mut Reader<'_>,
    draft: VirtualDraft,
    defaults: &Defaults,
) -> Option<Placed<VirtualServer>> {
    let place = draft.place;
    let service = service(reader, &draft)?;
    let pool = Pool { service, forwarding: forwarding(reader, &draft, service), place };
    let real_servers = pool.real_servers(reader, &draft, defaults);
    if real_servers.is_empty() {
        reader.report(
            problem("no-real-servers", format!("virtual server {service} has no real servers"), place, "an empty pool")
                .meanwhile("the virtual server is skipped"),
        );
        return None;
    }
    let (quorum, hysteresis) = quorum(reader, &draft, service, &real_servers);
    let thing = VirtualServer {
        scheduler: scheduler(reader, &draft, service),
        persistence: persistence(reader, &draft, service),
        one_packet: one_packet(reader, &draft, service),
        scheduler_flags: draft.flags,
        quorum,
        hysteresis,
        alpha: draft.alpha,
        omega: draft.omega,
        sorry_server: draft.sorry.as_ref().and_then(|sorry| pool.sorry_server(reader, sorry)),
        quorum_up: draft.quorum_up.and_then(|spoken| reader.command(spoken)),
        quorum_down: draft.quorum_down.and_then(|spoken| reader.command(spoken)),
        real_servers,
        ..VirtualServer::plain(service)
    };
    Some(Placed { thing, place })
}

/// What the service is; `None` for a group, which has been noted.
fn service(reader: &mut Reader<'_>, draft: &VirtualDraft) -> Option<Service> {
    match draft.head {
        Head::Group => None,
        Head::Mark(mark) => {
            if let Some((_, place)) = draft.protocol {
                reader.report(
                    problem("protocol-with-mark", "a firewall mark has no protocol", place, "of no use here")
                        .meanwhile("the line is ignored"),
                );
            }
            let servers = draft.real_servers.first().map(|server| Family::of(server.address));
            let family = draft.family.map(|(family, _)| family).or(servers).unwrap_or(Family::V4);
            Some(Service::Fwmark { mark, family })
        }
        Head::Address(address, port) => {
            if let Some((family, place)) = draft.family.filter(|(family, _)| *family != Family::of(address)) {
                let message = format!("ip_family is {family} and the address is {}", Family::of(address));
                let found = problem("mixed-families", message, place, "contradicts the address");
                reader.report(found.meanwhile("the line is ignored"));
            }
            let protocol = protocol(reader, draft);
            Some(Service::Address { address, port, protocol })
        }
    }
}

fn protocol(reader: &mut Reader<'_>, draft: &VirtualDraft) -> Protocol {
    if let Some((protocol, _)) = draft.protocol {
        return protocol;
    }
    reader.report(
        problem("protocol-missing", "a virtual server has no protocol", draft.place, "TCP, UDP or SCTP is not said")
            .meanwhile("it is taken as UDP")
            .help("add protocol TCP"),
    );
    Protocol::Udp
}

fn forwarding(reader: &mut Reader<'_>, draft: &VirtualDraft, service: Service) -> Forwarding {
    if let Some(forwarding) = draft.forwarding {
        return forwarding;
    }
    let message = format!("virtual server {service} has no lvs_method");
    reader.report(
        problem("method-missing", message, draft.place, "NAT, DR or TUN is not said").meanwhile("it is taken as NAT"),
    );
    Forwarding::Nat
}

fn scheduler(reader: &mut Reader<'_>, draft: &VirtualDraft, service: Service) -> String {
    if let Some(scheduler) = draft.scheduler {
        return scheduler.to_owned();
    }
    let message = format!("virtual server {service} has no lvs_sched");
    reader.report(
        problem("scheduler-missing", message, draft.place, "who gets a connection is not said")
            .meanwhile("the scheduler is wlc"),
    );
    "wlc".to_owned()
}

fn persistence(reader: &mut Reader<'_>, draft: &VirtualDraft, service: Service) -> Option<Persistence> {
    let bits = service.family().bits();
    let granularity = match draft.granularity {
        Some((length, place)) if length > bits => {
            let found = problem("bad-netmask", format!("an {} address has {bits} bits", service.family()), place, "");
            reader.report(found.meanwhile("each client counts by itself"));
            bits
        }
        Some((length, _)) => length,
        None => bits,
    };
    let seconds = match (draft.persistence, service) {
        (None, Service::Address { port: 0, .. }) => {
            let message = format!("virtual server {service} takes every port and has no persistence");
            reader.report(
                problem("persistence-missing", message, draft.place, "port 0 needs persistence")
                    .meanwhile(format!("persistence_timeout is {DEFAULT_PERSISTENCE} s")),
            );
            DEFAULT_PERSISTENCE
        }
        (seconds, _) => seconds?,
    };
    Some(Persistence { timeout: Interval::from_secs(seconds), granularity })
}

fn one_packet(reader: &mut Reader<'_>, draft: &VirtualDraft, service: Service) -> bool {
    let Some(place) = draft.one_packet else { return false };
    if matches!(service, Service::Address { protocol: Protocol::Tcp | Protocol::Sctp, .. }) {
        reader.report(
            problem("ops-without-udp", "one-packet scheduling is for UDP", place, "the protocol is another one")
                .meanwhile("the line is ignored"),
        );
        return false;
    }
    true
}

/// Quorum and hysteresis, within what the pool can reach.
fn quorum(reader: &mut Reader<'_>, draft: &VirtualDraft, service: Service, pool: &[RealServer]) -> (u32, u32) {
    let total = pool.iter().map(|server| u64::from(server.weight)).sum::<u64>();
    let total = u32::try_from(total).unwrap_or(u32::MAX);
    let mut quorum = 1;
    if let Some((said, place)) = draft.quorum {
        quorum = said;
        if said > total {
            let message = format!("quorum {said} of {service} is above the weight of its pool, {total}");
            let found = problem("quorum-too-high", message, place, "can never be reached");
            reader.report(found.meanwhile(format!("the quorum is {total}")));
            quorum = total;
        }
    }
    let mut hysteresis = 0;
    if let Some((said, place)) = draft.hysteresis {
        hysteresis = said;
        if said >= quorum {
            hysteresis = quorum.saturating_sub(1);
            let message = format!("hysteresis {said} of {service} is not below its quorum, {quorum}");
            let found = problem("hysteresis-too-high", message, place, "too wide");
            reader.report(found.meanwhile(format!("the hysteresis is {hysteresis}")));
        }
    }
    (quorum.max(1), hysteresis)
}

/// What the servers of one pool share.
struct Pool {
    service: Service,
    forwarding: Forwarding,
    place: Origin,
}

impl Pool {
    fn real_servers(&self, reader: &mut Reader<'_>, draft: &VirtualDraft, defaults: &Defaults) -> Vec<RealServer> {
        let mut seen: HashMap<(IpAddr, u16), Origin> = HashMap::new();
        let mut found = Vec::with_capacity(draft.real_servers.len());
        for real in &draft.real_servers {
            if Family::of(real.address) != self.service.family() {
                self.wrong_family(reader, "real_server", real.address, real.place);
                continue;
            }
            let server = self.real_server(reader, draft, real, defaults);
            if let Some(before) = seen.get(&(server.address, server.port)) {
                let message = format!("{} lists [{}]:{} twice", self.service, server.address, server.port);
                reader.report(
                    problem("duplicate-real-server", message, real.place, "second time")
                        .with(*before, "first time")
                        .meanwhile("the second one is skipped"),
                );
                continue;
            }
            seen.insert((server.address, server.port), real.place);
            found.push(server);
        }
        found
    }

    fn wrong_family(&self, reader: &mut Reader<'_>, what: &str, address: IpAddr, place: Origin) {
        let message = format!("{what} {address} and virtual server {} are of different families", self.service);
        reader.report(
            problem("mixed-families", message, place, &format!("this is {}", Family::of(address)))
                .with(self.place, &*format!("this is {}", self.service.family()))
                .meanwhile(format!("the {what} is skipped")),
        );
    }

    /// The port of a server: that of the service, unless packets are rewritten on the way.
    fn port(
        &self,
        reader: &mut Reader<'_>,
        said: Option<u16>,
        forwarding: Forwarding,
        what: &str,
        place: Origin,
    ) -> u16 {
        let own = match self.service {
            Service::Address { port, .. } => port,
            Service::Fwmark { .. } => 0,
        };
        let Some(port) = said else { return own };
        if forwarding == Forwarding::Nat || port == own {
            return port;
        }
        let message = format!("the port of a {what} differs from that of {}", self.service);
        reader.report(problem("port-mismatch", message, place, "only NAT can change the port").meanwhile(match own {
            0 => "the port is left out".to_owned(),
            own => format!("port {own} is used"),
        }));
        own
    }

    fn sorry_server(&self, reader: &mut Reader<'_>, sorry: &SorryDraft) -> Option<SorryServer> {
        if Family::of(sorry.address) != self.service.family() {
            self.wrong_family(reader, "sorry_server", sorry.address, sorry.place);
            return None;
        }
        let forwarding = sorry.forwarding.unwrap_or(self.forwarding);
        let port = self.port(reader, sorry.port, forwarding, "sorry_server", sorry.place);
        Some(SorryServer { address: sorry.address, port, forwarding, inhibit: sorry.inhibit })
    }

    fn real_server(
        &self,
        reader: &mut Reader<'_>,
        draft: &VirtualDraft,
        real: &RealDraft,
        defaults: &Defaults,
    ) -> RealServer {
        let forwarding = real.forwarding.unwrap_or(self.forwarding);
        let port = self.port(reader, real.port, forwarding, "real_server", real.place);
        if let (Some((check, place)), []) = (real.not_made, real.checks.as_slice()) {
            unwatched(reader, real, check, place);
        }
        let inherited = Inherited {
            address: real.address,
            // Checks go to the port that was written, also where IPVS cannot rewrite to it (DR, TUN, firewall marks).
            port: real.port.unwrap_or(port),
            timing: real.timing.within(&draft.timing),
            alpha: real.alpha.unwrap_or(draft.alpha),
            log_all_failures: defaults.log_all_failures,
            virtual_host: real.virtual_host.as_ref().or(draft.virtual_host.as_ref()),
        };
        RealServer {
            weight: real.weight.or(draft.weight).unwrap_or(1),
            forwarding,
            inhibit_on_failure: real.inhibit.unwrap_or(draft.inhibit),
            upper_threshold: real.upper,
            lower_threshold: real.lower,
            notify_up: real.notify_up.clone().and_then(|spoken| reader.command(spoken)),
            notify_down: real.notify_down.clone().and_then(|spoken| reader.command(spoken)),
            checkers: real.checks.iter().map(|check| inherited.checker(check)).collect(),
            ..RealServer::plain(real.address, port)
        }
    }
}

/// A server that is only watched by a check that is not made yet.
fn unwatched(reader: &mut Reader<'_>, real: &RealDraft, check: &str, place: Origin) {
    reader.report(
        Diagnostic::new("server-not-checked", Severity::Note, format!("real_server {} is not checked", real.address))
            .at(place, format!("{check} is not made yet"))
            .meanwhile("the server counts as up")
            .help("add a TCP_CHECK or HTTP_GET beside it"),
    );
}

/// What a check takes over from its real server.
struct Inherited<'a> {
    address: IpAddr,
    port: u16,
    timing: Timing,
    alpha: bool,
    log_all_failures: bool,
    virtual_host: Option<&'a String>,
}

impl Inherited<'_> {
    fn checker(&self, check: &CheckDraft) -> Checker {
        let timing = check.timing.within(&self.timing);
        let delay_loop = timing.delay_loop.unwrap_or(Interval::from_secs(60));
        let pause = if check.http.is_some() { 3 } else { 1 };
        Checker {
            kind: check.http.as_ref().map_or(CheckKind::Tcp, |http| CheckKind::Http(self.http(http))),
            connect: Connect {
                address: check.address.unwrap_or(self.address),
                port: check.port.unwrap_or(self.port),
                bind_address: check.bind_address,
                bind_port: check.bind_port,
                bind_interface: check.bind_interface.clone(),
                fwmark: check.fwmark,
                timeout: timing.connect_timeout.unwrap_or(Interval::from_secs(5)),
            },
            delay_loop,
            retry: timing.retry.unwrap_or(1),
            delay_before_retry: timing.delay_before_retry.unwrap_or(Interval::from_secs(pause)),
            warmup: timing.warmup.unwrap_or(delay_loop),
            alpha: check.alpha.unwrap_or(self.alpha),
            log_all_failures: check.log_all_failures.unwrap_or(self.log_all_failures),
            rise: 1,
            fall: 1,
        }
    }

    fn http(&self, draft: &HttpDraft) -> Http {
        let host = draft.virtual_host.as_ref().or(self.virtual_host);
        let mut urls = draft.urls.clone();
        for url in &mut urls {
            if url.virtual_host.is_none() {
                url.virtual_host = host.cloned();
            }
        }
        Http { version: draft.version, fast_recovery: draft.fast_recovery, urls }
    }
}
