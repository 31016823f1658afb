//! Rows of virtual servers, real servers and their checks; data only.
use super::{Args, Family, key, option, value};

rows! {
    /// Words of `SSL`.
    SSL:
    key("password", Args::Text).error().replaces().usage("TEXT").by("none").means("password of the key").wired();
    key("ca", Args::Text).error().replaces().usage("PATH").by("none").means("file with the authorities").wired();
    key("certificate", Args::Text).error().replaces().usage("PATH").by("none")
        .means("file with the client certificate").wired();
    key("key", Args::Text).error().replaces().usage("PATH").by("none").means("file with the client key").wired();
}

rows! {
    /// Words in a line of `virtual_server_group`.
    GROUP:
    value("<address>", Args::Own).usage("ADDR[-END|-LASTPART|/MASK] [PORT]")
        .means("an address, a range or a network").wired();
    value("<port>", Args::Own).usage("INT 0..65535").by("none (0)")
        .means("the port; 0 is every port and needs persistence").wired();
    option("fwmark", Args::Own).usage("INT [inet|inet6]").means("packets that carry a mark").wired();
}

rows! {
    /// Words behind a mark.
    MARK:
    option("inet", Args::Ignored).by("from the servers").means("IPv4 packets with the mark").wired();
    option("inet6", Args::Ignored).by("from the servers").means("IPv6 packets with the mark").wired();
}

