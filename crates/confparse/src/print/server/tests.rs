//! What is printed of servers reads back as the same servers.
use super::*;
use crate::lower::check::RECORDS;
use crate::print::node::text;
use crate::source::{Context, MemoryLoader, UnknownHost};
use model::Name;
use model::config::check::{CheckKind, Checker, Connect, Http, HttpVersion, Misc, Regex, Tls, Udp, Url};
use model::config::global::{Command, Ssl, User};
use model::config::server::Protocol;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use std::net::{IpAddr, Ipv6Addr};

/// What checks follow stands above them.
const FOLLOWED: &str = "track_file weights {\n    file /run/weights\n    weight 2 reverse\n}\n\
    bfd_instance peer {\n    neighbor_ip 192.0.2.99\n}\n";

fn reads_back(config: &Config) -> Result<(), TestCaseError> {
    let mut nodes = Nodes::default();
    ssl(config, &mut nodes);
    groups(config, &mut nodes);
    virtual_servers(config, &mut nodes);
    let text = format!("{FOLLOWED}{}", text(&nodes.done()));
    let context = Context { config_id: "main".into(), host_name: "main".into(), all_include_checks: false };
    let loaded = crate::load("k.conf", &MemoryLoader::new().file("k.conf", text.clone()), &context, &UnknownHost);
    let said = loaded.diagnostics.iter().filter(|one| one.severity > crate::diagnostic::Severity::Note);
    let said: Vec<_> = said.filter(|one| one.code != "scripts-not-secured").collect();
    prop_assert!(said.is_empty(), "{text}\n{said:#?}");
    prop_assert_eq!(&loaded.config.global.lvs.ssl, &config.global.lvs.ssl, "{}", text);
    prop_assert_eq!(&loaded.config.server_groups, &config.server_groups, "{}", text);
    prop_assert_eq!(&loaded.config.virtual_servers, &config.virtual_servers, "{}", text);
    Ok(())
}

/// A word, with much that means something elsewhere; no double quote, which no word can hold by itself.
fn word() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 #!'{}~@\\\\./-]{1,20}"
}

/// Times with microseconds, as the language has them.
fn time() -> impl Strategy<Value = Interval> {
    (1_u64..=4_294_967_295).prop_map(Interval::from_micros)
}

fn hook() -> impl Strategy<Value = Box<Command>> {
    command().prop_map(Box::new)
}

fn command() -> impl Strategy<Value = Command> {
    let lines = [("/usr/bin/run", vec!["/usr/bin/run"]), ("/usr/bin/run 'a b' #", vec!["/usr/bin/run", "a b", "#"])];
    let user = of(("[a-z]{1,8}", of("[a-z]{1,8}")));
    (select(lines.to_vec()), user).prop_map(|((line, argv), user)| Command {
        argv: argv.into_iter().map(str::to_owned).collect(),
        line: line.to_owned(),
        user: user.map(|(user, group)| User { user: Name::new(&user), group: group.as_deref().map(Name::new) }),
    })
}

/// The address with this number in a network of its own for each use.
fn address(family: Family, network: u8, number: u16) -> IpAddr {
    let [high, low] = number.to_be_bytes();
    match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::new(10, network, high, low)),
        Family::V6 => IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, u16::from(network), 0, 0, 0, 0, number)),
    }
}

fn tunnel() -> impl Strategy<Value = Tunnel> {
    use TunnelChecksum::{Checksum, None, Remote};
    let tunnel = |kind, checksums: &[TunnelChecksum]| {
        select(checksums.to_vec()).prop_map(move |checksum| Tunnel { kind, checksum })
    };
    prop_oneof![
        tunnel(TunnelKind::Ipip, &[None]),
        tunnel(TunnelKind::Gre, &[None, Checksum]),
        tunnel(TunnelKind::Gue(6080), &[None, Checksum, Remote]),
    ]
}

fn method() -> impl Strategy<Value = Forwarding> {
    prop_oneof![
        Just(Forwarding::Nat),
        Just(Forwarding::DirectRoute),
        Just(Forwarding::FullNat),
        tunnel().prop_map(Forwarding::Tunnel),
    ]
}

