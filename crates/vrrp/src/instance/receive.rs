//! Whether an advert is to be believed: the checks in their order, and which counter and which words a refusal gets.
use super::input::Letter;
use super::trust::{Flaw, Trust};
use crate::fact::Packet;
use crate::wire::advert::{ADVERTISEMENT, length};
use crate::wire::checksum::Formula;
use crate::wire::hmac::{TRAILER_BYTES, Trailer};
use crate::wire::{ah, auth};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::config::vrrp::{Authentication, Instance, OldChecksum, Version};
use model::state::vrrp::Counters;
use model::{Family, Interval, WallTime};

/// Largest packet that Ethernet pads, and what it pads it to.
const ETHERNET_MINIMUM: usize = 46;
/// Bytes of an IPv4 header without options.
const IPV4_HEADER: usize = 20;
/// The only TTL that proves that no router forwarded the packet (RFC 9568 section 5.1.1.3).
const TTL: u8 = 255;

/// An advert that passed every check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    /// Sender.
    pub(crate) source: IpAddr,
    /// Its priority; 0 says that it leaves.
    pub(crate) priority: u8,
    /// Its advert interval.
    pub(crate) interval: Interval,
    /// Its addresses.
    pub(crate) addresses: Vec<IpAddr>,
    /// By how many seconds its clock differs from ours, where that is close to being too much.
    pub(crate) clock_gap: Option<u32>,
}

/// Why an advert was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Refusal {
    /// Received length and address count do not fit.
    Length,
    /// Not sent by a neighbour.
    Ttl,
    /// Another protocol version.
    Version,
    /// Authentication.
    Auth(auth::Refusal),
    /// Version 2: another interval.
    Interval,
    /// Not an advertisement.
    Type,
    /// The length in the IP header and the address count do not fit.
    StatedLength,
    /// The checksum is wrong.
    Checksum,
    /// Not sent to our group, or not to us alone.
    Destination,
    /// The signature.
    Signature(Flaw),
    /// Sent by nobody whom we know as a unicast peer.
    Stranger,
}

/// Checks an advert for this instance, in the order that peers of the original daemon rely on for their counters.
///
/// # Errors
/// The first check that fails.
pub(crate) fn accept(
    letter: &Letter<'_>,
    config: &Instance,
    trust: &mut Trust,
    wall: WallTime,
) -> Result<Heard, Refusal> {
    let (packet, view) = (&letter.packet, &letter.view);
    let is_ours = is_for(packet.destination, config);
    check(is_ours || config.family == Family::V4, Refusal::Destination)?;
    let is_header = matches!(config.authentication, Authentication::Header(_)) && config.version == Version::V2;
    check(letter.ah.is_some() == is_header, Refusal::Auth(auth::Refusal::OtherType))?;
    let needed = length(config.version, config.family, view.count());
    let signed = config.hmac.is_some() && view.received() == needed + TRAILER_BYTES;
    check(signed || is_length_right(letter, needed, config.family), Refusal::Length)?;
    check(packet.ttl == TTL || config.unicast.is_some(), Refusal::Ttl)?;
    check(view.version() == config.version.number(), Refusal::Version)?;
    let clock_gap = match &config.hmac {
        Some(hmac) => trust.signature(letter, config, hmac, wall)?,
        None => None,
    };
    let interval = view.interval(config.version);
    if config.version == Version::V2 {
        trust.version2(letter, config, signed)?;
        // Two masters are better than a backup whose timer does not fit its master (RFC 3768 section 7.1).
        check(interval == config.advert_interval, Refusal::Interval)?;
    }
    check(view.kind() == ADVERTISEMENT, Refusal::Type)?;
    let stated = if signed { needed + TRAILER_BYTES } else { needed };
    check(packet.stated_length == stated, Refusal::StatedLength)?;
    check(is_sum_right(letter, config, trust), Refusal::Checksum)?;
    check(is_ours, Refusal::Destination)?;
    Ok(Heard {
        source: packet.source,
        priority: view.priority(),
        interval,
        addresses: view.addresses(config.family),
        clock_gap,
    })
}

fn check(holds: bool, refusal: Refusal) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(refusal) }
}

/// Adverts to a group are for those who do not have unicast peers, and the other way round.
fn is_for(destination: IpAddr, config: &Instance) -> bool {
    match &config.unicast {
        Some(_) => !destination.is_multicast(),
        None => destination == config.group,
    }
}

/// Exactly what is needed, or a short packet as Ethernet pads it.
fn is_length_right(letter: &Letter<'_>, needed: usize, family: Family) -> bool {
    let headers = IPV4_HEADER + if letter.ah.is_some() { ah::HEADER_BYTES } else { 0 };
    let received = letter.view.received();
    let padded = family == Family::V4 && needed + headers < ETHERNET_MINIMUM && received + headers == ETHERNET_MINIMUM;
    received == needed || padded
}

/// Whether the checksum is right by one of the formulas that a peer may use; the old one of unicast is remembered.
fn is_sum_right(letter: &Letter<'_>, config: &Instance, trust: &mut Trust) -> bool {
    let is_sound = |formula| letter.view.is_sound(config.version, letter.route(), formula);
    let usual = Formula::of(config.version, config.family);
    let may_be_old = config.unicast.is_some() && config.old_checksum != OldChecksum::Never;
    if is_sound(usual) {
        trust.old_checksum = false;
        return true;
    }
    if config.family == Family::V6 || config.version == Version::V2 {
        return false;
    }
    if may_be_old && is_sound(Formula::OldUnicast) {
        trust.old_checksum = true;
        return true;
    }
    config.checksum_as_v2 && is_sound(Formula::Alone)
}

