//! What must hold in every world, after everything that happens.
use crate::machine::{Machine, Outbox};
use crate::node::Node;
use crate::scenario::config::keys;
use crate::trace::Seconds;
use crate::truth::{self, Standing, master_down};
use crate::world::{KERNEL_GRACE, RETRY_GRACE, World};
use model::config::vrrp::Instance;
use model::holdings::AddressKey;
use model::state::vrrp::{self as state, RouterState};
use model::{Instant, Interval, Name, limits};
use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use vrrp::effect::Report;

/// The rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// An address is held only by a master, one that hands over, or one that resumes.
    Held,
    /// The kernel contains what is published.
    Published,
    /// A master's advert is never late.
    OnTime,
    /// A master that lets go says so.
    Farewell,
    /// A backup that hears its master waits.
    NoFalseClaim,
    /// Once all is quiet, every connected set of routers has exactly one master.
    OneMaster,
    /// Only a master announces, and only what its kernel has.
    Announced,
    /// Reports follow each other, and the last one tells the state.
    Reported,
    /// A daemon that is asked to stop leaves.
    Leaves,
    /// Queues and rates stay within bounds.
    Bounded,
    /// Time goes on.
    Progress,
    /// Nothing panics.
    Panic,
    /// What the scenario expects.
    Expectation,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Held => "an address is held only by a master, one that hands over, or one that resumes",
            Self::Published => "the kernel contains what is published",
            Self::OnTime => "a master's advert is never late",
            Self::Farewell => "a master that lets go says so",
            Self::NoFalseClaim => "a backup that hears its master waits",
            Self::OneMaster => "once all is quiet, every connected set of routers has exactly one master",
            Self::Announced => "only a master announces, and only what its kernel has",
            Self::Reported => "reports follow each other, and the last one tells the state",
            Self::Leaves => "a daemon that is asked to stop leaves",
            Self::Bounded => "queues and rates stay within bounds",
            Self::Progress => "time goes on",
            Self::Panic => "nothing panics",
            Self::Expectation => "what the scenario expects",
        })
    }
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
        write!(f, "at {}: {}\n  rule: {}", Seconds(self.at), self.text, self.rule)
    }
}

type Checked = Result<(), Violation>;

/// A timer may be early by this much, and the next one seems late by as much.
const EARLY: Interval = limits::COALESCE;
/// Adverts of moves, reloads and answers, on top of twice the regular ones of a second.
const EXTRA_ADVERTS: u64 = 20;
/// From the order to stop to the end, beyond the time that a successor has: kernel and threads.
const LEAVING: Interval = Interval::from_millis(100);

/// Checks what one daemon ordered in its last turn, and how its instances moved in it.
pub(crate) fn orders(world: &mut World, router: usize, outbox: &Outbox) -> Checked {
    let now = world.now;
    let Some(node) = world.nodes.get_mut(router) else { return Ok(()) };
    let found = moves(node, now, outbox)
        .or_else(|| announcements(node, now, outbox))
        .or_else(|| submissions(outbox))
        .or_else(|| rates(node, now, outbox));
    let name = node.name.clone();
    found.map_or(Ok(()), |(rule, text)| Err(world.violation(rule, format!("{name}: {text}"))))
}

type Found = Option<(Rule, String)>;

fn moves(node: &mut Node, now: Instant, outbox: &Outbox) -> Found {
    let mut found = vanished(node, outbox);
    for seen in &node.view.instances {
        let before = node.watch.states.insert(seen.name.clone(), seen.state);
        let said = |zero: bool| outbox.adverts.iter().any(|a| a.owner == seen.name && is_farewell(&a.payload) == zero);
        let became = |state: RouterState| seen.state == state && before != Some(state);
        let audible = node.machine().is_running(&seen.interface);
        if became(RouterState::Master) {
            if audible && !said(false) {
                found = found.or(Some((Rule::OnTime, format!("{} became master and sent no advert", seen.name))));
            }
            if before == Some(RouterState::Backup) {
                found = found.or_else(|| false_claim(node, now, &seen.name));
            }
        }
        let lets_go = became(RouterState::Releasing) || became(RouterState::Fault);
        if lets_go && before == Some(RouterState::Master) && audible && !said(true) {
            found = found.or(Some((Rule::Farewell, format!("{} lets go and did not say so", seen.name))));
        }
        if seen.state != RouterState::Master || !audible {
            node.watch.adverts.remove(&seen.name);
        } else if said(false) {
            let last = node.watch.adverts.insert(seen.name.clone(), (now, seen.advert_interval));
            found = found.or_else(|| last.and_then(|last| overdue(seen, last, now, node.lateness)));
        }
        if seen.state != RouterState::Backup {
            node.watch.heard.remove(&seen.name);
        }
    }
    found
}

