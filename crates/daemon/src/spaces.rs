//! `net_namespace` and `net_namespace_ipvs`: the network namespaces that the daemon works in, entered before anything else is
//! opened.
use crate::cli::Options;
use kernel::linux::namespace::{NamespaceError, NetNamespace};
use model::Config;
use model::config::global::IpvsNamespace;
use std::path::PathBuf;
use std::sync::Arc;

/// The namespace of the IPVS table, where it is not that of everything else.
#[derive(Clone, Debug)]
pub struct IpvsSpace {
    /// Where the table is.
    there: Arc<NetNamespace>,
    /// Where everything else is.
    home: Arc<NetNamespace>,
}

impl IpvsSpace {
    /// Does something there, with the calling thread alone.
    ///
    /// # Errors
    /// When it cannot be entered; then nothing was done.
    pub fn inside<T>(&self, work: impl FnOnce() -> T) -> Result<T, NamespaceError> {
        self.there.enter()?;
        let done = work();
        self.home.enter().map(|()| done)
    }
}

/// Enters the namespace that is asked for; threads that are started later are in it. Gives that of the IPVS table where it is
/// another one.
///
/// # Errors
/// When one of them is not there or cannot be entered.
pub fn enter(options: &Options, config: &Config) -> Result<Option<IpvsSpace>, NamespaceError> {
    let before = match &config.global.ipvs_namespace {
        IpvsNamespace::Same => None,
        IpvsNamespace::Original => Some(NetNamespace::own()?),
        IpvsNamespace::Named(name) => Some(NetNamespace::named(name.as_str())?),
    };
    if let Some(name) = name(options, config) {
        NetNamespace::named(&name)?.enter()?;
    }
    let Some(there) = before else { return Ok(None) };
    let space = IpvsSpace { there: Arc::new(there), home: Arc::new(NetNamespace::own()?) };
    // What cannot be entered is better known now than with the first service.
    space.inside(|| ())?;
    Ok(Some(space))
}

/// The namespace to run in: the command line wins over the file.
#[must_use]
pub fn name(options: &Options, config: &Config) -> Option<String> {
    options.namespace.clone().or_else(|| config.global.namespace.as_ref().map(ToString::to_string))
}

/// Where files in /run are for a daemon in this namespace: its own directory, so that two daemons do not meet.
#[must_use]
pub fn run_directory(namespace: Option<&str>) -> PathBuf {
    namespace.map_or_else(|| PathBuf::from("/run"), |name| PathBuf::from("/run/keepalived").join(name))
}
