//! Connections as ipvsadm 1.31 prints them.
use super::super::testing::Town;
use super::*;
use evenkeel_ipvs::ConnectionTable;

const TABLE: &str = "\
Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
UDP 0A000001 EC3B 0A000001 0035 0A000101 14E9 UDP             299
IP  0A000001 0000 00000007 0000 0A000101 0000 NONE             49
UDP 0A000001 0000 0A000001 13C4 0A000101 13C4 NONE             59 sip abc123@host
TCP 0A000001 E3E0 0A000001 0050 0A000101 1F90 ESTABLISHED     899
SCTP 0A000001 AE59 0A000001 0050 0A000101 1F90 REJECTED          3
TCP fd00:0000:0000:0000:0000:0000:0000:0001 9AB4 fd00:0000:0000:0000:0000:0000:0000:0001 0050 fd00:0000:0000:0000:0000:0000:0000:0002 1F90 ESTABLISHED     7899
";

fn printed(view: ConnectionView, printer: Printer<'_>) -> String {
    let mut out = Vec::new();
    assert!(print(ConnectionTable::new(TABLE.as_bytes()), view, printer, &mut out).is_ok());
    String::from_utf8(out).unwrap()
}

#[test]
fn in_the_columns_of_ipvsadm() {
    let numbers = Printer { names: None };
    let expected = "\
IPVS connection entries
pro expire state       source             virtual            destination
UDP 04:59  UDP         10.0.0.1:60475     10.0.0.1:53        10.0.1.1:5353
IP  00:49  NONE        10.0.0.1:0         0.0.0.7:0          10.0.1.1:0
UDP 00:59  NONE        10.0.0.1:0         10.0.0.1:5060      10.0.1.1:5060
TCP 14:59  ESTABLISHED 10.0.0.1:58336     10.0.0.1:80        10.0.1.1:8080
SCTP 00:03  REJECTED    10.0.0.1:44633     10.0.0.1:80        10.0.1.1:8080
TCP 131:39 ESTABLISHED [fd00::1]:39604    [fd00::1]:80       [fd00::2]:8080
";
    assert_eq!(printed(ConnectionView::Plain, numbers), expected);
    let with_engine = printed(ConnectionView::Engine, numbers);
    assert!(with_engine.contains("virtual            destination        pe name          pe_data\n"));
    let sip = "UDP 00:59  NONE        10.0.0.1:0         10.0.0.1:5060      10.0.1.1:5060    sip                abc123@host\n";
    assert!(with_engine.contains(sip), "{with_engine}");
    let named = printed(ConnectionView::Plain, Printer { names: Some(&Town) });
    assert!(named.contains("UDP 04:59  UDP         vip:60475          vip:domain         web1:5353\n"), "{named}");
    assert!(named.contains("TCP 14:59  ESTABLISHED vip:58336          vip:http           web1:8080\n"), "{named}");
}

#[test]
fn with_their_origin() {
    let table = "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Origin Expires\n\
                 TCP 0A000001 D668 0A000001 22B8 0A000101 22B8 CLOSE       SYNC         9\n";
    let mut out = Vec::new();
    let printer = Printer { names: None };
    assert!(print(ConnectionTable::with_origin(table.as_bytes()), ConnectionView::Origin, printer, &mut out).is_ok());
    let text = String::from_utf8(out).unwrap();
    assert!(text.ends_with("10.0.0.1:54888     10.0.0.1:8888      10.0.1.1:8888      sync\n"), "{text}");
}

#[test]
fn as_json() {
    let mut out = Vec::new();
    assert!(print_json(ConnectionTable::new(TABLE.as_bytes()), &mut out).is_ok());
    let list: Vec<Value> = serde_json::from_slice(&out).unwrap();
    assert_eq!(list.len(), 6);
    assert_eq!(list[1]["fwmark"], 7);
    assert_eq!((&list[2]["engine"], &list[2]["engine_data"]), (&"sip".into(), &"abc123@host".into()));
    assert_eq!((&list[5]["client"], &list[5]["expires_seconds"]), (&"[fd00::1]:39604".into(), &7899.into()));
    let mut empty = Vec::new();
    assert!(print_json(ConnectionTable::new(&b""[..]), &mut empty).is_ok());
    assert_eq!(empty, b"[]\n");
}

#[test]
fn a_line_that_is_not_understood_is_told_behind_the_others() {
    let table = TABLE.replace("IP  0A000001", "IP  X");
    let mut out = Vec::new();
    let printed =
        print(ConnectionTable::new(table.as_bytes()), ConnectionView::Plain, Printer { names: None }, &mut out);
    assert!(matches!(printed, Err(Broken::Table(ConnectionError::Line(3)))));
    assert_eq!(String::from_utf8(out).unwrap().lines().count(), 7);
}