/// Whether a unicast advert comes from a peer, and not from further away than that peer may be.
pub(crate) fn is_from_peer(packet: &Packet<'_>, config: &Instance) -> bool {
    let Some(unicast) = config.unicast.as_ref().filter(|unicast| unicast.check_source) else { return true };
    let peer = unicast.peers.iter().find(|peer| peer.address == packet.source);
    peer.is_some_and(|peer| (peer.min_ttl..=peer.max_ttl).contains(&packet.ttl))
}

impl Refusal {
    /// Counts it.
    pub(crate) fn count(self, counters: &mut Counters) {
        let counter = match self {
            Self::Length | Self::StatedLength => &mut counters.length_errors,
            Self::Ttl => &mut counters.ttl_errors,
            Self::Version => &mut counters.version_errors,
            Self::Auth(auth::Refusal::UnknownType) => &mut counters.auth_type_errors,
            Self::Auth(auth::Refusal::OtherType) => &mut counters.auth_mismatches,
            Self::Auth(auth::Refusal::OtherPassword | auth::Refusal::Digest | auth::Refusal::Sequence) => {
                &mut counters.auth_failures
            }
            Self::Interval => &mut counters.interval_errors,
            Self::Type => &mut counters.type_errors,
            Self::Checksum => &mut counters.checksum_errors,
            Self::Destination => &mut counters.address_list_errors,
            Self::Signature(Flaw::Missing) => &mut counters.auth_missing,
            Self::Signature(Flaw::Malformed) => &mut counters.auth_malformed,
            Self::Signature(Flaw::Stale) => &mut counters.auth_stale,
            Self::Signature(Flaw::UnknownKey) => &mut counters.auth_unknown_keys,
            Self::Signature(Flaw::Invalid) => &mut counters.auth_invalid,
            Self::Signature(Flaw::Replayed) => &mut counters.auth_replayed,
            Self::Stranger => &mut counters.source_errors,
        };
        *counter += 1;
    }

    /// What is wrong, for an operator.
    pub(crate) fn words(self, letter: &Letter<'_>, config: &Instance) -> String {
        let (packet, view) = (&letter.packet, &letter.view);
        let needed = length(config.version, config.family, view.count());
        let what = match self {
            Self::Length => format!(
                "{} bytes arrived, {needed} are needed for {} addresses in version {}",
                view.received(),
                view.count(),
                config.version.number()
            ),
            Self::StatedLength => {
                format!("its IP header says {} bytes, the address count {needed}", packet.stated_length)
            }
            Self::Ttl => format!("its TTL is {}, it did not come from this network", packet.ttl),
            Self::Version => format!("it is version {}, we speak {}", view.version(), config.version.number()),
            Self::Auth(refusal) => auth_words(refusal, letter, config),
            Self::Signature(flaw) => flaw_words(flaw, letter, config),
            Self::Interval => {
                format!("its advert interval is {}, ours {}", view.interval(config.version), config.advert_interval)
            }
            Self::Type => format!("packet type {} is not an advertisement", view.kind()),
            Self::Checksum => String::from("its checksum is wrong"),
            Self::Destination if config.unicast.is_some() => {
                format!("it was sent to {}, and we speak to peers one by one", packet.destination)
            }
            Self::Destination => format!("it was sent to {}, our group is {}", packet.destination, config.group),
            Self::Stranger => format!("it is no unicast peer, or its TTL {} is not in that peer's range", packet.ttl),
        };
        format!("advert from {} ignored: {what}", packet.source)
    }
}

fn auth_words(refusal: auth::Refusal, letter: &Letter<'_>, config: &Instance) -> String {
    let (theirs, ours) = (letter.view.auth_type(), auth::type_of(&config.authentication));
    match refusal {
        auth::Refusal::UnknownType => format!("unknown authentication type {theirs}"),
        auth::Refusal::OtherType if theirs == ours => {
            String::from("an authentication header on one side and none on the other")
        }
        auth::Refusal::OtherType => format!("its authentication type is {theirs}, ours {ours}"),
        auth::Refusal::OtherPassword => String::from("its password is not ours"),
        auth::Refusal::Digest => String::from("its authentication header was not made with our password"),
        auth::Refusal::Sequence => String::from("its authentication header is older than one that was heard"),
    }
}

fn flaw_words(flaw: Flaw, letter: &Letter<'_>, config: &Instance) -> String {
    let trailer = letter.view.trailer(config.version, config.family).and_then(Trailer::read);
    match flaw {
        Flaw::Missing => String::from("it is not signed, and auth_hmac demands it"),
        Flaw::Malformed => String::from("what stands behind it is no signature"),
        Flaw::Stale => String::from("its signature carries a time too far from ours; compare the clocks"),
        Flaw::UnknownKey => format!("it is signed with key {}, which we do not have", trailer.map_or(0, |t| t.key())),
        Flaw::Invalid => String::from("its signature is wrong: another secret, or it was changed on the way"),
        Flaw::Replayed => String::from("its signature was heard before: somebody replays adverts"),
    }
}

#[cfg(test)]
mod tests;
