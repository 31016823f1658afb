//! Whole command lines against a table in memory.
use super::super::order::understand;
use super::super::testing::{Town, words};
use super::*;
use evenkeel_ipvs::{
    Destination, Family, Flags, Forwarding, Name, Netmask, Protocol, Recording, Service, Table, Tunnel, TunnelFlags,
};
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A machine with a table, and a daemon that owns some of it.
struct Machine {
    ipvs: Recording,
    owned: Result<Owned, String>,
    printed: String,
}

impl Machine {
    fn new() -> Self {
        Self { ipvs: Recording::new(), owned: Ok(Owned::default()), printed: String::new() }
    }

    fn run_with_input(&mut self, line: &str, input: &str) -> Result<End, Failure> {
        let asked = understand(&words(line), &Town)?;
        let mut out = Vec::new();
        let owned = || self.owned.clone();
        let mut worker = Worker { ipvs: &mut self.ipvs, names: &Town, owned: &owned, out: &mut out };
        let end = worker.work(asked, &mut input.as_bytes());
        self.printed = String::from_utf8(out).unwrap();
        end
    }

    fn run(&mut self, line: &str) -> Result<(), String> {
        self.run_with_input(line, "").map(drop).map_err(|failure| failure.to_string())
    }

    fn printed(&mut self, line: &str) -> String {
        self.run(line).unwrap_or_else(|failure| panic!("{line}: {failure}"));
        self.printed.clone()
    }

    fn saved(&mut self) -> Vec<String> {
        self.printed("-Sn").lines().map(str::to_owned).collect()
    }
}

#[track_caller]
fn check(lines: &[&str], saved: &[&str]) {
    let mut machine = Machine::new();
    for line in lines {
        assert_eq!(machine.run(line), Ok(()), "{line}");
    }
    assert_eq!(machine.saved(), saved);
    // What is saved makes the same again.
    let text = saved.join("\n");
    let mut other = Machine::new();
    assert!(matches!(other.run_with_input("-R", &text), Ok(End::Done)), "{text}");
    assert_eq!(other.saved(), saved);
}

/// A service of each kind of setting, after the cases of ipvsadm(8).
#[test]
fn services_are_made() {
    for (line, saved) in [
        ("-A -t 10.0.0.1:80", "-A -t 10.0.0.1:80 -s wlc"),
        ("-A -t 10.0.0.1:80 -s rr", "-A -t 10.0.0.1:80 -s rr"),
        ("-A -t vip:http -s lblcr", "-A -t 10.0.0.1:80 -s lblcr"),
        ("-A -u 10.0.0.1:domain -o", "-A -u 10.0.0.1:53 -s wlc -o"),
        ("-A --sctp-service 10.0.0.1:80", "-A --sctp-service 10.0.0.1:80 -s wlc"),
        ("-A -t [2001:db8::80]:80 -s rr", "-A -t [2001:db8::80]:80 -s rr"),
        ("-A -t fd00::1 -p", "-A -t [fd00::1]:0 -s wlc -p 360"),
        ("-A -f 1 -s rr", "-A -f 1 -s rr"),
        ("-A -6 -f 1 -s rr", "-A -f 1 -6 -s rr"),
        ("-A -f 4294967295", "-A -f -1 -s wlc"),
        ("-A -f 7 -p -M 64 -6", "-A -f 7 -6 -s wlc -p 360 -M 64"),
        ("-A -t 10.0.0.1 -p", "-A -t 10.0.0.1:0 -s wlc -p 360"),
        ("-A -t 10.0.0.1:80 -p 200 -M 255.255.255.0", "-A -t 10.0.0.1:80 -s wlc -p 200 -M 255.255.255.0"),
        ("-A -t 10.0.0.1:80 -p -M 255.0.255.0", "-A -t 10.0.0.1:80 -s wlc -p 360 -M 255.0.255.0"),
        ("-A -t 10.0.0.1:80 -p -M 0.0.0.0", "-A -t 10.0.0.1:80 -s wlc -p 360 -M 0.0.0.0"),
        ("-A -t 10.0.0.1:80 -p -M 24", "-A -t 10.0.0.1:80 -s wlc -p 360 -M 255.255.255.0"),
        ("-A -t 10.0.0.1:80 -M 255.255.255.0", "-A -t 10.0.0.1:80 -s wlc"),
        ("-A -t 10.0.0.1:80 -s sh -b sh-port,sh-fallback", "-A -t 10.0.0.1:80 -s sh -b sh-fallback,sh-port"),
        ("-A -t 10.0.0.1:80 -s mh -b flag-2,flag-1,flag-3", "-A -t 10.0.0.1:80 -s mh -b mh-fallback,mh-port,flag-3"),
        ("-A -t 10.0.0.1:80 -b flag-1,,flag-3 -s rr", "-A -t 10.0.0.1:80 -s rr -b flag-1,flag-3"),
        (
            "-A -u 10.0.0.1:5060 -s rr -b flag-1 -o --pe sip -p 60 -M 255.255.0.0",
            "-A -u 10.0.0.1:5060 -s rr -p 60 -M 255.255.0.0 --pe sip -o -b flag-1",
        ),
        ("add-service udp 10.0.0.1:53 --ops", "-A -u 10.0.0.1:53 -s wlc -o"),
    ] {
        check(&[line], &[saved]);
    }
}

