//! Configurations, and the IPVS table that each leaves: what `ipvsadm -Sn` prints, in any order.

/// One configuration.
pub(crate) struct Case {
    /// What it is about.
    pub(crate) name: &'static str,
    /// Lines of `ipvsadm-restore` for what is there before the daemon.
    pub(crate) before: &'static str,
    /// The configuration.
    pub(crate) config: &'static str,
    /// What `ipvsadm -Sn` prints.
    pub(crate) table: &'static str,
    /// What `ipvsadm -Ln --timeout` and `-Ln --daemon` print, and thresholds of servers that have some.
    pub(crate) settings: &'static str,
}

const TIMEOUTS: &str = "Timeout (tcp tcpfin udp): 900 120 300";

const fn case(name: &'static str, config: &'static str, table: &'static str) -> Case {
    Case { name, before: "", config, table, settings: TIMEOUTS }
}

/// Checks that end soon.
const QUICK: &str = "delay_loop 1\n retry 1\n delay_before_retry 1\n connect_timeout 1\n warmup 0\n";

/// `QUICK` for the word in a configuration.
pub(crate) fn complete(config: &str) -> String {
    config.replace("QUICK", QUICK)
}

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "forwarding methods, tunnels, weights and thresholds",
        before: "",
        config: "virtual_server 10.7.0.1 80 {
 protocol TCP
 lvs_sched wrr
 lvs_method NAT
 real_server 10.2.0.1 8080 { weight 3 }
 real_server 10.2.0.2 80 {
  weight 0
  lvs_method DR
 }
 real_server 10.2.0.3 80 {
  lvs_method TUN
  uthreshold 100
  lthreshold 50
 }
 real_server 10.2.0.4 80 {
  lvs_method TUN type gue port 6080 csum
 }
 real_server 10.2.0.5 80 {
  lvs_method TUN type gre csum
 }
}",
        table: "-A -t 10.7.0.1:80 -s wrr
-a -t 10.7.0.1:80 -r 10.2.0.1:8080 -m -w 3
-a -t 10.7.0.1:80 -r 10.2.0.2:80 -g -w 0
-a -t 10.7.0.1:80 -r 10.2.0.3:80 -i -w 1 --tun-type ipip
-a -t 10.7.0.1:80 -r 10.2.0.4:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum
-a -t 10.7.0.1:80 -r 10.2.0.5:80 -i -w 1 --tun-type gre --tun-csum",
        settings: "Timeout (tcp tcpfin udp): 900 120 300\n10.2.0.3:80 100 50",
    },
    case(
        "IPv6, and tunnels that carry the other family",
        "virtual_server fd00:7::1 80 {
 protocol TCP
 lvs_sched lc
 lvs_method TUN
 real_server 10.2.0.1 80 { }
 real_server fd00:2::2 80 { }
}
virtual_server fwmark 6 {
 ip_family inet6
 lvs_sched rr
 lvs_method TUN
 real_server 10.2.0.3 0 { }
}",
        "-A -t [fd00:7::1]:80 -s lc
-a -t [fd00:7::1]:80 -r 10.2.0.1:80 -i -w 1 --tun-type ipip
-a -t [fd00:7::1]:80 -r [fd00:2::2]:80 -i -w 1 --tun-type ipip
-A -f 6 -6 -s rr
-a -f 6 -6 -r 10.2.0.3:0 -i -w 1 --tun-type ipip",
    ),
    case(
        "a group: a range over an octet and a mark; every protocol",
        "virtual_server_group WEB {
 10.7.0.254-10.7.1.1 80
 fwmark 9
}
virtual_server group WEB {
 protocol TCP
 lvs_sched rr
 lvs_method DR
 real_server 10.2.0.1 80 { }
}
virtual_server 10.7.2.1 53 {
 protocol UDP
 lvs_sched rr
 lvs_method NAT
 ops
 real_server 10.2.0.1 53 { }
}
virtual_server 10.7.2.1 53 {
 protocol SCTP
 lvs_sched rr
 lvs_method NAT
 real_server 10.2.0.1 53 { }
}",
        "-A -t 10.7.0.254:80 -s rr
-a -t 10.7.0.254:80 -r 10.2.0.1:80 -g -w 1
-A -t 10.7.0.255:80 -s rr
-a -t 10.7.0.255:80 -r 10.2.0.1:80 -g -w 1
-A -t 10.7.1.0:80 -s rr
-a -t 10.7.1.0:80 -r 10.2.0.1:80 -g -w 1
-A -t 10.7.1.1:80 -s rr
-a -t 10.7.1.1:80 -r 10.2.0.1:80 -g -w 1
-A -f 9 -s rr
-a -f 9 -r 10.2.0.1:0 -g -w 1
-A -u 10.7.2.1:53 -s rr -o
-a -u 10.7.2.1:53 -r 10.2.0.1:53 -m -w 1
-A --sctp-service 10.7.2.1:53 -s rr
-a --sctp-service 10.7.2.1:53 -r 10.2.0.1:53 -m -w 1",
    ),
    case(
        "persistence and flags of schedulers",
        "virtual_server 10.7.0.1 80 {
 protocol TCP
 lvs_sched sh
 sh-port
 sh-fallback
 lvs_method NAT
 persistence_timeout 90
 persistence_granularity 255.255.255.0
 real_server 10.2.0.1 80 { }
}
virtual_server 10.7.0.1 5060 {
 protocol UDP
 lvs_sched mh
 mh-port
 lvs_method NAT
 persistence_engine sip
 persistence_timeout 60
 real_server 10.2.0.1 5060 { }
}",
        "-A -t 10.7.0.1:80 -s sh -p 90 -M 255.255.255.0 -b sh-fallback,sh-port
