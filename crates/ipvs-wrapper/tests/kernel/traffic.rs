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
fn the_connection_table_shows_it() {
    in_namespace(|mut ipvs| {
        let (client, _accepted, server) = connection(&mut ipvs);
        let read = |table: Result<ConnectionTable<_>, ConnectionError>| -> Vec<Connection> {
            table.unwrap().collect::<Result<_, _>>().unwrap()
        };
        let plain = read(ConnectionTable::open());
        let [entry] = plain.as_slice() else { panic!("{plain:?}") };
        assert_eq!(entry.client, client.local_addr().unwrap());
        assert_eq!(
            (entry.service, entry.destination),
            ("10.0.0.1:80".parse().unwrap(), "10.0.1.1:8080".parse().unwrap())
        );
        assert_eq!(entry.destination.ip(), server.key.address);
        assert_eq!((entry.state.as_str(), entry.protocol, entry.origin), ("ESTABLISHED", Protocol::TCP, None));
        assert!((800..=900).contains(&entry.expires), "{entry:?}");
        let told = read(ConnectionTable::open_with_origin());
        assert_eq!(told.iter().map(|entry| entry.origin).collect::<Vec<_>>(), [Some(Origin::Local)]);
    });
}

#[test]
fn lists_are_in_the_order_of_the_kernel() {
    in_namespace(|mut ipvs| {
        for last in 1..=9 {
            let server = server(&format!("10.0.1.{last}"), 80, Forwarding::Masquerade);
            let add = [Command::AddService(rr(tcp(last))), Command::AddDestination(tcp(last), server)];
            apply(&mut ipvs, &add);
            apply(
                &mut ipvs,
                &[Command::AddDestination(tcp(last), Destination::new(ip("10.0.2.1"), 80, server.forwarding))],
            );
        }
        let mut ours = String::new();
        for entry in ipvs.services().unwrap() {
            let key = entry.service.key();
            ours.push_str(&format!("{} ", key.to_string().trim_start_matches("tcp ")));
            for destination in ipvs.destinations(&key).unwrap() {
                ours.push_str(&format!("{} ", destination.destination.key));
            }
        }
        let theirs = shell("ipvsadm -Ln --nosort | awk '/^TCP|[0-9]:[0-9]/{print $2}'");
        assert_eq!(ours.trim(), theirs.split_whitespace().collect::<Vec<_>>().join(" "));
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
