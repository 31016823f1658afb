//! What is asked of the kernel, in which order and how often; over anything that carries netlink messages.
use crate::attribute::Attributes;
use crate::command::Command;
use crate::error::Problem;
use crate::exchange::{Exchange, Transport};
use crate::table::{DestinationEntry, ServiceEntry, Table};
use crate::types::{DestinationKey, Info, ServiceKey, SyncDaemon, Timeouts};
use crate::wire::{self, Malformed, op};
use neli::consts::genl::CtrlCmd;
use neli::consts::nl::GenlId;
use std::collections::{BTreeMap, BTreeSet};

/// How often a list is asked for again when it changed meanwhile.
const LIST_ATTEMPTS: usize = 5;

/// A client of the netlink family.
pub(crate) struct Client<T> {
    exchange: Exchange<T>,
    /// Number of the family; unknown at first, and after IPVS was unloaded.
    family: Option<u16>,
}

impl<T: Transport> Client<T> {
    pub(crate) fn new(transport: T) -> Self {
        Self { exchange: Exchange::new(transport), family: None }
    }

    /// One that knows the number of the family.
    #[cfg(fuzzing)]
    pub(crate) fn of_family(transport: T, family: u16) -> Self {
        Self { exchange: Exchange::new(transport), family: Some(family) }
    }

    /// Asks for the number anew.
    #[cfg(fuzzing)]
    pub(crate) const fn forget_family(&mut self) {
        self.family = None;
    }

    /// Carries out commands; a result for each.
    pub(crate) fn apply(&mut self, commands: &[Command]) -> Vec<Result<(), Problem>> {
        let results = match self.find_family() {
            Ok(family) => self.exchange.apply(family, commands),
            Err(problem) => commands.iter().map(|_| Err(problem.clone())).collect(),
        };
        if results.contains(&Err(Problem::Gone)) {
            self.family = None;
        }
        results
    }

    pub(crate) fn timeouts(&mut self) -> Result<Timeouts, Problem> {
        self.with_family(|exchange, family| exchange.ask(family, op::GET_CONFIG, |_| {}, wire::timeouts))
    }

    pub(crate) fn sync_daemons(&mut self) -> Result<Vec<SyncDaemon>, Problem> {
        self.list(op::GET_DAEMON, None, |payload, daemons: &mut Vec<_>| {
            daemons.push(wire::sync_daemon(payload)?);
            Ok(())
        })
    }

    /// The number of the family, asked for when it is not known.
    pub(crate) fn find_family(&mut self) -> Result<u16, Problem> {
        if let Some(family) = self.family {
            return Ok(family);
        }
        let family = self.exchange.ask(
            GenlId::Ctrl.into(),
            CtrlCmd::Getfamily.into(),
            wire::ask_family,
            wire::read_family_id,
        )?;
        self.family = Some(family);
        Ok(family)
    }

    /// Runs a request with the number of the family, and forgets the number when the kernel does not know it any more.
    fn with_family<R>(
        &mut self,
        request: impl FnOnce(&mut Exchange<T>, u16) -> Result<R, Problem>,
    ) -> Result<R, Problem> {
        let family = self.find_family()?;
        let result = request(&mut self.exchange, family);
        if matches!(result, Err(Problem::Gone)) {
            self.family = None;
        }
        result
    }

    pub(crate) fn ask_info(&mut self) -> Result<Info, Problem> {
        self.with_family(|exchange, family| exchange.ask(family, op::GET_INFO, |_| {}, wire::info))
    }

    /// The services; what a position-wise list shows twice, because something was put before it meanwhile, is one.
    pub(crate) fn list_services(&mut self) -> Result<BTreeMap<ServiceKey, ServiceEntry>, Problem> {
        self.list(op::GET_SERVICE, None, |payload, services: &mut BTreeMap<_, _>| {
            let entry = wire::service(payload)?;
            services.insert(entry.service.key(), entry);
            Ok(())
        })
    }

