//! One router on a desk: a clock to wind, a kernel that settles every hold, and effects as short lines of text.
use crate::effect::{Effect, Effects, Hold, Report};
use crate::fact::{Fact, Packet};
use crate::router::Router;
use crate::sample;
use crate::wire::checksum::Route;
use crate::wire::{Advert, View};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::config::vrrp::{Instance, SyncGroup};
use model::holdings::AddressKey;
use model::net;
use model::net::PROTOCOL_VRRP;
use model::state::vrrp as picture;
use model::state::vrrp::RouterState;
use model::{Config, Instant, Interval, Name};

/// The router, its clock, and what the kernel was told.
pub(super) struct Desk {
    pub(super) router: Router,
    pub(super) now: Instant,
    pub(super) config: Config,
    /// Settle every hold in the next moment.
    pub(super) kernel: bool,
    pub(super) held: BTreeMap<Name, Hold>,
    pub(super) sent: Vec<net::Advert>,
    /// Own addresses of `eth0`.
    pub(super) own: Vec<u8>,
}

impl Desk {
    /// With these instances, `eth0` up at `10.0.0.1`, not configured yet.
    pub(super) fn new(instances: Vec<Instance>) -> Self {
        let config = Config { instances, ..Config::default() };
        Self {
            router: Router::new(),
            now: at(1_000_000),
            config,
            kernel: true,
            held: BTreeMap::new(),
            sent: Vec::new(),
            own: Vec::from([1]),
        }
    }

    /// With groups.
    pub(super) fn grouped(mut self, groups: Vec<SyncGroup>) -> Self {
        self.config.groups = groups;
        self
    }

    /// Tells the link and configures.
    pub(super) fn start(&mut self) -> Vec<String> {
        let mut lines = self.link(true);
        lines.extend(self.configure());
        lines
    }

    pub(super) fn configure(&mut self) -> Vec<String> {
        let config = Arc::new(self.config.clone());
        self.give(Fact::Configured(config))
    }

    /// `eth0` is up or down.
    pub(super) fn link(&mut self, running: bool) -> Vec<String> {
        let link = net::Link { running, ..sample::link(&self.own) };
        self.give(Fact::LinkSeen { interface: sample::interface("eth0"), link })
    }

    pub(super) fn script(&mut self, name: &str, status: i32) -> Vec<String> {
        self.give(Fact::ScriptFinished { script: name.into(), outcome: net::Outcome::Exited(status) })
    }

    pub(super) fn switchover(&mut self, subject: &str, forced: bool) -> Vec<String> {
        self.give(Fact::SwitchoverRequested { subject: subject.into(), forced })
    }

    pub(super) fn maintain(&mut self, subject: Option<&str>, reason: Option<&str>) -> Vec<String> {
        let (subject, reason) = (subject.map(Name::new), reason.map(ToString::to_string));
        self.give(Fact::MaintenanceSet { subject, reason })
    }

    /// An advert of another router for the first instance, with its own addresses and interval.
    pub(super) fn hear(&mut self, from: u8, priority: u8) -> Vec<String> {
        let config = self.config.instances[0].clone();
        self.hear_as(&config, from, priority)
    }

    /// An advert of a router that is configured like this.
    pub(super) fn hear_as(&mut self, config: &Instance, from: u8, priority: u8) -> Vec<String> {
        let route = Route { source: IpAddr::from([10, 0, 0, from]), destination: config.group };
        let advert = Advert {
            version: config.version,
            vrid: config.vrid,
            priority,
            interval: config.advert_interval,
            addresses: config.addresses.iter().map(|address| address.prefix.address()).collect(),
            authentication: config.authentication.clone(),
        };
        self.packet(route, &advert.encode(route), 255)
    }

    pub(super) fn packet(&mut self, route: Route, payload: &[u8], ttl: u8) -> Vec<String> {
        let interface = sample::interface("eth0");
        self.give(Fact::PacketReceived(Packet {
            interface: &interface,
            source: route.source,
            destination: route.destination,
            ttl,
            stated_length: payload.len(),
            protocol: PROTOCOL_VRRP,
            header: &[],
            payload,
        }))
    }

