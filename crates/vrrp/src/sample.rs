//! Things to test with: one plain instance, one plain link.
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::config::global::Command;
use model::config::track::{Script, Weight};
use model::config::vrrp::{Announce, Authentication, Instance, Notify, SyncGroup, Version, VirtualAddress};
use model::holdings::AddressKey;
use model::net::Link;
use model::{Family, InterfaceName, Interval, Prefix, Priority, Vrid};

pub(crate) fn interface(name: &str) -> InterfaceName {
    InterfaceName::new(name).expect("a name")
}

/// `10.0.0.N/24` on `eth0`.
pub(crate) fn address(last: u8) -> VirtualAddress {
    VirtualAddress {
        prefix: Prefix::new([10, 0, 0, last].into(), 24).expect("24 bits"),
        interface: interface("eth0"),
        broadcast: None,
        scope: 0,
        label: None,
        no_track: false,
    }
}

pub(crate) fn key(last: u8) -> AddressKey {
    AddressKey::of(&address(last))
}

/// `VI_n` on `eth0` with vrid n and address `10.0.0.(100+n)/24`, version 2, adverts every second.
pub(crate) fn instance(n: u8, priority: u8) -> Instance {
    Instance {
        name: format!("VI_{n}").into(),
        interface: interface("eth0"),
        vrid: Vrid::new(u32::from(n)).expect("1 to 255"),
        family: Family::V4,
        version: Version::V2,
        priority: Priority::new(u32::from(priority)).expect("1 to 255"),
        wants_master: false,
        advert_interval: Interval::from_secs(1),
        preempt: true,
        preempt_delay: Interval::ZERO,
        down_timer_adverts: 3,
        authentication: Authentication::None,
        addresses: vec![address(100 + n)],
        excluded: Vec::new(),
        source: None,
        group: IpAddr::from([224, 0, 0, 18]),
        track_interfaces: Vec::new(),
        track_scripts: Vec::new(),
        ignore_own_link: false,
        announce: Announce {
            repeat: 5,
            delay: Interval::from_secs(5),
            refresh: Interval::ZERO,
            refresh_repeat: 1,
            lower_prio_delay: Interval::from_secs(5),
            lower_prio_repeat: 5,
            spacing: Interval::ZERO,
        },
        lower_prio_no_advert: false,
        higher_prio_send_advert: false,
        skip_check_adv_addr: false,
        notify_priority_changes: false,
        notify: Notify::default(),
    }
}

/// A link that is up, with these of its own addresses `10.0.0.N/24` (named `eth0`).
pub(crate) fn link(addresses: &[u8]) -> Link {
    let addresses = addresses.iter().map(|last| key(*last)).collect();
    Link { running: true, hardware: vec![2, 0, 0, 0, 0, 1], mtu: 1_500, arp: true, addresses }
}

pub(crate) fn group(name: &str, members: &[&str]) -> SyncGroup {
    SyncGroup {
        name: name.into(),
        members: members.iter().map(|member| (*member).into()).collect(),
        track_scripts: Vec::new(),
        track_interfaces: Vec::new(),
        tracking_weight: false,
        notify: Notify::default(),
    }
}

/// A script whose first result counts, and every one after it.
pub(crate) fn script(name: &str) -> Script {
    let line = format!("/usr/bin/{name}");
    Script {
        name: name.into(),
        command: Command { argv: vec![line.clone()], line, user: None },
        interval: Interval::from_secs(1),
        timeout: Interval::from_secs(2),
        weight: Weight::default(),
        rise: 1,
        fall: 1,
        init_fail: false,
    }
}
