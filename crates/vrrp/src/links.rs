//! What is known of the machine's links: how they are, that they do not exist, or nothing yet.
use alloc::collections::BTreeMap;
use core::net::IpAddr;
use model::InterfaceName;
use model::holdings::AddressKey;
use model::net::Link;

/// The links of the machine by name.
#[derive(Debug, Default)]
pub(crate) struct Links(BTreeMap<InterfaceName, Option<Link>>);

impl Links {
    /// Takes the news; the old picture is given back.
    pub(crate) fn saw(&mut self, interface: InterfaceName, link: Link) -> Option<Link> {
        self.0.insert(interface, Some(link)).flatten()
    }

    /// The link does not exist.
    pub(crate) fn lost(&mut self, interface: InterfaceName) {
        self.0.insert(interface, None);
    }

    /// The link, when it exists.
    pub(crate) fn get(&self, interface: &InterfaceName) -> Option<&Link> {
        self.0.get(interface)?.as_ref()
    }

    /// Whether any link has this address.
    pub(crate) fn has_address(&self, address: IpAddr) -> bool {
        let mut keys = self.0.values().flatten().flat_map(|link| &link.addresses);
        keys.any(|key| key.prefix.address() == address)
    }

    /// Whether anything was said about it.
    pub(crate) fn is_known(&self, interface: &InterfaceName) -> bool {
        self.0.contains_key(interface)
    }

    /// Whether this very address is on its link.
    pub(crate) fn has(&self, key: &AddressKey) -> bool {
        self.get(&key.interface).is_some_and(|link| link.addresses.contains(key))
    }
}
