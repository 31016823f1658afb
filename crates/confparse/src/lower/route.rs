//! Lines of `virtual_routes` and `static_routes`.
mod hop;
mod metrics;

use super::line::{Line, Lost};
use super::names::Table;
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::span::Origin;
use crate::tree::{Statement, Word};
use crate::value::shown;
use model::config::routing::{NextHop, Placing, Route};
use model::{Family, Interval, Name, Prefix};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A route or rule whose `track_group` is not looked up yet.
pub(crate) struct Tracked<T> {
    pub(crate) thing: T,
    pub(crate) track_group: Option<(Name, Origin)>,
}

/// `RTN_*` (linux/rtnetlink.h).
pub(crate) const KINDS: [(&str, u8); 12] = [
    ("unicast", 1),
    ("local", 2),
    ("broadcast", 3),
    ("brd", 3),
    ("anycast", 4),
    ("multicast", 5),
    ("blackhole", 6),
    ("unreachable", 7),
    ("prohibit", 8),
    ("throw", 9),
    ("nat", 10),
    ("xresolve", 11),
];

/// Reads the lines of the block `path`.
pub(crate) fn routes(reader: &mut Reader<'_>, path: &str, lines: &[Statement<'_>]) -> Vec<Tracked<Route>> {
    let mut found = Vec::new();
    for statement in lines {
        let mut line = Line::new(reader, "route", path, statement);
        found.extend(route(&mut line));
    }
    found
}

fn route(line: &mut Line<'_, '_, '_>) -> Result<Tracked<Route>, Lost> {
    let mut draft = Draft::default();
    while let Some(word) = line.next() {
        draft.word(line, word)?;
    }
    draft.finish(line)
}

/// A route as far as it was said.
struct Draft<'t> {
    /// `None` within is all addresses of the family.
    destination: Option<Option<Prefix>>,
    route: Route,
    protocol: Option<(u8, &'t Word<'t>)>,
    track_group: Option<(Name, Origin)>,
}

impl Default for Draft<'_> {
    fn default() -> Self {
        Self { destination: None, route: Route::plain(everything(Family::V4)), protocol: None, track_group: None }
    }
}

/// The destination of a default route.
pub(crate) fn everything(family: Family) -> Prefix {
    let address = match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Family::V6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    // Length 0 is legal in both families.
    Prefix::new(address, 0).unwrap_or(Prefix::host(address))
}

impl<'t> Draft<'t> {
    fn word(&mut self, line: &mut Line<'_, '_, 't>, word: &'t Word<'t>) -> Result<(), Lost> {
        let route = &mut self.route;
        match word.text() {
            "inet6" => line.agrees(word, Family::V6)?,
            "inet" => line.agrees(word, Family::V4)?,
            "src" => route.source = Some(line.address(word)?),
            "from" => route.from = from(line, word)?,
            "tos" | "dsfield" => route.tos = line.named_byte(word, Table::Dsfield)?,
            "table" => route.table = line.named(word, Table::Tables)?,
            "protocol" => {
                let argument = line.argument(word)?;
                let number = line.in_table(argument, argument.text(), Table::Protocols)?;
                self.protocol = Some((u8::try_from(number).unwrap_or(u8::MAX), argument));
            }
            "scope" => route.scope = Some(line.named_byte(word, Table::Scopes)?),
            "metric" | "priority" | "preference" => route.metric = line.number(word, 0, u32::MAX)?,
            "expires" => {
                line.agrees(word, Family::V6)?;
                route.expires = Some(Interval::from_secs(line.number(word, 0, u32::MAX)?.into()));
            }
            "pref" => {
                line.agrees(word, Family::V6)?;
                route.preference = Some(preference(line, word)?);
            }
            "add" => route.placing = Placing::Alone,
            "prepend" => route.placing = Placing::Prepend,
            "append" => route.placing = Placing::Append,
            "no_track" => route.no_track = true,
            "vrf" => route.vrf = Some(line.interface(word)?),
            "ttl-propagate" => route.ttl_propagate = ttl_propagate(line, word)?.or(route.ttl_propagate),
            "track_group" if line.knows("track_group") => line.track_group(word, &mut self.track_group)?,
            "as" => hop::translation(line, word),
            _ if metrics::word(line, word, &mut route.metrics)? => {}
            _ => return self.way(line, word),
        }
        Ok(())
    }

