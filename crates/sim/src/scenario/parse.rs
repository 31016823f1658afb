//! Reads the text form of a scenario.
//!
//! One statement to a line, `#` begins a comment. Times are `10s`, `1.5s`, `200ms`, `20us`.
//!
//! ```text
//! seed 7
//! lan loss 1% duplicate 0.5% delay 20us..2ms
//! router a priority 150                 (nopreempt, preempt_delay T, state MASTER, clock T, late T, off)
//! router b priority 100
//! script chk interval 1s timeout 2s     (rise N, fall N, weight N, init_fail)
//! instance VI_1 vrid 51 version 3 interval 1s on eth0 addresses 10.0.0.100/24   (password, no_track, excluded ADDRESS...)
//! router b VI_1 priority 90             (another priority in one instance)
//! group G members VI_1 VI_2             (tracking_weight before members)
//! track VI_1 script chk weight -20      (VI_1 or G; script or interface; weight is optional)
//! at 10s crash a                        (kill, crash, start, stop, refuse, allow: a router)
//! at 10s every 1s until 20s remove a 10.0.0.100/24
//! at 11s link a eth0 down               (up)
//! at 12s interface a eth0 vanish        (return)
//! at 13s partition a | b c on eth0      (a > b c: one-way; on LINK is optional)
//! at 14s heal
//! at 15s loss 30%
//! at 16s suspend a 5s
//! at 17s script a chk fail              (ok, hang)
//! at 18s reload a.VI_1 priority 120     (interval T, addresses ADDRESS..., preempt, nopreempt, absent, present, unchanged)
//! at 19s expect a MASTER holds b BACKUP bare gap 0s since 1s
//! end 30s
//! ```
//!
//! `kill` ends the daemon and leaves its addresses in the kernel, `crash` ends the machine, `stop` asks the daemon to leave.
//! What can be expected: a state of all instances of a router (`a`) or of one (`a.VI_1`), `holds` with all its addresses,
//! `bare` with none; `priority a 120`; and of a time until now: `gap T since T` and `overlap T since T`, the longest that an
//! address was on no machine or on several; `overlapped since T`, that one was; `kept a since T`, that all addresses
//! were on that machine throughout; `announced a since T`, that it announced all of them; `moves a N since T`,
//! `changes a N since T` and `adverts a N since T`: moves of its instances, changes ordered of its kernel, adverts sent,
//! where N is `3`, `1..5` or `2..`.
use super::words;
use super::{
    Action, Bounds, Change, Expectation, GroupSetup, InstanceSetup, RouterSetup, Scenario, ScriptSetup, Setup, Step,
    Track, Tracked,
};
use model::config::vrrp::Version;
use model::{Instant, InterfaceName, Interval, Name, Prefix, Priority, Vrid};
use std::collections::BTreeMap;
use std::fmt;

/// Steps of one scenario, `every` unfolded: more is a slip of the pen.
const STEPS: usize = 10_000;

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

/// The words of a line, read one by one.
struct Words<'a> {
    all: Vec<&'a str>,
    next: usize,
}

impl<'a> Words<'a> {
    fn is_done(&self) -> bool {
        self.next >= self.all.len()
    }

    fn peek(&self) -> Option<&'a str> {
        self.all.get(self.next).copied()
    }

    fn take(&mut self, what: &str) -> Parsed<&'a str> {
        let word = self.peek().ok_or_else(|| format!("{what} is missing at the end"))?;
        self.next += 1;
        Ok(word)
    }

    /// Takes a word that `read` understands.
    fn read<T>(&mut self, what: &str, read: impl FnOnce(&str) -> Option<T>) -> Parsed<T> {
        let word = self.take(what)?;
        read(word).ok_or_else(|| format!("`{word}` is not {what}"))
    }

    /// Takes this very word if it comes next.
    fn skip(&mut self, word: &str) -> bool {
        let comes = self.peek() == Some(word);
        self.next += usize::from(comes);
        comes
    }

    fn expect(&mut self, word: &str) -> Parsed<()> {
        match self.peek() {
            _ if self.skip(word) => Ok(()),
            Some(other) => Err(format!("`{word}` is expected before `{other}`")),
            None => Err(format!("`{word}` is missing at the end")),
        }
    }

    /// Takes words as long as `read` understands them; at least one.
    fn list<T>(&mut self, what: &str, read: impl Fn(&str) -> Option<T>) -> Parsed<Vec<T>> {
        let mut list = vec![self.read(what, &read)?];
        while let Some(item) = self.peek().and_then(&read) {
            self.next += 1;
            list.push(item);
        }
        Ok(list)
    }

    fn interval(&mut self) -> Parsed<Interval> {
        self.read("a length of time (10s, 200ms)", words::interval)
    }

    fn time(&mut self) -> Parsed<Instant> {
        self.interval().map(|length| Instant::START + length)
    }

    fn number<T: std::str::FromStr>(&mut self, what: &str) -> Parsed<T> {
        self.read(what, |word| word.parse().ok())
    }

    fn priority(&mut self) -> Parsed<Priority> {
        self.read("a priority (1 to 255)", |word| Priority::new(word.parse().ok()?).ok())
    }

    fn interface(&mut self) -> Parsed<InterfaceName> {
        self.read("a name of a link", |word| InterfaceName::new(word).ok())
    }

    fn done(&self) -> Parsed<()> {
        self.peek().map_or(Ok(()), |word| Err(format!("`{word}` is one word too many")))
    }
}

