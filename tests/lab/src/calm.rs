//! A master that nothing disturbs: it alone holds its address, has never let go of it, and has missed no advert.
use crate::error::{Error, Result, ensure};
use crate::pair::{Pair, Place};
use crate::plan::{Family, Plan};
use crate::room::Room;
use crate::watch::{Advert, Frames};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Judges the preferred director, which has been master since before `since`.
pub fn undisturbed(pair: &Pair, plan: &Plan, frames: &Frames, since: Instant, what: &str) -> Result<()> {
    let (director, vip) = (pair.director(Place::Primary), plan.vip());
    let changes = director.addresses.changes(vip, since);
    ensure(changes.is_empty(), || format!("{what}: {vip} was touched: {changes:?}\n{}", pair.last_words()))?;
    ensure(pair.only_holder()? == Place::Primary, || format!("{what}: somebody else is master"))?;
    let source = source(pair, plan)?;
    let ours: Vec<Advert> = frames.adverts(since).into_iter().filter(|advert| advert.source == source).collect();
    let strange = ours.iter().find(|advert| advert.priority != Place::Primary.priority());
    ensure(strange.is_none(), || format!("{what}: it spoke with another priority: {strange:?}"))?;
    let longest = longest_pause(&ours, since, Instant::now());
    // A missed advert leaves twice the interval.
    let limit = plan.interval * 2 + pair.pulse.allowance(since).silence;
    println!("{what}: longest pause between adverts {} ms of {}", longest.as_millis(), plan.interval.as_millis());
    ensure(longest < limit, || format!("{what}: no advert for {longest:?}\n{}", pair.last_words()))
}

/// The longest time without an advert between two instants.
pub fn longest_pause(adverts: &[Advert], from: Instant, to: Instant) -> Duration {
    let times = adverts.iter().map(|advert| advert.at);
    let pauses = std::iter::once(from).chain(times.clone()).zip(times.chain([to]));
    pauses.map(|(one, next)| next.saturating_duration_since(one)).max().unwrap_or_default()
}

/// Where the preferred director's adverts come from: in IPv6 from its link-local address (RFC 9568 section 5.1.2.1).
pub fn source(pair: &Pair, plan: &Plan) -> Result<IpAddr> {
    if plan.unicast || plan.family == Family::V4 {
        return Ok(plan.own(Place::Primary));
    }
    link_local(pair.director(Place::Primary).room(), plan)
}

/// A machine's own link-local address, which is none of the virtual ones.
pub fn link_local(room: &Room, plan: &Plan) -> Result<IpAddr> {
    let own = |address: &IpAddr| {
        matches!(address, IpAddr::V6(six) if six.is_unicast_link_local()) && !plan.addresses().contains(address)
    };
    let found = room.addresses()?.into_iter().find(own);
    found.ok_or_else(|| Error::new(format!("{} has no link-local address", room.name())))
}
