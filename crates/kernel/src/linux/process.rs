//! One process that we started: waited for without a thread, and never left as a zombie.
use super::sys::{self, Program, Watched};
use model::net::Outcome;
use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::ffi::{CString, OsString};
use std::fs::OpenOptions;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::OpenOptionsExt;
use tokio::io::unix::AsyncFd;
use tokio::runtime::Handle;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The process. Dropping it leaves the wait for its end to the runtime.
#[derive(Debug)]
pub(super) struct Process {
    pid: Pid,
    /// `None` once it has been waited for: the number may be somebody else's now.
    end: Option<End>,
}

/// What tells that it may have ended.
#[derive(Debug)]
enum End {
    /// Readable from its end on.
    Descriptor(AsyncFd<Watched<OwnedFd>>),
    /// The end of some child; before Linux 5.3.
    Signal(Signal),
}

impl Process {
    /// Starts a program with our environment but for the variables in `without`. Needs a tokio runtime with IO.
    ///
    /// # Errors
    /// When it cannot be started, or a word of the command holds a zero byte.
    pub(super) fn start(argv: &[String], without: &[&str], identity: Option<(u32, u32)>) -> io::Result<Self> {
        let words = argv.iter().map(|word| CString::new(word.as_bytes())).collect::<Result<Vec<_>, _>>()?;
        let Some(file) = words.first() else { return Err(io::ErrorKind::InvalidInput.into()) };
        let nothing = OpenOptions::new().read(true).write(true).custom_flags(libc::O_CLOEXEC).open("/dev/null")?;
        let variables = variables(without);
        let program = Program { file, words: &words, variables: &variables, standard: nothing.as_fd(), identity };
        let (pid, descriptor) = sys::start(&program)?;
        let pid = Pid::from_raw(pid);
        let end = End::watch(descriptor).inspect_err(|_| forget(pid))?;
        Ok(Self { pid, end: Some(end) })
    }

    /// Its process id, until it has been waited for.
    pub(super) fn id(&self) -> Option<Pid> {
        self.end.is_some().then_some(self.pid)
    }

    /// Waits for its end; `None` when it was waited for already. Cancel safe.
    pub(super) async fn wait(&mut self) -> Option<Outcome> {
        let outcome = self.end.as_mut()?.of(self.pid).await;
        self.end = None;
        Some(outcome)
    }
}

impl End {
    fn watch(descriptor: Option<OwnedFd>) -> io::Result<Self> {
        match descriptor.map(sys::watch) {
            Some(Ok(watched)) => Ok(Self::Descriptor(watched)),
            // It may have ended already: whoever waits looks before it listens.
            Some(Err(_)) | None => signal(SignalKind::child()).map(Self::Signal),
        }
    }

    async fn of(&mut self, pid: Pid) -> Outcome {
        loop {
            if let Some(outcome) = ended(pid) {
                return outcome;
            }
            match self {
                // Not cleared: once readable it stays so, and then the process has ended.
                Self::Descriptor(descriptor) => drop(descriptor.readable().await),
                Self::Signal(signal) => drop(signal.recv().await),
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let pid = self.pid;
        let Some(mut end) = self.end.take().filter(|_| ended(pid).is_none()) else { return };
        // Without a runtime we are about to end, and init takes over.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { end.of(pid).await });
        }
    }
}

/// Nobody could be told of its end.
fn forget(pid: Pid) {
    let _ = kill(pid, Some(nix::sys::signal::Signal::SIGKILL));
    let _ = waitpid(pid, None);
}

/// How it ended, if it has.
fn ended(pid: Pid) -> Option<Outcome> {
    match waitpid(pid, Some(WaitPidFlag::WNOHANG)) {
        Ok(WaitStatus::Exited(_, code)) => Some(Outcome::Exited(code)),
        Ok(WaitStatus::Signaled(_, signal, _)) => Some(Outcome::Signalled(signal as i32)),
        Ok(_) | Err(Errno::EINTR) => None,
        Err(errno) => Some(Outcome::NotStarted(format!("its end cannot be learned: {}", errno.desc().to_lowercase()))),
    }
}

/// Our environment but for these; a variable with a zero byte cannot exist.
fn variables(without: &[&str]) -> Vec<CString> {
    let kept = std::env::vars_os().filter(|(name, _)| !without.iter().any(|removed| name == removed));
    let entry = |(name, value): (OsString, OsString)| {
        let mut entry = name.into_vec();
        entry.push(b'=');
        entry.extend(value.into_vec());
        CString::new(entry).ok()
    };
    kept.filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_descriptor_of_the_process_the_signal_tells_of_its_end() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let argv = ["/bin/sh", "-c", "sleep 0.1; exit 3"].map(str::to_owned);
            let mut process = Process::start(&argv, &[], None).expect("a shell");
            process.end = Some(End::watch(None).expect("a signal"));
            assert!(process.id().is_some());
            assert_eq!(process.wait().await, Some(Outcome::Exited(3)));
            assert_eq!((process.id(), process.wait().await), (None, None));
        });
    }

    #[test]
    fn a_word_with_a_zero_byte_starts_nothing() {
        let refused = Process::start(&["/bin/true\0".to_owned()], &[], None).map(drop);
        assert_eq!(refused.map_err(|error| error.kind()), Err(io::ErrorKind::InvalidInput));
    }
}
