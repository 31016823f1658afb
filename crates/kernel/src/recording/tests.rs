//! The fake kernel does what the real one does, and fails as planned.
use super::*;
use model::Prefix;
use model::config::vrrp::VirtualAddress;
use model::net::PROTOCOL_VRRP;
use std::net::IpAddr;

fn name(text: &str) -> InterfaceName {
    InterfaceName::new(text).expect("a name")
}

fn key(link: &str, text: &str) -> AddressKey {
    let (address, length) = text.split_once('/').expect("a prefix");
    let prefix = Prefix::new(address.parse().expect("an address"), length.parse().expect("a length"));
    AddressKey { interface: name(link), prefix: prefix.expect("a prefix") }
}

fn add(link: &str, text: &str) -> Change {
    let AddressKey { interface, prefix } = key(link, text);
    Change::AddAddress(VirtualAddress::plain(prefix, interface))
}

fn remove(link: &str, text: &str) -> Change {
    Change::RemoveAddress(key(link, text))
}

fn up() -> Link {
    Link {
        running: true,
        hardware: vec![2, 0, 0, 0, 0, 1],
        mtu: 1_500,
        arp: true,
        addresses: Vec::new(),
        tentative: Vec::new(),
    }
}

fn endpoint(link: &str) -> Endpoint {
    Endpoint { interface: name(link), group: IpAddr::from([224, 0, 0, 18]), protocol: PROTOCOL_VRRP, receive_bytes: 0 }
}

fn advert(link: &str) -> Advert {
    Advert {
        owner: "VI_1".into(),
        interface: name(link),
        source: IpAddr::from([10, 0, 0, 1]),
        destination: IpAddr::from([224, 0, 0, 18]),
        ttl: 255,
        protocol: PROTOCOL_VRRP,
        identification: 1,
        payload: vec![1],
    }
}

fn announcement(link: &str) -> Announcement {
    Announcement { interface: name(link), hardware: vec![2, 0, 0, 0, 0, 1], address: IpAddr::from([10, 0, 0, 9]) }
}

fn packet(link: &str, destination: [u8; 4]) -> ReceivedPacket {
    ReceivedPacket {
        interface: name(link),
        source: IpAddr::from([10, 0, 0, 2]),
        destination: IpAddr::from(destination),
        ttl: 255,
        stated_length: 0,
        protocol: PROTOCOL_VRRP,
        header: Vec::new(),
        payload: Vec::new(),
    }
}

/// A kernel with `eth0`, whose first event has been taken.
fn kernel() -> RecordingKernel {
    let mut kernel = RecordingKernel::new([(name("eth0"), up())]);
    assert_eq!(kernel.take_events(), [Event::Link { interface: name("eth0"), link: up() }]);
    kernel
}

fn addresses(list: &[&str]) -> Event {
    Event::Addresses { interface: name("eth0"), addresses: list.iter().map(|text| key("eth0", text)).collect() }
}

#[test]
fn a_submission_is_carried_out_reported_and_answered_in_that_order() {
    let mut kernel = kernel();
    let changes = vec![add("eth0", "10.0.0.9/32"), add("eth0", "10.0.0.8/32"), remove("eth0", "10.0.0.9/32")];
    kernel.submit(Ticket(1), changes.clone());
    let results = changes.iter().map(|change| (change.clone(), Ok(()))).collect();
    assert_eq!(kernel.take_events(), [addresses(&["10.0.0.8/32"]), Event::Applied { ticket: Ticket(1), results }]);
    assert!(kernel.holds(&key("eth0", "10.0.0.8/32")) && !kernel.holds(&key("eth0", "10.0.0.9/32")));
    assert_eq!(kernel.take_calls(), [Call::Submit { ticket: Ticket(1), changes }]);
}

#[test]
fn an_address_needs_its_link_and_what_is_right_is_no_refusal() {
    let mut kernel = kernel();
    kernel.add_address(&key("eth0", "2001:db8::1/64"));
    kernel.add_address(&key("eth0", "10.0.0.9/32"));
    kernel.take_events();
    let changes = vec![
        add("gone", "10.0.0.9/32"),
        remove("gone", "10.0.0.9/32"),
        add("eth0", "10.0.0.9/32"),
        remove("eth0", "10.0.0.7/32"),
        add("eth0", "2001:db8::1/128"),
    ];
    kernel.submit(Ticket(1), changes);
    let events = kernel.take_events();
    let [Event::Applied { results, .. }] = events.as_slice() else { panic!("nothing changed: {events:?}") };
    let errors: Vec<_> = results.iter().map(|(_, result)| result.as_ref().err().map_or(0, |r| r.errno)).collect();
    assert_eq!(errors, [ENODEV, 0, 0, 0, EEXIST]);
}

