//! Many virtual routers in steady state: processor time of an advert, lateness, drift, missed adverts, false claims.
use crate::many::{Machine, Many, onlooker};
use crate::pauses::Pauses;
use crate::table::compare;
use lab::watch::{Advert, Frames};
use lab::{Error, Kind, Result, wait};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Loops beside the daemons where the processors are to be busy.
const LOOPS: usize = 8;

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Virtual routers.
    pub(crate) routers: usize,
    /// Between adverts.
    pub(crate) interval: Duration,
    /// Busy loops beside the daemons.
    pub(crate) busy: bool,
    /// For how long in each round.
    pub(crate) lasts: Duration,
    /// Rounds of each daemon, in turn.
    pub(crate) rounds: usize,
}

/// Measures both daemons and prints a table.
pub(crate) fn run(evenkeel: &Path, plan: Plan) -> Result<()> {
    let busy = if plan.busy { format!(", {LOOPS} busy loops") } else { String::new() };
    println!(
        "scale: {} routers, {} ms, {} rounds of {} s{busy}",
        plan.routers,
        plan.interval.as_millis(),
        plan.rounds,
        plan.lasts.as_secs()
    );
    let heads = ["us/advert", "late p50 us", "late p99 us", "late max us", "drift ppm", "missed", "false claims"];
    compare(evenkeel, plan.rounds, &heads, |kind| measure(kind, plan))
}

fn measure(kind: &Kind, plan: Plan) -> Result<Vec<f64>> {
    let many = |priority| Many {
        routers: plan.routers,
        addresses: 1,
        priority,
        interval: plan.interval,
        lines: String::new(),
    };
    let lans = many(1).lans()?;
    let mut master = Machine::new(&lans, kind, 1, &many(200))?;
    let mut backup = Machine::new(&lans, kind, 2, &many(100))?;
    let (_room, frames) = onlooker(&lans)?;
    // When they leave the daemon's own links: under load the bridge between is late on its own account.
    let leaving = Frames::watch(master.program.room())?;
    master.program.start()?;
    let all = || (master.held().ok()? == plan.routers).then_some(());
    let held = wait::until(Duration::from_secs(20), all);
    held.ok_or_else(|| {
        Error::new(format!("{} did not take all addresses\n{}", kind.name(), master.program.log_tail(5)))
    })?;
    backup.program.start()?;
    // The bursts of announcements, five seconds after the first, belong to the start.
    sleep(Duration::from_secs(7));
    let _loops = plan.busy.then(Loops::start);
    sleep(Duration::from_millis(500));
    let (begin, before) = (Instant::now(), master.cost().nanoseconds);
    sleep(plan.lasts);
    let (end, after) = (Instant::now(), master.cost().nanoseconds);
    let sources: Vec<IpAddr> = (0..4).take(lans.len()).map(|link| IpAddr::from([10, 9, link, 1])).collect();
    let adverts: Vec<Advert> =
        leaving.adverts(begin).into_iter().filter(|a| a.at < end && sources.contains(&a.source)).collect();
    let mut times: BTreeMap<(IpAddr, u8), Vec<Instant>> = BTreeMap::new();
    for advert in &adverts {
        times.entry((advert.source, advert.vrid)).or_default().push(advert.at);
    }
    let pauses = Pauses::between(&times, plan.interval, (begin, end), plan.routers);
    let claims =
        frames.adverts(begin).iter().filter(|a| a.priority == 100).map(|a| (a.source, a.vrid)).collect::<BTreeSet<_>>();
    let cost = (after - before) as f64 / 1_000.0 / adverts.len().max(1) as f64;
    Ok(vec![
        cost,
        pauses.at(50),
        pauses.at(99),
        pauses.at(100),
        pauses.drift,
        pauses.missed as f64,
        claims.len() as f64,
    ])
}

/// Loops that do nothing, until they are dropped.
struct Loops(Arc<AtomicBool>);

impl Loops {
    fn start() -> Self {
        let end = Arc::new(AtomicBool::new(false));
        for _ in 0..LOOPS {
            let end = Arc::clone(&end);
            std::thread::spawn(move || while !end.load(Ordering::Relaxed) {});
        }
        Self(end)
    }
}

impl Drop for Loops {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
