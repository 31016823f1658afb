//! Tables for the language: what is the same, and what is refused.
use super::super::testing::{Town, words};
use super::*;

fn asked(line: &str) -> Result<Asked, Mistake> {
    understand(&words(line), &Town)
}

fn order(line: &str) -> Order {
    asked(line).unwrap_or_else(|mistake| panic!("{line}: {mistake}")).order
}

/// The same order in every spelling that getopt or we allow.
#[test]
fn spellings_of_one_thing() {
    for spellings in [
        &[
            "-A -t 10.0.0.1:80 -s rr",
            "-At 10.0.0.1:80 -srr",
            "-A -t10.0.0.1:80 -s=rr",
            "-A --tcp-service=10.0.0.1:80 --scheduler rr",
            "--add-service --scheduler=rr --tcp-service 10.0.0.1:80",
            "-s rr -t vip:http -A",
            "add-service tcp 10.0.0.1:80 -s rr",
            "add-service -s rr tcp 10.0.0.1:80",
            "add-service -t 10.0.0.1:80 -s rr",
            "add-service -s rr -- tcp vip:www",
        ][..],
        &[
            "-A -t 10.0.0.1:80 -p",
            "-A -p -t 10.0.0.1:80",
            "-A -t 10.0.0.1:80 -p 360",
            "-A -t 10.0.0.1:80 --persistent=360",
        ],
        &["-A -t 10.0.0.1:80 -p 0300", "-A -t 10.0.0.1:80 -p300", "-A -p 300 -t 10.0.0.1:80 -s wlc"],
        &[
            "-a -t 10.0.0.1:80 -r 10.0.1.1:80 -g -w 1",
            "-a -t 10.0.0.1:80 -r 10.0.1.1",
            "-a -r 10.0.1.1:0 -t 10.0.0.1:80",
            "-a -t 10.0.0.1:80 -r web1:http",
            "add-server tcp 10.0.0.1:80 10.0.1.1",
            "add-server tcp 10.0.0.1:80 10.0.1.1 --gatewaying --weight=1 --u-threshold 0",
        ],
        &["-d -f 7 -6 -r [fd00::1]:80", "-d -6 -f 7 -r [fd00::1]:80", "delete-server fwmark 7 --ipv6 [vip6]:80"],
        &["-f 4294967295 -D", "-D -f -1", "delete-service fwmark 4294967295"],
        &["-ln", "-Ln", "-nL", "--list --numeric", "-L --sort -n"],
        &["", "-L", "-l", "--list"],
        &["list", "list -n", "list --sort"],
        &["-Lnc", "-l -n -c", "--list --numeric --connection"],
        &["connections", "list -c", "list --connection -n"],
        &["timeouts", "list --timeout", "-L --timeout -n"],
        &["daemons", "list --daemon", "-Ln --daemon"],
        &["--set 900 120 300", "set-timeouts 900 120 300"],
        &[
            "--start-daemon master --mcast-interface eth1 --syncid 7",
            "--start-daemon=master --syncid=7 --mcast-interface=eth1",
            "--syncid 7 --mcast-interface eth1 --start-daemon master",
            "start-daemon master --mcast-interface eth1 --syncid 7",
        ],
        &["--stop-daemon backup", "stop-daemon backup", "--stop-daemon=backup --syncid 3"],
        &["-Z", "zero"],
        &["-Z -u 10.0.0.1:domain", "zero udp 10.0.0.1:53"],
        &["-C", "clear", "--clear"],
        &["-R", "restore"],
        &["-Sn", "-S -n", "--save --numeric"],
        &["-h", "--help", "help"],
    ] {
        let first = order(spellings[0]);
        for line in spellings {
            assert_eq!(order(line), first, "{line}");
        }
    }
}

#[test]
fn words_print_numbers_and_are_complete() {
    let save = |names, complete| Order::Save(Save { names, complete });
    assert_eq!(order("-S"), save(true, false));
    assert_eq!(order("save"), save(false, true));
    assert_eq!(order("save --names"), save(true, true));
    let names = |line| match order(line) {
        Order::Show(show) => show.names,
        other => panic!("{other:?}"),
    };
    assert!(names("-L") && !names("-Ln") && !names("list") && names("list --names"));
    let marked = |line| match order(line) {
        Order::Show(Show { what: What::Table(view), .. }) => view.marked,
        other => panic!("{other:?}"),
    };
    assert!(marked("list") && marked("-L --json") && !marked("-L") && !marked(""));
}

