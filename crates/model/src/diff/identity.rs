//! What makes two instances the same virtual router over a reload, and how several on one link with one id are told apart.
use crate::config::vrrp::Instance;
use crate::{Family, InterfaceName, Vrid};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// What makes two instances the same virtual router over a reload, as in keepalived: link, id and family, not the name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceKey {
    /// Link of the adverts.
    pub interface: InterfaceName,
    /// Virtual router identifier.
    pub vrid: Vrid,
    /// Family of the adverts.
    pub family: Family,
    /// Which of several with all of that in common, which differ in whom they speak to: 0 unless there are several.
    pub number: u32,
}

impl InstanceKey {
    /// The key of the only instance on its link with this id and family.
    #[must_use]
    pub fn of(instance: &Instance) -> Self {
        Self { interface: instance.interface.clone(), vrid: instance.vrid, family: instance.family, number: 0 }
    }
}

/// An instance with its identity.
pub type Identified<'a> = (InstanceKey, &'a Instance);

/// Gives every instance of a configuration its identity: that of one that ran `before` where it is the same virtual router,
/// else a new one. An instance that nothing on the wire tells from an earlier one of the list is left out.
///
/// Alone on its link with this id and family, an instance is who was alone there before. Where there are several, the
/// same is who speaks to the same group or to one of the same peers, else who has the same name.
#[must_use]
pub fn identify<'a>(before: &[Identified<'_>], instances: &'a [Instance]) -> Vec<Identified<'a>> {
    let mut places: BTreeMap<InstanceKey, Place<'_, 'a>> = BTreeMap::new();
    for (key, instance) in before {
        places.entry(InstanceKey::of(instance)).or_default().before.push((key.number, instance));
    }
    for (position, instance) in instances.iter().enumerate() {
        let place = places.entry(InstanceKey::of(instance)).or_default();
        if !place.now.iter().any(|(_, other)| are_alike(other, instance)) {
            place.now.push((position, instance));
        }
    }
    let mut found = Vec::new();
    for (key, place) in places {
        let numbered = place.numbers().into_iter().zip(place.now);
        found.extend(numbered.map(|(number, (position, i))| (position, (InstanceKey { number, ..key.clone() }, i))));
    }
    found.sort_unstable_by_key(|(position, _)| *position);
    found.into_iter().map(|(_, identified)| identified).collect()
}

/// Those with link, id and family in common.
#[derive(Default)]
struct Place<'b, 'a> {
    before: Vec<(u32, &'b Instance)>,
    /// With their positions in the configuration.
    now: Vec<(usize, &'a Instance)>,
}

impl Place<'_, '_> {
    /// The number of each instance of now.
    fn numbers(&self) -> Vec<u32> {
        if let ([(number, _)], [_]) = (self.before.as_slice(), self.now.as_slice()) {
            return [*number].into();
        }
        let mut found: Vec<Option<u32>> = self.now.iter().map(|_| None).collect();
        let same_name = |a: &Instance, b: &Instance| a.name == b.name;
        for is_same in [are_alike, same_name] {
            for (at, (_, instance)) in self.now.iter().enumerate() {
                let free = |number: &u32| !found.contains(&Some(*number));
                let known = self.before.iter().find(|(number, before)| free(number) && is_same(before, instance));
                let known = known.map(|(number, _)| *number);
                if let Some(slot) = found.get_mut(at).filter(|slot| slot.is_none()) {
                    *slot = known;
                }
            }
        }
        let mut taken: Vec<u32> = self.before.iter().map(|(number, _)| *number).collect();
        let mut new = || {
            let number = (0..).find(|number| !taken.contains(number)).unwrap_or(u32::MAX);
            taken.push(number);
            number
        };
        found.into_iter().map(|known| known.unwrap_or_else(&mut new)).collect()
    }
}

/// Whether their adverts go to the same group, or to and from a peer in common.
fn are_alike(a: &Instance, b: &Instance) -> bool {
    match (&a.unicast, &b.unicast) {
        (None, None) => a.group == b.group,
        (Some(a), Some(b)) => {
            let none = a.peers.is_empty() && b.peers.is_empty();
            none || a.peers.iter().any(|peer| b.peers.iter().any(|other| other.address == peer.address))
        }
        (None, Some(_)) | (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::vrrp::{Peer, Unicast};
    use alloc::string::{String, ToString};
    use core::slice::from_ref;

    /// An instance of this name that speaks to these peers `10.0.0.N`; to the group when there is none.
    fn instance(name: &str, peers: &[u8]) -> Instance {
        let (interface, vrid) = (InterfaceName::new("eth0").expect("a name"), Vrid::new(1).expect("in range"));
        let peer = |last: &u8| Peer { address: [10, 0, 0, *last].into(), min_ttl: 0, max_ttl: 255 };
        let peers: Vec<_> = peers.iter().map(peer).collect();
        let unicast = (!peers.is_empty()).then(|| Unicast { peers, ..Unicast::default() });
        Instance { unicast, ..Instance::plain(name.into(), interface, vrid) }
    }

    fn numbers(before: &[Instance], now: &[Instance]) -> Vec<u32> {
        identify(&identify(&[], before), now).iter().map(|(key, _)| key.number).collect()
    }

    #[test]
    fn alone_is_the_same_whatever_changes() {
        assert_eq!(numbers(&[instance("a", &[])], &[instance("b", &[2])]), [0]);
        assert_eq!(numbers(&[instance("a", &[2])], &[instance("a", &[3])]), [0]);
    }

    #[test]
    fn several_are_told_apart_by_their_peers_then_by_name() {
        let (a, b, c) = (instance("a", &[2]), instance("b", &[3]), instance("c", &[4]));
        let both = [a.clone(), b.clone()];
        assert_eq!(numbers(&both, &both), [0, 1]);
        assert_eq!(numbers(&both, &[b.clone(), a.clone()]), [1, 0], "order is nothing");
        assert_eq!(numbers(&both, &[instance("x", &[3, 9]), a.clone()]), [1, 0], "a name is less than a peer");
        assert_eq!(numbers(&both, &[instance("b", &[9]), a.clone()]), [1, 0], "and more than nothing");
        assert_eq!(numbers(&both, from_ref(&b)), [1], "who stays alone is who it was");
        assert_eq!(numbers(&both, &[b.clone(), c.clone()]), [1, 2], "a new one is nobody's heir");
        assert_eq!(numbers(from_ref(&b), &both), [1, 0], "the old one keeps its number");
        assert_eq!(numbers(&[a.clone(), instance("m", &[])], &[instance("m", &[]), a]), [1, 0]);
    }

    #[test]
    fn who_cannot_be_told_apart_is_left_out() {
        let twice = [instance("a", &[2, 3]), instance("b", &[3]), instance("c", &[]), instance("d", &[])];
        let names: Vec<String> = identify(&[], &twice).iter().map(|(_, i)| i.name.to_string()).collect();
        assert_eq!(names, ["a", "c"]);
    }
}
