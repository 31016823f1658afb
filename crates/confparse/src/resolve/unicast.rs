//! Unicast of an instance: usable peers, and what has no meaning without one.
use super::problem;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::global::Defaults;
use crate::lower::reader::Reader;
use crate::lower::vrrp::{InstanceDraft, UnicastDraft};
use model::Family;
use model::config::vrrp::{Peer, Unicast};
use std::net::IpAddr;

/// The peers with what belongs to them; `None` is multicast.
pub(super) fn resolve(
    reader: &mut Reader<'_>,
    draft: &mut InstanceDraft,
    family: Family,
    source: Option<IpAddr>,
    defaults: &Defaults,
) -> Option<Unicast> {
    let said = std::mem::take(&mut draft.unicast);
    let peers = peers(reader, draft, &said, family, source);
    if peers.is_empty() {
        let waits = said.wished.is_some() && said.fault_without_peer.is_some();
        without_peers(reader, draft, &said, waits);
        return waits.then(|| Unicast { ttl: said.ttl, fault_without_peer: true, ..Unicast::default() });
    }
    let limited = said.peers.iter().any(|line| line.limited && peers.iter().any(|p| p.address == line.peer.address));
    Some(Unicast {
        peers,
        ttl: said.ttl,
        check_source: limited || said.check_source.is_some() || defaults.check_unicast_source,
        fault_without_peer: said.fault_without_peer.is_some(),
    })
}

fn peers(
    reader: &mut Reader<'_>,
    draft: &InstanceDraft,
    said: &UnicastDraft,
    family: Family,
    source: Option<IpAddr>,
) -> Vec<Peer> {
    let mut peers: Vec<Peer> = Vec::new();
    for line in &said.peers {
        let address = line.peer.address;
        if Family::of(address) != family {
            let message = format!("{} is {family}, so its peers are too", draft.name);
            let found = problem("mixed-families", message, line.place, &format!("this is {}", Family::of(address)));
            reader.report(found.meanwhile("the line is ignored"));
        } else if peers.iter().any(|peer| peer.address == address) {
            let message = format!("{} lists the peer {address} twice", draft.name);
            let found = problem("duplicate-peer", message, line.place, "second time");
            reader.report(found.meanwhile("the second line is ignored"));
        } else {
            if Some(address) == source {
                let message = format!("{} names itself as a peer", draft.name);
                let found = problem("peer-is-self", message, line.place, "this is the own source address");
                let found = found.meanwhile("its own adverts come back to it and are ignored");
                reader.report(Diagnostic { severity: Severity::Warning, ..found });
            }
            peers.push(line.peer);
        }
    }
    peers
}

fn without_peers(reader: &mut Reader<'_>, draft: &InstanceDraft, said: &UnicastDraft, waits: bool) {
    let (severity, place) = match (said.wished, said.check_source.or(said.fault_without_peer)) {
        (Some(place), _) => (Severity::Error, place),
        (None, Some(place)) => (Severity::Warning, place),
        (None, None) => return,
    };
    let message = format!("{} has no unicast peer", draft.name);
    let found = problem("unicast-without-peers", message, place, "a word of unicast")
        .meanwhile(if waits { "it stays in FAULT" } else { "adverts go to the multicast group" })
        .help("list the other directors in unicast_peer { }");
    reader.report(Diagnostic { severity, ..found });
}
