//! Who wins between two routers, and whether a backup accepts what it hears; nothing about time.
use core::cmp::Ordering;
use core::net::IpAddr;

/// What a router brings to the election.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Effective priority, 1 to 255.
    pub(crate) priority: u8,
    /// Source address of its adverts.
    pub(crate) address: IpAddr,
}

/// How the other one stands to us as master: higher priority wins, then the higher address, compared as an unsigned
/// big-endian number (RFC 9568 section 6.4.3). `Equal` is our own address come back, or somebody using it.
#[must_use]
pub(crate) fn compare(theirs: Candidate, ours: Candidate) -> Ordering {
    theirs.priority.cmp(&ours.priority).then_with(|| theirs.address.cmp(&ours.address))
}

/// Whether a backup defers to a master of this priority: to an equal or higher one always, to a lower one unless it
/// preempts (RFC 9568 section 6.4.2). Addresses do not count here.
#[must_use]
pub(crate) const fn defers(theirs: u8, ours: u8, preempts: bool) -> bool {
    theirs >= ours || !preempts
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::net::Ipv4Addr;

    fn candidate(priority: u8, address: u32) -> Candidate {
        Candidate { priority, address: Ipv4Addr::from(address).into() }
    }

    #[test]
    fn priority_then_address() {
        let ours = candidate(100, 0x0a00_0002);
        for (theirs, expected) in [
            (candidate(101, 0x0a00_0001), Ordering::Greater),
            (candidate(99, 0x0a00_0003), Ordering::Less),
            (candidate(100, 0x0a00_0003), Ordering::Greater),
            (candidate(100, 0x0a00_0001), Ordering::Less),
            (candidate(100, 0x0a00_0002), Ordering::Equal),
            // As signed numbers, or as text, this would be lower.
            (candidate(100, 0xc0a8_0001), Ordering::Greater),
        ] {
            assert_eq!(compare(theirs, ours), expected, "{theirs:?}");
        }
    }

    #[test]
    fn backups_defer() {
        for (theirs, ours, preempts, expected) in [
            (100, 100, true, true),
            (101, 100, true, true),
            (99, 100, true, false),
            (99, 100, false, true),
            (255, 255, true, true),
        ] {
            assert_eq!(defers(theirs, ours, preempts), expected, "{theirs} {ours} {preempts}");
        }
    }
}
