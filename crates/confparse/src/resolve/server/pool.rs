//! The pool of a virtual server: real servers and the sorry server, their ports and what they inherit.
use super::check::{Inherited, unwatched};
use super::problem;
use super::service::Scope;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::global::Defaults;
use crate::lower::reader::Reader;
use crate::lower::real_server::RealDraft;
use crate::lower::server::{SorryDraft, VirtualDraft};
use crate::span::Origin;
use model::Family;
use model::config::server::{Forwarding, RealServer, SorryServer};
use std::collections::HashMap;
use std::net::IpAddr;

/// What the servers of one pool share.
pub(super) struct Pool<'a> {
    pub(super) scope: &'a Scope,
    pub(super) forwarding: Forwarding,
    pub(super) draft: &'a VirtualDraft,
    pub(super) defaults: &'a Defaults,
}

impl Pool<'_> {
    pub(super) fn real_servers(&self, reader: &mut Reader<'_>, said: Vec<RealDraft>) -> Vec<RealServer> {
        let mut seen: HashMap<(IpAddr, u16), Origin> = HashMap::new();
        let mut found = Vec::with_capacity(said.len());
        for real in said {
            let place = real.place;
            if !self.takes(real.address, real.forwarding) {
                self.wrong_family(reader, "real_server", real.address, place);
                continue;
            }
            let server = self.real_server(reader, real);
            if let Some(before) = seen.get(&(server.address, server.port)) {
                let message = format!("{} lists [{}]:{} twice", self.scope.name, server.address, server.port);
                reader.report(
                    problem("duplicate-real-server", message, place, "second time")
                        .with(*before, "first time")
                        .meanwhile("the second one is skipped"),
                );
                continue;
            }
            seen.insert((server.address, server.port), place);
            found.push(server);
        }
        found
    }

    /// Whether a server of this address can serve: of the service's family, or through a tunnel, which carries either.
    fn takes(&self, address: IpAddr, forwarding: Option<Forwarding>) -> bool {
        let tunnel = matches!(forwarding.unwrap_or(self.forwarding), Forwarding::Tunnel(_));
        tunnel || self.scope.takes(Family::of(address))
    }

    fn wrong_family(&self, reader: &mut Reader<'_>, what: &str, address: IpAddr, place: Origin) {
        let message = format!("{what} {address} and virtual server {} are of different families", self.scope.name);
        reader.report(
            problem("mixed-families", message, place, &format!("this is {}", Family::of(address)))
                .with(self.draft.place, &*format!("this is {}", self.scope.service.family()))
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
        let own = self.scope.port;
        let Some(port) = said else { return own };
        if matches!(forwarding, Forwarding::Nat | Forwarding::FullNat) || port == own {
            return port;
        }
        let message = format!("the port of a {what} differs from that of {}", self.scope.name);
        reader.report(problem("port-mismatch", message, place, "only NAT can change the port").meanwhile(match own {
            0 => "the port is left out".to_owned(),
            own => format!("port {own} is used"),
        }));
        own
    }

    pub(super) fn sorry_server(&self, reader: &mut Reader<'_>, sorry: &SorryDraft) -> Option<SorryServer> {
        if !self.takes(sorry.address, sorry.forwarding) {
            self.wrong_family(reader, "sorry_server", sorry.address, sorry.place);
            return None;
        }
        let forwarding = sorry.forwarding.unwrap_or(self.forwarding);
        let port = self.port(reader, sorry.port, forwarding, "sorry_server", sorry.place);
        Some(SorryServer { address: sorry.address, port, forwarding, inhibit: sorry.inhibit })
    }

    fn real_server(&self, reader: &mut Reader<'_>, real: RealDraft) -> RealServer {
        let (draft, defaults) = (self.draft, self.defaults);
        let forwarding = real.forwarding.unwrap_or(self.forwarding);
        let port = self.port(reader, real.port, forwarding, "real_server", real.place);
        unwatched(reader, real.address, &real.checks);
        let virtual_host = real.virtual_host.clone().or_else(|| draft.virtual_host.clone());
        let inherited = Inherited {
            address: real.address,
            // Checks go to the port that was written, also where IPVS cannot rewrite to it (DR, TUN, firewall marks).
            port: real.port.filter(|port| *port != 0).unwrap_or(port),
            service_port: port,
            timing: real.timing.within(&draft.timing),
            alpha: real.alpha.unwrap_or(draft.alpha),
            log_all_failures: defaults.log_all_failures,
            virtual_host: virtual_host.as_deref(),
        };
        let checkers = inherited.checkers(reader, real.checks);
        RealServer {
            weight: real.weight.or(draft.weight).unwrap_or(1),
            forwarding,
            inhibit_on_failure: real.inhibit.unwrap_or(draft.inhibit),
            upper_threshold: real.upper,
            lower_threshold: lower_threshold(reader, real.upper, real.lower),
            notify_up: reader.hook(real.notify_up),
            notify_down: reader.hook(real.notify_down),
            alpha: inherited.alpha,
            smtp_alert: real.smtp_alert.or(defaults.checker_mail).or(defaults.mail).unwrap_or(true),
            snmp_name: real.snmp_name,
            drain: real.drain.or(draft.drain).filter(|drain| !drain.is_zero()),
            checkers,
            virtual_host,
            ..RealServer::plain(real.address, port)
        }
    }
}

/// The kernel refuses a server whose lower threshold is above its upper one.
fn lower_threshold(reader: &mut Reader<'_>, upper: u32, said: Option<(u32, Origin)>) -> u32 {
    let Some((lower, place)) = said else { return 0 };
    if lower <= upper {
        return lower;
    }
    let message = match upper {
        0 => "lthreshold needs a uthreshold".to_owned(),
        upper => format!("lthreshold {lower} is above uthreshold {upper}"),
    };
    reader.report(
        Diagnostic::new("lthreshold-too-high", Severity::Warning, message)
            .at(place, "the kernel refuses such a server")
            .meanwhile("the line is ignored"),
    );
    0
}
