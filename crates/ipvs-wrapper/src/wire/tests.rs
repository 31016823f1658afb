//! Captured vectors, decode(encode(x)) = x, and bytes at random.
use super::*;
use crate::attribute::{Attributes, Field, Fields, GENERIC_HEADER, Header, MESSAGE_HEADER, messages, put_message};
use crate::command::Command;
use crate::table::{DestinationEntry, ServiceEntry};
use crate::types::*;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const VECTORS: &str = include_str!("vectors.txt");
const V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1));

fn vectors(direction: &str, name: &str) -> Vec<Vec<u8>> {
    let of_name = |line: &'static str| match line.split(' ').collect::<Vec<_>>()[..] {
        [d, n, hex] if d == direction && n == name => Some(hex),
        _ => None,
    };
    let bytes =
        |hex: &str| (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect();
    VECTORS.lines().filter_map(of_name).map(bytes).collect()
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn v4(last: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(10, 0, 0, last))
}

fn tcp(last: u8) -> ServiceKey {
    ServiceKey::Address { protocol: Protocol::TCP, address: v4(last), port: 80 }
}

fn mark() -> ServiceKey {
    ServiceKey::fwmark(7, Family::V6).unwrap()
}

fn wlc() -> Service {
    let mask = Netmask::prefix(Family::V4, 24).unwrap();
    Service::new(tcp(1), name("wlc")).with_persistence(300, mask).unwrap()
}

fn sh() -> Service {
    Service::new(mark(), name("sh")).with_flags(Flags::SCHEDULER_1 | Flags::SCHEDULER_2)
}

fn sip() -> Service {
    let key = ServiceKey::Address { protocol: Protocol::UDP, address: V6, port: 5060 };
    let service = Service::new(key, name("rr")).with_engine(name("sip"));
    service.with_persistence(60, Netmask::host(Family::V6)).unwrap()
}

fn masquerade() -> Destination {
    let destination = Destination::new(v4(2), 8080, Forwarding::Masquerade);
    Destination { weight: 5, upper_threshold: 100, lower_threshold: 10, ..destination }
}

fn gue() -> Destination {
    let tunnel = Tunnel::Gue { port: 6080, flags: TunnelFlags::CHECKSUM };
    Destination::new(v4(3), 0, Forwarding::Tunnel(tunnel))
}

/// The payload that we would send.
fn encode(command: &Command) -> Vec<u8> {
    let mut buffer = Vec::new();
    let (op, body) = put_command(command);
    put_message(&mut buffer, Header { kind: 30, flags: 1, sequence: 7 }, op, body);
    let mut all = messages(&buffer);
    let (header, payload) = all.next().unwrap().unwrap();
    assert_eq!(header, Header { kind: 30, flags: 1, sequence: 7 });
    assert!(all.next().is_none());
    payload.to_vec()
}

/// The attributes of both levels as (outer number, inner number, bytes).
fn leaves(payload: &[u8]) -> BTreeSet<(u16, u16, Vec<u8>)> {
    let mut leaves = BTreeSet::new();
    let field = |kind| Field::new(kind, "");
    let top = Fields::<7>::read(&payload[GENERIC_HEADER..]).unwrap();
    for outer in 1..7 {
        match top.find(field(outer)) {
            Some(bytes) if outer < 4 => {
                let inner = Fields::<20>::read(bytes).unwrap();
                leaves.extend((1..20).filter_map(|kind| Some((outer, kind, inner.find(field(kind))?.to_vec()))));
            }
            Some(bytes) => drop(leaves.insert((outer, 0, bytes.to_vec()))),
            None => {}
        }
    }
    leaves
}

/// ipvsadm sends a whole service where its key is enough, and every tunnel attribute; `surplus` are those.
#[track_caller]
fn check_request(name: &str, command: &Command, surplus: &[(u16, u16)]) {
    let [captured] = &vectors(">", name)[..] else { panic!("no vector {name}") };
    let ours = encode(command);
    assert_eq!(ours[..GENERIC_HEADER], captured[..GENERIC_HEADER], "{name}");
    let mut theirs = leaves(captured);
    theirs.retain(|(outer, inner, _)| !surplus.contains(&(*outer, *inner)));
    assert_eq!(leaves(&ours), theirs, "{name}");
}

