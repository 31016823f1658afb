//! `host:port` as text, in both directions.
use super::mistake::{BadEndpoint, Mistake};
use super::names::Names;
use evenkeel_ipvs::{Family, Protocol};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Reads `HOST[:PORT]`, `[IPV6]:PORT` or a bare IPv6 address. The port is 0 where there is none.
pub(super) fn read(text: &str, protocol: Protocol, names: &dyn Names) -> Result<(IpAddr, u16), Mistake> {
    split(text, protocol, names).map_err(|reason| Mistake::Endpoint(text.to_owned(), reason))
}

fn split(text: &str, protocol: Protocol, names: &dyn Names) -> Result<(IpAddr, u16), BadEndpoint> {
    if let Some(rest) = text.strip_prefix('[') {
        let (host, behind) = rest.split_once(']').ok_or(BadEndpoint::Brackets)?;
        let address = address(host, Some(Family::V6), names)?;
        return match behind.strip_prefix(':') {
            Some(port) => Ok((address, read_port(port, protocol, names)?)),
            None if behind.is_empty() => Ok((address, 0)),
            None => Err(BadEndpoint::Brackets),
        };
    }
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Ok((address.into(), 0));
    }
    match text.split_once(':') {
        Some((host, port)) => Ok((address(host, None, names)?, read_port(port, protocol, names)?)),
        None => Ok((address(text, None, names)?, 0)),
    }
}

fn address(host: &str, family: Option<Family>, names: &dyn Names) -> Result<IpAddr, BadEndpoint> {
    if host.is_empty() {
        return Err(BadEndpoint::NoHost);
    }
    match host.parse::<IpAddr>() {
        Ok(address) if family.is_none_or(|family| family == Family::of(address)) => Ok(address),
        Ok(_) => Err(BadEndpoint::Brackets),
        Err(_) => names.address(host, family).ok_or_else(|| BadEndpoint::Host(host.to_owned())),
    }
}

fn read_port(text: &str, protocol: Protocol, names: &dyn Names) -> Result<u16, BadEndpoint> {
    let number = text.parse().ok();
    number.or_else(|| names.port(text, protocol)).ok_or_else(|| BadEndpoint::Port(text.to_owned()))
}

/// Prints endpoints: by name where there are names to look in.
#[derive(Clone, Copy)]
pub(super) struct Printer<'a> {
    /// `None` prints numbers.
    pub(super) names: Option<&'a dyn Names>,
}

impl Printer<'_> {
    /// `10.0.0.1:80`, `[fd00::1]:80`, `web1:http`. Ports have names only where there is a protocol.
    pub(super) fn endpoint(self, address: IpAddr, port: u16, protocol: Option<Protocol>) -> String {
        let host = self.names.and_then(|names| names.host(address));
        let service = self.names.zip(protocol).and_then(|(names, protocol)| names.service(port, protocol));
        let host = host.unwrap_or_else(|| number(address));
        let service = service.unwrap_or_else(|| port.to_string());
        match address {
            IpAddr::V4(_) => format!("{host}:{service}"),
            IpAddr::V6(_) => format!("[{host}]:{service}"),
        }
    }
}

/// As the C library writes an address: it differs for `::a.b.c.d`, of which the last four bytes are dotted.
fn number(address: IpAddr) -> String {
    match address {
        IpAddr::V6(v6) if (0x1_0000..=u128::from(u32::MAX)).contains(&u128::from(v6)) => {
            let low = u32::try_from(u128::from(v6)).unwrap_or(0);
            format!("::{}", Ipv4Addr::from(low))
        }
        _ => address.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Town;
    use super::*;

    #[test]
    fn endpoints_are_read() {
        for (text, expected) in [
            ("10.0.0.1:80", Some(("10.0.0.1", 80))),
            ("10.0.0.1", Some(("10.0.0.1", 0))),
            ("10.0.0.1:0", Some(("10.0.0.1", 0))),
            ("[fd00::1]:80", Some(("fd00::1", 80))),
            ("[fd00::1]", Some(("fd00::1", 0))),
            ("fd00::1", Some(("fd00::1", 0))),
            // It is an address, as for ipvsadm.
            ("::1:80", Some(("::1:80", 0))),
            ("10.0.0.1:http", Some(("10.0.0.1", 80))),
            ("vip:www", Some(("10.0.0.1", 80))),
            ("[vip6]:80", Some(("fd00::1", 80))),
            ("vip6:80", Some(("fd00::1", 80))),
            ("10.0.0.1:", None),
            ("10.0.0.1:65536", None),
            ("10.0.0.1:-1", None),
            ("10.0.0.1:domain", None),
            ("10.0.0.1:1:2", None),
            (":80", None),
            ("", None),
            ("nohost:80", None),
            ("[10.0.0.1]:80", None),
            ("[fd00::1", None),
            ("[fd00::1]80", None),
            ("[]:80", None),
            ("[fe80::1%lo]:80", None),
        ] {
            let found = read(text, Protocol::TCP, &Town).ok();
            assert_eq!(found, expected.map(|(host, port)| (host.parse().unwrap(), port)), "{text}");
        }
        assert_eq!(read("10.0.0.1:domain", Protocol::UDP, &Town).map(|(_, port)| port), Ok(53));
    }

    #[test]
    fn endpoints_are_printed() {
        let numbers = Printer { names: None };
        let named = Printer { names: Some(&Town) };
        for (address, port, protocol, number, name) in [
            ("10.0.0.1", 80, Some(Protocol::TCP), "10.0.0.1:80", "vip:http"),
            ("10.0.0.1", 80, Some(Protocol::SCTP), "10.0.0.1:80", "vip:80"),
            ("10.0.0.1", 80, None, "10.0.0.1:80", "vip:80"),
            ("10.0.0.9", 7, Some(Protocol::TCP), "10.0.0.9:7", "10.0.0.9:7"),
            ("fd00::1", 80, Some(Protocol::TCP), "[fd00::1]:80", "[vip6]:http"),
            ("::1:80", 0, None, "[::0.1.0.128]:0", "[::0.1.0.128]:0"),
            ("::1", 0, None, "[::1]:0", "[::1]:0"),
            ("::ffff:1.2.3.4", 0, None, "[::ffff:1.2.3.4]:0", "[::ffff:1.2.3.4]:0"),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(numbers.endpoint(address, port, protocol), number);
            assert_eq!(named.endpoint(address, port, protocol), name);
        }
    }
}
