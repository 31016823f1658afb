//! `evenkeel realserver` on real machines: it takes a director's packets, and nobody hears of the address.
use evenkeel_lab::scratch::Scratch;
use evenkeel_lab::{Doing, Error, Kind, Lan, Result, Room, Web, ensure, trial};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 1);
const SERVER: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 2);
const VIP: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 100);
const VIP6: &str = "fd00:9::100";
/// For one connection.
const GLANCE: Duration = Duration::from_secs(1);
/// Connections until it counts as dead: a tunnel remembers for some packets that the other end was not there.
const TRIES: u32 = 5;

/// A client, or a director without IPVS, and a server, in one network.
struct Site {
    client: Room,
    web: Web,
    program: PathBuf,
    files: Scratch,
    _lan: Lan,
}

impl Site {
    fn new() -> Result<Self> {
        let Kind::Evenkeel(program) = trial::evenkeel()? else { return Err(Error::new("no evenkeel")) };
        let lan = Lan::new()?;
        let (client, server) = (Room::new("client")?, Arc::new(Room::new("server")?));
        lan.plug(&client, CLIENT, 24)?;
        lan.plug(&server, SERVER, 24)?;
        let mut web = Web::new(&server, SERVER)?;
        web.start()?;
        Ok(Self { client, web, program, files: Scratch::new("realserver")?, _lan: lan })
    }

    fn server(&self) -> &Room {
        self.web.room()
    }

    /// Runs `evenkeel realserver` on the server; gives what it printed, and whether it ended well.
    fn run(&self, line: &str) -> Result<(String, bool)> {
        let mut command = Command::new(&self.program);
        command.arg("realserver").args(line.split(' '));
        command.env("EVENKEEL_STATE", self.files.path().join("state"));
        command.env("EVENKEEL_UNITS", self.files.path().join("units"));
        let output: Output = self.server().run(move || command.output())?.doing(format!("realserver {line}"))?;
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        println!("realserver {line}: {}\n{text}", output.status);
        Ok((text, output.status.success()))
    }

    /// The same, which must end well.
    fn well(&self, line: &str) -> Result<String> {
        let (text, well) = self.run(line)?;
        ensure(well, || format!("realserver {line}: {text}"))?;
        Ok(text)
    }

    /// Whether the server says in its network that it has the virtual address: in answers, or in its own questions.
    fn is_heard_of(&self) -> Result<bool> {
        self.client.ip(&["neigh flush dev eth0".into()])?;
        self.server().ip(&["neigh flush dev eth0".into()])?;
        // Whether anybody answers is no matter here: both have to ask for the other's hardware address first.
        let to = SocketAddr::from((VIP, 80));
        let _ = self.client.run(move || TcpStream::connect_timeout(&to, GLANCE))?;
        let asked = self.client.command(&["ip", "neigh", "show", &VIP.to_string()])?;
        self.client.ip(&["neigh flush dev eth0".into()])?;
        self.server().ip(&["neigh flush dev eth0".into()])?;
        self.server().run(ask_as_the_virtual_address)?.doing("asking under the virtual address")?;
        let told = self.client.command(&["ip", "neigh", "show", &VIP.to_string()])?;
        Ok(asked.contains("lladdr") || told.contains("lladdr"))
    }

    /// Whether the web server answers under the virtual address.
    fn answers(&self) -> Result<bool> {
        let to = SocketAddr::from((VIP, 80));
        self.client.run(move || (0..TRIES).any(|_| TcpStream::connect_timeout(&to, GLANCE).is_ok()))
    }

    /// What `realserver` may change, as text.
    fn picture(&self) -> Result<String> {
        let script = "cd /proc/sys/net/ipv4/conf; grep . */arp_ignore */arp_announce */rp_filter; \
                      ip -br link; ip -o address | sed 's/valid_lft.*//'";
        self.server().command(&["sh", "-c", script])
    }

    fn hardware(&self) -> Result<String> {
        Ok(self.server().command(&["cat", "/sys/class/net/eth0/address"])?.trim().to_owned())
    }
}