#[test]
fn requests_are_those_of_ipvsadm() {
    let rest_of_service = [(1, 6), (1, 7), (1, 8), (1, 9)];
    let tunnel = [(2, 13), (2, 14), (2, 15)];
    let key_only = [&rest_of_service[..], &tunnel, &[(2, 3), (2, 4), (2, 5), (2, 6)]].concat();
    check_request("add-service-tcp-wlc-persistent", &Command::AddService(wlc()), &[]);
    check_request("add-service-fwmark-v6-sh", &Command::AddService(sh()), &[]);
    check_request("add-service-udp-v6-sip", &Command::AddService(sip()), &[]);
    let plain = [&rest_of_service[..], &tunnel].concat();
    check_request("add-destination-masquerade", &Command::AddDestination(tcp(1), masquerade()), &plain);
    check_request("add-destination-gue", &Command::AddDestination(mark(), gue()), &rest_of_service);
    check_request("remove-destination", &Command::RemoveDestination(mark(), gue().key), &key_only);
    check_request("remove-service", &Command::RemoveService(tcp(77)), &rest_of_service);
    check_request("set-timeouts", &Command::SetTimeouts(Timeouts { tcp: 900, tcp_fin: 120, udp: 300 }), &[]);
    let master = SyncDaemon::new(SyncRole::Master, name("d0"), 5);
    check_request("start-sync", &Command::StartSync(master), &[]);
    check_request("stop-sync", &Command::StopSync(SyncRole::Master), &[(3, 2), (3, 3)]);
}

#[test]
fn commands_have_their_numbers() {
    for (command, number) in [
        (Command::EditService(sh()), 2),
        (Command::EditDestination(mark(), gue()), 6),
        (Command::Zero(None), 16),
        (Command::Zero(Some(mark())), 16),
        (Command::Flush, 17),
    ] {
        assert_eq!(encode(&command)[0], number, "{command}");
    }
    assert_eq!(encode(&Command::Flush).len(), GENERIC_HEADER);
}

#[test]
fn answers_are_read_as_the_kernel_means_them() {
    let services: Vec<_> = vectors("<", "service").iter().map(|bytes| service(bytes).unwrap().service).collect();
    let hashed = |service: Service| service.with_flags(Flags::HASHED);
    assert_eq!(services, [hashed(sip()), hashed(wlc()), hashed(sh())]);

    let [first, second] = &vectors("<", "destination")[..] else { panic!("two destinations") };
    assert_eq!(destination(first, Family::V4), Ok(DestinationEntry::new(masquerade())));
    assert_eq!(destination(second, Family::V6), Ok(DestinationEntry::new(gue())));

    assert_eq!(info(&vectors("<", "info")[0]), Ok(Info { version: 0x0001_0201, table_size: 4096 }));
    assert_eq!(timeouts(&vectors("<", "timeouts")[0]), Ok(Timeouts { tcp: 900, tcp_fin: 120, udp: 300 }));
    let expected = SyncDaemon {
        max_length: Some(1472),
        group: Some(IpAddr::V4(Ipv4Addr::new(224, 0, 0, 81))),
        port: Some(8848),
        ttl: Some(1),
        ..SyncDaemon::new(SyncRole::Master, name("d0"), 5)
    };
    assert_eq!(sync_daemon(&vectors("<", "sync-daemon")[0]), Ok(expected));
}

