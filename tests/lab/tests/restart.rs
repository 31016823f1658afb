//! A daemon that is killed and started again, and one that is told to read an unchanged file: nobody notices.
use evenkeel_lab::calm::longest_pause;
use evenkeel_lab::client::Ping;
use evenkeel_lab::journey::{Journey, Who};
use evenkeel_lab::pair::{Pair, Place, VIP};
use evenkeel_lab::plan::Plan;
use evenkeel_lab::watch::Frames;
use evenkeel_lab::{Doing, Options, Program, Result, ensure, trial, wait};
use nix::sys::signal::Signal;
use std::fs;
use std::os::unix::net::UnixDatagram;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Requests of rtnetlink(7) and nf_tables that change something.
const CHANGING: &[&str] = &["RTM_NEW", "RTM_DEL", "RTM_SET", "NFT_MSG_NEW", "NFT_MSG_DEL"];

#[test]
fn a_killed_master_that_is_back_in_time_keeps_its_address() -> Result<()> {
    trial::in_namespaces("a_killed_master_that_is_back_in_time_keeps_its_address", || {
        let mut journey = Journey::begin(Plan::version2(), Who::Evenkeel, Who::Evenkeel)?;
        let result = kill_and_restart(&mut journey.pair);
        trial::with_words(result, || journey.last_words())
    })
}

fn kill_and_restart(pair: &mut Pair) -> Result<()> {
    let ping = Ping::start(&pair.client, VIP)?;
    let frames = Frames::watch(&pair.client)?;
    sleep(Duration::from_millis(300));
    let killed = pair.director_mut(Place::Primary).program.crash();
    sleep(Duration::from_millis(500));
    let restarted = pair.director_mut(Place::Primary).program.start()?;
    // Longer than the backup would wait, so that a takeover would be seen.
    sleep(Duration::from_secs(5));
    for place in Place::BOTH {
        let changes = pair.director(place).addresses.changes(VIP, killed);
        ensure(changes.is_empty(), || format!("{}: {VIP} was touched: {changes:?}", place.name()))?;
    }
    ensure(pair.only_holder()? == Place::Primary, || "the address has moved".into())?;
    let adverts = frames.adverts(restarted);
    let ours = adverts.iter().find(|advert| advert.source == Place::Primary.address() && advert.priority == 150);
    let spoke = ours.map(|advert| advert.at - killed);
    let seen = ping.report(killed, Instant::now() - Duration::from_millis(550));
    let dark = seen.gap;
    println!("killed and restarted: speaks again after {spoke:?}, clients dark for {} ms", dark.as_millis());
    ensure(spoke.is_some_and(|time| time < Duration::from_secs(5)), || "the master does not speak".into())?;
    let limit = Duration::from_millis(100) + pair.pulse.allowance(killed).silence + seen.stall;
    ensure(dark < limit, || format!("clients were dark for {dark:?}, {limit:?} is the limit"))
}

#[test]
fn a_reload_of_nothing_delays_no_advert() -> Result<()> {
    trial::in_namespaces("a_reload_of_nothing_delays_no_advert", || {
        let plan = Plan::version3();
        let mut journey = Journey::begin(plan.clone(), Who::Evenkeel, Who::Evenkeel)?;
        let result = reload_often(&mut journey.pair, plan.interval);
        trial::with_words(result, || journey.last_words())
    })
}

fn reload_often(pair: &mut Pair, interval: Duration) -> Result<()> {
    let frames = Frames::watch(&pair.client)?;
    let begin = Instant::now();
    for _ in 0..20 {
        pair.director(Place::Primary).program.signal(Signal::SIGHUP)?;
        sleep(Duration::from_millis(130));
    }
    let adverts = frames.adverts(begin);
    let longest = longest_pause(&adverts, begin, Instant::now());
    println!(
        "20 reloads: {} adverts, the longest pause {} ms of {}",
        adverts.len(),
        longest.as_millis(),
        interval.as_millis()
    );
    let limit = interval * 2 + pair.pulse.allowance(begin).silence;
    ensure(longest < limit, || format!("an advert came after {longest:?}, {limit:?} is the limit"))?;
    ensure(adverts.iter().all(|advert| advert.priority == 150), || format!("other priorities: {adverts:?}"))?;
    let changes = pair.director(Place::Primary).addresses.changes(VIP, begin);
    ensure(changes.is_empty(), || format!("{VIP} was touched: {changes:?}"))
}