rows! {
    /// Words of `virtual_server`.
    VIRTUAL:
    key("ip_family", Args::Word(&["inet", "inet6"])).fatal().by("from the address or servers")
        .means("family of a service that is chosen by mark").wired();
    key("retry", Args::Int { min: 1, max: 4_294_967_295 }).strict().fatal().by("check type: 1; MISC_CHECK 0; DNS_CHECK 3")
        .means("repeats before a failing check counts, unless said further in").wired();
    key("delay_before_retry", Args::Decimal { min: 0, max: 4_294_967_295, places: 6 }).fatal().by("check type: 1 s; HTTP_GET/SSL_GET 3 s; DNS_CHECK delay_loop").of("s")
        .means("pause before a repeat, unless said further in").wired();
    key("warmup", Args::Decimal { min: 0, max: 4_294_967_295, places: 6 }).fatal().by("delay_loop").of("s")
        .means("spread of the first checks, unless said further in").wired();
    key("connect_timeout", Args::Decimal { min: 1, max: 4_294_967_295, places: 6 }).fatal().by("5").of("s")
        .means("patience of checks, unless said further in").wired();
    key("delay_loop", Args::Decimal { min: 1, max: 4_294_967_295, places: 6 }).fatal().by("60").of("s")
        .means("time between checks, unless said further in").wired();
    key("inhibit_on_failure", Args::Ignored).by("off")
        .means("failed servers stay with weight 0, unless said further in").wired();
    key("lvs_sched", Args::Word(&["rr", "wrr", "lc", "wlc", "lblc", "sh", "mh", "dh", "fo", "ovf", "lblcr", "sed", "nq", "twos"])).fatal().also(&["lb_algo"]).by("wlc (with an error)")
        .means("who gets the next connection").wired();
    key("lb_algo", Args::Word(&["rr", "wrr", "lc", "wlc", "lblc", "sh", "mh", "dh", "fo", "ovf", "lblcr", "sed", "nq", "twos"])).fatal().also(&["lvs_sched"]).by("wlc (with an error)")
        .means("another word for lvs_sched").wired();
    key("hashed", Args::Ignored).means("nothing in keepalived 2.4.3").unprinted().wired();
    key("ops", Args::Ignored).by("off").means("each UDP packet is balanced by itself").wired();
    key("flag-1", Args::Ignored).by("off").means("first flag of the scheduler").wired();
    key("flag-2", Args::Ignored).by("off").means("second flag of the scheduler").wired();
    key("flag-3", Args::Ignored).by("off").means("third flag of the scheduler").wired();
    key("sh-port", Args::Ignored).by("off").means("the sh scheduler hashes the port too").wired();
    key("sh-fallback", Args::Ignored).by("off")
        .means("the sh scheduler tries another server when its choice is out").wired();
    key("mh-port", Args::Ignored).by("off").means("the mh scheduler hashes the port too").wired();
    key("mh-fallback", Args::Ignored).by("off")
        .means("the mh scheduler tries another server when its choice is out").wired();
    key("lvs_method", Args::Own).fatal().also(&["lb_kind"]).usage("NAT|DR|TUN|FULLNAT [type ipip|gue|gre] [port INT] [nocsum|csum|remcsum]").by("NAT (with an error)")
        .means("how packets reach the servers").wired();
    key("lb_kind", Args::Own).fatal().also(&["lvs_method"]).usage("NAT|DR|TUN|FULLNAT [type ipip|gue|gre] [port INT] [nocsum|csum|remcsum]").by("NAT (with an error)")
        .means("another word for lvs_method").wired();
    key("sorry_server_lvs_method", Args::Own).fatal().usage("NAT|DR|TUN|FULLNAT [type ipip|gue|gre] [port INT] [nocsum|csum|remcsum]").by("virtual server value")
        .means("how packets reach the sorry server").wired();
    key("persistence_engine", Args::Text).fatal().usage("NAME").by("none")
        .means("what besides the address makes a client the same").wired();
    key("persistence_timeout", Args::MaybeInt { min: 1, max: 2_678_400 }).strict().by("off; bare = 360").of("s")
        .means("how long a client stays with its server").wired();
    key("persistence_granularity", Args::Own).fatal().usage("NETMASK (IPv4) | INT 1..128 (IPv6)").by("full length")
        .means("how much of an address makes a client; also turns persistence on").wired();
    key("protocol", Args::WordNoCase(&["TCP", "UDP", "SCTP"])).fatal().by("UDP, with an error")
        .means("transport protocol of the service").wired();
    key("ha_suspend", Args::Ignored).by("off").means("no checks while another director holds the address").wired();
    key("smtp_alert", Args::Switch).by("smtp_alert_checker, else smtp_alert, else off")
        .means("whether gaining and losing quorum is mailed").wired();
    key("virtualhost", Args::Text).error().usage("TEXT").by("none")
        .means("Host header of checks, unless said further in").wired();
    key("snmp_name", Args::Own).error().usage("TEXT").by("none").means("name in SNMP");
    key("alpha", Args::Ignored).by("off").means("servers count as down until a check succeeds").wired();
    key("omega", Args::Ignored).by("off").means("stopping runs the down hooks").wired();
    key("drain", Args::Int { min: 0, max: 2_678_400 }).strict().error().by("0").of("s").ours()
        .means("weight 0 for this long before a server that a reload removes is deleted, unless said further in").wired();
    key("quorum_up", Args::Command).first().by("none").means("run when enough weight is there").wired();
    key("quorum_down", Args::Command).first().by("none").means("run when too little weight is left").wired();
    key("quorum", Args::Int { min: 1, max: 4_294_967_295 }).fatal().uses(1).by("1")
        .means("live weight needed to serve").wired();
    key("hysteresis", Args::Int { min: 0, max: 4_294_967_295 }).fatal().by("0")
        .means("distance from the quorum at which the state changes").wired();
    key("weight", Args::Int { min: 1, max: 2_147_483_647 }).fatal().by("1")
        .means("weight of servers that say none").wired();
    key("sorry_server", Args::Own).fatal().usage("ADDR [PORT]").by("none")
        .means("takes the traffic while there is no quorum").wired();
    key("sorry_server_inhibit", Args::Ignored).by("off")
        .means("the sorry server stays in the table with weight 0 while unused").wired();
    key("real_server", Args::Head).fatal().usage("ADDR [PORT] { ... }").means("one server of the pool").wired();
}

rows! {
    /// Words behind a forwarding method.
    METHOD:
    option("type", Args::Own).usage("ipip|gue|gre").by("ipip").means("kind of tunnel").wired();
    option("port", Args::Int { min: 1, max: 65_535 }).strict().means("UDP port of a gue tunnel").wired();
    option("nocsum", Args::Ignored).by("nocsum").means("tunnel without checksum").wired();
    option("csum", Args::Ignored).by("nocsum").means("tunnel with checksum").wired();
    option("remcsum", Args::Ignored).by("nocsum").means("the far end computes the checksum").wired();
}