    /// The destinations of a service; none when there is no such service.
    pub(crate) fn list_destinations(
        &mut self,
        key: &ServiceKey,
    ) -> Result<BTreeMap<DestinationKey, DestinationEntry>, Problem> {
        self.list(op::GET_DEST, Some(key), |payload, destinations: &mut BTreeMap<_, _>| {
            let entry = wire::destination(payload, key.family())?;
            destinations.insert(entry.destination.key, entry);
            Ok(())
        })
    }

    /// The services in the kernel's own order; of what is shown twice the first.
    pub(crate) fn services_in_order(&mut self) -> Result<Vec<ServiceEntry>, Problem> {
        let (_, entries) =
            self.list(op::GET_SERVICE, None, |payload, (seen, entries): &mut (BTreeSet<_>, Vec<_>)| {
                let entry = wire::service(payload)?;
                if seen.insert(entry.service.key()) {
                    entries.push(entry);
                }
                Ok(())
            })?;
        Ok(entries)
    }

    /// The destinations of a service in the kernel's own order; none when there is no such service.
    pub(crate) fn destinations_in_order(&mut self, key: &ServiceKey) -> Result<Vec<DestinationEntry>, Problem> {
        let read = |payload: &[u8], (seen, entries): &mut (BTreeSet<_>, Vec<_>)| {
            let entry = wire::destination(payload, key.family())?;
            if seen.insert(entry.destination.key) {
                entries.push(entry);
            }
            Ok(())
        };
        let (_, entries) = self.list(op::GET_DEST, Some(key), read)?;
        Ok(entries)
    }

    /// A list, of a service where one is given; asked for again while the kernel says that it changed meanwhile.
    fn list<R: Default>(
        &mut self,
        op: u8,
        service: Option<&ServiceKey>,
        read: impl Fn(&[u8], &mut R) -> Result<(), Malformed>,
    ) -> Result<R, Problem> {
        for _ in 0..LIST_ATTEMPTS {
            let mut list = R::default();
            let which = |out: &mut Attributes<'_>| service.into_iter().for_each(|key| wire::put_key(out, key));
            let changed = self
                .with_family(|exchange, family| exchange.list(family, op, which, |payload| read(payload, &mut list)))?;
            if !changed {
                return Ok(list);
            }
        }
        Err(Problem::Changing)
    }

    pub(crate) fn ask_service(&mut self, key: &ServiceKey) -> Result<ServiceEntry, Problem> {
        self.with_family(|exchange, family| {
            exchange.ask(family, op::GET_SERVICE, |out| wire::put_key(out, key), wire::service)
        })
    }

    fn exists(&mut self, key: &ServiceKey) -> Result<bool, Problem> {
        match self.ask_service(key) {
            Ok(_) => Ok(true),
            Err(Problem::NoSuchService) => Ok(false),
            Err(problem) => Err(problem),
        }
    }

    /// The whole table. There is no snapshot of it in the kernel, and a list of services goes on by position from one
    /// part to the next: one that is removed meanwhile hides another. So services are listed until two lists agree (or
    /// it has been enough), and a service is missing only when the kernel says so by name.
    pub(crate) fn read_table(&mut self) -> Result<Table, Problem> {
        let mut table = Table::default();
        let mut listed = self.list_services()?;
        for _ in 0..LIST_ATTEMPTS {
            self.add_entries(&mut table, &listed)?;
            let again = self.list_services()?;
            let agree = again.keys().eq(listed.keys());
            listed = again;
            if agree {
                break;
            }
        }
        self.add_entries(&mut table, &listed)?;
        for key in table.services.keys().copied().collect::<Vec<_>>() {
            if !listed.contains_key(&key) && !self.exists(&key)? {
                table.services.remove(&key);
            }
        }
        Ok(table)
    }

    /// Completes the table by those services that are not in it yet, with their destinations.
    fn add_entries(&mut self, table: &mut Table, listed: &BTreeMap<ServiceKey, ServiceEntry>) -> Result<(), Problem> {
        for (key, entry) in listed {
            if !table.services.contains_key(key) {
                let destinations = self.list_destinations(key)?;
                table.services.insert(*key, ServiceEntry { destinations, ..entry.clone() });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
