//! What is known of the machine's links: how they are, that they do not exist, or nothing yet. Whether a link runs is
//! believed when the kernel and, where it is polled, the poll have said so for as long as `interface_up_down_delays` asks.
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::net::IpAddr;
use model::config::global::{Global, LinkDelay};
use model::holdings::AddressKey;
use model::net::Link;
use model::{Instant, InterfaceName, Interval};

/// Bytes of a packet where the link does not tell.
const USUAL_MTU: u32 = 1_500;

/// The links of the machine by name.
#[derive(Debug, Default)]
pub(crate) struct Links {
    known: BTreeMap<InterfaceName, Option<Known>>,
    delays: BTreeMap<InterfaceName, LinkDelay>,
    /// What polls last said.
    polled: BTreeMap<InterfaceName, bool>,
}

#[derive(Debug)]
struct Known {
    /// As it is believed to be.
    link: Link,
    /// What the kernel says of it.
    runs: bool,
    /// When the contrary of what is believed will be, unless it changes back.
    turns_at: Option<Instant>,
}

impl Links {
    /// Takes delays, and whose polls count. Beliefs follow at once where nothing delays them any longer.
    pub(crate) fn configured(&mut self, now: Instant, global: &Global) {
        self.delays = global.link_delays.iter().map(|delay| (delay.interface.clone(), delay.clone())).collect();
        let polled: BTreeSet<_> = global.polled_links.iter().map(|polled| &polled.interface).collect();
        self.polled.retain(|interface, _| global.poll_links || polled.contains(interface));
        let names: Vec<_> = self.known.keys().cloned().collect();
        for interface in names {
            self.judge(now, &interface);
        }
    }

    /// Takes the news; the picture of before is given back.
    pub(crate) fn saw(&mut self, now: Instant, interface: &InterfaceName, link: Link) -> Option<Link> {
        let runs = link.running;
        let Some(known) = self.known.get_mut(interface).and_then(Option::as_mut) else {
            // A link that has just come is as it is.
            let running = runs && self.polled.get(interface) != Some(&false);
            let known = Known { link: Link { running, ..link }, runs, turns_at: None };
            self.known.insert(interface.clone(), Some(known));
            return None;
        };
        let before = known.link.clone();
        known.link = Link { running: before.running, ..link };
        known.runs = runs;
        self.judge(now, interface);
        Some(before)
    }

    /// Takes what a poll says of a link; the picture of before is given back when it is another one now.
    pub(crate) fn polled(&mut self, now: Instant, interface: &InterfaceName, up: bool) -> Option<Link> {
        self.polled.insert(interface.clone(), up);
        let before = self.get(interface)?.clone();
        self.judge(now, interface);
        (before.running != self.get(interface)?.running).then_some(before)
    }

    /// The link does not exist.
    pub(crate) fn lost(&mut self, interface: InterfaceName) {
        self.polled.remove(&interface);
        self.known.insert(interface, None);
    }

