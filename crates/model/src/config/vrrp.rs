//! Virtual routers and their groups.
use super::global::{Command, Webhook};
use super::routing::{Route, Rule};
use super::track::{TrackInterface, TrackScript, Tracked};
use crate::{Family, InterfaceName, Interval, Name, Prefix, Priority, Vrid};
use alloc::boxed::Box;
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
    /// `vrf`: where it runs when it has no link of its own.
    pub vrf: Option<InterfaceName>,
    /// `use_vmac` or `use_ipvlan`: a link of its own above `interface`.
    pub virtual_link: Option<VirtualLink>,
    /// `use_vmac_addr`: also for each address on another link.
    pub vmac_for_addresses: bool,
    /// `vmac_xmit_base`: adverts leave through the link below.
    pub transmit_base: bool,
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
    /// `timer_expired_backup`: with `nopreempt`, drop to BACKUP when our timers were so late that a peer of this
    /// priority may have taken over.
    pub timer_expired_backup: Option<Priority>,
    /// `strict_mode`: the letter of the RFC.
    pub strict: bool,
    /// `accept`: packets for the addresses are accepted although we do not own them (no `no_accept`).
    pub accept: bool,
    /// `owner_ignore_adverts`: priority 255 does not listen.
    pub owner_ignore_adverts: bool,
    /// `unicast_peer`, `unicast_src_ip` and what belongs to them; `None` is multicast.
    pub unicast: Option<Unicast>,
    /// `track_src_ip`: FAULT while the source address is absent.
    pub track_source: bool,
    /// `v3_checksum_as_v2`: no pseudo header in IPv4 checksums of version 3.
    pub checksum_as_v2: bool,
    /// `old_unicast_checksum`.
    pub old_checksum: OldChecksum,
    /// `auth_hmac`: signed adverts.
    pub hmac: Option<Hmac>,
    /// `kernel_rx_buf_size`: bytes.
    pub receive_buffer: Option<u32>,
    /// `promote_secondaries`: set that on the link, so that other addresses survive the first one.
    pub promote_secondaries: bool,
    /// Authentication of version 2.
    pub authentication: Authentication,
    /// Addresses carried in adverts, file order.
    pub addresses: Vec<VirtualAddress>,
    /// `virtual_ipaddress_excluded`: held like the others but not advertised.
    pub excluded: Vec<VirtualAddress>,
    /// `virtual_routes`: present while master.
    pub routes: Vec<Route>,
    /// `virtual_rules`: present while master.
    pub rules: Vec<Rule>,
    /// Source address of adverts; the primary address of the interface when `None`.
    pub source: Option<IpAddr>,
    /// Multicast group of adverts.
    pub group: IpAddr,
    /// Links that are watched beside the own one.
    pub track_interfaces: Vec<TrackInterface>,
    /// Scripts that are watched.
    pub track_scripts: Vec<TrackScript>,
    /// Files that are watched.
    pub track_files: Vec<Tracked>,
    /// Processes that are watched.
    pub track_processes: Vec<Tracked>,
    /// BFD sessions that are watched.
    pub track_bfd: Vec<Tracked>,
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
    /// `smtp_alert`: mail on state changes.
    pub smtp_alert: bool,
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
    /// How much longer than the plain intervals a router of this priority waits, so that the best speaks first.
    ///
    /// Version 2: `(256 - priority) / 256` s (RFC 3768 section 6.1). Version 3: that fraction of the master's interval
    /// (RFC 9568 section 6.1), cut to whole hundredths of a second, as original daemons do: whoever waited longer would
    /// come second to each of them. At short intervals neighbouring priorities therefore wait equally long and may claim
    /// at the same moment; the better one then stays.
    #[must_use]
    pub fn skew(self, priority: u8, interval: Interval) -> Interval {
        let share = 256 - u32::from(priority);
        match self {
            Self::V2 => Interval::from_secs(1).scaled(share, 256),
            Self::V3 => Interval::from_centis(interval.scaled(share, 256).as_centis()),
        }
    }

    /// Silence after which a master counts as gone: `adverts` intervals and the skew.
    #[must_use]
    pub fn master_down(self, adverts: u8, priority: u8, interval: Interval) -> Interval {
        interval.scaled(u32::from(adverts), 1) + self.skew(priority, interval)
    }

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
    /// Type 2, IPsec authentication header with this key, zero padded (RFC 2338 section 5.3.6.3).
    Header([u8; 8]),
}

