//! What is said of virtual and real servers: hooks, FIFO lines and mail of Debian's keepalived and ours, for the same events.
//!
//! Known differences, each with its reason:
//! - A turn of ours tells of all its real servers before their virtual server, so a subject's lines are compared in order,
//!   not all lines together.
//! - The number behind a group is always 0 in keepalived 2.2.7; later versions count, as we do.
//! - Letters say in our words why; their subjects are equal. keepalived sends none for servers that never were checked, and
//!   ends before those of its stop are sent.

// `cfg(test)` is always so here; it tells clippy that these are a test's.
#[cfg(test)]
#[path = "server_hooks/side.rs"]
mod side;
#[cfg(test)]
#[path = "server_hooks/site.rs"]
mod site;

use evenkeel_lab::{Error, Kind, Result, ensure, trial, wait};
use nix::sys::signal::Signal;
use side::{Said, Side};
use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// For everything that follows from one act.
const PATIENCE: Duration = Duration::from_secs(60);
/// Who was silent for this long has said all: checks come each second.
const QUIET: Duration = Duration::from_secs(3);

/// What is done to both, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Start,
    Close(&'static str),
    Open(&'static str),
    /// A reload without the second web server.
    Reload,
    Stop,
}

const ACTS: &[Act] = &[
    Act::Start,
    Act::Close("10.2.0.1:8080"),
    Act::Close("10.2.0.2:8080"),
    Act::Open("10.2.0.1:8080"),
    Act::Open("10.2.0.2:8080"),
    Act::Close("10.2.0.5:8080"),
    Act::Open("10.2.0.5:8080"),
    Act::Close("[fd02::1]:8080"),
    Act::Open("[fd02::1]:8080"),
    Act::Close("10.2.0.6:8080"),
    Act::Open("10.2.0.6:8080"),
    Act::Reload,
    Act::Stop,
];

fn act(side: &mut Side, act: Act) -> Result<()> {
    match act {
        Act::Start => {
            site::SERVERS.iter().try_for_each(|server| side.open(server))?;
            side.program.start().map(drop)
        }
        Act::Close(server) => side.close(server),
        Act::Open(server) => side.open(server),
        Act::Reload => {
            side.program.write_config(site::config(false))?;
            side.program.signal(Signal::SIGHUP).map(drop)
        }
        Act::Stop => side.program.stop().map(drop),
    }
}

/// Lines by subject, in order: what stands before the last word.
fn by_subject(lines: &[String]) -> BTreeMap<String, Vec<String>> {
    let mut subjects = BTreeMap::<_, Vec<_>>::new();
    for line in lines {
        let line = line.replace("[GROUP]:1", "[GROUP]:0");
        let (subject, word) = line.rsplit_once(' ').unwrap_or_default();
        subjects.entry(subject.to_owned()).or_default().push(word.to_owned());
    }
    subjects
}

/// The subjects of letters that both should send.
fn subjects(act: Act, letters: &[String]) -> Vec<String> {
    // A long line of a head goes on behind a blank (RFC 5322 section 2.2.3).
    let unfolded: Vec<String> = letters.iter().map(|letter| letter.replace("\n ", " ")).collect();
    let subjects = unfolded.iter().filter_map(|letter| letter.lines().find_map(|line| line.strip_prefix("Subject: ")));
    let mut subjects: Vec<String> = subjects.map(|subject| subject.replace("[GROUP]:1", "[GROUP]:0")).collect();
    let first_states = [":53 of virtual server", "[10.2.0.5]:none:8080 of virtual server"];
    subjects.retain(|subject| act != Act::Start || !first_states.iter().any(|words| subject.contains(words)));
    subjects.sort();
    if act == Act::Stop { Vec::new() } else { subjects }
}

fn compare(act: Act, ours: &Said, theirs: &Said) -> Result<()> {
    let pairs = [
        ("notify_fifo", by_subject(&ours.fifo), by_subject(&theirs.fifo)),
        ("lvs_notify_fifo", by_subject(&ours.lvs_fifo), by_subject(&theirs.lvs_fifo)),
    ];
    for (name, us, them) in pairs {
        ensure(us == them, || format!("{act:?}, {name}: ours {us:#?}, theirs {them:#?}"))?;
    }
    let (us, them) = (&ours.hooks, &theirs.hooks);
    ensure(us == them, || format!("{act:?}, hooks: ours {us:#?}, theirs {them:#?}"))?;
    let (us, them) = (subjects(act, &ours.letters), subjects(act, &theirs.letters));
    ensure(us == them, || format!("{act:?}, mail: ours {us:#?}, theirs {them:#?}"))
}

/// Waits until both have said the same and neither says more.
fn agree(step: Act, ours: &Side, theirs: &Side) -> Result<Said> {
    let (mut last, mut since) = (None, Instant::now());
    let agreed = wait::until(PATIENCE, || {
        sleep(Duration::from_millis(50));
        ours.serve();
        theirs.serve();
        let now = (ours.said(), theirs.said());
        if last.as_ref() != Some(&now) {
            (last, since) = (Some(now), Instant::now());
        }
        let (us, them) = last.as_ref()?;
        let same = !them.fifo.is_empty() && compare(step, us, them).is_ok();
        (same && since.elapsed() >= QUIET).then(|| us.clone())
    });
    if let Some(said) = agreed {
        return Ok(said);
    }
    let (us, them) = last.ok_or_else(|| Error::new("nobody was asked"))?;
    compare(step, &us, &them)?;
    Err(Error::new(format!("{step:?}: nothing was said, or it does not end")))
}

fn both() -> Result<()> {
    let mut ours = Side::new(trial::evenkeel()?, &site::config(true))?;
    let mut theirs = Side::new(Kind::Keepalived, &site::config(true))?;
    let mut lines = 0;
    for step in ACTS {
        act(&mut ours, *step)?;
        act(&mut theirs, *step)?;
        let said = agree(*step, &ours, &theirs);
        let words = || format!("{}\n{}", ours.program.log_tail(15), theirs.program.log_tail(15));
        let said = trial::with_words(said, words)?;
        println!("{step:?}: {} lines, {} hooks, {} letters", said.fifo.len(), said.hooks.len(), said.letters.len());
        lines += said.fifo.len();
        ours.forget();
        theirs.forget();
    }
    ensure(lines > 30, || format!("only {lines} lines were compared"))
}

#[test]
fn the_outside_hears_the_same_of_servers() -> Result<()> {
    trial::with_ipvs("the_outside_hears_the_same_of_servers", both)
}
