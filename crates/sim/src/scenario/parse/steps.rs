//! Statements about what happens, and what is expected.
use super::super::words;
use super::super::{Action, Bounds, Change, Expectation, Refused, Scenario, Setup, Step};
use super::cursor::{Words, either, prefix, unknown};
use super::{Parsed, place, router_named, router_word, script_word, watch_word};
use model::Instant;

/// Steps of one scenario, `every` unfolded: more is a slip of the pen.
const STEPS: usize = 10_000;

pub(super) fn steps(scenario: &mut Scenario, words: &mut Words<'_>, line: usize) -> Parsed<()> {
    let first = words.time()?;
    let mut times = vec![first];
    if words.skip("every") {
        let pause = words.interval()?;
        words.expect("until")?;
        let until = words.time()?;
        if pause.is_zero() {
            return Err("every must be longer than 0s".to_owned());
        }
        times = std::iter::successors(Some(first), |at| Some(*at + pause))
            .take_while(|at| *at <= until)
            .take(STEPS + 1)
            .collect();
    }
    let action = action(&scenario.setup, words)?;
    scenario.steps.extend(times.into_iter().map(|at| Step { at, line, action: action.clone() }));
    if scenario.steps.len() > STEPS {
        return Err(format!("more than {STEPS} steps"));
    }
    Ok(())
}

fn action(setup: &Setup, words: &mut Words<'_>) -> Parsed<Action> {
    let action = match words.take("an action")? {
        "kill" => Action::Kill(router_word(setup, words)?),
        "crash" => Action::Crash(router_word(setup, words)?),
        "start" => Action::Start(router_word(setup, words)?),
        "stop" => Action::Stop(router_word(setup, words)?),
        "replay" => Action::Replay(router_word(setup, words)?),
        "refuse" => refusal(setup, words, true)?,
        "allow" => refusal(setup, words, false)?,
        "link" => {
            let (router, interface) = (router_word(setup, words)?, words.interface()?);
            Action::Link { router, interface, up: words.read("up or down", |w| either(w, "up", "down"))? }
        }
        "interface" => {
            let (router, interface) = (router_word(setup, words)?, words.interface()?);
            Action::Interface {
                router,
                interface,
                exists: words.read("return or vanish", |w| either(w, "return", "vanish"))?,
            }
        }
        "remove" => Action::Remove { router: router_word(setup, words)?, address: words.read("an address", prefix)? },
        "partition" => partition(setup, words)?,
        "heal" => Action::Heal,
        "loss" => Action::Loss(words.read("a part (30%, 0.5%)", words::per_mille)?),
        "suspend" => Action::Suspend(router_word(setup, words)?, words.interval()?),
        "pause" => Action::Pause(router_word(setup, words)?, words.interval()?),
        "overrun" => Action::Overrun(router_word(setup, words)?, words.interval()?),
        "wall" => {
            let router = router_word(setup, words)?;
            let ahead = words.read("ahead or behind", |w| either(w, "ahead", "behind"))?;
            Action::Wall { router, by: words.interval()?, ahead }
        }
        "switchover" => Action::Switchover { router: router_word(setup, words)?, forced: words.skip("forced") },
        "maintain" => Action::Maintain { router: router_word(setup, words)?, on: true },
        "resume" => Action::Maintain { router: router_word(setup, words)?, on: false },
        "script" => {
            let (router, script) = (router_word(setup, words)?, script_word(setup, words)?);
            Action::Script { router, script, mood: words.read("ok, fail or hang", words::mood)? }
        }
        "read" => {
            let (router, watch) = (router_word(setup, words)?, watch_word(setup, words)?);
            Action::Reading { router, watch, reading: words.number("a number")? }
        }
        "reload" => {
            let (router, instance) = words.read("a router, or router.instance", |w| place(setup, w))?;
            Action::Reload { router, instance, change: change(words)? }
        }
        "expect" => Action::Expect(expectations(setup, words)?),
        other => {
            let known = "kill, crash, start, stop, replay, refuse, allow, link, interface, remove, partition, heal, loss, \
                         suspend, pause, overrun, wall, switchover, maintain, resume, script, read, reload, expect";
            return Err(unknown(other, "after the time", known));
        }
    };
    Ok(action)
}

