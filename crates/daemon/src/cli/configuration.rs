//! The words that read configurations without running them: `check`, `config`, `diff`.
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};

/// What `check` is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The files, or patterns of files; each is a configuration.
    pub files: Vec<String>,
    /// `-i`: each file is read as each of these.
    pub ids: Vec<String>,
    /// `--format`.
    pub format: Format,
    /// `--offline`: interfaces, users and scripts of this machine are not looked at.
    pub offline: bool,
    /// `--pair`: the two directors are held against each other.
    pub pair: bool,
}

/// What `config` is to print.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Print {
    /// The file.
    pub file: String,
    /// `-i`.
    pub config_id: Option<String>,
    /// `--json`.
    pub json: bool,
    /// `--origin`: where each line comes from.
    pub origin: bool,
    /// `--show-secrets`.
    pub show_secrets: bool,
}

/// What `diff` is to compare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// What runs.
    pub old: String,
    /// What is to come.
    pub new: String,
    /// `-i`.
    pub config_id: Option<String>,
    /// `--json`.
    pub json: bool,
}

/// How problems are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A screenful each.
    Full,
    /// A line each.
    Short,
    /// For editors.
    Json,
    /// For reviews: SARIF 2.1.0.
    Sarif,
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

fn file(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(value).value_hint(ValueHint::FilePath).required(true).help(help)
}

fn id(help: &'static str) -> Arg {
    Arg::new("config-id").short('i').long("config-id").value_name("ID").help(help)
}

/// The words with their arguments.
pub(super) fn commands() -> [Command; 3] {
    let format = Arg::new("format")
        .long("format")
        .value_parser(["full", "short", "json", "sarif"])
        .default_value("full")
        .help("how problems are printed");
    [
        Command::new("check")
            .about("diagnose configurations; leaves with 0, 1 or 2 for clean, warnings, errors")
            .arg(file("file", "FILE", "the configurations, or patterns for several files of one").num_args(1..))
            .arg(id("keep @ID lines; twice with --pair [default: host name]").action(ArgAction::Append))
            .arg(format)
            .arg(flag("offline", "do not look at this machine's interfaces, users and scripts").conflicts_with("host"))
            .arg(flag("host", "look at them, which is what is done anyway"))
            .arg(flag("pair", "hold two directors against each other: two files, or one file and two ids")),
        Command::new("config")
            .about("print a configuration as it is understood, with every default")
            .arg(file("file", "FILE", "the configuration"))
            .arg(id("keep @ID lines [default: host name]"))
            .arg(flag("json", "for programs"))
            .arg(flag("origin", "say behind each line where it comes from").conflicts_with("json"))
            .arg(flag("show-secrets", "print passwords and keys")),
        Command::new("diff")
            .about("what a reload would change, and what that does to the running daemon; leaves with 0, 1 or 2 for nothing, something, refused")
            .arg(file("old", "OLD", "the configuration that runs"))
            .arg(file("new", "NEW", "the configuration to come"))
            .arg(id("keep @ID lines [default: host name]"))
            .arg(flag("json", "for programs")),
    ]
}

fn text(of: &ArgMatches, name: &str) -> String {
    of.get_one::<String>(name).cloned().unwrap_or_default()
}

fn texts(of: &ArgMatches, name: &str) -> Vec<String> {
    of.get_many::<String>(name).into_iter().flatten().cloned().collect()
}

/// The options of `check`.
pub(super) fn check(of: &ArgMatches) -> Check {
    let format = match text(of, "format").as_str() {
        "short" => Format::Short,
        "json" => Format::Json,
        "sarif" => Format::Sarif,
        _ => Format::Full,
    };
    let (offline, pair) = (of.get_flag("offline"), of.get_flag("pair"));
    Check { files: texts(of, "file"), ids: texts(of, "config-id"), format, offline, pair }
}

/// The options of `config`.
pub(super) fn print(of: &ArgMatches) -> Print {
    Print {
        file: text(of, "file"),
        config_id: of.get_one::<String>("config-id").cloned(),
        json: of.get_flag("json"),
        origin: of.get_flag("origin"),
        show_secrets: of.get_flag("show-secrets"),
    }
}

/// The options of `diff`.
pub(super) fn diff(of: &ArgMatches) -> Diff {
    Diff {
        old: text(of, "old"),
        new: text(of, "new"),
        config_id: of.get_one::<String>("config-id").cloned(),
        json: of.get_flag("json"),
    }
}