    /// Believes what has held long enough; the links concerned, as they were before.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<(InterfaceName, Link)> {
        let mut turned = Vec::new();
        for (interface, known) in &mut self.known {
            let Some(known) = known.as_mut().filter(|known| known.turns_at.is_some_and(|at| at <= now)) else {
                continue;
            };
            turned.push((interface.clone(), known.link.clone()));
            known.turns_at = None;
            known.link.running = !known.link.running;
        }
        turned
    }

    /// When `due` has something to give.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.known.values().flatten().filter_map(|known| known.turns_at).min()
    }

    /// Lets belief follow what is said, at once or after its delay.
    fn judge(&mut self, now: Instant, interface: &InterfaceName) {
        let Some(known) = self.known.get_mut(interface).and_then(Option::as_mut) else { return };
        let runs = known.runs && self.polled.get(interface) != Some(&false);
        if runs == known.link.running {
            known.turns_at = None;
            return;
        }
        let delay = self.delays.get(interface).map_or(Interval::ZERO, |d| if runs { d.up } else { d.down });
        if delay.is_zero() {
            known.turns_at = None;
            known.link.running = runs;
        } else {
            known.turns_at.get_or_insert(now + delay);
        }
    }

    /// The link, when it exists.
    pub(crate) fn get(&self, interface: &InterfaceName) -> Option<&Link> {
        Some(&self.known.get(interface)?.as_ref()?.link)
    }

    /// Its largest packet, in bytes; Ethernet's where that is not known.
    pub(crate) fn mtu(&self, interface: &InterfaceName) -> u32 {
        self.get(interface).map_or(USUAL_MTU, |link| link.mtu)
    }

    /// Whether any link has this address.
    pub(crate) fn has_address(&self, address: IpAddr) -> bool {
        let mut keys = self.known.values().flatten().flat_map(|known| &known.link.addresses);
        keys.any(|key| key.prefix.address() == address)
    }

    /// Whether anything was said about it.
    pub(crate) fn is_known(&self, interface: &InterfaceName) -> bool {
        self.known.contains_key(interface)
    }

    /// Whether this very address is on its link.
    pub(crate) fn has(&self, key: &AddressKey) -> bool {
        self.get(&key.interface).is_some_and(|link| link.addresses.contains(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{interface, link};
    use alloc::vec;
    use model::config::global::PolledLink;
    use proptest::prelude::*;

    fn at(millis: u64) -> Instant {
        Instant::START + Interval::from_millis(millis)
    }

    fn delayed(down: u64, up: u64) -> Global {
        let (down, up) = (Interval::from_millis(down), Interval::from_millis(up));
        Global { link_delays: vec![LinkDelay { interface: interface("eth0"), down, up }], ..Global::default() }
    }

    fn told(running: bool) -> Link {
        Link { running, ..link(&[1]) }
    }

    fn runs(links: &Links) -> bool {
        links.get(&interface("eth0")).expect("a link").running
    }

    #[test]
    fn what_changes_back_in_time_was_nothing() {
        let (mut links, eth0) = (Links::default(), interface("eth0"));
        links.configured(at(0), &delayed(2_000, 5_000));
        links.saw(at(0), &eth0, told(true));
        assert!(runs(&links), "a first sight is believed");
        links.saw(at(1_000), &eth0, told(false));
        assert_eq!((runs(&links), links.deadline()), (true, Some(at(3_000))));
        links.saw(at(2_999), &eth0, told(true));
        assert_eq!((runs(&links), links.deadline()), (true, None));
        links.saw(at(3_000), &eth0, told(false));
        links.saw(at(4_000), &eth0, Link { mtu: 9_000, ..told(false) });
        assert_eq!(links.deadline(), Some(at(5_000)), "other news does not prolong it");
        assert!(links.due(at(4_999)).is_empty());
        assert_eq!(links.due(at(5_000)).len(), 1);
        assert_eq!((runs(&links), links.deadline()), (false, None));
        links.saw(at(6_000), &eth0, told(true));
        assert_eq!((runs(&links), links.deadline()), (false, Some(at(11_000))), "the way up has its own time");
        links.lost(eth0.clone());
        assert_eq!((links.get(&eth0), links.deadline()), (None, None), "gone is gone");
        links.saw(at(7_000), &eth0, told(true));
        assert!(runs(&links));
    }

    #[test]
    fn a_delay_that_a_reload_takes_away_holds_nothing_back() {
        let (mut links, eth0) = (Links::default(), interface("eth0"));
        links.configured(at(0), &delayed(2_000, 0));
        links.saw(at(0), &eth0, told(true));
        links.saw(at(1), &eth0, told(false));
        links.configured(at(2), &Global::default());
        assert_eq!((runs(&links), links.deadline()), (false, None));
    }

    #[test]
    fn a_polled_link_runs_when_both_say_so() {
        let (mut links, eth0) = (Links::default(), interface("eth0"));
        let polled_links = vec![PolledLink { interface: eth0.clone(), method: None }];
        links.configured(at(0), &Global { polled_links, ..Global::default() });
        links.saw(at(0), &eth0, told(true));
        assert!(runs(&links), "the kernel's word until the first poll");
        assert!(links.polled(at(1), &eth0, false).is_some_and(|before| before.running));
        assert_eq!(links.polled(at(2), &eth0, false), None);
        links.saw(at(3), &eth0, told(true));
        assert!(!runs(&links));
        assert!(links.polled(at(4), &eth0, true).is_some());
        links.saw(at(5), &eth0, told(false));
        assert!(!runs(&links));
        links.polled(at(6), &eth0, false);
        links.configured(at(7), &Global::default());
        links.saw(at(8), &eth0, told(true));
        assert!(runs(&links), "nobody polls it any more");
    }

    proptest! {
        /// Belief is never older than the delay: after silence of the longer one, it is what was said last.
        #[test]
        fn belief_follows_within_the_delay(
            down in 0u64..50, up in 0u64..50, news in proptest::collection::vec((0u64..30, any::<bool>()), 1..40),
        ) {
            let (mut links, eth0) = (Links::default(), interface("eth0"));
            links.configured(at(0), &delayed(down, up));
            let (mut now, mut last) = (0, true);
            links.saw(at(0), &eth0, told(true));
            for (pause, running) in news {
                let until = now + pause;
                while let Some(next) = links.deadline().filter(|next| *next <= at(until)) {
                    prop_assert_eq!(links.due(next).len(), 1);
                }
                now = until;
                let before = runs(&links);
                links.saw(at(now), &eth0, told(running));
                let delay = if running { up } else { down };
                prop_assert!(runs(&links) == before || delay == 0, "believed at once only without a delay");
                last = running;
            }
            links.due(at(now + down.max(up)));
            prop_assert_eq!(runs(&links), last);
            prop_assert_eq!(links.deadline(), None);
        }
    }
}
