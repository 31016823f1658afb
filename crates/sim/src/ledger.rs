//! Who held which address when, who announced what, who moved how often: what expectations look back at.
use model::holdings::AddressKey;
use model::{Instant, Interval};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// A time during which one machine had an address; without end while it still has it.
#[derive(Clone, Copy, Debug)]
struct Span {
    router: usize,
    from: Instant,
    to: Option<Instant>,
}

/// Everything that can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// An instance moved.
    Move,
    /// A change was ordered of the kernel.
    Change,
    /// An advert was sent.
    Advert,
    /// An address was announced.
    Announcement(IpAddr),
}

/// The book.
#[derive(Debug, Default)]
pub struct Ledger {
    spans: BTreeMap<AddressKey, Vec<Span>>,
    deeds: BTreeMap<(usize, Deed), Vec<Instant>>,
}

impl Ledger {
    /// This router's kernel has exactly these virtual addresses now.
    pub fn holds(&mut self, now: Instant, router: usize, addresses: &BTreeSet<AddressKey>) {
        for (key, spans) in &mut self.spans {
            let open = spans.iter_mut().find(|span| span.router == router && span.to.is_none());
            if let Some(span) = open.filter(|_| !addresses.contains(key)) {
                span.to = Some(now);
            }
        }
        for key in addresses {
            let spans = self.spans.entry(key.clone()).or_default();
            if !spans.iter().any(|span| span.router == router && span.to.is_none()) {
                spans.push(Span { router, from: now, to: None });
            }
        }
    }

    /// A router did something.
    pub fn did(&mut self, now: Instant, router: usize, deed: Deed) {
        self.deeds.entry((router, deed)).or_default().push(now);
    }

    /// How often a router did this since then.
    #[must_use]
    pub fn count(&self, router: usize, deed: Deed, since: Instant) -> u64 {
        let times = self.deeds.get(&(router, deed)).map_or(0, |times| times.iter().filter(|at| **at >= since).count());
        u64::try_from(times).unwrap_or(u64::MAX)
    }

    /// The longest time since then in which `wanted` says yes to the number of machines that had the address.
    #[must_use]
    pub fn longest(&self, key: &AddressKey, since: Instant, now: Instant, wanted: fn(usize) -> bool) -> Interval {
        let mut longest = Interval::ZERO;
        let mut began: Option<Instant> = None;
        for (at, holders) in self.steps(key, since, now) {
            match (began, wanted(holders)) {
                (None, true) => began = Some(at),
                (Some(from), false) => {
                    longest = longest.max(at.since(from));
                    began = None;
                }
                (None, false) | (Some(_), true) => {}
            }
        }
        began.map_or(longest, |from| longest.max(now.since(from)))
    }

    /// Whether this router's kernel had the address from then until now.
    #[must_use]
    pub fn kept(&self, key: &AddressKey, router: usize, since: Instant) -> bool {
        let spans = self.spans.get(key).into_iter().flatten();
        spans.filter(|span| span.router == router).any(|span| span.from <= since && span.to.is_none())
    }

    /// From when on how many machines had the address, beginning at `since`; one entry for a moment, the last word.
    fn steps(&self, key: &AddressKey, since: Instant, now: Instant) -> BTreeMap<Instant, usize> {
        let spans = || self.spans.get(key).into_iter().flatten();
        let ends = spans().flat_map(|span| [Some(span.from), span.to]).flatten();
        let times: BTreeSet<_> = ends.filter(|at| *at > since && *at <= now).chain([since]).collect();
        let holds = |span: &&Span, at: Instant| span.from <= at && span.to.is_none_or(|to| to > at);
        times.into_iter().map(|at| (at, spans().filter(|span| holds(span, at)).count())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{InterfaceName, Prefix};

    fn at(millis: u64) -> Instant {
        Instant::START + Interval::from_millis(millis)
    }

    fn key() -> AddressKey {
        let interface = InterfaceName::new("eth0").expect("a name");
        AddressKey { interface, prefix: Prefix::host(IpAddr::from([10, 0, 0, 100])) }
    }

    #[test]
    fn gaps_and_overlaps() {
        let mut ledger = Ledger::default();
        let (yes, no) = ([key()].into(), BTreeSet::new());
        for (millis, router, holds) in [(0, 0, &yes), (50, 1, &yes), (60, 0, &no), (80, 1, &no), (110, 0, &yes)] {
            ledger.holds(at(millis), router, holds);
        }
        let gap = |since, now| ledger.longest(&key(), at(since), at(now), |n| n == 0).as_millis();
        let overlap = |since, now| ledger.longest(&key(), at(since), at(now), |n| n > 1).as_millis();
        assert_eq!((gap(0, 200), overlap(0, 200)), (30, 10));
        assert_eq!((gap(90, 200), overlap(55, 58)), (20, 3));
        assert_eq!((gap(0, 70), overlap(60, 200)), (0, 0));
        assert!(ledger.kept(&key(), 0, at(120)) && !ledger.kept(&key(), 0, at(100)) && !ledger.kept(&key(), 1, at(60)));
    }

    #[test]
    fn deeds_are_counted_from_a_time_on() {
        let mut ledger = Ledger::default();
        (0..5).for_each(|n| ledger.did(at(n), 2, Deed::Advert));
        assert_eq!(ledger.count(2, Deed::Advert, at(3)), 2);
        assert_eq!(ledger.count(2, Deed::Move, at(0)), 0);
        assert_eq!(ledger.count(1, Deed::Advert, at(0)), 0);
    }
}
