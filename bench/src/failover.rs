//! From the end of the master-down time to the first advert, the address in the kernel, and the first gratuitous ARP.
use crate::figures::Figures;
use crate::master::Master;
use lab::watch::{Addresses, Frames};
use lab::{Error, Kind, Lan, Options, Program, Result, Room, timers, wait};
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

const VIP: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 100);
const DIRECTOR: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 1);
const PEER: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 2);
const VRID: u8 = 51;
const PRIORITY: u8 = 128;
/// How many adverts a reign has; at 10 ms the kernel of the director must get rid of the address meanwhile.
const REIGN: Duration = Duration::from_millis(400);

fn config(interval: Duration) -> String {
    format!(
        "global_defs {{\n  router_id bench\n  vrrp_version 3\n}}\n\
         vrrp_instance VI_1 {{\n  state BACKUP\n  interface eth0\n  virtual_router_id 51\n  priority {PRIORITY}\n  \
         advert_int {}\n  virtual_ipaddress {{\n    10.9.0.100/24\n  }}\n}}\n",
        interval.as_secs_f64()
    )
}

#[derive(Default)]
struct Results {
    advert: Figures,
    address: Figures,
    announcement: Figures,
}

/// Measures both daemons and prints a table.
pub(crate) fn run(evenkeel: &Path, rounds: usize, milliseconds: u16) -> Result<()> {
    println!("failover: {rounds} rounds each, version 3, interval {milliseconds} ms, one address");
    println!("microseconds after the end of the master-down time, median (nine in ten)\n");
    println!("{:<12} {:>18} {:>18} {:>18}", "", "first advert", "address", "gratuitous ARP");
    let mut medians = Vec::new();
    for kind in [Kind::Keepalived, Kind::Evenkeel(evenkeel.to_owned())] {
        let mut results = measure(&kind, rounds, milliseconds)?;
        let columns = [&mut results.advert, &mut results.address, &mut results.announcement].map(Figures::summary);
        let words = columns.map(|c| c.map_or_else(|| "-".to_owned(), |(median, most)| format!("{median} ({most})")));
        println!("{:<12} {:>18} {:>18} {:>18}", kind.name(), words[0], words[1], words[2]);
        medians.push(columns.map(|column| column.map_or(0, |(median, _)| median)));
    }
    if let [theirs, ours] = medians.as_slice() {
        let ratio = |n: usize| match (theirs.get(n), ours.get(n)) {
            (Some(theirs), Some(ours)) if *theirs > 0 => format!("{:.2}", *ours as f64 / *theirs as f64),
            _ => "-".to_owned(),
        };
        println!("{:<12} {:>18} {:>18} {:>18}", "ratio", ratio(0), ratio(1), ratio(2));
    }
    Ok(())
}

fn measure(kind: &Kind, rounds: usize, milliseconds: u16) -> Result<Results> {
    let interval = Duration::from_millis(milliseconds.into());
    let down = timers::master_down_v3(PRIORITY, interval);
    let lan = Lan::new()?;
    let (director, peer) = (Arc::new(Room::new("director")?), Arc::new(Room::new("peer")?));
    lan.plug(&director, DIRECTOR, 24)?;
    lan.plug(&peer, PEER, 24)?;
    let frames = Frames::watch(&peer)?;
    let addresses = Addresses::watch(&director)?;
    let master = Master::new(&peer, PEER, VRID, milliseconds / 10, VIP)?;
    let mut program = Program::new(
        kind.clone(),
        &director,
        &config(interval),
        Options { arguments: vec!["-P".into()], ..Options::default() },
    )?;
    program.start()?;
    let mut results = Results::default();
    // Its first claim shows that it is there; it is not counted.
    addresses.wait_added(VIP, Instant::now() - Duration::from_secs(1), Duration::from_secs(12))?;
    for _ in 0..rounds {
        let due = reign(&master, interval)? + down;
        let since = due - interval.min(down / 4);
        let advert = || frames.adverts(since).into_iter().find(|a| a.source == DIRECTOR && a.priority == 128);
        let missing = |what: &str| Error::new(format!("{} sent no {what}\n{}", kind.name(), program.log_tail(10)));
        let advert = wait::until(Duration::from_secs(5), advert).ok_or_else(|| missing("advert"))?;
        results.advert.note(due, advert.at);
        results.address.note(due, addresses.wait_added(VIP, since, Duration::from_secs(5))?);
        let announced = || frames.announcements(VIP, since).first().copied();
        let announced = wait::until(Duration::from_secs(5), announced).ok_or_else(|| missing("gratuitous ARP"))?;
        results.announcement.note(due, announced);
    }
    Ok(results)
}

/// Takes over, is master for a while, and falls silent: returns when the last advert was sent.
fn reign(master: &Master, interval: Duration) -> Result<Instant> {
    let mut last = master.send()?;
    let begin = last;
    let mut due = begin;
    while begin.elapsed() < REIGN.max(interval * 2) {
        due += interval;
        sleep(due.saturating_duration_since(Instant::now()));
        last = master.send()?;
    }
    Ok(last)
}
