//! Temporary directories that carry our process id, so that those of dead runs can be told apart and removed.
use crate::error::{Doing, Result};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, process};

const PREFIX: &str = "evenkeel-lab";
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A directory that is removed when this value is dropped.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Makes an empty directory below the system's temporary directory.
    pub fn new(label: &str) -> Result<Self> {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("{PREFIX}-{}-{number}-{label}", process::id()));
        fs::create_dir_all(&path).doing(format!("making {}", path.display()))?;
        Ok(Self { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file in it and returns the file's path.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> Result<PathBuf> {
        let path = self.path.join(name);
        fs::write(&path, text).doing(format!("writing {}", path.display()))?;
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Removes the directories of runs whose process is gone, and returns how many there were.
pub fn sweep_dead_runs() -> usize {
    sweep(|pid| !Path::new("/proc").join(pid).exists())
}

/// Removes the directories of this very run; for the way out on a signal, when nothing is dropped.
pub fn sweep_own() {
    let own = process::id().to_string();
    sweep(|pid| pid == own);
}

fn sweep(condemned: impl Fn(&str) -> bool) -> usize {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else { return 0 };
    entries
        .flatten()
        .filter(|entry| pid_of(&entry.file_name().to_string_lossy()).is_some_and(&condemned))
        .filter(|entry| fs::remove_dir_all(entry.path()).is_ok())
        .count()
}

fn pid_of(name: &str) -> Option<&str> {
    let pid = name.strip_prefix(PREFIX)?.strip_prefix('-')?.split('-').next()?;
    pid.bytes().all(|byte| byte.is_ascii_digit()).then_some(pid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_ours_carry_a_pid() {
        assert_eq!(pid_of("evenkeel-lab-4711-0-web1"), Some("4711"));
        assert_eq!(pid_of("evenkeel-lab-x-0"), None);
        assert_eq!(pid_of("evenkeel-laboratory"), None);
    }

    #[test]
    fn a_directory_goes_with_its_value() {
        let scratch = Scratch::new("drop").unwrap();
        let file = scratch.write("a", "text").unwrap();
        assert!(file.exists());
        drop(scratch);
        assert!(!file.exists());
    }

    #[test]
    fn leftovers_of_a_dead_run_are_removed() {
        // Process ids end at 2^22 on Linux, so this one cannot be alive.
        let left = std::env::temp_dir().join("evenkeel-lab-99999999-0-left");
        fs::create_dir_all(&left).unwrap();
        assert!(sweep_dead_runs() >= 1);
        assert!(!left.exists());
    }
}
