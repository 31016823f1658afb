//! What can go wrong, with the request inside, in words for an operator.
use crate::command::Command;
use crate::types::{Name, Service, ServiceKey};
use crate::wire::Malformed;
use std::fmt;
use std::io;

/// A request that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What was asked. Boxed, because a batch has a result for every command.
    pub request: Box<Request>,
    /// What happened.
    pub problem: Problem,
}

impl Error {
    pub(crate) fn new(request: Request, problem: Problem) -> Self {
        Self { request: Box::new(request), problem }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.request, self.problem)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.problem)
    }
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// A change.
    Command(Command),
    /// The whole table.
    Dump,
    /// The services without destinations.
    Services,
    /// The destinations of one service.
    Destinations(ServiceKey),
    /// Version and table size.
    Info,
    /// Connection timeouts.
    Timeouts,
    /// Synchronisation daemons.
    SyncDaemons,
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(command) => fmt::Display::fmt(command, f),
            Self::Dump => f.write_str("IPVS table: read"),
            Self::Services => f.write_str("IPVS services: list"),
            Self::Destinations(key) => write!(f, "{key}: list destinations"),
            Self::Info => f.write_str("IPVS: ask for version"),
            Self::Timeouts => f.write_str("IPVS timeouts: read"),
            Self::SyncDaemons => f.write_str("IPVS sync daemons: list"),
        }
    }
}

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is no such service (`ESRCH`).
    NoSuchService,
    /// The service is there already (`EEXIST`).
    ServiceExists,
    /// The service has no such destination (`ENOENT`).
    NoSuchDestination,
    /// The service has this destination already (`EEXIST`).
    DestinationExists,
    /// The kernel has no such scheduler or persistence engine (`ENOENT`).
    UnknownScheduler {
        /// The scheduler that was asked for.
        scheduler: Name,
        /// The engine that was asked for; where there is one, either can be the unknown one.
        engine: Option<Name>,
    },
    /// This sync daemon runs already (`EEXIST`).
    SyncRunning,
    /// This sync daemon does not run (`ESRCH`).
    SyncNotRunning,
    /// The sync daemon's interface does not exist (`ENODEV`).
    NoInterface,
    /// `CAP_NET_ADMIN` is missing (`EPERM`).
    Permission,
    /// IPVS was unloaded from the kernel (`ENOENT` where it has no other meaning); the next call looks for it again.
    Gone,
    /// The kernel refused for another reason.
    Refused {
        /// Error number.
        errno: i32,
        /// The kernel's own words, where it has some.
        text: Option<String>,
    },
    /// The kernel's answer did not come, so the outcome is unknown: read the table again.
    Unanswered,
    /// The socket failed, so the outcome is unknown: read the table again.
    Socket {
        /// Error number.
        errno: i32,
    },
    /// The kernel's answer could not be understood.
    Malformed(Malformed),
    /// The table changed during every attempt to read it.
    Changing,
}

impl Problem {
    /// The meaning of an error number that the kernel gave to a command.
    pub(crate) fn of_command(command: &Command, errno: i32, text: Option<String>) -> Self {
        use Command as C;
        match (errno, command) {
            (libc::EPERM, _) => Self::Permission,
            (libc::ESRCH, C::StopSync(_)) => Self::SyncNotRunning,
            (libc::ESRCH, _) => Self::NoSuchService,
            (libc::EEXIST, C::AddService(_)) => Self::ServiceExists,
            (libc::EEXIST, C::AddDestination(..)) => Self::DestinationExists,
            (libc::EEXIST, C::StartSync(_)) => Self::SyncRunning,
            (libc::ENODEV, C::StartSync(_)) => Self::NoInterface,
            (libc::ENOENT, C::AddService(service) | C::EditService(service)) => Self::unknown_scheduler(service),
            (libc::ENOENT, C::EditDestination(..) | C::RemoveDestination(..)) => Self::NoSuchDestination,
            (libc::ENOENT, _) => Self::Gone,
            _ => Self::Refused { errno, text: text.or_else(|| hint(command, errno).map(str::to_owned)) },
        }
    }

