//! Announcements reach the neighbours.
use crate::adverts::{frame, reader};
use crate::room::{Watch, ip, name, run, two_spaces};
use evenkeel_kernel::linux::LinuxKernel;
use evenkeel_kernel::ports::Announcer;
use model::net::Announcement;

const HARDWARE: [u8; 6] = [2, 0, 0, 0, 0, 7];

fn announcement(link: &str, address: &str) -> Announcement {
    Announcement { interface: name(link), hardware: HARDWARE.to_vec(), address: address.parse().expect("an address") }
}

#[test]
fn a_gratuitous_arp_is_seen_and_believed() {
    run(|| async {
        let (first, second) = two_spaces();
        second.enter();
        let ears = reader(0x0806);
        std::fs::write("/proc/sys/net/ipv4/conf/b/arp_accept", "1").expect("a setting");
        first.enter();
        let mut kernel = LinuxKernel::started().await;
        assert!(kernel.announce(&[announcement("a", "10.0.0.100")]).is_empty());
        #[rustfmt::skip]
        let expected = [
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 7, 8, 6,
            0, 1, 8, 0, 6, 4, 0, 1,
            2, 0, 0, 0, 0, 7, 10, 0, 0, 100,
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 10, 0, 0, 100,
        ];
        assert_eq!(frame(&ears, |bytes| bytes.get(28..32) == Some(&[10, 0, 0, 100])), expected);
        second.enter();
        let neighbours = ip("neigh show dev b");
        assert!(neighbours.contains("10.0.0.100 lladdr 02:00:00:00:00:07"), "{neighbours}");
    });
}

#[test]
fn a_neighbour_advertisement_changes_what_neighbours_know() {
    run(|| async {
        let (first, second) = two_spaces();
        second.enter();
        ip("neigh add 2001:db8::100 lladdr 02:00:00:00:00:01 nud stale dev b");
        let ears = reader(0x86dd);
        first.enter();
        std::fs::write("/proc/sys/net/ipv6/conf/a/forwarding", "1").expect("a setting");
        let mut kernel = LinuxKernel::started().await;
        assert!(kernel.announce(&[announcement("a", "2001:db8::100")]).is_empty());
        let frame = frame(&ears, |bytes| bytes.get(54) == Some(&136));
        assert_eq!(frame[58], 0xa0, "router and override");
        second.enter();
        let neighbours = ip("neigh show dev b");
        assert!(neighbours.contains("2001:db8::100 lladdr 02:00:00:00:00:07"), "{neighbours}");
    });
}

#[test]
fn many_at_once_and_only_where_there_is_a_hardware_address() {
    run(|| async {
        let (first, second) = two_spaces();
        second.enter();
        let ears = reader(0x0806);
        first.enter();
        let mut kernel = LinuxKernel::started().await;
        let mut all: Vec<Announcement> =
            (0..500).map(|n| announcement("a", &format!("10.9.{}.{}", n / 250, n % 250))).collect();
        all.insert(0, Announcement { hardware: Vec::new(), ..announcement("lo", "10.9.9.9") });
        all.insert(5, announcement("gone", "10.9.9.9"));
        all.insert(7, Announcement { hardware: vec![1; 20], ..announcement("a", "10.9.9.9") });
        let errors = kernel.announce(&all);
        let texts: Vec<_> = errors.iter().map(|error| (error.index, error.source.to_string())).collect();
        assert_eq!(texts, [(5, "no such link".to_owned()), (7, "addresses are announced on Ethernet only".to_owned())]);
        for n in 0..500_u32 {
            let address = [10, 9, (n / 250) as u8, (n % 250) as u8];
            frame(&ears, |bytes| bytes.get(28..32) == Some(&address));
        }
        ip("link set dev a down");
        assert_eq!(kernel.announce(&[announcement("a", "10.0.0.100")]).len(), 1, "the link is down");
    });
}
