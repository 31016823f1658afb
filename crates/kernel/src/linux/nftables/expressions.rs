//! Parts of rules that both of our tables are made of (linux/netfilter/nf_tables.h): pure.
use super::wire::{Attributes, LIST_ELEMENT, Message};
use model::Family;

/// First of the 32-bit registers (`NFT_REG32_00`).
pub(super) const REGISTER: u32 = 8;

pub(super) fn new(family: Family, kind: libc::c_int, attributes: Attributes) -> Message {
    Message::new(kind, libc::NLM_F_CREATE, family, attributes)
}

pub(super) fn name(kind: u16, name: &str) -> Attributes {
    Attributes::default().text(kind, name)
}

/// Drops a table, which is made first where it is not there: what is to be dropped must exist.
pub(super) fn dropped(family: Family, table: &str) -> [Message; 2] {
    let make = new(family, libc::NFT_MSG_NEWTABLE, name(1, table));
    [make, Message::new(libc::NFT_MSG_DELTABLE, 0, family, name(1, table))]
}

/// A rule at the end of a chain. `NFTA_RULE_*`: table 1, chain 2, expressions 4.
pub(super) fn rule_of(family: Family, table: &str, chain: &str, expressions: &[Attributes]) -> Message {
    let add = |list: Attributes, one: &Attributes| list.nest(LIST_ELEMENT, one);
    let list = expressions.iter().fold(Attributes::default(), add);
    let flags = libc::NLM_F_CREATE | libc::NLM_F_APPEND;
    Message::new(libc::NFT_MSG_NEWRULE, flags, family, name(1, table).text(2, chain).nest(4, &list))
}

/// `NFTA_EXPR_*`: name 1, data 2.
pub(super) fn expression(what: &str, data: &Attributes) -> Attributes {
    name(1, what).nest(2, data)
}

/// `NFTA_PAYLOAD_*`: register 1, base 2, offset 3, length 4.
pub(super) fn payload(register: u32, base: u32, offset: u32, length: u32) -> Attributes {
    let data = Attributes::default().number(1, register).number(2, base).number(3, offset).number(4, length);
    expression("payload", &data)
}

/// The destination address in the header (RFC 791 section 3.1, RFC 8200 section 3).
pub(super) fn destination(family: Family) -> Attributes {
    match family {
        Family::V4 => payload(REGISTER, 1, 16, 4),
        Family::V6 => payload(REGISTER, 1, 24, 16),
    }
}

/// The destination port, which TCP, UDP and SCTP have at one place.
pub(super) fn port(register: u32) -> Attributes {
    payload(register, 2, 2, 2)
}

/// `NFTA_META_*`: register 1, key 2; the key is `NFT_META_L4PROTO`.
pub(super) fn layer_four(register: u32) -> Attributes {
    expression("meta", &Attributes::default().number(1, register).number(2, 16))
}
