//! Tables of `evenkeel rs`: what is meant, what is answered, what it comes to.
use super::*;
use model::Name;
use model::config::server::Protocol;

fn address(last: u8) -> IpAddr {
    IpAddr::from([10, 0, 1, last])
}

fn config() -> Config {
    let service =
        |last, port| Service::Address { address: IpAddr::from([10, 0, 0, last]), port, protocol: Protocol::Tcp };
    let pool = |service, servers: &[(u8, u16)]| VirtualServer {
        real_servers: servers.iter().map(|(last, port)| RealServer::plain(address(*last), *port)).collect(),
        ..VirtualServer::plain(service)
    };
    let mark = Service::Fwmark { mark: 7, family: model::Family::V4 };
    Config {
        virtual_servers: vec![
            pool(service(1, 80), &[(1, 80), (2, 80), (2, 81)]),
            pool(service(1, 443), &[(1, 443)]),
            VirtualServer { group: Some(Name::from("shop")), ..pool(mark, &[(3, 0)]) },
        ],
        ..Config::default()
    }
}

/// Nobody's hand so far, with a book of its own.
fn fresh(name: &str) -> ByHand {
    let directory = std::env::temp_dir().join(format!("evenkeel-by-hand-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&directory);
    let (by_hand, lines) = ByHand::open(directory.join("pools.json"), &config());
    assert_eq!(lines, Vec::<String>::new());
    by_hand
}

fn end(by_hand: &ByHand) {
    std::fs::remove_dir_all(by_hand.book.parent().expect("a directory")).expect("gone");
}

fn said(by_hand: &mut ByHand, act: Act, server: &str, within: Option<&str>) -> String {
    let order = PoolOrder::Change { act, server: server.to_owned(), within: within.map(str::to_owned) };
    by_hand.act(&order, &config()).unwrap_or_else(|problem| format!("error: {problem}"))
}

#[test]
fn servers_are_found_by_address_port_and_pool() {
    for (server, within, answer) in [
        (
            "10.0.1.1",
            None,
            "[10.0.1.1]:80 of [10.0.0.1]:tcp:80: drained\n[10.0.1.1]:443 of [10.0.0.1]:tcp:443: drained\n",
        ),
        ("10.0.1.1", Some("10.0.0.1:443"), "[10.0.1.1]:443 of [10.0.0.1]:tcp:443: drained\n"),
        ("[10.0.1.1]:80", Some("[10.0.0.1]:tcp:80"), "[10.0.1.1]:80 of [10.0.0.1]:tcp:80: drained\n"),
        ("10.0.1.2:81", None, "[10.0.1.2]:81 of [10.0.0.1]:tcp:80: drained\n"),
        ("10.0.1.3", Some("fwmark 7"), "[10.0.1.3]:0 of FWM 7: drained\n"),
        ("10.0.1.3", Some("FWM 7"), "[10.0.1.3]:0 of FWM 7: drained\n"),
        ("10.0.1.3", Some("shop"), "[10.0.1.3]:0 of FWM 7: drained\n"),
        ("10.0.1.2", None, "error: 10.0.1.2 can be [10.0.1.2]:80 or [10.0.1.2]:81; name its port"),
        ("10.0.1.9", None, "error: no real server 10.0.1.9 is known; `evenkeel status` lists them"),
        ("web1", None, "error: no real server web1 is known; `evenkeel status` lists them"),
        ("10.0.1.1", Some("10.0.0.1"), "error: 10.0.0.1 can be [10.0.0.1]:tcp:80 or [10.0.0.1]:tcp:443"),
        ("10.0.1.1", Some("10.0.0.9"), "error: no virtual server 10.0.0.9 runs; `evenkeel status` lists them"),
    ] {
        assert_eq!(said(&mut fresh("found"), Act::Drain, server, within), answer, "{server} {within:?}");
    }
}

#[test]
fn changes_add_up_and_are_undone() {
    let mut by_hand = fresh("undone");
    for (act, now) in [
        (Act::SetWeight(5), "weight 5"),
        (Act::Drain, "weight 5, drained"),
        (Act::Disable, "weight 5, disabled"),
        (Act::Remove, "weight 5, removed"),
        (Act::Enable, "weight 5"),
    ] {
        let line = format!("[10.0.1.3]:0 of FWM 7: {now}\n");
        assert_eq!(said(&mut by_hand, act, "10.0.1.3", None), line);
        assert_eq!(by_hand.act(&PoolOrder::List, &config()), Ok(line));
    }
    assert_eq!(by_hand.act(&PoolOrder::Clear, &config()).as_deref(), Ok("1 change(s) undone; the file counts\n"));
    assert_eq!(by_hand.act(&PoolOrder::List, &config()).as_deref(), Ok("nothing is changed, the file counts\n"));
    assert_eq!(said(&mut by_hand, Act::Enable, "10.0.1.3", None), "[10.0.1.3]:0 of FWM 7: as in the file\n");
    assert!(!by_hand.book.exists());
}

#[test]
fn changes_outlive_a_restart_where_the_file_is_the_same() {
    let mut by_hand = fresh("restart");
    said(&mut by_hand, Act::SetWeight(5), "10.0.1.1", Some("10.0.0.1:80"));
    said(&mut by_hand, Act::Disable, "10.0.1.3", None);
    said(&mut by_hand, Act::Remove, "10.0.1.2:81", None);
    said(&mut by_hand, Act::Add(Some(3)), "10.0.1.7", Some("10.0.0.1:443"));
    let (again, lines) = ByHand::open(by_hand.book.clone(), &config());
    assert_eq!((again.overlay(), lines.len()), (by_hand.overlay(), 4));
    // Another file meanwhile: one weight is written anew, one server left, one that was added is in it now.
    let mut other = config();
    other.virtual_servers[0].real_servers[0].weight = 2;
    other.virtual_servers[0].real_servers.pop();
    other.virtual_servers[1].real_servers.push(RealServer::plain(address(7), 443));
    let (again, lines) = ByHand::open(by_hand.book.clone(), &other);
    assert_eq!(again.list(), "[10.0.1.3]:0 of FWM 7: disabled\n");
    assert_eq!(lines.iter().filter(|line| line.ends_with("is over: the file says otherwise")).count(), 3, "{lines:?}");
    std::fs::write(&by_hand.book, "[{\"address\": 1}]").expect("a file");
    let (again, lines) = ByHand::open(by_hand.book.clone(), &config());
    assert!(again.overlay().iter().next().is_none() && lines[0].contains("is damaged"), "{lines:?}");
    end(&by_hand);
}

#[test]
fn a_server_is_added_to_one_pool_and_removed_again() {
    let mut by_hand = fresh("added");
    let pool = Some("10.0.0.1:80");
    for (act, server, within, answer) in [
        (Act::Add(None), "10.0.1.7", None, "error: a server is added to one virtual server: name it with --in"),
        (Act::Add(None), "web", pool, "error: web is no address or address:port"),
        (
            Act::Add(None),
            "10.0.1.1",
            pool,
            "error: [10.0.1.1]:80 of [10.0.0.1]:tcp:80 is in the file; `enable` brings it back",
        ),
        (Act::Add(Some(3)), "10.0.1.7", pool, "[10.0.1.7]:80 of [10.0.0.1]:tcp:80: added, weight 3\n"),
        (Act::Drain, "10.0.1.7", None, "[10.0.1.7]:80 of [10.0.0.1]:tcp:80: added, weight 3, drained\n"),
        (Act::Remove, "10.0.1.7", None, "[10.0.1.7]:80 of [10.0.0.1]:tcp:80: as in the file\n"),
        (Act::Drain, "10.0.1.7", None, "error: no real server 10.0.1.7 is known; `evenkeel status` lists them"),
    ] {
        assert_eq!(said(&mut by_hand, act, server, within), answer);
    }
}

#[test]
fn places_are_read_in_every_usual_form() {
    let v6: IpAddr = "fd00::1".parse().expect("an address");
    for (text, place) in [
        ("10.0.1.1", Some((address(1), None))),
        ("10.0.1.1:80", Some((address(1), Some(80)))),
        ("fd00::1", Some((v6, None))),
        ("[fd00::1]", Some((v6, None))),
        ("[fd00::1]:80", Some((v6, Some(80)))),
        ("[fd00::1]80", None),
        ("[fd00::1", None),
        ("10.0.1.1:", None),
        ("10.0.1.1:99999", None),
        ("", None),
        (":", None),
    ] {
        assert_eq!(parse(text), place, "{text}");
    }
}
