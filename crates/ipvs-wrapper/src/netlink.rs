//! IPVS of the running kernel.
use crate::attribute::Attributes;
use crate::command::Command;
use crate::error::{Error, OpenError, Problem, Request};
use crate::exchange::{Exchange, Transport};
use crate::ipvs::Ipvs;
use crate::module::{self, Preload};
use crate::table::{DestinationEntry, ServiceEntry, Table};
use crate::types::{DestinationKey, Info, ServiceKey, SyncDaemon, Timeouts};
use crate::wire::{self, Malformed, op};
use neli::consts::genl::CtrlCmd;
use neli::consts::nl::GenlId;
use neli::consts::socket::{Msg, NlFamily};
use neli::socket::NlSocket;
use neli::utils::Groups;
use std::collections::BTreeMap;
use std::io;
use std::thread;
use std::time::Duration;

/// Bytes of the socket's receive buffer; the kernel gives what `net.core.rmem_max` allows.
const RECEIVE_BUFFER: usize = 1 << 20;
/// How often a list is asked for again when it changed meanwhile.
const LIST_ATTEMPTS: usize = 5;
/// How long to wait for an answer that should have been there at once, in steps of [`WAIT`].
const WAITS: u32 = 2_000;
/// One step of waiting.
const WAIT: Duration = Duration::from_millis(1);

/// IPVS of the network namespace that the calling thread was in when this was opened; other threads may use it.
pub struct Netlink {
    exchange: Exchange<NlSocket>,
    /// Number of the netlink family; unknown after IPVS was unloaded.
    family: Option<u16>,
    preload: Preload,
}

impl Netlink {
    /// Opens a socket and finds IPVS; where the kernel has it as a module, this loads it.
    ///
    /// # Errors
    /// When the kernel has no IPVS, `CAP_NET_ADMIN` is missing, or the socket does not work.
    pub fn open() -> Result<Self, OpenError> {
        let socket = open_socket()
            .map_err(|error| OpenError::Failed(Problem::Socket { errno: error.raw_os_error().unwrap_or(libc::EIO) }))?;
        let mut netlink = Self { exchange: Exchange::new(socket), family: None, preload: Preload::default() };
        // The controller makes the kernel load what provides a family; modprobe helps where the module has no such alias.
        let family = match netlink.find_family() {
            Err(Problem::Gone) => {
                module::load(module::IPVS).map_err(OpenError::NoIpvs)?;
                netlink.find_family()
            }
            found => found,
        };
        match family.and_then(|_| netlink.ask_info()) {
            Ok(_) => Ok(netlink),
            Err(Problem::Gone) => Err(OpenError::NoIpvs(format!(
                "{} {} succeeded, but generic netlink has no family {}",
                module::MODPROBE,
                module::IPVS,
                wire::FAMILY_NAME
            ))),
            Err(Problem::Permission) => Err(OpenError::Permission),
            Err(problem) => Err(OpenError::Failed(problem)),
        }
    }

    /// The number of the family, asked for when it is not known.
    fn find_family(&mut self) -> Result<u16, Problem> {
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
        request: impl FnOnce(&mut Exchange<NlSocket>, u16) -> Result<R, Problem>,
    ) -> Result<R, Problem> {
        let family = self.find_family()?;
        let result = request(&mut self.exchange, family);
        if matches!(result, Err(Problem::Gone)) {
            self.forget_family();
        }
        result
    }

    /// IPVS was unloaded: the next request looks for it again.
    fn forget_family(&mut self) {
        self.family = None;
        self.preload.forget();
    }

    fn ask_info(&mut self) -> Result<Info, Problem> {
        self.with_family(|exchange, family| exchange.ask(family, op::GET_INFO, |_| {}, wire::info))
    }