rows! {
    /// Words of `real_server`.
    REAL:
    key("lvs_method", Args::Own).fatal().usage("NAT|DR|TUN|FULLNAT [type ipip|gue|gre] [port INT] [nocsum|csum|remcsum]").by("virtual server value")
        .means("how packets reach this server").wired();
    key("weight", Args::Int { min: 0, max: 2_147_483_647 }).fatal().by("virtual server value (1)")
        .means("its share; 0 gets no new connections and adds nothing to the quorum").wired();
    key("uthreshold", Args::Int { min: 0, max: 4_294_967_295 }).fatal().by("0 (none)")
        .means("no further connections beyond this many").wired();
    key("lthreshold", Args::Int { min: 0, max: 4_294_967_295 }).fatal().by("0")
        .means("connections again below this many").wired();
    key("inhibit_on_failure", Args::Switch).by("virtual server value").means("weight 0 in place of removal").wired();
    key("notify_up", Args::Command).first().by("none").means("run when it comes into use").wired();
    key("notify_down", Args::Command).first().by("none").means("run when it goes out of use").wired();
    key("alpha", Args::Switch).by("virtual server value").means("counts as down until a check succeeds").wired();
    key("retry", Args::Int { min: 1, max: 4_294_967_295 }).strict().fatal().by("check type: 1; MISC_CHECK 0; DNS_CHECK 3")
        .means("repeats before a failing check counts").wired();
    key("delay_before_retry", Args::Decimal { min: 0, max: 4_294_967_295, places: 6 }).fatal().by("check type: 1 s; HTTP_GET/SSL_GET 3 s; DNS_CHECK delay_loop").of("s")
        .means("pause before a repeat").wired();
    key("warmup", Args::Decimal { min: 0, max: 4_294_967_295, places: 6 }).fatal().by("delay_loop").of("s")
        .means("spread of the first check").wired();
    key("connect_timeout", Args::Decimal { min: 1, max: 4_294_967_295, places: 6 }).fatal().by("virtual server value").of("s")
        .means("patience of checks").wired();
    key("delay_loop", Args::Decimal { min: 1, max: 4_294_967_295, places: 6 }).fatal().by("virtual server value").of("s")
        .means("time between checks").wired();
    key("smtp_alert", Args::Switch).by("smtp_alert_checker, else smtp_alert, else on")
        .means("whether changes are mailed").wired();
    key("drain", Args::Int { min: 0, max: 2_678_400 }).strict().error().by("virtual server value").of("s").ours()
        .means("weight 0 for this long before a server that a reload removes is deleted; 0 deletes at once").wired();
    key("virtualhost", Args::Text).error().usage("TEXT").by("virtual server value")
        .means("Host header of its checks").wired();
    key("snmp_name", Args::Own).error().usage("TEXT").by("none").means("name in SNMP");
    key("MISC_CHECK", Args::Block).means("a command decides").wired();
    key("SMTP_CHECK", Args::Block).means("the server greets as mail servers do").wired();
    key("TCP_CHECK", Args::Block).means("a connection opens").wired();
    key("PING_CHECK", Args::Block).means("the server answers a ping").wired();
    key("UDP_CHECK", Args::Block).means("a datagram is not refused, or answered as it should be").wired();
    key("HTTP_GET", Args::Block).means("pages are as they should be").wired();
    key("SSL_GET", Args::Block).means("pages are as they should be, over TLS").wired();
    key("DNS_CHECK", Args::Block).means("a name server answers a query").wired();
    key("FILE_CHECK", Args::Block).means("a number in a file changes the weight").wired();
    key("BFD_CHECK", Args::Block).means("a BFD session is up").wired();
}

