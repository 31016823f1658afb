//! `SMTP_CHECK`, `DNS_CHECK`, `UDP_CHECK`, `MISC_CHECK`, `FILE_CHECK` and `BFD_CHECK`: what each says beyond the rest.
use super::{CheckDraft, General, KindDraft, MiscDraft, RECORDS, draft, incomplete, path};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::arguments::diagnose;
use crate::lower::item::{Item, Value};
use crate::lower::lookups::Unknown;
use crate::lower::reader::Reader;
use crate::lower::track::Watched;
use crate::span::Origin;
use crate::tree::{Statement, Word};
use crate::value::{self, shown};
use model::Name;
use model::config::check::Udp;

/// Reads an `SMTP_CHECK` block: one check, or one for each `host` block in it.
pub(super) fn smtp(reader: &mut Reader<'_>, item: &Item<'_>) -> Vec<CheckDraft> {
    let mut general = General::default();
    let mut helo: Option<String> = None;
    let mut hosts: Vec<General> = Vec::new();
    reader.block(&path(item), item.body, &mut |reader, item| {
        let Some(item) = general.keyword(reader, item) else { return };
        match item.row.keyword {
            "helo_name" => helo = item.text().map(|word| word.text().to_owned()),
            "host" => {
                let mut host = General::default();
                let path = "virtual_server/real_server/SMTP_CHECK/host";
                reader.block(path, item.body, &mut |reader, item| drop(host.keyword(reader, item)));
                hosts.push(host);
            }
            _ => {}
        }
    });
    if hosts.is_empty() {
        hosts.push(General::default());
    }
    let each = |host: General| draft(item, KindDraft::Smtp { helo: helo.clone() }, host.within(&general));
    hosts.into_iter().map(each).collect()
}

/// Reads a `DNS_CHECK` block.
pub(super) fn dns(reader: &mut Reader<'_>, item: &Item<'_>, general: &mut General) -> KindDraft {
    let (mut record, mut name) = (None, None);
    reader.block(&path(item), item.body, &mut |reader, item| {
        let Some(item) = general.keyword(reader, item) else { return };
        match item.row.keyword {
            "type" => record = RECORDS.iter().find(|(name, _)| Some(*name) == item.word()).map(|(_, number)| *number),
            "name" => name = item.text().and_then(|word| dns_name(reader, word)),
            _ => {}
        }
    });
    KindDraft::Dns { record, name }
}

/// A name that can be asked for: labels of 1 to 63 bytes, 255 altogether (RFC 1035 section 2.3.4); `.` is the root.
fn dns_name(reader: &mut Reader<'_>, word: &Word) -> Option<String> {
    let text = word.text();
    let labels = text.strip_suffix('.').unwrap_or(text);
    // A length before each label and the root's behind all of them.
    let fits = labels.len() + 2 <= 255 && labels.split('.').all(|label| (1..=63).contains(&label.len()));
    if text == "." || fits {
        return Some(text.to_owned());
    }
    reader.report(
        Diagnostic::new("bad-dns-name", Severity::Error, "a name for DNS_CHECK has labels of 1 to 63 bytes")
            .at(word.origin(), format!("this is {}", shown(text)))
            .meanwhile("the line is ignored (default: the root)"),
    );
    None
}

/// Reads a `UDP_CHECK` block.
pub(super) fn udp(reader: &mut Reader<'_>, item: &Item<'_>, general: &mut General) -> Udp {
    let mut udp = Udp { max_reply: 255, ..Udp::default() };
    let mut lengths = None;
    reader.block(&path(item), item.body, &mut |reader, item| {
        let Some(item) = general.keyword(reader, item) else { return };
        let length = item.number().and_then(|number| u16::try_from(number).ok());
        match item.row.keyword {
            "payload" => {
                if let Some(bytes) = hex(reader, &item, false) {
                    udp.payload = bytes.into_iter().map(|(byte, _)| byte).collect();
                }
            }
            "require_reply" => {
                udp.require_reply = true;
                udp.reply = hex(reader, &item, true).unwrap_or_default();
            }
            "min_reply_length" => {
                udp.min_reply = length.unwrap_or(udp.min_reply);
                lengths = Some(item.place());
            }
            "max_reply_length" => {
                udp.max_reply = length.unwrap_or(udp.max_reply);
                lengths = Some(item.place());
            }
            _ => {}
        }
    });
    if let Some(place) = lengths.filter(|_| udp.max_reply < udp.min_reply) {
        reader.report(
            Diagnostic::new("reply-lengths", Severity::Error, "max_reply_length is below min_reply_length")
                .at(place, format!("{} to {} bytes", udp.min_reply, udp.max_reply))
                .meanwhile("no reply to this check can be good"),
        );
    }
    udp
}

