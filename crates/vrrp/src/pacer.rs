//! Keeps the least time between two announcements on one link, or on the links of a `garp_group` together; several instances
//! may share a link. Gratuitous ARPs and neighbour advertisements each have a pace of their own.
use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;
use model::config::global::GarpGroup;
use model::diff::InstanceKey;
use model::holdings::AddressKey;
use model::{Family, Instant, InterfaceName, Interval, limits};

/// A wish to announce an address.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Whose address it is.
    pub(crate) owner: InstanceKey,
    /// The address.
    pub(crate) key: AddressKey,
    /// Least time between two announcements on the link; zero means no pacing.
    pub(crate) spacing: Interval,
}

type Waiting = (InstanceKey, AddressKey);

#[derive(Debug, Default)]
struct Lane {
    next_at: Instant,
    spacing: Interval,
    /// Who waits, in order.
    queue: VecDeque<Waiting>,
    /// How many announcements each still wants. One entry for each owner and address, here and in the queue, so that the
    /// configuration bounds both.
    rounds: BTreeMap<Waiting, u32>,
}

/// What keeps one pace: a link, or a group of links by its position.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Road {
    Link(InterfaceName),
    Group(usize),
}

/// The queues of all links.
#[derive(Debug, Default)]
pub(crate) struct Pacer {
    lanes: BTreeMap<(Road, Family), Lane>,
    groups: Vec<GarpGroup>,
}

impl Pacer {
    /// Takes the groups of links. What waits goes on at the old pace.
    pub(crate) fn configured(&mut self, groups: &[GarpGroup]) {
        self.groups = groups.to_vec();
    }

    /// Where an address is announced, and how far apart: the pace of a group counts before that of an instance.
    fn road(&self, request: &Request) -> (Road, Interval) {
        let interface = &request.key.interface;
        let group = self.groups.iter().enumerate().find(|(_, group)| group.interfaces.contains(interface));
        let shared = group.map(|(position, group)| match request.key.prefix.family() {
            Family::V4 => (Road::Group(position), group.arp_spacing),
            Family::V6 => (Road::Group(position), group.na_spacing),
        });
        let shared = shared.filter(|(_, spacing)| !spacing.is_zero());
        shared.unwrap_or_else(|| (Road::Link(interface.clone()), request.spacing))
    }

    /// True when the announcement may go now; otherwise it is queued, after one announcement of every address that
    /// already waits.
    pub(crate) fn admit(&mut self, now: Instant, request: Request) -> bool {
        let (road, spacing) = self.road(&request);
        if spacing.is_zero() {
            return true;
        }
        let lane = self.lanes.entry((road, request.key.prefix.family())).or_default();
        lane.spacing = spacing;
        if lane.queue.is_empty() && lane.next_at <= now {
            lane.next_at = now + spacing;
            return true;
        }
        let waiting = (request.owner, request.key);
        match lane.rounds.get_mut(&waiting) {
            Some(rounds) => *rounds = (*rounds + 1).min(limits::ANNOUNCE_ROUNDS),
            None => {
                lane.rounds.insert(waiting.clone(), 1);
                lane.queue.push_back(waiting);
            }
        }
        false
    }

