//! Things to test with: one plain instance, one plain link.
use alloc::format;
use alloc::vec;
use model::config::global::Command;
use model::config::track::{Script, Weight};
use model::config::vrrp::{Instance, SyncGroup, VirtualAddress};
use model::holdings::AddressKey;
use model::net::Link;
use model::{InterfaceName, Interval, Prefix, Priority, Vrid};

pub(crate) fn interface(name: &str) -> InterfaceName {
    InterfaceName::new(name).expect("a name")
}

/// `10.0.0.N/24` on `eth0`.
pub(crate) fn address(last: u8) -> VirtualAddress {
    VirtualAddress::plain(Prefix::new([10, 0, 0, last].into(), 24).expect("24 bits"), interface("eth0"))
}

pub(crate) fn key(last: u8) -> AddressKey {
    AddressKey::of(&address(last))
}

/// `VI_n` on `eth0` with vrid n and address `10.0.0.(100+n)/24`, version 2, adverts every second.
pub(crate) fn instance(n: u8, priority: u8) -> Instance {
    let vrid = Vrid::new(u32::from(n)).expect("1 to 255");
    Instance {
        priority: Priority::new(u32::from(priority)).expect("1 to 255"),
        addresses: vec![address(100 + n)],
        ..Instance::plain(format!("VI_{n}").into(), interface("eth0"), vrid)
    }
}

/// A link that is up, with these of its own addresses `10.0.0.N/24` (named `eth0`).
pub(crate) fn link(addresses: &[u8]) -> Link {
    let addresses = addresses.iter().map(|last| key(*last)).collect();
    Link { running: true, hardware: vec![2, 0, 0, 0, 0, 1], mtu: 1_500, arp: true, addresses, tentative: vec![] }
}

pub(crate) fn group(name: &str, members: &[&str]) -> SyncGroup {
    SyncGroup::plain(name.into(), members.iter().map(|member| (*member).into()).collect())
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
