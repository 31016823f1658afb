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

    /// All services with their destinations. It is no snapshot when others change the table meanwhile: every entry was
    /// there at some time during the call, and a service that was there all the time is in it. Of a service with more
    /// destinations than fit into one answer (about 80) one can be missing when another was removed at that moment.
    ///
    /// # Errors
    /// When the kernel does not answer, or says during every attempt that a list changed while it was read.
    fn dump(&mut self) -> Result<Table, Error>;

    /// All services, without their destinations, in the kernel's own order, which differs from boot to boot.
    ///
    /// # Errors
    /// As for [`Ipvs::dump`].
    fn services(&mut self) -> Result<Vec<ServiceEntry>, Error>;

    /// The destinations of one service, in the kernel's own order: the newest first.
    ///
    /// # Errors
    /// When there is no such service, and as for [`Ipvs::dump`].
    fn destinations(&mut self, service: &ServiceKey) -> Result<Vec<DestinationEntry>, Error>;

    /// The same with one question less: none where there is no such service.
    ///
    /// # Errors
    /// As for [`Ipvs::dump`].
    fn members(&mut self, service: &ServiceKey) -> Result<Vec<DestinationEntry>, Error>;

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
