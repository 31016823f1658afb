//! What the tests share: short ways to write configurations, and a world in virtual time that answers probes.
use crate::effect::{Effect, Effects, Probe, Question, Report, Target};
use crate::fact::{Fact, ProbeId, Verdict};
use crate::pool::Pool;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use model::config::global::Command;
use model::config::server::*;
use model::{Config, Instant, Interval};

pub(crate) fn at(millis: u64) -> Instant {
    Instant::START + Interval::from_millis(millis)
}

pub(crate) fn service(port: u16) -> Service {
    Service::Address { address: [10, 0, 0, 1].into(), port, protocol: Protocol::Tcp }
}

pub(crate) fn hook(line: &str) -> Option<Box<Command>> {
    Some(Box::new(Command { argv: vec![line.to_string()], line: line.to_string(), user: None }))
}

/// `10.0.0.1:port` with round robin, quorum 1 and these servers.
pub(crate) fn virtual_server(port: u16, real_servers: Vec<RealServer>) -> VirtualServer {
    VirtualServer {
        scheduler: "rr".to_string(),
        quorum_up: hook("quorum_up"),
        quorum_down: hook("quorum_down"),
        real_servers,
        ..VirtualServer::plain(service(port))
    }
}

/// `10.0.1.1:port`, weight 1, checked by TCP on that port.
pub(crate) fn real_server(port: u16) -> RealServer {
    RealServer {
        notify_up: hook("notify_up"),
        notify_down: hook("notify_down"),
        checkers: vec![tcp_check(port)],
        ..RealServer::plain([10, 0, 1, 1].into(), port)
    }
}

/// Every 2 s, twice repeated after 1 s, no warm-up.
pub(crate) fn tcp_check(port: u16) -> Checker {
    Checker {
        delay_loop: Interval::from_secs(2),
        retry: 2,
        warmup: Interval::ZERO,
        ..Checker::plain(CheckKind::Tcp, Connect::plain([10, 0, 1, 1].into(), port))
    }
}

/// The same by HTTP, with these pages.
pub(crate) fn http_check(port: u16, paths: &[&str]) -> Checker {
    let url = |path: &&str| Url::plain(path);
    let urls = paths.iter().map(url).collect();
    let http = Http { version: HttpVersion::V1_0, fast_recovery: false, urls };
    Checker { kind: CheckKind::Http(http), ..tcp_check(port) }
}

pub(crate) fn sorry() -> Option<SorryServer> {
    Some(SorryServer { address: [10, 0, 9, 9].into(), port: 80, forwarding: Forwarding::Nat, inhibit: false })
}

pub(crate) fn config(virtual_servers: Vec<VirtualServer>) -> Arc<Config> {
    Arc::new(Config { virtual_servers, ..Config::default() })
}

