//! `evenkeel ipvs` beside Debian's ipvsadm: the same command lines leave the same table, and print it alike.

// `cfg(test)` is always so here; it tells clippy that the cases are a test's.
#[cfg(test)]
#[path = "ipvsadm/cases.rs"]
mod cases;

use cases::{GROUND, GROUPS, HOSTS, LISTINGS, REFUSED, TABLE};
use evenkeel_lab::scratch::Scratch;
use evenkeel_lab::{Doing, Kind, Options, Program, Result, Room, ensure, trial, wait};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// How a command line ended.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ended {
    well: bool,
    status: i32,
    printed: String,
    complaint: String,
}

/// Others are about timeouts and synchronisation daemons.
fn is_about_entries(group: &[&str]) -> bool {
    !group.iter().any(|line| line.starts_with("--s"))
}

/// Two programs for one table.
struct Bench {
    room: Arc<Room>,
    ours: Vec<String>,
    theirs: Vec<String>,
    kind: Kind,
    files: Scratch,
}

impl Bench {
    fn new() -> Result<Self> {
        let room = Arc::new(Room::new("bench")?);
        let kind = trial::evenkeel()?;
        let Kind::Evenkeel(path) = &kind else { return Err(evenkeel_lab::Error::new("no evenkeel")) };
        let ours = vec![path.display().to_string(), "ipvs".to_owned()];
        let link = [
            "link add d0 type dummy",
            "address add 10.9.0.1/24 dev d0",
            "address add fd00:9::1/64 dev d0 nodad",
            "link set d0 multicast on up",
        ];
        room.ip(&link.map(str::to_owned))?;
        Ok(Self { room, ours, theirs: vec!["/usr/sbin/ipvsadm".to_owned()], kind, files: Scratch::new("ipvsadm")? })
    }

    fn run(&self, program: &[String], line: &str, input: &str) -> Result<Ended> {
        let mut argv = program.to_vec();
        argv.extend(line.split_whitespace().map(str::to_owned));
        let input = input.to_owned();
        let doing = argv.join(" ");
        self.room.run(move || run(&argv, &input))?.doing(doing)
    }

    fn ours(&self, line: &str) -> Result<Ended> {
        self.run(&self.ours, line, "")
    }

    fn theirs(&self, line: &str) -> Result<Ended> {
        self.run(&self.theirs, line, "")
    }

    /// What the lines of this group can leave behind, as ipvsadm prints it. Each look costs the start of a program.
    fn left(&self, group: &[&str]) -> Result<String> {
        let questions =
            if is_about_entries(group) { ["-Sn", "-Ln --thresholds"] } else { ["-L --timeout", "-L --daemon"] };
        questions.iter().map(|line| Ok(self.theirs(line)?.printed)).collect()
    }

    fn clear(&self, group: &[&str]) -> Result<()> {
        let entries = &["-C"][..];
        let others = &["--set 900 120 300", "--stop-daemon master", "--stop-daemon backup"];
        let lines = if is_about_entries(group) { entries } else { others };
        lines.iter().try_for_each(|line| self.theirs(line).map(drop))
    }

    fn fill(&self, program: &[String], saved: &str) -> Result<Ended> {
        self.theirs("-C")?;
        self.run(program, "-R", saved)
    }
}