-a -t 10.7.0.1:80 -r 10.2.0.1:80 -m -w 1
-A -u 10.7.0.1:5060 -s mh -p 60 --pe sip -b mh-port
-a -u 10.7.0.1:5060 -r 10.2.0.1:5060 -m -w 1",
    ),
    case(
        "a lost quorum: the sorry server serves, inhibited servers stay with weight 0",
        "virtual_server 10.7.0.1 80 {
 protocol TCP
 lvs_sched rr
 lvs_method NAT
 QUICK
 quorum 2
 hysteresis 1
 sorry_server 10.2.0.9 80
 sorry_server_lvs_method DR
 real_server 10.2.0.1 1 {
  inhibit_on_failure
  TCP_CHECK { }
 }
 real_server 10.2.0.2 8080 {
  TCP_CHECK { }
 }
}",
        "-A -t 10.7.0.1:80 -s rr
-a -t 10.7.0.1:80 -r 10.2.0.1:1 -m -w 0
-a -t 10.7.0.1:80 -r 10.2.0.9:80 -g -w 1",
    ),
    case(
        "checks of every kind, one that passes and one that fails",
        "track_file load {
 file /run/load
 weight 1
}
virtual_server 10.7.0.1 80 {
 protocol TCP
 lvs_sched rr
 lvs_method NAT
 QUICK
 real_server 10.2.0.1 8080 { HTTP_GET {
  url {
   path /
   status_code 200
  }
 } }
 real_server 10.2.0.2 8080 { HTTP_GET {
  url {
   path /missing
   status_code 200
  }
 } }
 real_server 10.2.0.3 2525 { SMTP_CHECK { } }
 real_server 10.2.0.4 1 { SMTP_CHECK { } }
 real_server 10.2.0.5 5300 { DNS_CHECK { name example.org } }
 real_server 10.2.0.6 1 { DNS_CHECK { name example.org } }
 real_server 10.2.0.7 5300 { UDP_CHECK { require_reply } }
 real_server 10.2.0.8 1 { UDP_CHECK { } }
 real_server 10.2.0.9 1 { PING_CHECK { } }
 real_server 10.2.0.250 1 { PING_CHECK { } }
 real_server 10.2.0.10 1 { MISC_CHECK { misc_path /bin/true } }
 real_server 10.2.0.11 1 { MISC_CHECK { misc_path /bin/false } }
 real_server 10.2.0.12 1 { MISC_CHECK {
  misc_path \"/bin/sh -c 'exit 7'\"
  misc_dynamic
 } }
 real_server 10.2.0.13 1 { FILE_CHECK { track_file load } }
}",
        "-A -t 10.7.0.1:80 -s rr
-a -t 10.7.0.1:80 -r 10.2.0.1:8080 -m -w 1
-a -t 10.7.0.1:80 -r 10.2.0.3:2525 -m -w 1
-a -t 10.7.0.1:80 -r 10.2.0.5:5300 -m -w 1
-a -t 10.7.0.1:80 -r 10.2.0.7:5300 -m -w 1
-a -t 10.7.0.1:80 -r 10.2.0.9:1 -m -w 1
-a -t 10.7.0.1:80 -r 10.2.0.10:1 -m -w 1
-a -t 10.7.0.1:80 -r 10.2.0.12:1 -m -w 5
-a -t 10.7.0.1:80 -r 10.2.0.13:1 -m -w 4",
    ),
    Case {
        name: "timeouts, synchronisation and an emptied table",
        before: "-A -t 10.8.8.8:80 -s rr\n",
        config: "global_defs {
 lvs_flush
 lvs_timeouts tcp 600 tcpfin 60 udp 30
 lvs_sync_daemon lan0 id 7 maxlen 1400 port 8850 ttl 2 group 239.1.2.3
}
virtual_server 10.7.0.1 80 {
 protocol TCP
 lvs_sched rr
 lvs_method NAT
 real_server 10.2.0.1 80 { }
}",
        table: "-A -t 10.7.0.1:80 -s rr
-a -t 10.7.0.1:80 -r 10.2.0.1:80 -m -w 1",
        settings: "Timeout (tcp tcpfin udp): 600 60 30
backup sync daemon (mcast=lan0, syncid=7, maxlen=1400, group=239.1.2.3, port=8850, ttl=2)
master sync daemon (mcast=lan0, syncid=7, maxlen=1400, group=239.1.2.3, port=8850, ttl=2)",
    },
    Case {
        name: "what others put into the table stays",
        before: "-A -t 10.8.8.8:80 -s rr\n",
        config: "virtual_server 10.7.0.1 80 {
 protocol TCP
 lvs_sched rr
 lvs_method NAT
 real_server 10.2.0.1 80 { }
}",
        table: "-A -t 10.7.0.1:80 -s rr
-a -t 10.7.0.1:80 -r 10.2.0.1:80 -m -w 1
-A -t 10.8.8.8:80 -s rr",
        settings: TIMEOUTS,
    },
];
