//! Everything that can happen to the virtual routers of a machine: the closed list of what `Router::step` takes.
use alloc::string::String;
use alloc::sync::Arc;
use core::net::IpAddr;
use model::holdings::AddressKey;
use model::net::{Link, Outcome};
use model::{Config, InterfaceName, Name};

/// A fact, past tense. Times are given beside it.
#[derive(Clone, Debug)]
pub enum Fact<'a> {
    /// This is the configuration to run; said at start and for each reload. Only `instances`, `groups` and `scripts`
    /// are looked at. What is equal stays untouched.
    Configured(Arc<Config>),
    /// A packet of protocol 112 arrived.
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
    /// The daemon is to stop: hand over and let go.
    StopRequested,
    /// Time has passed; given whenever `deadline()` is not in the future.
    DeadlineReached,
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
    /// All that follows the IP header, padding included.
    pub payload: &'a [u8],
}
