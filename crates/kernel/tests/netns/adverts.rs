//! Adverts leave one machine and arrive at another.
use crate::room::{Watch, advert, endpoint, endpoint6, ip, link_local, name, run, two_spaces, until_running};
use evenkeel_kernel::linux::LinuxKernel;
use evenkeel_kernel::ports::{Adverts, Event, ReceivedPacket};
use model::net::{Advert, Endpoint, PROTOCOL_AH, PROTOCOL_VRRP};
use socket2::{Domain, Socket, Type};
use std::collections::BTreeSet;
use std::io::Read;
use std::net::IpAddr;

/// Reads whole frames of this kind from every link of the namespace.
pub(crate) fn reader(ethertype: u16) -> Socket {
    let protocol = socket2::Protocol::from(i32::from(ethertype.to_be()));
    let socket = Socket::new(Domain::PACKET, Type::RAW, Some(protocol)).expect("a packet socket");
    socket.set_read_timeout(Some(crate::room::PATIENCE)).expect("a limit");
    socket.set_recv_buffer_size(4 << 20).expect("a larger buffer");
    socket
}

/// The next frame that `wanted` takes.
pub(crate) fn frame(socket: &Socket, wanted: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut bytes = [0; 2_048];
    loop {
        let length = (&*socket).read(&mut bytes).expect("a frame");
        if wanted(&bytes[..length]) {
            return bytes[..length].to_vec();
        }
    }
}

fn only(link: &str) -> BTreeSet<Endpoint> {
    BTreeSet::from([endpoint(link)])
}

#[test]
fn every_field_of_the_header_is_right() {
    run(|| async {
        let (first, second) = two_spaces();
        second.enter();
        let ears = reader(0x0800);
        let mut to = LinuxKernel::started().await;
        assert!(to.listen(&only("b")).is_empty());
        first.enter();
        let mut from = LinuxKernel::started().await;
        assert!(from.listen(&only("a")).is_empty());
        let payload = b"\x21\x33\x64\x01\x00\x01\x12\x34\x0a\x00\x00\x64\0\0\0\0\0\0\0\0";
        for identification in [1_u8, 2] {
            let identification = u16::from(identification);
            assert!(from.send(&[Advert { identification, ..advert(payload) }]).is_empty());
            let expected = ReceivedPacket {
                interface: name("b"),
                source: IpAddr::from([10, 0, 0, 1]),
                destination: IpAddr::from([224, 0, 0, 18]),
                ttl: 255,
                stated_length: payload.len(),
                protocol: PROTOCOL_VRRP,
                header: Vec::new(),
                payload: payload.to_vec(),
            };
            let packet = to.packet().await;
            assert_eq!(ReceivedPacket { header: Vec::new(), ..packet.clone() }, expected);
            let frame = frame(&ears, |bytes| bytes.get(23) == Some(&112));
            assert_eq!(frame[..6], [0x01, 0x00, 0x5e, 0x00, 0x00, 0x12], "the group's Ethernet address");
            let [_, low] = identification.to_be_bytes();
            let header = [0x45, 0xc0, 0, 40, 0, low, 0, 0, 255, 112];
            assert_eq!(frame[14..24], header, "TOS 0xc0, identification as ordered, no DF");
            assert_eq!(packet.header, frame[14..34]);
            assert_eq!(frame[26..34], [10, 0, 0, 1, 224, 0, 0, 18]);
            assert_eq!(frame[34..54], *payload);
        }
        // Nobody hears himself.
        assert!(!from.all().await.iter().any(|event| matches!(event, Event::Packet(_))));
    });
}

#[test]
fn unicast_arrives_too_and_an_address_that_is_not_ours_may_be_the_source() {
    run(|| async {
        let (first, second) = two_spaces();
        second.enter();
        let mut to = LinuxKernel::started().await;
        assert!(to.listen(&only("b")).is_empty());
        first.enter();
        let mut from = LinuxKernel::started().await;
        assert!(from.listen(&only("a")).is_empty());
        let (source, destination) = (IpAddr::from([10, 0, 0, 77]), IpAddr::from([10, 0, 0, 2]));
        assert!(from.send(&[Advert { source, destination, ..advert(b"peer") }]).is_empty());
        let packet = to.packet().await;
        assert_eq!((packet.source, packet.destination, packet.payload), (source, destination, b"peer".to_vec()));
    });
}

