//! The laboratory on trial: cables, clients, watchers and the second kernel do what they say.
use evenkeel_lab::client::Ping;
use evenkeel_lab::kernel::run_with_ipvs;
use evenkeel_lab::watch::{Addresses, Pulse};
use evenkeel_lab::{Lan, Result, Room, wait};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

const HERE: Ipv4Addr = Ipv4Addr::new(10, 9, 8, 1);
const THERE: Ipv4Addr = Ipv4Addr::new(10, 9, 8, 2);

#[test]
fn a_cut_cable_is_an_outage_of_its_length() -> Result<()> {
    let lan = Lan::new()?;
    let (here, there) = (Room::new("here")?, Room::new("there")?);
    lan.plug(&here, HERE, 24)?;
    lan.plug(&there, THERE, 24)?;
    let (ping, pulse) = (Ping::start(&here, THERE)?, Pulse::start()?);
    // A new cable takes its time, and so does the first question for a hardware address.
    let answered = || {
        (ping.report(Instant::now() - Duration::from_millis(50), Instant::now()).gap < Duration::from_millis(50))
            .then_some(())
    };
    assert!(wait::until(Duration::from_secs(20), answered).is_some(), "nobody answers");
    let from = Instant::now();
    sleep(Duration::from_millis(300));
    let calm = ping.report(from, Instant::now());
    let limit = Duration::from_millis(50) + pulse.allowance(from).silence;
    assert!(calm.sent > 20 && calm.gap < limit, "{calm:?}");
    let from = Instant::now();
    lan.isolate(&there)?;
    sleep(Duration::from_millis(200));
    lan.rejoin(&there)?;
    sleep(Duration::from_millis(800));
    let cut = ping.report(from, Instant::now());
    let limit = Duration::from_millis(400) + pulse.allowance(from).work;
    assert!(cut.gap > Duration::from_millis(180) && cut.gap < limit, "{cut:?}");
    assert!(cut.lost > 10, "{cut:?}");
    Ok(())
}

#[test]
fn a_watcher_misses_no_change_of_an_address() -> Result<()> {
    let room = Arc::new(Room::new("watched")?);
    let watcher = Addresses::watch(&room)?;
    let start = Instant::now();
    room.ip(&[format!("address add {HERE}/32 dev lo"), format!("address del {HERE}/32 dev lo")])?;
    watcher.wait_removed(HERE, start, Duration::from_secs(20))?;
    let changes: Vec<bool> = watcher.changes(HERE, start).into_iter().map(|change| change.added).collect();
    assert_eq!(changes, [true, false]);
    assert!(!watcher.holds(HERE)?);
    Ok(())
}

#[test]
fn a_command_runs_on_a_kernel_with_ipvs() -> Result<()> {
    let mut output = Vec::new();
    let argv = ["sh", "-c", "ipvsadm -Sn && test -e /proc/net/ip_vs && echo \"$WORD\"; exit 7"].map(str::to_owned);
    let status = run_with_ipvs(&argv, &[("WORD", "it's there".into())], Duration::from_secs(180), &mut output)?;
    assert_eq!((status, String::from_utf8_lossy(&output).trim()), (7, "it's there"));
    Ok(())
}

#[test]
fn a_command_that_never_ends_is_ended() -> Result<()> {
    let started = Instant::now();
    let sleep = ["sleep", "1000"].map(str::to_owned);
    let error = run_with_ipvs(&sleep, &[], Duration::from_secs(4), &mut Vec::new()).unwrap_err();
    assert!(error.to_string().contains("time limit was 4 s"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(120));
    Ok(())
}
