//! The only place that asks for a file or a fact of the host: the `Loader` and `Host` traits, and the source map.
mod disk;
mod map;
mod memory;
mod pattern;

pub use disk::DiskLoader;
pub use map::{Appended, Expansion, ExpansionKind, Position, Source, Sources};
pub(crate) use map::{KindId, without_returns};
pub use memory::MemoryLoader;
pub use pattern::{braces, has_wildcard, matches};

use std::hash::{BuildHasher, RandomState};
use std::io;

/// Reads configuration files; from disk, or from memory in tests.
pub trait Loader {
    /// The whole file.
    ///
    /// # Errors
    /// When it does not exist, cannot be read, is a directory, or has an execute bit (keepalived refuses those).
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The files that match a glob pattern, sorted; empty when none does.
    ///
    /// # Errors
    /// When a directory on the way cannot be read.
    fn glob(&self, pattern: &str) -> io::Result<Vec<String>>;

    /// Whether nobody but its owner can read or change a file; `None` when unknown.
    fn is_private(&self, _path: &str) -> Option<bool> {
        None
    }

    /// A variable of the environment, for `${_ENV NAME}`.
    fn environment(&self, name: &str) -> Option<String>;

    /// The directory that relative paths start from, for `${_PWD}`; `.` when nobody knows.
    fn working_directory(&self) -> String {
        String::from(".")
    }

    /// Where `${_RANDOM}` starts; any number will do, and a test gives always the same.
    fn random_seed(&self) -> u64 {
        RandomState::new().hash_one(0_u8)
    }
}

/// Facts of the machine that the configuration is for. `check --offline` has a host that knows nothing and says so.
pub trait Host {
    /// Whether an interface of this name exists; `None` when unknown.
    fn interface_exists(&self, name: &str) -> Option<bool>;

    /// Whether a user of this name or number exists; `None` when unknown.
    fn user_exists(&self, name: &str) -> Option<bool>;

    /// Whether a group of this name or number exists; `None` when unknown.
    fn group_exists(&self, name: &str) -> Option<bool>;

    /// What is known of a program named by an absolute path.
    fn program(&self, path: &str) -> Program;
}

/// A host of which nothing is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnknownHost;

impl Host for UnknownHost {
    fn interface_exists(&self, _name: &str) -> Option<bool> {
        None
    }

    fn user_exists(&self, _name: &str) -> Option<bool> {
        None
    }

    fn group_exists(&self, _name: &str) -> Option<bool> {
        None
    }

    fn program(&self, _path: &str) -> Program {
        Program::Unknown
    }
}

/// What is known of a program that a script keyword names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// Nothing is known.
    Unknown,
    /// It can be run, and nobody else could change it.
    Safe,
    /// It is not there.
    Missing,
    /// It is there and cannot be executed.
    NotExecutable,
    /// Somebody else could change it: the reason, with the element of the path.
    Unsafe(String),
}

/// What is true of this reading beside the files.
#[derive(Clone, Debug)]
pub struct Context {
    /// `-i`, else the host name up to its first dot: `@ID` lines are kept when they name it.
    pub config_id: String,
    /// The host name, for `router_id`.
    pub host_name: String,
    /// `-e`: every include check is on.
    pub all_include_checks: bool,
}
