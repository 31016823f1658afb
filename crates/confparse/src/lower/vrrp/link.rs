//! The link of an instance: `interface`, `vrf`, and a link of its own by `use_vmac` or `use_ipvlan`.
use super::InstanceDraft;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::item::Item;
use crate::lower::names::Table;
use crate::lower::reader::Reader;
use crate::span::Origin;
use crate::tree::Word;
use crate::value::{self, shown};
use model::config::vrrp::IpvlanMode;
use model::ids::IdError;
use model::{InterfaceName, Prefix};

/// `use_vmac` or `use_ipvlan` as far as it was said.
pub(crate) struct LinkDraft {
    pub(crate) place: Origin,
    pub(crate) name: Option<(InterfaceName, Origin)>,
    pub(crate) group: Option<u32>,
    pub(crate) kind: LinkKind,
}

/// What the link is to be.
pub(crate) enum LinkKind {
    /// `use_vmac`.
    Macvlan {
        /// Five or six bytes; the identifier is the sixth of five.
        hardware: Option<(Vec<u8>, Origin)>,
        announce: bool,
    },
    /// `use_ipvlan`.
    Ipvlan { address: Option<(Prefix, Origin)>, mode: Option<IpvlanMode> },
}

/// `interface`.
pub(super) fn own(reader: &mut Reader<'_>, draft: &mut InstanceDraft, item: &Item<'_>) {
    let Some(name) = item.interface() else { return };
    if name.as_str() == "lo" {
        reader.report(
            Diagnostic::new(
                "loopback-interface",
                Severity::Error,
                "a vrrp_instance cannot run on the loopback interface",
            )
            .at(item.place(), "nobody else hears adverts there")
            .meanwhile("the line is ignored"),
        );
        return;
    }
    reader.expect_interface(&name, item.place(), &format!("{} waits for it", draft.name));
    draft.interface = Some((name, item.place()));
}

/// `vrf`: where the instance runs when it has no interface.
pub(super) fn vrf(reader: &mut Reader<'_>, draft: &mut InstanceDraft, item: &Item<'_>) {
    let Some(name) = item.interface() else { return };
    if reader.expect_interface(&name, item.place(), "the line is ignored") {
        draft.vrf = Some((name, item.place()));
    }
}

/// `use_vmac [[name] IF] [MAC] [netlink_notify_msg] [group GROUP]`.
pub(super) fn vmac(reader: &mut Reader<'_>, draft: &mut InstanceDraft, item: &Item<'_>) {
    let kind = LinkKind::Macvlan { hardware: None, announce: false };
    let mut link = LinkDraft { place: item.origin(), name: None, group: None, kind };
    let mut rest = item.words();
    while let Some((word, after)) = rest.split_first() {
        rest = after;
        if word.text() == "netlink_notify_msg" {
            if let LinkKind::Macvlan { announce, .. } = &mut link.kind {
                *announce = true;
            }
        } else if let Some(after) = named(reader, &mut link, word, after) {
            rest = after;
        } else if word.text().contains(':') {
            if let (Some(found), LinkKind::Macvlan { hardware, .. }) = (octets(reader, word), &mut link.kind) {
                *hardware = Some((found, word.origin()));
            }
        } else {
            name(reader, &mut link, word);
        }
    }
    only_one(reader, draft, link);
}

/// `use_ipvlan [[name] IF] [ADDR[/LEN]] [bridge|private|vepa] [group GROUP]`.
pub(super) fn ipvlan(reader: &mut Reader<'_>, draft: &mut InstanceDraft, item: &Item<'_>) {
    let kind = LinkKind::Ipvlan { address: None, mode: None };
    let mut link = LinkDraft { place: item.origin(), name: None, group: None, kind };
    let mut rest = item.words();
    while let Some((word, after)) = rest.split_first() {
        rest = after;
        if let Some(after) = named(reader, &mut link, word, after) {
            rest = after;
        } else if let Some(found) = mode_of(word.text()) {
            if let LinkKind::Ipvlan { mode, .. } = &mut link.kind {
                once(reader, mode, found, word, "isolation");
            }
        } else if let Ok(prefix) = value::prefix(word) {
            if let LinkKind::Ipvlan { address, .. } = &mut link.kind {
                once(reader, address, (prefix, word.origin()), word, "address");
            }
        } else {
            name(reader, &mut link, word);
        }
    }
    only_one(reader, draft, link);
}

