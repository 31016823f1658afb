//! Trials on a kernel with nf_tables beside IPVS: FULLNAT, with real servers that know no way back to the client, and groups of
//! addresses that are one service by a mark.
use evenkeel_lab::{Doing, Error, Kind, Options, Program, Result, Room, ensure, trial, wait};
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::spawn;
use std::time::Duration;

/// The emulation is slow, and so may be the machine that emulates.
const PATIENCE: Duration = Duration::from_secs(240);

/// A client in 10.1.0.0/24, real servers in 10.2.0.0/24, and the director between them.
struct Site {
    client: Arc<Room>,
    director: Arc<Room>,
    _servers: Vec<Arc<Room>>,
}

impl Site {
    fn new() -> Result<Self> {
        let room = |name: &str| Room::new(name).map(Arc::new);
        let (client, director) = (room("client")?, room("director")?);
        let servers = vec![room("web1")?, room("web2")?];
        cable(&director, "eth0", &client)?;
        director.ip(&["link add lan type bridge forward_delay 0".to_owned()])?;
        for (index, server) in servers.iter().enumerate() {
            cable(&director, &format!("port{index}"), server)?;
            director.ip(&[format!("link set port{index} master lan")])?;
            server.ip(&[format!("address add 10.2.0.{}/24 dev eth0", 11 + index)])?;
            server.ip(&[format!("address add fd00:2::{}/64 dev eth0 nodad", 11 + index)])?;
            let name = server.name().to_owned();
            server.run(move || serve(&name))?.doing("starting a real server")?;
        }
        director.ip(&[
            "link set lan up".into(),
            "address add 10.2.0.1/24 dev lan".into(),
            "address add fd00:2::1/64 dev lan nodad".into(),
            "address add 10.1.0.1/24 dev eth0".into(),
            "address add fd00:1::1/64 dev eth0 nodad".into(),
            "address add 10.1.0.100/32 dev eth0".into(),
            "address add fd00:1::100/128 dev eth0 nodad".into(),
        ])?;
        director.sysctl(&[("net/ipv4/ip_forward", "1"), ("net/ipv6/conf/all/forwarding", "1")])?;
        client.ip(&["address add 10.1.0.2/24 dev eth0".into(), "address add fd00:1::2/64 dev eth0 nodad".into()])?;
        Ok(Self { client, director, _servers: servers })
    }

    /// What the client reads from there.
    fn page(&self, to: &str) -> Result<String> {
        let to: SocketAddr = to.parse().doing("reading an address")?;
        self.client.run(move || page(to))?.doing(format!("asking {to}"))
    }

    fn rules(&self) -> Result<String> {
        self.director.command(&["nft", "list", "ruleset"])
    }
}

/// Interface `eth0` of the other room, up; ours has the given name.
fn cable(here: &Room, name: &str, there: &Room) -> Result<()> {
    here.ip(&[
        format!("link add {name} type veth peer name eth0 netns {}", there.net().display()),
        format!("link set {name} up"),
    ])?;
    there.ip(&["link set eth0 up".to_owned()])
}

/// Says who it is and whom it sees.
fn serve(name: &str) -> std::io::Result<()> {
    let listener = TcpListener::bind("[::]:8080")?;
    let name = name.to_owned();
    spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 1024];
            let peer = stream.peer_addr().map(|peer| peer.ip().to_canonical());
            let _ = stream.read(&mut request);
            let body = peer.map(|peer| format!("{name} {peer}")).unwrap_or_default();
            let _ = write!(stream, "HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        }
    });
    Ok(())
}

fn page(to: SocketAddr) -> std::io::Result<String> {
    let limit = Duration::from_secs(5);
    let mut stream = TcpStream::connect_timeout(&to, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text.rsplit("\r\n").next().unwrap_or_default().to_owned())
}

const FULLNAT: &str = "
virtual_server 10.1.0.100 80 {
 protocol TCP
 lvs_sched rr
 lvs_method FULLNAT
 delay_loop 1
 real_server 10.2.0.11 8080 { TCP_CHECK { } }
 real_server 10.2.0.12 8080 { TCP_CHECK { } }
}
virtual_server fd00:1::100 80 {
 protocol TCP
 lvs_sched rr
 lvs_method FULLNAT
 real_server fd00:2::11 8080 { TCP_CHECK { } }
 real_server fd00:2::12 8080 { TCP_CHECK { } }
}
";

fn director(site: &Site, config: &str) -> Result<Program> {
    let kind: Kind = trial::evenkeel()?;
    let mut program = Program::new(kind, &site.director, config, Options::default())?;
    program.start()?;
    Ok(program)
}

/// Asks until both servers have answered, and tells whom they saw.
fn both_answer(site: &Site, to: &str) -> Result<Vec<IpAddr>> {
    let mut pages: Vec<String> = Vec::new();
    let mut last = Error::new("nobody was asked");
    wait::until(PATIENCE, || {
        match site.page(to) {
            Ok(page) => pages.push(page),
            Err(error) => last = error,
        }
        ["web1", "web2"].iter().all(|name| pages.iter().any(|page| page.starts_with(name))).then_some(())
    })
    .ok_or_else(|| Error::new(format!("{pages:?}, {last}")))?;
    pages.iter().map(|page| page.rsplit(' ').next().unwrap_or_default().parse().doing("reading a page")).collect()
}

