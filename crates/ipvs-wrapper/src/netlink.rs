//! IPVS of the running kernel.
use crate::client::Client;
use crate::command::Command;
use crate::error::{Error, OpenError, Problem, Request};
use crate::exchange::Transport;
use crate::ipvs::Ipvs;
use crate::module::{self, Preload};
use crate::table::{DestinationEntry, ServiceEntry, Table};
use crate::types::{Info, ServiceKey, SyncDaemon, Timeouts};
use crate::wire;
use neli::consts::socket::{Msg, NlFamily};
use neli::socket::NlSocket;
use neli::utils::Groups;
use std::io;
use std::thread;
use std::time::Duration;

/// Bytes of the socket's receive buffer; the kernel gives what `net.core.rmem_max` allows.
const RECEIVE_BUFFER: usize = 1 << 20;
/// How long to wait for an answer that should have been there at once, in steps of [`WAIT`].
const WAITS: u32 = 2_000;
/// One step of waiting.
const WAIT: Duration = Duration::from_millis(1);

/// IPVS of the network namespace that the calling thread was in when this was opened; other threads may use it.
pub struct Netlink {
    client: Client<NlSocket>,
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
        let mut client = Client::new(socket);
        // The controller makes the kernel load what provides a family; modprobe helps where the module has no such alias.
        let family = match client.find_family() {
            Err(Problem::Gone) => {
                module::load(module::IPVS).map_err(OpenError::NoIpvs)?;
                client.find_family()
            }
            found => found,
        };
        match family.and_then(|_| client.ask_info()) {
            Ok(_) => Ok(Self { client, preload: Preload::default() }),
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
}

impl Ipvs for Netlink {
    fn apply(&mut self, commands: &[Command]) -> Vec<Result<(), Error>> {
        self.preload.schedulers_of(commands);
        let results = self.client.apply(commands);
        if results.contains(&Err(Problem::Gone)) {
            self.preload.forget();
        }
        let with_command = |(result, command): (Result<(), Problem>, &Command)| {
            result.map_err(|problem| Error::new(Request::Command(command.clone()), problem))
        };
        results.into_iter().zip(commands).map(with_command).collect()
    }

    fn dump(&mut self) -> Result<Table, Error> {
        self.client.read_table().map_err(|problem| Error::new(Request::Dump, problem))
    }

    fn services(&mut self) -> Result<Vec<ServiceEntry>, Error> {
        self.client.services_in_order().map_err(|problem| Error::new(Request::Services, problem))
    }

    fn destinations(&mut self, service: &ServiceKey) -> Result<Vec<DestinationEntry>, Error> {
        // The list of a service that is not there is empty, so the service itself is asked for first.
        let destinations = self.client.ask_service(service).and_then(|_| self.client.destinations_in_order(service));
        destinations.map_err(|problem| Error::new(Request::Destinations(*service), problem))
    }

    fn members(&mut self, service: &ServiceKey) -> Result<Vec<DestinationEntry>, Error> {
        let destinations = self.client.destinations_in_order(service);
        destinations.map_err(|problem| Error::new(Request::Destinations(*service), problem))
    }

    fn info(&mut self) -> Result<Info, Error> {
        self.client.ask_info().map_err(|problem| Error::new(Request::Info, problem))
    }

    fn timeouts(&mut self) -> Result<Timeouts, Error> {
        self.client.timeouts().map_err(|problem| Error::new(Request::Timeouts, problem))
    }

    fn sync_daemons(&mut self) -> Result<Vec<SyncDaemon>, Error> {
        self.client.sync_daemons().map_err(|problem| Error::new(Request::SyncDaemons, problem))
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
