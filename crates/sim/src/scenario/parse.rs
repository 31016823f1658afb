//! Reads the text form of a scenario.
//!
//! One statement to a line, `#` begins a comment. Times are `10s`, `1.5s`, `200ms`, `20us`.
//!
//! ```text
//! seed 7
//! lan loss 1% duplicate 0.5% delay 20us..2ms
//! router a priority 150                 (nopreempt, preempt_delay T, state MASTER, clock T, drift N, late T, off)
//! router b priority 100
//! script chk interval 1s timeout 2s     (rise N, fall N, weight N, init_fail)
//! watch F file reads 0                  (process; reads is optional)
//! instance VI_1 vrid 51 version 3 interval 1s on eth0 addresses 10.0.0.100/24   (password P, header P, signed, monotonic, unicast, no_track, down_adverts N, excluded ADDRESS...)
//! router b VI_1 priority 90             (another priority in one instance)
//! group G members VI_1 VI_2             (tracking_weight before members)
//! track VI_1 script chk weight -20      (VI_1 or G; script, interface or watch; weight and reverse are optional)
//! at 10s crash a                        (kill, crash, start, stop, replay: a router)
//! at 10s refuse a                       (allow; `adverts` after it: not addresses are refused, but adverts)
//! at 10s every 1s until 20s remove a 10.0.0.100/24
//! at 11s link a eth0 down               (up)
//! at 12s interface a eth0 vanish        (return)
//! at 13s partition a | b c on eth0      (a > b c: one-way; on LINK is optional)
//! at 14s heal
//! at 15s loss 30%
//! at 16s suspend a 5s                   (pause, overrun)
//! at 16s wall a ahead 3s                (behind)
//! at 16s switchover a                   (forced)
//! at 16s maintain a                     (resume)
//! at 17s script a chk fail              (ok, hang)
//! at 17s read a F 3
//! at 18s reload a.VI_1 priority 120     (interval T, preempt_delay T, addresses ADDRESS..., preempt, nopreempt, absent, present, unchanged)
//! at 19s expect a MASTER holds b BACKUP bare gap 0s since 1s
//! end 30s
//! ```
//!
//! `kill` ends the daemon and leaves its addresses in the kernel, `crash` ends the machine, `stop` asks the daemon to leave.
//! `suspend` freezes the daemon, `pause` the machine, so that what is sent to it meanwhile is lost; `overrun` loses the kernel's
//! news for a while; `replay` sends a router's last adverts to all others again.
//! What can be expected: a state of all instances of a router (`a`) or of one (`a.VI_1`), `holds` with all its addresses,
//! `bare` with none; `priority a 120`; and of a time until now: `gap T since T` and `overlap T since T`, the longest that an
//! address was on no machine or on several; `overlapped since T`, that one was; `kept a since T`, that all addresses
//! were on that machine throughout; `announced a since T`, that it announced all of them; `moves a N since T`,
//! `changes a N since T` and `adverts a N since T`: moves of its instances, changes ordered of its kernel, adverts sent,
//! where N is `3`, `1..5` or `2..`.
mod cursor;
mod setup;
mod steps;

use super::{Scenario, Setup};
use cursor::{Words, unknown};
use model::Instant;
use std::fmt;

/// A line that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Which, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for ParseError {}

/// What is wrong with a line.
type Parsed<T> = Result<T, String>;

/// Reads a scenario.
///
/// # Errors
/// The first line that cannot be understood, and why.
pub fn parse(text: &str) -> Result<Scenario, ParseError> {
    let mut scenario = Scenario { setup: Setup::default(), steps: Vec::new(), end: Instant::START };
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = Words { all: line.split_whitespace().collect(), next: 0 };
        if !words.is_done() {
            let read = statement(&mut scenario, &mut words, number);
            read.map_err(|problem| ParseError { line: number, problem })?;
        }
    }
    // Stable, so that steps of one moment keep the order of the file.
    scenario.steps.sort_by_key(|step| step.at);
    let last = scenario.steps.last().map_or(Instant::START, |step| step.at);
    scenario.end = scenario.end.max(last);
    Ok(scenario)
}

fn statement(scenario: &mut Scenario, words: &mut Words<'_>, line: usize) -> Parsed<()> {
    let setup = &mut scenario.setup;
    match words.take("a statement")? {
        "seed" => setup.seed = words.number("a number")?,
        "end" => scenario.end = words.time()?,
        "lan" => setup::lan(setup, words)?,
        "router" => setup::router(setup, words)?,
        "script" => setup::script(setup, words)?,
        "watch" => setup::watch(setup, words)?,
        "instance" => setup::instance(setup, words)?,
        "group" => setup::group(setup, words)?,
        "track" => setup::track(setup, words)?,
        "at" => steps::steps(scenario, words, line)?,
        other => {
            return Err(unknown(other, "here", "seed, lan, router, script, watch, instance, group, track, at, end"));
        }
    }
    words.done()
}

fn instance_named(setup: &Setup, name: &str) -> Option<usize> {
    setup.instances.iter().position(|i| i.name.as_str() == name)
}

fn router_named(setup: &Setup, name: &str) -> Option<usize> {
    setup.routers.iter().position(|r| r.name.as_str() == name)
}

fn router_word(setup: &Setup, words: &mut Words<'_>) -> Parsed<usize> {
    words.read("a router above this line", |word| router_named(setup, word))
}

fn script_word(setup: &Setup, words: &mut Words<'_>) -> Parsed<usize> {
    words.read("a script above this line", |word| setup.scripts.iter().position(|s| s.name.as_str() == word))
}

fn watch_word(setup: &Setup, words: &mut Words<'_>) -> Parsed<usize> {
    words.read("a watch above this line", |word| setup.watches.iter().position(|w| w.name.as_str() == word))
}

/// `a`, or `a.VI_1`.
fn place(setup: &Setup, word: &str) -> Option<(usize, Option<usize>)> {
    match word.split_once('.') {
        Some((router, instance)) => Some((router_named(setup, router)?, Some(instance_named(setup, instance)?))),
        None => Some((router_named(setup, word)?, None)),
    }
}

#[cfg(test)]
mod tests;
