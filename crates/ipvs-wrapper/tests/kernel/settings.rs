//! Everything that can be set, seen by ipvsadm and read back.
use crate::lab::*;
use evenkeel_ipvs::*;

/// `twos` came with Linux 6.0, but distributions do not all build it.
const KNOWN: [&str; 13] = ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh"];

#[test]
fn every_scheduler() {
    in_namespace(|mut ipvs| {
        let names = KNOWN;
        let services = |first| (first..).zip(names).map(|(port, text)| Service::new(tcp(port), name(text)));
        let desired: Vec<_> = services(80).map(|service| (service, &[][..])).collect();
        install(&mut ipvs, &table(&desired));
        let expected: Vec<_> =
            (80..).zip(names).map(|(port, text)| format!("-A -t 10.0.0.1:{port} -s {text}")).collect();
        check_saved(&expected.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(ipvs.services().unwrap().len(), names.len());
        // Each can become another while it is in use.
        let turned: Vec<_> =
            (80..).zip(names.iter().rev()).map(|(port, text)| Service::new(tcp(port), name(text))).collect();
        let edits: Vec<_> = turned.iter().cloned().map(Command::EditService).collect();
        apply(&mut ipvs, &edits);
        for service in turned {
            assert!(ipvs.dump().unwrap().service(&service.key()).unwrap().service.same_settings(&service));
        }
    });
}

/// How ipvsadm writes a scheduler's flags: the third of `sh` and `mh` not at all.
fn words(scheduler: &str) -> &'static [&'static str] {
    match scheduler {
        "sh" => &["sh-fallback", "sh-port"],
        "mh" => &["mh-fallback", "mh-port"],
        _ => &["flag-1", "flag-2", "flag-3"],
    }
}

#[test]
fn every_scheduler_with_every_flag() {
    in_namespace(|mut ipvs| {
        let bits = [Flags::SCHEDULER_1, Flags::SCHEDULER_2, Flags::SCHEDULER_3];
        let mut desired = Vec::new();
        let mut expected = Vec::new();
        for (port, (scheduler, set)) in
            (1..).zip(KNOWN.into_iter().flat_map(|name| (0..8_u8).map(move |set| (name, set))))
        {
            let chosen = (0..3).filter(|bit| set & (1 << bit) != 0);
            let flags = chosen.clone().fold(Flags::NONE, |all, bit| all | bits[bit]);
            let text = chosen.filter_map(|bit| words(scheduler).get(bit).copied()).collect::<Vec<_>>().join(",");
            desired.push((Service::new(tcp(port), name(scheduler)).with_flags(flags), &[][..]));
            let text = if set == 0 { text } else { format!(" -b {text}") };
            expected.push(format!("-A -t 10.0.0.1:{port} -s {scheduler}{text}").trim_end().to_owned());
        }
        install(&mut ipvs, &table(&desired));
        check_saved(&expected.iter().map(String::as_str).collect::<Vec<_>>());
        // What ipvsadm does not write is in the kernel all the same.
        for (service, _) in &desired {
            assert!(ipvs.dump().unwrap().service(&service.key()).unwrap().service.same_settings(service));
        }
    });
}

#[test]
fn every_kind_of_service() {
    in_namespace(|mut ipvs| {
        let mark = |number, family| rr(ServiceKey::fwmark(number, family).unwrap());
        let services = [
            rr(key(Protocol::TCP, "10.0.0.1", 80)),
            rr(key(Protocol::UDP, "10.0.0.1", 80)),
            rr(key(Protocol::SCTP, "10.0.0.1", 80)),
            rr(key(Protocol::TCP, "fd00::1", 80)),
            rr(key(Protocol::UDP, "fd00::1", 80)),
            rr(key(Protocol::SCTP, "fd00::1", 80)),
            mark(7, Family::V4),
            mark(7, Family::V6),
            mark(u32::MAX, Family::V4),
        ];
        let desired: Vec<_> = services.iter().cloned().map(|service| (service, &[][..])).collect();
        install(&mut ipvs, &table(&desired));
        check_saved(&[
            "-A -t 10.0.0.1:80 -s rr",
            "-A -u 10.0.0.1:80 -s rr",
            "-A --sctp-service 10.0.0.1:80 -s rr",
            "-A -t [fd00::1]:80 -s rr",
            "-A -u [fd00::1]:80 -s rr",
            "-A --sctp-service [fd00::1]:80 -s rr",
            "-A -f 7 -s rr",
            "-A -f 7 -6 -s rr",
            // As ipvsadm prints it; the kernel has 4294967295.
            "-A -f -1 -s rr",
        ]);
        // Each is found by its key alone.
        for service in services {
            assert_eq!(ipvs.destinations(&service.key()).unwrap(), []);
            apply(&mut ipvs, &[Command::RemoveService(service.key())]);
            assert!(ipvs.dump().unwrap().service(&service.key()).is_none());
        }
        check_saved(&[]);
    });
}

