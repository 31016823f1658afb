//! The wires: one broadcast domain for each link name, with loss, copies, delay, and cuts that may be one-way.
use crate::rng::Rng;
use model::{InterfaceName, Interval};
use std::collections::BTreeSet;

/// How good the wires are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quality {
    /// Packets lost, of a thousand.
    pub loss: u64,
    /// Packets that arrive twice, of a thousand.
    pub duplicate: u64,
    /// Least delay.
    pub least_delay: Interval,
    /// Greatest delay; packets overtake each other when it is longer than the time between two of them.
    pub most_delay: Interval,
}

impl Default for Quality {
    /// A good switch: nothing lost, 20 to 200 microseconds.
    fn default() -> Self {
        Self { loss: 0, duplicate: 0, least_delay: Interval::from_micros(20), most_delay: Interval::from_micros(200) }
    }
}

/// A way that no packet passes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cut {
    from: usize,
    to: usize,
    /// `None` is every link.
    interface: Option<InterfaceName>,
}

/// The wires between the routers, which are known here by their number.
#[derive(Clone, Debug, Default)]
pub struct Lan {
    /// How good they are.
    pub quality: Quality,
    cuts: BTreeSet<Cut>,
}

impl Lan {
    /// Wires of this quality, nothing cut.
    #[must_use]
    pub const fn new(quality: Quality) -> Self {
        Self { quality, cuts: BTreeSet::new() }
    }

    /// Cuts the way from one router to another.
    pub fn cut(&mut self, from: usize, to: usize, interface: Option<InterfaceName>) {
        self.cuts.insert(Cut { from, to, interface });
    }

    /// Mends everything.
    pub fn heal(&mut self) {
        self.cuts.clear();
    }

    /// Whether a packet can pass.
    #[must_use]
    pub fn reaches(&self, from: usize, to: usize, interface: &InterfaceName) -> bool {
        let hits =
            |cut: &Cut| cut.from == from && cut.to == to && cut.interface.as_ref().is_none_or(|name| name == interface);
        !self.cuts.iter().any(hits)
    }

    /// What becomes of one packet on one way: the delay of each copy that arrives.
    pub fn carry(&self, rng: &mut Rng, from: usize, to: usize, interface: &InterfaceName) -> Vec<Interval> {
        // The dice are thrown in any case, so that a cut changes nothing else in the same world.
        let lost = rng.chance(self.quality.loss);
        let copies = if rng.chance(self.quality.duplicate) { 2 } else { 1 };
        let delays: Vec<_> =
            (0..copies).map(|_| rng.interval(self.quality.least_delay, self.quality.most_delay)).collect();
        if lost || !self.reaches(from, to, interface) { Vec::new() } else { delays }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eth(number: u8) -> InterfaceName {
        InterfaceName::new(&format!("eth{number}")).expect("a name")
    }

    #[test]
    fn a_cut_is_one_way_and_of_one_link_when_it_says_so() {
        let mut lan = Lan::default();
        lan.cut(0, 1, Some(eth(0)));
        assert!(!lan.reaches(0, 1, &eth(0)) && lan.reaches(1, 0, &eth(0)) && lan.reaches(0, 1, &eth(1)));
        lan.cut(0, 1, None);
        assert!(!lan.reaches(0, 1, &eth(1)));
        lan.heal();
        assert!(lan.reaches(0, 1, &eth(0)));
    }

    #[test]
    fn loses_and_copies_as_often_as_told() {
        let lan = Lan::new(Quality { loss: 300, duplicate: 100, ..Quality::default() });
        let mut rng = Rng::new(1);
        let arrived: Vec<_> = (0..10_000).map(|_| lan.carry(&mut rng, 0, 1, &eth(0)).len()).collect();
        let lost = arrived.iter().filter(|n| **n == 0).count();
        let doubled = arrived.iter().filter(|n| **n == 2).count();
        assert!((2_800..3_200).contains(&lost), "{lost}");
        assert!((600..800).contains(&doubled), "{doubled}");
    }

    #[test]
    fn delays_stay_within_their_range() {
        let quality = Quality { most_delay: Interval::from_millis(3), ..Quality::default() };
        let (lan, mut rng) = (Lan::new(quality), Rng::new(7));
        let within = quality.least_delay..=quality.most_delay;
        assert!((0..1_000).flat_map(|_| lan.carry(&mut rng, 0, 1, &eth(0))).all(|d| within.contains(&d)));
    }
}
