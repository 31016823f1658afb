//! Our table of source NAT as messages (linux/netfilter/nf_tables.h): pure.
//!
//! In words of nft(8), for IPv4; IPv6 is the same in a table of its own:
//!
//! ```text
//! table ip evenkeel {
//!     set servers { type ipv4_addr . inet_proto . inet_service; }
//!     set hosts { type ipv4_addr; }
//!     chain fullnat {
//!         type nat hook postrouting priority 99;
//!         ip daddr . meta l4proto . th dport @servers
//!             ct original ip daddr . meta l4proto . ct original proto-dst != @servers masquerade
//!         ip daddr @hosts ct original ip daddr != @hosts masquerade
//!     }
//! }
//! ```
//!
//! The second condition leaves alone whoever speaks with a server itself, such as health checks: only what was addressed
//! to somebody else, the virtual server, and was redirected there, gets our address.
use super::expressions::{REGISTER, destination, dropped, expression, layer_four, name, new, port, rule_of};
use super::question::{self, Question};
use super::wire::{Attributes, LIST_ELEMENT, Message};
use crate::ports::Masked;
use model::Family;
use std::collections::BTreeSet;
use std::net::IpAddr;

pub(super) const TABLE: &str = "evenkeel";
const CHAIN: &str = "fullnat";
/// Sets, and their numbers within a transaction.
const SERVERS: (&str, u32) = ("servers", 1);
const HOSTS: (&str, u32) = ("hosts", 2);
/// `NF_INET_POST_ROUTING`.
const POSTROUTING: u32 = 4;
/// Just before the rules of others (`srcnat` is 100): the first to translate a connection decides.
const PRIORITY: u32 = 99;
/// Bytes of members in one message; the length of an attribute has 16 bits.
const MEMBER_BYTES: usize = 48 << 10;

/// The transaction after which there are exactly these servers: what is there is dropped, and made anew.
pub(super) fn replacement(servers: &BTreeSet<Masked>) -> Vec<Message> {
    let mut batch = Vec::new();
    for family in [Family::V4, Family::V6] {
        let here: Vec<&Masked> = servers.iter().filter(|server| Family::of(server.address) == family).collect();
        batch.extend(dropped(family, TABLE));
        if !here.is_empty() {
            batch.extend(content(family, &here));
        }
    }
    batch
}

/// All that tells whether our table is as it was: chains, rules, members.
pub(super) fn questions(family: Family) -> Vec<Question> {
    question::about(family, TABLE, &[SERVERS.0, HOSTS.0])
}

fn content(family: Family, servers: &[&Masked]) -> Vec<Message> {
    let mut batch = vec![new(family, libc::NFT_MSG_NEWTABLE, name(1, TABLE)), chain(family)];
    let (with_port, without): (Vec<&Masked>, Vec<&Masked>) = servers.iter().partition(|s| s.port.is_some());
    for (set, members) in [(SERVERS, with_port), (HOSTS, without)] {
        if members.is_empty() {
            continue;
        }
        let with_port = set == SERVERS;
        batch.push(new_set(family, set, with_port));
        batch.extend(add_members(family, set, &members));
        batch.push(rule(family, set, with_port));
    }
    batch
}

/// `NFTA_CHAIN_*`: table 1, name 3, hook 4 (number 1, priority 2), type 7.
fn chain(family: Family) -> Message {
    let hook = Attributes::default().number(1, POSTROUTING).number(2, PRIORITY);
    new(family, libc::NFT_MSG_NEWCHAIN, name(1, TABLE).text(3, CHAIN).nest(4, &hook).text(7, "nat"))
}

/// `NFTA_SET_*`: table 1, name 2, flags 3, type of key 4, its length 5, number 10. The type is for nft(8) alone, six bits
/// for each part: addresses 7 and 8, protocol 12, port 13.
fn new_set(family: Family, (set, number): (&str, u32), with_port: bool) -> Message {
    let (address, length) = match family {
        Family::V4 => (7, 4),
        Family::V6 => (8, 16),
    };
    let (kind, length) = if with_port { ((address << 12) | (12 << 6) | 13, length + 8) } else { (address, length) };
    let about = name(1, TABLE).text(2, set).number(3, 0).number(4, kind).number(5, length).number(10, number);
    new(family, libc::NFT_MSG_NEWSET, about)
}

