//! The table of links, without a kernel.
use super::*;
use netlink_packet_route::address::AddressScope;

fn link(index: Index, name: &str, up: bool) -> RouteNetlinkMessage {
    let mut message = LinkMessage::default();
    message.header.index = index;
    message.header.flags = if up { LinkFlags::Up | LinkFlags::Running } else { LinkFlags::empty() };
    message.attributes = vec![
        LinkAttribute::IfName(name.into()),
        LinkAttribute::Address(vec![2, 0, 0, 0, 0, 1]),
        LinkAttribute::Mtu(1500),
    ];
    RouteNetlinkMessage::NewLink(message)
}

fn gone(index: Index, family: AddressFamily) -> RouteNetlinkMessage {
    let mut message = LinkMessage::default();
    message.header.index = index;
    message.header.interface_family = family;
    RouteNetlinkMessage::DelLink(message)
}

fn message(index: Index, text: &str, secondary: bool, scope: u8) -> AddressMessage {
    let (address, length) = text.split_once('/').expect("a prefix");
    let mut message = AddressMessage::default();
    message.header.index = index;
    message.header.prefix_len = length.parse().expect("a length");
    message.header.scope = AddressScope::from(scope);
    message.header.flags = if secondary { AddressHeaderFlags::Secondary } else { AddressHeaderFlags::empty() };
    message.attributes = vec![AddressAttribute::Address(address.parse().expect("an address"))];
    message
}

fn address(index: Index, text: &str) -> RouteNetlinkMessage {
    RouteNetlinkMessage::NewAddress(message(index, text, false, 0))
}

fn no_address(index: Index, text: &str) -> RouteNetlinkMessage {
    RouteNetlinkMessage::DelAddress(message(index, text, false, 0))
}

/// Events as one line each: `+eth0 up 10.0.0.1/24`, `=eth0 10.0.0.1/24`, `-eth0`.
fn report(table: &mut Table) -> Vec<String> {
    let mut events = VecDeque::new();
    table.report(&mut events);
    let list = |keys: &[AddressKey]| keys.iter().map(|k| format!(" {}", k.prefix)).collect::<String>();
    let text = |event| match event {
        Event::Link { interface, link } => {
            format!("+{interface} {}{}", if link.running { "up" } else { "down" }, list(&link.addresses))
        }
        Event::Addresses { interface, addresses } => format!("={interface}{}", list(&addresses)),
        Event::LinkGone(interface) => format!("-{interface}"),
        Event::LinkRenamed { from, to } => format!("{from}>{to}"),
        other => format!("{other:?}"),
    };
    events.into_iter().map(text).collect()
}

fn table(messages: &[RouteNetlinkMessage]) -> Table {
    let mut table = Table::default();
    messages.iter().for_each(|m| table.apply(m));
    table
}

fn snapshot(messages: &[RouteNetlinkMessage]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    messages.iter().for_each(|m| snapshot.take(m));
    snapshot
}

#[test]
fn only_what_really_changed_is_reported() {
    let mut t = table(&[link(2, "eth0", true), address(2, "10.0.0.1/24")]);
    assert_eq!(report(&mut t), ["+eth0 up 10.0.0.1/24"]);
    t.apply(&link(2, "eth0", true));
    t.apply(&address(2, "10.0.0.1/24"));
    assert!(report(&mut t).is_empty());
    t.apply(&address(2, "10.0.0.9/32"));
    assert_eq!(report(&mut t), ["=eth0 10.0.0.1/24 10.0.0.9/32"]);
    t.apply(&no_address(2, "10.0.0.9/32"));
    t.apply(&address(2, "10.0.0.9/32"));
    assert!(report(&mut t).is_empty());
    t.apply(&link(2, "eth0", false));
    t.apply(&no_address(2, "10.0.0.9/32"));
    assert_eq!(report(&mut t), ["+eth0 down 10.0.0.1/24"]);
}

#[test]
fn addresses_may_come_before_their_link() {
    let mut t = table(&[address(2, "10.0.0.1/24")]);
    assert!(report(&mut t).is_empty());
    t.apply(&link(2, "eth0", true));
    assert_eq!(report(&mut t), ["+eth0 up 10.0.0.1/24"]);
}

#[test]
fn a_link_that_returns_with_another_index_is_first_gone() {
    let mut t = table(&[link(7, "eth0", true), address(7, "10.0.0.1/24")]);
    report(&mut t);
    t.apply(&no_address(7, "10.0.0.1/24"));
    t.apply(&gone(7, AddressFamily::Unspec));
    t.apply(&link(3, "eth0", true));
    assert_eq!(report(&mut t), ["-eth0", "+eth0 up"]);
    assert_eq!(t.index(&InterfaceName::new("eth0").expect("a name")), Some(3));
}

#[test]
fn links_may_swap_their_names() {
    let mut t = table(&[link(2, "a", true), link(3, "b", true), address(2, "10.0.0.2/32")]);
    report(&mut t);
    t.apply(&link(2, "b", true));
    t.apply(&link(3, "a", true));
    assert_eq!(report(&mut t), ["-a", "-b", "+b up 10.0.0.2/32", "+a up", "a>b", "b>a"]);
}

