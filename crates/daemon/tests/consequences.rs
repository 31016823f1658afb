//! What `evenkeel diff` says that a reload does, held against the machines that do it: pairs of configurations are given to a
//! real `Router` and a real `Pool`.
#![allow(clippy::unwrap_used, reason = "all of this file is a test, though only its entry points are marked as one")]

use confparse::load;
use confparse::source::{Context, MemoryLoader, UnknownHost};
use model::diff::diff;
use model::holdings::AddressKey;
use model::net::Link;
use model::{Config, Instant, InterfaceName, Interval, Prefix};
use std::sync::Arc;

fn read(text: &str) -> Arc<Config> {
    let context = Context { config_id: "a".into(), host_name: "a".into(), all_include_checks: false };
    let loaded = load("k.conf", &MemoryLoader::new().file("k.conf", text), &context, &UnknownHost);
    assert!(loaded.worst().is_none(), "{:#?}", loaded.diagnostics);
    Arc::new(loaded.config)
}

/// Everything that diff says of a reload, without the signs.
fn said(old: &Config, new: &Config) -> String {
    diff(old, new).changes.iter().flat_map(|change| change.effects.clone()).collect::<Vec<_>>().join("\n")
}

fn later(now: Instant, seconds: u64) -> Instant {
    now + Interval::from_secs(seconds)
}

mod routers {
    use super::*;
    use vrrp::effect::Report;
    use vrrp::{Effect, Fact, Router};

    fn instance(more: &str, addresses: &str) -> String {
        format!("vrrp_instance VI_1 {{\n interface eth0\n {more}\n virtual_ipaddress {{\n {addresses}\n }}\n}}\n")
    }

    fn link() -> Link {
        let interface = InterfaceName::new("eth0").unwrap();
        let own = AddressKey { interface, prefix: Prefix::new([192, 0, 2, 1].into(), 24).unwrap() };
        Link {
            running: true,
            hardware: vec![2, 0, 0, 0, 0, 1],
            mtu: 1_500,
            arp: true,
            addresses: vec![own],
            tentative: vec![],
        }
    }

    /// A router that has become master of the first configuration, and what it does when it is given the second one.
    fn reloaded(old: &Arc<Config>, new: &Arc<Config>) -> Vec<Effect> {
        let (mut router, mut effects, mut now) = (Router::new(), Vec::new(), Instant::START);
        router.step(now, Fact::LinkSeen { interface: InterfaceName::new("eth0").unwrap(), link: link() }, &mut effects);
        router.step(now, Fact::Configured(Arc::clone(old)), &mut effects);
        let end = later(now, 20);
        // Its own adverts make it wake once a second.
        for _ in 0..200 {
            let owner = effects.iter().find_map(|effect| match effect {
                Effect::Hold(hold) => Some(hold.owner.clone()),
                _ => None,
            });
            effects.clear();
            if let Some(owner) = owner {
                router.step(now, Fact::HoldSettled { owner }, &mut effects);
                continue;
            }
            match router.deadline() {
                Some(at) if at <= end => now = now.max(at),
                _ => break,
            }
            router.step(now, Fact::DeadlineReached, &mut effects);
        }
        effects.clear();
        router.step(now, Fact::Configured(Arc::clone(new)), &mut effects);
        effects
    }

    /// The priorities of the adverts that are sent: the byte behind version and identifier (RFC 3768 section 5.1).
    fn priorities(effects: &[Effect]) -> Vec<u8> {
        let sent = effects.iter().filter_map(|effect| match effect {
            Effect::Send(advert) => advert.payload.get(2).copied(),
            _ => None,
        });
        sent.collect()
    }

    /// The addresses that are to be there in the end.
    fn held(effects: &[Effect]) -> Option<Vec<String>> {
        let last = effects.iter().rev().find_map(|effect| match effect {
            Effect::Hold(hold) => Some(&hold.target),
            _ => None,
        });
        last.map(|target| target.addresses.keys().map(|key| key.prefix.to_string()).collect())
    }

    fn moves(effects: &[Effect]) -> bool {
        effects.iter().any(|effect| matches!(effect, Effect::Report(Report::Moved { .. })))
    }

    const PLAIN: &str = "virtual_router_id 51\n priority 100";

    #[test]
    fn equal_configurations_do_nothing_and_nothing_is_said() {
        let one = read(&instance(PLAIN, "192.0.2.10/24"));
        assert_eq!(said(&one, &one), "");
        let effects = reloaded(&one, &one);
        assert!(!moves(&effects) && priorities(&effects).is_empty() && held(&effects).is_none(), "{effects:?}");
    }

