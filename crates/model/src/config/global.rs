//! `global_defs`: what holds for the whole daemon.
use crate::Name;
use alloc::string::String;
use alloc::vec::Vec;

/// The daemon-wide settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Global {
    /// `router_id`: how this director calls itself in mail and status; the host name unless written.
    pub router_id: String,
    /// `script_user`: who runs scripts that name nobody; `None` means `keepalived_script` if that user exists, else
    /// the daemon's own user.
    pub script_user: Option<User>,
    /// `enable_script_security`: refuse scripts run as root that others could change.
    pub script_security: bool,
    /// `notify_fifo`: receives VRRP and LVS lines.
    pub fifo: Option<Fifo>,
    /// `vrrp_notify_fifo`: receives VRRP lines.
    pub vrrp_fifo: Option<Fifo>,
    /// `lvs_notify_fifo`: receives LVS lines.
    pub lvs_fifo: Option<Fifo>,
    /// `vrrp_rt_priority`: `SCHED_RR` priority of the vrrp thread, 1 to 99; `None` lets the daemon choose, `Some(0)`
    /// means none.
    pub vrrp_rt_priority: Option<u8>,
}

/// Identity for a script, by name as written; numbers are accepted as names. Looked up when the script starts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct User {
    /// User name.
    pub user: Name,
    /// Group name; the user's own group when `None`.
    pub group: Option<Name>,
}

/// A command to run: argument vector after keepalived's own quoting rules.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Command {
    /// Program and arguments; never empty.
    pub argv: Vec<String>,
    /// The command as written, for messages.
    pub line: String,
    /// Identity to run as; `None` means `script_user`.
    pub user: Option<User>,
}

/// A named pipe that receives state lines.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fifo {
    /// Path of the pipe, made if missing.
    pub path: String,
    /// Owner of a pipe that we make; `None` means the default script user.
    pub owner: Option<User>,
    /// Started once to read the pipe, whose path is added as last argument.
    pub script: Option<Command>,
}
