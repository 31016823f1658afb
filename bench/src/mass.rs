//! A master of 255 virtual routers falls silent: when the next one has spoken for all, and when it has all addresses.
use crate::many::{Machine, Many, PER_LINK, onlooker};
use crate::master::Master;
use crate::table::compare;
use lab::{Error, Kind, Result, Room, timers, wait};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

const INTERVAL: Duration = Duration::from_millis(100);
const INTERVAL_CENTIS: u16 = 10;
const ADDRESSES: usize = 10;
/// Whoever does not hold all addresses by then never will.
const PATIENCE: Duration = Duration::from_secs(30);
const SUCCESSOR: u8 = 200;
/// Its master-down time is 60 ms longer: whatever it claims, the successor was too late.
const THIRD: u8 = 50;

/// Measures both daemons and prints a table.
pub(crate) fn run(evenkeel: &Path, rounds: usize) -> Result<()> {
    println!(
        "mass: {PER_LINK} routers with {ADDRESSES} addresses each at {} ms, {rounds} rounds, medians",
        INTERVAL.as_millis()
    );
    compare(evenkeel, rounds, &["last advert ms", "last VIP ms", "false claims"], |kind| measure(kind).map(Vec::from))
}

fn many(priority: u8) -> Many {
    Many { routers: PER_LINK, addresses: ADDRESSES, priority, interval: INTERVAL, lines: String::new() }
}

fn measure(kind: &Kind) -> Result<[f64; 3]> {
    let lans = many(1).lans()?;
    let (room, frames) = onlooker(&lans)?;
    let mut successor = Machine::new(&lans, kind, 1, &many(SUCCESSOR))?;
    let mut third = Machine::new(&lans, kind, 2, &many(THIRD))?;
    let masters = masters(&room)?;
    // They rule before the others start, and until the others have long settled.
    reign(&masters, Duration::from_millis(500))?;
    successor.program.start()?;
    third.program.start()?;
    let last = reign(&masters, Duration::from_secs(4))?;
    let down = timers::master_down_v3(SUCCESSOR, INTERVAL);
    let total = PER_LINK * ADDRESSES;
    let holds_all = || (successor.held().ok()? >= total).then_some(());
    let all_held = wait::until(PATIENCE, holds_all).is_some();
    sleep(Duration::from_millis(500));
    let late =
        |at: Instant, vrid: u8| last.get(&vrid).map_or(0.0, |sent| (at - *sent).as_secs_f64() - down.as_secs_f64());
    let begin = last.values().copied().min().unwrap_or_else(Instant::now);
    let adverts = frames.adverts(begin);
    let mut first = BTreeMap::new();
    for advert in adverts.iter().filter(|a| a.source == IpAddr::V4(successor.source) && a.priority == SUCCESSOR) {
        first.entry(advert.vrid).or_insert(advert.at);
    }
    if first.len() < PER_LINK {
        return Err(Error::new(format!("{} spoke for {} of {PER_LINK}", kind.name(), first.len())));
    }
    let advert = first.iter().map(|(vrid, at)| late(*at, *vrid)).fold(f64::MIN, f64::max);
    let added = successor.addresses.all(begin).into_iter().filter(|change| change.added);
    let address = added.map(|change| late(change.at, vrid_of(change.address))).fold(f64::MIN, f64::max);
    let claims: BTreeSet<u8> = adverts.iter().filter(|a| a.priority == THIRD).map(|a| a.vrid).collect();
    let address = if all_held { address } else { f64::INFINITY };
    Ok([advert * 1e3, address * 1e3, claims.len() as f64])
}

fn vrid_of(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(four) => four.octets()[2],
        IpAddr::V6(_) => 0,
    }
}

fn masters(room: &Room) -> Result<Vec<(u8, Master)>> {
    let source = Ipv4Addr::new(10, 9, 0, 250);
    let make =
        |vrid: u8| Ok((vrid, Master::new(room, source, vrid, INTERVAL_CENTIS, Ipv4Addr::new(172, 16, vrid, 1))?));
    (1..=u8::MAX).map(make).collect()
}

/// Speaks for all in every interval, and tells when it last spoke for each.
fn reign(masters: &[(u8, Master)], lasts: Duration) -> Result<BTreeMap<u8, Instant>> {
    let (begin, mut last) = (Instant::now(), BTreeMap::new());
    let mut due = begin;
    while begin.elapsed() < lasts {
        for (vrid, master) in masters {
            last.insert(*vrid, master.send()?);
        }
        due += INTERVAL;
        sleep(due.saturating_duration_since(Instant::now()));
    }
    Ok(last)
}