#[test]
fn three_hundred_adverts_leave_with_one_order_and_arrive_in_order() {
    run(|| async {
        let (first, second) = two_spaces();
        second.enter();
        let mut to = LinuxKernel::started().await;
        assert!(to.listen(&only("b")).is_empty());
        first.enter();
        let mut from = LinuxKernel::started().await;
        assert!(from.listen(&only("a")).is_empty());
        let adverts: Vec<Advert> = (0_u32..300).map(|n| advert(&n.to_be_bytes())).collect();
        assert!(from.send(&adverts).is_empty());
        for expected in &adverts {
            assert_eq!(to.packet().await.payload, expected.payload);
        }
    });
}

#[test]
fn what_cannot_be_sent_is_named_and_the_rest_goes() {
    run(|| async {
        let (first, second) = two_spaces();
        second.enter();
        let mut to = LinuxKernel::started().await;
        assert!(to.listen(&only("b")).is_empty());
        first.enter();
        let mut from = LinuxKernel::started().await;
        assert!(from.listen(&only("a")).is_empty());
        let too_long = advert(&[0; 2_000]);
        let elsewhere = Advert { interface: name("lo"), ..advert(b"lo") };
        let six = Advert { source: "fe80::1".parse().expect("an address"), ..advert(b"six") };
        let errors = from.send(&[advert(b"one"), too_long, advert(b"two"), elsewhere, six, advert(b"three")]);
        let texts: Vec<_> = errors.iter().map(|error| (error.index, error.source.to_string())).collect();
        assert_eq!(errors[0].source.raw_os_error(), Some(libc::EMSGSIZE));
        assert_eq!(texts[1], (3, "no advert socket is open on this link".to_owned()));
        assert_eq!(texts[2], (4, "no advert socket is open on this link".to_owned()));
        assert_eq!((errors.len(), errors[0].index), (3, 1));
        for expected in ["one", "two", "three"] {
            assert_eq!(to.packet().await.payload, expected.as_bytes());
        }
        ip("link set dev a down");
        let errors = from.send(&[advert(b"one"), advert(b"two")]);
        assert_eq!(errors.iter().map(|error| error.index).collect::<Vec<_>>(), [0, 1]);
    });
}

#[test]
fn a_link_may_be_missing_come_go_and_come_again() {
    run(|| async {
        let (first, second) = two_spaces();
        let mut from = LinuxKernel::started().await;
        second.enter();
        let mut to = LinuxKernel::started().await;
        let wanted = BTreeSet::from([endpoint("b"), endpoint("later")]);
        let errors = to.listen(&wanted);
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].to_string(), "cannot listen for 224.0.0.18 on later: no such link");
        for round in ["first", "second"] {
            second.enter();
            ip(&format!("link add name later type veth peer name early netns {}", first.path()));
            ip("link set dev later up");
            assert!(to.listen(&wanted).is_empty());
            assert!(to.listen(&wanted).is_empty());
            first.enter();
            ip("link set dev early up");
            until_running("early");
            assert!(from.listen(&only("early")).is_empty());
            let on_early = Advert { interface: name("early"), ..advert(round.as_bytes()) };
            assert!(from.send(&[on_early]).is_empty());
            let packet = to.packet().await;
            assert_eq!((packet.interface, packet.payload), (name("later"), round.as_bytes().to_vec()));
            second.enter();
            ip("link del dev later");
            assert_eq!(to.listen(&wanted).len(), 1);
        }
        first.enter();
        assert!(from.listen(&only("a")).is_empty());
        assert!(from.send(&[advert(b"still")]).is_empty());
        assert_eq!(to.packet().await.payload, b"still", "the other link was not disturbed");
    });
}

