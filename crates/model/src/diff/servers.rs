//! What a reload does to virtual and real servers: what `checkers::Pool` and the hand of the IPVS table do, in words.
use super::Sides;
use crate::Interval;
use crate::config::check::{CheckKind, Checker};
use crate::config::server::{RealServer, VirtualServer};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What a reload does to a virtual server.
pub(super) fn effects_of_service(sides: &Sides<'_, VirtualServer>) -> Vec<String> {
    let (old, new) = match sides {
        Sides::Removed => return alloc::vec!["leaves the IPVS table, its connections end".to_owned()],
        Sides::Added(_) => return alloc::vec!["enters the IPVS table at once".to_owned()],
        Sides::Changed(old, new) => (old, new),
    };
    let mut effects = Vec::new();
    let settings = |v: &VirtualServer| {
        (v.scheduler.clone(), v.persistence, v.persistence_engine.clone(), v.one_packet, v.scheduler_flags)
    };
    if settings(old) != settings(new) {
        effects.push("one IPVS command changes the service, connections stay".to_owned());
    }
    if (old.quorum, old.hysteresis, &old.sorry_server) != (new.quorum, new.hysteresis, &new.sorry_server) {
        effects.push("its quorum is judged anew at once".to_owned());
    }
    if (&old.quorum_up, &old.quorum_down) != (&new.quorum_up, &new.quorum_down) {
        effects.push("the next gain or loss of the quorum runs the new hooks".to_owned());
    }
    effects
}

/// What a reload does to a real server of a virtual server that stays.
pub(super) fn effects_of_real(sides: &Sides<'_, RealServer>) -> Vec<String> {
    match sides {
        Sides::Removed => alloc::vec!["leaves the IPVS table, its connections end".to_owned()],
        Sides::Added(new) if new.checkers.iter().any(|check| check.alpha) => {
            alloc::vec!["joins when its checks have succeeded".to_owned()]
        }
        Sides::Added(_) => alloc::vec!["joins at once and counts as up until a check fails".to_owned()],
        Sides::Changed(old, new) => effects_of_change(old, new),
    }
}

fn effects_of_change(old: &RealServer, new: &RealServer) -> Vec<String> {
    let mut effects = Vec::new();
    if old.weight != new.weight {
        let text = format!("weight {} -> {}: one IPVS command, connections stay", old.weight, new.weight);
        effects.push(text);
    }
    let settings = |r: &RealServer| (r.forwarding, r.upper_threshold, r.lower_threshold);
    if settings(old) != settings(new) {
        effects.push("one IPVS command changes the server, connections stay".to_owned());
    }
    effects.extend(effects_of_checks(&old.checkers, &new.checkers));
    if (&old.notify_up, &old.notify_down) != (&new.notify_up, &new.notify_down) {
        effects.push("its next change runs the new hooks".to_owned());
    }
    effects
}

/// Each new check goes on with an equal old one, else with one that asks the same; any other starts anew.
fn effects_of_checks(old: &[Checker], new: &[Checker]) -> Vec<String> {
    let mut free: Vec<&Checker> = old.iter().collect();
    let mut take = |fits: &dyn Fn(&Checker) -> bool| {
        let at = free.iter().position(|check| fits(check));
        at.map(|at| free.remove(at))
    };
    let unequal: Vec<&Checker> = new.iter().filter(|check| take(&|old| old == *check).is_none()).collect();
    let mut effects = Vec::new();
    for check in unequal {
        let name = name_of(check);
        effects.push(match take(&|old| old.asks_the_same_as(check)) {
            Some(_) => format!("{name} goes on with its new timing, no result is lost"),
            None => format!(
                "{name} starts anew: at once where a failed check went, else within {}; until then the server stays as it is",
                FIRST_WAIT + check.warmup
            ),
        });
    }
    effects.extend(free.iter().map(|gone| format!("{} is not made any more", name_of(gone))));
    effects
}

/// What is always added to the warm-up of a new check.
const FIRST_WAIT: Interval = Interval::from_secs(1);

fn name_of(check: &Checker) -> String {
    let keyword = match &check.kind {
        CheckKind::Tcp => "TCP_CHECK",
        CheckKind::Http(_) => "HTTP_GET",
        CheckKind::Ssl(..) => "SSL_GET",
        CheckKind::Smtp { .. } => "SMTP_CHECK",
        CheckKind::Dns { .. } => "DNS_CHECK",
        CheckKind::Udp(_) => "UDP_CHECK",
        CheckKind::Ping => "PING_CHECK",
        CheckKind::Misc(_) => "MISC_CHECK",
        CheckKind::File { .. } => "FILE_CHECK",
        CheckKind::Bfd { .. } => "BFD_CHECK",
    };
    format!("{keyword} of {} port {}", check.connect.address, check.connect.port)
}