#[test]
fn what_happens_to_the_machine_is_reported_once() {
    let mut kernel = kernel();
    kernel.add_address(&key("eth0", "10.0.0.9/32"));
    kernel.add_address(&key("eth0", "10.0.0.9/32"));
    kernel.remove_address(&key("eth0", "10.0.0.9/32"));
    kernel.remove_address(&key("eth0", "10.0.0.9/32"));
    kernel.add_address(&key("gone", "10.0.0.9/32"));
    kernel.set_running(&name("eth0"), true);
    kernel.set_running(&name("gone"), true);
    kernel.set_link(&name("eth0"), Link { addresses: vec![key("eth0", "10.0.0.1/24")], ..up() });
    kernel.set_running(&name("eth0"), false);
    kernel.remove_link(&name("eth0"));
    kernel.remove_link(&name("eth0"));
    let down = Link { running: false, addresses: vec![key("eth0", "10.0.0.1/24")], ..up() };
    assert_eq!(
        kernel.take_events(),
        [
            addresses(&["10.0.0.9/32"]),
            addresses(&[]),
            addresses(&["10.0.0.1/24"]),
            Event::Link { interface: name("eth0"), link: down },
            Event::LinkGone(name("eth0")),
        ]
    );
    assert!(kernel.take_calls().is_empty(), "nobody called");
}

#[test]
fn an_overrun_tells_everything_again() {
    let mut kernel = kernel();
    kernel.overrun();
    assert_eq!(kernel.take_events(), [Event::Overrun, Event::Link { interface: name("eth0"), link: up() }]);
}

#[test]
fn adverts_need_a_socket_and_a_link_that_runs() {
    let mut kernel = kernel();
    assert_eq!(kernel.send(&[advert("eth0")]).len(), 1);
    let errors = kernel.listen(&BTreeSet::from([endpoint("eth0"), endpoint("gone")]));
    assert_eq!(errors[0].to_string(), "cannot listen for 224.0.0.18 on gone: no such link");
    assert_eq!(kernel.listening(), &BTreeSet::from([endpoint("eth0")]));
    let errors = kernel.send(&[advert("gone"), advert("eth0")]);
    assert_eq!(errors.iter().map(|e| e.index).collect::<Vec<_>>(), [0]);
    assert_eq!(kernel.take_sent(), [advert("eth0")]);
    kernel.set_running(&name("eth0"), false);
    assert_eq!(kernel.send(&[advert("eth0")])[0].source.raw_os_error(), Some(libc::ENETDOWN));
    kernel.remove_link(&name("eth0"));
    assert!(kernel.listening().is_empty() && kernel.take_sent().is_empty());
}

#[test]
fn announcements_need_a_link_that_runs_and_a_hardware_address() {
    let mut kernel = kernel();
    let bare = Announcement { hardware: Vec::new(), ..announcement("gone") };
    let errors = kernel.announce(&[bare, announcement("gone"), announcement("eth0")]);
    assert_eq!(errors.iter().map(|e| e.index).collect::<Vec<_>>(), [1]);
    assert_eq!(kernel.take_announced(), [announcement("eth0")]);
    kernel.set_running(&name("eth0"), false);
    assert_eq!(kernel.announce(&[announcement("eth0")]).len(), 1);
}

#[test]
fn packets_are_heard_by_sockets_only() {
    let mut kernel = kernel();
    let group = [224, 0, 0, 18];
    assert!(!kernel.deliver(packet("eth0", group)));
    kernel.listen(&BTreeSet::from([endpoint("eth0")]));
    assert!(kernel.deliver(packet("eth0", group)));
    assert!(!kernel.deliver(packet("eth1", group)));
    assert!(!kernel.deliver(packet("eth0", [224, 0, 0, 5])));
    assert!(!kernel.deliver(packet("eth0", [10, 0, 0, 1])));
    kernel.add_address(&key("eth0", "10.0.0.1/24"));
    assert!(kernel.deliver(packet("eth0", [10, 0, 0, 1])));
    kernel.set_running(&name("eth0"), false);
    assert!(!kernel.deliver(packet("eth0", group)));
    let heard = kernel.take_events().into_iter().filter(|event| matches!(event, Event::Packet(_))).count();
    assert_eq!(heard, 2);
}

/// A long run under a plan, as text.
fn run(seed: u64, faults: Faults) -> String {
    let mut faulty = Faulty::new(kernel(), seed, faults);
    let mut log = String::new();
    for n in 0..200_u64 {
        let address = format!("10.0.1.{}/32", n % 50);
        let change = if n % 3 == 0 { remove("eth0", &address) } else { add("eth0", &address) };
        faulty.submit(Ticket(n), vec![change, add("gone", "10.0.0.1/32")]);
        let errors = faulty.listen(&BTreeSet::from([endpoint("eth0")]));
        let send = faulty.send(&[advert("eth0"), advert("gone")]);
        let announce = faulty.announce(&[announcement("eth0"), announcement("gone")]);
        let sent = faulty.kernel.take_sent().len();
        log += &format!("{n} {errors:?} {send:?} {announce:?} {sent} {:?}\n", faulty.take_events());
    }
    log
}

