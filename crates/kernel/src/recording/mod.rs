//! One fake kernel behind all the ports: links with their addresses, sockets that record, and a log of calls in order. It
//! follows the real one where that matters to a decision, and is told by a test what happens to the machine.
mod faults;
mod marking;
mod routing;
mod source_nat;
mod sysctls;

pub use faults::{Faults, Faulty};
pub use marking::RecordingMarking;
pub use routing::RecordingRouting;
pub use source_nat::RecordingNat;
pub use sysctls::RecordingSysctls;

use crate::ports::{
    Addresses, Adverts, AnnounceError, Announcer, Event, ListenError, ReceivedPacket, Refusal, SendError, Ticket,
};
use model::holdings::{AddressKey, Change};
use model::net::{Advert, Announcement, Endpoint, Link};
use model::{Family, InterfaceName, limits};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;

const ENODEV: i32 = libc::ENODEV;
const EEXIST: i32 = libc::EEXIST;

/// One call, as it came.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// `Addresses::submit`.
    Submit {
        /// The ticket.
        ticket: Ticket,
        /// The changes.
        changes: Vec<Change>,
    },
    /// `Adverts::listen`.
    Listen(BTreeSet<Endpoint>),
    /// `Adverts::send`.
    Send(Vec<Advert>),
    /// `Announcer::announce`.
    Announce(Vec<Announcement>),
}

/// A kernel in memory. Every submission is carried out at once; its events wait until they are taken.
#[derive(Clone, Debug, Default)]
pub struct RecordingKernel {
    links: BTreeMap<InterfaceName, Link>,
    listening: BTreeSet<Endpoint>,
    events: VecDeque<Event>,
    calls: VecDeque<Call>,
    sent: VecDeque<Advert>,
    announced: VecDeque<Announcement>,
}

impl RecordingKernel {
    /// A kernel with these links; the first events tell of each.
    pub fn new(links: impl IntoIterator<Item = (InterfaceName, Link)>) -> Self {
        let mut kernel = Self::default();
        for (name, link) in links {
            kernel.set_link(&name, link);
        }
        kernel
    }

    /// What has happened since this was last asked, in order.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events).into()
    }

    /// The oldest event that was not taken.
    pub fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The calls since this was last asked, in order.
    pub fn take_calls(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.calls).into()
    }

    /// The adverts that left since this was last asked.
    pub fn take_sent(&mut self) -> Vec<Advert> {
        std::mem::take(&mut self.sent).into()
    }

    /// The announcements that left since this was last asked.
    pub fn take_announced(&mut self) -> Vec<Announcement> {
        std::mem::take(&mut self.announced).into()
    }

    /// The sockets that are open.
    #[must_use]
    pub fn listening(&self) -> &BTreeSet<Endpoint> {
        &self.listening
    }

    /// A link as it is now.
    #[must_use]
    pub fn link(&self, name: &InterfaceName) -> Option<&Link> {
        self.links.get(name)
    }

    /// Whether the kernel holds this address now.
    #[must_use]
    pub fn holds(&self, key: &AddressKey) -> bool {
        self.links.get(&key.interface).is_some_and(|link| link.addresses.contains(key))
    }

    /// Somebody makes a link, or changes it in any way.
    pub fn set_link(&mut self, name: &InterfaceName, link: Link) {
        match self.links.insert(name.clone(), link.clone()) {
            Some(old) if old == link => {}
            Some(old) if old.is_but_for_addresses(&link) => self.say_addresses(name),
            Some(_) | None => self.events.push_back(Event::Link { interface: name.clone(), link }),
        }
    }

    /// A link goes down or comes up; nothing when there is no such link.
    pub fn set_running(&mut self, name: &InterfaceName, running: bool) {
        if let Some(link) = self.links.get(name).cloned() {
            self.set_link(name, Link { running, ..link });
        }
    }

    /// Somebody takes a link away, with its addresses and the sockets on it.
    pub fn remove_link(&mut self, name: &InterfaceName) {
        if self.links.remove(name).is_some() {
            self.listening.retain(|endpoint| endpoint.interface != *name);
            self.events.push_back(Event::LinkGone(name.clone()));
        }
    }

    /// Somebody gives a link another name; its addresses stay with it, its sockets are on no link any more.
    pub fn rename_link(&mut self, from: &InterfaceName, to: &InterfaceName) {
        let Some(mut link) = self.links.remove(from) else { return };
        self.listening.retain(|endpoint| endpoint.interface != *from);
        link.addresses.iter_mut().for_each(|key| key.interface.clone_from(to));
        self.links.insert(to.clone(), link.clone());
        self.events.push_back(Event::LinkGone(from.clone()));
        self.events.push_back(Event::Link { interface: to.clone(), link });
        self.events.push_back(Event::LinkRenamed { from: from.clone(), to: to.clone() });
    }

    /// Somebody else adds an address; nothing when it is there, or its link is not.
    pub fn add_address(&mut self, key: &AddressKey) {
        if self.add(key) == Ok(true) {
            self.say_addresses(&key.interface);
        }
    }

    /// Somebody else removes an address; nothing when it is not there.
    pub fn remove_address(&mut self, key: &AddressKey) {
        if self.remove(key) {
            self.say_addresses(&key.interface);
        }
    }

    /// Events were lost: says so, and tells of every link again.
    pub fn overrun(&mut self) {
        self.events.push_back(Event::Overrun);
        let all = self.links.iter().map(|(name, link)| Event::Link { interface: name.clone(), link: link.clone() });
        self.events.extend(all);
    }

    /// A packet comes in by its link; heard (true) when the link runs and a socket listens to its destination there. A
    /// packet to an address of the link needs any socket.
    pub fn deliver(&mut self, packet: ReceivedPacket) -> bool {
        let Some(link) = self.links.get(&packet.interface).filter(|link| link.running) else { return false };
        let ours = link.addresses.iter().any(|key| key.prefix.address() == packet.destination);
        let family = Family::of(packet.source);
        let mut sockets = self.listening.iter().filter(|endpoint| {
            endpoint.interface == packet.interface
                && endpoint.protocol == packet.protocol
                && Family::of(endpoint.group) == family
        });
        let heard = sockets.any(|endpoint| ours || endpoint.group == packet.destination);
        if heard {
            self.events.push_back(Event::Packet(packet));
        }
        heard
    }

    fn say_addresses(&mut self, name: &InterfaceName) {
        let addresses = self.links.get(name).map(|link| link.addresses.clone()).unwrap_or_default();
        self.events.push_back(Event::Addresses { interface: name.clone(), addresses });
    }

    /// Whether the address is new.
    fn add(&mut self, key: &AddressKey) -> Result<bool, Refusal> {
        let link = self.links.get_mut(&key.interface).ok_or_else(|| refusal(ENODEV, "no such link"))?;
        if link.addresses.contains(key) {
            return Ok(false);
        }
        let same = |held: &AddressKey| held.prefix.address() == key.prefix.address();
        if key.prefix.family() == Family::V6 && link.addresses.iter().any(same) {
            return Err(refusal(EEXIST, "the link holds this address with another prefix length"));
        }
        link.addresses.push(key.clone());
        Ok(true)
    }

    /// Whether the address was there.
    fn remove(&mut self, key: &AddressKey) -> bool {
        let Some(link) = self.links.get_mut(&key.interface) else { return false };
        let before = link.addresses.len();
        link.addresses.retain(|held| held != key);
        link.addresses.len() != before
    }

    /// Carries changes out; the links whose addresses changed, and the result of each change.
    fn carry_out(&mut self, changes: Vec<Change>) -> Vec<(Change, Result<(), Refusal>)> {
        let mut changed = BTreeSet::new();
        let mut results = Vec::with_capacity(changes.len());
        for change in changes {
            let key = change.key();
            let result = match &change {
                Change::AddAddress(_) => self.add(&key),
                Change::RemoveAddress(_) => Ok(self.remove(&key)),
            };
            if result == Ok(true) {
                changed.insert(key.interface);
            }
            results.push((change, result.map(|_| ())));
        }
        changed.iter().for_each(|name| self.say_addresses(name));
        results
    }

    fn remember(&mut self, call: Call) {
        keep(&mut self.calls, call);
    }
}

