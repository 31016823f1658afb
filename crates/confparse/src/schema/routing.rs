//! Rows of addresses, routes and rules; data only.
use super::{Args, option, value};

rows! {
    /// Words in a line of addresses.
    ADDRESS:
    value("<address>", Args::Own).usage("ADDR[/LEN]").by("/32, /128").means("the address").wired();
    option("dev", Args::Own).usage("IF").by("interface of the instance (or its VMAC)")
        .means("the link that holds it").wired();
    option("scope", Args::Own).usage("NAME|INT").by("global").means("how far it is valid").wired();
    option("broadcast", Args::Own).also(&["brd"]).usage("ADDR|+|-").by("none")
        .means("its broadcast address; + sets and - clears the host bits").wired();
    option("brd", Args::Own).also(&["broadcast"]).usage("ADDR|+|-").by("none").means("short for broadcast").wired();
    option("label", Args::Own).usage("STRING").by("none").means("alias shown by old tools").wired();
    option("peer", Args::Own).usage("ADDR[/LEN]").by("none").means("the other end of a point-to-point link").wired();
    option("home", Args::Ignored).by("off").means("marks an IPv6 home address").wired();
    option("-nodad", Args::Ignored).by("nodad set").means("lets IPv6 look for duplicates first").wired();
    option("mngtmpaddr", Args::Ignored).by("off").means("the kernel makes temporary addresses from it").wired();
    option("noprefixroute", Args::Ignored).by("off").means("no route to its network is added").wired();
    option("autojoin", Args::Ignored).by("off").means("joins the group that it is").wired();
    option("no_track", Args::Ignored).by("off").means("nothing happens when somebody removes it").wired();
    option("preferred_lft", Args::Own).usage("INT|forever").by("forever; 0 for IPv6 /128").of("s")
        .means("how long it is used for new connections").wired();
    value("<unknown>", Args::Ignored).means("any other word is refused and the address kept").refused().wired();
}

rows! {
    /// Further words in a line of virtual addresses.
    VIRTUAL_ADDRESS:
    option("use_vmac", Args::Ignored).by("off").means("its link gets a virtual hardware address");
}

rows! {
    /// Further words in a line of static addresses.
    STATIC_ADDRESS:
    option("track_group", Args::Own).usage("NAME").by("none").means("who reacts when it is lost");
}

