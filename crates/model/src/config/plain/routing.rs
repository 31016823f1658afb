//! Routes and rules of which only the essentials are written.
use crate::config::routing::{Action, Metrics, NextHop, Placing, Route, Rule};
use crate::{Family, Prefix};
use alloc::vec::Vec;

/// Nowhere in particular.
impl Default for NextHop {
    fn default() -> Self {
        Self { gateway: None, interface: None, weight: 1, on_link: false, encap: None, realms: None }
    }
}

/// `RTN_UNICAST` (linux/rtnetlink.h).
const UNICAST: u8 = 1;
/// `RT_TABLE_MAIN` (linux/rtnetlink.h).
const MAIN: u32 = 254;
/// `RTPROT_KEEPALIVED` (linux/rtnetlink.h).
const KEEPALIVED: u8 = 18;

impl Route {
    /// A unicast route of table main without a next hop.
    #[must_use]
    pub fn plain(destination: Prefix) -> Self {
        Self {
            family: destination.family(),
            kind: UNICAST,
            destination,
            from: None,
            source: None,
            tos: 0,
            table: MAIN,
            vrf: None,
            protocol: KEEPALIVED,
            scope: None,
            metric: 0,
            hop: NextHop::default(),
            hops: Vec::new(),
            expires: None,
            metrics: Metrics::default(),
            preference: None,
            ttl_propagate: None,
            placing: Placing::Prepend,
            no_track: false,
        }
    }
}

impl Rule {
    /// A rule that matches everything.
    #[must_use]
    pub const fn plain(family: Family, preference: u32, action: Action) -> Self {
        Self {
            family,
            invert: false,
            from: None,
            to: None,
            preference,
            tos: 0,
            mark: None,
            input: None,
            output: None,
            tunnel_id: None,
            uids: None,
            ip_protocol: None,
            source_ports: None,
            destination_ports: None,
            realms: None,
            suppress_prefix_length: None,
            suppress_group: None,
            protocol: KEEPALIVED,
            action,
            no_track: false,
        }
    }
}