/// Bytes in hexadecimal with the mask of the bits that count: two digits each, a lone digit at the end of a word is a byte
/// too, and `x` stands for any digit where `wild`.
fn hex(reader: &mut Reader<'_>, item: &Item<'_>, wild: bool) -> Option<Vec<(u8, u8)>> {
    let mut bytes = Vec::new();
    for word in item.words() {
        for pair in word.text().as_bytes().chunks(2) {
            let Some(byte) = byte_of(pair, wild) else {
                reader.report(bad_hex(item, word, wild));
                return None;
            };
            bytes.push(byte);
        }
    }
    Some(bytes)
}

fn byte_of(digits: &[u8], wild: bool) -> Option<(u8, u8)> {
    let mut found = (0, 0);
    for digit in digits {
        let (value, mask) = match char::from(*digit) {
            'x' | 'X' if wild => (0, 0),
            digit => (u8::try_from(digit.to_digit(16)?).ok()?, 0xf),
        };
        found = (found.0 << 4 | value, found.1 << 4 | mask);
    }
    // A lone digit says the whole byte, whose upper half is zero.
    if let ([_], (value, 0xf)) = (digits, found) {
        found = (value, 0xff);
    }
    Some(found)
}

fn bad_hex(item: &Item<'_>, word: &Word, wild: bool) -> Diagnostic {
    let (digits, meanwhile) = if wild {
        ("hexadecimal digits, or x for any", "any reply is good")
    } else {
        ("hexadecimal digits", "the line is ignored (default: random bytes)")
    };
    Diagnostic::new("bad-hex", Severity::Error, format!("{} is {digits}", item.row.keyword))
        .at(word.origin(), format!("this is {}", shown(word.text())))
        .meanwhile(meanwhile)
}

fn says(line: &Statement<'_>, keyword: &str) -> bool {
    line.words.first().is_some_and(|word| word.text() == keyword)
}

/// Reads a `MISC_CHECK` block; `None` when it names no command.
pub(super) fn misc(reader: &mut Reader<'_>, item: &Item<'_>, general: &mut General) -> Option<MiscDraft> {
    let user_named = item.body.iter().any(|line| says(line, "user") && line.words.len() > 1);
    let mut misc = MiscDraft::default();
    let mut user = None;
    reader.block(&path(item), item.body, &mut |reader, item| {
        let Some(item) = general.keyword(reader, item) else { return };
        match (item.row.keyword, item.value) {
            ("misc_path", Value::Command(spoken)) => misc.command = Some(spoken),
            ("misc_timeout", Value::Number(seconds)) => {
                misc.timeout = u64::try_from(seconds).ok().map(model::Interval::from_secs);
            }
            ("misc_dynamic", _) => misc.dynamic = true,
            ("user", Value::User(named)) => user = Some(named),
            _ => {}
        }
    });
    if !item.body.iter().any(|line| says(line, "misc_path")) {
        incomplete(reader, item, "misc_path");
        return None;
    }
    match &mut misc.command {
        Some(command) if user.is_some() => command.user = user,
        // A user that does not exist; nobody else may run it.
        _ if user_named && user.is_none() => misc.command = None,
        _ => {}
    }
    Some(misc)
}