/// `NFTA_SET_ELEM_LIST_*`: table 1, set 2, members 3, number of the set 4; of a member, the key is 1 and its value 1.
fn add_members(family: Family, (set, number): (&str, u32), members: &[&Masked]) -> Vec<Message> {
    let mut lists = vec![Attributes::default()];
    for member in members {
        let value = Attributes::default().bytes(1, &key(member));
        let member = Attributes::default().nest(1, &value);
        match lists.last_mut().filter(|list| list.len() < MEMBER_BYTES) {
            Some(list) => *list = std::mem::take(list).nest(LIST_ELEMENT, &member),
            None => lists.push(Attributes::default().nest(LIST_ELEMENT, &member)),
        }
    }
    let message = |list: &Attributes| {
        let about = name(1, TABLE).text(2, set).number(4, number).nest(3, list);
        new(family, libc::NFT_MSG_NEWSETELEM, about)
    };
    lists.iter().map(message).collect()
}

/// As it lies in registers: each part begins a 32-bit one.
fn key(member: &Masked) -> Vec<u8> {
    let mut key = match member.address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    if let Some((protocol, port)) = member.port {
        let [high, low] = port.to_be_bytes();
        key.extend([protocol, 0, 0, 0, high, low, 0, 0]);
    }
    key
}

fn rule(family: Family, set: (&str, u32), with_port: bool) -> Message {
    let mut expressions = vec![destination(family)];
    let ports = match family {
        Family::V4 => REGISTER + 1,
        Family::V6 => REGISTER + 4,
    };
    if with_port {
        expressions.extend([layer_four(ports), port(ports + 1)]);
    }
    expressions.extend([lookup(set, false), original_destination(family)]);
    if with_port {
        expressions.extend([layer_four(ports), original_port(ports + 1)]);
    }
    expressions.extend([lookup(set, true), expression("masq", &Attributes::default())]);
    rule_of(family, TABLE, CHAIN, &expressions)
}

/// `NFTA_CT_*`: register 1, key 2, direction 3 (0 is the original one).
fn tracked(register: u32, key: u32) -> Attributes {
    expression("ct", &Attributes::default().number(1, register).number(2, key).bytes(3, &[0]))
}

/// `NFT_CT_DST_IP` and `NFT_CT_DST_IP6`.
fn original_destination(family: Family) -> Attributes {
    match family {
        Family::V4 => tracked(REGISTER, 20),
        Family::V6 => tracked(REGISTER, 22),
    }
}

/// `NFT_CT_PROTO_DST`.
fn original_port(register: u32) -> Attributes {
    tracked(register, 12)
}

/// `NFTA_LOOKUP_*`: set 1, register 2, number of the set 4, flags 5 (1 turns it round).
fn lookup((set, number): (&str, u32), absent: bool) -> Attributes {
    let data = name(1, set).number(2, REGISTER).number(4, number).number(5, u32::from(absent));
    expression("lookup", &data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::nftables::wire::attributes;

    fn masked(address: &str, port: Option<(u8, u16)>) -> Masked {
        Masked { address: address.parse().expect("an address"), port }
    }

    fn kinds(batch: &[Message]) -> Vec<(u8, i32)> {
        batch.iter().map(|message| (message.family, i32::from(message.kind & 0xff))).collect()
    }

    #[test]
    fn nothing_leaves_nothing_behind() {
        let (make, drop) = (libc::NFT_MSG_NEWTABLE, libc::NFT_MSG_DELTABLE);
        assert_eq!(kinds(&replacement(&BTreeSet::new())), [(2, make), (2, drop), (10, make), (10, drop)]);
    }

    #[test]
    fn a_family_has_only_the_sets_that_it_needs() {
        let batch = replacement(&[masked("10.0.0.1", Some((6, 80))), masked("2001:db8::1", None)].into());
        let made: Vec<_> = kinds(&batch).into_iter().filter(|(_, kind)| *kind == libc::NFT_MSG_NEWSET).collect();
        assert_eq!(made, [(2, libc::NFT_MSG_NEWSET), (10, libc::NFT_MSG_NEWSET)]);
        assert_eq!(key(&masked("10.0.0.1", Some((6, 80)))), [10, 0, 0, 1, 6, 0, 0, 0, 0, 80, 0, 0]);
    }

    #[test]
    fn many_members_are_spread_over_messages_that_stay_below_their_limit() {
        let all: Vec<Masked> = (0..10_000_u16).map(|n| masked("2001:db8::1", Some((6, n)))).collect();
        let batch = add_members(Family::V6, SERVERS, &all.iter().collect::<Vec<_>>());
        assert!(batch.len() > 1 && batch.iter().all(|message| message.attributes.len() < 0xff00));
        let members = batch.iter().flat_map(|message| attributes(message.attributes.as_bytes()));
        let lists = members.filter(|(kind, _)| *kind == 3);
        assert_eq!(lists.flat_map(|(_, list)| attributes(list)).count(), 10_000);
    }
}
