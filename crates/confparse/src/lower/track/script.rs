//! `vrrp_script` blocks.
use super::weight::{self, Beyond};
use super::{Defined, Registry};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::item::{Item, Value};
use crate::lower::reader::Reader;
use crate::lower::script::Spoken;
use model::config::global::User;
use model::config::track::Weight;
use model::{Interval, Name};

/// A `vrrp_script` that was read; its command is judged when everything has been read.
pub(crate) struct ScriptDraft {
    pub(crate) command: Spoken,
    pub(crate) interval: Interval,
    pub(crate) timeout: Interval,
    pub(crate) rise: u32,
    pub(crate) fall: u32,
    pub(crate) init_fail: bool,
}

#[derive(Default)]
struct Said {
    command: Option<Spoken>,
    user: Option<User>,
    interval: Option<Interval>,
    timeout: Option<Interval>,
    weight: Weight,
    rise: Option<u32>,
    fall: Option<u32>,
    init_fail: bool,
}

/// Reads one block and adds it, unless nobody could follow it.
pub(super) fn define(reader: &mut Reader<'_>, item: &Item<'_>, known: &mut Registry<ScriptDraft>) {
    let Some(word) = item.text() else { return };
    let name = Name::new(word.text());
    let says =
        |keyword: &str| item.body.iter().any(|line| line.words.first().is_some_and(|word| word.text() == keyword));
    let mut said = Said::default();
    reader.block("vrrp_script", item.body, &mut |reader, item| keyword(reader, &mut said, item));
    let Some(mut command) = said.command else {
        if !says("script") {
            reader.report(
                Diagnostic::new("script-without-command", Severity::Error, format!("vrrp_script {name} has no script"))
                    .at(word.origin(), "no script line in this block")
                    .meanwhile("nothing can track it"),
            );
        }
        return;
    };
    if says("user") && said.user.is_none() {
        return;
    }
    command.user = said.user;
    let interval = said.interval.unwrap_or(Interval::from_secs(1));
    let thing = ScriptDraft {
        command,
        interval,
        timeout: said.timeout.unwrap_or(interval),
        rise: said.rise.unwrap_or(1),
        fall: said.fall.unwrap_or(1),
        init_fail: said.init_fail,
    };
    let defined = Defined { name, thing, weight: said.weight, place: word.origin() };
    // Keepalived takes two scripts with one name and only ever finds the first.
    known.add(reader, "vrrp_script", Severity::Warning, defined);
}

fn keyword(reader: &mut Reader<'_>, said: &mut Said, item: Item<'_>) {
    match item.row.keyword {
        "script" => {
            if let Value::Command(spoken) = item.value {
                said.command = Some(spoken);
            }
        }
        "interval" => said.interval = item.interval(),
        "timeout" => said.timeout = item.interval(),
        // Keepalived reports points beyond the range and uses them; cut to it they come to the same priority.
        "weight" => {
            said.weight = weight::of_block(reader, &item, 253, Beyond::Cut, Weight::default()).unwrap_or_default();
        }
        "rise" => said.rise = item.unsigned(),
        "fall" => said.fall = item.unsigned(),
        "user" => {
            if let Value::User(user) = item.value {
                said.user = Some(user);
            }
        }
        "init_fail" => said.init_fail = true,
        _ => {}
    }
}
