//! Command lines that go to both programs: what they leave behind must be the same.

/// Each group begins with an empty table, and its lines follow each other.
pub(crate) const GROUPS: &[&[&str]] = &[
    &["-A -t 10.0.0.1:80"],
    &["-At 10.0.0.1:80 -srr"],
    &["-A -t10.0.0.1:80 --scheduler=wrr"],
    &["--add-service --tcp-service 10.0.0.1:80 --scheduler lblc"],
    &["-A -t 10.0.0.1:http -s sed", "-D -t 10.0.0.1:80"],
    &["-A -t 10.1:80 -s nq"],
    &["-A -t localhost:80 -s dh"],
    &["-A -t 10.0.0.1:80 -p", "-E -t 10.0.0.1:80 -s rr -p 60 -M 255.255.0.0", "-E -t 10.0.0.1:80"],
    &[
        "-A -p -t 10.0.0.1:80",
        "-A -p 0200 -t 10.0.0.1:81",
        "-A -t 10.0.0.1:82 -p300",
        "-A -t 10.0.0.1:83 --persistent=7",
    ],
    &["-A -t 10.0.0.1:80 -p 2678400 -M 255.0.255.0", "-A -t 10.0.0.1:81 -M 255.255.255.0"],
    &["-A -t 10.0.0.1 -p", "-A -t 10.0.0.2:0 -p 5", "-A -u 10.0.0.1 -p 5"],
    &["-A -t [fd00::1]:80 -s rr -p -M 64", "-A -t fd00::1 -p", "-A -t ::1:80 -p", "-A -t [::ffff:1.2.3.4]:80"],
    &["-A -u 10.0.0.1:domain -o", "-A -f 3 --ops", "-A --sctp-service 10.0.0.1:2905 -s mh"],
    &["-A -f 7", "-A -f 7 -6", "-A -f 4294967295", "-A -f 010", "-A -f 9 --ipv6 -p -M 64", "-D -f 7 -6"],
    &[
        "-A -t 10.0.0.1:80 -s sh -b sh-port,sh-fallback",
        "-A -t 10.0.0.1:81 -s mh -b mh-port",
        "-A -t 10.0.0.1:82 -b flag-3",
    ],
    &["-A -u 10.0.0.1:5060 -p 60 --pe sip -b flag-1 -o -M 255.255.0.0", "-A -u 10.0.0.1:5061 --pe sip"],
    &[
        "-A -t 10.0.0.1:80 -s rr",
        "-a -t 10.0.0.1:80 -r 10.0.1.1",
        "-a -t 10.0.0.1:80 -r 10.0.1.2:81 -i -w 0",
        "-a -t 10.0.0.1:80 -r 10.0.1.3:81 -m -w 2147483647",
        "-a -r 10.0.1.4:80 -t 10.0.0.1:80 -m -x 10 -y 5",
        "-e -t 10.0.0.1:80 -r 10.0.1.1 -w 7 -x 9",
        "-e -t 10.0.0.1:80 -r 10.0.1.3:81 -m",
        "-d -t 10.0.0.1:80 -r 10.0.1.2",
        "-a -t 10.0.0.1:80 -r [fd00::5]:80 -i",
        "-a -t 10.0.0.1:80 -r fd00::6 -i",
        "-a -t 10.0.0.1:80 -r 127.0.0.1:80 -m",
    ],
    &[
        "-A -t 10.0.0.1:80",
        "-a -t 10.0.0.1:80 -r 10.0.1.1 -i --tun-type gue --tun-port 6080 --tun-nocsum",
        "-a -t 10.0.0.1:80 -r 10.0.1.2 --tun-csum --tun-port 6080 --tun-type gue -i",
        "-a -t 10.0.0.1:80 -r 10.0.1.3 -i --tun-type gue --tun-port 6080 --tun-remcsum",
        "-a -t 10.0.0.1:80 -r 10.0.1.4 -i --tun-type gre",
        "-a -t 10.0.0.1:80 -r 10.0.1.5 -i --tun-type gre --tun-csum",
        "-a -t 10.0.0.1:80 -r 10.0.1.6 -i --tun-type ipip",
    ],
    &["-A -f 7", "-a -f 7 -r 10.0.1.1", "-a -f 7 -r 10.0.1.1:http -m", "-a -f 7 -r [fd00::5]:80 -i", "-Z -f 7"],
    &["-A -t [fd00::1]:80", "-a -t [fd00::1]:80 -r 10.0.1.1 -i", "-a -t [fd00::1]:80 -r [fd00::2]:81 -m", "-Z"],
    &["-A -t 10.0.0.1:80", "-A -u 10.0.0.1:80", "-C", "-A -f 1"],
    &["--set 1000 50 60", "--set 0 7 0"],
    &["--start-daemon master --mcast-interface d0", "--start-daemon=backup --syncid=9 --mcast-interface=d0"],
    &[
        "--start-daemon backup --mcast-interface d0 --sync-maxlen 1100 --mcast-group 224.0.0.99 --mcast-port 9000 --mcast-ttl 5",
    ],
    &["--start-daemon master --mcast-interface d0 --mcast-group ff02::81", "--stop-daemon master --syncid 3"],
];

