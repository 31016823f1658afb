//! Rows of virtual routers and their groups; data only.
use super::{Args, Family, key, option, value};

rows! {
    /// Words of `vrrp_sync_group`.
    SYNC_GROUP:
    key("group", Args::List).first().usage("{ INSTANCE... }")
        .means("the virtual routers that belong together").wired();
    key("track_interface", Args::List).usage("{ IF [weight N [reverse]] ... }").by("none")
        .means("links that every member follows").wired();
    key("track_script", Args::List).usage("{ NAME [weight N [reverse|noreverse]] ... }").by("none")
        .means("scripts that every member follows").wired();
    key("track_file", Args::List).usage("{ NAME [weight N [reverse|noreverse]] ... }").by("none")
        .means("files that every member follows").wired();
    key("track_process", Args::List).usage("{ NAME [weight N [reverse|noreverse]] ... }").by("none")
        .means("programs that every member follows").wired();
    key("track_bfd", Args::List).usage("{ NAME [weight N [reverse|noreverse]] ... }").by("none")
        .means("BFD sessions that every member follows");
    key("notify_backup", Args::Command).first().by("none").means("run when the group becomes backup").wired();
    key("notify_master", Args::Command).first().by("none").means("run when the group becomes master").wired();
    key("notify_fault", Args::Command).first().by("none").means("run when the group fails").wired();
    key("notify_stop", Args::Command).first().by("none").means("run when the daemon stops").wired();
    key("notify", Args::Command).first().by("none")
        .means("run on each change; gets GROUP, name, state and 0 as further arguments").wired();
    key("notify_webhook", Args::Own).error().usage("URL [secret SECRET] [timeout SECONDS]").by("that of global_defs")
        .means("address that gets each change of the group as JSON by HTTP POST").ours().wired();
    key("smtp_alert", Args::Switch).by("global default, else off").means("whether changes of the group are mailed").wired();
    key("global_tracking", Args::Ignored).old("sync_group_tracking_weight").by("off")
        .means("earlier spelling of sync_group_tracking_weight").wired();
    key("sync_group_tracking_weight", Args::Ignored).by("off")
        .means("weights change priorities inside the group too; without it each counts as 0").wired();
    key("notify_priority_changes", Args::Switch).by("global default")
        .means("whether the pipes get a line when a priority changes").wired();
}