fn refusal(setup: &Setup, words: &mut Words<'_>, refuses: bool) -> Parsed<Action> {
    let router = router_word(setup, words)?;
    let what = if words.skip("adverts") { Refused::Adverts } else { Refused::Addresses };
    Ok(Action::Refuse { router, what, refuses })
}

fn partition(setup: &Setup, words: &mut Words<'_>) -> Parsed<Action> {
    let known = |word: &str| router_named(setup, word);
    let mut sides = vec![words.list("a router above this line", known)?];
    let one_way = words.skip(">");
    while one_way || words.skip("|") {
        sides.push(words.list("a router above this line", known)?);
        if one_way {
            break;
        }
    }
    let interface = if words.skip("on") { Some(words.interface()?) } else { None };
    match <[Vec<usize>; 2]>::try_from(sides) {
        Ok([from, to]) if one_way => Ok(Action::OneWay { from, to, interface }),
        Ok(sides) => Ok(Action::Partition { sides: sides.into(), interface }),
        Err(sides) if sides.len() < 2 => Err("a second side is missing: `a | b`, or `a > b` for one-way".to_owned()),
        Err(sides) => Ok(Action::Partition { sides, interface }),
    }
}

fn change(words: &mut Words<'_>) -> Parsed<Change> {
    Ok(match words.take("what changes")? {
        "unchanged" => Change::Nothing,
        "priority" => Change::Priority(words.priority()?),
        "interval" => Change::Interval(words.interval()?),
        "preempt_delay" => Change::Delay(words.interval()?),
        "addresses" => Change::Addresses(words.list("an address", prefix)?),
        "preempt" => Change::Preempt(true),
        "nopreempt" => Change::Preempt(false),
        "present" => Change::Present(true),
        "absent" => Change::Present(false),
        other => {
            let known = "priority, interval, preempt_delay, addresses, preempt, nopreempt, absent, present, unchanged";
            return Err(unknown(other, "after reload", known));
        }
    })
}

fn expectations(setup: &Setup, words: &mut Words<'_>) -> Parsed<Vec<Expectation>> {
    let mut all = vec![expectation(setup, words)?];
    while !words.is_done() {
        all.push(expectation(setup, words)?);
    }
    Ok(all)
}

fn expectation(setup: &Setup, words: &mut Words<'_>) -> Parsed<Expectation> {
    let word = words.take("what is expected")?;
    if let Some((router, instance)) = place(setup, word) {
        let state = words.read("a state (INIT, BACKUP, MASTER, FAULT, RELEASING, STOPPED, DOWN)", words::condition)?;
        let holds = if words.skip("holds") { Some(true) } else { words.skip("bare").then_some(false) };
        return Ok(Expectation::State { router, instance, state, holds });
    }
    Ok(match word {
        "priority" => {
            let (router, instance) = words.read("a router, or router.instance", |w| place(setup, w))?;
            Expectation::Priority { router, instance, priority: words.number("a priority")? }
        }
        "gap" => Expectation::Gap(words.interval()?, since(words)?),
        "overlap" => Expectation::Overlap(words.interval()?, since(words)?),
        "overlapped" => Expectation::Overlapped(since(words)?),
        "kept" => Expectation::Kept(router_word(setup, words)?, since(words)?),
        "announced" => Expectation::Announced(router_word(setup, words)?, since(words)?),
        "moves" => counted(setup, words, Expectation::Moves)?,
        "changes" => counted(setup, words, Expectation::Changes)?,
        "adverts" => counted(setup, words, Expectation::Adverts)?,
        other => {
            let known = "a router above this line, priority, gap, overlap, overlapped, kept, announced, moves, changes, adverts";
            return Err(unknown(other, "after expect", known));
        }
    })
}

fn since(words: &mut Words<'_>) -> Parsed<Instant> {
    words.expect("since")?;
    words.time()
}

fn counted(
    setup: &Setup,
    words: &mut Words<'_>,
    make: fn(usize, Bounds, Instant) -> Expectation,
) -> Parsed<Expectation> {
    let router = router_word(setup, words)?;
    let times = words.read("a number of times (3, 1..5, 2..)", words::bounds)?;
    Ok(make(router, times, since(words)?))
}
