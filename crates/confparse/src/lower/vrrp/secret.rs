//! `authentication` and `auth_hmac`: passwords and keys. No message shows one.
use super::Said;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::arguments::one;
use crate::lower::item::Item;
use crate::lower::reader::Reader;
use crate::span::Origin;
use crate::tree::Word;
use crate::value;
use model::Interval;
use model::config::vrrp::{AntiReplay, HmacKey, HmacMode};

/// Bytes of a key.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 32..=64;

/// `authentication` as far as it was said.
#[derive(Default)]
pub(crate) struct AuthenticationDraft {
    /// `PASS` or `AH`.
    pub(crate) kind: Said<&'static str>,
    pub(crate) password: Said<Vec<u8>>,
    pub(crate) place: Option<Origin>,
}

/// Reads `authentication`.
pub(super) fn authentication(reader: &mut Reader<'_>, draft: &mut AuthenticationDraft, item: &Item<'_>) {
    draft.place = Some(item.origin());
    reader.block("vrrp_instance/authentication", item.body, &mut |reader, item| {
        if let Some(kind) = item.word() {
            draft.kind = Some((kind, item.place()));
        }
        if let Some(word) = item.text() {
            draft.password = Some((password(reader, word), word.origin()));
        }
    });
}

fn password(reader: &mut Reader<'_>, word: &Word) -> Vec<u8> {
    let bytes = word.text().as_bytes();
    if bytes.len() > 8 {
        reader.report(
            Diagnostic::new("password-too-long", Severity::Error, "auth_pass has at most 8 bytes")
                .at(word.origin(), format!("this has {}", bytes.len()))
                .meanwhile("the first 8 bytes are used"),
        );
    }
    bytes.iter().take(8).copied().collect()
}

/// `auth_hmac` as far as it was said.
pub(crate) struct HmacDraft {
    pub(crate) place: Origin,
    pub(crate) keys: Vec<(HmacKey, Origin)>,
    pub(crate) active: Said<u8>,
    pub(crate) window: Option<Interval>,
    pub(crate) replay: AntiReplay,
    pub(crate) mode: Said<HmacMode>,
}

impl HmacDraft {
    pub(super) const fn new(place: Origin) -> Self {
        Self { place, keys: Vec::new(), active: None, window: None, replay: AntiReplay::Time, mode: None }
    }
}

/// Reads `auth_hmac`.
pub(super) fn hmac(reader: &mut Reader<'_>, draft: &mut HmacDraft, item: &Item<'_>) {
    reader.block("vrrp_instance/auth_hmac", item.body, &mut |reader, item| match item.row.keyword {
        "key" => {
            if let Some(key) = key(reader, draft, &item) {
                draft.keys.push((key, item.place()));
            }
        }
        "active_key" => {
            let number = item.number().and_then(|number| u8::try_from(number).ok());
            draft.active = number.map(|number| (number, item.place()));
        }
        "time_window" => draft.window = item.interval(),
        "anti_replay" => {
            draft.replay = if item.word() == Some("monotonic") { AntiReplay::Monotonic } else { AntiReplay::Time };
        }
        "mode" => {
            let mode = match item.word() {
                Some("permissive") => HmacMode::Permissive,
                Some("receive-only") => HmacMode::ReceiveOnly,
                _ => HmacMode::Enforce,
            };
            draft.mode = Some((mode, item.place()));
        }
        _ => {}
    });
}

/// `key ID VALUE|hex:DIGITS|file:PATH`.
fn key(reader: &mut Reader<'_>, draft: &HmacDraft, item: &Item<'_>) -> Option<HmacKey> {
    let [number, secret, ..] = item.words() else {
        reader.report(bad_key("a key needs a number and a value", item.place(), "one of them is missing"));
        return None;
    };
    let number = one(reader, item.row, number, value::int(number, 1, 255, "", true))?;
    let id = u8::try_from(number).ok()?;
    if let Some((_, before)) = draft.keys.iter().find(|(key, _)| key.id == id) {
        let found = bad_key(&format!("key {id} stands twice"), item.place(), "second key with this number");
        reader.report(found.with(*before, "first one"));
        return None;
    }
    match bytes(reader, secret.text(), secret.origin(), true) {
        Ok(secret) => Some(HmacKey { id, secret }),
        Err(message) => {
            reader.report(bad_key(&message, secret.origin(), ""));
            None
        }
    }
}

fn bad_key(message: &str, place: Origin, label: &str) -> Diagnostic {
    Diagnostic::new("bad-hmac-key", Severity::Error, message)
        .at(place, label)
        .meanwhile("the key is ignored")
        .help("write key NUMBER and 32 to 64 bytes: as text, as hex:DIGITS, or in a file named by file:PATH")
}

/// The bytes of a key; what a file holds has the same forms, but names no other file.
fn bytes(reader: &mut Reader<'_>, text: &str, place: Origin, files: bool) -> Result<Vec<u8>, String> {
    let found = match (text.strip_prefix("hex:"), text.strip_prefix("file:")) {
        (Some(digits), _) => hexadecimal(digits).ok_or("hex: needs pairs of hexadecimal digits")?,
        (None, Some(path)) if files => return from_file(reader, path, place),
        _ => text.as_bytes().to_vec(),
    };
    if KEY_BYTES.contains(&found.len()) {
        return Ok(found);
    }
    Err(format!("a key has {} to {} bytes, this has {}", KEY_BYTES.start(), KEY_BYTES.end(), found.len()))
}

fn hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    digits.as_bytes().chunks(2).map(pair).collect()
}

fn from_file(reader: &mut Reader<'_>, path: &str, place: Origin) -> Result<Vec<u8>, String> {
    let text = reader.loader.read(path).map_err(|error| format!("the key file {path} cannot be read: {error}"))?;
    if reader.loader.is_private(path) == Some(false) {
        reader.report(
            Diagnostic::new("key-file-open", Severity::Security, format!("others can read the key file {path}"))
                .at(place, "this file")
                .meanwhile("the key is used")
                .help("chmod 600 it"),
        );
    }
    let text = String::from_utf8(text).map_err(|_| format!("the key file {path} holds no text"))?;
    bytes(reader, text.trim(), place, false).map_err(|message| format!("the key file {path}: {message}"))
}
