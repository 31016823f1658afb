//! The ground: one network with two directors, three web servers, one that is sorry, and a client with many addresses.
use crate::services::{DATAGRAMS, EXPIRING, ONE_PACKET};
use crate::visit;
use evenkeel_lab::{Doing, Error, Kind, Lan, Options, Program, Result, Room, Web, ensure, trial, wait};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

/// For anything that comes by itself.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);
/// The web servers that a service has; their names are their answers.
pub(crate) const WEBS: [&str; 3] = ["web1", "web2", "web3"];
/// Answers when the others are too few.
pub(crate) const SORRY: &str = "sorry";
/// Networks of clients, and clients in each.
const NETWORKS: u16 = 2;
const CLIENTS: u16 = 12;

/// Of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    V4,
    V6,
}

impl Family {
    pub(crate) const BOTH: [Self; 2] = [Self::V4, Self::V6];

    /// An address of the network: the last two numbers of it.
    pub(crate) fn address(self, third: u16, fourth: u16) -> IpAddr {
        match self {
            Self::V4 => Ipv4Addr::from((10 << 24) | (9 << 16) | (u32::from(third) << 8) | u32::from(fourth)).into(),
            Self::V6 => Ipv6Addr::new(0xfd09, 0, 0, 0, 0, 0, third, fourth).into(),
        }
    }

    fn prefix(self) -> u8 {
        match self {
            Self::V4 => 16,
            Self::V6 => 64,
        }
    }
}

/// How a director sends packets on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Nat,
    Dr,
    Tun,
}

impl Method {
    pub(crate) const ALL: [Self; 3] = [Self::Nat, Self::Dr, Self::Tun];

    /// As the configuration has it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Nat => "NAT",
            Self::Dr => "DR",
            Self::Tun => "TUN",
        }
    }

    fn network(self) -> u16 {
        match self {
            Self::Nat => 100,
            Self::Dr => 101,
            Self::Tun => 102,
        }
    }
}

/// The virtual address of a service.
pub(crate) fn vip(method: Method, family: Family, number: u16) -> IpAddr {
    family.address(method.network(), number)
}

/// A server's own address.
pub(crate) fn server(family: Family, index: u16) -> IpAddr {
    family.address(0, 11 + index)
}

/// A client's address, in one of two networks.
pub(crate) fn client(family: Family, network: u16, number: u16) -> IpAddr {
    family.address(1 + network % NETWORKS, 1 + number % CLIENTS)
}

/// To which NAT's answers go: an address of the director that is at work.
pub(crate) fn gateway(family: Family) -> IpAddr {
    family.address(0, 254)
}

pub(crate) struct Ground {
    pub(crate) lan: Lan,
    pub(crate) client: Arc<Room>,
    pub(crate) directors: [Program; 2],
    /// The three, and the one that is sorry.
    pub(crate) webs: [Web; 4],
}

impl Ground {
    /// Builds it; servers run and are set up for these virtual addresses, directors do not run yet.
    pub(crate) fn build(vips: &[(Method, IpAddr)], config: impl Fn(usize) -> String) -> Result<Self> {
        let lan = Lan::new()?;
        let client = plugged(&lan, "client", &own_addresses_of_clients())?;
        let [one, two, three] = WEBS;
        let web = |(name, index)| web(&lan, name, index, vips);
        let webs = [web((one, 0))?, web((two, 1))?, web((three, 2))?, web((SORRY, 3))?];
        let directors = [director(&lan, 0, &config(0))?, director(&lan, 1, &config(1))?];
        Ok(Self { lan, client, directors, webs })
    }

    /// Starts a director, and waits until its table has this many real servers.
    pub(crate) fn start(&mut self, which: usize, servers: usize) -> Result<()> {
        let [one, two] = &mut self.directors;
        let director = if which == 0 { one } else { two };
        director.start()?;
        let mut found = 0;
        let all = wait::until(PATIENCE, || {
            let table = director.room().command(&["ipvsadm", "-Sn"]).ok()?;
            found = table.lines().filter(|line| line.starts_with("-a ")).count();
            (found == servers).then_some(())
        });
        ensure(all.is_some(), || format!("{found} real servers in the table and not {servers}"))?;
        // The first one is asked at once: it must hold its addresses. The other one only listens.
        let master = wait::until(PATIENCE, || {
            (which == 1 || director.log().contains("(VI_1) Entering MASTER STATE")).then_some(())
        });
        ensure(master.is_some(), || "the first director does not become master".into())
    }