/// The password never reaches a log.
impl core::fmt::Debug for Authentication {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Password(_) => "PASS",
            Self::Header(_) => "AH",
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
    /// `peer`: the other end of a point-to-point link.
    pub peer: Option<Prefix>,
    /// `home` (IPv6).
    pub home: bool,
    /// Duplicate address detection is left out, as it is unless `-nodad` was written (IPv6).
    pub nodad: bool,
    /// `mngtmpaddr` (IPv6).
    pub manage_temporary: bool,
    /// `noprefixroute`.
    pub no_prefix_route: bool,
    /// `autojoin`: join the multicast group.
    pub autojoin: bool,
    /// `preferred_lft`; `None` is for ever, zero makes the address deprecated.
    pub preferred_lifetime: Option<Interval>,
    /// `use_vmac` on the line: a virtual link for this address.
    pub use_vmac: bool,
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
    /// Least time between two gratuitous ARPs on one link; zero means no pacing.
    pub spacing: Interval,
    /// The same for neighbour advertisements.
    pub na_spacing: Interval,
    /// `garp_extra_if`: time between refreshes of addresses on other links; zero means none.
    pub extra_refresh: Interval,
    /// `all`: also on links that are not virtual.
    pub extra_all: bool,
}

/// Hooks of an instance or group; boxed, because most of the thousands have none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notify {
    /// `notify_master`.
    pub master: Option<Box<Command>>,
    /// `notify_backup`.
    pub backup: Option<Box<Command>>,
    /// `notify_fault`.
    pub fault: Option<Box<Command>>,
    /// `notify_stop`.
    pub stop: Option<Box<Command>>,
    /// `notify`: every change, with four words added.
    pub any: Option<Box<Command>>,
    /// `notify_master_rx_lower_pri`.
    pub master_rx_lower_pri: Option<Box<Command>>,
    /// `notify_deleted` was written: a reload that removes the instance reports DELETED, not FAULT.
    pub report_deleted: bool,
    /// `notify_deleted COMMAND`.
    pub deleted: Option<Box<Command>>,
    /// `notify_webhook` (ours alone), else that of `global_defs`.
    pub webhook: Option<Box<Webhook>>,
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
    /// `track_file` of the group, applied to every member.
    pub track_files: Vec<Tracked>,
    /// `track_process` of the group, applied to every member.
    pub track_processes: Vec<Tracked>,
    /// `track_bfd` of the group, applied to every member.
    pub track_bfd: Vec<Tracked>,
    /// `sync_group_tracking_weight`: weights of trackers count; otherwise they are taken as 0, a fault.
    pub tracking_weight: bool,
    /// `notify_priority_changes`, handed down to members that do not say.
    pub notify_priority_changes: bool,
    /// `smtp_alert`: mail on state changes of the group.
    pub smtp_alert: bool,
    /// Hooks of the group.
    pub notify: Notify,
}

/// Adverts go to peers one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unicast {
    /// `unicast_peer`, file order; empty only with `fault_without_peer`.
    pub peers: Vec<Peer>,
    /// `unicast_ttl` of adverts sent; 255 for IPv4 and the kernel's for IPv6 when `None`.
    pub ttl: Option<u8>,
    /// `check_unicast_src`: adverts of others than the peers are refused. A peer with TTL limits turns it on.
    pub check_source: bool,
    /// `unicast_fault_no_peer`: FAULT while there is no usable peer; without it such an instance is no unicast one.
    pub fault_without_peer: bool,
}

