//! Every word of the language has cases that are accepted and cases that are refused: `tests/config/rows/BLOCK.rows`, in
//! the format that `cases.rs` describes. With `EVENKEEL_BLESS=1` in the environment what comes of them is written anew;
//! review is the diff. `EVENKEEL_ROWS=vrrp_instance.auth` keeps to the files whose names begin like that.
#![allow(clippy::disallowed_methods, reason = "the runner finds, reads and rewrites the files of the tests")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is a test, though only its entry points are marked")]
#![allow(clippy::indexing_slicing, reason = "a test that is wrong about an index should say so by its end")]
mod cases;
#[path = "../facts/mod.rs"]
mod facts;
mod mixtures;
mod outcome;

use cases::{Case, Cases, Part};
use evenkeel_confparse::print::{self, node};
use evenkeel_confparse::schema::{self, Block, Names, Row};
use outcome::{Outcome, Runner};
use std::collections::HashSet;
use std::fs;

#[test]
fn every_case_comes_to_what_its_file_says() {
    let bless = std::env::var_os("EVENKEEL_BLESS").is_some();
    let files = outcome::files();
    let mut wrong = Vec::new();
    let all = cases::all();
    for cases in &all {
        let Some(block) = schema::BLOCKS.iter().find(|block| cases::file_name(block.path) == cases.name) else {
            wrong.push(format!("{}.rows belongs to no block", cases.name));
            continue;
        };
        if !is_asked_for(cases) {
            continue;
        }
        let mut runner = Runner::new(cases, &files);
        let mut found = Vec::new();
        for case in cases.cases() {
            let outcome = runner.outcome(case.context, &case.text);
            let place = format!("{}.rows:{}: {}", cases.name, case.line, case.text);
            judge(block, case, &outcome, &place, &mut wrong);
            found.push(expectation(case, outcome));
            let found = found.last().unwrap();
            if !bless && *found != case.expected {
                wrong.push(format!("{place}\n  expected\n{}\n  found\n{}", listed(&case.expected), listed(found)));
            }
        }
        for (like, context, case) in borrowed(cases, &all, &mut wrong) {
            let outcome = runner.outcome(context, &case.text);
            let place = format!("{}.rows: {} as in {like}.rows:{}", cases.name, case.text, case.line);
            judge(block, case, &outcome, &place, &mut wrong);
        }
        if bless {
            fs::write(cases::directory().join(format!("{}.rows", cases.name)), cases.with(&found)).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}

fn is_asked_for(cases: &Cases) -> bool {
    std::env::var("EVENKEEL_ROWS").map_or(true, |beginning| cases.name.starts_with(&beginning))
}

/// Whether a case is accepted or refused as its file says, and leaves a trace when it is accepted.
fn judge(block: &Block, case: &Case, outcome: &Outcome, place: &str, wrong: &mut Vec<String>) {
    let Some(row) = row(block, &case.keyword) else {
        return wrong.push(format!("{place}: {} is no word of {}", case.keyword, block.path));
    };
    let may_be_said = outcome.allowed && matches!(row.names, Names::Old { .. });
    if !case.accept && outcome.said.is_empty() {
        wrong.push(format!("{place}: is accepted"));
    }
    if case.accept && !outcome.said.is_empty() && !may_be_said {
        wrong.push(format!("{place}: is refused\n{}", listed(&outcome.said)));
    }
    if case.accept && outcome.printed.is_empty() && row.printed {
        wrong.push(format!("{place}: leaves no trace in what is printed"));
    }
}

/// What the file of a case is to say.
fn expectation(case: &Case, outcome: Outcome) -> Vec<String> {
    if case.accept { [outcome.printed, outcome.said].concat() } else { outcome.said }
}

fn listed(lines: &[String]) -> String {
    lines.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

fn row(block: &Block, keyword: &str) -> Option<&'static Row> {
    block.rows().find(|row| row.keyword == keyword)
}

/// The cases of other files that hold for a block too.
fn borrowed<'a>(cases: &Cases, all: &'a [Cases], wrong: &mut Vec<String>) -> Vec<(&'a str, usize, &'a Case)> {
    let mut borrowed = Vec::new();
    for part in &cases.parts {
        let Part::Like { name, context, .. } = part else { continue };
        match all.iter().find(|other| other.name == *name) {
            Some(other) => borrowed.extend(other.cases().map(|case| (other.name.as_str(), *context, case))),
            None => wrong.push(format!("{}.rows: there is no {name}.rows", cases.name)),
        }
    }
    borrowed
}

#[test]
fn every_word_has_cases_of_both_kinds() {
    let all = cases::all();
    let mut missing = Vec::new();
    for block in schema::BLOCKS {
        let Some(cases) = all.iter().find(|cases| cases.name == cases::file_name(block.path)) else {
            missing.push(format!("{}: there is no {}.rows", block.path, cases::file_name(block.path)));
            continue;
        };
        if !is_asked_for(cases) {
            continue;
        }
        let likes = borrowed(cases, &all, &mut missing);
        let cases = cases.cases().chain(likes.iter().map(|(_, _, case)| *case));
        let known: HashSet<(&str, bool)> = cases.map(|case| (case.keyword.as_str(), case.accept)).collect();
        for (accept, what) in [(true, "accepted"), (false, "refused")] {
            let rows = block.rows().filter(|row| !(accept && row.refused));
            let words = rows.map(|row| row.keyword).filter(|word| !known.contains(&(*word, accept)));
            let words: Vec<&str> = words.collect();
            if !words.is_empty() {
                missing.push(format!("{}: no {what} case of {}", block.path, words.join(", ")));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn what_an_accepted_case_prints_reads_back_as_the_same() {
    let files = outcome::files();
    let mut wrong = Vec::new();
    for cases in cases::all().iter().filter(|cases| is_asked_for(cases)) {
        let runner = Runner::new(cases, &files);
        for case in cases.cases().filter(|case| case.accept) {
            let loaded = runner.load(case.context, Some(&case.text));
            let text = node::text(&print::config(&loaded.config));
            if runner.read(&text).config != loaded.config {
                let place = format!("{}.rows:{}: {}", cases.name, case.line, case.text);
                wrong.push(format!("{place}: is another configuration when read back:\n{text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}
