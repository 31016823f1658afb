//! Orders that change the table, and the words for them.
use crate::types::{Destination, DestinationKey, Service, ServiceKey, SyncDaemon, SyncRole, Timeouts};
use std::fmt;

/// An order to the kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Make a service that is not there.
    AddService(Service),
    /// Change a service that is there; its destinations and connections stay.
    EditService(Service),
    /// Remove a service with its destinations.
    RemoveService(ServiceKey),
    /// Put a destination into a service that does not have it.
    AddDestination(ServiceKey, Destination),
    /// Change a destination that is there; its connections stay.
    EditDestination(ServiceKey, Destination),
    /// Take a destination out; its connections end, as the sysctls under `net.ipv4.vs` say.
    RemoveDestination(ServiceKey, DestinationKey),
    /// Zero the counters of one service, or of all and the totals.
    Zero(Option<ServiceKey>),
    /// Remove all services.
    Flush,
    /// Set connection timeouts.
    SetTimeouts(Timeouts),
    /// Start a synchronisation daemon.
    StartSync(SyncDaemon),
    /// Stop a synchronisation daemon.
    StopSync(SyncRole),
}

impl Command {
    /// The service that it is about.
    #[must_use]
    pub const fn service(&self) -> Option<ServiceKey> {
        match self {
            Self::AddService(service) | Self::EditService(service) => Some(service.key()),
            Self::AddDestination(key, _) | Self::EditDestination(key, _) | Self::RemoveDestination(key, _) => {
                Some(*key)
            }
            Self::RemoveService(key) => Some(*key),
            Self::Zero(key) => *key,
            Self::Flush | Self::SetTimeouts(_) | Self::StartSync(_) | Self::StopSync(_) => None,
        }
    }
}

/// The thing first, then what to do with it: `tcp 10.0.0.1:80: add destination 10.0.0.2:80`.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddService(service) => write!(f, "{}: add service", service.key()),
            Self::EditService(service) => write!(f, "{}: change service", service.key()),
            Self::RemoveService(key) => write!(f, "{key}: remove service"),
            Self::AddDestination(key, destination) => write!(f, "{key}: add destination {}", destination.key),
            Self::EditDestination(key, destination) => write!(f, "{key}: change destination {}", destination.key),
            Self::RemoveDestination(key, destination) => write!(f, "{key}: remove destination {destination}"),
            Self::Zero(Some(key)) => write!(f, "{key}: zero counters"),
            Self::Zero(None) => f.write_str("IPVS table: zero counters"),
            Self::Flush => f.write_str("IPVS table: remove all services"),
            Self::SetTimeouts(_) => f.write_str("IPVS timeouts: set"),
            Self::StartSync(daemon) => write!(f, "IPVS sync daemon ({}, {}): start", daemon.role, daemon.interface),
            Self::StopSync(role) => write!(f, "IPVS sync daemon ({role}): stop"),
        }
    }
}
