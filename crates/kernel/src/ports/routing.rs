//! Routes and rules: what can be ordered, and what is told of them.
use super::{Refusal, Ticket};
use model::holdings::{RouteKey, RoutingChange, RuleKey};
use std::collections::BTreeSet;

/// Puts routes into tables and rules among others, and takes them away.
pub trait Routing {
    /// Starts to carry changes out, in order; they are answered in one `RoutingEvent::Applied` with this ticket,
    /// after the `RoutingEvent::Holds` that shows the outcome. Never waits. What is already as ordered counts as done: a route or rule that is there exactly so, one that is not there to
    /// be removed. A route that may have no equal (`add`) is refused where there is one.
    fn submit_routing(&mut self, ticket: Ticket, changes: Vec<RoutingChange>);
}

/// What is told of routes and rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoutingEvent {
    /// A submission was carried out; each change that was refused is named.
    Applied {
        /// The submission.
        ticket: Ticket,
        /// All its changes, in order, with their results.
        results: Vec<(RoutingChange, Result<(), Refusal>)>,
    },
    /// What there is of protocol keepalived is this now, whoever changed it.
    Holds {
        /// The routes, of all tables.
        routes: BTreeSet<RouteKey>,
        /// The rules.
        rules: BTreeSet<RuleKey>,
    },
}
