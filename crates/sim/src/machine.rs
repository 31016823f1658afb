//! A machine under a daemon: its kernel, whose answers take time, and what the daemon has just ordered of it.
use kernel::ports::{
    Addresses, Adverts, AnnounceError, Announcer, Event, ListenError, ReceivedPacket, Refusal, SendError, Ticket,
};
use kernel::recording::RecordingKernel;
use model::holdings::{AddressKey, Change};
use model::net::{Advert, Announcement, Endpoint, Link};
use model::{Family, InterfaceName, Prefix};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// What the daemon ordered and the world has not carried out yet.
#[derive(Debug, Default)]
pub struct Outbox {
    /// Adverts that left.
    pub adverts: Vec<Advert>,
    /// Announcements that left.
    pub announcements: Vec<Announcement>,
    /// Changes for the kernel.
    pub submissions: Vec<(Ticket, Vec<Change>)>,
}

/// The machine: the recording kernel, which carries submissions out when the world says so.
#[derive(Debug, Default)]
pub struct Machine {
    kernel: RecordingKernel,
    /// The addresses that are there when nothing of the daemon's is.
    own: BTreeMap<InterfaceName, Vec<Prefix>>,
    refuses: bool,
    /// Adverts do not leave.
    mute: bool,
    /// All addresses beside the machine's own, as they are now.
    virtual_addresses: BTreeSet<AddressKey>,
    /// Counts the changes of links and addresses.
    version: u64,
    submissions: Vec<(Ticket, Vec<Change>)>,
}

impl Machine {
    /// A machine with these links, each up and with its own addresses.
    #[must_use]
    pub fn new(own: BTreeMap<InterfaceName, Vec<Prefix>>) -> Self {
        let mut machine = Self { own, ..Self::default() };
        machine.boot();
        machine
    }

    /// Turned on: links up, own addresses only, nothing open.
    pub fn boot(&mut self) {
        self.submissions.clear();
        self.kernel = RecordingKernel::new(self.own.iter().map(|(name, prefix)| (name.clone(), link(name, prefix))));
        self.changed();
    }

    /// Turned off.
    pub fn power_off(&mut self) {
        self.kernel = RecordingKernel::default();
        self.changed();
    }

    /// The daemon is gone: its sockets are closed, its addresses stay.
    pub fn orphan(&mut self) {
        self.kernel.listen(&BTreeSet::new());
    }

    /// What a daemon is told first.
    #[must_use]
    pub fn dump(&self) -> Vec<Event> {
        let known = self.own.keys().filter_map(|name| Some((name, self.kernel.link(name)?)));
        known.map(|(name, link)| Event::Link { interface: name.clone(), link: link.clone() }).collect()
    }

    /// What was ordered since this was last asked.
    pub fn take_outbox(&mut self) -> Outbox {
        self.kernel.take_calls();
        Outbox {
            adverts: self.kernel.take_sent(),
            announcements: self.kernel.take_announced(),
            submissions: std::mem::take(&mut self.submissions),
        }
    }

    /// Makes the kernel refuse to add addresses, or take them again.
    pub const fn refuse(&mut self, refuses: bool) {
        self.refuses = refuses;
    }

    /// Whether the kernel refuses to add addresses.
    #[must_use]
    pub const fn refuses(&self) -> bool {
        self.refuses
    }

    /// Makes the kernel refuse to send adverts, or send them again.
    pub const fn set_mute(&mut self, mute: bool) {
        self.mute = mute;
    }

    /// Whether the kernel refuses to send adverts.
    #[must_use]
    pub const fn is_mute(&self) -> bool {
        self.mute
    }

    /// News was lost: the kernel says so, and how everything is, also what is no more.
    pub fn overrun(&mut self) -> Vec<Event> {
        self.kernel.overrun();
        let mut events = self.changed();
        let gone = self.own.keys().filter(|name| !self.exists(name)).cloned();
        events.extend(gone.map(Event::LinkGone));
        events
    }

    /// Carries a submission out; gives the answer and the news.
    pub fn apply(&mut self, ticket: Ticket, changes: Vec<Change>) -> Vec<Event> {
        if !self.refuses {
            self.kernel.submit(ticket, changes);
            return self.changed();
        }
        let (refused, passed) =
            changes.into_iter().partition(|c| matches!(c, Change::AddAddress(_)) && !self.kernel.holds(&c.key()));
        self.kernel.submit(ticket, passed);
        let mut events = self.changed();
        if let Some(Event::Applied { results, .. }) = events.last_mut() {
            let refused: Vec<Change> = refused;
            let refusal = || Refusal { errno: 1, text: "permission denied".to_owned() };
            results.extend(refused.into_iter().map(|change| (change, Err(refusal()))));
        }
        events
    }

    /// Somebody takes an address off.
    pub fn remove(&mut self, address: Prefix) -> Vec<Event> {
        for interface in self.own.keys() {
            self.kernel.remove_address(&AddressKey { interface: interface.clone(), prefix: address });
        }
        self.changed()
    }

    /// A carrier comes or goes.
    pub fn set_running(&mut self, interface: &InterfaceName, running: bool) -> Vec<Event> {
        self.kernel.set_running(interface, running);
        self.changed()
    }