    /// Words that say where packets go next.
    fn way(&mut self, line: &mut Line<'_, '_, 't>, word: &'t Word<'t>) -> Result<(), Lost> {
        let Route { hop, hops, .. } = &mut self.route;
        match word.text() {
            "via" => hop.gateway = Some(hop::gateway(line, word)?),
            "gw" => {
                old(line, word, "via");
                hop.gateway = Some(line.address(word)?);
            }
            "dev" | "oif" => hop.interface = Some(line.interface(word)?),
            "onlink" => hop.on_link = true,
            "encap" => hop.encap = hop::encapsulation(line, word).or(hop.encap.take()),
            "realms" => hop.realms = Some(hop::realms(line, word)?),
            "or" => {
                old(line, word, "nexthop");
                second(line, word, hop, hops)?;
            }
            "nexthop" if hops.is_empty() => hop::hops(line, word, hops)?,
            "nexthop" => return Err(line.bad(word, "a route has nexthop or the older or, not both")),
            _ => self.destination(line, word)?,
        }
        Ok(())
    }

    /// `[to] [TYPE] DESTINATION`.
    fn destination(&mut self, line: &mut Line<'_, '_, 't>, word: &'t Word<'t>) -> Result<(), Lost> {
        let mut word = word;
        if word.text() == "to" {
            word = line.argument(word)?;
        }
        if let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == word.text()) {
            self.route.kind = *kind;
            word = line.argument(word)?;
        }
        let strange = !word.text().contains(['.', ':', '/']);
        if strange && !matches!(word.text(), "default" | "any" | "all" | "default6") {
            return Err(unknown(line, word));
        }
        self.destination = Some(line.network("the destination", word)?);
        Ok(())
    }

    fn finish(self, line: &mut Line<'_, '_, 't>) -> Result<Tracked<Route>, Lost> {
        let Some(destination) = self.destination else {
            let problem = Diagnostic::new("route-without-destination", Severity::Error, "a route has no destination");
            let problem = problem.at(line.place, "it leads nowhere").meanwhile("the route is ignored");
            line.reader.report(problem.help("write a network, or default"));
            return Err(Lost);
        };
        let mut route = self.route;
        route.family = line.family().unwrap_or(Family::V4);
        route.destination = destination.unwrap_or_else(|| everything(route.family));
        route.protocol = line.owner(self.protocol, route.no_track);
        let track_group = line.track_group_with_link(self.track_group, route.hop.interface.is_some());
        Ok(Tracked { thing: route, track_group })
    }
}

/// The source that a route is for.
fn from(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Result<Option<Prefix>, Lost> {
    let argument = line.argument(word)?;
    line.agrees(word, Family::V6)?;
    line.network("from", argument)
}

/// The number of a router preference (RFC 4191 section 2.1).
fn preference(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Result<u8, Lost> {
    let argument = line.argument(word)?;
    match argument.text() {
        "medium" => Ok(0),
        "high" => Ok(1),
        "low" => Ok(3),
        text => text.parse().map_err(|_| line.bad(argument, "pref is low, medium, high or a number up to 255")),
    }
}

fn ttl_propagate(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Result<Option<bool>, Lost> {
    let argument = line.argument(word)?;
    Ok(match argument.text() {
        "enabled" => Some(true),
        "disabled" => Some(false),
        _ => {
            line.shrug("unknown-word", argument, "ttl-propagate is enabled or disabled", "the word is ignored");
            None
        }
    })
}

/// The oldest form of a route with two ways: `via FIRST or SECOND`.
fn second(
    line: &mut Line<'_, '_, '_>,
    word: &Word<'_>,
    hop: &mut NextHop,
    hops: &mut Vec<NextHop>,
) -> Result<(), Lost> {
    let gateway = line.address(word)?;
    if !hops.is_empty() {
        line.shrug("extra-words", word, "a route has or once", "the second one is ignored");
        return Ok(());
    }
    let Some(first) = hop.gateway.take() else { return Err(line.bad(word, "or stands behind via")) };
    hops.extend([first, gateway].map(|gateway| NextHop { gateway: Some(gateway), ..NextHop::default() }));
    Ok(())
}

fn old(line: &mut Line<'_, '_, '_>, word: &Word<'_>, now: &str) {
    let message = format!("{} in a route is an old spelling", word.text());
    line.reader.report(
        Diagnostic::new("deprecated-keyword", Severity::Error, message)
            .at(word.origin(), format!("today this is {now}"))
            .meanwhile("it works as before"),
    );
}

/// A word that is nothing that a line can hold.
pub(crate) fn unknown(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Lost {
    let message = format!("unknown word {} in a {}", shown(word.text()), line.thing);
    let mut problem = Diagnostic::new("unknown-word", Severity::Error, message)
        .at(word.origin(), format!("not a word of {}s", line.thing))
        .meanwhile(format!("the {} is ignored", line.thing));
    if let Some(near) = line.closest(word.text()) {
        problem = problem.help(format!("did you mean {near}?"));
    }
    line.reader.report(problem);
    Lost
}