    #[test]
    fn a_master_says_its_new_priority_at_once_and_keeps_its_state() {
        let old = read(&instance(PLAIN, "192.0.2.10/24"));
        let new = read(&instance("virtual_router_id 51\n priority 150", "192.0.2.10/24"));
        let said = said(&old, &new);
        assert!(said.contains("keeps its state\na master says at once that its priority is 150"), "{said}");
        let effects = reloaded(&old, &new);
        assert!(!moves(&effects), "{effects:?}");
        assert_eq!(priorities(&effects), [150]);
    }

    #[test]
    fn addresses_come_and_go_as_said() {
        let old = read(&instance(PLAIN, "192.0.2.10/24\n 192.0.2.11/24"));
        let new = read(&instance(PLAIN, "192.0.2.10/24\n 192.0.2.12/24"));
        let said = said(&old, &new);
        assert!(said.contains("a master adds 192.0.2.12/24 on eth0"), "{said}");
        assert!(said.contains("a master removes 192.0.2.11/24 on eth0"), "{said}");
        let effects = reloaded(&old, &new);
        assert!(!moves(&effects), "{effects:?}");
        assert_eq!(held(&effects).unwrap(), ["192.0.2.10/24", "192.0.2.12/24"]);
    }

    #[test]
    fn another_identifier_is_another_router_that_leaves_and_starts_anew() {
        let old = read(&instance(PLAIN, "192.0.2.10/24"));
        let new = read(&instance("virtual_router_id 52\n priority 100", "192.0.2.10/24"));
        let said = said(&old, &new);
        assert!(said.contains("it leaves and starts anew") && said.contains("leaves with priority 0"), "{said}");
        let effects = reloaded(&old, &new);
        assert!(moves(&effects), "{effects:?}");
        assert_eq!(priorities(&effects), [0]);
        assert_eq!(held(&effects).unwrap(), Vec::<String>::new());
    }
}

mod pools {
    use super::*;
    use checkers::{Effect, Fact, Pool};

    fn server(weight: u8, delay: u8, port: u16) -> Arc<Config> {
        read(&format!(
            "virtual_server 192.0.2.10 80 {{\n lvs_sched rr\n lvs_method NAT\n protocol TCP\n delay_loop {delay}\n \
             real_server 198.51.100.1 80 {{\n weight {weight}\n TCP_CHECK {{\n connect_port {port}\n }}\n }}\n}}\n"
        ))
    }

    /// What a pool that has run for a while does when it is given the second configuration.
    fn reloaded(old: &Arc<Config>, new: &Arc<Config>) -> (Pool, Vec<Effect>) {
        let (mut pool, mut effects) = (Pool::new(1), Vec::new());
        pool.step(Instant::START, Fact::Configured(Arc::clone(old)), &mut effects);
        effects.clear();
        pool.step(later(Instant::START, 1), Fact::Configured(Arc::clone(new)), &mut effects);
        (pool, effects)
    }

    fn weights(effects: &[Effect]) -> Vec<Vec<u32>> {
        let targets = effects.iter().filter_map(|effect| match effect {
            Effect::Hold { target, .. } => target.as_ref(),
            _ => None,
        });
        targets.map(|target| target.destinations.iter().map(|one| one.weight).collect()).collect()
    }

    #[test]
    fn a_weight_is_one_order_and_no_check_is_disturbed() {
        let (old, new) = (server(1, 6, 80), server(5, 6, 80));
        let said = said(&old, &new);
        assert_eq!(said, "weight 1 -> 5: one IPVS command, connections stay");
        let (pool, effects) = reloaded(&old, &new);
        assert_eq!(weights(&effects), [[5]]);
        assert_eq!(pool.deadline(), reloaded(&old, &old).0.deadline());
    }

    #[test]
    fn a_new_question_starts_anew_and_changes_nothing_in_the_table() {
        let (old, new) = (server(1, 6, 80), server(1, 6, 81));
        let said = said(&old, &new);
        assert!(said.contains("TCP_CHECK of 198.51.100.1 port 81 starts anew"), "{said}");
        let (pool, effects) = reloaded(&old, &new);
        assert!(weights(&effects).iter().all(|weights| weights == &[1]), "{effects:?}");
        // As said: a second and the warm-up, which is the delay_loop, at most.
        let due = pool.deadline().unwrap();
        assert!(due >= later(Instant::START, 2) && due <= later(Instant::START, 8), "{due:?}");
    }

    #[test]
    fn a_server_that_is_gone_leaves_the_table() {
        let (old, new) = (server(1, 6, 80), read(""));
        assert_eq!(said(&old, &new), "leaves the IPVS table, its connections end");
        let (_, effects) = reloaded(&old, &new);
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Hold { target: None, .. })), "{effects:?}");
    }
}