fn mode_of(word: &str) -> Option<IpvlanMode> {
    Some(match word {
        "bridge" => IpvlanMode::Bridge,
        "private" => IpvlanMode::Private,
        "vepa" => IpvlanMode::Vepa,
        _ => return None,
    })
}

fn odd(message: String, word: &Word) -> Diagnostic {
    Diagnostic::new("bad-link-option", Severity::Error, message)
        .at(word.origin(), format!("this is {}", shown(word.text())))
        .meanwhile("the word is ignored")
}

fn once<T>(reader: &mut Reader<'_>, slot: &mut Option<T>, found: T, word: &Word, what: &str) {
    if slot.is_some() {
        reader.report(odd(format!("the {what} of a link may stand once"), word));
    } else {
        *slot = Some(found);
    }
}

/// Reads `name IF` and `group GROUP` and answers what follows them; `None` for another word.
fn named<'t>(
    reader: &mut Reader<'_>,
    link: &mut LinkDraft,
    word: &Word,
    after: &'t [Word<'t>],
) -> Option<&'t [Word<'t>]> {
    if !matches!(word.text(), "name" | "group") {
        return None;
    }
    let Some((argument, after)) = after.split_first() else {
        reader.report(
            Diagnostic::new("missing-value", Severity::Error, format!("{} has nothing behind it", word.text()))
                .at(word.origin(), "something must follow")
                .meanwhile("the word is ignored"),
        );
        return Some(after);
    };
    match word.text() {
        "name" => name(reader, link, argument),
        _ => match reader.number_of(Table::Groups, argument.text()) {
            Some(number) => link.group = Some(number),
            None => reader.report(odd("a group of links is a number or a name of iproute2's".to_owned(), argument)),
        },
    }
    Some(after)
}

fn name(reader: &mut Reader<'_>, link: &mut LinkDraft, word: &Word) {
    match InterfaceName::new(word.text()) {
        _ if link.name.is_some() => reader.report(odd("the name of a link may stand once".to_owned(), word)),
        Ok(found) => link.name = Some((found, word.origin())),
        Err(IdError::Range { min, max }) => {
            reader.report(odd(format!("the name of a link has {min} to {max} bytes"), word));
        }
        Err(IdError::Character(c)) => reader.report(odd(format!("the name of a link is without {c:?}"), word)),
    }
}

/// Five or six bytes of a hardware address that is one of a single station and not one of the RFC.
fn octets(reader: &mut Reader<'_>, word: &Word) -> Option<Vec<u8>> {
    let octet = |text: &str| u8::from_str_radix(text, 16).ok().filter(|_| text.len() <= 2 && !text.starts_with('+'));
    let found: Option<Vec<u8>> = word.text().split(':').map(octet).collect();
    let problem = match found.as_deref() {
        Some([first, ..]) if first & 1 == 1 => "a hardware address of one station has an even first byte",
        Some([0, 0, 0x5e, 0, 1 | 2, ..]) => "00:00:5e:00:01 and 00:00:5e:00:02 are chosen without being written",
        Some([_, _, _, _, _] | [_, _, _, _, _, _]) => return found,
        _ => "a hardware address has five or six bytes in hexadecimal with colons between",
    };
    reader.report(odd(problem.to_owned(), word));
    None
}

/// An instance has one link of its own, the first that was said; a second `use_vmac` replaces the first.
fn only_one(reader: &mut Reader<'_>, draft: &mut InstanceDraft, link: LinkDraft) {
    let other = draft.link.as_ref().filter(|first| {
        matches!(first.kind, LinkKind::Macvlan { .. }) != matches!(link.kind, LinkKind::Macvlan { .. })
    });
    let Some(first) = other else {
        draft.link = Some(Box::new(link));
        return;
    };
    reader.report(
        Diagnostic::new("two-virtual-links", Severity::Error, "use_vmac and use_ipvlan exclude each other")
            .at(link.place, "second one")
            .with(first.place, "first one")
            .meanwhile("the first one counts"),
    );
}