/// Instances that a reload took away: a master among them says goodbye.
fn vanished(node: &mut Node, outbox: &Outbox) -> Found {
    let is_there = |name: &Name| node.view.instances.iter().any(|seen| seen.name == *name);
    let gone: Vec<_> =
        node.watch.states.iter().filter(|(name, _)| !is_there(name)).map(|(n, s)| (n.clone(), *s)).collect();
    let mut found = None;
    for (name, state) in gone {
        let said = outbox.adverts.iter().any(|advert| advert.owner == name && is_farewell(&advert.payload));
        let interface = node.original.instances.iter().find(|i| i.name == name).map(|i| &i.interface);
        let audible = interface.is_some_and(|interface| node.machine().is_running(interface));
        if state == RouterState::Master && audible && !said {
            found = Some((Rule::Farewell, format!("{name} was removed and did not say so")));
        }
        node.watch.forget(&name);
    }
    found
}

fn is_farewell(payload: &[u8]) -> bool {
    payload.get(2) == Some(&0)
}

fn false_claim(node: &Node, now: Instant, instance: &Name) -> Found {
    let heard = node.watch.heard.get(instance)?;
    let waited = now.since(heard.at) + EARLY;
    (waited < heard.silence).then(|| {
        (Rule::NoFalseClaim, format!("{instance} became master {} after it heard its master", now.since(heard.at)))
    })
}

fn overdue(seen: &state::Instance, last: (Instant, Interval), now: Instant, lateness: Interval) -> Found {
    let (at, interval) = last;
    let bound = interval.max(seen.advert_interval) + EARLY + lateness;
    (now.since(at) > bound).then(|| (Rule::OnTime, format!("{}: {} since its last advert", seen.name, now.since(at))))
}

fn announcements(node: &Node, now: Instant, outbox: &Outbox) -> Found {
    if outbox.announcements.is_empty() || unsteady(node, now) {
        return None;
    }
    let there = node.machine().virtual_addresses();
    let of_master = |address| {
        let masters = node.view.instances.iter().filter(|seen| seen.state == RouterState::Master);
        masters.flat_map(|seen| &seen.addresses).any(|prefix| prefix.address() == address)
    };
    outbox.announcements.iter().find_map(|announcement| {
        let address = announcement.address;
        let held = there.iter().any(|key| key.prefix.address() == address && key.interface == announcement.interface);
        let what = match (held, of_master(address)) {
            (true, true) => return None,
            // An unguarded address that somebody took away is nobody's business.
            (false, true) if is_unguarded(node, address) => return None,
            (false, _) => "is not in its kernel",
            (_, false) => "belongs to no master here",
        };
        Some((Rule::Announced, format!("{address} is announced and {what}")))
    })
}

fn is_unguarded(node: &Node, address: IpAddr) -> bool {
    let all = node.config.instances.iter().flat_map(|i| i.addresses.iter().chain(&i.excluded));
    all.filter(|known| known.prefix.address() == address).any(|known| known.no_track)
}

/// Whether somebody interferes with the kernel, so that it may differ from what the daemon can know.
fn unsteady(node: &Node, now: Instant) -> bool {
    let recent = |at: Option<Instant>, time: Interval| at.is_some_and(|at| now.since(at) <= time);
    node.machine().refuses()
        || recent(node.watch.refused_at, RETRY_GRACE)
        || recent(node.watch.meddled_at, KERNEL_GRACE)
}

fn submissions(outbox: &Outbox) -> Found {
    let too_many = outbox.submissions.iter().find(|(_, changes)| changes.len() > limits::NETLINK_BATCH)?;
    Some((Rule::Bounded, format!("{} changes in one submission", too_many.1.len())))
}

fn rates(node: &mut Node, now: Instant, outbox: &Outbox) -> Found {
    for advert in &outbox.adverts {
        let rate = node.watch.rates.entry(advert.owner.clone()).or_default().at(now);
        rate.sent += 1;
        let Some(seen) = node.view.instances.iter().find(|seen| seen.name == advert.owner) else { continue };
        let regular = Interval::from_secs(1).as_nanos() / seen.advert_interval.as_nanos().max(1);
        if rate.sent > 2 * regular + EXTRA_ADVERTS {
            return Some((Rule::Bounded, format!("{}: {} adverts within a second", advert.owner, rate.sent)));
        }
    }
    None
}

