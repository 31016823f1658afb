//! Batches, lists and questions against a kernel that is scripted.
use super::*;
use crate::types::{Destination, Forwarding, Protocol, ServiceKey};
use crate::wire::{info, op};
use proptest::prelude::*;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::IpAddr;

const FAMILY: u16 = 30;

/// Answers every datagram by a function; keeps what was sent.
struct Scripted<F> {
    sent: RefCell<Vec<Vec<u8>>>,
    inbox: RefCell<VecDeque<Vec<u8>>>,
    answer: F,
}

impl<F: Fn(&[Header]) -> Vec<Vec<u8>>> Transport for Scripted<F> {
    fn send(&self, bytes: &[u8]) -> io::Result<()> {
        let headers: Vec<Header> = messages(bytes).map(|message| message.unwrap().0).collect();
        self.sent.borrow_mut().push(bytes.to_vec());
        self.inbox.borrow_mut().extend((self.answer)(&headers));
        Ok(())
    }

    fn receive(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let datagram = self.inbox.borrow_mut().pop_front().ok_or(io::ErrorKind::WouldBlock)?;
        let length = datagram.len().min(buffer.len());
        buffer[..length].copy_from_slice(&datagram[..length]);
        Ok(datagram.len())
    }

    fn wait(&self, attempt: u32) -> bool {
        attempt < 3
    }
}

fn exchange<F: Fn(&[Header]) -> Vec<Vec<u8>>>(answer: F) -> Exchange<Scripted<F>> {
    Exchange::new(Scripted { sent: RefCell::default(), inbox: RefCell::default(), answer })
}

