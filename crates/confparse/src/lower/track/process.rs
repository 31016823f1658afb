//! `vrrp_track_process` blocks: running programs.
use super::weight::{self, Beyond, odd_word};
use super::{Defined, Registry, incomplete};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::item::Item;
use crate::lower::reader::Reader;
use model::config::track::{ParameterMatch, Process, Weight};
use model::{Interval, Name};

/// Reads one block and adds it, unless it names no program.
pub(super) fn define(reader: &mut Reader<'_>, item: &Item<'_>, known: &mut Registry<Process>) {
    let Some(word) = item.text() else { return };
    let name = Name::new(word.text());
    let mut process = Process {
        name: name.clone(),
        program: String::new(),
        parameters: Vec::new(),
        parameter_match: ParameterMatch::Any,
        full_command: false,
        weight: Weight::default(),
        quorum: 1,
        quorum_max: None,
        terminate_delay: Interval::ZERO,
        fork_delay: Interval::ZERO,
    };
    reader.block("vrrp_track_process", item.body, &mut |reader, item| keyword(reader, &mut process, &item));
    if process.program.is_empty() {
        return incomplete(reader, item, &name, "process");
    }
    if process.parameter_match == ParameterMatch::Any && !process.parameters.is_empty() {
        process.parameter_match = ParameterMatch::Exact;
    }
    let weight = process.weight;
    let defined = Defined { name, thing: process, weight, place: word.origin() };
    known.add(reader, "vrrp_track_process", Severity::Warning, defined);
}

fn keyword(reader: &mut Reader<'_>, process: &mut Process, item: &Item<'_>) {
    match item.row.keyword {
        "process" => {
            if let Some((program, parameters)) = item.words().split_first() {
                program.text().clone_into(&mut process.program);
                process.parameters = parameters.iter().map(|word| word.text().to_owned()).collect();
            }
        }
        "param_match" => process.parameter_match = parameter_match(reader, process, item),
        "weight" => {
            let weight = weight::of_block(reader, item, 254, Beyond::Lost, process.weight);
            process.weight = weight.unwrap_or(process.weight);
        }
        "quorum" => quorum(reader, process, item),
        "quorum_max" => quorum_max(reader, process, item),
        "terminate_delay" => process.terminate_delay = item.interval().unwrap_or(process.terminate_delay),
        "fork_delay" => process.fork_delay = item.interval().unwrap_or(process.fork_delay),
        "delay" => {
            process.terminate_delay = item.interval().unwrap_or(process.terminate_delay);
            process.fork_delay = process.terminate_delay;
        }
        "full_command" => process.full_command = true,
        _ => {}
    }
}

fn parameter_match(reader: &mut Reader<'_>, process: &Process, item: &Item<'_>) -> ParameterMatch {
    let Some(word) = item.words().first() else { return ParameterMatch::Exact };
    match word.text() {
        "initial" => ParameterMatch::Initial,
        "partial" => ParameterMatch::Partial,
        _ => {
            reader.report(odd_word("param_match", word, "the line is ignored", "initial or partial"));
            process.parameter_match
        }
    }
}

fn quorum(reader: &mut Reader<'_>, process: &mut Process, item: &Item<'_>) {
    let Some(least) = item.unsigned() else { return };
    match process.quorum_max {
        Some(most) if least > most => crossed(reader, item, format!("quorum is above quorum_max, which is {most}")),
        _ => process.quorum = least,
    }
}

/// With 0 none may run, so that none need to.
fn quorum_max(reader: &mut Reader<'_>, process: &mut Process, item: &Item<'_>) {
    let Some(most) = item.unsigned() else { return };
    if process.quorum <= 1 {
        process.quorum = most.min(1);
    }
    if most < process.quorum {
        crossed(reader, item, format!("quorum_max is below quorum, which is {}", process.quorum));
        return;
    }
    process.quorum_max = Some(most);
}

fn crossed(reader: &mut Reader<'_>, item: &Item<'_>, message: String) {
    reader.report(
        Diagnostic::new("quorum-above-maximum", Severity::Error, message)
            .at(item.place(), "no number of processes can satisfy both")
            .meanwhile("the line is ignored"),
    );
}
