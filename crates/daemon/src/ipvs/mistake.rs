//! What can be wrong with a command line, in words for an operator.
use super::rows::{Opt, Verb, opt_name, verb_name};
use evenkeel_ipvs::Invalid;
use std::fmt;

/// A command line that was not understood; nothing was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    /// A word is no UTF-8.
    NotText(String),
    /// There is no such option; with those that begin alike.
    UnknownOption(String, Vec<&'static str>),
    /// There is no such word for a command.
    UnknownWord(String),
    /// An option lacks its value.
    NoValue(String),
    /// An option was given a value and takes none.
    SpareValue(String),
    /// There is no command among the options.
    NoCommand,
    /// There are two.
    TwoCommands(Verb, Verb),
    /// An option was given twice, or two that exclude each other.
    Twice(Opt, Opt),
    /// The option has no meaning with this command.
    NotWith(Opt, Verb),
    /// The command needs a service.
    NoService(Verb),
    /// The command needs a server.
    NoServer(Verb),
    /// A word too many.
    SpareWord(String),
    /// `host:port` that cannot be read; with the reason.
    Endpoint(String, BadEndpoint),
    /// A number outside its range; with the range.
    Number(Opt, String, u32, u32),
    /// A value that is none of these.
    Choice(Opt, String, &'static str),
    /// The kernel's limits on a name, a netmask or a timeout.
    Invalid(Opt, Invalid),
    /// The netmask is neither a mask nor a prefix length of the family.
    Netmask(String),
    /// A scheduler flag that this scheduler does not have.
    SchedulerFlag(String, String),
    /// One-packet scheduling is for datagrams.
    OnePacketNeedsUdp,
    /// Port 0 is every port, which needs persistence.
    PortZeroNeedsPersistence,
    /// `-6` is about firewall marks; an address tells its family itself.
    V6NeedsMark,
    /// Tunnel options without a tunnel.
    TunnelOptionNeedsTunnel(Opt),
    /// An option that this type of tunnel does not have.
    NotInTunnel(Opt, &'static str),
    /// A gue tunnel needs its port.
    GueNeedsPort,
    /// A server of another family is reached by a tunnel only.
    FamilyNeedsTunnel,
    /// Three numbers are needed.
    ThreeTimeouts,
    /// A timeout that is no number of seconds in the kernel's range.
    Timeout(String),
    /// `master` or `backup` is needed.
    Role(String),
    /// The group is no multicast address.
    Group(String),
    /// Only connections have an origin.
    OriginNeedsConnections,
    /// A restored line that does not change the table.
    NotInRestore(Verb),
}

/// Why an endpoint cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum BadEndpoint {
    /// The brackets do not close, or something else than a port follows them.
    Brackets,
    /// There is no host.
    NoHost,
    /// The host is no address and has none.
    Host(String),
    /// The port is no number up to 65535 and no name of this protocol.
    Port(String),
}

impl fmt::Display for BadEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Brackets => f.write_str("an IPv6 address and port are written [ADDRESS]:PORT"),
            Self::NoHost => f.write_str("the address is missing"),
            Self::Host(host) => write!(f, "'{host}' is no address, and no host of that name is known"),
            Self::Port(port) => write!(f, "'{port}' is no port (0 to 65535) and no service of this protocol"),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText(word) => write!(f, "'{word}': not UTF-8"),
            Self::UnknownOption(word, alike) => {
                write!(f, "{word}: no such option")?;
                alike.first().map_or(Ok(()), |long| write!(f, "; --{long} begins alike"))
            }
            Self::UnknownWord(word) => write!(f, "{word}: no such command"),
            Self::NoValue(word) => write!(f, "{word}: its value is missing"),
            Self::SpareValue(word) => write!(f, "{word}: takes no value"),
            Self::NoCommand => f.write_str("no command among the options; -L lists the table"),
            Self::TwoCommands(one, other) => {
                write!(f, "--{}: --{} is a command already", verb_name(*other), verb_name(*one))
            }
            Self::Twice(one, other) if one == other => write!(f, "{}: given twice", opt_name(*one)),
            Self::Twice(one, other) => write!(f, "{}: does not go with {}", opt_name(*other), opt_name(*one)),
            Self::NotWith(opt, verb) => write!(f, "{}: has no meaning with {}", opt_name(*opt), verb_name(*verb)),
            Self::NoService(verb) => write!(f, "{}: needs a service (-t, -u, --sctp-service or -f)", verb_name(*verb)),
            Self::NoServer(verb) => write!(f, "{}: needs a real server (-r)", verb_name(*verb)),
            Self::SpareWord(word) => write!(f, "{word}: a word too many"),
            Self::Endpoint(text, reason) => write!(f, "{text}: {reason}"),
            Self::Number(opt, text, least, most) => {
                write!(f, "{}: must be a number from {least} to {most}, not '{text}'", opt_name(*opt))
            }
            Self::Choice(opt, text, choices) => write!(f, "{}: must be {choices}, not '{text}'", opt_name(*opt)),
            Self::Invalid(opt, reason) => write!(f, "{}: {reason}", opt_name(*opt)),
            Self::Netmask(text) => {
                write!(
                    f,
                    "-M: must be a mask such as 255.255.255.0 or a prefix length such as 24 (IPv6: 64), not '{text}'"
                )
            }
            Self::SchedulerFlag(flag, scheduler) => write!(f, "-b: scheduler {scheduler} has no flag '{flag}'"),
            Self::OnePacketNeedsUdp => f.write_str("-o: one-packet scheduling is for UDP services and firewall marks"),
            Self::PortZeroNeedsPersistence => f.write_str("port 0 is every port, which needs persistence (-p)"),
            Self::V6NeedsMark => f.write_str("-6: is for firewall marks (-f); an address tells its family itself"),
            Self::TunnelOptionNeedsTunnel(opt) => write!(f, "{}: needs a tunnel (-i)", opt_name(*opt)),
            Self::NotInTunnel(opt, kind) => write!(f, "{}: has no meaning in a tunnel of type {kind}", opt_name(*opt)),
            Self::GueNeedsPort => f.write_str("--tun-type gue: needs --tun-port"),
            Self::FamilyNeedsTunnel => {
                f.write_str("a real server of another address family than its service needs a tunnel (-i)")
            }
            Self::ThreeTimeouts => f.write_str("set: takes three timeouts in seconds: TCP TCPFIN UDP"),
            Self::Timeout(text) => {
                write!(f, "set: a timeout must be 0 to {} seconds, not '{text}'", super::sync::MAX_TIMEOUT)
            }
            Self::Role(text) => write!(f, "a sync daemon is master or backup, not '{text}'"),
            Self::Group(text) => write!(f, "--mcast-group: '{text}' is no multicast address"),
            Self::OriginNeedsConnections => f.write_str("--origin: only connections (-c) have one"),
            Self::NotInRestore(verb) => write!(f, "{}: not within restore", verb_name(*verb)),
        }
    }
}

impl std::error::Error for Mistake {}
