//! Every checker against a real server of its kind, and against servers that misbehave.

// `cfg(test)` is always so here; it tells clippy that the cases are a test's.
#[cfg(test)]
#[path = "checkers/cases.rs"]
mod cases;
#[cfg(test)]
#[path = "checkers/misbehaving.rs"]
mod misbehaving;

use cases::{CASES, Case};
use evenkeel_lab::scratch::Scratch;
use evenkeel_lab::{Doing, Error, Options, Program, Result, Room, ensure, trial, wait};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(120);
/// How long memory is watched after everything has been found once: several rounds of all checks.
const ROUNDS: Duration = Duration::from_secs(10);
/// What the daemon may hold at most, with every check of the table running at once.
const MEMORY: u64 = 96 << 20;
/// What these rounds may add: an allocator's holes, and no answer that is kept.
const GROWTH: u64 = 24 << 20;

/// Real servers that end with this value.
struct Servers(Vec<Child>);

impl Drop for Servers {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn start(room: &Room, argv: &[&str]) -> Result<Child> {
    let argv: Vec<String> = argv.iter().map(ToString::to_string).collect();
    let doing = format!("starting {}", argv.join(" "));
    let spawn = move || {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).args(argv);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
    };
    room.run(spawn)?.doing(doing)
}

fn certificates(room: &Room, at: &Path) -> Result<()> {
    let at = at.display();
    let script = format!(
        "set -e; exec 2>/dev/null; cd {at}
         openssl req -x509 -newkey rsa:2048 -nodes -keyout cakey -out ca -days 90 -subj /CN=lab
         openssl req -new -newkey rsa:2048 -nodes -keyout key -out req -subj /CN=web.test
         printf 'subjectAltName=DNS:web.test' >ext
         openssl x509 -req -in req -CA ca -CAkey cakey -CAcreateserial -days 90 -extfile ext -out good
         openssl x509 -req -in req -signkey key -days 90 -extfile ext -out self
         openssl x509 -req -in req -CA ca -CAkey cakey -CAcreateserial -days -1 -extfile ext -out expired"
    );
    room.command(&["sh", "-c", &script]).map(drop)
}

