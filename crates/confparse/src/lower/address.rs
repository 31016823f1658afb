//! Lines of addresses, as in `virtual_ipaddress` and `static_ipaddress`.
use super::arguments::{diagnose, interface};
use super::names::Table;
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema::{self, Wired};
use crate::span::Origin;
use crate::tree::{Statement, Word};
use crate::value::{self, shown};
use model::config::vrrp::VirtualAddress;
use model::{Family, InterfaceName, Interval, Name, Prefix};
use std::net::{IpAddr, Ipv4Addr};

/// One address line that was read.
#[derive(Debug)]
pub(crate) struct AddressLine {
    pub(crate) prefix: Prefix,
    pub(crate) interface: Option<InterfaceName>,
    pub(crate) broadcast: Option<Ipv4Addr>,
    pub(crate) scope: u8,
    pub(crate) label: Option<String>,
    pub(crate) peer: Option<Prefix>,
    pub(crate) home: bool,
    /// `-nodad`.
    pub(crate) detect_duplicates: bool,
    pub(crate) manage_temporary: bool,
    pub(crate) no_prefix_route: bool,
    pub(crate) autojoin: bool,
    /// `None` inside is for ever.
    pub(crate) preferred_lifetime: Option<Option<Interval>>,
    pub(crate) use_vmac: bool,
    pub(crate) no_track: bool,
    /// The name of a `track_group`.
    pub(crate) track_group: Option<(Name, Origin)>,
    /// Whether the address was written with a length.
    long: bool,
    pub(crate) place: Origin,
}

impl AddressLine {
    fn new(prefix: Prefix, word: &Word) -> Self {
        Self {
            prefix,
            interface: None,
            broadcast: None,
            scope: 0,
            label: None,
            peer: None,
            home: false,
            detect_duplicates: false,
            manage_temporary: false,
            no_prefix_route: false,
            autojoin: false,
            preferred_lifetime: None,
            use_vmac: false,
            no_track: false,
            track_group: None,
            long: word.text().contains('/'),
            place: word.origin(),
        }
    }

    /// The address on the link that was said, else on this one.
    pub(crate) fn on(self, otherwise: &InterfaceName) -> VirtualAddress {
        let plain = VirtualAddress::plain(self.prefix, self.interface.unwrap_or_else(|| otherwise.clone()));
        VirtualAddress {
            broadcast: self.broadcast,
            scope: self.scope,
            label: self.label,
            peer: self.peer,
            home: self.home,
            nodad: plain.nodad && !self.detect_duplicates,
            manage_temporary: self.manage_temporary,
            no_prefix_route: self.no_prefix_route,
            autojoin: self.autojoin,
            preferred_lifetime: self.preferred_lifetime.unwrap_or(plain.preferred_lifetime),
            use_vmac: self.use_vmac,
            no_track: self.no_track,
            ..plain
        }
    }
}

/// What is lost of a line; why has been reported.
enum Lost {
    Line,
    /// What follows the word.
    Rest,
}

/// Reads the lines of the address block `path`.
pub(crate) fn addresses(reader: &mut Reader<'_>, path: &str, lines: &[Statement]) -> Vec<AddressLine> {
    // Collected, a list of one has room for four, and there are tens of thousands.
    let mut found = Vec::with_capacity(lines.len());
    found.extend(lines.iter().filter_map(|line| address(reader, path, line.words)));
    found
}

fn address(reader: &mut Reader<'_>, path: &str, words: &[Word]) -> Option<AddressLine> {
    let (word, mut rest) = words.split_first()?;
    let prefix = match value::prefix(word) {
        Ok(prefix) => prefix,
        Err(bad) => {
            let meanwhile = match bad.usable {
                Some(prefix) => format!("{prefix} is used"),
                None => "the line is ignored".to_owned(),
            };
            reader.report(diagnose("an address line", word, &bad, meanwhile));
            bad.usable?
        }
    };
    let mut line = AddressLine::new(prefix, word);
    while let Some((word, after)) = rest.split_first() {
        match option(reader, path, &mut line, word, after) {
            Ok(after) => rest = after,
            Err(Lost::Line) => return None,
            Err(Lost::Rest) => break,
        }
    }
    if line.peer.is_some() && line.broadcast.take().is_some() {
        let problem = lost(word, "an address with a peer has no broadcast address");
        reader.report(problem.meanwhile("there is none"));
    }
    Some(line)
}

