//! A table in memory with the kernel's rules: logs every command, and can be told to refuse some.
use crate::command::Command;
use crate::error::{Error, Problem, Request};
use crate::ipvs::Ipvs;
use crate::table::{DestinationEntry, ServiceEntry, Table};
use crate::types::{
    Destination, Flags, Forwarding, Info, SCHEDULERS, Service, ServiceKey, Stats, SyncDaemon, SyncRole, Timeouts,
    Tunnel,
};
use std::collections::BTreeMap;

/// IPVS in memory. It keeps what it is given, refuses what the kernel refuses with the same error, and forwards nothing.
pub struct Recording {
    table: Table,
    timeouts: Timeouts,
    sync_daemons: BTreeMap<SyncRole, SyncDaemon>,
    log: Vec<Command>,
    applied: usize,
    faults: Vec<Fault>,
    read_faults: Vec<Problem>,
}

/// Says of the number of a command and the command whether it is meant.
type Match = dyn FnMut(usize, &Command) -> bool + Send;

/// A command to be refused.
struct Fault {
    matches: Box<Match>,
    problem: Problem,
}

impl Default for Recording {
    fn default() -> Self {
        Self {
            table: Table::default(),
            // The kernel's own defaults.
            timeouts: Timeouts { tcp: 900, tcp_fin: 120, udp: 300 },
            sync_daemons: BTreeMap::new(),
            log: Vec::new(),
            applied: 0,
            faults: Vec::new(),
            read_faults: Vec::new(),
        }
    }
}

impl Recording {
    /// An empty table with the kernel's default timeouts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the table contains.
    #[must_use]
    pub const fn table(&self) -> &Table {
        &self.table
    }

    /// The table to change from outside, as another program could.
    pub const fn table_mut(&mut self) -> &mut Table {
        &mut self.table
    }

    /// Every command since the start or the last [`Recording::take_log`], refused ones too.
    #[must_use]
    pub fn log(&self) -> &[Command] {
        &self.log
    }

    /// The log, which starts anew.
    pub fn take_log(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.log)
    }

    /// Refuses the command that is `nth` from the start, counted from 0.
    pub fn fail_nth(&mut self, nth: usize, problem: Problem) {
        let matches = Box::new(move |index, _: &Command| index == nth);
        self.faults.push(Fault { matches, problem });
    }

    /// Refuses every command for which `matches` says so.
    pub fn fail_when(&mut self, mut matches: impl FnMut(&Command) -> bool + Send + 'static, problem: Problem) {
        let matches = Box::new(move |_, command: &Command| matches(command));
        self.faults.push(Fault { matches, problem });
    }

    /// Lets the next question fail (called twice: the next two).
    pub fn fail_next_read(&mut self, problem: Problem) {
        self.read_faults.push(problem);
    }

    /// No command fails any more but by the kernel's rules.
    pub fn forgive(&mut self) {
        self.faults.clear();
        self.read_faults.clear();
    }

    fn carry_out(&mut self, command: &Command) -> Result<(), Problem> {
        let index = self.applied;
        self.applied += 1;
        self.log.push(command.clone());
        if let Some(fault) = self.faults.iter_mut().find_map(|f| (f.matches)(index, command).then(|| f.problem.clone()))
        {
            return Err(fault);
        }
        self.obey(command).map_err(|errno| Problem::of_command(command, errno, None))
    }

    /// The kernel's rules; an error is the number that it gives.
    fn obey(&mut self, command: &Command) -> Result<(), i32> {
        match command {
            Command::AddService(service) => self.add_service(service),
            Command::EditService(service) => self.edit_service(service),
            Command::RemoveService(key) => self.table.services.remove(key).map(drop).ok_or(libc::ESRCH),
            Command::AddDestination(key, destination) => self.set_destination(key, destination, libc::EEXIST),
            Command::EditDestination(key, destination) => self.set_destination(key, destination, libc::ENOENT),
            Command::RemoveDestination(key, name) => {
                self.entry(key)?.destinations.remove(name).map(drop).ok_or(libc::ENOENT)
            }
            Command::Zero(Some(key)) => self.entry(key).map(zero),
            Command::Zero(None) => {
                self.table.services.values_mut().for_each(zero);
                Ok(())
            }
            Command::Flush => {
                self.table.services.clear();
                Ok(())
            }
            Command::SetTimeouts(timeouts) => {
                self.set_timeouts(*timeouts);
                Ok(())
            }
            Command::StartSync(daemon) => self.start_sync(daemon),
            Command::StopSync(role) => self.sync_daemons.remove(role).map(drop).ok_or(libc::ESRCH),
        }
    }

    fn entry(&mut self, key: &ServiceKey) -> Result<&mut ServiceEntry, i32> {
        self.table.services.get_mut(key).ok_or(libc::ESRCH)
    }

    fn add_service(&mut self, service: &Service) -> Result<(), i32> {
        if self.table.services.contains_key(&service.key()) {
            return Err(libc::EEXIST);
        }
        check_names(service)?;
        self.table.set_service(service.clone().with_flags(Flags::HASHED));
        Ok(())
    }

    fn edit_service(&mut self, service: &Service) -> Result<(), i32> {
        self.entry(&service.key())?;
        check_names(service)?;
        self.table.set_service(service.clone().with_flags(Flags::HASHED));
        Ok(())
    }

    /// Adds (`expected` is the error when it is there) or edits (the error when it is not).
    fn set_destination(&mut self, key: &ServiceKey, destination: &Destination, expected: i32) -> Result<(), i32> {
        let synchronised = !self.sync_daemons.is_empty();
        let entry = self.entry(key)?;
        let tunnelled = matches!(destination.forwarding, Forwarding::Tunnel(_));
        if is_mixed(*key, destination) && (synchronised || !tunnelled) {
            return Err(libc::EINVAL);
        }
        if destination.weight > i32::MAX.unsigned_abs() || destination.lower_threshold > destination.upper_threshold {
            return Err(libc::ERANGE);
        }
        if matches!(destination.forwarding, Forwarding::Tunnel(Tunnel::Gue { port: 0, .. })) {
            return Err(libc::EINVAL);
        }
        if entry.destinations.contains_key(&destination.key) == (expected == libc::EEXIST) {
            return Err(expected);
        }
        self.table.set_destination(*key, *destination);
        Ok(())
    }

    /// 0 leaves a value as it is.
    const fn set_timeouts(&mut self, timeouts: Timeouts) {
        if timeouts.tcp != 0 {
            self.timeouts.tcp = timeouts.tcp;
        }
        if timeouts.tcp_fin != 0 {
            self.timeouts.tcp_fin = timeouts.tcp_fin;
        }
        if timeouts.udp != 0 {
            self.timeouts.udp = timeouts.udp;
        }
    }

    fn start_sync(&mut self, daemon: &SyncDaemon) -> Result<(), i32> {
        let mixed = |(key, entry): (&ServiceKey, &ServiceEntry)| {
            entry.destinations.values().any(|destination| is_mixed(*key, &destination.destination))
        };
        if self.table.services.iter().any(mixed) {
            return Err(libc::EINVAL);
        }
        if self.sync_daemons.contains_key(&daemon.role) {
            return Err(libc::EEXIST);
        }
        self.sync_daemons.insert(daemon.role, daemon.clone());
        Ok(())
    }

    fn read<R>(&mut self, request: Request, answer: impl FnOnce(&Self) -> Result<R, Problem>) -> Result<R, Error> {
        let result = if self.read_faults.is_empty() { answer(self) } else { Err(self.read_faults.remove(0)) };
        result.map_err(|problem| Error::new(request, problem))
    }
}

