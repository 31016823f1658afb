//! Everything that the pools can want: the closed list of what `Pool::step` gives.
use crate::fact::ProbeId;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::Name;
use model::config::global::Command;
use model::config::server::{Connect, Forwarding, Http, Misc, Persistence, RealServer, Service, Tls, Udp};

/// Orders of one turn, in order.
pub type Effects = Vec<Effect>;

/// An order, imperative.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Run this probe and say `ProbeEnded`.
    Start(Probe),
    /// The answer of this probe is not wanted any more.
    Cancel(ProbeId),
    /// Let the IPVS table contain this. Level-triggered: the last one said for a service holds, also over repairs; an
    /// equal one changes nothing.
    Hold {
        /// The service.
        service: Service,
        /// What it shall look like; `None` means that it shall not be there.
        target: Option<Target>,
    },
    /// Let the world know.
    Report(Report),
}

/// A probe to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// Its number, to be said with the verdict.
    pub id: ProbeId,
    /// Where to connect.
    pub connect: Connect,
    /// What to ask once connected.
    pub question: Question,
}

/// What a probe asks; `probe::Conversation::new` makes the machine that asks it.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Nothing: the open connection is the answer.
    Connect,
    /// These pages, one after the other, each over a connection of its own; the first that fails ends the probe.
    Pages {
        /// The check.
        http: Http,
        /// Index of the first url to ask.
        first: usize,
        /// How many urls to ask, at least 1; indexes wrap around.
        count: usize,
        /// Over TLS, and how.
        tls: Option<Tls>,
    },
    /// Greeting, HELO and QUIT of a mail server.
    Mail {
        /// Name in HELO.
        helo: String,
    },
    /// A name over UDP.
    Name {
        /// Number of the query.
        id: u16,
        /// The name.
        name: String,
        /// Record type by its number.
        record: u16,
    },
    /// A datagram of one's own over UDP.
    Datagram {
        /// What is a good answer.
        check: Udp,
        /// What is sent.
        payload: Vec<u8>,
    },
    /// An ICMP echo.
    Echo {
        /// Number of the request.
        sequence: u16,
    },
    /// A command to run; `probe::misc::judge` says what its end means.
    Command {
        /// What to run.
        check: Misc,
        /// Configured weight of its real server.
        weight: u32,
    },
}

/// What one IPVS service shall look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Scheduler by its kernel name.
    pub scheduler: String,
    /// Scheduler flags, bits 0 to 2.
    pub flags: u8,
    /// Persistence.
    pub persistence: Option<Persistence>,
    /// Persistence engine, `sip`.
    pub engine: Option<String>,
    /// One-packet scheduling.
    pub one_packet: bool,
    /// Its real servers, each address and port once.
    pub destinations: Vec<Destination>,
}

/// One real server in an IPVS service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// Address.
    pub address: IpAddr,
    /// Port.
    pub port: u16,
    /// How packets reach it.
    pub forwarding: Forwarding,
    /// Weight, 0 to 65535; 0 takes no new connections.
    pub weight: u32,
    /// Upper connection threshold, 0 for none.
    pub upper_threshold: u32,
    /// Lower connection threshold, 0 for none.
    pub lower_threshold: u32,
}

impl Destination {
    /// This server with this weight.
    #[must_use]
    pub const fn of(server: &RealServer, weight: u32) -> Self {
        Self {
            address: server.address,
            port: server.port,
            forwarding: server.forwarding,
            weight,
            upper_threshold: server.upper_threshold,
            lower_threshold: server.lower_threshold,
        }
    }
}

/// Something that happened and that others may want to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// A real server came up or went down; hooks and FIFOs hear of it.
    RealServer {
        /// Its virtual server.
        service: Service,
        /// The virtual server as FIFO lines name it: `[10.0.0.1]:tcp:80`, `FWM 7`, `[GROUP]:1`.
        name: Name,
        /// Its address.
        address: IpAddr,
        /// Its port.
        port: u16,
        /// Up or down.
        up: bool,
        /// `notify_up` or `notify_down`.
        hook: Option<Box<Command>>,
        /// Why, in words for an operator.
        reason: String,
    },
    /// A virtual server gained or lost its quorum; hooks and FIFOs hear of it.
    VirtualServer {
        /// Which; of a group, its first entry.
        service: Service,
        /// As FIFO lines name it.
        name: Name,
        /// Up or down.
        up: bool,
        /// `quorum_up` or `quorum_down`.
        hook: Option<Box<Command>>,
        /// Why, in words for an operator.
        reason: String,
    },
    /// Something for the log.
    Note {
        /// Whether somebody should look.
        warning: bool,
        /// The message, without final stop; starts with the thing.
        text: String,
    },
    /// After `StopRequested`: every service's target is `None`.
    AllReleased,
}
