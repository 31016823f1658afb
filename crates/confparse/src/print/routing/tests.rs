//! Whatever routes and rules can be read are printed so that they are read as the same ones.
use crate::print::{self, node};
use crate::source::{Context, MemoryLoader, UnknownHost};
use crate::{Loaded, load};
use model::config::routing::{Action, Encap, Metric, Metrics, NextHop, Placing, Route, Rule, Static};
use model::{Config, Family, InterfaceName, Interval, Prefix};
use proptest::option::of;
use proptest::prelude::*;
use std::net::IpAddr;

/// The printed configuration, and what is read from it.
fn read_back(config: &Config) -> (String, Loaded) {
    let text = node::text(&print::config(config));
    let context = Context { config_id: "main".into(), host_name: "main".into(), all_include_checks: false };
    let loaded = load("k.conf", &MemoryLoader::new().file("k.conf", text.as_bytes()), &context, &UnknownHost);
    (text, loaded)
}

fn families() -> impl Strategy<Value = Family> {
    prop_oneof![Just(Family::V4), Just(Family::V6)]
}

fn addresses(family: Family) -> BoxedStrategy<IpAddr> {
    match family {
        Family::V4 => any::<[u8; 4]>().prop_map(IpAddr::from).boxed(),
        Family::V6 => any::<[u8; 16]>().prop_map(IpAddr::from).boxed(),
    }
}

fn prefixes(family: Family) -> impl Strategy<Value = Prefix> {
    (addresses(family), 0..=family.bits()).prop_map(|(address, length)| Prefix::new(address, length).unwrap())
}

fn links() -> impl Strategy<Value = InterfaceName> {
    "[a-z][a-z0-9.]{0,14}".prop_map(|name| InterfaceName::new(&name).unwrap())
}

/// Only where the family is this one.
fn only<T: Clone + std::fmt::Debug + 'static>(
    is: bool,
    values: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Option<T>> {
    if is { of(values).boxed() } else { Just(None).boxed() }
}

fn encaps() -> impl Strategy<Value = Encap> {
    let ip =
        (any::<u64>(), of(any::<[u8; 4]>()), of(any::<[u8; 4]>()), of(any::<u8>()), of(any::<u8>()), of(any::<u16>()));
    let ip6 = (
        any::<u64>(),
        of(any::<[u8; 16]>()),
        of(any::<[u8; 16]>()),
        of(any::<u8>()),
        of(any::<u8>()),
        of(any::<u16>()),
    );
    prop_oneof![
        ip.prop_map(|(id, destination, source, tos, ttl, flags)| Encap::Ip {
            id: Some(id),
            destination: destination.map(Into::into),
            source: source.map(Into::into),
            tos,
            ttl,
            flags,
        }),
        ip6.prop_map(|(id, destination, source, class, hop_limit, flags)| Encap::Ip6 {
            id: Some(id),
            destination: destination.map(Into::into),
            source: source.map(Into::into),
            class,
            hop_limit,
            flags,
        }),
        proptest::collection::vec(0..=0xf_ffff_u32, 1..=2).prop_map(Encap::Mpls),
        any::<u64>().prop_map(Encap::Ila),
    ]
}

fn hops(family: Family, weight: impl Strategy<Value = u16>) -> impl Strategy<Value = NextHop> {
    let realms = only(family == Family::V4, any::<u32>());
    (of(addresses(family)), of(links()), weight, any::<bool>(), of(encaps()), realms).prop_map(
        |(gateway, interface, weight, on_link, encap, realms)| NextHop {
            gateway,
            interface,
            weight,
            on_link,
            encap,
            realms,
        },
    )
}

fn metric(values: impl Strategy<Value = u32>) -> impl Strategy<Value = Option<Metric>> {
    of((values, any::<bool>()).prop_map(|(value, lock)| Metric { value, lock }))
}

fn metrics() -> impl Strategy<Value = Metrics> {
    let numbers = || metric(any::<u32>());
    let sizes = (numbers(), of(any::<u8>()), numbers(), numbers(), numbers(), numbers());
    let times = (metric(1600..=960_000_u32), metric(800..=480_000_u32), metric(200..=120_000_u32));
    let windows = (of(any::<u32>()), of(any::<u32>()), of(any::<u32>()));
    let switches = (any::<bool>(), of(any::<bool>()), of(any::<bool>()), of(("[a-z]{5,8}", any::<bool>())));
    (sizes, times, windows, switches).prop_map(|(sizes, times, windows, switches)| Metrics {
        mtu: sizes.0,
        hop_limit: sizes.1,
        advmss: sizes.2,
        reordering: sizes.3,
        cwnd: sizes.4,
        ssthresh: sizes.5,
        rtt: times.0,
        rttvar: times.1,
        rto_min: times.2,
        window: windows.0,
        initcwnd: windows.1,
        initrwnd: windows.2,
        ecn: switches.0,
        quickack: switches.1,
        fastopen_no_cookie: switches.2,
        lock_congestion_control: switches.3.as_ref().is_some_and(|(_, lock)| *lock),
        congestion_control: switches.3.map(|(name, _)| name),
    })
}

