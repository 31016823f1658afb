//! What instances want of their links, and when they believe what is said of one.
use super::desk::Desk;
use crate::effect::{Effect, Effects};
use crate::fact::Fact;
use crate::sample::{address, instance, interface, link};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use model::Interval;
use model::config::global::{LinkDelay, PolledLink, ReceiveBuffer};
use model::config::vrrp::{Instance, Unicast};
use model::net::Link;
use model::state::vrrp::RouterState;

/// The buffer of each endpoint as last ordered.
fn buffers(effects: &Effects) -> Vec<u32> {
    let mut listens = effects.iter().filter_map(|effect| match effect {
        Effect::Listen(endpoints) => Some(endpoints.iter().map(|e| e.receive_bytes).collect::<Vec<_>>()),
        _ => None,
    });
    listens.next_back().unwrap_or_default()
}

fn ordered(policy: ReceiveBuffer, instances: Vec<Instance>) -> Vec<u32> {
    let mut desk = Desk::new(instances);
    desk.config.global.vrrp.receive_buffer = policy;
    desk.config.global.vrrp.receive_multiplier = 3;
    let mut effects = Effects::new();
    desk.link(true);
    desk.router.step(desk.now, Fact::Configured(Arc::new(desk.config.clone())), &mut effects);
    buffers(&effects)
}

#[test]
fn buffers_of_instances_that_share_a_socket_add_up() {
    let own = |bytes| Instance { receive_buffer: Some(bytes), ..instance(1, 100) };
    let second = || instance(2, 100);
    // Version 2 with one address is 20 bytes behind an IP header of 20.
    for (policy, first, expected) in [
        (ReceiveBuffer::Kernel, instance(1, 100), 0),
        (ReceiveBuffer::Kernel, own(5_000), 5_000),
        (ReceiveBuffer::Kernel, own(0), 0),
        (ReceiveBuffer::Bytes(7_000), instance(1, 100), 14_000),
        (ReceiveBuffer::Bytes(7_000), own(5_000), 12_000),
        (ReceiveBuffer::Mtu, instance(1, 100), 9_000),
        (ReceiveBuffer::Advert, instance(1, 100), 240),
        (ReceiveBuffer::Bytes(u32::MAX), instance(1, 100), u32::MAX),
    ] {
        assert_eq!(ordered(policy, vec![first, second()]), [expected], "{policy:?}");
    }
}

#[test]
fn a_buffer_in_packets_follows_the_mtu() {
    let mut desk = Desk::new(vec![instance(1, 100)]);
    desk.config.global.vrrp.receive_buffer = ReceiveBuffer::Mtu;
    desk.config.global.vrrp.receive_multiplier = 2;
    desk.start();
    let mut effects = Effects::new();
    let larger = Link { mtu: 9_000, ..link(&[1]) };
    desk.router.step(desk.now, Fact::LinkSeen { interface: interface("eth0"), link: larger }, &mut effects);
    desk.router.step(desk.now, Fact::DeadlineReached, &mut effects);
    assert_eq!(buffers(&effects), [18_000]);
}

#[test]
fn secondaries_are_promoted_on_links_that_exist_while_somebody_wants_it() {
    let mut desk = Desk::new(vec![Instance { promote_secondaries: true, ..instance(1, 100) }, instance(2, 100)]);
    assert!(desk.configure().iter().all(|line| !line.starts_with("promote")), "eth0 is not there yet");
    assert!(desk.link(true).contains(&"promote eth0".into()));
    assert!(desk.link(false).iter().all(|line| !line.starts_with("promote")), "it is there, if down");
    assert!(desk.give(Fact::LinkLost { interface: interface("eth0") }).contains(&"promote ".into()));
    assert!(desk.link(true).contains(&"promote eth0".into()), "a new link, a new setting");
    desk.config.instances[0].promote_secondaries = false;
    assert!(desk.configure().contains(&"promote ".into()));
}

#[test]
fn a_short_loss_of_carrier_is_no_fault_where_a_delay_says_so() {
    let mut desk = Desk::new(vec![instance(1, 100)]);
    let delay = LinkDelay { interface: interface("eth0"), down: Interval::from_secs(2), up: Interval::from_secs(3) };
    desk.config.global.link_delays = vec![delay];
    desk.start();
    desk.pass_millis(4_000);
    assert_eq!(desk.state("VI_1"), RouterState::Master);
    desk.link(false);
    desk.pass_millis(1_900);
    desk.link(true);
    desk.pass_millis(5_000);
    assert_eq!((desk.state("VI_1"), desk.see("VI_1").counters.became_master), (RouterState::Master, 1));
    desk.link(false);
    desk.pass_millis(2_000);
    assert_eq!(desk.faults("VI_1"), ["link eth0 is down"]);
    desk.link(true);
    desk.pass_millis(2_900);
    assert_eq!(desk.state("VI_1"), RouterState::Fault);
    desk.pass_millis(100);
    assert_eq!(desk.state("VI_1"), RouterState::Backup);
}

#[test]
fn a_poll_that_sees_no_carrier_is_a_fault_whatever_the_kernel_says() {
    let mut desk = Desk::new(vec![instance(1, 100)]);
    desk.config.global.polled_links = vec![PolledLink { interface: interface("eth0"), method: None }];
    desk.start();
    desk.give(Fact::LinkPolled { interface: interface("eth0"), up: false });
    assert_eq!(desk.faults("VI_1"), ["link eth0 is down"]);
    desk.give(Fact::LinkPolled { interface: interface("eth0"), up: true });
    assert_eq!(desk.state("VI_1"), RouterState::Backup);
}

#[test]
fn unicast_without_a_usable_peer_waits_in_fault_where_that_is_wanted() {
    let lonely = Unicast { fault_without_peer: true, ..Unicast::default() };
    let mut desk = Desk::new(vec![Instance { unicast: Some(lonely), ..instance(1, 255) }]);
    desk.start();
    assert_eq!(desk.faults("VI_1"), ["there is no unicast peer"]);
    assert!(desk.sent.is_empty() && desk.addresses().is_empty());
    desk.config.instances[0].addresses = vec![address(101), address(102)];
    desk.config.instances[0].unicast = None;
    desk.configure();
    assert_ne!(desk.state("VI_1"), RouterState::Fault);
}