rows! {
    /// Words in a line of routes.
    ROUTE:
    option("inet6", Args::Ignored).by("from the addresses").means("an IPv6 route");
    option("inet", Args::Ignored).by("from the addresses").means("an IPv4 route");
    option("to", Args::Own).usage("[TYPE] DEST").means("precedes the destination and may be left out");
    value("<type>", Args::Own).usage("unicast|local|broadcast|anycast|multicast|blackhole|unreachable|prohibit|throw|nat...").by("unicast")
        .means("kind of route");
    value("<destination>", Args::Own).usage("ADDR[/LEN]|default|any|all|default6").by("required")
        .means("where the route leads");
    option("src", Args::Own).usage("ADDR").by("none").means("source address for packets of our own");
    option("as", Args::Own).usage("[to] ADDR").means("taken from iproute2 and refused").refused();
    option("via", Args::Own).usage("[inet|inet6] ADDR").by("none").means("next router");
    option("gw", Args::Own).old("via").usage("ADDR").means("earlier spelling of via");
    option("from", Args::Own).usage("ADDR[/LEN]").by("none").means("source that the route is for, IPv6 only");
    option("tos", Args::Own).also(&["dsfield"]).usage("DSFIELD").by("0")
        .means("type of service that the route is for");
    option("dsfield", Args::Own).also(&["tos"]).usage("DSFIELD").by("0").means("another word for tos");
    option("table", Args::Own).usage("NAME|INT").by("main").means("routing table that holds it");
    option("protocol", Args::Own).usage("NAME|INT").by("keepalived (18)").means("who is said to have set it");
    option("scope", Args::Own).usage("NAME|INT").by("universe").means("how far the destination is");
    option("metric", Args::Own).also(&["priority", "preference"]).usage("INT >=0").by("0")
        .means("its rank among equal routes");
    option("priority", Args::Own).also(&["metric", "preference"]).usage("INT >=0").by("0")
        .means("another word for metric");
    option("preference", Args::Own).also(&["metric", "priority"]).usage("INT >=0").by("0")
        .means("another word for metric");
    option("dev", Args::Own).also(&["oif"]).usage("IF").by("none").means("link that packets leave by");
    option("oif", Args::Own).also(&["dev"]).usage("IF").by("none").means("another word for dev");
    option("onlink", Args::Ignored).by("off").means("the next router is on the link whatever the addresses say");
    option("encap", Args::Own).usage("ip|ip6|mpls|ila OPTIONS").by("none").means("wraps packets in a tunnel");
    option("expires", Args::Own).usage("INT >=0").by("none").of("s").means("lifetime, IPv6 only");
    option("mtu", Args::Own).usage("[lock] INT").by("none").of("bytes").means("largest packet");
    option("hoplimit", Args::Int { min: 0, max: 255 }).by("none").means("hop limit of packets");
    option("advmss", Args::Own).usage("[lock] INT").by("none").of("bytes").means("segment size told to TCP peers");
    option("rtt", Args::Own).usage("[lock] TIME[s|ms]").by("none").means("first guess of the round trip; a number without unit counts eighths of a millisecond");
    option("rttvar", Args::Own).usage("[lock] TIME[s|ms]").by("none").means("first guess of its spread; a number without unit counts quarters of a millisecond");
    option("rto_min", Args::Own).usage("[lock] TIME[s|ms]").by("none").means("shortest time before TCP repeats; a number without unit counts milliseconds");
    option("reordering", Args::Own).usage("[lock] INT").by("none").means("how far packets may overtake each other");
    option("window", Args::Own).usage("INT").by("none").of("bytes").means("largest TCP window told");
    option("cwnd", Args::Own).usage("[lock] INT").by("none").means("largest congestion window");
    option("ssthresh", Args::Own).usage("[lock] INT").by("none").means("where slow start ends");
    option("realms", Args::Own).usage("[FROM/]TO").by("none").means("realms for accounting, IPv4 only");
    option("initcwnd", Args::Own).usage("INT").by("none").means("first congestion window");
    option("initrwnd", Args::Own).usage("INT").by("none").means("first receive window");
    option("features", Args::Own).usage("ecn").by("none").means("TCP features, ecn alone");
    option("quickack", Args::Own).usage("0|1").by("none").means("whether TCP acknowledges at once");
    option("congctl", Args::Own).usage("[lock] NAME").by("none").means("congestion control by name");
    option("pref", Args::Own).usage("low|medium|high|INT").by("none").means("preference of a router, IPv6 only");
    option("ttl-propagate", Args::Own).usage("enabled|disabled").by("none")
        .means("whether MPLS takes over the hop count");
    option("fastopen_no_cookie", Args::Own).usage("0|1").by("none").means("TCP fast open needs no cookie");
    option("lock", Args::Ignored).means("after a metric: it may not be changed by what the kernel learns");
    option("add", Args::Ignored).means("fails when such a route exists");
    option("prepend", Args::Ignored).by("default").means("goes before such routes");
    option("append", Args::Ignored).means("goes behind such routes");
    option("or", Args::Own).old("nexthop").usage("ADDR").means("a second gateway in the oldest form");
    option("nexthop", Args::Own).usage("[via [inet|inet6] ADDR] [dev IF] [weight N] [onlink] [encap ...] [realms R] ...").by("none")
        .means("one of several ways, at the end of the line");
    option("no_track", Args::Ignored).by("off").means("nothing happens when somebody removes it");
    option("vrf", Args::Own).usage("IF").by("none").means("the table of this routing domain");
}

rows! {
    /// Further words in a line of static routes.
    STATIC_ROUTE:
    option("track_group", Args::Own).usage("NAME").by("none").means("who reacts when it is lost");
}

rows! {
    /// Words behind `encap ip`.
    ENCAP_IP:
    option("id", Args::Own).usage("INT64").means("number of the tunnel");
    option("dst", Args::Own).usage("IPv4").means("far end of the tunnel");
    option("src", Args::Own).usage("IPv4").means("near end of the tunnel");
    option("tos", Args::Own).usage("DSFIELD").means("type of service outside");
    option("ttl", Args::Int { min: 0, max: 255 }).means("time to live outside");
    option("flags", Args::Own).usage("INT16").means("tunnel flags");
}

rows! {
    /// Words behind `encap ip6`.
    ENCAP_IP6:
    option("id", Args::Own).usage("INT64").means("number of the tunnel");
    option("dst", Args::Own).usage("IPv6").means("far end of the tunnel");
    option("src", Args::Own).usage("IPv6").means("near end of the tunnel");
    option("tc", Args::Own).usage("DSFIELD").means("traffic class outside");
    option("hoplimit", Args::Int { min: 0, max: 255 }).means("hop limit outside");
    option("flags", Args::Own).usage("INT16").means("tunnel flags");
}

rows! {
    /// Words behind `encap mpls`.
    ENCAP_MPLS:
    value("<labels>", Args::Own).usage("LABEL[/LABEL...]").means("up to two labels with a slash between");
}

rows! {
    /// Words behind `encap ila`.
    ENCAP_ILA:
    value("<locator>", Args::Own).usage("64-bit address, four hex groups")
        .means("the locator, four groups of hexadecimal digits");
}