    /// The services; what a position-wise list shows twice, because something was put before it meanwhile, is one.
    fn list_services(&mut self) -> Result<BTreeMap<ServiceKey, ServiceEntry>, Problem> {
        self.list(op::GET_SERVICE, None, |payload, services: &mut BTreeMap<_, _>| {
            let entry = wire::service(payload)?;
            services.insert(entry.service.key(), entry);
            Ok(())
        })
    }

    /// The destinations of a service; none when there is no such service.
    fn list_destinations(&mut self, key: &ServiceKey) -> Result<BTreeMap<DestinationKey, DestinationEntry>, Problem> {
        self.list(op::GET_DEST, Some(key), |payload, destinations: &mut BTreeMap<_, _>| {
            let entry = wire::destination(payload, key.family())?;
            destinations.insert(entry.destination.key, entry);
            Ok(())
        })
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

    fn ask_service(&mut self, key: &ServiceKey) -> Result<ServiceEntry, Problem> {
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
    fn read_table(&mut self) -> Result<Table, Problem> {
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

impl Ipvs for Netlink {
    fn apply(&mut self, commands: &[Command]) -> Vec<Result<(), Error>> {
        let results = match self.find_family() {
            Ok(family) => {
                self.preload.schedulers_of(commands);
                self.exchange.apply(family, commands)
            }
            Err(problem) => commands.iter().map(|_| Err(problem.clone())).collect(),
        };
        if results.iter().any(|result| matches!(result, Err(Problem::Gone))) {
            self.forget_family();
        }
        let with_command = |(result, command): (Result<(), Problem>, &Command)| {
            result.map_err(|problem| Error::new(Request::Command(command.clone()), problem))
        };
        results.into_iter().zip(commands).map(with_command).collect()
    }

    fn dump(&mut self) -> Result<Table, Error> {
        self.read_table().map_err(|problem| Error::new(Request::Dump, problem))
    }

    fn services(&mut self) -> Result<Vec<ServiceEntry>, Error> {
        let services = self.list_services().map_err(|problem| Error::new(Request::Services, problem))?;
        Ok(services.into_values().collect())
    }

    fn destinations(&mut self, service: &ServiceKey) -> Result<Vec<DestinationEntry>, Error> {
        // The list of a service that is not there is empty, so the service itself is asked for first.
        let destinations = self.ask_service(service).and_then(|_| self.list_destinations(service));
        let destinations = destinations.map_err(|problem| Error::new(Request::Destinations(*service), problem))?;
        Ok(destinations.into_values().collect())
    }

    fn info(&mut self) -> Result<Info, Error> {
        self.ask_info().map_err(|problem| Error::new(Request::Info, problem))
    }

    fn timeouts(&mut self) -> Result<Timeouts, Error> {
        self.with_family(|exchange, family| exchange.ask(family, op::GET_CONFIG, |_| {}, wire::timeouts))
            .map_err(|problem| Error::new(Request::Timeouts, problem))
    }

    fn sync_daemons(&mut self) -> Result<Vec<SyncDaemon>, Error> {
        self.list(op::GET_DAEMON, None, |payload, daemons: &mut Vec<_>| {
            daemons.push(wire::sync_daemon(payload)?);
            Ok(())
        })
        .map_err(|problem| Error::new(Request::SyncDaemons, problem))
    }
}

/// A socket that never blocks in a read.
fn open_socket() -> io::Result<NlSocket> {
    let socket = NlSocket::connect(NlFamily::Generic, None, Groups::empty())?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    socket.nonblock()?;
    // The kernel's own words for a refusal; kernels before 4.12 have none.
    let _old_kernel = socket.enable_ext_ack(true);
    Ok(socket)
}

impl Transport for NlSocket {
    fn send(&self, bytes: &[u8]) -> io::Result<()> {
        Self::send(self, bytes, Msg::empty()).map(drop)
    }

    fn receive(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.recv(buffer, Msg::TRUNC).map(|(length, _)| length)
    }

    fn wait(&self, attempt: u32) -> bool {
        thread::sleep(WAIT);
        attempt < WAITS
    }
}