/// A server by each way, after the cases of ipvsadm(8).
#[test]
fn servers_are_made() {
    let tcp = "-A -t 10.0.0.1:80 -s wlc";
    for (line, saved) in [
        ("-r 10.0.1.1", "10.0.1.1:80 -g -w 1"),
        ("-r 10.0.1.1:81", "10.0.1.1:80 -g -w 1"),
        ("-r 10.0.1.1:81 -i", "10.0.1.1:80 -i -w 1 --tun-type ipip"),
        ("-r 10.0.1.1:8080 -m -w 5", "10.0.1.1:8080 -m -w 5"),
        ("-r web1:http -m", "10.0.1.1:80 -m -w 1"),
        ("-r 10.0.1.1 -w 2147483647", "10.0.1.1:80 -g -w 2147483647"),
        (
            "-r 10.0.1.1 -i --tun-type gue --tun-port 6080",
            "10.0.1.1:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum",
        ),
        (
            "-r 10.0.1.1 --tun-port 6080 --tun-csum --tun-type gue -i",
            "10.0.1.1:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum",
        ),
        (
            "-r 10.0.1.1 -i --tun-type gue --tun-port 6080 --tun-remcsum",
            "10.0.1.1:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum",
        ),
        ("-r 10.0.1.1 -i --tun-type gre", "10.0.1.1:80 -i -w 1 --tun-type gre --tun-nocsum"),
        ("-r 10.0.1.1 -i --tun-type gre --tun-csum", "10.0.1.1:80 -i -w 1 --tun-type gre --tun-csum"),
        ("-r [fd00::5]:80 -i", "[fd00::5]:80 -i -w 1 --tun-type ipip"),
    ] {
        check(&[tcp, &format!("-a -t 10.0.0.1:80 {line}")], &[tcp, &format!("-a -t 10.0.0.1:80 -r {saved}")]);
    }
    let mark = "-A -f 7 -s rr";
    check(&[mark, "-a -f 7 -r 10.0.1.1"], &[mark, "-a -f 7 -r 10.0.1.1:0 -g -w 1"]);
    check(&[mark, "-a -f 7 -r 10.0.1.1:http -m"], &[mark, "-a -f 7 -r 10.0.1.1:80 -m -w 1"]);
    let v6 = "-A -t [fd00::1]:80 -s rr";
    check(
        &[v6, "-a -t [fd00::1]:80 -r 10.0.1.1 -i"],
        &[v6, "-a -t [fd00::1]:80 -r 10.0.1.1:80 -i -w 1 --tun-type ipip"],
    );
}