/// Checks one router as it is now.
pub(crate) fn router(world: &mut World, router: usize) -> Checked {
    let now = world.now;
    let Some(node) = world.nodes.get_mut(router) else { return Ok(()) };
    if !node.runs() || node.frozen_until.is_some() {
        return Ok(());
    }
    let found =
        strays(node, now).or_else(|| missing(node, now)).or_else(|| late(node, now)).or_else(|| stays(node, now));
    let name = node.name.clone();
    found.map_or(Ok(()), |(rule, text)| Err(world.violation(rule, format!("{name}: {text}"))))
}

/// Addresses that no state permits, for longer than the kernel takes.
fn strays(node: &mut Node, now: Instant) -> Found {
    let there = node.machine().virtual_addresses();
    let permitted: BTreeSet<_> = there.iter().filter(|key| is_permitted(node, key, now)).cloned().collect();
    node.watch.strays.retain(|key, _| there.contains(key) && !permitted.contains(key));
    let grace = KERNEL_GRACE + node.lateness;
    for key in there.difference(&permitted) {
        let since = *node.watch.strays.entry(key.clone()).or_insert(now);
        if now.since(since) > grace {
            let text = format!("{} is still there after {}: {}", key.prefix, now.since(since), owner(node, key));
            return Some((Rule::Held, text));
        }
    }
    None
}

fn owner(node: &Node, key: &AddressKey) -> String {
    match configured(node, key) {
        Some((_, seen)) => format!("{} is {:?}", seen.name, seen.state),
        None => "no instance has it".to_owned(),
    }
}

fn configured<'a>(node: &'a Node, key: &AddressKey) -> Option<(&'a Instance, &'a state::Instance)> {
    let of_key = |seen: &&state::Instance| seen.interface == key.interface && seen.addresses.contains(&key.prefix);
    let seen = node.view.instances.iter().find(of_key)?;
    let instance = node.config.instances.iter().find(|instance| instance.name == seen.name)?;
    Some((instance, seen))
}

fn is_permitted(node: &Node, key: &AddressKey, now: Instant) -> bool {
    let grace = KERNEL_GRACE + node.lateness;
    if node.view.instances.is_empty() {
        // Not configured yet.
        return now.since(node.started_at) <= Interval::from_millis(20) + grace;
    }
    let Some((instance, seen)) = configured(node, key) else {
        // A reload in that window may take an address out of the configuration.
        let window = node.config.instances.iter().map(master_down).max().unwrap_or_default().scaled(2, 1);
        let hoped = node.watch.leftovers.contains(key) && now.since(node.started_at) <= window + grace;
        return hoped || node.watch.unknown.contains(key);
    };
    // The documented window: what a crash left behind may stay while its instance hopes to resume.
    let window = master_down(instance) + Interval::from_millis(20) + grace;
    match seen.state {
        RouterState::Master | RouterState::Releasing => true,
        RouterState::Init => now.since(node.started_at) <= window,
        RouterState::Backup => seen.holds_addresses && node.local(now).since(seen.since) <= window,
        RouterState::Fault | RouterState::Stopped => false,
    }
}

/// Addresses that are published as held and are not in the kernel, for longer than it takes.
fn missing(node: &mut Node, now: Instant) -> Found {
    if unsteady(node, now) {
        node.watch.missing.clear();
        return None;
    }
    let there = node.machine().virtual_addresses();
    let guarded = |instance: &Instance| instance.addresses.iter().all(|address| !address.no_track);
    let mut wrong = BTreeSet::new();
    // One that hands over on a link that was taken away ends anyway, when its time is up.
    let ends = |seen: &state::Instance| seen.state == RouterState::Releasing && !node.machine().exists(&seen.interface);
    for seen in node.view.instances.iter().filter(|seen| seen.holds_addresses && !ends(seen)) {
        let instance = node.config.instances.iter().find(|i| i.name == seen.name && guarded(i));
        let absent =
            instance.and_then(|i| keys(i).find(|key| !there.contains(key) && seen.addresses.contains(&key.prefix)));
        if let Some(key) = absent {
            wrong.insert((seen.name.clone(), key));
        }
    }
    node.watch.missing.retain(|name, _| wrong.iter().any(|(other, _)| other == name));
    for (name, key) in wrong {
        let since = *node.watch.missing.entry(name.clone()).or_insert(now);
        if now.since(since) > KERNEL_GRACE + node.lateness {
            let text = format!("{name} is said to hold {}, which is not there for {}", key.prefix, now.since(since));
            return Some((Rule::Published, text));
        }
    }
    None
}

