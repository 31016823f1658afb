//! Lines of addresses, as in `virtual_ipaddress` and `static_ipaddress`.
use super::arguments::{diagnose, interface};
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema::{self, Wired};
use crate::span::Origin;
use crate::tree::{Statement, Word};
use crate::value::{self, shown};
use model::{Family, InterfaceName, Prefix};
use std::net::{IpAddr, Ipv4Addr};

/// One address line that was read.
#[derive(Debug)]
pub(crate) struct AddressLine {
    pub(crate) prefix: Prefix,
    pub(crate) interface: Option<InterfaceName>,
    pub(crate) broadcast: Option<Ipv4Addr>,
    pub(crate) scope: u8,
    pub(crate) label: Option<String>,
    pub(crate) no_track: bool,
    pub(crate) place: Origin,
}

/// The line is lost; why has been reported.
struct Lost;

/// Reads the lines of the address block `path`.
pub(crate) fn addresses(reader: &mut Reader<'_>, path: &str, lines: &[Statement]) -> Vec<AddressLine> {
    lines.iter().filter_map(|line| address(reader, path, line.words)).collect()
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
    let place = word.origin();
    let mut line =
        AddressLine { prefix, interface: None, broadcast: None, scope: 0, label: None, no_track: false, place };
    while let Some((word, after)) = rest.split_first() {
        rest = option(reader, path, &mut line, word, after).ok()?;
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
        line.no_track |= row.keyword == "no_track";
        return Ok(after);
    }
    let Some((argument, after)) = after.split_first() else {
        reader.report(
            Diagnostic::new("missing-value", Severity::Error, format!("{} has nothing behind it", row.keyword))
                .at(word.origin(), "something must follow")
                .meanwhile("the line is ignored"),
        );
        return Err(Lost);
    };
    with_argument(reader, line, row.keyword, argument)?;
    Ok(after)
}

fn with_argument(reader: &mut Reader<'_>, line: &mut AddressLine, keyword: &str, word: &Word) -> Result<(), Lost> {
    match keyword {
        "dev" => {
            if line.interface.is_some() {
                reader.report(lost(word, "an address line has dev twice"));
                return Err(Lost);
            }
            let name = interface(reader, "dev", word).ok_or(Lost)?;
            if !reader.expect_interface(&name, word.origin(), "the line is ignored") {
                return Err(Lost);
            }
            line.interface = Some(name);
        }
        "scope" => match (scope(word.text()), line.prefix.family()) {
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
        _ => {}
    }
    Ok(())
}

fn lost(word: &Word, message: &str) -> Diagnostic {
    Diagnostic::new("bad-address-option", Severity::Error, message)
        .at(word.origin(), format!("this is {}", shown(word.text())))
        .meanwhile("the line is ignored")
}

/// The kernel's number of a scope.
fn scope(text: &str) -> Option<u8> {
    match text {
        "global" | "universe" => Some(0),
        "site" => Some(200),
        "link" => Some(253),
        "host" => Some(254),
        "nowhere" => Some(255),
        _ => text.parse().ok(),
    }
}

fn broadcast(reader: &mut Reader<'_>, line: &AddressLine, word: &Word) -> Result<Option<Ipv4Addr>, Lost> {
    let IpAddr::V4(address) = line.prefix.address() else {
        reader.report(lost(word, "an IPv6 address has no broadcast address"));
        return Err(Lost);
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
                Err(Lost)
            }
        },
    }
}

fn label(reader: &mut Reader<'_>, line: &mut AddressLine, word: &Word) -> Result<(), Lost> {
    if word.text().len() > 15 {
        reader.report(lost(word, "a label has at most 15 bytes"));
        return Err(Lost);
    }
    match line.prefix.family() {
        Family::V4 => line.label = Some(word.text().to_owned()),
        Family::V6 => reader.report(lost(word, "an IPv6 address has no label").meanwhile("the label is ignored")),
    }
    Ok(())
}