fn nginx(at: &Path) -> String {
    let at = at.display();
    let tls = |port: u16, certificate: &str, protocols: &str| {
        format!(
            "server {{ listen {port} ssl; ssl_certificate {at}/{certificate}; ssl_certificate_key {at}/key;
             ssl_protocols {protocols}; ssl_ciphers ALL:@SECLEVEL=0;
             root {at}; location = / {{ return 200 \"ok\\n\"; }} location = /sni {{ return 200 $ssl_server_name; }}
             location = /endless {{ proxy_buffering off; proxy_pass http://127.0.0.1:{}/; }} }}\n",
            cases::ENDLESS_BODY
        )
    };
    let mut servers: String = cases::TLS.iter().map(|(port, version)| tls(*port, "good", version)).collect();
    servers += &tls(cases::EXPIRED, "expired", "TLSv1.2 TLSv1.3");
    servers += &tls(cases::SELF_SIGNED, "self", "TLSv1.2 TLSv1.3");
    format!(
        "daemon off; master_process off; pid {at}/pid; error_log {at}/nginx.log;
         events {{ worker_connections 256; }}
         http {{ access_log off; default_type text/plain;
         client_body_temp_path {at}/a; proxy_temp_path {at}/b; fastcgi_temp_path {at}/c; uwsgi_temp_path {at}/d;
         scgi_temp_path {at}/e;
         server {{ listen {}; root {at}; location = / {{ return 200 \"ok\\n\"; }}
         location = /host {{ return 200 $host; }} location = /missing {{ return 404; }} }}
         {servers} }}\n",
        cases::PLAIN
    )
}

fn smtpd() -> String {
    format!("listen on 127.0.0.1 port {}\naction \"store\" mbox\nmatch for local action \"store\"\n", cases::MAIL)
}

fn unbound(at: &Path) -> String {
    format!(
        "server:\n interface: 127.0.0.1\n port: {}\n do-daemonize: no\n chroot: \"\"\n username: \"\"\n directory: \"{}\"\n \
         use-syslog: no\n pidfile: \"\"\n local-zone: \"test.\" static\n local-data: \"web.test. A 192.0.2.1\"\n \
         local-data: 'web.test. TXT \"up\"'\n local-zone: \"refused.test.\" refuse\n local-zone: \"silent.test.\" deny\n\
         remote-control:\n control-enable: no\n",
        cases::NAMES,
        at.display()
    )
}

/// Starts the real servers.
fn real_servers(room: &Room, files: &Scratch) -> Result<Servers> {
    let at = files.path();
    std::fs::set_permissions(at, std::fs::Permissions::from_mode(0o755)).doing("opening the directory")?;
    certificates(room, at)?;
    files.write("large", vec![b'x'; 32 << 20])?;
    // A gigabyte that takes no room on the disk.
    let huge = std::fs::File::create(at.join("huge")).doing("making a large page")?;
    huge.set_len(1 << 30).doing("making a large page")?;
    let file = |name: &str, text: String| files.write(name, text).map(|path| path.display().to_string());
    let (nginx, smtpd, unbound) =
        (file("nginx.conf", nginx(at))?, file("smtpd.conf", smtpd())?, file("unbound.conf", unbound(at))?);
    Ok(Servers(vec![
        start(room, &["/usr/sbin/nginx", "-e", "stderr", "-c", &nginx])?,
        start(room, &["/usr/sbin/smtpd", "-d", "-f", &smtpd])?,
        start(room, &["/usr/sbin/unbound", "-d", "-c", &unbound])?,
    ]))
}

/// Each case is a virtual server of its own, named by its port.
fn configuration(at: &Path) -> String {
    let mut text = format!("SSL {{\n ca {}/ca\n}}\n", at.display());
    for (number, case) in CASES.iter().enumerate() {
        let Case { check, port, .. } = case;
        text += &format!(
            "virtual_server 10.7.0.1 {} {{\n protocol TCP\n lvs_sched rr\n lvs_method NAT\n delay_loop 2\n retry 1\n delay_before_retry 1\n \
             connect_timeout 2\n warmup 0\n real_server 127.0.0.1 {port} {{\n{check}\n}}\n}}\n",
            number + 1
        );
    }
    text
}

/// What the daemon says of each case: whether it is up, and what its check found last.
fn findings(program: &Program) -> Option<Vec<(Option<bool>, String)>> {
    let path = program.path().display().to_string();
    let status = program.room().command(&[&path, "status", "--json"]).ok()?;
    let status: Value = serde_json::from_str(&status).ok()?;
    let servers = status.get("virtual_servers")?.as_array()?;
    let finding = |server: &Value| {
        let check = server.pointer("/real_servers/0/checkers/0")?;
        Some((check.get("up")?.as_bool(), check.get("last")?.as_str()?.to_owned()))
    };
    servers.iter().map(finding).collect()
}

fn wrong(findings: &[(Option<bool>, String)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (case, (up, last)) in CASES.iter().zip(findings) {
        if *up != Some(case.up) || !last.contains(case.found) {
            wrong.push(format!("{} at {}: {up:?}, {last}", case.check.replace('\n', ""), case.port));
        }
    }
    wrong
}

/// Bytes of memory that the daemon has held at most.
fn peak(program: &Program) -> Result<u64> {
    let unknown = || Error::new("the daemon's memory is not known");
    let pid = program.pid().ok_or_else(unknown)?;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).doing("reading the daemon's memory")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or_else(unknown)?;
    let kilobytes = line.split_whitespace().nth(1).and_then(|word| word.parse::<u64>().ok());
    kilobytes.map(|kilobytes| kilobytes << 10).ok_or_else(unknown)
}

/// Waits until every check has found what it must.
fn settle(program: &Program) -> Result<()> {
    let mut last = vec!["the daemon has not answered".to_owned()];
    let right = wait::until(PATIENCE, || {
        sleep(Duration::from_millis(500));
        let findings = findings(program)?;
        last =
            if findings.len() == CASES.len() { wrong(&findings) } else { vec![format!("{} findings", findings.len())] };
        last.is_empty().then_some(())
    });
    ensure(right.is_some(), || format!("not as they must be:\n{}", last.join("\n")))
}

fn judge(program: &Program) -> Result<()> {
    settle(program)?;
    println!("{} checks found what they must", CASES.len());
    let first = peak(program)?;
    sleep(ROUNDS);
    settle(program)?;
    let later = peak(program)?;
    println!("at most {} MiB, {} MiB some rounds later, while servers answered without end", first >> 20, later >> 20);
    ensure(later < MEMORY, || format!("{} MiB: an endless answer fills the memory", later >> 20))?;
    // The kernel counts resident pages in batches: the later figure may be a little less.
    let growth = later.saturating_sub(first);
    ensure(growth < GROWTH, || format!("{} MiB more than some rounds before", growth >> 20))
}

#[test]
fn every_check_finds_what_its_server_does() -> Result<()> {
    trial::in_namespaces("every_check_finds_what_its_server_does", || {
        let room = Arc::new(Room::new("checks")?);
        let files = Scratch::new("checks")?;
        let _servers = real_servers(&room, &files)?;
        room.run(misbehaving::start)?.doing("starting the servers that misbehave")?;
        let options = Options::default();
        let mut program = Program::new(trial::evenkeel()?, &room, &configuration(files.path()), options)?;
        program.start()?;
        trial::with_words(judge(&program), || program.log_tail(20))
    })
}
