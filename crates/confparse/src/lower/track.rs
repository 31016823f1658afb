//! Trackers: `vrrp_script` blocks, and the lines of `track_script` and `track_interface`.
use super::arguments::{diagnose, interface};
use super::item::{Item, Value};
use super::reader::Reader;
use super::script::Spoken;
use crate::diagnostic::{Diagnostic, Severity};
use crate::span::Origin;
use crate::tree::{Statement, Word};
use crate::value::{self, shown};
use model::config::global::User;
use model::config::track::{TrackInterface, TrackScript, Weight};
use model::{Interval, Name};

/// A `vrrp_script` that was read, and whether anybody tracks it.
pub(crate) struct KnownScript {
    pub(crate) name: Name,
    /// What is run, not judged before somebody tracks it.
    pub(crate) command: Spoken,
    pub(crate) interval: Interval,
    pub(crate) timeout: Interval,
    pub(crate) rise: u32,
    pub(crate) fall: u32,
    pub(crate) init_fail: bool,
    pub(crate) place: Origin,
    pub(crate) weight: Weight,
    pub(crate) used: bool,
}

#[derive(Default)]
struct Draft {
    command: Option<Spoken>,
    command_said: bool,
    user: Option<User>,
    user_said: bool,
    interval: Option<Interval>,
    timeout: Option<Interval>,
    weight: Weight,
    rise: Option<u32>,
    fall: Option<u32>,
    init_fail: bool,
}

