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
        let services = servers.iter().filter_map(|server| server.get("service").and_then(Value::as_str));
        Ok(Self(services.flat_map(keys).collect()))
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

/// `[10.0.0.1]:tcp:80`, or `FWM 7`, of which the family is not told: both are meant.
fn keys(service: &str) -> Vec<ServiceKey> {
    if let Some(mark) = service.strip_prefix("FWM ").and_then(|mark| mark.parse().ok()) {
        return [Family::V4, Family::V6]
            .into_iter()
            .filter_map(|family| ServiceKey::fwmark(mark, family).ok())
            .collect();
    }
    address_key(service).into_iter().collect()
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
    use std::net::IpAddr;

    fn key(address: &str, protocol: Protocol, port: u16) -> ServiceKey {
        ServiceKey::Address { protocol, address: address.parse().unwrap(), port }
    }

    #[test]
    fn services_are_read_as_the_daemon_prints_them() {
        let printed = |address: &str, protocol| {
            let address: IpAddr = address.parse().unwrap();
            server::Service::Address { address, port: 80, protocol }.to_string()
        };
        assert_eq!(keys(&printed("10.0.0.1", server::Protocol::Tcp)), [key("10.0.0.1", Protocol::TCP, 80)]);
        assert_eq!(keys(&printed("fd00::1", server::Protocol::Udp)), [key("fd00::1", Protocol::UDP, 80)]);
        assert_eq!(keys(&printed("fd00::1", server::Protocol::Sctp)), [key("fd00::1", Protocol::SCTP, 80)]);
        let mark = server::Service::Fwmark { mark: 7, family: model::Family::V4 }.to_string();
        assert_eq!(keys(&mark), [Family::V4, Family::V6].map(|family| ServiceKey::fwmark(7, family).unwrap()));
        for odd in ["", "[", "[10.0.0.1]", "[10.0.0.1]:icmp:80", "[x]:tcp:80", "[10.0.0.1]:tcp:80000", "FWM x", "FWM 0"]
        {
            assert_eq!(keys(odd), [], "{odd}");
        }
    }

    #[test]
    fn the_status_is_read_or_refused_in_words() {
        let status = r#"{"virtual_servers":[{"service":"[10.0.0.1]:tcp:80"},{"service":"FWM 7"},{"odd":1}]}"#;
        let owned = Owned::read(status).unwrap();
        assert!(owned.has(key("10.0.0.1", Protocol::TCP, 80)) && !owned.has(key("10.0.0.1", Protocol::UDP, 80)));
        assert_eq!(owned.0.len(), 3);
        assert!(Owned::read("x").is_err() && Owned::read("{}").is_err());
    }

    #[test]
    fn counters_timeouts_and_sync_daemons_are_nobodys() {
        let owned: Owned = [key("10.0.0.1", Protocol::TCP, 80)].into_iter().collect();
        assert_eq!(owned.touched_by(&Command::Zero(None)), None);
        assert_eq!(owned.touched_by(&Command::Flush).as_deref(), Some("1 service(s)"));
        assert_eq!(Owned::default().touched_by(&Command::Flush), None);
        let remove = |port| Command::RemoveService(key("10.0.0.1", Protocol::TCP, port));
        assert_eq!(owned.touched_by(&remove(80)).as_deref(), Some("tcp 10.0.0.1:80"));
        assert_eq!(owned.touched_by(&remove(81)), None);
    }
}
