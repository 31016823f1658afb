//! The language of the command: one row for each command and each option. Scanner, checks and help read them.

use Takes::{Nothing, Optional, Value};
use Verb::{
    AddServer, AddService, Clear, DeleteServer, DeleteService, EditServer, EditService, Help, List, Restore, Save,
    SetTimeouts, StartDaemon, StopDaemon, Version, Zero,
};

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    AddService,
    EditService,
    DeleteService,
    Clear,
    Restore,
    Save,
    AddServer,
    EditServer,
    DeleteServer,
    List,
    Zero,
    SetTimeouts,
    StartDaemon,
    StopDaemon,
    Help,
    Version,
}

/// One command: ipvsadm(8)'s letters and long option, and our word.
pub(super) struct VerbRow {
    pub(super) verb: Verb,
    pub(super) shorts: &'static str,
    pub(super) long: &'static str,
    pub(super) word: &'static str,
    /// What stands behind it, as options and behind our word.
    pub(super) needs: [&'static str; 2],
    pub(super) help: &'static str,
}

const SERVICE: [&str; 2] = ["SERVICE", "PROTOCOL ADDRESS"];
const MAYBE: [&str; 2] = ["[SERVICE]", "[PROTOCOL ADDRESS]"];
const SERVER: [&str; 2] = ["SERVICE -r SERVER", "PROTOCOL ADDRESS SERVER"];
const NONE: [&str; 2] = ["", ""];

const fn verb(
    verb: Verb,
    shorts: &'static str,
    long: &'static str,
    needs: [&'static str; 2],
    help: &'static str,
) -> VerbRow {
    VerbRow { verb, shorts, long, word: long, needs, help }
}

pub(super) const VERBS: &[VerbRow] = &[
    verb(List, "Ll", "list", MAYBE, "show the table; with -c connections, --timeout, --daemon"),
    verb(AddService, "A", "add-service", SERVICE, "add a virtual service"),
    verb(EditService, "E", "edit-service", SERVICE, "change a virtual service; what is not given is reset"),
    verb(DeleteService, "D", "delete-service", SERVICE, "remove a virtual service with its servers"),
    verb(AddServer, "a", "add-server", SERVER, "add a real server"),
    verb(EditServer, "e", "edit-server", SERVER, "change a real server; what is not given is reset"),
    verb(DeleteServer, "d", "delete-server", SERVER, "remove a real server"),
    verb(Zero, "Z", "zero", MAYBE, "zero the counters of a service or of all"),
    verb(Clear, "C", "clear", NONE, "remove all services"),
    verb(Save, "S", "save", NONE, "print commands that make the table again"),
    verb(Restore, "R", "restore", NONE, "read such commands from standard input"),
    VerbRow {
        word: "set-timeouts",
        ..verb(SetTimeouts, "", "set", ["TCP TCPFIN UDP"; 2], "connection timeouts in seconds; 0 keeps one")
    },
    verb(StartDaemon, "", "start-daemon", ["master|backup"; 2], "start a connection synchronisation daemon"),
    verb(StopDaemon, "", "stop-daemon", ["master|backup"; 2], "stop it"),
    verb(Help, "h", "help", NONE, "this page"),
    verb(Version, "v", "version", NONE, "the version"),
];

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    Value(&'static str),
    /// A value, glued to it or the next word when that is no option.
    Optional(&'static str),
}

/// An option beside the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Opt {
    Tcp,
    Udp,
    Sctp,
    Fwmark,
    V6,
    Scheduler,
    SchedulerFlags,
    Persistent,
    Netmask,
    Engine,
    OnePacket,
    Server,
    DirectRoute,
    Tunnel,
    Masquerade,
    TunnelType,
    TunnelPort,
    TunnelNoChecksum,
    TunnelChecksum,
    TunnelRemoteChecksum,
    Weight,
    Upper,
    Lower,
    Numeric,
    Names,
    Connection,
    Origin,
    Timeout,
    Daemon,
    Stats,
    Rate,
    Exact,
    Thresholds,
    PersistentConn,
    TunnelInfo,
    Sort,
    NoSort,
    Json,
    SyncId,
    SyncLength,
    Interface,
    Group,
    GroupPort,
    Ttl,
    Force,
}

/// One option.
pub(super) struct OptRow {
    pub(super) opt: Opt,
    pub(super) short: Option<char>,
    pub(super) long: &'static str,
    pub(super) takes: Takes,
    /// The commands that it may stand with.
    pub(super) with: &'static [Verb],
    pub(super) help: &'static str,
}

const fn row(
    opt: Opt,
    short: Option<char>,
    long: &'static str,
    takes: Takes,
    with: &'static [Verb],
    help: &'static str,
) -> OptRow {
    OptRow { opt, short, long, takes, with, help }
}

const OF_SERVICES: &[Verb] = &[AddService, EditService, DeleteService, AddServer, EditServer, DeleteServer, List, Zero];
const MAKING_SERVICES: &[Verb] = &[AddService, EditService];
const OF_SERVERS: &[Verb] = &[AddServer, EditServer, DeleteServer];
const MAKING_SERVERS: &[Verb] = &[AddServer, EditServer];
const SHOWING: &[Verb] = &[List];
const PRINTING: &[Verb] = &[List, Save];
const SYNC: &[Verb] = &[StartDaemon];
const CHANGING: &[Verb] = &[
    AddService,
    EditService,
    DeleteService,
    AddServer,
    EditServer,
    DeleteServer,
    Clear,
    Restore,
    SetTimeouts,
    StartDaemon,
    StopDaemon,
    Zero,
];

/// Options in the order of the help page.
pub(super) const OPTIONS: &[OptRow] = &[
    row(Opt::Tcp, Some('t'), "tcp-service", Value("HOST[:PORT]"), OF_SERVICES, "TCP service"),
    row(Opt::Udp, Some('u'), "udp-service", Value("HOST[:PORT]"), OF_SERVICES, "UDP service"),
    row(Opt::Sctp, None, "sctp-service", Value("HOST[:PORT]"), OF_SERVICES, "SCTP service"),
    row(Opt::Fwmark, Some('f'), "fwmark-service", Value("MARK"), OF_SERVICES, "service of a firewall mark"),
    row(Opt::V6, Some('6'), "ipv6", Nothing, OF_SERVICES, "the firewall mark is on IPv6 packets"),
    row(
        Opt::Scheduler,
        Some('s'),
        "scheduler",
        Value("NAME"),
        MAKING_SERVICES,
        "rr wrr lc wlc lblc lblcr dh sh sed nq fo ovf mh twos [default: wlc]",
    ),
    row(
        Opt::SchedulerFlags,
        Some('b'),
        "sched-flags",
        Value("FLAGS"),
        MAKING_SERVICES,
        "sh-fallback,sh-port, mh-fallback,mh-port, flag-1,flag-2,flag-3",
    ),
    row(
        Opt::Persistent,
        Some('p'),
        "persistent",
        Optional("SECONDS"),
        MAKING_SERVICES,
        "clients stay with their server [default: 360]",
    ),
    row(
        Opt::Netmask,
        Some('M'),
        "netmask",
        Value("MASK"),
        MAKING_SERVICES,
        "clients that count as one: a mask or a prefix length",
    ),
    row(Opt::Engine, None, "pe", Value("NAME"), MAKING_SERVICES, "persistence engine: sip"),
    row(Opt::OnePacket, Some('o'), "ops", Nothing, MAKING_SERVICES, "schedule each packet by itself (UDP, marks)"),
    row(Opt::Server, Some('r'), "real-server", Value("HOST[:PORT]"), OF_SERVERS, "real server"),
    row(Opt::DirectRoute, Some('g'), "gatewaying", Nothing, MAKING_SERVERS, "direct routing [default]"),
    row(Opt::Tunnel, Some('i'), "ipip", Nothing, MAKING_SERVERS, "tunnel"),
    row(Opt::Masquerade, Some('m'), "masquerading", Nothing, MAKING_SERVERS, "NAT"),
    row(Opt::TunnelType, None, "tun-type", Value("TYPE"), MAKING_SERVERS, "ipip, gue or gre [default: ipip]"),
    row(Opt::TunnelPort, None, "tun-port", Value("PORT"), MAKING_SERVERS, "UDP port of a gue tunnel"),
    row(Opt::TunnelNoChecksum, None, "tun-nocsum", Nothing, MAKING_SERVERS, "no checksum (gue, gre) [default]"),
    row(Opt::TunnelChecksum, None, "tun-csum", Nothing, MAKING_SERVERS, "checksum (gue, gre)"),
    row(Opt::TunnelRemoteChecksum, None, "tun-remcsum", Nothing, MAKING_SERVERS, "remote checksum offload (gue)"),
    row(Opt::Weight, Some('w'), "weight", Value("NUMBER"), MAKING_SERVERS, "share of connections [default: 1]"),
    row(
        Opt::Upper,
        Some('x'),
        "u-threshold",
        Value("NUMBER"),
        MAKING_SERVERS,
        "no new connections above this many; 0: no limit",
    ),
    row(Opt::Lower, Some('y'), "l-threshold", Value("NUMBER"), MAKING_SERVERS, "again below this many"),
    row(Opt::Numeric, Some('n'), "numeric", Nothing, PRINTING, "numbers for hosts and ports; words print them anyway"),
    row(
        Opt::Names,
        None,
        "names",
        Nothing,
        PRINTING,
        "names for hosts and ports; the letters -L and -S print them anyway",
    ),
    row(Opt::Connection, Some('c'), "connection", Nothing, SHOWING, "connections"),
    row(Opt::Origin, None, "origin", Nothing, SHOWING, "with -c: made here, or told by the sync daemon"),
    row(Opt::Timeout, None, "timeout", Nothing, SHOWING, "connection timeouts"),
    row(Opt::Daemon, None, "daemon", Nothing, SHOWING, "synchronisation daemons"),
    row(Opt::Stats, None, "stats", Nothing, SHOWING, "counters"),
    row(Opt::Rate, None, "rate", Nothing, SHOWING, "rates per second"),
    row(Opt::Exact, None, "exact", Nothing, SHOWING, "counters and rates not rounded to K, M, G, T"),
    row(Opt::Thresholds, None, "thresholds", Nothing, SHOWING, "connection thresholds"),
    row(
        Opt::PersistentConn,
        None,
        "persistent-conn",
        Nothing,
        SHOWING,
        "persistent connections; with -c: data of the persistence engine",
    ),
    row(Opt::TunnelInfo, None, "tun-info", Nothing, SHOWING, "tunnels"),
    row(Opt::Sort, None, "sort", Nothing, SHOWING, "sort [default]"),
    row(Opt::NoSort, None, "nosort", Nothing, SHOWING, "the kernel's own order"),
    row(Opt::Json, None, "json", Nothing, SHOWING, "for programs"),
    row(Opt::SyncId, None, "syncid", Value("ID"), &[StartDaemon, StopDaemon], "0 to 255 [default: 0]"),
    row(Opt::SyncLength, None, "sync-maxlen", Value("BYTES"), SYNC, "longest message, 1 to 65507"),
    row(Opt::Interface, None, "mcast-interface", Value("NAME"), SYNC, "interface [default: eth0]"),
    row(Opt::Group, None, "mcast-group", Value("ADDRESS"), SYNC, "multicast group [default: 224.0.0.81]"),
    row(Opt::GroupPort, None, "mcast-port", Value("PORT"), SYNC, "UDP port [default: 8848]"),
    row(Opt::Ttl, None, "mcast-ttl", Value("TTL"), SYNC, "time to live [default: 1]"),
    row(Opt::Force, None, "force", Nothing, CHANGING, "also what belongs to the running daemon"),
];

/// The row of a command.
pub(super) fn of_verb(verb: Verb) -> Option<&'static VerbRow> {
    VERBS.iter().find(|row| row.verb == verb)
}

/// The row of an option.
pub(super) fn of_opt(opt: Opt) -> Option<&'static OptRow> {
    OPTIONS.iter().find(|row| row.opt == opt)
}

