//! A kernel with IPVS: the running one, or a second one that runs as an ordinary program.
//!
//! Both second kernels run on the machine's own file tree, so that whatever was just built runs there. User-mode Linux
//! boots in about a second; an emulated machine in four and computes ten times slower, but has nf_tables for IP.
pub mod emulated;
mod user_mode;

use crate::error::{Doing, Error, Result};
use crate::room::Room;
use crate::scratch::Scratch;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// The first program of a second kernel.
const INIT: &str = include_str!("kernel/init.sh");
/// Memory of a second kernel, in megabytes; it is taken from the machine only as far as it is used.
const MEGABYTES: u64 = 1_024;
/// How often an emulated machine is started that ended before its first program: one in fifty does.
const BOOTS: usize = 4;

/// Has the running kernel IPVS, loaded or to be loaded?
pub fn has_ipvs() -> bool {
    let loaded = || Path::new("/proc/net/ip_vs").exists();
    let load = || Command::new("modprobe").args(["-q", "ip_vs"]).stderr(Stdio::null()).status();
    loaded() || (load().is_ok_and(|status| status.success()) && loaded())
}

/// Has the running kernel nf_tables for IP, and connection tracking of what IPVS redirects? Tried in a room.
pub fn has_nftables() -> bool {
    let tried = || -> Result<()> {
        let room = Room::new("probe")?;
        room.command(&["nft", "add table ip probe; add chain ip probe c { type nat hook postrouting priority 0; }"])?;
        room.command(&["cat", "/proc/sys/net/ipv4/vs/conntrack"]).map(drop)
    };
    has_ipvs() && tried().is_ok()
}

/// Runs a command as root on a kernel with IPVS, in this directory: directly where the running kernel has it, else in
/// user-mode Linux. Everything printed goes to `output` as it comes. Returns the command's exit status, 128 plus the
/// number for a death by signal.
///
/// # Errors
/// When the second kernel does not start, or does not end within `limit`: then it is killed.
pub fn run_with_ipvs(
    argv: &[String],
    environment: &[(&str, String)],
    limit: Duration,
    output: &mut (impl Write + ?Sized),
) -> Result<i32> {
    let start = if has_ipvs() { directly } else { user_mode::start };
    run(argv, environment, limit, output, start)
}

/// The same on a kernel that has nf_tables for IP beside IPVS: an emulated one where the running one has not both.
///
/// # Errors
/// As [`run_with_ipvs`].
pub fn run_with_nftables(
    argv: &[String],
    environment: &[(&str, String)],
    limit: Duration,
    output: &mut (impl Write + ?Sized),
) -> Result<i32> {
    let start = if has_nftables() { directly } else { emulated::start };
    run(argv, environment, limit, output, start)
}

/// The same on a kernel without IPVS, which is a second one with its module out of reach where the first has it.
///
/// # Errors
/// As [`run_with_ipvs`].
pub fn run_without_ipvs(
    argv: &[String],
    environment: &[(&str, String)],
    limit: Duration,
    output: &mut (impl Write + ?Sized),
) -> Result<i32> {
    if !has_ipvs() {
        return run(argv, environment, limit, output, directly);
    }
    let lock = "modprobe -r ip_vs; echo /bin/false >/proc/sys/kernel/modprobe; exec \"$@\"";
    let argv: Vec<String> =
        ["sh", "-c", lock, "sh"].map(str::to_owned).into_iter().chain(argv.iter().cloned()).collect();
    run(&argv, environment, limit, output, user_mode::start)
}

fn run(
    argv: &[String],
    environment: &[(&str, String)],
    limit: Duration,
    output: &mut (impl Write + ?Sized),
    start: fn(&Scratch, Duration) -> Result<Child>,
) -> Result<i32> {
    let files = Scratch::new("kernel")?;
    files.write("cmd", &script(argv, environment)?)?;
    files.write("init", INIT)?;
    Command::new("chmod").arg("+x").arg(files.path().join("init")).status().doing("making it executable")?;
    let mut status = once(&files, limit, output, start)?;
    for _ in 1..BOOTS {
        if emulated::died_early(&files) {
            status = once(&files, limit, output, start)?;
        }
    }
    match fs::read_to_string(files.path().join("status")) {
        Ok(text) => text.trim().parse().doing("reading the exit status"),
        Err(_) => Err(no_status(&files, limit, status.code())),
    }
}

