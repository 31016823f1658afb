//! The difference by table, and its property: applied, it leaves no difference.
use super::*;
use crate::ipvs::Ipvs;
use crate::recording::Recording;
use crate::types::*;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::net::IpAddr;

fn key(last: u8) -> ServiceKey {
    ServiceKey::Address { protocol: Protocol::TCP, address: IpAddr::from([10, 0, 0, last]), port: 80 }
}

fn service(last: u8, scheduler: &str) -> Service {
    Service::new(key(last), Name::new(scheduler).unwrap())
}

fn server(last: u8, weight: u32) -> Destination {
    Destination { weight, ..Destination::new(IpAddr::from([10, 0, 1, last]), 80, Forwarding::Masquerade) }
}

fn table(services: &[(Service, &[Destination])]) -> Table {
    let mut table = Table::default();
    for (service, destinations) in services {
        table.set_service(service.clone());
        assert!(destinations.iter().all(|destination| table.set_destination(service.key(), *destination)));
    }
    table
}

#[track_caller]
fn check(desired: &[(Service, &[Destination])], observed: &[(Service, &[Destination])], expected: &[Command]) {
    let (desired, observed) = (table(desired), table(observed));
    assert_eq!(difference(&desired, &observed, |_| true), expected);
}

#[test]
fn what_is_right_is_not_named() {
    let rr = service(1, "rr");
    let same: &[(Service, &[Destination])] = &[(rr.clone(), &[server(1, 1), server(2, 1)])];
    check(same, same, &[]);
    check(&[], &[], &[]);
    // The kernel's own flag, and settings without meaning where there is no persistence.
    let mut seen = rr.clone().with_flags(Flags::HASHED);
    seen.timeout = 360;
    seen.netmask = Netmask::V4([255, 255, 255, 0].into());
    check(&[(rr, &[])], &[(seen, &[])], &[]);
}

#[test]
fn one_change_is_one_command() {
    let rr = service(1, "rr");
    let observed: &[(Service, &[Destination])] = &[(rr.clone(), &[server(1, 1), server(2, 1)])];
    check(&[(rr, &[server(1, 5), server(2, 1)])], observed, &[Command::EditDestination(key(1), server(1, 5))]);
    let edited = |service: Service| {
        check(&[(service.clone(), &[server(1, 1), server(2, 1)])], observed, &[Command::EditService(service)]);
    };
    edited(service(1, "wlc"));
    edited(service(1, "rr").with_flags(Flags::ONE_PACKET));
    edited(service(1, "rr").with_engine(Name::new("sip").unwrap()));
    let persistent = |seconds, length| {
        service(1, "rr").with_persistence(seconds, Netmask::prefix(Family::V4, length).unwrap()).unwrap()
    };
    edited(persistent(60, 32));
    for changed in [persistent(61, 32), persistent(60, 24), service(1, "rr")] {
        check(&[(changed.clone(), &[])], &[(persistent(60, 32), &[])], &[Command::EditService(changed)]);
    }
    let other_way = Destination { forwarding: Forwarding::DirectRoute, ..server(1, 1) };
    let thresholds = Destination { upper_threshold: 9, ..server(1, 1) };
    for destination in [other_way, thresholds] {
        let expected = [Command::EditDestination(key(1), destination)];
        check(&[(service(1, "rr"), &[destination, server(2, 1)])], observed, &expected);
    }
}

#[test]
fn adds_come_before_removes() {
    check(
        &[(service(1, "rr"), &[server(2, 1)]), (service(2, "rr"), &[server(1, 1), server(2, 7)])],
        &[(service(1, "wrr"), &[server(1, 1)]), (service(3, "rr"), &[server(1, 1)])],
        &[
            Command::EditService(service(1, "rr")),
            Command::AddDestination(key(1), server(2, 1)),
            Command::AddService(service(2, "rr")),
            Command::AddDestination(key(2), server(1, 1)),
            Command::AddDestination(key(2), server(2, 7)),
            Command::RemoveDestination(key(1), server(1, 1).key),
            Command::RemoveService(key(3)),
        ],
    );
}

