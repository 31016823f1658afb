//! A network that falls apart and heals, with both directors alive: one master again, and clients that find it.
use evenkeel_lab::client::Ping;
use evenkeel_lab::journey::{Journey, Who};
use evenkeel_lab::pair::{Pair, Place, VIP};
use evenkeel_lab::plan::Plan;
use evenkeel_lab::{Result, ensure, trial};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The winner speaks at its next advert, the neighbours learn at once; keepalived leaves some clients dark for seconds.
const DARK_AFTER_HEALING: Duration = Duration::from_millis(500);

fn part(name: &str, plan: Plan, outcast: Place) -> Result<()> {
    trial::in_namespaces(name, || {
        let journey = Journey::begin(plan.clone(), Who::Evenkeel, Who::Evenkeel)?;
        let result = part_and_heal(&journey.pair, &plan, outcast);
        trial::with_words(result, || journey.last_words())
    })
}

fn part_and_heal(pair: &Pair, plan: &Plan, outcast: Place) -> Result<()> {
    let ping = Ping::start(&pair.client, VIP)?;
    let room = std::sync::Arc::clone(pair.director(outcast).room());
    let cut = pair.lan.isolate(&room)?;
    pair.wait_taken(Place::Backup, cut, plan.master_down(Place::Backup) + Duration::from_secs(20))?;
    sleep(Duration::from_millis(700));
    let holders = pair.holders()?;
    ensure(holders == Place::BOTH, || format!("apart, both should be master: {holders:?}"))?;
    let healed = pair.lan.rejoin(&room)?;
    sleep(Duration::from_secs(2));
    let seen = ping.report(healed, Instant::now() - Duration::from_millis(550));
    let dark = seen.gap;
    println!("{} apart and back: clients dark for {} ms", outcast.name(), dark.as_millis());
    let holder = pair.only_holder()?;
    ensure(holder == Place::Primary, || format!("{} is master after the healing", holder.name()))?;
    let limit = DARK_AFTER_HEALING + pair.pulse.allowance(healed).silence + seen.stall;
    ensure(dark <= limit, || format!("clients were dark for {dark:?} after the healing, {limit:?} is the limit"))
}

#[test]
fn when_the_master_was_apart_clients_find_it() -> Result<()> {
    part("when_the_master_was_apart_clients_find_it", Plan::version3(), Place::Primary)
}

#[test]
fn when_the_backup_was_apart_clients_notice_nothing() -> Result<()> {
    part("when_the_backup_was_apart_clients_notice_nothing", Plan::version3(), Place::Backup)
}