/// One line of `unicast_peer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its address.
    pub address: IpAddr,
    /// `min_ttl`: adverts with less are refused.
    pub min_ttl: u8,
    /// `max_ttl`: adverts with more are refused.
    pub max_ttl: u8,
}

/// `old_unicast_checksum`: checksums of version 3 unicast adverts as keepalived up to 1.3.6 made them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OldChecksum {
    /// Follow the peer.
    #[default]
    Detect,
    /// Use it.
    Use,
    /// `never`.
    Never,
}

/// `auth_hmac`: adverts with a signature behind them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hmac {
    /// `key`: every one that is accepted, file order, identifiers unique.
    pub keys: Vec<HmacKey>,
    /// `active_key`: the one used for sending; one of `keys`.
    pub active: u8,
    /// `time_window`: largest clock difference accepted, 1 to 300 s.
    pub window: Interval,
    /// `anti_replay`.
    pub replay: AntiReplay,
    /// `mode`.
    pub mode: HmacMode,
}

/// A key of `auth_hmac`.
#[derive(Clone, PartialEq, Eq)]
pub struct HmacKey {
    /// 1 to 255.
    pub id: u8,
    /// 32 to 64 bytes.
    pub secret: Vec<u8>,
}

/// The key never reaches a log.
impl core::fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "HmacKey({})", self.id)
    }
}

/// `anti_replay`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AntiReplay {
    /// `time`: a window of time and a growing sequence.
    #[default]
    Time,
    /// `monotonic`: a growing sequence alone.
    Monotonic,
}

/// `mode` of `auth_hmac`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HmacMode {
    /// `enforce`: adverts must be signed.
    #[default]
    Enforce,
    /// `permissive`: unsigned ones are accepted too.
    Permissive,
    /// `receive-only`: and we send unsigned ones.
    ReceiveOnly,
}

/// `use_vmac` and `use_ipvlan`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualLink {
    /// Its name; generated from the prefix and the VRID unless written.
    pub name: Option<InterfaceName>,
    /// `group` of the link.
    pub group: Option<u32>,
    /// What it is.
    pub kind: VirtualLinkKind,
}

/// What a link of an instance is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VirtualLinkKind {
    /// `use_vmac`: a private macvlan.
    Macvlan {
        /// Hardware address; that of the RFC for the VRID unless written.
        hardware: Option<[u8; 6]>,
        /// `netlink_notify_msg`.
        announce: bool,
    },
    /// `use_ipvlan`.
    Ipvlan {
        /// Its address, also the source of adverts.
        address: Option<Prefix>,
        /// Isolation.
        mode: IpvlanMode,
    },
}

/// Isolation of an ipvlan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IpvlanMode {
    /// `bridge`.
    #[default]
    Bridge,
    /// `private`.
    Private,
    /// `vepa`.
    Vepa,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Interval = Interval::from_secs(1);

    #[test]
    fn skew_of_each_version() {
        for (version, priority, interval, micros) in [
            (Version::V2, 100, SECOND, 609_375),
            (Version::V2, 100, Interval::from_secs(5), 609_375),
            (Version::V2, 255, SECOND, 3_906),
            (Version::V2, 1, SECOND, 996_093),
            (Version::V3, 100, SECOND, 600_000),
            (Version::V3, 100, Interval::from_secs(5), 3_040_000),
            (Version::V3, 100, Interval::from_centis(1), 0),
            (Version::V3, 1, Interval::from_centis(10), 90_000),
            (Version::V3, 254, Interval::from_centis(10), 0),
        ] {
            assert_eq!(version.skew(priority, interval).as_micros(), micros, "{version:?} {priority} {interval}");
        }
    }

    #[test]
    fn master_down_is_intervals_and_skew() {
        assert_eq!(Version::V2.master_down(3, 100, SECOND), Interval::from_micros(3_609_375));
        assert_eq!(Version::V3.master_down(5, 200, Interval::from_centis(10)).as_micros(), 520_000);
    }
}
