//! Commands in any number and order: what is refused, what many of them do, what others do meanwhile.
use crate::lab::*;
use evenkeel_ipvs::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn the_recording_table_obeys_the_same_rules() {
    in_namespace(|mut ipvs| {
        let nat = |last: u8, port| server(&format!("10.0.1.{last}"), port, Forwarding::Masquerade);
        let unknown = |port, text| Service::new(tcp(port), name(text));
        let gue = |port| server("10.0.1.9", 80, Forwarding::Tunnel(Tunnel::Gue { port, flags: TunnelFlags::NONE }));
        let v6 = |forwarding| server("fd00::9", 80, forwarding);
        let commands = [
            Command::AddService(rr(tcp(80))),
            Command::AddService(rr(tcp(80))),
            Command::AddService(unknown(81, "nosuch")),
            Command::AddService(rr(tcp(82)).with_engine(name("nosuch"))),
            Command::AddService(rr(tcp(83)).with_engine(name("sip"))),
            Command::AddService(unknown(84, "none")),
            Command::EditService(unknown(80, "nosuch")),
            Command::EditService(unknown(80, "wlc")),
            Command::EditService(rr(tcp(99))),
            Command::RemoveService(tcp(99)),
            Command::AddDestination(tcp(80), nat(1, 80)),
            Command::AddDestination(tcp(80), nat(1, 80)),
            Command::AddDestination(tcp(80), nat(1, 81)),
            Command::AddDestination(tcp(80), nat(2, 80)),
            Command::AddDestination(tcp(99), nat(1, 80)),
            Command::AddDestination(tcp(80), Destination { weight: 1 << 31, ..nat(3, 80) }),
            Command::AddDestination(tcp(80), Destination { lower_threshold: 2, upper_threshold: 1, ..nat(3, 80) }),
            Command::AddDestination(tcp(80), Destination { lower_threshold: 2, ..nat(3, 80) }),
            Command::AddDestination(tcp(80), gue(0)),
            Command::AddDestination(tcp(80), gue(6080)),
            Command::EditDestination(tcp(80), gue(0)),
            Command::AddDestination(tcp(80), v6(Forwarding::DirectRoute)),
            Command::AddDestination(tcp(80), v6(Forwarding::Masquerade)),
            Command::AddDestination(tcp(80), v6(Forwarding::Tunnel(Tunnel::Ipip))),
            Command::StartSync(SyncDaemon::new(SyncRole::Master, name("lo"), 1)),
            Command::EditDestination(tcp(80), Destination { weight: 7, ..nat(1, 80) }),
            Command::EditDestination(tcp(80), nat(77, 80)),
            Command::EditDestination(tcp(99), nat(1, 80)),
            Command::RemoveDestination(tcp(80), nat(1, 81).key),
            Command::RemoveDestination(tcp(80), nat(1, 81).key),
            Command::RemoveDestination(tcp(99), nat(1, 81).key),
            Command::Zero(Some(tcp(80))),
            Command::Zero(Some(tcp(99))),
            Command::Zero(None),
            Command::StopSync(SyncRole::Backup),
        ];
        let mut recording = Recording::new();
        // One by one, so that a difference names its command.
        for command in commands {
            let one = std::slice::from_ref(&command);
            let (real, recorded) = (ipvs.apply(one), recording.apply(one));
            assert_eq!(real, recorded, "{command}");
            assert_eq!(ipvs.dump().unwrap(), recording.dump().unwrap(), "{command}");
        }
        assert_eq!(ipvs.destinations(&tcp(99)), recording.destinations(&tcp(99)));
        assert_eq!(ipvs.timeouts(), recording.timeouts());
        let flush = [Command::Flush];
        assert_eq!((ipvs.apply(&flush), recording.apply(&flush)), (vec![Ok(())], vec![Ok(())]));
        assert_eq!(ipvs.dump(), Ok(Table::default()));
    });
}

