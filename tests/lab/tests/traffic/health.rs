//! What clients see of servers that die and return, and of a director that dies.
use crate::ground::{Family, Ground, Method, PATIENCE, SORRY, WEBS, client, vip};
use crate::services::{CHECKED, KEPT};
use crate::visit::Visit;
use evenkeel_lab::{Doing, Result, ensure, wait};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long the kernel's sync daemon may keep what it has to tell (`IPVS_SYNC_SEND_DELAY` and its flush time).
const SYNC_BUFFER: Duration = Duration::from_secs(2);
const METHODS: [(Method, Family); 6] = [
    (Method::Nat, Family::V4),
    (Method::Nat, Family::V6),
    (Method::Dr, Family::V4),
    (Method::Dr, Family::V6),
    (Method::Tun, Family::V4),
    (Method::Tun, Family::V6),
];

/// Who answers six visits; an error when one is lost.
fn round(ground: &Ground, method: Method, family: Family) -> Result<BTreeSet<String>> {
    let to = vip(method, family, CHECKED);
    (0..6).map(|_| Visit::brief(&ground.client, client(family, 0, 0), to).map(|visit| visit.server)).collect()
}

/// Waits until exactly these answer, behind every method, and nothing is lost.
fn served_by(ground: &Ground, names: &[&str], what: &str) -> Result<()> {
    let names: BTreeSet<String> = names.iter().map(ToString::to_string).collect();
    let begin = Instant::now();
    for (method, family) in METHODS {
        let mut last = None;
        let right = wait::until(PATIENCE, || {
            sleep(Duration::from_millis(100));
            let answers = round(ground, method, family);
            let right = answers.as_ref().is_ok_and(|answers| *answers == names);
            last = Some(answers);
            right.then_some(())
        });
        ensure(right.is_some(), || {
            format!("{what}: {names:?} should answer by {method:?} {family:?}, and not {last:?}")
        })?;
    }
    println!("  {what}: after {} ms", begin.elapsed().as_millis());
    Ok(())
}

/// A server is killed, then one too many; both return.
pub(crate) fn servers_die_and_return(ground: &mut Ground) -> Result<()> {
    let [one, two, three] = WEBS;
    served_by(ground, &WEBS, "all live")?;
    ground.webs[0].stop();
    served_by(ground, &[two, three], "one was killed")?;
    ground.webs[1].stop();
    served_by(ground, &[SORRY], "two were killed, and the quorum is two")?;
    ground.webs[0].start()?;
    served_by(ground, &[one, three], "one has returned")?;
    ground.webs[1].start()?;
    served_by(ground, &WEBS, "all have returned")
}

fn visits(ground: &Ground) -> Result<Vec<(IpAddr, Visit)>> {
    let visit = |(method, family)| {
        let to = vip(method, family, KEPT);
        Ok((to, Visit::new(&ground.client, client(family, 0, 0), to)?))
    };
    METHODS.into_iter().map(visit).collect()
}

/// Connections that the other director has heard of outlive this one; others do not.
pub(crate) fn director_dies(ground: &mut Ground, real_servers: usize) -> Result<()> {
    let mut unheard = visits(ground)?;
    // The first director's kernel keeps what it has to tell for up to two seconds; nobody shall listen yet when it does.
    sleep(SYNC_BUFFER * 2);
    ground.start(1, real_servers)?;
    let state = ["ipvsadm", "-Ln", "--daemon"];
    let listens = wait::until(PATIENCE, || {
        ground.directors[1].room().command(&state).is_ok_and(|text| text.contains("backup")).then_some(())
    });
    ensure(listens.is_some(), || "the second director should listen to the first".into())?;
    let mut kept = visits(ground)?;
    for (to, visit) in &mut kept {
        // The kernel tells of a connection at its third packet, and of each fiftieth after it.
        let again = visit.ask().doing(format!("asking {to} again"))?;
        ensure(again == visit.server, || format!("{to}: {} answered first, then {again}", visit.server))?;
    }
    wait_until_told(ground, &kept)?;
    ground.directors[0].crash();
    ground.lan.unplug(&std::sync::Arc::clone(ground.directors[0].room()))?;
    let begin = Instant::now();
    for (to, visit) in &mut kept {
        let again = visit.ask().doing(format!("{to}: the same connection through the other director"))?;
        ensure(again == visit.server, || format!("{to}: {} answered, then {again}", visit.server))?;
    }
    println!("  {} connections went on {} ms after the director's death", kept.len(), begin.elapsed().as_millis());
    for (to, visit) in &mut unheard {
        let answer = visit.ask();
        ensure(answer.is_err(), || format!("{to}: who told the other director? {answer:?}"))?;
    }
    served_by(ground, &WEBS, "new connections through the other director")
}

fn wait_until_told(ground: &Ground, visits: &[(IpAddr, Visit)]) -> Result<()> {
    let mut missing = Vec::new();
    let told = wait::until(PATIENCE, || {
        sleep(Duration::from_millis(100));
        let table = ground.directors[1].room().command(&["cat", "/proc/net/ip_vs_conn"]).ok()?;
        missing = visits.iter().filter(|(to, visit)| !mentions(&table, *to, visit)).map(|(to, _)| *to).collect();
        missing.is_empty().then_some(())
    });
    ensure(told.is_some(), || format!("the second director was not told of connections to {missing:?}"))
}

/// Whether the connection table has this client's port with this virtual address; both are in hexadecimal there.
fn mentions(table: &str, to: IpAddr, visit: &Visit) -> bool {
    let port = visit.port().map(|port| format!("{port:04X}")).unwrap_or_default();
    let address = match to {
        IpAddr::V4(four) => format!("{:08X}", u32::from(four)),
        IpAddr::V6(six) => six.segments().map(|part| format!("{part:04x}")).join(":"),
    };
    table.lines().any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.get(2) == Some(&port.as_str())
            && words.iter().any(|word| word.trim_matches(['[', ']']).eq_ignore_ascii_case(&address))
    })
}