/// A pool and what surrounds it: servers that pass or fail, a kernel that holds, a log of everything.
pub(crate) struct World {
    pub(crate) pool: Pool,
    pub(crate) now: Instant,
    /// Ports whose probes fail.
    pub(crate) bad: BTreeSet<u16>,
    /// How long a probe takes.
    pub(crate) latency: Interval,
    /// Probes that run, in the order they were started.
    pub(crate) running: BTreeMap<ProbeId, (Instant, Probe)>,
    /// What the kernel was last told.
    pub(crate) kernel: BTreeMap<Service, Target>,
    /// One line for each order.
    pub(crate) log: Vec<String>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            pool: Pool::new(1),
            now: Instant::START,
            bad: BTreeSet::new(),
            latency: Interval::from_millis(1),
            running: BTreeMap::new(),
            kernel: BTreeMap::new(),
            log: Vec::new(),
        }
    }

    pub(crate) fn configured(virtual_servers: Vec<VirtualServer>) -> Self {
        let mut world = Self::new();
        world.say(Fact::Configured(config(virtual_servers)));
        world
    }

    /// Says one fact now, obeys, and gives the orders.
    pub(crate) fn say(&mut self, fact: Fact) -> Effects {
        let mut effects = Effects::new();
        self.pool.step(self.now, fact, &mut effects);
        for effect in &effects {
            self.log.push(format!("{:>6} {}", self.now.as_nanos() / 1_000_000, line(effect)));
            match effect {
                Effect::Start(probe) => {
                    assert!(self.running.keys().all(|id| id.checker != probe.id.checker), "a probe is doubled");
                    self.running.insert(probe.id, (self.now + self.latency, probe.clone()));
                }
                Effect::Cancel(probe) => {
                    assert!(self.running.remove(probe).is_some(), "cancelled what does not run");
                }
                Effect::Hold { service, target: Some(target) } => {
                    let before = self.kernel.insert(*service, target.clone());
                    assert_ne!(before.as_ref(), Some(target), "an equal target was said again");
                }
                Effect::Hold { service, target: None } => {
                    assert!(self.kernel.remove(service).is_some(), "released what was not held");
                }
                Effect::Report(_) => {}
            }
        }
        effects
    }

    /// Lets time pass until then: probes end, deadlines are reached.
    pub(crate) fn run_until(&mut self, millis: u64) {
        let end = at(millis);
        loop {
            let ended = self.running.iter().map(|(id, (ends, _))| (*ends, Some(*id))).min();
            let deadline = self.pool.deadline().map(|at| (at, None));
            // At the same time the probe ends first.
            match ended.into_iter().chain(deadline).min_by_key(|(at, id)| (*at, id.is_none())) {
                Some((due, what)) if due <= end => {
                    self.now = self.now.max(due);
                    match what {
                        Some(id) => self.end(id),
                        None => drop(self.say(Fact::DeadlineReached)),
                    }
                }
                _ => break,
            }
        }
        self.now = end;
    }

    /// Lets a running probe end with what its server does.
    pub(crate) fn end(&mut self, id: ProbeId) {
        let (_, probe) = self.running.remove(&id).expect("a running probe");
        let verdict = match self.bad.contains(&probe.connect.port) {
            true => Verdict::Fail("connection refused".to_string()),
            false => Verdict::Pass("connection opened".to_string()),
        };
        self.say(Fact::ProbeEnded { probe: id, verdict });
    }

    /// The lines since the last call, probes left out.
    pub(crate) fn told(&mut self) -> Vec<String> {
        let quiet = |line: &String| !line.contains(" start ") && !line.contains(" cancel ");
        core::mem::take(&mut self.log).into_iter().filter(quiet).collect()
    }

    /// The lines since the last call.
    pub(crate) fn all_told(&mut self) -> Vec<String> {
        core::mem::take(&mut self.log)
    }

    /// What the kernel holds of a service: `8001x1 8002x0`, ports and weights.
    pub(crate) fn table(&self, port: u16) -> String {
        self.kernel.get(&service(port)).map_or_else(|| "nothing".to_string(), members)
    }
}

pub(crate) fn members(target: &Target) -> String {
    target.destinations.iter().map(|d| format!("{}x{}", d.port, d.weight)).collect::<Vec<_>>().join(" ")
}

/// An order in one line.
pub(crate) fn line(effect: &Effect) -> String {
    let word = |up: &bool| if *up { "up" } else { "down" };
    let ran = |hook: &Option<Box<Command>>| hook.as_ref().map_or(String::new(), |h| format!(" run {}", h.line));
    match effect {
        Effect::Start(Probe { connect, question: Question::Command { weight, .. }, .. }) => {
            format!("run for {} with weight {weight}", connect.port)
        }
        Effect::Start(Probe { connect, question: Question::Pages { first, count, .. }, .. }) => {
            format!("start {} page {first} count {count}", connect.port)
        }
        Effect::Start(Probe { connect, .. }) => format!("start {}", connect.port),
        Effect::Cancel(id) => format!("cancel {}", id.checker),
        Effect::Hold { service, target: None } => format!("hold {service} not at all"),
        Effect::Hold { service, target: Some(target) } => format!("hold {service}: {}", members(target)),
        Effect::Report(Report::RealServer { service, port, up, hook, reason, .. }) => {
            format!("{port} of {service} {}{}: {reason}", word(up), ran(hook))
        }
        Effect::Report(Report::VirtualServer { service, up, hook, reason, .. }) => {
            format!("{service} {}{}: {reason}", word(up), ran(hook))
        }
        Effect::Report(Report::Note { warning, text }) => {
            format!("{} {text}", if *warning { "warning" } else { "note" })
        }
        Effect::Report(Report::AllReleased) => "all released".to_string(),
    }
}
