//! The command line: one row for each of keepalived's options, which parser and help read; and our own words.
mod configuration;
mod real_server;
mod tool;
mod when;

pub use configuration::{Check, Diff, Format, Print};
pub use tool::{FmtMode, MaintenanceWord, Tool};

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::ffi::OsString;
use std::fmt::Write;
use std::path::PathBuf;

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    /// Nothing; may be repeated.
    Nothing,
    /// A value.
    Value(&'static str),
    /// A value, glued to it, or nothing.
    Optional(&'static str),
}

/// One option of keepalived(8).
struct Row {
    short: Option<char>,
    long: &'static str,
    takes: Takes,
    help: &'static str,
    /// Whether it does something here; the others are accepted, and said to do nothing.
    works: bool,
}

const fn row(short: char, long: &'static str, takes: Takes, works: bool, help: &'static str) -> Row {
    Row { short: Some(short), long, takes, help, works }
}

const fn long(long: &'static str, takes: Takes, works: bool, help: &'static str) -> Row {
    Row { short: None, long, takes, help, works }
}

use Takes::{Nothing, Optional, Value};

const ROWS: &[Row] = &[
    row(
        'f',
        "use-file",
        Value("FILE"),
        true,
        "configuration file or pattern [default: /etc/keepalived/keepalived.conf]",
    ),
    row('n', "dont-fork", Nothing, true, "stay in the foreground"),
    row('l', "log-console", Nothing, true, "log to the terminal as well"),
    row('D', "log-detail", Nothing, true, "more detail in the log"),
    row('G', "no-syslog", Nothing, true, "do not log to syslog"),
    row('S', "log-facility", Value("0-7|user|daemon"), true, "syslog facility: local0 to local7, user, daemon"),
    row('t', "config-test", Optional("FILE"), true, "check the configuration and leave; messages go to FILE"),
    row('i', "config-id", Value("ID"), true, "keep @ID lines of the configuration [default: host name]"),
    row('e', "all-config", Nothing, true, "all include checks on"),
    row('P', "vrrp", Nothing, true, "VRRP only, no checkers"),
    row('C', "check", Nothing, true, "checkers only, no VRRP"),
    row('p', "pid", Value("FILE"), true, "pid file"),
    row('r', "vrrp_pid", Value("FILE"), true, "pid file of the VRRP part"),
    row('c', "checkers_pid", Value("FILE"), true, "pid file of the checkers part"),
    row('u', "umask", Value("MASK"), true, "umask, octal [default: 0177]"),
    row('v', "version", Nothing, true, "print the version and leave"),
    row('h', "help", Nothing, true, "print this help and leave"),
    long("signum", Value("NAME"), true, "print the number of the signal for STOP, RELOAD, DATA or STATS and leave"),
    row('B', "no_bfd", Nothing, false, "no BFD"),
    long("all", Nothing, false, "start every part even without configuration for it"),
    row('g', "log-file", Optional("FILE"), false, "log to a file"),
    long("flush-log-file", Nothing, false, "flush that file with each line"),
    row('X', "release-vips", Nothing, false, "drop addresses on a transition by signal"),
    row('V', "dont-release-vrrp", Nothing, false, "leave addresses in place on exit"),
    row('I', "dont-release-ipvs", Nothing, false, "leave the IPVS table in place on exit"),
    row('R', "dont-respawn", Nothing, false, "do not restart a part that dies"),
    row('d', "dump-conf", Nothing, false, "log the parsed configuration"),
    row('b', "bfd_pid", Value("FILE"), false, "pid file of the BFD part"),
    row('a', "address-monitoring", Nothing, false, "log every address change"),
    row('x', "snmp", Nothing, false, "turn on SNMP"),
    row('A', "snmp-agent-socket", Value("SOCKET"), false, "AgentX socket"),
    row('s', "namespace", Value("NAME"), true, "network namespace to run in"),
    row('m', "core-dump", Nothing, false, "allow core dumps"),
    row('M', "core-dump-pattern", Optional("PATTERN"), false, "kernel core pattern"),
    long("ignore-sigint", Nothing, false, "ignore INT, for debuggers"),
];

/// What the daemon is to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `-f`.
    pub file: Option<String>,
    /// `-n`.
    pub foreground: bool,
    /// `-l`.
    pub console: bool,
    /// `-D`, counted.
    pub detail: u8,
    /// `-G`.
    pub no_syslog: bool,
    /// `-S`, the syslog facility's number.
    pub facility: Option<u8>,
    /// `-t`, with the file for its messages.
    pub test: Option<Option<PathBuf>>,
    /// `-i`.
    pub config_id: Option<String>,
    /// `-e`.
    pub all_include_checks: bool,
    /// No `-C`: VRRP runs.
    pub vrrp: bool,
    /// No `-P`: checkers run.
    pub checkers: bool,
    /// `-p`.
    pub pid_file: Option<PathBuf>,
    /// `-r`.
    pub vrrp_pid_file: Option<PathBuf>,
    /// `-c`.
    pub checkers_pid_file: Option<PathBuf>,
    /// `-u`.
    pub umask: Option<u32>,
    /// `-s`: network namespace, in place of that of the file.
    pub namespace: Option<String>,
    /// Options given that do nothing here, to be told.
    pub without_effect: Vec<String>,
    /// Words that are no options, to be told.
    pub stray: Vec<String>,
}

