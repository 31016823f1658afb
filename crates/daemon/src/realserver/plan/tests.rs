//! Tables and properties: up reaches what is needed, down puts back what was there.
use super::super::check::check;
use super::*;
use kernel::recording::RecordingSysctls;
use proptest::prelude::*;

/// A machine in memory that carries steps out.
#[derive(Clone, Debug, PartialEq)]
struct Desk {
    links: Links,
    sysctls: RecordingSysctls,
    memory: Memory,
}

fn name(text: &str) -> InterfaceName {
    InterfaceName::new(text).expect("a name")
}

fn link(running: bool, hardware: &[u8]) -> Link {
    Link { running, hardware: hardware.to_vec(), mtu: 1_500, arp: true, addresses: Vec::new(), tentative: Vec::new() }
}

fn vip(last: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, last])
}

const SIX: &str = "2001:db8::1";

fn six() -> IpAddr {
    SIX.parse().expect("an address")
}

impl Desk {
    fn new(all_ignore: &str, eth_ignore: &str, rp_filter: &str) -> Self {
        Self {
            links: [(name("lo"), link(true, &[])), (name("eth0"), link(true, &[2, 0, 0, 0, 0, 1]))].into(),
            sysctls: RecordingSysctls::new([
                ("net/ipv4/conf/all/arp_ignore", all_ignore),
                ("net/ipv4/conf/all/arp_announce", "0"),
                ("net/ipv4/conf/all/rp_filter", rp_filter),
                ("net/ipv4/conf/eth0/arp_ignore", eth_ignore),
                ("net/ipv4/conf/tunl0/rp_filter", "0"),
            ]),
            memory: Memory::default(),
        }
    }

    /// Carries the plan for a target out; gives its steps as commands.
    fn reach(&mut self, target: &Target) -> Vec<String> {
        let (steps, next) = plan(target, &self.links, &self.sysctls, &self.memory);
        self.memory = next;
        steps.iter().for_each(|step| self.carry_out(step));
        steps.iter().map(ToString::to_string).collect()
    }

    fn carry_out(&mut self, step: &Step) {
        match step {
            Step::Make(kind) => drop(self.links.insert(name(kind.fallback()), link(false, &[]))),
            Step::Set { name, value } => self.sysctls.write(name, value).expect("a variable"),
            Step::Raise(name) => self.links.get_mut(name).expect("a link").running = true,
            Step::Lower(name) => self.links.get_mut(name).expect("a link").running = false,
            Step::Delete(name) => drop(self.links.remove(name)),
            Step::Add(address) => {
                let key = AddressKey::of(address);
                self.links.get_mut(&key.interface).expect("a link").addresses.push(key);
            }
            Step::Remove(key) => {
                self.links.get_mut(&key.interface).expect("a link").addresses.retain(|held| held != key);
            }
        }
    }

    fn problems(&self, target: &Target) -> Vec<String> {
        check(target, &self.links, &self.sysctls, &self.memory).iter().map(ToString::to_string).collect()
    }
}

#[test]
fn direct_routing_is_silent_before_it_has_the_address() {
    let mut desk = Desk::new("0", "0", "1");
    let target = [(vip(1), Method::DirectRoute), (six(), Method::DirectRoute)].into();
    assert_eq!(desk.problems(&target).len(), 4);
    assert_eq!(
        desk.reach(&target),
        [
            "sysctl -w net.ipv4.conf.all.arp_announce=2",
            "sysctl -w net.ipv4.conf.all.arp_ignore=1",
            "ip address add 192.0.2.1/32 dev lo scope host label lo:evenkeel",
            "ip address add 2001:db8::1/128 dev lo nodad preferred_lft 0",
        ]
    );
    assert_eq!((desk.reach(&target), desk.problems(&target)), (vec![], vec![]));
}

#[test]
fn a_tunnel_is_made_and_its_filter_loosened_without_touching_others() {
    let mut desk = Desk::new("1", "0", "1");
    let target = [(vip(1), Method::Tunnel), (six(), Method::Tunnel)].into();
    assert_eq!(
        desk.reach(&target),
        [
            "modprobe ipip",
            "modprobe ip6_tunnel",
            "sysctl -w net.ipv4.conf.all.arp_announce=2",
            "sysctl -w net.ipv4.conf.tunl0.rp_filter=2",
            "ip link set ip6tnl0 up",
            "ip link set tunl0 up",
            "ip address add 192.0.2.1/32 dev tunl0 scope host label tunl0:evenkeel",
            "ip address add 2001:db8::1/128 dev ip6tnl0 nodad preferred_lft 0",
        ]
    );
    assert_eq!(desk.problems(&target), Vec::<String>::new());
}