fn keep<T>(queue: &mut VecDeque<T>, item: T) {
    if queue.len() >= limits::RECORDED {
        queue.pop_front();
    }
    queue.push_back(item);
}

fn refusal(errno: i32, text: &str) -> Refusal {
    Refusal { errno, text: text.to_owned() }
}

impl Addresses for RecordingKernel {
    fn submit(&mut self, ticket: Ticket, changes: Vec<Change>) {
        self.remember(Call::Submit { ticket, changes: changes.clone() });
        let results = self.carry_out(changes);
        self.events.push_back(Event::Applied { ticket, results });
    }
}

impl Adverts for RecordingKernel {
    fn listen(&mut self, endpoints: &BTreeSet<Endpoint>) -> Vec<ListenError> {
        self.remember(Call::Listen(endpoints.clone()));
        let (there, missing): (BTreeSet<_>, BTreeSet<_>) =
            endpoints.iter().cloned().partition(|endpoint| self.links.contains_key(&endpoint.interface));
        self.listening = there;
        let error =
            |endpoint| ListenError { endpoint, source: io::Error::new(io::ErrorKind::NotFound, "no such link") };
        missing.into_iter().map(error).collect()
    }

    fn send(&mut self, adverts: &[Advert]) -> Vec<SendError> {
        self.remember(Call::Send(adverts.to_vec()));
        let mut errors = Vec::new();
        for (index, advert) in adverts.iter().enumerate() {
            let open = self.listening.iter().any(|endpoint| {
                endpoint.interface == advert.interface
                    && endpoint.protocol == advert.protocol
                    && Family::of(endpoint.group) == Family::of(advert.source)
            });
            match self.links.get(&advert.interface) {
                Some(link) if open && link.running => keep(&mut self.sent, advert.clone()),
                Some(_) if open => errors.push(SendError { index, source: network_down() }),
                Some(_) | None => errors.push(SendError {
                    index,
                    source: io::Error::new(io::ErrorKind::NotConnected, "no advert socket is open on this link"),
                }),
            }
        }
        errors
    }
}

impl Announcer for RecordingKernel {
    fn announce(&mut self, announcements: &[Announcement]) -> Vec<AnnounceError> {
        self.remember(Call::Announce(announcements.to_vec()));
        let mut errors = Vec::new();
        for (index, announcement) in announcements.iter().enumerate().filter(|(_, a)| !a.hardware.is_empty()) {
            match self.links.get(&announcement.interface) {
                Some(link) if link.running => keep(&mut self.announced, announcement.clone()),
                Some(_) => errors.push(AnnounceError { index, source: network_down() }),
                None => errors
                    .push(AnnounceError { index, source: io::Error::new(io::ErrorKind::NotFound, "no such link") }),
            }
        }
        errors
    }
}

fn network_down() -> io::Error {
    io::Error::from_raw_os_error(libc::ENETDOWN)
}

#[cfg(test)]
mod tests;
