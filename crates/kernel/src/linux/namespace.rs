//! Network namespaces: a thread is in one, and what it starts and opens stays in it.
use nix::sched::{CloneFlags, setns};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::{fmt, io};

/// Where named ones are (ip-netns(8)).
pub const NAMED: &str = "/run/netns";
/// The one of the calling thread.
const OWN: &str = "/proc/thread-self/ns/net";

/// A network namespace, kept from vanishing.
#[derive(Debug)]
pub struct NetNamespace {
    file: File,
    path: PathBuf,
}

/// A namespace that cannot be opened or entered.
#[derive(Debug)]
pub struct NamespaceError {
    path: PathBuf,
    source: io::Error,
}

impl NetNamespace {
    /// That of the calling thread.
    ///
    /// # Errors
    /// Where there is no /proc.
    pub fn own() -> Result<Self, NamespaceError> {
        Self::open(OWN.into())
    }

    /// That of a name.
    ///
    /// # Errors
    /// Where there is none of this name.
    pub fn named(name: &str) -> Result<Self, NamespaceError> {
        Self::open(Path::new(NAMED).join(name))
    }

    fn open(path: PathBuf) -> Result<Self, NamespaceError> {
        match File::open(&path) {
            Ok(file) => Ok(Self { file, path }),
            Err(source) => Err(NamespaceError { path, source }),
        }
    }

    /// Puts the calling thread into it; threads and programs that it starts from now on are in it too, sockets stay where
    /// they were opened.
    ///
    /// # Errors
    /// Without `CAP_SYS_ADMIN`, and where the file is no network namespace.
    pub fn enter(&self) -> Result<(), NamespaceError> {
        let entered = setns(&self.file, CloneFlags::CLONE_NEWNET);
        entered.map_err(|errno| NamespaceError { path: self.path.clone(), source: errno.into() })
    }
}

impl fmt::Display for NamespaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "network namespace {}: ", self.path.display())?;
        match (self.source.raw_os_error(), self.path.file_name().filter(|_| self.path.starts_with(NAMED))) {
            (Some(libc::ENOENT), Some(name)) => {
                write!(f, "there is none of this name (`ip netns add {}` makes it)", name.display())
            }
            (Some(libc::EPERM), _) => f.write_str("permission denied: CAP_SYS_ADMIN is needed"),
            (Some(libc::EINVAL), _) => f.write_str("the file is no network namespace"),
            _ => write!(f, "{}", self.source),
        }
    }
}

impl std::error::Error for NamespaceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_said() {
        let error = NetNamespace::named("evenkeel-no-such").expect_err("none").to_string();
        assert_eq!(
            error,
            "network namespace /run/netns/evenkeel-no-such: there is none of this name (`ip netns add evenkeel-no-such` makes it)"
        );
        let error =
            NetNamespace::open("/dev/null".into()).expect("a file").enter().expect_err("no namespace").to_string();
        assert!(error.contains("no network namespace") || error.contains("permission"), "{error}");
    }
}