rows! {
    /// Words of `vrrp_instance`.
    INSTANCE:
    key("track_interface", Args::List).usage("{ IF [weight N [reverse]] ... }").by("none")
        .means("further links that this router follows").wired();
    key("track_script", Args::List).usage("{ NAME [weight N [reverse|noreverse]] ... }").by("none")
        .means("scripts that this router follows").wired();
    key("track_file", Args::List).usage("{ NAME [weight N [reverse|noreverse]] ... }").by("none")
        .means("files that this router follows").wired();
    key("track_process", Args::List).usage("{ NAME [weight N [reverse|noreverse]] ... }").by("none")
        .means("programs that this router follows").wired();
    key("track_bfd", Args::List).usage("{ NAME [weight N [reverse|noreverse]] ... }").by("none")
        .means("BFD sessions that this router follows");
    key("use_vmac", Args::Own).usage("[[name] IF] [MAC] [netlink_notify_msg] [group GROUP]").by("off")
        .means("the router has a link of its own (macvlan) with the virtual hardware address");
    key("use_vmac_addr", Args::Ignored).by("off")
        .means("addresses on other links get a virtual hardware address too");
    key("vmac_xmit_base", Args::Ignored).by("off (forced on for unicast with a VMAC)")
        .means("adverts leave through the link below");
    key("use_ipvlan", Args::Own).first().usage("[[name] IF] [ADDR[/LEN]] [bridge|private|vepa] [group GROUP]").by("off")
        .means("the router has a link of its own of type ipvlan");
    key("unicast_peer", Args::List).usage("{ ADDR [min_ttl N] [max_ttl N] ... }").by("multicast")
        .means("adverts go to these routers one by one, not to the group").wired();
    key("unicast_fault_no_peer", Args::Ignored).by("off").means("no usable peer is a fault").wired();
    key("check_unicast_src", Args::Ignored).by("global default (off)")
        .means("unicast adverts are believed from listed peers only").wired();
    key("old_unicast_checksum", Args::Own).usage("[never]").by("detect automatically")
        .means("whether the wrong checksum of releases before 1.3.7 is used").wired();
    key("native_ipv6", Args::Ignored).by("off").means("the router speaks IPv6, whatever its addresses").wired();
    key("state", Args::Word(&["MASTER", "BACKUP"])).fatal().by("BACKUP")
        .means("the state wished at start; below priority 255 it only cancels nopreempt and preempt_delay").wired();
    key("interface", Args::Interface).fatal().by("none")
        .means("the link on which adverts are sent and received").wired();
    key("vrf", Args::Interface).fatal().first().by("none").means("the routing domain, in place of a link");
    key("dont_track_primary", Args::Ignored).by("off").means("losing the own link is no fault").wired();
    key("mcast_src_ip", Args::Address(Family::Any)).fatal().by("first address of the interface")
        .means("source address of adverts").wired();
    key("unicast_src_ip", Args::Address(Family::Any)).fatal().by("first address of the interface")
        .means("source address of adverts to peers").wired();
    key("mcast_dst_ip", Args::Address(Family::Multicast)).fatal().by("global group")
        .means("multicast group of adverts").wired();
    key("track_src_ip", Args::Ignored).by("off").means("losing the source address is a fault").wired();
    key("virtual_router_id", Args::Int { min: 1, max: 255 }).strict().fatal().by("none, required")
        .means("number of the virtual router, unique on its link").wired();
    key("unicast_ttl", Args::Int { min: 0, max: 255 }).strict().fatal().by("255 for IPv4; kernel default for IPv6")
        .means("time to live of adverts to peers").wired();
    key("version", Args::Int { min: 2, max: 3 }).fatal().by("global (2); 3 for IPv6")
        .means("VRRP version on the wire").wired();
    key("priority", Args::Int { min: 1, max: 255 }).fatal().uses(100).by("100; 255 when state MASTER is set")
        .means("strength in the election; 255 belongs to the owner of the addresses").wired();
    key("advert_int", Args::Decimal { min: 1, max: 25_500, places: 2 }).fatal().by("1").of("s")
        .means("time between two adverts: whole seconds in version 2, hundredths in version 3").wired();
    key("virtual_ipaddress", Args::List).usage("{ ADDRESS-LINE... }")
        .means("addresses that move with the master and are told in adverts").wired();
    key("virtual_ipaddress_excluded", Args::List).usage("{ ADDRESS-LINE... }")
        .means("addresses that move with the master and are not told in adverts").wired();
    key("no_virtual_ipaddress", Args::Ignored).by("off").means("having no address is intended").unprinted().wired();
    key("promote_secondaries", Args::Ignored).by("off")
        .means("removing a first address leaves the others on the link").wired();
    key("linkbeat_use_polling", Args::Ignored).old("linkbeat_interfaces").by("off")
        .means("the state of the link is polled").wired();
    key("v3_checksum_as_v2", Args::Switch).by("global default (off)")
        .means("version 3 over IPv4 computes checksums without pseudo header").wired();
    key("virtual_routes", Args::List).usage("{ ROUTE-LINE... }").means("routes that move with the master");
    key("virtual_rules", Args::List).usage("{ RULE-LINE... }").means("policy rules that move with the master");
    key("accept", Args::Ignored).by("on (off in strict mode)")
        .means("traffic to virtual addresses is taken although another router owns them").wired();
    key("no_accept", Args::Ignored).by("off (on in strict mode)")
        .means("traffic to virtual addresses is dropped unless this router owns them");
    key("skip_check_adv_addr", Args::Switch).by("global default (off)")
        .means("addresses in further adverts of a known master are not compared").wired();
    key("strict_mode", Args::Switch).by("global default (off)").means("the letter of the RFC");
    key("preempt", Args::Ignored).by("on").means("takes over from a weaker master").wired();
    key("nopreempt", Args::Ignored).by("off").means("leaves a weaker master alone").wired();
    key("preempt_delay", Args::Decimal { min: 0, max: 1_000_000_000, places: 6 }).fatal().by("0").of("s")
        .means("how long a weaker master is left alone").wired();
    key("debug", Args::Int { min: 0, max: 4 }).fatal().by("0").means("nothing in keepalived 2.4.3").unprinted();
    key("notify_backup", Args::Command).first().by("none").means("run on becoming backup").wired();
    key("notify_master", Args::Command).first().by("none").means("run on becoming master").wired();
    key("notify_fault", Args::Command).first().by("none").means("run on entering fault").wired();
    key("notify_stop", Args::Command).first().by("none").means("run when the daemon stops").wired();
    key("notify_deleted", Args::MaybeCommand).first().by("report FAULT")
        .means("run when a reload removes the instance, which is then reported as DELETED and not as FAULT").wired();
    key("notify", Args::Command).first().by("none")
        .means("run on each change; gets INSTANCE, name, state and priority as further arguments").wired();
    key("notify_master_rx_lower_pri", Args::Command).first().by("none")
        .means("run when a master hears a weaker one").wired();
    key("notify_webhook", Args::Own).error().usage("URL [secret SECRET] [timeout SECONDS]").by("that of global_defs")
        .means("address that gets each change as JSON by HTTP POST").ours().wired();
    key("smtp_alert", Args::Switch).by("global default, else off").means("whether changes are mailed").wired();
    key("notify_priority_changes", Args::Switch).by("group, then global default")
        .means("whether the pipes get a line when the priority changes").wired();
    key("lvs_sync_daemon_interface", Args::Interface).fatal().old("global_defs lvs_sync_daemon").by("none")
        .means("earlier way to say lvs_sync_daemon").wired();
    key("garp_master_delay", Args::Int { min: 0, max: 4294 }).fatal().by("global value when the block opens (5)").of("s")
        .means("pause before addresses are announced a second time; 0 announces once").wired();
    key("garp_master_refresh", Args::Int { min: 0, max: 4_294_967_295 }).fatal().uses(0).by("global (0)").of("s")
        .means("how often a master announces again; 0 is never").wired();
    key("garp_master_repeat", Args::Int { min: 0, max: 4_294_967_295 }).fatal().by("global (5)")
        .means("announcements of each address in one burst").wired();
    key("garp_master_refresh_repeat", Args::Int { min: 0, max: 4_294_967_295 }).fatal().by("global (1)")
        .means("announcements of each address in such a refresh").wired();
    key("garp_lower_prio_delay", Args::Int { min: 0, max: 4294 }).fatal().by("vrrp_garp_lower_prio_delay (not the garp_master_delay of the instance); 0 in strict mode").of("s")
        .means("pause before the second announcement after a weaker router spoke").wired();
    key("garp_lower_prio_repeat", Args::Int { min: 0, max: 2_147_483_647 }).fatal().by("vrrp_garp_lower_prio_repeat (not the garp_master_repeat of the instance); 0 in strict mode")
        .means("announcements after a weaker router spoke; 0 is none").wired();
    key("down_timer_adverts", Args::Int { min: 1, max: 100 }).fatal().by("global (3)")
        .means("silent intervals after which the master counts as gone").wired();
    key("timer_expired_backup", Args::MaybeInt { min: 1, max: 254 }).strict().also(&["thread_timer_expired"]).by("off; bare = 254")
        .means("with nopreempt: a router whose timers ran late yields to a peer of this priority").wired();
    key("thread_timer_expired", Args::MaybeInt { min: 1, max: 254 }).old("timer_expired_backup").by("off")
        .means("earlier spelling of timer_expired_backup").wired();
    key("garp_extra_if", Args::Own).usage("[all] INT 0..86400").by("global (0)").of("s")
        .means("how often addresses on other links are announced again; 0 is never").wired();
    key("vmac_garp_intvl", Args::Own).old("garp_extra_if").usage("[all] INT 0..86400").by("global").of("s")
        .means("earlier spelling of garp_extra_if").wired();
    key("lower_prio_no_advert", Args::Switch).by("global (off; on in strict mode)")
        .means("a weaker router's advert is not answered").wired();
    key("higher_prio_send_advert", Args::Switch).by("global (on)")
        .means("one last advert before a stronger router takes over").wired();
    key("owner_ignore_adverts", Args::Switch).by("global (off)").means("a router with priority 255 does not listen").wired();
    key("kernel_rx_buf_size", Args::Int { min: 0, max: 4_294_967_295 }).strict().error().by("policy").of("bytes")
        .means("receive buffer for adverts").wired();
    key("authentication", Args::Block).by("none").means("the password of version 2").wired();
    key("auth_hmac", Args::Block).by("none").means("signed adverts that cannot be replayed").wired();
}

