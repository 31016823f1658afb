//! Whether an advert is to be believed: the checks in their order, and which counter and which words a refusal gets.
use crate::fact::Packet;
use crate::wire::View;
use crate::wire::advert::{ADVERTISEMENT, length};
use crate::wire::auth;
use crate::wire::checksum::Route;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::Interval;
use model::config::vrrp::{Instance, Version};
use model::state::vrrp::Counters;

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
    /// Not sent to our group.
    Destination,
}

/// Checks an advert for this instance, in the order that peers of the original daemon rely on for their counters.
///
/// # Errors
/// The first check that fails.
pub(crate) fn accept(packet: &Packet<'_>, view: &View<'_>, config: &Instance) -> Result<Heard, Refusal> {
    let needed = length(config.version, config.family, view.count());
    check(is_length_right(view.received(), needed), Refusal::Length)?;
    check(packet.ttl == TTL, Refusal::Ttl)?;
    check(view.version() == config.version.number(), Refusal::Version)?;
    let interval = view.interval(config.version);
    if config.version == Version::V2 {
        let field = view.auth_field(config.family).ok_or(Refusal::Length)?;
        auth::verify(&config.authentication, view.auth_type(), field).map_err(Refusal::Auth)?;
        // Two masters are better than a backup whose timer does not fit its master (RFC 3768 section 7.1).
        check(interval == config.advert_interval, Refusal::Interval)?;
    }
    check(view.kind() == ADVERTISEMENT, Refusal::Type)?;
    check(packet.stated_length == needed, Refusal::StatedLength)?;
    let route = Route { source: packet.source, destination: packet.destination };
    check(view.is_sound(config.version, route), Refusal::Checksum)?;
    check(packet.destination == config.group, Refusal::Destination)?;
    Ok(Heard { source: packet.source, priority: view.priority(), interval, addresses: view.addresses(config.family) })
}

fn check(holds: bool, refusal: Refusal) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(refusal) }
}

/// Exactly what is needed, or a short packet as Ethernet pads it.
fn is_length_right(received: usize, needed: usize) -> bool {
    let padded = needed + IPV4_HEADER < ETHERNET_MINIMUM && received + IPV4_HEADER == ETHERNET_MINIMUM;
    received == needed || padded
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
            Self::Auth(auth::Refusal::OtherPassword) => &mut counters.auth_failures,
            Self::Interval => &mut counters.interval_errors,
            Self::Type => &mut counters.type_errors,
            Self::Checksum => &mut counters.checksum_errors,
            Self::Destination => &mut counters.address_list_errors,
        };
        *counter += 1;
    }

    /// What is wrong, for an operator.
    pub(crate) fn words(self, packet: &Packet<'_>, view: &View<'_>, config: &Instance) -> String {
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
            Self::Auth(auth::Refusal::UnknownType) => format!("unknown authentication type {}", view.auth_type()),
            Self::Auth(auth::Refusal::OtherType) => format!(
                "its authentication type is {}, ours {}",
                view.auth_type(),
                auth::type_of(&config.authentication)
            ),
            Self::Auth(auth::Refusal::OtherPassword) => String::from("its password is not ours"),
            Self::Interval => {
                format!("its advert interval is {}, ours {}", view.interval(config.version), config.advert_interval)
            }
            Self::Type => format!("packet type {} is not an advertisement", view.kind()),
            Self::Checksum => String::from("its checksum is wrong"),
            Self::Destination => format!("it was sent to {}, our group is {}", packet.destination, config.group),
        };
        format!("advert from {} ignored: {what}", packet.source)
    }
}

#[cfg(test)]
mod tests;
