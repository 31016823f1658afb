//! Virtual routers and their groups.
use super::global::Command;
use super::track::{TrackInterface, TrackScript};
use crate::{Family, InterfaceName, Interval, Name, Prefix, Priority, Vrid};
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

/// A `vrrp_instance`: one virtual router on one link.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// Name, unique in the file.
    pub name: Name,
    /// The link on which adverts are sent.
    pub interface: InterfaceName,
    /// Virtual router identifier.
    pub vrid: Vrid,
    /// Family of the adverts, taken from the first address.
    pub family: Family,
    /// Protocol version on the wire.
    pub version: Version,
    /// Configured (base) priority.
    pub priority: Priority,
    /// `state MASTER` was written: clears `nopreempt` and `preempt_delay` below priority 255.
    pub wants_master: bool,
    /// Time between adverts: whole seconds in version 2, hundredths in version 3.
    pub advert_interval: Interval,
    /// Take over from a master of lower priority (no `nopreempt`).
    pub preempt: bool,
    /// Wait this long before doing so.
    pub preempt_delay: Interval,
    /// Advert intervals in the master-down timer, 1 to 100.
    pub down_timer_adverts: u8,
    /// Authentication of version 2.
    pub authentication: Authentication,
    /// Addresses carried in adverts, file order.
    pub addresses: Vec<VirtualAddress>,
    /// `virtual_ipaddress_excluded`: held like the others but not advertised.
    pub excluded: Vec<VirtualAddress>,
    /// Source address of adverts; the primary address of the interface when `None`.
    pub source: Option<IpAddr>,
    /// Multicast group of adverts.
    pub group: IpAddr,
    /// Links that are watched beside the own one.
    pub track_interfaces: Vec<TrackInterface>,
    /// Scripts that are watched.
    pub track_scripts: Vec<TrackScript>,
    /// `dont_track_primary`: the own link going down is no fault.
    pub ignore_own_link: bool,
    /// Gratuitous ARP timing.
    pub announce: Announce,
    /// Do not answer an advert of lower priority with an advert.
    pub lower_prio_no_advert: bool,
    /// One more advert before yielding to a higher priority.
    pub higher_prio_send_advert: bool,
    /// Do not compare address lists again while the sender is the known master.
    pub skip_check_adv_addr: bool,
    /// Report priority changes through the FIFOs.
    pub notify_priority_changes: bool,
    /// Hooks of this instance.
    pub notify: Notify,
}

/// Protocol version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// RFC 3768: IPv4, whole seconds, authentication field.
    V2,
    /// RFC 5798 and RFC 9568: IPv4 and IPv6, hundredths of a second.
    V3,
}

impl Version {
    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::V2 => 2,
            Self::V3 => 3,
        }
    }
}

/// Authentication of version 2 adverts.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Authentication {
    /// Type 0.
    #[default]
    None,
    /// Type 1, eight bytes in clear, zero padded (RFC 2338 section 5.3.6.2).
    Password([u8; 8]),
}

/// The password never reaches a log.
impl core::fmt::Debug for Authentication {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Password(_) => "PASS",
        })
    }
}

/// One line of `virtual_ipaddress` or `virtual_ipaddress_excluded`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VirtualAddress {
    /// Address and prefix length.
    pub prefix: Prefix,
    /// The link that holds it: `dev`, else the link of the instance.
    pub interface: InterfaceName,
    /// `brd`: broadcast address.
    pub broadcast: Option<core::net::Ipv4Addr>,
    /// `scope` as the kernel's number: 0 global, 253 link, 254 host.
    pub scope: u8,
    /// `label`, up to 15 bytes.
    pub label: Option<String>,
    /// `no_track`: do not react when somebody else removes it.
    pub no_track: bool,
}

/// When and how often addresses are announced by gratuitous ARP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announce {
    /// Announcements of each address in a burst on becoming master, at least 1.
    pub repeat: u32,
    /// Time to the second burst; zero means none.
    pub delay: Interval,
    /// Time between refreshes while master; zero means none.
    pub refresh: Interval,
    /// Announcements of each address in a refresh, at least 1.
    pub refresh_repeat: u32,
    /// Time to the second burst after an advert of lower priority.
    pub lower_prio_delay: Interval,
    /// Announcements after an advert of lower priority; 0 means none.
    pub lower_prio_repeat: u32,
    /// Least time between two announcements on one link; zero means no pacing.
    pub spacing: Interval,
}

/// Hooks of an instance or group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notify {
    /// `notify_master`.
    pub master: Option<Command>,
    /// `notify_backup`.
    pub backup: Option<Command>,
    /// `notify_fault`.
    pub fault: Option<Command>,
    /// `notify_stop`.
    pub stop: Option<Command>,
    /// `notify`: every change, with four words added.
    pub any: Option<Command>,
    /// `notify_master_rx_lower_pri`.
    pub master_rx_lower_pri: Option<Command>,
}

/// A `vrrp_sync_group`: instances that change state together.
#[derive(Clone, Debug, PartialEq)]
pub struct SyncGroup {
    /// Name, unique in the file.
    pub name: Name,
    /// Member instances, by name; at least one.
    pub members: Vec<Name>,
    /// `track_script` of the group, applied to every member.
    pub track_scripts: Vec<TrackScript>,
    /// `track_interface` of the group, applied to every member.
    pub track_interfaces: Vec<TrackInterface>,
    /// `sync_group_tracking_weight`: weights of trackers count; otherwise they are taken as 0, a fault.
    pub tracking_weight: bool,
    /// Hooks of the group.
    pub notify: Notify,
}
