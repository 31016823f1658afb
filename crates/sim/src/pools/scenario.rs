//! A scenario of pools as data, and as text for those who read what failed.
use crate::scenario::words::of_interval;
use checkers::overlay::Duty;
use model::config::server::{CheckKind, Checker, Connect, RealServer, Service, SorryServer, VirtualServer};
use model::config::server::{Forwarding, Protocol};
use model::{Config, Instant, Interval};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

/// Every service and every real server has this port.
pub const PORT: u16 = 80;

/// A whole scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Seed of everything that is left to chance.
    pub seed: u64,
    /// Hosts that are real servers of one service or of several.
    pub hosts: usize,
    /// Services.
    pub services: Vec<ServiceSetup>,
    /// What happens, in order of time.
    pub steps: Vec<Step>,
    /// When it is over.
    pub end: Instant,
}

/// A virtual server.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceSetup {
    /// It is in the file.
    pub present: bool,
    /// Live weight needed.
    pub quorum: u32,
    /// Distance from it at which it is lost or gained.
    pub hysteresis: u32,
    /// A sorry server; true keeps it in the table with weight 0 (`sorry_server_inhibit`).
    pub sorry: Option<bool>,
    /// Says goodbye on its way out.
    pub omega: bool,
    /// How its servers are checked.
    pub check: CheckSetup,
    /// Its servers.
    pub members: Vec<MemberSetup>,
}

/// A real server of one service.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberSetup {
    /// Which host it is.
    pub host: usize,
    /// It is in the file.
    pub present: bool,
    /// Its weight.
    pub weight: u32,
    /// Weight 0 instead of removal.
    pub inhibit: bool,
    /// Starts down.
    pub alpha: bool,
    /// How long it drains when a reload removes it; zero is not at all.
    pub drain: Interval,
}

/// One check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckSetup {
    /// Time between checks.
    pub every: Interval,
    /// Time until a host that does not answer has failed.
    pub timeout: Interval,
    /// Repeats.
    pub retry: u32,
    /// Wait before a repeat.
    pub pause: Interval,
    /// Good checks in a row to come up.
    pub rise: u32,
    /// Failed checks in a row to go down.
    pub fall: u32,
}

/// Something that happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// When.
    pub at: Instant,
    /// What.
    pub action: Action,
}

/// What happens. Hosts, services and members are named by their position.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A host answers its checks like this from now on.
    Host(usize, Mood),
    /// A reload with this weight of a member.
    Weight(usize, usize, u32),
    /// A reload that takes a member out or puts it in.
    Member(usize, usize, bool),
    /// A reload that takes a service out or puts it in.
    Service(usize, bool),
    /// A reload with this quorum and hysteresis.
    Quorum(usize, u32, u32),
    /// A reload of the same file.
    Reload,
    /// An operator lets a member do this.
    Duty(usize, usize, Duty),
    /// Somebody empties the table.
    Empty,
    /// Somebody else sets every weight to this.
    Meddle(u32),
    /// The kernel refuses every change, or takes them again.
    Refuse(bool),
    /// The daemon dies and starts again at once; the table stays.
    Restart,
    /// The daemon stops.
    Stop,
}

/// How a host answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Well.
    #[default]
    Answers,
    /// It refuses connections.
    Refuses,
    /// Not at all.
    Hangs,
}

/// The address of a host.
#[must_use]
pub fn host(position: usize) -> IpAddr {
    Ipv4Addr::new(10, 0, 1, u8::try_from(position + 1).unwrap_or(u8::MAX)).into()
}

/// The address of a service's sorry server.
#[must_use]
pub fn sorry() -> IpAddr {
    Ipv4Addr::new(10, 0, 9, 9).into()
}

/// The address of a service.
#[must_use]
pub fn service_address(position: usize) -> IpAddr {
    Ipv4Addr::new(10, 0, 0, u8::try_from(position + 1).unwrap_or(u8::MAX)).into()
}

/// What traffic a service takes.
#[must_use]
pub fn service(position: usize) -> Service {
    Service::Address { address: service_address(position), port: PORT, protocol: Protocol::Tcp }
}

impl Scenario {
    /// The configuration that the file holds now.
    #[must_use]
    pub fn config(services: &[ServiceSetup]) -> Config {
        let present = services.iter().enumerate().filter(|(_, setup)| setup.present);
        Config {
            virtual_servers: present.map(|(position, setup)| setup.block(position)).collect(),
            ..Config::default()
        }
    }
}

impl ServiceSetup {
    fn block(&self, position: usize) -> VirtualServer {
        let sorry = |inhibit| SorryServer { address: sorry(), port: PORT, forwarding: Forwarding::Nat, inhibit };
        VirtualServer {
            quorum: self.quorum,
            hysteresis: self.hysteresis,
            omega: self.omega,
            sorry_server: self.sorry.map(sorry),
            real_servers: self.members.iter().filter(|m| m.present).map(|m| m.block(&self.check)).collect(),
            ..VirtualServer::plain(service(position))
        }
    }
}

impl MemberSetup {
    fn block(&self, check: &CheckSetup) -> RealServer {
        RealServer {
            weight: self.weight,
            inhibit_on_failure: self.inhibit,
            alpha: self.alpha,
            drain: Some(self.drain).filter(|drain| !drain.is_zero()),
            checkers: vec![check.block(self.host, self.alpha)],
            ..RealServer::plain(host(self.host), PORT)
        }
    }
}

impl CheckSetup {
    fn block(&self, target: usize, alpha: bool) -> Checker {
        let connect = Connect { timeout: self.timeout, ..Connect::plain(host(target), PORT) };
        Checker {
            delay_loop: self.every,
            retry: self.retry,
            delay_before_retry: self.pause,
            warmup: self.every,
            alpha,
            rise: self.rise,
            fall: self.fall,
            ..Checker::plain(CheckKind::Tcp, connect)
        }
    }

    /// How long a host may be otherwise before its server must have followed: each of the checks in a row may have to wait
    /// for a turn that a running one has used up, and makes all its repeats.
    #[must_use]
    pub fn patience(&self) -> Interval {
        let repeats = (self.pause + self.timeout).scaled(self.retry + 1, 1);
        let one = self.every.scaled(2, 1) + repeats;
        let first = self.every + Interval::from_secs(2);
        one.scaled(self.rise.max(self.fall) + 1, 1) + first
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "pools, seed {}, {} hosts", self.seed, self.hosts)?;
        for (position, service) in self.services.iter().enumerate() {
            writeln!(f, "service {position}: {service:?}")?;
        }
        for step in &self.steps {
            writeln!(f, "at {} {:?}", of_interval(step.at.since(Instant::START)), step.action)?;
        }
        writeln!(f, "end {}", of_interval(self.end.since(Instant::START)))
    }
}
