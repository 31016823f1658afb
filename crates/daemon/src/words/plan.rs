//! A plan in the words of the configuration: what changes, and what that does to the daemon.
mod index;
mod lines;

use confparse::print;
use index::Index;
use lines::{Line, changed};
use model::Config;
use model::config::server::Service;
use model::diff::{Change, Plan, Subject, What};
use serde_json::{Value, json};
use std::fmt::Write;

/// For a person, a line each; `old` and `new` are what the plan leads from and to.
#[must_use]
pub fn text(plan: &Plan, old: &Config, new: &Config) -> String {
    with_lines(plan, old, new, as_text)
}

/// For programs.
#[must_use]
pub fn json(plan: &Plan, old: &Config, new: &Config) -> String {
    with_lines(plan, old, new, as_json)
}

fn with_lines(plan: &Plan, old: &Config, new: &Config, show: fn(&[Described<'_>]) -> String) -> String {
    if plan.is_empty() {
        return show(&[]);
    }
    let (before, after) = (print::config(old), print::config(new));
    let (before, after) = (Index::new(old, &before), Index::new(new, &after));
    let changes: Vec<Described<'_>> = plan.changes.iter().map(|change| described(change, &before, &after)).collect();
    show(&changes)
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
