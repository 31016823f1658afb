//! The connection table as the kernel prints it (`/proc/net/ip_vs_conn`, `/proc/net/ip_vs_conn_sync`), entry by entry.
//!
//! A director has millions of connections, so nothing is kept: [`ConnectionTable`] reads a line at a time, and a line has a
//! bound.
use crate::types::{Name, Protocol};
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;

/// The table of the calling thread's network namespace, with the data of persistence engines.
const TABLE: &str = "/proc/thread-self/net/ip_vs_conn";
/// The same with who made the entry instead.
const SYNC_TABLE: &str = "/proc/thread-self/net/ip_vs_conn_sync";
/// Bytes of the longest line: six numbers, state and 255 bytes of engine data with each escaped are below 1,300.
const LINE_BYTES: u64 = 4_096;

/// One connection, or one template that binds a client to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Transport protocol; 0 for the template of a firewall mark.
    pub protocol: Protocol,
    /// Where it comes from; the port is 0 in a template.
    pub client: SocketAddr,
    /// Where it goes to; for the template of a firewall mark see [`Connection::mark`].
    pub service: SocketAddr,
    /// The server that has it; can be of another family when packets are tunnelled.
    pub destination: SocketAddr,
    /// State in the kernel's words: `ESTABLISHED`, `UDP`, `NONE`; `ASSURED` for a template in use.
    pub state: String,
    /// Seconds until it is forgotten when nothing comes.
    pub expires: u32,
    /// Who made it; only in the table of [`ConnectionTable::open_with_origin`].
    pub origin: Option<Origin>,
    /// What a persistence engine keeps of it; only in the table of [`ConnectionTable::open`].
    pub engine: Option<EngineData>,
}

impl Connection {
    /// The firewall mark of the service, where this is the template of one: the kernel keeps it in place of the address.
    #[must_use]
    pub fn mark(&self) -> Option<NonZeroU32> {
        let leading = match self.service.ip() {
            IpAddr::V4(address) => u32::from(address),
            IpAddr::V6(address) => u32::try_from(u128::from(address) >> 96).unwrap_or(0),
        };
        (self.protocol == Protocol(0)).then(|| NonZeroU32::new(leading)).flatten()
    }
}

/// Who made a connection entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Traffic here.
    Local,
    /// Another director told us, through the sync daemon.
    Sync,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Local => "local",
            Self::Sync => "sync",
        })
    }
}

/// What a persistence engine keeps of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineData {
    /// The engine.
    pub engine: Name,
    /// Its data; what is no visible ASCII stands as the kernel escapes it.
    pub data: String,
}

/// Why a connection could not be read.
#[derive(Debug)]
pub enum ConnectionError {
    /// The kernel has no such table: IPVS is not loaded.
    NoTable,
    /// Reading failed.
    Io(io::Error),
    /// A line is not what the kernel prints; the number counts from 1, the heading.
    Line(u64),
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTable => write!(f, "no IPVS in this kernel: {TABLE} does not exist"),
            Self::Io(error) => write!(f, "IPVS connection table: {error}"),
            Self::Line(number) => write!(f, "IPVS connection table: line {number} not understood"),
        }
    }
}

impl std::error::Error for ConnectionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::NoTable | Self::Line(_) => None,
        }
    }
}

/// The connections, in the kernel's order, while they are read. A line that is not understood is one `Err`, and reading
/// goes on; a failure to read ends it.
pub struct ConnectionTable<R> {
    input: R,
    line: Vec<u8>,
    number: u64,
    with_origin: bool,
    ended: bool,
}

impl ConnectionTable<BufReader<File>> {
    /// The kernel's table in the calling thread's network namespace.
    ///
    /// # Errors
    /// When IPVS is not loaded, or the file cannot be read.
    pub fn open() -> Result<Self, ConnectionError> {
        open(TABLE).map(Self::new)
    }

    /// The same with [`Connection::origin`], without [`Connection::engine`].
    ///
    /// # Errors
    /// As for [`ConnectionTable::open`].
    pub fn open_with_origin() -> Result<Self, ConnectionError> {
        open(SYNC_TABLE).map(Self::with_origin)
    }
}