#[test]
fn entries_are_changed_and_removed() {
    let mut machine = Machine::new();
    for (line, saved) in [
        ("-A -t 10.0.0.1:80 -s rr -p 60", &["-A -t 10.0.0.1:80 -s rr -p 60"][..]),
        (
            "-a -t 10.0.0.1:80 -r 10.0.1.1:8080 -m -w 3",
            &["-A -t 10.0.0.1:80 -s rr -p 60", "-a -t 10.0.0.1:80 -r 10.0.1.1:8080 -m -w 3"],
        ),
        (
            "-e -t 10.0.0.1:80 -r 10.0.1.1:8080 -m",
            &["-A -t 10.0.0.1:80 -s rr -p 60", "-a -t 10.0.0.1:80 -r 10.0.1.1:8080 -m -w 1"],
        ),
        ("-E -t 10.0.0.1:80", &["-A -t 10.0.0.1:80 -s wlc", "-a -t 10.0.0.1:80 -r 10.0.1.1:8080 -m -w 1"]),
        ("-d -t 10.0.0.1:80 -r 10.0.1.1:8080", &["-A -t 10.0.0.1:80 -s wlc"]),
        ("-A -f 9", &["-A -t 10.0.0.1:80 -s wlc", "-A -f 9 -s wlc"]),
        ("-D -t 10.0.0.1:80", &["-A -f 9 -s wlc"]),
        ("-Z", &["-A -f 9 -s wlc"]),
        ("-Z -f 9", &["-A -f 9 -s wlc"]),
        ("-C", &[]),
    ] {
        assert_eq!(machine.run(line), Ok(()), "{line}");
        assert_eq!(machine.saved(), saved, "{line}");
    }
    assert_eq!(machine.printed("--set 7 0 9").as_str(), "");
    assert_eq!(machine.printed("-L --timeout"), "Timeout (tcp tcpfin udp): 7 120 9\n");
    assert_eq!(machine.run("--start-daemon backup --mcast-interface d0 --syncid 3 --mcast-port 99"), Ok(()));
    assert_eq!(machine.printed("daemons"), "backup sync daemon (mcast=d0, syncid=3, port=99)\n");
    assert_eq!(machine.run("--stop-daemon backup"), Ok(()));
    assert_eq!(machine.printed("daemons"), "");
}

#[test]
fn what_the_kernel_refuses_is_told_with_what_was_asked() {
    let mut machine = Machine::new();
    assert_eq!(machine.run("-A -t 10.0.0.1:80"), Ok(()));
    for (line, text, status) in [
        ("-A -t 10.0.0.1:80", "tcp 10.0.0.1:80: add service: service already exists", 255),
        ("-D -u 10.0.0.1:80", "udp 10.0.0.1:80: remove service: no such service", 255),
        ("-A -f 7 -s nosuch", "fwmark 7: add service: scheduler nosuch not found in this kernel", 255),
        ("-d -t 10.0.0.1:80 -r web1", "tcp 10.0.0.1:80: remove destination 10.0.1.1:80: no such destination", 255),
        ("--stop-daemon master", "IPVS sync daemon (master): stop: no such sync daemon runs", 255),
        ("-L -f 7", "fwmark 7: no such service", 1),
        ("-A", "add-service: needs a service (-t, -u, --sctp-service or -f)", 2),
    ] {
        let failure = machine.run_with_input(line, "").unwrap_err();
        assert_eq!((failure.to_string().as_str(), failure.status()), (text, status), "{line}");
    }
}

#[test]
fn only_the_complete_form_keeps_local_delivery_and_thresholds() {
    let mut machine = Machine::new();
    assert_eq!(machine.run("-A -t 10.0.0.1:80"), Ok(()));
    let key = ServiceKey::Address { protocol: Protocol::TCP, address: [10, 0, 0, 1].into(), port: 80 };
    let local = Destination {
        upper_threshold: 9,
        lower_threshold: 4,
        ..Destination::new([127, 0, 0, 1].into(), 8080, Forwarding::Local)
    };
    assert!(machine.ipvs.table_mut().set_destination(key, local));
    assert_eq!(machine.saved().last().map(String::as_str), Some("-a -t 10.0.0.1:80 -r 127.0.0.1:8080 -g -w 1"));
    assert!(machine.printed("save").ends_with("-a -t 10.0.0.1:80 -r 127.0.0.1:8080 -m -w 1 -x 9 -y 4\n"));
}