fn message(kind: u16, flags: NlmF, sequence: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(MESSAGE + payload.len()).unwrap().to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(flags.bits().to_ne_bytes());
    bytes.extend(sequence.to_ne_bytes());
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

const MESSAGE: usize = crate::attribute::MESSAGE_HEADER;

fn outcome(sequence: u32, errno: i32) -> Vec<u8> {
    let mut payload = (-errno).to_ne_bytes().to_vec();
    payload.extend([0; 16]);
    message(2, NlmF::empty(), sequence, &payload)
}

fn done(sequence: u32, flags: NlmF) -> Vec<u8> {
    message(3, flags | NlmF::MULTI, sequence, &[0; 4])
}

fn entry(sequence: u32, flags: NlmF, byte: u8) -> Vec<u8> {
    message(FAMILY, flags | NlmF::MULTI, sequence, &[byte; 4])
}

/// `count` commands that differ.
fn commands(count: usize) -> Vec<Command> {
    let key = ServiceKey::Address { protocol: Protocol::TCP, address: IpAddr::from([10, 0, 0, 1]), port: 80 };
    let add = |port| Destination::new(IpAddr::from([10, 0, 0, 2]), port, Forwarding::Masquerade);
    (0..u16::try_from(count).unwrap()).map(|port| Command::AddDestination(key, add(port))).collect()
}

/// The kernel: a refusal for these, and success for those that ask for an acknowledgement.
fn kernel(refused: &'static [(usize, i32)]) -> impl Fn(&[Header]) -> Vec<Vec<u8>> {
    let seen = RefCell::new(0);
    move |headers| {
        let mut answers = Vec::new();
        for header in headers {
            let index = seen.replace_with(|seen| *seen + 1);
            let errno = refused.iter().find(|(i, _)| *i == index).map_or(0, |(_, errno)| *errno);
            if errno != 0 || header.flags & NlmF::ACK.bits() != 0 {
                answers.push(outcome(header.sequence, errno));
            }
        }
        answers
    }
}

#[test]
fn a_batch_is_one_send_and_one_acknowledgement() {
    for (count, sends) in [(0, 0), (1, 1), (63, 1), (64, 1), (65, 2), (200, 4)] {
        let mut exchange = exchange(kernel(&[]));
        let results = exchange.apply(FAMILY, &commands(count));
        assert_eq!((results.len(), results.iter().all(Result::is_ok)), (count, true));
        let sent = exchange.transport.sent.borrow();
        assert_eq!(sent.len(), sends, "{count}");
        for datagram in sent.iter() {
            let all: Vec<Header> = messages(datagram).map(|message| message.unwrap().0).collect();
            let asking = all.iter().filter(|header| header.flags & NlmF::ACK.bits() != 0).count();
            assert!(all.len() <= BATCH && asking == 1 && all.iter().all(|header| header.kind == FAMILY));
        }
    }
}

#[test]
fn each_command_has_its_own_result() {
    static REFUSED: [(usize, i32); 5] =
        [(0, libc::ESRCH), (63, libc::EEXIST), (64, libc::EEXIST), (70, libc::EINVAL), (99, libc::EPERM)];
    let results = exchange(kernel(&REFUSED)).apply(FAMILY, &commands(100));
    for (index, result) in results.iter().enumerate() {
        match (index, result) {
            (0, Err(Problem::NoSuchService)) | (63 | 64, Err(Problem::DestinationExists)) => {}
            (70, Err(Problem::Refused { errno: libc::EINVAL, text: Some(_) })) | (99, Err(Problem::Permission)) => {}
            (index, Ok(())) => assert!(!REFUSED.iter().any(|(i, _)| *i == index), "{index}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_sequence_that_wraps_is_no_matter() {
    static REFUSED: [(usize, i32); 1] = [(5, libc::EEXIST)];
    let mut exchange = exchange(kernel(&REFUSED));
    exchange.sequence = u32::MAX - 3;
    let results = exchange.apply(FAMILY, &commands(10));
    assert_eq!(results.iter().position(Result::is_err), Some(5));
    assert_eq!(results.iter().filter(|result| result.is_err()).count(), 1);
}

#[test]
fn without_the_last_acknowledgement_nobody_knows() {
    // The refusal of the second arrives, then nothing.
    let mut exchange = exchange(|headers: &[Header]| vec![outcome(headers[1].sequence, libc::EEXIST)]);
    let results = exchange.apply(FAMILY, &commands(3));
    let unknown = Err(Problem::Unanswered);
    assert_eq!(results, [unknown.clone(), Err(Problem::DestinationExists), unknown]);
}

#[test]
fn strangers_are_ignored() {
    let mut exchange = exchange(|headers: &[Header]| {
        let last = headers[headers.len() - 1].sequence;
        let noop = message(1, NlmF::empty(), last, &[]);
        vec![outcome(last.wrapping_add(77), libc::EPERM), noop, entry(last, NlmF::empty(), 1), outcome(last, 0)]
    });
    assert!(exchange.apply(FAMILY, &commands(2)).iter().all(Result::is_ok));
}

fn list<F: Fn(&[Header]) -> Vec<Vec<u8>>>(answer: F) -> (Result<bool, Problem>, Vec<u8>, usize) {
    let mut exchange = exchange(answer);
    let mut seen = Vec::new();
    let result = exchange.list(
        FAMILY,
        op::GET_SERVICE,
        |_| {},
        |payload| {
            seen.push(payload[0]);
            if payload[0] == 9 { Err(Malformed::Truncated) } else { Ok(()) }
        },
    );
    let left = exchange.transport.inbox.borrow().len();
    (result, seen, left)
}

#[test]
fn a_list_ends_with_done_and_says_whether_it_changed() {
    let none = NlmF::empty();
    let intr = NlmF::DUMP_INTR;
    for (flags, end, changed) in [(none, none, false), (intr, none, true), (none, intr, true)] {
        let (result, seen, _) = list(move |headers| {
            let sequence = headers[0].sequence;
            let first = [entry(sequence, none, 1), entry(sequence, flags, 2)].concat();
            vec![first, entry(sequence, none, 3), entry(sequence + 1, none, 8), done(sequence, end)]
        });
        assert_eq!((result, seen), (Ok(changed), vec![1, 2, 3]));
    }
}

#[test]
fn a_list_that_fails_leaves_nothing_behind() {
    let refused =
        list(|headers| vec![outcome(headers[0].sequence, libc::EPERM), entry(headers[0].sequence, NlmF::empty(), 1)]);
    assert_eq!(refused, (Err(Problem::Permission), vec![], 0));
    let late = list(|headers| {
        let sequence = headers[0].sequence;
        vec![entry(sequence, NlmF::empty(), 1), message(3, NlmF::MULTI, sequence, &(-libc::ENOMEM).to_ne_bytes())]
    });
    assert_eq!(late, (Err(Problem::Refused { errno: libc::ENOMEM, text: None }), vec![1], 0));
    let unreadable = list(|headers| {
        let sequence = headers[0].sequence;
        vec![entry(sequence, NlmF::empty(), 9), entry(sequence, NlmF::empty(), 1), done(sequence, NlmF::empty())]
    });
    assert_eq!(unreadable, (Err(Problem::Malformed(Malformed::Truncated)), vec![9], 0));
    let silent = list(|headers| vec![entry(headers[0].sequence, NlmF::empty(), 1)]);
    assert_eq!(silent, (Err(Problem::Unanswered), vec![1], 0));
    let too_long = list(|headers| vec![entry(headers[0].sequence, NlmF::empty(), 1).repeat(10_000)]);
    assert_eq!(too_long, (Err(Problem::Malformed(Malformed::Truncated)), vec![], 0));
}

#[test]
fn a_question_has_one_answer() {
    let ask =
        |answer: Vec<u8>| exchange(move |_: &[Header]| vec![answer.clone()]).ask(FAMILY, op::GET_INFO, |_| {}, info);
    let body = [15, 1, 0, 0, 8, 0, 1, 0, 1, 2, 1, 0, 8, 0, 2, 0, 0, 16, 0, 0];
    assert_eq!(ask(message(FAMILY, NlmF::empty(), 1, &body)).unwrap().table_size, 4096);
    assert_eq!(ask(outcome(1, libc::ENOENT)), Err(Problem::Gone));
    assert_eq!(ask(outcome(1, libc::ESRCH)), Err(Problem::NoSuchService));
    assert_eq!(ask(outcome(1, 0)), Err(Problem::Unanswered));
    assert!(matches!(ask(message(FAMILY, NlmF::empty(), 1, &[])), Err(Problem::Malformed(_))));
}

#[test]
fn a_socket_that_fails_says_so() {
    struct Broken;
    impl Transport for Broken {
        fn send(&self, _: &[u8]) -> io::Result<()> {
            Err(io::Error::from_raw_os_error(libc::ENOBUFS))
        }
        fn receive(&self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::WouldBlock.into())
        }
        fn wait(&self, _: u32) -> bool {
            false
        }
    }
    let results = Exchange::new(Broken).apply(FAMILY, &commands(2));
    assert_eq!(results, vec![Err(Problem::Socket { errno: libc::ENOBUFS }); 2]);
}

proptest! {
    #[test]
    fn garbage_never_panics_or_hangs(datagrams in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..100), 0..5)) {
        let answers = datagrams.clone();
        let results = exchange(move |_: &[Header]| answers.clone()).apply(FAMILY, &commands(3));
        prop_assert_eq!(results.len(), 3);
        let answers = datagrams.clone();
        let _ = exchange(move |_: &[Header]| answers.clone()).ask(FAMILY, op::GET_INFO, |_| {}, info);
        let (result, _, left) = list(move |_| datagrams.clone());
        prop_assert!(result.is_ok() || left == 0);
    }
}
