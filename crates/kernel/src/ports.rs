//! One small trait for each ability. A request is data; what becomes of it comes back as an [`Event`] or in the result.
mod routing;

pub use routing::{Routing, RoutingEvent};

use model::holdings::{AddressKey, Change};
use model::net::{Advert, Announcement, Endpoint, Link};
use model::{Instant, InterfaceName, WallTime};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::{fmt, io};

/// Reads the clock of the machine: monotonic, and counting while the machine is suspended (`CLOCK_BOOTTIME`).
pub trait Clock {
    /// Now.
    fn now(&self) -> Instant;

    /// Now, on the wall clock, which may jump.
    fn wall(&self) -> WallTime;
}

/// Numbers the submissions of changes, so that answers find their way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// Puts addresses on links and takes them off.
pub trait Addresses {
    /// Starts to apply at most `limits::NETLINK_BATCH` changes, in order; each is answered in one `Event::Applied` with
    /// this ticket. Never waits. What is already as ordered counts as done: an address that is there, one that is not there
    /// to be removed, one of a link that is gone. The `Event::Addresses` that shows the outcome comes before the answer.
    fn submit(&mut self, ticket: Ticket, changes: Vec<Change>);
}

/// Sends and receives adverts.
pub trait Adverts {
    /// Opens and closes sockets until they are exactly these; tells which could not be opened. Never waits. To be repeated
    /// when a link came or went: a socket stays with the link that had the name when it was opened.
    fn listen(&mut self, endpoints: &BTreeSet<Endpoint>) -> Vec<ListenError>;

    /// Sends adverts, as many as possible with one call to the kernel. Never waits: a full buffer is an error.
    fn send(&mut self, adverts: &[Advert]) -> Vec<SendError>;
}

/// Sends gratuitous ARPs and neighbour advertisements.
pub trait Announcer {
    /// Sends announcements, as many as possible with one call to the kernel. Never waits.
    fn announce(&mut self, announcements: &[Announcement]) -> Vec<AnnounceError>;
}

/// Reads and writes kernel variables below /proc/sys. A name is a path there: `net/ipv4/conf/all/arp_ignore`.
pub trait Sysctls {
    /// Its value without the newline.
    ///
    /// # Errors
    /// `NotFound` when this kernel, or this part of it, does not have it.
    fn read(&self, name: &str) -> io::Result<String>;

    /// Sets it.
    ///
    /// # Errors
    /// Without permission, and for values that the kernel does not take.
    fn write(&mut self, name: &str, value: &str) -> io::Result<()>;
}

/// A server whose traffic gets our own source address once it was redirected there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Masked {
    /// The server.
    pub address: IpAddr,
    /// Transport protocol (IANA) and port; any when `None`.
    pub port: Option<(u8, u16)>,
}

/// Keeps a set of servers in the kernel's source NAT.
pub trait SourceNat {
    /// Makes the set exactly these, in one transaction; an empty one leaves nothing behind.
    ///
    /// # Errors
    /// When the kernel refuses; then nothing has changed.
    fn replace(&mut self, servers: &BTreeSet<Masked>) -> Result<(), Refusal>;

    /// Whether what the last `replace` made is still there as it was made.
    ///
    /// # Errors
    /// When the kernel does not tell.
    fn is_intact(&mut self) -> Result<bool, Refusal>;

    /// Whether there is anything of ours, also of an earlier run.
    ///
    /// # Errors
    /// When the kernel does not tell, for example because it has no nf_tables.
    fn exists(&mut self) -> Result<bool, Refusal>;
}

/// Traffic that gets a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Marked {
    /// First destination address.
    pub first: IpAddr,
    /// Last destination address, of the same family.
    pub last: IpAddr,
    /// First and last destination port.
    pub ports: (u16, u16),
    /// Transport protocol (IANA): TCP, UDP or SCTP.
    pub protocol: u8,
    /// The mark.
    pub mark: u32,
}

