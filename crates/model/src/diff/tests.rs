//! Tables for `diff`.
use super::*;
use crate::config::global::{Command, User};
use crate::config::server::{Protocol, Service};
use alloc::string::ToString;
use alloc::vec;
use core::net::IpAddr;

fn script(name: &str, rise: u32) -> Script {
    Script {
        name: name.into(),
        command: Command { argv: vec!["/bin/true".to_string()], line: "/bin/true".to_string(), user: None },
        interval: crate::Interval::from_secs(1),
        timeout: crate::Interval::from_secs(1),
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
fn each_difference_is_one_line() {
    let old = Config { scripts: vec![script("a", 1), script("b", 1)], ..Config::default() };
    let mut new = Config { scripts: vec![script("b", 3), script("c", 1)], ..Config::default() };
    new.virtual_servers.push(service(80));
    new.global.script_user = Some(User { user: "www".into(), group: None });
    assert_eq!(
        printed(&old, &new),
        [
            "~ global_defs: script_user None -> Some(User { user: \"www\", group: None })",
            "- vrrp_script a",
            "~ vrrp_script b: rise 1 -> 3",
            "+ vrrp_script c",
            "+ virtual_server [10.0.0.1]:tcp:80",
        ]
    );
}

#[test]
fn real_servers_are_compared_within_their_service() {
    let old = Config { virtual_servers: vec![service(80)], ..Config::default() };
    let mut new = old.clone();
    new.virtual_servers[0].scheduler = "wlc".to_string();
    assert_eq!(printed(&old, &new), ["~ virtual_server [10.0.0.1]:tcp:80: scheduler \"rr\" -> \"wlc\""]);
}