#[test]
fn a_link_that_was_replaced_unnoticed_is_opened_again() {
    run(|| async {
        let (first, second) = two_spaces();
        second.enter();
        let mut to = LinuxKernel::started().await;
        assert!(to.listen(&only("b")).is_empty());
        first.enter();
        ip("link del dev a");
        ip(&format!("link add name a type veth peer name b netns {}", second.path()));
        ip("link set dev a up");
        second.enter();
        ip("link set dev b up");
        until_running("b");
        assert!(to.listen(&only("b")).is_empty());
        first.enter();
        until_running("a");
        let mut from = LinuxKernel::started().await;
        assert!(from.listen(&only("a")).is_empty());
        assert!(from.send(&[advert(b"new")]).is_empty());
        assert_eq!(to.packet().await.payload, b"new");
    });
}

#[test]
fn what_is_no_longer_wanted_is_not_heard() {
    run(|| async {
        let (first, second) = two_spaces();
        second.enter();
        let mut to = LinuxKernel::started().await;
        let other = Endpoint { group: IpAddr::from([224, 0, 0, 200]), ..endpoint("b") };
        assert!(to.listen(&BTreeSet::from([endpoint("b"), other.clone()])).is_empty());
        first.enter();
        let mut from = LinuxKernel::started().await;
        assert!(from.listen(&only("a")).is_empty());
        let both = [advert(b"one"), Advert { destination: other.group, ..advert(b"two") }];
        assert!(from.send(&both).is_empty());
        assert_eq!(to.packet().await.payload, b"one");
        assert_eq!(to.packet().await.payload, b"two");
        second.enter();
        assert!(to.listen(&BTreeSet::from([other])).is_empty());
        assert!(from.send(&both).is_empty());
        assert_eq!(to.packet().await.payload, b"two");
        assert!(to.listen(&BTreeSet::new()).is_empty());
        assert!(from.send(&both).is_empty());
        assert!(!to.all().await.iter().any(|event| matches!(event, Event::Packet(_))));
    });
}

#[test]
fn a_flood_hides_neither_links_nor_itself() {
    run(|| async {
        let (first, second) = two_spaces();
        second.enter();
        let mut to = LinuxKernel::started().await;
        assert!(to.listen(&only("b")).is_empty());
        first.enter();
        let mut from = LinuxKernel::started().await;
        assert!(from.listen(&only("a")).is_empty());
        to.all().await;
        let adverts: Vec<Advert> = (0_u32..1_000).map(|n| advert(&n.to_be_bytes())).collect();
        assert!(from.send(&adverts).is_empty());
        second.enter();
        ip("addr add 10.0.0.99/32 dev b");
        let mut packets = 0;
        let mut before_addresses = None;
        while packets < 1_000 || before_addresses.is_none() {
            match to.wait_for("packets and addresses", Some).await {
                Event::Packet(_) => packets += 1,
                Event::Addresses { .. } => before_addresses = Some(packets),
                _ => {}
            }
        }
        assert!(
            before_addresses.is_some_and(|count| count <= 2 * model::limits::PACKETS_PER_TURN),
            "{before_addresses:?}"
        );
    });
}

#[test]
fn packets_are_found_without_asking_the_runtime() {
    run(|| async {
        let (first, second) = two_spaces();
        second.enter();
        let mut to = LinuxKernel::started().await;
        assert!(to.listen(&only("b")).is_empty());
        first.enter();
        let mut from = LinuxKernel::started().await;
        assert!(from.listen(&only("a")).is_empty());
        to.all().await;
        assert!(to.try_next_event().is_none());
        assert!(from.send(&[advert(b"now")]).is_empty());
        // Delivery over veth ends in a software interrupt, at the latest a moment later.
        std::thread::sleep(std::time::Duration::from_millis(50));
        let Some(Event::Packet(packet)) = to.try_next_event() else { panic!("it has arrived") };
        assert_eq!(packet.payload, b"now");
        assert!(to.try_next_event().is_none());
        // And the runtime is not confused by that.
        assert!(from.send(&[advert(b"later")]).is_empty());
        assert_eq!(to.packet().await.payload, b"later");
    });
}

