//! A local network: a bridge in a room of its own, and cables from there to other rooms.
use crate::error::{Doing, Result};
use crate::room::Room;
use std::net::Ipv4Addr;
use std::time::Instant;

/// A bridge to which rooms are connected. Nothing of it appears in the host's own namespace.
#[derive(Debug)]
pub struct Lan {
    switch: Room,
}

impl Lan {
    /// Makes the bridge. Multicast reaches every port: there is no querier whose reports a switch could learn from.
    pub fn new() -> Result<Self> {
        let switch = Room::new("switch")?;
        switch.ip(&[
            "link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0".into(),
            "link set br0 up".into(),
        ])?;
        Ok(Self { switch })
    }

    /// Connects a room: interface `eth0` with the given address, up.
    pub fn plug(&self, room: &Room, address: Ipv4Addr, prefix: u8) -> Result<()> {
        self.plug_as(room, "eth0")?;
        room.ip(&[format!("address add {address}/{prefix} dev eth0"), "link set eth0 up".into()])
    }

    /// Connects a room by an interface of the given name, without address and still down.
    pub fn plug_as(&self, room: &Room, interface: &str) -> Result<()> {
        let port = port_name(room, interface);
        let peer = room.net().display();
        self.switch.ip(&[
            format!("link add {port} type veth peer name {interface} netns {peer}"),
            format!("link set {port} master br0"),
            format!("link set {port} up"),
        ])
    }

    /// Pulls the cable at the switch: the room's interface loses its carrier. Returns when that was done.
    pub fn unplug(&self, room: &Room) -> Result<Instant> {
        self.port(room, "down")
    }

    /// Puts the cable back.
    pub fn replug(&self, room: &Room) -> Result<Instant> {
        self.port(room, "up")
    }

    /// Cuts the room off without its noticing: the carrier stays, the bridge forwards nothing.
    pub fn isolate(&self, room: &Room) -> Result<Instant> {
        self.port(room, "nomaster")
    }

    /// Ends an isolation.
    pub fn rejoin(&self, room: &Room) -> Result<Instant> {
        self.port(room, "master br0")
    }

    fn port(&self, room: &Room, change: &str) -> Result<Instant> {
        let line = format!("link set {} {change}", port_name(room, "eth0"));
        self.switch.ip(&[line]).doing(format!("cable of {}", room.name()))?;
        Ok(Instant::now())
    }
}

/// Interface names end at fifteen characters.
fn port_name(room: &Room, interface: &str) -> String {
    let suffix = interface.strip_prefix("eth").unwrap_or(interface);
    format!("{}-{suffix}", room.name()).chars().take(15).collect()
}
