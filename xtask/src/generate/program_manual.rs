//! evenkeel(8): the words and options of the program, with what they mean to whoever runs it.
use super::markdown::sentence;
use super::roff::{Roff, arguments, bold};
use clap::{Arg, Command};

/// The page.
pub(super) fn page() -> String {
    let mut page = Roff::new("evenkeel", 8, "virtual addresses, health checks and load balancing");
    synopsis(&mut page);
    description(&mut page);
    words(&mut page);
    options(&mut page);
    page.section("THE LOAD BALANCER");
    columns(&mut page, &daemon::ipvs::help());
    signals_and_statuses(&mut page);
    page.section("ENVIRONMENT");
    page.item(&bold("EVENKEEL_SOCKET"), "Path of the control socket, for the daemon and for whoever asks it.");
    page.section("FILES");
    for (path, text) in [
        ("/etc/keepalived/keepalived.conf", "The configuration, see keepalived.conf(5)."),
        ("/run/evenkeel.sock", "The control socket, for root alone."),
        ("/run/keepalived.pid", "The pid file; the files for the VRRP part and the checkers part stand beside it."),
    ] {
        page.item(&bold(path), text);
    }
    page.section("SEE ALSO");
    page.paragraph("keepalived.conf(5), ipvsadm(8)");
    page.text_of_page()
}

fn synopsis(page: &mut Roff) {
    page.section("SYNOPSIS");
    page.paragraph("evenkeel [OPTION]...");
    for word in daemon::cli::command().get_subcommands() {
        page.paragraph(&format!("evenkeel {}", usage(word)));
    }
}

/// A word with its arguments: `fmt [--write] FILE...`.
fn usage(word: &Command) -> String {
    let mut parts = vec![word.get_name().to_owned()];
    for arg in word.get_arguments().filter(|arg| !arg.is_positional() && !arg.is_hide_set()) {
        parts.push(format!("[{}]", long_option(arg)));
    }
    for arg in word.get_positionals() {
        let name = value(arg);
        let many = if arg.get_num_args().is_some_and(|range| range.max_values() > 1) { "..." } else { "" };
        parts.push(if arg.is_required_set() { format!("{name}{many}") } else { format!("[{name}]{many}") });
    }
    parts.extend(word.get_subcommands().next().map(|_| "COMMAND ...".to_owned()));
    parts.join(" ")
}

fn value(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    names.first().map_or_else(|| arg.get_id().as_str().to_uppercase(), ToString::to_string)
}

/// `-i, --config-id ID`.
fn option(arg: &Arg) -> String {
    match arg.get_short().filter(|_| arg.get_long().is_some()) {
        Some(short) => format!("-{short}, {}", long_option(arg)),
        None => long_option(arg),
    }
}

/// `--config-id ID`, or the short name where it is the only one.
fn long_option(arg: &Arg) -> String {
    let short = arg.get_short().map(|short| format!("-{short}"));
    let names = arg.get_long().map(|long| format!("--{long}")).or(short).unwrap_or_default();
    if !arg.get_action().takes_values() {
        return names;
    }
    let choices: Vec<String> = arg.get_possible_values().iter().map(|one| one.get_name().to_owned()).collect();
    let value = if choices.is_empty() { value(arg) } else { choices.join("|") };
    match arg.get_num_args() {
        Some(range) if range.min_values() == 0 => format!("{names}[={value}]"),
        _ => format!("{names} {value}"),
    }
}

fn description(page: &mut Roff) {
    page.section("DESCRIPTION");
    page.prose(
        "Evenkeel keeps virtual addresses alive on one of several directors (VRRP versions 2 and 3), balances services over\n\
         real servers with the IPVS of the kernel, and checks these servers. It reads keepalived.conf(5) and speaks to\n\
         keepalived as its peer.\n\
         \n\
         Called with options, or under the name keepalived, it is the daemon; every option of keepalived(8) is understood.\n\
         Called with a word, it is a tool: it asks the running daemon, or reads a file.",
    );
}

