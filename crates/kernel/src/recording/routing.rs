//! Routes and rules in memory, by the rules of the kernel where they matter to a decision.
use super::{ENODEV, keep, refusal};
use crate::ports::{Refusal, Routing, RoutingEvent, Ticket};
use model::InterfaceName;
use model::config::routing::{Placing, Route};
use model::holdings::{RouteKey, RoutingChange, RuleKey};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A kernel of routes and rules in memory. Every submission is carried out at once; its events wait until they are taken.
#[derive(Clone, Debug, Default)]
pub struct RecordingRouting {
    /// Links, with the table of those that are routing domains.
    links: BTreeMap<InterfaceName, Option<u32>>,
    routes: Vec<(RouteKey, Route)>,
    rules: BTreeSet<RuleKey>,
    events: VecDeque<RoutingEvent>,
    calls: VecDeque<(Ticket, Vec<RoutingChange>)>,
    /// What the next changes are refused with.
    refusals: VecDeque<Refusal>,
}

impl RecordingRouting {
    /// A kernel with these links; the first event tells that nothing of ours is there.
    pub fn new(links: impl IntoIterator<Item = InterfaceName>) -> Self {
        let links = links.into_iter().map(|name| (name, None)).collect();
        let mut kernel = Self { links, ..Self::default() };
        kernel.tell();
        kernel
    }

    /// What has happened since this was last asked, in order.
    pub fn take_events(&mut self) -> Vec<RoutingEvent> {
        std::mem::take(&mut self.events).into()
    }

    /// The submissions since this was last asked, in order.
    pub fn take_calls(&mut self) -> Vec<(Ticket, Vec<RoutingChange>)> {
        std::mem::take(&mut self.calls).into()
    }

    /// The routes that there are, in the order of the kernel.
    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        self.routes.iter().map(|(_, route)| route)
    }

    /// The rules that there are.
    #[must_use]
    pub const fn rules(&self) -> &BTreeSet<RuleKey> {
        &self.rules
    }

    /// The next change of a submission is refused with this; asked again, the one behind it.
    pub fn refuse_next(&mut self, errno: i32, text: &str) {
        self.refusals.push_back(refusal(errno, text));
    }

    /// A link appears, perhaps as a routing domain with this table.
    pub fn add_link(&mut self, name: &InterfaceName, vrf: Option<u32>) {
        self.links.insert(name.clone(), vrf);
    }

    /// A link goes away, and its routes with it.
    pub fn remove_link(&mut self, name: &InterfaceName) {
        self.links.remove(name);
        let by = |route: &Route| {
            route.hop.interface.as_ref() == Some(name)
                || route.hops.iter().any(|hop| hop.interface.as_ref() == Some(name))
        };
        self.change(|kernel| kernel.routes.retain(|(_, route)| !by(route)));
    }

    /// Somebody else takes the routes of this key away.
    pub fn remove_route(&mut self, key: &RouteKey) {
        self.change(|kernel| kernel.routes.retain(|(known, _)| known != key));
    }

    /// Somebody else takes this rule away.
    pub fn remove_rule(&mut self, key: &RuleKey) {
        self.change(|kernel| kernel.rules.remove(key));
    }

    /// Tells what there is, when that has become something else.
    fn change<T>(&mut self, change: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.holds();
        let result = change(self);
        if self.holds() != before {
            self.tell();
        }
        result
    }

    fn holds(&self) -> (BTreeSet<RouteKey>, BTreeSet<RuleKey>) {
        (self.routes.iter().map(|(key, _)| key.clone()).collect(), self.rules.clone())
    }

    fn tell(&mut self) {
        let (routes, rules) = self.holds();
        self.events.push_back(RoutingEvent::Holds { routes, rules });
    }

    fn carry_out(&mut self, change: &RoutingChange) -> Result<(), Refusal> {
        if let Some(refusal) = self.refusals.pop_front() {
            return Err(refusal);
        }
        match change {
            RoutingChange::AddRoute(route) => self.add_route(route)?,
            RoutingChange::RemoveRoute(route) => self.routes.retain(|(_, known)| !is_same(known, route)),
            RoutingChange::AddRule(rule) => {
                self.rules.insert(RuleKey::of(rule));
            }
            RoutingChange::RemoveRule(rule) => {
                self.rules.remove(&RuleKey::of(rule));
            }
        }
        Ok(())
    }

    fn add_route(&mut self, route: &Route) -> Result<(), Refusal> {
        let links = route.hops.iter().chain([&route.hop]).filter_map(|hop| hop.interface.as_ref());
        if links.chain(&route.vrf).any(|name| !self.links.contains_key(name)) {
            return Err(refusal(ENODEV, "no such link"));
        }
        let vrf = route.vrf.as_ref().and_then(|name| self.links.get(name).copied().flatten());
        let key = RouteKey::of(route, vrf);
        let first = self.routes.iter().position(|(known, _)| *known == key);
        if first.is_some() && route.placing == Placing::Alone {
            return Err(refusal(super::EEXIST, "there is a route to it already"));
        }
        if self.routes.iter().any(|(_, known)| is_same(known, route)) {
            return Ok(());
        }
        let place = match route.placing {
            Placing::Append | Placing::Alone => self.routes.len(),
            Placing::Prepend => first.unwrap_or(self.routes.len()),
        };
        self.routes.insert(place, (key, route.clone()));
        Ok(())
    }
}

/// Whether the kernel holds them for the same: it forgets how a route was set.
fn is_same(one: &Route, other: &Route) -> bool {
    *one == Route { placing: one.placing, no_track: one.no_track, ..other.clone() }
}

impl Routing for RecordingRouting {
    fn submit_routing(&mut self, ticket: Ticket, changes: Vec<RoutingChange>) {
        keep(&mut self.calls, (ticket, changes.clone()));
        let results = self.change(|kernel| {
            let one = |change: RoutingChange| {
                let result = kernel.carry_out(&change);
                (change, result)
            };
            changes.into_iter().map(one).collect()
        });
        self.events.push_back(RoutingEvent::Applied { ticket, results });
    }
}

#[cfg(test)]
mod tests;