#[test]
fn a_restore_reads_what_people_write() {
    let mut machine = Machine::new();
    let text = "\n   \n# a comment\nipvsadm -A -t 10.0.0.1:80 -s rr\r\n  /sbin/ipvsadm -a  -t\t10.0.0.1:80 -r web1 -m\n\
                add-service fwmark 7\n-A -f 8 -p\n--set 7 8 9\n-D -f 8\n-Ln";
    assert!(matches!(machine.run_with_input("-R", text), Ok(End::Done)));
    assert!(machine.printed.ends_with("FWM  7 wlc\n"), "{}", machine.printed);
    let expected = ["-A -t 10.0.0.1:80 -s rr", "-a -t 10.0.0.1:80 -r 10.0.1.1:80 -m -w 1", "-A -f 7 -s wlc"];
    assert_eq!(machine.saved(), expected);
    assert!(matches!(machine.run_with_input("restore", ""), Ok(End::Done)));
}

#[test]
fn a_mistake_in_a_restore_changes_nothing() {
    for (text, expected) in [
        ("-A -f 1\n\n-A -t bad:80\n-A -f 2\n", "line 3: bad:80: 'bad' is no address"),
        ("-A -f 1\n-R\n", "line 2: restore: not within restore"),
        ("-A -f 1\nfoo\n", "line 2: foo: no such command"),
    ] {
        let mut machine = Machine::new();
        let failure = machine.run_with_input("-R", text).unwrap_err();
        assert!(
            failure.to_string().starts_with(expected) && failure.to_string().ends_with("; nothing was changed"),
            "{failure}"
        );
        assert_eq!(failure.status(), 2);
        assert_eq!(machine.ipvs.log(), []);
    }
}

#[test]
fn a_refusal_in_a_restore_leaves_the_others() {
    let mut machine = Machine::new();
    let text = "-A -f 1\n-A -f 1\n-A -f 2\n-a -f 3 -r web1\n-A -f 4\n";
    assert!(matches!(machine.run_with_input("-R", text), Ok(End::Refused)));
    assert_eq!(machine.saved(), ["-A -f 1 -s wlc", "-A -f 2 -s wlc", "-A -f 4 -s wlc"]);
}

#[test]
fn many_lines_go_in_batches() {
    let text: String = (1..=3_000).map(|mark| format!("-A -f {mark}\n")).collect();
    let mut machine = Machine::new();
    assert!(matches!(machine.run_with_input("-R", &text), Ok(End::Done)));
    assert_eq!(machine.saved().len(), 3_000);
}

#[test]
fn what_belongs_to_the_daemon_asks_for_force() {
    let owned = ServiceKey::Address { protocol: Protocol::TCP, address: [10, 0, 0, 1].into(), port: 80 };
    let mut machine = Machine::new();
    assert_eq!(machine.run("-A -t 10.0.0.1:80"), Ok(()));
    machine.owned = Ok([owned].into_iter().collect());
    for line in [
        "-A -t 10.0.0.1:80",
        "-E -t 10.0.0.1:80 -s rr",
        "-D -t 10.0.0.1:80",
        "-a -t 10.0.0.1:80 -r web1",
        "-e -t 10.0.0.1:80 -r web1",
        "-d -t 10.0.0.1:80 -r web1",
        "-C",
    ] {
        let failure = machine.run_with_input(line, "").unwrap_err();
        assert!(matches!(failure, Failure::Owned(_)) && failure.status() == 3, "{line}: {failure}");
    }
    let restored = machine.run_with_input("-R", "-A -f 1\n-D -t 10.0.0.1:80\n");
    assert!(matches!(restored, Err(Failure::Owned(_))));
    assert_eq!(machine.saved(), ["-A -t 10.0.0.1:80 -s wlc"]);
    assert!(machine.printed("list").contains("TCP  10.0.0.1:80 wlc *\n"));
    assert!(!machine.printed("-Ln").contains('*'));
    // Others are free, and so is what is not the daemon's to keep.
    for line in ["-A -f 1", "-D -f 1", "-Z -t 10.0.0.1:80", "--set 1 2 3", "-a --force -t 10.0.0.1:80 -r web1"] {
        assert_eq!(machine.run(line), Ok(()), "{line}");
    }
    assert!(matches!(machine.run_with_input("-R --force", "-D -t 10.0.0.1:80\n"), Ok(End::Done)));
    assert_eq!(machine.run("-C --force"), Ok(()));
}