/// Adverts that should have been sent by now.
fn late(node: &Node, now: Instant) -> Found {
    let masters = node.view.instances.iter().filter(|seen| seen.state == RouterState::Master);
    masters.filter_map(|seen| Some((seen, *node.watch.adverts.get(&seen.name)?))).find_map(|(seen, last)| {
        let audible = node.machine().is_running(&seen.interface);
        if audible { overdue(seen, last, now, node.lateness) } else { None }
    })
}

/// A daemon that was asked to stop and does not leave. The longest wait is the successor's skew.
fn stays(node: &Node, now: Instant) -> Found {
    let since = node.stopping_since?;
    let wait = node.config.instances.iter().map(master_down).max().unwrap_or_default();
    let bound = wait + limits::RELEASE_MARGIN + LEAVING + node.lateness;
    let overdue = now.since(since) > bound && now.since(node.started_at) > bound;
    overdue.then(|| (Rule::Leaves, format!("asked to stop {} ago and still there", now.since(since))))
}

/// Checks a daemon that has just left.
pub(crate) fn left(world: &World, router: usize) -> Checked {
    let Some(node) = world.nodes.get(router) else { return Ok(()) };
    let mine: BTreeSet<_> = node.config.instances.iter().flat_map(keys).collect();
    let there = node.machine().virtual_addresses();
    let forgotten = there.iter().find(|key| mine.contains(key));
    forgotten.map_or(Ok(()), |key| {
        let text = format!("{}: the daemon left and {} is still there", node.name, key.prefix);
        Err(world.violation(Rule::Held, text))
    })
}

/// Checks that a report follows the one before it.
pub(crate) fn reported(world: &mut World, router: usize, report: &Report) -> Checked {
    let Some(node) = world.nodes.get_mut(router) else { return Ok(()) };
    let (instance, from, to) = match report {
        Report::Moved { instance, from, to, .. } => (instance, *from, *to),
        Report::Removed { instance, .. } => {
            node.watch.reported.remove(instance);
            return Ok(());
        }
        _ => return Ok(()),
    };
    let before = node.watch.reported.insert(instance.clone(), to).unwrap_or_default();
    // The move from MASTER to RELEASING is not told by itself.
    let hidden = from == RouterState::Releasing && before == RouterState::Master;
    if from == before || hidden {
        return Ok(());
    }
    let text = format!("{}: {instance} reports {from:?} -> {to:?}, before it reported {before:?}", node.name);
    Err(world.violation(Rule::Reported, text))
}

/// Checks all routers together, once they have had time to settle.
pub(crate) fn network(world: &mut World) -> Checked {
    let now = world.now;
    let settled_at = match world.settled_at {
        Some(at) => at,
        None => *world.settled_at.insert(world.disturbed_at + truth::bound(world)),
    };
    let quiet = now >= settled_at && world.lan.quality.loss == 0;
    let busy = |node: &Node| node.frozen_until.is_some() || node.stopping_since.is_some() || node.machine().refuses();
    if !quiet || world.nodes.iter().any(busy) {
        return Ok(());
    }
    let names: BTreeSet<_> = world.nodes.iter().flat_map(|n| &n.config.instances).map(|i| i.name.clone()).collect();
    let found = names.iter().find_map(|name| election(world, name)).or_else(|| told(world));
    found.map_or(Ok(()), |(rule, text)| Err(world.violation(rule, text)))
}

/// A router that has an instance.
struct Participant<'a> {
    router: usize,
    node: &'a Node,
    instance: &'a Instance,
    standing: Standing,
    state: RouterState,
}

fn participants<'a>(world: &'a World, name: &Name) -> Vec<Participant<'a>> {
    let of = |(router, node): (usize, &'a Node)| {
        let instance = node.config.instances.iter().find(|i| i.name == *name)?;
        let seen = node.view.instances.iter().find(|seen| seen.name == *name)?;
        let standing = truth::standing(&world.scenario, node, instance);
        Some(Participant { router, node, instance, standing, state: seen.state })
    };
    world.nodes.iter().enumerate().filter(|(_, node)| node.runs()).filter_map(of).collect()
}

