//! `virtual_server_group`: addresses, ranges, networks and firewall marks that share one pool.
use super::arguments::diagnose;
use super::item::Item;
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::span::Origin;
use crate::tree::Word;
use crate::value::{self, shown};
use model::config::server::GroupEntry;
use model::limits::GROUP_ADDRESSES;
use model::{Family, Name, Prefix};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A `virtual_server_group` with the places of its entries.
pub(crate) struct GroupDraft {
    pub(crate) name: Name,
    pub(crate) place: Origin,
    pub(crate) entries: Vec<(GroupEntry, Origin)>,
}

/// Reads one group; `None` when it lists nothing, which is reported.
pub(crate) fn group(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<GroupDraft> {
    let word = item.text()?;
    let mut draft = GroupDraft { name: Name::new(word.text()), place: word.origin(), entries: Vec::new() };
    for line in item.body {
        let Some(first) = line.words.first() else { continue };
        draft
            .entries
            .extend(entry(reader, first, line.words.get(1..).unwrap_or_default()).map(|e| (e, first.origin())));
    }
    if draft.entries.is_empty() {
        let message = format!("virtual_server_group {} lists nothing", draft.name);
        reader.report(
            Diagnostic::new("group-without-entries", Severity::Error, message)
                .at(draft.place, "no address and no mark in this block")
                .meanwhile("the group is dropped"),
        );
        return None;
    }
    Some(draft)
}

fn entry(reader: &mut Reader<'_>, first: &Word, rest: &[Word]) -> Option<GroupEntry> {
    if first.text() == "fwmark" {
        return mark(reader, first, rest);
    }
    let (first_address, last) = match range(first.text()) {
        Ok(range) => range,
        Err(Bad::Address(text)) => {
            let word = Word::new(&text, first.origin(), first.quoted());
            if let Err(bad) = value::address(&word) {
                reader.report(diagnose("an entry of a group", &word, &bad, "the line is ignored"));
            }
            return None;
        }
        Err(Bad::Range(message)) => {
            reader.report(
                Diagnostic::new("bad-range", Severity::Error, message)
                    .at(first.origin(), format!("this is {}", shown(first.text())))
                    .meanwhile("the line is ignored"),
            );
            return None;
        }
    };
    let port = match rest.first() {
        None => 0,
        Some(word) => match value::int(word, 0, 65_535, "", true) {
            Ok(port) => u16::try_from(port).ok()?,
            Err(bad) => {
                reader.report(diagnose("the port in a group", word, &bad, "the line is ignored"));
                return None;
            }
        },
    };
    Some(GroupEntry::Addresses { first: first_address, last, port })
}

fn mark(reader: &mut Reader<'_>, first: &Word, rest: &[Word]) -> Option<GroupEntry> {
    let Some(word) = rest.first() else {
        reader.report(
            Diagnostic::new("missing-value", Severity::Error, "fwmark has nothing behind it")
                .at(first.origin(), "a number must follow")
                .meanwhile("the line is ignored"),
        );
        return None;
    };
    let mark = match value::int(word, 1, i64::from(u32::MAX), "", true) {
        Ok(mark) => u32::try_from(mark).ok()?,
        Err(bad) => {
            reader.report(diagnose("a firewall mark", word, &bad, "the line is ignored"));
            return None;
        }
    };
    let family = match rest.get(1) {
        None => None,
        Some(word) => match value::choice(word, &["inet", "inet6"], false) {
            Ok("inet") => Some(Family::V4),
            Ok(_) => Some(Family::V6),
            Err(bad) => {
                reader.report(diagnose("the family of a mark", word, &bad, "the line is ignored"));
                return None;
            }
        },
    };
    Some(GroupEntry::Fwmark { mark, family })
}

/// Why a text is no range.
#[derive(Debug, PartialEq, Eq)]
enum Bad {
    /// This part of it is no address.
    Address(String),
    /// The parts do not go together, told as a sentence.
    Range(String),
}

/// `ADDRESS`, `ADDRESS-END`, `ADDRESS-LASTPART` or `NETWORK/LENGTH`, as its first and last address.
fn range(text: &str) -> Result<(IpAddr, IpAddr), Bad> {
    let address = |text: &str| text.parse::<IpAddr>().map_err(|_| Bad::Address(text.to_owned()));
    let (first, last) = if let Some((network, length)) = text.split_once('/') {
        in_network(address(network)?, length)?
    } else if let Some((first, end)) = text.split_once('-') {
        let first = address(first)?;
        if end.parse::<IpAddr>().is_ok_and(|last| Family::of(last) != Family::of(first)) {
            return Err(Bad::Range("a range stays in one family".to_owned()));
        }
        let last = end_of(first, end).ok_or_else(|| Bad::Address(end.to_owned()))?;
        if last <= first {
            return Err(Bad::Range("a range ends above its beginning".to_owned()));
        }
        (first, last)
    } else {
        let only = address(text)?;
        (only, only)
    };
    if number(last) - number(first) >= GROUP_ADDRESSES {
        return Err(Bad::Range(format!("a range has at most {GROUP_ADDRESSES} addresses")));
    }
    Ok((first, last))
}

/// The address as a number, for counting within a family.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn in_network(network: IpAddr, length: &str) -> Result<(IpAddr, IpAddr), Bad> {
    let bits = Family::of(network).bits();
    let prefix = length.parse().ok().and_then(|length| Prefix::new(network, length).ok());
    let Some(prefix) = prefix else {
        return Err(Bad::Range(format!("a network has a length of 0 to {bits}")));
    };
    let host = u32::from(bits - prefix.length());
    let ones = 1_u128.checked_shl(host).map_or(u128::MAX, |size| size - 1);
    if number(network) & ones != 0 {
        return Err(Bad::Range("a network has no bits set behind its length".to_owned()));
    }
    let last = match network {
        IpAddr::V4(first) => IpAddr::V4(Ipv4Addr::from_bits(first.to_bits() | u32::try_from(ones).unwrap_or(u32::MAX))),
        IpAddr::V6(first) => IpAddr::V6(Ipv6Addr::from_bits(first.to_bits() | ones)),
    };
    Ok((network, last))
}