fn full_nat(site: &Site, program: &mut Program) -> Result<()> {
    for (to, seen) in [("10.1.0.100:80", "10.2.0.1"), ("[fd00:1::100]:80", "fd00:2::1")] {
        let seers = both_answer(site, to)?;
        ensure(seers.iter().all(|one| one.to_string() == seen), || format!("{to}: the servers see {seers:?}"))?;
    }
    let rules = site.rules()?;
    ensure(rules.contains("table ip evenkeel") && rules.contains("masquerade"), || rules.clone())?;
    // Somebody else takes it away.
    site.director.command(&["nft", "flush", "ruleset"])?;
    let back = wait::until(PATIENCE, || site.rules().ok().filter(|rules| rules.contains("masquerade")));
    ensure(back.is_some(), || "the rules did not come back".into())?;
    both_answer(site, "10.1.0.100:80")?;
    program.stop()?;
    let (rules, tracking) = (site.rules()?, site.director.command(&["cat", "/proc/sys/net/ipv4/vs/conntrack"])?);
    ensure(rules.is_empty() && tracking.trim() == "0", || format!("left behind: {rules} {tracking}"))
}

#[test]
fn full_nat_needs_no_way_back_through_the_director() -> Result<()> {
    trial::with_nftables("full_nat_needs_no_way_back_through_the_director", || {
        let site = Site::new()?;
        let mut program = director(&site, FULLNAT)?;
        let result = full_nat(&site, &mut program);
        trial::with_words(result, || program.log_tail(40))
    })
}

const GROUPS: &str = "
global_defs {
 nftables_ipvs lab
 nftables_counters
}
virtual_server_group WEB {
 10.1.0.100-102 80
 10.1.0.110 81
 fwmark 5
}
virtual_server_group NAMES {
 fd00:1::100-10e 53
}
virtual_server group WEB {
 protocol TCP
 lvs_sched rr
 lvs_method FULLNAT
 real_server 10.2.0.11 8080 { }
 real_server 10.2.0.12 8080 { }
}
virtual_server group NAMES {
 protocol UDP
 lvs_sched wrr
 lvs_method DR
 real_server fd00:2::11 53 {
  weight 3
 }
}
";

/// What ipvsadm and nft print of it, blanks apart.
const TABLE: &str = "
-A -f 5 -s rr
-a -f 5 -r 10.2.0.11:8080 -m -w 1
-a -f 5 -r 10.2.0.12:8080 -m -w 1
-A -f 1000 -s rr
-a -f 1000 -r 10.2.0.11:8080 -m -w 1
-a -f 1000 -r 10.2.0.12:8080 -m -w 1
-A -f 1001 -6 -s wrr
-a -f 1001 -6 -r [fd00:2::11]:0 -g -w 3
";
const MARKS: [&str; 2] = [
    "table ip lab { map tcp_map { type ipv4_addr . inet_service : mark flags interval \
     elements = { 10.1.0.100-10.1.0.102 . 80 : 0x000003e8, 10.1.0.110 . 81 : 0x000003e8 } } \
     chain in { type filter hook input priority filter - 1; policy accept; \
     meta mark set ip daddr . tcp dport map @tcp_map counter return } }",
    "table ip6 lab { map udp_map { type ipv6_addr . inet_service : mark flags interval \
     elements = { fd00:1::100-fd00:1::10e . 53 : 0x000003e9 } } \
     chain in { type filter hook input priority filter - 1; policy accept; \
     meta mark set ip6 daddr . udp dport map @udp_map counter return } }",
];

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.sort_unstable();
    lines
}

/// In one line, without what the rules have counted.
fn flat(rules: &str) -> String {
    let mut words = rules.split_whitespace();
    let mut flat: Vec<&str> = Vec::new();
    while let Some(word) = words.next() {
        flat.push(word);
        if word == "counter" {
            // `packets 3 bytes 180`
            words.by_ref().take(4).for_each(drop);
        }
    }
    flat.join(" ")
}

fn marks(site: &Site, program: &mut Program) -> Result<()> {
    let vips = [101, 102, 110].map(|last| format!("address add 10.1.0.{last}/32 dev eth0"));
    site.director.ip(&vips)?;
    let table = || site.director.command(&["ipvsadm", "-Sn"]).unwrap_or_default();
    let right = wait::until(PATIENCE, || (sorted(&table()) == sorted(TABLE)).then_some(()));
    ensure(right.is_some(), || format!("the table is\n{}", table()))?;
    let all_marks = || site.rules().is_ok_and(|rules| MARKS.iter().all(|part| flat(&rules).contains(part)));
    let right = wait::until(PATIENCE, || all_marks().then_some(()));
    ensure(right.is_some(), || format!("the rules are\n{}", site.rules().unwrap_or_default()))?;
    for to in ["10.1.0.100:80", "10.1.0.102:80", "10.1.0.110:81"] {
        both_answer(site, to)?;
    }
    ensure(site.page("10.1.0.110:80").is_err(), || "a port that is not in the group answers".into())?;
    site.director.command(&["nft", "flush", "chain", "ip", "lab", "in"])?;
    let right = wait::until(PATIENCE, || all_marks().then_some(()));
    ensure(right.is_some(), || format!("the rules did not come back:\n{}", site.rules().unwrap_or_default()))?;
    both_answer(site, "10.1.0.101:80")?;
    program.stop()?;
    let (rules, table) = (site.rules()?, table());
    ensure(rules.is_empty() && table.is_empty(), || format!("left behind: {rules} {table}"))
}

#[test]
fn groups_of_addresses_are_one_service_by_a_mark() -> Result<()> {
    trial::with_nftables("groups_of_addresses_are_one_service_by_a_mark", || {
        let site = Site::new()?;
        let mut program = director(&site, GROUPS)?;
        let result = marks(&site, &mut program);
        trial::with_words(result, || program.log_tail(40))
    })
}
