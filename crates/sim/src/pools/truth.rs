//! What must hold of the pools after every turn, worked out from the file, the hosts and the operator's orders.
use super::scenario::{Mood, PORT, ServiceSetup, host, service, service_address, sorry};
use super::world::World;
use checkers::effect::Report;
use checkers::overlay::Duty;
use evenkeel_ipvs::{Protocol, ServiceKey};
use model::config::server::Service;
use model::state::server::VirtualServer;
use model::{Instant, Interval};
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

/// The rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The table is the function of the healths.
    Table,
    /// A server follows its host within the time that its checks take.
    Health,
    /// Quorum is gained and lost where its weight and hysteresis say.
    Quorum,
    /// Reports alternate, and the last one tells the state.
    Told,
    /// One probe of a check at a time, and none is cancelled that does not run.
    Probes,
    /// A daemon that stops leaves nothing of its own.
    Left,
    /// Time goes on.
    Progress,
    /// Nothing panics.
    Panic,
}

/// A rule that does not hold.
#[derive(Clone, Debug)]
pub struct Violation {
    /// When it was seen.
    pub at: Instant,
    /// Which.
    pub rule: Rule,
    /// What was found.
    pub text: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {:?}: {}", crate::trace::Seconds(self.at), self.rule, self.text)
    }
}

/// What is wrong, if anything is.
pub(super) type Found = Option<(Rule, String)>;
/// A member, by the positions of its service and its host.
type Place = (usize, usize);

/// What the rules remember.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Whether each service has quorum.
    up: BTreeMap<usize, bool>,
    /// What was told of services and of servers.
    told_services: BTreeMap<usize, bool>,
    told: BTreeMap<Place, bool>,
    /// Since when each member is configured.
    pub(super) since: BTreeMap<Place, Instant>,
    /// Members that drain, until then.
    pub(super) leaving: BTreeMap<Place, Instant>,
}

impl Memory {
    /// A service is no more.
    pub(super) fn forget(&mut self, position: usize) {
        self.up.remove(&position);
        self.told_services.remove(&position);
        self.told.retain(|(of, _), _| *of != position);
        self.since.retain(|(of, _), _| *of != position);
    }

    /// A member is no more.
    pub(super) fn forget_member(&mut self, place: Place) {
        self.told.remove(&place);
        self.since.remove(&place);
    }

    /// A report must say something new.
    pub(super) fn hears(&mut self, report: &Report) -> Found {
        let said = match report {
            Report::RealServer { service, address, up, .. } => {
                let place = (position_of(*service), host_of(*address));
                (self.told.insert(place, *up) == Some(*up)).then(|| format!("{address} is {up} twice"))
            }
            Report::VirtualServer { service, up, .. } => {
                let before = self.told_services.insert(position_of(*service), *up);
                (before == Some(*up)).then(|| format!("{service} is {up} twice"))
            }
            Report::Note { .. } | Report::AllReleased => None,
        };
        said.map(|text| (Rule::Told, text))
    }
}

fn position_of(of: Service) -> usize {
    (0..=usize::from(u8::MAX)).find(|position| service(*position) == of).unwrap_or(usize::MAX)
}

fn host_of(address: IpAddr) -> usize {
    (0..=usize::from(u8::MAX)).find(|position| host(*position) == address).unwrap_or(usize::MAX)
}

/// Checks everything.
pub(super) fn check(world: &mut World) -> Found {
    let now = world.now;
    world.memory.leaving.retain(|_, until| *until > now);
    let snapshot = world.pool.snapshot();
    let mut wanted = BTreeMap::new();
    for (position, setup) in world.services.clone().iter().enumerate().filter(|(_, setup)| setup.present) {
        let Some(seen) = snapshot.iter().find(|seen| seen.service == service(position)) else {
            return Some((Rule::Table, format!("service {position} is not there")));
        };
        let found = healths(world, position, setup, seen)
            .or_else(|| quorum(world, position, setup, seen))
            .or_else(|| told(world, position, setup, seen));
        if found.is_some() {
            return found;
        }
        let key = key_of(position);
        wanted.insert(key, destinations(world, position, setup, seen));
    }
    // Services that left the file stay as long as servers of theirs drain.
    for (position, of) in world.memory.leaving.keys() {
        let gone = world.services.get(*position).is_some_and(|setup| !setup.present);
        if gone {
            wanted.entry(key_of(*position)).or_insert_with(BTreeMap::new).insert(host(*of), 0);
        }
    }
    table(world, &wanted)
}

fn alive(seen: &VirtualServer, of: usize) -> bool {
    seen.real_servers.iter().any(|server| server.address == host(of) && server.alive)
}

fn duty(world: &World, position: usize, of: usize) -> Duty {
    world.duties.get(&(position, of)).copied().unwrap_or_default()
}