    /// Gives a fact; effects as lines.
    pub(super) fn give(&mut self, fact: Fact<'_>) -> Vec<String> {
        let mut effects = Effects::new();
        self.router.step(self.now, fact, &mut effects);
        let mut lines = Vec::new();
        let mut settle = Vec::new();
        for effect in effects {
            lines.push(line(&effect));
            match effect {
                Effect::Hold(hold) => {
                    settle.push(hold.owner.clone());
                    self.held.insert(hold.owner.clone(), hold);
                }
                Effect::Send(advert) => self.sent.push(advert),
                Effect::Listen(_) | Effect::Promote(_) | Effect::Announce(_) | Effect::Report(_) => {}
            }
        }
        if !self.kernel {
            settle.clear();
        }
        for owner in settle {
            lines.extend(self.give(Fact::HoldSettled { owner }));
        }
        lines
    }

    /// Winds the clock to the next deadline and lets it fire.
    pub(super) fn next(&mut self) -> Vec<String> {
        self.now = self.router.deadline().expect("something to wait for").max(self.now);
        self.give(Fact::DeadlineReached)
    }

    /// Lets so much time pass, with every deadline on the way.
    pub(super) fn pass(&mut self, interval: Interval) -> Vec<String> {
        let until = self.now + interval;
        let mut lines = Vec::new();
        for _ in 0..100_000 {
            match self.router.deadline() {
                Some(next) if next <= until => lines.extend(self.next()),
                _ => {
                    self.now = until;
                    return lines;
                }
            }
        }
        panic!("no end of deadlines at {:?}", self.now);
    }

    pub(super) fn pass_millis(&mut self, millis: u64) -> Vec<String> {
        self.pass(Interval::from_millis(millis))
    }

    /// The picture of an instance.
    pub(super) fn see(&self, name: &str) -> picture::Instance {
        let snapshot = self.router.snapshot();
        snapshot.instances.into_iter().find(|i| i.name.as_str() == name).expect("an instance of that name")
    }

    /// Why it is in FAULT.
    pub(super) fn faults(&self, name: &str) -> Vec<String> {
        self.see(name).faults.iter().map(ToString::to_string).collect()
    }

    pub(super) fn state(&self, name: &str) -> RouterState {
        self.see(name).state
    }

    /// The addresses that the kernel shall hold for anybody.
    pub(super) fn addresses(&self) -> BTreeSet<AddressKey> {
        self.held.values().flat_map(|hold| hold.target.addresses.keys().cloned()).collect()
    }
}

/// Milliseconds after the start of the clock.
pub(super) fn at(millis: u64) -> Instant {
    Instant::START + Interval::from_millis(millis)
}

/// An effect in a few words.
pub(super) fn line(effect: &Effect) -> String {
    match effect {
        Effect::Listen(endpoints) => {
            let words: Vec<_> = endpoints.iter().map(|e| format!("{}:{}", e.interface, e.group)).collect();
            format!("listen {}", words.join(" "))
        }
        Effect::Promote(links) => {
            format!("promote {}", links.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        }
        Effect::Send(advert) => {
            let priority = View::read(&advert.payload).expect("a header").priority();
            format!("send {} {priority}", advert.owner)
        }
        Effect::Hold(hold) if hold.target.is_empty() => format!("hold {} nothing", hold.owner),
        Effect::Hold(hold) => {
            let words: Vec<_> = hold.target.addresses.keys().map(|key| key.prefix.address().to_string()).collect();
            format!("hold {} {}", hold.owner, words.join(" "))
        }
        Effect::Announce(announcement) => format!("announce {}", announcement.address),
        Effect::Report(report) => report_line(report),
    }
}

fn report_line(report: &Report) -> String {
    match report {
        Report::Moved { instance, from, to, priority, .. } => format!("{instance} {from:?}->{to:?} {priority}"),
        Report::GroupMoved { group, to } => format!("group {group} {to:?}"),
        Report::PriorityChanged { instance, priority, notify, .. } => {
            format!("{instance} priority {priority}{}", if *notify { " aloud" } else { "" })
        }
        Report::HeardLowerPriority { instance, .. } => format!("{instance} heard lower"),
        Report::Stands { instance, state, priority } => format!("{instance} stands {state:?} {priority}"),
        Report::GroupStands { group, state } => format!("group {group} stands {state:?}"),
        Report::Removed { instance, .. } => format!("{instance} removed"),
        Report::Note { severity, subject, .. } => format!("{severity:?} about {subject}"),
        Report::SwitchoverEnded { instance, outcome: Ok(to) } => format!("{instance} switched to {to:?}"),
        Report::SwitchoverEnded { instance, outcome: Err(_) } => format!("{instance} did not switch"),
        Report::AllReleased => String::from("all released"),
    }
}