    /// Every server answers datagrams: to its own address as NAT needs it, and to virtual ones.
    pub(crate) fn answer_datagrams(&self, vips: &[(Method, IpAddr)]) -> Result<()> {
        let services = [DATAGRAMS, EXPIRING, ONE_PACKET];
        for (web, index) in self.webs.iter().zip(0..) {
            let own = Family::BOTH.map(|family| server(family, index));
            let of =
                |number| Family::BOTH.map(|family| [Method::Dr, Method::Tun].map(|method| vip(method, family, number)));
            let virtual_ones = services.into_iter().flat_map(of).flatten();
            let here = virtual_ones.filter(|vip| vips.iter().any(|(_, taken)| taken == vip));
            visit::answer(web.room(), &own.into_iter().chain(here).collect::<Vec<_>>())?;
        }
        Ok(())
    }

    /// The last words of both directors.
    pub(crate) fn last_words(&self) -> String {
        let [one, two] = &self.directors;
        format!("{}\n{}", one.log_tail(20), two.log_tail(20))
    }
}

fn own_addresses_of_clients() -> Vec<(Family, IpAddr)> {
    let of = |family| {
        (0..NETWORKS).flat_map(move |network| (0..CLIENTS).map(move |number| (family, client(family, network, number))))
    };
    Family::BOTH.into_iter().flat_map(of).collect()
}

fn plugged(lan: &Lan, name: &str, addresses: &[(Family, IpAddr)]) -> Result<Arc<Room>> {
    let room = Arc::new(Room::new(name)?);
    lan.plug_as(&room, "eth0")?;
    let own = |(family, address): &(Family, IpAddr)| {
        let nodad = if *family == Family::V6 { " nodad" } else { "" };
        format!("address add {address}/{} dev eth0{nodad}", family.prefix())
    };
    let mut lines: Vec<String> = addresses.iter().map(own).collect();
    lines.push("link set eth0 up".to_owned());
    room.ip(&lines)?;
    Ok(room)
}

/// A director forwards, and sends nobody another way.
fn director(lan: &Lan, index: u16, config: &str) -> Result<Program> {
    let name = if index == 0 { "director1" } else { "director2" };
    let addresses = Family::BOTH.map(|family| (family, family.address(0, 1 + index)));
    let room = plugged(lan, name, &addresses)?;
    room.sysctl(&[
        ("net/ipv4/ip_forward", "1"),
        ("net/ipv4/conf/all/send_redirects", "0"),
        ("net/ipv4/conf/eth0/send_redirects", "0"),
        ("net/ipv6/conf/all/forwarding", "1"),
    ])?;
    Program::new(trial::evenkeel()?, &room, config, Options { quiet: true, ..Options::default() })
}

fn web(lan: &Lan, name: &str, index: u16, vips: &[(Method, IpAddr)]) -> Result<Web> {
    let addresses = Family::BOTH.map(|family| (family, server(family, index)));
    let room = plugged(lan, name, &addresses)?;
    answer_through_the_director(&room, index)?;
    for method in [Method::Dr, Method::Tun] {
        take(&room, method, vips)?;
    }
    let IpAddr::V4(own) = server(Family::V4, index) else { return Err(Error::new("no address of IPv4")) };
    let mut web = Web::new(&room, own)?;
    web.start()?;
    Ok(web)
}

/// What NAT needs: answers from the server's own address to clients go to the director, though clients are neighbours.
fn answer_through_the_director(room: &Room, index: u16) -> Result<()> {
    room.sysctl(&[("net/ipv4/conf/eth0/accept_redirects", "0"), ("net/ipv6/conf/eth0/accept_redirects", "0")])?;
    for family in Family::BOTH {
        let (own, gateway) = (server(family, index), gateway(family));
        let (word, length) = if family == Family::V4 { ("-4", 24) } else { ("-6", 112) };
        let rule = |network| format!("rule add from {own} to {}/{length} lookup 100\n", family.address(1 + network, 0));
        let route = format!("route add default via {gateway} dev eth0 table 100\n");
        let lines = (0..NETWORKS).map(rule).chain([route]).collect::<String>();
        room.command_with_input(&["ip", word, "-batch", "-"], &lines)?;
    }
    Ok(())
}

/// `evenkeel realserver up`, as an administrator would call it.
fn take(room: &Room, method: Method, vips: &[(Method, IpAddr)]) -> Result<()> {
    let Kind::Evenkeel(program) = trial::evenkeel()? else { return Err(Error::new("no evenkeel")) };
    let program = program.display().to_string();
    let mine: Vec<String> = vips.iter().filter(|(by, _)| *by == method).map(|(_, vip)| vip.to_string()).collect();
    let word = method.word().to_lowercase();
    let mut argv =
        vec!["env", "EVENKEEL_STATE=/run/realserver", &program, "realserver", "up", "--method", &word, "--vip"];
    argv.extend(mine.iter().map(String::as_str));
    room.command(&argv).map(drop).doing("setting up a real server")
}
