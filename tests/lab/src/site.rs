//! A small site: two directors with one configuration file, two web servers behind them, a client in front.
use crate::client::HttpClient;
use crate::error::{Doing, Error, Result};
use crate::net::Lan;
use crate::program::{Kind, Options, Program};
use crate::room::Room;
use crate::wait;
use crate::watch::Addresses;
use crate::web::Web;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The address that clients know.
pub const VIP: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 100);
/// The directors' own addresses.
pub const DIRECTORS: [Ipv4Addr; 2] = [Ipv4Addr::new(10, 77, 0, 1), Ipv4Addr::new(10, 77, 0, 2)];
/// The web servers' own addresses.
pub const WEBS: [Ipv4Addr; 2] = [Ipv4Addr::new(10, 77, 0, 21), Ipv4Addr::new(10, 77, 0, 22)];
/// The client's address.
pub const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 9);
const PREFIX: u8 = 24;

/// One of the two directors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The one with the higher priority.
    Primary,
    /// The other one.
    Backup,
}

impl Place {
    /// Both, the preferred one first.
    pub const BOTH: [Self; 2] = [Self::Primary, Self::Backup];

    /// The host name of its room.
    pub fn name(self) -> &'static str {
        match self {
            Self::Primary => "director1",
            Self::Backup => "director2",
        }
    }

    /// The configuration id (`-i`) under which it reads the common file.
    pub fn config_id(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Backup => "backup",
        }
    }

    /// Its own address.
    pub fn address(self) -> Ipv4Addr {
        let [primary, backup] = DIRECTORS;
        match self {
            Self::Primary => primary,
            Self::Backup => backup,
        }
    }
}

/// A machine that runs a director's daemon.
#[derive(Debug)]
pub struct Director {
    /// Which one.
    pub place: Place,
    /// The daemon.
    pub program: Program,
    /// Its addresses.
    pub addresses: Addresses,
    room: Arc<Room>,
    powered: bool,
}

impl Director {
    /// Has it power and a cable?
    pub fn powered(&self) -> bool {
        self.powered
    }

    /// Its room.
    pub fn room(&self) -> &Arc<Room> {
        &self.room
    }

    /// The real servers of the service on the virtual address, and their weights, by `ipvsadm`.
    pub fn real_servers(&self) -> Result<BTreeMap<Ipv4Addr, u32>> {
        Ok(real_servers(&self.room.command(&["ipvsadm", "-Sn"])?))
    }

    /// Waits until exactly these web servers get connections, and returns when that was.
    pub fn wait_for_real_servers(&self, expected: &[Ipv4Addr], within: Duration) -> Result<Instant> {
        let right = || {
            let live =
                self.real_servers().ok()?.into_iter().filter(|(_, weight)| *weight > 0).map(|(server, _)| server);
            live.eq(expected.iter().copied()).then(Instant::now)
        };
        wait::until(within, right).ok_or_else(|| {
            let name = self.place.name();
            Error::new(format!(
                "{name}: the IPVS table has not become {expected:?} within {within:?}: {:?}",
                self.real_servers()
            ))
        })
    }
}

/// The whole of it.
#[derive(Debug)]
pub struct Site {
    /// The cables.
    pub lan: Lan,
    /// The web servers.
    pub webs: [Web; 2],
    /// Where clients are.
    pub client: Room,
    primary: Director,
    backup: Director,
}

