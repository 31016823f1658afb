//! Health checks at scale: processor time of a check, checks that were due and done, lateness, memory.
pub(crate) mod misc;

use crate::farm::{self, Farm};
use crate::many::Cost;
use crate::pauses::Pauses;
use crate::table::compare;
use lab::scratch::Scratch;
use lab::watch::{Attempt, Connections};
use lab::{Doing, Error, Kind, Options, Program, Result, Room};
use nix::sys::signal::Signal;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Real servers of one virtual server.
pub(crate) const PER_SERVICE: usize = 10;
/// After how long a silent server counts as failed, and how much more until the second attempt.
const SILENCE: &str = "connect_timeout 1\n      retry 1\n      delay_before_retry 1";
/// Whoever has not checked every server by then never will.
const PATIENCE: Duration = Duration::from_secs(120);
const WITHOUT_IPVS: &str = include_str!("without_ipvs.c");

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Real servers.
    pub(crate) servers: usize,
    /// Between two checks of one.
    pub(crate) interval: Duration,
    /// HTTP_GET, or else TCP_CHECK.
    pub(crate) http: bool,
    /// Every second server drops packets.
    pub(crate) silent: bool,
    /// Reloads during the measurement, each with another weight.
    pub(crate) reloads: u32,
    /// For how long in each round.
    pub(crate) lasts: Duration,
    /// Rounds of each daemon, in turn.
    pub(crate) rounds: usize,
}

/// Measures both daemons and prints a table.
pub(crate) fn run(evenkeel: &Path, plan: Plan) -> Result<()> {
    let Plan { servers, interval, lasts, rounds, .. } = plan;
    let kind = if plan.http { "HTTP_GET" } else { "TCP_CHECK" };
    let silent = if plan.silent { ", half of them silent" } else { "" };
    let reloads = if plan.reloads > 0 { format!(", {} reloads", plan.reloads) } else { String::new() };
    println!(
        "checks: {kind} of {servers} servers each {} ms{silent}{reloads}, {rounds} rounds of {} s",
        interval.as_millis(),
        lasts.as_secs()
    );
    let shim = Shim::build()?;
    let heads = ["us/check", "done %", "late p50 us", "late p99 us", "resident KiB", "own share KiB"];
    compare(evenkeel, rounds, &heads, |kind| measure(kind, plan, &shim))
}

fn measure(kind: &Kind, plan: Plan, shim: &Shim) -> Result<Vec<f64>> {
    let farm = Farm::new(plan.http)?;
    let attempts = Connections::watch(&farm.servers)?;
    let mut program = shim.program(kind, &farm.director, &text(plan, 0))?;
    let started = program.start()?;
    let answered: BTreeSet<Ipv4Addr> = answering(plan).map(|number| farm::address(number, false)).collect();
    await_first_checks(&program, &attempts, started, &answered)?;
    // Silent servers must have failed, which is a burst of its own.
    sleep(plan.interval * 2 + Duration::from_secs(if plan.silent { 6 } else { 1 }));
    let (begin, before) = (Instant::now(), cost(&program)?.nanoseconds);
    for number in 1..=plan.reloads {
        program.write_config(text(plan, number))?;
        program.signal(Signal::SIGHUP)?;
        let next = begin + plan.lasts * number / plan.reloads;
        sleep(next.saturating_duration_since(Instant::now()));
    }
    sleep((begin + plan.lasts).saturating_duration_since(Instant::now()));
    let (end, after) = (Instant::now(), cost(&program)?);
    let seen: Vec<Attempt> = attempts.since(begin).into_iter().filter(|attempt| attempt.at < end).collect();
    let mut times: BTreeMap<Ipv4Addr, Vec<Instant>> = BTreeMap::new();
    for attempt in seen.iter().filter(|attempt| answered.contains(&attempt.to)) {
        times.entry(attempt.to).or_default().push(attempt.at);
    }
    let pauses = Pauses::between(&times, plan.interval, (begin, end), answered.len());
    let done: usize = times.values().map(Vec::len).sum();
    Ok(vec![
        after.nanoseconds.saturating_sub(before) as f64 / 1e3 / seen.len().max(1) as f64,
        100.0 * done as f64 / (done + pauses.missed).max(1) as f64,
        pauses.at(50),
        pauses.at(99),
        after.resident as f64,
        after.share as f64,
    ])
}

