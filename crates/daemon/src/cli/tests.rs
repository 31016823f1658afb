//! Tables for the command line.
use super::*;

fn understood(line: &str) -> Invocation {
    understand(&line.split(' ').map(OsString::from).collect::<Vec<_>>())
}

fn options(line: &str) -> Options {
    match understood(line) {
        Invocation::Daemon(options) => *options,
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn keepalived_options_mean_what_they_mean_there() {
    let o = options("evenkeel -f /etc/k.conf -nlDD -i main -p /a -r /b -c /c -u 0022 -S 3");
    assert_eq!(o.file.as_deref(), Some("/etc/k.conf"));
    assert!(o.foreground && o.console && o.vrrp && o.checkers && o.test.is_none());
    assert_eq!((o.detail, o.umask, o.facility), (2, Some(0o22), Some(19)));
    assert_eq!(o.config_id.as_deref(), Some("main"));
    assert_eq!(o.pid_file, Some(PathBuf::from("/a")));
    assert!(!options("evenkeel -P").checkers && !options("evenkeel -C").vrrp);
    assert_eq!(options("evenkeel --use-file=/x").file.as_deref(), Some("/x"));
}

#[test]
fn the_test_option_takes_its_file_glued_only() {
    assert_eq!(options("evenkeel -t -f x").test, Some(None));
    assert_eq!(options("evenkeel -t -f x").file.as_deref(), Some("x"));
    assert_eq!(options("evenkeel -t/tmp/out").test, Some(Some(PathBuf::from("/tmp/out"))));
    assert_eq!(options("evenkeel --config-test=/tmp/out").test, Some(Some(PathBuf::from("/tmp/out"))));
    assert_eq!(options("evenkeel -t -l -n -f f.conf").file.as_deref(), Some("f.conf"));
}

#[test]
fn under_the_old_name_a_word_is_only_stray() {
    assert_eq!(options("/usr/sbin/keepalived status").stray, ["status"]);
    assert_eq!(understood("evenkeel status --json"), Invocation::Tool(Tool::Status { json: true }));
}

#[test]
fn ipvs_has_a_grammar_of_its_own() {
    let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
    assert_eq!(understood("evenkeel ipvs -A -t 10.0.0.1:80"), Invocation::Ipvs(words("-A -t 10.0.0.1:80")));
    assert_eq!(understood("/sbin/ipvsadm -Ln"), Invocation::Ipvs(words("-Ln")));
    assert_eq!(options("keepalived ipvs").stray, ["ipvs"]);
}

#[test]
fn real_servers_are_changed_in_words() {
    use crate::by_hand::{Act, PoolOrder};
    let change = |act, within: Option<&str>| {
        let order = PoolOrder::Change { act, server: "10.0.0.2:80".into(), within: within.map(Into::into) };
        Invocation::Tool(Tool::RealServer(order))
    };
    for (line, expected) in [
        ("evenkeel rs list", Invocation::Tool(Tool::RealServer(PoolOrder::List))),
        ("evenkeel rs clear", Invocation::Tool(Tool::RealServer(PoolOrder::Clear))),
        ("evenkeel rs set-weight 10.0.0.2:80 5", change(Act::SetWeight(5), None)),
        ("evenkeel rs drain 10.0.0.2:80 --in shop", change(Act::Drain, Some("shop"))),
        ("evenkeel rs disable 10.0.0.2:80", change(Act::Disable, None)),
        ("evenkeel rs enable 10.0.0.2:80", change(Act::Enable, None)),
        ("evenkeel rs add 10.0.0.2:80 --in shop --weight 3", change(Act::Add(Some(3)), Some("shop"))),
        ("evenkeel rs add 10.0.0.2:80", change(Act::Add(None), None)),
        ("evenkeel rs remove 10.0.0.2:80", change(Act::Remove, None)),
    ] {
        assert_eq!(understood(line), expected, "{line}");
    }
    for line in ["evenkeel rs", "evenkeel rs drain", "evenkeel rs set-weight 10.0.0.2", "evenkeel rs set-weight a -1"] {
        assert!(matches!(understood(line), Invocation::Wrong(_)), "{line}");
    }
}

#[test]
fn what_does_nothing_is_named() {
    assert_eq!(options("evenkeel -x -n -V").without_effect, ["--dont-release-vrrp", "--snmp"]);
}

#[test]
fn mistakes_are_told_in_a_line_or_two() {
    for line in
        ["evenkeel --no-such", "evenkeel -f", "evenkeel -S 9", "evenkeel -u 9", "evenkeel --signum=X", "evenkeel frob"]
    {
        let Invocation::Wrong(text) = understood(line) else { panic!("{line} was accepted") };
        assert!(!text.trim().is_empty(), "{line}");
    }
}

#[test]
fn every_option_stands_in_the_help() {
    let help = help();
    assert!(ROWS.iter().all(|row| help.contains(&format!("--{}", row.long))));
    assert!(help.lines().all(|line| line.len() <= 120));
}

#[test]
fn formatting_and_explaining_take_their_words() {
    let fmt = |line: &str| match understood(line) {
        Invocation::Tool(Tool::Fmt { files, mode }) => (files.join(" "), mode),
        other => panic!("{line}: {other:?}"),
    };
    assert_eq!(fmt("evenkeel fmt a -"), ("a -".to_owned(), FmtMode::Print));
    assert_eq!(fmt("evenkeel fmt --write a"), ("a".to_owned(), FmtMode::Write));
    assert_eq!(fmt("evenkeel fmt a --check"), ("a".to_owned(), FmtMode::Check));
    for line in ["evenkeel fmt", "evenkeel fmt --write --check a", "evenkeel completion", "evenkeel completion cmd"] {
        assert!(matches!(understood(line), Invocation::Wrong(_)), "{line}");
    }
    let explain = |line: &str| match understood(line) {
        Invocation::Tool(Tool::Explain(topic)) => topic,
        other => panic!("{line}: {other:?}"),
    };
    assert_eq!(explain("evenkeel explain"), None);
    assert_eq!(explain("evenkeel explain real_server weight").as_deref(), Some("real_server weight"));
}

#[test]
fn every_option_and_word_is_told_to_manual_and_completion() {
    let command = command();
    assert!(ROWS.iter().all(|row| command.get_arguments().any(|arg| arg.get_long() == Some(row.long))));
    for word in command.get_subcommands() {
        assert!(word.get_about().is_some(), "{}", word.get_name());
        assert!(word.get_arguments().all(|arg| arg.get_help().is_some()), "{}", word.get_name());
    }
    let (working, others) = super::options();
    assert_eq!(working.len() + others.len(), ROWS.len());
}

#[test]
fn a_real_server_is_told_which_addresses() {
    let request = |line: &str| match understood(line) {
        Invocation::Tool(Tool::SetUp(request)) => request,
        other => panic!("{line}: {other:?}"),
    };
    use crate::realserver::{Word, plan::Method};
    let up = request("evenkeel realserver up --vip 192.0.2.1 2001:db8::1 --method tun --persist --dry-run");
    assert_eq!((up.word, up.vips.len(), up.dry_run), (Word::Up { method: Method::Tunnel, persist: true }, 2, true));
    assert_eq!(request("evenkeel realserver down").word, Word::Down);
    assert_eq!(request("evenkeel realserver check").word, Word::Check { method: Method::DirectRoute });
    for line in [
        "evenkeel realserver",
        "evenkeel realserver up --vip 192.0.2.1/24",
        "evenkeel realserver up --vip 127.0.0.1",
        "evenkeel realserver up --vip 224.0.0.18",
        "evenkeel realserver up --vip 192.0.2.1 --method nat",
    ] {
        assert!(matches!(understood(line), Invocation::Wrong(_)), "{line}");
    }
}
