//! Who gets which connection: schedulers, persistence, marks and datagrams.
use crate::ground::{Family, Ground, Method, WEBS, client, vip};
use crate::promises::{ROWS, Row};
use crate::services::{DATAGRAMS, EXPIRING, MARKS, ONE_PACKET, PERSISTENT, marked};
use crate::visit::{Sender, Visit};
use evenkeel_lab::{Doing, Error, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The index of a web server in the services' order.
fn index(name: &str) -> Result<usize> {
    WEBS.iter().position(|web| *web == name).ok_or_else(|| Error::new(format!("{name} answered")))
}

/// Visits one after the other, all kept open.
fn visits(ground: &Ground, to: IpAddr, clients: impl IntoIterator<Item = IpAddr>) -> Result<Vec<Visit>> {
    clients.into_iter().map(|from| Visit::new(&ground.client, from, to)).collect()
}

fn answers(visits: &[Visit]) -> Result<Vec<usize>> {
    visits.iter().map(|visit| index(&visit.server)).collect()
}

/// Every scheduler that the kernel has, behind one forwarding method.
pub(crate) fn schedulers(ground: &Ground, method: Method, family: Family, there: &[&str]) -> Result<()> {
    for (row, number) in ROWS.iter().zip(1..).filter(|(row, _)| there.contains(&row.scheduler)) {
        scheduler(ground, row, vip(method, family, number), family)?;
    }
    Ok(())
}

fn scheduler(ground: &Ground, row: &Row, to: IpAddr, family: Family) -> Result<()> {
    let from = |visit| client(family, 0, u16::try_from(row.client(visit)).unwrap_or(0));
    let mut open = visits(ground, to, (0..row.visits).map(from))?;
    row.judge(&answers(&open)?)?;
    if !row.refills {
        return Ok(());
    }
    let before = open.len();
    open.retain(|visit| visit.server != WEBS[2]);
    let again = answers(&visits(ground, to, (open.len()..before).map(from))?)?;
    ensure(again.iter().all(|server| *server == 2), || {
        format!("{}: after {} connections to web3 had ended, new ones went to {again:?}", row.scheduler, again.len())
    })
}

/// A network of clients has one server, another network has another.
pub(crate) fn persistence(ground: &Ground, method: Method, family: Family) -> Result<()> {
    let to = vip(method, family, PERSISTENT);
    let here = visits(ground, to, [0, 0, 1, 5, 5, 1].map(|number| client(family, 0, number)))?;
    let there = visits(ground, to, [0, 3, 3, 0].map(|number| client(family, 1, number)))?;
    let servers = |visits: &[Visit]| visits.iter().map(|visit| visit.server.clone()).collect::<BTreeSet<_>>();
    let (here, there) = (servers(&here), servers(&there));
    let apart = here.len() == 1 && there.len() == 1 && here != there;
    ensure(apart, || format!("a network should have a server of its own, and not {here:?} and {there:?}"))
}

/// The same client has the same server while it speaks, and the next one after a silence longer than the timeout.
pub(crate) fn expiry(ground: &Ground, method: Method, family: Family) -> Result<()> {
    let (from, to) = (client(family, 0, 0), vip(method, family, EXPIRING));
    // Each from a port of its own, so a connection of its own.
    let ask = || Sender::new(&ground.client, from, to)?.ask();
    let mut first = ask()?;
    // On a machine so busy that the three are too slow for the timeout of three seconds, they prove nothing.
    let kept = (0..5).any(|_| {
        let begin = Instant::now();
        let names: Vec<_> = (0..3).filter_map(|_| ask().ok()).collect();
        let same = names.iter().all(|name| *name == first);
        let quick = begin.elapsed() < Duration::from_secs(2);
        first = names.last().cloned().unwrap_or_default();
        same && quick
    });
    ensure(kept, || "a client should keep its server".into())?;
    let changed = (0..5).any(|_| {
        sleep(Duration::from_secs(5));
        ask().is_ok_and(|name| name != first)
    });
    ensure(changed, || format!("{first} should lose its client after a silence"))
}

/// One socket has one server, except where each packet is scheduled.
pub(crate) fn datagrams(ground: &Ground, method: Method, family: Family) -> Result<()> {
    let shares = |number| -> Result<BTreeMap<String, usize>> {
        let sender = Sender::new(&ground.client, client(family, 0, 0), vip(method, family, number))?;
        let mut shares = BTreeMap::new();
        for _ in 0..12 {
            *shares.entry(sender.ask()?).or_default() += 1;
        }
        Ok(shares)
    };
    let one = shares(DATAGRAMS)?;
    ensure(one.len() == 1, || format!("one socket should have one server: {one:?}"))?;
    if method == Method::Nat {
        return Ok(());
    }
    let each = shares(ONE_PACKET)?;
    // A datagram that was repeated has moved the turn.
    let fair = each.len() == 3 && each.values().all(|count| count.abs_diff(4) <= 1);
    ensure(fair, || format!("each datagram should be scheduled: {each:?}"))
}

/// One service behind many addresses: by destination, and with persistence over all of them.
pub(crate) fn marks(ground: &Ground, family: Family) -> Result<()> {
    mark(ground, family).doing("marking packets")?;
    let from = client(family, 0, 0);
    let ask = |to| Visit::new(&ground.client, from, to).map(|visit| visit.server);
    let [(by_destination, _), (persistent, _)] = MARKS;
    let round = || marked(family, by_destination).map(ask).collect::<Result<Vec<_>>>();
    let (first, second) = (round()?, round()?);
    let several = first.iter().collect::<BTreeSet<_>>().len() > 1;
    ensure(first == second && several, || format!("each destination should have its server: {first:?}, {second:?}"))?;
    let all = marked(family, persistent).map(ask).collect::<Result<BTreeSet<_>>>()?;
    ensure(all.len() == 1, || format!("a client should have one server behind all addresses: {all:?}"))
}

/// Packets to these addresses get the marks.
fn mark(ground: &Ground, family: Family) -> Result<()> {
    let (tool, length) = if family == Family::V4 { ("iptables", 29) } else { ("ip6tables", 125) };
    for (mark, _) in MARKS {
        let first = marked(family, mark).next().map(|first| first.to_string()).unwrap_or_default();
        let rule = format!("-t mangle -A PREROUTING -d {first}/{length} -p tcp -j MARK --set-mark {mark}");
        // A kernel has the one kind of tables or the other.
        let line = format!("{tool}-legacy {rule} || {tool} {rule}");
        ground.directors[0].room().command(&["sh", "-c", &line])?;
    }
    Ok(())
}
