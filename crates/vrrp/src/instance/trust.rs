//! What an instance remembers in order to believe adverts and to be believed: sequence numbers of signatures and of
//! authentication headers, and how its peers make their checksums.
use super::input::Letter;
use super::receive::Refusal;
use crate::wire::hmac::{Sequence, Subject, Trailer, distance};
use crate::wire::{ah, auth};
use alloc::vec::Vec;
use core::net::IpAddr;
use model::config::vrrp::{AntiReplay, Authentication, Hmac, HmacMode, Instance};
use model::{WallTime, limits};

/// What is wrong with the signature of an advert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Flaw {
    /// There is none.
    Missing,
    /// An unknown kind, or something in the reserved field.
    Malformed,
    /// Its time is too far from ours.
    Stale,
    /// We do not have this key.
    UnknownKey,
    /// Another secret, or the packet was changed.
    Invalid,
    /// It was heard before, or a later one was.
    Replayed,
}

/// The memory.
#[derive(Debug, Default)]
pub(crate) struct Trust {
    /// The last signed advert of each sender; who spoke last stands last.
    senders: Vec<(IpAddr, Sequence)>,
    /// Of our last signed advert.
    sent: Option<Sequence>,
    /// The highest sequence number of an authentication header, ours or another's: all masters count on from it.
    pub(crate) header_sequence: u32,
    /// The peers make the checksums of early releases.
    pub(crate) old_checksum: bool,
}

impl Trust {
    /// Judges the signature of an advert; gives by how many seconds the sender's clock is off where that is more than half
    /// of what is accepted.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub(super) fn signature(
        &mut self,
        letter: &Letter<'_>,
        config: &Instance,
        hmac: &Hmac,
        wall: WallTime,
    ) -> Result<Option<u32>, Refusal> {
        let Some(trailer) = letter.view.trailer(config.version, config.family) else {
            return match hmac.mode {
                HmacMode::Enforce => Err(Refusal::Signature(Flaw::Missing)),
                HmacMode::Permissive | HmacMode::ReceiveOnly => Ok(None),
            };
        };
        let source = letter.packet.source;
        let is_peer =
            config.unicast.as_ref().is_none_or(|unicast| unicast.peers.iter().any(|peer| peer.address == source));
        let is = |holds: bool, refusal: Refusal| if holds { Ok(()) } else { Err(refusal) };
        is(is_peer, Refusal::Stranger)?;
        let trailer = Trailer::read(trailer).filter(Trailer::is_well_formed);
        let trailer = trailer.ok_or(Refusal::Signature(Flaw::Malformed))?;
        let (gap, _) = distance(trailer.sequence(), wall);
        is(hmac.replay == AntiReplay::Monotonic || seconds(gap) <= hmac.window, Refusal::Signature(Flaw::Stale))?;
        let key = hmac.keys.iter().find(|key| key.id == trailer.key());
        let key = key.ok_or(Refusal::Signature(Flaw::UnknownKey))?;
        let body = letter.view.body(config.version, config.family).unwrap_or_default();
        let subject = Subject { version: config.version, vrid: config.vrid.get(), source };
        is(trailer.is_genuine(subject, body, key), Refusal::Signature(Flaw::Invalid))?;
        is(self.is_new(source, trailer.sequence(), config, wall), Refusal::Signature(Flaw::Replayed))?;
        let odd = hmac.replay == AntiReplay::Time && seconds(gap).scaled(2, 1) > hmac.window;
        Ok(odd.then_some(gap))
    }

    /// Whether the sender has not sent this or a later one before; remembers it if so.
    fn is_new(&mut self, source: IpAddr, sequence: Sequence, config: &Instance, wall: WallTime) -> bool {
        let Some(hmac) = &config.hmac else { return true };
        if hmac.replay == AntiReplay::Time {
            self.senders.retain(|(_, last)| seconds(distance(*last, wall).0) <= hmac.window);
        }
        let known = self.senders.iter().position(|(sender, _)| *sender == source);
        if known.and_then(|n| self.senders.get(n)).is_some_and(|(_, last)| !sequence.is_after(*last)) {
            return false;
        }
        if let Some(position) = known {
            self.senders.remove(position);
        }
        let most = config.unicast.as_ref().map_or(limits::SIGNED_SENDERS, |unicast| unicast.peers.len().max(1));
        while self.senders.len() >= most {
            self.senders.remove(0);
        }
        self.senders.push((source, sequence));
        true
    }

    /// The sequence number for the next signed advert: the clock, or one more than the last if the clock has not moved on.
    /// With a time window a clock that was set back is followed, because nobody would believe the future.
    pub(super) fn next_signed(&mut self, hmac: &Hmac, wall: WallTime) -> Sequence {
        let clock = Sequence::at(wall);
        let next = match self.sent {
            Some(last) if !clock.is_after(last) => {
                let is_ahead = hmac.replay == AntiReplay::Time && seconds(distance(last, wall).0) > hmac.window;
                if is_ahead { clock } else { last.next() }
            }
            Some(_) | None => clock,
        };
        self.sent = Some(next);
        next
    }

    /// The sequence number for the next authentication header.
    pub(super) const fn next_header(&mut self) -> u32 {
        self.header_sequence = self.header_sequence.saturating_add(1);
        self.header_sequence
    }

    /// Judges the authentication of version 2.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub(super) fn version2(&mut self, letter: &Letter<'_>, config: &Instance, signed: bool) -> Result<(), Refusal> {
        let field = letter.view.auth_field(config.family).ok_or(Refusal::Length)?;
        let none = Authentication::None;
        let ours = if signed { &none } else { &config.authentication };
        auth::verify(ours, letter.view.auth_type(), field).map_err(Refusal::Auth)?;
        match (ours, &letter.ah) {
            (Authentication::Header(key), Some(header)) => self.header(header, letter, key).map_err(Refusal::Auth),
            (Authentication::Header(_), None) => Err(Refusal::Auth(auth::Refusal::OtherType)),
            (Authentication::None | Authentication::Password(_), _) => Ok(()),
        }
    }

    /// All masters of a virtual router count one sequence on; the same number twice is no replay but two masters.
    fn header(&mut self, header: &ah::Header, letter: &Letter<'_>, key: &[u8]) -> Result<(), auth::Refusal> {
        let packet = letter.packet;
        if !header.is_genuine(packet.header, packet.payload, key) {
            return Err(auth::Refusal::Digest);
        }
        if header.sequence() < self.header_sequence {
            return Err(auth::Refusal::Sequence);
        }
        self.header_sequence = header.sequence();
        Ok(())
    }
}

fn seconds(number: u32) -> model::Interval {
    model::Interval::from_secs(u64::from(number))
}

#[cfg(test)]
mod tests;
