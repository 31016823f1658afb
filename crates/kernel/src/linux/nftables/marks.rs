//! A table that marks traffic by its destination, as messages (linux/netfilter/nf_tables.h): pure. It looks like that of
//! keepalived, so that other rules that know it go on to work.
//!
//! In words of nft(8), for IPv4 and TCP; the others are the same:
//!
//! ```text
//! table ip keepalived_ipvs {
//!     map tcp_map { type ipv4_addr . inet_service : mark; flags interval; }
//!     chain in {
//!         type filter hook input priority -1;
//!         meta mark set ip daddr . tcp dport map @tcp_map counter return
//!     }
//! }
//! ```
use super::expressions::{REGISTER, destination, dropped, expression, layer_four, name, new, port, rule_of};
use super::question::{self, Question};
use super::wire::{Attributes, LIST_ELEMENT, Message};
use crate::ports::{MarkTable, Marked};
use model::Family;
use std::net::IpAddr;

const CHAIN: &str = "in";
/// `NF_INET_LOCAL_IN`, where IPVS takes what is for it.
const LOCAL_IN: u32 = 1;
/// Protocols (IANA), their maps, and the maps' numbers within a transaction.
const MAPS: [(u8, &str, u32); 3] = [(6, "tcp_map", 1), (17, "udp_map", 2), (132, "sctp_map", 3)];
/// `NFT_SET_INTERVAL`, `NFT_SET_MAP`, `NFT_SET_CONCAT`.
const FLAGS: u32 = 0x4 | 0x8 | 0x80;
/// Type of a mark for nft(8).
const MARK: u32 = 19;
/// Bytes of members in one message; the length of an attribute has 16 bits.
const MEMBER_BYTES: usize = 48 << 10;

/// The transaction after which this table is there exactly so, and nothing else under its name.
pub(super) fn replacement(table: &MarkTable) -> Vec<Message> {
    let mut batch = removal(&table.name);
    for family in [Family::V4, Family::V6] {
        let here: Vec<&Marked> = table.marks.iter().filter(|mark| Family::of(mark.first) == family).collect();
        if !here.is_empty() {
            batch.extend(content(family, table, &here));
        }
    }
    batch
}

/// The transaction after which there is no table of this name.
pub(super) fn removal(table: &str) -> Vec<Message> {
    [Family::V4, Family::V6].into_iter().flat_map(|family| dropped(family, table)).collect()
}

/// All that tells whether the table is as it was.
pub(super) fn questions(family: Family, table: &str) -> Vec<Question> {
    question::about(family, table, &MAPS.map(|(_, map, _)| map))
}

fn content(family: Family, table: &MarkTable, marks: &[&Marked]) -> Vec<Message> {
    let used = MAPS.iter().filter(|(protocol, ..)| marks.iter().any(|mark| mark.protocol == *protocol));
    let mut batch = vec![new(family, libc::NFT_MSG_NEWTABLE, name(1, &table.name))];
    let mut rules = Vec::new();
    for map in used {
        let members: Vec<&Marked> = marks.iter().filter(|mark| mark.protocol == map.0).copied().collect();
        batch.push(new_map(family, &table.name, *map));
        batch.extend(add_members(family, &table.name, *map, &members));
        rules.push(rule(family, table, *map));
    }
    batch.push(chain(family, table));
    batch.extend(rules);
    batch
}

/// `NFTA_CHAIN_*`: table 1, name 3, hook 4 (number 1, priority 2), type 7.
fn chain(family: Family, table: &MarkTable) -> Message {
    let hook = Attributes::default().number(1, LOCAL_IN).number(2, table.priority.cast_unsigned());
    new(family, libc::NFT_MSG_NEWCHAIN, name(1, &table.name).text(3, CHAIN).nest(4, &hook).text(7, "filter"))
}

/// `NFTA_SET_*`: table 1, name 2, flags 3, type of key 4, its length 5, type of value 6, its length 7, description 9,
/// number 10, and for nft(8) alone user data 13: byte orders (0 and 1) of key (2 is big endian) and value (1 is the host's).
fn new_map(family: Family, table: &str, (_, map, number): (u8, &str, u32)) -> Message {
    // Addresses are 7 and 8, ports 13, six bits for each.
    let (kind, length) = match family {
        Family::V4 => ((7 << 6) | 13, 4),
        Family::V6 => ((8 << 6) | 13, 16),
    };
    // `NFTA_SET_DESC_CONCAT` 2: the length, 1, of each field.
    let field = |length| Attributes::default().number(1, length);
    let fields = Attributes::default().nest(LIST_ELEMENT, &field(length)).nest(LIST_ELEMENT, &field(2));
    let order = |kind: u8, order: u32| [&[kind, 4][..], &order.to_ne_bytes()].concat();
    let about = name(1, table).text(2, map).number(3, FLAGS).number(4, kind).number(5, length + 4);
    let about = about.number(6, MARK).number(7, 4).nest(9, &Attributes::default().nest(2, &fields)).number(10, number);
    new(family, libc::NFT_MSG_NEWSET, about.bytes(13, &[order(0, 2), order(1, 1)].concat()))
}