#[test]
fn of_several_columns_one_is_printed() {
    for (line, expected) in [
        ("-L --rate --stats", Columns::Stats),
        ("-L --thresholds --rate", Columns::Rate),
        ("-L --persistent-conn --thresholds", Columns::Thresholds),
        ("-L --tun-info --persistent-conn", Columns::Persistent),
        ("-L --tun-info", Columns::Tunnel),
        ("-L", Columns::Plain),
    ] {
        match order(line) {
            Order::Show(Show { what: What::Table(view), .. }) => assert_eq!(view.columns, expected, "{line}"),
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn a_port_that_direct_routing_cannot_change_is_told() {
    let note = |line| asked(line).unwrap().note;
    assert_eq!(
        note("-a -t 10.0.0.1:80 -r 10.0.1.1:81").as_deref(),
        Some("10.0.1.1:80: direct routing and tunnels keep the packet's port")
    );
    assert!(note("-a -t 10.0.0.1:80 -r 10.0.1.1:81 -i").is_some());
    assert_eq!(note("-a -t 10.0.0.1:80 -r 10.0.1.1:81 -m"), None);
    assert_eq!(note("-a -f 7 -r 10.0.1.1:81"), None);
    assert_eq!(note("-a -t 10.0.0.1:80 -r 10.0.1.1:80"), None);
}

#[test]
fn force_is_for_changes() {
    assert!(asked("-C --force").unwrap().force && asked("restore --force").unwrap().force);
    assert!(!asked("-C").unwrap().force);
    assert!(asked("-L --force").is_err());
}

/// What ipvsadm refuses, and why we do.
#[test]
fn mistakes_are_named() {
    for (line, text) in [
        ("-t 10.0.0.1:80", "no command among the options; -L lists the table"),
        ("-n", "no command among the options; -L lists the table"),
        ("frob", "frob: no such command"),
        ("-A -D -t 10.0.0.1:80", "--delete-service: --add-service is a command already"),
        ("-L -Z", "--zero: --list is a command already"),
        ("list -L", "--list: --list is a command already"),
        ("-q", "-q: no such option"),
        ("-A --sched rr", "--sched: no such option; --scheduler begins alike"),
        ("-A --nosuch", "--nosuch: no such option"),
        ("-A -t", "-t: its value is missing"),
        ("-A -t 10.0.0.1:80 --scheduler", "--scheduler: its value is missing"),
        ("-L --stats=1", "--stats: takes no value"),
        ("--set=1 2 3", "--set: takes no value"),
        ("-A", "add-service: needs a service (-t, -u, --sctp-service or -f)"),
        ("-d -t 10.0.0.1:80", "delete-server: needs a real server (-r)"),
        ("add-server tcp 10.0.0.1:80", "add-server: needs a real server (-r)"),
        ("add-service tcp", "tcp: its value is missing"),
        ("add-service tcp 10.0.0.1:80 -t 10.0.0.1:80", "-t: given twice"),
        ("-A -t 10.0.0.1:80 -t 10.0.0.2:80", "-t: given twice"),
        ("-A -t 10.0.0.1:80 -u 10.0.0.1:80", "-u: does not go with -t"),
        ("-Ln -n", "-n: given twice"),
        ("-A -t 10.0.0.1:80 -r 10.0.1.1", "-r: has no meaning with add-service"),
        ("-A -t 10.0.0.1:80 -m", "-m: has no meaning with add-service"),
        ("-a -t 10.0.0.1:80 -r 10.0.1.1 -p 5", "-p: has no meaning with add-server"),
        ("-D -t 10.0.0.1:80 -s rr", "-s: has no meaning with delete-service"),
        ("-C -n", "-n: has no meaning with clear"),
        ("-Z -n", "-n: has no meaning with zero"),
        ("-S -t 10.0.0.1:80", "-t: has no meaning with save"),
        ("-L -w 3", "-w: has no meaning with list"),
        ("--stop-daemon master --mcast-interface d0", "--mcast-interface: has no meaning with stop-daemon"),
        ("-A -t 10.0.0.1:80 extra", "extra: a word too many"),
        ("-L tcp 10.0.0.1:80", "tcp: a word too many"),
        ("list 10.0.0.1:80", "10.0.0.1:80: a word too many"),
        ("list tcp 10.0.0.1:80 udp", "udp: a word too many"),
        ("-A -t nohost:80", "nohost:80: 'nohost' is no address, and no host of that name is known"),
        ("-A -t 10.0.0.1:99999", "10.0.0.1:99999: '99999' is no port (0 to 65535) and no service of this protocol"),
        ("-A -t [fd00::1", "[fd00::1: an IPv6 address and port are written [ADDRESS]:PORT"),
        ("-A -t :80", ":80: the address is missing"),
        ("-A -f 0", "-f: must be a number from 1 to 4294967295, not '0'"),
        ("-A -f 4294967296", "-f: must be a number from 1 to 4294967295, not '4294967296'"),
        ("-A -f 0x10", "-f: must be a number from 1 to 4294967295, not '0x10'"),
        ("-A -t 10.0.0.1:80 -6", "-6: is for firewall marks (-f); an address tells its family itself"),
        ("-A -t 10.0.0.1:80 -p x", "-p: must be a number from 1 to 4294967, not 'x'"),
        ("-A -t 10.0.0.1:80 -p 0", "-p: persistence timeout must be 1 to 4294967 seconds, not 0"),
        ("-A -t 10.0.0.1:80 -p -5", "-5: no such option"),
        ("-A -t 10.0.0.1:0", "port 0 is every port, which needs persistence (-p)"),
        ("-A -t 10.0.0.1:80 -o", "-o: one-packet scheduling is for UDP services and firewall marks"),
        ("-A -t 10.0.0.1:80 -s averyveryverylongname", "-s: name must be 1 to 15 bytes, not 21"),
        ("-A -t 10.0.0.1:80 -b sh-port", "-b: scheduler wlc has no flag 'sh-port'"),
        ("-A -t 10.0.0.1:80 -s mh -b mh-port,sh-port", "-b: scheduler mh has no flag 'sh-port'"),
        ("-A -t 10.0.0.1:80 -s rr -b flag-4", "-b: scheduler rr has no flag 'flag-4'"),
        (
            "-A -t [fd00::1]:80 -p -M 129",
            "-M: must be a mask such as 255.255.255.0 or a prefix length such as 24 (IPv6: 64), not '129'",
        ),
        ("-a -t 10.0.0.1:80 -r 10.0.1.1 -w -1", "-w: must be a number from 0 to 2147483647, not '-1'"),
        ("-a -t 10.0.0.1:80 -r 10.0.1.1 -x 2147483648", "-x: must be a number from 0 to 2147483647, not '2147483648'"),
        ("-a -t 10.0.0.1:80 -r 10.0.1.1 -g -i", "-i: does not go with -g"),
        ("-a -t 10.0.0.1:80 -r 10.0.1.1 --tun-type gue", "--tun-type: needs a tunnel (-i)"),
        ("-a -t 10.0.0.1:80 -r 10.0.1.1 -i --tun-type gue", "--tun-type gue: needs --tun-port"),
        (
            "-a -t 10.0.0.1:80 -r 10.0.1.1 -i --tun-type gue --tun-port 0",
            "--tun-port: must be a number from 1 to 65535, not '0'",
        ),
        ("-a -t 10.0.0.1:80 -r 10.0.1.1 -i --tun-type GUE", "--tun-type: must be ipip, gue or gre, not 'GUE'"),
        ("-a -t 10.0.0.1:80 -r 10.0.1.1 -i --tun-csum", "--tun-csum: has no meaning in a tunnel of type ipip"),
        (
            "-a -t 10.0.0.1:80 -r 10.0.1.1 -i --tun-type gre --tun-remcsum",
            "--tun-remcsum: has no meaning in a tunnel of type gre",
        ),
        ("-a -t 10.0.0.1:80 -r 10.0.1.1 -i --tun-csum --tun-nocsum", "--tun-csum: does not go with --tun-nocsum"),
        (
            "-a -t 10.0.0.1:80 -r [fd00::5]:80 -m",
            "a real server of another address family than its service needs a tunnel (-i)",
        ),
        ("--set 1 2", "set: takes three timeouts in seconds: TCP TCPFIN UDP"),
        ("--set 1 2 3 4", "4: a word too many"),
        ("--set x 2 3", "set: a timeout must be 0 to 2147483 seconds, not 'x'"),
        ("--start-daemon", "a sync daemon is master or backup, not ''"),
        ("--start-daemon bad", "a sync daemon is master or backup, not 'bad'"),
        ("--start-daemon master extra", "extra: a word too many"),
        ("--start-daemon master --syncid 256", "--syncid: must be a number from 0 to 255, not '256'"),
        ("--start-daemon master --sync-maxlen 65508", "--sync-maxlen: must be a number from 1 to 65507, not '65508'"),
        ("--start-daemon master --mcast-ttl 0", "--mcast-ttl: must be a number from 1 to 255, not '0'"),
        ("--start-daemon master --mcast-group 10.0.0.1", "--mcast-group: '10.0.0.1' is no multicast address"),
        ("-Lc --timeout", "--timeout: does not go with -c"),
        ("-Lc --stats", "--stats: does not go with -c"),
        ("-L --daemon -t 10.0.0.1:80", "-t: does not go with --daemon"),
        ("-L --timeout --persistent-conn", "--persistent-conn: does not go with --timeout"),
        ("-L --origin", "--origin: only connections (-c) have one"),
    ] {
        assert_eq!(asked(line).map_err(|mistake| mistake.to_string()), Err(text.to_owned()), "{line}");
    }
}