prop_compose! {
    fn url(host: Option<String>, tls: bool)(
        path in word(),
        method in of("[A-Z]{1,8}"),
        headers in vec("[A-Za-z-]{1,8}: [a-z0-9 ]{0,8}", 0..3),
        virtual_host in of(word()),
        digest in of(any::<[u8; 16]>()),
        status in vec((100_u16..=300, 301_u16..=599), 1..3),
        regex in of(regex().boxed()),
        close_notify in any::<bool>(),
    ) -> Url {
        let headers = headers.into_iter().filter(|header| !header.to_ascii_lowercase().starts_with("host:")).collect();
        let virtual_host = virtual_host.or_else(|| host.clone());
        Url { path, method, headers, virtual_host, digest, status, regex, close_notify: close_notify && tls }
    }
}

prop_compose! {
    fn regex()(
        pattern in "[ -~\u{e9}]{0,30}",
        negate in any::<bool>(),
        options in select(vec![vec![], vec!["caseless"], vec!["utf", "ucp"]]),
        min_offset in 0_u64..1000,
        longer in of(1_u64..1000),
        stack in of((1_u64..1000, 1000_u64..2000)),
    ) -> Regex {
        let options = options.into_iter().map(str::to_owned).collect();
        Regex { pattern, negate, options, min_offset, max_offset: longer.map(|more| min_offset + more), stack }
    }
}

fn http(host: Option<String>, tls: bool) -> BoxedStrategy<Http> {
    let versions = select(vec![HttpVersion::V1_0, HttpVersion::V1_0Close, HttpVersion::V1_1]);
    let parts = (versions, any::<bool>(), vec(url(host, tls).boxed(), 1..3));
    parts.prop_map(|(version, fast_recovery, urls)| Http { version, fast_recovery, urls }).boxed()
}

fn udp() -> impl Strategy<Value = Udp> {
    let half = select(vec![0_u8, 0x0f, 0xf0, 0xff]);
    let reply = of(vec((any::<u8>(), half), 0..8));
    (vec(any::<u8>(), 0..8), reply, 0_u16..200, 200_u16..).prop_map(|(payload, reply, min_reply, max_reply)| Udp {
        payload,
        require_reply: reply.is_some(),
        reply: reply.into_iter().flatten().map(|(byte, mask)| (byte & mask, mask)).collect(),
        min_reply,
        max_reply,
    })
}

/// What is asked, and whether the check follows something and has no time or place of its own.
fn kind(host: Option<String>) -> BoxedStrategy<CheckKind> {
    let tls = any::<[bool; 3]>().prop_map(|[sni, close_notify, verify]| Tls { sni, close_notify, verify });
    let names = "[a-z]{1,63}(\\.[a-z]{1,8}){0,3}\\.?|\\.";
    let numbers: Vec<u16> = RECORDS.iter().map(|(_, number)| *number).collect();
    prop_oneof![
        Just(CheckKind::Tcp),
        Just(CheckKind::Ping),
        http(host.clone(), false).prop_map(CheckKind::Http),
        (http(host, true), tls).prop_map(|(http, tls)| CheckKind::Ssl(http, tls)),
        word().prop_map(|helo| CheckKind::Smtp { helo }),
        (select(numbers), names).prop_map(|(record, name)| CheckKind::Dns { record, name }),
        udp().prop_map(CheckKind::Udp),
        (command(), 1_u64..=4294, any::<bool>()).prop_map(|(command, timeout, dynamic)| {
            CheckKind::Misc(Misc { command, timeout: Interval::from_secs(timeout), dynamic })
        }),
        (-2_147_483_647..=i32::MAX).prop_map(|weight| CheckKind::File { file: "weights".into(), weight }),
        Just(CheckKind::Bfd { session: "peer".into() }),
    ]
    .boxed()
}

prop_compose! {
    fn connect(family: Family)(
        number in 1_u16..,
        port in 1_u16..,
        bind_address in of(1_u16..),
        bind_port in of(1_u16..),
        interface in of("[a-z]{1,15}"),
        fwmark in any::<u32>(),
        timeout in time(),
    ) -> Connect {
        Connect {
            bind_address: bind_address.map(|number| address(family, 9, number)),
            bind_port,
            bind_interface: interface.and_then(|name| model::InterfaceName::new(&name).ok()),
            fwmark,
            timeout,
            ..Connect::plain(address(family, 8, number), port)
        }
    }
}

