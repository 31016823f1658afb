//! The order of ipvsadm's listing. It subtracts 32-bit words and looks at the sign, so that 200.0.0.1 comes before 10.0.0.1
//! and no order may exist at all; what then comes out depends on the algorithm, which is the C library's merge sort.
use evenkeel_ipvs::{DestinationEntry, Family, Protocol, ServiceEntry, ServiceKey};
use std::cmp::Ordering;
use std::net::{IpAddr, Ipv6Addr};

/// Sorts services that come in the kernel's order.
pub(super) fn services<T>(list: Vec<T>, entry: impl Fn(&T) -> &ServiceEntry + Copy) -> Vec<T> {
    merge_sort(list, &|a, b| compare_services(entry(a).service.key(), entry(b).service.key()))
}

/// Sorts destinations that come in the kernel's order.
pub(super) fn destinations(list: Vec<DestinationEntry>) -> Vec<DestinationEntry> {
    merge_sort(list, &|a, b| {
        let (a, b) = (a.destination.key, b.destination.key);
        compare_addresses(a.address, b.address).then(a.port.cmp(&b.port))
    })
}

fn compare_services(a: ServiceKey, b: ServiceKey) -> Ordering {
    let parts = |key| match key {
        ServiceKey::Fwmark { mark, family } => (mark.get(), family, Protocol(0), IpAddr::V6(Ipv6Addr::UNSPECIFIED), 0),
        ServiceKey::Address { protocol, address, port } => (0, Family::of(address), protocol, address, port),
    };
    let (mark_a, family_a, protocol_a, address_a, port_a) = parts(a);
    let (mark_b, family_b, protocol_b, address_b, port_b) = parts(b);
    sign_of_difference(mark_a, mark_b)
        .then(family_a.cmp(&family_b))
        .then(protocol_a.cmp(&protocol_b))
        .then_with(|| compare_addresses(address_a, address_b))
        .then(port_a.cmp(&port_b))
}

fn compare_addresses(a: IpAddr, b: IpAddr) -> Ordering {
    let differences = words(a).into_iter().zip(words(b)).map(|(a, b)| sign_of_difference(a, b));
    differences.fold(Ordering::Equal, Ordering::then)
}

/// An IPv4 address has one word.
fn words(address: IpAddr) -> [u32; 4] {
    match address {
        IpAddr::V4(address) => [u32::from(address), 0, 0, 0],
        IpAddr::V6(address) => {
            let all = u128::from(address);
            [96, 64, 32, 0].map(|shift| u32::try_from(all >> shift & u128::from(u32::MAX)).unwrap_or(0))
        }
    }
}

fn sign_of_difference(a: u32, b: u32) -> Ordering {
    a.wrapping_sub(b).cast_signed().cmp(&0)
}