/// Stand before each line that is refused.
pub(crate) const GROUND: &[&str] = &["-A -t 10.0.0.1:80", "-a -t 10.0.0.1:80 -r 10.0.1.1", "-A -f 7"];

/// What both refuse: by its grammar, and by the kernel.
pub(crate) const REFUSED: &[&str] = &[
    "-A",
    "-A -t",
    "-A -t 10.0.0.1:81 extra",
    "-A -t 10.0.0.1:81 -t 10.0.0.2:80",
    "-A -t 10.0.0.1:81 -w 3",
    "-A -t 10.0.0.1:81 -D",
    "-A -t 10.0.0.1:81 --sched rr",
    "-A -t 10.0.0.1:0",
    "-A -t 10.0.0.1:99999",
    "-A -t 10.0.0.1:nosuch",
    "-A -t nohost:80",
    "-A -t 10.0.0.1:tftp",
    "-A --sctp-service 10.0.0.1:http",
    "-A -t 10.0.0.1:81 -p 0",
    "-A -t 10.0.0.1:81 -p -5",
    "-A -t [fd00::1]:81 -p -M 129",
    "-A -t 10.0.0.1:81 -o",
    "-A -t 10.0.0.1:81 -6",
    "-A -t 10.0.0.1:81 -s sh -b mh-port",
    "-A -t 10.0.0.1:81 -s nosuch",
    "-A -t 10.0.0.1:81 --pe nosuch",
    "-A -t 10.0.0.1:80",
    "-A -f 0",
    "-A -f 4294967296",
    "-E -t 10.0.0.9:80",
    "-D -t 10.0.0.9:80",
    "-D -t 10.0.0.1:80 -s rr",
    "-a -t 10.0.0.1:80",
    "-a -t 10.0.0.9:80 -r 10.0.1.9",
    "-a -t 10.0.0.1:80 -r 10.0.1.1",
    "-a -t 10.0.0.1:80 -r 224.0.0.1",
    "-a -t 10.0.0.1:80 -r [fd00::5]:80 -m",
    "-a -t 10.0.0.1:80 -r 10.0.1.9 -w -1",
    "-a -t 10.0.0.1:80 -r 10.0.1.9 -w 2147483648",
    "-a -t 10.0.0.1:80 -r 10.0.1.9 -x 5 -y 10",
    "-a -t 10.0.0.1:80 -r 10.0.1.9 -g -i",
    "-a -t 10.0.0.1:80 -r 10.0.1.9 -m --tun-type ipip",
    "-a -t 10.0.0.1:80 -r 10.0.1.9 -i --tun-type gue",
    "-a -t 10.0.0.1:80 -r 10.0.1.9 -i --tun-type gue --tun-port 0",
    "-a -t 10.0.0.1:80 -r 10.0.1.9 -i --tun-type gre --tun-port 7",
    "-a -t 10.0.0.1:80 -r 10.0.1.9 -i --tun-type bad",
    "-e -t 10.0.0.1:80 -r 10.0.1.9",
    "-d -t 10.0.0.1:80 -r 10.0.1.9",
    "-d -t 10.0.0.1:80 -r 10.0.1.1 -m",
    "-C -n",
    "-C foo",
    "-Z -n",
    "-Z -t 10.0.0.9:80",
    "-S -t 10.0.0.1:80",
    "-L -t 10.0.0.9:80",
    "-L -Z",
    "-Ln foo",
    "-Ln -n",
    "-Lc --timeout",
    "-Lc --stats",
    "-L --timeout -t 10.0.0.1:80",
    "-L -w 3",
    "--set 1 2",
    "--set 1 2 3 4",
    "--set x 2 3",
    "--start-daemon",
    "--start-daemon bad",
    "--start-daemon master --mcast-interface nosuch",
    "--start-daemon master --mcast-interface d0 --syncid 256",
    "--start-daemon master --mcast-interface d0 --mcast-group 10.0.0.1",
    "--stop-daemon master",
    "-n",
    "-q",
    "--nosuch",
];

