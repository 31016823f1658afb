//! A pair of directors on a network, and a client in front of them.
use crate::error::{Doing, Error, Result};
use crate::frr;
use crate::net::Lan;
use crate::program::{Kind, Options, Program};
use crate::room::Room;
use crate::wait;
use crate::watch::{Addresses, Pulse};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The address that clients know.
pub const VIP: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 100);
/// The same in IPv6.
pub const VIP_6: Ipv6Addr = in_lan_6(0x100);
/// The directors' own addresses.
pub const DIRECTORS: [Ipv4Addr; 2] = [Ipv4Addr::new(10, 77, 0, 1), Ipv4Addr::new(10, 77, 0, 2)];
/// The client's address.
pub const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 9);
/// The same in IPv6.
pub const CLIENT_6: Ipv6Addr = in_lan_6(9);
/// The length of the network's prefix.
pub const PREFIX: u8 = 24;
/// How long two directors may both hold the address in a hand-over that is otherwise done; what clients notice of it is
/// judged elsewhere.
const SETTLING: Duration = Duration::from_secs(5);

const fn in_lan_6(host: u16) -> Ipv6Addr {
    Ipv6Addr::new(0xfd77, 0, 0, 0, 0, 0, 0, host)
}

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

    /// The configuration id (`-i`) under which it reads a common file.
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

    /// The same in IPv6, for those who give it one.
    pub fn address_6(self) -> Ipv6Addr {
        match self {
            Self::Primary => in_lan_6(1),
            Self::Backup => in_lan_6(2),
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Primary => Self::Backup,
            Self::Backup => Self::Primary,
        }
    }

    /// Its VRRP priority, in every configuration of the laboratory.
    pub fn priority(self) -> u8 {
        match self {
            Self::Primary => 150,
            Self::Backup => 100,
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
    powered: bool,
}

impl Director {
    /// Its room.
    pub fn room(&self) -> &Arc<Room> {
        self.program.room()
    }

    fn is_frr(&self) -> bool {
        *self.program.kind() == Kind::Frr
    }

    fn holds(&self, address: IpAddr) -> Result<bool> {
        if self.is_frr() { Ok(frr::is_master(self.room())) } else { self.addresses.holds(address) }
    }

    fn wait_taken(&self, address: IpAddr, since: Instant, within: Duration) -> Result<Instant> {
        if !self.is_frr() {
            return self.addresses.wait_added(address, since, within);
        }
        let master = || frr::is_master(self.room()).then(Instant::now);
        wait::until(within, master).ok_or_else(|| Error::new(format!("{} did not become master", self.room().name())))
    }

    /// What its kernel would not know after a boot.
    fn forget(&self, addresses: &[IpAddr]) -> Result<()> {
        if self.is_frr() {
            return self.room().ip(&[format!("link set {} down", frr::MACVLAN)]);
        }
        for address in addresses {
            if self.addresses.holds(*address)? {
                self.room().ip(&[format!("address del {address}/{PREFIX} dev eth0")])?;
            }
        }
        Ok(())
    }
}

/// Two directors and a client on one network.
#[derive(Debug)]
pub struct Pair {
    /// The cables.
    pub lan: Lan,
    /// Where clients are.
    pub client: Room,
    /// What the machine around them is busy with.
    pub pulse: Pulse,
    /// The virtual addresses; the last one is what clients ask.
    vips: Vec<IpAddr>,
    primary: Director,
    backup: Director,
}

impl Pair {
    /// Builds it with a daemon and its options on each director; the daemons do not run yet. `config` is the text that a
    /// director reads unless its options name a file.
    pub fn build(setup: impl Fn(Place) -> (Kind, Options), config: impl Fn(Place) -> String) -> Result<Self> {
        let lan = Lan::new()?;
        let client = Room::new("client")?;
        lan.plug(&client, CLIENT, PREFIX)?;
        let director = |place| {
            let (kind, options) = setup(place);
            director(&lan, place, kind, options, &config(place))
        };
        let (primary, backup) = (director(Place::Primary)?, director(Place::Backup)?);
        Ok(Self { lan, client, pulse: Pulse::start()?, vips: vec![VIP.into()], primary, backup })
    }

    /// Gives every room an address in IPv6, and makes these the virtual addresses; the last one is what clients ask.
    pub fn serve(&mut self, vips: Vec<IpAddr>) -> Result<()> {
        self.vips = vips;
        let own = |room: &Room, address: Ipv6Addr| room.ip(&[format!("address add {address}/64 dev eth0")]);
        own(&self.client, CLIENT_6)?;
        Place::BOTH.into_iter().try_for_each(|place| own(self.director(place).room(), place.address_6()))
    }

    fn vip(&self) -> IpAddr {
        self.vips.last().copied().unwrap_or(VIP.into())
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

    /// Starts both daemons; returns when the second was started.
    pub fn start(&mut self) -> Result<Instant> {
        self.backup.program.start()?;
        self.primary.program.start()
    }

    /// Waits until a director has taken the virtual address after `since`, and returns when that was.
    pub fn wait_taken(&self, place: Place, since: Instant, within: Duration) -> Result<Instant> {
        self.director(place).wait_taken(self.vip(), since, within)
    }

    /// Who holds the virtual address, of the directors that have power.
    pub fn holders(&self) -> Result<Vec<Place>> {
        let mut holders = Vec::new();
        for director in [&self.primary, &self.backup] {
            if director.powered && director.holds(self.vip())? {
                holders.push(director.place);
            }
        }
        Ok(holders)
    }

    /// The one director that holds the virtual address; an error when there are none or two and it stays so.
    pub fn only_holder(&self) -> Result<Place> {
        let only = || match self.holders().ok()?.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        wait::until(SETTLING, only).ok_or_else(|| {
            let names = self.holders().map(|all| all.into_iter().map(Place::name).collect::<Vec<_>>());
            Error::new(format!("{} should be on one director, and is on {names:?}", self.vip()))
        })
    }

    /// Ends a director as a power cut does: the daemon is killed and the cable is dead. Returns when that was.
    pub fn cut_power(&mut self, place: Place) -> Result<Instant> {
        let director = self.director_mut(place);
        director.powered = false;
        let killed = director.program.crash();
        self.lan.unplug(&Arc::clone(self.director(place).room()))?;
        Ok(killed)
    }

    /// The machine boots: its kernel has forgotten everything, its daemon is started. Returns when that was.
    pub fn restore_power(&mut self, place: Place) -> Result<Instant> {
        let room = Arc::clone(self.director(place).room());
        self.director(place).forget(&self.vips)?;
        if Path::new("/proc/net/ip_vs").exists() {
            room.command(&["ipvsadm", "-C"])?;
        }
        room.command(&["find", "/run", "-mindepth", "1", "-delete"])?;
        self.lan.replug(&room)?;
        let director = self.director_mut(place);
        director.powered = true;
        director.program.start()
    }

    /// The last lines of both daemons' logs, for a message about a failure.
    pub fn last_words(&self) -> String {
        [&self.primary, &self.backup].map(|director| director.program.log_tail(15)).join("\n")
    }
}

fn director(lan: &Lan, place: Place, kind: Kind, options: Options, config: &str) -> Result<Director> {
    let room = Arc::new(Room::new(place.name())?);
    lan.plug(&room, place.address(), PREFIX)?;
    let program = Program::new(kind, &room, config, options).doing(format!("preparing {}", place.name()))?;
    let addresses = Addresses::watch(&room)?;
    Ok(Director { place, program, addresses, powered: true })
}