#[test]
fn persistence_and_flags() {
    in_namespace(|mut ipvs| {
        let v6 = |port| key(Protocol::TCP, "fd00::1", port);
        let persistent = |key: ServiceKey, seconds, length| {
            rr(key).with_persistence(seconds, Netmask::prefix(key.family(), length).unwrap()).unwrap()
        };
        let with_holes = Netmask::V4([255, 0, 255, 0].into());
        let flags = |port, scheduler, flags| Service::new(tcp(port), name(scheduler)).with_flags(flags);
        let udp = |port| key(Protocol::UDP, "10.0.0.1", port);
        let services = [
            persistent(tcp(80), 360, 32),
            persistent(tcp(81), 60, 24),
            rr(tcp(82)).with_persistence(1, with_holes).unwrap(),
            persistent(tcp(0), MAX_PERSISTENCE_SECONDS, 1),
            persistent(v6(80), 2_678_400, 128),
            persistent(v6(81), 60, 64),
            persistent(ServiceKey::fwmark(9, Family::V6).unwrap(), 60, 1),
            persistent(udp(5060), 300, 32).with_engine(name("sip")),
            rr(udp(53)).with_flags(Flags::ONE_PACKET),
            flags(90, "sh", Flags::SCHEDULER_1),
            flags(91, "sh", Flags::SCHEDULER_2),
            flags(92, "mh", Flags::SCHEDULER_1 | Flags::SCHEDULER_2),
            flags(93, "rr", Flags::SCHEDULER_1 | Flags::SCHEDULER_3),
        ];
        let desired: Vec<_> = services.iter().cloned().map(|service| (service, &[][..])).collect();
        install(&mut ipvs, &table(&desired));
        check_saved(&[
            "-A -t 10.0.0.1:80 -s rr -p 360",
            "-A -t 10.0.0.1:81 -s rr -p 60 -M 255.255.255.0",
            "-A -t 10.0.0.1:82 -s rr -p 1 -M 255.0.255.0",
            "-A -t 10.0.0.1:0 -s rr -p 4294967 -M 128.0.0.0",
            "-A -t [fd00::1]:80 -s rr -p 2678400",
            "-A -t [fd00::1]:81 -s rr -p 60 -M 64",
            "-A -f 9 -6 -s rr -p 60 -M 1",
            "-A -u 10.0.0.1:5060 -s rr -p 300 --pe sip",
            "-A -u 10.0.0.1:53 -s rr -o",
            "-A -t 10.0.0.1:90 -s sh -b sh-fallback",
            "-A -t 10.0.0.1:91 -s sh -b sh-port",
            "-A -t 10.0.0.1:92 -s mh -b mh-fallback,mh-port",
            "-A -t 10.0.0.1:93 -s rr -b flag-1,flag-3",
        ]);
        let present = ipvs.dump().unwrap();
        for service in &services {
            let read = &present.service(&service.key()).unwrap().service;
            assert_eq!(
                (read.timeout(), read.netmask(), read.engine()),
                (service.timeout(), service.netmask(), service.engine())
            );
            assert!(read.flags().contains(Flags::HASHED));
        }
        // All of it can be taken back by an edit.
        let plain: Vec<_> = services.iter().map(|service| (rr(service.key()), &[][..])).collect();
        install(&mut ipvs, &table(&plain));
        assert!(saved().iter().all(|line| line.ends_with("-s rr")), "{:?}", saved());
    });
}