/// Reads one option and answers what follows it.
fn option<'t>(
    reader: &mut Reader<'_>,
    path: &str,
    line: &mut AddressLine,
    word: &Word,
    after: &'t [Word<'t>],
) -> Result<&'t [Word<'t>], Lost> {
    let Some(row) = schema::words(path).option(word.text()) else {
        let message = format!("unknown word {} in an address line", shown(word.text()));
        reader.report(
            Diagnostic::new("unknown-word", Severity::Error, message)
                .at(word.origin(), "not a word of address lines")
                .meanwhile("the word is ignored, the address is kept"),
        );
        return Ok(after);
    };
    if row.wired == Wired::NotYet {
        reader.without_effect(row.keyword, word.origin());
    }
    if row.usage.is_empty() {
        flag(line, row.keyword);
        return Ok(after);
    }
    let Some((argument, after)) = after.split_first() else {
        reader.report(
            Diagnostic::new("missing-value", Severity::Error, format!("{} has nothing behind it", row.keyword))
                .at(word.origin(), "something must follow")
                .meanwhile("the line is ignored"),
        );
        return Err(Lost::Line);
    };
    with_argument(reader, line, row.keyword, argument)?;
    Ok(after)
}

/// A word that says all by itself.
fn flag(line: &mut AddressLine, keyword: &str) {
    match keyword {
        "home" => line.home = true,
        "-nodad" => line.detect_duplicates = true,
        "mngtmpaddr" => line.manage_temporary = true,
        "noprefixroute" => line.no_prefix_route = true,
        "autojoin" => line.autojoin = true,
        "use_vmac" => line.use_vmac = true,
        _ => line.no_track = true,
    }
}

fn with_argument(reader: &mut Reader<'_>, line: &mut AddressLine, keyword: &str, word: &Word) -> Result<(), Lost> {
    match keyword {
        "dev" => {
            if line.interface.is_some() {
                reader.report(lost(word, "an address line has dev twice"));
                return Err(Lost::Line);
            }
            let name = interface(reader, "dev", word).ok_or(Lost::Line)?;
            if !reader.expect_interface(&name, word.origin(), "the line is ignored") {
                return Err(Lost::Line);
            }
            line.interface = Some(name);
        }
        "scope" => match (scope(reader, word.text()), line.prefix.family()) {
            (Some(scope), Family::V4) => line.scope = scope,
            (None, Family::V4) => reader.report(
                lost(word, "scope is global, site, link, host, nowhere or a number up to 255")
                    .meanwhile("scope is global"),
            ),
            (_, Family::V6) => {
                reader.report(lost(word, "an IPv6 address has no scope here").meanwhile("scope is ignored"));
            }
        },
        "broadcast" | "brd" => line.broadcast = broadcast(reader, line, word)?,
        "label" => label(reader, line, word)?,
        "peer" => peer(reader, line, word),
        "preferred_lft" => preferred_lifetime(reader, line, word),
        _ => track_group(reader, line, word)?,
    }
    Ok(())
}

