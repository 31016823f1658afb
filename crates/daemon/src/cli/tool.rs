//! Our own words on the command line: what each takes; parser, help, manual page and completion read it.
use super::Invocation;
use super::configuration::{self, Check, Diff, Print};
use clap::{Arg, ArgAction, Command, ValueHint, value_parser};
use clap_complete::Shell;
use std::ffi::OsString;

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
    /// `check`: diagnose configurations.
    Check(Check),
    /// `config`: print what a configuration comes to.
    Config(Print),
    /// `diff`: what a reload would change.
    Diff(Diff),
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
        "status" => Tool::Status { json: of.get_flag("json") },
        "reload" => Tool::Reload,
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
