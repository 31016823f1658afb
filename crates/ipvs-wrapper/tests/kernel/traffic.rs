//! Connections through IPVS: they are counted, and outlive the changes that must not touch them.
use crate::lab::*;
use evenkeel_ipvs::*;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// An open connection through a service on `lo` to a server on `lo`: the client's end and the server's.
fn connection(ipvs: &mut Netlink) -> (TcpStream, TcpStream, Destination) {
    shell("ip addr add 10.0.0.1/32 dev lo; ip addr add 10.0.1.1/32 dev lo");
    let listener = TcpListener::bind("10.0.1.1:8080").unwrap();
    let server = server("10.0.1.1", 8080, Forwarding::Masquerade);
    apply(ipvs, &[Command::AddService(rr(tcp(80))), Command::AddDestination(tcp(80), server)]);
    let client = TcpStream::connect_timeout(&"10.0.0.1:80".parse().unwrap(), Duration::from_secs(5)).unwrap();
    let (accepted, _) = listener.accept().unwrap();
    for end in [&client, &accepted] {
        end.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    }
    (client, accepted, server)
}

fn say(from: &mut TcpStream, to: &mut TcpStream, word: &[u8; 5]) {
    from.write_all(word).unwrap();
    let mut heard = [0; 5];
    to.read_exact(&mut heard).unwrap();
    assert_eq!(&heard, word);
}

fn entries() -> usize {
    shell("ipvsadm -Lnc").lines().filter(|line| line.contains("ESTABLISHED") && line.contains("10.0.1.1:8080")).count()
}

#[test]
fn an_edit_keeps_connections() {
    in_namespace(|mut ipvs| {
        let (mut client, mut accepted, server) = connection(&mut ipvs);
        say(&mut client, &mut accepted, b"hello");
        assert_eq!(entries(), 1);
        let mut desired = ipvs.dump().unwrap();
        for weight in [5, 0, 1] {
            let edited = Destination { weight, ..server };
            desired.set_destination(tcp(80), edited);
            let commands = difference(&desired, &ipvs.dump().unwrap(), |_| true);
            assert_eq!(commands, [Command::EditDestination(tcp(80), edited)]);
            apply(&mut ipvs, &commands);
            assert_eq!(entries(), 1);
            say(&mut client, &mut accepted, b"still");
            say(&mut accepted, &mut client, b"there");
        }
        apply(&mut ipvs, &[Command::EditService(Service::new(tcp(80), name("wlc")))]);
        say(&mut client, &mut accepted, b"again");
        let entry = ipvs.dump().unwrap();
        assert_eq!(entry.destination(&tcp(80), &server.key).unwrap().connections.active, 1);
        assert_eq!(entries(), 1);
    });
}

#[test]
fn traffic_is_counted() {
    in_namespace(|mut ipvs| {
        let (mut client, mut accepted, server) = connection(&mut ipvs);
        say(&mut client, &mut accepted, b"hello");
        say(&mut accepted, &mut client, b"world");
        let entry = |ipvs: &mut Netlink| *ipvs.dump().unwrap().destination(&tcp(80), &server.key).unwrap();
        assert_eq!(entry(&mut ipvs).connections, Connections { active: 1, inactive: 0, persistent: 0 });
        // The kernel counts at once, but shows it after its next sample.
        let until = Instant::now() + Duration::from_secs(8);
        while ipvs.services().unwrap()[0].stats.rates.bytes_in == 0 {
            assert!(Instant::now() < until, "no sample");
            say(&mut client, &mut accepted, b"noise");
            say(&mut accepted, &mut client, b"noise");
            thread::sleep(Duration::from_millis(50));
        }
        for stats in [entry(&mut ipvs).stats, ipvs.services().unwrap()[0].stats] {
            let total = stats.total;
            assert_eq!(total.connections, 1);
            assert!(total.packets_in >= 3 && total.bytes_in > 52 * total.packets_in - 52, "{total:?}");
            assert!(total.packets_out >= 2 && total.bytes_out > 52 * total.packets_out - 52, "{total:?}");
            assert!(total.bytes_in < 100_000 && total.bytes_out < 100_000, "{total:?}");
            assert!(stats.rates.packets_in > 0 && stats.rates.bytes_in > stats.rates.packets_in, "{:?}", stats.rates);
        }
        apply(&mut ipvs, &[Command::Zero(Some(tcp(80)))]);
        assert_eq!(ipvs.services().unwrap()[0].stats.total.connections, 0);
        assert_eq!(entries(), 1);
    });
}