/// What a command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invocation {
    /// Be the daemon, or test its configuration.
    Daemon(Box<Options>),
    /// Print this and leave with 0.
    Print(String),
    /// A word of ours.
    Tool(Tool),
    /// `ipvs`, or our binary under the name `ipvsadm`: the words behind it, which have a grammar of their own.
    Ipvs(Vec<OsString>),
    /// The command line is wrong: say so and leave with 1.
    Wrong(String),
}

/// Understands a command line, program name first.
#[must_use]
pub fn understand(words: &[OsString]) -> Invocation {
    let first = words.get(1).and_then(|word| word.to_str());
    let called = words.first().map(|name| PathBuf::from(name).file_name().unwrap_or_default().to_owned());
    let as_keepalived = called.as_ref().is_some_and(|name| name == "keepalived");
    if called.is_some_and(|name| name == "ipvsadm") {
        return Invocation::Ipvs(words.iter().skip(1).cloned().collect());
    }
    match first {
        Some("ipvs") if !as_keepalived => Invocation::Ipvs(words.iter().skip(2).cloned().collect()),
        Some(word) if !word.starts_with('-') && !as_keepalived => tool::understand(words),
        Some("--help") | Some("-h") if !as_keepalived => Invocation::Print(help()),
        _ => daemon(words),
    }
}

fn option(row: &Row) -> Arg {
    let arg = Arg::new(row.long).long(row.long).help(row.help);
    let arg = match row.short {
        Some(short) => arg.short(short),
        None => arg,
    };
    match row.takes {
        Nothing => arg.action(ArgAction::Count),
        Value(name) => arg.value_name(name).action(ArgAction::Set).overrides_with(row.long),
        Optional(name) => {
            let arg = arg.value_name(name).num_args(0..=1).require_equals(false).default_missing_value("");
            arg.action(ArgAction::Set).overrides_with(row.long)
        }
    }
}

fn daemon_command() -> Command {
    let command = Command::new("evenkeel").disable_help_flag(true).disable_version_flag(true);
    let stray = Arg::new("stray").num_args(0..).hide(true);
    ROWS.iter().fold(command, |command, row| command.arg(option(row))).arg(stray)
}

/// Short options with an optional value take it glued only (`-tFILE`), as getopt does; clap would take the next word.
fn glued(words: &[OsString]) -> Vec<OsString> {
    let is_optional = |short: char| ROWS.iter().any(|r| r.short == Some(short) && matches!(r.takes, Optional(_)));
    words
        .iter()
        .map(|word| {
            match word.to_str().and_then(|w| w.strip_prefix('-')).map(|w| w.chars().collect::<Vec<_>>()).as_deref() {
                Some([short]) if is_optional(*short) => OsString::from(format!("-{short}=")),
                _ => word.clone(),
            }
        })
        .collect()
}

fn daemon(words: &[OsString]) -> Invocation {
    match daemon_command().try_get_matches_from(glued(words)) {
        Ok(matches) => from_matches(&matches),
        Err(error) => Invocation::Wrong(first_lines(&error.render())),
    }
}

/// clap's message without its usage text, which is about options that nobody mistyped.
fn first_lines(text: &StyledStr) -> String {
    let text = text.to_string();
    let lines = text.lines().take_while(|line| !line.starts_with("Usage:"));
    let mut kept = lines.filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n");
    kept.push_str("\n  help: `evenkeel --help` lists the options");
    kept
}

fn from_matches(matches: &ArgMatches) -> Invocation {
    let given = |name: &str| matches.get_count(name) > 0;
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    if given("version") {
        return Invocation::Print(format!(
            "Evenkeel {}, compatible with keepalived 2.4.3\n",
            env!("CARGO_PKG_VERSION")
        ));
    }
    if given("help") {
        return Invocation::Print(help());
    }
    if let Some(name) = text("signum") {
        return signal_number(&name);
    }
    let facility = match text("log-facility").as_deref().map(facility) {
        Some(Err(wrong)) => return Invocation::Wrong(wrong),
        Some(Ok(number)) => Some(number),
        None => None,
    };
    let umask = match text("umask").map(|mask| u32::from_str_radix(&mask, 8).map_err(|_| mask)) {
        Some(Err(mask)) => {
            return Invocation::Wrong(format!("error: -u takes an octal mask such as 0177, not '{mask}'"));
        }
        Some(Ok(mask)) => Some(mask),
        None => None,
    };
    Invocation::Daemon(Box::new(Options {
        file: text("use-file"),
        foreground: given("dont-fork"),
        console: given("log-console"),
        detail: matches.get_count("log-detail"),
        no_syslog: given("no-syslog"),
        facility,
        test: text("config-test").map(|file| (!file.is_empty()).then(|| PathBuf::from(file))),
        config_id: text("config-id"),
        all_include_checks: given("all-config"),
        vrrp: !given("check"),
        checkers: !given("vrrp"),
        pid_file: text("pid").map(PathBuf::from),
        vrrp_pid_file: text("vrrp_pid").map(PathBuf::from),
        checkers_pid_file: text("checkers_pid").map(PathBuf::from),
        umask,
        namespace: text("namespace"),
        without_effect: ROWS
            .iter()
            .filter(|row| !row.works && is_given(matches, row))
            .map(|row| format!("--{}", row.long))
            .collect(),
        stray: matches.get_many::<String>("stray").into_iter().flatten().cloned().collect(),
    }))
}

