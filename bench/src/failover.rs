//! From the end of the master-down time to the first advert, the address in the kernel, and the first gratuitous ARP.
use crate::figures::Figures;
use crate::master::Master;
use lab::watch::{Addresses, Frames};
use lab::{Error, Kind, Lan, Options, Program, Result, Room, wait};
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

const VIP: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 100);
const DIRECTOR: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 1);
const PEER: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 2);
const VRID: u8 = 51;
/// Chosen so that the skew, (256 - 128) / 256 of the interval, is exact in hundredths.
const INTERVAL: Duration = Duration::from_millis(200);
const INTERVAL_CENTIS: u16 = 20;
const MASTER_DOWN: Duration = Duration::from_millis(3 * 200 + 100);

const CONFIG: &str = "\
global_defs {\n  router_id bench\n  vrrp_version 3\n}\n\
vrrp_instance VI_1 {\n  state BACKUP\n  interface eth0\n  virtual_router_id 51\n  priority 128\n  advert_int 0.2\n\
  virtual_ipaddress {\n    10.9.0.100/24\n  }\n}\n";

#[derive(Default)]
struct Results {
    advert: Figures,
    address: Figures,
    announcement: Figures,
}

/// Measures both daemons and prints a table.
pub(crate) fn run(evenkeel: &Path, rounds: usize) -> Result<()> {
    println!("failover: {rounds} rounds each, version 3, interval {} ms, one address", INTERVAL.as_millis());
    println!("microseconds after the end of the master-down time, median (nine in ten)\n");
    println!("{:<12} {:>18} {:>18} {:>18}", "", "first advert", "address", "gratuitous ARP");
    let mut medians = Vec::new();
    for kind in [Kind::Keepalived, Kind::Evenkeel(evenkeel.to_owned())] {
        let mut results = measure(&kind, rounds)?;
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

fn measure(kind: &Kind, rounds: usize) -> Result<Results> {
    let lan = Lan::new()?;
    let (director, peer) = (Arc::new(Room::new("director")?), Arc::new(Room::new("peer")?));
    lan.plug(&director, DIRECTOR, 24)?;
    lan.plug(&peer, PEER, 24)?;
    let frames = Frames::watch(&peer)?;
    let addresses = Addresses::watch(&director)?;
    let master = Master::new(&peer, PEER, VRID, INTERVAL_CENTIS, VIP)?;
    let mut program =
        Program::new(kind.clone(), &director, CONFIG, Options { arguments: vec!["-P".into()], ..Options::default() })?;
    program.start()?;
    let mut results = Results::default();
    // Its first claim shows that it is there; it is not counted.
    addresses.wait_added(VIP, Instant::now() - Duration::from_secs(1), Duration::from_secs(10))?;
    for _ in 0..rounds {
        let silent = reign(&master)?;
        let due = silent + MASTER_DOWN;
        let advert = || frames.adverts(due - INTERVAL).into_iter().find(|a| a.source == DIRECTOR && a.priority == 128);
        let missing = |what: &str| Error::new(format!("{} sent no {what}\n{}", kind.name(), program.log_tail(10)));
        let advert = wait::until(Duration::from_secs(5), advert).ok_or_else(|| missing("advert"))?;
        results.advert.note(due, advert.at);
        results.address.note(due, addresses.wait_added(VIP, due - INTERVAL, Duration::from_secs(5))?);
        let announced = || frames.announcements(VIP, due - INTERVAL).first().copied();
        let announced = wait::until(Duration::from_secs(5), announced).ok_or_else(|| missing("gratuitous ARP"))?;
        results.announcement.note(due, announced);
    }
    Ok(results)
}

/// Takes over, is master for a while, and falls silent: returns when the last advert was sent.
fn reign(master: &Master) -> Result<Instant> {
    let mut last = master.send()?;
    for _ in 0..4 {
        sleep(INTERVAL);
        last = master.send()?;
    }
    Ok(last)
}