#[test]
fn a_daemon_that_does_not_answer_is_no_permission() {
    let mut machine = Machine::new();
    machine.owned = Err("the daemon did not answer".to_owned());
    let failure = machine.run_with_input("-A -f 1", "").unwrap_err();
    assert!(failure.to_string().starts_with("the daemon did not answer; so it is not known"), "{failure}");
    assert_eq!(failure.status(), 3);
    assert_eq!(machine.run("-A -f 1 --force"), Ok(()));
    // Listing and what touches no entry go on.
    for line in ["list", "-Ln", "-Z", "list --json"] {
        assert_eq!(machine.run(line), Ok(()), "{line}");
    }
}

#[test]
fn as_json() {
    let owned = ServiceKey::fwmark(7, Family::V6).unwrap();
    let mut machine = Machine::new();
    machine.owned = Ok([owned].into_iter().collect());
    let text = "-A -t 10.0.0.1:80 -s sh -b sh-port -p 60 -M 255.255.255.0\n\
                -a -t 10.0.0.1:80 -r 10.0.1.1 -i --tun-type gue --tun-port 6080 --tun-csum -w 3 -x 9 -y 4\n-A -f 7 -6\n";
    assert!(matches!(machine.run_with_input("-R --force", text), Ok(End::Done)));
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let table = json(&machine.printed("list --json"));
    let [first, second] = table["services"].as_array().unwrap().as_slice() else { panic!("{table}") };
    assert_eq!((&first["protocol"], &first["port"], &first["owned"]), (&"tcp".into(), &80.into(), &false.into()));
    assert_eq!(first["persistence"], json(r#"{"timeout_seconds":60,"netmask":"255.255.255.0"}"#));
    assert_eq!(first["scheduler_flags"], json(r#"["sh-port"]"#));
    let server = &first["servers"][0];
    assert_eq!(server["tunnel"], json(r#"{"type":"gue","port":6080,"checksum":"yes"}"#));
    let thresholds = (&server["upper_threshold"], &server["lower_threshold"], &server["weight"]);
    assert_eq!(thresholds, (&9.into(), &4.into(), &3.into()));
    assert_eq!(server["total"]["bytes_in"], 0);
    assert_eq!((&second["fwmark"], &second["family"], &second["owned"]), (&7.into(), &"ipv6".into(), &true.into()));
    assert_eq!(json(&machine.printed("timeouts --json"))["tcp_fin_seconds"], 120);
    assert_eq!(json(&machine.printed("daemons --json")), json("[]"));
}

fn addresses() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from(bits))),
        any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from(bits))),
        any::<u32>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from(u128::from(bits)))),
    ]
}

