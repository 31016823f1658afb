//! Messages and judgements, without a kernel.
use super::*;
use model::holdings::AddressKey;
use model::{InterfaceName, Prefix};

fn address(text: &str, length: u8) -> VirtualAddress {
    VirtualAddress::plain(
        Prefix::new(text.parse().expect("an address"), length).expect("a length"),
        InterfaceName::new("eth0").expect("a name"),
    )
}

fn bytes(change: &Change) -> Vec<u8> {
    let mut message = message(change, 7, &Table::default());
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    bytes
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

#[test]
fn an_addition_with_everything() {
    let mut a = address("10.0.0.9", 24);
    a.scope = 253;
    a.broadcast = Some("10.0.0.255".parse().expect("an address"));
    a.label = Some("eth0:1".into());
    // RTM_NEWADDR, REQUEST|ACK|EXCL|CREATE; AF_INET /24 scope 253 index 7; ADDRESS, LOCAL, BROADCAST, LABEL.
    let expected =
        hex("3c000000 1400 0506 00000000 00000000  02 18 00 fd 07000000  0800 0100 0a000009  0800 0200 0a000009 \
         0800 0400 0a0000ff  0b00 0300 657468303a3100 00");
    assert_eq!(bytes(&Change::AddAddress(a)), expected);
}

#[test]
fn an_addition_brings_no_broadcast_address_of_its_own() {
    let expected =
        hex("28000000 1400 0506 00000000 00000000  02 18 00 00 07000000  0800 0100 0a000009  0800 0200 0a000009");
    assert_eq!(bytes(&Change::AddAddress(address("10.0.0.9", 24))), expected);
}

#[test]
fn ipv6_skips_duplicate_detection() {
    let expected = hex("40000000 1400 0506 00000000 00000000  0a 40 02 00 07000000 \
         1400 0100 20010db8000000000000000000000009  1400 0200 20010db8000000000000000000000009");
    assert_eq!(bytes(&Change::AddAddress(address("2001:db8::9", 64))), expected);
    let mut patient = address("2001:db8::9", 64);
    patient.nodad = false;
    assert_eq!(bytes(&Change::AddAddress(patient))[17], 0x40, "-nodad");
}

#[test]
fn an_addition_with_every_flag() {
    let mut a = address("2001:db8::9", 64);
    (a.home, a.manage_temporary, a.no_prefix_route, a.autojoin) = (true, true, true, true);
    a.preferred_lifetime = Some(Interval::from_secs(300));
    // Header flags NODAD|HOMEADDRESS; CACHEINFO with 300 s preferred, valid for ever; FLAGS with all of them.
    let expected = hex("5c000000 1400 0506 00000000 00000000  0a 40 12 00 07000000 \
         1400 0100 20010db8000000000000000000000009  1400 0200 20010db8000000000000000000000009 \
         0800 0800 12070000  1400 0600 2c010000 ffffffff 00000000 00000000");
    assert_eq!(bytes(&Change::AddAddress(a)), expected);
    // An address of full length is deprecated at once, so that nobody takes it for a source.
    let host = bytes(&Change::AddAddress(address("2001:db8::9", 128)));
    assert_eq!(host[host.len() - 20..], hex("1400 0600 00000000 ffffffff 00000000 00000000"));
}

#[test]
fn an_addition_with_a_peer() {
    let mut a = address("10.0.0.9", 32);
    a.peer = Some(Prefix::new("10.9.9.1".parse().expect("an address"), 24).expect("a length"));
    let expected =
        hex("28000000 1400 0506 00000000 00000000  02 18 00 00 07000000  0800 0100 0a090901  0800 0200 0a000009");
    assert_eq!(bytes(&Change::AddAddress(a.clone())), expected);
    assert_eq!(AddressKey::of(&a).prefix.to_string(), "10.0.0.9/24", "as the kernel lists it");
}

#[test]
fn a_removal_names_address_and_length() {
    let expected =
        hex("28000000 1500 0500 00000000 00000000  02 20 00 00 07000000  0800 0100 0a000009  0800 0200 0a000009");
    assert_eq!(bytes(&Change::RemoveAddress(AddressKey::of(&address("10.0.0.9", 32)))), expected);
}

#[test]
fn what_is_already_right_is_no_refusal() {
    let table = Table::default();
    let add = Change::AddAddress(address("10.0.0.9", 32));
    let remove = Change::RemoveAddress(add.key());
    assert_eq!(judge(&add, libc::EEXIST, &table), Ok(()));
    assert_eq!(judge(&remove, libc::EADDRNOTAVAIL, &table), Ok(()));
    assert_eq!(judge(&remove, libc::ENODEV, &table), Ok(()));
    assert_eq!(judge(&add, libc::ENODEV, &table).map_err(|r| r.errno), Err(libc::ENODEV));
    assert_eq!(judge(&remove, libc::EPERM, &table).map_err(|r| r.errno), Err(libc::EPERM));
}
