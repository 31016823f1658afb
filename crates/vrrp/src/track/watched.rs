//! Files, processes and BFD sessions by what was last said of them, and static things that are missing.
use crate::fact::Watched;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use model::config::track::Weight;
use model::{Config, Name};

/// What a tracker does to its instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Influence {
    /// Adds to the priority.
    Points(i32),
    /// Keeps it from taking part.
    Fault,
}

/// A number in a file that takes so many points or more away is a fault.
const FAULT_POINTS: i32 = -254;

/// A positive weight is added while good, a negative one counts while bad, zero makes bad a fault; `reverse` swaps good
/// and bad.
pub(crate) const fn weigh(weight: Weight, good: bool) -> Influence {
    let good = good != weight.reverse;
    match (weight.points, good) {
        (0, true) => Influence::Points(0),
        (0, false) => Influence::Fault,
        (points, true) if points > 0 => Influence::Points(widened(points)),
        (points, false) if points < 0 => Influence::Points(widened(points)),
        (_, _) => Influence::Points(0),
    }
}

/// The number in a file times the weight; -254 or less is a fault, and so is, with a weight of 0, any number but 0.
/// `reverse` turns the sign, and makes 0 the fault.
pub(crate) const fn multiply(weight: Weight, number: i32) -> Influence {
    if weight.points == 0 {
        return if (number != 0) == weight.reverse { Influence::Points(0) } else { Influence::Fault };
    }
    let product = number.saturating_mul(widened(weight.points));
    let points = if weight.reverse { product.saturating_neg() } else { product };
    if points <= FAULT_POINTS { Influence::Fault } else { Influence::Points(points) }
}

const fn widened(points: i16) -> i32 {
    let [high, low] = points.to_be_bytes();
    let sign = if points < 0 { 0xff } else { 0 };
    i32::from_be_bytes([sign, sign, high, low])
}

/// What was said.
#[derive(Debug, Default)]
pub(crate) struct Readings {
    known: BTreeMap<(Watched, Name), i32>,
    /// Static things that are missing, by the track group that suffers.
    missing: BTreeMap<Name, BTreeSet<String>>,
}

impl Readings {
    /// Forgets what is no longer watched.
    pub(crate) fn configured(&mut self, config: &Config) {
        self.known.retain(|(what, name), _| match what {
            Watched::File => config.files.iter().any(|file| file.name == *name),
            Watched::Process => config.processes.iter().any(|process| process.name == *name),
            Watched::Session => config.bfd.iter().any(|session| session.name == *name),
        });
        self.missing.retain(|name, _| config.statics.groups.iter().any(|group| group.name == *name));
    }

    /// Takes a reading; true when it is news.
    pub(crate) fn tell(&mut self, what: Watched, name: Name, reading: i32) -> bool {
        self.known.insert((what, name), reading) != Some(reading)
    }

    /// A static thing of this track group is missing, or is there again; true when it is news.
    pub(crate) fn tell_static(&mut self, group: Name, thing: String, missing: bool) -> bool {
        let things = self.missing.entry(group).or_default();
        if missing { things.insert(thing) } else { things.remove(&thing) }
    }

    /// What was last said; `None` before anything was.
    pub(crate) fn get(&self, what: Watched, name: &Name) -> Option<i32> {
        self.known.get(&(what, name.clone())).copied()
    }

    /// What of a track group is missing.
    pub(crate) fn missing(&self, group: &Name) -> impl Iterator<Item = &String> {
        self.missing.get(group).into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Influence::{Fault, Points};

    #[test]
    fn a_file_multiplies_its_weight() {
        for (points, reverse, number, expected) in [
            (0, false, 0, Points(0)),
            (0, false, 1, Fault),
            (0, false, -1, Fault),
            (0, true, 0, Fault),
            (0, true, 7, Points(0)),
            (1, false, 20, Points(20)),
            (-2, false, 20, Points(-40)),
            (-2, true, 20, Points(40)),
            (2, false, -127, Fault),
            (2, false, -126, Points(-252)),
            (254, false, 1_000_000_000, Points(i32::MAX)),
            (-254, false, 1, Fault),
            (1, false, i32::MIN, Fault),
        ] {
            assert_eq!(multiply(Weight { points, reverse }, number), expected, "{points} {reverse} {number}");
        }
    }
}