fn routes() -> impl Strategy<Value = Route> {
    families().prop_flat_map(|family| {
        let v6 = family == Family::V6;
        let matches = (1..=11_u8, prefixes(family), only(v6, prefixes(family)), any::<u8>(), of(any::<u8>()));
        let marks = (any::<u32>(), any::<u32>(), of(links()), any::<u8>(), any::<bool>());
        let ways =
            (of(addresses(family)), hops(family, Just(1)), proptest::collection::vec(hops(family, 1..=256_u16), 0..3));
        let late = (
            only(v6, any::<u32>()),
            metrics(),
            only(v6, any::<u8>()),
            of(any::<bool>()),
            prop_oneof![Just(Placing::Prepend), Just(Placing::Append), Just(Placing::Alone)],
        );
        (matches, marks, ways, late).prop_map(move |(matches, marks, ways, late)| Route {
            family,
            kind: matches.0,
            destination: matches.1,
            from: matches.2,
            tos: matches.3,
            scope: matches.4,
            table: marks.0,
            metric: marks.1,
            vrf: marks.2,
            protocol: if marks.4 { marks.3 } else { 18 },
            no_track: marks.4,
            source: ways.0,
            hop: ways.1,
            hops: ways.2,
            expires: late.0.map(|seconds| Interval::from_secs(seconds.into())),
            metrics: late.1,
            preference: late.2,
            ttl_propagate: late.3,
            placing: late.4,
        })
    })
}

fn sorted<T: PartialOrd>((a, b): (T, T)) -> (T, T) {
    if a <= b { (a, b) } else { (b, a) }
}

fn rules() -> impl Strategy<Value = Rule> {
    let actions = prop_oneof![
        (1..=u32::MAX).prop_map(Action::Table),
        Just(Action::MasterDevice),
        Just(Action::Goto(u32::MAX)),
        Just(Action::Nop),
        Just(Action::Blackhole),
        Just(Action::Prohibit),
        Just(Action::Unreachable),
    ];
    (families(), actions).prop_flat_map(|(family, action)| {
        let looks = matches!(action, Action::Table(_) | Action::MasterDevice);
        let networks = (any::<bool>(), of(prefixes(family)), of(prefixes(family)), 0..u32::MAX, any::<u8>());
        let ports = || of((1..=u16::MAX, 1..=u16::MAX).prop_map(sorted));
        let matches = (
            of((any::<u32>(), of(any::<u32>()))),
            of(links()),
            of(links()),
            of(any::<u64>()),
            of(any::<(u32, u32)>().prop_map(sorted)),
            of(any::<u8>()),
            ports(),
            ports(),
        );
        let finds = (
            only(looks && family == Family::V4, any::<u32>()),
            only(looks, 0..=i32::MAX.unsigned_abs()),
            only(looks, any::<u32>()),
        );
        (networks, matches, finds, any::<(u8, bool)>()).prop_map(
            move |(networks, matches, finds, (protocol, no_track))| Rule {
                family,
                invert: networks.0,
                from: networks.1,
                to: networks.2,
                preference: networks.3,
                tos: networks.4,
                mark: matches.0,
                input: matches.1,
                output: matches.2,
                tunnel_id: matches.3,
                uids: matches.4,
                ip_protocol: matches.5,
                source_ports: matches.6,
                destination_ports: matches.7,
                realms: finds.0,
                suppress_prefix_length: finds.1,
                suppress_group: finds.2,
                protocol: if no_track { protocol } else { 18 },
                action,
                no_track,
            },
        )
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same(
        routes in proptest::collection::vec(routes(), 0..3),
        rules in proptest::collection::vec(rules(), 0..3),
    ) {
        let mut config = Config::default();
        config.statics.routes = routes.into_iter().map(|thing| Static { thing, track_group: None }).collect();
        config.statics.rules = rules.into_iter().map(|thing| Static { thing, track_group: None }).collect();
        let (text, loaded) = read_back(&config);
        prop_assert_eq!(&loaded.config.statics, &config.statics, "{}\n{:?}", text, loaded.diagnostics);
    }
}
