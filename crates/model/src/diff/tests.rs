//! Tables for `diff`.
use super::*;
use crate::config::global::{Command, User};
use crate::config::server::{Protocol, Service};
use crate::config::track::Script;
use crate::config::vrrp::{Authentication, Instance, SyncGroup, Version, VirtualAddress};
use crate::{InterfaceName, Interval, Prefix, Priority, Vrid};
use alloc::string::ToString;
use alloc::vec;
use core::net::IpAddr;

fn script(name: &str, rise: u32) -> Script {
    Script {
        name: name.into(),
        command: Command { argv: vec!["/bin/true".to_string()], line: "/bin/true".to_string(), user: None },
        interval: Interval::from_secs(1),
        timeout: Interval::from_secs(1),
        weight: Default::default(),
        rise,
        fall: 1,
        init_fail: false,
    }
}

fn service(port: u16) -> VirtualServer {
    let service = Service::Address { address: IpAddr::from([10, 0, 0, 1]), port, protocol: Protocol::Tcp };
    VirtualServer { scheduler: "rr".to_string(), ..VirtualServer::plain(service) }
}

fn printed(old: &Config, new: &Config) -> Vec<String> {
    diff(old, new).changes.iter().map(ToString::to_string).collect()
}

#[test]
fn equal_configurations_have_an_empty_plan() {
    let config = Config { scripts: vec![script("a", 1)], virtual_servers: vec![service(80)], ..Config::default() };
    assert!(diff(&config, &config.clone()).is_empty());
}
#[test]
fn of_things_that_are_listed_twice_the_first_counts() {
    let second = Instance { name: "VI_2".into(), ..instance() };
    let mut config = Config { instances: vec![instance(), second], ..Config::default() };
    config.virtual_servers = vec![service(80), VirtualServer { quorum: 3, ..service(80) }];
    assert!(diff(&config, &config.clone()).is_empty());
}

#[test]
fn each_difference_is_one_change() {
    let old = Config { scripts: vec![script("a", 1), script("b", 1)], ..Config::default() };
    let mut new = Config { scripts: vec![script("b", 3), script("c", 1)], ..Config::default() };
    new.virtual_servers.push(service(80));
    new.global.script_user = Some(User { user: "www".into(), group: None });
    assert_eq!(
        printed(&old, &new),
        [
            "~ global_defs: script_user None -> Some(User { user: \"www\", group: None })\n    \
             scripts that say no user run again at once",
            "- vrrp_script a\n    is not run any more",
            "~ vrrp_script b: rise 1 -> 3\n    goes on undisturbed and keeps its result",
            "+ vrrp_script c\n    runs at once; until its first result it changes nothing",
            "+ virtual_server [10.0.0.1]:tcp:80\n    enters the IPVS table at once",
        ]
    );
}

#[test]
fn real_servers_are_compared_within_their_service() {
    let mut old = Config { virtual_servers: vec![service(80)], ..Config::default() };
    let ten = |last| IpAddr::from([10, 0, 0, last]);
    old.virtual_servers[0].real_servers = vec![RealServer::plain(ten(2), 80), RealServer::plain(ten(3), 80)];
    let mut new = old.clone();
    new.virtual_servers[0].scheduler = "wlc".to_string();
    new.virtual_servers[0].real_servers = vec![RealServer { weight: 3, ..RealServer::plain(ten(3), 80) }];
    assert_eq!(
        printed(&old, &new),
        [
            "~ virtual_server [10.0.0.1]:tcp:80: scheduler \"rr\" -> \"wlc\"\n    \
             one IPVS command changes the service, connections stay",
            "- virtual_server [10.0.0.1]:tcp:80 real_server 10.0.0.2 80\n    leaves the IPVS table, its connections end",
            "~ virtual_server [10.0.0.1]:tcp:80 real_server 10.0.0.3 80: weight 1 -> 3\n    \
             weight 1 -> 3: one IPVS command, connections stay",
        ]
    );
}

fn instance() -> Instance {
    let mut instance = Instance::plain("VI_1".into(), InterfaceName::new("eth0").unwrap(), Vrid::new(1).unwrap());
    instance.addresses = vec![address(1)];
    instance
}

fn address(last: u8) -> VirtualAddress {
    VirtualAddress::plain(Prefix::new(IpAddr::from([10, 0, 0, last]), 24).unwrap(), InterfaceName::new("eth0").unwrap())
}

/// What is said of an instance that is changed like this.
fn check(change: impl FnOnce(&mut Instance), subject: &str, effects: &[&str]) {
    let mut changed = instance();
    change(&mut changed);
    let old = Config { instances: vec![instance()], ..Config::default() };
    let plan = diff(&old, &Config { instances: vec![changed], ..Config::default() });
    let [only] = plan.changes.as_slice() else { panic!("{plan:?}") };
    assert!(matches!(only.what, What::Changed(_)), "{plan:?}");
    assert_eq!(
        (only.subject.to_string().as_str(), only.effects.iter().map(String::as_str).collect::<Vec<_>>()),
        (subject, effects.to_vec())
    );
}

