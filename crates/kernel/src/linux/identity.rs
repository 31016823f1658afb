//! Who scripts run as.
use nix::unistd::{Gid, Group, Uid, User};
use std::fmt;

/// The user that scripts run as when nobody is named, if it exists.
const SCRIPT_USER: &str = "keepalived_script";

/// A user and a group, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// User.
    pub user: u32,
    /// Group; also the only supplementary one.
    pub group: u32,
}

impl Identity {
    /// That of this process.
    #[must_use]
    pub fn own() -> Self {
        Self { user: Uid::effective().as_raw(), group: Gid::effective().as_raw() }
    }

    /// Whether this is the superuser or its group.
    #[must_use]
    pub const fn is_root(self) -> bool {
        self.user == 0 || self.group == 0
    }
}

/// A name could not be turned into an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityError {
    /// There is no such user.
    NoUser(String),
    /// There is no such group.
    NoGroup(String),
    /// The user database could not be asked.
    Lookup {
        /// Whom we asked for.
        name: String,
        /// Why it failed.
        reason: String,
    },
}

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoUser(name) => write!(f, "user {name:?} does not exist"),
            Self::NoGroup(name) => write!(f, "group {name:?} does not exist"),
            Self::Lookup { name, reason } => write!(f, "{name:?} cannot be looked up: {reason}"),
        }
    }
}

impl std::error::Error for IdentityError {}

/// Turns names (or numbers) into an identity; without a group it is the user's own. May wait for a directory service.
///
/// # Errors
/// When there is no such user or group. A number needs no entry, unless it is a user without a group.
pub fn resolve(user: &str, group: Option<&str>) -> Result<Identity, IdentityError> {
    let found = find_user(user)?;
    let number = found.as_ref().map(|u| u.uid.as_raw()).or_else(|| user.parse().ok());
    let number = number.ok_or_else(|| IdentityError::NoUser(user.to_owned()))?;
    let group = match group {
        Some(group) => resolve_group(group)?,
        None => found.ok_or_else(|| IdentityError::NoUser(user.to_owned()))?.gid.as_raw(),
    };
    Ok(Identity { user: number, group })
}

/// The identity of the user that scripts run as by default; `None` when that user does not exist.
///
/// # Errors
/// When the user database cannot be asked.
pub fn default_script_user() -> Result<Option<Identity>, IdentityError> {
    let found = find_user(SCRIPT_USER)?;
    Ok(found.map(|user| Identity { user: user.uid.as_raw(), group: user.gid.as_raw() }))
}

/// Finds a user by name, then by number.
pub(super) fn find_user(name: &str) -> Result<Option<User>, IdentityError> {
    let by_name = User::from_name(name).map_err(|errno| lookup(name, errno))?;
    match (by_name, name.parse().map(Uid::from_raw)) {
        (None, Ok(uid)) => User::from_uid(uid).map_err(|errno| lookup(name, errno)),
        (found, _) => Ok(found),
    }
}

/// Finds a group by name, then by number.
pub(super) fn find_group(name: &str) -> Result<Option<Group>, IdentityError> {
    let by_name = Group::from_name(name).map_err(|errno| lookup(name, errno))?;
    match (by_name, name.parse().map(Gid::from_raw)) {
        (None, Ok(gid)) => Group::from_gid(gid).map_err(|errno| lookup(name, errno)),
        (found, _) => Ok(found),
    }
}

fn resolve_group(name: &str) -> Result<u32, IdentityError> {
    let found = find_group(name)?.map(|group| group.gid.as_raw());
    found.or_else(|| name.parse().ok()).ok_or_else(|| IdentityError::NoGroup(name.to_owned()))
}

fn lookup(name: &str, errno: nix::errno::Errno) -> IdentityError {
    IdentityError::Lookup { name: name.to_owned(), reason: errno.desc().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers() {
        let root = Identity { user: 0, group: 0 };
        let no = |text: &str| text.to_owned();
        for (user, group, expected) in [
            ("root", None, Ok(root)),
            ("0", None, Ok(root)),
            ("root", Some("65533"), Ok(Identity { user: 0, group: 65_533 })),
            ("4000000", Some("root"), Ok(Identity { user: 4_000_000, group: 0 })),
            ("4000000", None, Err(IdentityError::NoUser(no("4000000")))),
            ("no such user", None, Err(IdentityError::NoUser(no("no such user")))),
            ("root", Some("no such group"), Err(IdentityError::NoGroup(no("no such group")))),
            ("-1", Some("root"), Err(IdentityError::NoUser(no("-1")))),
            ("nul\0", None, Err(IdentityError::NoUser(no("nul\0")))),
        ] {
            assert_eq!(resolve(user, group), expected, "{user:?} {group:?}");
        }
    }

    #[test]
    fn the_superuser_is_one_by_user_or_group() {
        assert!(Identity { user: 0, group: 1 }.is_root() && Identity { user: 1, group: 0 }.is_root());
        assert!(!Identity { user: 1, group: 1 }.is_root());
    }
}
