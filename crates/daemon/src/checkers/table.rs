//! Keeps the IPVS table as the pools want it: remembers the targets, compares with the kernel, applies the difference.
use checkers::effect::{self, Target};
use evenkeel_ipvs::{
    Command, Destination, DestinationEntry, Error, Family, Flags, Forwarding, Invalid, Ipvs, Name, Netmask, Problem,
    Protocol, Service, ServiceEntry, ServiceKey, Table, Tunnel, TunnelFlags, difference,
};
use model::config::server;
use model::{Interval, limits};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// What the hand noticed while it worked.
#[derive(Debug, PartialEq, Eq)]
pub enum Finding {
    /// The kernel refused something of this service.
    Refused(server::Service, String),
    /// Somebody else changed what is ours, and this many commands put it right.
    Repaired(usize),
    /// The table could not be read or written at all.
    Broken(String),
}

/// The hand. What is already right in the kernel is not touched: connections go on over a restart.
#[derive(Default)]
pub struct TableHand {
    desired: Table,
    /// Every service that is or was wanted: only these may be removed.
    owned: BTreeSet<ServiceKey>,
    names: BTreeMap<ServiceKey, server::Service>,
    /// What the kernel was last seen to contain; `None` before the first look and after anything unclear.
    observed: Option<Table>,
    changed: BTreeSet<ServiceKey>,
    /// The last service whose real servers were looked at.
    glanced: Option<ServiceKey>,
}

impl TableHand {
    /// Takes the target of a service.
    ///
    /// # Errors
    /// When the target cannot be said to a kernel, in words.
    pub fn hold(&mut self, service: server::Service, target: Option<&Target>) -> Result<(), String> {
        let key = key_of(service).map_err(|problem| problem.to_string())?;
        self.names.insert(key, service);
        self.owned.insert(key);
        self.changed.insert(key);
        self.desired.services.remove(&key);
        let Some(target) = target else { return Ok(()) };
        self.desired.set_service(service_of(key, target).map_err(|problem| problem.to_string())?);
        for destination in &target.destinations {
            self.desired.set_destination(key, destination_of(destination));
        }
        Ok(())
    }