/// `NFTA_SET_ELEM_LIST_*`: table 1, set 2, members 3, number of the set 4; of a member, first key 1, value 2, last key 10.
fn add_members(family: Family, table: &str, (_, map, number): (u8, &str, u32), members: &[&Marked]) -> Vec<Message> {
    let mut lists = vec![Attributes::default()];
    for member in members {
        let value = |bytes: &[u8]| Attributes::default().bytes(1, bytes);
        let member = Attributes::default()
            .nest(1, &value(&key(member.first, member.ports.0)))
            .nest(2, &value(&member.mark.to_ne_bytes()))
            .nest(10, &value(&key(member.last, member.ports.1)));
        match lists.last_mut().filter(|list| list.len() < MEMBER_BYTES) {
            Some(list) => *list = std::mem::take(list).nest(LIST_ELEMENT, &member),
            None => lists.push(Attributes::default().nest(LIST_ELEMENT, &member)),
        }
    }
    let message = |list: &Attributes| {
        new(family, libc::NFT_MSG_NEWSETELEM, name(1, table).text(2, map).number(4, number).nest(3, list))
    };
    lists.iter().map(message).collect()
}

/// As it lies in registers: each part begins a 32-bit one.
fn key(address: IpAddr, port: u16) -> Vec<u8> {
    let mut key = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    key.extend(port.to_be_bytes());
    key.extend([0, 0]);
    key
}

fn rule(family: Family, table: &MarkTable, (protocol, map, number): (u8, &str, u32)) -> Message {
    let ports = match family {
        Family::V4 => REGISTER + 1,
        Family::V6 => REGISTER + 4,
    };
    let mut expressions = vec![layer_four(REGISTER), is(REGISTER, protocol), destination(family), port(ports)];
    expressions.extend([find((map, number)), set_mark(REGISTER)]);
    expressions.extend(table.counters.then(|| expression("counter", &Attributes::default())));
    expressions.push(back());
    rule_of(family, &table.name, CHAIN, &expressions)
}

/// `NFTA_CMP_*`: register 1, operation 2 (0 is equality), value 3.
fn is(register: u32, value: u8) -> Attributes {
    let value = Attributes::default().bytes(1, &[value]);
    expression("cmp", &Attributes::default().number(1, register).number(2, 0).nest(3, &value))
}

/// `NFTA_LOOKUP_*`: set 1, register 2, where the value goes 3, number of the set 4.
fn find((map, number): (&str, u32)) -> Attributes {
    expression("lookup", &name(1, map).number(2, REGISTER).number(3, REGISTER).number(4, number))
}

/// `NFTA_META_*`: key 2 (`NFT_META_MARK`), register to read 3.
fn set_mark(register: u32) -> Attributes {
    expression("meta", &Attributes::default().number(2, 3).number(3, register))
}

/// `NFTA_IMMEDIATE_*`: register 1 (`NFT_REG_VERDICT`), data 2, which is a verdict 2, whose code 1 is `NFT_RETURN`.
fn back() -> Attributes {
    let code = Attributes::default().number(1, libc::NFT_RETURN.cast_unsigned());
    let verdict = Attributes::default().nest(2, &code);
    expression("immediate", &Attributes::default().number(1, 0).nest(2, &verdict))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn table(marks: BTreeSet<Marked>) -> MarkTable {
        MarkTable { name: "lab".into(), priority: -1, counters: true, marks }
    }

    fn marked(first: &str, last: &str, protocol: u8) -> Marked {
        let address = |text: &str| text.parse().expect("an address");
        Marked { first: address(first), last: address(last), ports: (80, 80), protocol, mark: 1000 }
    }

    fn count(batch: &[Message], kind: libc::c_int) -> usize {
        batch.iter().filter(|message| i32::from(message.kind & 0xff) == kind).count()
    }

    #[test]
    fn a_protocol_has_a_map_only_where_it_is_used() {
        assert_eq!(replacement(&table(BTreeSet::new())).len(), 4);
        let batch = replacement(&table(
            [marked("10.0.0.1", "10.0.0.4", 6), marked("10.0.0.1", "10.0.0.4", 17), marked("fd00::1", "fd00::1", 6)]
                .into(),
        ));
        assert_eq!(count(&batch, libc::NFT_MSG_NEWSET), 3);
        assert_eq!(count(&batch, libc::NFT_MSG_NEWRULE), 3);
        assert_eq!(count(&batch, libc::NFT_MSG_NEWCHAIN), 2);
    }

    #[test]
    fn keys_lie_as_in_registers() {
        assert_eq!(key([10, 0, 0, 1].into(), 80), [10, 0, 0, 1, 0, 80, 0, 0]);
        assert_eq!(key("fd00::1".parse().expect("an address"), 0x1234).len(), 20);
    }

    #[test]
    fn many_members_are_spread_over_messages() {
        let all: Vec<Marked> =
            (0..10_000_u16).map(|port| Marked { ports: (port, port), ..marked("fd00::1", "fd00::9", 6) }).collect();
        let batch = add_members(Family::V6, "t", MAPS[0], &all.iter().collect::<Vec<_>>());
        assert!(batch.len() > 1 && batch.iter().all(|message| message.attributes.len() < 0xff00));
    }
}