#[test]
fn errors_are_in_the_words_of_ipvsadm() {
    in_namespace(|mut ipvs| {
        let nat = server("10.0.1.1", 80, Forwarding::Masquerade);
        apply(&mut ipvs, &[Command::AddService(rr(tcp(80)))]);
        let multicast = server("224.0.0.1", 80, Forwarding::Masquerade);
        for (command, text) in [
            (Command::AddService(rr(tcp(80))), "tcp 10.0.0.1:80: add service: service already exists"),
            (Command::RemoveService(tcp(81)), "tcp 10.0.0.1:81: remove service: no such service"),
            (
                Command::AddService(Service::new(tcp(81), name("nosuch"))),
                "tcp 10.0.0.1:81: add service: scheduler nosuch not found in this kernel",
            ),
            (
                Command::RemoveDestination(tcp(80), nat.key),
                "tcp 10.0.0.1:80: remove destination 10.0.1.1:80: no such destination",
            ),
            (
                Command::AddDestination(tcp(80), multicast),
                "tcp 10.0.0.1:80: add destination 224.0.0.1:80: Invalid argument (os error 22): the address must be unicast",
            ),
        ] {
            let error = ipvs.apply(&[command]).remove(0).unwrap_err().to_string();
            assert!(error.starts_with(text), "{error}");
        }
        let error = ipvs.destinations(&tcp(81)).unwrap_err().to_string();
        assert_eq!(error, "tcp 10.0.0.1:81: list destinations: no such service");
    });
}

#[test]
fn two_thousand_servers() {
    in_namespace(|mut ipvs| {
        let servers: Vec<_> = (0..2_000u32)
            .map(|i| server(&format!("10.1.{}.{}", i / 200, i % 200 + 1), 80, Forwarding::DirectRoute))
            .collect();
        install(&mut ipvs, &table(&[(rr(tcp(80)), &servers)]));
        assert_eq!(ipvs.destinations(&tcp(80)).unwrap().len(), 2_000);
        assert_eq!(saved().len(), 2_001);
        // Every second is refused, each with its own result, and the others are done.
        let half: Vec<_> = servers.iter().step_by(2).map(|s| Command::RemoveDestination(tcp(80), s.key)).collect();
        apply(&mut ipvs, &half);
        let all: Vec<_> = servers.iter().map(|s| Command::RemoveDestination(tcp(80), s.key)).collect();
        for (index, result) in ipvs.apply(&all).into_iter().enumerate() {
            let problem = result.err().map(|error| error.problem);
            assert_eq!(problem, (index % 2 == 0).then_some(Problem::NoSuchDestination), "{index}");
        }
        assert_eq!(ipvs.destinations(&tcp(80)).unwrap(), []);
    });
}

#[test]
fn a_restart_changes_nothing_and_a_change_is_one_command() {
    in_namespace(|mut ipvs| {
        let servers: Vec<_> = (1..=10).map(|i| server(&format!("10.0.1.{i}"), 80, Forwarding::Masquerade)).collect();
        let mut desired = table(&[(rr(tcp(80)), &servers), (rr(tcp(81)), &servers)]);
        install(&mut ipvs, &desired);
        let mut other = Netlink::open().unwrap();
        assert_eq!(difference(&desired, &other.dump().unwrap(), |_| true), []);

        let heavier = Destination { weight: 9, ..servers[3] };
        desired.set_destination(tcp(80), heavier);
        let commands = difference(&desired, &other.dump().unwrap(), |_| true);
        assert_eq!(commands, [Command::EditDestination(tcp(80), heavier)]);
        apply(&mut other, &commands);
        desired.set_service(Service::new(tcp(81), name("wlc")));
        let commands = difference(&desired, &ipvs.dump().unwrap(), |_| true);
        assert_eq!(commands, [Command::EditService(Service::new(tcp(81), name("wlc")))]);
        apply(&mut ipvs, &commands);
        // What somebody else breaks is repaired, what he adds is left alone.
        shell("ipvsadm -d -t 10.0.0.1:80 -r 10.0.1.1:80; ipvsadm -D -t 10.0.0.1:81; ipvsadm -A -t 10.0.0.9:80 -s rr");
        let commands = difference(&desired, &ipvs.dump().unwrap(), |key| desired.service(key).is_some());
        apply(&mut ipvs, &commands);
        assert_eq!(commands.len(), 12);
        let present = ipvs.dump().unwrap();
        assert_eq!(difference(&desired, &present, |key| desired.service(key).is_some()), []);
        assert!(present.service(&key(Protocol::TCP, "10.0.0.9", 80)).is_some());
    });
}

