//! A change in the words of each way out: FIFO line, hook arguments, mail, webhook object.
use checkers::effect::Report as PoolReport;
use model::Name;
use model::config::server::Service;
use model::state::vrrp::RouterState;
use serde_json::{Value, json};

/// Where an instance or a group is, as FIFO lines have it.
pub(super) fn fifo_line(kind: &str, name: &Name, state: &str, priority: u8) -> String {
    format!("{kind} \"{name}\" {state} {priority}")
}

/// The protocol of a service as FIFO lines have it.
pub(super) fn protocol(service: Service) -> String {
    match service {
        Service::Address { protocol, .. } => protocol.to_string(),
        Service::Fwmark { .. } => "none".to_owned(),
    }
}

/// `UP` or `DOWN`.
pub(super) const fn up_or_down(up: bool) -> &'static str {
    if up { "UP" } else { "DOWN" }
}

/// What happens to a virtual router, for the subject of a letter; `None` for states that nobody gets mail about.
pub(super) const fn letter(to: RouterState) -> Option<&'static str> {
    Some(match to {
        RouterState::Master => "entering MASTER state",
        RouterState::Backup => "entering BACKUP state",
        RouterState::Fault => "entering FAULT state",
        RouterState::Stopped => "stopping",
        RouterState::Init | RouterState::Releasing => return None,
    })
}

/// A change of an instance or group as an object.
pub(super) fn routers_object(
    kind: &str,
    name: &str,
    to: &str,
    from: Option<RouterState>,
    priority: u8,
    why: &str,
) -> Value {
    json!({
        "event": kind.to_lowercase(),
        "name": name,
        "state": to,
        "previous": from.map(|from| from.to_string()),
        "priority": priority,
        "reason": why,
    })
}

/// A change of a pool as an object, and in a few words; `None` for what is only logged.
pub(super) fn pools_object(report: &PoolReport) -> Option<(String, Value)> {
    Some(match report {
        PoolReport::RealServer { name, address, port, up, reason, .. } => (
            format!("RS [{address}]:{port} of {name} {}", up_or_down(*up)),
            json!({
                "event": "real_server",
                "name": format!("[{address}]:{port}"),
                "service": name.as_str(),
                "state": up_or_down(*up),
                "reason": reason,
            }),
        ),
        PoolReport::VirtualServer { name, up, reason, .. } => (
            format!("VS {name} {}", up_or_down(*up)),
            json!({
                "event": "virtual_server",
                "name": name.as_str(),
                "state": up_or_down(*up),
                "reason": reason,
            }),
        ),
        PoolReport::Note { .. } | PoolReport::AllReleased => return None,
    })
}