/// Reads one `vrrp_script` block; `None` when nobody can track it.
pub(crate) fn script(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<KnownScript> {
    let word = item.text()?;
    let says =
        |keyword: &str| item.body.iter().any(|line| line.words.first().is_some_and(|word| word.text() == keyword));
    let mut draft = Draft { command_said: says("script"), user_said: says("user"), ..Draft::default() };
    reader.block("vrrp_script", item.body, &mut |reader, item| keyword(reader, &mut draft, item));
    let name = Name::new(word.text());
    let Some(mut command) = draft.command else {
        if !draft.command_said {
            reader.report(
                Diagnostic::new("script-without-command", Severity::Error, format!("vrrp_script {name} has no script"))
                    .at(word.origin(), "no script line in this block")
                    .meanwhile("nothing can track it"),
            );
        }
        return None;
    };
    if draft.user_said && draft.user.is_none() {
        return None;
    }
    command.user = draft.user;
    let interval = draft.interval.unwrap_or(Interval::from_secs(1));
    Some(KnownScript {
        name,
        command,
        interval,
        timeout: draft.timeout.unwrap_or(interval),
        rise: draft.rise.unwrap_or(1),
        fall: draft.fall.unwrap_or(1),
        init_fail: draft.init_fail,
        place: word.origin(),
        weight: draft.weight,
        used: false,
    })
}

fn keyword(reader: &mut Reader<'_>, draft: &mut Draft, item: Item<'_>) {
    match item.row.keyword {
        "script" => {
            if let Value::Command(spoken) = item.value {
                draft.command = Some(spoken);
            }
        }
        "interval" => draft.interval = item.interval(),
        "timeout" => draft.timeout = item.interval(),
        "weight" => draft.weight = default_weight(reader, &item),
        "rise" => draft.rise = item.unsigned(),
        "fall" => draft.fall = item.unsigned(),
        "user" => {
            if let Value::User(user) = item.value {
                draft.user = Some(user);
            }
        }
        "init_fail" => draft.init_fail = true,
        _ => {}
    }
}

/// `weight N [reverse]` of a script.
fn default_weight(reader: &mut Reader<'_>, item: &Item<'_>) -> Weight {
    let mut weight = Weight::default();
    let words = item.words();
    if let Some(points) = words.first().and_then(|word| points(reader, word, 0)) {
        weight.points = points;
    }
    match words.get(1) {
        None => {}
        Some(word) if word.text() == "reverse" => weight.reverse = true,
        Some(word) => reader.report(odd_word("vrrp_script weight", word, "the word is ignored", "reverse")),
    }
    weight
}

/// Points from -253 to 253; what lies beyond is cut to that.
fn points(reader: &mut Reader<'_>, word: &Word, otherwise: i16) -> Option<i16> {
    let read = value::int(word, -253, 253, "", false);
    let bad = match read {
        Ok(points) => return i16::try_from(points).ok(),
        Err(bad) => bad,
    };
    let far = value::int(word, i64::MIN + 1, i64::MAX, "", true).ok();
    let used = match (bad.usable, far) {
        (Some(points), _) => points,
        (None, Some(far)) => far.clamp(-253, 253),
        (None, None) => i64::from(otherwise),
    };
    reader.report(diagnose("weight", word, &bad, format!("{used} is used")));
    i16::try_from(used).ok()
}

fn odd_word(what: &str, word: &Word, meanwhile: &str, legal: &str) -> Diagnostic {
    let message = format!("{what} does not take {}", shown(word.text()));
    Diagnostic::new("unknown-word", Severity::Error, message)
        .at(word.origin(), format!("{legal} may stand here"))
        .meanwhile(meanwhile)
}

/// What follows the name in a line: `[weight N [reverse|noreverse]]`; `None` when the line must be ignored.
fn line_weight(
    reader: &mut Reader<'_>,
    what: &str,
    words: &[Word],
    default: Weight,
    noreverse: bool,
) -> Option<Weight> {
    let Some((keyword, rest)) = words.split_first() else { return Some(default) };
    if keyword.text() != "weight" {
        reader.report(odd_word(what, keyword, "the line is ignored", "weight"));
        return None;
    }
    let Some((number, rest)) = rest.split_first() else {
        reader.report(
            Diagnostic::new("missing-value", Severity::Error, "weight has nothing behind it")
                .at(keyword.origin(), "a number from -253 to 253 must follow")
                .meanwhile("the line is ignored"),
        );
        return None;
    };
    let mut weight = default;
    weight.points = points(reader, number, default.points).unwrap_or(default.points);
    if let Some(word) = rest.first() {
        match word.text() {
            "reverse" => weight.reverse = true,
            "noreverse" if noreverse => weight.reverse = false,
            _ => reader.report(odd_word(what, word, "the word is ignored", "reverse")),
        }
    }
    Some(weight)
}

fn twice(what: &str, name: &str, place: Origin, before: Origin) -> Diagnostic {
    Diagnostic::new("tracked-twice", Severity::Error, format!("{what} lists {} twice", shown(name)))
        .at(place, "second time")
        .with(before, "first time")
        .meanwhile("the second line is ignored")
}

/// The lines of `track_script`, added to those there are.
pub(crate) fn scripts(
    reader: &mut Reader<'_>,
    lines: &[Statement],
    known: &mut [KnownScript],
    found: &mut Vec<(TrackScript, Origin)>,
) {
    for words in lines.iter().map(|line| line.words) {
        let Some((name, rest)) = words.split_first() else { continue };
        let Some(script) = known.iter_mut().find(|script| script.name.as_str() == name.text()) else {
            reader.report(
                Diagnostic::new(
                    "unknown-script",
                    Severity::Error,
                    format!("no vrrp_script {} so far", shown(name.text())),
                )
                .at(name.origin(), "not defined above this line")
                .meanwhile("it is not tracked")
                .help("a vrrp_script must stand before those who track it"),
            );
            continue;
        };
        script.used = true;
        let before = found.iter().find(|(line, _)| line.script == script.name).map(|(_, origin)| *origin);
        if let Some(before) = before {
            reader.report(twice("track_script", name.text(), name.origin(), before));
            continue;
        }
        let weight = line_weight(reader, "track_script", rest, script.weight, true);
        if let Some(weight) = weight {
            found.push((TrackScript { script: script.name.clone(), weight }, name.origin()));
        }
    }
}

/// The lines of `track_interface`, added to those there are.
pub(crate) fn interfaces(reader: &mut Reader<'_>, lines: &[Statement], found: &mut Vec<(TrackInterface, Origin)>) {
    for words in lines.iter().map(|line| line.words) {
        let Some((word, rest)) = words.split_first() else { continue };
        let Some(name) = interface(reader, "track_interface", word) else { continue };
        let before = found.iter().find(|(line, _)| line.interface == name).map(|(_, origin)| *origin);
        if let Some(before) = before {
            reader.report(twice("track_interface", word.text(), word.origin(), before));
            continue;
        }
        if !reader.expect_interface(&name, word.origin(), "it is not tracked") {
            continue;
        }
        if let Some(weight) = line_weight(reader, "track_interface", rest, Weight::default(), false) {
            found.push((TrackInterface { interface: name, weight }, word.origin()));
        }
    }
}