prop_compose! {
    fn checker(real: RealServer)(
        kind in kind(real.virtual_host.clone()),
        connect in connect(Family::of(real.address)),
        times in [time(), time(), time()],
        retry in any::<u32>(),
        switches in any::<[bool; 3]>(),
        counts in [1_u32.., 1_u32..],
    ) -> Checker {
        let plain = Checker::plain(kind, Connect::plain(real.address, real.port));
        let [delay_loop, delay_before_retry, warmup] = times;
        let [alpha, log_all_failures, takes_over] = switches;
        let [rise, fall] = counts;
        let mut checker = Checker {
            connect, delay_loop, retry, delay_before_retry, warmup, alpha, log_all_failures, rise, fall, ..plain.clone()
        };
        match &mut checker.kind {
            CheckKind::File { .. } => Checker { alpha: real.alpha, ..plain },
            CheckKind::Bfd { .. } => Checker { alpha, ..plain },
            CheckKind::Misc(misc) => {
                if takes_over {
                    misc.timeout = delay_loop;
                }
                Checker { connect: plain.connect, ..checker }
            }
            _ => checker,
        }
    }
}

/// A server on this port, unless the method lets it have one of its own.
fn real_server(family: Family, number: u16, service_port: u16) -> BoxedStrategy<RealServer> {
    let own = prop_oneof![Just(service_port), 1_u16..];
    let numbers = (1_u32..10_000, any::<u32>(), any::<u32>(), of(1_u64..=2_678_400), own);
    let texts = (of(word()), of(word()), of(hook()), of(hook()));
    let plain = (numbers, texts, method(), any::<[bool; 3]>()).prop_map(
        move |((weight, one, other, drain, own), (virtual_host, snmp_name, notify_up, notify_down), forwarding, on)| {
            let [inhibit_on_failure, alpha, smtp_alert] = on;
            let rewritten = matches!(forwarding, Forwarding::Nat | Forwarding::FullNat);
            let port = if rewritten { own } else { service_port };
            RealServer {
                weight,
                forwarding,
                inhibit_on_failure,
                upper_threshold: one.max(other),
                lower_threshold: one.min(other),
                notify_up,
                notify_down,
                alpha,
                smtp_alert,
                snmp_name,
                virtual_host,
                drain: drain.map(Interval::from_secs),
                ..RealServer::plain(address(family, 7, number), port)
            }
        },
    );
    plain
        .prop_flat_map(|real| {
            let sessions = |checkers: &[Checker]| {
                checkers.iter().filter(|checker| matches!(checker.kind, CheckKind::Bfd { .. })).count()
            };
            let checkers =
                vec(checker(real.clone()).boxed(), 0..3).prop_filter("one BFD_CHECK", move |all| sessions(all) < 2);
            checkers.prop_map(move |checkers| RealServer { checkers, ..real.clone() })
        })
        .boxed()
}

/// What a virtual server stands for: its service, its group, and the port of its servers.
fn head(number: u16) -> impl Strategy<Value = (Service, Option<Group>, u16)> {
    let protocols = select(vec![Protocol::Tcp, Protocol::Udp, Protocol::Sctp]);
    let families = select(vec![Family::V4, Family::V6]);
    (families, protocols, 0_u16..3, any::<bool>(), 0_u8..4).prop_map(move |(family, protocol, port, mark, kind)| {
        let first = address(family, 1, number * 64);
        let by_address = Service::Address { address: first, port, protocol };
        let by_mark = Service::Fwmark { mark: u32::from(number) + 1, family };
        let addresses = GroupEntry::Addresses { first, last: address(family, 1, number * 64 + 9), port };
        let other = GroupEntry::Addresses {
            first: address(family, 1, number * 64 + 20),
            last: address(family, 1, number * 64 + 20),
            port: 2,
        };
        let marked = GroupEntry::Fwmark { mark: u32::from(number) + 1, family: mark.then_some(family) };
        let group = |entries| Some(Group { name: Name::new(&format!("group {number}")), entries });
        match kind {
            0 => (by_address, None, port),
            1 => (by_mark, None, 0),
            2 => (by_address, group(vec![addresses, marked, other]), if port == 2 { 2 } else { 0 }),
            _ => (by_mark, group(vec![marked]), 0),
        }
    })
}

