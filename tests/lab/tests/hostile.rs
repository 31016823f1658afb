//! The hostile wire: packets that must not impress a master, each told by a counter of its own, one at a time and as
//! a flood. Meanwhile it holds its address, misses no advert and answers who asks.

// `cfg(test)` is always so here; it tells clippy that the lies are a test's.
#[cfg(test)]
#[path = "hostile/lies.rs"]
mod lies;

use evenkeel_lab::calm::{self, undisturbed};
use evenkeel_lab::impostor::{self, Flood, Impostor};
use evenkeel_lab::journey::{Journey, Who};
use evenkeel_lab::pair::{CLIENT, Director, Pair, Place, VIP};
use evenkeel_lab::plan::{Family, Plan};
use evenkeel_lab::watch::Frames;
use evenkeel_lab::{Doing, Error, Options, Result, ensure, trial, wait};
use lies::Repertoire;
use serde_json::Value;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// From the start of a process to its first second's work, on a busy machine.
const BOOT: Duration = Duration::from_secs(20);
/// How many packets of each kind.
const COUNT: u64 = 20;
/// How long a flood lasts.
const FLOOD: Duration = Duration::from_secs(10);
/// How long `status` may take on a machine whose processors are busy with a flood.
const ANSWER: Duration = Duration::from_secs(5);
/// Until a counter that was published must have been seen, on a busy machine.
const PUBLISHED: Duration = Duration::from_secs(15);

/// Version 2 with a password.
fn plan() -> Plan {
    let instance = "    authentication {\n        auth_type PASS\n        auth_pass s3cret77\n    }\n".to_owned();
    Plan { instance, ..Plan::version2() }
}

/// A lone master.
fn master(plan: &Plan) -> Result<Pair> {
    let kind = trial::evenkeel()?;
    let mut pair = Pair::build(|_| (kind.clone(), Options::default()), |place| plan.text(place))?;
    if plan.family == Family::V6 {
        pair.serve(plan.addresses())?;
    }
    let begin = pair.director_mut(Place::Primary).program.start()?;
    let taken = pair.wait_taken(Place::Primary, begin, plan.master_down(Place::Primary) + BOOT);
    trial::with_words(taken, || pair.last_words())?;
    Ok(pair)
}

fn status(director: &Director) -> Result<Value> {
    let asked = Instant::now();
    let text = director.room().command(&[&director.program.path().display().to_string(), "status", "--json"])?;
    let took = asked.elapsed();
    ensure(took < ANSWER, || format!("status took {took:?}"))?;
    serde_json::from_str(&text).doing("reading the status")
}

fn counter(director: &Director, name: &str) -> Result<u64> {
    let status = status(director)?;
    let instance = status.pointer(&format!("/instances/0/{name}"));
    let value = instance.or_else(|| status.pointer(&format!("/process/{name}")));
    value.and_then(Value::as_u64).ok_or_else(|| Error::new(format!("status has no counter {name}")))
}

/// All counters of refusals, so that one that moves with another's packets is seen.
fn refusals(director: &Director) -> Result<Vec<(String, u64)>> {
    let status = status(director)?;
    let objects = ["/instances/0", "/process"].map(|path| status.pointer(path).and_then(Value::as_object).cloned());
    let fields = objects.into_iter().flatten().flatten();
    let is_refusal =
        |name: &str| ["_errors", "auth_"].iter().any(|part| name.contains(part)) || name.starts_with("packets_");
    Ok(fields.filter(|(name, _)| is_refusal(name)).filter_map(|(name, value)| Some((name, value.as_u64()?))).collect())
}

fn over(family: Family) -> Plan {
    Plan { family, ..Plan::version3() }
}

#[test]
fn each_lie_has_its_counter_and_no_effect() -> Result<()> {
    trial::in_namespaces("each_lie_has_its_counter_and_no_effect", || {
        let plan = plan();
        let pair = master(&plan)?;
        trial::with_words(lie_to(&pair, &plan, &lies::version2()), || pair.last_words())
    })
}