fn prefix(word: &str) -> Option<Prefix> {
    let (address, length) = word.split_once('/').unwrap_or((word, "32"));
    let address: std::net::Ipv4Addr = address.parse().ok()?;
    Prefix::new(address.into(), length.parse().ok()?).ok()
}

fn unknown(word: &str, place: &str, known: &str) -> String {
    format!("`{word}` is not known {place}; known are {known}")
}

fn statement(scenario: &mut Scenario, words: &mut Words<'_>, line: usize) -> Parsed<()> {
    let setup = &mut scenario.setup;
    match words.take("a statement")? {
        "seed" => setup.seed = words.number("a number")?,
        "end" => scenario.end = words.time()?,
        "lan" => lan(setup, words)?,
        "router" => router(setup, words)?,
        "script" => script(setup, words)?,
        "instance" => instance(setup, words)?,
        "group" => group(setup, words)?,
        "track" => track(setup, words)?,
        "at" => steps(scenario, words, line)?,
        other => return Err(unknown(other, "here", "seed, lan, router, script, instance, group, track, at, end")),
    }
    words.done()
}

fn lan(setup: &mut Setup, words: &mut Words<'_>) -> Parsed<()> {
    while !words.is_done() {
        match words.take("an option")? {
            "loss" => setup.quality.loss = words.read("a part (30%, 0.5%)", words::per_mille)?,
            "duplicate" => setup.quality.duplicate = words.read("a part (30%, 0.5%)", words::per_mille)?,
            "delay" => {
                let (least, most) = words.read("a range of delays (20us..2ms)", |word| {
                    let (least, most) = word.split_once("..").unwrap_or((word, word));
                    words::interval(least).zip(words::interval(most)).filter(|(least, most)| least <= most)
                })?;
                (setup.quality.least_delay, setup.quality.most_delay) = (least, most);
            }
            other => return Err(unknown(other, "after lan", "loss, duplicate, delay")),
        }
    }
    Ok(())
}

fn router(setup: &mut Setup, words: &mut Words<'_>) -> Parsed<()> {
    let name = words.take("a name")?;
    if let Some(position) = words.peek().and_then(|word| instance_named(setup, word)) {
        words.next += 1;
        words.expect("priority")?;
        let priority = words.priority()?;
        let known = setup.routers.iter_mut().find(|r| r.name.as_str() == name);
        known.ok_or_else(|| format!("no router {name} above this line"))?.priorities.insert(position, priority);
        return Ok(());
    }
    if setup.routers.iter().any(|r| r.name.as_str() == name) {
        return Err(format!("router {name} is there already"));
    }
    let mut router = RouterSetup {
        name: name.into(),
        priority: Priority::DEFAULT,
        priorities: BTreeMap::new(),
        nopreempt: false,
        preempt_delay: Interval::ZERO,
        wants_master: false,
        clock: Interval::ZERO,
        lateness: Interval::ZERO,
        off: false,
    };
    while !words.is_done() {
        match words.take("an option")? {
            "priority" => router.priority = words.priority()?,
            "nopreempt" => router.nopreempt = true,
            "preempt_delay" => router.preempt_delay = words.interval()?,
            "state" => {
                router.wants_master =
                    words.read("MASTER or BACKUP", |w| ["BACKUP", "MASTER"].iter().position(|s| *s == w))? == 1
            }
            "clock" => router.clock = words.interval()?,
            "late" => router.lateness = words.interval()?,
            "off" => router.off = true,
            other => {
                let known =
                    "priority, nopreempt, preempt_delay, state, clock, late, off, or an instance above this line";
                return Err(unknown(other, "after router", known));
            }
        }
    }
    setup.routers.push(router);
    Ok(())
}

fn script(setup: &mut Setup, words: &mut Words<'_>) -> Parsed<()> {
    let name = Name::new(words.take("a name")?);
    let (interval, timeout) = (Interval::from_secs(1), Interval::from_secs(2));
    let mut script = ScriptSetup { name, interval, timeout, rise: 1, fall: 1, weight: 0, init_fail: false };
    while !words.is_done() {
        match words.take("an option")? {
            "interval" => script.interval = words.interval()?,
            "timeout" => script.timeout = words.interval()?,
            "rise" => script.rise = words.number("a number")?,
            "fall" => script.fall = words.number("a number")?,
            "weight" => script.weight = words.number("a weight")?,
            "init_fail" => script.init_fail = true,
            other => return Err(unknown(other, "after script", "interval, timeout, rise, fall, weight, init_fail")),
        }
    }
    if script.interval.is_zero() {
        return Err("interval must be longer than 0s".to_owned());
    }
    setup.scripts.push(script);
    Ok(())
}

