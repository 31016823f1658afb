//! `evenkeel diff`: what a reload would change, in the words of the configuration, and what that does to the daemon.
use super::outcome::Outcome;
use crate::cli::Diff;
use crate::reload::{Judgement, judge};
use crate::words;
use confparse::source::{Context, Loader, UnknownHost};
use confparse::{Loaded, load};
use serde_json::json;

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
            let show = if options.json { words::plan::json } else { words::plan::text };
            let text = show(&plan, &old.config, &new.config);
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
