//! Questions about the machine: its name, its links, users and groups, and whether a program can be run safely.
use super::identity;
use model::{InterfaceName, limits};
use std::collections::VecDeque;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

/// The host name as the kernel has it, whole; empty when it has none that is text.
#[must_use]
pub fn host_name() -> String {
    nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok()).unwrap_or_default()
}

/// Whether there is a link of this name now, in the namespace of the calling thread.
#[must_use]
pub fn interface_exists(name: &InterfaceName) -> bool {
    super::index_of(name).is_ok()
}

/// Whether there is a user of this name or number.
#[must_use]
pub fn user_exists(name: &str) -> bool {
    identity::find_user(name).is_ok_and(|found| found.is_some())
}

/// Whether there is a group of this name or number.
#[must_use]
pub fn group_exists(name: &str) -> bool {
    identity::find_group(name).is_ok_and(|found| found.is_some())
}

/// What `enable_script_security` has to know of a program that is to run as root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Safety {
    /// Only root can change what would run.
    Safe,
    /// There is nothing at this path.
    Missing,
    /// It is no regular file, or nobody may execute it.
    NotExecutable,
    /// Somebody else could change what would run: an element of the path, and why.
    Unsafe(Reason),
}

/// Who else could change an element of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The element.
    pub path: PathBuf,
    /// What is wrong with it.
    pub weakness: Weakness,
}

/// What makes an element of a path unsafe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// The path is not absolute: what it names depends on the working directory.
    Relative,
    /// It belongs to this user, not to root.
    Owner(u32),
    /// This group, not root's, may write to it.
    Group(u32),
    /// Everybody may write to it.
    Others,
    /// It is reached through more symbolic links than the kernel follows.
    TooManyLinks,
    /// It cannot be examined.
    Unreadable(io::ErrorKind),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match self.weakness {
            Weakness::Relative => write!(f, "{path} is not an absolute path"),
            Weakness::Owner(user) => write!(f, "{path} belongs to user {user}, not to root"),
            Weakness::Group(group) => write!(f, "{path} may be written by group {group}"),
            Weakness::Others => write!(f, "{path} may be written by everybody"),
            Weakness::TooManyLinks => write!(f, "{path} is reached through too many symbolic links"),
            Weakness::Unreadable(kind) => write!(f, "{path} cannot be examined: {kind}"),
        }
    }
}

/// Walks to the program as the kernel does, through symbolic links, and examines every directory on the way, the links'
/// own included: who can write to one of them can put another program in its place.
#[must_use]
pub fn program_safety(path: &Path) -> Safety {
    // What is not there is told as that, however unsafe the way to it.
    if path.is_absolute() && fs::metadata(path).is_err_and(|error| is_absence(error.kind())) {
        return Safety::Missing;
    }
    match walk(path) {
        Ok(()) => Safety::Safe,
        Err(safety) => safety,
    }
}

fn walk(path: &Path) -> Result<(), Safety> {
    if !path.is_absolute() {
        return Err(weak_at(path, Weakness::Relative));
    }
    let mut here = PathBuf::from("/");
    examine(&here, &metadata(&here)?)?;
    let mut ahead = elements(path);
    let mut links = 0;
    while let Some(element) = ahead.pop_front() {
        if element == ".." {
            here.pop();
            continue;
        }
        let next = here.join(&element);
        let found = metadata(&next)?;
        if found.is_symlink() {
            links += 1;
            if links > limits::SYMBOLIC_LINKS {
                return Err(weak_at(&next, Weakness::TooManyLinks));
            }
            let target = fs::read_link(&next).map_err(|e| weak_at(&next, Weakness::Unreadable(e.kind())))?;
            if target.is_absolute() {
                here = PathBuf::from("/");
            }
            let mut whole = elements(&target);
            whole.append(&mut ahead);
            ahead = whole;
            continue;
        }
        examine(&next, &found)?;
        if ahead.is_empty() && (!found.is_file() || found.mode() & 0o111 == 0) {
            return Err(Safety::NotExecutable);
        }
        here = next;
    }
    // A path that ends in a directory (`/`, `..`) leads to no program.
    if here.is_dir() { Err(Safety::NotExecutable) } else { Ok(()) }
}

fn elements(path: &Path) -> VecDeque<OsString> {
    let name = |component: Component<'_>| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::Prefix(_) | Component::RootDir | Component::CurDir => None,
    };
    path.components().filter_map(name).collect()
}

fn metadata(path: &Path) -> Result<Metadata, Safety> {
    fs::symlink_metadata(path).map_err(|error| match error.kind() {
        kind if is_absence(kind) => Safety::Missing,
        kind => weak_at(path, Weakness::Unreadable(kind)),
    })
}

const fn is_absence(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn examine(path: &Path, found: &Metadata) -> Result<(), Safety> {
    let weakness = match found.mode() {
        _ if found.uid() != 0 => Weakness::Owner(found.uid()),
        mode if mode & 0o020 != 0 && found.gid() != 0 => Weakness::Group(found.gid()),
        mode if mode & 0o002 != 0 => Weakness::Others,
        _ => return Ok(()),
    };
    Err(weak_at(path, weakness))
}

fn weak_at(path: &Path, weakness: Weakness) -> Safety {
    Safety::Unsafe(Reason { path: path.to_owned(), weakness })
}

#[cfg(test)]
mod tests;