prop_compose! {
    fn said(service: Service, group: Option<Name>, every_port: bool)(
        scheduler in select(vec!["rr", "sh", "mh", "wlc"]),
        flags in 0_u8..8,
        persistence in of((1_u64..=2_678_400, 1_u8..=service.family().bits())),
        engine in of(Just("sip".to_owned())),
        on in any::<[bool; 5]>(),
        snmp_name in of(word()),
        hooks in (of(hook()), of(hook())),
    ) -> VirtualServer {
        let [one_packet, ha_suspend, smtp_alert, alpha, omega] = on;
        let persistence = persistence.or(every_port.then_some((360, service.family().bits())));
        let is_udp = matches!(service, Service::Fwmark { .. } | Service::Address { protocol: Protocol::Udp, .. });
        VirtualServer {
            ha_suspend: ha_suspend && group.is_none() && matches!(service, Service::Address { .. }),
            group: group.clone(),
            scheduler: scheduler.to_owned(),
            persistence: persistence.map(|(seconds, granularity)| Persistence {
                timeout: Interval::from_secs(seconds), granularity,
            }),
            persistence_engine: engine,
            one_packet: one_packet && is_udp,
            scheduler_flags: flags,
            smtp_alert,
            snmp_name,
            alpha,
            omega,
            quorum_up: hooks.0,
            quorum_down: hooks.1,
            ..VirtualServer::plain(service)
        }
    }
}

fn sorry(family: Family, port: u16) -> impl Strategy<Value = Option<SorryServer>> {
    of((method(), any::<bool>())).prop_map(move |sorry| {
        let address = address(family, 6, 1);
        sorry.map(|(forwarding, inhibit)| SorryServer { address, port, forwarding, inhibit })
    })
}

/// A virtual server, and the group that it stands for.
fn server(number: u16) -> BoxedStrategy<(VirtualServer, Option<Group>)> {
    head(number)
        .prop_flat_map(|(service, group, port)| {
            let family = service.family();
            let every_port = match (&group, service) {
                (Some(group), _) => {
                    group.entries.iter().any(|entry| matches!(entry, GroupEntry::Addresses { port: 0, .. }))
                }
                (None, Service::Address { port, .. }) => port == 0,
                (None, Service::Fwmark { .. }) => false,
            };
            let pool = (real_server(family, 1, port), of(real_server(family, 2, port)));
            let name = group.as_ref().map(|group: &Group| group.name.clone());
            let parts = (said(service, name, every_port), pool, sorry(family, port), any::<[u32; 2]>());
            parts.prop_map(move |(said, (one, other), sorry_server, [quorum, hysteresis])| {
                let real_servers: Vec<_> = [one].into_iter().chain(other).collect();
                let total: u32 = real_servers.iter().map(|real| real.weight).sum();
                let quorum = 1 + quorum % total;
                let server =
                    VirtualServer { quorum, hysteresis: hysteresis % quorum, sorry_server, real_servers, ..said };
                (server, group.clone())
            })
        })
        .boxed()
}

prop_compose! {
    fn config()(
        servers in (server(1), of(server(2))),
        ssl in of((of(word()), of(word()), of(word()), of(word()))),
    ) -> Config {
        let (virtual_servers, groups): (Vec<_>, Vec<_>) = [servers.0].into_iter().chain(servers.1).unzip();
        let server_groups = groups.into_iter().flatten().collect();
        let mut config = Config { virtual_servers, server_groups, ..Config::default() };
        config.global.lvs.ssl = ssl.map(|(ca, certificate, key, password)| Ssl { ca, certificate, key, password });
        config
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn servers_read_back(config in config()) {
        reads_back(&config)?;
    }
}