#[test]
fn a_reload_of_nothing_asks_the_kernel_for_no_change() -> Result<()> {
    trial::in_namespaces("a_reload_of_nothing_asks_the_kernel_for_no_change", || {
        let kind = trial::evenkeel()?;
        let trace = evenkeel_lab::scratch::Scratch::new("strace")?;
        let file = trace.path().join("calls");
        let setup = |place| {
            let calls = "sendto,sendmsg,sendmmsg,write";
            let wrapper = ["strace", "-f", "-v", "-s", "256", "-e", calls, "-o", &file.display().to_string()];
            let wrapper = if place == Place::Primary { wrapper.map(str::to_owned).into() } else { Vec::new() };
            (kind.clone(), Options { wrapper, ..Options::default() })
        };
        let plan = Plan::version3();
        let mut pair = Pair::build(setup, |place| plan.text(place))?;
        let begin = pair.start()?;
        let result = pair.wait_taken(Place::Primary, begin, Duration::from_secs(30)).and_then(|_| {
            sleep(Duration::from_millis(500));
            let seen_before = read(&file).lines().count();
            pair.director(Place::Primary).program.signal(Signal::SIGHUP)?;
            sleep(Duration::from_secs(2));
            judge_calls(&read(&file), seen_before)
        });
        trial::with_words(result, || pair.last_words())
    })
}

fn read(file: &std::path::Path) -> String {
    fs::read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// The trace must show that it would have shown a change: the start took the address.
fn judge_calls(trace: &str, seen_before: usize) -> Result<()> {
    let changing = |line: &&str| CHANGING.iter().any(|request| line.contains(request));
    let (before, after): (Vec<_>, Vec<_>) = trace.lines().enumerate().partition(|(number, _)| *number < seen_before);
    let before: Vec<&str> = before.into_iter().map(|(_, line)| line).filter(changing).collect();
    let after: Vec<&str> = after.into_iter().map(|(_, line)| line).filter(changing).collect();
    ensure(before.iter().any(|line| line.contains("RTM_NEWADDR")), || {
        "the trace shows no address taken at the start".into()
    })?;
    ensure(after.is_empty(), || format!("changing calls after the reload:\n{}", after.join("\n")))
}

#[test]
fn a_changed_priority_is_live_and_touches_nothing() -> Result<()> {
    trial::in_namespaces("a_changed_priority_is_live_and_touches_nothing", || {
        let plan = Plan::version3();
        let journey = Journey::begin(plan.clone(), Who::Evenkeel, Who::Evenkeel)?;
        let result = change_priority(&journey.pair.director(Place::Primary).program, &journey, &plan);
        trial::with_words(result, || journey.last_words())
    })
}

fn change_priority(program: &Program, journey: &Journey, plan: &Plan) -> Result<()> {
    let frames = Frames::watch(&journey.pair.client)?;
    program.write_config(plan.text(Place::Primary).replace("priority 150", "priority 160"))?;
    let begin = program.signal(Signal::SIGHUP)?;
    let spoken = || frames.adverts(begin).into_iter().find(|advert| advert.priority == 160);
    let spoken = wait::until(Duration::from_secs(20), spoken);
    ensure(spoken.is_some(), || "no advert says 160".into())?;
    let changes = journey.pair.director(Place::Primary).addresses.changes(VIP, begin);
    ensure(changes.is_empty(), || format!("{VIP} was touched: {changes:?}"))
}

/// Debian's unit of keepalived waits for this, and kills whoever does not say it.
#[test]
fn the_service_manager_hears_how_far_it_is() -> Result<()> {
    trial::in_namespaces("the_service_manager_hears_how_far_it_is", || {
        let kind = trial::evenkeel()?;
        let files = evenkeel_lab::scratch::Scratch::new("notify")?;
        let path = files.path().join("socket");
        let manager = UnixDatagram::bind(&path).doing("listening as a service manager")?;
        manager.set_read_timeout(Some(Duration::from_secs(20))).doing("setting a time limit")?;
        let options =
            Options { wrapper: vec!["env".into(), format!("NOTIFY_SOCKET={}", path.display())], ..Options::default() };
        let plan = Plan::version3();
        let mut pair = Pair::build(|_| (kind.clone(), options.clone()), |place| plan.text(place))?;
        let program = &mut pair.director_mut(Place::Primary).program;
        program.start()?;
        let pid = program.pid().map(|pid| format!("MAINPID={pid}\n")).unwrap_or_default();
        let result = hears(&manager, &["READY=1\n", "1 virtual router", &pid]).and_then(|()| {
            program.signal(Signal::SIGHUP)?;
            hears(&manager, &["RELOADING=1\nMONOTONIC_USEC="])?;
            hears(&manager, &["READY=1\n"])?;
            program.signal(Signal::SIGTERM)?;
            hears(&manager, &["STOPPING=1\n"])
        });
        trial::with_words(result, || pair.last_words())
    })
}

fn hears(manager: &UnixDatagram, words: &[&str]) -> Result<()> {
    let mut buffer = [0; 1_024];
    let length = manager.recv(&mut buffer).doing("waiting for a word of the daemon")?;
    let text = String::from_utf8_lossy(buffer.get(..length).unwrap_or_default()).into_owned();
    ensure(words.iter().all(|word| text.contains(word)), || format!("{words:?} was expected, it said: {text}"))
}
