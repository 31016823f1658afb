//! Names of hosts and services: from the machine's resolver and /etc/services.
use evenkeel_ipvs::{Family, Protocol};
use model::limits;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::net::{IpAddr, ToSocketAddrs};

/// Who knows names.
pub(super) trait Names {
    /// The address of a host; of this family, where one is wished for.
    fn address(&self, host: &str, family: Option<Family>) -> Option<IpAddr>;
    /// The name of an address.
    fn host(&self, address: IpAddr) -> Option<String>;
    /// The port of a service.
    fn port(&self, service: &str, protocol: Protocol) -> Option<u16>;
    /// The name of a port.
    fn service(&self, port: u16, protocol: Protocol) -> Option<String>;
}

/// The machine's own.
#[derive(Default)]
pub(super) struct ThisMachine {
    services: OnceCell<Services>,
    hosts: RefCell<HashMap<IpAddr, Option<String>>>,
}

impl ThisMachine {
    fn services(&self) -> &Services {
        self.services.get_or_init(|| {
            let mut text = String::new();
            // Without the file there are no names, only numbers.
            let read = File::open("/etc/services")
                .and_then(|file| file.take(limits::SERVICES_FILE_BYTES).read_to_string(&mut text));
            Services::read(if read.is_ok() { &text } else { "" })
        })
    }
}

impl Names for ThisMachine {
    fn address(&self, host: &str, family: Option<Family>) -> Option<IpAddr> {
        let found: Vec<IpAddr> = (host, 0).to_socket_addrs().ok()?.map(|address| address.ip()).collect();
        // Without a wish IPv4 comes first, as for ipvsadm.
        let wished = |family| found.iter().copied().find(|address| Family::of(*address) == family);
        match family {
            Some(family) => wished(family),
            None => wished(Family::V4).or_else(|| wished(Family::V6)),
        }
    }

    fn host(&self, address: IpAddr) -> Option<String> {
        if let Some(known) = self.hosts.borrow().get(&address) {
            return known.clone();
        }
        // Where there is no name the resolver gives the number.
        let name = dns_lookup::lookup_addr(&address).ok().filter(|name| name.parse::<IpAddr>().is_err());
        let mut hosts = self.hosts.borrow_mut();
        if hosts.len() < limits::HOST_NAMES {
            hosts.insert(address, name.clone());
        }
        name
    }

    fn port(&self, service: &str, protocol: Protocol) -> Option<u16> {
        self.services().ports.get(&(service.to_owned(), protocol)).copied()
    }

    fn service(&self, port: u16, protocol: Protocol) -> Option<String> {
        self.services().names.get(&(port, protocol)).cloned()
    }
}

/// `services(5)`: the first line for a port or a name counts.
#[derive(Default)]
pub(super) struct Services {
    ports: HashMap<(String, Protocol), u16>,
    names: HashMap<(u16, Protocol), String>,
}

impl Services {
    pub(super) fn read(text: &str) -> Self {
        let mut services = Self::default();
        for line in text.lines() {
            let mut words = line.split('#').next().unwrap_or_default().split_ascii_whitespace();
            let (Some(name), Some(place)) = (words.next(), words.next()) else { continue };
            let Some((port, protocol)) = place
                .split_once('/')
                .and_then(|(port, protocol)| Some((port.parse::<u16>().ok()?, protocol_of(protocol)?)))
            else {
                continue;
            };
            services.names.entry((port, protocol)).or_insert_with(|| name.to_owned());
            for name in std::iter::once(name).chain(words) {
                services.ports.entry((name.to_owned(), protocol)).or_insert(port);
            }
        }
        services
    }
}

fn protocol_of(name: &str) -> Option<Protocol> {
    match name {
        "tcp" => Some(Protocol::TCP),
        "udp" => Some(Protocol::UDP),
        "sctp" => Some(Protocol::SCTP),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_read_as_the_system_reads_them() {
        let text = "# comment\nhttp\t80/tcp www # WorldWideWeb\ndomain 53/tcp\ndomain 53/udp\nother 80/tcp\nbad\nx y/tcp\n\
                    z 1/ddp\nhttp-alt 8080/udp\nbig 70000/tcp\n";
        let services = Services::read(text);
        let port = |name: &str, protocol| services.ports.get(&(name.to_owned(), protocol)).copied();
        assert_eq!(port("www", Protocol::TCP), Some(80));
        assert_eq!(port("other", Protocol::TCP), Some(80));
        assert_eq!(port("http", Protocol::UDP), None);
        assert_eq!(port("big", Protocol::TCP), None);
        assert_eq!(services.names.get(&(80, Protocol::TCP)).map(String::as_str), Some("http"));
        assert_eq!(services.names.get(&(53, Protocol::UDP)).map(String::as_str), Some("domain"));
        assert_eq!(services.names.len(), 4);
    }
}
