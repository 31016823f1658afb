//! Rules as netlink messages, there and back (linux/fib_rules.h).
use model::config::routing::{Action, Rule};
use model::holdings::RuleKey;
use model::{Family, InterfaceName, Prefix};
use netlink_packet_route::AddressFamily;
use netlink_packet_route::IpProtocol;
use netlink_packet_route::route::{RouteHeader, RouteProtocol, RouteRealm};
use netlink_packet_route::rule::{
    RuleAction, RuleAttribute, RuleFlags, RuleHeader, RuleMessage, RulePortRange, RuleUidRange,
};
use std::net::IpAddr;

/// The whole rule: with all of it, a removal takes this one and no other.
pub(super) fn message(rule: &Rule) -> RuleMessage {
    let mut message = RuleMessage::default();
    message.header = header(rule);
    let attributes = &mut message.attributes;
    let network = |prefix: Option<Prefix>| prefix.filter(|prefix| prefix.length() > 0).map(Prefix::address);
    attributes.push(RuleAttribute::Priority(rule.preference));
    attributes.push(RuleAttribute::Protocol(RouteProtocol::from(rule.protocol)));
    attributes.extend(network(rule.from).map(RuleAttribute::Source));
    attributes.extend(network(rule.to).map(RuleAttribute::Destination));
    if let Some((mark, mask)) = rule.mark {
        attributes.push(RuleAttribute::FwMark(mark));
        attributes.push(RuleAttribute::FwMask(mask.unwrap_or(u32::MAX)));
    }
    attributes.extend(rule.input.as_ref().map(|name| RuleAttribute::Iifname(name.to_string())));
    attributes.extend(rule.output.as_ref().map(|name| RuleAttribute::Oifname(name.to_string())));
    attributes.extend(rule.tunnel_id.map(RuleAttribute::TunId));
    attributes.extend(rule.uids.map(|(start, end)| RuleAttribute::UidRange(RuleUidRange { start, end })));
    attributes.extend(rule.ip_protocol.map(|number| RuleAttribute::IpProtocol(IpProtocol::from(number))));
    let ports = |(start, end)| RulePortRange { start, end };
    attributes.extend(rule.source_ports.map(|range| RuleAttribute::SourcePortRange(ports(range))));
    attributes.extend(rule.destination_ports.map(|range| RuleAttribute::DestinationPortRange(ports(range))));
    attributes.extend(rule.realms.map(realm));
    attributes.extend(rule.suppress_prefix_length.map(RuleAttribute::SuppressPrefixLen));
    attributes.extend(rule.suppress_group.map(RuleAttribute::SuppressIfGroup));
    match rule.action {
        Action::Table(table) => attributes.push(RuleAttribute::Table(table)),
        Action::MasterDevice => attributes.push(RuleAttribute::L3MDev(true)),
        Action::Goto(target) => attributes.push(RuleAttribute::Goto(target)),
        Action::Nop | Action::Blackhole | Action::Prohibit | Action::Unreachable => {}
    }
    message
}

fn header(rule: &Rule) -> RuleHeader {
    RuleHeader {
        family: match rule.family {
            Family::V4 => AddressFamily::Inet,
            Family::V6 => AddressFamily::Inet6,
        },
        src_len: rule.from.map_or(0, Prefix::length),
        dst_len: rule.to.map_or(0, Prefix::length),
        tos: rule.tos,
        // In the header there is room for 255 tables.
        table: match rule.action {
            Action::Table(table) => u8::try_from(table).unwrap_or(RouteHeader::RT_TABLE_UNSPEC),
            _ => RouteHeader::RT_TABLE_UNSPEC,
        },
        action: match rule.action {
            Action::Table(_) | Action::MasterDevice => RuleAction::ToTable,
            Action::Goto(_) => RuleAction::Goto,
            Action::Nop => RuleAction::Nop,
            Action::Blackhole => RuleAction::Blackhole,
            Action::Prohibit => RuleAction::Prohibit,
            Action::Unreachable => RuleAction::Unreachable,
        },
        flags: if rule.invert { RuleFlags::Invert } else { RuleFlags::empty() },
    }
}