/// A table with everything that can be listed. The order of addresses is one where ipvsadm's comparison goes round.
pub(crate) const TABLE: &str = "\
-A -t 10.0.0.1:80 -s rr
-a -t 10.0.0.1:80 -r 10.0.1.1:8080 -m -w 3
-a -t 10.0.0.1:80 -r [fd00:1234:5678:9abc:def0:1234:5678:9abc]:80 -i
-a -t 10.0.0.1:80 -r 192.168.1.1:8080 -m -x 10 -y 5
-a -t 10.0.0.1:80 -r 172.16.1.1:8080 -m
-a -t 10.0.0.1:80 -r 100.64.1.1:8080 -m
-a -t 10.0.0.1:80 -r 127.0.0.1:80 -m
-A -t 10.0.0.2:80 -s wlc -p 300 -M 255.255.255.0
-a -t 10.0.0.2:80 -r 10.0.1.2
-A -t [fd00::3]:80 -s sh -b sh-port
-a -t [fd00::3]:80 -r [fd00::9]:80 -i --tun-type gue --tun-port 6080
-a -t [fd00::3]:80 -r [fe00::7]:80 -i --tun-type gue --tun-port 6080 --tun-csum
-a -t [fd00::3]:80 -r [1000::7]:80 -i --tun-type gue --tun-port 6080 --tun-remcsum
-a -t [fd00::3]:80 -r 10.0.1.2:80 -i --tun-type gre
-a -t [fd00::3]:80 -r 192.168.1.2:80 -i --tun-type gre --tun-csum
-a -t [fd00::3]:80 -r [fd00::2]:80
-A -t 192.168.0.1:80
-A -t 100.64.0.1:80
-A -t 200.64.0.1:80 -s mh -b mh-port,mh-fallback -p 10
-A -t [1000::a]:80 -s rr -p 10 -M 64
-A -u 10.0.0.1:5060 -s rr -p 60 --pe sip -b flag-1 -o -M 255.255.0.0
-A -u 10.0.0.2:53 -o
-A --sctp-service 10.0.0.1:2905
-A -f 1 -o
-a -f 1 -r 10.0.1.1
-a -f 1 -r 10.0.1.1:80
-A -f 7 -6 -p 10 -M 64
-A -f 2147483648
-A -f 3000000000
";

/// Who has which name while things are listed with names.
pub(crate) const HOSTS: &str = "\
127.0.0.1 localhost
10.0.0.1 vip.example.com vip
10.0.1.1 web1
10.0.1.2 a-long-name-of-a-host.example.com
fd00::3 vip6
";

/// What both print alike.
pub(crate) const LISTINGS: &[&str] = &[
    "",
    "-L",
    "-ln",
    "-Ln --stats",
    "-Ln --stats --exact",
    "-Ln --rate",
    "-Ln --rate --exact",
    "-Ln --thresholds",
    "-Ln --persistent-conn",
    "-Ln --tun-info",
    "-L --tun-info",
    "-L --stats",
    "-Ln --nosort",
    "-L --nosort --sort",
    "-Ln --rate --stats",
    "-Ln --tun-info --thresholds --persistent-conn",
    "-L -t vip:http",
    "-Ln -t [fd00::3]:80 --tun-info",
    "-Ln -f 7 -6",
    "-Ln -f 1 --stats",
    "-S",
    "-Sn",
    "-Lc",
    "-Lnc",
    "-Lnc --persistent-conn",
    "-L --timeout",
];
