//! Virtual routers, groups and their trackers as a reader sees them.
use crate::{Instant, InterfaceName, Interval, Name, Prefix, Vrid};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

/// The state of a virtual router (RFC 9568 section 6.4), and the two that an implementation needs besides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouterState {
    /// Not started: waits for its interface facts, first script results, or the start delay.
    #[default]
    Init,
    /// Listens to a master.
    Backup,
    /// Holds the addresses.
    Master,
    /// Cannot take part.
    Fault,
    /// Stopping: has sent priority zero and keeps service until the successor speaks.
    Releasing,
    /// Stopped: holds nothing and will not move again.
    Stopped,
}

/// keepalived's word for it, as in notify arguments.
impl fmt::Display for RouterState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Init => "INIT",
            Self::Backup => "BACKUP",
            Self::Master => "MASTER",
            Self::Fault => "FAULT",
            Self::Releasing | Self::Stopped => "STOP",
        })
    }
}

/// One virtual router.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// Name in the file.
    pub name: Name,
    /// Link of the adverts.
    pub interface: InterfaceName,
    /// Virtual router identifier.
    pub vrid: Vrid,
    /// Protocol version, 2 or 3.
    pub version: u8,
    /// Where it stands.
    pub state: RouterState,
    /// Since when.
    pub since: Instant,
    /// Why it went there, in words for an operator.
    pub reason: String,
    /// Configured priority, 1 to 255.
    pub base_priority: u8,
    /// Priority after trackers, 1 to 255.
    pub effective_priority: u8,
    /// Address of the current master, when another router is it.
    pub master: Option<IpAddr>,
    /// Priority of the current master, when another router is it.
    pub master_priority: Option<u8>,
    /// Interval between adverts in force: our own as master, the master's as backup.
    pub advert_interval: Interval,
    /// Addresses it holds or would hold.
    pub addresses: Vec<Prefix>,
    /// Whether it holds them now.
    pub holds_addresses: bool,
    /// Everything that keeps it in FAULT.
    pub faults: Vec<Fault>,
    /// How late its latest wake-up was, of all so far.
    pub lateness: Interval,
    /// The last moves, oldest first.
    pub history: Vec<Transition>,
    /// Counters.
    pub counters: Counters,
}

/// One reason why an instance cannot take part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, in words for an operator.
    pub reason: String,
    /// Since when.
    pub since: Instant,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

/// One move in the history of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// When.
    pub at: Instant,
    /// From where.
    pub from: RouterState,
    /// To where.
    pub to: RouterState,
    /// Why, in words for an operator.
    pub reason: String,
}

/// Counts since the start of the instance; they never go back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Adverts sent.
    pub adverts_sent: u64,
    /// Adverts accepted.
    pub adverts_received: u64,
    /// Times it became master.
    pub became_master: u64,
    /// Times it stopped being master.
    pub released_master: u64,
    /// Adverts with priority zero sent.
    pub priority_zero_sent: u64,
    /// Adverts with priority zero received.
    pub priority_zero_received: u64,
    /// Refused: total length does not fit the address count.
    pub length_errors: u64,
    /// Refused: TTL is not 255.
    pub ttl_errors: u64,
    /// Refused: another protocol version.
    pub version_errors: u64,
    /// Refused: not an advertisement.
    pub type_errors: u64,
    /// Refused: checksum.
    pub checksum_errors: u64,
    /// Refused (version 2) or only noted (version 3): another advert interval.
    pub interval_errors: u64,
    /// Noted: the addresses differ from ours.
    pub address_list_errors: u64,
    /// Refused: unknown authentication type.
    pub auth_type_errors: u64,
    /// Refused: another authentication type than ours.
    pub auth_mismatches: u64,
    /// Refused: wrong password.
    pub auth_failures: u64,
    /// Refused: no signature where one is demanded (`auth_hmac`).
    pub auth_missing: u64,
    /// Refused: a signature that cannot be one.
    pub auth_malformed: u64,
    /// Refused: signed with a key that we do not have.
    pub auth_unknown_keys: u64,
    /// Refused: signed with another secret, or changed on the way.
    pub auth_invalid: u64,
    /// Refused: signed at a time too far from ours.
    pub auth_stale: u64,
    /// Refused: a signed advert that was heard before.
    pub auth_replayed: u64,
    /// Refused: of a sender that is no unicast peer, or too far away.
    pub source_errors: u64,
    /// Announcements (gratuitous ARP, neighbour advertisement) sent.
    pub announcements_sent: u64,
    /// Addresses put back after somebody else removed them.
    pub addresses_repaired: u64,
    /// Orders that the kernel refused.
    pub kernel_refusals: u64,
    /// Adverts of another master heard while master.
    pub double_masters: u64,
    /// Our own wake-ups that came later than an advert interval.
    pub late_wakeups: u64,
}

/// One sync group.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Name in the file.
    pub name: Name,
    /// Where it stands.
    pub state: RouterState,
    /// Members.
    pub members: Vec<Name>,
}

/// One track script.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// Name in the file.
    pub name: Name,
    /// `None` before the first result.
    pub good: Option<bool>,
    /// Since when.
    pub since: Instant,
    /// What its last run did, in words: `exit status 1`, `killed after 2 s`.
    pub last: String,
    /// Runs so far.
    pub runs: u64,
    /// Runs that failed.
    pub failures: u64,
}
