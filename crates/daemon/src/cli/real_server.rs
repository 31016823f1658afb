//! `evenkeel rs` on the command line: one row for each thing that can be done.
use crate::by_hand::{Act, PoolOrder};
use crate::control::MOST_WEIGHT;
use clap::{Arg, ArgMatches, Command, value_parser};

/// How a word takes a weight.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    No,
    Needed,
    Option,
}

/// One thing that can be done with a real server.
struct Row {
    word: &'static str,
    weight: Weight,
    help: &'static str,
}

const ROWS: &[Row] = &[
    Row { word: "set-weight", weight: Weight::Needed, help: "give it another weight" },
    Row { word: "drain", weight: Weight::No, help: "weight 0: it keeps its connections and gets no new ones" },
    Row { word: "disable", weight: Weight::No, help: "take it out of the table; its checks go on" },
    Row { word: "enable", weight: Weight::No, help: "end drain, disable and remove" },
    Row {
        word: "add",
        weight: Weight::Option,
        help: "add one that the file does not have; method and checks are those of the first one of the pool",
    },
    Row { word: "remove", weight: Weight::No, help: "take it out as if the file did not have it" },
];

/// `rs` with all that can follow.
pub(super) fn command() -> Command {
    let command = Command::new("rs")
        .about("change real servers of the running daemon, over the file, until a reload says otherwise")
        .subcommand_required(true)
        .disable_help_subcommand(true)
        .subcommand(Command::new("list").about("what is changed"))
        .subcommand(Command::new("clear").about("undo every change: the file counts"));
    ROWS.iter().fold(command, |command, row| command.subcommand(row_command(row)))
}

fn row_command(row: &Row) -> Command {
    let server = Arg::new("server").value_name("SERVER").required(true);
    let within = Arg::new("in").long("in").value_name("VIRTUAL");
    let weight = || value_parser!(u32).range(..=i64::from(MOST_WEIGHT));
    let command = Command::new(row.word)
        .about(row.help)
        .arg(server.help("ADDRESS or ADDRESS:PORT, [ADDRESS]:PORT for IPv6"))
        .arg(within.help("in this virtual server only: ADDRESS:PORT, fwmark MARK, a group, or its name in status"));
    match row.weight {
        Weight::No => command,
        Weight::Needed => command
            .arg(Arg::new("weight").value_name("WEIGHT").required(true).value_parser(weight()).help("0 to 2147483647")),
        Weight::Option => command.arg(
            Arg::new("weight")
                .long("weight")
                .value_name("WEIGHT")
                .value_parser(weight())
                .help("0 to 2147483647 [default: that of the first one]"),
        ),
    }
}

/// What was asked.
pub(super) fn order(of: &ArgMatches) -> PoolOrder {
    let Some((word, of)) = of.subcommand() else { return PoolOrder::List };
    let weight = || of.try_get_one::<u32>("weight").ok().flatten().copied();
    let act = match word {
        "set-weight" => Act::SetWeight(weight().unwrap_or_default()),
        "drain" => Act::Drain,
        "disable" => Act::Disable,
        "enable" => Act::Enable,
        "add" => Act::Add(weight()),
        "remove" => Act::Remove,
        "clear" => return PoolOrder::Clear,
        _ => return PoolOrder::List,
    };
    let text = |name| of.get_one::<String>(name).cloned();
    PoolOrder::Change { act, server: text("server").unwrap_or_default(), within: text("in") }
}