#[test]
fn each_lie_in_version_3_has_its_counter_and_no_effect() -> Result<()> {
    trial::in_namespaces("each_lie_in_version_3_has_its_counter_and_no_effect", || {
        [Family::V4, Family::V6].into_iter().try_for_each(|family| {
            let plan = over(family);
            let pair = master(&plan)?;
            let result = lies::version3(&pair, &plan).and_then(|repertoire| lie_to(&pair, &plan, &repertoire));
            trial::with_words(result, || pair.last_words())
        })
    })
}

fn lie_to(pair: &Pair, plan: &Plan, repertoire: &Repertoire) -> Result<()> {
    let director = pair.director(Place::Primary);
    let impostor = Impostor::new(&pair.client, repertoire.from)?;
    let frames = Frames::watch_only(&pair.client, calm::source(pair, plan)?)?;
    let since = Instant::now();
    for lie in &repertoire.lies {
        let before = refusals(director)?;
        for _ in 0..COUNT {
            impostor.send(&lie.packet, lie.hops)?;
        }
        let expected: Vec<(String, u64)> =
            before.iter().map(|(n, count)| (n.clone(), count + if *n == lie.counter { COUNT } else { 0 })).collect();
        let counted = wait::until(PUBLISHED, || (refusals(director).ok()? == expected).then_some(()));
        if counted.is_none() {
            let after = refusals(director)?;
            let moved: Vec<_> = before.iter().zip(&after).filter(|(one, other)| one != other).collect();
            return Err(Error::new(format!("{}: expected {COUNT} more {}, moved: {moved:?}", lie.name, lie.counter)));
        }
    }
    undisturbed(pair, plan, &frames, since, "lies")?;
    // The same impostor with nothing wrong is believed, so it was the flaw that was refused and not the sender.
    let deposed = Instant::now();
    impostor.send(&repertoire.genuine, 255)?;
    director.addresses.wait_removed(plan.vip(), deposed, PUBLISHED).map(drop)
}

#[test]
fn floods_cost_no_advert_and_no_answer() -> Result<()> {
    trial::in_namespaces("floods_cost_no_advert_and_no_answer", || {
        let plan = plan();
        let pair = master(&plan)?;
        trial::with_words(all_floods(&pair, &plan, lies::version2()), || pair.last_words())
    })
}

#[test]
fn floods_over_ipv6_cost_no_advert_and_no_answer() -> Result<()> {
    trial::in_namespaces("floods_over_ipv6_cost_no_advert_and_no_answer", || {
        let plan = over(Family::V6);
        let pair = master(&plan)?;
        let repertoire = lies::version3(&pair, &plan)?;
        trial::with_words(all_floods(&pair, &plan, repertoire), || pair.last_words())
    })
}

fn all_floods(pair: &Pair, plan: &Plan, repertoire: Repertoire) -> Result<()> {
    let Repertoire { from, worse, lies, .. } = repertoire;
    let sums = lies.iter().filter(|lie| lie.counter == "checksum_errors").map(|lie| lie.packet.clone()).collect();
    let mixture = lies.into_iter().filter(|lie| lie.hops == 255).map(|lie| lie.packet).collect();
    for (name, packets) in [("wrong checksums", sums), ("all kinds", mixture), ("a worse master", vec![worse])] {
        flood(pair, plan, name, Impostor::new(&pair.client, from)?, packets)?;
    }
    Ok(())
}