impl Ipvs for Recording {
    fn apply(&mut self, commands: &[Command]) -> Vec<Result<(), Error>> {
        let carry_out = |command: &Command| {
            self.carry_out(command).map_err(|problem| Error::new(Request::Command(command.clone()), problem))
        };
        commands.iter().map(carry_out).collect()
    }

    fn dump(&mut self) -> Result<Table, Error> {
        self.read(Request::Dump, |this| Ok(this.table.clone()))
    }

    fn services(&mut self) -> Result<Vec<ServiceEntry>, Error> {
        let bare =
            |entry: &ServiceEntry| ServiceEntry { stats: entry.stats, ..ServiceEntry::new(entry.service.clone()) };
        self.read(Request::Services, |this| Ok(this.table.services.values().map(bare).collect()))
    }

    fn destinations(&mut self, service: &ServiceKey) -> Result<Vec<DestinationEntry>, Error> {
        self.read(Request::Destinations(*service), |this| {
            let entry = this.table.services.get(service).ok_or(Problem::NoSuchService)?;
            Ok(entry.destinations.values().copied().collect())
        })
    }

    fn members(&mut self, service: &ServiceKey) -> Result<Vec<DestinationEntry>, Error> {
        self.read(Request::Destinations(*service), |this| {
            let entry = this.table.services.get(service);
            Ok(entry.map(|entry| entry.destinations.values().copied().collect()).unwrap_or_default())
        })
    }

    fn info(&mut self) -> Result<Info, Error> {
        self.read(Request::Info, |_| Ok(Info { version: 0x0001_0201, table_size: 4096 }))
    }

    fn timeouts(&mut self) -> Result<Timeouts, Error> {
        self.read(Request::Timeouts, |this| Ok(this.timeouts))
    }

    fn sync_daemons(&mut self) -> Result<Vec<SyncDaemon>, Error> {
        self.read(Request::SyncDaemons, |this| Ok(this.sync_daemons.values().cloned().collect()))
    }
}

/// The kernel has these schedulers, `none`, and one persistence engine.
fn check_names(service: &Service) -> Result<(), i32> {
    let scheduler = service.scheduler().as_str();
    let known = scheduler == "none" || SCHEDULERS.contains(&scheduler);
    if known && service.engine().is_none_or(|engine| engine.as_str() == "sip") { Ok(()) } else { Err(libc::ENOENT) }
}

fn is_mixed(key: ServiceKey, destination: &Destination) -> bool {
    key.family() != destination.family()
}

fn zero(entry: &mut ServiceEntry) {
    entry.stats = Stats::default();
    entry.destinations.values_mut().for_each(|destination| destination.stats = Stats::default());
}

#[cfg(test)]
mod tests;