    /// A link leaves the machine, with its addresses and the sockets on it.
    pub fn vanish(&mut self, interface: &InterfaceName) -> Vec<Event> {
        self.kernel.remove_link(interface);
        self.changed()
    }

    /// A link comes back, with its own address only.
    pub fn come_back(&mut self, interface: &InterfaceName) -> Vec<Event> {
        if let Some(own) = self.own.get(interface).filter(|_| self.kernel.link(interface).is_none()) {
            let link = link(interface, own);
            self.kernel.set_link(interface, link);
        }
        self.changed()
    }

    /// A packet comes in by the wire; its event, when a socket hears it.
    pub fn receive(&mut self, packet: ReceivedPacket) -> Vec<Event> {
        self.kernel.deliver(packet);
        self.kernel.take_events()
    }

    /// Whether the link is there.
    #[must_use]
    pub fn exists(&self, interface: &InterfaceName) -> bool {
        self.kernel.link(interface).is_some()
    }

    /// Whether an advert that is sent by this link leaves.
    #[must_use]
    pub fn is_audible(&self, interface: &InterfaceName) -> bool {
        !self.mute && self.is_running(interface)
    }

    /// Whether the link is there and up.
    #[must_use]
    pub fn is_running(&self, interface: &InterfaceName) -> bool {
        self.kernel.link(interface).is_some_and(|link| link.running)
    }

    /// Whether the link has its own address of this family.
    #[must_use]
    pub fn has_own_address(&self, interface: &InterfaceName, family: Family) -> bool {
        let own = |key: &AddressKey| key.prefix.family() == family && self.is_own(key);
        self.kernel.link(interface).is_some_and(|link| link.addresses.iter().any(own))
    }

    fn is_own(&self, key: &AddressKey) -> bool {
        self.own.get(&key.interface).is_some_and(|own| own.contains(&key.prefix))
    }

    /// All addresses beside the machine's own.
    #[must_use]
    pub const fn virtual_addresses(&self) -> &BTreeSet<AddressKey> {
        &self.virtual_addresses
    }

    /// Counts the changes of links and addresses.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Links or addresses may have changed; gives the events of it.
    fn changed(&mut self) -> Vec<Event> {
        let links = self.own.keys().filter_map(|name| self.kernel.link(name));
        let all = links.flat_map(|link| &link.addresses);
        self.virtual_addresses = all.filter(|key| !self.is_own(key)).cloned().collect();
        self.version += 1;
        self.kernel.take_events()
    }
}

fn link(interface: &InterfaceName, own: &[Prefix]) -> Link {
    let Some(IpAddr::V4(address)) = own.first().map(|own| own.address()) else { return Link::default() };
    let [_, subnet, _, host] = address.octets();
    let key = |prefix: &Prefix| AddressKey { interface: interface.clone(), prefix: *prefix };
    Link {
        running: true,
        hardware: vec![0x02, 0, 0, 0, subnet, host],
        mtu: 1_500,
        arp: true,
        addresses: own.iter().map(key).collect(),
        tentative: Vec::new(),
    }
}

/// The packet that arrives when this advert does.
#[must_use]
pub fn packet_of(advert: &Advert) -> ReceivedPacket {
    ReceivedPacket {
        interface: advert.interface.clone(),
        source: advert.source,
        destination: advert.destination,
        ttl: advert.ttl,
        stated_length: advert.payload.len(),
        protocol: advert.protocol,
        header: header_of(advert),
        payload: advert.payload.clone(),
    }
}

/// The IPv4 header that an authentication header covers; what may change on the way is left zero here.
fn header_of(advert: &Advert) -> Vec<u8> {
    let (IpAddr::V4(source), IpAddr::V4(destination)) = (advert.source, advert.destination) else { return Vec::new() };
    let [l0, l1] = u16::try_from(20 + advert.payload.len()).unwrap_or(u16::MAX).to_be_bytes();
    let [i0, i1] = advert.identification.to_be_bytes();
    let mut header = vec![0x45, 0xc0, l0, l1, i0, i1, 0, 0, advert.ttl, advert.protocol, 0, 0];
    header.extend(source.octets());
    header.extend(destination.octets());
    header
}

impl Addresses for Machine {
    fn submit(&mut self, ticket: Ticket, changes: Vec<Change>) {
        self.submissions.push((ticket, changes));
    }
}

impl Adverts for Machine {
    fn listen(&mut self, endpoints: &BTreeSet<Endpoint>) -> Vec<ListenError> {
        self.kernel.listen(endpoints)
    }

    fn send(&mut self, adverts: &[Advert]) -> Vec<SendError> {
        if self.mute {
            let refused = |index| SendError { index, source: std::io::Error::from(std::io::ErrorKind::OutOfMemory) };
            return (0..adverts.len()).map(refused).collect();
        }
        self.kernel.send(adverts)
    }
}

impl Announcer for Machine {
    fn announce(&mut self, announcements: &[Announcement]) -> Vec<AnnounceError> {
        self.kernel.announce(announcements)
    }
}