fn flood(pair: &Pair, plan: &Plan, name: &str, impostor: Impostor, packets: Vec<Vec<u8>>) -> Result<()> {
    let director = pair.director(Place::Primary);
    let frames = Frames::watch_only(&pair.client, calm::source(pair, plan)?)?;
    let reloads = counter(director, "reloads")?;
    let since = Instant::now();
    let flood = Flood::start(impostor, packets, 255)?;
    let mut answers = 0;
    while since.elapsed() < FLOOD {
        status(director)?;
        answers += 1;
        if answers == 3 {
            director.program.signal(nix::sys::signal::Signal::SIGHUP)?;
        }
        sleep(Duration::from_millis(500));
    }
    let reloaded = counter(director, "reloads")?;
    let sent = flood.end();
    println!("{name}: {sent} packets in {} s, status answered {answers} times", FLOOD.as_secs());
    undisturbed(pair, plan, &frames, since, name)?;
    ensure(reloaded > reloads, || format!("{name}: a reload was not done in the flood"))?;
    ensure(sent > 10_000, || format!("{name}: {sent} packets are no flood"))
}

/// What was right when it was said is said again, word for word, when the one who said it is gone.
fn replayed(name: &str, plan: Plan, protocol: u8, judge: fn(&Director, &Impostor, &[u8]) -> Result<()>) -> Result<()> {
    trial::in_namespaces(name, || {
        let mut journey = Journey::begin(plan.clone(), Who::Evenkeel, Who::Evenkeel)?;
        let result = replay(&mut journey.pair, &plan, protocol, judge);
        trial::with_words(result, || journey.last_words())
    })
}

fn replay(
    pair: &mut Pair,
    plan: &Plan,
    protocol: u8,
    judge: fn(&Director, &Impostor, &[u8]) -> Result<()>,
) -> Result<()> {
    let old = Place::Primary.address();
    let packet = impostor::overhear(&pair.client, CLIENT, old, protocol, PUBLISHED)?;
    let (told, _) = pair.director_mut(Place::Primary).program.stop()?;
    let taken = pair.wait_taken(Place::Backup, told, plan.master_down(Place::Backup) + BOOT)?;
    let impostor = Impostor::parrot(&pair.client, CLIENT)?;
    let backup = pair.director(Place::Backup);
    judge(backup, &impostor, &packet)?;
    let changes = backup.addresses.changes(VIP, taken + Duration::from_millis(1));
    ensure(changes.is_empty(), || format!("{VIP} was touched: {changes:?}"))
}

/// Says it again, and waits for the counter that must tell.
fn say_again(director: &Director, impostor: &Impostor, packet: &[u8], name: &str) -> Result<()> {
    let before = counter(director, name)?;
    for _ in 0..COUNT {
        impostor.send(packet, 255)?;
    }
    let counted = wait::until(PUBLISHED, || (counter(director, name).ok()? == before + COUNT).then_some(()));
    ensure(counted.is_some(), || {
        format!("{name} is {:?}, {COUNT} more than {before} it should be", counter(director, name))
    })
}

/// Seconds by which the clock of a signature may be off.
const WINDOW: u64 = 20;

#[test]
fn a_replayed_signature_is_refused_and_so_is_an_old_one() -> Result<()> {
    let signed = format!(
        "    auth_hmac {{\n        key 1 0123456789abcdef0123456789abcdef\n        active_key 1\n        time_window {WINDOW}\n    }}\n"
    );
    let plan = Plan { instance: signed, ..Plan::version3() };
    replayed(
        "a_replayed_signature_is_refused_and_so_is_an_old_one",
        plan,
        impostor::VRRP,
        |director, impostor, packet| {
            say_again(director, impostor, packet, "auth_replayed")?;
            // The same packet is what a director would send whose clock is as much behind.
            sleep(Duration::from_secs(WINDOW + 1));
            say_again(director, impostor, packet, "auth_stale")
        },
    )
}

#[test]
fn a_replayed_authentication_header_is_refused() -> Result<()> {
    let block = "    authentication {\n        auth_type AH\n        auth_pass s3cret77\n    }\n".to_owned();
    let plan = Plan { instance: block, ..Plan::version2() };
    replayed("a_replayed_authentication_header_is_refused", plan, impostor::AH, |director, impostor, packet| {
        say_again(director, impostor, packet, "auth_failures")?;
        // A wrong digest has the same counter.
        let log = director.program.log();
        ensure(log.contains("older than one that was heard"), || "the log does not say that it is old".into())
    })
}
