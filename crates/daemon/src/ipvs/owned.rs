//! What in the table belongs to the running daemon, as it says itself.
use crate::control::{self, Request};
use evenkeel_ipvs::{Command, Family, Protocol, ServiceKey};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::os::unix::net::UnixStream;

/// The services of the running daemon. It puts right what somebody else changes in them, so their servers are its own too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Owned(BTreeSet<ServiceKey>);

impl Owned {
    /// Asks the daemon; none runs where nobody listens.
    ///
    /// The error says why it cannot be known.
    pub(super) fn ask() -> Result<Self, String> {
        let path = control::path();
        match UnixStream::connect(&path) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
                Ok(Self::default())
            }
            _ => Self::read(&control::call(&path, &Request::StatusJson)?),
        }
    }

    /// From `evenkeel status --json`.
    fn read(status: &str) -> Result<Self, String> {
        let status: Value = serde_json::from_str(status).map_err(|error| format!("the status is no JSON: {error}"))?;
        let servers = status.get("virtual_servers").and_then(Value::as_array);
        let servers = servers.ok_or("the status names no virtual servers; is the daemon older than this tool?")?;
        Ok(Self(servers.iter().filter_map(key).collect()))
    }

    /// Whether a service is the daemon's.
    pub(super) fn has(&self, key: ServiceKey) -> bool {
        self.0.contains(&key)
    }

    /// What of the daemon a command would change; in words.
    pub(super) fn touched_by(&self, command: &Command) -> Option<String> {
        match command {
            _ if !changes_entries(command) => None,
            Command::Flush => (!self.0.is_empty()).then(|| format!("{} service(s)", self.0.len())),
            _ => command.service().filter(|key| self.has(*key)).map(|key| key.to_string()),
        }
    }
}

/// Counters, timeouts and sync daemons are no entries that the daemon puts right.
pub(super) const fn changes_entries(command: &Command) -> bool {
    !matches!(command, Command::Zero(_) | Command::SetTimeouts(_) | Command::StartSync(_) | Command::StopSync(_))
}

#[cfg(test)]
impl FromIterator<ServiceKey> for Owned {
    fn from_iter<I: IntoIterator<Item = ServiceKey>>(keys: I) -> Self {
        Self(keys.into_iter().collect())
    }
}

/// The service of one virtual server: `[10.0.0.1]:tcp:80`, or `FWM 7`, which needs the family beside it.
fn key(server: &Value) -> Option<ServiceKey> {
    let text = |name| server.get(name).and_then(Value::as_str);
    let service = text("service")?;
    match service.strip_prefix("FWM ") {
        Some(mark) => {
            let family = if text("family") == Some("IPv6") { Family::V6 } else { Family::V4 };
            ServiceKey::fwmark(mark.parse().ok()?, family).ok()
        }
        None => address_key(service),
    }
}

fn address_key(service: &str) -> Option<ServiceKey> {
    let (address, rest) = service.strip_prefix('[')?.split_once("]:")?;
    let (protocol, port) = rest.split_once(':')?;
    let protocol = match protocol {
        "tcp" => Protocol::TCP,
        "udp" => Protocol::UDP,
        "sctp" => Protocol::SCTP,
        _ => return None,
    };
    Some(ServiceKey::Address { protocol, address: address.parse().ok()?, port: port.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::config::server;
    use serde_json::json;
    use std::net::IpAddr;

    fn address(address: &str, protocol: Protocol, port: u16) -> ServiceKey {
        ServiceKey::Address { protocol, address: address.parse().unwrap(), port }
    }

    /// A service as the daemon's status has it.
    fn shown(service: server::Service) -> Value {
        json!({ "service": service.to_string(), "family": service.family().to_string() })
    }

    #[test]
    fn services_are_read_as_the_daemon_prints_them() {
        let at = |address: &str, protocol| {
            let address: IpAddr = address.parse().unwrap();
            key(&shown(server::Service::Address { address, port: 80, protocol }))
        };
        assert_eq!(at("10.0.0.1", server::Protocol::Tcp), Some(address("10.0.0.1", Protocol::TCP, 80)));
        assert_eq!(at("fd00::1", server::Protocol::Udp), Some(address("fd00::1", Protocol::UDP, 80)));
        assert_eq!(at("fd00::1", server::Protocol::Sctp), Some(address("fd00::1", Protocol::SCTP, 80)));
        for (theirs, ours) in [(model::Family::V4, Family::V4), (model::Family::V6, Family::V6)] {
            let mark = key(&shown(server::Service::Fwmark { mark: 7, family: theirs }));
            assert_eq!(mark, ServiceKey::fwmark(7, ours).ok());
        }
        for odd in ["", "[", "[10.0.0.1]", "[10.0.0.1]:icmp:80", "[x]:tcp:80", "[10.0.0.1]:tcp:80000", "FWM x", "FWM 0"]
        {
            assert_eq!(key(&json!({ "service": odd })), None, "{odd}");
        }
    }

    #[test]
    fn the_status_is_read_or_refused_in_words() {
        let status = r#"{"virtual_servers":[{"service":"[10.0.0.1]:tcp:80"},{"service":"FWM 7"},{"odd":1}]}"#;
        let owned = Owned::read(status).unwrap();
        assert!(
            owned.has(address("10.0.0.1", Protocol::TCP, 80)) && !owned.has(address("10.0.0.1", Protocol::UDP, 80))
        );
        assert_eq!(owned.0.len(), 2);
        assert!(Owned::read("x").is_err() && Owned::read("{}").is_err());
    }

    #[test]
    fn counters_timeouts_and_sync_daemons_are_nobodys() {
        let owned: Owned = [address("10.0.0.1", Protocol::TCP, 80)].into_iter().collect();
        assert_eq!(owned.touched_by(&Command::Zero(None)), None);
        assert_eq!(owned.touched_by(&Command::Flush).as_deref(), Some("1 service(s)"));
        assert_eq!(Owned::default().touched_by(&Command::Flush), None);
        let remove = |port| Command::RemoveService(address("10.0.0.1", Protocol::TCP, port));
        assert_eq!(owned.touched_by(&remove(80)).as_deref(), Some("tcp 10.0.0.1:80"));
        assert_eq!(owned.touched_by(&remove(81)), None);
    }
}