fn words(page: &mut Roff) {
    page.section("WORDS");
    for word in daemon::cli::command().get_subcommands() {
        page.item(&format!("{}{}", bold(word.get_name()), rest(word)), &about(word));
        nested(page, word);
        for arg in word.get_arguments().filter(|arg| !arg.is_hide_set()) {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            let head = if arg.is_positional() { arguments(&value(arg)) } else { head(arg) };
            if !help.is_empty() {
                page.inner_item(&head, &sentence(&help));
            }
        }
    }
}

/// Words behind a word.
fn nested(page: &mut Roff, word: &Command) {
    for inner in word.get_subcommands() {
        page.inner_item(&format!("{}{}", bold(inner.get_name()), rest(inner)), &about(inner));
    }
}

fn rest(word: &Command) -> String {
    let usage = usage(word);
    let rest = usage.strip_prefix(word.get_name()).unwrap_or_default();
    arguments(rest)
}

fn about(word: &Command) -> String {
    word.get_about().map(|about| sentence(&about.to_string())).unwrap_or_default()
}

/// The names of an option in bold letters, its value in italics.
fn head(arg: &Arg) -> String {
    let written = option(arg);
    let end = arg.get_long().and_then(|long| written.find(long).map(|at| at + long.len())).unwrap_or(2);
    let (names, value) = written.split_at_checked(end).unwrap_or((&written, ""));
    let names: Vec<String> = names.split(", ").map(bold).collect();
    format!("{}{}", names.join(", "), arguments(value))
}

fn options(page: &mut Roff) {
    let (working, others) = daemon::cli::options();
    page.section("OPTIONS");
    page.paragraph("A value that may be left out is glued to its short option, as in -t/tmp/messages.");
    for (list, introduction) in [(working, ""), (others, "These are accepted, and have no effect yet:")] {
        if !introduction.is_empty() && !list.is_empty() {
            page.paragraph(introduction);
        }
        for arg in list {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            page.item(&head(&arg), &sentence(&help));
        }
    }
}

/// A page for a terminal: lines of two columns are items, the others paragraphs.
fn columns(page: &mut Roff, text: &str) {
    let mut prose = String::new();
    for line in text.lines().chain([""]) {
        let item = line.strip_prefix("  ").or(line.contains(":  ").then_some(line));
        match item.map(|item| item.trim_start().split_once("  ").unwrap_or((item, ""))) {
            Some((head, text)) => page.item(&arguments(head.trim_start()), &format!("{}.", text.trim_start())),
            None if line.is_empty() && !prose.is_empty() => page.paragraph(&std::mem::take(&mut prose)),
            None => prose.push_str(&format!("{line}\n")),
        }
    }
}

fn signals_and_statuses(page: &mut Roff) {
    page.section("SIGNALS");
    page.item(&bold("HUP"), "Reload: the configuration is read again, and what changed is carried out.");
    page.item(&bold("TERM, INT"), "Stop: a master tells the others, serves until one of them took over, and lets go.");
    page.section("EXIT STATUS");
    page.paragraph("Of the daemon:");
    for (status, text) in [
        ("0", "It was stopped by a signal."),
        ("1", "Something could not be set up; the log says what."),
        ("4", "A capability is missing."),
        ("6", "There is no configuration file, or an include that was demanded failed."),
        ("70", "A fault of its own; addresses were released before."),
    ] {
        page.item(&bold(status), text);
    }
    page.paragraph("Of -t, as in keepalived:");
    for (status, text) in [
        ("0", "Nothing is wrong, or there is no file."),
        ("2", "A keyword lacks its argument."),
        ("4", "An interface that must exist does not."),
        ("5", "There is an error."),
        ("6", "Scripts are not secure, or an include that was demanded failed."),
    ] {
        page.item(&bold(status), text);
    }
    page.paragraph(
        "Of check: 0 when all is well, 1 for warnings, 2 for errors. Of fmt: 0; with --check 1 when a file would change; 2\n\
         when one could not be formatted. Of the other words: 0, or 1 when there is no answer.",
    );
}
