//! A network that falls apart and heals, with both directors alive: one master again, and clients that find it.
use evenkeel_lab::client::Ping;
use evenkeel_lab::journey::{Journey, Who};
use evenkeel_lab::pair::{Pair, Place, VIP};
use evenkeel_lab::plan::Plan;
use evenkeel_lab::{Result, ensure, trial};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The winner speaks at its next advert, the neighbours learn at once; keepalived leaves some clients dark for seconds.
const DARK_AFTER_HEALING: Duration = Duration::from_millis(300);

fn part(name: &str, primary: Who, backup: Who, outcast: Place, limit: Duration) -> Result<()> {
    trial::in_namespaces(name, || {
        let plan = Plan::version3();
        let journey = Journey::begin(plan.clone(), primary, backup)?;
        let result = part_and_heal(&journey.pair, &plan, outcast, limit);
        trial::with_words(result, || journey.last_words())
    })
}

fn part_and_heal(pair: &Pair, plan: &Plan, outcast: Place, limit: Duration) -> Result<()> {
    let ping = Ping::start(&pair.client, VIP)?;
    let room = std::sync::Arc::clone(pair.director(outcast).room());
    let cut = pair.lan.isolate(&room)?;
    pair.wait_taken(Place::Backup, cut, plan.master_down(Place::Backup) + Duration::from_secs(1))?;
    sleep(Duration::from_millis(700));
    let holders = pair.holders()?;
    ensure(holders == Place::BOTH, || format!("apart, both should be master: {holders:?}"))?;
    let healed = pair.lan.rejoin(&room)?;
    sleep(Duration::from_secs(2));
    let dark = ping.report(healed, Instant::now() - Duration::from_millis(550)).gap;
    println!("{} apart and back: clients dark for {} ms", outcast.name(), dark.as_millis());
    let holder = pair.only_holder()?;
    ensure(holder == Place::Primary, || format!("{} is master after the healing", holder.name()))?;
    ensure(dark <= limit, || format!("clients were dark for {dark:?}, {limit:?} is the limit"))
}

#[test]
fn evenkeel_finds_together_when_the_master_was_apart() -> Result<()> {
    let name = "evenkeel_finds_together_when_the_master_was_apart";
    part(name, Who::Evenkeel, Who::Evenkeel, Place::Primary, DARK_AFTER_HEALING)
}

#[test]
fn evenkeel_finds_together_when_the_backup_was_apart() -> Result<()> {
    let name = "evenkeel_finds_together_when_the_backup_was_apart";
    part(name, Who::Evenkeel, Who::Evenkeel, Place::Backup, DARK_AFTER_HEALING)
}

#[test]
fn evenkeel_wins_over_keepalived_when_the_master_was_apart() -> Result<()> {
    let name = "evenkeel_wins_over_keepalived_when_the_master_was_apart";
    part(name, Who::Evenkeel, Who::Keepalived, Place::Primary, DARK_AFTER_HEALING)
}