rows! {
    /// When a check runs: words of every check but FILE_CHECK and BFD_CHECK.
    TIMING:
    key("retry", Args::Int { min: 0, max: 4_294_967_295 }).fatal().by("real server value, else 1 (MISC_CHECK 0, DNS_CHECK 3)")
        .means("repeats before a failure counts").wired();
    key("delay_before_retry", Args::Decimal { min: 0, max: 4_294_967_295, places: 6 }).fatal().by("real server value, else 1 (HTTP_GET, SSL_GET 3, DNS_CHECK delay_loop)").of("s")
        .means("pause before a repeat").wired();
    key("warmup", Args::Decimal { min: 0, max: 4_294_967_295, places: 6 }).fatal().by("real server value, else delay_loop").of("s")
        .means("spread of the first check; one second is always added").wired();
    key("delay_loop", Args::Decimal { min: 1, max: 4_294_967_295, places: 6 }).fatal().by("real server value").of("s")
        .means("time between checks").wired();
    key("alpha", Args::Switch).by("real server value").means("counts as failed until it succeeds").wired();
    key("log_all_failures", Args::Switch).by("checker_log_all_failures (off)")
        .means("each failing try is logged, not only the change").wired();
    key("rise", Args::Int { min: 1, max: 4_294_967_295 }).strict().error().by("1").ours()
        .means("good checks in a row before a failed one counts as good again").wired();
    key("fall", Args::Int { min: 1, max: 4_294_967_295 }).strict().error().by("1").ours()
        .means("failed checks in a row, each with its repeats, before a good one counts as failed").wired();
}

rows! {
    /// Where a check connects: words of every check over the network.
    CONNECTION:
    key("connect_ip", Args::Address(Family::Any)).fatal().by("real server").means("address that is checked").wired();
    key("connect_port", Args::Int { min: 1, max: 65_535 }).fatal().by("real server")
        .means("port that is checked").wired();
    key("bindto", Args::Address(Family::Any)).fatal().by("kernel").means("address that checks come from").wired();
    key("bind_port", Args::Int { min: 1, max: 65_535 }).fatal().by("kernel")
        .means("port that checks come from").wired();
    key("bind_if", Args::Interface).fatal().by("none")
        .means("link that checks leave by; needed for link-local addresses").wired();
    key("connect_timeout", Args::Decimal { min: 1, max: 4_294_967_295, places: 6 }).fatal().by("real server value").of("s")
        .means("patience with the connection, and with each silence after it").wired();
    key("fwmark", Args::Int { min: 0, max: 4_294_967_295 }).fatal().by("0")
        .means("mark on packets of the check").wired();
}

rows! {
    /// Further words of `MISC_CHECK`.
    MISC:
    key("misc_path", Args::CommandAlone).by("none, required").means("what is run; exit status 0 is up").wired();
    key("misc_timeout", Args::Int { min: 0, max: 4294 }).fatal().by("delay_loop").of("s")
        .means("how long one run may take").wired();
    key("misc_dynamic", Args::Ignored).by("off")
        .means("exit status 2 to 255 is up and sets the weight to status minus 2").wired();
    key("user", Args::User).error().by("script_user").means("who runs it").wired();
}

rows! {
    /// Further words of `SMTP_CHECK`.
    SMTP:
    key("helo_name", Args::Text).error().replaces().usage("NAME").by("smtpchecker.keepalived.org")
        .means("name used to greet the server").wired();
    key("host", Args::Block).renamed("several SMTP_CHECK blocks")
        .means("one of several targets in the earliest form").wired();
}

rows! {
    /// Further words of `UDP_CHECK`.
    UDP:
    key("payload", Args::Own).error().usage("HEX...").by("random bytes").means("bytes sent, in hexadecimal").wired();
    key("require_reply", Args::Own).usage("[HEX with x wildcards...]").by("off")
        .means("silence fails; a pattern must match").wired();
    key("min_reply_length", Args::Int { min: 0, max: 65_535 }).strict().fatal().by("0").of("bytes")
        .means("shortest answer that matches").wired();
    key("max_reply_length", Args::Int { min: 0, max: 65_535 }).strict().fatal().by("255").of("bytes")
        .means("longest answer that matches").wired();
}