    /// Whether nothing waits to be applied.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.changed.is_empty()
    }

    /// Applies what changed since the last time.
    pub fn work(&mut self, ipvs: &mut impl Ipvs) -> Vec<Finding> {
        if self.changed.is_empty() {
            return Vec::new();
        }
        if self.observed.is_none() {
            match ipvs.dump() {
                Ok(table) => self.observed = Some(table),
                Err(error) => return vec![Finding::Broken(error.to_string())],
            }
        }
        let changed = std::mem::take(&mut self.changed);
        let only = |table: &Table| part(table, &changed);
        let observed = self.observed.as_ref().map(only).unwrap_or_default();
        let commands = difference(&only(&self.desired), &observed, |key| changed.contains(key));
        self.apply(ipvs, &commands)
    }

    /// Looks whether somebody else changed our services, and puts it right; the whole table is read only when something is
    /// not as it should be. Real servers are looked at by [`Self::glance`].
    pub fn audit(&mut self, ipvs: &mut impl Ipvs) -> Vec<Finding> {
        if self.observed.is_some() && self.changed.is_empty() {
            match self.looks_right(ipvs) {
                Ok(true) => return Vec::new(),
                Ok(false) => {}
                Err(error) => return vec![Finding::Broken(error.to_string())],
            }
        }
        self.full_audit(ipvs)
    }

    fn looks_right(&mut self, ipvs: &mut impl Ipvs) -> Result<bool, Error> {
        let services = ipvs.services()?;
        let ours = services.iter().filter(|entry| self.owned.contains(&entry.service.key()));
        let right = |entry: &&ServiceEntry| {
            let wanted = self.desired.service(&entry.service.key());
            wanted.is_some_and(|wanted| wanted.service.same_settings(&entry.service))
        };
        let (mut here, mut good) = (0_usize, 0_usize);
        for entry in ours {
            here += 1;
            good += usize::from(right(&entry));
        }
        Ok(here == good && good == self.desired.services.len())
    }

    /// Looks at the real servers of a part of our services, in turn, and puts right what somebody else changed.
    pub fn glance(&mut self, ipvs: &mut impl Ipvs) -> Vec<Finding> {
        if self.observed.is_none() || !self.changed.is_empty() {
            return Vec::new();
        }
        match self.servers_look_right(ipvs) {
            Ok(true) => Vec::new(),
            Ok(false) => self.full_audit(ipvs),
            Err(error) => vec![Finding::Broken(error.to_string())],
        }
    }

    /// How long to wait between two glances, so that a round over a table of usual size takes `limits::IPVS_ROUND`.
    #[must_use]
    pub fn glance_every(&self) -> Interval {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let (part, all) = (count(limits::IPVS_GLANCE_SERVICES), count(self.desired.services.len()).max(1));
        limits::IPVS_ROUND.scaled(part, all).clamp(limits::IPVS_GLANCE, limits::IPVS_AUDIT)
    }

    fn servers_look_right(&mut self, ipvs: &mut impl Ipvs) -> Result<bool, Error> {
        for key in self.next_in_turn() {
            let Some(wanted) = self.desired.service(&key) else { continue };
            let found = ipvs.members(&key)?;
            let same = |entry: &DestinationEntry| {
                let wanted = wanted.destinations.get(&entry.destination.key);
                wanted.is_some_and(|wanted| wanted.destination == entry.destination)
            };
            if found.len() != wanted.destinations.len() || !found.iter().all(same) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The services whose real servers this look reads.
    fn next_in_turn(&mut self) -> Vec<ServiceKey> {
        let keys = || self.desired.services.keys();
        let begin = self.glanced.map_or(0, |last| keys().take_while(|key| **key <= last).count());
        let count = limits::IPVS_GLANCE_SERVICES.min(self.desired.services.len());
        let turn: Vec<ServiceKey> = keys().chain(keys()).skip(begin).take(count).copied().collect();
        self.glanced = turn.last().copied();
        turn
    }

    fn full_audit(&mut self, ipvs: &mut impl Ipvs) -> Vec<Finding> {
        let table = match ipvs.dump() {
            Ok(table) => table,
            Err(error) => return vec![Finding::Broken(error.to_string())],
        };
        let commands = difference(&self.desired, &table, |key| self.owned.contains(key));
        let drift = self.observed.is_some() && self.changed.is_empty() && !commands.is_empty();
        self.observed = Some(table);
        self.changed.clear();
        let mut findings = self.apply(ipvs, &commands);
        let refused = findings.iter().filter(|f| matches!(f, Finding::Refused(..))).count();
        if drift && commands.len() > refused {
            findings.push(Finding::Repaired(commands.len() - refused));
        }
        findings
    }

    fn apply(&mut self, ipvs: &mut impl Ipvs, commands: &[Command]) -> Vec<Finding> {
        if commands.is_empty() {
            return Vec::new();
        }
        let mut findings = Vec::new();
        let mut unclear = false;
        for (command, result) in commands.iter().zip(ipvs.apply(commands)) {
            match result {
                Ok(()) => self.note(command),
                Err(error) => {
                    unclear = true;
                    findings.extend(self.refused(command, &error));
                }
            }
        }
        if unclear {
            self.observed = None;
        }
        findings
    }

    /// The kernel did this: remember.
    fn note(&mut self, command: &Command) {
        let Some(table) = self.observed.as_mut() else { return };
        match command {
            Command::AddService(service) | Command::EditService(service) => table.set_service(service.clone()),
            Command::RemoveService(key) => drop(table.services.remove(key)),
            Command::AddDestination(key, destination) | Command::EditDestination(key, destination) => {
                table.set_destination(*key, *destination);
            }
            Command::RemoveDestination(key, destination) => {
                if let Some(entry) = table.services.get_mut(key) {
                    entry.destinations.remove(destination);
                }
            }
            Command::Zero(_)
            | Command::Flush
            | Command::SetTimeouts(_)
            | Command::StartSync(_)
            | Command::StopSync(_) => {}
        }
    }

    fn refused(&mut self, command: &Command, error: &Error) -> Option<Finding> {
        match error.problem {
            // The table moved under our hands: the next look sees it as it is.
            Problem::NoSuchService
            | Problem::ServiceExists
            | Problem::NoSuchDestination
            | Problem::DestinationExists => {
                self.changed.extend(command.service());
                None
            }
            Problem::Gone | Problem::Permission | Problem::Socket { .. } => Some(Finding::Broken(error.to_string())),
            _ => {
                let service = command.service().and_then(|key| self.names.get(&key));
                Some(
                    service.map_or_else(
                        || Finding::Broken(error.to_string()),
                        |s| Finding::Refused(*s, error.to_string()),
                    ),
                )
            }
        }
    }
}

/// The services of a table that are named.
fn part(table: &Table, keys: &BTreeSet<ServiceKey>) -> Table {
    let entries = keys.iter().filter_map(|key| table.services.get(key).map(|entry| (*key, entry.clone())));
    Table { services: entries.collect() }
}

fn key_of(service: server::Service) -> Result<ServiceKey, Invalid> {
    match service {
        server::Service::Address { address, port, protocol } => {
            let protocol = match protocol {
                server::Protocol::Tcp => Protocol::TCP,
                server::Protocol::Udp => Protocol::UDP,
                server::Protocol::Sctp => Protocol::SCTP,
            };
            Ok(ServiceKey::Address { protocol, address, port })
        }
        server::Service::Fwmark { mark, family } => ServiceKey::fwmark(mark, family_of(family)),
    }
}

const fn family_of(family: model::Family) -> Family {
    match family {
        model::Family::V4 => Family::V4,
        model::Family::V6 => Family::V6,
    }
}

fn service_of(key: ServiceKey, target: &Target) -> Result<Service, Invalid> {
    let bits = [(1, Flags::SCHEDULER_1), (2, Flags::SCHEDULER_2), (4, Flags::SCHEDULER_3)];
    let mut flags =
        bits.iter().filter(|(bit, _)| target.flags & bit != 0).fold(Flags::NONE, |all, (_, flag)| all | *flag);
    if target.one_packet {
        flags = flags | Flags::ONE_PACKET;
    }
    let mut service = Service::new(key, Name::new(&target.scheduler)?).with_flags(flags);
    if let Some(engine) = &target.engine {
        service = service.with_engine(Name::new(engine)?);
    }
    match target.persistence {
        None => Ok(service),
        Some(persistence) => {
            let seconds = u32::try_from(persistence.timeout.as_secs()).unwrap_or(u32::MAX);
            service.with_persistence(seconds, Netmask::prefix(key.family(), persistence.granularity)?)
        }
    }
}

fn destination_of(destination: &effect::Destination) -> Destination {
    let forwarding = match destination.forwarding {
        server::Forwarding::Nat if is_any(destination.address) => Forwarding::Local,
        server::Forwarding::Nat => Forwarding::Masquerade,
        server::Forwarding::DirectRoute => Forwarding::DirectRoute,
        server::Forwarding::Tunnel(tunnel) => Forwarding::Tunnel(wrapped(tunnel)),
        // The packets' source is rewritten behind IPVS.
        server::Forwarding::FullNat => Forwarding::Masquerade,
    };
    Destination {
        weight: destination.weight,
        upper_threshold: destination.upper_threshold,
        lower_threshold: destination.lower_threshold,
        ..Destination::new(destination.address, destination.port, forwarding)
    }
}

const fn wrapped(tunnel: server::Tunnel) -> Tunnel {
    let flags = match tunnel.checksum {
        server::TunnelChecksum::None => TunnelFlags::NONE,
        server::TunnelChecksum::Checksum => TunnelFlags::CHECKSUM,
        server::TunnelChecksum::Remote => TunnelFlags::REMOTE_CHECKSUM,
    };
    match tunnel.kind {
        server::TunnelKind::Ipip => Tunnel::Ipip,
        server::TunnelKind::Gue(port) => Tunnel::Gue { port, flags },
        server::TunnelKind::Gre => Tunnel::Gre { flags },
    }
}

const fn is_any(address: IpAddr) -> bool {
    address.is_unspecified()
}

#[cfg(test)]
mod tests;