/// The end of a range: a whole address of the same family, or its last part (decimal in IPv4, hexadecimal in IPv6).
fn end_of(first: IpAddr, end: &str) -> Option<IpAddr> {
    if let Ok(last) = end.parse() {
        return Some(last);
    }
    match first {
        IpAddr::V4(first) => {
            let [a, b, c, _] = first.octets();
            let last = end.parse().ok().filter(|_| end.bytes().all(|byte| byte.is_ascii_digit()))?;
            Some(IpAddr::V4(Ipv4Addr::new(a, b, c, last)))
        }
        IpAddr::V6(first) => {
            let part =
                u16::from_str_radix(end, 16).ok().filter(|_| end.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
            Some(IpAddr::V6(Ipv6Addr::from_bits(first.to_bits() & !0xffff | u128::from(part))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_first_and_last_address() {
        for (text, first, last) in [
            ("10.0.0.1", "10.0.0.1", "10.0.0.1"),
            ("10.0.0.1-5", "10.0.0.1", "10.0.0.5"),
            ("10.0.0.250-10.0.1.5", "10.0.0.250", "10.0.1.5"),
            ("10.0.0.0/30", "10.0.0.0", "10.0.0.3"),
            ("10.0.0.1/32", "10.0.0.1", "10.0.0.1"),
            ("2001:db8::1-1f", "2001:db8::1", "2001:db8::1f"),
            ("2001:db8::fffe-2001:db8::1:2", "2001:db8::fffe", "2001:db8::1:2"),
            ("2001:db8::/112", "2001:db8::", "2001:db8::ffff"),
        ] {
            assert_eq!(range(text), Ok((first.parse().unwrap(), last.parse().unwrap())), "{text}");
        }
    }

    #[test]
    fn what_is_no_range_says_why() {
        for (text, part) in [("10.0.0", "10.0.0"), ("10.0.0.1-x", "x"), ("10.0.0.1-256", "256"), ("::1-+5", "+5")] {
            assert_eq!(range(text), Err(Bad::Address(part.to_owned())), "{text}");
        }
        for text in [
            "10.0.0.5-5",
            "10.0.0.5-1",
            "10.0.0.1/30",
            "10.0.0.0/33",
            "10.0.0.0/x",
            "10.0.0.0/15",
            "::/0",
            "10.0.0.1-::2",
        ] {
            assert!(matches!(range(text), Err(Bad::Range(_))), "{text}");
        }
    }
}