#[test]
fn a_port_that_leaves_its_bridge_is_not_gone() {
    let mut t = table(&[link(2, "eth0", true)]);
    report(&mut t);
    t.apply(&gone(2, AddressFamily::Bridge));
    assert!(report(&mut t).is_empty());
}

#[test]
fn a_message_with_a_part_of_the_facts_keeps_the_others() {
    let mut t = table(&[link(2, "eth0", true)]);
    report(&mut t);
    let mut partial = LinkMessage::default();
    partial.header.index = 2;
    partial.header.flags = LinkFlags::Up | LinkFlags::Running;
    t.apply(&RouteNetlinkMessage::NewLink(partial));
    assert!(report(&mut t).is_empty());
}

#[test]
fn the_order_is_that_of_the_kernel() {
    let mut t = table(&[link(2, "eth0", true)]);
    for (text, secondary, scope) in [
        ("10.0.0.1/24", false, 0),
        ("10.0.0.2/24", true, 0),
        ("10.1.0.1/24", false, 0),
        ("169.254.0.1/16", false, 253),
        ("10.2.0.1/24", false, 0),
        ("fe80::1/64", false, 253),
        ("2001:db8::1/64", false, 0),
        ("2001:db8::2/64", false, 0),
    ] {
        t.apply(&RouteNetlinkMessage::NewAddress(message(2, text, secondary, scope)));
    }
    let expected = "+eth0 up 169.254.0.1/16 10.0.0.1/24 10.1.0.1/24 10.2.0.1/24 10.0.0.2/24 2001:db8::2/64 \
                    2001:db8::1/64 fe80::1/64";
    assert_eq!(report(&mut t), [expected]);
    // With promote_secondaries, the kernel moves the secondary address when its primary goes.
    t.apply(&no_address(2, "10.0.0.1/24"));
    t.apply(&address(2, "10.0.0.2/24"));
    let expected = "=eth0 169.254.0.1/16 10.1.0.1/24 10.2.0.1/24 10.0.0.2/24 2001:db8::2/64 2001:db8::1/64 fe80::1/64";
    assert_eq!(report(&mut t), [expected]);
}

#[test]
fn a_dump_replaces_what_is_known() {
    let mut t = table(&[link(2, "eth0", true), address(2, "10.0.0.1/24"), link(3, "eth1", true)]);
    report(&mut t);
    t.begin_dump();
    t.end_dump(snapshot(&[link(2, "eth0", true), address(2, "10.0.0.2/24"), link(4, "eth2", false)]), true);
    assert_eq!(report(&mut t), ["-eth1", "=eth0 10.0.0.2/24", "+eth2 down"]);
}

#[test]
fn what_changes_during_a_dump_is_newer_than_the_dump() {
    let mut t = table(&[link(2, "eth0", true), address(2, "10.0.0.1/24"), link(3, "eth1", true)]);
    report(&mut t);
    t.begin_dump();
    t.apply(&no_address(2, "10.0.0.1/24"));
    t.apply(&address(2, "10.0.0.2/24"));
    t.apply(&gone(3, AddressFamily::Unspec));
    t.apply(&link(4, "eth2", true));
    let old = [link(2, "eth0", true), address(2, "10.0.0.1/24"), address(2, "10.0.0.3/24"), link(3, "eth1", true)];
    t.end_dump(snapshot(&old), true);
    assert_eq!(report(&mut t), ["-eth1", "=eth0 10.0.0.3/24 10.0.0.2/24", "+eth2 up"]);
}

#[test]
fn an_incomplete_dump_takes_nothing_away() {
    let mut t = table(&[link(2, "eth0", true), address(2, "10.0.0.1/24"), link(3, "eth1", true)]);
    report(&mut t);
    t.begin_dump();
    t.end_dump(snapshot(&[link(2, "eth0", false)]), false);
    assert_eq!(report(&mut t), ["+eth0 down 10.0.0.1/24"]);
    assert!(t.index(&InterfaceName::new("eth1").expect("a name")).is_some());
}

#[test]
fn everything_is_reported_again_on_request() {
    let mut t = table(&[link(2, "eth0", true), link(3, "eth1", true)]);
    report(&mut t);
    t.apply(&gone(3, AddressFamily::Unspec));
    t.report_everything_again();
    assert_eq!(report(&mut t), ["-eth1", "+eth0 up"]);
}

#[test]
fn another_prefix_length_of_the_same_address_is_noticed() {
    let t = table(&[link(2, "eth0", true), address(2, "2001:db8::1/64")]);
    let key = |length| AddressKey {
        interface: InterfaceName::new("eth0").expect("a name"),
        prefix: Prefix::new("2001:db8::1".parse().expect("an address"), length).expect("a length"),
    };
    assert!(t.holds_otherwise(&key(128)));
    assert!(!t.holds_otherwise(&key(64)));
}
