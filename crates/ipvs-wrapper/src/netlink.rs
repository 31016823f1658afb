//! IPVS of the running kernel.
use crate::command::Command;
use crate::error::{Error, OpenError, Problem, Request};
use crate::exchange::{Exchange, Transport};
use crate::ipvs::Ipvs;
use crate::table::{DestinationEntry, ServiceEntry, Table};
use crate::types::{Info, ServiceKey, SyncDaemon, Timeouts};
use crate::wire::{self, op};
use neli::consts::genl::CtrlCmd;
use neli::consts::nl::GenlId;
use neli::consts::socket::{Msg, NlFamily};
use neli::socket::NlSocket;
use neli::utils::Groups;
use std::collections::BTreeSet;
use std::io;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

/// Bytes of the socket's receive buffer; the kernel gives what `net.core.rmem_max` allows.
const RECEIVE_BUFFER: usize = 1 << 20;
/// How often the table is read again when it changed meanwhile.
const DUMP_ATTEMPTS: usize = 5;
/// How long to wait for an answer that should have been there at once, in steps of [`WAIT`].
const WAITS: u32 = 2_000;
/// How long `modprobe` may take, in steps of [`WAIT`].
const MODPROBE_WAITS: u32 = 10_000;
/// One step of waiting.
const WAIT: Duration = Duration::from_millis(1);
/// What loads kernel modules; not searched for in `PATH`, because we are root.
const MODPROBE: &str = "/sbin/modprobe";
/// The kernel module.
const MODULE: &str = "ip_vs";

/// IPVS of the network namespace that the calling thread was in when this was opened; other threads may use it.
pub struct Netlink {
    exchange: Exchange<NlSocket>,
    /// Number of the netlink family; unknown after IPVS was unloaded.
    family: Option<u16>,
}

