//! Reading a table that others change meanwhile, and a family that goes and comes back.
use super::*;
use crate::attribute::{GENERIC_HEADER, Header, MESSAGE_HEADER, messages, put_message};
use crate::types::{Family, Name, Service};
use crate::wire::put_command;
use neli::consts::nl::NlmF;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;

const FAMILY: u16 = 30;
const DUMP: u16 = NlmF::DUMP.bits();

/// A kernel whose list of services is another one each time it is asked for; the last one stays. Services are firewall
/// marks below 256.
#[derive(Default)]
struct Kernel {
    lists: Vec<&'static [u8]>,
    /// Those that are found by name.
    alive: &'static [u8],
    /// How many lists come with the note that they changed.
    interrupted: usize,
    /// Whether IPVS is not loaded.
    unloaded: Cell<bool>,
    inbox: RefCell<VecDeque<Vec<u8>>>,
    listings: Cell<usize>,
    families: Cell<usize>,
}

fn key(mark: u8) -> ServiceKey {
    ServiceKey::fwmark(u32::from(mark), Family::V4).unwrap()
}

/// A message with a service in it, as the kernel sends it.
fn service_message(mark: u8, sequence: u32, flags: NlmF) -> Vec<u8> {
    let mut message = Vec::new();
    let command = Command::AddService(Service::new(key(mark), Name::new("rr").unwrap()));
    let (op, body) = put_command(&command);
    put_message(&mut message, Header { kind: FAMILY, flags: flags.bits(), sequence }, op, body);
    message
}

fn control(kind: u16, sequence: u32, errno: i32) -> Vec<u8> {
    let mut message = Vec::new();
    put_message(&mut message, Header { kind, flags: NlmF::MULTI.bits(), sequence }, 0, |_| {});
    // The number stands where the generic header would.
    message[MESSAGE_HEADER..].copy_from_slice(&(-errno).to_ne_bytes());
    message
}

impl Kernel {
    fn answer(&self, header: Header, payload: &[u8]) -> Vec<Vec<u8>> {
        let refuse = |errno| vec![control(2, header.sequence, errno)];
        if header.kind == 0x10 {
            self.families.set(self.families.get() + 1);
            let mut found = Vec::new();
            put_message(&mut found, Header { kind: 0x10, ..header }, 1, |out| {
                out.u16(crate::attribute::Field::new(1, ""), FAMILY);
            });
            return if self.families.get() > 1 || !self.unloaded.get() { vec![found] } else { refuse(libc::ENOENT) };
        }
        if self.unloaded.get() {
            return refuse(libc::ENOENT);
        }
        // The mark stands last in a question about one service.
        let mark = payload.len().checked_sub(4).filter(|_| payload.len() > GENERIC_HEADER).map_or(0, |i| payload[i]);
        let done = control(3, header.sequence, 0);
        match (payload[0], header.flags & DUMP == DUMP) {
            (op::GET_SERVICE, true) => {
                let nth = self.listings.replace(self.listings.get() + 1);
                let list = self.lists[nth.min(self.lists.len() - 1)];
                let flags = if nth < self.interrupted { NlmF::MULTI | NlmF::DUMP_INTR } else { NlmF::MULTI };
                list.iter().map(|mark| service_message(*mark, header.sequence, flags)).chain([done]).collect()
            }
            (op::GET_SERVICE, false) if self.alive.contains(&mark) => {
                vec![service_message(mark, header.sequence, NlmF::empty())]
            }
            (op::GET_SERVICE, false) => refuse(libc::ESRCH),
            (op::GET_DEST, true) => vec![done],
            other => panic!("not asked for in these tests: {other:?}"),
        }
    }
}

impl Transport for Kernel {
    fn send(&self, bytes: &[u8]) -> io::Result<()> {
        for message in messages(bytes) {
            let (header, payload) = message.unwrap();
            self.inbox.borrow_mut().extend(self.answer(header, payload));
        }
        Ok(())
    }

    fn receive(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let datagram = self.inbox.borrow_mut().pop_front().ok_or(io::ErrorKind::WouldBlock)?;
        buffer[..datagram.len()].copy_from_slice(&datagram);
        Ok(datagram.len())
    }

    fn wait(&self, _: u32) -> bool {
        false
    }
}

#[track_caller]
fn check(lists: &[&'static [u8]], alive: &'static [u8], expected: &[u8], listings: usize) {
    let mut client = Client::new(Kernel { lists: lists.to_vec(), alive, ..Kernel::default() });
    let table = client.read_table().unwrap();
    assert_eq!(table.services.into_keys().collect::<Vec<_>>(), expected.iter().map(|m| key(*m)).collect::<Vec<_>>());
    assert_eq!(client.exchange.transport.listings.get(), listings);
}

#[test]
fn a_table_is_read_until_two_lists_agree() {
    check(&[&[]], &[], &[], 2);
    check(&[&[1, 2, 3]], &[], &[1, 2, 3], 2);
    check(&[&[3, 1, 3, 2]], &[], &[1, 2, 3], 2);
    // Hidden in the first list, or new.
    check(&[&[1, 3], &[1, 2, 3]], &[], &[1, 2, 3], 3);
    // Missing later: hidden, or removed.
    check(&[&[1, 2, 3], &[1, 3]], &[2], &[1, 2, 3], 3);
    check(&[&[1, 2, 3], &[1, 3]], &[], &[1, 3], 3);
    // Never two that agree: what is there all the time is there, and it ends.
    check(&[&[1, 4], &[1, 5], &[1, 6], &[1, 7], &[2, 8], &[1, 2, 9], &[9]], &[1, 2], &[1, 2, 9], 6);
}

#[test]
fn an_interrupted_list_is_asked_for_again_but_not_for_ever() {
    let client = |interrupted| Client::new(Kernel { lists: vec![&[1, 2]], interrupted, ..Kernel::default() });
    assert_eq!(client(4).list_services().map(|list| list.len()), Ok(2));
    assert_eq!(client(5).list_services(), Err(Problem::Changing));
    assert_eq!(client(usize::MAX).read_table(), Err(Problem::Changing));
}

#[test]
fn a_family_that_is_gone_is_looked_for_again() {
    let mut client = Client::new(Kernel { lists: vec![&[1]], ..Kernel::default() });
    assert!(client.read_table().is_ok() && client.read_table().is_ok());
    assert_eq!(client.exchange.transport.families.get(), 1);
    client.exchange.transport.unloaded.set(true);
    assert_eq!(client.apply(&[Command::Flush]), [Err(Problem::Gone)]);
    assert_eq!(client.read_table(), Err(Problem::Gone));
    client.exchange.transport.unloaded.set(false);
    assert!(client.read_table().is_ok());
    assert_eq!(client.exchange.transport.families.get(), 3);

    let mut never = Client::new(Kernel { unloaded: Cell::new(true), ..Kernel::default() });
    assert_eq!(never.find_family(), Err(Problem::Gone));
}
