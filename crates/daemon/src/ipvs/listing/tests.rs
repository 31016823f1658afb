//! Listings as ipvsadm 1.31 prints them.
use super::super::testing::Town;
use super::*;
use evenkeel_ipvs::{Connections, Counters, Name, Rates};

const PLAIN: TableView = TableView { only: None, columns: Columns::Plain, exact: false, sorted: true, marked: false };
const NUMBERS: Printer<'_> = Printer { names: None };

fn key(protocol: Protocol, address: &str, port: u16) -> ServiceKey {
    ServiceKey::Address { protocol, address: address.parse().unwrap(), port }
}

fn block(service: Service, servers: &[Destination]) -> Block {
    let stats = Stats {
        total: Counters {
            connections: 99_999_999,
            packets_in: 100_000_000,
            packets_out: 1_000_000_000,
            bytes_in: 100_000_000_000,
            bytes_out: 100_000_000_000_000,
        },
        rates: Rates {
            connections: 1,
            packets_in: 999_999_999,
            packets_out: 99_999_999_999,
            bytes_in: 99_999_999_999_999,
            bytes_out: u64::MAX,
        },
    };
    let connections = Connections { active: 3, inactive: 44, persistent: 5 };
    let entry = |server: &Destination| DestinationEntry { connections, stats, ..DestinationEntry::new(*server) };
    Block {
        entry: ServiceEntry { stats, ..ServiceEntry::new(service) },
        destinations: servers.iter().map(entry).collect(),
    }
}

fn blocks() -> Vec<Block> {
    let new = |key, scheduler| Service::new(key, Name::new(scheduler).unwrap());
    let server = |address: &str, port, forwarding| Destination::new(address.parse().unwrap(), port, forwarding);
    let gue = |flags| Forwarding::Tunnel(Tunnel::Gue { port: 6080, flags });
    let mask = |family, length| Netmask::prefix(family, length).unwrap();
    let persistent = |service: Service, length| {
        let family = service.key().family();
        service.with_persistence(300, mask(family, length)).unwrap()
    };
    vec![
        block(
            new(key(Protocol::TCP, "10.0.0.1", 80), "rr"),
            &[
                Destination { weight: 3, ..server("10.0.1.1", 8080, Forwarding::Masquerade) },
                Destination {
                    upper_threshold: 10,
                    lower_threshold: 5,
                    ..server("10.0.1.2", 80, Forwarding::DirectRoute)
                },
                server("10.0.1.3", 80, Forwarding::Tunnel(Tunnel::Ipip)),
                server("10.0.1.4", 80, gue(TunnelFlags::CHECKSUM)),
                server("10.0.1.5", 80, gue(TunnelFlags::REMOTE_CHECKSUM)),
                server("10.0.1.6", 80, Forwarding::Tunnel(Tunnel::Gre { flags: TunnelFlags::NONE })),
                server("fd00:1234:5678:9abc:def0:1234:5678:9abc", 80, Forwarding::Tunnel(Tunnel::Ipip)),
            ],
        ),
        block(persistent(new(key(Protocol::TCP, "10.0.0.1", 443), "sh"), 24).with_flags(Flags::SCHEDULER_2), &[]),
        block(
            persistent(new(key(Protocol::UDP, "10.0.0.1", 53), "rr"), 32)
                .with_engine(Name::new("sip").unwrap())
                .with_flags(Flags::ONE_PACKET | Flags::SCHEDULER_1 | Flags::SCHEDULER_3),
            &[],
        ),
        block(new(key(Protocol::SCTP, "fd00::1", 80), "wlc"), &[]),
        block(persistent(new(ServiceKey::fwmark(7, Family::V6).unwrap(), "mh"), 64), &[]),
        block(
            new(ServiceKey::fwmark(u32::MAX, Family::V4).unwrap(), "wlc"),
            &[server("10.0.1.1", 80, Forwarding::Local)],
        ),
    ]
}

fn listed(columns: Columns) -> String {
    table(None, &blocks(), TableView { columns, ..PLAIN }, NUMBERS, None)
}