#[test]
fn every_way_to_a_server() {
    in_namespace(|mut ipvs| {
        let gue = |port, flags| Forwarding::Tunnel(Tunnel::Gue { port, flags });
        let gre = |flags| Forwarding::Tunnel(Tunnel::Gre { flags });
        let ipip = Forwarding::Tunnel(Tunnel::Ipip);
        let v4 = [
            server("10.0.1.1", 8080, Forwarding::Masquerade),
            server("10.0.1.2", 80, Forwarding::DirectRoute),
            server("10.0.1.3", 80, ipip),
            server("10.0.1.4", 80, gue(6080, TunnelFlags::NONE)),
            server("10.0.1.5", 80, gue(6081, TunnelFlags::CHECKSUM)),
            server("10.0.1.6", 80, gue(6082, TunnelFlags::REMOTE_CHECKSUM)),
            server("10.0.1.7", 80, gre(TunnelFlags::NONE)),
            server("10.0.1.8", 80, gre(TunnelFlags::CHECKSUM)),
            server("fd00:1::1", 80, ipip),
        ];
        let v6 = [
            server("fd00:1::1", 53, Forwarding::Masquerade),
            server("fd00:1::2", 53, Forwarding::DirectRoute),
            server("10.0.1.1", 53, gue(6080, TunnelFlags::CHECKSUM)),
        ];
        let mark = [server("10.0.1.1", 0, Forwarding::DirectRoute)];
        install(
            &mut ipvs,
            &table(&[
                (rr(tcp(80)), &v4),
                (rr(key(Protocol::UDP, "fd00::1", 53)), &v6),
                (rr(ServiceKey::fwmark(7, Family::V4).unwrap()), &mark),
            ]),
        );
        check_saved(&[
            "-A -t 10.0.0.1:80 -s rr",
            "-a -t 10.0.0.1:80 -r 10.0.1.1:8080 -m -w 1",
            "-a -t 10.0.0.1:80 -r 10.0.1.2:80 -g -w 1",
            "-a -t 10.0.0.1:80 -r 10.0.1.3:80 -i -w 1 --tun-type ipip",
            "-a -t 10.0.0.1:80 -r 10.0.1.4:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum",
            "-a -t 10.0.0.1:80 -r 10.0.1.5:80 -i -w 1 --tun-type gue --tun-port 6081 --tun-csum",
            "-a -t 10.0.0.1:80 -r 10.0.1.6:80 -i -w 1 --tun-type gue --tun-port 6082 --tun-remcsum",
            "-a -t 10.0.0.1:80 -r 10.0.1.7:80 -i -w 1 --tun-type gre --tun-nocsum",
            "-a -t 10.0.0.1:80 -r 10.0.1.8:80 -i -w 1 --tun-type gre --tun-csum",
            "-a -t 10.0.0.1:80 -r [fd00:1::1]:80 -i -w 1 --tun-type ipip",
            "-A -u [fd00::1]:53 -s rr",
            "-a -u [fd00::1]:53 -r [fd00:1::1]:53 -m -w 1",
            "-a -u [fd00::1]:53 -r [fd00:1::2]:53 -g -w 1",
            "-a -u [fd00::1]:53 -r 10.0.1.1:53 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum",
            "-A -f 7 -s rr",
            "-a -f 7 -r 10.0.1.1:0 -g -w 1",
        ]);
        // Each can become the next while it is in use.
        let ways: Vec<_> = v4.iter().filter(|server| server.family() == Family::V4).collect();
        for (server, next) in ways.iter().zip(ways.iter().cycle().skip(1)) {
            let edited = Destination { forwarding: next.forwarding, ..**server };
            apply(&mut ipvs, &[Command::EditDestination(tcp(80), edited)]);
            assert_eq!(ipvs.dump().unwrap().destination(&tcp(80), &edited.key).unwrap().destination, edited);
        }
    });
}

#[test]
fn forwarding_that_ipvsadm_does_not_offer() {
    in_namespace(|mut ipvs| {
        let servers = [server("127.0.0.1", 80, Forwarding::Local), server("10.0.1.1", 80, Forwarding::Bypass)];
        install(&mut ipvs, &table(&[(rr(tcp(80)), &servers)]));
    });
}

