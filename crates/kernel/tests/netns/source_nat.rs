//! Source NAT on the wire: a redirected client looks like us to its server, everybody else like himself.
use crate::room::{PATIENCE, Space, ip, run};
use evenkeel_kernel::linux::nftables::LinuxSourceNat;
use evenkeel_kernel::linux::sysctl::LinuxSysctls;
use evenkeel_kernel::ports::{Masked, SourceNat, Sysctls};
use socket2::{Domain, SockAddr, Socket, Type};
use std::collections::BTreeSet;
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::process::{Command, Stdio};

const TCP: u8 = 6;

/// A client, a director that redirects what comes to 10.1.0.100:80 and [2001:db8:1::100]:80, and a server on port 8080
/// that knows no way to the client.
struct Site {
    client: Space,
    director: Space,
    server: Space,
}

impl Site {
    fn new() -> Self {
        let (client, server, director) = (Space::new(), Space::new(), Space::new());
        for (link, there, network) in [("c", &client, 1), ("s", &server, 2)] {
            ip(&format!("link add name {link} type veth peer name eth0 netns {}", there.path()));
            ip(&format!("addr add 10.{network}.0.1/24 dev {link}"));
            ip(&format!("addr add 2001:db8:{network}::1/64 dev {link} nodad"));
            ip(&format!("link set dev {link} up"));
            there.enter();
            ip(&format!("addr add 10.{network}.0.2/24 dev eth0"));
            ip(&format!("addr add 2001:db8:{network}::2/64 dev eth0 nodad"));
            ip("link set dev eth0 up");
            director.enter();
        }
        ip("addr add 10.1.0.100/32 dev c");
        ip("addr add 2001:db8:1::100/128 dev c nodad");
        // A second address towards the server: what masquerading would not choose.
        ip("addr add 10.2.0.50/32 dev s");
        for name in ["net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding"] {
            LinuxSysctls.write(name, "1").expect("forwarding");
        }
        for (family, from, to) in
            [("ip", "10.1.0.100", "10.2.0.2:8080"), ("ip6", "2001:db8:1::100", "[2001:db8:2::2]:8080")]
        {
            nft(&format!("add table {family} stand_in"));
            nft(&format!("add chain {family} stand_in c {{ type nat hook prerouting priority -100; }}"));
            nft(&format!("add rule {family} stand_in c {family} daddr {from} meta l4proto tcp dnat to {to}"));
        }
        Self { client, director, server }
    }

    /// Who the server sees when somebody connects.
    fn seen(&self, space: &Space, from: Option<&str>, to: &str) -> IpAddr {
        let to: SocketAddr = to.parse().expect("an address");
        self.server.enter();
        let listening = socket(to.is_ipv4());
        let any: SocketAddr = if to.is_ipv4() { "0.0.0.0:8080" } else { "[::]:8080" }.parse().expect("an address");
        listening.set_reuse_address(true).expect("an option");
        listening.bind(&any.into()).expect("bound");
        listening.listen(1).expect("listening");
        space.enter();
        let socket = socket(to.is_ipv4());
        if let Some(from) = from {
            let from: IpAddr = from.parse().expect("an address");
            socket.bind(&SockAddr::from(SocketAddr::new(from, 0))).expect("bound");
        }
        socket.connect_timeout(&to.into(), PATIENCE).expect("connected");
        let (_, peer) = listening.accept().expect("accepted");
        self.director.enter();
        peer.as_socket().expect("an address").ip()
    }
}

fn socket(v4: bool) -> Socket {
    Socket::new(if v4 { Domain::IPV4 } else { Domain::IPV6 }, Type::STREAM, None).expect("a socket")
}

/// Runs nft(8), which must succeed.
fn nft(text: &str) {
    let mut child = Command::new("nft").args(["-f", "-"]).stdin(Stdio::piped()).spawn().expect("nft(8) is installed");
    child.stdin.take().expect("a pipe").write_all(format!("{text}\n").as_bytes()).expect("written");
    assert!(child.wait().expect("an end").success(), "{text}");
}

fn listing() -> String {
    let output = Command::new("nft").args(["list", "ruleset"]).output().expect("nft(8) is installed");
    String::from_utf8(output.stdout).expect("text")
}

fn servers(all: &[(&str, Option<(u8, u16)>)]) -> BTreeSet<Masked> {
    all.iter().map(|(address, port)| Masked { address: address.parse().expect("an address"), port: *port }).collect()
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

#[test]
fn redirected_clients_look_like_us() {
    run(|| async {
        let site = Site::new();
        let mut nat = LinuxSourceNat::default();
        nat.replace(&servers(&[("10.2.0.2", Some((TCP, 8080))), ("2001:db8:2::2", None)])).expect("made");
        assert_eq!(site.seen(&site.client, None, "10.1.0.100:80"), address("10.2.0.1"));
        assert_eq!(site.seen(&site.client, None, "[2001:db8:1::100]:80"), address("2001:db8:2::1"));
        // Health checks are not redirected: they keep the address that they chose.
        assert_eq!(site.seen(&site.director, Some("10.2.0.50"), "10.2.0.2:8080"), address("10.2.0.50"));
        let text = listing();
        for part in [
            "type ipv4_addr . inet_proto . inet_service",
            "10.2.0.2 . tcp . 8080",
            "ip daddr . meta l4proto . th dport @servers",
            "ip6 daddr @hosts",
            "type nat hook postrouting priority",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        nat.replace(&BTreeSet::new()).expect("removed");
        assert!(!listing().contains("evenkeel"), "{}", listing());
        assert!(!nat.exists().expect("told"));
    });
}

#[test]
fn what_others_change_is_seen_and_what_is_theirs_is_not() {
    run(|| async {
        let _space = Space::new();
        let mut nat = LinuxSourceNat::default();
        assert!(!nat.exists().expect("told"));
        let many: BTreeSet<Masked> = (1..=10_000)
            .map(|port| Masked { address: address("10.2.0.2"), port: Some((TCP, port)) })
            .chain(servers(&[("10.2.0.3", None), ("2001:db8:2::2", Some((TCP, 80)))]))
            .collect();
        nat.replace(&many).expect("made");
        assert!(nat.is_intact().expect("told") && nat.exists().expect("told"));
        nft("add table ip theirs");
        nft("add set ip theirs evenkeel { type ipv4_addr; }");
        assert!(nat.is_intact().expect("told"));
        for damage in [
            "delete element ip evenkeel servers { 10.2.0.2 . tcp . 80 }",
            "flush chain ip6 evenkeel fullnat",
            "add rule ip evenkeel fullnat accept",
            "delete table ip evenkeel",
            "flush ruleset",
        ] {
            nft(damage);
            assert!(!nat.is_intact().expect("told"), "{damage}");
            nat.replace(&many).expect("repaired");
            assert!(nat.is_intact().expect("told"), "{damage}");
        }
        // A later run knows nothing of this one, and ends with the same.
        let mut later = LinuxSourceNat::default();
        assert!(later.exists().expect("told") && !later.is_intact().expect("told"));
        later.replace(&BTreeSet::new()).expect("removed");
        assert_eq!(listing().matches("evenkeel").count(), 0, "{}", listing());
    });
}
