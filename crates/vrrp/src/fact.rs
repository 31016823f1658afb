//! Everything that can happen to the virtual routers of a machine: the closed list of what `Router::step` takes.
use alloc::string::String;
use alloc::sync::Arc;
use core::net::IpAddr;
use model::holdings::AddressKey;
use model::net::{Link, Outcome};
use model::{Config, Instant, InterfaceName, Name, WallTime};

/// A fact, past tense. Times are given beside it.
#[derive(Clone, Debug)]
pub enum Fact<'a> {
    /// This is the configuration to run; said at start and for each reload. Only what concerns VRRP
    /// is looked at. What is equal stays untouched.
    Configured(Arc<Config>),
    /// The wall clock stands at this. Only signatures (`auth_hmac`) depend on it; between two readings it goes on as the
    /// other clock does. Best said once a turn.
    WallClockRead(WallTime),
    /// The machine was booted then, which `vrrp_delay_after_boot` counts from. Best said before the first `Configured`.
    HostBooted(Instant),
    /// A packet of an advert protocol arrived.
    PacketReceived(Packet<'a>),
    /// This is how a link is now; said when it appears and whenever something of it changes.
    ///
    /// Best said for all links before the first `Configured`: an instance stays in INIT until it was told about every
    /// link that it uses, at most `limits::LINK_WAIT`; then a link nobody spoke of does not exist.
    LinkSeen {
        /// Its name.
        interface: InterfaceName,
        /// How it is.
        link: Link,
    },
    /// The link does not exist any more.
    LinkLost {
        /// Its name.
        interface: InterfaceName,
    },
    /// A poll says whether a link has a carrier (`linkbeat_interfaces`). It runs when the kernel says so too.
    LinkPolled {
        /// Its name.
        interface: InterfaceName,
        /// It has.
        up: bool,
    },
    /// Somebody else removed an address that a `Hold` wants.
    AddressVanished(AddressKey),
    /// Nothing is left to do for this instance's last `Hold`: what it wants is in the kernel, or was refused (said before by
    /// `HoldRefused`); what it does not want is gone.
    ///
    /// Said after every `Hold`, also when there was nothing to do: a new master announces its addresses and reports
    /// `MASTER` when it hears this, or `limits::HOLD_WAIT` later.
    HoldSettled {
        /// The instance whose target is reached.
        owner: Name,
    },
    /// The kernel refused to add or remove an address.
    HoldRefused {
        /// The instance that wanted it.
        owner: Name,
        /// The address.
        key: AddressKey,
        /// What the kernel said, in words.
        problem: String,
    },
    /// A run of a track script ended.
    ScriptFinished {
        /// Which script.
        script: Name,
        /// How.
        outcome: Outcome,
    },
    /// What is watched besides scripts reads so now: a file's number; 1 for enough processes or a session that is up, 0
    /// for the contrary. An instance that tracks it stays in INIT until this was said once.
    Tracked {
        /// What kind of thing.
        what: Watched,
        /// Its name in the configuration.
        name: Name,
        /// How it reads.
        reading: i32,
    },
    /// A static address, route or rule is missing, or is there again.
    StaticChanged {
        /// The `track_group` that it names.
        group: Name,
        /// The thing, for an operator.
        thing: String,
        /// Missing.
        missing: bool,
    },
    /// An instance, or all of a group, is to let a peer be master once. It keeps its addresses until the peer speaks; when
    /// nobody does, it stays master, unless it is forced. Answered by `Report::SwitchoverEnded` for each instance.
    SwitchoverRequested {
        /// Name of an instance or group.
        subject: Name,
        /// Let go even if nobody takes over.
        forced: bool,
    },
    /// An instance, a group, or everything (`None`) is taken out of service or put back. Given again at each start by
    /// whoever remembers it; what a reload adds is affected like the rest.
    MaintenanceSet {
        /// Name of an instance or group.
        subject: Option<Name>,
        /// Why, in the operator's words; `None` puts it back.
        reason: Option<String>,
    },
    /// Somebody wants to be told where every instance and group stands (`fifo_write_vrrp_states_on_reload`).
    StatesAsked,
    /// The daemon is to stop: hand over and let go.
    StopRequested,
    /// Time has passed; given whenever `deadline()` is not in the future.
    DeadlineReached,
}

/// What is watched besides scripts and links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Watched {
    /// A `track_file`.
    File,
    /// A `vrrp_track_process`.
    Process,
    /// A `bfd_instance`.
    Session,
}

/// A received packet as the socket tells it.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// Link that it came in by.
    pub interface: &'a InterfaceName,
    /// Sender.
    pub source: IpAddr,
    /// Receiver: the group, or one of our addresses.
    pub destination: IpAddr,
    /// TTL or hop limit.
    pub ttl: u8,
    /// What the IP header says is its payload's length; differs from `payload` when the packet was cut or padded.
    pub stated_length: usize,
    /// `PROTOCOL_VRRP` or `PROTOCOL_AH`.
    pub protocol: u8,
    /// The IPv4 header, options included; empty in IPv6.
    pub header: &'a [u8],
    /// All that follows the IP header, padding included.
    pub payload: &'a [u8],
}
