//! The status page as a person sees it.
use super::*;
use crate::observe::json;
use model::config::server::{Forwarding, Protocol, Service};
use model::state::server::Checker;
use model::{InterfaceName, Prefix, Vrid};
use std::net::IpAddr;

fn example() -> State {
    let at = |seconds| Instant::START + Interval::from_secs(seconds);
    let address = IpAddr::from([10, 0, 0, 100]);
    State {
        deliveries: vec![Delivery {
            channel: "hook",
            subject: "INSTANCE VI_1".into(),
            target: "/etc/keepalived/notify.sh".into(),
            last: "left with status 3".into(),
            good: false,
            at: at(94),
            done: 7,
            failures: 2,
            lost: 0,
            waiting: 1,
        }],
        process: Process {
            version: "0.1.0".into(),
            router_id: "lb1".into(),
            pid: 42,
            now: at(100),
            config_file: "/etc/keepalived/keepalived.conf".into(),
            reloads: 1,
            last_reload_problem: "2 errors".into(),
            ..Process::default()
        },
        instances: vec![Instance {
            name: "VI_1".into(),
            interface: InterfaceName::new("eth0").expect("a name"),
            vrid: Vrid::new(51).expect("in range"),
            version: 2,
            state: RouterState::Master,
            since: at(95),
            reason: "no advert from 10.0.0.2 for 3.61 s".into(),
            base_priority: 100,
            effective_priority: 90,
            master: None,
            master_priority: None,
            advert_interval: Interval::from_secs(1),
            addresses: vec![Prefix::new(address, 24).expect("24 bits")],
            holds_addresses: true,
            faults: vec![],
            lateness: Interval::ZERO,
            history: vec![],
            counters: Default::default(),
        }],
        groups: vec![],
        scripts: vec![Script {
            name: "chk".into(),
            good: Some(false),
            since: at(20),
            last: "exit status 1".into(),
            runs: 9,
            failures: 1,
        }],
        virtual_servers: vec![VirtualServer {
            service: Service::Address { address, port: 80, protocol: Protocol::Tcp },
            name: "[10.0.0.100]:tcp:80".into(),
            services: vec![Service::Address { address, port: 80, protocol: Protocol::Tcp }],
            suspended: false,
            scheduler: "wrr".into(),
            up: true,
            since: at(10),
            quorum: 1,
            live_weight: 1,
            sorry_in_use: false,
            kernel_refusals: 0,
            real_servers: vec![RealServer {
                address: IpAddr::from([10, 0, 0, 11]),
                port: 80,
                forwarding: Forwarding::Nat,
                weight: 1,
                effective_weight: 0,
                alive: false,
                since: at(99),
                in_table: false,
                draining: false,
                overlay: String::new(),
                checkers: vec![Checker {
                    kind: "TCP_CHECK",
                    up: Some(false),
                    last: "connection refused".into(),
                    failures_in_row: 2,
                    probes: 9,
                    failures: 2,
                }],
            }],
        }],
    }
}

#[test]
fn a_person_reads_what_is_wrong_first() {
    let expected = "\
lb1  Evenkeel 0.1.0, process 42, up 1 m 40 s
/etc/keepalived/keepalived.conf, reloaded once
! the last reload was refused, the running configuration stays: 2 errors

Virtual routers
  VI_1  MASTER     5.0 s  priority 90 (configured 100), eth0 id 51, VRRPv2
        10.0.0.100/24 here
        no advert from 10.0.0.2 for 3.61 s

Track scripts
  chk  bad   1 m 20 s  exit status 1

Virtual servers
  [10.0.0.100]:tcp:80  up    1 m 30 s  wrr, weight 1 of quorum 1
    [10.0.0.11]:80  down     1.0 s  weight 0   TCP_CHECK connection refused

Notifications that failed
  hook (INSTANCE VI_1) /etc/keepalived/notify.sh: left with status 3, 6.0 s ago
    2 of 7 failed, 0 given up, 1 waiting
";
    assert_eq!(render(&example(), false), expected);
}

#[test]
fn json_has_every_field_row() {
    let json = json::render(&example());
    let instance = json.pointer("/instances/0").and_then(|i| i.as_object()).expect("an instance");
    for row in model::state::fields::INSTANCE {
        assert!(instance.contains_key(row.name), "{}", row.name);
    }
    assert_eq!(json.pointer("/instances/0/since"), Some(&serde_json::json!(5.0)));
    assert_eq!(json.pointer("/virtual_servers/0/real_servers/0/checkers/0/up"), Some(&serde_json::json!(false)));
}
