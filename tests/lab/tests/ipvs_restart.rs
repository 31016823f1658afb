//! Connections through IPVS while the daemon dies, returns, and reads its file again: they do not notice.
use evenkeel_lab::pair::{Place, VIP};
use evenkeel_lab::site::{Site, WEBS, real_servers, wait_for_real_servers};
use evenkeel_lab::{Doing, Result, ensure, trial, wait};
use nix::sys::signal::Signal;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(40);

/// A browser that keeps its connection.
struct Visitor {
    stream: TcpStream,
}

impl Visitor {
    fn new(site: &Site) -> Result<Self> {
        let connect = || TcpStream::connect_timeout(&SocketAddr::from((VIP, 80)), PATIENCE);
        let stream = site.pair.client.run(connect)?.doing("connecting to the virtual address")?;
        stream.set_read_timeout(Some(PATIENCE)).doing("setting a time limit")?;
        Ok(Self { stream })
    }

    /// Asks once more over the same connection, and returns which server answered.
    fn ask(&mut self) -> Result<String> {
        self.stream.write_all(b"GET / HTTP/1.1\r\nHost: site\r\n\r\n").doing("asking over the old connection")?;
        let mut answer = [0; 2048];
        let length = self.stream.read(&mut answer).doing("waiting for an answer over the old connection")?;
        let answer = String::from_utf8_lossy(answer.get(..length).unwrap_or_default()).into_owned();
        ensure(answer.starts_with("HTTP/1.1 200"), || format!("a strange answer: {answer}"))?;
        Ok(answer.lines().last().unwrap_or_default().to_owned())
    }
}

/// Connections that the service has taken since it was made: a service that is made anew begins at zero.
fn connections(site: &Site) -> Result<u64> {
    let room = site.pair.director(Place::Primary).room();
    let table = room.command(&["ipvsadm", "-Ln", "--stats", "--exact"])?;
    let line = table.lines().find(|line| line.starts_with("TCP"));
    let count = line.and_then(|line| line.split_whitespace().nth(2)).and_then(|count| count.parse().ok());
    count.ok_or_else(|| evenkeel_lab::Error::new(format!("no service in the IPVS table:\n{table}")))
}

/// Does something to the daemon and sees that neither table nor connections have suffered.
fn unnoticed(
    site: &mut Site,
    visitors: &mut [Visitor],
    what: &str,
    act: impl Fn(&mut Site) -> Result<()>,
) -> Result<()> {
    let (before, table) = (connections(site)?, real_servers(site.pair.director(Place::Primary))?);
    let since = Instant::now();
    act(site)?;
    let watched = Instant::now();
    while watched.elapsed() < Duration::from_secs(4) {
        let now = real_servers(site.pair.director(Place::Primary))?;
        ensure(now == table, || format!("{what}: the table was {table:?} and is {now:?}"))?;
        sleep(Duration::from_millis(50));
    }
    let after = connections(site)?;
    ensure(after == before, || format!("{what}: the service had {before} connections and now has {after}"))?;
    for visitor in visitors {
        visitor.ask().doing(what)?;
    }
    let changes = site.pair.director(Place::Primary).addresses.changes(VIP, since);
    ensure(changes.is_empty(), || format!("{what}: {VIP} was touched: {changes:?}"))?;
    println!("{what}: {after} connections kept, table and address untouched");
    Ok(())
}

fn crash_and_restart(site: &mut Site) -> Result<()> {
    let program = &mut site.pair.director_mut(Place::Primary).program;
    program.crash();
    sleep(Duration::from_millis(300));
    program.start().map(drop)
}

fn reload(site: &mut Site) -> Result<()> {
    site.pair.director(Place::Primary).program.signal(Signal::SIGHUP).map(drop)
}

fn visit(site: &mut Site) -> Result<()> {
    let begin = site.pair.start()?;
    site.pair.wait_taken(Place::Primary, begin, PATIENCE)?;
    wait_for_real_servers(site.pair.director(Place::Primary), &WEBS, PATIENCE)?;
    sleep(Duration::from_millis(500));
    let mut visitors = vec![Visitor::new(site)?, Visitor::new(site)?];
    let mut servers = visitors.iter_mut().map(Visitor::ask).collect::<Result<Vec<_>>>()?;
    servers.sort();
    ensure(servers == ["web1", "web2"], || format!("one connection to each, and not {servers:?}"))?;
    // The kernel sums up its counters every two seconds.
    let counted = wait::until(PATIENCE, || (connections(site).ok()? >= 2).then_some(()));
    ensure(counted.is_some(), || "the service does not count its connections".into())?;
    unnoticed(site, &mut visitors, "killed and restarted", crash_and_restart)?;
    unnoticed(site, &mut visitors, "reloaded without a change", reload)
}

#[test]
fn connections_outlive_the_daemon() -> Result<()> {
    trial::with_ipvs("connections_outlive_the_daemon", || {
        let mut site = Site::build(&trial::evenkeel()?)?;
        let result = visit(&mut site);
        trial::with_words(result, || site.pair.last_words())
    })
}
