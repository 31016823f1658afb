//! A director's daemon in a room: Evenkeel or keepalived, which take the same options.
pub mod processes;

use crate::error::{Doing, Error, Result};
use crate::room::Room;
use crate::scratch::Scratch;
use crate::wait;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Which daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Ours, at this path.
    Evenkeel(PathBuf),
    /// The original, as Debian packages it.
    Keepalived,
    /// FRR's vrrpd and its zebra; the configuration is a script of [`crate::frr`].
    Frr,
}

impl Kind {
    /// The name under which it runs and is spoken of.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Evenkeel(_) => "evenkeel",
            Self::Keepalived => "keepalived",
            Self::Frr => "vrrpd",
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Evenkeel(path) => path,
            Self::Keepalived => Path::new("/usr/sbin/keepalived"),
            Self::Frr => Path::new("/bin/sh"),
        }
    }
}

/// How to start it, beside `-n -l -D -f FILE` and the pid files.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Further options of the daemon, as `-P` or `-i primary`.
    pub arguments: Vec<String>,
    /// A command that runs the daemon, as `strace -f -o FILE`.
    pub wrapper: Vec<String>,
    /// Without `-D`: a line for each gratuitous ARP is a cost of its own.
    pub quiet: bool,
    /// A configuration file of somebody else's, instead of one that the program writes for itself.
    pub config: Option<PathBuf>,
}

/// A daemon with its configuration, its log and its room.
#[derive(Debug)]
pub struct Program {
    kind: Kind,
    room: Arc<Room>,
    files: Scratch,
    options: Options,
    child: Option<Child>,
}

impl Program {
    /// Prepares a daemon with this configuration text; it does not run yet.
    pub fn new(kind: Kind, room: &Arc<Room>, config: &str, options: Options) -> Result<Self> {
        let files = Scratch::new(room.name())?;
        files.write("keepalived.conf", config)?;
        files.write("log", "")?;
        Ok(Self { kind, room: Arc::clone(room), files, options, child: None })
    }

    /// Which daemon it is.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The daemon's name.
    pub fn name(&self) -> &'static str {
        self.kind.name()
    }

    /// The file that is run, for its other commands (`evenkeel status`).
    pub fn path(&self) -> &Path {
        self.kind.path()
    }

    /// The room that it runs in.
    pub fn room(&self) -> &Arc<Room> {
        &self.room
    }

    /// A directory for files of this program, removed with it.
    pub fn directory(&self) -> &Path {
        self.files.path()
    }

    /// Where its configuration is.
    pub fn config(&self) -> PathBuf {
        self.options.config.clone().unwrap_or_else(|| self.files.path().join("keepalived.conf"))
    }

    /// Writes another configuration; the daemon reads it when told to.
    pub fn write_config(&self, text: impl AsRef<[u8]>) -> Result<()> {
        self.files.write("keepalived.conf", text).map(drop)
    }

    /// Starts it, and returns when that was.
    pub fn start(&mut self) -> Result<Instant> {
        if self.running() {
            return Err(Error::new(format!("{} runs already in {}", self.name(), self.room.name())));
        }
        let argv = self.argv();
        let log = OpenOptions::new().append(true).open(self.log_path()).doing("opening its log")?;
        let errors = log.try_clone().doing("opening its log")?;
        // The room's thread is the parent, so the daemon dies with the room, whatever ends it.
        let state = self.files.path().join("state");
        let spawn = move || {
            let mut command = Command::new("setpriv");
            command.args(["--pdeathsig", "KILL"]).args(argv).env("EVENKEEL_STATE", state);
            command.stdin(Stdio::null()).stdout(log).stderr(errors).spawn()
        };
        let started = Instant::now();
        let doing = format!("starting {} in {}", self.name(), self.room.name());
        self.child = Some(self.room.run(spawn)?.doing(doing)?);
        Ok(started)
    }

    /// Does it run?
    pub fn running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// The id of the daemon's first process, not of a wrapper around it.
    pub fn pid(&self) -> Option<i32> {
        let root = self.child.as_ref()?.id().cast_signed();
        processes::tree(root).into_iter().find(|process| process.name == self.name()).map(|process| process.pid)
    }

    /// Sends a signal to the daemon's first process.
    pub fn signal(&self, signal: Signal) -> Result<Instant> {
        let doing = || format!("{signal} to {} in {}", self.name(), self.room.name());
        let pid = self.pid().ok_or_else(|| Error::new(doing() + ": it does not run"))?;
        kill(Pid::from_raw(pid), signal).doing(doing())?;
        Ok(Instant::now())
    }

    /// Stops it in good order; returns when it was told, and how long it took to leave.
    pub fn stop(&mut self) -> Result<(Instant, Duration)> {
        let told = self.signal(Signal::SIGTERM)?;
        self.wait_for_exit(Duration::from_secs(60))?;
        Ok((told, told.elapsed()))
    }

    /// Waits until it has ended by itself.
    pub fn wait_for_exit(&mut self, within: Duration) -> Result<ExitStatus> {
        let name = format!("{} in {}", self.name(), self.room.name());
        let child = self.child.as_mut().ok_or_else(|| Error::new(format!("{name} was never started")))?;
        let exited = wait::until(within, || child.try_wait().ok().flatten());
        let status = exited.ok_or_else(|| Error::new(format!("{name} still runs after {within:?}")))?;
        self.child = None;
        Ok(status)
    }

    /// Kills all its processes at once, without a goodbye. Returns when that was done.
    pub fn crash(&mut self) -> Instant {
        if let Some(mut child) = self.child.take() {
            processes::crash(child.id().cast_signed());
            let now = Instant::now();
            let _ = child.wait();
            return now;
        }
        Instant::now()
    }

    /// All that it has printed, over all its runs.
    pub fn log(&self) -> String {
        fs::read(self.log_path()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// The last lines of its log, for a message about a failure.
    pub fn log_tail(&self, lines: usize) -> String {
        let log = self.log();
        let all: Vec<&str> = log.lines().collect();
        let tail = all.iter().skip(all.len().saturating_sub(lines)).map(|line| format!("    {line}"));
        let silent = if all.is_empty() { " none" } else { "" };
        let head = format!("  last words of {} in {}:{silent}", self.name(), self.room.name());
        std::iter::once(head).chain(tail).collect::<Vec<_>>().join("\n")
    }

    fn log_path(&self) -> PathBuf {
        self.files.path().join("log")
    }

    fn argv(&self) -> Vec<String> {
        let mut argv = self.options.wrapper.clone();
        argv.push(self.kind.path().display().to_string());
        if self.kind == Kind::Frr {
            argv.push(self.config().display().to_string());
            return argv;
        }
        let detail = if self.options.quiet { None } else { Some("-D") };
        argv.extend(["-n", "-l"].into_iter().chain(detail).chain(["-f"]).map(str::to_owned));
        argv.push(self.config().display().to_string());
        for (option, file) in [("-p", "main.pid"), ("-r", "vrrp.pid"), ("-c", "checkers.pid")] {
            // In the room's private /run: as in real life it does not survive a reboot, but does survive a crash.
            argv.extend([option.to_owned(), format!("/run/{file}")]);
        }
        argv.extend(self.options.arguments.iter().cloned());
        argv
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.crash();
    }
}