/// Begins a connection to the client from the virtual address, where that is there.
fn ask_as_the_virtual_address() -> std::io::Result<()> {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((VIP, 0)).into())?;
    // Refused, and that is answer enough: the question for the hardware address went out before.
    let _ = socket.connect_timeout(&SocketAddr::from((CLIENT, 9)).into(), GLANCE);
    Ok(())
}

fn direct_routing() -> Result<()> {
    let site = Site::new()?;
    // First as it is without any care, so that what is looked for below can be seen at all.
    site.server().ip(&[format!("address add {VIP}/32 dev lo")])?;
    ensure(site.is_heard_of()?, || "a server without care should be heard of".into())?;
    site.server().ip(&[format!("address del {VIP}/32 dev lo")])?;
    let before = site.picture()?;
    let up = format!("up --vip {VIP} {VIP6} --method dr");
    ensure(site.well(&format!("{up} --dry-run"))?.contains("arp_ignore=1"), || "dry run".into())?;
    ensure(site.picture()? == before, || "a dry run changed something".into())?;
    site.well(&format!("{up} --persist"))?;
    ensure(!site.is_heard_of()?, || "the virtual address was heard of".into())?;
    // A director sends frames to the server's hardware address, whatever address is inside.
    let line = format!("neigh replace {VIP} lladdr {} dev eth0 nud permanent", site.hardware()?);
    site.client.ip(&[line])?;
    ensure(site.answers()?, || "no answer under the virtual address".into())?;
    ensure(site.well("check")?.contains("in order"), || "check".into())?;
    ensure(site.well(&up)?.contains("nothing to do"), || "a second time".into())?;
    damage_is_found_and_put_right(&site)?;
    site.well("down")?;
    let after = site.picture()?;
    ensure(after == before, || format!("down left something:\n{before}\n{after}"))?;
    let left: Vec<_> = ["state", "units/multi-user.target.wants"]
        .iter()
        .filter_map(|name| std::fs::read_dir(site.files.path().join(name)).ok())
        .flatten()
        .flatten()
        .collect();
    ensure(left.is_empty(), || format!("down left files: {left:?}"))
}

fn damage_is_found_and_put_right(site: &Site) -> Result<()> {
    site.server().sysctl(&[("net/ipv4/conf/all/arp_ignore", "0")])?;
    site.server().ip(&[format!("address del {VIP}/32 dev lo"), format!("address add {VIP}/24 dev eth0")])?;
    let (text, well) = site.run("check")?;
    let found = ["arp_ignore is 0", "is not on lo", "is on eth0 as well"];
    ensure(!well && found.iter().all(|words| text.contains(words)), || format!("check found only: {text}"))?;
    site.server().ip(&[format!("address del {VIP}/24 dev eth0")])?;
    site.well(&format!("up --vip {VIP}"))?;
    site.well("check").map(drop)
}

fn tunnel() -> Result<()> {
    let site = Site::new()?;
    // Strict, as many distributions have it; the tunnel must do without.
    site.server().sysctl(&[("net/ipv4/conf/all/rp_filter", "1")])?;
    // A first link of its kind brings the kernel's module, and with it tunl0; neither is ours.
    site.client.ip(&[
        format!("link add t0 type ipip local {CLIENT} remote {SERVER}"),
        "link set t0 up".into(),
        format!("route add {VIP}/32 dev t0 src {CLIENT}"),
    ])?;
    let before = site.picture()?;
    site.well(&format!("up --vip {VIP} --method tun"))?;
    ensure(site.answers()?, || "no answer through the tunnel".into())?;
    ensure(site.well("check")?.contains("by tun on tunl0"), || "check".into())?;
    ensure(site.well(&format!("up --vip {VIP} --method tun"))?.contains("nothing to do"), || "a second time".into())?;
    site.well("down")?;
    let after = site.picture()?;
    ensure(after == before, || format!("down left something:\n{before}\n{after}"))
}

#[test]
fn a_server_of_direct_routing_is_silent_and_serves() -> Result<()> {
    trial::in_namespaces("a_server_of_direct_routing_is_silent_and_serves", direct_routing)
}

#[test]
fn a_server_behind_a_tunnel_serves_through_it() -> Result<()> {
    // The kernel that has IPVS has tunnels.
    trial::with_ipvs("a_server_behind_a_tunnel_serves_through_it", tunnel)
}
