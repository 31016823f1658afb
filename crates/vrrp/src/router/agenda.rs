//! The deadlines of the instances in order, so that neither asking for the next nor finding the due looks at all of them.
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use model::Instant;

/// One deadline for each position, at most.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    at: Vec<Option<Instant>>,
    order: BTreeSet<(Instant, usize)>,
}

impl Agenda {
    /// From the deadlines of all positions.
    pub(super) fn of(deadlines: impl Iterator<Item = Option<Instant>>) -> Self {
        let at: Vec<_> = deadlines.collect();
        let order = at.iter().enumerate().filter_map(|(position, at)| Some(((*at)?, position))).collect();
        Self { at, order }
    }

    /// The deadline of a position is this now; unknown positions are ignored.
    pub(super) fn set(&mut self, position: usize, deadline: Option<Instant>) {
        let Some(known) = self.at.get_mut(position) else { return };
        if *known == deadline {
            return;
        }
        if let Some(old) = known.take() {
            self.order.remove(&(old, position));
        }
        *known = deadline;
        self.order.extend(deadline.map(|at| (at, position)));
    }

    /// The next deadline of all.
    pub(super) fn first(&self) -> Option<Instant> {
        self.order.first().map(|(at, _)| *at)
    }

    /// Positions whose deadline has come by then, in their own order.
    pub(super) fn due(&self, by: Instant) -> Vec<usize> {
        let mut due: Vec<_> = self.order.range(..=(by, usize::MAX)).map(|(_, position)| *position).collect();
        due.sort_unstable();
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(nanos: u64) -> Instant {
        Instant::from_nanos(nanos)
    }

    proptest! {
        #[test]
        fn says_what_a_scan_would_say(sets in proptest::collection::vec((0usize..12, proptest::option::of(0u64..20)), 0..60), by in 0u64..20) {
            let mut agenda = Agenda::of((0..10).map(|_| None));
            let mut plain = [None; 10];
            for (position, deadline) in sets {
                agenda.set(position, deadline.map(at));
                if let Some(slot) = plain.get_mut(position) {
                    *slot = deadline.map(at);
                }
            }
            prop_assert_eq!(agenda.first(), plain.iter().flatten().min().copied());
            let due: Vec<_> = (0..10).filter(|n| plain[*n].is_some_and(|deadline| deadline <= at(by))).collect();
            prop_assert_eq!(agenda.due(at(by)), due);
            let again = Agenda::of(plain.into_iter());
            prop_assert_eq!(again.order, agenda.order);
        }
    }
}
