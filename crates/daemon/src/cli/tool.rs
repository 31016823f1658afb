//! Our own words on the command line: what each takes; parser, help, manual page and completion read it.
use super::Invocation;
use super::configuration::{self, Check, Diff, Print};
use super::real_server;
use crate::by_hand::PoolOrder;
use crate::realserver::plan::Method;
use crate::realserver::{Request, Word};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use clap_complete::Shell;
use std::ffi::OsString;
use std::net::IpAddr;

/// Our own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `status`: what the running daemon knows.
    Status {
        /// `--json`.
        json: bool,
    },
    /// `reload`: reload, and tell what changed.
    Reload,
    /// `switchover`: let a peer be master once.
    Switchover {
        /// Instance or group.
        subject: String,
        /// `--force`.
        force: bool,
    },
    /// `maintenance`: what is out of service; `on` and `off` change it.
    Maintenance(Option<MaintenanceWord>),
    /// `rs`: change something on the running pools.
    RealServer(PoolOrder),
    /// `check`: diagnose configurations.
    Check(Check),
    /// `config`: print what a configuration comes to.
    Config(Print),
    /// `diff`: what a reload would change.
    Diff(Diff),
    /// `realserver`: virtual addresses on a machine behind a director.
    SetUp(Request),
    /// `explain`: a page about a problem, a keyword or a block; without a topic, what there is.
    Explain(Option<String>),
    /// `fmt`: the common layout.
    Fmt {
        /// The files; `-` is standard input.
        files: Vec<String>,
        /// What is done with the result.
        mode: FmtMode,
    },
    /// `completion`: a script for a shell.
    Completion(Shell),
}

/// What `maintenance` changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MaintenanceWord {
    /// `on`: out of service.
    On {
        /// Instance or group; everything when `None`.
        subject: Option<String>,
        /// `--reason`.
        reason: String,
        /// `--until`, in seconds since 1970.
        until: Option<u64>,
    },
    /// `off`: back into service.
    Off {
        /// Instance or group; everything when `None`.
        subject: Option<String>,
    },
}

/// What `fmt` does with its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FmtMode {
    /// Prints it.
    Print,
    /// `--write`: replaces the files.
    Write,
    /// `--check`: names the files that would change.
    Check,
}

/// Our own words, each with its arguments.
pub(super) fn command() -> Command {
    let [check, config, diff] = configuration::commands();
    Command::new("evenkeel")
        .disable_help_subcommand(true)
        .subcommand(
            Command::new("status")
                .about("what the running daemon knows")
                .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).help("for programs")),
        )
        .subcommand(Command::new("reload").about("read the configuration again, and tell what changed"))
        .subcommand(
            Command::new("switchover")
                .about("let the other director be master once; refused when nobody would take over")
                .arg(Arg::new("subject").value_name("NAME").required(true).help("an instance or a group"))
                .arg(Arg::new("force").long("force").action(ArgAction::SetTrue).help("let go even then")),
        )
        .subcommand(maintenance_command())
        .subcommand(real_server::command())
        .subcommand(realserver_command())
        .subcommand(check)
        .subcommand(config)
        .subcommand(diff)
        .subcommand(
            Command::new("explain").about("a page about a keyword, a block, or the code of a problem").arg(
                Arg::new("topic")
                    .value_name("TOPIC")
                    .num_args(0..)
                    .help("a word, a path such as virtual_server/real_server, or a code; without one, a list"),
            ),
        )
        .subcommand(fmt_command())
        // Its words have a grammar of their own, and do not come here to be understood.
        .subcommand(
            Command::new("ipvs").about("the table of the kernel's load balancer, as ipvsadm(8)").arg(
                Arg::new("argument")
                    .value_name("ARGUMENT")
                    .num_args(0..)
                    .help("options and words of ipvsadm, see below; without any, a list"),
            ),
        )
        .subcommand(
            Command::new("completion").about("print a completion script for a shell").arg(
                Arg::new("shell")
                    .value_name("SHELL")
                    .required(true)
                    .value_parser(value_parser!(Shell))
                    .help("the shell that is to complete"),
            ),
        )
}

fn maintenance_command() -> Command {
    let subject = || Arg::new("subject").value_name("NAME").help("an instance or a group; everything without one");
    let until = Arg::new("until").long("until").value_name("WHEN").value_parser(super::when::parse);
    Command::new("maintenance")
        .about("take routers out of service, over restarts, and put them back; without a word, what is out of service")
        .subcommand(
            Command::new("on")
                .about("hand over, and do not become master")
                .arg(subject())
                .arg(
                    Arg::new("reason").long("reason").value_name("TEXT").default_value("").help("for those who wonder"),
                )
                .arg(until.help("back by itself: a time (22:30, 2026-12-24T06:00) or a length of time (90m, 2h)")),
        )
        .subcommand(Command::new("off").about("back into service").arg(subject()))
}