#[test]
fn weights_and_thresholds() {
    in_namespace(|mut ipvs| {
        let weighted = |port, weight, upper_threshold, lower_threshold| {
            let server = server("10.0.1.1", port, Forwarding::DirectRoute);
            Destination { weight, upper_threshold, lower_threshold, ..server }
        };
        let servers =
            [weighted(1, 0, 0, 0), weighted(2, 65_535, 100, 50), weighted(3, i32::MAX.unsigned_abs(), u32::MAX, 1)];
        install(&mut ipvs, &table(&[(rr(tcp(80)), &servers)]));
        check_saved(&[
            "-A -t 10.0.0.1:80 -s rr",
            "-a -t 10.0.0.1:80 -r 10.0.1.1:1 -g -w 0",
            "-a -t 10.0.0.1:80 -r 10.0.1.1:2 -g -w 65535",
            "-a -t 10.0.0.1:80 -r 10.0.1.1:3 -g -w 2147483647",
        ]);
        let thresholds = shell("ipvsadm -Ln --thresholds");
        let words: Vec<Vec<&str>> = thresholds.lines().map(|line| line.split_whitespace().take(4).collect()).collect();
        assert!(words.contains(&vec!["->", "10.0.1.1:2", "100", "50"]), "{thresholds}");
        assert!(words.contains(&vec!["->", "10.0.1.1:3", "4294967295", "1"]), "{thresholds}");
        let edited = [weighted(1, 7, 0, 0), weighted(2, 65_535, 0, 0), weighted(3, 1, 20, 20)];
        install(&mut ipvs, &table(&[(rr(tcp(80)), &edited)]));
    });
}

#[test]
fn timeouts() {
    in_namespace(|mut ipvs| {
        let set = |tcp, tcp_fin, udp| Command::SetTimeouts(Timeouts { tcp, tcp_fin, udp });
        assert_eq!(ipvs.timeouts().unwrap(), Timeouts { tcp: 900, tcp_fin: 120, udp: 300 });
        apply(&mut ipvs, &[set(1_000, 60, 30)]);
        assert!(shell("ipvsadm -Ln --timeout").contains("1000 60 30"));
        apply(&mut ipvs, &[set(0, 61, 0)]);
        assert_eq!(ipvs.timeouts().unwrap(), Timeouts { tcp: 1_000, tcp_fin: 61, udp: 30 });
        let too_long = ipvs.apply(&[set(u32::MAX, 0, 0)]).remove(0).unwrap_err();
        assert!(matches!(too_long.problem, Problem::Refused { errno: libc::EINVAL, .. }), "{too_long}");
        assert_eq!(ipvs.info().unwrap().to_string().split(' ').next(), Some("1.2.1,"));
    });
}

#[test]
fn sync_daemons() {
    in_namespace(|mut ipvs| {
        shell("ip link add d0 type dummy && ip addr add 10.9.0.1/24 dev d0 && ip link set d0 multicast on up");
        shell("ip -6 addr add fd00:9::1/64 dev d0 nodad");
        let master = SyncDaemon::new(SyncRole::Master, name("d0"), 5);
        let backup = SyncDaemon {
            max_length: Some(1_100),
            group: Some(ip("ff02::81")),
            port: Some(9_000),
            ttl: Some(2),
            ..SyncDaemon::new(SyncRole::Backup, name("d0"), 0)
        };
        apply(&mut ipvs, &[Command::StartSync(master.clone()), Command::StartSync(backup.clone())]);
        let with_defaults = SyncDaemon {
            max_length: Some(1_472),
            group: Some(ip("224.0.0.81")),
            port: Some(8_848),
            ttl: Some(1),
            ..master.clone()
        };
        assert_eq!(ipvs.sync_daemons().unwrap(), [with_defaults, backup]);
        let listed = shell("ipvsadm -Ln --daemon");
        assert!(
            listed.contains("master sync daemon (mcast=d0, syncid=5, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)")
        );
        assert!(
            listed.contains("backup sync daemon (mcast=d0, syncid=0, maxlen=1100, group=ff02::81, port=9000, ttl=2)")
        );
        let again = ipvs.apply(&[Command::StartSync(master.clone())]).remove(0).unwrap_err();
        assert_eq!(again.to_string(), "IPVS sync daemon (master, d0): start: sync daemon already runs");
        apply(&mut ipvs, &[Command::StopSync(SyncRole::Master)]);
        assert_eq!(ipvs.sync_daemons().unwrap().len(), 1);
        let gone = ipvs.apply(&[Command::StopSync(SyncRole::Master)]).remove(0).unwrap_err();
        assert_eq!(gone.problem, Problem::SyncNotRunning);
        let nowhere = SyncDaemon { interface: name("nowhere"), ..master };
        let error = ipvs.apply(&[Command::StartSync(nowhere)]).remove(0).unwrap_err();
        assert_eq!(error.problem, Problem::NoInterface);
        apply(&mut ipvs, &[Command::StopSync(SyncRole::Backup)]);
        assert_eq!(ipvs.sync_daemons().unwrap(), []);
    });
}
