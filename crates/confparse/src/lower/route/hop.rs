//! Where a route leads: gateways, links, light-weight tunnels, and several ways at once.
use crate::lower::line::{Line, Lost};
use crate::lower::names::Table;
use crate::tree::Word;
use crate::value;
use model::Family;
use model::config::routing::{Encap, NextHop};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `[inet|inet6] ADDRESS` behind `via`.
pub(super) fn gateway(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Result<IpAddr, Lost> {
    if line.takes("inet6") {
        line.agrees(word, Family::V6)?;
    } else if line.takes("inet") {
        line.agrees(word, Family::V4)?;
    }
    line.address(word)
}

/// Realms, which are a matter of IPv4.
pub(super) fn realms(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Result<u32, Lost> {
    line.agrees(word, Family::V4)?;
    line.realms(word)
}

/// `as [to] ADDRESS`, which iproute2 knows.
pub(super) fn translation(line: &mut Line<'_, '_, '_>, word: &Word<'_>) {
    line.takes("to");
    line.shrug("unknown-word", word, "a route cannot translate addresses", "as and the address are ignored");
    line.skip();
}

/// What becomes of ways that cannot be read.
const CUT: &str = "this way and those behind it are left out";

/// The ways behind the first `nexthop`, to the end of the line.
pub(super) fn hops(line: &mut Line<'_, '_, '_>, word: &Word<'_>, hops: &mut Vec<NextHop>) -> Result<(), Lost> {
    loop {
        let Ok(hop) = line.part(CUT, hop) else {
            line.end();
            break;
        };
        hops.push(hop);
        if !line.takes("nexthop") {
            break;
        }
    }
    if let Some(extra) = line.next() {
        line.shrug("unknown-word", extra, "only ways can stand behind nexthop", "the rest of the line is ignored");
        line.end();
    }
    if hops.is_empty() { Err(line.bad(word, "a route has no way left")) } else { Ok(()) }
}

fn hop(line: &mut Line<'_, '_, '_>) -> Result<NextHop, Lost> {
    let mut hop = NextHop::default();
    while let Some(word) = line.next_of(&["via", "dev", "weight", "onlink", "encap", "realms", "as"]) {
        match word.text() {
            "via" => hop.gateway = Some(gateway(line, word)?),
            "dev" => hop.interface = Some(line.interface(word)?),
            "weight" => hop.weight = u16::try_from(line.number(word, 1, 256)?).unwrap_or(hop.weight),
            "onlink" => hop.on_link = true,
            "encap" => hop.encap = encapsulation(line, word).or(hop.encap),
            "realms" => hop.realms = Some(realms(line, word)?),
            _ => return Err(line.bad(word, "a way cannot translate addresses")),
        }
    }
    Ok(hop)
}

/// Words of tunnels.
const WORDS: [&str; 8] = ["id", "dst", "src", "tos", "ttl", "tc", "hoplimit", "flags"];
/// What becomes of a tunnel that cannot be read.
const NO_TUNNEL: &str = "packets go without the tunnel";

/// What stands behind `encap`.
pub(super) fn encapsulation(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Option<Encap> {
    line.part(NO_TUNNEL, |line| {
        let kind = line.argument(word)?;
        match kind.text() {
            "ip" => ip(line, kind),
            "ip6" => ip6(line, kind),
            "mpls" => mpls(line, kind),
            "ila" => ila(line, kind),
            _ => {
                line.report("unknown-word", kind, "encap is ip, ip6, mpls or ila", "this is none of them");
                line.options(&WORDS, |line, _| {
                    line.skip();
                    Ok(())
                })?;
                Err(Lost)
            }
        }
    })
    .ok()
}

fn ip(line: &mut Line<'_, '_, '_>, kind: &Word<'_>) -> Result<Encap, Lost> {
    let (mut id, mut destination, mut source) = (None, None, None);
    let (mut tos, mut ttl, mut flags) = (None, None, None);
    let read = line.options(&["id", "dst", "src", "tos", "ttl", "flags"], |line, word| {
        match word.text() {
            "id" => id = Some(line.long(word)?),
            "dst" => destination = Some(v4(line, word)?),
            "src" => source = Some(v4(line, word)?),
            "tos" => tos = Some(line.named_byte(word, Table::Dsfield)?),
            "ttl" => ttl = Some(line.byte(word)?),
            _ => flags = Some(short(line, word)?),
        }
        Ok(())
    });
    read?;
    needed(line, kind, id.is_some() || destination.is_some())?;
    Ok(Encap::Ip { id, destination, source, tos, ttl, flags })
}

fn ip6(line: &mut Line<'_, '_, '_>, kind: &Word<'_>) -> Result<Encap, Lost> {
    let (mut id, mut destination, mut source) = (None, None, None);
    let (mut class, mut hop_limit, mut flags) = (None, None, None);
    let read = line.options(&["id", "dst", "src", "tc", "hoplimit", "flags"], |line, word| {
        match word.text() {
            "id" => id = Some(line.long(word)?),
            "dst" => destination = Some(v6(line, word)?),
            "src" => source = Some(v6(line, word)?),
            "tc" => class = Some(line.named_byte(word, Table::Dsfield)?),
            "hoplimit" => hop_limit = Some(line.byte(word)?),
            _ => flags = Some(short(line, word)?),
        }
        Ok(())
    });
    read?;
    needed(line, kind, id.is_some() || destination.is_some())?;
    Ok(Encap::Ip6 { id, destination, source, class, hop_limit, flags })
}

fn needed(line: &mut Line<'_, '_, '_>, kind: &Word<'_>, there: bool) -> Result<(), Lost> {
    if there { Ok(()) } else { Err(line.bad(kind, "a tunnel needs dst or id")) }
}

fn short(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Result<u16, Lost> {
    let number = line.number(word, 0, u16::MAX.into())?;
    u16::try_from(number).map_err(|_| Lost)
}

/// An address of the outer packet, whatever family the route has.
fn v4(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Result<Ipv4Addr, Lost> {
    let argument = line.argument(word)?;
    argument.text().parse().map_err(|_| line.bad(argument, format!("{} of encap ip is an IPv4 address", word.text())))
}

fn v6(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Result<Ipv6Addr, Lost> {
    let argument = line.argument(word)?;
    argument.text().parse().map_err(|_| line.bad(argument, format!("{} of encap ip6 is an IPv6 address", word.text())))
}

/// The largest label (RFC 3032 section 2.1).
const LAST_LABEL: u64 = 0xf_ffff;
/// Labels that keepalived has room for.
const MOST_LABELS: usize = 2;

fn mpls(line: &mut Line<'_, '_, '_>, kind: &Word<'_>) -> Result<Encap, Lost> {
    let argument = line.argument(kind)?;
    let label = |text: &str| value::c_number(text).filter(|label| *label <= LAST_LABEL);
    let labels: Option<Vec<u64>> = argument.text().split('/').map(label).collect();
    match labels {
        Some(labels) if labels.len() <= MOST_LABELS => {
            Ok(Encap::Mpls(labels.into_iter().filter_map(|label| u32::try_from(label).ok()).collect()))
        }
        _ => Err(line.bad(argument, format!("encap mpls has one or two labels up to {LAST_LABEL} with / between"))),
    }
}

fn ila(line: &mut Line<'_, '_, '_>, kind: &Word<'_>) -> Result<Encap, Lost> {
    let argument = line.argument(kind)?;
    let group = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        u16::from_str_radix(text, 16).ok().filter(|_| digits)
    };
    let groups: Option<Vec<u16>> = argument.text().split(':').map(group).collect();
    match groups.as_deref() {
        Some(groups @ [_, _, _, _]) => {
            Ok(Encap::Ila(groups.iter().fold(0, |locator, group| locator << 16 | u64::from(*group))))
        }
        _ => Err(line.bad(argument, "encap ila has a locator of four hexadecimal groups with : between")),
    }
}
