//! A virtual server from what was said of it: its service, its pool, and what its servers and checks inherit.
mod check;
mod group;
mod pool;
mod service;

pub(crate) use group::{Groups, finish as groups};

use super::{Placed, problem};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::global::Defaults;
use crate::lower::reader::Reader;
use crate::lower::server::{DEFAULT_PERSISTENCE, VirtualDraft};
use model::config::server::{Forwarding, Persistence, Protocol, RealServer, Service, VirtualServer};
use model::{Family, Interval};
use pool::Pool;
use service::Scope;

/// Finishes one virtual server; `None` when it cannot serve, which has been reported.
pub(crate) fn finish(
    reader: &mut Reader<'_>,
    mut draft: VirtualDraft,
    defaults: &Defaults,
    groups: &Groups,
) -> Option<Placed<VirtualServer>> {
    let place = draft.place;
    let said = std::mem::take(&mut draft.real_servers);
    let scope = service::scope(reader, &draft, said.first().map(|server| Family::of(server.address)), groups)?;
    let forwarding = forwarding(reader, &draft, &scope);
    let pool = Pool { scope: &scope, forwarding, draft: &draft, defaults };
    let real_servers = pool.real_servers(reader, said);
    if real_servers.is_empty() {
        let message = format!("virtual server {} has no real servers", scope.name);
        let found = problem("no-real-servers", message, place, "an empty pool");
        let found = found.meanwhile("the virtual server is skipped");
        reader.report(draft.futile.explain(&["real_server"], found));
        return None;
    }
    let (quorum, hysteresis) = quorum(reader, &draft, &scope, &real_servers);
    let thing = VirtualServer {
        service: scope.service,
        group: scope.group.clone(),
        scheduler: scheduler(reader, &draft, &scope),
        persistence: persistence(reader, &draft, &scope),
        one_packet: one_packet(reader, &draft, &scope),
        scheduler_flags: draft.flags,
        ha_suspend: ha_suspend(reader, &draft, &scope),
        smtp_alert: draft.smtp_alert.or(defaults.checker_mail).or(defaults.mail).unwrap_or(false),
        quorum,
        hysteresis,
        alpha: draft.alpha,
        omega: draft.omega,
        sorry_server: draft.sorry.as_ref().and_then(|sorry| pool.sorry_server(reader, sorry)),
        real_servers,
        persistence_engine: draft.persistence_engine,
        snmp_name: draft.snmp_name,
        quorum_up: reader.hook(draft.quorum_up),
        quorum_down: reader.hook(draft.quorum_down),
    };
    Some(Placed { thing, place })
}

fn forwarding(reader: &mut Reader<'_>, draft: &VirtualDraft, scope: &Scope) -> Forwarding {
    if let Some(forwarding) = draft.forwarding {
        return forwarding;
    }
    let message = format!("virtual server {} has no lvs_method", scope.name);
    let found = problem("method-missing", message, draft.place, "NAT, DR or TUN is not said");
    reader.report(draft.futile.explain(&["lvs_method", "lb_kind"], found.meanwhile("it is taken as NAT")));
    Forwarding::Nat
}

fn scheduler(reader: &mut Reader<'_>, draft: &VirtualDraft, scope: &Scope) -> String {
    if let Some(scheduler) = draft.scheduler {
        return scheduler.to_owned();
    }
    let message = format!("virtual server {} has no lvs_sched", scope.name);
    let found = problem("scheduler-missing", message, draft.place, "who gets a connection is not said");
    reader.report(draft.futile.explain(&["lvs_sched", "lb_algo"], found.meanwhile("the scheduler is wlc")));
    "wlc".to_owned()
}

fn persistence(reader: &mut Reader<'_>, draft: &VirtualDraft, scope: &Scope) -> Option<Persistence> {
    let family = scope.service.family();
    let said = draft.granularity.filter(|(length, place)| {
        if *length > family.bits() {
            let found = problem("bad-netmask", format!("an {family} address has {} bits", family.bits()), *place, "");
            reader.report(found.meanwhile("the line is ignored"));
        }
        *length <= family.bits()
    });
    let seconds = match draft.persistence {
        // Granularity alone turns persistence on.
        None if said.is_some() => DEFAULT_PERSISTENCE,
        None if scope.every_port => {
            let message = format!("virtual server {} takes every port and has no persistence", scope.name);
            reader.report(
                problem("persistence-missing", message, draft.place, "port 0 needs persistence")
                    .meanwhile(format!("persistence_timeout is {DEFAULT_PERSISTENCE} s")),
            );
            DEFAULT_PERSISTENCE
        }
        seconds => seconds?,
    };
    let granularity = said.map_or(family.bits(), |(length, _)| length);
    Some(Persistence { timeout: Interval::from_secs(seconds), granularity })
}

fn one_packet(reader: &mut Reader<'_>, draft: &VirtualDraft, scope: &Scope) -> bool {
    let Some(place) = draft.one_packet else { return false };
    if matches!(scope.service, Service::Address { protocol: Protocol::Tcp | Protocol::Sctp, .. }) {
        reader.report(
            problem("ops-without-udp", "one-packet scheduling is for UDP", place, "the protocol is another one")
                .meanwhile("the line is ignored"),
        );
        return false;
    }
    true
}

/// Nobody holds the address of a mark; and which address of a group would count is not known.
fn ha_suspend(reader: &mut Reader<'_>, draft: &VirtualDraft, scope: &Scope) -> bool {
    let Some(place) = draft.ha_suspend else { return false };
    let (severity, message) = match (&scope.group, scope.service) {
        (Some(_), _) => (Severity::Warning, "ha_suspend has no effect for a group"),
        (None, Service::Fwmark { .. }) => (Severity::Error, "ha_suspend needs a virtual address"),
        (None, Service::Address { .. }) => return true,
    };
    reader.report(
        Diagnostic::new("ha-suspend-without-address", severity, message)
            .at(place, "there is no one address to look for")
            .meanwhile("checks always run"),
    );
    false
}

/// Quorum and hysteresis, within what the pool can reach.
fn quorum(reader: &mut Reader<'_>, draft: &VirtualDraft, scope: &Scope, pool: &[RealServer]) -> (u32, u32) {
    let total = pool.iter().map(|server| u64::from(server.weight)).sum::<u64>();
    let total = u32::try_from(total).unwrap_or(u32::MAX);
    let (mut quorum, place) = draft.quorum.unwrap_or((1, draft.place));
    if quorum > total {
        let message = format!("quorum {quorum} of {} is above the weight of its pool, {total}", scope.name);
        let mut found = problem("quorum-too-high", message, place, "can never be reached").meanwhile(match total {
            0 => "the service is never up".to_owned(),
            total => format!("the quorum is {total}"),
        });
        if draft.quorum.is_none() {
            found.severity = Severity::Warning;
        }
        reader.report(found);
        quorum = total.max(1);
    }
    let mut hysteresis = 0;
    if let Some((said, place)) = draft.hysteresis {
        hysteresis = said;
        if said >= quorum {
            hysteresis = quorum.saturating_sub(1);
            let message = format!("hysteresis {said} of {} is not below its quorum, {quorum}", scope.name);
            let found = problem("hysteresis-too-high", message, place, "too wide");
            reader.report(found.meanwhile(format!("the hysteresis is {hysteresis}")));
        }
    }
    (quorum, hysteresis)
}
