//! What clients notice of a planned stop, and of a network that fell apart and heals.
use crate::figures::median;
use crate::table::Table;
use lab::client::Ping;
use lab::pair::{Pair, Place, VIP};
use lab::plan::Plan;
use lab::{Kind, Options, Result};
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// An answer may be under way for so long.
const UNDER_WAY: Duration = Duration::from_millis(550);
/// keepalived leaves clients dark until their neighbour entries expire, in up to eight seconds.
const DARKEST: Duration = Duration::from_secs(9);

fn pair(kind: &Kind, plan: &Plan) -> Result<Pair> {
    let options = || Options { arguments: vec!["-P".into()], ..Options::default() };
    let mut pair = Pair::build(|_| (kind.clone(), options()), |place| plan.text(place))?;
    let begin = pair.start()?;
    pair.wait_taken(Place::Primary, begin, Duration::from_secs(10))?;
    sleep(plan.interval * 2);
    Ok(pair)
}

/// Planned stops at an interval of a second: outage and exit.
pub(crate) fn stops(evenkeel: &Path, rounds: usize) -> Result<()> {
    println!("stop: {rounds} planned stops of the master, version 2, interval 1 s, medians and worst");
    let mut table = Table::new(&["dark ms", "dark max ms", "exit ms", "exit max ms"]);
    let plan = Plan::version2();
    for kind in [Kind::Keepalived, Kind::Evenkeel(evenkeel.to_owned())] {
        let mut pair = pair(&kind, &plan)?;
        let ping = Ping::start(&pair.client, VIP)?;
        let (mut dark, mut exit) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            let (told, took) = pair.director_mut(Place::Primary).program.stop()?;
            pair.wait_taken(Place::Backup, told, Duration::from_secs(5))?;
            sleep(Duration::from_millis(600) + UNDER_WAY);
            dark.push(ping.report(told, Instant::now() - UNDER_WAY).gap.as_secs_f64() * 1e3);
            exit.push(took.as_secs_f64() * 1e3);
            let begin = pair.director_mut(Place::Primary).program.start()?;
            pair.wait_taken(Place::Primary, begin, Duration::from_secs(10))?;
            sleep(plan.interval * 2);
        }
        let worst = |figures: &[f64]| figures.iter().copied().fold(0.0, f64::max);
        let (most_dark, longest) = (worst(&dark), worst(&exit));
        table.row(kind.name(), &[median(dark), most_dark, median(exit), longest]);
    }
    table.print();
    Ok(())
}

/// The master is cut off, the backup takes over, the cut heals: how long clients are dark after that.
pub(crate) fn heals(evenkeel: &Path, rounds: usize) -> Result<()> {
    println!("heal: {rounds} healed partitions, version 3, interval 100 ms");
    let mut table = Table::new(&["dark ms", "dark max ms", "over 1 s"]);
    let plan = Plan::version3();
    for kind in [Kind::Keepalived, Kind::Evenkeel(evenkeel.to_owned())] {
        let pair = pair(&kind, &plan)?;
        let ping = Ping::start(&pair.client, VIP)?;
        let dark: Vec<f64> = (0..rounds).map(|_| heal(&pair, &ping)).collect::<Result<_>>()?;
        let most = dark.iter().copied().fold(0.0, f64::max);
        let over = dark.iter().filter(|dark| **dark > 1e3).count();
        table.row(kind.name(), &[median(dark), most, over as f64]);
    }
    table.print();
    Ok(())
}

fn heal(pair: &Pair, ping: &Ping) -> Result<f64> {
    let room = Arc::clone(pair.director(Place::Primary).room());
    let cut = pair.lan.isolate(&room)?;
    pair.wait_taken(Place::Backup, cut, Duration::from_secs(5))?;
    sleep(Duration::from_millis(700));
    let healed = pair.lan.rejoin(&room)?;
    sleep(Duration::from_millis(1_200));
    // Still dark? Then until it is over.
    while healed.elapsed() < DARKEST
        && ping.report(Instant::now() - UNDER_WAY - Duration::from_millis(300), Instant::now() - UNDER_WAY).gap
            > Duration::from_millis(250)
    {
        sleep(Duration::from_millis(250));
    }
    sleep(UNDER_WAY);
    Ok(ping.report(healed, Instant::now() - UNDER_WAY).gap.as_secs_f64() * 1e3)
}
