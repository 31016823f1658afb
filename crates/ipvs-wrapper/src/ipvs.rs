//! What can be asked of IPVS, whoever answers.
use crate::command::Command;
use crate::error::Error;
use crate::table::{DestinationEntry, ServiceEntry, Table};
use crate::types::{Info, ServiceKey, SyncDaemon, Timeouts};

/// IPVS of the network namespace that it was opened in.
pub trait Ipvs {
    /// Carries the commands out, in order, and says for each how it went. One that fails does not keep the next from being
    /// tried.
    fn apply(&mut self, commands: &[Command]) -> Vec<Result<(), Error>>;

    /// All services with their destinations.
    ///
    /// # Errors
    /// When the kernel does not answer, or the table changes during every attempt to read it.
    fn dump(&mut self) -> Result<Table, Error>;

    /// All services, without their destinations, in the kernel's order.
    ///
    /// # Errors
    /// As for [`Ipvs::dump`].
    fn services(&mut self) -> Result<Vec<ServiceEntry>, Error>;

    /// The destinations of one service, in the kernel's order.
    ///
    /// # Errors
    /// When there is no such service, and as for [`Ipvs::dump`].
    fn destinations(&mut self, service: &ServiceKey) -> Result<Vec<DestinationEntry>, Error>;

    /// Version and table size.
    ///
    /// # Errors
    /// When the kernel does not answer.
    fn info(&mut self) -> Result<Info, Error>;

    /// Connection timeouts.
    ///
    /// # Errors
    /// When the kernel does not answer.
    fn timeouts(&mut self) -> Result<Timeouts, Error>;

    /// The synchronisation daemons that run.
    ///
    /// # Errors
    /// When the kernel does not answer.
    fn sync_daemons(&mut self) -> Result<Vec<SyncDaemon>, Error>;
}
