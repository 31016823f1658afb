//! Adverts with fields of one's choice.
use super::VRRP;
use crate::client::checksum;
use std::net::{IpAddr, Ipv4Addr};

/// The fields of a version 2 advert (RFC 3768 section 5.3) with one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forged {
    /// Version and type, four bits each: 0x21.
    pub kind: u8,
    /// Virtual router id.
    pub vrid: u8,
    /// Priority.
    pub priority: u8,
    /// The number of addresses that it claims to hold.
    pub count: u8,
    /// Authentication type, 0 to 2.
    pub authentication: u8,
    /// Seconds between adverts.
    pub interval: u8,
    /// The address.
    pub address: Ipv4Addr,
    /// The authentication field.
    pub password: [u8; 8],
    /// Is the checksum right?
    pub sound: bool,
}

impl Forged {
    /// An advert that a director of the pair must believe, as it comes from a better one.
    pub fn genuine(address: Ipv4Addr) -> Self {
        Self {
            kind: 0x21,
            vrid: 51,
            priority: 254,
            count: 1,
            authentication: 0,
            interval: 1,
            address,
            password: [0; 8],
            sound: true,
        }
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.kind, self.vrid, self.priority, self.count, self.authentication, self.interval, 0, 0];
        bytes.extend(self.address.octets());
        bytes.extend(self.password);
        let sum = checksum(&bytes);
        let [high, low] = if self.sound { sum } else { !sum }.to_be_bytes();
        bytes.splice(6..8, [high, low]);
        bytes
    }
}

/// The fields of a version 3 advert (RFC 9568 section 5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forged3 {
    /// Version and type, four bits each: 0x31.
    pub kind: u8,
    /// Virtual router id.
    pub vrid: u8,
    /// Priority.
    pub priority: u8,
    /// The number of addresses that it claims to hold.
    pub count: u8,
    /// Hundredths of a second between adverts, below 4096.
    pub interval: u16,
    /// The addresses.
    pub addresses: Vec<IpAddr>,
    /// Sender and receiver, which the checksum includes.
    pub route: (IpAddr, IpAddr),
    /// Is the checksum right?
    pub sound: bool,
}

impl Forged3 {
    /// An advert that a director of the pair must believe, as it comes from a better one.
    pub fn genuine(addresses: Vec<IpAddr>, route: (IpAddr, IpAddr)) -> Self {
        let count = u8::try_from(addresses.len()).unwrap_or(u8::MAX);
        Self { kind: 0x31, vrid: 51, priority: 254, count, interval: 20, addresses, route, sound: true }
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let [high, low] = self.interval.to_be_bytes();
        let mut bytes = vec![self.kind, self.vrid, self.priority, self.count, high, low, 0, 0];
        bytes.extend(self.addresses.iter().flat_map(|address| octets(*address)));
        let sum = checksum(&[self.pseudo_header(bytes.len()), bytes.clone()].concat());
        let [high, low] = if self.sound { sum } else { !sum }.to_be_bytes();
        bytes.splice(6..8, [high, low]);
        bytes
    }

    /// Of RFC 793 in IPv4, of RFC 8200 section 8.1 in IPv6: in a sum the order of words does not matter.
    fn pseudo_header(&self, length: usize) -> Vec<u8> {
        let (source, destination) = self.route;
        let [high, low] = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
        [octets(source), octets(destination), vec![0, VRRP, high, low]].concat()
    }
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(four) => four.octets().to_vec(),
        IpAddr::V6(six) => six.octets().to_vec(),
    }
}