impl Site {
    /// The configuration file that both directors read.
    pub fn config() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("site.conf")
    }

    /// Builds it, with this daemon on the directors; the web servers run, the directors do not yet.
    pub fn build(kind: &Kind) -> Result<Self> {
        let lan = Lan::new()?;
        let [one, two] = WEBS;
        let webs = [web(&lan, "web1", one)?, web(&lan, "web2", two)?];
        let client = Room::new("client")?;
        lan.plug(&client, CLIENT, PREFIX)?;
        let primary = director(&lan, Place::Primary, kind)?;
        let backup = director(&lan, Place::Backup, kind)?;
        Ok(Self { lan, webs, client, primary, backup })
    }

    /// One of the directors.
    pub fn director(&self, place: Place) -> &Director {
        match place {
            Place::Primary => &self.primary,
            Place::Backup => &self.backup,
        }
    }

    /// One of the directors, to start or stop its daemon.
    pub fn director_mut(&mut self, place: Place) -> &mut Director {
        match place {
            Place::Primary => &mut self.primary,
            Place::Backup => &mut self.backup,
        }
    }

    /// Starts a client that asks the virtual address.
    pub fn start_client(&self, period: Duration) -> Result<HttpClient> {
        HttpClient::start(&self.client, VIP, period)
    }

    /// Who holds the virtual address, of the directors that have power.
    pub fn holders(&self) -> Result<Vec<Place>> {
        let mut holders = Vec::new();
        for place in Place::BOTH {
            let director = self.director(place);
            if director.powered && director.addresses.holds(VIP)? {
                holders.push(place);
            }
        }
        Ok(holders)
    }

    /// Ends a director as a power cut does: the daemon is killed and the cable is dead. Returns when that was.
    pub fn cut_power(&mut self, place: Place) -> Result<Instant> {
        self.lan.unplug(&Arc::clone(&self.director(place).room))?;
        let director = self.director_mut(place);
        director.powered = false;
        Ok(director.program.crash())
    }

    /// The machine boots: its kernel has forgotten everything, its daemon is started. Returns when that was.
    pub fn restore_power(&mut self, place: Place) -> Result<Instant> {
        let room = Arc::clone(&self.director(place).room);
        if self.director(place).addresses.holds(VIP)? {
            room.ip(&[format!("address del {VIP}/{PREFIX} dev eth0")])?;
        }
        room.command(&["ipvsadm", "-C"])?;
        room.command(&["find", "/run", "-mindepth", "1", "-delete"])?;
        self.lan.replug(&room)?;
        let director = self.director_mut(place);
        director.powered = true;
        director.program.start()
    }

    /// The last lines of both daemons' logs, for a message about a failure.
    pub fn last_words(&self) -> String {
        Place::BOTH.map(|place| self.director(place).program.log_tail(12)).join("\n")
    }
}

fn web(lan: &Lan, name: &str, address: Ipv4Addr) -> Result<Web> {
    let room = Arc::new(Room::new(name)?);
    lan.plug(&room, address, PREFIX)?;
    let mut web = Web::new(&room, address)?;
    web.serve_directly(VIP)?;
    web.start()?;
    Ok(web)
}

fn director(lan: &Lan, place: Place, kind: &Kind) -> Result<Director> {
    let room = Arc::new(Room::new(place.name())?);
    lan.plug(&room, place.address(), PREFIX)?;
    let arguments = vec!["-i".to_owned(), place.config_id().to_owned()];
    let options = Options { arguments, config: Some(Site::config()), ..Options::default() };
    let program = Program::new(kind.clone(), &room, "", options).doing(format!("preparing {}", place.name()))?;
    let addresses = Addresses::watch(&room)?;
    Ok(Director { place, program, addresses, room, powered: true })
}

/// From lines as `-a -t 10.77.0.100:80 -r 10.77.0.21:80 -g -w 1`.
fn real_servers(saved: &str) -> BTreeMap<Ipv4Addr, u32> {
    let after = |words: &[&str], flag: &str| {
        let at = words.iter().position(|word| *word == flag)?;
        words.get(at + 1).map(ToString::to_string)
    };
    let server = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let address = after(&words, "-r")?.split(':').next()?.parse().ok()?;
        Some((address, after(&words, "-w")?.parse().ok()?))
    };
    saved.lines().filter(|line| line.starts_with("-a ")).filter_map(server).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_from_what_ipvsadm_saves() {
        let saved = "-A -t 10.77.0.100:80 -s rr\n-a -t 10.77.0.100:80 -r 10.77.0.21:80 -g -w 0\n\
                     -a -t 10.77.0.100:80 -r 10.77.0.22:80 -g -w 3\n";
        let [one, two] = WEBS;
        assert_eq!(real_servers(saved), BTreeMap::from([(one, 0), (two, 3)]));
    }
}
