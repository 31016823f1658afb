//! A network namespace for each test, and the words that tests share.
use evenkeel_ipvs::*;
use nix::sched::{CloneFlags, unshare};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::process;
use std::sync::{PoisonError, RwLock};
use std::thread;

/// Held for reading by a test, for writing by the one that unloads the module under all of them.
pub(crate) static MODULE: RwLock<()> = RwLock::new(());

/// Runs a test in a fresh network namespace with `lo` up; or says that it is skipped.
pub(crate) fn in_namespace(test: impl FnOnce(Netlink) + Send + 'static) {
    let _loaded = MODULE.read().unwrap_or_else(PoisonError::into_inner);
    run(test);
}

/// The same without others beside it.
pub(crate) fn alone(test: impl FnOnce(Netlink) + Send + 'static) {
    let _exclusive = MODULE.write().unwrap_or_else(PoisonError::into_inner);
    run(test);
}

fn run(test: impl FnOnce(Netlink) + Send + 'static) {
    if std::env::var("EVENKEEL_IPVS_KERNEL").as_deref() != Ok("1") {
        println!("skipped: needs EVENKEEL_IPVS_KERNEL=1, root, and a kernel with IPVS");
        return;
    }
    let inside = move || {
        unshare(CloneFlags::CLONE_NEWNET).unwrap();
        shell("ip link set lo up");
        test(Netlink::open().unwrap_or_else(|error| panic!("{error}")));
    };
    if let Err(panic) = thread::spawn(inside).join() {
        std::panic::resume_unwind(panic);
    }
}

/// Runs a command in this thread's namespace; its output.
pub(crate) fn shell(line: &str) -> String {
    let output = process::Command::new("sh").arg("-c").arg(line).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{line}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// What `ipvsadm -Sn` prints, sorted.
pub(crate) fn saved() -> BTreeSet<String> {
    shell("ipvsadm -Sn").lines().map(|line| line.trim_end().to_owned()).collect()
}

#[track_caller]
pub(crate) fn check_saved(expected: &[&str]) {
    assert_eq!(saved(), expected.iter().map(|line| (*line).to_owned()).collect());
}

/// Applies commands that all succeed.
#[track_caller]
pub(crate) fn apply(ipvs: &mut impl Ipvs, commands: &[Command]) {
    let results = ipvs.apply(commands);
    assert_eq!(results.len(), commands.len());
    let failed: Vec<_> = results.into_iter().filter_map(Result::err).map(|error| error.to_string()).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

/// Applies a desired table to an empty kernel and reads the same back.
#[track_caller]
pub(crate) fn install(ipvs: &mut impl Ipvs, desired: &Table) {
    let commands = difference(desired, &ipvs.dump().unwrap(), |_| true);
    apply(ipvs, &commands);
    let present = ipvs.dump().unwrap();
    assert_eq!(difference(desired, &present, |_| true), []);
    assert_eq!(settings(desired), settings(&present));
}

/// All that can be set, without what the kernel notes itself.
pub(crate) fn settings(table: &Table) -> Vec<(ServiceKey, String, u32, Vec<Destination>)> {
    let of_entry = |(key, entry): (&ServiceKey, &ServiceEntry)| {
        let destinations = entry.destinations.values().map(|entry| entry.destination).collect();
        let service = &entry.service;
        (*key, service.scheduler().to_string(), service.flags().settable().bits(), destinations)
    };
    table.services.iter().map(of_entry).collect()
}

pub(crate) fn table(services: &[(Service, &[Destination])]) -> Table {
    let mut table = Table::default();
    for (service, destinations) in services {
        table.set_service(service.clone());
        for destination in *destinations {
            assert!(table.set_destination(service.key(), *destination));
        }
    }
    table
}

pub(crate) fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub(crate) fn key(protocol: Protocol, address: &str, port: u16) -> ServiceKey {
    ServiceKey::Address { protocol, address: ip(address), port }
}

pub(crate) fn tcp(port: u16) -> ServiceKey {
    key(Protocol::TCP, "10.0.0.1", port)
}

pub(crate) fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub(crate) fn rr(key: ServiceKey) -> Service {
    Service::new(key, name("rr"))
}

pub(crate) fn server(address: &str, port: u16, forwarding: Forwarding) -> Destination {
    Destination::new(ip(address), port, forwarding)
}