rows! {
    /// Words of `use_vmac`.
    USE_VMAC:
    option("name", Args::Own).usage("IF").by("PREFIX.VRID (vmac_prefix); when taken PREFIX6.VRID for IPv6, then PREFIX1.VRID, PREFIX2.VRID...")
        .means("name of that link");
    value("<mac>", Args::Own).usage("5 or 6 hex octets with colons").by("00:00:5e:00:01:VRID (IPv4) or 00:00:5e:00:02:VRID (IPv6)")
        .means("hardware address other than the standard one");
    option("netlink_notify_msg", Args::Ignored).by("off").means("tells other programs once more about the new link");
    option("group", Args::Own).usage("GROUP").by("0").means("link group of the new link, by name or number");
}

rows! {
    /// Words of `use_ipvlan`.
    USE_IPVLAN:
    option("name", Args::Own).usage("IF").by("generated").means("name of that link");
    value("<address>", Args::Own).usage("ADDR[/LEN]").means("address of that link, and source of adverts");
    option("bridge", Args::Ignored).by("bridge").means("its neighbours on the same link are reachable");
    option("private", Args::Ignored).by("bridge").means("its neighbours on the same link are not reachable");
    option("vepa", Args::Ignored).by("bridge").means("its neighbours are reachable through the switch only");
    option("group", Args::Own).usage("GROUP").by("0").means("link group of the new link, by name or number");
}

