//! Routes and rules in the kernel: what makes two of them the same entry, and the steps between what is and what should be.
use crate::config::routing::{Route, Rule};
use crate::{Family, Prefix};

/// What makes two kernel routes the same entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteKey {
    /// Destination, host bits off.
    pub destination: Prefix,
    /// Routing table; that of the `vrf` where the route names one.
    pub table: u32,
    /// Type of service; always 0 for IPv6, which has none.
    pub tos: u8,
    /// Rank, as the kernel has it: 1024 where an IPv6 route says 0.
    pub metric: u32,
}

/// `IP6_RT_PRIO_USER` (linux/ipv6_route.h).
const METRIC_V6: u32 = 1024;

impl RouteKey {
    /// The key of a configured route whose routing domain, if it names one, has this table.
    #[must_use]
    pub fn of(route: &Route, vrf_table: Option<u32>) -> Self {
        let v6 = route.family == Family::V6;
        Self {
            destination: route.destination.network(),
            table: vrf_table.unwrap_or(route.table),
            tos: if v6 { 0 } else { route.tos },
            metric: if v6 && route.metric == 0 { METRIC_V6 } else { route.metric },
        }
    }
}

/// What makes two kernel rules the same entry: all of it, in the form that the kernel gives it back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleKey(Rule);

impl RuleKey {
    /// The key of a rule, configured or read from the kernel.
    #[must_use]
    pub fn of(rule: &Rule) -> Self {
        let somewhere = |prefix: Option<Prefix>| prefix.filter(|prefix| prefix.length() > 0);
        Self(Rule {
            from: somewhere(rule.from),
            to: somewhere(rule.to),
            mark: rule.mark.map(|(mark, mask)| (mark, Some(mask.unwrap_or(u32::MAX)))),
            tunnel_id: rule.tunnel_id.filter(|id| *id != 0),
            realms: rule.realms.filter(|realms| *realms != 0),
            ip_protocol: rule.ip_protocol.filter(|protocol| *protocol != 0),
            no_track: false,
            ..rule.clone()
        })
    }

    /// The rule itself.
    #[must_use]
    pub const fn rule(&self) -> &Rule {
        &self.0
    }
}

/// One step towards the desired routes and rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoutingChange {
    /// Put this route into its table.
    AddRoute(Route),
    /// Take exactly this route out of its table.
    RemoveRoute(Route),
    /// Put this rule among the others.
    AddRule(Rule),
    /// Take exactly this rule away.
    RemoveRule(Rule),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::routing::Action;
    use core::net::IpAddr;

    fn prefix(last: u8, length: u8) -> Prefix {
        Prefix::new(IpAddr::from([10, 0, 0, last]), length).expect("a length")
    }

    #[test]
    fn routes_are_told_apart_as_the_kernel_does() {
        let route = Route::plain(prefix(1, 24));
        let key = RouteKey::of(&route, None);
        assert_eq!(key, RouteKey::of(&Route { source: Some(IpAddr::from([10, 0, 0, 9])), ..route.clone() }, None));
        assert_eq!(key.destination, prefix(0, 24));
        assert_ne!(key, RouteKey::of(&route, Some(10)));
        assert_ne!(key, RouteKey::of(&Route { metric: 1, ..route.clone() }, None));
        let six = Route::plain(Prefix::host(IpAddr::from([0_u16; 8])));
        assert_eq!(RouteKey::of(&six, None), RouteKey::of(&Route { metric: 1024, tos: 4, ..six.clone() }, None));
    }

    #[test]
    fn rules_are_compared_in_the_form_of_the_kernel() {
        let rule = Rule::plain(Family::V4, 100, Action::Table(10));
        let said = Rule { from: Some(prefix(0, 0)), mark: Some((1, None)), no_track: true, ..rule.clone() };
        let kept = Rule { mark: Some((1, Some(u32::MAX))), ..rule.clone() };
        assert_eq!(RuleKey::of(&said), RuleKey::of(&kept));
        assert_ne!(RuleKey::of(&rule), RuleKey::of(&kept));
        assert_eq!(RuleKey::of(&kept).rule(), &kept);
    }
}
