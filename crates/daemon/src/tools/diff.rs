//! `evenkeel diff`: what a reload would change, in the words of the configuration, and what that does to the daemon.
mod index;
mod lines;

use super::outcome::Outcome;
use crate::cli::Diff;
use crate::reload::{Judgement, judge};
use crate::words;
use confparse::print;
use confparse::source::{Context, Loader, UnknownHost};
use confparse::{Loaded, load};
use index::Index;
use lines::{Line, changed};
use model::config::server::Service;
use model::diff::{Change, Subject, What};
use serde_json::{Value, json};
use std::fmt::Write;

/// Compares two configurations as a reload would. 0 when nothing changes, 1 when something does, 2 when the new one would
/// be refused or one of them is not there.
pub(super) fn diff(options: &Diff, loader: &dyn Loader, context: &Context) -> Outcome {
    let read = |file: &str| load(file, loader, context, &UnknownHost);
    let (old, new) = (read(&options.old), read(&options.new));
    for (file, loaded) in [(&options.old, &old), (&options.new, &new)] {
        if loaded.missing_main {
            return Outcome::failed(format!("error: there is no file {file}"));
        }
    }
    match judge(&old.config, &old.diagnostics, &new) {
        Judgement::Refused(errors) => refused(options, &new, &errors),
        Judgement::Accepted(plan) => {
            let (before, after) = (print::config(&old.config), print::config(&new.config));
            let (before, after) = (Index::new(&old.config, &before), Index::new(&new.config, &after));
            let changes: Vec<Described<'_>> =
                plan.changes.iter().map(|change| described(change, &before, &after)).collect();
            let text = if options.json { as_json(&changes) } else { as_text(&changes) };
            Outcome { text, problems: Vec::new(), status: u8::from(!plan.is_empty()) }
        }
    }
}

fn refused(options: &Diff, new: &Loaded, errors: &[usize]) -> Outcome {
    let lines = words::errors(new, errors);
    if options.json {
        return Outcome { text: format!("{:#}\n", json!({ "refused": lines })), problems: Vec::new(), status: 2 };
    }
    let text = format!("a reload of {} is refused, the running configuration stays:\n", options.new);
    Outcome { text: text + &lines.join("\n") + "\n", problems: Vec::new(), status: 2 }
}

/// A change with its lines.
struct Described<'p> {
    change: &'p Change,
    title: String,
    lines: Vec<Line>,
}

fn described<'p>(change: &'p Change, old: &Index<'_>, new: &Index<'_>) -> Described<'p> {
    let before = old.statements(&change.subject, true);
    let after = new.statements(&change.subject, false);
    let title = title(&change.subject, new, old);
    let lines = match &change.what {
        What::Added | What::Removed => Vec::new(),
        What::Changed(fields) => {
            let mut lines: Vec<Line> = Line::of_name(&change.subject).into_iter().collect();
            lines.extend(changed(&change.subject, &before, &after));
            // What has no words of its own in the language is told by the names of the program.
            if lines.is_empty() { fields.iter().map(Line::of_field).collect() } else { lines }
        }
    };
    Described { change, title, lines }
}

/// As the configuration heads it: `virtual_server 10.0.0.1 80 tcp`; the protocol stands inside and makes it another one.
fn title(subject: &Subject, new: &Index<'_>, old: &Index<'_>) -> String {
    let (service, group) = match subject {
        Subject::VirtualServer(service, group) | Subject::RealServer(service, group, ..) => (service, group),
        _ => return subject.to_string(),
    };
    let of = Subject::VirtualServer(*service, group.clone());
    let Some(node) = new.statements(&of, false).into_iter().chain(old.statements(&of, true)).next() else {
        return subject.to_string();
    };
    let head = match (service, group) {
        (Service::Address { protocol, .. }, None) => format!("{} {protocol}", node.words.join(" ")),
        _ => node.words.join(" "),
    };
    match subject {
        Subject::RealServer(_, _, address, port) => format!("{head} real_server {address} {port}"),
        _ => head,
    }
}

fn as_text(changes: &[Described<'_>]) -> String {
    if changes.is_empty() {
        return "nothing changes\n".to_owned();
    }
    let mut text = String::new();
    for described in changes {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{} {}", sign(&described.change.what), described.title);
        for line in &described.lines {
            let _ = writeln!(text, "    {line}");
        }
        for effect in &described.change.effects {
            let _ = writeln!(text, "    => {effect}");
        }
    }
    text
}

const fn sign(what: &What) -> char {
    match what {
        What::Added => '+',
        What::Removed => '-',
        What::Changed(_) => '~',
    }
}

fn as_json(changes: &[Described<'_>]) -> String {
    let list: Vec<Value> = changes.iter().map(object).collect();
    format!("{:#}\n", json!({ "format": 1, "changes": list }))
}

fn object(described: &Described<'_>) -> Value {
    let what = match described.change.what {
        What::Added => "added",
        What::Removed => "removed",
        What::Changed(_) => "changed",
    };
    json!({
        "subject": described.title,
        "what": what,
        "lines": described.lines.iter().map(Line::json).collect::<Vec<Value>>(),
        "effects": described.change.effects,
    })
}