fn realm(realms: u32) -> RuleAttribute {
    let half = |bits: u32| u16::try_from(bits & 0xffff).unwrap_or(0);
    RuleAttribute::Realm(RouteRealm { source: half(realms >> 16), destination: half(realms) })
}

/// The key of a rule that the kernel lists; `None` for one of somebody else.
pub(super) fn key(message: &RuleMessage) -> Option<RuleKey> {
    let family = match message.header.family {
        AddressFamily::Inet => Family::V4,
        AddressFamily::Inet6 => Family::V6,
        _ => return None,
    };
    let mut rule = Rule::plain(family, 0, Action::Nop);
    rule.protocol = 0;
    rule.invert = message.header.flags.contains(RuleFlags::Invert);
    rule.tos = message.header.tos;
    let mut found = Found { table: message.header.table.into(), ..Found::default() };
    for attribute in &message.attributes {
        read(attribute, message, &mut rule, &mut found);
    }
    rule.mark = found.mask.map(|mask| (found.mark, Some(mask)));
    rule.action = match message.header.action {
        RuleAction::ToTable if found.master_device => Action::MasterDevice,
        RuleAction::ToTable => Action::Table(found.table),
        RuleAction::Goto => Action::Goto(found.target),
        RuleAction::Nop => Action::Nop,
        RuleAction::Blackhole => Action::Blackhole,
        RuleAction::Prohibit => Action::Prohibit,
        RuleAction::Unreachable => Action::Unreachable,
        _ => return None,
    };
    (rule.protocol == u8::from(RouteProtocol::KeepAlived)).then(|| RuleKey::of(&rule))
}

/// What several attributes say together.
#[derive(Default)]
struct Found {
    table: u32,
    target: u32,
    master_device: bool,
    mark: u32,
    mask: Option<u32>,
}

fn read(attribute: &RuleAttribute, message: &RuleMessage, rule: &mut Rule, found: &mut Found) {
    let prefix = |address: IpAddr, length: u8| Prefix::new(address, length).ok();
    match attribute {
        RuleAttribute::Priority(number) => rule.preference = *number,
        RuleAttribute::Protocol(protocol) => rule.protocol = (*protocol).into(),
        RuleAttribute::Source(address) => rule.from = prefix(*address, message.header.src_len),
        RuleAttribute::Destination(address) => rule.to = prefix(*address, message.header.dst_len),
        RuleAttribute::FwMark(mark) => found.mark = *mark,
        RuleAttribute::FwMask(mask) => found.mask = Some(*mask),
        RuleAttribute::Iifname(name) => rule.input = InterfaceName::new(name).ok(),
        RuleAttribute::Oifname(name) => rule.output = InterfaceName::new(name).ok(),
        RuleAttribute::TunId(id) => rule.tunnel_id = Some(*id),
        RuleAttribute::UidRange(range) => rule.uids = Some((range.start, range.end)),
        RuleAttribute::IpProtocol(protocol) => rule.ip_protocol = u8::try_from(i32::from(*protocol)).ok(),
        RuleAttribute::SourcePortRange(range) => rule.source_ports = Some((range.start, range.end)),
        RuleAttribute::DestinationPortRange(range) => rule.destination_ports = Some((range.start, range.end)),
        RuleAttribute::Realm(realm) => {
            rule.realms = Some(u32::from(realm.source) << 16 | u32::from(realm.destination));
        }
        // The largest number is "none".
        RuleAttribute::SuppressPrefixLen(length) => {
            rule.suppress_prefix_length = Some(*length).filter(|length| *length != u32::MAX);
        }
        RuleAttribute::SuppressIfGroup(group) => rule.suppress_group = Some(*group).filter(|group| *group != u32::MAX),
        RuleAttribute::Table(table) => found.table = *table,
        RuleAttribute::Goto(target) => found.target = *target,
        RuleAttribute::L3MDev(on) => found.master_device = *on,
        _ => {}
    }
}