#[test]
fn a_plan_follows_from_its_seed() {
    let faults = Faults { refused: 200, lost: 200, delayed: 200, delay: 3 };
    assert_eq!(run(1, faults), run(1, faults));
    assert_ne!(run(1, faults), run(2, faults));
    assert_eq!(run(1, Faults::default()), run(2, Faults::default()));
}

#[test]
fn without_faults_it_is_the_kernel_itself() {
    let mut faulty = Faulty::new(kernel(), 1, Faults::default());
    let mut plain = kernel();
    for n in 0..20 {
        let changes = vec![add("eth0", &format!("10.0.0.{n}/32")), add("gone", "10.0.0.1/32")];
        faulty.submit(Ticket(n), changes.clone());
        plain.submit(Ticket(n), changes);
        assert_eq!(faulty.take_events(), plain.take_events());
    }
    assert_eq!(faulty.kernel.take_calls(), plain.take_calls());
}

#[test]
fn every_submission_is_answered_once_whatever_fails() {
    for faults in [
        Faults { refused: 300, ..Faults::default() },
        Faults { lost: 300, ..Faults::default() },
        Faults { delayed: 500, delay: 5, ..Faults::default() },
        Faults { refused: 300, lost: 300, delayed: 500, delay: 5 },
    ] {
        let mut faulty = Faulty::new(kernel(), 7, faults);
        let mut answered = BTreeSet::new();
        let mut errors = BTreeSet::new();
        for n in 0..500 {
            // Answers that are held back come in the end.
            if n < 400 {
                let changes = vec![add("eth0", "10.0.0.1/32"), remove("eth0", "10.0.0.1/32")];
                faulty.submit(Ticket(n), changes);
            }
            for event in faulty.take_events() {
                let Event::Applied { ticket, results } = event else { continue };
                assert!(answered.insert(ticket), "{ticket:?} is answered twice");
                assert_eq!(results.len(), 2);
                errors.extend(results.iter().filter_map(|(_, result)| result.as_ref().err()).map(|r| r.errno));
            }
        }
        assert_eq!(answered.len(), 400);
        let expected: BTreeSet<i32> = [(faults.lost, 0), (faults.refused, libc::EBUSY)]
            .into_iter()
            .filter_map(|(rate, errno)| (rate > 0).then_some(errno))
            .collect();
        assert_eq!(errors, expected);
    }
}

#[test]
fn a_lost_submission_may_have_been_carried_out_or_not() {
    let mut seen = BTreeSet::new();
    for seed in 0..20 {
        let mut faulty = Faulty::new(kernel(), seed, Faults { lost: 1_000, ..Faults::default() });
        faulty.submit(Ticket(1), vec![add("eth0", "10.0.0.1/32")]);
        let reported = faulty.take_events().iter().any(|event| matches!(event, Event::Addresses { .. }));
        let holds = faulty.kernel.holds(&key("eth0", "10.0.0.1/32"));
        assert_eq!(reported, holds, "the kernel always reports what it does");
        seen.insert(holds);
    }
    assert_eq!(seen.len(), 2);
}

#[test]
fn lost_and_refused_packets() {
    let mut faulty = Faulty::new(kernel(), 1, Faults { lost: 1_000, ..Faults::default() });
    faulty.listen(&BTreeSet::from([endpoint("eth0")]));
    assert!(faulty.send(&[advert("eth0")]).is_empty() && faulty.kernel.take_sent().is_empty());
    assert!(faulty.announce(&[announcement("eth0")]).is_empty() && faulty.kernel.take_announced().is_empty());
    faulty.set_faults(Faults { refused: 1_000, ..Faults::default() });
    let errors = faulty.send(&[advert("eth0"), advert("eth0")]);
    assert_eq!(errors.iter().map(|e| e.index).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(faulty.announce(&[announcement("eth0")]).len(), 1);
    assert_eq!(faulty.listen(&BTreeSet::from([endpoint("eth0")])).len(), 1);
    assert!(faulty.kernel.listening().is_empty());
    faulty.set_faults(Faults::default());
    assert!(faulty.listen(&BTreeSet::from([endpoint("eth0")])).is_empty());
    assert!(faulty.send(&[advert("eth0")]).is_empty());
    assert_eq!(faulty.kernel.take_sent().len(), 1);
}
