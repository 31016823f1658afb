//! Rows of trackers: scripts, programs, files, BFD sessions; data only.
use super::{Args, Family, key, option, value};

rows! {
    /// Words in a line of `track_interface`.
    TRACKED_INTERFACE:
    value("<interface>", Args::Own).usage("NAME").means("link that is followed").wired();
    option("weight", Args::Int { min: -253, max: 253 }).by("0 = fault when down")
        .means("points added while good (above 0) or taken while bad (below 0); 0 makes bad a fault").wired();
    option("reverse", Args::Ignored).by("off").means("good counts as bad, and bad as good").wired();
}

rows! {
    /// Words in a line of `track_script` and `track_bfd`.
    TRACKED_SCRIPT:
    value("<name>", Args::Own).usage("NAME").means("what is followed, defined earlier").wired();
    option("weight", Args::Int { min: -253, max: 253 }).by("value of the script")
        .means("points added while good (above 0) or taken while bad (below 0); 0 makes bad a fault").wired();
    option("reverse", Args::Ignored).by("off").means("good counts as bad, and bad as good").wired();
    option("noreverse", Args::Ignored).means("undoes the reverse of what is followed").wired();
}

rows! {
    /// Words in a line of `track_file` and `track_process`.
    TRACKED_FILE:
    value("<name>", Args::Own).usage("NAME").means("what is followed, defined earlier").wired();
    option("weight", Args::Int { min: -254, max: 254 }).by("value of the file")
        .means("points added while good (above 0) or taken while bad (below 0); 0 makes bad a fault").wired();
    option("reverse", Args::Ignored).by("off").means("good counts as bad, and bad as good").wired();
    option("noreverse", Args::Ignored).means("undoes the reverse of what is followed").wired();
}

rows! {
    /// Words of `vrrp_script`.
    SCRIPT:
    key("script", Args::CommandAlone).by("none, required").means("what is run; exit status 0 is good").wired();
    key("interval", Args::Decimal { min: 1, max: 4_294_000, places: 3 }).fatal().uses(1000).by("1").of("s")
        .means("time from one start to the next").wired();
    key("timeout", Args::Decimal { min: 1, max: 4_294_000, places: 3 }).fatal().uses(1000).by("interval").of("s")
        .means("how long one run may take").wired();
    key("weight", Args::Own).fatal().usage("INT -253..253 [reverse]").by("0")
        .means("weight for those who track it without saying one").wired();
    key("rise", Args::Int { min: 1, max: 4_294_967_295 }).fatal().uses(1).by("1")
        .means("good runs in a row needed to be good").wired();
    key("fall", Args::Int { min: 1, max: 4_294_967_295 }).fatal().uses(1).by("1")
        .means("bad runs in a row needed to be bad").wired();
    key("user", Args::User).by("script_user").means("who runs it").wired();
    key("init_fail", Args::Ignored).by("off (waits for the first result)")
        .means("bad until its first good run, not undecided").wired();
}

rows! {
    /// Words of `vrrp_track_process`.
    PROCESS:
    key("process", Args::Own).fatal().first().usage("NAME [PARAM...]").by("none, required")
        .means("name of the program, or with parameters its whole command line").wired();
    key("param_match", Args::Own).usage("[initial|partial]").by("exact")
        .means("how much of the command line must agree").wired();
    key("weight", Args::Own).error().first().usage("INT -254..254 [reverse]").by("0")
        .means("weight for those who track it without saying one").wired();
    key("quorum", Args::Int { min: 1, max: 65_535 }).fatal().by("1").means("how many must run at least").wired();
    key("quorum_max", Args::Int { min: 0, max: 65_535 }).fatal().by("no limit").means("how many may run at most").wired();
    key("delay", Args::Decimal { min: 1, max: 3_600_000_000, places: 6 }).fatal().by("0").of("s")
        .means("terminate_delay and fork_delay in one").wired();
    key("terminate_delay", Args::Decimal { min: 1, max: 3_600_000_000, places: 6 }).fatal().by("0").of("s")
        .means("patience when too few run").wired();
    key("fork_delay", Args::Decimal { min: 1, max: 3_600_000_000, places: 6 }).fatal().by("0").of("s")
        .means("patience when enough run again").wired();
    key("full_command", Args::Ignored).by("off").means("compares the whole command line, not the short name").wired();
}

rows! {
    /// Words of `track_file`.
    FILE:
    key("file", Args::Text).error().first().usage("PATH").by("none, required")
        .means("the file that holds the number").wired();
    key("weight", Args::Own).error().usage("INT -254..254 [reverse]").by("1")
        .means("what the number is multiplied with").wired();
    key("init_file", Args::Own).usage("[INT] [overwrite]").by("no change; value 0").means("writes the file at start").wired();
}

rows! {
    /// Words behind a default weight.
    WEIGHT:
    option("reverse", Args::Ignored).by("off").means("good counts as bad, and bad as good").wired();
}

rows! {
    /// Words behind `init_file`.
    INIT_FILE:
    option("overwrite", Args::Ignored).by("off").means("also where the file exists").wired();
}

rows! {
    /// Words of `bfd_instance`.
    BFD:
    key("source_ip", Args::Address(Family::Any)).fatal().by("kernel").means("own address");
    key("neighbor_ip", Args::Address(Family::Any)).fatal().also(&["neighbour_ip"]).by("required")
        .means("address of the other end");
    key("neighbour_ip", Args::Address(Family::Any)).fatal().also(&["neighbor_ip"]).by("required")
        .means("another word for neighbor_ip");
    key("min_rx", Args::Decimal { min: 1000, max: 4_294_967_000, places: 3 }).strict().fatal().by("10").of("ms")
        .means("fastest packets we can take");
    key("min_tx", Args::Decimal { min: 1000, max: 4_294_967_000, places: 3 }).strict().fatal().by("10").of("ms")
        .means("fastest packets we want to send");
    key("idle_tx", Args::Decimal { min: 1_000_000, max: 4_294_967_000, places: 3 }).strict().fatal().by("1000").of("ms")
        .means("time between packets while the session is down");
    key("multiplier", Args::Int { min: 1, max: 255 }).strict().fatal().by("5")
        .means("missing packets that end the session");
    key("passive", Args::Ignored).by("off").means("waits until the other end speaks");
    key("ttl", Args::Int { min: 1, max: 255 }).strict().fatal().also(&["hoplimit"]).by("255 (IPv4), 64 (IPv6)")
        .means("time to live of our packets");
    key("hoplimit", Args::Int { min: 1, max: 255 }).strict().fatal().also(&["ttl"]).by("255 (IPv4), 64 (IPv6)")
        .means("another word for ttl");
    key("max_hops", Args::Int { min: -1, max: 255 }).strict().fatal().by("0")
        .means("routers that a packet may have passed; -1 does not look");
    key("multihop", Args::Switch).by("off").means("uses the port for sessions over several hops");
    key("weight", Args::Own).fatal().usage("INT -253..253 [reverse]").by("0")
        .means("weight for those who track it without saying one");
    key("vrrp", Args::Ignored).by("both when neither is given").means("virtual routers can follow it");
    key("checker", Args::Ignored).by("both when neither is given").means("checks can follow it");
}