fn run(argv: &[String], input: &str) -> std::io::Result<Ended> {
    let (program, words) = argv.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // Who does not read closes the pipe.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output()?;
    Ok(Ended {
        well: output.status.success(),
        status: output.status.code().unwrap_or(-1),
        printed: String::from_utf8_lossy(&output.stdout).into_owned(),
        complaint: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

fn same_effects(bench: &Bench) -> Result<()> {
    for group in GROUPS {
        let mut tables = Vec::new();
        for program in [&bench.theirs, &bench.ours] {
            bench.clear(group)?;
            for line in *group {
                let ended = bench.run(program, line, "")?;
                ensure(ended.well, || format!("{program:?} {line}: {}", ended.complaint))?;
            }
            tables.push(bench.left(group)?);
        }
        ensure(tables.windows(2).all(|pair| pair.first() == pair.get(1)), || {
            format!("{group:?} leaves\n{}", tables.join("here and there\n"))
        })?;
    }
    println!("{} groups of command lines leave the same", GROUPS.len());
    Ok(())
}

fn same_refusals(bench: &Bench) -> Result<()> {
    bench.clear(GROUND)?;
    for line in GROUND {
        bench.theirs(line)?;
    }
    let before = bench.left(GROUND)?;
    for line in REFUSED {
        for program in [&bench.theirs, &bench.ours] {
            let ended = bench.run(program, line, "")?;
            ensure(!ended.well && !ended.complaint.is_empty(), || {
                format!("{program:?} {line} is accepted: {ended:?}")
            })?;
        }
    }
    ensure(bench.left(GROUND)? == before, || format!("something refused changed the table:\n{before}"))?;
    println!("{} command lines are refused by both", REFUSED.len());
    Ok(())
}

#[test]
fn the_same_command_lines_leave_the_same() -> Result<()> {
    trial::with_ipvs("the_same_command_lines_leave_the_same", || {
        let bench = Bench::new()?;
        same_effects(&bench)?;
        same_refusals(&bench)
    })
}

/// Times of connections as `00:19` run between two listings: their form is compared, not their seconds.
fn timeless(listing: &str) -> String {
    let is_time = |word: &str| {
        word.len() == 5
            && word.bytes().enumerate().all(|(at, byte)| if at == 2 { byte == b':' } else { byte.is_ascii_digit() })
    };
    listing.split_inclusive(' ').map(|word| if is_time(word.trim_end()) { "mm:ss " } else { word }).collect()
}

/// Counters move between two listings, so a difference is looked at again.
fn same_listing(bench: &Bench, line: &str) -> Result<()> {
    let mut seen = (String::new(), String::new());
    for _ in 0..20 {
        seen = (timeless(&bench.theirs(line)?.printed), timeless(&bench.ours(line)?.printed));
        if seen.0 == seen.1 && !seen.0.is_empty() {
            return Ok(());
        }
    }
    Err(evenkeel_lab::Error::new(format!("'{line}' prints\n{}and ours\n{}", seen.0, seen.1)))
}

/// Some connections, so that there is something to count. The kernel forgets those that come to nothing within a minute.
fn traffic(bench: &Bench) -> Result<()> {
    let talk = || -> std::io::Result<()> {
        let listener = std::net::TcpListener::bind("10.0.1.1:8080")?;
        for _ in 0..6 {
            // Most servers do not exist; who is sent to the one that does is enough.
            let to = std::net::SocketAddr::from(([10, 0, 0, 1], 80));
            let _ = std::net::TcpStream::connect_timeout(&to, Duration::from_millis(100));
        }
        drop(listener);
        Ok(())
    };
    bench.room.run(talk)?.doing("making connections")?;
    let connections = bench.ours("-Lnc")?.printed;
    ensure(connections.lines().count() > 3, || format!("no connections were listed:\n{connections}"))
}

fn same_listings(bench: &Bench) -> Result<()> {
    let hosts = bench.files.write("hosts", HOSTS)?.display().to_string();
    bench.room.command(&["mount", "--bind", &hosts, "/etc/hosts"])?;
    bench.fill(&bench.theirs, TABLE)?;
    bench.room.ip(&["10.0.0.1", "10.0.1.1"].map(|address| format!("address add {address}/32 dev lo")))?;
    traffic(bench)?;
    for line in LISTINGS {
        let of_connections = line.split(' ').next().is_some_and(|word| word.contains('c'));
        if of_connections {
            traffic(bench)?;
        }
        same_listing(bench, line)?;
    }
    println!("{} listings are alike", LISTINGS.len());
    Ok(())
}

/// A listing of thresholds without the connections, which end when their time has come.
fn limits(listing: &str) -> String {
    listing.lines().map(|line| line.split_whitespace().take(4).collect::<Vec<_>>().join(" ") + "\n").collect()
}

/// Each program reads what the other saved, and our complete form keeps the thresholds.
fn same_saves(bench: &Bench) -> Result<()> {
    bench.fill(&bench.theirs, TABLE)?;
    let complete = bench.ours("save")?.printed;
    let saved = bench.ours("-Sn")?.printed;
    let thresholds = limits(&bench.theirs("-Ln --thresholds")?.printed);
    // ipvsadm reads every line but those with a mark above 2147483647, which it writes negative.
    let readable: String =
        saved.lines().filter(|line| !line.contains("-f -")).map(|line| format!("{line}\n")).collect();
    for (program, text) in [(&bench.theirs, &readable), (&bench.ours, &readable), (&bench.ours, &saved)] {
        let ended = bench.fill(program, text)?;
        ensure(ended.well, || format!("{program:?} -R: {}", ended.complaint))?;
        let again = bench.theirs("-Sn")?.printed;
        ensure(sorted(&again) == sorted(text), || format!("{program:?} makes of\n{text}this:\n{again}"))?;
    }
    let ended = bench.fill(&bench.ours, &complete)?;
    ensure(ended.well, || format!("restore: {}", ended.complaint))?;
    let again = limits(&bench.theirs("-Ln --thresholds")?.printed);
    ensure(sorted(&again) == sorted(&thresholds), || format!("{thresholds}\nhas become\n{again}"))
}

/// ipvsadm's order depends on the kernel's where its comparison goes round.
fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn the_table_is_printed_alike() -> Result<()> {
    trial::with_ipvs("the_table_is_printed_alike", || {
        let bench = Bench::new()?;
        same_listings(&bench)?;
        same_saves(&bench)
    })
}

const CONFIG: &str = "\
virtual_server 10.0.0.1 80 {
    protocol TCP
    lb_algo rr
    lb_kind NAT
    real_server 10.0.1.1 8080 {
        weight 3
    }
}
";

fn daemon_keeps_its_own(bench: &Bench) -> Result<()> {
    let mut daemon = Program::new(bench.kind.clone(), &bench.room, CONFIG, Options::default())?;
    daemon.start()?;
    let patience = Duration::from_secs(60);
    let listed = || bench.ours("list").ok().filter(|ended| ended.printed.contains("10.0.1.1:8080"));
    let marked = |ended: &Ended| ended.printed.contains("TCP  10.0.0.1:80 rr *\n");
    let first = wait::until(patience, listed);
    let judged = ensure(first.as_ref().is_some_and(marked), || format!("no mark in {first:?}"));
    trial::with_words(judged, || daemon.log())?;
    for line in ["-D -t 10.0.0.1:80", "delete-server tcp 10.0.0.1:80 10.0.1.1:8080", "-C"] {
        let ended = bench.ours(line)?;
        ensure(ended.status == 3 && ended.complaint.contains("--force"), || format!("{line}: {ended:?}"))?;
    }
    for line in ["-A -t 10.0.0.2:80", "-D -t 10.0.0.2:80", "-Z"] {
        let ended = bench.ours(line)?;
        ensure(ended.well, || format!("{line}: {ended:?}"))?;
    }
    let json = bench.ours("list --json")?.printed;
    ensure(json.contains("\"owned\":true"), || json.clone())?;
    ensure(bench.ours("-Ln")? == bench.theirs("-Ln")?, || "the letters print marks".to_owned())?;
    let forced = bench.ours("-D -t 10.0.0.1:80 --force")?;
    ensure(forced.well, || format!("{forced:?}"))?;
    let back = wait::until(patience, listed);
    ensure(back.is_some(), || "the daemon did not put its service back".to_owned())?;
    daemon.stop()?;
    let free = bench.ours("-C")?;
    ensure(free.well, || format!("after the daemon: {free:?}"))
}

#[test]
fn what_belongs_to_the_daemon_is_marked_and_kept() -> Result<()> {
    trial::with_ipvs("what_belongs_to_the_daemon_is_marked_and_kept", || daemon_keeps_its_own(&Bench::new()?))
}

/// Under ipvsadm's own name our binary is ipvsadm.
#[test]
fn the_name_alone_is_enough() -> Result<()> {
    trial::with_ipvs("the_name_alone_is_enough", || {
        let bench = Bench::new()?;
        let link: PathBuf = bench.files.path().join("ipvsadm");
        let path = bench.ours.first().cloned().unwrap_or_default();
        std::os::unix::fs::symlink(path, &link).doing("making a link")?;
        let program = [link.display().to_string()];
        ensure(bench.run(&program, "-A -t 10.0.0.1:80 -s rr", "")?.well, || "not accepted".to_owned())?;
        let saved = bench.theirs("-Sn")?.printed;
        ensure(saved == "-A -t 10.0.0.1:80 -s rr\n", || saved.clone())
    })
}