/// A daemon may take many seconds to program its table, and begins to check after that.
fn await_first_checks(
    program: &Program,
    attempts: &Connections,
    since: Instant,
    all: &BTreeSet<Ipv4Addr>,
) -> Result<()> {
    while since.elapsed() < PATIENCE {
        let seen: BTreeSet<Ipv4Addr> = attempts.since(since).iter().map(|attempt| attempt.to).collect();
        if all.is_subset(&seen) {
            return Ok(());
        }
        sleep(Duration::from_millis(200));
    }
    Err(Error::new(format!("{} does not check all servers\n{}", program.name(), program.log_tail(8))))
}

fn cost(program: &Program) -> Result<Cost> {
    let pid = program.pid().ok_or_else(|| Error::new(format!("{} ended\n{}", program.name(), program.log_tail(8))))?;
    Ok(Cost::of(pid))
}

/// The numbers of the servers that answer.
fn answering(plan: Plan) -> impl Iterator<Item = usize> {
    (0..plan.servers).filter(move |number| !plan.silent || number % 2 == 0)
}

/// The configuration; with each reload the first server has another weight.
fn text(plan: Plan, reload: u32) -> String {
    let check = if plan.http {
        format!("HTTP_GET {{\n      url {{\n        path /\n        status_code 200\n      }}\n      {SILENCE}\n    }}")
    } else {
        format!("TCP_CHECK {{\n      {SILENCE}\n    }}")
    };
    pools(plan.servers, plan.interval, |number| {
        let weight = if number == 0 { 1 + reload % 2 } else { 1 };
        let address = farm::address(number, plan.silent && number % 2 == 1);
        format!("real_server {address} 80 {{\n    weight {weight}\n    {check}\n  }}")
    })
}

/// Virtual servers of ten real servers each.
pub(crate) fn pools(servers: usize, interval: Duration, server: impl Fn(usize) -> String) -> String {
    let mut text = String::from("global_defs {\n  router_id bench\n  script_user root\n}\n");
    for service in 0..servers.div_ceil(PER_SERVICE) {
        let _ = write!(
            text,
            "virtual_server {} 80 {{\n  delay_loop {}\n  lvs_sched rr\n  lvs_method NAT\n  protocol TCP\n",
            service_address(service),
            interval.as_secs_f64()
        );
        for number in (service * PER_SERVICE..servers).take(PER_SERVICE) {
            let _ = writeln!(text, "  {}", server(number));
        }
        text.push_str("}\n");
    }
    text
}

/// The virtual address of a service.
pub(crate) fn service_address(service: usize) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(Ipv4Addr::new(10, 97, 0, 1)) + u32::try_from(service).unwrap_or(0))
}

/// What lets keepalived run its checkers on a kernel without IPVS.
pub(crate) struct Shim {
    _files: Scratch,
    library: std::path::PathBuf,
}

impl Shim {
    /// Compiles it.
    pub(crate) fn build() -> Result<Self> {
        let files = Scratch::new("shim")?;
        let source = files.write("without_ipvs.c", WITHOUT_IPVS)?;
        let library = files.path().join("without_ipvs.so");
        let mut compiler = Command::new("cc");
        let status = compiler.args(["-O2", "-shared", "-fPIC", "-o"]).arg(&library).arg(source).status();
        if status.doing("starting cc")?.success() {
            Ok(Self { _files: files, library })
        } else {
            Err(Error::new("cc does not compile without_ipvs.c"))
        }
    }

    /// A daemon that runs checkers alone.
    pub(crate) fn program(&self, kind: &Kind, room: &Arc<Room>, text: &str) -> Result<Program> {
        let preload = format!("LD_PRELOAD={}", self.library.display());
        let wrapper = if *kind == Kind::Keepalived { vec!["env".into(), preload] } else { Vec::new() };
        let options = Options { arguments: vec!["-C".into()], quiet: true, wrapper, ..Options::default() };
        Program::new(kind.clone(), room, text, options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_second_server_is_silent_and_a_reload_changes_one_weight() {
        let plan = Plan {
            servers: 15,
            interval: Duration::from_secs(1),
            http: false,
            silent: true,
            reloads: 2,
            lasts: Duration::from_secs(1),
            rounds: 1,
        };
        let one = text(plan, 0);
        assert_eq!(one.matches("virtual_server ").count(), 2);
        assert_eq!(one.matches("real_server 10.99.0.").count(), 8);
        assert_eq!(one.matches("real_server 10.99.128.").count(), 7);
        assert_eq!(answering(plan).count(), 8);
        let changed = one.lines().zip(text(plan, 1).lines()).filter(|(old, new)| old != new).count();
        assert_eq!(changed, 1);
    }
}