#[test]
fn ipv6_adverts_have_every_field_of_the_header_right() {
    run(|| async {
        let (first, second) = two_spaces();
        second.enter();
        let ears = reader(0x86dd);
        let theirs = link_local("b");
        let mut to = LinuxKernel::started().await;
        assert!(to.listen(&BTreeSet::from([endpoint6("b"), endpoint("b")])).is_empty());
        first.enter();
        let source = link_local("a");
        let mut from = LinuxKernel::started().await;
        assert!(from.listen(&BTreeSet::from([endpoint6("a")])).is_empty());
        let payload = b"\x31\x33\x64\x00\x00\x64\x12\x34";
        let group = endpoint6("a").group;
        for (destination, ttl) in [(group, 255), (theirs, 64)] {
            let six = Advert { source, destination, ttl, ..advert(payload) };
            assert!(from.send(std::slice::from_ref(&six)).is_empty());
            let expected = ReceivedPacket {
                interface: name("b"),
                source,
                destination,
                ttl,
                stated_length: payload.len(),
                protocol: PROTOCOL_VRRP,
                header: Vec::new(),
                payload: payload.to_vec(),
            };
            assert_eq!(to.packet().await, expected);
            let frame = frame(&ears, |bytes| bytes.get(20) == Some(&112));
            assert_eq!(frame[14..22], [0x6c, 0, 0, 0, 0, 8, 112, ttl], "traffic class 0xc0, no flow label");
            assert_eq!(frame[54..62], *payload, "the checksum is ours, not the kernel's");
        }
        assert!(!from.all().await.iter().any(|event| matches!(event, Event::Packet(_))), "nobody hears himself");
    });
}

#[test]
fn a_group_that_is_not_joined_is_not_heard_and_unicast_needs_none() {
    run(|| async {
        let (first, second) = two_spaces();
        second.enter();
        let six = link_local("b");
        let mut to = LinuxKernel::started().await;
        let anywhere = ["0.0.0.0", "::"].map(|group| Endpoint { group: group.parse().expect("one"), ..endpoint("b") });
        assert!(to.listen(&BTreeSet::from(anywhere)).is_empty());
        first.enter();
        let source = link_local("a");
        let mut from = LinuxKernel::started().await;
        assert!(from.listen(&BTreeSet::from([endpoint6("a"), endpoint("a")])).is_empty());
        let group6 = Advert { source, destination: endpoint6("a").group, ..advert(b"group6") };
        let to_six = Advert { source, destination: six, ..advert(b"six") };
        let to_four = Advert { destination: IpAddr::from([10, 0, 0, 2]), ..advert(b"four") };
        assert!(from.send(&[advert(b"group4"), group6, to_four, to_six]).is_empty());
        let heard = BTreeSet::from([to.packet().await.payload, to.packet().await.payload]);
        assert_eq!(heard, BTreeSet::from([b"four".to_vec(), b"six".to_vec()]));
        assert!(!to.all().await.iter().any(|event| matches!(event, Event::Packet(_))));
    });
}

#[test]
fn authentication_headers_have_a_socket_of_their_own() {
    run(|| async {
        let (first, second) = two_spaces();
        second.enter();
        let mut to = LinuxKernel::started().await;
        let header = Endpoint { protocol: PROTOCOL_AH, ..endpoint("b") };
        assert!(to.listen(&BTreeSet::from([header])).is_empty());
        first.enter();
        let mut from = LinuxKernel::started().await;
        let both = BTreeSet::from([endpoint("a"), Endpoint { protocol: PROTOCOL_AH, ..endpoint("a") }]);
        assert!(from.listen(&both).is_empty());
        let wrapped = Advert { protocol: PROTOCOL_AH, identification: 9, ..advert(b"behind a header") };
        assert!(from.send(&[advert(b"plain"), wrapped]).is_empty());
        let packet = to.packet().await;
        assert_eq!((packet.protocol, packet.payload.as_slice()), (PROTOCOL_AH, b"behind a header".as_slice()));
        assert_eq!(packet.header[4..6], [0, 9], "which the digest covers");
    });
}