rows! {
    /// Words behind `nexthop`.
    NEXTHOP:
    option("via", Args::Own).usage("[inet|inet6] ADDR").by("none").means("next router of this way");
    option("dev", Args::Own).usage("IF").by("none").means("link of this way");
    option("weight", Args::Int { min: 1, max: 256 }).by("1").means("share of this way");
    option("onlink", Args::Ignored).by("off").means("the next router is on the link whatever the addresses say");
    option("encap", Args::Own).usage("as for the route").by("none").means("wraps packets of this way in a tunnel");
    option("realms", Args::Own).usage("[FROM/]TO").by("none").means("realms of this way");
    option("as", Args::Own).usage("[to] ADDR").means("taken from iproute2 and refused").refused();
}

rows! {
    /// Words in a line of rules.
    RULE:
    option("inet6", Args::Ignored).by("from the addresses").means("an IPv6 rule");
    option("inet", Args::Ignored).by("from the addresses").means("an IPv4 rule");
    option("from", Args::Own).usage("ADDR[/LEN]|default|any|all").by("any").means("sources that it matches");
    option("to", Args::Own).usage("ADDR[/LEN]|default|any|all").by("any").means("destinations that it matches");
    option("table", Args::Own).also(&["lookup"]).usage("NAME|INT 1..").means("routing table that it sends to");
    option("lookup", Args::Own).also(&["table"]).usage("NAME|INT").means("another word for table");
    option("not", Args::Ignored).by("off").means("matches the opposite");
    option("preference", Args::Own).also(&["order", "priority"]).usage("INT >=0 (C notation)").by("counted down from 16384")
        .means("its place among rules, smaller first");
    option("order", Args::Own).also(&["preference", "priority"]).usage("INT >=0 (C notation)").by("counted down from 16384")
        .means("another word for preference");
    option("priority", Args::Own).also(&["preference", "order"]).usage("INT >=0 (C notation)").by("counted down from 16384")
        .means("another word for preference");
    option("tos", Args::Own).also(&["dsfield"]).usage("DSFIELD").by("0").means("type of service that it matches");
    option("dsfield", Args::Own).also(&["tos"]).usage("DSFIELD").by("0").means("another word for tos");
    option("fwmark", Args::Own).usage("INT[/MASK] (C notation)").by("none").means("mark that it matches");
    option("realms", Args::Own).usage("[FROM/]TO").by("none").means("realms that it sets");
    option("suppress_prefixlength", Args::Own).also(&["sup_pl"]).usage("INT >=0").by("none")
        .means("answers with a prefix this short do not count");
    option("sup_pl", Args::Own).also(&["suppress_prefixlength"]).usage("INT >=0").by("none")
        .means("short for suppress_prefixlength");
    option("suppress_ifgroup", Args::Own).also(&["sup_group"]).usage("GROUP").by("none")
        .means("answers through this link group do not count");
    option("sup_group", Args::Own).also(&["suppress_ifgroup"]).usage("GROUP").by("none")
        .means("short for suppress_ifgroup");
    option("dev", Args::Own).also(&["iif"]).usage("IF").by("any").means("link that packets came in by");
    option("iif", Args::Own).also(&["dev"]).usage("IF").by("any").means("another word for dev");
    option("oif", Args::Own).usage("IF").by("any").means("link that own packets are bound to");
    option("tunnel-id", Args::Own).usage("INT64").by("none").means("tunnel that it matches");
    option("uidrange", Args::Own).usage("MIN-MAX").by("none").means("users that it matches");
    option("l3mdev", Args::Ignored).by("off").means("sends to the table of the routing domain");
    option("protocol", Args::Int { min: 0, max: 255 }).by("keepalived (18)").means("who is said to have set it");
    option("ipproto", Args::Own).usage("NAME|INT").by("any").means("transport protocol that it matches");
    option("sport", Args::Own).usage("MIN-MAX").by("any").means("source ports that it matches");
    option("dport", Args::Own).usage("MIN-MAX").by("any").means("destination ports that it matches");
    option("no_track", Args::Ignored).by("off").means("nothing happens when somebody removes it");
    option("type", Args::Own).usage("goto|nop|blackhole|prohibit|unreachable").means("may precede an action");
    option("goto", Args::Own).usage("INT").means("goes on with a later rule");
    option("nop", Args::Ignored).means("does nothing");
    option("blackhole", Args::Ignored).means("drops silently");
    option("prohibit", Args::Ignored).means("refuses as forbidden");
    option("unreachable", Args::Ignored).means("refuses as unreachable");
    value("<unknown>", Args::Ignored).means("any other word loses the whole rule").refused();
}

rows! {
    /// Further words in a line of static rules.
    STATIC_RULE:
    option("track_group", Args::Own).usage("NAME").by("none").means("who reacts when it is lost");
}