#[test]
fn one_address_goes_and_the_other_keeps_what_it_needs() {
    let mut desk = Desk::new("0", "0", "0");
    desk.reach(&[(vip(1), Method::DirectRoute), (vip(2), Method::DirectRoute)].into());
    assert_eq!(desk.reach(&[(vip(2), Method::DirectRoute)].into()), ["ip address del 192.0.2.1/32 dev lo"]);
    assert_eq!(
        desk.reach(&Target::new()),
        [
            "ip address del 192.0.2.2/32 dev lo",
            "sysctl -w net.ipv4.conf.all.arp_announce=0",
            "sysctl -w net.ipv4.conf.all.arp_ignore=0",
        ]
    );
}

#[test]
fn what_was_there_before_is_not_ours() {
    let mut desk = Desk::new("1", "0", "0");
    let key = AddressKey { interface: name("lo"), prefix: Prefix::host(vip(1)) };
    desk.links.get_mut(&name("lo")).expect("lo").addresses.push(key.clone());
    desk.sysctls.write("net/ipv4/conf/all/arp_announce", "2").expect("there");
    let before = desk.clone();
    assert_eq!(desk.reach(&[(vip(1), Method::DirectRoute)].into()), Vec::<String>::new());
    assert_eq!(desk.reach(&Target::new()), Vec::<String>::new());
    assert_eq!((desk.links, desk.sysctls), (before.links, before.sysctls));
}

#[test]
fn what_somebody_set_since_stays() {
    let mut desk = Desk::new("0", "0", "0");
    desk.reach(&[(vip(1), Method::DirectRoute)].into());
    desk.sysctls.write("net/ipv4/conf/all/arp_ignore", "2").expect("there");
    desk.reach(&Target::new());
    assert_eq!(desk.sysctls.read("net/ipv4/conf/all/arp_ignore").expect("there"), "2");
}

#[test]
fn what_would_be_heard_in_the_network_is_found() {
    let mut desk = Desk::new("0", "3", "0");
    let target: Target = [(vip(1), Method::DirectRoute)].into();
    desk.reach(&target);
    assert_eq!(desk.sysctls.read("net/ipv4/conf/eth0/arp_ignore").expect("there"), "1");
    let wide =
        |link: &str, bits| AddressKey { interface: name(link), prefix: Prefix::new(vip(1), bits).expect("bits") };
    desk.links.get_mut(&name("eth0")).expect("eth0").addresses.push(wide("eth0", 24));
    desk.links.get_mut(&name("lo")).expect("lo").addresses.push(wide("lo", 24));
    let problems = desk.problems(&target);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems.iter().all(|problem| problem.contains("fix: ip address del 192.0.2.1/24 dev ")), "{problems:?}");
}

proptest! {
    /// Up and down, in any order and number, end where they began; and what is up is in order.
    #[test]
    fn down_puts_back_what_was_there(
        ignore in 0_u8..4, eth in 0_u8..5, rp in 0_u8..3,
        targets in prop::collection::vec(prop::collection::vec((0_u8..4, any::<bool>()), 0..4), 1..5),
    ) {
        let mut desk = Desk::new(&ignore.to_string(), &eth.to_string(), &rp.to_string());
        let before = desk.clone();
        for target in targets {
            let method = |tunnel| if tunnel { Method::Tunnel } else { Method::DirectRoute };
            let target: Target = target
                .into_iter()
                .map(|(last, tunnel)| (if last == 0 { six() } else { vip(last) }, method(tunnel)))
                .collect();
            desk.reach(&target);
            prop_assert_eq!(desk.problems(&target), Vec::<String>::new());
            prop_assert_eq!(desk.reach(&target), Vec::<String>::new());
        }
        desk.reach(&Target::new());
        // The variable of the tunnel goes with the tunnel.
        desk.sysctls.write("net/ipv4/conf/tunl0/rp_filter", "0").expect("there");
        prop_assert_eq!(desk.links, before.links);
        prop_assert_eq!(desk.sysctls, before.sysctls);
    }
}