/// Reads a `FILE_CHECK` block; `None` when it names no file.
pub(super) fn file(reader: &mut Reader<'_>, item: &Item<'_>, watched: &mut Watched) -> Option<KindDraft> {
    let (mut file, mut weight) = (None, None);
    reader.block(&path(item), item.body, &mut |reader, item| match item.row.keyword {
        "track_file" => file = item.text().map(named),
        "weight" => weight = file_weight(reader, &item).or(weight),
        _ => {}
    });
    let Some((name, place)) = file else {
        if !item.body.iter().any(|line| says(line, "track_file")) {
            incomplete(reader, item, "track_file");
        }
        return None;
    };
    let Some((file, default)) = watched.files.follow(name.as_str()) else {
        reader.unknown_name(unknown("track_file", name, place));
        return None;
    };
    let weight = weight.unwrap_or(FileWeight { points: i32::from(default.points), reverse: None });
    let reverse = weight.reverse.unwrap_or(default.reverse);
    Some(KindDraft::File { file, weight: if reverse { -weight.points } else { weight.points } })
}

/// What a check follows must be defined before it.
const fn unknown(block: &'static str, name: Name, place: Origin) -> Unknown {
    Unknown { code: "unknown-tracker", block, name, place, meanwhile: "the check is dropped" }
}

fn named(word: &Word) -> (Name, Origin) {
    (Name::new(word.text()), word.origin())
}

/// `weight N [reverse|noreverse]`.
#[derive(Clone, Copy)]
struct FileWeight {
    /// -2147483647 to 2147483647.
    points: i32,
    /// As the file says, where nothing was said.
    reverse: Option<bool>,
}

fn file_weight(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<FileWeight> {
    const LIMIT: i64 = 2_147_483_647;
    let (first, rest) = item.words().split_first()?;
    let points = match value::int(first, -LIMIT, LIMIT, "", true) {
        Ok(points) => i32::try_from(points).ok()?,
        Err(bad) => {
            reader.report(diagnose("the weight of FILE_CHECK", first, &bad, "the line is ignored"));
            return None;
        }
    };
    let reverse = match rest.first().map(|word| (word.text(), word)) {
        None => None,
        Some(("reverse", _)) => Some(true),
        Some(("noreverse", _)) => Some(false),
        Some((other, word)) => {
            let message = format!("the weight of FILE_CHECK does not take {}", shown(other));
            reader.report(
                Diagnostic::new("unknown-word", Severity::Error, message)
                    .at(word.origin(), "reverse or noreverse may stand here")
                    .meanwhile("the line is ignored"),
            );
            return None;
        }
    };
    Some(FileWeight { points, reverse })
}

/// Reads a `BFD_CHECK` block; `None` when it follows no session, or one that this server follows already.
pub(super) fn bfd(
    reader: &mut Reader<'_>,
    item: &Item<'_>,
    general: &mut General,
    watched: &mut Watched,
    before: &[CheckDraft],
) -> Option<KindDraft> {
    let mut sessions: Vec<(Name, Origin)> = Vec::new();
    reader.block(&path(item), item.body, &mut |reader, item| {
        if item.row.keyword != "name" {
            drop(general.keyword(reader, item));
            return;
        }
        match item.words() {
            [word] => sessions.push(named(word)),
            [_, extra, ..] => reader.report(one_session(extra.origin())),
            [] => {}
        }
    });
    let (name, place) = match sessions.as_slice() {
        [one] => one.clone(),
        [_, (_, second), ..] => {
            reader.report(one_session(*second));
            return None;
        }
        [] => {
            if !item.body.iter().any(|line| says(line, "name")) {
                incomplete(reader, item, "name");
            }
            return None;
        }
    };
    let follows = |check: &&CheckDraft| matches!(&check.kind, KindDraft::Bfd { session } if *session == name);
    if let Some(first) = before.iter().find(follows) {
        reader.report(
            Diagnostic::new("duplicate-name", Severity::Error, format!("two BFD_CHECKs follow {name}"))
                .at(place, "second")
                .with(first.place, "first")
                .meanwhile("the second one is dropped"),
        );
        return None;
    }
    let Some((session, _)) = watched.bfd.follow(name.as_str()) else {
        reader.unknown_name(unknown("bfd_instance", name, place));
        return None;
    };
    Some(KindDraft::Bfd { session })
}

fn one_session(place: Origin) -> Diagnostic {
    Diagnostic::new("extra-words", Severity::Error, "BFD_CHECK follows one session")
        .at(place, "this is too much")
        .meanwhile("the check is dropped")
}