    /// Those whose turn has come. A wake-up that is late by less than a timer's grain makes up for it; a later one does
    /// not turn into a flood.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<(InstanceKey, AddressKey)> {
        let mut ready = Vec::new();
        for lane in self.lanes.values_mut() {
            lane.next_at = lane.next_at.max(now - limits::COALESCE);
            while lane.next_at <= now
                && let Some(waiting) = lane.queue.pop_front()
            {
                lane.next_at = lane.next_at + lane.spacing;
                match lane.rounds.get_mut(&waiting) {
                    Some(rounds) if *rounds > 1 => {
                        *rounds -= 1;
                        lane.queue.push_back(waiting.clone());
                    }
                    _ => drop(lane.rounds.remove(&waiting)),
                }
                ready.push(waiting);
            }
        }
        ready
    }

    /// Forgets what waits for an instance that gave its addresses up.
    pub(crate) fn forget(&mut self, owner: &InstanceKey) {
        for lane in self.lanes.values_mut() {
            lane.queue.retain(|(waiting, _)| waiting != owner);
            lane.rounds.retain(|(waiting, _), _| waiting != owner);
        }
    }

    /// When `due` has something to give.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.lanes.values().filter(|lane| !lane.queue.is_empty()).map(|lane| lane.next_at).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Prefix, Vrid};

    fn key(link: &str, last: u8) -> AddressKey {
        let prefix = Prefix::host([10, 0, 0, last].into());
        AddressKey { interface: InterfaceName::new(link).expect("a name"), prefix }
    }

    fn owner(vrid: u32) -> InstanceKey {
        let interface = InterfaceName::new("eth0").expect("a name");
        InstanceKey { interface, vrid: Vrid::new(vrid).expect("1 to 255"), family: Family::V4, number: 0 }
    }

    fn ask(pacer: &mut Pacer, now: u64, vrid: u32, key: AddressKey, spacing: u64) -> bool {
        let request = Request { owner: owner(vrid), key, spacing: Interval::from_millis(spacing) };
        pacer.admit(at(now), request)
    }

    fn at(millis: u64) -> Instant {
        Instant::START + Interval::from_millis(millis)
    }

    #[test]
    fn without_spacing_everything_goes_at_once() {
        let mut pacer = Pacer::default();
        assert!((0..100).all(|n| ask(&mut pacer, 5, 1, key("eth0", n), 0)));
        assert_eq!(pacer.deadline(), None);
    }

    #[test]
    fn the_links_of_a_group_share_one_pace() {
        let mut pacer = Pacer::default();
        let interfaces = ["eth0", "eth1"].map(|name| InterfaceName::new(name).expect("a name"));
        let (arp_spacing, na_spacing) = (Interval::from_millis(10), Interval::ZERO);
        pacer.configured(&[GarpGroup { arp_spacing, na_spacing, interfaces: interfaces.to_vec() }]);
        assert!(ask(&mut pacer, 0, 1, key("eth0", 1), 0));
        assert!(!ask(&mut pacer, 0, 1, key("eth1", 2), 0), "the other link of the group waits");
        assert!(ask(&mut pacer, 0, 1, key("eth2", 3), 0), "a link outside does not");
        let six = AddressKey { prefix: Prefix::host([0u16; 8].into()), ..key("eth0", 1) };
        assert!(ask(&mut pacer, 0, 1, six.clone(), 0), "the group paces ARPs only");
        assert!(ask(&mut pacer, 0, 1, six.clone(), 5) && !ask(&mut pacer, 4, 1, six, 5), "its own pace remains");
        assert_eq!(pacer.deadline(), Some(at(5)));
    }

    #[test]
    fn one_of_each_address_first_and_the_gap_is_kept() {
        let mut pacer = Pacer::default();
        assert!(ask(&mut pacer, 0, 1, key("eth0", 1), 10));
        assert!(!ask(&mut pacer, 0, 1, key("eth0", 1), 10));
        assert!(!ask(&mut pacer, 0, 1, key("eth0", 1), 10));
        assert!(!ask(&mut pacer, 0, 2, key("eth0", 2), 10));
        assert!(ask(&mut pacer, 0, 1, key("eth1", 3), 10), "another link has its own pace");
        let mut said = Vec::new();
        while let Some(next) = pacer.deadline() {
            said.extend(pacer.due(next).into_iter().map(|(_, key)| (next, key)));
        }
        assert_eq!(said, [(at(10), key("eth0", 1)), (at(20), key("eth0", 2)), (at(30), key("eth0", 1))]);
    }

    #[test]
    fn a_late_wake_up_is_no_flood_and_a_former_master_is_silent() {
        let mut pacer = Pacer::default();
        for n in 0..50 {
            ask(&mut pacer, 0, 1, key("eth0", n), 10);
        }
        assert_eq!(pacer.due(at(400)).len(), 1);
        pacer.forget(&owner(1));
        assert_eq!(pacer.deadline(), None);
        assert!(pacer.due(at(5_000)).is_empty());
    }
}