fn instance(setup: &mut Setup, words: &mut Words<'_>) -> Parsed<()> {
    // The name may be left out where there is one instance.
    let named = words.peek().is_some_and(|word| word != "vrid");
    let name = if named { words.take("a name")?.into() } else { Name::new("VI_1") };
    let mut instance = InstanceSetup {
        name,
        interface: InterfaceName::new("eth0").map_err(|problem| problem.to_string())?,
        vrid: Vrid::new(51).map_err(|problem| problem.to_string())?,
        version: Version::V2,
        interval: Interval::from_secs(1),
        addresses: Vec::new(),
        excluded: Vec::new(),
        no_track: false,
        password: String::new(),
        tracks: Vec::new(),
    };
    while !words.is_done() {
        match words.take("an option")? {
            "vrid" => instance.vrid = words.read("an id (1 to 255)", |word| Vrid::new(word.parse().ok()?).ok())?,
            "version" => instance.version = words.read("a version (2 or 3)", version)?,
            "interval" => instance.interval = words.interval()?,
            "on" => instance.interface = words.interface()?,
            "password" => instance.password = words.take("a password")?.to_owned(),
            "no_track" => instance.no_track = true,
            "addresses" => instance.addresses = words.list("an address", prefix)?,
            "excluded" => instance.excluded = words.list("an address", prefix)?,
            other => {
                let known = "vrid, version, interval, on, password, no_track, addresses, excluded";
                return Err(unknown(other, "after instance", known));
            }
        }
    }
    if instance.interval.is_zero() {
        return Err("interval must be longer than 0s".to_owned());
    }
    setup.instances.push(instance);
    Ok(())
}

fn version(word: &str) -> Option<Version> {
    match word {
        "2" => Some(Version::V2),
        "3" => Some(Version::V3),
        _ => None,
    }
}

fn group(setup: &mut Setup, words: &mut Words<'_>) -> Parsed<()> {
    let name = Name::new(words.take("a name")?);
    let tracking_weight = words.skip("tracking_weight");
    words.expect("members")?;
    let members = words.list("an instance above this line", |word| instance_named(setup, word))?;
    setup.groups.push(GroupSetup { name, members, tracking_weight, tracks: Vec::new() });
    Ok(())
}

fn track(setup: &mut Setup, words: &mut Words<'_>) -> Parsed<()> {
    let who = words.take("an instance or a group")?;
    let what = match words.take("script or interface")? {
        "script" => Tracked::Script(script_word(setup, words)?),
        "interface" => Tracked::Interface(words.interface()?),
        other => return Err(unknown(other, "after track", "script, interface")),
    };
    let weight = if words.skip("weight") { Some(words.number("a weight")?) } else { None };
    let track = Track { what, weight };
    let instance = setup.instances.iter_mut().find(|i| i.name.as_str() == who).map(|i| &mut i.tracks);
    let group = setup.groups.iter_mut().find(|g| g.name.as_str() == who).map(|g| &mut g.tracks);
    instance.or(group).ok_or_else(|| format!("no instance or group {who} above this line"))?.push(track);
    Ok(())
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

/// `a`, or `a.VI_1`.
fn place(setup: &Setup, word: &str) -> Option<(usize, Option<usize>)> {
    match word.split_once('.') {
        Some((router, instance)) => Some((router_named(setup, router)?, Some(instance_named(setup, instance)?))),
        None => Some((router_named(setup, word)?, None)),
    }
}

fn steps(scenario: &mut Scenario, words: &mut Words<'_>, line: usize) -> Parsed<()> {
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
            .take(STEPS)
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
        "refuse" => Action::Refuse { router: router_word(setup, words)?, refuses: true },
        "allow" => Action::Refuse { router: router_word(setup, words)?, refuses: false },
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
        "script" => {
            let (router, script) = (router_word(setup, words)?, script_word(setup, words)?);
            Action::Script { router, script, mood: words.read("ok, fail or hang", words::mood)? }
        }
        "reload" => {
            let (router, instance) = words.read("a router, or router.instance", |w| place(setup, w))?;
            Action::Reload { router, instance, change: change(words)? }
        }
        "expect" => Action::Expect(expectations(setup, words)?),
        other => {
            let known = "kill, crash, start, stop, refuse, allow, link, interface, remove, partition, heal, loss, suspend, \
                         script, reload, expect";
            return Err(unknown(other, "after the time", known));
        }
    };
    Ok(action)
}

fn either(word: &str, yes: &str, no: &str) -> Option<bool> {
    if word == yes { Some(true) } else { (word == no).then_some(false) }
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
        "addresses" => Change::Addresses(words.list("an address", prefix)?),
        "preempt" => Change::Preempt(true),
        "nopreempt" => Change::Preempt(false),
        "present" => Change::Present(true),
        "absent" => Change::Present(false),
        other => {
            let known = "priority, interval, addresses, preempt, nopreempt, absent, present, unchanged";
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

#[cfg(test)]
mod tests;
