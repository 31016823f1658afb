//! Tables as Linux 6.1 prints them, and text that it never would.
use super::*;
use proptest::prelude::*;

const HEADING: &str = "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n";

fn read(text: &str) -> Vec<Result<Connection, String>> {
    ConnectionTable::new(text.as_bytes()).map(|entry| entry.map_err(|error| error.to_string())).collect()
}

fn one(line: &str) -> Connection {
    read(&format!("{HEADING}{line}\n")).remove(0).unwrap()
}

#[test]
fn every_kind_of_entry() {
    let plain = one("TCP 0A000001 88C6 0A000001 0051 0A000101 1F90 ESTABLISHED     899");
    let expected = Connection {
        protocol: Protocol::TCP,
        client: "10.0.0.1:35014".parse().unwrap(),
        service: "10.0.0.1:81".parse().unwrap(),
        destination: "10.0.1.1:8080".parse().unwrap(),
        state: "ESTABLISHED".to_owned(),
        expires: 899,
        origin: None,
        engine: None,
    };
    assert_eq!(plain, expected);
    assert_eq!(plain.mark(), None);

    let marked = one("IP  0A000001 0000 00000007 0000 0A000101 0000 NONE             49");
    assert_eq!((marked.protocol, marked.mark().map(NonZeroU32::get)), (Protocol(0), Some(7)));
    let marked = one("IP  fd00:0000:0000:0000:0000:0000:0000:0001 0000 0000:0007:0000:0000:0000:0000:0000:0000 0000 \
                      fd00:0000:0000:0000:0000:0000:0000:0002 0000 NONE             49");
    assert_eq!(marked.mark().map(NonZeroU32::get), Some(7));

    let sip = one("UDP 0A000001 0000 0A000001 13C4 0A000101 13C4 NONE             59 sip abc123@host");
    let engine = sip.engine.unwrap();
    assert_eq!((engine.engine.as_str(), engine.data.as_str()), ("sip", "abc123@host"));

    let mixed = one("SCTP 0A000001 9AB4 0A000001 0050 fd00:0000:0000:0000:0000:0000:0000:0002 1F90 REJECTED       3");
    assert_eq!(mixed.destination, "[fd00::2]:8080".parse().unwrap());
    assert_eq!(one("IP_50 0A000001 0000 0A000001 0000 0A000101 0000 NONE 1").protocol, Protocol(50));
}

#[test]
fn the_other_table_tells_the_origin() {
    let text = "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Origin Expires\n\
                TCP 0A000001 D668 0A000001 22B8 0A000101 22B8 CLOSE       LOCAL        9\n\
                TCP 0A000001 D668 0A000001 22B8 0A000101 22B8 CLOSE       SYNC         9\n\
                TCP 0A000001 D668 0A000001 22B8 0A000101 22B8 CLOSE       ELSEWHERE    9\n";
    let origins: Vec<_> =
        ConnectionTable::with_origin(text.as_bytes()).map(|entry| entry.ok().and_then(|c| c.origin)).collect();
    assert_eq!(origins, [Some(Origin::Local), Some(Origin::Sync), None]);
}

#[test]
fn a_bad_line_is_named_and_the_next_one_read() {
    let good = "TCP 0A000001 88C6 0A000001 0051 0A000101 1F90 ESTABLISHED     899\n";
    let endless = "x".repeat(100_000);
    for bad in
        ["TCP", "TCP 0A000001 88C6 0A000001 0051 0A000101 1F90 NONE x", "TCP g 1 g 1 g 1 NONE 1", "\u{1}", &endless]
    {
        let entries = read(&format!("{HEADING}{good}{bad}\n{good}"));
        assert_eq!(entries.len(), 3, "{bad:.40}");
        assert_eq!(entries[1], Err("IPVS connection table: line 3 not understood".to_owned()), "{bad:.40}");
        assert!(entries[2].is_ok());
    }
    assert_eq!(read(""), []);
    assert_eq!(read(HEADING), []);
}

#[test]
fn a_failure_to_read_ends_it() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::from_raw_os_error(libc::EIO))
        }
    }
    let mut table = ConnectionTable::new(BufReader::new(Broken));
    assert!(matches!(table.next(), Some(Err(ConnectionError::Io(_)))));
    assert!(table.next().is_none());
}

proptest! {
    #[test]
    fn any_text_is_read_to_its_end(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
        prop_assert!(ConnectionTable::new(bytes.as_slice()).count() <= lines + 1);
    }

    #[test]
    fn what_is_printed_is_read(client: u32, port: u16, state in "[A-Z_]{1,11}", expires: u32) {
        let line = format!("TCP {client:08X} {port:04X} 0A000001 0050 0A000101 1F90 {state:<11} {expires:>7}");
        let entry = one(&line);
        prop_assert_eq!(entry.client, SocketAddr::new(Ipv4Addr::from(client).into(), port));
        prop_assert_eq!((entry.state, entry.expires), (state, expires));
    }
}
