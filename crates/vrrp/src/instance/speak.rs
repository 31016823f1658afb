//! How an instance speaks: one advert to the group, or one to each peer, signed or wrapped where that is configured.
use super::Instance;
use super::state::State;
use crate::effect::Effect;
use crate::turn::Turn;
use crate::wire;
use crate::wire::advert::seal;
use crate::wire::ah::{self, Envelope};
use crate::wire::checksum::{Formula, Route};
use crate::wire::hmac::{self, Subject, TRAILER_BYTES};
use alloc::vec::Vec;
use core::net::IpAddr;
use model::Family;
use model::config::vrrp::{Authentication, HmacMode, OldChecksum, Version};
use model::net::{Advert, PROTOCOL_AH, PROTOCOL_VRRP};

/// TTL of adverts (RFC 9568 section 5.1.1.3), and of unicast ones over IPv4 unless another is configured.
const TTL: u8 = 255;
/// The kernel's own hop limit, for unicast over IPv6.
const USUAL_HOP_LIMIT: u8 = 64;

impl Instance {
    /// Sends an advert with this priority; without any source address there is nothing to send from.
    pub(super) fn send(&mut self, priority: u8, turn: &mut Turn<'_>) {
        let Some(source) = self.conditions.source.or(self.source) else { return };
        let (packet, trailer) = self.advert(priority, source, turn);
        let header = self.next_header();
        for destination in self.destinations() {
            let route = Route { source, destination };
            let packet = seal(packet.clone(), trailer.as_ref(), route, self.formula());
            let advert = self.enclose(route, packet, header);
            turn.give(Effect::Send(advert));
        }
        self.counters.adverts_sent += 1;
        if let State::Master(master) = &mut self.state {
            master.spoke_at = Some(turn.now);
        }
        if priority == 0 {
            self.counters.priority_zero_sent += 1;
        }
    }

    /// The packet with a checksum of zero, and its signature.
    fn advert(&mut self, priority: u8, source: IpAddr, turn: &Turn<'_>) -> (Vec<u8>, Option<[u8; TRAILER_BYTES]>) {
        let hmac = self.config.hmac.as_ref().filter(|hmac| hmac.mode != HmacMode::ReceiveOnly);
        let key = hmac.and_then(|hmac| hmac.keys.iter().find(|key| key.id == hmac.active));
        let advert = wire::Advert {
            version: self.config.version,
            vrid: self.config.vrid,
            priority,
            interval: self.config.advert_interval,
            addresses: self.advertised(),
            authentication: match key {
                Some(_) => Authentication::None,
                None => self.config.authentication.clone(),
            },
        };
        let packet = advert.bare(self.config.family);
        let (Some(hmac), Some(key)) = (hmac, key) else { return (packet, None) };
        let subject = Subject { version: self.config.version, vrid: self.config.vrid.get(), source };
        let trailer = hmac::sign(subject, &packet, key, self.trust.next_signed(hmac, turn.wall));
        (packet, Some(trailer))
    }

    /// The group, or every peer.
    fn destinations(&self) -> Vec<IpAddr> {
        match &self.config.unicast {
            None => Vec::from([self.config.group]),
            Some(unicast) => unicast.peers.iter().map(|peer| peer.address).collect(),
        }
    }

    fn formula(&self) -> Formula {
        let usual = Formula::of(self.config.version, self.config.family);
        if self.config.version == Version::V2 || self.config.family == Family::V6 {
            return usual;
        }
        let is_old = match self.config.old_checksum {
            OldChecksum::Detect => self.trust.old_checksum,
            OldChecksum::Use => true,
            OldChecksum::Never => false,
        };
        match (self.config.checksum_as_v2, is_old && self.config.unicast.is_some()) {
            (true, _) => Formula::Alone,
            (false, true) => Formula::OldUnicast,
            (false, false) => usual,
        }
    }

    /// The number of the authentication header of this advert, one for all peers: two masters that counted each copy would
    /// find each other's first one too old for ever.
    fn next_header(&mut self) -> u32 {
        let is_header = matches!(self.config.authentication, Authentication::Header(_));
        if is_header { self.trust.next_header() } else { 0 }
    }

    /// The packet as the hands are to send it, behind an authentication header where there is one.
    fn enclose(&mut self, route: Route, packet: Vec<u8>, header: u32) -> Advert {
        self.identification = self.identification.checked_add(1).unwrap_or(1);
        let Route { source, destination } = route;
        let (ttl, identification) = (self.ttl(), self.identification);
        // Releases of keepalived up to 2.2 count the TTL in the digest of multicast adverts only: others may pass routers.
        let signed_ttl = if self.config.unicast.is_some() { 0 } else { ttl };
        let envelope = Envelope { source, destination, ttl: signed_ttl, identification };
        let wrapped = match &self.config.authentication {
            Authentication::Header(key) if self.config.version == Version::V2 => {
                ah::wrap(envelope, header, &packet, key)
            }
            Authentication::None | Authentication::Password(_) | Authentication::Header(_) => None,
        };
        Advert {
            owner: self.config.name.clone(),
            interface: self.config.interface.clone(),
            source,
            destination,
            ttl,
            protocol: if wrapped.is_some() { PROTOCOL_AH } else { PROTOCOL_VRRP },
            identification,
            payload: wrapped.unwrap_or(packet),
        }
    }

    fn ttl(&self) -> u8 {
        let usual = match self.config.family {
            Family::V4 => TTL,
            Family::V6 => USUAL_HOP_LIMIT,
        };
        self.config.unicast.as_ref().map_or(TTL, |unicast| unicast.ttl.unwrap_or(usual))
    }

    /// The addresses in its adverts: file order, own family, as many as fit on the link.
    pub(super) fn advertised(&self) -> Vec<IpAddr> {
        let own = self.config.addresses.iter().map(|address| address.prefix.address());
        let own = own.filter(|address| Family::of(*address) == self.config.family);
        own.take(self.conditions.capacity).collect()
    }

    /// Answers another master, unless whoever listens hears an advert of this very moment anyway.
    pub(super) fn answer(&mut self, turn: &mut Turn<'_>) {
        let State::Master(master) = &self.state else { return };
        if master.spoke_at != Some(turn.now) {
            self.send(self.conditions.priority, turn);
        }
    }
}