fn is_given(matches: &ArgMatches, row: &Row) -> bool {
    match row.takes {
        Nothing => matches.get_count(row.long) > 0,
        Value(_) | Optional(_) => matches.get_one::<String>(row.long).is_some(),
    }
}

/// The facility's number in a syslog message (RFC 5424 section 6.2.1).
fn facility(word: &str) -> Result<u8, String> {
    match word {
        "user" => Ok(1),
        "daemon" => Ok(3),
        _ => match word.trim_start_matches("local").parse::<u8>() {
            Ok(number) if number <= 7 => Ok(16 + number),
            _ => Err(format!("error: -S takes 0 to 7, local0 to local7, user or daemon, not '{word}'")),
        },
    }
}

fn signal_number(name: &str) -> Invocation {
    use signal_hook::consts::{SIGHUP, SIGTERM, SIGUSR1, SIGUSR2};
    match name {
        "STOP" => Invocation::Print(format!("{SIGTERM}\n")),
        "RELOAD" => Invocation::Print(format!("{SIGHUP}\n")),
        "DATA" => Invocation::Print(format!("{SIGUSR1}\n")),
        "STATS" => Invocation::Print(format!("{SIGUSR2}\n")),
        _ => Invocation::Wrong(format!("error: --signum knows STOP, RELOAD, DATA and STATS, not '{name}'")),
    }
}

/// Options and words in one, without what is hidden: for completion and manual.
#[must_use]
pub fn command() -> Command {
    let bare =
        Command::new("evenkeel").disable_help_flag(true).disable_version_flag(true).disable_help_subcommand(true);
    let options = ROWS.iter().fold(bare, |command, row| command.arg(option(row)));
    tool::command().get_subcommands().fold(options, |command, tool| command.subcommand(tool.clone()))
}

/// The options of the daemon that do something here, and those that are only accepted.
#[must_use]
pub fn options() -> (Vec<Arg>, Vec<Arg>) {
    let (working, others): (Vec<_>, Vec<_>) = ROWS.iter().partition(|row| row.works);
    (working.into_iter().map(option).collect(), others.into_iter().map(option).collect())
}

/// The help page, from the rows.
#[must_use]
pub fn help() -> String {
    let mut text = String::from(
        "Evenkeel: virtual addresses (VRRP), health checks and IPVS from one keepalived.conf\n\n\
         As a tool:    evenkeel status [--json]          what the running daemon knows\n\
         \x20             evenkeel reload                   read the configuration again, and tell what changed\n\
         \x20             evenkeel check FILE... [--pair]   diagnose configurations; hold two directors against each other\n\
         \x20             evenkeel diff OLD NEW             what a reload would change and what that does\n\
         \x20             evenkeel config FILE [--origin]   what a configuration comes to, with every default\n\
         \x20             evenkeel fmt FILE [--write]       the common layout; comments and meaning stay\n\
         \x20             evenkeel explain CODE|KEYWORD     a page about a problem or a keyword\n\
         \x20             evenkeel ipvs [COMMAND]           the table of the kernel's load balancer, as ipvsadm(8)\n\
         \x20             evenkeel WORD --help              more about each\n\n\
         As a daemon:  evenkeel [OPTIONS]                with keepalived's own options:\n\n",
    );
    for works in [true, false] {
        if !works {
            text.push_str("\nAccepted, without effect yet:\n\n");
        }
        for row in ROWS.iter().filter(|row| row.works == works) {
            let _ = writeln!(text, "  {:<36} {}", synopsis(row), row.help);
        }
    }
    text
}

fn synopsis(row: &Row) -> String {
    let short = row.short.map_or_else(|| "    ".to_owned(), |short| format!("-{short}, "));
    match row.takes {
        Nothing => format!("{short}--{}", row.long),
        Value(name) => format!("{short}--{}={name}", row.long),
        Optional(name) => format!("{short}--{}[={name}]", row.long),
    }
}

#[cfg(test)]
mod tests;
