//! What must hold of the orders of one turn, and of the moves that its instances made in it.
use super::{Checked, EARLY, Found, Rule, unsteady};
use crate::machine::Outbox;
use crate::node::Node;
use crate::truth;
use crate::watch::Rivalry;
use crate::world::World;
use model::net::{Advert, PROTOCOL_AH};
use model::state::vrrp::{self as state, RouterState};
use model::{Instant, Interval, Name, limits};
use std::net::IpAddr;

/// Adverts of moves, reloads and answers, on top of twice the regular ones of a second.
const EXTRA_ADVERTS: u64 = 20;

/// Checks what one daemon ordered in its last turn, and how its instances moved in it.
pub(crate) fn orders(world: &mut World, router: usize, outbox: &Outbox) -> Checked {
    let now = world.now;
    let Some(node) = world.nodes.get_mut(router) else { return Ok(()) };
    let found = moves(node, now, outbox)
        .or_else(|| announcements(node, now, outbox))
        .or_else(|| submissions(node, outbox))
        .or_else(|| rates(node, now, outbox));
    let name = node.name.clone();
    found.map_or(Ok(()), |(rule, text)| Err(world.violation(rule, format!("{name}: {text}"))))
}

fn moves(node: &mut Node, now: Instant, outbox: &Outbox) -> Found {
    let mut found = vanished(node, outbox);
    for seen in &node.view.instances {
        let before = node.watch.states.insert(seen.name.clone(), seen.state);
        let said = |zero: bool| outbox.adverts.iter().any(|a| a.owner == seen.name && is_farewell(a) == zero);
        let became = |state: RouterState| seen.state == state && before != Some(state);
        let audible = node.machine().is_audible(&seen.interface);
        if became(RouterState::Master) {
            if audible && !said(false) {
                found = found.or(Some((Rule::OnTime, format!("{} became master and sent no advert", seen.name))));
            }
            if before == Some(RouterState::Backup) {
                found = found.or_else(|| hasty(node, now, seen)).or_else(|| claim(node, now, seen));
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
            found = found.or_else(|| last.and_then(|last| overdue(seen, last, now, node.slack())));
        }
        if seen.state != RouterState::Backup {
            node.watch.heard.remove(&seen.name);
            node.watch.rivals.remove(&seen.name);
        } else if matches!(before, Some(RouterState::Master | RouterState::Releasing)) {
            // Of the packets of that turn, nobody knows which ones it heard as backup.
            node.watch.rivals.insert(seen.name.clone(), Rivalry { since: None, heard: None });
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
        let said = outbox.adverts.iter().any(|advert| advert.owner == name && is_farewell(advert));
        let interface = node.original.instances.iter().find(|i| i.name == name).map(|i| &i.interface);
        let audible = interface.is_some_and(|interface| node.machine().is_audible(interface));
        if state == RouterState::Master && audible && !said {
            found = Some((Rule::Farewell, format!("{name} was removed and did not say so")));
        }
        node.watch.forget(&name);
    }
    found
}

fn is_farewell(advert: &Advert) -> bool {
    let skipped = if advert.protocol == PROTOCOL_AH { 24 } else { 0 };
    advert.payload.get(skipped + 2) == Some(&0)
}

/// A backup takes over when its timer has run out after the last advert that it waited for, neither earlier nor, unless
/// its group makes it wait, later.
fn claim(node: &Node, now: Instant, seen: &state::Instance) -> Found {
    let heard = node.watch.heard.get(&seen.name)?;
    let instance = node.config.instances.iter().find(|instance| instance.name == seen.name)?;
    let waited = now.since(heard.at);
    let patience = truth::patience(instance, heard.interval, seen.effective_priority);
    if waited + EARLY + node.slack() < patience {
        let text = format!("{} became master {waited} after it heard its master, {patience} is its time", seen.name);
        return Some((if heard.worse { Rule::Preemption } else { Rule::NoFalseClaim }, text));
    }
    let grouped = node.config.groups.iter().any(|group| group.members.contains(&seen.name));
    (waited > patience + node.slack() && !grouped).then(|| {
        (Rule::OnTime, format!("{} became master {waited} after it heard its master, not {patience}", seen.name))
    })
}

/// A backup whose `preempt_delay` has not passed lets a worse master be, as long as that one speaks.
fn hasty(node: &Node, now: Instant, seen: &state::Instance) -> Found {
    let Rivalry { since: Some(since), heard: Some(heard) } = *node.watch.rivals.get(&seen.name)? else { return None };
    let instance = node.config.instances.iter().find(|instance| instance.name == seen.name)?;
    let speaks =
        now.since(heard.at) + EARLY + node.slack() < truth::patience(instance, heard.interval, seen.effective_priority);
    let waited = now.since(since);
    (speaks && waited + EARLY + node.slack() < instance.preempt_delay).then(|| {
        let text =
            format!("{} became master {waited} after it heard a worse one, not {}", seen.name, instance.preempt_delay);
        (Rule::Preemption, text)
    })
}

pub(super) fn overdue(seen: &state::Instance, last: (Instant, Interval), now: Instant, lateness: Interval) -> Found {
    let (at, interval) = last;
    let bound = interval.max(seen.advert_interval) + EARLY + lateness;
    (now.since(at) > bound).then(|| (Rule::OnTime, format!("{}: {} since its last advert", seen.name, now.since(at))))
}

fn announcements(node: &mut Node, now: Instant, outbox: &Outbox) -> Found {
    for announcement in &outbox.announcements {
        node.watch.unannounced.retain(|key, _| key.prefix.address() != announcement.address);
    }
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

fn submissions(node: &mut Node, outbox: &Outbox) -> Found {
    node.watch.in_flight += u64::try_from(outbox.submissions.len()).unwrap_or(u64::MAX);
    if node.watch.in_flight > 1 {
        return Some((Rule::Bounded, format!("{} submissions wait for the kernel", node.watch.in_flight)));
    }
    let too_many = outbox.submissions.iter().find(|(_, changes)| changes.len() > limits::NETLINK_BATCH)?;
    Some((Rule::Bounded, format!("{} changes in one submission", too_many.1.len())))
}

fn rates(node: &mut Node, now: Instant, outbox: &Outbox) -> Found {
    for advert in &outbox.adverts {
        node.watch.sends(advert);
        let rate = node.watch.rates.entry(advert.owner.clone()).or_default().at(now);
        rate.sent += 1;
        let Some(seen) = node.view.instances.iter().find(|seen| seen.name == advert.owner) else { continue };
        let instance = node.config.instances.iter().find(|instance| instance.name == advert.owner);
        let peers = instance.and_then(|i| i.unicast.as_ref()).map_or(1, |unicast| unicast.peers.len().max(1));
        let regular = Interval::from_secs(1).as_nanos() / seen.advert_interval.as_nanos().max(1);
        // What a worse master says is answered, once each.
        let bound = 2 * regular + EXTRA_ADVERTS + rate.heard;
        if rate.sent > bound * u64::try_from(peers).unwrap_or(u64::MAX) {
            return Some((Rule::Bounded, format!("{}: {} adverts within a second", advert.owner, rate.sent)));
        }
    }
    None
}