/// A table of marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkTable {
    /// Its name.
    pub name: String,
    /// Where its chains stand among others: the lower, the earlier.
    pub priority: i32,
    /// Rules count what they match.
    pub counters: bool,
    /// What is marked; no two overlap.
    pub marks: BTreeSet<Marked>,
}

/// Keeps a table that marks traffic for this host.
pub trait Marking {
    /// Makes the table exactly this, in one transaction; without marks nothing is left under its name.
    ///
    /// # Errors
    /// When the kernel refuses; then nothing has changed.
    fn replace(&mut self, table: &MarkTable) -> Result<(), Refusal>;

    /// Whether what the last `replace` made is still there as it was made.
    ///
    /// # Errors
    /// When the kernel does not tell.
    fn is_intact(&mut self) -> Result<bool, Refusal>;

    /// Removes the table of this name.
    ///
    /// # Errors
    /// When the kernel refuses.
    fn remove(&mut self, name: &str) -> Result<(), Refusal>;
}

/// All that the vrrp thread needs.
pub trait Ports: Addresses + Adverts + Announcer {}
impl<T: Addresses + Adverts + Announcer> Ports for T {}

/// What a kernel tells on its own account, or in answer to a submission.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A packet of an advert protocol.
    Packet(ReceivedPacket),
    /// A link appeared or changed; also said for every link at the start and after an overrun.
    Link {
        /// Its name.
        interface: InterfaceName,
        /// How it is, addresses included.
        link: Link,
    },
    /// A link went away (or was renamed: its new name follows as `Link`).
    LinkGone(InterfaceName),
    /// A link got another name and took its addresses along. `LinkGone` of the old name and `Link` of the new one came
    /// before.
    LinkRenamed {
        /// Its name before.
        from: InterfaceName,
        /// Its name now.
        to: InterfaceName,
    },
    /// Addresses of a link changed: this is the whole list now.
    Addresses {
        /// The link.
        interface: InterfaceName,
        /// All its addresses, in the kernel's order.
        addresses: Vec<AddressKey>,
    },
    /// A submission was carried out; each change that was refused is named.
    Applied {
        /// The submission.
        ticket: Ticket,
        /// All its changes, in order, with their results.
        results: Vec<(Change, Result<(), Refusal>)>,
    },
    /// Events were lost; fresh `Link` events for everything follow.
    Overrun,
}

/// A received packet that owns its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedPacket {
    /// Link that it came in by.
    pub interface: InterfaceName,
    /// Sender.
    pub source: IpAddr,
    /// Receiver.
    pub destination: IpAddr,
    /// TTL or hop limit.
    pub ttl: u8,
    /// Length of the payload according to the IP header.
    pub stated_length: usize,
    /// `PROTOCOL_VRRP` or `PROTOCOL_AH`.
    pub protocol: u8,
    /// The IPv4 header, options included; empty in IPv6.
    pub header: Vec<u8>,
    /// All that follows the IP header.
    pub payload: Vec<u8>,
}

/// The kernel said no to a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `errno`, 0 when there was no answer in time.
    pub errno: i32,
    /// In words: `permission denied`, `no such device`.
    pub text: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Refusal {}

/// A socket could not be opened on an endpoint.
#[derive(Debug)]
pub struct ListenError {
    /// Where.
    pub endpoint: Endpoint,
    /// Why.
    pub source: io::Error,
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot listen for {} on {}: {}", self.endpoint.group, self.endpoint.interface, self.source)
    }
}

impl std::error::Error for ListenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// An advert could not be sent.
#[derive(Debug)]
pub struct SendError {
    /// Position in the slice that was given.
    pub index: usize,
    /// Why.
    pub source: io::Error,
}

/// An announcement could not be sent.
#[derive(Debug)]
pub struct AnnounceError {
    /// Position in the slice that was given.
    pub index: usize,
    /// Why.
    pub source: io::Error,
}
