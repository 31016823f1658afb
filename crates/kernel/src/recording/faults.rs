//! A kernel that fails now and then, by a plan that follows from a seed alone.
use super::RecordingKernel;
use crate::ports::{Addresses, Adverts, AnnounceError, Announcer, Event, ListenError, Refusal, SendError, Ticket};
use model::holdings::Change;
use model::net::{Advert, Announcement, Endpoint};
use std::collections::{BTreeSet, VecDeque};
use std::io;

/// How often what fails, in thousandths of the calls (for adverts and announcements: of the packets).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Changes that are refused (`EBUSY`) and sockets that cannot be opened; packets that are refused (`ENOBUFS`).
    pub refused: u32,
    /// Submissions whose answer is lost, so that nobody knows whether they were carried out; packets that leave without
    /// error and are never seen.
    pub lost: u32,
    /// Answers that come later than others.
    pub delayed: u32,
    /// The longest delay of an answer, in calls of `take_events`.
    pub delay: u32,
}

/// A recording kernel behind a plan of faults.
#[derive(Clone, Debug)]
pub struct Faulty {
    /// The kernel itself: what it holds, and what the machine does to it.
    pub kernel: RecordingKernel,
    faults: Faults,
    random: u64,
    /// Answers under way, with the number of times that they are still passed over.
    late: VecDeque<(u32, Event)>,
}

impl Faulty {
    /// The same seed, faults and calls give the same results.
    #[must_use]
    pub fn new(kernel: RecordingKernel, seed: u64, faults: Faults) -> Self {
        Self { kernel, faults, random: seed, late: VecDeque::new() }
    }

    /// From now on this is how often things fail; all zero ends the trouble, but for answers that are under way.
    pub fn set_faults(&mut self, faults: Faults) {
        self.faults = faults;
    }

    /// What has happened since this was last asked; answers may be held back.
    pub fn take_events(&mut self) -> Vec<Event> {
        let mut due = Vec::new();
        for (passes, event) in std::mem::take(&mut self.late) {
            match passes.checked_sub(1) {
                Some(passes) => self.late.push_back((passes, event)),
                None => due.push(event),
            }
        }
        for event in self.kernel.take_events() {
            if matches!(event, Event::Applied { .. }) && self.happens(self.faults.delayed) {
                let passes = self.below(self.faults.delay);
                self.late.push_back((passes, event));
            } else {
                due.push(event);
            }
        }
        due
    }

    fn happens(&mut self, thousandths: u32) -> bool {
        // No number is drawn for what never happens, so that a plan without it stays the same.
        thousandths > 0 && self.below(1_000) < thousandths
    }

    /// A number below `end`, or 0.
    fn below(&mut self, end: u32) -> u32 {
        let drawn = self.draw() % u64::from(end.max(1));
        u32::try_from(drawn).unwrap_or(0)
    }

    /// SplitMix64 (Steele, Lea and Flood 2014).
    fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Which packets of a number are refused, and which are to be passed on; the others are lost.
    fn sort<T: Clone>(&mut self, packets: &[T]) -> (Vec<usize>, Vec<(usize, T)>) {
        let (mut refused, mut passed) = (Vec::new(), Vec::new());
        for (index, packet) in packets.iter().enumerate() {
            if self.happens(self.faults.refused) {
                refused.push(index);
            } else if !self.happens(self.faults.lost) {
                passed.push((index, packet.clone()));
            }
        }
        (refused, passed)
    }
}

impl Addresses for Faulty {
    fn submit(&mut self, ticket: Ticket, changes: Vec<Change>) {
        if self.happens(self.faults.lost) {
            let carried_out = self.happens(500);
            self.lose(ticket, changes, carried_out);
            return;
        }
        let fates: Vec<bool> = changes.iter().map(|_| self.happens(self.faults.refused)).collect();
        let passed = changes.iter().zip(&fates).filter(|(_, refused)| !**refused).map(|(change, _)| change.clone());
        let mut done = self.kernel.carry_out(passed.collect()).into_iter();
        let mut results = Vec::with_capacity(changes.len());
        for (change, refused) in changes.iter().zip(fates) {
            let busy = || (change.clone(), Err(Refusal { errno: libc::EBUSY, text: "device or resource busy".into() }));
            results.extend(if refused { Some(busy()) } else { done.next() });
        }
        self.kernel.remember(super::Call::Submit { ticket, changes });
        self.kernel.events.push_back(Event::Applied { ticket, results });
    }
}

impl Faulty {
    /// The answer is the one of a real kernel that gave none in time.
    fn lose(&mut self, ticket: Ticket, changes: Vec<Change>, carried_out: bool) {
        self.kernel.remember(super::Call::Submit { ticket, changes: changes.clone() });
        if carried_out {
            self.kernel.carry_out(changes.clone());
        }
        let text = format!("no answer from the kernel within {}", model::limits::NETLINK_TIMEOUT);
        let lost = |change| (change, Err(Refusal { errno: 0, text: text.clone() }));
        let results = changes.into_iter().map(lost).collect();
        self.kernel.events.push_back(Event::Applied { ticket, results });
    }
}

impl Adverts for Faulty {
    fn listen(&mut self, endpoints: &BTreeSet<Endpoint>) -> Vec<ListenError> {
        let (refused, passed) = endpoints.iter().cloned().partition(|_| self.happens(self.faults.refused));
        let refused: BTreeSet<Endpoint> = refused;
        let mut errors = self.kernel.listen(&passed);
        let error = |endpoint| ListenError { endpoint, source: io::Error::from_raw_os_error(libc::EMFILE) };
        errors.extend(refused.into_iter().map(error));
        errors
    }

    fn send(&mut self, adverts: &[Advert]) -> Vec<SendError> {
        let (refused, passed) = self.sort(adverts);
        let (indexes, passed): (Vec<usize>, Vec<Advert>) = passed.into_iter().unzip();
        let failed = self.kernel.send(&passed).into_iter();
        let mut errors: Vec<SendError> = failed
            .filter_map(|error| Some(SendError { index: *indexes.get(error.index)?, source: error.source }))
            .chain(refused.into_iter().map(|index| SendError { index, source: full() }))
            .collect();
        errors.sort_by_key(|error| error.index);
        errors
    }
}

impl Announcer for Faulty {
    fn announce(&mut self, announcements: &[Announcement]) -> Vec<AnnounceError> {
        let (refused, passed) = self.sort(announcements);
        let (indexes, passed): (Vec<usize>, Vec<Announcement>) = passed.into_iter().unzip();
        let failed = self.kernel.announce(&passed).into_iter();
        let mut errors: Vec<AnnounceError> = failed
            .filter_map(|error| Some(AnnounceError { index: *indexes.get(error.index)?, source: error.source }))
            .chain(refused.into_iter().map(|index| AnnounceError { index, source: full() }))
            .collect();
        errors.sort_by_key(|error| error.index);
        errors
    }
}

fn full() -> io::Error {
    io::Error::from_raw_os_error(libc::ENOBUFS)
}