/// The length of the peer is that of the address.
fn peer(reader: &mut Reader<'_>, line: &mut AddressLine, word: &Word) {
    let found = match value::prefix(word) {
        Ok(found) => found,
        Err(bad) => {
            let meanwhile = bad.usable.map_or("the peer is ignored".to_owned(), |prefix| format!("{prefix} is used"));
            reader.report(diagnose("a peer", word, &bad, meanwhile));
            let Some(found) = bad.usable else { return };
            found
        }
    };
    if found.family() != line.prefix.family() {
        let problem = Diagnostic::new("mixed-families", Severity::Error, "an address and its peer are of one family")
            .at(word.origin(), format!("this is {}", found.family()));
        reader.report(problem.with(line.place, "the address").meanwhile("the peer is ignored"));
        return;
    }
    let Ok(prefix) = Prefix::new(line.prefix.address(), found.length()) else { return };
    if line.long {
        let problem = lost(word, "with a peer, the length stands behind the peer alone");
        reader.report(problem.meanwhile(format!("{prefix} is used")));
    }
    line.prefix = prefix;
    line.peer = Some(found);
}

/// Seconds, or `forever`.
fn preferred_lifetime(reader: &mut Reader<'_>, line: &mut AddressLine, word: &Word) {
    if word.text() == "forever" {
        line.preferred_lifetime = Some(None);
        return;
    }
    match value::int(word, 0, i64::from(u32::MAX) - 1, "s", true) {
        Ok(seconds) => line.preferred_lifetime = u64::try_from(seconds).ok().map(|n| Some(Interval::from_secs(n))),
        Err(bad) => {
            let problem = diagnose("preferred_lft", word, &bad, "the option is ignored");
            reader.report(if bad.code == "not-a-number" { problem.help("write seconds, or forever") } else { problem });
        }
    }
}

/// A second group costs the rest of the line.
fn track_group(reader: &mut Reader<'_>, line: &mut AddressLine, word: &Word) -> Result<(), Lost> {
    if let Some((_, before)) = line.track_group {
        let problem = lost(word, "an address line has track_group twice").with(before, "first");
        reader.report(problem.meanwhile("the rest of the line is ignored"));
        return Err(Lost::Rest);
    }
    line.track_group = Some((Name::new(word.text()), word.origin()));
    Ok(())
}

fn lost(word: &Word, message: &str) -> Diagnostic {
    Diagnostic::new("bad-address-option", Severity::Error, message)
        .at(word.origin(), format!("this is {}", shown(word.text())))
        .meanwhile("the line is ignored")
}

/// The kernel's number of a scope.
fn scope(reader: &mut Reader<'_>, text: &str) -> Option<u8> {
    if text == "universe" {
        return Some(0);
    }
    reader.number_of(Table::Scopes, text).and_then(|number| u8::try_from(number).ok())
}

fn broadcast(reader: &mut Reader<'_>, line: &AddressLine, word: &Word) -> Result<Option<Ipv4Addr>, Lost> {
    let IpAddr::V4(address) = line.prefix.address() else {
        reader.report(lost(word, "an IPv6 address has no broadcast address"));
        return Err(Lost::Line);
    };
    let length = line.prefix.length();
    let host_bits = u32::MAX.checked_shr(u32::from(length)).unwrap_or(0);
    match word.text() {
        "+" | "-" if length > 30 => {
            reader.report(
                lost(word, "a broadcast address needs a prefix length of at most 30").meanwhile("there is none"),
            );
            Ok(None)
        }
        "+" => Ok(Some(Ipv4Addr::from_bits(address.to_bits() | host_bits))),
        "-" => Ok(Some(Ipv4Addr::from_bits(address.to_bits() & !host_bits))),
        text => match text.parse() {
            Ok(address) => Ok(Some(address)),
            Err(_) => {
                reader.report(lost(word, "a broadcast address is an IPv4 address, + or -"));
                Err(Lost::Line)
            }
        },
    }
}

fn label(reader: &mut Reader<'_>, line: &mut AddressLine, word: &Word) -> Result<(), Lost> {
    if word.text().len() > 15 {
        reader.report(lost(word, "a label has at most 15 bytes"));
        return Err(Lost::Line);
    }
    match line.prefix.family() {
        Family::V4 => line.label = Some(word.text().to_owned()),
        Family::V6 => reader.report(lost(word, "an IPv6 address has no label").meanwhile("the label is ignored")),
    }
    Ok(())
}
