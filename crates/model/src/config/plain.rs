//! Things as they are when nothing but their names is written: keepalived's defaults, in one place for reader and tests.
mod daemon;
mod routing;

use super::server::{CheckKind, Checker, Connect, Forwarding, RealServer, Service, Url, VirtualServer};
use super::vrrp::{Announce, Authentication, Instance, Notify, OldChecksum, SyncGroup, Version, VirtualAddress};
use crate::{Family, InterfaceName, Interval, Name, Prefix, Priority, Vrid};
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The IPv4 group of adverts (RFC 9568 section 1.2.1).
pub const GROUP_V4: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 18);
/// The IPv6 group of adverts (RFC 9568 section 1.2.2).
pub const GROUP_V6: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0x12);

impl Instance {
    /// An IPv4 instance of version 2 with priority 100 that holds nothing.
    #[must_use]
    pub fn plain(name: Name, interface: InterfaceName, vrid: Vrid) -> Self {
        Self {
            name,
            interface,
            vrid,
            family: Family::V4,
            vrf: None,
            virtual_link: None,
            vmac_for_addresses: false,
            transmit_base: false,
            version: Version::V2,
            priority: Priority::DEFAULT,
            wants_master: false,
            advert_interval: Interval::from_secs(1),
            preempt: true,
            preempt_delay: Interval::ZERO,
            down_timer_adverts: 3,
            timer_expired_backup: None,
            strict: false,
            accept: true,
            owner_ignore_adverts: false,
            unicast: None,
            track_source: false,
            checksum_as_v2: false,
            old_checksum: OldChecksum::Detect,
            hmac: None,
            receive_buffer: None,
            promote_secondaries: false,
            authentication: Authentication::None,
            addresses: Vec::new(),
            excluded: Vec::new(),
            routes: Vec::new(),
            rules: Vec::new(),
            source: None,
            group: IpAddr::V4(GROUP_V4),
            track_interfaces: Vec::new(),
            track_scripts: Vec::new(),
            track_files: Vec::new(),
            track_processes: Vec::new(),
            track_bfd: Vec::new(),
            ignore_own_link: false,
            announce: Announce::default(),
            lower_prio_no_advert: false,
            higher_prio_send_advert: false,
            skip_check_adv_addr: false,
            notify_priority_changes: false,
            smtp_alert: false,
            notify: Notify::default(),
        }
    }
}

/// Five at once, five more after 5 s, no refresh, no pacing.
impl Default for Announce {
    fn default() -> Self {
        Self {
            repeat: 5,
            delay: Interval::from_secs(5),
            refresh: Interval::ZERO,
            refresh_repeat: 1,
            lower_prio_delay: Interval::from_secs(5),
            lower_prio_repeat: 5,
            spacing: Interval::ZERO,
            na_spacing: Interval::ZERO,
            extra_refresh: Interval::ZERO,
            extra_all: false,
        }
    }
}

impl SyncGroup {
    /// A group of these members.
    #[must_use]
    pub fn plain(name: Name, members: Vec<Name>) -> Self {
        Self {
            name,
            members,
            track_scripts: Vec::new(),
            track_interfaces: Vec::new(),
            track_files: Vec::new(),
            track_processes: Vec::new(),
            track_bfd: Vec::new(),
            tracking_weight: false,
            notify_priority_changes: false,
            smtp_alert: false,
            notify: Notify::default(),
        }
    }
}

impl VirtualAddress {
    /// A tracked address of global scope. One of IPv6 with full length is deprecated, so that it is no source.
    #[must_use]
    pub fn plain(prefix: Prefix, interface: InterfaceName) -> Self {
        let no_source = prefix.family() == Family::V6 && prefix.length() == 128;
        Self {
            prefix,
            interface,
            broadcast: None,
            scope: 0,
            label: None,
            peer: None,
            home: false,
            nodad: prefix.family() == Family::V6,
            manage_temporary: false,
            no_prefix_route: false,
            autojoin: false,
            preferred_lifetime: no_source.then_some(Interval::ZERO),
            use_vmac: false,
            no_track: false,
        }
    }
}

impl VirtualServer {
    /// A service with the weighted least-connection scheduler and no servers.
    #[must_use]
    pub fn plain(service: Service) -> Self {
        Self {
            service,
            group: None,
            scheduler: "wlc".to_string(),
            persistence: None,
            persistence_engine: None,
            one_packet: false,
            scheduler_flags: 0,
            ha_suspend: false,
            smtp_alert: false,
            snmp_name: None,
            quorum: 1,
            hysteresis: 0,
            alpha: false,
            omega: false,
            sorry_server: None,
            quorum_up: None,
            quorum_down: None,
            real_servers: Vec::new(),
        }
    }
}

impl RealServer {
    /// A masqueraded server of weight 1 without checks.
    #[must_use]
    pub const fn plain(address: IpAddr, port: u16) -> Self {
        Self {
            address,
            port,
            weight: 1,
            forwarding: Forwarding::Nat,
            inhibit_on_failure: false,
            upper_threshold: 0,
            lower_threshold: 0,
            notify_up: None,
            notify_down: None,
            alpha: false,
            smtp_alert: false,
            snmp_name: None,
            virtual_host: None,
            drain: None,
            checkers: Vec::new(),
        }
    }
}

impl Checker {
    /// Every minute, one repeat after a second, with the warm-up of a minute.
    #[must_use]
    pub const fn plain(kind: CheckKind, connect: Connect) -> Self {
        Self {
            kind,
            connect,
            delay_loop: Interval::from_secs(60),
            retry: 1,
            delay_before_retry: Interval::from_secs(1),
            warmup: Interval::from_secs(60),
            alpha: false,
            log_all_failures: false,
            rise: 1,
            fall: 1,
        }
    }
}

impl Connect {
    /// From wherever the kernel likes, within 5 s.
    #[must_use]
    pub const fn plain(address: IpAddr, port: u16) -> Self {
        Self {
            address,
            port,
            bind_address: None,
            bind_port: None,
            bind_interface: None,
            fwmark: 0,
            timeout: Interval::from_secs(5),
        }
    }
}

impl Url {
    /// `GET path`, answered with 200 to 299.
    #[must_use]
    pub fn plain(path: &str) -> Self {
        Self {
            path: path.to_string(),
            method: None,
            headers: Vec::new(),
            virtual_host: None,
            digest: None,
            status: vec![(200, 299)],
            regex: None,
            close_notify: false,
        }
    }
}