rows! {
    /// Further words of `HTTP_GET` and `SSL_GET`.
    HTTP:
    key("nb_get_retry", Args::Int { min: 0, max: 4_294_967_295 }).old("retry")
        .means("earlier spelling of retry").wired();
    key("virtualhost", Args::Text).error().usage("TEXT").by("real server, then virtual server value")
        .means("Host header, and name in the TLS greeting").wired();
    key("http_protocol", Args::Word(&["1.0", "1.0C", "1.0c", "1.1"])).error().by("1.0")
        .means("request version; 1.0C closes explicitly").wired();
    key("fast_recovery", Args::Switch).by("off").means("all pages at once while starting or coming back").wired();
    key("url", Args::Block).means("one page; all must be good").wired();
}

rows! {
    /// Further words of `HTTP_GET`.
    PLAIN:
    key("enable_sni", Args::Switch).by("off").means("nothing without TLS").unprinted().wired();
}

rows! {
    /// Further words of `SSL_GET`.
    TLS:
    key("enable_sni", Args::Switch).by("off").means("the TLS greeting says the host name").wired();
    key("verify", Args::Switch).by("off").ours()
        .means("the certificate must be good for the host name, and its end is watched").wired();
    key("tls_compliant", Args::Switch).by("off").means("ends TLS with a proper goodbye").wired();
}

rows! {
    /// Words of `url`.
    URL:
    key("path", Args::Text).fatal().replaces().usage("TEXT").by("required").means("what is asked for").wired();
    key("digest", Args::Digest).fatal().first().by("none").means("MD5 of the page as it should be").wired();
    key("status_code", Args::Own).usage("INT[-INT]... each 100..599").by("200-299")
        .means("answers that are good").wired();
    key("virtualhost", Args::Text).error().usage("TEXT").by("check value").means("Host header for this page").wired();
    key("regex", Args::Own).error().replaces().usage("\"PATTERN\"").by("none")
        .means("pattern that the page must match").wired();
    key("regex_no_match", Args::Ignored).by("off").means("the page must not match").wired();
    key("regex_options", Args::Own).usage("WORD...").by("none").means("options of the pattern").wired();
    key("regex_min_offset", Args::Own).usage("INT").by("0").of("bytes").means("first place where a match may begin").wired();
    key("regex_max_offset", Args::Own).usage("INT").by("none").of("bytes")
        .means("last place where a match may begin").wired();
    key("regex_stack", Args::Own).usage("START MAX").by("none").of("bytes")
        .means("memory of the matcher, at first and at most; it may always take 32 MiB").wired();
}

rows! {
    /// Further words of `url`, of ours alone.
    REQUEST:
    key("method", Args::Text).error().usage("WORD").by("GET").ours().means("request method").wired();
    key("header", Args::Text).error().usage("\"Name: value\"").by("none").ours()
        .means("a further header of the request; may be repeated").wired();
}

rows! {
    /// Further words of `url` over TLS.
    TLS_URL:
    key("tls_compliant", Args::Switch).by("off").means("ends TLS with a proper goodbye for this page").wired();
}

rows! {
    /// Further words of `DNS_CHECK`.
    DNS:
    key("type", Args::Word(&["A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA", "RRSIG", "DNSKEY"])).fatal().by("SOA")
        .means("kind of record asked for").wired();
    key("name", Args::Text).fatal().first().usage("NAME").by(". (root)").means("name asked for").wired();
}

rows! {
    /// Words of `FILE_CHECK`.
    FILE:
    key("track_file", Args::Text).fatal().usage("NAME").by("required")
        .means("the file that is followed, defined earlier").wired();
    key("weight", Args::Own).error().usage("INT -2147483647..2147483647 [reverse|noreverse]").by("value of the file")
        .means("what the number is multiplied with; 0 makes any other number than 0 a failure").wired();
}

rows! {
    /// Words behind the weight of `FILE_CHECK`.
    FILE_WEIGHT:
    option("reverse", Args::Ignored).by("off").means("the sign is turned").wired();
    option("noreverse", Args::Ignored).means("undoes the reverse of the file").wired();
}

rows! {
    /// Words of `BFD_CHECK`.
    BFD:
    key("name", Args::Own).error().usage("NAME").by("required")
        .means("the session that is followed, defined earlier").wired();
    key("alpha", Args::Switch).by("real server value").means("counts as failed until it succeeds").wired();
}
