//! The hostile wire: packets that must not impress a master, each told by a counter of its own, one at a time and as
//! a flood. Meanwhile it holds its address, misses no advert and answers who asks.
use evenkeel_lab::calm::undisturbed;
use evenkeel_lab::impostor::{self, Flood, Forged, Impostor};
use evenkeel_lab::journey::{Journey, Who};
use evenkeel_lab::pair::{CLIENT, Director, Pair, Place, VIP};
use evenkeel_lab::plan::Plan;
use evenkeel_lab::watch::Frames;
use evenkeel_lab::{Doing, Error, Options, Result, ensure, trial, wait};
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

/// A kind of packet, and the counter that tells it: a field of the process, or of the instance.
struct Lie {
    name: &'static str,
    packet: Vec<u8>,
    hops: u32,
    counter: &'static str,
}

fn lie(name: &'static str, packet: Vec<u8>, counter: &'static str) -> Lie {
    Lie { name, packet, hops: 255, counter }
}

/// What a version 2 master with a password must refuse.
fn lies() -> Vec<Lie> {
    let genuine = genuine();
    let bytes = genuine.bytes();
    let cut = |length: usize| bytes.iter().copied().take(length).collect::<Vec<u8>>();
    let padded = |more: usize| [bytes.clone(), vec![0; more]].concat();
    vec![
        lie("empty", Vec::new(), "packets_too_short"),
        lie("cut in its header", cut(6), "packets_too_short"),
        lie("cut in its addresses", cut(10), "length_errors"),
        lie("cut in its password", cut(19), "length_errors"),
        lie("one byte too many", padded(1), "length_errors"),
        lie("oversized", padded(1_400), "length_errors"),
        lie("more addresses than bytes", Forged { count: 255, ..genuine }.bytes(), "length_errors"),
        lie("other router", Forged { vrid: 52, ..genuine }.bytes(), "packets_unknown_router"),
        Lie { hops: 254, ..lie("from behind a router", bytes.clone(), "ttl_errors") },
        Lie { hops: 1, ..lie("from far behind a router", bytes.clone(), "ttl_errors") },
        lie("version 3", Forged { kind: 0x31, ..genuine }.bytes(), "version_errors"),
        lie("version 9", Forged { kind: 0x91, ..genuine }.bytes(), "version_errors"),
        lie("unknown authentication", Forged { authentication: 9, ..genuine }.bytes(), "auth_type_errors"),
        lie("no authentication", Forged { authentication: 0, ..genuine }.bytes(), "auth_mismatches"),
        lie("wrong password", Forged { password: *b"guess\0\0\0", ..genuine }.bytes(), "auth_failures"),
        lie("other interval", Forged { interval: 7, ..genuine }.bytes(), "interval_errors"),
        lie("unknown type", Forged { kind: 0x27, ..genuine }.bytes(), "type_errors"),
        lie("wrong checksum", Forged { sound: false, ..genuine }.bytes(), "checksum_errors"),
    ]
}

fn genuine() -> Forged {
    Forged { authentication: 1, password: *b"s3cret77", ..Forged::genuine(VIP) }
}

fn plan() -> Plan {
    let instance = "    authentication {\n        auth_type PASS\n        auth_pass s3cret77\n    }\n".to_owned();
    Plan { instance, ..Plan::version2() }
}

/// A lone master.
fn master(plan: &Plan) -> Result<Pair> {
    let kind = trial::evenkeel()?;
    let mut pair = Pair::build(|_| (kind.clone(), Options::default()), |place| plan.text(place))?;
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

#[test]
fn each_lie_has_its_counter_and_no_effect() -> Result<()> {
    trial::in_namespaces("each_lie_has_its_counter_and_no_effect", || {
        let plan = plan();
        let pair = master(&plan)?;
        trial::with_words(lie_to(&pair, &plan), || pair.last_words())
    })
}

fn lie_to(pair: &Pair, plan: &Plan) -> Result<()> {
    let director = pair.director(Place::Primary);
    let impostor = Impostor::new(&pair.client, CLIENT)?;
    let frames = Frames::watch_only(&pair.client, Place::Primary.address())?;
    let since = Instant::now();
    for lie in lies() {
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
    impostor.send(&genuine().bytes(), 255)?;
    director.addresses.wait_removed(VIP, deposed, PUBLISHED).map(drop)
}

#[test]
fn floods_cost_no_advert_and_no_answer() -> Result<()> {
    trial::in_namespaces("floods_cost_no_advert_and_no_answer", || {
        let sound = genuine();
        let wrong_sum = vec![Forged { sound: false, ..sound }.bytes()];
        let mixture = lies().into_iter().filter(|lie| lie.hops == 255).map(|lie| lie.packet).collect();
        let worse = vec![Forged { priority: 90, ..sound }.bytes()];
        let plan = plan();
        let pair = master(&plan)?;
        for (name, packets) in [("wrong checksums", wrong_sum), ("all kinds", mixture), ("a worse master", worse)] {
            trial::with_words(flood(&pair, &plan, name, packets), || pair.last_words())?;
        }
        Ok(())
    })
}

fn flood(pair: &Pair, plan: &Plan, name: &str, packets: Vec<Vec<u8>>) -> Result<()> {
    let director = pair.director(Place::Primary);
    let frames = Frames::watch_only(&pair.client, Place::Primary.address())?;
    let reloads = counter(director, "reloads")?;
    let since = Instant::now();
    let flood = Flood::start(Impostor::new(&pair.client, CLIENT)?, packets, 255)?;
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

const SIGNED: &str = "    auth_hmac {\n        key 1 0123456789abcdef0123456789abcdef\n        active_key 1\n    }\n";

#[test]
fn a_replayed_signature_is_refused() -> Result<()> {
    trial::in_namespaces("a_replayed_signature_is_refused", || {
        let plan = Plan { instance: SIGNED.into(), ..Plan::version3() };
        let mut journey = Journey::begin(plan.clone(), Who::Evenkeel, Who::Evenkeel)?;
        let result = replay(&mut journey.pair, &plan);
        trial::with_words(result, || journey.last_words())
    })
}

fn replay(pair: &mut Pair, plan: &Plan) -> Result<()> {
    let old = Place::Primary.address();
    let packet = impostor::overhear(&pair.client, CLIENT, old, PUBLISHED)?;
    let (told, _) = pair.director_mut(Place::Primary).program.stop()?;
    let taken = pair.wait_taken(Place::Backup, told, plan.master_down(Place::Backup) + BOOT)?;
    // The impostor takes the address of the one that is gone, and says what that one said, word for word.
    pair.client.ip(&[format!("address add {old}/32 dev eth0")])?;
    let impostor = Impostor::new(&pair.client, old)?;
    let backup = pair.director(Place::Backup);
    let before = counter(backup, "auth_replayed")?;
    for _ in 0..COUNT {
        impostor.send(&packet, 255)?;
    }
    let counted = wait::until(PUBLISHED, || (counter(backup, "auth_replayed").ok()? == before + COUNT).then_some(()));
    ensure(counted.is_some(), || format!("auth_replayed is {:?}", counter(backup, "auth_replayed")))?;
    let changes = backup.addresses.changes(VIP, taken + Duration::from_millis(1));
    ensure(changes.is_empty(), || format!("{VIP} was touched: {changes:?}"))
}
