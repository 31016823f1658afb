//! Live weight against quorum, and who is a member: pure arithmetic. No addresses, no time.

/// Weight of a sorry server in use.
pub const SORRY_WEIGHT: u32 = 1;

/// What a virtual server needs to be up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// Live weight needed, at least 1.
    pub weight: u32,
    /// Distance from it at which it is lost or gained.
    pub hysteresis: u32,
}

impl Quorum {
    /// Whether who is `up` or not is so with this live weight: lost when there is none or less than quorum minus
    /// hysteresis, gained at quorum plus hysteresis.
    #[must_use]
    pub fn judge(self, up: bool, live: u64) -> bool {
        let (weight, hysteresis) = (u64::from(self.weight), u64::from(self.hysteresis));
        if up { live > 0 && live >= weight.saturating_sub(hysteresis) } else { live > 0 && live >= weight + hysteresis }
    }
}

/// How a real server stands towards the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// No check of it is failed.
    pub alive: bool,
    /// Its weight while alive.
    pub weight: u32,
    /// Weight 0 instead of removal.
    pub inhibit: bool,
}

impl Standing {
    /// Its weight as a member; `None` keeps it out. A live server is out too while a sorry server takes its place.
    #[must_use]
    pub const fn member(self, displaced: bool) -> Option<u32> {
        if self.alive && !displaced {
            Some(self.weight)
        } else if self.inhibit {
            Some(0)
        } else {
            None
        }
    }

    /// Its share of the live weight.
    #[must_use]
    pub fn live(self) -> u64 {
        if self.alive { u64::from(self.weight) } else { 0 }
    }
}

/// Weight of the sorry server as a member; `None` keeps it out.
#[must_use]
pub const fn sorry_member(up: bool, inhibit: bool) -> Option<u32> {
    match (up, inhibit) {
        (false, _) => Some(SORRY_WEIGHT),
        (true, true) => Some(0),
        (true, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_and_gained_around_the_quorum() {
        // (quorum, hysteresis, smallest weight that keeps it, smallest weight that gains it)
        for (weight, hysteresis, keeps, gains) in
            [(1, 0, 1, 1), (2, 0, 2, 2), (2, 1, 1, 3), (5, 2, 3, 7), (5, 4, 1, 9), (3, 9, 1, 12), (0, 0, 1, 1)]
        {
            let quorum = Quorum { weight, hysteresis };
            for live in 0..20 {
                assert_eq!(quorum.judge(true, live), live >= keeps, "{quorum:?} up with {live}");
                assert_eq!(quorum.judge(false, live), live >= gains, "{quorum:?} down with {live}");
            }
        }
        let most = Quorum { weight: u32::MAX, hysteresis: u32::MAX };
        assert!(most.judge(false, u64::MAX) && most.judge(true, 1) && !most.judge(false, u64::from(u32::MAX)));
    }

    #[test]
    fn every_standing() {
        for (alive, inhibit, displaced, member) in [
            (true, false, false, Some(7)),
            (true, true, false, Some(7)),
            (true, false, true, None),
            (true, true, true, Some(0)),
            (false, false, false, None),
            (false, true, false, Some(0)),
            (false, false, true, None),
            (false, true, true, Some(0)),
        ] {
            let standing = Standing { alive, weight: 7, inhibit };
            assert_eq!(standing.member(displaced), member, "{standing:?} {displaced}");
            assert_eq!(standing.live(), if alive { 7 } else { 0 });
        }
        assert_eq!(
            [(false, false), (false, true), (true, false), (true, true)].map(|(up, i)| sorry_member(up, i)),
            [Some(1), Some(1), None, Some(0)]
        );
    }
}
