//! The IPVS table: how long it takes to program a large one, and to change one weight in it by a reload.
//!
//! Where the kernel has no IPVS, this runs in user-mode Linux: its system calls cost tens of times more than a kernel's, for
//! both daemons alike, so only the ratios say something.
use crate::checks::{pools, service_address};
use crate::farm;
use crate::table::compare;
use evenkeel_ipvs::{Ipvs, Netlink, Protocol, ServiceKey};
use lab::{Doing, Error, Kind, Options, Program, Result, Room, kernel};
use nix::sys::signal::Signal;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The word by which this program is asked to run on a kernel with IPVS.
pub(crate) const WORD: &str = "ipvs-inside";
const SERVICES: usize = 1_000;
/// Between two looks at the table: each is work for the one processor that all share.
const LOOK: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(120);
/// Of weights: one of the servers in the middle gets another in each round.
const CHANGED: usize = SERVICES * 10 / 2;

/// Runs this program again on a kernel with IPVS.
pub(crate) fn run(evenkeel: &Path, rounds: usize) -> Result<()> {
    let own = std::env::current_exe().doing("finding this program")?;
    let words = [own.as_path(), Path::new(WORD), evenkeel].map(|path| path.display().to_string());
    let argv: Vec<String> = words.into_iter().chain([rounds.to_string()]).collect();
    match kernel::run_with_ipvs(&argv, &[], Duration::from_secs(1_800), &mut std::io::stdout())? {
        0 => Ok(()),
        status => Err(Error::new(format!("the measurement on a kernel with IPVS ended with {status}"))),
    }
}

/// The measurement itself.
pub(crate) fn inside(words: &[String]) -> Result<()> {
    let [evenkeel, rounds] = words else { return Err(Error::new("ipvs-inside EVENKEEL ROUNDS")) };
    let rounds = rounds.parse().unwrap_or(3);
    println!(
        "ipvs: {SERVICES} services of 10 servers, {rounds} rounds; then another weight for one server by a reload"
    );
    compare(Path::new(evenkeel), rounds, &["programmed ms", "weight ms"], measure)
}

fn measure(kind: &Kind) -> Result<Vec<f64>> {
    let room = Arc::new(Room::new("director")?);
    let mut ipvs = room.run(Netlink::open)?.doing("opening the IPVS table")?;
    let options = Options { arguments: vec!["-C".into()], quiet: true, ..Options::default() };
    let mut program = Program::new(kind.clone(), &room, &text(1), options)?;
    let begun = program.start()?;
    // Both program services in file order; whoever does not, is counted whole below.
    until(&program, || Ok(servers_of(&mut ipvs, SERVICES - 1)? == 10))?;
    let programmed = begun.elapsed();
    let table = ipvs.dump().doing("reading the table")?;
    let servers: usize = table.services.values().map(|entry| entry.destinations.len()).sum();
    if servers != SERVICES * 10 {
        return Err(Error::new(format!("{}: {servers} servers in the table when its last was there", kind.name())));
    }
    std::thread::sleep(Duration::from_secs(3));
    program.write_config(text(7))?;
    let told = program.signal(Signal::SIGHUP)?;
    until(&program, || Ok(weight(&mut ipvs)? == Some(7)))?;
    Ok(vec![programmed.as_secs_f64() * 1e3, told.elapsed().as_secs_f64() * 1e3])
}

fn until(program: &Program, mut reached: impl FnMut() -> Result<bool>) -> Result<()> {
    let begun = Instant::now();
    while !reached()? {
        if begun.elapsed() > PATIENCE {
            return Err(Error::new(format!(
                "{} is not there after {PATIENCE:?}\n{}",
                program.name(),
                program.log_tail(8)
            )));
        }
        std::thread::sleep(LOOK);
    }
    Ok(())
}

fn key(service: usize) -> ServiceKey {
    ServiceKey::Address { protocol: Protocol::TCP, address: service_address(service).into(), port: 80 }
}

/// Before the service is there, the kernel has none to tell of.
fn servers_of(ipvs: &mut Netlink, service: usize) -> Result<usize> {
    Ok(ipvs.destinations(&key(service)).map_or(0, |found| found.len()))
}

fn weight(ipvs: &mut Netlink) -> Result<Option<u32>> {
    let address = IpAddr::V4(farm::address(CHANGED, false));
    let found = ipvs.destinations(&key(CHANGED / 10)).doing("reading a service")?;
    Ok(found.iter().find(|entry| entry.destination.key.address == address).map(|entry| entry.destination.weight))
}

/// No checks: servers are in the table from the start, and nothing else happens.
fn text(weight: u32) -> String {
    pools(SERVICES * 10, Duration::from_secs(60), |number| {
        let weight = if number == CHANGED { weight } else { 1 };
        format!("real_server {} 80 {{\n    weight {weight}\n  }}", farm::address(number, false))
    })
}