#[test]
fn what_does_not_change_is_always_read() {
    in_namespace(|mut ipvs| {
        let servers: Vec<_> = (1..=200).map(|i| server(&format!("10.0.1.{i}"), 80, Forwarding::Masquerade)).collect();
        let steady: Vec<_> = (1..=100).map(|port| (rr(tcp(port)), &servers[..2])).collect();
        install(&mut ipvs, &table(&steady));
        apply(&mut ipvs, &servers[2..].iter().map(|s| Command::AddDestination(tcp(1), *s)).collect::<Vec<_>>());

        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let disturber = thread::spawn(move || {
            let mut ipvs = Netlink::open().unwrap();
            let key = |port| key(Protocol::UDP, "10.0.0.1", port);
            let mut rounds = 0u16;
            while !stopped.load(Ordering::Relaxed) {
                let port = rounds % 50 + 1;
                apply(&mut ipvs, &[Command::AddService(rr(key(port)))]);
                thread::sleep(Duration::from_millis(5));
                apply(&mut ipvs, &[Command::RemoveService(key(port))]);
                rounds = rounds.wrapping_add(1);
            }
            rounds
        });
        let mut readings = 0;
        let until = Instant::now() + Duration::from_secs(3);
        while Instant::now() < until {
            let table = ipvs.dump().unwrap();
            readings += 1;
            for port in 1..=100 {
                let expected = if port == 1 { 200 } else { 2 };
                assert_eq!(table.service(&tcp(port)).map(|entry| entry.destinations.len()), Some(expected), "{port}");
            }
        }
        stop.store(true, Ordering::Relaxed);
        let changes = disturber.join().unwrap();
        println!("{readings} readings, {changes} times a service added and removed");
        assert!(changes > 0 && readings > 0);
        // After the disturbance the socket is as good as before.
        assert_eq!(ipvs.dump().unwrap().services.len(), 100);
    });
}

#[test]
fn the_module_can_go_and_come_back() {
    alone(|mut ipvs| {
        apply(&mut ipvs, &[Command::AddService(rr(tcp(80))), Command::RemoveService(tcp(80))]);
        // The namespaces of the other tests are taken down in the background and hold it until then.
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            // Before the schedulers the module itself is in use.
            let unloaded = "modprobe -r ip_vs_ftp ip_vs_rr ip_vs_wrr ip_vs_lc ip_vs_wlc ip_vs_lblc ip_vs_lblcr ip_vs_dh \
                            ip_vs_sh ip_vs_sed ip_vs_nq ip_vs_fo ip_vs_ovf ip_vs_mh ip_vs_pe_sip ip_vs 2>/dev/null; \
                            test ! -e /proc/net/ip_vs && echo gone || true";
            if shell(unloaded).contains("gone") {
                break;
            }
            if Instant::now() > until {
                println!("skipped: module ip_vs cannot be unloaded here");
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let results = ipvs.apply(&[Command::Flush]);
        assert_eq!(results[0].as_ref().unwrap_err().problem, Problem::Gone);
        // The next call looks for it again, and the kernel loads it.
        assert_eq!(ipvs.dump(), Ok(Table::default()));
        apply(&mut ipvs, &[Command::AddService(rr(tcp(80)))]);
    });
}