    /// The meaning of an error number that the kernel gave to a question.
    pub(crate) fn of_question(errno: i32, text: Option<String>) -> Self {
        match errno {
            libc::EPERM => Self::Permission,
            libc::ESRCH => Self::NoSuchService,
            libc::ENOENT => Self::Gone,
            _ => Self::Refused { errno, text },
        }
    }

    fn unknown_scheduler(service: &Service) -> Self {
        Self::UnknownScheduler { scheduler: service.scheduler().clone(), engine: service.engine().cloned() }
    }
}

/// What the kernel can have meant by a number that says little.
const fn hint(command: &Command, errno: i32) -> Option<&'static str> {
    match (errno, command) {
        (libc::EINVAL, Command::AddDestination(..) | Command::EditDestination(..)) => Some(
            "the address must be unicast or local (is the interface lo up?), a GUE tunnel needs a port, and another \
             address family than the service's needs a tunnel and no running sync daemon",
        ),
        (libc::EINVAL, Command::StartSync(_)) => {
            Some("the group must be multicast, and a service must not have destinations of another address family")
        }
        (libc::ERANGE, Command::AddDestination(..) | Command::EditDestination(..)) => {
            Some("the weight must be 0 to 2147483647, the lower threshold at most the upper one")
        }
        (libc::EAFNOSUPPORT, _) => Some("this kernel's IPVS has no IPv6"),
        _ => None,
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchService => f.write_str("no such service"),
            Self::ServiceExists => f.write_str("service already exists"),
            Self::NoSuchDestination => f.write_str("no such destination"),
            Self::DestinationExists => f.write_str("destination already exists"),
            Self::UnknownScheduler { scheduler, engine: None } => {
                write!(f, "scheduler {scheduler} not found in this kernel")
            }
            Self::UnknownScheduler { scheduler, engine: Some(engine) } => {
                write!(f, "scheduler {scheduler} or persistence engine {engine} not found in this kernel")
            }
            Self::SyncRunning => f.write_str("sync daemon already runs"),
            Self::SyncNotRunning => f.write_str("no such sync daemon runs"),
            Self::NoInterface => f.write_str("no such interface"),
            Self::Permission => f.write_str("CAP_NET_ADMIN is needed"),
            Self::Gone => f.write_str("IPVS is not in the kernel any more (module ip_vs was unloaded)"),
            Self::Refused { errno, text } => {
                fmt::Display::fmt(&io::Error::from_raw_os_error(*errno), f)?;
                text.as_ref().map_or(Ok(()), |text| write!(f, ": {text}"))
            }
            Self::Unanswered => f.write_str("no answer from the kernel"),
            Self::Socket { errno } => write!(f, "netlink socket: {}", io::Error::from_raw_os_error(*errno)),
            Self::Malformed(malformed) => write!(f, "answer not understood: {malformed}"),
            Self::Changing => f.write_str("the table kept changing while it was read"),
        }
    }
}

impl std::error::Error for Problem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Malformed(malformed) => Some(malformed),
            _ => None,
        }
    }
}

/// Why IPVS could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The kernel has no IPVS, and its module could not be loaded; with the reason.
    NoIpvs(String),
    /// `CAP_NET_ADMIN` in the first user namespace is missing.
    Permission,
    /// The netlink socket could not be made or did not work.
    Failed(Problem),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoIpvs(reason) => write!(f, "no IPVS in this kernel: {reason}"),
            Self::Permission => f.write_str("IPVS: CAP_NET_ADMIN is needed"),
            Self::Failed(problem) => write!(f, "IPVS: {problem}"),
        }
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(problem) => Some(problem),
            _ => None,
        }
    }
}