/// Top-down, the first half the smaller one, the first of equals first. Where `compare` contradicts itself it still ends.
fn merge_sort<T>(mut list: Vec<T>, compare: &impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    if list.len() < 2 {
        return list;
    }
    let second = list.split_off(list.len() / 2);
    let mut first = merge_sort(list, compare).into_iter().peekable();
    let mut second = merge_sort(second, compare).into_iter().peekable();
    let mut merged = Vec::with_capacity(first.len() + second.len());
    while let (Some(a), Some(b)) = (first.peek(), second.peek()) {
        let next = if compare(a, b).is_le() { first.next() } else { second.next() };
        merged.extend(next);
    }
    merged.extend(first);
    merged.extend(second);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_ipvs::{Destination, Forwarding, Name, Service};
    use proptest::prelude::*;

    fn key(text: &str) -> ServiceKey {
        let (protocol, rest) = text.split_once(' ').unwrap();
        match protocol {
            "fwmark" => ServiceKey::fwmark(rest.parse().unwrap(), Family::V4).unwrap(),
            "fwmark6" => ServiceKey::fwmark(rest.parse().unwrap(), Family::V6).unwrap(),
            _ => {
                let protocol = match protocol {
                    "tcp" => Protocol::TCP,
                    "udp" => Protocol::UDP,
                    _ => Protocol::SCTP,
                };
                let place: std::net::SocketAddr = rest.parse().unwrap();
                ServiceKey::Address { protocol, address: place.ip(), port: place.port() }
            }
        }
    }

    /// The kernel's order and ipvsadm's, both as printed by ipvsadm 1.31 on Linux 6.1.
    #[test]
    fn services_as_ipvsadm_sorts_them() {
        let kernel = "tcp 10.0.0.2:80,tcp [fd00::3]:80,tcp [fd00::1]:80,tcp 10.255.0.1:80,tcp 200.64.0.1:80,\
                      tcp 172.16.0.1:80,tcp 100.64.0.1:80,tcp 192.168.0.1:80,tcp 10.0.0.1:80,tcp [1000::a]:80,\
                      tcp [fd00::a]:80,udp 10.0.0.2:53,sctp 10.0.0.1:2905,udp 10.0.0.1:5061,udp 10.0.0.1:5060,\
                      fwmark 3000000000,fwmark 2147483648,fwmark 1,fwmark 2147483647";
        let expected = "fwmark 3000000000,tcp 10.0.0.2:80,tcp 10.255.0.1:80,tcp 100.64.0.1:80,tcp 172.16.0.1:80,\
                        tcp 192.168.0.1:80,tcp 200.64.0.1:80,tcp 10.0.0.1:80,udp 10.0.0.1:5060,udp 10.0.0.1:5061,\
                        udp 10.0.0.2:53,sctp 10.0.0.1:2905,tcp [fd00::1]:80,tcp [fd00::3]:80,tcp [fd00::a]:80,\
                        tcp [1000::a]:80,fwmark 1,fwmark 2147483647,fwmark 2147483648";
        let entries = |text: &str| -> Vec<ServiceEntry> {
            let entry = |text| ServiceEntry::new(Service::new(key(text), Name::new("rr").unwrap()));
            text.split(',').map(|text| entry(text.trim())).collect()
        };
        assert_eq!(services(entries(kernel), |entry| entry), entries(expected));
        assert_eq!(services(entries("fwmark6 7,fwmark 7,fwmark 3"), |e| e), entries("fwmark 3,fwmark 7,fwmark6 7"));
    }

    #[test]
    fn servers_as_ipvsadm_sorts_them() {
        let entries = |text: &str| -> Vec<DestinationEntry> {
            let entry = |text: &str| Destination::new(text.parse().unwrap(), 80, Forwarding::DirectRoute);
            text.split(' ').map(|text| DestinationEntry::new(entry(text))).collect()
        };
        for (kernel, expected) in [
            (
                "fd00::2 192.168.1.2 10.0.1.2 fd00::8 1000::7 fe00::7 fd00::7 fd00::9",
                "192.168.1.2 fd00::2 fd00::7 fd00::8 fd00::9 fe00::7 10.0.1.2 1000::7",
            ),
            (
                "127.0.0.1 fd00:1234:5678::9abc 10.0.1.5 10.0.1.4 10.0.1.3 10.0.1.2 10.0.1.1",
                "10.0.1.1 10.0.1.2 10.0.1.3 10.0.1.4 127.0.0.1 fd00:1234:5678::9abc 10.0.1.5",
            ),
        ] {
            assert_eq!(destinations(entries(kernel)), entries(expected));
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost(mut list in proptest::collection::vec(any::<u32>(), 0..200)) {
            let mut sorted = merge_sort(list.clone(), &|a, b| sign_of_difference(*a, *b));
            let half = merge_sort(list.iter().map(|n| n / 2).collect(), &|a, b| sign_of_difference(*a, *b));
            prop_assert!(half.is_sorted());
            list.sort_unstable();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, list);
        }
    }
}
