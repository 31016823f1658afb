//! What the kernel should contain on behalf of the virtual routers, and how that differs from what it does contain.
mod routing;

pub use routing::{RouteKey, RoutingChange, RuleKey};

use crate::config::vrrp::VirtualAddress;
use crate::{InterfaceName, Prefix};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

/// What makes two kernel addresses the same entry: link, address and prefix length.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressKey {
    /// The link that holds it.
    pub interface: InterfaceName,
    /// Address and prefix length.
    pub prefix: Prefix,
}

impl AddressKey {
    /// The key of a configured address. With a peer, the length is that of the peer's network, as in the kernel.
    #[must_use]
    pub fn of(address: &VirtualAddress) -> Self {
        let with = |peer: Prefix| Prefix::new(address.prefix.address(), peer.length()).ok();
        let prefix = address.peer.and_then(with).unwrap_or(address.prefix);
        Self { interface: address.interface.clone(), prefix }
    }
}

/// Things to be held in the kernel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Addresses by identity.
    pub addresses: BTreeMap<AddressKey, VirtualAddress>,
}

impl Holdings {
    /// Holdings of these addresses; a later one with the same identity is the same one.
    pub fn of<'a>(addresses: impl IntoIterator<Item = &'a VirtualAddress>) -> Self {
        Self { addresses: addresses.into_iter().map(|a| (AddressKey::of(a), a.clone())).collect() }
    }

    /// Whether nothing is to be held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }
}

/// One step towards the desired holdings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Put this address on its link.
    AddAddress(VirtualAddress),
    /// Take this address off its link.
    RemoveAddress(AddressKey),
}

impl Change {
    /// The identity of the entry that this step is about.
    #[must_use]
    pub fn key(&self) -> AddressKey {
        match self {
            Self::AddAddress(address) => AddressKey::of(address),
            Self::RemoveAddress(key) => key.clone(),
        }
    }
}

/// The steps from what is observed to what is desired, adds before removes; what is already right is not touched.
///
/// `owned` are the entries that may be removed when nobody desires them: the kernel also holds addresses that are
/// not ours.
#[must_use]
pub fn difference(desired: &Holdings, observed: &BTreeSet<AddressKey>, owned: &BTreeSet<AddressKey>) -> Vec<Change> {
    let missing = desired.addresses.iter().filter(|(key, _)| !observed.contains(key));
    let surplus = owned.iter().filter(|key| observed.contains(key) && !desired.addresses.contains_key(key));
    missing
        .map(|(_, address)| Change::AddAddress(address.clone()))
        .chain(surplus.map(|key| Change::RemoveAddress(key.clone())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::net::IpAddr;

    fn address(last: u8) -> VirtualAddress {
        let prefix = Prefix::new(IpAddr::from([10, 0, 0, last]), 24).expect("24 bits");
        VirtualAddress::plain(prefix, InterfaceName::new("eth0").expect("a name"))
    }

    #[test]
    fn adds_come_before_removes_and_what_is_right_stays() {
        let desired = Holdings::of(&[address(1), address(2)]);
        let observed: BTreeSet<_> = [2, 3, 4].iter().map(|n| AddressKey::of(&address(*n))).collect();
        let owned: BTreeSet<_> = [1, 2, 3].iter().map(|n| AddressKey::of(&address(*n))).collect();
        assert_eq!(
            difference(&desired, &observed, &owned),
            [Change::AddAddress(address(1)), Change::RemoveAddress(AddressKey::of(&address(3)))]
        );
        let now: BTreeSet<_> = [1, 2, 4].iter().map(|n| AddressKey::of(&address(*n))).collect();
        assert!(difference(&desired, &now, &owned).is_empty());
    }
}
