//! `lvs_method`: how packets reach a server, and in what tunnel.
use super::arguments::diagnose;
use super::item::Item;
use super::lvs::{argument, number_of, option_of};
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema::Wired;
use crate::span::Origin;
use crate::tree::Word;
use crate::value;
use model::config::server::{Forwarding, Tunnel, TunnelChecksum, TunnelKind};

/// All blocks in which a method can stand have the same options.
const PATH: &str = "virtual_server/lvs_method";

/// `NAT|DR|TUN|FULLNAT`, then options of a tunnel.
pub(super) fn forwarding(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Forwarding> {
    let (first, rest) = item.words().split_first()?;
    let method = match value::choice(first, &["NAT", "DR", "TUN", "FULLNAT"], false) {
        Ok("TUN") => return Some(Forwarding::Tunnel(tunnel(reader, item, rest))),
        Ok("DR") => Forwarding::DirectRoute,
        Ok("FULLNAT") => Forwarding::FullNat,
        Ok(_) => Forwarding::Nat,
        Err(bad) => {
            reader.report(diagnose(item.row.keyword, first, &bad, "the line is ignored"));
            return None;
        }
    };
    if let Some(extra) = rest.first() {
        reader.report(
            Diagnostic::new("extra-words", Severity::Warning, format!("{} takes no options", first.text()))
                .at(extra.origin(), "only TUN has options")
                .meanwhile("what is too much is ignored"),
        );
    }
    Some(method)
}

/// The options of a tunnel as far as they were said.
#[derive(Default)]
struct Said {
    kind: Option<&'static str>,
    port: Option<(u16, Origin)>,
    checksum: TunnelChecksum,
    checksum_place: Option<Origin>,
}

/// A tunnel; a plain one when an option is bad, which is reported.
fn tunnel(reader: &mut Reader<'_>, item: &Item<'_>, words: &[Word]) -> Tunnel {
    let found = options(reader, item, words).map(|said| together(&said, item.place()));
    match found {
        Some(Ok(tunnel)) => tunnel,
        Some(Err(problem)) => {
            reader.report(*problem);
            Tunnel::default()
        }
        None => Tunnel::default(),
    }
}

/// Reads the options; `None`, with a report, when one of them is bad.
fn options(reader: &mut Reader<'_>, item: &Item<'_>, words: &[Word]) -> Option<Said> {
    let mut said = Said::default();
    let mut rest = words;
    while let Some((word, after)) = rest.split_first() {
        rest = after;
        let row = option_of(reader, PATH, item, word, PLAIN)?;
        if row.wired == Wired::NotYet {
            reader.without_effect(row.keyword, word.origin());
        }
        match row.keyword {
            "type" => {
                let (kind, after) = argument(reader, row, word, rest, PLAIN)?;
                said.kind = Some(kind_of(reader, kind)?);
                rest = after;
            }
            "port" => {
                let (port, after) = argument(reader, row, word, rest, PLAIN)?;
                let number = number_of(reader, row, port, PLAIN).and_then(|port| u16::try_from(port).ok())?;
                said.port = Some((number, port.origin()));
                rest = after;
            }
            keyword => {
                said.checksum = match keyword {
                    "csum" => TunnelChecksum::Checksum,
                    "remcsum" => TunnelChecksum::Remote,
                    _ => TunnelChecksum::None,
                };
                said.checksum_place = Some(word.origin());
            }
        }
    }
    Some(said)
}

fn kind_of(reader: &mut Reader<'_>, word: &Word) -> Option<&'static str> {
    match value::choice(word, &["ipip", "gue", "gre"], false) {
        Ok(kind) => Some(kind),
        Err(bad) => {
            reader.report(diagnose("the type of a tunnel", word, &bad, PLAIN));
            None
        }
    }
}

const PLAIN: &str = "the tunnel is a plain IP-in-IP tunnel";

/// Options that fit together, as the kernel demands.
fn together(said: &Said, place: Origin) -> Result<Tunnel, Box<Diagnostic>> {
    let refuse = |message: &str, at: Origin, label: &str| {
        Err(Box::new(Diagnostic::new("tunnel-options", Severity::Error, message).at(at, label).meanwhile(PLAIN)))
    };
    let kind = match (said.kind, said.port) {
        (Some("gue"), Some((port, _))) => TunnelKind::Gue(port),
        (Some("gue"), None) => return refuse("a gue tunnel has no port", place, "add port NUMBER"),
        (_, Some((_, at))) => return refuse("the port of a tunnel goes with type gue", at, "of no use here"),
        (Some("gre"), None) => TunnelKind::Gre,
        _ => TunnelKind::Ipip,
    };
    let at = said.checksum_place.unwrap_or(place);
    match (kind, said.checksum) {
        (TunnelKind::Ipip, TunnelChecksum::Checksum | TunnelChecksum::Remote) => {
            refuse("an ipip tunnel has no checksum", at, "goes with type gue or gre")
        }
        (TunnelKind::Gre, TunnelChecksum::Remote) => {
            refuse("a gre tunnel has no remote checksum", at, "goes with type gue")
        }
        (kind, checksum) => Ok(Tunnel { kind, checksum }),
    }
}