fn open(path: &str) -> Result<BufReader<File>, ConnectionError> {
    match File::open(path) {
        Ok(file) => Ok(BufReader::new(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ConnectionError::NoTable),
        Err(error) => Err(ConnectionError::Io(error)),
    }
}

impl<R: BufRead> ConnectionTable<R> {
    /// Reads text as in `/proc/net/ip_vs_conn`.
    #[must_use]
    pub const fn new(input: R) -> Self {
        Self { input, line: Vec::new(), number: 0, with_origin: false, ended: false }
    }

    /// Reads text as in `/proc/net/ip_vs_conn_sync`.
    #[must_use]
    pub fn with_origin(input: R) -> Self {
        Self { with_origin: true, ..Self::new(input) }
    }

    /// Reads a line; `false` at the end. What is beyond the bound is left out, and the line will not be understood.
    fn next_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.number += 1;
        let length = self.input.by_ref().take(LINE_BYTES).read_until(b'\n', &mut self.line)?;
        if u64::try_from(length) == Ok(LINE_BYTES) && !self.line.ends_with(b"\n") {
            self.line.clear();
            self.input.skip_until(b'\n')?;
        }
        Ok(length > 0)
    }

    fn entry(&self) -> Result<Connection, ConnectionError> {
        let entry = std::str::from_utf8(&self.line).ok().and_then(|line| connection(line, self.with_origin));
        entry.ok_or(ConnectionError::Line(self.number))
    }
}

impl<R: BufRead> Iterator for ConnectionTable<R> {
    type Item = Result<Connection, ConnectionError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.next_line() {
                // The heading.
                Ok(true) if self.number == 1 => {}
                Ok(true) => return Some(self.entry()),
                Ok(false) => self.ended = true,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(ConnectionError::Io(error)));
                }
            }
        }
        None
    }
}

/// `TCP 0A000001 D668 0A000001 0050 0A000101 1F90 ESTABLISHED 899`, with a word more where entries tell their origin or
/// two where they have engine data.
fn connection(line: &str, with_origin: bool) -> Option<Connection> {
    let mut words = line.split_ascii_whitespace();
    let protocol = protocol(words.next()?)?;
    let client = endpoint(words.next()?, words.next()?)?;
    let service = endpoint(words.next()?, words.next()?)?;
    let destination = endpoint(words.next()?, words.next()?)?;
    let state = words.next()?.to_owned();
    let origin = match with_origin.then(|| words.next()) {
        None => None,
        Some(Some("LOCAL")) => Some(Origin::Local),
        Some(Some("SYNC")) => Some(Origin::Sync),
        Some(_) => return None,
    };
    let expires = words.next()?.parse().ok()?;
    let engine = match words.next() {
        Some(engine) => {
            Some(EngineData { engine: Name::new(engine).ok()?, data: words.next().unwrap_or_default().to_owned() })
        }
        None => None,
    };
    Some(Connection { protocol, client, service, destination, state, expires, origin, engine })
}

/// As the kernel names protocols; 0 is `IP`.
fn protocol(word: &str) -> Option<Protocol> {
    match word {
        "IP" => Some(Protocol(0)),
        "ICMP" => Some(Protocol(1)),
        "TCP" => Some(Protocol::TCP),
        "UDP" => Some(Protocol::UDP),
        "ICMPv6" => Some(Protocol(58)),
        "SCTP" => Some(Protocol::SCTP),
        _ => word.strip_prefix("IP_")?.parse().ok().map(Protocol),
    }
}

/// Eight hexadecimal digits or eight groups of four, and a port of four.
fn endpoint(address: &str, port: &str) -> Option<SocketAddr> {
    let address = if address.len() == 8 {
        IpAddr::V4(Ipv4Addr::from(u32::from_str_radix(address, 16).ok()?))
    } else {
        IpAddr::V6(address.parse::<Ipv6Addr>().ok()?)
    };
    Some(SocketAddr::new(address, u16::from_str_radix(port, 16).ok()?))
}

#[cfg(test)]
mod tests;
