//! Equal checks run once: which of them leads, and who takes its verdicts. A suspended server shares with nobody.
use crate::checker::{Checker, Nursery};
use crate::orders::Orders;
use crate::virtual_server::VirtualServer;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::net::IpAddr;
use model::Instant;
use model::config::server::Service;

/// Where a check stands: its virtual server, the index of the real server, and its own.
pub(crate) type Seat = (Service, (usize, usize));

/// Those who take the verdicts of a check, by its number.
pub(crate) type Followers = BTreeMap<u64, Vec<u64>>;

/// Virtual servers, by their own service.
type Services = BTreeMap<Service, VirtualServer>;

/// Finds the equal checks and lets one of each lead: who led longest, or who can go on with the timer of a leader that
/// is gone. `order` is that of the file; with sharing off everybody leads.
pub(crate) fn share(
    now: Instant,
    (services, order): (&mut Services, &[Service]),
    on: bool,
    nursery: &mut Nursery,
    orders: &mut Orders,
) -> Followers {
    let mut followers = Followers::new();
    for group in groups(services, order, on) {
        let Some((leader, others)) = split(services, &group, orders) else { continue };
        let wanted = others.iter().filter_map(|seat| wanted_by(services, *seat)).min();
        let Some(check) = check(services, leader) else { continue };
        take_the_lead(now, check, nursery, orders);
        check.ask_whole(false);
        wanted.into_iter().for_each(|at| check.no_later_than(at));
        let clock = *check.clockwork();
        for seat in others {
            let Some(check) = self::check(services, seat) else { continue };
            check.follow(&clock, orders);
            followers.entry(clock.number()).or_default().push(check.number());
        }
    }
    followers
}

fn take_the_lead(now: Instant, check: &mut Checker, nursery: &mut Nursery, orders: &mut Orders) {
    let Some(before) = check.follows() else { return };
    let delay_loop = check.config().delay_loop;
    match orders.inherit(before) {
        Some(clock) => check.lead_with(clock, now + delay_loop),
        None => check.lead_from(now + nursery.part_of(delay_loop)),
    }
}

fn check(services: &mut Services, (service, at): Seat) -> Option<&mut Checker> {
    services.get_mut(&service)?.checker_mut(at)
}

/// When one that will follow has wanted its next result.
fn wanted_by(services: &Services, (service, at): Seat) -> Option<Instant> {
    let check = services.get(&service)?.checker(at)?;
    (check.follows().is_none() && check.clockwork().probe().is_none()).then(|| check.deadline())
}

/// The leader of a group, and the others.
fn split(services: &Services, group: &[Seat], orders: &Orders) -> Option<(Seat, Vec<Seat>)> {
    let rank = |(service, at): &Seat| {
        let check = services.get(service).and_then(|server| server.checker(*at));
        match check.map(|check| (check.number(), check.follows())) {
            Some((number, None)) => number,
            Some((_, Some(leader))) if orders.leaves(leader) => leader,
            Some(_) | None => u64::MAX,
        }
    };
    let leader = *group.iter().min_by_key(|seat| rank(seat))?;
    Some((leader, group.iter().copied().filter(|seat| *seat != leader).collect()))
}

/// The checks that one probe can serve, each group in file order.
fn groups(services: &Services, order: &[Service], on: bool) -> Vec<Vec<Seat>> {
    let mut groups: Vec<Vec<Seat>> = Vec::new();
    // Groups that are open to others, by the place that they ask.
    let mut open: BTreeMap<(IpAddr, u16), Vec<usize>> = BTreeMap::new();
    for (service, server) in order.iter().filter_map(|service| Some((service, services.get(service)?))) {
        for (at, check) in server.checkers().filter(|(_, check)| check.probes()) {
            let seat = (*service, at);
            if !on || server.suspended() {
                groups.push(Vec::from([seat]));
                continue;
            }
            let connect = &check.config().connect;
            let near = open.entry((connect.address, connect.port)).or_default();
            let fits = |group: &&usize| groups.get(**group).is_some_and(|group| can_join(services, group, seat));
            match near.iter().find(fits).copied() {
                Some(group) => groups.get_mut(group).into_iter().for_each(|group| group.push(seat)),
                None => {
                    near.push(groups.len());
                    groups.push(Vec::from([seat]));
                }
            }
        }
    }
    groups
}

fn can_join(services: &Services, group: &[Seat], seat: Seat) -> bool {
    let known = |(service, at): &Seat| services.get(service).and_then(|s| Some((s.checker(*at)?, s.weight_at(*at)?)));
    match (group.first().and_then(known), known(&seat)) {
        (Some((first, its)), Some((check, own))) => first.can_share(check, (its, own)),
        _ => false,
    }
}