#[test]
fn plain() {
    let info = Info { version: 0x0001_0201, table_size: 4096 };
    let expected = "\
IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.0.0.1:80 rr
  -> 10.0.1.1:8080                Masq    3      3          44        |
  -> 10.0.1.2:80                  Route   1      3          44        |
  -> 10.0.1.3:80                  Tunnel  1      3          44        |
  -> 10.0.1.4:80                  Tunnel  1      3          44        |
  -> 10.0.1.5:80                  Tunnel  1      3          44        |
  -> 10.0.1.6:80                  Tunnel  1      3          44        |
  -> [fd00:1234:5678:9abc:def0:1234:5678:9abc]:80 Tunnel  1      3          44        |
TCP  10.0.0.1:443 sh (sh-port) persistent 300 mask 255.255.255.0
UDP  10.0.0.1:53 rr (flag-1,flag-3) persistent 300 pe sip ops
SCTP [fd00::1]:80 wlc
FWM  7 IPv6 mh persistent 300 mask 64
FWM  -1 wlc
  -> 10.0.1.1:80                  Local   1      3          44        |
";
    assert_eq!(table(Some(info), &blocks(), PLAIN, NUMBERS, None), expected.replace('|', ""));
}

#[test]
fn every_kind_of_columns() {
    for (columns, lines) in [
        (
            Columns::Stats,
            "Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
  -> RemoteAddress:Port
TCP  10.0.0.1:80                  99999999  100000K    1000M     100G     100T
  -> 10.0.1.1:8080                99999999  100000K    1000M     100G     100T
",
        ),
        (
            Columns::Rate,
            "Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS
  -> RemoteAddress:Port
TCP  10.0.0.1:80                         1  999999K   99999M   99999G18446744T
  -> 10.0.1.1:8080                       1  999999K   99999M   99999G18446744T
",
        ),
        (
            Columns::Thresholds,
            "Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn |
  -> RemoteAddress:Port
TCP  10.0.0.1:80 rr
  -> 10.0.1.1:8080                0          0          3          44        |
  -> 10.0.1.2:80                  10         5          3          44        |
",
        ),
        (
            Columns::Persistent,
            "Prot LocalAddress:Port            Weight    PersistConn ActiveConn InActConn |
  -> RemoteAddress:Port
TCP  10.0.0.1:80 rr
  -> 10.0.1.1:8080                3         5           3          44        |
",
        ),
        (
            Columns::Tunnel,
            "Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward TunnelInfo    Weight ActiveConn InActConn
TCP  10.0.0.1:80 rr
  -> 10.0.1.1:8080                Masq    n/a           3      3          44        |
  -> 10.0.1.2:80                  Route   n/a           1      3          44        |
  -> 10.0.1.3:80                  Tunnel  ipip          1      3          44        |
  -> 10.0.1.4:80                  Tunnel  gue:6080:+c   1      3          44        |
  -> 10.0.1.5:80                  Tunnel  gue:6080:r+c  1      3          44        |
  -> 10.0.1.6:80                  Tunnel  gre:-c        1      3          44        |
",
        ),
    ] {
        let text = listed(columns);
        assert!(text.starts_with(&lines.replace('|', "")), "{text}");
    }
    let exact = table(None, &blocks(), TableView { columns: Columns::Stats, exact: true, ..PLAIN }, NUMBERS, None);
    let line = "TCP  10.0.0.1:80                  99999999 100000000 1000000000 100000000000 100000000000000\n";
    assert!(exact.contains(line), "{exact}");
}

#[test]
fn with_names_and_marks() {
    let owned: Owned = [key(Protocol::TCP, "10.0.0.1", 80)].into_iter().collect();
    let text = table(None, &blocks(), PLAIN, Printer { names: Some(&Town) }, Some(&owned));
    for line in [
        "TCP  vip:http rr *\n",
        "  -> web1:8080                    Masq    3      3          44         *\n",
        "  -> averyveryveryverylonghostnam Route   1      3          44         *\n",
        "UDP  vip:domain rr (flag-1,flag-3) persistent 300 pe sip ops\n",
        "  -> web1:80                      Local   1      3          44        \n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    assert!(text.ends_with("* belongs to the running daemon\n"));
    assert!(!table(None, &blocks(), PLAIN, NUMBERS, Some(&Owned::default())).contains('*'));
}

#[test]
fn timeouts_and_daemons() {
    use evenkeel_ipvs::{SyncDaemon, SyncRole};
    assert_eq!(timeouts(Timeouts { tcp: 900, tcp_fin: 120, udp: 300 }), "Timeout (tcp tcpfin udp): 900 120 300\n");
    let old = SyncDaemon::new(SyncRole::Master, Name::new("d0").unwrap(), 5);
    let new = SyncDaemon {
        role: SyncRole::Backup,
        max_length: Some(1472),
        group: Some("224.0.0.81".parse().unwrap()),
        port: Some(8848),
        ttl: Some(1),
        ..old.clone()
    };
    let expected = "\
master sync daemon (mcast=d0, syncid=5)
backup sync daemon (mcast=d0, syncid=5, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)
";
    assert_eq!(daemons(&[old, new]), expected);
}
