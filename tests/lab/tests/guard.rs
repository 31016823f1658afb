//! Somebody takes a master's address away by hand: it is put back, and clients hardly notice.
use evenkeel_lab::client::Ping;
use evenkeel_lab::journey::{Journey, Who};
use evenkeel_lab::pair::{PREFIX, Pair, Place, VIP};
use evenkeel_lab::plan::Plan;
use evenkeel_lab::watch::Frames;
use evenkeel_lab::{Result, ensure, trial};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// From the command that removes it to the address in its place again. It is put back because the kernel tells of it, and
/// not because somebody looks from time to time; what a busy machine adds is measured.
const REPAIR: Duration = Duration::from_millis(100);

#[test]
fn an_address_removed_by_hand_is_put_back() -> Result<()> {
    trial::in_namespaces("an_address_removed_by_hand_is_put_back", || {
        let journey = Journey::begin(Plan::version2(), Who::Evenkeel, Who::Evenkeel)?;
        let result = remove(&journey.pair);
        trial::with_words(result, || journey.last_words())
    })
}

fn remove(pair: &Pair) -> Result<()> {
    let ping = Ping::start(&pair.client, VIP)?;
    let frames = Frames::watch(&pair.client)?;
    let director = pair.director(Place::Primary);
    sleep(Duration::from_millis(100));
    let begin = Instant::now();
    director.room().ip(&[format!("address del {VIP}/{PREFIX} dev eth0")])?;
    let removed = director.addresses.wait_removed(VIP, begin, Duration::from_secs(10))?;
    // From before the command: our own watcher may be later than the daemon.
    let back = director.addresses.wait_added(VIP, removed, Duration::from_secs(20))? - begin;
    let machine = pair.pulse.allowance(begin);
    sleep(Duration::from_millis(1_500));
    let seen = ping.report(begin, Instant::now() - Duration::from_millis(550));
    let dark = seen.gap;
    println!("removed by hand: back within {} ms, clients dark for {} ms", back.as_millis(), dark.as_millis());
    ensure(back <= REPAIR + machine.work, || format!("{VIP} was put back after {back:?}, {REPAIR:?} is the limit"))?;
    let limit = REPAIR + pair.pulse.allowance(begin).silence + seen.stall;
    ensure(dark <= limit, || format!("clients were dark for {dark:?}, {limit:?} is the limit"))?;
    let announced = frames.announcements(VIP, begin);
    ensure(!announced.is_empty(), || "it was not announced again".into())?;
    let goodbyes = frames.adverts(begin).into_iter().filter(|advert| advert.priority == 0).count();
    ensure(goodbyes == 0 && pair.only_holder()? == Place::Primary, || "the master has left".into())
}