fn services() -> impl Strategy<Value = Service> {
    let key = prop_oneof![
        (1..u32::MAX, any::<bool>()).prop_map(|(mark, v6)| ServiceKey::fwmark(
            mark,
            if v6 { Family::V6 } else { Family::V4 }
        )
        .unwrap()),
        (prop_oneof![Just(Protocol::TCP), Just(Protocol::UDP), Just(Protocol::SCTP)], addresses(), 1..u16::MAX)
            .prop_map(|(protocol, address, port)| ServiceKey::Address { protocol, address, port }),
    ];
    let settings =
        (prop_oneof![Just("rr"), Just("sh"), Just("mh"), Just("wlc")], 0u32..8, any::<bool>(), any::<bool>());
    let persistence = proptest::option::of((1..4_000_000u32, 1..=32u8, any::<u32>()));
    (key, settings, persistence).prop_map(|(key, (scheduler, flags, one_packet, engine), persistence)| {
        let mut service = Service::new(key, Name::new(scheduler).unwrap())
            .with_flags(Flags::from_bits(flags * Flags::SCHEDULER_1.bits()));
        let datagrams = !matches!(key, ServiceKey::Address { protocol: Protocol::TCP | Protocol::SCTP, .. });
        if one_packet && datagrams {
            service = service.with_flags(Flags::ONE_PACKET);
        }
        if engine {
            service = service.with_engine(Name::new("sip").unwrap());
        }
        match (persistence, key.family()) {
            (None, _) => service,
            (Some((seconds, _, mask)), Family::V4) => {
                service.with_persistence(seconds, Netmask::V4(mask.into())).unwrap()
            }
            (Some((seconds, length, _)), Family::V6) => {
                service.with_persistence(seconds, Netmask::V6(length * 4)).unwrap()
            }
        }
    })
}

fn servers() -> impl Strategy<Value = Destination> {
    let flags = || prop_oneof![Just(TunnelFlags::NONE), Just(TunnelFlags::CHECKSUM)];
    let forwarding = prop_oneof![
        Just(Forwarding::Masquerade),
        Just(Forwarding::DirectRoute),
        Just(Forwarding::Tunnel(Tunnel::Ipip)),
        (1..u16::MAX, flags()).prop_map(|(port, flags)| Forwarding::Tunnel(Tunnel::Gue { port, flags })),
        flags().prop_map(|flags| Forwarding::Tunnel(Tunnel::Gre { flags })),
    ];
    (addresses(), 1..u16::MAX, forwarding, 0..=i32::MAX.unsigned_abs(), 0..1_000u32, 0..1_000u32).prop_map(
        |(address, port, forwarding, weight, upper, less)| Destination {
            weight,
            upper_threshold: upper,
            lower_threshold: upper.saturating_sub(less),
            ..Destination::new(address, port, forwarding)
        },
    )
}

/// What a kernel would have: families fit, and only NAT changes a port.
fn tables() -> impl Strategy<Value = Table> {
    let part = (services(), proptest::collection::vec(servers(), 0..4));
    proptest::collection::vec(part, 0..6).prop_map(|parts| {
        let mut table = Table::default();
        for (service, servers) in parts {
            let key = service.key();
            table.set_service(service);
            for mut server in servers {
                let tunnelled = matches!(server.forwarding, Forwarding::Tunnel(_));
                if let (ServiceKey::Address { port, .. }, false) = (key, server.forwarding == Forwarding::Masquerade) {
                    server.key.port = port;
                }
                if server.family() == key.family() || tunnelled {
                    table.set_destination(key, server);
                }
            }
        }
        table
    })
}

proptest! {
    #[test]
    fn what_is_saved_is_restored(table in tables()) {
        let mut first = Machine::new();
        *first.ipvs.table_mut() = table.clone();
        let (complete, letters) = (first.printed("save"), first.printed("-Sn"));
        let mut second = Machine::new();
        prop_assert!(matches!(second.run_with_input("restore", &complete), Ok(End::Done)), "{}", complete);
        prop_assert_eq!(second.printed("save"), complete);
        let restored = second.ipvs.table();
        prop_assert!(evenkeel_ipvs::difference(&table, restored, |_| true).is_empty());

        let mut third = Machine::new();
        prop_assert!(matches!(third.run_with_input("-R", &letters), Ok(End::Done)), "{}", letters);
        prop_assert_eq!(third.printed("-Sn"), letters);
    }

    #[test]
    fn any_words_are_understood_or_refused(words in proptest::collection::vec("[-=a-zA-Z0-9:.\\[\\]]{0,12}", 0..6)) {
        if let Err(mistake) = understand(&words, &Town) {
            prop_assert!(!mistake.to_string().is_empty());
        }
    }
}
