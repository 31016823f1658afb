//! Tells the service manager how far the daemon is: the datagrams of sd_notify(3), nothing at all where nobody asked.
//!
//! Debian's unit of keepalived has `Type=notify`: whoever does not say that it is ready is killed after a minute and a half.
use model::Config;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;
use tracing::debug;

/// How far the daemon is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Everything that the configuration wants is running; a word about it.
    Ready(String),
    /// The configuration is being read again.
    Reloading,
    /// On its way out.
    Stopping,
}

/// The service manager that started the daemon, if one wants to hear.
#[derive(Debug, Default)]
pub struct Manager {
    /// Where it listens: a path, or `@` and a name in the abstract namespace.
    address: Option<OsString>,
}

impl Manager {
    /// As the environment tells (`NOTIFY_SOCKET`).
    #[must_use]
    pub fn of_environment() -> Self {
        Self { address: std::env::var_os("NOTIFY_SOCKET").filter(|address| !address.is_empty()) }
    }

    /// Says it. A manager that cannot be reached has lost interest, and is no reason to do anything else.
    pub fn tell(&self, stage: &Stage) {
        let Some(address) = &self.address else { return };
        if let Err(problem) = send(address, &words(stage, monotonic())) {
            debug!("(service) {} does not take what we say: {problem}", address.display());
        }
    }
}

/// What stands behind the name of the running service.
#[must_use]
pub fn summary(file: &str, config: &Config) -> String {
    let count = |number: usize, thing: &str| match number {
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    };
    let routers = count(config.instances.len(), "virtual router");
    format!("{routers}, {} of {file}", count(config.virtual_servers.len(), "virtual server"))
}

fn words(stage: &Stage, monotonic: Duration) -> String {
    match stage {
        Stage::Ready(what) => {
            format!("READY=1\nMAINPID={}\nSTATUS={}\n", std::process::id(), what.replace('\n', " "))
        }
        Stage::Reloading => {
            format!("RELOADING=1\nMONOTONIC_USEC={}\nSTATUS=reading the configuration again\n", monotonic.as_micros())
        }
        Stage::Stopping => "STOPPING=1\nSTATUS=masters hand over before they let go\n".to_owned(),
    }
}

fn monotonic() -> Duration {
    nix::time::clock_gettime(nix::time::ClockId::CLOCK_MONOTONIC).map_or(Duration::ZERO, Duration::from)
}

fn send(address: &OsStr, text: &str) -> io::Result<()> {
    let address = match address.as_bytes() {
        [b'@', name @ ..] => SocketAddr::from_abstract_name(name)?,
        _ => SocketAddr::from_pathname(address)?,
    };
    let socket = UnixDatagram::unbound()?;
    // A manager that does not read must not hold the daemon up.
    socket.set_nonblocking(true)?;
    socket.send_to_addr(text.as_bytes(), &address).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(socket: &UnixDatagram) -> String {
        let mut buffer = [0; 512];
        let length = socket.recv(&mut buffer).expect("a datagram");
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    }

    #[test]
    fn a_manager_hears_each_stage_at_a_path_and_at_an_abstract_name() {
        let directory = std::env::temp_dir().join(format!("evenkeel-service-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory");
        let path = directory.join("notify");
        let name = format!("evenkeel-service-{}", std::process::id());
        let at_path = UnixDatagram::bind(&path).expect("a socket");
        let abstract_address = SocketAddr::from_abstract_name(&name).expect("a name");
        let at_name = UnixDatagram::bind_addr(&abstract_address).expect("a socket");
        for (address, socket) in [(path.clone().into_os_string(), at_path), (format!("@{name}").into(), at_name)] {
            let manager = Manager { address: Some(address) };
            manager.tell(&Stage::Ready("2 virtual routers".to_owned()));
            let pid = std::process::id();
            assert_eq!(heard(&socket), format!("READY=1\nMAINPID={pid}\nSTATUS=2 virtual routers\n"));
            manager.tell(&Stage::Reloading);
            let text = heard(&socket);
            let since = text.lines().find_map(|line| line.strip_prefix("MONOTONIC_USEC=")).map(str::parse::<u64>);
            assert!(text.starts_with("RELOADING=1\n") && matches!(since, Some(Ok(1..))), "{text}");
            manager.tell(&Stage::Stopping);
            assert!(heard(&socket).starts_with("STOPPING=1\n"));
        }
        std::fs::remove_dir_all(&directory).expect("removed");
    }

    #[test]
    fn a_manager_that_is_gone_or_was_never_there_changes_nothing() {
        Manager::default().tell(&Stage::Stopping);
        Manager { address: Some("/nonexistent/notify".into()) }.tell(&Stage::Stopping);
        Manager { address: Some("x".repeat(4_096).into()) }.tell(&Stage::Stopping);
    }

    #[test]
    fn one_and_many() {
        let mut config = Config::default();
        assert_eq!(summary("/k.conf", &config), "0 virtual routers, 0 virtual servers of /k.conf");
        config.instances.push(crate::notify::testing::instance(Default::default()));
        assert_eq!(summary("/k.conf", &config), "1 virtual router, 0 virtual servers of /k.conf");
    }
}
