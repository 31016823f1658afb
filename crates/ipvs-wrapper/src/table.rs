//! The IPVS table: services with their destinations, as wished for or as the kernel has them.
use crate::types::{Connections, Destination, DestinationKey, Service, ServiceKey, Stats};
use std::collections::BTreeMap;

/// Services by key. The kernel's own order differs from boot to boot; this one does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The services; each under the key that it carries.
    pub services: BTreeMap<ServiceKey, ServiceEntry>,
}

/// A service, its destinations and its counters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceEntry {
    /// What was set.
    pub service: Service,
    /// Its traffic; zero in a table that was not read.
    pub stats: Stats,
    /// Its destinations; each under the key that it carries. Empty where only services were asked for.
    pub destinations: BTreeMap<DestinationKey, DestinationEntry>,
}

impl ServiceEntry {
    /// A service without destinations and traffic.
    #[must_use]
    pub fn new(service: Service) -> Self {
        Self { service, stats: Stats::default(), destinations: BTreeMap::new() }
    }
}

/// A destination and its counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DestinationEntry {
    /// What was set.
    pub destination: Destination,
    /// Its connections; zero in a table that was not read.
    pub connections: Connections,
    /// Its traffic; zero in a table that was not read.
    pub stats: Stats,
}

impl DestinationEntry {
    /// A destination without connections and traffic.
    #[must_use]
    pub fn new(destination: Destination) -> Self {
        Self { destination, connections: Connections::default(), stats: Stats::default() }
    }
}

impl Table {
    /// Puts a service in, or changes the settings of the one with its key; destinations stay.
    pub fn set_service(&mut self, service: Service) {
        match self.services.get_mut(&service.key()) {
            Some(entry) => entry.service = service,
            None => drop(self.services.insert(service.key(), ServiceEntry::new(service))),
        }
    }

    /// Puts a destination into a service, or changes the settings of the one with its key. Says whether there is such a
    /// service.
    pub fn set_destination(&mut self, service: ServiceKey, destination: Destination) -> bool {
        let Some(entry) = self.services.get_mut(&service) else { return false };
        let slot = entry.destinations.entry(destination.key).or_insert_with(|| DestinationEntry::new(destination));
        slot.destination = destination;
        true
    }

    /// The entry of a service.
    #[must_use]
    pub fn service(&self, key: &ServiceKey) -> Option<&ServiceEntry> {
        self.services.get(key)
    }

    /// The entry of a destination.
    #[must_use]
    pub fn destination(&self, service: &ServiceKey, key: &DestinationKey) -> Option<&DestinationEntry> {
        self.services.get(service)?.destinations.get(key)
    }
}
