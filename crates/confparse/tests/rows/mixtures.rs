//! Cases thrown together: whatever a block comes to with many of them, good and bad, prints to what reads back as the same,
//! and the second reading complains about nothing new.
use crate::cases::{self, Cases};
use crate::outcome::{self, Runner};
use evenkeel_confparse::Loaded;
use evenkeel_confparse::diagnostic::Severity;
use evenkeel_confparse::print::{self, node};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeSet;

/// Mixtures tried for each file.
const MIXTURES: u32 = 24;

/// Codes of what is at least so bad. What comes of another mistake is a note, and a problem where that is gone.
fn codes(loaded: &Loaded, least: Severity) -> BTreeSet<&'static str> {
    let bad = loaded.diagnostics.iter().filter(|problem| problem.severity >= least);
    bad.map(|problem| problem.code).collect()
}

/// Some cases of one context, by their places among all of it.
fn mixture(cases: &Cases) -> impl Strategy<Value = (usize, Vec<String>)> + use<> {
    let texts: Vec<Vec<String>> = (0..cases.contexts.len())
        .map(|context| cases.cases().filter(|case| case.context == context).map(|case| case.text.clone()).collect())
        .collect();
    let contexts = (0..texts.len()).filter(|context| !texts[*context].is_empty()).collect::<Vec<_>>();
    prop::sample::select(contexts).prop_flat_map(move |context| {
        prop::collection::vec(prop::sample::select(texts[context].clone()), 2..10).prop_map(move |some| (context, some))
    })
}

fn check(runner: &Runner<'_>, context: usize, case: &str) -> Result<(), TestCaseError> {
    let first = runner.load(context, Some(case));
    let text = node::text(&print::config(&first.config));
    let second = runner.read(&text);
    prop_assert!(second.config == first.config, "{case}\nis another configuration when read back:\n{text}");
    let new: Vec<_> = codes(&second, Severity::Warning).difference(&codes(&first, Severity::Note)).copied().collect();
    prop_assert!(new.is_empty(), "{case}\nsays {new:?} when read back:\n{text}");
    Ok(())
}

#[test]
fn mixtures_print_to_what_reads_back_as_the_same() {
    let files = outcome::files();
    let all = cases::all();
    for cases in all.iter().filter(|cases| crate::is_asked_for(cases) && cases.cases().count() > 3) {
        let runner = Runner::new(cases, &files);
        let mut tests = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(MIXTURES) });
        let outcome = tests.run(&mixture(cases), |(context, some)| {
            // What stands inside a line goes on with the line; what stands on lines of its own does not.
            let inline = cases.contexts[context].lines().any(|line| {
                let line = line.trim();
                line.split_whitespace().any(|word| word.starts_with('@')) && !line.starts_with('@')
            });
            check(&runner, context, &some.join(if inline { " " } else { "\n" }))
        });
        if let Err(error) = outcome {
            panic!("{}.rows: {error}", cases.name);
        }
    }
}
