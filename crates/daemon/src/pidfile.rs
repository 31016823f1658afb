//! Pid files: written, locked for as long as the daemon lives, removed at its end.
use nix::fcntl::{Flock, FlockArg};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A pid file that is ours. Dropping it removes it.
#[derive(Debug)]
pub struct PidFile {
    path: PathBuf,
    _lock: Flock<File>,
}

/// Why there is no pid file.
#[derive(Debug)]
pub enum PidFileError {
    /// Another daemon holds it; its number when it could be read.
    Running(PathBuf, Option<u32>),
    /// It cannot be written.
    Io(PathBuf, io::Error),
}

impl std::fmt::Display for PidFileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Running(path, pid) => {
                let who = pid.map_or_else(String::new, |pid| format!(" with process id {pid}"));
                let path = path.display();
                write!(
                    f,
                    "a daemon{who} already runs: it holds {path}; stop it first, or give this one its own -p, -r and -c"
                )
            }
            Self::Io(path, error) => write!(f, "cannot write the pid file {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for PidFileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Running(..) => None,
            Self::Io(_, error) => Some(error),
        }
    }
}

impl PidFile {
    /// Makes and locks the file and writes our process id into it.
    ///
    /// # Errors
    /// When another process holds it, or it cannot be written.
    pub fn create(path: &Path) -> Result<Self, PidFileError> {
        let failed = |error| PidFileError::Io(path.to_owned(), error);
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory).map_err(failed)?;
        }
        // Not truncated before it is locked: it may be another's. Never through a symbolic link that somebody left there.
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o644)
            .custom_flags(nix::libc::O_NOFOLLOW | nix::libc::O_CLOEXEC)
            .open(path)
            .map_err(failed)?;
        let mut lock = Flock::lock(file, FlockArg::LockExclusiveNonblock)
            .map_err(|(file, _)| PidFileError::Running(path.to_owned(), read_pid(file)))?;
        lock.set_len(0).map_err(failed)?;
        writeln!(lock, "{}", std::process::id()).map_err(failed)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }
}

impl Drop for PidFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

fn read_pid(file: File) -> Option<u32> {
    let mut text = String::new();
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_daemon_is_told_who_runs() {
        let directory = std::env::temp_dir().join(format!("evenkeel-pid-{}", std::process::id()));
        let path = directory.join("x.pid");
        let first = PidFile::create(&path).expect("the first");
        let second = PidFile::create(&path).expect_err("a second");
        assert!(second.to_string().contains(&format!("process id {}", std::process::id())), "{second}");
        drop(first);
        assert!(!path.exists());
        drop(PidFile::create(&path).expect("free again"));
        std::fs::remove_dir_all(directory).expect("clean up");
    }
}
