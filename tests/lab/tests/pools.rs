//! Pools on a real IPVS: the table that each configuration leaves, what an operator changes, who drains, who sleeps.

// `cfg(test)` is always so here; it tells clippy that the cases are a test's.
#[cfg(test)]
#[path = "pools/cases.rs"]
mod cases;

use cases::{CASES, Case, complete};
use evenkeel_lab::{Doing, Error, Options, Program, Result, Room, ensure, trial, wait};
use nix::sys::signal::Signal;
use std::io::{Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::sync::Arc;
use std::thread::{sleep, spawn};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(90);

/// A room with real servers 10.2.0.1 to 10.2.0.20: web on 8080, mail on 2525, a responder to datagrams on 5300.
fn room() -> Result<Arc<Room>> {
    let room = Arc::new(Room::new("pools")?);
    let mut lines = vec![
        "link add lan0 type dummy".to_owned(),
        "link set lan0 multicast on up".to_owned(),
        "address add 10.9.0.1/24 dev lan0".to_owned(),
        "route add unreachable 10.2.0.250/32".to_owned(),
    ];
    lines.extend((1..=20).map(|last| format!("address add 10.2.0.{last}/32 dev lo")));
    room.ip(&lines)?;
    room.run(serve)?.doing("starting the real servers")?;
    room.command_with_input(&["sh", "-c", "cat > /run/load"], "3\n")?;
    Ok(room)
}

fn serve() -> std::io::Result<()> {
    let web = TcpListener::bind("0.0.0.0:8080")?;
    spawn(move || web.incoming().flatten().for_each(|stream| drop(spawn(move || answer_page(stream)))));
    let mail = TcpListener::bind("0.0.0.0:2525")?;
    spawn(move || mail.incoming().flatten().for_each(|stream| drop(spawn(move || answer_mail(stream)))));
    let names = UdpSocket::bind("0.0.0.0:5300")?;
    spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = names.recv_from(&mut buffer) {
            // An answer to a query of names is that query with its first flag set (RFC 1035 section 4.1.1).
            if let Some(flags) = buffer.get_mut(2) {
                *flags |= 0x80;
            }
            let _ = names.send_to(buffer.get(..length).unwrap_or_default(), from);
        }
    });
    Ok(())
}

fn answer_page(mut stream: std::net::TcpStream) {
    let mut request = [0; 1024];
    let length = stream.read(&mut request).unwrap_or(0);
    let good = request.get(..length).is_some_and(|request| request.starts_with(b"GET / "));
    let status = if good { "200 OK" } else { "404 Not Found" };
    let _ = write!(stream, "HTTP/1.0 {status}\r\nContent-Length: 3\r\n\r\nok\n");
}

fn answer_mail(mut stream: std::net::TcpStream) {
    let mut line = [0; 512];
    let _ = stream.write_all(b"220 mail\r\n");
    while stream.read(&mut line).is_ok_and(|length| length > 0) {
        let bye = line.starts_with(b"QUIT");
        if stream.write_all(if bye { b"221 bye\r\n" } else { b"250 ok\r\n" }).is_err() || bye {
            return;
        }
    }
}

fn sorted(text: &str) -> Vec<String> {
    let mut lines: Vec<String> =
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    lines.sort();
    lines
}

fn printed(room: &Room, questions: &[&[&str]]) -> Result<Vec<String>> {
    let texts = questions.iter().map(|question| room.command(question)).collect::<Result<Vec<_>>>()?;
    Ok(sorted(&texts.concat()))
}

const TABLE: &[&[&str]] = &[&["ipvsadm", "-Sn"]];
/// The address and the two limits of each server that has any.
const THRESHOLDS: &str = "ipvsadm -Ln --thresholds | awk '/->/ && $3 + $4 > 0 { print $2, $3, $4 }'";
const SETTINGS: &[&[&str]] =
    &[&["ipvsadm", "-Ln", "--timeout"], &["ipvsadm", "-Ln", "--daemon"], &["sh", "-c", THRESHOLDS]];

/// Waits until ipvsadm prints this.
fn expect(room: &Room, questions: &[&[&str]], expected: &str, what: &str) -> Result<()> {
    let expected = sorted(expected);
    let mut last = Vec::new();
    let right = wait::until(PATIENCE, || {
        sleep(Duration::from_millis(200));
        last = printed(room, questions).unwrap_or_default();
        (last == expected).then_some(())
    });
    ensure(right.is_some(), || format!("{what}: expected\n{}\nand not\n{}", expected.join("\n"), last.join("\n")))
}

fn try_case(room: &Arc<Room>, case: &Case) -> Result<()> {
    if !case.before.is_empty() {
        room.command_with_input(&["ipvsadm", "-R"], case.before)?;
    }
    let mut program = Program::new(trial::evenkeel()?, room, &complete(case.config), Options::default())?;
    program.start()?;
    let result =
        expect(room, TABLE, case.table, case.name).and_then(|()| expect(room, SETTINGS, case.settings, case.name));
    trial::with_words(result, || program.log_tail(30))?;
    program.stop()?;
    let left = if case.table.contains(case.before.trim()) { case.before } else { "" };
    expect(room, TABLE, left, &format!("{}, after the stop", case.name))?;
    expect(room, SETTINGS, "Timeout (tcp tcpfin udp): 900 120 300", &format!("{}, after the stop", case.name))?;
    room.command(&["ipvsadm", "-C"]).map(drop)
}

#[test]
fn each_configuration_leaves_its_table() -> Result<()> {
    trial::with_ipvs("each_configuration_leaves_its_table", || {
        let room = room()?;
        CASES.iter().try_for_each(|case| {
            println!("{}", case.name);
            try_case(&room, case)
        })
    })
}

