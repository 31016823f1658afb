//! What the log says of reports, plans and diagnostics; the original daemon's words where scripts look for them.
pub mod plan;

use checkers::effect::Report as PoolReport;
use confparse::Loaded;
use confparse::diagnostic::Severity as Problem;
use confparse::render::concise;
use model::state::vrrp::RouterState;
use model::{Instant, Name, limits};
use std::collections::BTreeMap;
use tracing::{debug, error, info, warn};
use vrrp::effect::{Report, Severity};

/// Logs what virtual routers report, and of what a hostile network can make without end only so much.
#[derive(Default)]
pub struct RouterLog {
    /// When a weaker router was last told of, and how many adverts were passed over since.
    weaker: BTreeMap<Name, (Instant, u64)>,
}

impl RouterLog {
    /// Logs a report that came at this time.
    pub fn router(&mut self, now: Instant, report: &Report) {
        match report {
            Report::HeardLowerPriority { instance, priority } => {
                if let Some(more) = self.weaker(now, instance) {
                    debug!("({instance}) heard an advert of lower priority than our {priority}{more}");
                }
            }
            Report::Removed { instance, .. } => drop(self.weaker.remove(instance)),
            _ => {}
        }
        router(report);
    }

    /// What to add to a line about a weaker router; `None` when it is too early for one.
    fn weaker(&mut self, now: Instant, instance: &Name) -> Option<String> {
        let Some((told_at, passed_over)) = self.weaker.get_mut(instance) else {
            self.weaker.insert(instance.clone(), (now, 0));
            return Some(String::new());
        };
        if now < *told_at + limits::LOWER_PRIORITY_LOG {
            *passed_over += 1;
            return None;
        }
        *told_at = now;
        match std::mem::take(passed_over) {
            0 => Some(String::new()),
            count => Some(format!(", and {count} more since this was last told")),
        }
    }
}

fn router(report: &Report) {
    match report {
        Report::Moved { instance, to, reason, .. } => moved(instance.as_str(), *to, reason),
        Report::GroupMoved { group, to } => info!("(group {group}) Syncing instances to {to} state"),
        Report::PriorityChanged { instance, priority, .. } => {
            info!("({instance}) Changing effective priority to {priority}");
        }
        Report::HeardLowerPriority { .. } | Report::Stands { .. } | Report::GroupStands { .. } => {}
        Report::Removed { instance, .. } => info!("({instance}) removed by reload"),
        Report::SwitchoverEnded { instance, outcome: Ok(Some(master)) } => info!("({instance}) {master} is master now"),
        Report::SwitchoverEnded { instance, outcome: Ok(None) } => info!("({instance}) let go, as it was forced to"),
        Report::SwitchoverEnded { instance, outcome: Err(why) } => warn!("({instance}) no switchover: {why}"),
        Report::Note { severity, subject, text } => match severity {
            Severity::Error => error!("({subject}) {text}"),
            Severity::Warning => warn!("({subject}) {text}"),
            Severity::Info => info!("({subject}) {text}"),
            Severity::Detail => debug!("({subject}) {text}"),
        },
        Report::AllReleased => debug!("every virtual router has let go"),
    }
}

fn moved(instance: &str, to: RouterState, reason: &str) {
    match to {
        RouterState::Master => info!("({instance}) Entering MASTER STATE: {reason}"),
        RouterState::Backup => info!("({instance}) Entering BACKUP STATE: {reason}"),
        RouterState::Fault => warn!("({instance}) Entering FAULT STATE: {reason}"),
        RouterState::Init => info!("({instance}) starting: {reason}"),
        RouterState::Releasing => {
            info!("({instance}) sent 0 priority, keeps serving until the successor speaks: {reason}");
        }
        RouterState::Stopped => info!("({instance}) Entering STOP STATE: {reason}"),
    }
}

/// Logs what a pool reported.
pub fn pool(report: &PoolReport) {
    match report {
        PoolReport::RealServer { name, address, port, up, reason, .. } => {
            let word = if *up { "up" } else { "down" };
            info!("(VS {name}) real server [{address}]:{port} is {word}: {reason}");
        }
        PoolReport::VirtualServer { name, up, reason, .. } => {
            let word = if *up { "Gained" } else { "Lost" };
            info!("(VS {name}) {word} quorum: {reason}");
        }
        PoolReport::Note { warning: true, text } => warn!("{text}"),
        PoolReport::Note { warning: false, text } => info!("{text}"),
        PoolReport::AllReleased => debug!("every virtual server has left the table"),
    }
}

/// Logs every diagnostic, a line each.
pub fn diagnostics(loaded: &Loaded) {
    for diagnostic in &loaded.diagnostics {
        let line = concise(diagnostic, &loaded.sources);
        match diagnostic.severity {
            Problem::Fatal | Problem::Error | Problem::Security => error!("{line}"),
            Problem::Warning => warn!("{line}"),
            Problem::Note => info!("{line}"),
        }
    }
    if loaded.more > 0 {
        error!("{} more problems are not shown; mend these first", loaded.more);
    }
}

/// The diagnostics at these positions, a line each.
#[must_use]
pub fn errors(loaded: &Loaded, positions: &[usize]) -> Vec<String> {
    let chosen = positions.iter().filter_map(|position| loaded.diagnostics.get(*position));
    chosen.map(|diagnostic| concise(diagnostic, &loaded.sources)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Interval;

    #[test]
    fn a_flood_of_weaker_adverts_is_a_line_now_and_then() {
        let mut log = RouterLog::default();
        let at = |seconds| Instant::START + Interval::from_secs(seconds);
        let (one, two) = (Name::new("VI_1"), Name::new("VI_2"));
        assert_eq!(log.weaker(at(0), &one), Some(String::new()));
        assert_eq!(log.weaker(at(0), &two), Some(String::new()), "each instance by itself");
        assert!((0..500).all(|n| log.weaker(at(n / 50), &one).is_none()));
        let more = log.weaker(at(10), &one).expect("a line");
        assert_eq!(more, ", and 500 more since this was last told");
        assert_eq!(log.weaker(at(20), &one), Some(String::new()));
    }
}