fn once(
    files: &Scratch,
    limit: Duration,
    output: &mut (impl Write + ?Sized),
    start: fn(&Scratch, Duration) -> Result<Child>,
) -> Result<ExitStatus> {
    let mut child = start(files, limit)?;
    copy(&mut child, output)?;
    child.wait().doing("waiting for the command")
}

fn no_status(files: &Scratch, limit: Duration, code: Option<i32>) -> Error {
    let log = fs::read_to_string(files.path().join("kernel.log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    let tail = lines.iter().skip(lines.len().saturating_sub(20)).copied().collect::<Vec<_>>().join("\n    ");
    // timeout(1) kills itself with the same signal that it sends.
    let how = if code.is_none() || code == Some(137) {
        format!("was killed (its time limit was {} s)", limit.as_secs())
    } else {
        format!("ended early with status {code:?}")
    };
    Error::new(format!("the command's kernel {how}; the last words of that kernel:\n    {tail}"))
}

fn directly(files: &Scratch, limit: Duration) -> Result<Child> {
    let run = "sh cmd 2>&1; echo $? >status";
    spawn(files, &guarded(limit, &["sh", "-c", run].map(str::to_owned)))
}

/// Whatever ends first, this program, the time or the command, nothing of the rest stays.
fn guarded(limit: Duration, argv: &[String]) -> Vec<String> {
    let seconds = limit.as_secs().to_string();
    let with_us = ["setpriv", "--pdeathsig", "KILL"];
    let in_time = ["timeout", "-s", "KILL", &seconds];
    let words = with_us.iter().chain(&in_time).chain(&with_us);
    words.map(ToString::to_string).chain(argv.iter().cloned()).collect()
}

/// Starts it in that directory.
fn spawn(files: &Scratch, argv: &[String]) -> Result<Child> {
    spawn_with(files, argv, &[])
}

fn spawn_with(files: &Scratch, argv: &[String], environment: &[(&str, &Path)]) -> Result<Child> {
    let (program, arguments) = argv.split_first().ok_or_else(|| Error::new("empty command"))?;
    let mut command = Command::new(program);
    command.args(arguments).current_dir(files.path()).envs(environment.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().doing(format!("starting {program}"))
}

fn copy(child: &mut Child, output: &mut (impl Write + ?Sized)) -> Result<()> {
    let Some(mut pipe) = child.stdout.take() else { return Ok(()) };
    let mut buffer = [0; 4096];
    loop {
        let length = pipe.read(&mut buffer).doing("reading the command's output")?;
        if length == 0 {
            return Ok(());
        }
        // Whoever reads our output may leave; the command is still run to its end.
        let _ = output.write_all(buffer.get(..length).unwrap_or_default());
        let _ = output.flush();
    }
}

fn script(argv: &[String], environment: &[(&str, String)]) -> Result<String> {
    let directory = std::env::current_dir().doing("finding the working directory")?;
    let exports: String =
        environment.iter().map(|(name, value)| format!("export {name}={}\n", quoted(value))).collect();
    let command: Vec<String> = argv.iter().map(|word| quoted(word)).collect();
    Ok(format!("cd {}\n{exports}exec {}\n", quoted(&directory.display().to_string()), command.join(" ")))
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_reach_the_command_as_they_are() {
        let odd = ["printf", "%s|", "it's", "a $HOME `b`", ""].map(str::to_owned);
        let text = script(&odd, &[("ODD", "x'y z".into())]).unwrap();
        let output = Command::new("sh").arg("-c").arg(text.clone() + "\n").output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "it's|a $HOME `b`||", "{text}");
    }
}