const POOL: &str = "virtual_server 10.7.0.1 80 {
 protocol TCP
 lvs_sched rr
 lvs_method NAT
 drain 4
 QUICK
 real_server 10.2.0.1 8080 { TCP_CHECK { } }
 real_server 10.2.0.2 8080 { TCP_CHECK { } }
}
";

fn pool(servers: &[(u8, u32)]) -> String {
    let server = |(last, weight): &(u8, u32)| format!("-a -t 10.7.0.1:80 -r 10.2.0.{last}:8080 -m -w {weight}\n");
    "-A -t 10.7.0.1:80 -s rr\n".to_owned() + &servers.iter().map(server).collect::<String>()
}

fn operate(program: &Program) -> Result<()> {
    let room = program.room();
    let path = program.path().display().to_string();
    let rs = |words: &str| {
        let argv: Vec<&str> = [path.as_str(), "rs"].into_iter().chain(words.split(' ')).collect();
        room.command(&argv)
    };
    expect(room, TABLE, &pool(&[(1, 1), (2, 1)]), "at the start")?;
    for (words, table) in [
        ("set-weight 10.2.0.1 5", &[(1, 5), (2, 1)][..]),
        ("drain 10.2.0.2 --in 10.7.0.1:80", &[(1, 5), (2, 0)]),
        ("enable 10.2.0.2", &[(1, 5), (2, 1)]),
        ("disable 10.2.0.2:8080", &[(1, 5)]),
        ("add 10.2.0.3:8080 --in 10.7.0.1:80 --weight 2", &[(1, 5), (3, 2)]),
        ("remove 10.2.0.1", &[(1, 0), (3, 2)]),
        ("list", &[(3, 2)]),
    ] {
        rs(words)?;
        expect(room, TABLE, &pool(table), words)?;
    }
    program.signal(Signal::SIGHUP)?;
    sleep(Duration::from_secs(1));
    expect(room, TABLE, &pool(&[(3, 2)]), "after a reload of the same file")?;
    let status = room.command(&[&path, "status"])?;
    ensure(status.contains("by operator: disabled"), || format!("the status hides what was changed:\n{status}"))?;
    program.write_config(complete(POOL).replace("10.2.0.2 8080 {", "10.2.0.2 8080 {\n weight 7\n"))?;
    program.signal(Signal::SIGHUP)?;
    expect(room, TABLE, &pool(&[(2, 7), (3, 2)]), "the file says otherwise of one server")?;
    rs("clear")?;
    expect(room, TABLE, &pool(&[(1, 1), (2, 7), (3, 0)]), "all undone: the added one drains")?;
    expect(room, TABLE, &pool(&[(1, 1), (2, 7)]), "and goes")?;
    ensure(rs("drain 10.2.0.77").is_err(), || "an unknown server was drained".into())
}

#[test]
fn an_operator_changes_the_running_pools() -> Result<()> {
    trial::with_ipvs("an_operator_changes_the_running_pools", || {
        let room = room()?;
        let mut program = Program::new(trial::evenkeel()?, &room, &complete(POOL), Options::default())?;
        program.start()?;
        trial::with_words(operate(&program), || program.log_tail(30))
    })
}

/// Somebody else empties the table, adds a server, or changes one.
fn disturb(program: &Program) -> Result<()> {
    let room = program.room();
    let good = pool(&[(1, 1), (2, 1)]);
    expect(room, TABLE, &good, "at the start")?;
    for words in [
        "-C",
        "-d -t 10.7.0.1:80 -r 10.2.0.1:8080",
        "-e -t 10.7.0.1:80 -r 10.2.0.1:8080 -m -w 9",
        "-a -t 10.7.0.1:80 -r 10.2.0.9:8080 -m",
        "-E -t 10.7.0.1:80 -s wlc",
    ] {
        let argv: Vec<&str> = ["ipvsadm"].into_iter().chain(words.split(' ')).collect();
        room.command(&argv)?;
        expect(room, TABLE, &good, words)?;
    }
    Ok(())
}

#[test]
fn what_somebody_else_changes_is_put_right() -> Result<()> {
    trial::with_ipvs("what_somebody_else_changes_is_put_right", || {
        let room = room()?;
        let mut program = Program::new(trial::evenkeel()?, &room, &complete(POOL), Options::default())?;
        program.start()?;
        trial::with_words(disturb(&program), || program.log_tail(30))
    })
}

/// Checks run only while the virtual address is here.
fn sleep_and_wake(program: &Program) -> Result<()> {
    let room = program.room();
    let good = pool(&[(1, 1)]);
    let failed = pool(&[]);
    sleep(Duration::from_secs(4));
    expect(room, TABLE, &good, "asleep: a server that would fail counts as up")?;
    room.ip(&["address add 10.7.0.1/32 dev lan0".to_owned()])?;
    expect(room, TABLE, &failed, "awake: it is checked")
}

#[test]
fn checks_sleep_while_the_address_is_elsewhere() -> Result<()> {
    trial::with_ipvs("checks_sleep_while_the_address_is_elsewhere", || {
        let room = room()?;
        let config = "virtual_server 10.7.0.1 80 {
 protocol TCP
 lvs_sched rr
 lvs_method NAT
 ha_suspend
 QUICK
 real_server 10.2.0.1 8080 { TCP_CHECK {
  connect_port 1
 } }
}
";
        let mut program = Program::new(trial::evenkeel()?, &room, &complete(config), Options::default())?;
        program.start()?;
        let result = sleep_and_wake(&program);
        trial::with_words(result, || program.log_tail(30)).map_err(|error| Error::new(error.to_string()))
    })
}
