//! Real traffic through a real IPVS: every forwarding method in both families, every scheduler, persistence, marks, datagrams,
//! servers that die, and a director that dies.
//!
//! One test, because one boot of a second kernel and one network serve all of it.

// `cfg(test)` is always so here; it tells clippy that these are a test's.
#[cfg(test)]
#[path = "traffic/ground.rs"]
mod ground;
#[cfg(test)]
#[path = "traffic/health.rs"]
mod health;
#[cfg(test)]
#[path = "traffic/promises.rs"]
mod promises;
#[cfg(test)]
#[path = "traffic/schedule.rs"]
mod schedule;
#[cfg(test)]
#[path = "traffic/services.rs"]
mod services;
#[cfg(test)]
#[path = "traffic/visit.rs"]
mod visit;

use evenkeel_lab::{Doing, Error, Result, trial};
use ground::{Family, Ground, Method};
use std::process::Command;
use std::time::Instant;

/// Schedulers that the kernel has, or can load.
fn schedulers() -> Vec<&'static str> {
    let loads = |name: &str| Command::new("modprobe").arg(format!("ip_vs_{name}")).output();
    let all = promises::ROWS.iter().map(|row| row.scheduler);
    let (there, missing): (Vec<_>, Vec<_>) = all.partition(|name| loads(name).is_ok_and(|end| end.status.success()));
    if !missing.is_empty() {
        println!("this kernel has no {missing:?}");
    }
    there
}

/// Runs one part, and says how long it took; a failure is kept, and the other parts are tried all the same.
fn part(failures: &mut Vec<String>, name: &str, run: impl FnOnce() -> Result<()>) {
    let begin = Instant::now();
    let result = run();
    println!("{name}: {} ms{}", begin.elapsed().as_millis(), if result.is_ok() { "" } else { ", FAILED" });
    failures.extend(result.err().map(|error| format!("{name}: {error}")));
}

fn everything() -> Result<()> {
    let there = schedulers();
    let services = services::services(&there);
    let real_servers = services::real_servers(&services);
    let vips = services::vips(&services);
    let begin = Instant::now();
    let mut ground = Ground::build(&vips, |index| services::config(&services, index))?;
    ground.answer_datagrams(&vips)?;
    println!("{} virtual addresses on all servers: {} ms", vips.len(), begin.elapsed().as_millis());
    let started = ground.start(0, real_servers);
    trial::with_words(started, || ground.last_words())?;
    println!("{real_servers} real servers in the table: {} ms", begin.elapsed().as_millis());
    let mut failures = Vec::new();
    for family in Family::BOTH {
        for method in Method::ALL {
            let of = |what: &str| format!("{what} by {} in {family:?}", method.word());
            part(&mut failures, &of("schedulers"), || schedule::schedulers(&ground, method, family, &there));
            part(&mut failures, &of("persistence"), || schedule::persistence(&ground, method, family));
            part(&mut failures, &of("datagrams"), || schedule::datagrams(&ground, method, family));
        }
        part(&mut failures, &format!("marks in {family:?}"), || schedule::marks(&ground, family));
        part(&mut failures, &format!("expiry in {family:?}"), || schedule::expiry(&ground, Method::Dr, family));
    }
    part(&mut failures, "servers die and return", || health::servers_die_and_return(&mut ground));
    part(&mut failures, "a director dies", || health::director_dies(&mut ground, real_servers));
    let result = if failures.is_empty() { Ok(()) } else { Err(Error::new(failures.join("\n"))) };
    trial::with_words(result, || ground.last_words()).doing("traffic")
}

#[test]
fn traffic_goes_where_it_is_promised() -> Result<()> {
    trial::with_ipvs("traffic_goes_where_it_is_promised", everything)
}