#[test]
fn what_others_put_in_stays() {
    let observed = table(&[(service(1, "rr"), &[server(1, 1)]), (service(2, "rr"), &[])]);
    assert_eq!(difference(&Table::default(), &observed, |_| false), []);
    assert_eq!(difference(&Table::default(), &observed, |name| *name == key(2)), [Command::RemoveService(key(2))]);
    // A service that is desired is ours, whoever made it.
    let desired = table(&[(service(1, "rr"), &[])]);
    let expected = [Command::RemoveDestination(key(1), server(1, 1).key)];
    assert_eq!(difference(&desired, &observed, |_| false), expected);
}

prop_compose! {
    fn any_service(mark: u32)(
        scheduler in prop::sample::select(&["rr", "wlc", "sh"][..]), flags in prop::sample::select(&[0u32, 4, 8][..]),
        persistence in prop::option::of((1u32..3, prop::sample::select(&[24u8, 32][..]))), engine in any::<bool>(),
    ) -> Service {
        let key = ServiceKey::fwmark(mark, Family::V4).unwrap();
        let mut service = Service::new(key, Name::new(scheduler).unwrap()).with_flags(Flags::from_bits(flags));
        if engine {
            service = service.with_engine(Name::new("sip").unwrap());
        }
        match persistence {
            Some((s, length)) => service.with_persistence(s, Netmask::prefix(Family::V4, length).unwrap()).unwrap(),
            None => service,
        }
    }
}

prop_compose! {
    fn any_destination()(
        last in 0u8..4, port in 0u16..2, weight in 0u32..3, upper_threshold in 0u32..2,
        forwarding in prop::sample::select(&[Forwarding::Masquerade, Forwarding::DirectRoute, Forwarding::Tunnel(Tunnel::Ipip)][..]),
    ) -> Destination {
        let destination = Destination::new(IpAddr::from([10, 0, 1, last]), port, forwarding);
        Destination { weight, upper_threshold, ..destination }
    }
}

fn any_table() -> impl Strategy<Value = Table> {
    let entry = (1u32..5).prop_flat_map(|mark| (any_service(mark), prop::collection::vec(any_destination(), 0..6)));
    prop::collection::vec(entry, 0..5).prop_map(|entries| {
        let slices: Vec<_> = entries.iter().map(|(service, servers)| (service.clone(), &servers[..])).collect();
        table(&slices)
    })
}

fn is_removal(command: &Command) -> bool {
    matches!(command, Command::RemoveService(_) | Command::RemoveDestination(..))
}

proptest! {
    #[test]
    fn applied_it_leaves_no_difference(desired in any_table(), observed in any_table(), owned in prop::collection::btree_set(1u32..5, 0..5)) {
        let owned: BTreeSet<_> = owned.into_iter().map(|mark| ServiceKey::fwmark(mark, Family::V4).unwrap()).collect();
        let mut kernel = Recording::new();
        *kernel.table_mut() = observed.clone();
        let commands = difference(&desired, &observed, |name| owned.contains(name));
        prop_assert!(kernel.apply(&commands).iter().all(Result::is_ok));
        let reached = kernel.dump().unwrap();
        prop_assert_eq!(difference(&desired, &reached, |name| owned.contains(name)), vec![]);

        for (name, entry) in &desired.services {
            let there = &reached.services[name];
            prop_assert!(there.service.same_settings(&entry.service));
            prop_assert!(there.destinations.values().map(|e| e.destination).eq(entry.destinations.values().map(|e| e.destination)));
        }
        for (name, entry) in observed.services.iter().filter(|(name, _)| !desired.services.contains_key(name)) {
            prop_assert_eq!(reached.services.get(name), (!owned.contains(name)).then_some(entry));
        }
        prop_assert!(commands.is_sorted_by_key(is_removal), "adds before removes: {:?}", commands);
    }
}
