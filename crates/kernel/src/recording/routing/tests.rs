//! The fake does what the real one was seen to do in namespaces.
use super::*;
use model::config::routing::{Action, NextHop, Rule};
use model::{Family, Prefix};
use std::net::IpAddr;

fn name(text: &str) -> InterfaceName {
    InterfaceName::new(text).expect("a name")
}

fn route(last: u8, placing: Placing) -> Route {
    let destination = Prefix::new(IpAddr::from([10, 1, 0, 0]), 16).expect("a length");
    let gateway = Some(IpAddr::from([10, 0, 0, last]));
    Route {
        placing,
        hop: NextHop { gateway, interface: Some(name("a")), ..NextHop::default() },
        ..Route::plain(destination)
    }
}

fn refused(kernel: &mut RecordingRouting, changes: Vec<RoutingChange>) -> Vec<(usize, i32)> {
    kernel.submit_routing(Ticket(1), changes);
    let Some(RoutingEvent::Applied { results, .. }) = kernel.take_events().pop() else { panic!("no answer") };
    let errno = |(n, (_, result)): (usize, (_, Result<(), Refusal>))| Some((n, result.err()?.errno));
    results.into_iter().enumerate().filter_map(errno).collect()
}

#[test]
fn before_behind_or_alone() {
    let mut kernel = RecordingRouting::new([name("a")]);
    let changes = [
        route(252, Placing::Prepend),
        route(251, Placing::Prepend),
        route(253, Placing::Append),
        route(254, Placing::Alone),
        route(251, Placing::Prepend),
    ];
    assert_eq!(refused(&mut kernel, changes.map(RoutingChange::AddRoute).into()), [(3, libc::EEXIST)]);
    let last = |route: &Route| route.hop.gateway.map(|gateway| gateway.to_string());
    let gateways: Vec<_> = kernel.routes().filter_map(last).collect();
    assert_eq!(gateways, ["10.0.0.251", "10.0.0.252", "10.0.0.253"]);
    assert_eq!(refused(&mut kernel, vec![RoutingChange::RemoveRoute(route(252, Placing::Prepend))]), []);
    assert_eq!(kernel.routes().count(), 2);
}

#[test]
fn what_happens_is_told_before_the_answer() {
    let mut kernel = RecordingRouting::new([name("a")]);
    let rule = Rule::plain(Family::V4, 100, Action::Table(10));
    let (routes, rules) = ([RouteKey::of(&route(1, Placing::Prepend), None)], [RuleKey::of(&rule)]);
    let changes = vec![RoutingChange::AddRoute(route(1, Placing::Prepend)), RoutingChange::AddRule(rule)];
    kernel.submit_routing(Ticket(7), changes.clone());
    assert_eq!(kernel.take_calls(), [(Ticket(7), changes.clone())]);
    let results = changes.into_iter().map(|change| (change, Ok(()))).collect();
    let holds = |routes: &[RouteKey], rules: &[RuleKey]| RoutingEvent::Holds {
        routes: routes.iter().cloned().collect(),
        rules: rules.iter().cloned().collect(),
    };
    let applied = RoutingEvent::Applied { ticket: Ticket(7), results };
    assert_eq!(kernel.take_events(), [holds(&[], &[]), holds(&routes, &rules), applied]);
    kernel.remove_route(&routes[0]);
    kernel.remove_route(&routes[0]);
    assert_eq!(kernel.take_events(), [holds(&[], &rules)], "once");
    kernel.remove_rule(&rules[0]);
    assert_eq!((kernel.take_events(), kernel.rules().len()), (vec![holds(&[], &[])], 0));
}

#[test]
fn links_come_and_go_with_their_routes() {
    let mut kernel = RecordingRouting::new([]);
    let add = || vec![RoutingChange::AddRoute(Route { vrf: Some(name("blue")), ..route(1, Placing::Prepend) })];
    assert_eq!(refused(&mut kernel, add()), [(0, libc::ENODEV)]);
    kernel.add_link(&name("a"), None);
    kernel.add_link(&name("blue"), Some(300));
    assert_eq!(refused(&mut kernel, add()), []);
    assert_eq!(kernel.holds().0.first().map(|key| key.table), Some(300));
    kernel.remove_link(&name("a"));
    assert_eq!(kernel.routes().count(), 0);
}

#[test]
fn a_refusal_is_ordered() {
    let mut kernel = RecordingRouting::new([name("a")]);
    kernel.refuse_next(libc::EPERM, "permission denied");
    let changes =
        vec![RoutingChange::AddRoute(route(1, Placing::Prepend)), RoutingChange::AddRoute(route(2, Placing::Prepend))];
    assert_eq!(refused(&mut kernel, changes), [(0, libc::EPERM)]);
    assert_eq!(kernel.routes().count(), 1);
}
