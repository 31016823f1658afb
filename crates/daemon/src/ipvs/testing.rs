//! A small town of names for tests.
use super::names::Names;
use evenkeel_ipvs::{Family, Protocol};
use std::net::IpAddr;

/// Knows `vip`, `vip6`, `web1`, and a host with a long name; `http` and `domain`.
pub(super) struct Town;

const HOSTS: &[(&str, &str)] = &[
    ("vip", "10.0.0.1"),
    ("vip6", "fd00::1"),
    ("web1", "10.0.1.1"),
    ("averyveryveryverylonghostname.example.com", "10.0.1.2"),
];

impl Names for Town {
    fn address(&self, host: &str, family: Option<Family>) -> Option<IpAddr> {
        let (_, address) = HOSTS.iter().find(|(name, _)| *name == host)?;
        let address = address.parse().ok()?;
        family.is_none_or(|family| family == Family::of(address)).then_some(address)
    }

    fn host(&self, address: IpAddr) -> Option<String> {
        HOSTS.iter().find(|(_, text)| text.parse() == Ok(address)).map(|(name, _)| (*name).to_owned())
    }

    fn port(&self, service: &str, protocol: Protocol) -> Option<u16> {
        match (service, protocol) {
            ("http" | "www", Protocol::TCP) => Some(80),
            ("domain", Protocol::UDP) => Some(53),
            _ => None,
        }
    }

    fn service(&self, port: u16, protocol: Protocol) -> Option<String> {
        match (port, protocol) {
            (80, Protocol::TCP) => Some("http".to_owned()),
            (53, Protocol::UDP) => Some("domain".to_owned()),
            _ => None,
        }
    }
}

/// A command line as words.
pub(super) fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}
