//! What one step may look at and write to: the time, the links, the pacing of announcements, the effects.
use crate::effect::{Effect, Effects, Report, Severity};
use crate::links::Links;
use crate::pacer::{Pacer, Request};
use alloc::string::String;
use model::holdings::AddressKey;
use model::net::Announcement;
use model::{Instant, Name, WallTime};

/// One step of the router.
pub(crate) struct Turn<'a> {
    /// Now.
    pub(crate) now: Instant,
    /// Now, on the wall clock as far as it was told.
    pub(crate) wall: WallTime,
    /// The links as they are known.
    pub(crate) links: &'a Links,
    /// Announcements that wait for their link's pace.
    pub(crate) pacer: &'a mut Pacer,
    /// Where orders go.
    pub(crate) effects: &'a mut Effects,
}

impl Turn<'_> {
    /// Adds an order.
    pub(crate) fn give(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Adds a report.
    pub(crate) fn report(&mut self, report: Report) {
        self.effects.push(Effect::Report(report));
    }

    /// Adds a line for the log.
    pub(crate) fn note(&mut self, severity: Severity, subject: &Name, text: String) {
        self.report(Report::Note { severity, subject: subject.clone(), text });
    }

    /// Announces an address, or queues it where the link is paced. True when an announcement was ordered right now.
    pub(crate) fn announce(&mut self, request: Request) -> bool {
        let key = request.key.clone();
        self.pacer.admit(self.now, request) && self.announce_now(&key)
    }

    /// Orders one announcement; false on a link that is down, speaks no ARP or has no hardware address.
    pub(crate) fn announce_now(&mut self, key: &AddressKey) -> bool {
        let link = self.links.get(&key.interface).filter(|l| l.running && l.arp && !l.hardware.is_empty());
        let Some(link) = link else { return false };
        self.effects.push(Effect::Announce(Announcement {
            interface: key.interface.clone(),
            hardware: link.hardware.clone(),
            address: key.prefix.address(),
        }));
        true
    }
}