fn election(world: &World, name: &Name) -> Found {
    let all = participants(world, name);
    let fit: Vec<_> = all.iter().filter(|p| p.standing.eligible).collect();
    if let Some(wrong) = all.iter().find(|p| !p.standing.eligible && p.state == RouterState::Master) {
        return Some((Rule::OneMaster, format!("{name}: {} is master and cannot be", wrong.node.name)));
    }
    let same_version = fit.windows(2).all(|pair| match pair {
        [a, b] => a.instance.advert_interval == b.instance.advert_interval || a.instance.version.number() == 3,
        _ => true,
    });
    let grouped = fit.iter().any(|p| p.node.config.groups.iter().any(|group| group.members.contains(name)));
    let sets = connected(world, &fit)?;
    // Version 2 refuses another interval; a group may be torn between two networks, or between two ideas of its members.
    if !same_version || (grouped && (sets.len() > 1 || !agree_on_groups(world))) {
        return None;
    }
    sets.iter().find_map(|set| one_master(name, set))
}

fn agree_on_groups(world: &World) -> bool {
    let members = |node: &Node| node.config.groups.iter().map(|group| group.members.clone()).collect::<Vec<_>>();
    let mut all = world.nodes.iter().filter(|node| node.runs()).map(members);
    let first = all.next();
    all.all(|other| Some(other) == first)
}

/// The sets of routers that hear each other; `None` when hearing is not mutual or not everybody's.
fn connected<'a>(world: &World, fit: &[&'a Participant<'a>]) -> Option<Vec<Vec<&'a Participant<'a>>>> {
    let hears = |a: &Participant<'_>, b: &Participant<'_>| world.lan.reaches(a.router, b.router, &a.instance.interface);
    let mut sets: Vec<Vec<&Participant<'_>>> = Vec::new();
    for next in fit {
        let home = sets.iter_mut().find(|set| set.iter().any(|known| hears(known, next) || hears(next, known)));
        match home {
            Some(set) => set.push(next),
            None => sets.push(vec![next]),
        }
    }
    let whole =
        |set: &Vec<&Participant<'_>>| set.iter().all(|a| set.iter().all(|b| a.router == b.router || hears(a, b)));
    let apart = |a: &Participant<'_>, b: &Participant<'_>| !hears(a, b) && !hears(b, a);
    let split = sets.iter().enumerate().all(|(n, set)| {
        let others = sets.iter().skip(n + 1).flatten();
        others.clone().all(|other| set.iter().all(|own| apart(own, other)))
    });
    (sets.iter().all(whole) && split).then_some(sets)
}

fn one_master(name: &Name, set: &[&Participant<'_>]) -> Found {
    let masters: Vec<_> = set.iter().filter(|p| p.state == RouterState::Master).collect();
    let names = |list: &[&Participant<'_>]| list.iter().map(|p| p.node.name.to_string()).collect::<Vec<_>>().join(" ");
    let [master] = masters.as_slice() else {
        let masters: Vec<_> = masters.into_iter().copied().collect();
        let text = format!("{name}: masters are [{}] of [{}]", names(&masters), names(set));
        return Some((Rule::OneMaster, text));
    };
    if let Some(wrong) = set.iter().find(|p| p.state != RouterState::Master && holds(p.node.machine(), p.instance)) {
        return Some((Rule::OneMaster, format!("{name}: {} holds addresses beside the master", wrong.node.name)));
    }
    let best = set.iter().map(|p| p.standing.priority).max()?;
    let all_preempt = set.iter().all(|p| truth::preempts(p.instance) && truth::is_of_one_mind(p.node, p.instance));
    if all_preempt && master.standing.priority < best {
        let text = format!("{name}: {} is master with {}, {best} is there", master.node.name, master.standing.priority);
        return Some((Rule::OneMaster, text));
    }
    None
}

fn holds(machine: &Machine, instance: &Instance) -> bool {
    let there = machine.virtual_addresses();
    keys(instance).any(|key| there.contains(&key))
}

/// The last report of every instance tells its state; nobody is told of INIT.
fn told(world: &World) -> Found {
    world.nodes.iter().filter(|node| node.runs()).find_map(|node| {
        let wrong = node.view.instances.iter().find(|seen| {
            let told = node.watch.reported.get(&seen.name).copied().unwrap_or_default();
            told != seen.state
        })?;
        let text = format!("{}: {} is {:?} and this was not reported", node.name, wrong.name, wrong.state);
        Some((Rule::Reported, text))
    })
}
