//! Routes and rules are set and taken away as ip(8) would do it.
use crate::room::{PATIENCE, cable, ip, name, one_space, prefix, run};
use evenkeel_kernel::linux::routing::LinuxRouting;
use evenkeel_kernel::ports::{Refusal, Routing, RoutingEvent, Ticket};
use model::config::routing::{Action, Encap, Metric, Metrics, NextHop, Placing, Route, Rule};
use model::holdings::{RouteKey, RoutingChange, RuleKey};
use model::{Family, Interval};
use std::collections::BTreeSet;
use std::net::IpAddr;
use tokio::time::timeout;

fn route(destination: &str, link: &str) -> Route {
    Route { hop: by(link), ..Route::plain(prefix(destination)) }
}

fn by(link: &str) -> NextHop {
    NextHop { interface: Some(name(link)), ..NextHop::default() }
}

fn via(gateway: &str) -> NextHop {
    NextHop { gateway: Some(address(gateway)), ..NextHop::default() }
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn rule(preference: u32, action: Action) -> Rule {
    Rule::plain(Family::V4, preference, action)
}

type Holds = (BTreeSet<RouteKey>, BTreeSet<RuleKey>);

/// A kernel with two cables, `a` (10.0.0.1/24, 2001:db8::1/64) and `c` (10.3.0.1/24).
async fn started() -> LinuxRouting {
    cable("c", "d");
    ip("addr add 10.0.0.1/24 dev a");
    ip("addr add 2001:db8::1/64 dev a nodad");
    ip("addr add 10.3.0.1/24 dev c");
    let mut kernel = LinuxRouting::open().await.expect("the kernel is there");
    assert_eq!(held(&mut kernel).await, Holds::default());
    kernel
}

async fn next(kernel: &mut LinuxRouting) -> RoutingEvent {
    timeout(PATIENCE, kernel.next_event()).await.expect("an event")
}

/// What is told next to be there.
async fn held(kernel: &mut LinuxRouting) -> Holds {
    match next(kernel).await {
        RoutingEvent::Holds { routes, rules } => (routes, rules),
        event => panic!("no listing: {event:?}"),
    }
}

/// Submits changes: what was refused, and what is there behind them.
async fn submit(kernel: &mut LinuxRouting, changes: Vec<RoutingChange>) -> (Vec<(usize, Refusal)>, Option<Holds>) {
    kernel.submit_routing(Ticket(5), changes.clone());
    let mut last = None;
    loop {
        match next(kernel).await {
            RoutingEvent::Holds { routes, rules } => last = Some((routes, rules)),
            RoutingEvent::Applied { ticket, results } => {
                assert_eq!(ticket, Ticket(5));
                assert!(results.iter().map(|(change, _)| change).eq(&changes), "the changes come back in order");
                let refused = results.into_iter().enumerate().filter_map(|(n, (_, result))| Some((n, result.err()?)));
                return (refused.collect(), last);
            }
        }
    }
}

/// What `ip route` or `ip rule` shows of ours, blanks at line ends and listing marks taken off.
fn shown(words: &str) -> Vec<String> {
    let text = ip(words);
    let tidy = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(tidy).filter(|line| !line.is_empty()).collect()
}

fn routes(family: &str, table: &str) -> Vec<String> {
    shown(&format!("{family} -details route show table {table} proto keepalived"))
}

/// One line for each rule of ours.
fn rules(family: &str) -> Vec<String> {
    shown(&format!("{family} -details rule show")).into_iter().filter(|line| line.contains("keepalived")).collect()
}

/// Sets each route, compares what ip(8) shows of it, takes it away.
async fn each(kernel: &mut LinuxRouting, cases: Vec<(Route, &str)>) {
    for (route, expected) in cases {
        let family = if route.family == Family::V4 { "-4" } else { "-6" };
        let table = route.table.to_string();
        let (refused, holds) = submit(kernel, vec![RoutingChange::AddRoute(route.clone())]).await;
        assert_eq!(refused, [], "{expected}");
        assert_eq!(routes(family, &table).join(" "), expected);
        assert_eq!(holds.expect("told").0, [RouteKey::of(&route, None)].into(), "{expected}");
        let (refused, holds) = submit(kernel, vec![RoutingChange::RemoveRoute(route)]).await;
        assert_eq!((refused, holds), (Vec::new(), Some(Holds::default())), "{expected}");
        assert_eq!(routes(family, &table), [] as [&str; 0], "{expected}");
    }
}

#[test]
fn routes_are_as_ip_shows_them() {
    run(|| async {
        let _space = one_space();
        let mut kernel = started().await;
        let plain = |destination: &str| Route::plain(prefix(destination));
        each(
            &mut kernel,
            vec![
                (route("10.1.0.0/16", "a"), "unicast 10.1.0.0/16 dev a scope link"),
                (
                    Route {
                        hop: via("10.0.0.254"),
                        source: Some(address("10.0.0.1")),
                        tos: 0x14,
                        metric: 7,
                        ..plain("0.0.0.0/0")
                    },
                    "unicast default tos 0x14 via 10.0.0.254 dev a scope global src 10.0.0.1 metric 7",
                ),
                (
                    Route { scope: Some(0), table: 100, ..route("10.1.0.0/16", "a") },
                    "unicast 10.1.0.0/16 dev a scope global",
                ),
                (Route { table: 70_000, ..route("10.1.0.0/16", "a") }, "unicast 10.1.0.0/16 dev a scope link"),
                (Route { kind: 6, ..plain("10.1.0.0/16") }, "blackhole 10.1.0.0/16 scope global"),
                (Route { kind: 9, table: 100, ..plain("10.1.0.0/16") }, "throw 10.1.0.0/16 scope global"),
                (
                    Route {
                        hop: NextHop { on_link: true, ..NextHop { gateway: Some(address("192.0.2.1")), ..by("a") } },
                        ..plain("10.1.0.0/16")
                    },
                    "unicast 10.1.0.0/16 via 192.0.2.1 dev a scope global onlink",
                ),
                (
                    Route { hop: NextHop { realms: Some(7 << 16 | 8), ..by("a") }, ..plain("10.1.0.0/16") },
                    "unicast 10.1.0.0/16 dev a scope link realms 7/8",
                ),
            ],
        )
        .await;
    });
}

#[test]
fn ipv6_routes_are_as_ip_shows_them() {
    run(|| async {
        let _space = one_space();
        let mut kernel = started().await;
        let gateway =
            Route { hop: NextHop { gateway: Some(address("fe80::1")), ..by("a") }, ..Route::plain(prefix("::/0")) };
        each(
            &mut kernel,
            vec![
                (route("2001:db8:1::/48", "a"), "unicast 2001:db8:1::/48 dev a scope global metric 1024 pref medium"),
                (
                    Route { preference: Some(1), metric: 5, ..gateway },
                    "unicast default via fe80::1 dev a scope global metric 5 pref high",
                ),
                (
                    Route {
                        hops: vec![via("2001:db8::8"), NextHop { weight: 3, ..via("2001:db8::9") }],
                        ..Route::plain(prefix("2001:db8:1::/48"))
                    },
                    "unicast 2001:db8:1::/48 scope global metric 1024 pref medium \
                     nexthop via 2001:db8::8 dev a weight 1 nexthop via 2001:db8::9 dev a weight 3",
                ),
            ],
        )
        .await;
        let fleeting = Route { expires: Some(Interval::from_secs(600)), ..route("2001:db8:1::/48", "a") };
        let (refused, _) = submit(&mut kernel, vec![RoutingChange::AddRoute(fleeting)]).await;
        assert_eq!(refused, []);
        let text = routes("-6", "main").join(" ");
        assert!(text.contains("expires 59") || text.contains("expires 600"), "{text}");
    });
}

#[test]
fn several_ways_and_every_metric() {
    run(|| async {
        let _space = one_space();
        let mut kernel = started().await;
        let plain = Route::plain(prefix("10.1.0.0/16"));
        let locked = |value| Some(Metric { value, lock: true });
        let free = |value| Some(Metric { value, lock: false });
        let metrics = Metrics {
            mtu: locked(1400),
            hop_limit: Some(9),
            advmss: free(1300),
            rtt: free(2000),
            rttvar: locked(1000),
            rto_min: free(250),
            reordering: free(5),
            window: Some(9000),
            cwnd: locked(20),
            ssthresh: free(30),
            initcwnd: Some(11),
            initrwnd: Some(12),
            ecn: true,
            quickack: Some(true),
            fastopen_no_cookie: Some(true),
            congestion_control: Some("reno".into()),
            lock_congestion_control: true,
        };
        each(
            &mut kernel,
            vec![
                (
                    Route {
                        hops: vec![NextHop { weight: 5, ..via("10.0.0.254") }, via("10.3.0.254")],
                        ..plain.clone()
                    },
                    "unicast 10.1.0.0/16 scope global \
                     nexthop via 10.0.0.254 dev a weight 5 nexthop via 10.3.0.254 dev c weight 1",
                ),
                (
                    Route { metrics, ..route("10.1.0.0/16", "a") },
                    "unicast 10.1.0.0/16 dev a scope link mtu lock 1400 window 9000 rtt 250ms rttvar lock 250ms \
                     ssthresh 30 cwnd lock 20 advmss 1300 reordering 5 hoplimit 9 initcwnd 11 features ecn \
                     rto_min 250ms initrwnd 12 quickack 1 congctl lock reno fastopen_no_cookie 1",
                ),
            ],
        )
        .await;
    });
}

/// This kernel may lack tunnels; then it says so, and nothing else happens.
#[test]
fn tunnels_are_as_ip_shows_them_where_the_kernel_has_them() {
    run(|| async {
        let _space = one_space();
        let mut kernel = started().await;
        let through =
            |encap| Route { hop: NextHop { encap: Some(encap), ..by("a") }, ..Route::plain(prefix("10.1.0.0/16")) };
        let ip4 = Encap::Ip {
            id: Some(7),
            destination: Some("192.0.2.1".parse().expect("an address")),
            source: None,
            tos: Some(4),
            ttl: Some(9),
            flags: None,
        };
        let cases = [
            (ip4, "unicast 10.1.0.0/16 encap ip id 7 src 0.0.0.0 dst 192.0.2.1 ttl 9 tos 4 dev a scope link"),
            (Encap::Mpls(vec![100, 200]), "unicast 10.1.0.0/16 encap mpls 100/200 dev a scope link"),
        ];
        for (encap, expected) in cases {
            let (refused, _) = submit(&mut kernel, vec![RoutingChange::AddRoute(through(encap.clone()))]).await;
            match refused.as_slice() {
                [] => assert_eq!(routes("-4", "main").join(" "), expected),
                [(0, refusal)] => {
                    assert_eq!(refusal.errno, libc::EOPNOTSUPP, "{refusal}");
                    assert_eq!(routes("-4", "main"), [] as [&str; 0]);
                    println!("{encap:?}: {refusal}");
                }
                other => panic!("{other:?}"),
            }
            submit(&mut kernel, vec![RoutingChange::RemoveRoute(through(encap))]).await;
        }
    });
}

#[test]
fn before_behind_or_alone() {
    run(|| async {
        let _space = one_space();
        let mut kernel = started().await;
        let with = |placing, gateway: &str| {
            RoutingChange::AddRoute(Route { placing, hop: via(gateway), ..Route::plain(prefix("10.1.0.0/16")) })
        };
        let changes = vec![
            with(Placing::Prepend, "10.0.0.252"),
            with(Placing::Prepend, "10.0.0.251"),
            with(Placing::Append, "10.0.0.253"),
            with(Placing::Alone, "10.0.0.254"),
            with(Placing::Prepend, "10.0.0.251"),
        ];
        let (refused, holds) = submit(&mut kernel, changes).await;
        assert_eq!(
            refused.iter().map(|(n, r)| (*n, r.text.as_str())).collect::<Vec<_>>(),
            [(3, "there is a route to it already")]
        );
        assert_eq!(holds.expect("told").0.len(), 1, "one destination");
        let gateways: Vec<String> =
            routes("-4", "main").iter().map(|line| line.split(' ').nth(3).unwrap().into()).collect();
        assert_eq!(gateways, ["10.0.0.251", "10.0.0.252", "10.0.0.253"]);
    });
}

#[test]
fn rules_are_as_ip_shows_them() {
    run(|| async {
        let _space = one_space();
        let mut kernel = started().await;
        let table = Action::Table(100);
        let cases = [
            (rule(100, table), "100: from all lookup 100 proto keepalived"),
            (
                Rule {
                    from: Some(prefix("10.1.0.0/16")),
                    to: Some(prefix("10.2.0.0/16")),
                    invert: true,
                    tos: 0x14,
                    ..rule(100, table)
                },
                "100: not from 10.1.0.0/16 to 10.2.0.0/16 tos 0x14 lookup 100 proto keepalived",
            ),
            (
                Rule {
                    mark: Some((0x10, Some(0xf0))),
                    input: Some(name("a")),
                    output: Some(name("c")),
                    ..rule(100, table)
                },
                "100: from all fwmark 0x10/0xf0 iif a oif c lookup 100 proto keepalived",
            ),
            (
                Rule { mark: Some((9, None)), ..rule(100, table) },
                "100: from all fwmark 0x9 lookup 100 proto keepalived",
            ),
            (
                Rule {
                    uids: Some((1000, 2000)),
                    ip_protocol: Some(6),
                    source_ports: Some((1024, 2048)),
                    destination_ports: Some((80, 80)),
                    ..rule(100, table)
                },
                "100: from all uidrange 1000-2000 ipproto tcp sport 1024-2048 dport 80 lookup 100 proto keepalived",
            ),
            (
                Rule {
                    realms: Some(7 << 16 | 8),
                    suppress_prefix_length: Some(0),
                    suppress_group: Some(3),
                    tunnel_id: Some(77),
                    ..rule(100, table)
                },
                "100: from all tun_id 77 lookup 100 suppress_prefixlength 0 suppress_ifgroup 3 realms 7/8 proto keepalived",
            ),
            (rule(100, Action::Table(70_000)), "100: from all lookup 70000 proto keepalived"),
            (rule(100, Action::Goto(200)), "100: from all goto 200 [unresolved] proto keepalived"),
            (rule(100, Action::Nop), "100: from all nop proto keepalived"),
            (rule(100, Action::Blackhole), "100: from all blackhole proto keepalived"),
            (rule(100, Action::Prohibit), "100: from all prohibit proto keepalived"),
            (rule(100, Action::Unreachable), "100: from all unreachable proto keepalived"),
            (
                Rule { to: Some(prefix("2001:db8::/32")), ..Rule::plain(Family::V6, 5, table) },
                "5: from all to 2001:db8::/32 lookup 100 proto keepalived",
            ),
        ];
        for (rule, expected) in cases {
            let family = if rule.family == Family::V4 { "-4" } else { "-6" };
            let (refused, holds) = submit(&mut kernel, vec![RoutingChange::AddRule(rule.clone())]).await;
            assert_eq!(refused, [], "{expected}");
            assert_eq!(rules(family), [expected]);
            assert_eq!(holds.expect("told").1, [RuleKey::of(&rule)].into(), "{expected}");
            let again = RoutingChange::AddRule(rule.clone());
            let (refused, holds) = submit(
                &mut kernel,
                vec![again, RoutingChange::RemoveRule(rule.clone()), RoutingChange::RemoveRule(rule)],
            )
            .await;
            assert_eq!((refused, holds), (Vec::new(), Some(Holds::default())), "{expected}");
            assert_eq!(rules(family), [] as [&str; 0], "{expected}");
        }
    });
}

#[test]
fn a_removal_takes_this_one_and_no_other() {
    run(|| async {
        let _space = one_space();
        let mut kernel = started().await;
        ip("route add 10.1.0.0/16 dev a metric 9 proto static");
        ip("rule add preference 100 table 100 proto static");
        let ours = Route { metric: 9, hop: via("10.0.0.254"), ..Route::plain(prefix("10.1.0.0/16")) };
        let rule = rule(100, Action::Table(100));
        let (refused, _) =
            submit(&mut kernel, vec![RoutingChange::RemoveRoute(ours), RoutingChange::RemoveRule(rule)]).await;
        assert_eq!(refused, []);
        assert_eq!(shown("-4 route show proto static"), ["10.1.0.0/16 dev a scope link metric 9"]);
        assert_eq!(shown("-4 rule show table 100"), ["100: from all lookup 100 proto static"]);
    });
}

#[test]
fn what_somebody_else_does_is_told() {
    run(|| async {
        let _space = one_space();
        let mut kernel = started().await;
        let (one, two) = (route("10.1.0.0/16", "a"), route("10.2.0.0/16", "c"));
        let rule = rule(100, Action::Table(100));
        let changes = vec![
            RoutingChange::AddRoute(one.clone()),
            RoutingChange::AddRoute(two.clone()),
            RoutingChange::AddRule(rule.clone()),
        ];
        assert_eq!(submit(&mut kernel, changes).await.0, []);
        let (one, two, rule) = (RouteKey::of(&one, None), RouteKey::of(&two, None), RuleKey::of(&rule));
        ip("route del 10.1.0.0/16");
        assert_eq!(held(&mut kernel).await, ([two.clone()].into(), [rule.clone()].into()));
        ip("rule del preference 100");
        assert_eq!(held(&mut kernel).await, ([two.clone()].into(), BTreeSet::new()));
        ip("route add 10.1.0.0/16 dev a proto keepalived");
        assert_eq!(held(&mut kernel).await, ([one.clone(), two].into(), BTreeSet::new()));
        // The kernel says nothing of the routes of a link that goes down.
        ip("link set dev c down");
        assert_eq!(held(&mut kernel).await, ([one].into(), BTreeSet::new()));
        ip("addr flush dev a");
        assert_eq!(held(&mut kernel).await, Holds::default());
    });
}

#[test]
fn what_is_there_at_the_start_is_known() {
    run(|| async {
        let _space = one_space();
        ip("addr add 10.0.0.1/24 dev a");
        ip("route add 10.1.0.0/16 dev a proto keepalived table 100");
        ip("route add 10.2.0.0/16 dev a proto static");
        ip("rule add from 10.1.0.0/16 table 100 preference 7 proto keepalived");
        let mut kernel = LinuxRouting::open().await.expect("the kernel is there");
        let mine = Route { table: 100, ..route("10.1.0.0/16", "a") };
        let rule = Rule { from: Some(prefix("10.1.0.0/16")), ..rule(7, Action::Table(100)) };
        assert_eq!(held(&mut kernel).await, ([RouteKey::of(&mine, None)].into(), [RuleKey::of(&rule)].into()));
        assert_eq!(kernel.try_next_event(), None);
    });
}

#[test]
fn a_thousand_routes_in_one_submission() {
    run(|| async {
        let _space = one_space();
        let mut kernel = started().await;
        let all: Vec<Route> =
            (0..1_000).map(|n| route(&format!("10.{}.{}.0/24", 100 + n / 250, n % 250), "a")).collect();
        let begun = std::time::Instant::now();
        let (refused, holds) = submit(&mut kernel, all.iter().cloned().map(RoutingChange::AddRoute).collect()).await;
        println!("1000 routes in {:?}", begun.elapsed());
        assert_eq!((refused.len(), holds.expect("told").0.len()), (0, 1_000));
        let (refused, holds) = submit(&mut kernel, all.into_iter().map(RoutingChange::RemoveRoute).collect()).await;
        assert_eq!((refused, holds), (Vec::new(), Some(Holds::default())));
    });
}

#[test]
fn a_refusal_concerns_its_own_change_only() {
    run(|| async {
        let _space = one_space();
        let mut kernel = started().await;
        let changes = vec![
            RoutingChange::AddRoute(route("10.1.0.0/16", "gone")),
            RoutingChange::AddRoute(route("10.1.0.0/16", "a")),
            RoutingChange::AddRoute(Route { hop: via("192.0.2.1"), ..Route::plain(prefix("10.2.0.0/16")) }),
            RoutingChange::AddRoute(route("10.1.2.3/16", "a")),
            RoutingChange::AddRule(Rule { tos: 1, ..rule(100, Action::Table(100)) }),
            RoutingChange::AddRule(rule(101, Action::Table(100))),
        ];
        let (refused, holds) = submit(&mut kernel, changes).await;
        let told: Vec<_> = refused.iter().map(|(n, refusal)| (*n, refusal.text.as_str())).collect();
        assert_eq!(
            told,
            [
                (0, "no such link"),
                (2, "its next router cannot be reached from any link"),
                (3, "invalid argument"),
                (4, "invalid argument"),
            ]
        );
        let (routes, rules) = holds.expect("told");
        assert_eq!((routes.len(), rules.len()), (1, 1));
    });
}
