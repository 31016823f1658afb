//! Programs that we start: in a process group of their own, under another identity, for a limited time.
//!
//! To be used from a thread that lives as long as the daemon and is not in a hurry: it waits until the program is executed,
//! and a child gets TERM when the thread that started it ends.
use super::identity::Identity;
use super::process::Process;
use model::Interval;
use model::net::Outcome;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::io;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

/// Variables that change how a program is loaded or a script is read; the others are inherited.
const REMOVED: [&str; 3] = ["IFS", "LD_PRELOAD", "LD_LIBRARY_PATH"];
/// When a group that was asked to end is first looked at after its leader has ended; then after twice that, and so on.
const GROUP_CHECK: Duration = Duration::from_millis(10);

/// A program to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Program and arguments. Without a slash, the program is searched in `PATH`. When it begins with `<` or `>`, the
    /// shell is asked to open the path that follows.
    pub argv: Vec<String>,
    /// Who it runs as.
    pub identity: Identity,
    /// How long it may run; `None` means as long as it likes.
    pub timeout: Option<Interval>,
    /// From TERM to KILL.
    pub kill_grace: Interval,
}

/// Runs a program to its end. When its time is over, its whole process group gets TERM, and KILL after the grace. When
/// the future is dropped, the group gets KILL at once.
pub async fn run(request: Request) -> Outcome {
    let limit = request.timeout;
    let mut child = match spawn(request) {
        Ok(child) => child,
        Err(error) => return Outcome::NotStarted(error.to_string()),
    };
    let Some(limit) = limit else { return child.wait().await };
    match timeout(limit.into(), child.wait()).await {
        Ok(outcome) => outcome,
        Err(_) => {
            child.terminate().await;
            Outcome::TimedOut
        }
    }
}

/// Starts a program and leaves it running; its timeout is not looked at. Needs a tokio runtime with IO, which must go on
/// running so that the child is waited for.
///
/// # Errors
/// When it cannot be started: no such file, no permission, no identity to take, no process left.
pub fn spawn(request: Request) -> io::Result<Child> {
    let argv = shell_words(&request.argv);
    let program = argv.first().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the command is empty"))?;
    // Without privileges, the only identity to be had is the one that we have.
    let own = Identity::own();
    let identity =
        (own.user == 0 || own != request.identity).then_some((request.identity.user, request.identity.group));
    // A file that is neither a binary nor begins with #! is given to /bin/sh by execvp(3).
    let process = Process::start(&argv, &REMOVED, identity)
        .map_err(|error| io::Error::new(error.kind(), format!("{program}: {}", words(&error))))?;
    let group = process.id();
    Ok(Child { process, group, kill_grace: request.kill_grace })
}

/// A program that runs. Dropping it kills its process group.
#[derive(Debug)]
pub struct Child {
    process: Process,
    /// Its process group; `None` once that is nobody's business any more.
    group: Option<Pid>,
    kill_grace: Interval,
}

impl Child {
    /// Its process id, while it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.process.id().and_then(|id| u32::try_from(id.as_raw()).ok())
    }

    /// Waits for its end. What it left running in the background lives on. Cancel safe.
    pub async fn wait(&mut self) -> Outcome {
        let ended = self.process.wait().await;
        self.group = None;
        ended.unwrap_or_else(|| Outcome::NotStarted("its end was told before".to_owned()))
    }

    /// Ends its process group: TERM, and KILL after the grace. Returns when nothing of it is left, or has been killed.
    pub async fn terminate(&mut self) {
        let Some(group) = self.group else { return };
        let limit = Instant::now() + Duration::from(self.kill_grace);
        signal(group, Signal::SIGTERM);
        if timeout_at(limit, self.process.wait()).await.is_ok() {
            // The number of the group stays taken while somebody is left in it.
            let mut pause = GROUP_CHECK;
            while lives(group) && Instant::now() < limit {
                sleep_until(limit.min(Instant::now() + pause)).await;
                pause = pause.saturating_mul(2);
            }
        }
        signal(group, Signal::SIGKILL);
        // Cannot fail: KILL is not refused, and only this value waits for the process.
        let _ = self.process.wait().await;
        self.group = None;
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // The runtime goes on waiting for the process, so that it does not stay a zombie.
        if let Some(group) = self.group {
            signal(group, Signal::SIGKILL);
        }
    }
}

/// Whether somebody of this group still runs. Orphans that have ended count for kill(2) until init takes notice of them,
/// which in a container may be never; only the list of processes tells them apart.
fn lives(group: Pid) -> bool {
    if killpg(group, None).is_err() {
        return false;
    }
    let Ok(processes) = std::fs::read_dir("/proc") else { return true };
    processes.flatten().any(|entry| {
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // `pid (name) state ppid pgrp ...`; the name may hold anything, a bracket included.
        let mut fields = stat.rsplit_once(") ").map(|(_, rest)| rest.split(' ')).into_iter().flatten();
        let state = fields.next();
        fields.nth(1).and_then(|field| field.parse().ok()) == Some(group.as_raw()) && !matches!(state, Some("Z" | "X"))
    })
}

/// A group that has ended already is what we want.
fn signal(group: Pid, signal: Signal) {
    let _ = killpg(group, signal);
}

/// The reason without Rust's ` (os error N)`.
fn words(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(libc::EPERM) => "permission denied: CAP_SETUID and CAP_SETGID are needed to change the user".to_owned(),
        Some(errno) => nix::errno::Errno::from_raw(errno).desc().to_lowercase(),
        None => error.to_string(),
    }
}

/// The words to execute: the command's own, or a shell that opens what follows `<` or `>`.
fn shell_words(argv: &[String]) -> Vec<String> {
    let Some((first, rest)) = argv.split_first().filter(|(first, _)| first.starts_with(['<', '>'])) else {
        return argv.to_vec();
    };
    let path = first.trim_start_matches(['<', '>']);
    let operator = first.strip_suffix(path).unwrap_or(first);
    let words = std::iter::once(path).filter(|path| !path.is_empty()).chain(rest.iter().map(String::as_str));
    let line = words.fold(operator.to_owned(), |line, word| format!("{line} {}", quoted(word)));
    vec!["/bin/sh".into(), "-c".into(), line]
}

/// A word in single quotes, as the shell reads it back.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests;