fn maintenance(of: &ArgMatches) -> Option<MaintenanceWord> {
    let (word, of) = of.subcommand()?;
    let text = |name: &str| of.get_one::<String>(name).cloned();
    Some(match word {
        "off" => MaintenanceWord::Off { subject: text("subject") },
        _ => MaintenanceWord::On {
            subject: text("subject"),
            reason: text("reason").unwrap_or_default(),
            until: of.get_one::<u64>("until").copied(),
        },
    })
}

fn realserver_command() -> Command {
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    let vips = |help: &'static str| {
        Arg::new("vip").long("vip").value_name("ADDRESS").num_args(1..).value_parser(virtual_address).help(help)
    };
    let method = || {
        let words = [Method::DirectRoute, Method::Tunnel].map(Method::word);
        let arg = Arg::new("method").long("method").value_parser(words).default_value(Method::DirectRoute.word());
        arg.help("the director's lvs_method")
    };
    let dry_run = || flag("dry-run", "print what would be done");
    Command::new("realserver")
        .about("virtual addresses on a server behind a director, without answering for them in the local network")
        .subcommand_required(true)
        .subcommand(
            Command::new("up")
                .about("set them up, beside those that are; what is in order is not touched")
                .arg(vips("the virtual addresses; without any, those that are set up are put in order"))
                .arg(method())
                .arg(flag("persist", "again at each start of the machine, by a systemd unit"))
                .arg(dry_run()),
        )
        .subcommand(
            Command::new("down")
                .about("undo exactly what was done")
                .arg(vips("these only; all without it"))
                .arg(dry_run()),
        )
        .subcommand(
            Command::new("check")
                .about("say what is wrong, and what helps; leaves with 0 or 1")
                .arg(vips("these as well as those that are set up"))
                .arg(method()),
        )
}

/// An address that a host can have.
fn virtual_address(text: &str) -> Result<IpAddr, String> {
    let address: IpAddr = text.parse().map_err(|_| "no IP address; write it without a prefix length".to_owned())?;
    let odd = address.is_unspecified() || address.is_multicast() || address.is_loopback();
    if odd { Err("not an address that clients can call".to_owned()) } else { Ok(address) }
}

fn realserver(of: &ArgMatches) -> Option<Request> {
    let (word, of) = of.subcommand()?;
    let method = || of.get_one::<String>("method").and_then(|word| Method::of(word)).unwrap_or(Method::DirectRoute);
    let (word, dry_run) = match word {
        "up" => (Word::Up { method: method(), persist: of.get_flag("persist") }, of.get_flag("dry-run")),
        "down" => (Word::Down, of.get_flag("dry-run")),
        _ => (Word::Check { method: method() }, false),
    };
    Some(Request { word, vips: of.get_many::<IpAddr>("vip").into_iter().flatten().copied().collect(), dry_run })
}

fn fmt_command() -> Command {
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    let files = Arg::new("file").value_name("FILE").value_hint(ValueHint::FilePath).num_args(1..).required(true);
    Command::new("fmt")
        .about("print configuration files in the common layout; comments and meaning stay")
        .arg(flag("write", "replace the files").conflicts_with("check"))
        .arg(flag("check", "name the files that would change, and leave with 1 if there are any"))
        .arg(files.help("the files, each by itself; - is standard input"))
}

/// Understands a command line that begins with a word of ours.
pub(super) fn understand(words: &[OsString]) -> Invocation {
    let matches = match command().try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) if error.use_stderr() => return Invocation::Wrong(error.render().to_string()),
        Err(error) => return Invocation::Print(error.render().to_string()),
    };
    let Some((word, of)) = matches.subcommand() else { return Invocation::Print(super::help()) };
    let texts = |name: &str| of.get_many::<String>(name).into_iter().flatten().cloned().collect::<Vec<_>>();
    Invocation::Tool(match word {
        "realserver" => match realserver(of) {
            Some(request) => Tool::SetUp(request),
            None => return Invocation::Print(super::help()),
        },
        "status" => Tool::Status { json: of.get_flag("json") },
        "reload" => Tool::Reload,
        "switchover" => Tool::Switchover { subject: texts("subject").concat(), force: of.get_flag("force") },
        "maintenance" => Tool::Maintenance(maintenance(of)),
        "rs" => Tool::RealServer(real_server::order(of)),
        "explain" => Tool::Explain(Some(texts("topic").join(" ")).filter(|topic| !topic.is_empty())),
        "fmt" => Tool::Fmt {
            files: texts("file"),
            mode: match (of.get_flag("write"), of.get_flag("check")) {
                (true, _) => FmtMode::Write,
                (_, true) => FmtMode::Check,
                _ => FmtMode::Print,
            },
        },
        "completion" => Tool::Completion(of.get_one::<Shell>("shell").copied().unwrap_or(Shell::Bash)),
        "config" => Tool::Config(configuration::print(of)),
        "diff" => Tool::Diff(configuration::diff(of)),
        _ => Tool::Check(configuration::check(of)),
    })
}
