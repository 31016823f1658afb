//! One program run once: how long it took, and how much memory at most.
//!
//! The kernel tells the peak of all children together, so each run has a parent of its own: this program again.
use lab::{Doing, Error, Result};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The word by which this program is asked to be such a parent.
pub(crate) const WORD: &str = "run-once";

/// What one run came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// From the start of the process to its end, in microseconds.
    pub(crate) micros: u64,
    /// Resident at most, in KiB.
    pub(crate) peak_kib: u64,
    /// Exit status; `None` when it was ended after the time limit.
    pub(crate) status: Option<i32>,
}

/// Runs `program -t -f FILE`, and ends it after `limit`.
pub(crate) fn run(program: &Path, file: &Path, limit: Duration) -> Result<Run> {
    let parent = std::env::current_exe().doing("finding this program")?;
    let mut command = Command::new(parent);
    command.arg(WORD).args([program, file]).arg(limit.as_secs().to_string());
    let output = command.output().doing("starting this program")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<i64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [micros, peak, status] = numbers.as_slice() else {
        return Err(Error::new(format!("{}: {text}{}", program.display(), String::from_utf8_lossy(&output.stderr))));
    };
    Ok(Run {
        micros: u64::try_from(*micros).unwrap_or(0),
        peak_kib: u64::try_from(*peak).unwrap_or(0),
        status: i32::try_from(*status).ok().filter(|status| *status >= 0),
    })
}

/// The other side: runs it, and prints microseconds, KiB and exit status, -1 for one that was ended.
pub(crate) fn once(words: &[String]) -> Result<()> {
    let [program, file, limit] = words else { return Err(Error::new("run-once PROGRAM FILE SECONDS")) };
    let limit = Duration::from_secs(limit.parse().unwrap_or(60));
    let begun = Instant::now();
    let mut child = Command::new(program)
        .args(["-t", "-f", file])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .doing(program)?;
    let id = Pid::from_raw(i32::try_from(child.id()).unwrap_or(0));
    let (ended, wait) = mpsc::channel::<()>();
    let guard = std::thread::spawn(move || {
        // A sender that is gone means that the child has ended.
        if wait.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout) {
            let _ = kill(id, Signal::SIGKILL);
        }
    });
    let status = child.wait().doing(program)?;
    let micros = begun.elapsed().as_micros();
    drop(ended);
    drop(guard.join());
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN).doing("asking for the memory")?.max_rss();
    println!("{micros} {peak} {}", status.code().unwrap_or(-1));
    Ok(())
}
