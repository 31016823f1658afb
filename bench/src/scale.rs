//! Many virtual routers in steady state: processor time of an advert, lateness, drift, missed adverts, false claims.
use crate::many::{Machine, Many, onlooker};
use crate::table::Table;
use lab::watch::Advert;
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
    /// For how long.
    pub(crate) lasts: Duration,
}

/// Measures both daemons and prints a table.
pub(crate) fn run(evenkeel: &Path, plan: Plan) -> Result<()> {
    let busy = if plan.busy { format!(", {LOOPS} busy loops") } else { String::new() };
    println!("scale: {} routers, {} ms, {} s{busy}", plan.routers, plan.interval.as_millis(), plan.lasts.as_secs());
    let heads = ["us/advert", "late p50 us", "late p99 us", "late max us", "drift ppm", "missed", "false claims"];
    let mut table = Table::new(&heads);
    for kind in [Kind::Keepalived, Kind::Evenkeel(evenkeel.to_owned())] {
        table.row(kind.name(), &measure(&kind, plan)?);
    }
    table.print();
    Ok(())
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
        frames.adverts(begin).into_iter().filter(|a| a.at < end && sources.contains(&a.source)).collect();
    let times = Times::of(&adverts, plan.interval);
    let claims =
        frames.adverts(begin).iter().filter(|a| a.priority == 100).map(|a| (a.source, a.vrid)).collect::<BTreeSet<_>>();
    let cost = (after - before) as f64 / 1_000.0 / adverts.len().max(1) as f64;
    Ok(vec![cost, times.at(50), times.at(99), times.at(100), times.drift, times.missed as f64, claims.len() as f64])
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

/// What the times of adverts say.
#[derive(Debug, Default)]
struct Times {
    /// How much longer than an interval each pause was, in microseconds, sorted.
    late: Vec<f64>,
    /// By how much the mean interval differs, in millionths; the median over the routers.
    drift: f64,
    /// Pauses of two intervals or more, in adverts.
    missed: usize,
}

impl Times {
    fn of(adverts: &[Advert], interval: Duration) -> Self {
        let mut by_router: BTreeMap<(IpAddr, u8), Vec<Instant>> = BTreeMap::new();
        for advert in adverts {
            by_router.entry((advert.source, advert.vrid)).or_default().push(advert.at);
        }
        let mut times = Self::default();
        let mut drifts = Vec::new();
        for list in by_router.values() {
            for pair in list.windows(2) {
                let [one, next] = pair else { continue };
                let pause = (*next - *one).as_secs_f64() / interval.as_secs_f64();
                times.late.push((pause - 1.0).abs() * interval.as_secs_f64() * 1e6);
                times.missed += if pause >= 1.5 { pause.round() as usize - 1 } else { 0 };
            }
            if let (Some(first), Some(last), true) = (list.first(), list.last(), list.len() > 2) {
                let mean = (*last - *first).as_secs_f64() / (list.len() - 1) as f64;
                drifts.push((mean / interval.as_secs_f64() - 1.0) * 1e6);
            }
        }
        times.late.sort_by(f64::total_cmp);
        drifts.sort_by(f64::total_cmp);
        times.drift = drifts.get(drifts.len() / 2).copied().unwrap_or(f64::NAN);
        times
    }

    fn at(&self, percent: usize) -> f64 {
        self.late.get(self.late.len().saturating_sub(1) * percent / 100).copied().unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_advert_and_a_drift_are_seen() {
        let start = Instant::now();
        let advert = |ms: f64| Advert {
            at: start + Duration::from_secs_f64(ms / 1e3),
            source: IpAddr::from([10, 9, 0, 1]),
            version: 3,
            vrid: 1,
            priority: 200,
        };
        let regular: Vec<Advert> = [0.0, 100.1, 200.2, 300.3].map(advert).to_vec();
        let times = Times::of(&regular, Duration::from_millis(100));
        assert_eq!(times.missed, 0);
        assert!((times.drift - 1_000.0).abs() < 5.0, "{}", times.drift);
        assert!((times.at(50) - 100.0).abs() < 1.0, "{}", times.at(50));
        assert_eq!(Times::of(&[0.0, 100.0, 300.0].map(advert), Duration::from_millis(100)).missed, 1);
    }
}