/// A command as the operator would write it.
pub(super) fn verb_name(verb: Verb) -> &'static str {
    of_verb(verb).map_or("", |row| row.long)
}

/// An option as the operator would write it, with its dashes.
pub(super) fn opt_name(opt: Opt) -> String {
    match of_opt(opt) {
        Some(OptRow { short: Some(short), .. }) => format!("-{short}"),
        Some(row) => format!("--{}", row.long),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_name_means_one_thing() {
        let shorts: Vec<char> =
            VERBS.iter().flat_map(|row| row.shorts.chars()).chain(OPTIONS.iter().filter_map(|row| row.short)).collect();
        let longs: Vec<&str> = VERBS.iter().map(|row| row.long).chain(OPTIONS.iter().map(|row| row.long)).collect();
        let words: Vec<&str> = VERBS.iter().map(|row| row.word).collect();
        assert_eq!(shorts.iter().collect::<BTreeSet<_>>().len(), shorts.len());
        assert_eq!(longs.iter().collect::<BTreeSet<_>>().len(), longs.len());
        assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
        assert!(OPTIONS.iter().all(|row| !row.help.is_empty() && !row.with.is_empty()));
    }

    #[test]
    fn every_command_and_option_has_its_row() {
        assert!(OPTIONS.iter().all(|row| of_opt(row.opt).is_some_and(|found| found.long == row.long)));
        assert!(VERBS.iter().all(|row| of_verb(row.verb).is_some_and(|found| found.long == row.long)));
    }
}