rows! {
    /// Words of `unicast_peer`.
    UNICAST_PEER:
    value("<address>", Args::Own).usage("ADDR").means("another router").wired();
    option("min_ttl", Args::Int { min: 0, max: 255 }).by("0").means("least time to live of its adverts").wired();
    option("max_ttl", Args::Int { min: 0, max: 255 }).by("255").means("greatest time to live of its adverts").wired();
}

rows! {
    /// Words of `authentication`.
    AUTHENTICATION:
    key("auth_type", Args::Word(&["PASS", "AH"])).fatal().by("none")
        .means("PASS sends the password in clear, AH signs with it").wired();
    key("auth_pass", Args::Text).fatal().usage("TEXT").by("none").means("the password; eight bytes count").wired();
}

rows! {
    /// Words of `auth_hmac`.
    AUTH_HMAC:
    key("key", Args::Own).error().usage("ID(1..255) VALUE|hex:DIGITS|file:PATH")
        .means("a key of 32 to 64 bytes with its number").wired();
    key("active_key", Args::Int { min: 1, max: 255 }).strict().fatal().by("none, required")
        .means("number of the key that signs; all keys verify").wired();
    key("time_window", Args::Int { min: 1, max: 300 }).strict().fatal().by("3 x advert_int, kept within 5..300").of("s")
        .means("how far clocks may differ").wired();
    key("anti_replay", Args::Word(&["time", "monotonic"])).fatal().by("time")
        .means("what stops a replay: the clock and a growing number, or the number alone").wired();
    key("mode", Args::Word(&["enforce", "permissive", "receive-only"])).fatal().by("enforce")
        .means("whether unsigned adverts are refused, taken, or also sent").wired();
}
