//! Unicast: the peers, and what is said beside them.
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::arguments::diagnose;
use crate::lower::item::Item;
use crate::lower::reader::Reader;
use crate::schema::{self, Args};
use crate::span::Origin;
use crate::tree::{Statement, Word};
use crate::value::{self, shown};
use model::config::vrrp::{OldChecksum, Peer};

const PATH: &str = "vrrp_instance/unicast_peer";

/// What was said about unicast.
#[derive(Default)]
pub(crate) struct UnicastDraft {
    /// A keyword that has no meaning without peers, where one was used.
    pub(crate) wished: Option<Origin>,
    pub(crate) peers: Vec<PeerDraft>,
    pub(crate) ttl: Option<u8>,
    pub(crate) check_source: Option<Origin>,
    pub(crate) fault_without_peer: Option<Origin>,
    pub(crate) old_checksum: OldChecksum,
}

/// One line of `unicast_peer`.
pub(crate) struct PeerDraft {
    pub(crate) peer: Peer,
    /// Whether it limits the time to live.
    pub(crate) limited: bool,
    pub(crate) place: Origin,
}

/// Reads the lines of `unicast_peer`.
pub(super) fn peers(reader: &mut Reader<'_>, draft: &mut UnicastDraft, item: &Item<'_>) {
    draft.wished.get_or_insert(item.origin());
    for line in item.body {
        draft.peers.extend(peer(reader, line));
    }
}

fn peer(reader: &mut Reader<'_>, line: &Statement) -> Option<PeerDraft> {
    let (word, mut rest) = line.words.split_first()?;
    let address = match value::address(word) {
        Ok(address) => address,
        Err(bad) => {
            reader.report(diagnose("a peer", word, &bad, "the line is ignored"));
            return None;
        }
    };
    let peer = Peer { address, min_ttl: 0, max_ttl: 255 };
    let mut draft = PeerDraft { peer, limited: false, place: word.origin() };
    while let Some((word, after)) = rest.split_first() {
        match limit(reader, &mut draft, word, after.first()) {
            Some(()) => rest = after.get(1..).unwrap_or_default(),
            None => break,
        }
    }
    if draft.peer.min_ttl > draft.peer.max_ttl {
        reader.report(
            Diagnostic::new(
                "ttl-limits-crossed",
                Severity::Error,
                format!("min_ttl of {address} is above its max_ttl"),
            )
            .at(draft.place, "no advert can satisfy both")
            .meanwhile("every advert of this peer is refused"),
        );
    }
    Some(draft)
}

/// Reads `min_ttl N` or `max_ttl N`; `None` when the rest of the line must be ignored.
fn limit(reader: &mut Reader<'_>, draft: &mut PeerDraft, word: &Word, number: Option<&Word>) -> Option<()> {
    let Some(row) = schema::words(PATH).option(word.text()) else {
        let message = format!("a peer does not take {}", shown(word.text()));
        reader.report(
            Diagnostic::new("unknown-word", Severity::Error, message)
                .at(word.origin(), "min_ttl or max_ttl may stand here")
                .meanwhile("the rest of the line is ignored"),
        );
        return None;
    };
    let Some(number) = number else {
        reader.report(
            Diagnostic::new("missing-value", Severity::Error, format!("{} has nothing behind it", row.keyword))
                .at(word.origin(), "a number must follow")
                .meanwhile("the word is ignored"),
        );
        return None;
    };
    let Args::Int { min, max } = row.args else { return None };
    let bad = match value::int(number, min, max, row.unit, true) {
        Ok(ttl) => {
            let ttl = u8::try_from(ttl).ok()?;
            draft.limited = true;
            let limit = if row.keyword == "min_ttl" { &mut draft.peer.min_ttl } else { &mut draft.peer.max_ttl };
            *limit = ttl;
            return Some(());
        }
        Err(bad) => bad,
    };
    reader.report(diagnose(row.keyword, number, &bad, "the option is ignored"));
    Some(())
}

/// `old_unicast_checksum [never]`.
pub(super) fn old_checksum(reader: &mut Reader<'_>, draft: &mut UnicastDraft, item: &Item<'_>) {
    draft.old_checksum = match item.words().first() {
        None => OldChecksum::Use,
        Some(word) if word.text() == "never" => OldChecksum::Never,
        Some(word) => {
            let message = format!("old_unicast_checksum does not take {}", shown(word.text()));
            reader.report(
                Diagnostic::new("unknown-word", Severity::Error, message)
                    .at(word.origin(), "never or nothing may stand here")
                    .meanwhile("the line is ignored"),
            );
            return;
        }
    };
}
