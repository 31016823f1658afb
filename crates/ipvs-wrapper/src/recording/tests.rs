//! The kernel's rules, as the recording table has them; the kernel's own tests hold the same for the real one.
use super::*;
use crate::types::{DestinationKey, Family, Name, Protocol, TunnelFlags};
use std::net::{IpAddr, Ipv6Addr};

fn key(port: u16) -> ServiceKey {
    ServiceKey::Address { protocol: Protocol::TCP, address: IpAddr::from([10, 0, 0, 1]), port }
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn service(port: u16) -> Service {
    Service::new(key(port), name("rr"))
}

fn server(last: u8) -> Destination {
    Destination::new(IpAddr::from([10, 0, 1, last]), 80, Forwarding::Masquerade)
}

fn refused(errno: i32) -> impl Fn(&Problem) -> bool {
    move |problem| matches!(problem, Problem::Refused { errno: e, .. } if *e == errno)
}

#[track_caller]
fn check(ipvs: &mut Recording, command: Command, expected: impl Fn(&Problem) -> bool) {
    let before = ipvs.table().clone();
    let error = ipvs.apply(&[command]).remove(0).unwrap_err();
    assert!(expected(&error.problem), "{error}");
    assert_eq!(ipvs.table(), &before, "{error}");
}

#[test]
fn refuses_what_the_kernel_refuses() {
    let mut ipvs = Recording::new();
    let setup = [Command::AddService(service(80)), Command::AddDestination(key(80), server(1))];
    assert!(ipvs.apply(&setup).iter().all(Result::is_ok));
    let is = |expected: Problem| move |problem: &Problem| *problem == expected;
    let unknown = |scheduler: &str, engine: Option<&str>| {
        is(Problem::UnknownScheduler { scheduler: name(scheduler), engine: engine.map(name) })
    };
    check(&mut ipvs, Command::AddService(service(80)), is(Problem::ServiceExists));
    check(&mut ipvs, Command::EditService(service(81)), is(Problem::NoSuchService));
    check(&mut ipvs, Command::RemoveService(key(81)), is(Problem::NoSuchService));
    check(&mut ipvs, Command::Zero(Some(key(81))), is(Problem::NoSuchService));
    check(&mut ipvs, Command::AddService(Service::new(key(81), name("xx"))), unknown("xx", None));
    check(&mut ipvs, Command::EditService(Service::new(key(80), name("xx"))), unknown("xx", None));
    check(&mut ipvs, Command::AddService(service(81).with_engine(name("yy"))), unknown("rr", Some("yy")));
    check(&mut ipvs, Command::AddDestination(key(80), server(1)), is(Problem::DestinationExists));
    check(&mut ipvs, Command::AddDestination(key(81), server(1)), is(Problem::NoSuchService));
    check(&mut ipvs, Command::EditDestination(key(80), server(2)), is(Problem::NoSuchDestination));
    check(&mut ipvs, Command::RemoveDestination(key(80), server(2).key), is(Problem::NoSuchDestination));
    check(&mut ipvs, Command::RemoveDestination(key(81), server(2).key), is(Problem::NoSuchService));
    let heavy = Destination { weight: 1 << 31, ..server(2) };
    check(&mut ipvs, Command::AddDestination(key(80), heavy), refused(libc::ERANGE));
    let upside_down = Destination { upper_threshold: 1, lower_threshold: 2, ..server(1) };
    check(&mut ipvs, Command::EditDestination(key(80), upside_down), refused(libc::ERANGE));
    let no_port = Forwarding::Tunnel(Tunnel::Gue { port: 0, flags: TunnelFlags::NONE });
    check(
        &mut ipvs,
        Command::AddDestination(key(80), Destination { forwarding: no_port, ..server(2) }),
        refused(libc::EINVAL),
    );
    check(&mut ipvs, Command::StopSync(SyncRole::Backup), is(Problem::SyncNotRunning));
}

#[test]
fn other_families_and_sync_daemons_exclude_each_other() {
    let mut ipvs = Recording::new();
    let v6 = DestinationKey { address: IpAddr::V6(Ipv6Addr::LOCALHOST), port: 80 };
    let mixed = Destination { key: v6, forwarding: Forwarding::Tunnel(Tunnel::Ipip), ..server(1) };
    assert_eq!((mixed.family(), server(1).family()), (Family::V6, Family::V4));
    let master = Command::StartSync(SyncDaemon::new(SyncRole::Master, name("eth0"), 1));
    assert!(ipvs.apply(&[Command::AddService(service(80)), master.clone()]).iter().all(Result::is_ok));
    check(&mut ipvs, master.clone(), |problem| *problem == Problem::SyncRunning);
    check(&mut ipvs, Command::AddDestination(key(80), mixed), refused(libc::EINVAL));
    assert!(
        ipvs.apply(&[Command::StopSync(SyncRole::Master), Command::AddDestination(key(80), mixed)])
            .iter()
            .all(Result::is_ok)
    );
    check(&mut ipvs, master, refused(libc::EINVAL));
    let direct = Destination { key: DestinationKey { port: 81, ..v6 }, ..server(1) };
    check(&mut ipvs, Command::AddDestination(key(80), direct), refused(libc::EINVAL));
}

#[test]
fn answers_questions_like_the_kernel() {
    let mut ipvs = Recording::new();
    let commands = [Command::AddService(service(80)), Command::AddDestination(key(80), server(1))];
    assert!(ipvs.apply(&commands).iter().all(Result::is_ok));
    assert_eq!(ipvs.log(), commands);
    let listed = ipvs.services().unwrap();
    assert!(listed[0].destinations.is_empty() && listed[0].service.flags().contains(Flags::HASHED));
    assert_eq!(ipvs.destinations(&key(80)).unwrap(), [DestinationEntry::new(server(1))]);
    assert_eq!(ipvs.destinations(&key(81)).unwrap_err().problem, Problem::NoSuchService);
    assert!(ipvs.apply(&[Command::SetTimeouts(Timeouts { tcp: 0, tcp_fin: 7, udp: 0 })])[0].is_ok());
    assert_eq!(ipvs.timeouts().unwrap(), Timeouts { tcp: 900, tcp_fin: 7, udp: 300 });
    assert_eq!(ipvs.info().unwrap().to_string(), "1.2.1, table size 4096");

    let entry = ipvs.table_mut().services.get_mut(&key(80)).unwrap();
    entry.stats.total.connections = 9;
    assert!(ipvs.apply(&[Command::Zero(None)])[0].is_ok());
    assert_eq!(ipvs.dump().unwrap().service(&key(80)).unwrap().stats, Stats::default());
    assert!(ipvs.apply(&[Command::Flush])[0].is_ok());
    assert_eq!(ipvs.dump().unwrap(), Table::default());
}

#[test]
fn fails_when_told_to() {
    let mut ipvs = Recording::new();
    ipvs.fail_nth(1, Problem::Permission);
    ipvs.fail_when(|command| matches!(command, Command::Flush), Problem::Unanswered);
    let results = ipvs.apply(&[Command::AddService(service(1)), Command::AddService(service(2)), Command::Flush]);
    let problems: Vec<_> = results.into_iter().map(|result| result.err().map(|error| error.problem)).collect();
    assert_eq!(problems, [None, Some(Problem::Permission), Some(Problem::Unanswered)]);
    assert_eq!(ipvs.take_log().len(), 3);
    assert!(ipvs.log().is_empty() && ipvs.table().services.len() == 1);

    ipvs.fail_next_read(Problem::Changing);
    assert_eq!(ipvs.dump().unwrap_err().to_string(), "IPVS table: read: the table kept changing while it was read");
    assert!(ipvs.dump().is_ok());
    ipvs.forgive();
    assert!(ipvs.apply(&[Command::Flush])[0].is_ok());
}
