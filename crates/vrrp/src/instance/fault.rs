//! Why an instance cannot take part: computed from what is known, never counted, each with the time since when.
use crate::fact::Watched;
use alloc::string::String;
use core::fmt;
use core::net::IpAddr;
use model::{Family, InterfaceName, Name};

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A link does not exist.
    LinkMissing(InterfaceName),
    /// A link is down.
    LinkDown(InterfaceName),
    /// The link has no address of this family to send from.
    NoSource(InterfaceName, Family),
    /// The configured source address is on no link (`track_src_ip`).
    SourceMissing(IpAddr),
    /// Unicast, and there is no peer (`unicast_fault_no_peer`).
    NoPeer,
    /// A script of weight 0 is bad; with what its last run did.
    Script(Name, String),
    /// A script of weight 0 is good, which `reverse` makes bad.
    ScriptReversed(Name),
    /// A link is up, which `reverse` makes bad.
    LinkReversed(InterfaceName),
    /// A file, process or session reads badly.
    Watched(Watched, Name, i32),
    /// A static thing that this instance depends on is gone.
    StaticMissing(String),
    /// An operator wants it so, for this reason.
    Maintenance(String),
}

impl Fault {
    /// Whether the other is the same fault, even if it is told in other words by now.
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Script(script, _), Self::Script(known, _)) => script == known,
            (Self::Watched(what, name, _), Self::Watched(kind, known, _)) => (what, name) == (kind, known),
            (Self::Maintenance(_), Self::Maintenance(_)) => true,
            (_, _) => self == other,
        }
    }

    /// Whether an instance on this link may keep its addresses until the successor has spoken: it can still be heard, and
    /// hold them.
    pub(crate) fn lets_hand_over(&self, own: &InterfaceName) -> bool {
        match self {
            Self::LinkMissing(link) | Self::LinkDown(link) | Self::NoSource(link, _) => link != own,
            Self::SourceMissing(_) => false,
            Self::NoPeer
            | Self::Script(..)
            | Self::ScriptReversed(_)
            | Self::LinkReversed(_)
            | Self::Watched(..)
            | Self::StaticMissing(_)
            | Self::Maintenance(_) => true,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LinkMissing(link) => write!(f, "link {link} does not exist"),
            Self::LinkDown(link) => write!(f, "link {link} is down"),
            Self::NoSource(link, Family::V4) => write!(f, "link {link} has no IPv4 address of its own to send from"),
            Self::NoSource(link, Family::V6) => {
                write!(f, "link {link} has no usable IPv6 link-local address of its own to send from")
            }
            Self::SourceMissing(source) => write!(f, "source address {source} is on no link"),
            Self::NoPeer => f.write_str("there is no unicast peer"),
            Self::Script(script, last) => write!(f, "script {script} failed ({last})"),
            Self::ScriptReversed(script) => write!(f, "script {script} succeeded and is tracked in reverse"),
            Self::LinkReversed(link) => write!(f, "link {link} is up and is tracked in reverse"),
            Self::Watched(Watched::File, file, number) => write!(f, "file {file} reads {number}"),
            Self::Watched(Watched::Process, process, 0) => write!(f, "too few or too many processes {process}"),
            Self::Watched(Watched::Process, process, _) => {
                write!(f, "process {process} runs and is tracked in reverse")
            }
            Self::Watched(Watched::Session, session, 0) => write!(f, "BFD session {session} is down"),
            Self::Watched(Watched::Session, session, _) => {
                write!(f, "BFD session {session} is up and is tracked in reverse")
            }
            Self::StaticMissing(thing) => write!(f, "{thing} is missing"),
            Self::Maintenance(why) if why.is_empty() => f.write_str("in maintenance"),
            Self::Maintenance(why) => write!(f, "in maintenance: {why}"),
        }
    }
}