/// A server that is not as its host is, for longer than its checks take.
fn healths(world: &mut World, position: usize, setup: &ServiceSetup, seen: &VirtualServer) -> Found {
    let now = world.now;
    for member in setup.members.iter().filter(|member| member.present) {
        let configured = *world.memory.since.entry((position, member.host)).or_insert(now);
        let (mood, changed) = world.moods.get(member.host).copied()?;
        let since = configured.max(changed);
        let (good, alive) = (mood == Mood::Answers, alive(seen, member.host));
        if alive != good && now.since(since) > setup.check.patience() {
            let text = format!("host {} is {mood:?} for {} and alive {alive}", member.host, now.since(since));
            return Some((Rule::Health, text));
        }
    }
    None
}

/// Quorum by its definition: lost below quorum minus hysteresis or without any weight, gained at quorum plus hysteresis.
fn quorum(world: &mut World, position: usize, setup: &ServiceSetup, seen: &VirtualServer) -> Found {
    let counts = |of: usize| alive(seen, of) && duty(world, position, of) == Duty::Full;
    let live: u32 = setup.members.iter().filter(|m| m.present && counts(m.host)).map(|m| m.weight).sum();
    let before = world.memory.up.get(&position).copied().unwrap_or(false);
    let needed = if before { setup.quorum.saturating_sub(setup.hysteresis) } else { setup.quorum + setup.hysteresis };
    let up = live >= needed.max(1);
    world.memory.up.insert(position, up);
    (seen.up != up).then(|| (Rule::Quorum, format!("service {position} is {} with {live}, needed {needed}", seen.up)))
}

/// What was told last is so; who was never told of anything is as it began.
fn told(world: &mut World, position: usize, setup: &ServiceSetup, seen: &VirtualServer) -> Found {
    for member in setup.members.iter().filter(|member| member.present) {
        let place = (position, member.host);
        // Who starts down is told of when its first check has failed, who starts up is not told of until it fails.
        if !member.alpha {
            world.memory.told.entry(place).or_insert(true);
        }
        let told = world.memory.told.get(&place).copied().unwrap_or(false);
        let alive = alive(seen, member.host);
        if told != alive {
            return Some((Rule::Told, format!("host {} of {position} is alive {alive}, told {told}", member.host)));
        }
    }
    let told = world.memory.told_services.get(&position).copied();
    let silent = told.unwrap_or(false) != seen.up;
    silent.then(|| (Rule::Told, format!("service {position} is {}, told {told:?}", seen.up)))
}

/// Address and weight of everything that the table is to hold for a service.
fn destinations(world: &World, position: usize, setup: &ServiceSetup, seen: &VirtualServer) -> BTreeMap<IpAddr, u32> {
    let up = world.memory.up.get(&position).copied().unwrap_or(false);
    let displaced = !up && setup.sorry.is_some();
    let mut all = BTreeMap::new();
    for member in setup.members.iter().filter(|member| member.present) {
        let duty = duty(world, position, member.host);
        let weight = if duty == Duty::Full { member.weight } else { 0 };
        if matches!(duty, Duty::Disabled | Duty::Removed) {
            continue;
        }
        if alive(seen, member.host) && !displaced {
            all.insert(host(member.host), weight);
        } else if member.inhibit {
            all.insert(host(member.host), 0);
        }
    }
    let leaving = world.memory.leaving.keys().filter(|(of, _)| *of == position);
    all.extend(leaving.map(|(_, of)| (host(*of), 0)));
    match (setup.sorry, up) {
        (Some(_), false) => drop(all.insert(sorry(), 1)),
        (Some(true), true) => drop(all.insert(sorry(), 0)),
        _ => {}
    }
    all
}

/// What the kernel calls a service.
pub(super) fn key_of(position: usize) -> ServiceKey {
    ServiceKey::Address { protocol: Protocol::TCP, address: service_address(position), port: PORT }
}

fn table(world: &World, wanted: &BTreeMap<ServiceKey, BTreeMap<IpAddr, u32>>) -> Found {
    if world.is_unsteady() {
        return None;
    }
    let found: BTreeMap<_, BTreeMap<_, _>> = world
        .ipvs
        .table()
        .services
        .iter()
        .filter(|(key, _)| wanted.contains_key(*key) || !world.orphans.contains(*key))
        .map(|(key, entry)| {
            (*key, entry.destinations.values().map(|d| (d.destination.key.address, d.destination.weight)).collect())
        })
        .collect();
    (found != *wanted).then(|| (Rule::Table, format!("the table is {found:?}, not {wanted:?}")))
}

/// How long the table may be otherwise after somebody changed it or the kernel took changes again.
pub(super) const REPAIR: Interval = Interval::from_nanos(model::limits::IPVS_ROUND.as_nanos() + 10_000_000);