/// A payload with these attributes under one of the first level.
fn payload(outer: Field, body: impl FnOnce(&mut Attributes<'_>)) -> Vec<u8> {
    let mut buffer = Vec::new();
    put_message(&mut buffer, Header { kind: 30, flags: 0, sequence: 0 }, 1, |out| out.nest(outer, body));
    buffer.split_off(MESSAGE_HEADER)
}

fn put_counters(out: &mut Attributes<'_>, field: Field, wide: bool) {
    out.nest(field, |out| {
        for kind in 1..=10u16 {
            let value = u32::from(kind) * 1_000;
            // Bytes were 64 bits wide before the others.
            if wide || matches!(kind, 4 | 5) {
                out.bytes(Field::new(kind, ""), &(u64::from(value) << 32).to_ne_bytes());
            } else {
                out.u32(Field::new(kind, ""), value);
            }
        }
    });
}

fn put_bare_service(out: &mut Attributes<'_>) {
    use fields::svc;
    out.u16(svc::FAMILY, 2);
    out.u32(svc::FWMARK, 9);
    out.text(svc::SCHEDULER, "none");
    out.bytes(svc::FLAGS, &[0; 8]);
    out.u32(svc::TIMEOUT, 0);
    out.u32(svc::NETMASK, u32::MAX);
}

#[test]
fn wide_counters_are_preferred_and_narrow_ones_understood() {
    let with = |fields: &[(Field, bool)]| {
        let bytes = payload(fields::top::SERVICE, |out| {
            put_bare_service(out);
            fields.iter().for_each(|(field, wide)| put_counters(out, *field, *wide));
        });
        service(&bytes).unwrap().stats
    };
    let narrow = with(&[(fields::svc::STATS, false)]);
    assert_eq!(narrow.total.connections, 1_000);
    assert_eq!(narrow.total.bytes_out, 5_000 << 32);
    assert_eq!(narrow.rates.connections, 6_000);
    let wide = with(&[(fields::svc::STATS, false), (fields::svc::STATS64, true)]);
    assert_eq!(wide.total.connections, 1_000 << 32);
    assert_eq!(wide.total.packets_in, 2_000 << 32);
    assert_eq!(wide.total.packets_out, 3_000 << 32);
    assert_eq!(wide.total.bytes_in, 4_000 << 32);
    assert_eq!(wide.rates.packets_in, 7_000 << 32);
    assert_eq!(wide.rates.packets_out, 8_000 << 32);
    assert_eq!(wide.rates.bytes_in, 9_000 << 32);
    assert_eq!(wide.rates.bytes_out, 10_000 << 32);
    assert_eq!(with(&[]), Stats::default());
}

#[test]
fn what_has_no_meaning_is_named() {
    use fields::{dest, svc, top};
    let check = |bytes: &[u8], expected: Malformed| assert_eq!(service(bytes).unwrap_err(), expected);
    check(&[], Malformed::Truncated);
    check(&[1, 1, 0, 0], Malformed::Missing(top::SERVICE.name));
    check(&[1, 1, 0, 0, 200, 0, 1, 0], Malformed::Truncated);
    check(&payload(top::SERVICE, |_| {}), Malformed::Missing(svc::FAMILY.name));
    check(&payload(top::SERVICE, |out| out.u16(svc::FAMILY, 7)), Malformed::Value(svc::FAMILY.name, 7));
    check(&payload(top::SERVICE, |out| out.u8(svc::FAMILY, 2)), Malformed::Length(svc::FAMILY.name, 1));
    let replaced = |put: fn(&mut Attributes<'_>)| {
        payload(top::SERVICE, |out| {
            put_bare_service(out);
            put(out);
        })
    };
    check(&replaced(|out| out.u32(svc::FWMARK, 0)), Malformed::Value(svc::FWMARK.name, 0));
    check(&replaced(|out| out.bytes(svc::SCHEDULER, b"\xff\xfe\0")), Malformed::Text(svc::SCHEDULER.name));
    check(&replaced(|out| out.text(svc::ENGINE, "")), Malformed::Text(svc::ENGINE.name));
    check(&replaced(|out| out.u16(svc::FAMILY, 10)), Malformed::Value(svc::NETMASK.name, u64::from(u32::MAX)));

    let method = payload(top::DESTINATION, |out| {
        out.u16(dest::FAMILY, 2);
        out.address(dest::ADDRESS, v4(1));
        out.port(dest::PORT, 80);
        out.u32(dest::FORWARDING, 6);
    });
    assert_eq!(destination(&method, Family::V4), Err(Malformed::Value(dest::FORWARDING.name, 6)));
    assert_eq!(Malformed::Value(dest::FORWARDING.name, 6).to_string(), "forwarding method is 6");
}

#[test]
fn old_kernels_leave_out_what_they_do_not_know() {
    use fields::{dest, sync, top};
    let bytes = payload(top::DESTINATION, |out| {
        out.bytes(dest::ADDRESS, &[10, 0, 0, 2]);
        out.port(dest::PORT, 80);
        out.u32(dest::FORWARDING, 2);
        for (field, value) in [(dest::WEIGHT, 3), (dest::UPPER, 0), (dest::LOWER, 0)] {
            out.u32(field, value);
        }
        for (field, value) in [(dest::ACTIVE, 1), (dest::INACTIVE, 2), (dest::PERSISTENT, 4)] {
            out.u32(field, value);
        }
    });
    let entry = destination(&bytes, Family::V4).unwrap();
    assert_eq!(
        entry.destination,
        Destination { weight: 3, ..Destination::new(v4(2), 80, Forwarding::Tunnel(Tunnel::Ipip)) }
    );
    assert_eq!(entry.connections, Connections { active: 1, inactive: 2, persistent: 4 });

    let bytes = payload(top::DAEMON, |out| {
        out.u32(sync::ROLE, 2);
        out.text(sync::INTERFACE, "eth0");
        out.u32(sync::ID, 255);
    });
    assert_eq!(sync_daemon(&bytes), Ok(SyncDaemon::new(SyncRole::Backup, name("eth0"), 255)));
}

#[test]
fn a_refusal_has_a_number_and_sometimes_words() {
    let mut bytes = (-libc::EINVAL).to_ne_bytes().to_vec();
    let mut request = vec![0; 24];
    request[..4].copy_from_slice(&24u32.to_ne_bytes());
    bytes.extend(&request);
    assert_eq!(refusal(&bytes, false, false), Ok((libc::EINVAL, None)));
    assert_eq!(refusal(&bytes, false, true), Ok((libc::EINVAL, None)));
    let words = |bytes: &mut Vec<u8>| {
        bytes.extend([8, 0, 1, 0]);
        bytes.extend(b"why\0");
    };
    words(&mut bytes);
    assert_eq!(refusal(&bytes, false, true), Ok((libc::EINVAL, Some("why".to_owned()))));
    let mut capped = bytes[..4 + MESSAGE_HEADER].to_vec();
    words(&mut capped);
    assert_eq!(refusal(&capped, true, true), Ok((libc::EINVAL, Some("why".to_owned()))));
    assert_eq!(refusal(&[0, 0, 0, 0], true, true), Ok((0, None)));
    assert_eq!(refusal(&[0, 0], false, false), Err(Malformed::Truncated));
    // The smallest number of all has no positive counterpart.
    assert_eq!(refusal(&i32::MIN.to_ne_bytes(), false, false), Ok((i32::MAX, None)));
}

prop_compose! {
    fn any_name()(text in "[!-~]{1,15}") -> Name { name(&text) }
}

fn any_key() -> impl Strategy<Value = ServiceKey> {
    let family = prop_oneof![Just(Family::V4), Just(Family::V6)];
    prop_oneof![
        (any::<u16>(), any::<IpAddr>(), any::<u16>()).prop_map(|(number, address, port)| ServiceKey::Address {
            protocol: Protocol(number),
            address,
            port
        }),
        (1u32.., family).prop_map(|(mark, family)| ServiceKey::fwmark(mark, family).unwrap()),
    ]
}

prop_compose! {
    fn any_service()(
        key in any_key(), scheduler in any_name(), flags in any::<u32>(), timeout in any::<u32>(),
        mask in any::<Ipv4Addr>(), length in 1u8..=128, engine in prop::option::of(any_name()),
    ) -> Service {
        let netmask = if key.family() == Family::V4 { Netmask::V4(mask) } else { Netmask::V6(length) };
        Service { key, scheduler, flags: Flags::from_bits(flags), timeout, netmask, engine }
    }
}

fn any_forwarding() -> impl Strategy<Value = Forwarding> {
    let flags = || any::<u16>().prop_map(TunnelFlags);
    prop_oneof![
        Just(Forwarding::Masquerade),
        Just(Forwarding::Local),
        Just(Forwarding::DirectRoute),
        Just(Forwarding::Bypass),
        Just(Forwarding::Tunnel(Tunnel::Ipip)),
        (any::<u16>(), flags()).prop_map(|(port, flags)| Forwarding::Tunnel(Tunnel::Gue { port, flags })),
        flags().prop_map(|flags| Forwarding::Tunnel(Tunnel::Gre { flags })),
    ]
}

prop_compose! {
    fn any_destination()(
        address in any::<IpAddr>(), port in any::<u16>(), forwarding in any_forwarding(), weight in any::<u32>(),
        upper_threshold in any::<u32>(), lower_threshold in any::<u32>(),
    ) -> Destination {
        Destination { key: DestinationKey { address, port }, forwarding, weight, upper_threshold, lower_threshold }
    }
}

prop_compose! {
    fn any_sync_daemon()(
        master in any::<bool>(), interface in any_name(), id in any::<u8>(), max_length in any::<Option<u16>>(),
        group in any::<Option<IpAddr>>(), port in any::<Option<u16>>(), ttl in any::<Option<u8>>(),
    ) -> SyncDaemon {
        let role = if master { SyncRole::Master } else { SyncRole::Backup };
        SyncDaemon { role, interface, id, max_length, group, port, ttl }
    }
}

proptest! {
    #[test]
    fn services_come_back(sent in any_service()) {
        let expected = Service { flags: sent.flags.settable(), ..sent.clone() };
        let received = service(&encode(&Command::AddService(sent)));
        prop_assert_eq!(received, Ok(ServiceEntry::new(expected)));
    }

    #[test]
    fn destinations_come_back(key in any_key(), sent in any_destination()) {
        // The kernel adds what only it knows.
        let mut bytes = encode(&Command::AddDestination(key, sent));
        let missing = payload(fields::top::DESTINATION, |out| {
            write::put_destination_fields(out, &sent);
            for field in [fields::dest::ACTIVE, fields::dest::INACTIVE, fields::dest::PERSISTENT] {
                out.u32(field, 0);
            }
        });
        bytes.extend_from_slice(&missing[GENERIC_HEADER..]);
        prop_assert_eq!(destination(&bytes, key.family()), Ok(DestinationEntry::new(sent)));
    }

    #[test]
    fn sync_daemons_come_back(sent in any_sync_daemon()) {
        prop_assert_eq!(sync_daemon(&encode(&Command::StartSync(sent.clone()))), Ok(sent));
    }

    #[test]
    fn timeouts_come_back(tcp in any::<u32>(), tcp_fin in any::<u32>(), udp in any::<u32>()) {
        let sent = Timeouts { tcp, tcp_fin, udp };
        prop_assert_eq!(timeouts(&encode(&Command::SetTimeouts(sent))), Ok(sent));
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_all(&bytes);
    }

    /// Nearly right bytes reach deeper than random ones.
    #[test]
    fn damaged_answers_never_panic(pick in any::<prop::sample::Index>(), damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6), cut in any::<prop::sample::Index>()) {
        let names = ["service", "destination", "info", "timeouts", "sync-daemon"];
        let mut bytes = vectors("<", names[pick.index(names.len())])[0].clone();
        for (place, value) in damage {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        read_all(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        read_all(&bytes);
    }
}

fn read_all(bytes: &[u8]) {
    let _ = service(bytes);
    let _ = destination(bytes, Family::V6);
    let _ = sync_daemon(bytes);
    let _ = timeouts(bytes);
    let _ = info(bytes);
    let _ = read_family_id(bytes);
    for (capped, attributes) in [(false, false), (false, true), (true, true)] {
        let _ = refusal(bytes, capped, attributes);
    }
    // Every message takes at least its header, so this ends.
    assert!(messages(bytes).count() <= bytes.len() / MESSAGE_HEADER + 1);
}
