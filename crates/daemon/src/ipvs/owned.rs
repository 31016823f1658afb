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
    pub(super) fn read(status: &str) -> Result<Self, String> {
        let status: Value = serde_json::from_str(status).map_err(|error| format!("the status is no JSON: {error}"))?;
        let servers = status.get("virtual_servers").and_then(Value::as_array);
        let servers = servers.ok_or("the status names no virtual servers; is the daemon older than this tool?")?;
        let services = servers.iter().filter_map(|server| server.get("services").and_then(Value::as_array)).flatten();
        Ok(Self(services.filter_map(Value::as_str).filter_map(key).collect()))
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

/// A service as the status names it: `[10.0.0.1]:tcp:80`, or `FWM 7 IPv4`.
fn key(service: &str) -> Option<ServiceKey> {
    match service.strip_prefix("FWM ") {
        Some(mark) => {
            let (mark, family) = mark.split_once(' ')?;
            let family = if family == "IPv6" { Family::V6 } else { Family::V4 };
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
    use model::Instant;
    use model::config::server;
    use model::state::State;
    use model::state::server::VirtualServer;
    use std::net::IpAddr;

    fn address(address: &str, protocol: Protocol, port: u16) -> ServiceKey {
        ServiceKey::Address { protocol, address: address.parse().unwrap(), port }
    }

    /// What is read of a virtual server with these services, as the daemon's status has it.
    fn shown(services: Vec<server::Service>) -> Owned {
        let first = services[0];
        let state = VirtualServer {
            service: first,
            name: "any".into(),
            services,
            suspended: false,
            scheduler: "rr".into(),
            up: true,
            since: Instant::START,
            quorum: 1,
            live_weight: 1,
            sorry_in_use: false,
            kernel_refusals: 0,
            real_servers: vec![],
        };
        let status = crate::observe::json::render(&State { virtual_servers: vec![state], ..State::default() });
        Owned::read(&status.to_string()).unwrap()
    }

    #[test]
    fn services_are_read_as_the_daemon_prints_them() {
        let at = |address: &str, protocol| {
            let address: IpAddr = address.parse().unwrap();
            server::Service::Address { address, port: 80, protocol }
        };
        let mark = |family| server::Service::Fwmark { mark: 7, family };
        for (theirs, ours) in [
            (at("10.0.0.1", server::Protocol::Tcp), Some(address("10.0.0.1", Protocol::TCP, 80))),
            (at("fd00::1", server::Protocol::Udp), Some(address("fd00::1", Protocol::UDP, 80))),
            (at("fd00::1", server::Protocol::Sctp), Some(address("fd00::1", Protocol::SCTP, 80))),
            (mark(model::Family::V4), ServiceKey::fwmark(7, Family::V4).ok()),
            (mark(model::Family::V6), ServiceKey::fwmark(7, Family::V6).ok()),
        ] {
            assert_eq!(shown(vec![theirs]), ours.into_iter().collect());
        }
        let odd =
            ["", "[", "[10.0.0.1]", "[10.0.0.1]:icmp:80", "[x]:tcp:80", "[10.0.0.1]:tcp:80000", "FWM x", "FWM 0 IPv4"];
        odd.into_iter().for_each(|odd| assert_eq!(key(odd), None, "{odd}"));
    }

    #[test]
    fn every_service_of_a_group_is_the_daemons() {
        let at = |last| server::Service::Address {
            address: IpAddr::from([10, 0, 0, last]),
            port: 80,
            protocol: server::Protocol::Tcp,
        };
        let owned = shown(vec![at(1), at(2), server::Service::Fwmark { mark: 3, family: model::Family::V4 }]);
        assert_eq!(owned.0.len(), 3);
        assert!(owned.has(address("10.0.0.2", Protocol::TCP, 80)));
        let remove = Command::RemoveService(ServiceKey::fwmark(3, Family::V4).unwrap());
        assert!(owned.touched_by(&remove).is_some());
    }

    #[test]
    fn a_status_that_is_none_is_refused_in_words() {
        let status =
            r#"{"virtual_servers":[{"services":["[10.0.0.1]:tcp:80"]},{"services":["FWM 7 IPv4", 5]},{"odd":1}]}"#;
        assert_eq!(Owned::read(status).unwrap().0.len(), 2);
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