#[test]
fn an_instance_that_stays_keeps_its_state() {
    let stranger =
        "until the other routers of it change too, each side refuses the other's adverts and both become master";
    let name = "vrrp_instance VI_1";
    let keeps = "keeps its state";
    check(
        |i| i.priority = Priority::new(150).unwrap(),
        name,
        &[keeps, "a master says at once that its priority is 150, a backup uses it from now on"],
    );
    check(
        |i| i.addresses = vec![address(5)],
        name,
        &[keeps, "a master adds 10.0.0.5/24 on eth0 and announces it", "a master removes 10.0.0.1/24 on eth0"],
    );
    check(
        |i| i.addresses[0].scope = 253,
        name,
        &[keeps, "10.0.0.1/24 stays as it is; its new options count when it is next added"],
    );
    check(
        |i| i.advert_interval = Interval::from_secs(2),
        name,
        &[keeps, &alloc::format!("adverts every 2 s: {stranger}")],
    );
    check(|i| i.version = Version::V3, name, &[keeps, &alloc::format!("version 3: {stranger}")]);
    let secret = |i: &mut Instance| i.authentication = Authentication::Password(*b"12345678");
    check(secret, name, &[keeps, &alloc::format!("authentication: {stranger}")]);
    check(|i| i.notify.report_deleted = true, name, &[keeps, "the next change of state runs the new hooks"]);
    check(|i| i.accept = false, name, &[keeps]);
    let renamed = |i: &mut Instance| i.name = "VI_2".into();
    check(renamed, "vrrp_instance VI_2", &[keeps, "is called VI_2 in place of VI_1 from now on"]);
}

#[test]
fn an_instance_with_another_identity_starts_anew() {
    let rest = [
        "a master leaves with priority 0, so that another router takes over within 0.997 s",
        "a master removes 10.0.0.1/24",
        "starts as backup: up to 3.61 s without a master when no other router is there",
    ];
    let with = |first: &'static str| [&[first], rest.as_slice()].concat();
    let first = "interface changes from eth0 to eth1: that is another virtual router, it leaves and starts anew";
    check(|i| i.interface = InterfaceName::new("eth1").unwrap(), "vrrp_instance VI_1", &with(first));
    let first = "virtual router id changes from 1 to 7: that is another virtual router, it leaves and starts anew";
    check(|i| i.vrid = Vrid::new(7).unwrap(), "vrrp_instance VI_1", &with(first));
}

#[test]
fn an_owner_begins_as_master_unless_it_waits_for_its_group() {
    let mut owner = instance();
    owner.priority = Priority::new(255).unwrap();
    let mut new = Config { instances: vec![owner], ..Config::default() };
    let effects = |new: &Config| diff(&Config::default(), new).changes[0].effects.clone();
    assert_eq!(effects(&new), ["becomes master at once, because it owns its addresses"]);
    new.groups = vec![SyncGroup::plain("G".into(), vec!["VI_1".into(), "VI_2".into()])];
    assert_eq!(effects(&new), ["begins together with its group G"]);
}

#[test]
fn a_secret_that_changes_is_a_change_and_is_not_shown() {
    let mut old = Config { instances: vec![instance()], ..Config::default() };
    old.instances[0].authentication = Authentication::Password(*b"one\0\0\0\0\0");
    let mut new = old.clone();
    new.instances[0].authentication = Authentication::Password(*b"two\0\0\0\0\0");
    let changes = printed(&old, &new);
    assert!(changes[0].starts_with("~ vrrp_instance VI_1: authentication PASS -> another\n"), "{changes:?}");
}

#[test]
fn checks_go_on_or_start_anew() {
    use crate::config::check::{CheckKind, Checker, Connect};
    let ten = IpAddr::from([10, 0, 0, 2]);
    let check = Checker::plain(CheckKind::Tcp, Connect::plain(ten, 80));
    let effects = |new: Vec<Checker>| {
        let mut old = Config { virtual_servers: vec![service(80)], ..Config::default() };
        old.virtual_servers[0].real_servers =
            vec![RealServer { checkers: vec![check.clone()], ..RealServer::plain(ten, 80) }];
        let mut config = old.clone();
        config.virtual_servers[0].real_servers[0].checkers = new;
        diff(&old, &config).changes.first().map(|change| change.effects.clone()).unwrap_or_default()
    };
    assert!(effects(vec![check.clone()]).is_empty());
    let slower = Checker { delay_loop: Interval::from_secs(9), ..check.clone() };
    assert_eq!(effects(vec![slower]), ["TCP_CHECK of 10.0.0.2 port 80 goes on with its new timing, no result is lost"]);
    let other = Checker { connect: Connect::plain(ten, 81), warmup: Interval::from_secs(2), ..check.clone() };
    assert_eq!(
        effects(vec![other]),
        [
            "TCP_CHECK of 10.0.0.2 port 81 starts anew: at once where a failed check went, else within 3 s; until then the \
             server stays as it is",
            "TCP_CHECK of 10.0.0.2 port 80 is not made any more",
        ]
    );
}
