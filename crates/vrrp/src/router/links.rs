//! What the instances want of their links: sockets, with how much room for what arrives, and `promote_secondaries`.
use super::Router;
use crate::effect::{Effect, Effects};
use crate::links::Links;
use crate::wire::advert::length;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use model::config::global::{ReceiveBuffer, VrrpGlobal};
use model::config::vrrp::{Authentication, Instance};
use model::net::{Endpoint, PROTOCOL_AH, PROTOCOL_VRRP};
use model::{Family, Instant, InterfaceName};

/// Bytes of an IP header without options.
const IPV4_HEADER: u32 = 20;
const IPV6_HEADER: u32 = 40;

/// `vrrp_rx_bufs_policy` and `vrrp_rx_bufs_multiplier`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Buffers {
    policy: ReceiveBuffer,
    multiplier: u32,
}

impl Buffers {
    pub(super) const fn of(global: &VrrpGlobal) -> Self {
        Self { policy: global.receive_buffer, multiplier: global.receive_multiplier }
    }

    /// What one instance adds to the buffer of its socket; 0 when nothing is configured.
    fn share(self, instance: &Instance, links: &Links) -> u32 {
        if let Some(bytes) = instance.receive_buffer.filter(|bytes| *bytes > 0) {
            return bytes;
        }
        match self.policy {
            ReceiveBuffer::Kernel => 0,
            ReceiveBuffer::Bytes(bytes) => bytes,
            ReceiveBuffer::Mtu => self.multiplier.saturating_mul(links.mtu(&instance.interface)),
            ReceiveBuffer::Advert => self.multiplier.saturating_mul(advert_bytes(instance)),
        }
    }
}

fn advert_bytes(instance: &Instance) -> u32 {
    let count = u8::try_from(instance.addresses.len()).unwrap_or(u8::MAX);
    let payload = length(instance.version, instance.family, count);
    let header = match instance.family {
        Family::V4 => IPV4_HEADER,
        Family::V6 => IPV6_HEADER,
    };
    u32::try_from(payload).unwrap_or(u32::MAX).saturating_add(header)
}

impl Router {
    /// Opens what is new at once. What is not wanted any more is closed with the next deadline, which is due at once:
    /// adverts leave after sockets are opened and closed, and the goodbye of a removed instance needs its socket.
    pub(super) fn listen(&mut self, wanted: &[Arc<Instance>], now: Instant, effects: &mut Effects) {
        let wanted = self.endpoints_of(wanted);
        self.listen_on(self.endpoints.union(&wanted).cloned().collect(), effects);
        self.narrowing = (self.endpoints != wanted).then_some((now, wanted));
    }

    pub(super) fn listen_on(&mut self, endpoints: BTreeSet<Endpoint>, effects: &mut Effects) {
        if endpoints != self.endpoints {
            self.endpoints.clone_from(&endpoints);
            effects.push(Effect::Listen(endpoints));
        }
    }

    /// A link has come, gone or changed: its buffers may follow its MTU, and it may have lost its settings.
    pub(super) fn link_changed(&mut self, now: Instant, effects: &mut Effects) {
        if self.buffers.policy == ReceiveBuffer::Mtu {
            let configs: Vec<_> = self.instances.iter().map(|instance| instance.config().clone()).collect();
            self.listen(&configs, now, effects);
        }
        self.promote(effects);
    }

    /// Where the instances listen. The buffers of those that share a socket add up.
    fn endpoints_of(&self, instances: &[Arc<Instance>]) -> BTreeSet<Endpoint> {
        let mut room: BTreeMap<(InterfaceName, Family), u32> = BTreeMap::new();
        for instance in instances {
            let bytes = room.entry((instance.interface.clone(), instance.family)).or_default();
            *bytes = bytes.saturating_add(self.buffers.share(instance, &self.links));
        }
        let of = |instance: &Arc<Instance>| {
            let key = (instance.interface.clone(), instance.family);
            endpoints_of(instance, room.get(&key).copied().unwrap_or_default()).collect::<Vec<_>>()
        };
        instances.iter().flat_map(of).collect()
    }

    /// `promote_secondaries` on the links of those who want it, as far as they exist.
    pub(super) fn promote(&mut self, effects: &mut Effects) {
        let configs = self.instances.iter().map(crate::instance::Instance::config);
        let wish = configs.filter(|config| config.promote_secondaries).map(|config| &config.interface);
        let links: BTreeSet<_> = wish.filter(|link| self.links.get(link).is_some()).cloned().collect();
        if links != self.promoted {
            self.promoted.clone_from(&links);
            effects.push(Effect::Promote(links));
        }
    }
}

/// Where an instance listens. One with an authentication header hears adverts without one too, in order to complain.
fn endpoints_of(instance: &Instance, receive_bytes: u32) -> impl Iterator<Item = Endpoint> + '_ {
    let anywhere = match instance.family {
        Family::V4 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Family::V6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let group = if instance.unicast.is_some() { anywhere } else { instance.group };
    let header = matches!(instance.authentication, Authentication::Header(_)).then_some(PROTOCOL_AH);
    let endpoint = move |protocol| Endpoint { interface: instance.interface.clone(), group, protocol, receive_bytes };
    [PROTOCOL_VRRP].into_iter().chain(header).map(endpoint)
}
