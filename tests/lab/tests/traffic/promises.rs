//! What each scheduler of the kernel promises, so exactly that chance has no part in it.
//!
//! Connections are made one after the other and stay open, so that a scheduler that counts them sees each.
use evenkeel_lab::{Result, ensure};
use std::collections::BTreeSet;

/// What comes of connections from one client, all open at once.
#[derive(Debug)]
pub(crate) enum Promise {
    /// These shares for the three servers.
    Shares([usize; 3]),
    /// One server alone, which is whatever the hash of the destination says.
    One,
    /// Each client has its server, and not all have the same.
    ByClient,
    /// Nobody is left out: with random choices, up to a chance of less than 1 to 10^10.
    Everybody,
}

/// What the first connections show.
#[derive(Debug)]
pub(crate) enum Opening {
    Any,
    /// This many go to one server.
    Same(usize),
    /// Each of the three has one.
    Distinct,
}

/// One scheduler, with the weights of the servers.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) scheduler: &'static str,
    pub(crate) weights: [u32; 3],
    pub(crate) visits: usize,
    pub(crate) promise: Promise,
    pub(crate) opening: Opening,
    /// When all connections to the last server have ended, are as many new ones its?
    pub(crate) refills: bool,
}

const fn row(scheduler: &'static str, weights: [u32; 3], visits: usize, promise: Promise) -> Row {
    Row { scheduler, weights, visits, promise, opening: Opening::Any, refills: false }
}

/// All of them. `twos` is younger than others (Linux 5.15) and may be missing.
pub(crate) const ROWS: &[Row] = &[
    Row { opening: Opening::Distinct, ..row("rr", [1, 1, 1], 12, Promise::Shares([4, 4, 4])) },
    row("wrr", [1, 2, 3], 12, Promise::Shares([2, 4, 6])),
    Row { refills: true, ..row("lc", [1, 1, 1], 12, Promise::Shares([4, 4, 4])) },
    Row { refills: true, ..row("wlc", [1, 2, 3], 12, Promise::Shares([2, 4, 6])) },
    // The least (connections + 1) / weight: seven of the heavy server cost less than the first of the others.
    Row { refills: true, opening: Opening::Same(7), ..row("sed", [1, 1, 8], 10, Promise::Shares([1, 1, 8])) },
    // The same, but an idle server first.
    Row { refills: true, opening: Opening::Distinct, ..row("nq", [1, 1, 8], 10, Promise::Shares([1, 1, 8])) },
    // One destination, one server, until it has more connections than its weight while another has less than half.
    Row { opening: Opening::Same(5), ..row("lblc", [4, 4, 4], 15, Promise::Shares([5, 5, 5])) },
    Row { opening: Opening::Same(5), ..row("lblcr", [4, 4, 4], 15, Promise::Shares([5, 5, 5])) },
    row("dh", [1, 1, 1], 8, Promise::One),
    row("sh", [1, 1, 1], 12, Promise::ByClient),
    row("mh", [1, 1, 1], 12, Promise::ByClient),
    row("fo", [1, 2, 3], 6, Promise::Shares([0, 0, 6])),
    // The heaviest until it has more connections than its weight, then the next.
    Row { opening: Opening::Same(5), ..row("ovf", [4, 3, 2], 12, Promise::Shares([5, 4, 3])) },
    row("twos", [1, 1, 1], 30, Promise::Everybody),
];

impl Row {
    /// Judges who answered, in order; servers are numbers from 0.
    pub(crate) fn judge(&self, answers: &[usize]) -> Result<()> {
        let complain = || format!("{} with weights {:?} gave {answers:?}", self.scheduler, self.weights);
        let distinct = |part: &[usize]| part.iter().collect::<BTreeSet<_>>().len();
        let shares = [0, 1, 2].map(|server| answers.iter().filter(|answer| **answer == server).count());
        let kept = match &self.promise {
            Promise::Shares(expected) => shares == *expected,
            Promise::One => distinct(answers) == 1,
            Promise::Everybody => distinct(answers) == 3,
            Promise::ByClient => {
                let clients = answers.chunks(2);
                clients.clone().all(|client| distinct(client) == 1) && distinct(answers) > 1
            }
        };
        let opened = match self.opening {
            Opening::Any => true,
            Opening::Same(count) => distinct(answers.get(..count).unwrap_or_default()) == 1,
            Opening::Distinct => distinct(answers.get(..3).unwrap_or_default()) == 3,
        };
        ensure(kept && opened && answers.len() == self.visits, complain)
    }

    /// Which client makes a visit: one alone, or each two.
    pub(crate) fn client(&self, visit: usize) -> usize {
        if matches!(self.promise, Promise::ByClient) { visit / 2 } else { 0 }
    }
}