impl Netlink {
    /// Opens a socket and finds IPVS; where the kernel has it as a module, this loads it.
    ///
    /// # Errors
    /// When the kernel has no IPVS, `CAP_NET_ADMIN` is missing, or the socket does not work.
    pub fn open() -> Result<Self, OpenError> {
        let socket = open_socket()
            .map_err(|error| OpenError::Failed(Problem::Socket { errno: error.raw_os_error().unwrap_or(libc::EIO) }))?;
        let mut netlink = Self { exchange: Exchange::new(socket), family: None };
        // The controller makes the kernel load what provides a family; modprobe helps where the module has no such alias.
        let family = match netlink.find_family() {
            Err(Problem::Gone) => {
                load_module().map_err(OpenError::NoIpvs)?;
                netlink.find_family()
            }
            found => found,
        };
        match family.and_then(|_| netlink.ask_info()) {
            Ok(_) => Ok(netlink),
            Err(Problem::Gone) => Err(OpenError::NoIpvs(format!(
                "{MODPROBE} {MODULE} succeeded, but generic netlink has no family {}",
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
            self.family = None;
        }
        result
    }

    fn ask_info(&mut self) -> Result<Info, Problem> {
        self.with_family(|exchange, family| exchange.ask(family, op::GET_INFO, |_| {}, wire::info))
    }

    /// One reading of the services; `true` beside it when it cannot be trusted.
    fn list_services(&mut self) -> Result<(Vec<ServiceEntry>, bool), Problem> {
        let mut services = Vec::new();
        let mut keys = BTreeSet::new();
        let mut doubtful = self.with_family(|exchange, family| {
            exchange.list(
                family,
                op::GET_SERVICE,
                |_| {},
                |payload| {
                    services.push(wire::service(payload)?);
                    Ok(())
                },
            )
        })?;
        for entry in &services {
            // The kernel continues a long list by position, so one that moved while it was read comes twice.
            doubtful |= !keys.insert(entry.service.key());
        }
        Ok((services, doubtful))
    }

    /// One reading of the destinations of a service; none when there is no such service.
    fn list_destinations(&mut self, key: &ServiceKey) -> Result<(Vec<DestinationEntry>, bool), Problem> {
        let mut destinations = Vec::new();
        let mut keys = BTreeSet::new();
        let mut doubtful = self.with_family(|exchange, family| {
            exchange.list(
                family,
                op::GET_DEST,
                |out| wire::put_key(out, key),
                |payload| {
                    destinations.push(wire::destination(payload, key.family())?);
                    Ok(())
                },
            )
        })?;
        for entry in &destinations {
            doubtful |= !keys.insert(entry.destination.key);
        }
        Ok((destinations, doubtful))
    }

    /// One reading of all; services are listed before and after, and must be the same ones.
    fn read_table(&mut self) -> Result<(Table, bool), Problem> {
        let (services, mut doubtful) = self.list_services()?;
        let mut table = Table::default();
        for mut entry in services {
            let key = entry.service.key();
            let (destinations, moved) = self.list_destinations(&key)?;
            doubtful |= moved;
            entry.destinations = destinations.into_iter().map(|entry| (entry.destination.key, entry)).collect();
            table.services.insert(key, entry);
        }
        let (after, moved) = self.list_services()?;
        doubtful |= moved
            || !after.iter().map(|entry| entry.service.key()).collect::<BTreeSet<_>>().iter().eq(table.services.keys());
        Ok((table, doubtful))
    }

    /// Repeats a reading until it can be trusted.
    fn settled<R>(&mut self, mut read: impl FnMut(&mut Self) -> Result<(R, bool), Problem>) -> Result<R, Problem> {
        for _ in 0..DUMP_ATTEMPTS {
            if let (result, false) = read(self)? {
                return Ok(result);
            }
        }
        Err(Problem::Changing)
    }
}

impl Ipvs for Netlink {
    fn apply(&mut self, commands: &[Command]) -> Vec<Result<(), Error>> {
        let results = match self.find_family() {
            Ok(family) => self.exchange.apply(family, commands),
            Err(problem) => commands.iter().map(|_| Err(problem.clone())).collect(),
        };
        if results.iter().any(|result| matches!(result, Err(Problem::Gone))) {
            self.family = None;
        }
        let with_command = |(result, command): (Result<(), Problem>, &Command)| {
            result.map_err(|problem| Error::new(Request::Command(command.clone()), problem))
        };
        results.into_iter().zip(commands).map(with_command).collect()
    }

    fn dump(&mut self) -> Result<Table, Error> {
        self.settled(Self::read_table).map_err(|problem| Error::new(Request::Dump, problem))
    }

    fn services(&mut self) -> Result<Vec<ServiceEntry>, Error> {
        self.settled(Self::list_services).map_err(|problem| Error::new(Request::Services, problem))
    }

    fn destinations(&mut self, service: &ServiceKey) -> Result<Vec<DestinationEntry>, Error> {
        // The list of a service that is not there is empty, so the service itself is asked for first.
        self.with_family(|exchange, family| {
            exchange.ask(family, op::GET_SERVICE, |out| wire::put_key(out, service), wire::service)
        })
        .and_then(|_| self.settled(|netlink| netlink.list_destinations(service)))
        .map_err(|problem| Error::new(Request::Destinations(*service), problem))
    }

    fn info(&mut self) -> Result<Info, Error> {
        self.ask_info().map_err(|problem| Error::new(Request::Info, problem))
    }

    fn timeouts(&mut self) -> Result<Timeouts, Error> {
        self.with_family(|exchange, family| exchange.ask(family, op::GET_CONFIG, |_| {}, wire::timeouts))
            .map_err(|problem| Error::new(Request::Timeouts, problem))
    }

    fn sync_daemons(&mut self) -> Result<Vec<SyncDaemon>, Error> {
        let mut daemons = Vec::new();
        self.with_family(|exchange, family| {
            exchange.list(
                family,
                op::GET_DAEMON,
                |_| {},
                |payload| {
                    daemons.push(wire::sync_daemon(payload)?);
                    Ok(())
                },
            )
        })
        .map_err(|problem| Error::new(Request::SyncDaemons, problem))?;
        Ok(daemons)
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

/// Loads the kernel module, or says in words why not.
fn load_module() -> Result<(), String> {
    let failed = |what: &dyn std::fmt::Display| {
        format!("generic netlink has no family {}, and {MODPROBE} {MODULE} {what}", wire::FAMILY_NAME)
    };
    let child = std::process::Command::new(MODPROBE)
        .arg(MODULE)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match child.map(finish) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(why)) => Err(failed(&why)),
        Err(error) => Err(failed(&format!("could not be run: {error}"))),
    }
}

/// Waits for the child, not forever.
fn finish(mut child: Child) -> Result<(), String> {
    for _ in 0..MODPROBE_WAITS {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("failed ({status})")),
            Ok(None) => thread::sleep(WAIT),
            // Somebody else collects this process's children: whether it worked is seen by looking again.
            Err(_) => return Ok(()),
        }
    }
    // It cannot be left behind as a zombie; whether the signal arrives changes nothing in the answer.
    let _gone_already = child.kill();
    let _status = child.wait();
    Err("did not end in 10 seconds".to_owned())
}
